from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from odoo.addons.koperasi_simpan_pinjam.tests.roles import RolesCase, RolesTests

from .common import ShuCase

# docs/architecture.md 5. Whoever is not named may nothing: that is the list of what is forbidden.
POLICY = "bendahara:r sekretaris:{0} ketua:{0} pengawas:r admin:{0} system:{0}"
MODELS = {
    "koperasi.shu.policy": POLICY.format("rwc"),
    "koperasi.shu.policy.item": POLICY.format("rwcu"),
    "koperasi.shu.period": "petugas:r bendahara:rwcu sekretaris:rw ketua:rw pengawas:r",
    "koperasi.shu.pool": "bendahara:r sekretaris:r ketua:r pengawas:r",
    "koperasi.shu.share": "petugas:rw bendahara:rw sekretaris:r ketua:r pengawas:r",
    "koperasi.statement": "bendahara:rwc sekretaris:rwc ketua:rwc pengawas:rwc",
}
METHODS = {
    ("koperasi.shu.period", "action_close"): [("bendahara", "_reopened")],
    ("koperasi.shu.period", "action_compute"): [("bendahara", "_reopened")],
    ("koperasi.shu.period", "action_reopen"): [("ketua", "_computed")],
    ("koperasi.shu.period", "action_review"): [("pengawas", "_computed")],
    ("koperasi.shu.period", "action_propose"): [("ketua", "_reviewed")],
    ("koperasi.shu.period", "action_back"): [("ketua pengawas", "_reviewed"), ("ketua pengawas", "_proposed")],
    ("koperasi.shu.period", "action_decide"): [("sekretaris ketua", "_proposed")],
    ("koperasi.shu.period", "action_post"): [("bendahara", "_decided")],
    ("koperasi.shu.period", "action_cover_loss"): [("bendahara", "_loss")],
    ("koperasi.shu.period", "action_to_savings"): [("bendahara", "_posted")],
    ("koperasi.shu.period", "action_distributed"): [("bendahara", "_posted")],
    ("koperasi.shu.period", "action_lock_for_good"): [("ketua", "_posted")],
    ("koperasi.shu.period", "action_done"): [("ketua", "_distributed")],
    ("koperasi.shu.period", "action_financial_position"): [("bendahara sekretaris ketua pengawas", "_computed")],
    ("koperasi.shu.period", "action_open_bank"): [("bendahara", "_reopened")],
    ("koperasi.shu.period", "action_open_months"): [("bendahara", "_reopened")],
    ("koperasi.shu.period", "action_results"): [("bendahara sekretaris ketua pengawas", "_computed")],
    ("koperasi.shu.share", "action_to_savings"): [("petugas bendahara", "_share")],
    ("koperasi.statement", "action_open"): [("bendahara sekretaris ketua pengawas", "_form_statement")],
}
WINDOWS = {
    ("koperasi.shu.period", "action_closing"),
    ("koperasi.shu.period", "action_run"),
    ("koperasi.shu.period", "action_shares"),
    ("koperasi.shu.share", "action_print_slip"),
}


@tagged("post_install", "-at_install")
class TestRoles(RolesTests, RolesCase, ShuCase):
    """Each person tries each step of the year's end, in a scene where the right person succeeds."""

    addon = "koperasi_shu"
    models, methods, windows = MODELS, METHODS, WINDOWS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with patch.multiple(cls, company=cls.other, bendahara=cls.other_bendahara, petugas=cls.both):
            with patch.object(cls, "ketua", cls._new_person("wulan", ketua=cls.other)):
                cls._live()
        with patch.object(cls, "bendahara", cls.maker):
            cls.period = cls._live()
        cls.startClassPatcher(freeze_time("2027-02-24 03:00:00"))

    @classmethod
    def _live(cls):
        """A year with Rp 55.000 of service fees, closed and computed in the next."""
        cls.loan_product = cls.koperasi_account("loan_product_warga")
        with cls.day("2026-01-05") as session:
            siti = cls.active_member("Siti", session, 1000000)
            loan = cls.lend(siti, 1000000, session)
            cls.pay(loan, 1100000, session)
        with freeze_time("2027-02-24 03:00:00"):
            period = cls.new_period()
            period.action_close()
            period.action_compute()
        return period

    # === SCENES: the period, brought to a state by the people whose part it is === #

    def _computed(self, _user):
        return self.period

    def _reopened(self, _user):
        self.as_user(self.ketua, self.period).action_reopen()
        return self.period

    def _reviewed(self, _user):
        self.as_user(self.pengawas, self.period).action_review()
        return self.period

    def _proposed(self, user):
        period = self._reviewed(user)
        self.as_user(self.ketua, period).action_propose()
        self.as_user(self.sekretaris, period).write(
            {"decision_date": "2027-02-20", "decision_number": "01/RAT/2027", "attendance": 5}
        )
        return period

    def _decided(self, user):
        period = self._proposed(user)
        self.as_user(self.sekretaris, period).action_decide()
        return period

    def _loss(self, user):
        """As if the books had ended with a loss of 1.000, and a reserve of 1.000 were there."""
        period = self._decided(user)
        period.sudo()._set(surplus=-1000)
        self.memorial("1101", period.sudo().policy_id._reserve_account(), 1000, "2027-01-05")
        return period

    def _posted(self, user):
        period = self._decided(user)
        self.as_user(self.maker, period).action_post()
        self.work(period.run_id)
        return period

    def _distributed(self, user):
        period = self._posted(user)
        self.as_user(self.maker, period).action_distributed()
        return period

    def _share(self, user):
        return self._posted(user).sudo().share_ids

    def _form_statement(self, user):
        return self.as_user(user, self.env["koperasi.statement"]).create({"company_id": self.company.id})
