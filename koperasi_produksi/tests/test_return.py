from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ProductionCase


@tagged("post_install", "-at_install")
class TestReturn(ProductionCase):
    """What was received is never changed: a second person takes the whole of it back."""

    def take_back(self, document, user=None):
        action = self.as_user(user or self.bendahara, document).action_return()
        self.as_user(user or self.bendahara, self.env["koperasi.delivery.return"]).with_context(
            **action["context"]
        ).create({"reason": "Salah timbang"}).action_confirm()

    def test_credited_to_savings(self):
        delivery = self.deliver(self.siti, (self.kangkung, 10, 6000))
        self.take_back(delivery)
        self.assertEqual(delivery.state, "returned")
        self.assertEqual(self.account(self.siti, "sukarela").balance, 0)
        self.assertEqual((self.balance("1301"), self.kangkung.with_company(self.company).qty_available), (0, 0))
        self.assertEqual(delivery.return_id.reversal_of_id, delivery.transaction_id)
        self.assertEqual(delivery.return_id.reason, "Salah timbang")
        self.assertStockAgrees()

    def test_typed_one_zero_too_many(self):
        """10 kg at 6,000 are there; 10 kg at 80,000 go back whole, and the first ten are worth 60,000 as before."""
        self.deliver(self.siti, (self.kangkung, 10, 6000))
        wrong = self.deliver(self.siti, (self.kangkung, 10, 80000))
        self.take_back(wrong)
        self.later()
        self.assertEqual(self.balance("1301"), 60000)
        self.assertStockAgrees()
        self.sell(self.neighbour, self.kangkung, 5, 8000)
        self.assertEqual(self.balance("5104"), 30000)
        self.assertStockAgrees()

    def test_an_uneven_average(self):
        """3 kg for 10,000 and 4 kg for 9,999: the first goes back, the second is worth 9,999 to the rupiah."""
        first = self.deliver(self.siti, (self.kangkung, 3, 3333))
        self.deliver(self.siti, (self.kangkung, 4, 2500))
        self.take_back(first)
        self.assertEqual(self.balance("1301"), 10000)
        self.assertStockAgrees()

    def test_paid_in_cash(self):
        session = self.open_session()
        self.deposit(self.account(self.siti, "sukarela"), 100000, session)
        delivery = self.deliver(self.siti, (self.kangkung, 10, 6000), payout="cash")
        self.take_back(delivery)
        self.assertEqual(session.expected_amount, 100000)
        self.assertStockAgrees()

    def test_not_when_sold_since(self):
        delivery = self.deliver(self.siti, (self.kangkung, 10, 6000))
        self.deliver(self.siti, (self.kangkung, 10, 6000))
        self.sell(self.neighbour, self.kangkung, 1, 8000)
        with self.assertRaisesRegex(UserError, "has been sold or used since"):
            self.take_back(delivery)

    def test_not_when_the_money_is_gone(self):
        session = self.open_session()
        account = self.account(self.siti, "sukarela")
        delivery = self.deliver(self.siti, (self.kangkung, 10, 6000))
        self.deposit(account, 10000, session)
        self.withdraw(account, 10000, session)
        self.as_user(self.bendahara, account)._transfer(
            self.account(self.new_active_member("Rahayu"), "sukarela"), 50000, session.date
        )
        with self.assertRaisesRegex(UserError, "is less than"):
            self.take_back(delivery)

    def test_by_the_chair(self):
        """She holds no right on the stock, and the other cooperative has goods of the same product."""
        self.deliver(self.siti, (self.kangkung, 10, 6000))
        with patch.multiple(
            type(self),
            company=self.other,
            petugas=self.both,
            bendahara=self.other_bendahara,
            ketua=self._new_person("wulan", ketua=self.other),
        ):
            self.deliver(self.new_active_member("Mawar"), (self.kangkung, 7, 5000))
            self.assertStockAgrees()
        wrong = self.deliver(self.siti, (self.kangkung, 2, 60000))
        self.take_back(wrong, self.ketua)
        self.assertEqual((wrong.state, self.balance("1301")), ("returned", 60000))
        self.assertStockAgrees()

    def test_by_a_second_person(self):
        delivery = self.deliver(self.siti, (self.kangkung, 10, 6000), user=self.bendahara)
        with self.assertRaisesRegex(UserError, "a second person"):
            self.take_back(delivery)
        with self.assertRaises(AccessError):
            self.take_back(delivery, self.petugas)
        self.take_back(delivery, self.ketua)
        with self.assertRaisesRegex(UserError, "can't be taken back"):
            self.take_back(delivery, self.ketua)

    def test_not_by_a_correction(self):
        delivery = self.deliver(self.siti, (self.kangkung, 10, 6000))
        with self.assertRaisesRegex(UserError, "Take it back there"):
            self.as_user(self.petugas, self.env["koperasi.correction"]).create(
                {"transaction_id": delivery.transaction_id.id, "reason": "Salah"}
            )

    def test_a_settlement(self):
        """Settled at the wrong commission; taken back, what was sold is settled again."""
        self.deliver(self.siti, (self.jamu, 20, 8000), kind="consigned")
        self.sell(self.neighbour, self.jamu, 17, 8000)
        settlements = self.as_user(self.bendahara, self.env["koperasi.consignment.settlement"])
        values = {"member_id": self.siti.id, "company_id": self.company.id}
        first = settlements.create(values)
        first.action_settle()
        with self.assertRaisesRegex(UserError, "a second person"):
            self.take_back(first)
        self.take_back(first, self.ketua)
        self.assertEqual((self.balance("4201"), self.balance("4105"), self.balance("2121")), (-136000, 0, 0))
        second = settlements.create(values)
        second.action_settle()
        self.assertEqual((second.due, self.balance("2121")), (122400, -122400))
        with self.assertRaisesRegex(UserError, "Only the last settlement"):
            self.take_back(first, self.ketua)
        self.assertStockAgrees()
