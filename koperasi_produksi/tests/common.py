from freezegun.api import freeze_factories

from odoo.fields import Command

from odoo.addons.koperasi_simpan_pinjam.tests.common import TODAY, KoperasiCase


class ProductionCase(KoperasiCase):
    """A cooperative with goods: kangkung of its producers, packs of herbs, bottles by weight."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kangkung = cls.new_product("Kangkung", "category_output", "uom.product_uom_kgm")
        cls.jamu = cls.new_product("Jamu Kunyit Asam", "category_output", "uom.product_uom_unit", weight=0.5)
        cls.bottles = cls.new_product("Botol PET", "category_waste", "uom.product_uom_kgm")
        cls.cardboard = cls.new_product("Kardus", "category_waste", "uom.product_uom_kgm")
        cls.seller = cls.new_seller("wati", cls.company)
        cls.siti = cls.new_active_member("Siti Aminah")
        cls.neighbour = cls.env["res.partner"].create({"name": "Warung Bu Tejo"})
        cls.production = cls.env.ref(f"account.{cls.company.id}_koperasi_unit_production")
        cls.waste = cls.env.ref(f"account.{cls.company.id}_koperasi_unit_waste")

    @classmethod
    def later(cls):
        """A minute passes: Odoo orders moves of one product by second, and the clock stands still."""
        freeze_factories[-1].tick(60)

    @classmethod
    def new_seller(cls, login, company):
        """Sales, deliveries and invoices are Odoo's: whoever sells holds Odoo's own groups."""
        seller = cls._new_person(login, bendahara=company)
        seller.group_ids |= (
            cls.env.ref("sales_team.group_sale_salesman")
            | cls.env.ref("stock.group_stock_user")
            | cls.env.ref("account.group_account_invoice")
        )
        return seller

    @classmethod
    def new_product(cls, name, category, uom, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "categ_id": cls.env.ref(f"koperasi_produksi.{category}").id,
                "uom_id": cls.env.ref(uom).id,
                "invoice_policy": "delivery",
                "taxes_id": [],
                "supplier_taxes_id": [],
                **vals,
            }
        )

    @classmethod
    def new_active_member(cls, name):
        """Approved, and share capital paid from the bank."""
        member = cls.new_member(name)
        cls.as_user(cls.ketua, member).action_approve()
        pokok = cls.account(member, "pokok")
        bank = cls.env["account.journal"].search([("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1)
        cls.env["koperasi.posting"].with_user(cls.bendahara)._post(
            cls.company, TODAY, [pokok._line("deposit", 100000)], tenders=[(bank, 100000)]
        )
        return member

    @classmethod
    def gl(cls, code):
        """Account of docs/domain.md 2.2."""
        return cls.env.ref(f"account.{cls.company.id}_koperasi_{code}")

    @classmethod
    def new_delivery(cls, member, *goods, user=None, **vals):
        """:param goods: (product, quantity, price), the price left out where the list gives it"""
        return cls.as_user(user or cls.petugas, cls.env["koperasi.delivery"]).create(
            {
                "company_id": cls.company.id,
                **({"member_id": member.id} if member else {}),
                "line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": quantity,
                            **({"price": price[0]} if price else {}),
                        }
                    )
                    for product, quantity, *price in goods
                ],
                **vals,
            }
        )

    @classmethod
    def deliver(cls, member, *goods, user=None, **vals):
        delivery = cls.new_delivery(member, *goods, user=user, **vals)
        delivery.action_receive()
        cls.later()
        return delivery

    @classmethod
    def new_order(cls, buyer, product, quantity, price, user=None):
        order = cls.as_user(user or cls.seller, cls.env["sale.order"]).create(
            {
                "partner_id": buyer.id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity, "price_unit": price})
                ],
            }
        )
        order.action_confirm()
        return order

    @classmethod
    def ship(cls, order, quantity=None):
        picking = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        if quantity is not None:
            picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        cls.later()
        return picking

    @classmethod
    def bill(cls, order):
        invoice = order._create_invoices()
        invoice.invoice_date = TODAY
        invoice.action_post()
        return invoice

    @classmethod
    def sell(cls, buyer, product, quantity, price):
        """Ordered, delivered and invoiced today; returns the invoice."""
        order = cls.new_order(buyer, product, quantity, price)
        cls.ship(order)
        return cls.bill(order)

    def balance(self, code, until=None):
        """Debit less credit of an account of docs/domain.md 2.2."""
        domain = [("account_id", "=", self.gl(code).id), ("parent_state", "=", "posted")]
        if until:
            domain.append(("date", "<=", until))
        return sum(self.env["account.move.line"].search(domain).mapped("balance"))

    def assertStockAgrees(self, as_of=None):
        """Value of the goods = general ledger, and the clearing of goods from members stands at zero."""
        self.env.flush_all()
        self.env.invalidate_all()
        for account, (goods, books) in self.company._koperasi_stock_values(as_of).items():
            self.assertAlmostEqual(goods, books, 2, account.display_name)
        self.assertEqual(self.balance("2113", as_of), 0)
        self.assertBooksAgree(as_of=as_of)
