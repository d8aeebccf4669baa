from odoo import fields, models


class KoperasiRw(models.Model):
    _name = "koperasi.rw"
    _description = "RW"
    _inherit = ["koperasi.claimable"]
    _order = "code"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, size=3, help="Two digits: part of the member number.")
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    last_number = fields.Integer(
        default=0, copy=False, readonly=True, help="Last member number given; never given again."
    )

    _code = models.UniqueIndex("(company_id, code)", "There is already an RW with this code.")

    def _take_member_numbers(self, count):
        """`RW05-0001`, ...: the next `count` numbers, none of them ever given before (docs/domain.md 8.4)."""
        self.ensure_one()
        self._claim()
        first = self.last_number + 1
        self.last_number += count
        return [f"RW{self.code}-{number:04}" for number in range(first, first + count)]
