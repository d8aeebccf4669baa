import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class KoperasiInvoiceReceipt(models.TransientModel):
    """A buyer pays invoices in cash at the counter. The key makes a double click count once.

    Tellers hold no right on Odoo's accounting: the open invoices of the buyer are shown as plain lines.
    """

    _name = "koperasi.invoice.receipt"
    _description = "Invoices Paid in Cash"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Buyer", required=True)
    session_id = fields.Many2one("koperasi.cash.session", "Cash Session", compute="_compute_session_id")
    line_ids = fields.One2many(
        "koperasi.invoice.receipt.line", "receipt_id", compute="_compute_line_ids", store=True, readonly=False
    )
    total = fields.Monetary(compute="_compute_total")
    key = fields.Char(default=lambda self: str(uuid.uuid4()), required=True, readonly=True)

    @api.depends("company_id")
    def _compute_session_id(self):
        for receipt in self:
            receipt.session_id = self.env["koperasi.cash.session"]._current(receipt.company_id)

    @api.depends("partner_id", "company_id")
    def _compute_line_ids(self):
        for receipt in self:
            receipt.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "number": invoice.name,
                            "date": invoice.invoice_date,
                            "residual": invoice.amount_residual,
                            "amount": invoice.amount_residual,
                        }
                    )
                    for invoice in receipt._open_invoices()
                ),
            ]

    @api.depends("line_ids.amount")
    def _compute_total(self):
        for receipt in self:
            receipt.total = sum(receipt.line_ids.mapped("amount"))

    def _open_invoices(self):
        """Posted invoices of the buyer that are not fully paid, oldest first."""
        company = self.company_id
        if not self.partner_id or not self.env.user._koperasi_has_role(company, ("petugas", "bendahara")):
            return self.env["account.move"].sudo().browse()
        return (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                    ("commercial_partner_id", "=", self.partner_id.sudo().commercial_partner_id.id),
                    ("amount_residual", ">", 0),
                ],
                order="invoice_date, id",
            )
        )

    def action_confirm(self):
        """Record it and show the receipt; asked again with the same key, show the same receipt."""
        self.ensure_one()
        return self._record()._action_form()

    def _record(self):
        company, posting = self.company_id, self.env["koperasi.posting"]
        company._koperasi_check_role("petugas", "bendahara")
        lines = self.line_ids.filtered("amount")
        content = ["invoices", self.partner_id.id, [[line.number, company._to_units(line.amount)] for line in lines]]
        known = posting._replay(company, self.key, content)
        if known:
            return known
        if not self.session_id:
            raise UserError(self.env._("Open the cash session first."))
        if not lines:
            raise UserError(self.env._("Enter an amount first."))
        invoices = {invoice.name: invoice for invoice in self._open_invoices()}
        for line in lines:
            if line.number not in invoices:
                raise UserError(self.env._("%s has been paid already.", line.number))
        return posting._receive_invoices(
            company,
            {invoices[line.number]: line.amount for line in lines},
            self.session_id,
            key=self.key,
            content=content,
        )


class KoperasiInvoiceReceiptLine(models.TransientModel):
    _name = "koperasi.invoice.receipt.line"
    _description = "Invoice to Be Paid"

    receipt_id = fields.Many2one("koperasi.invoice.receipt", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="receipt_id.currency_id")
    number = fields.Char("Invoice", required=True)
    date = fields.Date("Invoice Date")
    residual = fields.Monetary("Still to Be Paid")
    amount = fields.Monetary("Paid Now")
