def post_init_hook(env):
    """Cooperatives that were there before get what their set-up gives to new ones."""
    for company in env["res.company"].search([("is_koperasi", "=", True)]):
        company._koperasi_load_accounts()
