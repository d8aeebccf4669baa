from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.koperasi_simpan_pinjam.models.exact import exact

from ..kernel import settlement


class KoperasiDeliveryLine(models.Model):
    _name = "koperasi.delivery.line"
    _description = "Goods of a Delivery"
    _order = "delivery_id, id"
    _check_company_auto = True

    delivery_id = fields.Many2one("koperasi.delivery", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="delivery_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(related="delivery_id.kind", store=True)
    state = fields.Selection(related="delivery_id.state", store=True)
    date = fields.Date(related="delivery_id.date", store=True)
    partner_id = fields.Many2one(related="delivery_id.partner_id", store=True, index=True)
    member_id = fields.Many2one(related="delivery_id.member_id", store=True)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain=[("is_storable", "=", True)],
    )
    quantity = fields.Float(required=True, digits="Product Unit", default=1)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    price = fields.Monetary(
        compute="_compute_price",
        store=True,
        readonly=False,
        precompute=True,
        help="Per unit. Waste is always paid at the price list of the day.",
    )
    commission = fields.Float("Commission (%)", digits=(5, 2), default=10, help="Of the price, when it is sold.")
    amount = fields.Monetary(compute="_compute_amount", store=True, precompute=True)
    move_id = fields.Many2one("stock.move", readonly=True, copy=False, ondelete="restrict")
    return_move_id = fields.Many2one("stock.move", readonly=True, copy=False, ondelete="restrict")

    _quantity = models.Constraint("CHECK (quantity > 0)", "Enter a quantity above zero.")
    _commission = models.Constraint("CHECK (commission BETWEEN 0 AND 100)", "The commission lies between 0 and 100 %.")

    @api.depends("product_id", "delivery_id.date", "delivery_id.kind")
    def _compute_price(self):
        for line in self:
            listed = line._listed_price()
            line.price = listed if line.delivery_id.kind == "waste" else listed or line.price

    def _listed_price(self):
        """The price of the day; 0 when the list has none."""
        delivery = self.delivery_id
        return self.env["koperasi.price.list"]._price(
            delivery.company_id, self.product_id, delivery.kind, delivery.date
        )

    @api.depends("quantity", "price", "delivery_id.kind")
    def _compute_amount(self):
        for line in self:
            company = line.delivery_id.company_id
            line.amount = (
                company._from_units(settlement.value(exact(line.quantity), company._to_units(line.price)))
                if line.delivery_id.kind in ("bought", "waste") and company
                else 0
            )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create([{**vals, "move_id": False, "return_move_id": False} for vals in vals_list])
        lines.delivery_id._check_draft()
        return lines

    def write(self, vals):
        if {"move_id", "return_move_id", "delivery_id", "company_id"} & set(vals):
            raise UserError(self.env._("A delivery changes by its actions only."))
        self.delivery_id._check_draft()
        return super().write(vals)

    def _set(self, **vals):
        """Set guarded fields past `write`; private, so not callable by RPC."""
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self.delivery_id._check_draft()

    # === RULES === #

    def _check_goods(self):
        """:raise UserError: unless these can be received (or given back) as they stand"""
        for line in self:
            delivery, company = line.delivery_id, line.company_id
            product = line.product_id
            if not product.is_storable or not product._koperasi_unit(company):
                raise UserError(
                    self.env._(
                        "%(product)s is not kept in the stock of a business unit. Give it a category of the "
                        "cooperative and switch “Track Inventory” on.",
                        product=product.display_name,
                    )
                )
            if delivery.kind == "waste" and line.price != line._listed_price():
                line.sudo()._compute_price()
            if delivery.kind != "takeback" and company._to_units(line.price) <= 0:
                raise UserError(
                    self.env._(
                        "%(product)s has no price on %(date)s. Enter it in the price list.",
                        product=product.display_name,
                        date=delivery.date,
                    )
                )
            if delivery.kind == "consigned":
                line._check_terms()
            if delivery.kind == "takeback":
                line._check_still_here()

    def _check_terms(self):
        """What she still has here of a product has one price and one commission."""
        earlier = self._consigned(self.partner_id, self.product_id)
        if (
            earlier
            and (earlier.price, earlier.commission) != (self.price, self.commission)
            and self.env["koperasi.consignment.settlement"]
            .sudo()
            ._is_open(self.partner_id, self.product_id, self.company_id)
        ):
            raise UserError(
                self.env._(
                    "%(member)s still has %(product)s here at %(price)s. Settle and give back the rest first, or bring "
                    "it at the same price and commission.",
                    member=self.partner_id.name,
                    product=self.product_id.display_name,
                    price=self.company_id._koperasi_format(self.company_id._to_units(earlier.price)),
                )
            )

    @api.model
    def _consigned(self, partner, product):
        """The line whose terms hold for this member's goods: of her latest consigned delivery."""
        return self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("product_id", "=", product.id),
                ("kind", "=", "consigned"),
                ("state", "=", "done"),
            ],
            order="date desc, id desc",
            limit=1,
        )

    # === STOCK === #

    def _here(self):
        """How much of this product is in the warehouse and free: hers when consigned, else the cooperative's."""
        company = self.company_id
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("product_id", "=", self.product_id.id),
                    ("location_id", "child_of", company._koperasi_warehouse().lot_stock_id.id),
                ]
            )
        )
        hers = self.kind in ("consigned", "takeback")
        return sum(
            quant.quantity - quant.reserved_quantity
            for quant in quants
            if (quant.owner_id == self.partner_id if hers else not quant._should_exclude_for_valuation())
        )

    def _check_still_here(self):
        for line in self:
            here = line._here()
            if line.uom_id.compare(here, line.quantity) < 0:
                raise UserError(
                    self.env._(
                        "Only %(here)s %(unit)s of %(product)s are here and free.",
                        here=f"{here:g}",
                        unit=line.uom_id.name,
                        product=line.product_id.display_name,
                    )
                )

    def _move_vals(self, source, target, owner):
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self.quantity,
            "product_uom": self.uom_id.id,
            "location_id": source.id,
            "location_dest_id": target.id,
            "restrict_partner_id": owner.id,
            "company_id": self.company_id.id,
            "procure_method": "make_to_stock",
        }

    def _fill_move(self, move, owner):
        """Name the goods that move: Odoo's own reservation would take anybody's."""
        self._set(**{"move_id" if self.state == "draft" else "return_move_id": move.id})
        move.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            {**move._prepare_move_line_vals(), "quantity": self.quantity, "owner_id": owner.id}
        )
        move.picked = True

    def _set_value(self, move, moment, value=None):
        """What was paid is what the goods are worth: set before the move is done, and known from its own day on."""
        self.env["product.value"].create(
            {
                "move_id": move.id,
                "value": self.amount if value is None else value,
                "company_id": self.company_id.id,
                "date": moment,
                "description": self.delivery_id.number,
            }
        )

    def _prepare_return(self):
        """Give the receipt the value with which the average, at which Odoo lets goods go, leaves the right rest.

        Of Q units worth T, q that came for a go back for a: T - a must be left. With the receipt at a + x the average
        leaves (T + x)(Q - q) / Q, hence x = (T - a) Q / (Q - q) - T. Goods sold since would have left at another
        average, so none may have been.
        """
        for line in self:
            company = line.company_id
            line._check_none_sold()
            quantity = line.product_id._koperasi_quantity(company)
            left = quantity - line.quantity
            if not line.uom_id.is_zero(left):
                total = line.product_id._koperasi_value(company)
                line._set_value(
                    line.move_id,
                    fields.Datetime.now(),
                    line.amount + (total - line.amount) * quantity / left - total,
                )

    def _check_none_sold(self):
        sold = self.env["stock.move"].search(
            [
                ("product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
                ("is_out", "=", True),
                ("date", ">=", self.move_id.date),
            ],
            limit=1,
        )
        if sold:
            raise UserError(
                self.env._(
                    "%s has been sold or used since: this delivery can't be taken back any more.",
                    self.product_id.display_name,
                )
            )
