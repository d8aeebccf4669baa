from odoo import fields, models


class KoperasiLoanPledge(models.AbstractModel):
    """Savings that stand behind a loan: held from its disbursement until it is paid off (docs/domain.md 4.11, 5.5).

    A model that inherits it has `loan_id`, `savings_id`, and says by `_pledged_amount` how much of the account it is.
    `hold_id` stays with what the payoff released, so that taking the last payment back holds the savings again; a hold
    that people release by hand leaves it empty, and is over.
    """

    _name = "koperasi.loan.pledge"
    _description = "Savings behind a Loan"
    _inherit = ["koperasi.guarded"]

    savings_id = fields.Many2one(
        "koperasi.savings.account", "Savings Account", ondelete="restrict", index="btree_not_null", check_company=True
    )
    hold_id = fields.Many2one(
        "koperasi.savings.hold", readonly=True, copy=False, ondelete="restrict", index="btree_not_null", by_action=True
    )

    def _pledged_amount(self):
        """:return: Monetary of the savings account that is to be held"""
        raise NotImplementedError

    def _pledge_held(self):
        """Its savings are held now."""

    def _pledge_freed(self):
        """Its savings are free again."""

    def _hold_savings(self):
        """The loan is running: hold what is not held yet.

        At the disbursement all of it must be there. When a payment is taken back after a payoff, what the owner drew
        meanwhile is gone: the rest is held, and the loan's log says what is missing.
        """
        for pledge in self.filtered(lambda pledge: pledge.savings_id and pledge.hold_id.state != "active"):
            again = bool(pledge.hold_id)
            hold = self.env["koperasi.savings.hold"].sudo()._pledge(
                pledge.savings_id, pledge._pledged_amount(), pledge.loan_id, partly=again
            )
            company = pledge.company_id
            missing = company._to_units(pledge._pledged_amount() - sum(hold.mapped("amount")))
            if missing:
                pledge.loan_id._message_log(
                    body=self.env._(
                        "%(account)s: %(missing)s is not there any more, so it is not held.",
                        account=pledge.savings_id.display_name,
                        missing=company._koperasi_format(missing),
                    )
                )
            if hold:
                pledge._set(hold_id=hold.id)
                pledge._pledge_held()

    def _free_savings(self):
        """The loan is over."""
        for pledge in self.filtered(lambda pledge: pledge.hold_id.state == "active"):
            pledge.hold_id._do_release()
            pledge._pledge_freed()


class KoperasiLoan(models.Model):
    """What stands behind a loan follows its state, whether a payment, a write-off or a correction brought it there."""

    _inherit = "koperasi.loan"

    def _set(self, **vals):
        result = super()._set(**vals)
        if "state" in vals:
            self.sudo()._follow_state()
        return result

    def _after_posting(self):
        result = super()._after_posting()
        for loan in self.sudo().filtered(lambda loan: loan.state == "written_off" and not loan.claim_left):
            loan._pledges_call("_free_savings")  # all of the claim was recovered
        return result

    def _follow_state(self):
        for loan in self:
            if loan.state == "running":
                loan._pledges_call("_hold_savings")
            elif loan.state in ("paid", "rejected", "cancelled"):
                loan._pledges_call("_free_savings")

    def _pledges_call(self, method):
        for name in self._pledge_fields():
            getattr(self[name], method)()

    def _pledge_fields(self):
        """:return: names of the one2many fields whose rows are pledges"""
        return []


class KoperasiSavingsHold(models.Model):
    _inherit = "koperasi.savings.hold"

    def _pledge(self, account, amount, loan, partly=False):
        """Hold savings for a loan; its own actions have checked the person.

        :param partly: hold what is free when it is less
        :return: the hold; empty when nothing is free
        """
        company = account.company_id
        if partly:
            account._claim()
            free = account._lowest_units(fields.Date.context_today(self))[account] - account._held_units()[account]
            amount = min(amount, company._from_units(max(free, 0)))
        if not amount:
            return self.browse()
        return self._place(
            [
                {
                    "savings_id": account.id,
                    "amount": amount,
                    "reason": "collateral",
                    "origin": f"{loan._name},{loan.id}",
                    "note": loan.number,
                }
            ]
        )

    def action_release(self):
        """By hand, before the loan is over: two persons answer for it, and it stands in the loan's log."""
        result = super().action_release()
        for hold in self.sudo().filtered("origin"):
            hold._unpledge()
        return result

    def _unpledge(self):
        """What is released by hand stands behind its loan no more."""
        loan = self.origin
        for name in loan._pledge_fields():
            for pledge in loan[name].filtered(lambda pledge: pledge.hold_id == self):
                pledge._pledge_freed()
                pledge._set(hold_id=False)
                loan._message_log(body=self.env._("%s is not held for this loan any more.", self.display_name))
