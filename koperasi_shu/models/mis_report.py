from math import floor

from odoo import models

from ..kernel.allocation import split_surplus


def surplus_from(member, other, surplus):
    """The surplus from members and from others, by the rule of the SHU itself (docs/domain.md 2.5)."""
    member, other, surplus = (floor(round(value or 0, 6)) for value in (member, other, surplus))
    return split_surplus(member, other, member + other - surplus)


class MisReport(models.Model):
    _inherit = "mis.report"

    def prepare_locals_dict(self):
        return {**super().prepare_locals_dict(), "surplus_from": surplus_from}
