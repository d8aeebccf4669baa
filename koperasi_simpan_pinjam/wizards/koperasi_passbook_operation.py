from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiPassbookOperation(models.TransientModel):
    """Print the new lines into a member's passbook, or one of its pages once more."""

    _name = "koperasi.passbook.operation"
    _description = "Print a Passbook"
    _inherit = ["koperasi.download"]

    savings_id = fields.Many2one("koperasi.savings.account", "Savings Account", required=True)
    operation = fields.Selection([("print", "New Lines"), ("reprint", "A Page Again")], required=True, default="print")
    book = fields.Integer(related="savings_id.passbook_book")
    page = fields.Integer(related="savings_id.passbook_page")
    next_row = fields.Integer(compute="_compute_next")
    count = fields.Integer("New Lines", compute="_compute_next")
    new_book = fields.Boolean(help="Begin on the first row of a new book.")
    reprint_page = fields.Integer("Page to Print Again", default=1)

    @api.depends("savings_id")
    def _compute_next(self):
        for wizard in self:
            account = wizard.savings_id
            wizard.next_row = account.passbook_row + 1
            wizard.count = len(account._passbook_lines()) if account else 0

    def action_confirm(self):
        self.ensure_one()
        self.savings_id.company_id._koperasi_check_role("petugas", "bendahara")
        if self.operation == "print":
            return self.savings_id._print_passbook(self.new_book)._action_download()
        self._page_again()
        return self._action_download()

    def _page_again(self):
        """:return: [(row, texts)] of all that stands on the page of the present book"""
        prints = self.env["koperasi.passbook.print"].search(
            [("savings_id", "=", self.savings_id.id), ("book", "=", self.book)]
        )
        sheet = prints._sheets().get(self.reprint_page)
        if not sheet:
            raise UserError(
                self.env._(
                    "Nothing has been printed on page %(page)s of %(account)s.",
                    page=self.reprint_page,
                    account=self.savings_id.display_name,
                )
            )
        return sheet

    def _download(self):
        layout = self.env["koperasi.passbook.layout"]._of(self.savings_id.company_id)
        return f"Buku {self.savings_id.number} {self.reprint_page}.pdf", layout._pdf([self._page_again()])
