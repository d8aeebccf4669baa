from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiLoan(models.Model):
    """Writing a loan off, and what is recovered of it later (docs/domain.md 2.3, 4.10).

    The treasurer proposes, the chair decides. The principal leaves the books against the allowance, what that doesn't
    cover is expense; the claim on the borrower stays in the list.
    """

    _inherit = "koperasi.loan"

    write_off_reason = fields.Char("Reason of the Write-off", readonly=True, copy=False, tracking=True, by_action=True)
    write_off_resolution = fields.Char(
        "Decision of the Members' Meeting",
        readonly=True,
        copy=False,
        tracking=True,
        by_action=True,
        help="Number and date of the minutes that allow it (docs/domain.md 4.10).",
    )
    write_off_proposed_by_id = fields.Many2one(
        "res.users",
        "Write-off Proposed By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        tracking=True,
        by_action=True,
    )
    write_off_proposed_on = fields.Date(readonly=True, copy=False, by_action=True)
    write_off_id = fields.Many2one(
        "koperasi.transaction",
        "Write-off",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="koperasi_simpan_pinjam.group_user",
        by_action=True,
    )
    written_off_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict", by_action=True)
    claim_amount = fields.Monetary(
        "Claim",
        readonly=True,
        copy=False,
        by_action=True,
        help="Principal, service fee and late fee owed on the day of the write-off.",
    )
    claim_recovered = fields.Monetary("Recovered", compute="_compute_claim")
    claim_left = fields.Monetary(compute="_compute_claim")

    @api.depends("line_ids.amount", "claim_amount")
    @api.depends_context("koperasi_as_of")
    def _compute_claim(self):
        claims = self.filtered("claim_amount")
        (self - claims).update({"claim_recovered": 0, "claim_left": 0})
        if not claims:
            return
        domain = [("loan_id", "in", claims.ids), ("component", "=", "recovery")]
        if as_of := self.env.context.get("koperasi_as_of"):
            domain.append(("date", "<=", as_of))
        lines = self.env["koperasi.transaction.line"].sudo()
        recovered = dict(lines._read_group(domain, ["loan_id"], ["amount:sum"]))
        for loan in claims:
            loan.claim_recovered = recovered.get(loan._origin, 0)
            loan.claim_left = loan.claim_amount - loan.claim_recovered

    # === PROPOSED, DECIDED === #

    def _propose_write_off(self, reason, resolution):
        """Ask the chair to write the loan off.

        :param resolution: number and date of the members' decision, of this loan or of loans like it
        """
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        self.sudo()._claim()
        self._check_state("running")
        if self.env.user.partner_id == self.partner_id:
            raise UserError(self.env._("Nobody proposes to write off her own loan."))
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason."))
        if not (resolution or "").strip():
            raise UserError(self.env._("Name the decision of the members' meeting that allows the write-off."))
        if not self._principal_lent().get(self.id):
            raise UserError(self.env._("%s has no principal left to write off.", self.display_name))
        self.sudo()._set(
            write_off_reason=reason,
            write_off_resolution=resolution,
            write_off_proposed_by_id=self.env.uid,
            write_off_proposed_on=fields.Date.context_today(self),
        )

    def action_propose_write_off(self):
        """Ask why."""
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose to Write Off"),
            "res_model": "koperasi.loan.write.off.request",
            "view_mode": "form",
            "target": "new",
            "context": {"default_loan_id": self.id},
        }

    def action_refuse_write_off(self):
        """The chair says no, or the treasurer takes her proposal back."""
        for loan in self:
            loan.company_id._koperasi_check_role("ketua", "bendahara")
            loan.sudo()._claim()
            loan._check_state("running")
            loan.sudo()._set(
                write_off_reason=False,
                write_off_resolution=False,
                write_off_proposed_by_id=False,
                write_off_proposed_on=False,
            )

    def action_write_off(self):
        for loan in self:
            loan._check_can_write_off()
            loan._do_write_off()

    def _check_can_write_off(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("ketua")
        self._check_state("running")
        if not self.write_off_proposed_by_id:
            raise UserError(self.env._("%s: the treasurer proposes the write-off first.", self.display_name))
        if self.env.user == self.write_off_proposed_by_id:  # never relaxed: nobody makes a loan vanish alone
            raise UserError(self.env._("Who proposed a write-off does not decide on it."))
        if self.env.user.partner_id == self.partner_id:
            raise UserError(self.env._("Nobody decides on her own loan."))

    def _do_write_off(self):
        self.ensure_one()
        company = self.company_id
        company.sudo()._claim()  # the allowance is read, and used
        self.sudo()._claim()
        self._check_can_write_off()
        today = fields.Date.context_today(self)
        dues = self._unpaid(on=today).get(self.id, [])
        principal = sum(due.principal for due in dues)
        owed = principal + sum(due.interest + due.penalty + due.fee for due in dues if due.due_date <= today)
        rows = {row.number: row for row in self.installment_ids}
        covered = max(min(principal, company._koperasi_allowance_booked(today)), 0)
        lines = [self._line("principal", due.principal, rows[due.number]) for due in dues if due.principal]
        for component, setting, units in (
            ("allowance", "koperasi_allowance_account_id", covered),
            ("write_off", "koperasi_allowance_expense_account_id", principal - covered),
        ):
            if units:
                lines.append(
                    {
                        "component": component,
                        "account_id": company._koperasi_setting(setting).id,
                        "unit_id": self.product_id.sudo().unit_id.id,
                        "amount": -company._from_units(units),
                        "name": self.number,
                    }
                )
        transaction = self.env["koperasi.posting"]._post(
            company, today, lines, label=self.env._("Write-off %s", self.number), reason=self.write_off_reason
        )
        self.sudo()._set(
            state="written_off",
            write_off_id=transaction.id,
            written_off_by_id=self.env.uid,
            claim_amount=company._from_units(owed),
        )
        self.env["koperasi.audit.log"]._log(
            self, "written_off", f"{self.number}: {company._koperasi_format(principal)}. {self.write_off_reason}"
        )

    # === RECOVERED === #

    def _recovery_lines(self, units):
        """What is paid of a loan after its write-off is income."""
        self.ensure_one()
        company = self.company_id
        left = company._to_units(self.claim_left)
        if units > left:
            raise UserError(
                self.env._(
                    "%(loan)s is written off: %(left)s of the claim is left.",
                    loan=self.display_name,
                    left=company._koperasi_format(left),
                )
            )
        return [self._line("recovery", units, account=company._koperasi_setting("koperasi_recovery_account_id"))]


class KoperasiTransaction(models.Model):
    _inherit = "koperasi.transaction"

    def _check_reversible(self):
        """After a write-off: recoveries are taken back before it, and it before the payments it came after."""
        result = super()._check_reversible()
        for loan in self.line_ids.loan_id.filtered(lambda loan: loan.state == "written_off"):
            own = self.line_ids.filtered(lambda line, loan=loan: line.loan_id == loan)
            if loan.write_off_id == self and loan.claim_recovered:
                raise UserError(self.env._("%s: take back first what was recovered of it.", loan.display_name))
            if loan.write_off_id != self and set(own.mapped("component")) != {"recovery"}:
                raise UserError(self.env._("%s is written off: take back the write-off first.", loan.display_name))
        return result
