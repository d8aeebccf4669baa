from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.koperasi_simpan_pinjam.kernel.money import apportion
from odoo.addons.koperasi_simpan_pinjam.models.exact import exact

DIRECTIONS = ("received", "sold", "returned", "lost")


class KoperasiConsignmentSettlement(models.Model):
    """What a member's consigned goods brought since the last settlement, and what is due to her.

    The buyers' invoices put the whole price on the sales accounts; one memorial takes it off again, credits her and
    the commission (docs/domain.md 2.3). Each move of her goods is counted once.
    """

    _name = "koperasi.consignment.settlement"
    _description = "Consignment Settlement"
    _inherit = ["koperasi.document"]
    _order = "date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index=True, by_action=True)
    date = fields.Date("Up To", required=True, default=fields.Date.context_today, help="Sales of this day included.")
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    member_id = fields.Many2one("koperasi.member", required=True, ondelete="restrict", index=True, check_company=True)
    partner_id = fields.Many2one(related="member_id.partner_id")
    line_ids = fields.One2many(
        "koperasi.consignment.settlement.line", "settlement_id", "Goods", readonly=True, by_action=True
    )
    move_ids = fields.One2many(
        "stock.move", "koperasi_settlement_id", "Moves", readonly=True, groups="stock.group_stock_user"
    )
    sales = fields.Monetary(compute="_compute_totals", store=True)
    commission = fields.Monetary(compute="_compute_totals", store=True)
    due = fields.Monetary("Due to Her", compute="_compute_totals", store=True)
    waiting = fields.Char(
        "Not Yet Invoiced", compute="_compute_waiting", help="Sold, but settled only when the buyer has an invoice."
    )
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Settled"), ("returned", "Taken Back")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        by_action=True,
    )
    transaction_id = fields.Many2one(
        "koperasi.transaction", readonly=True, copy=False, ondelete="restrict", by_action=True
    )
    done_by_id = fields.Many2one(
        "res.users", "Settled By", readonly=True, copy=False, ondelete="restrict", by_action=True
    )

    _number = models.UniqueIndex("(company_id, number)", "Another settlement has this number.")

    @api.depends("number", "member_id.name")
    def _compute_display_name(self):
        for settlement in self:
            settlement.display_name = f"{settlement.number or ''} {settlement.member_id.name or ''}".strip()

    @api.depends("line_ids.sales", "line_ids.commission_amount", "line_ids.due")
    def _compute_totals(self):
        for settlement in self:
            settlement.sales = sum(settlement.line_ids.mapped("sales"))
            settlement.commission = sum(settlement.line_ids.mapped("commission_amount"))
            settlement.due = sum(settlement.line_ids.mapped("due"))

    @api.depends("member_id", "date", "state")
    def _compute_waiting(self):
        for settlement in self:
            moves = settlement._moves() if settlement.state == "draft" and settlement.member_id else []
            settlement.waiting = ", ".join(
                sorted({move.picking_id.name or move.reference for move in moves if not move._koperasi_countable()})
            )

    @api.model_create_multi
    def create(self, vals_list):
        settlements = super().create(vals_list)
        settlements._fill()
        return settlements

    def write(self, vals):
        result = super().write(vals)
        if {"member_id", "date", "company_id"} & set(vals):
            self._fill()
        return result

    # === WHAT MOVED === #

    @api.model
    def _move_domain(self, company, owner, until=None):
        """Moves of `owner`'s goods (all members' when empty) that no settlement has counted, up to the end of a day."""
        domain = [
            ("company_id", "=", company.id),
            ("state", "=", "done"),
            ("koperasi_settlement_id", "=", False),
            ("restrict_partner_id", "=", owner.id) if owner else ("restrict_partner_id", "!=", False),
            ("restrict_partner_id", "!=", company.partner_id.id),
        ]
        if until:
            domain.append(("date", "<", datetime.combine(until + timedelta(days=1), time())))
        return domain

    def _moves(self):
        self.ensure_one()
        moves = (
            self.env["stock.move"]
            .sudo()
            .search(self._move_domain(self.company_id, self.partner_id, self.date), order="date, id")
        )
        return moves.filtered(
            lambda move: move._koperasi_consigned_direction() and move.product_id._koperasi_unit(move.company_id)
        )

    @api.model
    def _unsettled_owners(self, company, until):
        """Members whose goods were sold by the end of `until` and not settled."""
        moves = self.env["stock.move"].sudo().search(self._move_domain(company, None, until))
        return moves.filtered(
            lambda move: move._koperasi_consigned_direction() == "sold"
            and move.product_id._koperasi_unit(move.company_id)
        ).restrict_partner_id

    @api.model
    def _is_open(self, partner, product, company):
        """Whether a member has goods here, or sold and not settled."""
        held = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("owner_id", "=", partner.id),
                    ("product_id", "=", product.id),
                    ("location_id.usage", "in", ("internal", "transit")),
                    ("company_id", "=", company.id),
                ],
                aggregates=["quantity:sum"],
            )[0][0]
        )
        moves = (
            self.env["stock.move"]
            .sudo()
            .search([*self._move_domain(company, partner), ("product_id", "=", product.id)])
        )
        return bool(held) or any(move._koperasi_consigned_direction() == "sold" for move in moves)

    # === COUNT === #

    def _fill(self):
        """The lines as the goods stand now: one for each product that moved."""
        for settlement in self:
            groups = settlement._countable_moves().grouped("product_id")
            lines = settlement.sudo().line_ids
            lines.unlink()
            lines._append([settlement._line_vals(product, moves) for product, moves in groups.items()])
            settlement.invalidate_recordset()

    def _countable_moves(self):
        return self._moves().filtered(lambda move: move._koperasi_countable())

    def _line_vals(self, product, moves):
        terms = self.env["koperasi.delivery.line"]._consigned(self.partner_id, product)
        if not terms:
            raise UserError(
                self.env._(
                    "%(product)s of %(member)s was never received as consigned: its price is not known.",
                    product=product.display_name,
                    member=self.member_id.display_name,
                )
            )
        totals = defaultdict(float)
        for move in moves:
            totals[move._koperasi_consigned_direction()] += move._koperasi_consigned_quantity()
        opening = sum(
            (1 if move._koperasi_consigned_direction() == "received" else -1) * move._koperasi_consigned_quantity()
            for move in self.env["stock.move"]
            .sudo()
            .search(
                [
                    ("koperasi_settlement_id", "!=", False),
                    ("restrict_partner_id", "=", self.partner_id.id),
                    ("product_id", "=", product.id),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
        return {
            "settlement_id": self.id,
            "product_id": product.id,
            "opening": opening,
            **{name: totals[name] for name in DIRECTIONS},
            "price": terms.price,
            "commission": terms.commission,
        }

    def action_count(self):
        """Count again what has moved since."""
        self.company_id._koperasi_check_role("bendahara")
        self._check_draft()
        self._fill()
        return True

    # === SETTLE === #

    def action_settle(self):
        for settlement in self:
            settlement.company_id._koperasi_check_role("bendahara")
            settlement._check_draft()
            settlement._do_settle()
        return True

    def _do_settle(self):
        self.ensure_one()
        settlement, company = self.sudo(), self.company_id
        account = company._koperasi_setting("koperasi_consignor_product_id")._account_of(
            self.partner_id, self.member_id
        )
        account.sudo()._claim()  # of two settlements of one member the second starts again and finds less
        settlement._claim()
        self._check_draft()
        self._fill()
        moves = self._countable_moves()
        if not moves:
            raise UserError(self.env._("Nothing of %s has moved since the last settlement.", self.member_id.name))
        lines = self._ledger_lines(account, moves)
        settlement._set(
            state="done",
            done_by_id=self.env.uid,
            number=self.env["ir.sequence"]
            .sudo()
            .with_company(company)
            .next_by_code("koperasi.consignment.settlement", sequence_date=self.date),
        )
        moves.koperasi_settlement_id = self
        if lines:
            transaction = self.env["koperasi.posting"]._post(
                company,
                self.date,
                lines,
                key=f"{self._name},{self.id}",
                origin=self,
                label=self.env._("Consigned goods %s", self.number),
            )
            settlement._set(transaction_id=transaction.id)

    def _ledger_lines(self, account, moves):
        """The memorial: sales off the accounts the buyers' invoices put them on, to her and to the commission."""
        company, lines = self.company_id, []
        for row in self.line_ids:
            result = row._settle()
            shared = {
                "unit_id": row.product_id._koperasi_unit(company).id,
                "partner_id": self.partner_id.id,
                "member_id": self.member_id.id,
                "name": row.product_id.display_name,
            }
            sold = defaultdict(float)
            for move in moves.filtered(lambda move, row=row: move.product_id == row.product_id):
                if move._koperasi_consigned_direction() == "sold":
                    sold[move._koperasi_sale_account()] += move._koperasi_consigned_quantity()
            parts = apportion(result.sales, [exact(quantity) for quantity in sold.values()]) if result.sales else []
            amounts = [(sale_account, "consignment", -units) for sale_account, units in zip(sold, parts)]
            if result.compensation:
                expense = row.product_id.with_company(company).product_tmpl_id.sudo()._get_product_accounts()["expense"]
                amounts.append((expense, "goods", -result.compensation))
            if result.commission:
                commission = company._koperasi_setting("koperasi_commission_account_id")
                amounts.append((commission, "commission", result.commission))
            lines += [
                {
                    **shared,
                    "account_id": gl_account.id,
                    "component": component,
                    "amount": company._from_units(units),
                }
                for gl_account, component, units in amounts
                if units
            ]
        due = company._to_units(self.due)
        return lines + account._lines_in(company._from_units(due), self.date, self.number) if due else lines

    # === TAKE BACK === #

    def action_return(self):
        """Ask for the reason."""
        self.ensure_one()
        self._check_can_return()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take the Settlement Back"),
            "res_model": "koperasi.delivery.return",
            "view_mode": "form",
            "target": "new",
            "context": {"default_settlement_id": self.id},
        }

    def _check_can_return(self):
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role("bendahara", "ketua")
        later = self.search(
            [
                ("member_id", "=", self.member_id.id),
                ("company_id", "=", company.id),
                ("state", "=", "done"),
                ("id", ">", self.id),
            ],
            limit=1,
        )
        if self.state != "done" or later:
            raise UserError(
                self.env._("Only the last settlement of %s can be taken back.", self.member_id.display_name)
            )
        company._koperasi_check_second_person(self, self.done_by_id)

    def _do_return(self, reason):
        """The transaction is reversed, and what was counted waits for the next settlement."""
        self.ensure_one()
        settlement = self.sudo()
        settlement._claim()
        self._check_can_return()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why %s is taken back.", self.number))
        settlement._set(state="returned")
        settlement.move_ids.koperasi_settlement_id = False
        if self.transaction_id:
            self.env["koperasi.posting"]._reverse(
                self.transaction_id,
                fields.Date.context_today(self),
                origin=self,
                reason=reason,
                approver=self.env.user,
            )

    # === ACTIONS === #

    def action_transaction(self):
        self.ensure_one()
        return self.transaction_id._action_form()

    def action_account(self):
        """Her account, where what is due is paid out or moved to her savings."""
        self.ensure_one()
        account = self.transaction_id.line_ids.savings_id
        return {
            "type": "ir.actions.act_window",
            "res_model": "koperasi.savings.account",
            "res_id": account.id,
            "view_mode": "form",
        }
