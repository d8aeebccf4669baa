"""Run by `odoo shell`: a company that is no cooperative trades for a day; prints all that Odoo recorded of it.

With our addons installed, a cooperative lives in the same database, uses the same category, and sells a product too.
"""

import json
from datetime import date, timedelta

from freezegun import freeze_time

from odoo.fields import Command, Datetime

# Odoo orders moves of one product by second, and values them in that order: each is a minute after the one before.
clock = freeze_time(f"{date.today()} 05:00:00").start()
OURS = "is_koperasi" in env["res.company"]._fields  # noqa: F821, the shell's own
env = env(context={"lang": "en_US", "tz": "Asia/Jakarta"})  # noqa: F821


def new_company(name):
    company = env["res.company"].create(
        {"name": name, "country_id": env.ref("base.id").id, "currency_id": env.ref("base.IDR").id}
    )
    env.user.company_ids |= company
    env["account.chart.template"].try_loading("id", company, install_demo=False)
    return company


def account(company, code):
    return env["account.account"].with_company(company).search([("code", "=like", code + "%")], limit=1)


plain = new_company("PT Biasa")
env.user.company_id = plain
env = env(context={**env.context, "allowed_company_ids": plain.ids})
journal = env["account.journal"].search([("company_id", "=", plain.id), ("type", "=", "general")], limit=1)
stock_account, cost_account = account(plain, "1"), plain.expense_account_id or account(plain, "5")
first = env["account.move"].create(  # it runs Odoo already: nothing about the currency may change
    {
        "journal_id": journal.id,
        "line_ids": [
            Command.create({"account_id": cost_account.id, "debit": 1.25, "name": "x"}),
            Command.create({"account_id": cost_account.id, "credit": 1.25, "name": "x"}),
        ],
    }
)
first.action_post()
category = env["product.category"].create({"name": "Barang", "property_valuation": "real_time"})
category.property_cost_method = "average"
if OURS:
    cooperative = new_company("Koperasi Warga")
    cooperative.is_koperasi = True
    assert env["stock.warehouse"].sudo().search_count([("company_id", "=", cooperative.id)]) == 1
    theirs = category.with_company(cooperative)
    theirs.koperasi_unit_id = env["account.analytic.account"].search([("company_id", "=", cooperative.id)], limit=1)
    assert not category.with_company(plain).koperasi_unit_id

product = env["product.product"].create(
    {
        "name": "Keranjang",
        "is_storable": True,
        "categ_id": category.id,
        "standard_price": 5000,
        "invoice_policy": "delivery",
    }
)
buyer, owner = env["res.partner"].create([{"name": "Pembeli"}, {"name": "Penitip"}])
warehouse = env["stock.warehouse"].create({"name": "Gudang", "code": "GD", "company_id": plain.id})


def receive(quantity, value=None, owner=None):
    picking = env["stock.picking"].create(
        {
            "picking_type_id": warehouse.in_type_id.id,
            "location_id": env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": warehouse.lot_stock_id.id,
            "owner_id": owner and owner.id,
            "move_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": quantity,
                        "location_id": env.ref("stock.stock_location_suppliers").id,
                        "location_dest_id": warehouse.lot_stock_id.id,
                    }
                )
            ],
        }
    )
    picking.action_confirm()
    if value:
        picking.move_ids.value_manual = value
    picking.move_ids.quantity = quantity
    picking.move_ids.picked = True
    picking.button_validate()
    clock.tick(60)


def ship(order, quantity):
    picking = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
    picking.move_ids.quantity = quantity
    picking.move_ids.picked = True
    picking.with_context(skip_backorder=True).button_validate()
    clock.tick(60)


def bill(order):
    invoice = order._create_invoices()
    invoice.action_post()
    return invoice


receive(10, owner=owner)  # a consignor's goods came first: Odoo takes them first
receive(4, value=24000)
order = env["sale.order"].create(
    {
        "partner_id": buyer.id,
        "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 12, "price_unit": 9000.5})],
    }
)
order.action_confirm()
ship(order, 5)
bill(order)
receive(8, value=80000)
ship(order, 7)
invoice = bill(order)
wizard = (
    env["account.payment.register"]
    .with_context(active_model="account.move", active_ids=invoice.ids)
    .create({"amount": 10000})
)
wizard.action_create_payments()
reversal = (
    env["account.move.reversal"]
    .with_context(active_model="account.move", active_ids=invoice.ids)
    .create({"journal_id": invoice.journal_id.id})
)
reversal.reverse_moves()
draft = invoice.copy()
draft.action_post()
draft.button_draft()
env.flush_all()
env.invalidate_all()


def rows(model, domain, names, order="id"):
    result = []
    for record in env[model].with_context(active_test=False).search(domain, order=order):
        row = {}
        for name in names:
            value = record[name]
            row[name] = value.mapped("display_name") if hasattr(value, "mapped") else value
        result.append(row)
    return result


own = [("company_id", "=", plain.id)]
yesterday = Datetime.now() - timedelta(days=1)
print(
    "RESULT "
    + json.dumps(
        {
            "items": rows(
                "account.move.line",
                own,
                [
                    *("account_id", "partner_id", "name", "balance", "amount_currency", "display_type", "tax_ids"),
                    *(
                        "analytic_distribution",
                        "reconciled",
                        "amount_residual",
                        "quantity",
                        "price_unit",
                        "parent_state",
                    ),
                ],
            ),
            "entries": rows(
                "account.move", own, ["name", "move_type", "state", "payment_state", "amount_total", "date"]
            ),
            "moves": rows(
                "stock.move",
                own,
                [
                    "product_uom_qty",
                    "quantity",
                    "value",
                    "state",
                    "restrict_partner_id",
                    "location_id",
                    "is_in",
                    "is_out",
                ],
            ),
            "lines": rows("stock.move.line", own, ["quantity", "owner_id", "picked", "state"]),
            "quants": rows(
                "stock.quant",
                [*own, ("location_id.usage", "=", "internal")],
                ["quantity", "reserved_quantity", "owner_id"],
            ),
            "orders": rows("sale.order.line", own, ["qty_delivered", "qty_invoiced", "untaxed_amount_invoiced"]),
            "cost": product.standard_price,
            "stock": [product.qty_available, product.total_value, product.with_context(to_date=yesterday).total_value],
            "plans": [
                plan["name"]
                for plan in env["account.analytic.plan"].get_relevant_plans(
                    business_domain="invoice", company_id=plain.id
                )
            ],
        },
        default=str,
        sort_keys=True,
    )
)
