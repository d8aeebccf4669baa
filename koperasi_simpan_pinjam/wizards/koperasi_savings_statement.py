from odoo import api, fields, models
from odoo.tools import date_utils, format_date


class KoperasiSavingsStatement(models.TransientModel):
    """The statement of an account: for which period, as what."""

    _name = "koperasi.savings.statement"
    _description = "Statement of Savings"
    _inherit = ["koperasi.download"]

    savings_id = fields.Many2one("koperasi.savings.account", "Savings Account", required=True)
    date_from = fields.Date("From", required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date("Until", required=True, default=fields.Date.context_today)
    file_type = fields.Selection([("pdf", "PDF"), ("xlsx", "XLSX")], required=True, default="pdf")

    @api.model
    def _default_date_from(self):
        return date_utils.start_of(fields.Date.context_today(self), "year")

    def action_print(self):
        self.ensure_one()
        self.savings_id._statement(self.date_from, self.date_to)  # says now what is wrong with the period
        return self._action_download()

    def _download(self):
        account = self.savings_id
        if self.file_type == "pdf":
            return account._statement_pdf(self.date_from, self.date_to)
        statement = account._statement(self.date_from, self.date_to)
        heads = (
            (self.env._("Date"), 12),
            (self.env._("Number"), 20),
            (self.env._("Code"), 6),
            (self.env._("Description"), 26),
            (self.env._("Withdrawal"), 14),
            (self.env._("Deposit"), 14),
            (self.env._("Balance"), 16),
        )
        opening = (self.date_from, None, None, self.env._("Opening balance"), None, None, statement["opening"])
        rows = [
            tuple(row[name] for name in ("date", "number", "code", "label", "debit", "credit", "balance"))
            for row in statement["rows"]
        ]
        total = (None, None, None, self.env._("Total"), statement["debit"], statement["credit"], statement["closing"])
        period = f"{format_date(self.env, self.date_from)} - {format_date(self.env, self.date_to)}"
        content = self._xlsx(f"{account.display_name}, {period}", heads, [opening, *rows, total])
        return f"{self.env._('Statement')} {account.number}.xlsx", content
