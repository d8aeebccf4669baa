"""Uninstalling: refused once something is posted, otherwise nothing of ours is left, and it can be installed again."""

import os

import pytest
from rpc import database, odoo, postgres

ADDONS = ["koperasi_shu", "koperasi_produksi", "koperasi_simpan_pinjam"]
# What Odoo keeps of anything it removes, not ours to clear: reflected foreign keys, and names in other modules.
LISTING = r"""
SELECT 'table ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')
                                           AND relname NOT LIKE 'ir\_sequence\_0%'
UNION SELECT 'column ' || table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'
UNION SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
UNION SELECT 'constraint ' || conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = 'public'
UNION SELECT 'model ' || model FROM ir_model
UNION SELECT 'field ' || model || '.' || name FROM ir_model_fields
UNION SELECT 'choice ' || f.model || '.' || f.name || '.' || s.value
        FROM ir_model_fields_selection s JOIN ir_model_fields f ON f.id = s.field_id
UNION SELECT 'rule ' || name FROM ir_rule
UNION SELECT 'access ' || name FROM ir_model_access
UNION SELECT 'group ' || (name ->> 'en_US') FROM res_groups
UNION SELECT 'scheduler ' || cron_name FROM ir_cron
UNION SELECT 'view ' || name FROM ir_ui_view
UNION SELECT 'menu ' || (name ->> 'en_US') FROM ir_ui_menu
UNION SELECT 'action ' || type || ' ' || (name ->> 'en_US') FROM ir_actions
UNION SELECT 'sequence ' || name FROM ir_sequence
UNION SELECT 'plan ' || (name ->> 'en_US') FROM account_analytic_plan
UNION SELECT 'unit ' || (name ->> 'en_US') FROM account_analytic_account
UNION SELECT 'category ' || name FROM product_category
UNION SELECT 'statement ' || (name ->> 'en_US') FROM mis_report
UNION SELECT 'name ' || module || '.' || name FROM ir_model_data WHERE module LIKE 'koperasi%'
"""
START = """
from datetime import date
from odoo.exceptions import UserError
company = env["res.company"].search([], limit=1)
env = env(context={"allowed_company_ids": company.ids})
company = company.with_env(env)
def module(name):
    return env["ir.module.module"].search([("name", "=", name)])
def post(component):
    account = company.koperasi_cash_over_account_id
    line = {"account_id": account.id, "unit_id": company.koperasi_general_unit_id.id, "component": component}
    lines = [{**line, "amount": amount} for amount in (1000, -1000)]
    env["koperasi.posting"]._post(company, date.today(), lines)
def refusal(name):
    try:
        module(name).button_uninstall()
    except UserError as error:
        return str(error)
"""
SWITCH_ON = """
company.is_koperasi = True
partner = env["res.partner"].create({"name": "Siti Aminah"})
area = env["koperasi.rw"].search([("company_id", "=", company.id)], limit=1)
env["koperasi.member"].create({"partner_id": partner.id, "company_id": company.id, "rw_id": area.id})
env.cr.commit()
"""
REFUSED = """
for name, component in (("koperasi_shu", "shu"), ("koperasi_produksi", "goods"), ("koperasi_simpan_pinjam", "tax")):
    assert not refusal(name)
    env.cr.rollback()
    post(component)
    for other in (name, "account"):
        assert "uninstalling would drop the detail" in refusal(other), other
    env.cr.rollback()
post("tax")  # holds neither SHU nor goods
assert not refusal("koperasi_shu") and not refusal("koperasi_produksi")
"""
COUNT = """
print("COUNT", *(env[model].search_count([]) for model in ("account.account", "account.journal", "stock.location")))
"""


def listing(name):
    return set(postgres("psql", "-XAt", "-c", LISTING, name).splitlines())


def run(name, script):
    return odoo("shell", "-d", name, script=START + script)[0]


@pytest.fixture(scope="module")
def cooperative():
    """A database with a cooperative that has posted nothing."""
    with database(f"test_{os.getpid()}_cooperative") as name:
        run(name, SWITCH_ON)
        yield name


def test_refused_while_something_is_posted(cooperative):
    run(cooperative, REFUSED)


def left(name):
    """What a database has that one without our addons hasn't."""
    with database(f"test_{os.getpid()}_deps", os.environ["KOPERASI_DEPS_DB"]) as never:
        return sorted(listing(name) - listing(never))


def test_one_by_one(cooperative):
    with database(f"test_{os.getpid()}_uninstall", cooperative) as name:
        for addon in ADDONS:
            run(name, f"module('{addon}').button_immediate_uninstall()")
        assert not left(name)


def test_all_at_once_and_again(cooperative):
    with database(f"test_{os.getpid()}_uninstall", cooperative) as name:
        before = run(name, COUNT)
        run(name, "module('koperasi_simpan_pinjam').button_immediate_uninstall()")
        assert not left(name)
        odoo("-d", name, "-i", ",".join(ADDONS), "--stop-after-init")
        after = run(name, "company.is_koperasi = True\n" + COUNT + "post('tax')\n")
        assert after == before  # accounts, journals and locations are known again, not made a second time
