from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..kernel.collectibility import PRESETS, Band
from .exact import share

# English and Indonesian; the statutory words (docs/domain.md 4.15).
NAMES = {
    "current": ("Current", "Lancar"),
    "watch": ("Special Mention", "Dalam Perhatian Khusus"),
    "substandard": ("Substandard", "Kurang Lancar"),
    "doubtful": ("Doubtful", "Diragukan"),
    "loss": ("Loss", "Macet"),
}


class KoperasiCollectibilityBand(models.Model):
    """A class of quality of loans: from how many days late, and what is set aside for it."""

    _name = "koperasi.collectibility.band"
    _description = "Quality of Loans"
    _order = "company_id, days_from"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", index=True, default=lambda self: self.env.company
    )
    days_from = fields.Integer("Days Late From", required=True)
    rate = fields.Float("Allowance (%)", digits=(7, 4), required=True)
    net_of_collateral = fields.Boolean("Less Collateral", help="The allowance is of what the collateral leaves.")
    non_performing = fields.Boolean("Non-performing")
    minimum_collateral = fields.Float(
        "Collateral at Least (%)",
        digits=(7, 4),
        help="Of the debt with its overdue service fee. A loan with less falls into the next class.",
    )

    _days = models.UniqueIndex("(company_id, days_from)", "Another class begins on this day.")
    _values = models.Constraint(
        "CHECK (days_from >= 0 AND rate BETWEEN 0 AND 100 AND minimum_collateral >= 0)",
        "Days can't be negative; the allowance is from 0 to 100 %.",
    )

    @api.constrains("days_from", "company_id")
    def _check_first(self):
        for company in self.company_id:
            if not self.search_count([("company_id", "=", company.id), ("days_from", "=", 0)], limit=1):
                raise ValidationError(self.env._("One class must begin at day 0: that of loans on time."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_first(self):
        if any(not band.days_from for band in self):
            raise UserError(self.env._("One class must begin at day 0: that of loans on time."))

    def _kernel_band(self):
        self.ensure_one()
        return Band(
            str(self.id),
            self.days_from,
            share(self.rate),
            self.net_of_collateral,
            self.non_performing,
            share(self.minimum_collateral),
        )

    @api.model
    def _load_preset(self, company, preset):
        """Replace the classes of `company` by those of kernel preset `preset`."""
        bands = self.sudo().with_context(lang="en_US")
        bands.search([("company_id", "=", company.id)])._replace()
        made = bands.create(
            [
                {
                    "name": NAMES[band.code][0],
                    "company_id": company.id,
                    "days_from": band.days_from,
                    "rate": float(band.rate * 100),
                    "net_of_collateral": band.net_of_collateral,
                    "non_performing": band.non_performing,
                    "minimum_collateral": float(band.minimum_collateral * 100),
                }
                for band in PRESETS[preset]
            ]
        )
        for record, band in zip(made, PRESETS[preset]):
            record.with_context(lang="id_ID").name = NAMES[band.code][1]

    def _replace(self):
        """Delete all classes of a company, the first one included: it gets others at once."""
        if self:
            self.env.flush_all()
            self.env.cr.execute("DELETE FROM koperasi_collectibility_band WHERE id = ANY(%s)", [self.ids])
            self.env.invalidate_all()
