from datetime import datetime

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class StockPicking(models.Model):
    _inherit = "stock.picking"

    koperasi_delivery_id = fields.Many2one(
        "koperasi.delivery", "Goods from a Member", readonly=True, copy=False, index="btree_not_null"
    )

    def _koperasi_moment(self, date):
        """The moment at which goods of `date` moved: now, or on another day the same time of day.

        In UTC, as Odoo stores it and cuts days when it values the stock.
        """
        return datetime.combine(date, fields.Datetime.now().time())

    def _koperasi_done(self, date):
        """Validate these transfers on `date`: Odoo dates goods and their entry now, whatever the papers say.

        The one place where picking, moves, their lines and the entry get the day they belong to.

        :raise UserError: for a day before the last closing of the stock, or before a sale of the same goods
        """
        moment = self._koperasi_moment(date)
        for picking in self:
            picking._koperasi_check_date(date, moment)
            picking._koperasi_check_prices(moment)
        self.with_context(force_period_date=date)._action_done()
        self.move_ids.date = moment
        self.date_done = moment
        self.move_ids.product_id._update_standard_price()
        entries = self.move_ids.account_move_id
        if any(move.state != "done" for move in self.move_ids) or any(entry.date != date for entry in entries):
            raise UserError(self.env._("%s could not be recorded on that day.", self[:1].display_name))

    def _koperasi_check_date(self, date, moment):
        closing = self.company_id._get_last_closing_date()
        if closing and date < fields.Date.to_date(closing):
            raise UserError(
                self.env._(
                    "The stock was closed on %(closing)s: goods can't come or go on %(date)s any more. "
                    "Choose a later date.",
                    closing=format_date(self.env, fields.Date.to_date(closing)),
                    date=format_date(self.env, date),
                )
            )
        later = self.env["stock.move"].search(
            [
                ("product_id", "in", self.move_ids.product_id.ids),
                ("company_id", "=", self.company_id.id),
                ("is_out", "=", True),
                ("date", ">", moment),
            ],
            order="date desc",
            limit=1,
        )
        if later:
            raise UserError(
                self.env._(
                    "%(product)s was sold or used on %(later)s: what it cost is known. Choose that day or a later one.",
                    product=later.product_id.display_name,
                    later=format_date(self.env, later.date.date()),
                )
            )

    def _koperasi_check_prices(self, moment):
        """A price set on a product is what its stock is worth from then on, earlier receipts included.

        Odoo sets 0 when a product is made; before goods of an earlier day come in that goes back to before them.

        :raise UserError: when somebody set another price after `moment`
        """
        later = (
            self.env["product.value"]
            .sudo()
            .search(
                [
                    ("product_id", "in", self.move_ids.product_id.ids),
                    ("move_id", "=", False),
                    ("date", ">=", moment),
                ]
            )
        )
        known = later.filtered("value")
        if known:
            raise UserError(
                self.env._(
                    "The cost of %(product)s was set on %(date)s. Choose that day or a later one.",
                    product=known[0].product_id.display_name,
                    date=format_date(self.env, known[0].date.date()),
                )
            )
        later.date = fields.Datetime.subtract(moment, seconds=1)
