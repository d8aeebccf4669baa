from odoo import fields


class WholeMonetary(fields.Monetary):
    """An amount that comes from `company._from_units` only: nothing is left to round when its row is inserted.

    Odoo would make a record in memory for every value, just to ask it for its currency: half the time that the shares
    of an SHU take, a sixth of a collective run's.
    """

    def convert_to_column_insert(self, value, record, values=None, validate=True):
        return float(value or 0)
