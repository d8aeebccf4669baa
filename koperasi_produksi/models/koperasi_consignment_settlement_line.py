from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.koperasi_simpan_pinjam.models.exact import exact, share

from ..kernel import settlement


class KoperasiConsignmentSettlementLine(models.Model):
    """One product of one settlement: counted from the stock, never typed."""

    _name = "koperasi.consignment.settlement.line"
    _description = "Goods of a Settlement"
    _order = "settlement_id, product_id"

    settlement_id = fields.Many2one("koperasi.consignment.settlement", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    member_id = fields.Many2one(related="settlement_id.member_id", store=True)
    state = fields.Selection(related="settlement_id.state")
    date = fields.Date(related="settlement_id.date", store=True)
    product_id = fields.Many2one("product.product", required=True, readonly=True, ondelete="restrict")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    opening = fields.Float(readonly=True, digits="Product Unit")
    received = fields.Float(readonly=True, digits="Product Unit")
    sold = fields.Float(readonly=True, digits="Product Unit")
    returned = fields.Float("Given Back", readonly=True, digits="Product Unit")
    lost = fields.Float(readonly=True, digits="Product Unit")
    closing = fields.Float("Rest", compute="_compute_amounts", store=True, digits="Product Unit")
    price = fields.Monetary(readonly=True)
    commission = fields.Float("Commission (%)", readonly=True, digits=(5, 2))
    sales = fields.Monetary(compute="_compute_amounts", store=True)
    commission_amount = fields.Monetary("Commission", compute="_compute_amounts", store=True)
    due = fields.Monetary("Due to Her", compute="_compute_amounts", store=True)

    @api.depends("opening", "received", "sold", "returned", "lost", "price", "commission")
    def _compute_amounts(self):
        for line in self:
            result = line._settle()
            company = line.company_id
            line.closing = float(result.closing)
            line.sales = company._from_units(result.sales)
            line.commission_amount = company._from_units(result.commission)
            line.due = company._from_units(result.due)

    def _settle(self):
        """:return: kernel Settlement of this line"""
        self.ensure_one()
        company = self.company_id
        quantities = [exact(self[name]) for name in ("opening", "received", "sold", "returned", "lost")]
        try:
            return settlement.settle(
                *quantities,
                company._to_units(self.price),
                share(self.commission),
                company.koperasi_lost_borne_by,
            )
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(product)s of %(member)s can't be settled: %(reason)s. Check the moves of her goods.",
                    product=self.product_id.display_name,
                    member=self.member_id.display_name,
                    reason=error,
                )
            ) from None

    @api.model
    def _append(self, vals_list):
        """Add counted lines; private, so not callable by RPC."""
        return super().create(vals_list)

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._refuse()

    def write(self, vals):  # pylint: disable=method-required-super
        if self:  # Odoo's merge wizards write on no rows at all
            self._refuse()
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self.settlement_id._check_draft()

    def _refuse(self):
        raise UserError(self.env._("A settlement is counted from the stock, never typed."))
