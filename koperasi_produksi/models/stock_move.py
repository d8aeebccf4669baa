from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    koperasi_settlement_id = fields.Many2one(
        "koperasi.consignment.settlement",
        "Consignment Settlement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Which settlement counted this move of a member's goods.",
    )

    # === ONE MOVE HOLDS ONE OWNER'S GOODS (docs/architecture.md 2.6) === #

    def _action_done(self, cancel_backorder=False):
        todo = self.filtered(lambda move: move.state not in ("done", "cancel"))
        return super(StockMove, self | todo._koperasi_split_owners())._action_done(cancel_backorder)

    def _koperasi_split_owners(self):
        """What belongs to members leaves in moves of its own.

        Cost of the sale, quantities at a past date and settlements all read the owner from the move.

        :return: the new moves, not confirmed yet
        """
        made = self.browse()
        for move in self.filtered(lambda move: move.product_id._koperasi_unit(move.company_id)):
            by_owner = move.move_line_ids.filtered("picked").grouped(
                lambda line: line.owner_id if line._should_exclude_for_valuation() else line.env["res.partner"]
            )
            owners = sorted(by_owner, key=lambda owner: (owner != move.restrict_partner_id, owner.id))
            if owners and move.restrict_partner_id != owners[0]:
                move.restrict_partner_id = owners[0]
            move.value = 0  # of what was delivered before: Odoo copies it to what was left, and sets own goods' only
            for owner in owners[1:]:
                lines = by_owner[owner]
                quantity = sum(line.product_uom_id._compute_quantity(line.quantity, move.product_uom) for line in lines)
                other = self.create(
                    move.copy_data(
                        {
                            **move._prepare_move_split_vals(quantity),
                            "restrict_partner_id": owner.id,
                            "procure_method": "make_to_stock",
                        }
                    )
                )
                lines.move_id = other
                move.with_context(do_not_unreserve=True).product_uom_qty = max(move.product_uom_qty - quantity, 0)
                made |= other
        return made

    # === COST === #

    def _koperasi_delivered(self):
        """What these moves brought to the buyer, less what came back, in the product's unit of measure.

        :return: (own goods, all goods)
        """
        own = total = 0
        for move in self.filtered(lambda move: move.state == "done"):
            sign = (move.location_dest_id.usage == "customer") - (move.location_id.usage == "customer")
            quantity = sign * move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
            total += quantity
            own += 0 if move._should_exclude_for_valuation() else quantity
        return own, total

    def _get_cogs_price_unit(self, quantity=0):
        """The cost that the goods left with: Odoo takes today's average, which a purchase since then has moved."""
        valued = sum(move._get_valued_qty() for move in self)
        if valued and self.product_id._koperasi_unit(self.company_id[:1]):
            return sum(self.mapped("value")) / valued
        return super()._get_cogs_price_unit(quantity)

    # === CONSIGNMENT === #

    def _koperasi_sale_account(self):
        """The account on which the buyer's posted invoices put this delivery of a member's goods; empty before."""
        self.ensure_one()
        line = self.sale_line_id
        items = line.invoice_lines.filtered(
            lambda item: item.parent_state == "posted" and item.display_type == "product"
        )
        if not items or line.product_uom_id.compare(line.qty_invoiced, line.qty_delivered) < 0:
            return self.env["account.account"]
        return items[0].account_id

    def _koperasi_consigned_direction(self):
        """How this move of a member's goods counts in her settlement; empty inside the warehouse."""
        self.ensure_one()
        source, target = self.location_id, self.location_dest_id
        if source._should_be_valued() == target._should_be_valued():
            return ""
        outside = target if source._should_be_valued() else source
        if outside == self.company_id.koperasi_receipt_location_id:
            return "received" if outside == source else "returned"
        return {"customer": "sold", "inventory": "lost"}.get(outside.usage, "")

    def _koperasi_consigned_quantity(self):
        """In the product's unit; negative when it comes back from a buyer, or is found again."""
        self.ensure_one()
        back = self.location_dest_id._should_be_valued() and self._koperasi_consigned_direction() != "received"
        return (-1 if back else 1) * self.product_uom._compute_quantity(self.quantity, self.product_id.uom_id)

    def _koperasi_countable(self):
        """Whether a settlement may count it: a sale only when the buyer has been invoiced."""
        return self._koperasi_consigned_direction() != "sold" or bool(self._koperasi_sale_account())

    # === TAKEN BACK === #

    def _get_aml_value(self):
        """Goods taken back leave with the value they came with; `_prepare_return` has seen to the rest."""
        lines = self.picking_id.sudo().koperasi_delivery_id.line_ids
        line = lines.filtered(lambda line: line.return_move_id == self)
        return line.amount if line else super()._get_aml_value()
