from odoo import fields, models
from odoo.tools import format_date

REPORTS = {
    "balances": "koperasi_simpan_pinjam.koperasi_balance_report_action",
    "members": "koperasi_simpan_pinjam.koperasi_member_action",
    "accounts": "koperasi_simpan_pinjam.koperasi_savings_account_action",
    "loans": "koperasi_simpan_pinjam.koperasi_loan_action",
    "quality": "koperasi_simpan_pinjam.koperasi_collectibility_action",
    "schedule": "koperasi_simpan_pinjam.koperasi_schedule_report_action",
    "exposure": "koperasi_simpan_pinjam.koperasi_exposure_report_action",
    "control": "koperasi_simpan_pinjam.koperasi_control_account_action",
    "faults": "koperasi_simpan_pinjam.koperasi_control_fault_action",
}


class KoperasiAsOf(models.TransientModel):
    """Opens a list as it stood at the end of a past day."""

    _name = "koperasi.as.of"
    _description = "On a Date"

    date = fields.Date(required=True, default=fields.Date.context_today)
    report = fields.Selection(
        [
            ("balances", "Balances"),
            ("members", "Members and Their Dues"),
            ("accounts", "Savings Accounts"),
            ("loans", "Loans"),
            ("quality", "Loans by Quality, Purpose and RW"),
            ("schedule", "Installments to Come"),
            ("exposure", "Lending Limits (BMPP)"),
            ("control", "Subsidiary Ledger = General Ledger"),
            ("faults", "Faults Between the Books"),
        ],
        required=True,
        default="balances",
    )

    def action_open(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(REPORTS[self.report])
        action["display_name"] = action["name"] = f"{action['name']} {format_date(self.env, self.date)}"
        action["context"] = {"koperasi_as_of": fields.Date.to_string(self.date)}
        action.pop("path", None)  # a readable address would lose the date
        return action
