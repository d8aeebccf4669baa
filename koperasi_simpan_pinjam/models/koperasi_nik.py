import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

READERS = "koperasi_simpan_pinjam.group_sekretaris,koperasi_simpan_pinjam.group_ketua"


class KoperasiNik(models.AbstractModel):
    """A NIK that is typed, then seen masked: the whole one only by the button that writes it down (UU 27/2022)."""

    _name = "koperasi.nik"
    _description = "NIK Typed and Masked"

    nik_entry = fields.Char(
        "Enter NIK",
        compute="_compute_nik_entry",
        inverse="_inverse_nik_entry",
        groups=READERS,
        help="Empty leaves the NIK as it is.",
    )

    def _compute_nik_entry(self):
        self.nik_entry = False

    def _inverse_nik_entry(self):
        for record in self:
            typed = re.sub(r"[\s.]", "", record.nik_entry or "")
            if len(typed) > 16:  # the field would cut it to one that may exist
                raise ValidationError(self.env._("A NIK has 16 digits and nothing else."))
            if typed:
                record.nik = typed

    def _hide_nik_entry(self):
        """What was typed is not shown again, not even in the answer to saving it."""
        self.invalidate_recordset(["nik_entry"], flush=False)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._hide_nik_entry()
        return records

    def write(self, vals):
        result = super().write(vals)
        if "nik_entry" in vals:
            self._hide_nik_entry()
        return result
