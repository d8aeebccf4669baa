from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.koperasi_simpan_pinjam.models.whole_monetary import WholeMonetary


class KoperasiShuShare(models.Model):
    """What one member gets of a year's surplus, with every figure that it comes from."""

    _name = "koperasi.shu.share"
    _description = "Member's Share of the SHU"
    _order = "period_id desc, member_number, id"
    _rec_names_search = ["member_id.name", "member_number"]

    period_id = fields.Many2one("koperasi.shu.period", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="period_id.state")
    member_id = fields.Many2one("koperasi.member", required=True, readonly=True, ondelete="restrict", index=True)
    member_number = fields.Char(related="member_id.number", store=True, precompute=True)
    rw_id = fields.Many2one(related="member_id.rw_id", store=True, precompute=True)
    balance_sum = WholeMonetary(
        "Savings", readonly=True, help="Sum of the month-end balances (or the days') of the savings that count."
    )
    volume = WholeMonetary("Business Volume", readonly=True, help="What she brought to the cooperative's business.")
    capital_amount = WholeMonetary("Return on Savings", readonly=True)
    patronage_amount = WholeMonetary("Patronage", readonly=True)
    amount = WholeMonetary("Share", compute="_compute_amount", store=True, precompute=True)
    payout = fields.Selection(
        [("savings", "Into Voluntary Savings"), ("cash", "In Cash at the Counter")],
        "She Wants It",
        default="cash",
        required=True,
    )
    savings_id = fields.Many2one("koperasi.savings.account", "SHU Account", readonly=True, ondelete="restrict")
    left_amount = fields.Monetary("Still to Take", related="savings_id.balance")

    _once = models.UniqueIndex("(period_id, member_id)", "This member has a share already.")
    _savings = models.Index("(savings_id) WHERE savings_id IS NOT NULL")

    @api.depends("capital_amount", "patronage_amount")
    def _compute_amount(self):
        for share in self:
            share.amount = share.capital_amount + share.patronage_amount

    @api.depends("member_id.display_name", "period_id.display_name")
    def _compute_display_name(self):
        for share in self:
            share.display_name = f"{share.period_id.display_name}, {share.member_id.display_name}"

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("Shares are computed, never typed."))

    def write(self, vals):
        if set(vals) - {"payout"}:
            raise UserError(self.env._("Shares are computed, never typed."))
        return super().write(vals)

    def _append(self, vals_list):
        """Create past the guard; private, so not callable by RPC."""
        return super().create(vals_list)

    def _set(self, **vals):
        """Set guarded fields past `write`; private, so not callable by RPC."""
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        if any(share.period_id.state not in ("draft", "computed") for share in self):
            raise UserError(self.env._("Shares that were examined are kept."))

    def _open_accounts(self, product):
        """Give each of these shares the member's account of `product`, opened where she has none."""
        accounts = self.env["koperasi.savings.account"]
        known = accounts.search([("product_id", "=", product.id), ("state", "=", "open")]).grouped("member_id")
        lacking = self.filtered(lambda share: share.member_id not in known)
        made = accounts.create([{"product_id": product.id, "member_id": share.member_id.id} for share in lacking])
        known.update(made.grouped("member_id"))
        for share in self:
            share._set(savings_id=known[share.member_id].id)

    # === PAID OUT === #

    def action_to_savings(self):
        """Move what these members have not taken yet to their voluntary savings."""
        for share in self.filtered("left_amount"):
            share.company_id._koperasi_check_role("petugas", "bendahara")
            target = share._voluntary_accounts().get(share.member_id, share.savings_id.browse())[:1]
            if not target:
                raise UserError(
                    self.env._("%s has no open account of voluntary savings.", share.member_id.display_name)
                )
            share.savings_id._transfer(
                target, share.left_amount, fields.Date.context_today(share), label=share.period_id.display_name
            )

    def _voluntary_accounts(self):
        """:return: {member: her open accounts of voluntary savings}"""
        return (
            self.env["koperasi.savings.account"]
            .sudo()
            .search(
                [
                    ("member_id", "in", self.member_id.ids),
                    ("savings_class", "=", "sukarela"),
                    ("state", "=", "open"),
                ],
                order="id",
            )
            .grouped("member_id")
        )

    def action_print_slip(self):
        return self.env.ref("koperasi_shu.action_report_shu_slip").report_action(self)

    # === THE SLIP: every figure that the share can be recomputed from === #

    def _slip(self):
        """What the slip shows, amounts as text.

        :return: {capital, patronage: (hers, all, pool, exact share), rounding, total, words}
        """
        self.ensure_one()
        company, period = self.company_id, self.period_id
        exact, rows = Fraction(0), {}
        for target, own, total in (
            ("capital", self.balance_sum, period.balance_sum),
            ("patronage", self.volume, period.volume),
        ):
            pool = sum(period._pool(target).mapped("amount"))
            own, total, amount = (company._to_units(value) for value in (own, total, pool))
            share = Fraction(amount * own, total) if total else Fraction(0)
            exact += share
            rows[target] = [
                *(
                    company._koperasi_number(value)
                    for value in (company._from_units(own), company._from_units(total), pool)
                ),
                self._decimals(share),
            ]
        units = company._to_units(self.amount)
        return {
            **rows,
            "rounding": self._decimals(units - exact),
            "total": company._koperasi_format(units),
            "words": company._koperasi_words(self.amount).capitalize(),
        }

    def _decimals(self, value):
        """`1.250,33`, negative in brackets."""
        cents = (Decimal(abs(value).numerator) / abs(value).denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
        text = f"{cents:,}".replace(",", "_").replace(".", ",").replace("_", ".")
        return f"({text})" if value < 0 and cents else text
