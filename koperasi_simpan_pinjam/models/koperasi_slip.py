import re
from urllib.parse import quote

from odoo import fields, models
from odoo.tools import format_date

from .ir_actions_report import END

# The report for each paper of a cash box.
SLIPS = {"half_a4": "action_report_slip", "roll_80": "action_report_slip_80", "roll_58": "action_report_slip_58"}


class KoperasiTransaction(models.Model):
    """The slip as it is given out: on paper of three sizes, and as a message."""

    _inherit = "koperasi.transaction"

    bill_ids = fields.One2many(
        "ir.attachment", "res_id", domain=[("res_model", "=", "koperasi.transaction")], readonly=True
    )

    def _slip_teller(self):
        """`Dewi, Counter 1`; also for who reads transactions but no cash sessions."""
        transaction = self[:1].sudo()
        return ", ".join(filter(None, (transaction.create_uid.name, transaction.session_id.box_id.name)))

    def _slip_person(self):
        """Who brought or took the money."""
        transaction = self[:1]
        return transaction.member_id.display_name or transaction.party or transaction.partner_id.name or "-"

    def _slip_end(self):
        """What marks the end of a slip on a roll."""
        return END

    def _slip_text(self):
        """The slips as a message, in Indonesian as all receipts are; stars make letters bold there."""
        slips = self.with_context(lang="id_ID")._slips()
        return "\n\n".join("\n".join(slip._slip_text_rows()) for slip in slips)

    def _slip_text_rows(self):
        """:param self: what one slip holds"""
        company = self.company_id
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        rows = [f"*{company.name}*", self._slip_person(), format_date(self.env, self[0].date)]
        for transaction in self:
            rows += ["", f"{kinds[transaction.kind]} {transaction.number}{' *BATAL*' * transaction.is_reversed}"]
            rows += [
                f"- {label}: {company._koperasi_number(amount)}" for label, _detail, amount in transaction._slip_rows()
            ]
            rows.append(f"*Total {company._koperasi_amount(transaction.amount)}*")
        if balances := self._slip_balances():
            rows += ["", self.env._("Balance after:")]
            rows += [f"- {label}: {company._koperasi_number(amount)}" for label, amount in balances]
        return [*rows, "", self.env._("Teller: %s", self._slip_teller())]

    def _whatsapp_number(self):
        """`628123456789`; empty when there is none, so that the sender chooses."""
        digits = re.sub(r"\D", "", self.partner_id[:1].phone or "")
        return f"62{digits[1:]}" if digits.startswith("0") else digits

    # === THE BILL BEHIND IT === #

    def _keep_bill(self, picture):
        """Keep the photo of the bill with its voucher, once; as the voucher itself, nobody changes it.

        :param picture: base64
        """
        self.ensure_one()
        if not self.bill_ids:
            self.env["ir.attachment"].sudo().create(
                {
                    "name": f"{self.number.replace('/', '-')}.jpg",
                    "res_model": self._name,
                    "res_id": self.id,
                    "datas": picture,
                }
            )

    def action_print(self):
        """On the paper of its cash box."""
        printer = self.sudo().session_id.box_id[:1].printer or "half_a4"
        return self.env.ref(f"koperasi_simpan_pinjam.{SLIPS[printer]}").report_action(self)

    def action_whatsapp(self):
        """Open the message to the member, ready to be sent."""
        return {
            "type": "ir.actions.act_url",
            "url": f"https://wa.me/{self._whatsapp_number()}?text={quote(self._slip_text())}",
            "target": "new",
        }
