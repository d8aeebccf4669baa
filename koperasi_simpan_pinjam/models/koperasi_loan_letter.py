from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

LEVELS = [
    ("bill", "Payment Reminder"),
    ("warning_1", "First Warning"),
    ("warning_2", "Second Warning"),
    ("warning_3", "Third Warning"),
]
ISSUERS = ("petugas", "bendahara", "sekretaris", "ketua")
DAYS = {level: f"koperasi_letter_days_{level}" for level, _label in LEVELS}


class KoperasiLoanLetter(models.Model):
    """A bill or warning for a loan that is late: what it said on its day stays (docs/domain.md 4.14)."""

    _name = "koperasi.loan.letter"
    _description = "Bill or Warning"
    _inherit = ["koperasi.guarded"]
    _order = "date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    loan_id = fields.Many2one("koperasi.loan", required=True, readonly=True, ondelete="restrict", index=True)
    member_id = fields.Many2one(related="loan_id.member_id", store=True, index=True)
    rw_id = fields.Many2one(related="member_id.rw_id", store=True)
    level = fields.Selection(LEVELS, required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    days_late = fields.Integer(readonly=True)
    late_since = fields.Date(readonly=True)
    installments_late = fields.Integer(readonly=True)
    arrears = fields.Monetary(readonly=True)
    late_fee = fields.Monetary(readonly=True)
    total = fields.Monetary("To Be Paid", compute="_compute_total")
    outstanding = fields.Monetary("Principal Left", readonly=True)
    issued_by_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    delivered_on = fields.Date("Handed Over On", readonly=True, by_action=True)
    delivered_by_id = fields.Many2one(
        "res.users", "Handed Over By", readonly=True, ondelete="restrict", by_action=True
    )

    _number = models.UniqueIndex("(company_id, number)", "Another letter has this number.")

    @api.depends("arrears", "late_fee")
    def _compute_total(self):
        for letter in self:
            letter.total = letter.arrears + letter.late_fee

    # === WHICH ARE DUE === #

    @api.model
    def _due(self, company):
        """What should be written today: the next letter of each late loan whose days have come, one step at a time.

        :return: [(koperasi.loan, level)]
        """
        report = self.env["koperasi.collectibility"].sudo()
        self.env.flush_all()
        report.invalidate_model()
        rows = report.search([("company_id", "=", company.id), ("days_late", ">", 0)])
        written = {}
        for letter in self.sudo().search([("loan_id", "in", rows.loan_id.ids)]):
            written.setdefault(letter.loan_id.id, []).append(letter)
        order = [level for level, _label in LEVELS if company[DAYS[level]]]
        result = []
        for row in rows:
            # what was written since the oldest installment that is still open
            done = {letter.level for letter in written.get(row.loan_id.id, []) if letter.date > row.oldest_due}
            level = next((level for level in order if level not in done), None)
            if level and row.days_late >= company[DAYS[level]]:
                result.append((row.loan_id, level))
        return result

    @api.model
    def _issue(self, company, due):
        """Write these letters: what is owed today stands on them from now on."""
        today = fields.Date.context_today(self)
        loans = self.env["koperasi.loan"].sudo().union(*(loan for loan, _level in due))
        dues, lent = loans._unpaid(), loans._principal_lent()
        sequence = self.env.ref(f"account.{company.id}_koperasi_sequence_letter").sudo()
        rows = []
        for loan, level in due:
            open_dues = dues.get(loan.id, [])
            late = [row for row in open_dues if row.due_date < today]
            rows.append(
                {
                    "number": sequence.next_by_id(sequence_date=today),
                    "company_id": company.id,
                    "loan_id": loan.id,
                    "level": level,
                    "date": today,
                    "days_late": (today - late[0].due_date).days,
                    "late_since": late[0].due_date,
                    "installments_late": len(late),
                    "arrears": company._from_units(sum(row.principal + row.interest + row.fee for row in late)),
                    "late_fee": company._from_units(sum(row.penalty for row in open_dues)),
                    "outstanding": company._from_units(lent.get(loan.id, 0)),
                    "issued_by_id": self.env.uid,
                }
            )
        letters = self.sudo().create(rows)
        labels = dict(self._fields["level"]._description_selection(self.env))
        for letter in letters:
            letter.loan_id._message_log(body=f"{labels[letter.level]} {letter.number}")
        return letters.with_env(self.env)

    # === ACTIONS === #

    def action_issue_due(self):
        """Write and print all letters that are due today."""
        company = self.env.company
        company._koperasi_check_role(*ISSUERS)
        due = self._due(company)
        if not due:
            raise UserError(self.env._("No letter is due today."))
        return self._issue(company, due).action_print()

    def action_deliver(self):
        """It is in the borrower's hands."""
        for letter in self:
            letter.company_id._koperasi_check_role(*ISSUERS)
            if letter.delivered_on:
                raise UserError(self.env._("%s was handed over already.", letter.number))
            letter.sudo()._set(delivered_on=fields.Date.context_today(self), delivered_by_id=self.env.uid)

    def action_print(self):
        return self.env.ref("koperasi_simpan_pinjam.action_report_loan_letter").report_action(self)


class KoperasiLoan(models.Model):
    _inherit = "koperasi.loan"

    def action_letters(self):
        self.ensure_one()
        title = self.env._("Bills and Warnings")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.loan.letter",
            "view_mode": "list",
            "domain": [("loan_id", "=", self.id)],
        }


class ResCompany(models.Model):
    """After how many days late each letter is written; 0: not at all."""

    _inherit = "res.company"

    koperasi_letter_days_bill = fields.Integer("Reminder after Days", default=7)
    koperasi_letter_days_warning_1 = fields.Integer("First Warning after Days", default=30)
    koperasi_letter_days_warning_2 = fields.Integer("Second Warning after Days", default=60)
    koperasi_letter_days_warning_3 = fields.Integer("Third Warning after Days", default=90)

    @api.constrains(*DAYS.values())
    def _check_letter_days(self):
        for company in self:
            days = [company[name] for name in DAYS.values()]
            used = [number for number in days if number]
            if min(days) < 0 or used != sorted(used):
                raise ValidationError(self.env._("Each letter comes after more days than the one before."))

    def _koperasi_load_accounts(self):
        result = super()._koperasi_load_accounts()
        self._koperasi_add_letters()
        return result

    @api.model
    def _koperasi_add_letters_everywhere(self):
        """For cooperatives that were there before letters were; called by each update of the addon."""
        for company in self.sudo().search([("is_koperasi", "=", True)]):
            company._koperasi_add_letters()

    def _koperasi_add_letters(self):
        self.ensure_one()
        company = self.with_company(self).sudo()
        company._koperasi_create_sequence("letter", ("Bills and Warnings", "Surat Tagihan dan Peringatan"), "SP")
