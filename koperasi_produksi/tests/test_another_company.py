from odoo.fields import Command
from odoo.tests import tagged

from .common import ProductionCase


@tagged("post_install", "-at_install")
class TestAnotherCompany(ProductionCase):
    """A company of the same database that is no cooperative, selling from the cooperative's own category."""

    def test_stock_and_sales_as_odoo_has_them(self):
        """10 consigned came before 4 own at 6,000: Odoo sells 8 of the consignor's for 5 + 3, and books no cost."""
        plain = self.env["res.company"].create({"name": "PT Biasa", "country_id": self.env.ref("base.id").id})
        self.env.user.company_ids |= plain
        self.env["account.chart.template"].try_loading("id", plain, install_demo=False)
        env = self.env(context={**self.env.context, "allowed_company_ids": plain.ids})
        category = self.jamu.categ_id.with_company(plain)
        self.assertFalse(category.koperasi_unit_id)
        category.write({"property_valuation": "real_time", "property_cost_method": "average"})
        warehouse = env["stock.warehouse"].search([("company_id", "=", plain.id)], limit=1)
        owner = env["res.partner"].create({"name": "Penitip"})
        quants = env["stock.quant"].with_context(inventory_mode=True)
        for quantity, holder in ((10, owner), (4, owner.browse())):
            quants.create(
                {
                    "product_id": self.jamu.id,
                    "location_id": warehouse.lot_stock_id.id,
                    "owner_id": holder.id,
                    "inventory_quantity": quantity,
                }
            ).action_apply_inventory()
            self.later()
        jamu = self.jamu.with_env(env)
        jamu.standard_price = 6000
        order = env["sale.order"].create(
            {
                "partner_id": self.neighbour.id,
                "order_line": [
                    Command.create({"product_id": jamu.id, "product_uom_qty": 8, "price_unit": 9000, "tax_ids": []})
                ],
            }
        )
        order.action_confirm()
        self.ship(order)
        moves = order.order_line.move_ids
        self.assertEqual((len(moves), moves.move_line_ids.owner_id, moves.value), (1, owner, 0))
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertRecordValues(
            invoice.line_ids.sorted("balance"),
            [
                {"balance": -72000, "analytic_distribution": False, "koperasi_interunit": False},
                {"balance": 72000, "analytic_distribution": False, "koperasi_interunit": False},
            ],
        )
        self.assertFalse(self.neighbour.with_company(plain).property_account_position_id)
        self.assertEqual(self.balance("1301"), 0)
