from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

ROLES = ("bendahara", "ketua", "pengawas")
ACTIONS = {
    "quality": "koperasi_simpan_pinjam.koperasi_collectibility_action",
    "arrears": "koperasi_simpan_pinjam.koperasi_collectibility_action_arrears",
}


class KoperasiCollectibilityPrint(models.TransientModel):
    """Quality of loans, or what is in arrears, at the end of any day: as a list or as a sheet."""

    _name = "koperasi.collectibility.print"
    _description = "Quality and Arrears on a Date"
    _inherit = ["koperasi.download"]

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    kind = fields.Selection(
        [("quality", "Quality of Loans"), ("arrears", "Arrears")], "Report", required=True, default="quality"
    )
    date = fields.Date("As Of", required=True, default=fields.Date.context_today)

    def _loans(self):
        """:return: koperasi.collectibility of that day"""
        self.ensure_one()
        self.company_id._koperasi_check_role(*ROLES)
        loans = self.env["koperasi.collectibility"]._as_of(self.company_id, self.date)
        return loans.filtered("days_late") if self.kind == "arrears" else loans

    def action_open(self):
        self.ensure_one()
        self.company_id._koperasi_check_role(*ROLES)
        action = self.env["ir.actions.act_window"]._for_xml_id(ACTIONS[self.kind])
        action["display_name"] = action["name"] = f"{action['name']} {format_date(self.env, self.date)}"
        action["context"] = {"koperasi_as_of": fields.Date.to_string(self.date)}
        action.pop("path", None)  # a readable address would lose the date
        return action

    def action_print(self):
        self.ensure_one()
        if not self._loans():
            raise UserError(self.env._("No loan stands in this report on that day."))
        return self._action_download()

    def _download(self):
        self.ensure_one()
        loans = self._loans()
        label = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        day = format_date(self.env, self.date, date_format="yyyy-MM-dd")
        heads, rows = self._arrears(loans) if self.kind == "arrears" else self._quality(loans)
        title = f"{label} {format_date(self.env, self.date)}, {self.company_id.name}"
        return f"{label} {day}.xlsx", self._xlsx(title, heads, rows)

    def _quality(self, loans):
        heads = (
            (self.env._("Quality"), 22),
            (self.env._("Loan"), 16),
            (self.env._("Number"), 12),
            (self.env._("Member"), 28),
            (self.env._("RW"), 6),
            (self.env._("Product"), 24),
            (self.env._("Disbursed On"), 12),
            (self.env._("Days Late"), 10),
            (self.env._("Principal Left"), 16),
            (self.env._("Arrears"), 14),
            (self.env._("Collateral"), 14),
            (self.env._("Allowance"), 14),
        )
        rows = [
            (
                row.band_id.name or "",
                row.loan_id.number,
                row.member_id.number or "",
                row.member_id.name,
                row.rw_id.code or "",
                row.product_id.name,
                row.date_disbursed,
                row.days_late,
                row.outstanding,
                row.arrears,
                row.collateral,
                row.allowance,
            )
            for row in loans.sorted(lambda row: (row.band_id.days_from, row.loan_id.number))
        ]
        total = sum(loans.mapped("outstanding"))
        blank = (None,) * 6
        rows.append(())
        for band, own in loans.sorted(lambda row: row.band_id.days_from).grouped("band_id").items():
            rows.append((band.name or "", self.env._("%s loans", len(own)), *blank, *self._sums(own)))
        rows.append((self.env._("Total"), self.env._("%s loans", len(loans)), *blank, *self._sums(loans)))
        bad = sum(loans.filtered("non_performing").mapped("outstanding"))
        rows.append((self.env._("Non-performing"), f"{100 * bad / total:.1f} %".replace(".", ","), *blank, bad))
        return heads, rows

    def _sums(self, loans):
        return [sum(loans.mapped(name)) for name in ("outstanding", "arrears", "collateral", "allowance")]

    def _arrears(self, loans):
        heads = (
            (self.env._("Loan"), 16),
            (self.env._("Number"), 12),
            (self.env._("Member"), 28),
            (self.env._("RW / RT"), 10),
            (self.env._("Phone"), 16),
            (self.env._("Late Since"), 12),
            (self.env._("Days Late"), 10),
            (self.env._("Principal"), 14),
            (self.env._("Service Fee"), 14),
            (self.env._("Late Fee"), 12),
            (self.env._("Together"), 14),
        )
        late_fees = {loan: loan.late_fee for loan in loans.loan_id}
        rows = [
            (
                row.loan_id.number,
                row.member_id.number or "",
                row.member_id.name,
                " / ".join(filter(None, (row.rw_id.code, row.member_id.rt))),
                row.member_id.phone or "",
                row.oldest_due,
                row.days_late,
                row.arrears_principal,
                row.arrears_interest,
                late_fees[row.loan_id],
                row.arrears + late_fees[row.loan_id],
            )
            for row in loans
        ]
        sums = [sum(row[column] for row in rows) for column in range(7, 11)]
        rows.append((self.env._("Total"), self.env._("%s loans", len(loans)), None, None, None, None, None, *sums))
        return heads, rows
