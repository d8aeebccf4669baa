def post_init_hook(env):
    """Cooperatives that were there before get what set-up gives to new ones, their members the fiscal position."""
    cooperatives = env["res.company"].search([("is_koperasi", "=", True)])
    for company in cooperatives:
        company._koperasi_load_accounts()
    env["koperasi.member"].search([("company_id", "in", cooperatives.ids)])._koperasi_sync_fiscal_position()
