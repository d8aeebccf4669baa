from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """A cooperative that was there before campaigns and groups of joint liability gets what a new one has.

    The accounts, among them 2107, and the product of campaigns. What is there stays as it is: each is known by its
    external id. That a group has not settled blocks a loan of a new cooperative; here it warns at first, as everything
    else does, so that no application of today needs an override tomorrow.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    rules = env["koperasi.loan.rule"]
    known = dict(rules._read_group([], ["company_id"], ["rule:array_agg"]))
    for company in env["res.company"].search([("is_koperasi", "=", True)]):
        company = company.with_company(company)
        company._koperasi_create_special_products(company._koperasi_create_accounts())
        if "unsettled" not in known.get(company, ["unsettled"]):
            rules.create({"company_id": company.id, "rule": "unsettled", "level": "warning", "limit": 0})
