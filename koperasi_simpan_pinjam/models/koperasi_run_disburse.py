from odoo import fields, models
from odoo.exceptions import UserError

LOANS = 250  # in one transaction and entry


class KoperasiRunDisburse(models.AbstractModel):
    """The kind of run that pays many approved loans out of one bank, by the rules of each (docs/domain.md 4.13, 4.14).

    Of a bank only: cash is handed over one by one, against a receipt. What does not fit the funds any more, or may not
    be paid out by this treasurer, is left out with the reason.
    """

    _name = "koperasi.run.disburse"
    _description = "Runs That Pay Loans Out"

    loan_ids = fields.Many2many(
        "koperasi.loan", "koperasi_run_loan_rel", "run_id", "loan_id", "Loans to Pay Out", check_company=True
    )
    journal_id = fields.Many2one(
        "account.journal", "Paid From", check_company=True, domain="[('type', '=', 'bank')]", ondelete="restrict"
    )

    def _check_can_disburse(self):
        if not self.loan_ids:
            raise UserError(self.env._("Choose the loans to pay out."))
        if self.sudo().journal_id.type != "bank":
            raise UserError(self.env._("Choose the bank the loans are paid from; cash is paid out one by one."))

    def _disburse_chunk(self, size):
        """:return: how many loans were treated"""
        if not self.total_count:
            self._set(total_count=len(self.loan_ids))
        loans = self.loan_ids.filtered(lambda loan: loan.id > self.cursor).sorted("id")[: min(size, LOANS)]
        if not loans:
            self._set(state="done")
            return 0
        self.company_id._claim()
        loans._claim()
        paid, lines, reasons = self._begin_loans(loans)
        if paid:
            self.env["koperasi.posting"]._post(
                self.company_id,
                self.date_to,
                lines,
                tenders=[(self.journal_id, sum(line["amount"] for line in lines))],
                run=self,
                origin=self,
                label=self.display_name,
            )
        self.env["koperasi.run.skip"].create(
            [{"run_id": self.id, "loan_id": loan.id, "reason": reason} for loan, reason in reasons.items()]
        )
        self._set(state="running", cursor=loans[-1].id, done_count=self.done_count + len(loans))
        return len(loans)

    def _rehearse_loans(self):
        """What the run will do to each loan: played through to the last posting, and nothing of it stays.

        :return: [{loan_id, lent, deducted, net, funds_left, reason}], amounts in the currency, in the run's order;
            `funds_left` are the general funds after it, of a loan that is paid out of them
        """
        self.ensure_one()
        self._check_can_start()
        run, company = self.sudo(), self.company_id.sudo()
        left = company._koperasi_loanable_units(run.loan_ids.browse(), committed=False)
        with self._rehearsal():
            run._set(requested_by_id=self.env.uid, cursor=0, total_count=0, done_count=0)
            while run._disburse_chunk(LOANS):
                pass
            lent, net = run._loan_sums()
            reasons = {skip.loan_id.id: skip.reason for skip in run.skip_ids}
        rows = []
        for loan in run.loan_ids.sorted("id"):
            units = lent.get(loan.id, 0)
            general = units and not loan._waits_for_campaign()
            left -= units if general else 0
            rows.append(
                {
                    "loan_id": loan.id,
                    "lent": company._from_units(units),
                    "deducted": company._from_units(units - net.get(loan.id, 0)),
                    "net": company._from_units(net.get(loan.id, 0)),
                    "funds_left": company._from_units(left) if general else False,
                    "reason": reasons.get(loan.id),
                }
            )
        return rows

    def _loan_sums(self):
        """:return: ({loan id: lent}, {loan id: paid out}) by this run, in money units"""
        lent, net = {}, {}
        for loan, component, amount in self.env["koperasi.transaction.line"]._read_group(
            [("run_id", "=", self.id), ("loan_id", "!=", False)], ["loan_id", "component"], ["amount:sum"]
        ):
            units = -self.company_id._to_units(amount)
            net[loan.id] = net.get(loan.id, 0) + units
            if component == "principal":
                lent[loan.id] = units
        return lent, net

    def _begin_loans(self, loans):
        """:return: (loans that are paid out, their lines, {loan: why it is left out})"""
        company, day = self.company_id, self.date_to
        funds = {False: company._koperasi_loanable_units(loans.browse(), committed=False)}
        paid, reasons = loans.browse(), {}
        for loan in loans:
            campaign = loan.fundraising_id if loan._waits_for_campaign() else loan.fundraising_id.browse()
            source = campaign.id
            if source not in funds:
                funds[source] = campaign._loanable_units(loan.browse(), committed=False)
            units = company._to_units(loan.amount)
            if reason := self._refusal(loan):
                reasons[loan] = reason
            elif units > funds[source]:
                reasons[loan] = self.env._(
                    "Only %s is left of the funds: it waits in the queue.", company._koperasi_format(funds[source])
                )
                loan._set(state="queued")
            else:
                funds[source] -= units
                paid |= loan
        first_due = {loan: loan.product_id._first_due(day) for loan in paid}
        charges = {loan: loan._fix_charges() for loan in paid}
        first_fees = paid._first_fee_units()
        self.env["koperasi.loan.installment"]._append(
            [
                values
                for loan in paid
                for values in loan._installment_values(first_due[loan], day, first_fees.get(loan.id, 0))
            ]
        )
        paid._set(date_disbursed=day, disbursed_by_id=self.requested_by_id.id)
        lines = []
        for loan in paid:
            lines.append(loan._line("principal", -company._to_units(loan.amount)))
            lines += loan._charge_lines(charges[loan].filtered(lambda row: row.collected == "deducted"))
        return paid, lines, reasons

    def _refusal(self, loan):
        """Why the one who started the run may not pay this loan out here; None when she may."""
        user, company = self.requested_by_id, self.company_id
        if loan.state not in ("approved", "queued"):
            return self.env._("It is not approved, or paid out already.")
        if loan.approved_by_id == user and not company.koperasi_self_approval:
            return self.env._("%s approved it: another one pays it out.", user.name)
        if loan.partner_id == user.partner_id:
            return self.env._("Nobody disburses her own loan.")
        fees = loan._fee_units()
        deducted = sum(units for row, units in fees if row.collected == "deducted")
        if loan.replaces_id or any(row.collected == "apart" for row, _units in fees):
            return self.env._("It pays off another loan, or has fees paid apart: pay it out by itself.")
        if any(loan[name].savings_id for name in loan._pledge_fields()):
            return self.env._("Savings are held behind it when it is paid out: pay it out by itself.")
        if deducted >= company._to_units(loan.amount):
            return self.env._("%s: nothing would be left of the loan after its fees.", loan.display_name)
        if loan.approved_by_id == user:
            self.env["koperasi.audit.log"]._log(loan, "self_approval")
        return None


class KoperasiLoan(models.Model):
    _inherit = "koperasi.loan"

    def action_disburse_together(self):
        """A run for these loans, for the treasurer to look at and start."""
        company = self.company_id
        if len(company) != 1:
            raise UserError(self.env._("Choose loans of one cooperative."))
        company._koperasi_check_role("bendahara")
        loans = self.filtered(lambda loan: loan.state in ("approved", "queued"))
        if not loans:
            raise UserError(self.env._("Choose approved loans."))
        bank = self.env["account.journal"].search([("company_id", "=", company.id), ("type", "=", "bank")], limit=1)
        run = self.env["koperasi.run"].create(
            {
                "company_id": company.id,
                "kind": "disburse",
                "date_from": fields.Date.context_today(self),
                "loan_ids": [fields.Command.set(loans.ids)],
                "journal_id": bank.id,
            }
        )
        return {"type": "ir.actions.act_window", "res_model": "koperasi.run", "res_id": run.id, "view_mode": "form"}
