from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .koperasi_price_list import KINDS

STATES = [("draft", "Draft"), ("done", "Received"), ("returned", "Taken Back")]
PAYOUTS = [("savings", "To Her Savings"), ("cash", "Cash at the Counter"), ("owed", "Owed to Her")]


class KoperasiDelivery(models.Model):
    """Goods that a member brings: bought outright, consigned, or waste by weight (docs/architecture.md 2.6).

    Bought goods enter the stock from the location of members, whose account clears them, and one transaction of the
    member ledger debits that account and credits her savings, what is owed to her, or the cash box: one day, one
    value, one database transaction. Consigned goods stay hers; no entry.
    """

    _name = "koperasi.delivery"
    _description = "Delivery of a Member"
    _inherit = ["koperasi.document"]
    _order = "date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index=True, by_action=True)
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    company_id = fields.Many2one(
        "res.company",
        "Cooperative",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.company,
        domain=[("is_koperasi", "=", True)],
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection([*KINDS, ("takeback", "Consigned Goods Taken Back")], required=True, default="bought")
    member_id = fields.Many2one("koperasi.member", ondelete="restrict", index="btree_not_null", check_company=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Brought By",
        required=True,
        ondelete="restrict",
        index=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Who is no member may sell goods and waste; what she gets is paid in cash or owed to her.",
    )
    business_id = fields.Many2one("koperasi.business", ondelete="restrict", check_company=True)
    line_ids = fields.One2many("koperasi.delivery.line", "delivery_id", "Goods")
    payout = fields.Selection(
        PAYOUTS, compute="_compute_payout", store=True, readonly=False, required=True, precompute=True
    )
    savings_id = fields.Many2one(
        "koperasi.savings.account",
        "Savings Account",
        ondelete="restrict",
        check_company=True,
        domain="[('member_id', '=', member_id), ('state', '=', 'open'), "
        "('savings_class', 'in', ('sukarela', 'special'))]",
        help="Empty: waste-bank savings for waste, voluntary savings for other goods.",
    )
    amount = fields.Monetary(compute="_compute_amount", store=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        by_action=True,
    )
    picking_id = fields.Many2one(
        "stock.picking", "Transfer", readonly=True, copy=False, ondelete="restrict", by_action=True
    )
    transaction_id = fields.Many2one(
        "koperasi.transaction", readonly=True, copy=False, ondelete="restrict", by_action=True
    )
    return_picking_id = fields.Many2one(
        "stock.picking", "Return Transfer", readonly=True, copy=False, ondelete="restrict", by_action=True
    )
    return_id = fields.Many2one(
        "koperasi.transaction", "Correcting Transaction", readonly=True, copy=False, ondelete="restrict", by_action=True
    )
    done_by_id = fields.Many2one(
        "res.users", "Received By", readonly=True, copy=False, ondelete="restrict", by_action=True
    )
    note = fields.Char()

    _number = models.UniqueIndex("(company_id, number)", "Another delivery has this number.")

    @api.depends("number", "partner_id.name")
    def _compute_display_name(self):
        for delivery in self:
            delivery.display_name = f"{delivery.number or ''} {delivery.partner_id.name or ''}".strip()

    @api.depends("member_id")
    def _compute_partner_id(self):
        for delivery in self:
            delivery.partner_id = delivery.member_id.partner_id or delivery.partner_id

    @api.depends("member_id", "kind")
    def _compute_payout(self):
        for delivery in self:
            if delivery.member_id:
                delivery.payout = delivery.payout or "savings"
            elif delivery.payout != "cash":
                delivery.payout = "owed"

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for delivery in self:
            delivery.amount = sum(delivery.line_ids.mapped("amount"))

    @api.constrains("member_id", "partner_id", "kind", "payout", "savings_id")
    def _check_who(self):
        for delivery in self:
            if delivery.member_id and delivery.member_id.partner_id != delivery.partner_id:
                raise ValidationError(self.env._("%s is brought by the member herself.", delivery.number or ""))
            if delivery.savings_id and delivery.savings_id.member_id != delivery.member_id:
                raise ValidationError(
                    self.env._(
                        "%(account)s does not belong to %(member)s.",
                        account=delivery.savings_id.display_name,
                        member=delivery.partner_id.name,
                    )
                )
            if not delivery.member_id and delivery.kind in ("consigned", "takeback"):
                raise ValidationError(self.env._("Only members consign goods. Choose the member."))
            if not delivery.member_id and delivery.payout == "savings":
                raise ValidationError(
                    self.env._(
                        "%s is not a member: a cooperative takes savings from its members only (Permenkop UKM 8/2023). "
                        "Pay her in cash, or owe it to her.",
                        delivery.partner_id.name,
                    )
                )

    @api.constrains("company_id")
    def _check_cooperative(self):
        for delivery in self:
            if not delivery.company_id.is_koperasi:
                raise ValidationError(self.env._("%s is not a cooperative.", delivery.company_id.name))

    # === RECEIVE === #

    def action_receive(self):
        """Take the goods in (or give consigned ones back), and pay for what is bought."""
        for delivery in self:
            delivery._check_can_receive()
            delivery._do_receive()
        return True

    def _check_can_receive(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("petugas", "bendahara")
        self.sudo()._claim()
        self._check_draft()
        if not self.line_ids:
            raise UserError(self.env._("Enter what was brought first."))
        self.env["koperasi.posting"].sudo()._check_date(self.company_id, self.date, session=None, own_day=False)
        self.line_ids._check_goods()

    def _do_receive(self):
        self.ensure_one()
        delivery = self.sudo()
        delivery._set(
            number=self.env["ir.sequence"]
            .sudo()
            .with_company(self.company_id)
            .next_by_code("koperasi.delivery", sequence_date=self.date)
        )
        picking = delivery._make_picking(back=self.kind == "takeback")
        delivery._set(state="done", picking_id=picking.id, done_by_id=self.env.uid)
        if self.kind in ("bought", "waste"):
            delivery._set(transaction_id=self._pay().id)

    def _pay(self):
        """The transaction: the clearing account debited by unit, and whoever brought the goods credited."""
        company = self.company_id
        totals = defaultdict(int)
        for line in self.line_ids:
            totals[line.product_id._koperasi_unit(company)] += company._to_units(line.amount)
        lines = [
            {
                "account_id": company.sudo()._koperasi_clearing_account().id,
                "unit_id": unit.id,
                "component": "goods",
                "partner_id": self.partner_id.id,
                "member_id": self.member_id.id,
                "name": self.number,
                "amount": -company._from_units(units),
            }
            for unit, units in totals.items()
        ]
        session, tenders = None, []
        if self.payout == "cash":
            session = self.env["koperasi.cash.session"]._current(company)
            tenders = [(session.sudo().journal_id, -self.amount)] if session else []
            if not session:
                raise UserError(self.env._("Open the cash session first."))
        else:
            lines += self._payee()._lines_in(self.amount, self.date, self.number)
        return self.env["koperasi.posting"]._post(
            company,
            self.date,
            lines,
            tenders,
            session=session,
            key=f"{self._name},{self.id}",
            origin=self,
            party=self.partner_id.name if self.payout == "cash" else None,
            label=self.env._("Goods %s", self.number),
        )

    def _payee(self):
        """The account that is credited, opened when she has none yet."""
        company = self.company_id
        if self.payout == "owed":
            waste = self.kind == "waste" and not self.member_id
            name = "koperasi_depositor_product_id" if waste else "koperasi_consignor_product_id"
            return company._koperasi_setting(name)._account_of(self.partner_id, self.member_id)
        if self.savings_id:
            return self.savings_id
        if self.kind == "waste":
            product = company._koperasi_setting("koperasi_waste_product_id")
            return product._account_of(self.partner_id, self.member_id)
        account = self.member_id.savings_ids.filtered(
            lambda account: account.savings_class == "sukarela" and account.state == "open"
        )[:1]
        if not account:
            raise UserError(self.env._("%s has no voluntary savings. Choose an account.", self.member_id.display_name))
        return account

    # === STOCK === #

    def _make_picking(self, back=False, date=None):
        """The transfer from the location of members into the warehouse, done on the day; `back`: out of it."""
        company, date = self.company_id, date or self.date
        warehouse = company._koperasi_warehouse()
        here, there = warehouse.lot_stock_id, company._koperasi_setting("koperasi_receipt_location_id")
        source, target = (here, there) if back else (there, here)
        moment = self.env["stock.picking"]._koperasi_moment(date)
        owner = self.partner_id if self.kind in ("consigned", "takeback") else self.env["res.partner"]
        picking = (
            self.env["stock.picking"]
            .with_company(company)
            .create(
                {
                    "picking_type_id": (warehouse.out_type_id if back else warehouse.in_type_id).id,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                    "partner_id": self.partner_id.id,
                    "owner_id": owner.id,
                    "origin": self.number,
                    "scheduled_date": moment,
                    "company_id": company.id,
                    "koperasi_delivery_id": self.id,
                    "move_ids": [
                        fields.Command.create(line._move_vals(source, target, owner)) for line in self.line_ids
                    ],
                }
            )
        )
        moves = picking.move_ids.sorted("id")
        moves._action_confirm(merge=False)
        for move, line in zip(moves, self.line_ids):
            line._fill_move(move, owner)
            if self.state == "draft" and self.kind in ("bought", "waste"):
                line._set_value(move, moment)
        picking._koperasi_done(date)
        return picking

    # === TAKE BACK: goods and money return, both whole === #

    def action_return(self):
        """Ask for the reason."""
        self.ensure_one()
        self._check_can_return()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take the Delivery Back"),
            "res_model": "koperasi.delivery.return",
            "view_mode": "form",
            "target": "new",
            "context": {"default_delivery_id": self.id},
        }

    def _check_can_return(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara", "ketua")
        if self.state != "done" or self.kind not in ("bought", "waste"):
            raise UserError(
                self.env._(
                    "%s can't be taken back. Consigned goods are given back by a delivery of their own.",
                    self.display_name,
                )
            )
        self.company_id._koperasi_check_second_person(self, self.done_by_id)

    def _do_return(self, reason):
        """Goods leave at the value they came with, and the transaction is reversed: the clearing is at zero again."""
        self.ensure_one()
        delivery = self.sudo()
        delivery._claim()
        self._check_can_return()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why %s is taken back.", self.number))
        session = self.transaction_id._return_session()
        date = session.date or fields.Date.context_today(self)
        delivery.line_ids._check_still_here()
        delivery.line_ids._prepare_return()
        delivery._set(state="returned")
        delivery._set(return_picking_id=delivery._make_picking(back=True, date=date).id)
        delivery._set(
            return_id=self.env["koperasi.posting"]
            ._reverse(
                self.transaction_id,
                date,
                session=session or None,
                origin=self,
                reason=reason,
                approver=self.env.user,
            )
            .id
        )

    # === ACTIONS === #

    def action_picking(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "res_id": self.picking_id.id,
            "view_mode": "form",
        }

    def action_transaction(self):
        self.ensure_one()
        return self.transaction_id._action_form()
