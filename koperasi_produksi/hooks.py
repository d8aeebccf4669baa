def post_init_hook(env):
    """Cooperatives that were there before get what set-up gives to new ones, their members the fiscal position."""
    cooperatives = env["res.company"].search([("is_koperasi", "=", True)])
    for company in cooperatives:
        company._koperasi_load_accounts()
    env["koperasi.member"].search([("company_id", "in", cooperatives.ids)])._koperasi_sync_fiscal_position()


def uninstall_hook(env):
    """Let go of what Odoo's own records would keep: the units of its categories, the fiscal position of members."""
    env.cr.execute("UPDATE product_category SET koperasi_unit_id = NULL")
    for company in env["res.company"].search([("koperasi_member_position_id", "!=", False)]):
        position = company.koperasi_member_position_id
        partners = env["res.partner"].with_company(company).search([("property_account_position_id", "=", position.id)])
        partners.property_account_position_id = False
