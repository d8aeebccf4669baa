from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.koperasi_simpan_pinjam.tests.roles import RolesCase, RolesTests

from .common import TODAY, ProductionCase

# docs/architecture.md 5. Whoever is not named may nothing: that is the list of what is forbidden.
GOODS = "petugas:rwcu bendahara:rwcu sekretaris:r ketua:r pengawas:r pendamping:rwcu"
MODELS = {
    "koperasi.business": "petugas:rwc bendahara:rwc sekretaris:rwc ketua:r pengawas:r pendamping:rwc admin:rwc",
    "koperasi.output": GOODS,
    "koperasi.price.list": "petugas:r bendahara:rwcu sekretaris:r ketua:r pengawas:r pendamping:r admin:rwcu",
    "koperasi.delivery": GOODS,
    "koperasi.delivery.line": GOODS,
    "koperasi.consignment.settlement": "petugas:r bendahara:rwcu ketua:r pengawas:r",
    "koperasi.consignment.settlement.line": "petugas:r bendahara:r ketua:r pengawas:r",
    "koperasi.delivery.return": "bendahara:rwc ketua:rwc",
    "koperasi.invoice.receipt": "petugas:rwc bendahara:rwc",
    "koperasi.invoice.receipt.line": "petugas:rwcu bendahara:rwcu",
}
METHODS = {
    ("koperasi.delivery", "action_receive"): [
        ("petugas bendahara", "_draft"),
        ("petugas bendahara", "_draft_for_cash"),
    ],
    ("koperasi.delivery", "action_return"): [("bendahara ketua", "_received")],
    ("koperasi.delivery.return", "action_confirm"): [
        ("bendahara ketua", "_form_return"),
        ("bendahara ketua", "_form_return_of_settlement"),
    ],
    ("koperasi.consignment.settlement", "action_count"): [("bendahara", "_counted")],
    ("koperasi.consignment.settlement", "action_settle"): [("bendahara", "_counted")],
    ("koperasi.consignment.settlement", "action_return"): [("bendahara ketua", "_settled")],
    ("koperasi.invoice.receipt", "action_confirm"): [("petugas bendahara", "_form_receipt")],
}
WINDOWS = {
    ("koperasi.business", "action_output"),
    ("koperasi.delivery", "action_picking"),
    ("koperasi.delivery", "action_transaction"),
    ("koperasi.consignment.settlement", "action_transaction"),
    ("koperasi.consignment.settlement", "action_account"),
}


@tagged("post_install", "-at_install")
class TestRoles(RolesTests, RolesCase, ProductionCase):
    """Each person tries each step of production, in a scene where the right person succeeds."""

    addon = "koperasi_produksi"
    models, methods, windows = MODELS, METHODS, WINDOWS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        there = {"company": cls.other, "petugas": cls.both, "bendahara": cls.other_bendahara}
        there["ketua"] = cls._new_person("wulan", ketua=cls.other)
        there["seller"] = cls.new_seller("lina", cls.other)
        with patch.multiple(cls, **there):
            cls._live(cls.new_active_member("Mawar"))
        with patch.object(cls, "bendahara", cls.maker):
            cls.delivery, cls.settlement, cls.invoice = cls._live(cls.siti)

    @classmethod
    def _live(cls, member):
        """A business, its output, a price, goods bought, and consigned ones sold, settled and sold again."""
        company = {"company_id": cls.company.id}
        business = cls.as_user(cls.petugas, cls.env["koperasi.business"]).create(
            {"name": "Hidroponik", "member_id": member.id, **company}
        )
        cls.as_user(cls.petugas, cls.env["koperasi.output"]).create(
            {"business_id": business.id, "product_id": cls.kangkung.id, "quantity": 5}
        )
        cls.as_user(cls.bendahara, cls.env["koperasi.price.list"]).create(
            {"product_id": cls.bottles.id, "price": 5000, **company}
        )
        delivery = cls.deliver(member, (cls.kangkung, 10, 6000), user=cls.bendahara)
        cls.deliver(member, (cls.jamu, 20, 8000), kind="consigned", user=cls.bendahara)
        cls.sell(cls.neighbour, cls.jamu, 5, 8000)
        settlement = cls.as_user(cls.bendahara, cls.env["koperasi.consignment.settlement"]).create(
            {"member_id": member.id, **company}
        )
        settlement.action_settle()
        return delivery, settlement, cls.sell(cls.neighbour, cls.jamu, 2, 8000)

    # === SCENES === #

    def _draft(self, _user):
        return self.new_delivery(self.siti, (self.kangkung, 1, 6000), user=self.maker)

    def _draft_for_cash(self, user):
        session = self.open_session(user)
        self.deposit(self.account(self.siti, "sukarela"), 100000, session)
        return self.new_delivery(self.siti, (self.kangkung, 1, 6000), user=self.maker, payout="cash")

    def _received(self, _user):
        return self.delivery

    def _form_return(self, user):
        return self.as_user(user, self.env["koperasi.delivery.return"]).create(
            {"delivery_id": self.delivery.id, "reason": "Salah"}
        )

    def _form_return_of_settlement(self, user):
        return self.as_user(user, self.env["koperasi.delivery.return"]).create(
            {"settlement_id": self.settlement.id, "reason": "Salah"}
        )

    def _settled(self, _user):
        return self.settlement

    def _counted(self, _user):
        return self.as_user(self.maker, self.env["koperasi.consignment.settlement"]).create(
            {"member_id": self.siti.id, "company_id": self.company.id, "date": TODAY}
        )

    def _form_receipt(self, user):
        self.open_session(user)
        return self.as_user(user, self.env["koperasi.invoice.receipt"]).create(
            {"partner_id": self.neighbour.id, "company_id": self.company.id}
        )
