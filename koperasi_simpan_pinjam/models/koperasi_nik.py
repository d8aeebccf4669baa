import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import NO_ACCESS

from ..kernel import nik as nik_kernel

READERS = "koperasi_simpan_pinjam.group_sekretaris,koperasi_simpan_pinjam.group_ketua"
TAKEN_AWAY = "-"


def digits(typed):
    """:return: what was typed without blanks and dots"""
    return re.sub(r"[\s.]", "", typed or "")


class KoperasiNik(models.AbstractModel):
    """A NIK that is typed, then seen masked: the whole one only by the button that writes it down (UU 27/2022).

    The stored field is nobody's: what needs the whole NIK (duplicates, the import) reads it elevated, and tells only
    what follows from it.
    """

    _name = "koperasi.nik"
    _description = "NIK Typed and Masked"

    # The youngest who may have one here, in years.
    _nik_youngest = nik_kernel.YOUNGEST

    nik = fields.Char("NIK", size=16, copy=False, groups=NO_ACCESS)
    nik_masked = fields.Char("NIK (masked)", compute="_compute_nik_masked", compute_sudo=True)
    nik_entry = fields.Char(
        "Enter NIK",
        compute="_compute_nik_entry",
        inverse="_inverse_nik_entry",
        groups=READERS,
        help="Empty leaves the NIK as it is, a dash takes it away.",
    )

    @api.depends("nik")
    def _compute_nik_masked(self):
        for record in self:
            record.nik_masked = nik_kernel.mask(record.nik) if record.nik else False

    def _compute_nik_entry(self):
        self.nik_entry = False

    def _inverse_nik_entry(self):
        typed = {record: digits(record.nik_entry) for record in self if digits(record.nik_entry)}
        if any(len(value) > 16 for value in typed.values()):  # the field would cut it to one that may exist
            raise ValidationError(self.env._("A NIK has 16 digits and nothing else."))
        self._check_nik_free({record: value for record, value in typed.items() if value != TAKEN_AWAY})
        for record, value in typed.items():
            record.sudo().nik = value != TAKEN_AWAY and value

    def _check_nik_free(self, typed):
        """Hook: refuse a NIK that somebody else has.

        :param typed: {record: what was typed for her}
        """

    @api.constrains("nik")
    def _check_nik(self):
        for record in self.sudo().filtered("nik"):
            try:
                nik_kernel.parse(record.nik, fields.Date.context_today(record), youngest=self._nik_youngest)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "The NIK of %(name)s can't be right: %(reason)s",
                        name=record.name,
                        reason=self._nik_reason(error),
                    )
                ) from None

    @api.model
    def _nik_reason(self, error):
        """:param error: ValueError of the kernel, which speaks no Indonesian
        :return: what is wrong with a NIK, in the reader's language
        """
        reasons = {
            "1-2": self.env._("Digits 1-2 of a NIK, the province, are from 11 to 97."),
            "7-8": self.env._("Digits 7-8 of a NIK, the day of birth, are 01-31 or, of women, 41-71."),
            "9-10": self.env._("Digits 9-10 of a NIK, the month of birth, are from 01 to 12."),
            "13-16": self.env._("Digits 13-16 of a NIK are not 0000."),
            "7-12": self.env._("Digits 7-12 of the NIK are no day that there is."),
            "11-12": self.env._("By digits 11-12 of the NIK, the year of birth, she is too young or too old."),
        }
        place = re.search(r"NIK digits (\S+) ", str(error))
        return reasons[place[1]] if place else self.env._("A NIK has 16 digits and nothing else.")

    def _entries(self):
        """:return: the fields that are typed into and never shown again"""
        return ["nik_entry"]

    def _hide_entries(self):
        """What was typed is not shown again, not even in the answer to saving it."""
        self.invalidate_recordset(self._entries(), flush=False)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._hide_entries()
        return records

    def write(self, vals):
        result = super().write(vals)
        if set(self._entries()) & set(vals):
            self._hide_entries()
        return result

    def _reveal(self, field, event):
        """Show the whole number to who may see it, and write down that she did.

        :param field: name of the stored field
        :param event: what the audit log calls it
        :return: action: a notification
        """
        self.ensure_one()
        self.check_access("read")
        self.company_id._koperasi_check_role("sekretaris", "ketua")
        self.env["koperasi.audit.log"]._log(self, event, self.display_name)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"title": self.display_name, "message": self.sudo()[field] or "-", "sticky": True},
        }
