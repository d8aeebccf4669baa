from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.koperasi_simpan_pinjam.models.exact import exact

from ..kernel.allocation import Item

TABLES = [("member", "Surplus from Members"), ("other", "Surplus from Non-members")]
TARGETS = [
    ("reserve", "Reserve"),
    ("fund", "Fund"),
    ("capital", "Members: Return on Savings"),
    ("patronage", "Members: Patronage"),
]


class KoperasiShuPolicy(models.Model):
    """How a surplus is allocated, as the articles and the RAT have it: two tables that each total exactly 100 %."""

    _name = "koperasi.shu.policy"
    _description = "SHU Policy"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    member_item_ids = fields.One2many(
        "koperasi.shu.policy.item", "policy_id", "From Members", domain=[("table", "=", "member")], copy=True
    )
    other_item_ids = fields.One2many(
        "koperasi.shu.policy.item", "policy_id", "From Non-members", domain=[("table", "=", "other")], copy=True
    )
    member_total = fields.Float("From Members (%)", compute="_compute_totals", digits=(7, 4))
    other_total = fields.Float("From Non-members (%)", compute="_compute_totals", digits=(7, 4))
    product_ids = fields.Many2many(
        "koperasi.savings.product",
        string="Savings that Count",
        check_company=True,
        help="For the return on savings, hers and everybody's: the same list.",
    )
    balance_method = fields.Selection(
        [
            ("end", "Balance on the Last Day"),
            ("monthly", "Average of Month-end Balances"),
            ("daily", "Average of Daily Balances"),
        ],
        "Savings Measured By",
        required=True,
        default="monthly",
        tracking=True,
    )
    rounding = fields.Selection(
        [("1", "Rp 1"), ("100", "Rp 100"), ("500", "Rp 500"), ("1000", "Rp 1.000")],
        "Shares Rounded to",
        required=True,
        default="1",
        tracking=True,
        help="Rp 1: the pool is divided to the last rupiah, the largest fraction first. Else shares are rounded down.",
    )
    rest_account_id = fields.Many2one(
        "account.account", "Rest of the Rounding to", check_company=True, help="Empty: the reserve.", tracking=True
    )

    @api.depends("member_item_ids.percent", "other_item_ids.percent")
    def _compute_totals(self):
        for policy in self:
            policy.member_total = sum(policy.member_item_ids.mapped("percent"))
            policy.other_total = sum(policy.other_item_ids.mapped("percent"))

    @api.constrains("member_item_ids", "other_item_ids")
    def _check_complete(self):
        """:raise ValidationError: when one of the tables can't be used"""
        tables = dict(TABLES)
        for policy in self:
            for table, items in (("member", policy.member_item_ids), ("other", policy.other_item_ids)):
                total = sum(item._percent() for item in items)
                if total != 100:
                    raise ValidationError(
                        self.env._(
                            "%(table)s of %(policy)s totals %(total)s %%. It must be exactly 100 %%.",
                            table=tables[table],
                            policy=policy.name,
                            total=f"{float(total):g}",
                        )
                    )
            if not policy._reserve_account():
                raise ValidationError(self.env._("%s has no line for the reserve.", policy.name))

    def write(self, vals):
        if set(vals) - {"name", "active"}:
            self._check_not_examined()
        return super().write(vals)

    def _check_not_examined(self):
        """:raise UserError: when the supervisors or the RAT have seen figures of these policies"""
        period = (
            self.env["koperasi.shu.period"]
            .sudo()
            .search([("policy_id", "in", self.ids), ("state", "not in", ("draft", "computed"))], limit=1)
        )
        if period:
            raise UserError(
                self.env._(
                    "%(policy)s stays as it was for %(period)s. Duplicate it and change the copy.",
                    policy=period.policy_id.name,
                    period=period.display_name,
                )
            )

    def _item(self, table, code):
        items = self.member_item_ids if table == "member" else self.other_item_ids
        return items.filtered(lambda item: item.code == code)

    def _reserve_account(self):
        """Where a pool goes that nobody earned."""
        return self.member_item_ids.filtered(lambda item: item.target == "reserve")[:1].account_id

    def _rest_account(self):
        return self.rest_account_id or self._reserve_account()


class KoperasiShuPolicyItem(models.Model):
    _name = "koperasi.shu.policy.item"
    _description = "Line of an SHU Policy"
    _order = "table, sequence, id"
    _check_company_auto = True

    policy_id = fields.Many2one("koperasi.shu.policy", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    table = fields.Selection(TABLES, required=True)
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    percent = fields.Float("%", digits=(7, 4), required=True)
    target = fields.Selection(TARGETS, "Goes to", required=True, default="fund")
    account_id = fields.Many2one("account.account", ondelete="restrict", check_company=True)

    _code = models.UniqueIndex('(policy_id, "table", code)', "This code stands twice in the table.")

    @api.constrains("percent")
    def _check_percent(self):
        for item in self:
            if item.percent < 0:
                raise ValidationError(self.env._("%s: a percent is not negative.", item.name))

    @api.constrains("target", "table", "account_id")
    def _check_target(self):
        for item in self:
            if item.target in ("reserve", "fund") and not item.account_id:
                raise ValidationError(self.env._("%s needs the account that it is credited to.", item.name))
            if item.target in ("capital", "patronage") and item.table == "other":
                raise ValidationError(
                    self.env._(
                        "%s: only what comes from members is shared among members (UU 25/1992 art. 45).",
                        item.name,
                    )
                )
            if item.account_id.koperasi_control:
                raise ValidationError(
                    self.env._(
                        "%s holds savings of members: a fund needs an account of its own.",
                        item.account_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items.policy_id._check_not_examined()
        return items

    def write(self, vals):
        if set(vals) - {"name", "sequence"}:
            self.policy_id._check_not_examined()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_examined(self):
        self.policy_id._check_not_examined()

    def _percent(self):
        """Of 100, exact."""
        self.ensure_one()
        return exact(self.percent)

    def _items(self):
        """The table as its kernel wants it."""
        return [Item(item.code, item._percent()) for item in self]
