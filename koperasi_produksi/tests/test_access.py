from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TODAY, ProductionCase


@tagged("post_install", "-at_install")
class TestAccess(ProductionCase):
    """Who may receive goods, and that what was received stands (docs/architecture.md 5)."""

    def test_who_receives(self):
        for user in (self.sekretaris, self.ketua, self.pengawas, self.pemantau, self.admin, self.other_bendahara):
            with self.assertRaises(AccessError):
                self.new_delivery(self.siti, (self.kangkung, 1, 6000), user=user)
        draft = self.new_delivery(self.siti, (self.kangkung, 1, 6000))
        for user in (self.sekretaris, self.ketua, self.pengawas, self.both):
            with self.assertRaises(AccessError):
                self.as_user(user, draft).action_receive()
        self.assertEqual(self.as_user(self.pengawas, draft).amount, 6000)
        with self.assertRaises(AccessError):
            self.as_user(self.other_bendahara, draft).read(["amount"])
        self.as_user(self.bendahara, draft).action_receive()

    def test_a_role_elsewhere_gives_nothing_here(self):
        """Teller of the other cooperative, chair of this one: she weighs there, not here."""
        with self.assertRaises(AccessError):
            self.new_delivery(self.siti, (self.kangkung, 1, 6000), user=self.both)

    def test_what_was_received_stands(self):
        delivery = self.deliver(self.siti, (self.kangkung, 10, 6000))
        line = delivery.line_ids
        for user in (self.petugas, self.bendahara, self.env.user):
            for record, vals in (
                (delivery, {"date": "2026-11-01"}),
                (delivery, {"state": "draft"}),
                (delivery, {"member_id": False}),
                (delivery, {"line_ids": [(5,)]}),
                (delivery, {"transaction_id": False}),
                (line, {"price": 1}),
                (line, {"quantity": 1}),
                (line, {"move_id": False}),
            ):
                with self.subTest(user=user.login, vals=vals), self.assertRaises(UserError):
                    record.with_user(user).write(vals)
            for record in (delivery, line):
                with self.assertRaises(UserError):
                    record.with_user(user).unlink()
            with self.assertRaises(UserError):
                line.with_user(user).create({"delivery_id": delivery.id, "product_id": self.jamu.id})
        self.assertEqual((line.amount, delivery.amount), (60000, 60000))
        self.assertStockAgrees()

    def test_born_a_draft(self):
        """Neither values nor defaults of the context make a received delivery."""
        forged = {"state": "done", "number": "X", "transaction_id": 1, "picking_id": 1}
        deliveries = self.as_user(self.petugas, self.env["koperasi.delivery"]).with_context(
            **{f"default_{name}": value for name, value in forged.items()}
        )
        delivery = deliveries.create({"company_id": self.company.id, "member_id": self.siti.id, **forged})
        self.assertEqual(
            (delivery.state, delivery.number, delivery.transaction_id.id, delivery.picking_id.id),
            ("draft", False, False, False),
        )

    def test_money_goes_to_her_own_account(self):
        rahayu = self.new_active_member("Rahayu")
        with self.assertRaisesRegex(UserError, "does not belong to"):
            self.new_delivery(self.siti, (self.kangkung, 1, 6000), savings_id=self.account(rahayu, "sukarela").id)

    def test_tellers_limit_holds_for_goods(self):
        session = self.open_session()
        self.deposit(self.account(self.siti, "sukarela"), 5000000, session)
        delivery = self.new_delivery(self.siti, (self.kangkung, 400, 6000), payout="cash")
        with self.assertRaisesRegex(UserError, "Ask the treasurer"):
            delivery.action_receive()

    def test_menus(self):
        menus = self.env["ir.ui.menu"]
        production = self.env.ref("koperasi_produksi.menu_production")
        visible = {
            user.login: production.id in menus.with_user(user)._visible_menu_ids()
            for user in (self.petugas, self.bendahara, self.pengawas, self.pemantau)
        }
        self.assertEqual(visible, {"dewi": True, "sri": True, "budi": True, "lurah": False})


@tagged("post_install", "-at_install")
class TestMembership(ProductionCase):
    """The fiscal position “Anggota” comes and goes with membership, and never replaces another one."""

    def position(self, partner):
        return partner.with_company(self.company).property_account_position_id

    def test_with_membership(self):
        ours = self.company.koperasi_member_position_id
        rahayu = self.new_member("Rahayu")
        self.assertFalse(self.position(rahayu.partner_id))
        self.assertEqual(self.position(self.siti.partner_id), ours)
        self.assertFalse(self.siti.sudo().partner_id.with_company(self.other).property_account_position_id)
        self.siti.sudo()._set(state="left")
        self.assertFalse(self.position(self.siti.partner_id))

    def test_never_in_place_of_another(self):
        own = self.env["account.fiscal.position"].create({"name": "Bebas", "company_id": self.company.id})
        rahayu = self.new_member("Rahayu")
        rahayu.partner_id.with_company(self.company).property_account_position_id = own
        rahayu.sudo()._set(state="active")
        self.assertEqual(self.position(rahayu.partner_id), own)
        rahayu.sudo()._set(state="left")
        self.assertEqual(self.position(rahayu.partner_id), own)


@tagged("post_install", "-at_install")
class TestPatronage(ProductionCase):
    """What members deliver counts for the SHU: bought 60,000, waste 20,000, consigned sales 136,000."""

    def volume(self, date_from="2026-01-01", date_to="2026-12-31"):
        rows = self.env.execute_query(self.env["koperasi.member"]._patronage_query(date_from, date_to))
        result = {}
        for member, unit, kind, amount in rows:
            if member in (self.siti.id, self.rahayu.id):
                result[member, unit, kind] = result.get((member, unit, kind), 0) + amount
        return {key: amount for key, amount in result.items() if amount}

    def test_volume(self):
        self.rahayu = self.new_active_member("Rahayu")
        self.env["koperasi.price.list"].create(
            {"product_id": self.bottles.id, "price": 5000, "company_id": self.company.id}
        )
        self.deliver(self.siti, (self.kangkung, 10, 6000))
        self.deliver(self.siti, (self.bottles, 4), kind="waste")
        self.deliver(self.rahayu, (self.jamu, 20, 8000), kind="consigned")
        self.sell(self.neighbour, self.jamu, 17, 8000)
        self.as_user(self.bendahara, self.env["koperasi.consignment.settlement"]).create(
            {"member_id": self.rahayu.id, "company_id": self.company.id}
        ).action_settle()
        wrong = self.deliver(self.siti, (self.kangkung, 1, 9000))
        self.as_user(self.bendahara, wrong)._do_return("Salah")
        self.assertEqual(
            self.volume(),
            {
                (self.siti.id, self.production.id, "goods"): 60000,
                (self.siti.id, self.waste.id, "goods"): 20000,
                (self.rahayu.id, self.production.id, "consignment"): 136000,
            },
        )
        self.assertEqual(self.volume(date_to="2026-11-23"), {})
        self.assertStockAgrees()


@tagged("post_install", "-at_install")
class TestClosing(ProductionCase):
    """What must be done before the year can be closed; the bank is not this addon's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._koperasi_banks("here").koperasi_bank_check = "odoo"

    def test_obstacles(self):
        self.deliver(self.siti, (self.kangkung, 10, 6000))
        self.deliver(self.siti, (self.jamu, 20, 8000), kind="consigned")
        for user in (self.env.user, self.bendahara):  # who holds no right on the stock
            self.assertEqual(self.company.with_user(user).sudo()._koperasi_closing_obstacles(TODAY), [])
        order = self.new_order(self.neighbour, self.kangkung, 5, 8000)
        self.ship(order)
        [obstacle] = self.company._koperasi_closing_obstacles(TODAY)
        self.assertIn("the goods are worth Rp 30.000, the books say Rp 60.000", obstacle)
        self.bill(order)
        self.sell(self.neighbour, self.jamu, 1, 8000)
        [obstacle] = self.company._koperasi_closing_obstacles(TODAY)
        self.assertIn("Siti Aminah: consigned goods sold by", obstacle)
        self.as_user(self.bendahara, self.env["koperasi.consignment.settlement"]).create(
            {"member_id": self.siti.id, "company_id": self.company.id}
        ).action_settle()
        self.assertEqual(self.company._koperasi_closing_obstacles(TODAY), [])

    def test_clearing(self):
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company.koperasi_memorial_journal_id.id,
                "company_id": self.company.id,
                "line_ids": [
                    (0, 0, {"account_id": self.gl("2113").id, "credit": 500, "name": "x"}),
                    (0, 0, {"account_id": self.gl("5209").id, "debit": 500, "name": "x"}),
                ],
            }
        )
        entry.action_post()
        [obstacle] = self.company._koperasi_closing_obstacles(entry.date)
        self.assertIn("clearing of goods from members is not zero: -Rp 500", obstacle)
