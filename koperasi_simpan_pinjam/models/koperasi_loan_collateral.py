from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..kernel.money import Rounding, round_to
from .exact import share
from .koperasi_loan import UNPAID

KINDS = [
    ("savings", "Savings"),
    ("bpkb_motor", "Motorcycle Papers (BPKB)"),
    ("bpkb_car", "Car Papers (BPKB)"),
    ("land", "Land Certificate"),
    ("gold", "Gold"),
    ("electronics", "Electronics"),
    ("sk", "Letter of Appointment (SK)"),
    ("other", "Other"),
]
WHAT = {"loan_id", "kind", "savings_id", "name", "document_number", "owner_name", "value", "percent"}
KEEPERS = ("petugas", "bendahara", "ketua")  # who may take a collateral in
OFFICERS = ("bendahara", "ketua")


class KoperasiLoanCollateral(models.Model):
    """One thing that stands behind a loan, from the promise to its return (docs/domain.md 4.11)."""

    _name = "koperasi.loan.collateral"
    _description = "Collateral"
    _inherit = ["koperasi.loan.pledge"]
    _order = "loan_id desc, id"
    _check_company_auto = True

    loan_id = fields.Many2one("koperasi.loan", required=True, ondelete="restrict", index=True, check_company=True)
    member_id = fields.Many2one(related="loan_id.member_id", store=True, index=True)
    company_id = fields.Many2one(
        related="loan_id.company_id", store=True, index=True, precompute=True, by_action=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    loan_state = fields.Selection(related="loan_id.state", string="State of the Loan")
    kind = fields.Selection(KINDS, required=True, default="other")
    name = fields.Char("Description", required=True)
    document_number = fields.Char("Number of the Document")
    owner_name = fields.Char("Owner", help="Whose name is on it. Empty: the borrower.")
    value = fields.Monetary("Appraised Value", required=True)
    percent = fields.Float(
        "Accepted (%)", required=True, default=100, help="The share of its value that counts: it may bring less."
    )
    accepted_value = fields.Monetary(compute="_compute_accepted_value", store=True, by_action=True)
    storage_place = fields.Char("Kept In", help="E.g. safe of the secretariat, folder 3.")
    attachment_ids = fields.Many2many("ir.attachment", string="Photos and Scans", bypass_search_access=True)
    state = fields.Selection(
        [("promised", "Promised"), ("held", "Kept by the Cooperative"), ("returned", "Returned")],
        default="promised",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        by_action=True,
    )
    received_from = fields.Char("Handed Over By", copy=False, help="Empty: the borrower.")
    date_taken = fields.Date("Taken On", readonly=True, copy=False, by_action=True)
    taken_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict", by_action=True)
    returned_to = fields.Char("Given Back To", copy=False, help="Empty: the borrower.")
    date_returned = fields.Date("Returned On", readonly=True, copy=False, by_action=True)
    returned_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict", by_action=True)

    _value = models.Constraint('CHECK ("value" > 0)', "Enter what the collateral is worth.")
    _percent = models.Constraint("CHECK (percent > 0 AND percent <= 100)", "Between 0 and 100 % of a value counts.")

    @api.depends("value", "percent")
    def _compute_accepted_value(self):
        for row in self:
            company = row.company_id
            units = round_to(company._to_units(row.value or 0) * share(row.percent), mode=Rounding.DOWN)
            row.accepted_value = company._from_units(units)

    @api.depends("name", "document_number")
    def _compute_display_name(self):
        for row in self:
            row.display_name = " ".join(filter(None, (row.name, row.document_number)))

    @api.onchange("savings_id")
    def _onchange_savings_id(self):
        if self.kind == "savings" and self.savings_id:
            self.name = self.savings_id.display_name
            self.document_number = self.savings_id.number

    @api.constrains("kind", "savings_id", "loan_id")
    def _check_savings(self):
        for row in self:
            if (row.kind == "savings") != bool(row.savings_id):
                raise ValidationError(self.env._("%s: savings as collateral are an account of hers.", row.display_name))
            if row.savings_id and (
                row.savings_id.member_id != row.loan_id.member_id or row.savings_id.savings_class == "internal"
            ):
                raise ValidationError(
                    self.env._("%s: only savings of the borrower herself are collateral here.", row.display_name)
                )

    # === WHO CHANGES WHAT, WHEN === #

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        for row in rows:
            row._check_editable(adding=True)
        rows._own_attachments()
        rows.filtered(lambda row: row.loan_id.state == "running").sudo()._hold_savings()  # further security
        return rows

    def write(self, vals):
        if WHAT & set(vals):
            for row in self:
                row._check_editable()
        result = super().write(vals)
        if WHAT & set(vals):
            for row in self:
                row._check_editable()  # of the loan it belongs to now
        if "attachment_ids" in vals:
            self._own_attachments()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_promised(self):
        for row in self:
            row._check_editable()

    def _check_editable(self, adding=False):
        """An application's own while it is a draft, then the officers'; what was taken stays as its receipt says."""
        self.ensure_one()
        loan = self.loan_id
        if loan.state == "draft":
            self.company_id._koperasi_check_role(*KEEPERS, "pendamping")
        elif loan.state in UNPAID or adding and loan.state in ("running", "written_off"):
            self.company_id._koperasi_check_role(*OFFICERS)
        else:
            raise UserError(self.env._("%s: its collateral is fixed once it is paid out.", loan.display_name))
        if self.state != "promised":
            raise UserError(self.env._("%s was taken: the receipt says what it is.", self.display_name))

    def _own_attachments(self):
        """Photos that were uploaded to a row not saved yet become that row's, so its readers see them."""
        for row in self:
            loose = row.sudo().attachment_ids.filtered(
                lambda file: not file.res_id and file.create_uid == self.env.user and not file.public
            )
            loose.write({"res_model": row._name, "res_id": row.id})

    # === TAKEN, RETURNED === #

    def action_take(self):
        """It is in the cooperative's hands."""
        for row in self:
            row.company_id._koperasi_check_role(*KEEPERS)
            row._check_step("promised")
            if row.kind == "savings":
                raise UserError(self.env._("%s: savings are held at the disbursement.", row.display_name))
            if row.loan_id.state in ("paid", "rejected", "cancelled"):
                raise UserError(self.env._("%s is over: nothing is taken for it.", row.loan_id.display_name))
            row.sudo()._set(
                state="held",
                date_taken=fields.Date.context_today(self),
                taken_by_id=self.env.uid,
                received_from=row.received_from or row.member_id.name,
            )

    def action_return(self):
        """Once nothing is owed on the loan."""
        for row in self:
            row.company_id._koperasi_check_role(*OFFICERS)
            row._check_step("held")
            row._check_can_return()
            row.sudo()._set(
                state="returned",
                date_returned=fields.Date.context_today(self),
                returned_by_id=self.env.uid,
                returned_to=row.returned_to or row.member_id.name,
            )

    def _check_step(self, state):
        self.ensure_one()
        if self.state != state:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(document)s: %(state)s. This can't be done now.",
                    document=self.display_name,
                    state=labels[self.state],
                )
            )

    def _check_can_return(self):
        loan = self.loan_id
        if self.kind == "savings":
            raise UserError(self.env._("%s: savings are free when the loan is paid off.", self.display_name))
        if self.env.user.partner_id == self.member_id.partner_id:
            raise UserError(self.env._("Nobody gives her own collateral back to herself."))
        settled = loan.state == "written_off" and not loan.claim_left
        if not settled and loan.state not in ("paid", "rejected", "cancelled"):
            raise UserError(
                self.env._(
                    "%s is not paid off: its collateral stays with the cooperative until then.", loan.display_name
                )
            )

    def _pledged_amount(self):
        return self.value

    def _pledge_held(self):
        self._set(
            state="held", date_taken=self.date_taken or fields.Date.context_today(self), date_returned=False
        )

    def _pledge_freed(self):
        self._set(state="returned", date_returned=fields.Date.context_today(self))

    # === PAPERS === #

    def action_print_receipt(self):
        return self.env.ref("koperasi_simpan_pinjam.action_report_collateral_receipt").report_action(self)

    def action_print_return(self):
        return self.env.ref("koperasi_simpan_pinjam.action_report_collateral_return").report_action(self)


class KoperasiLoan(models.Model):
    _inherit = "koperasi.loan"

    collateral_ids = fields.One2many("koperasi.loan.collateral", "loan_id")
    collateral_value = fields.Monetary(
        "Value of the Collateral",
        compute="_compute_collateral_value",
        store=True,
        tracking=True,
        help="What counts of all that stands behind the loan; less is set aside for the loan then.",
    )

    @api.depends("collateral_ids.accepted_value", "collateral_ids.state")
    def _compute_collateral_value(self):
        for loan in self:
            kept = loan.collateral_ids.filtered(lambda row: row.state != "returned")
            loan.collateral_value = sum(kept.mapped("accepted_value"))

    def _pledge_fields(self):
        return [*super()._pledge_fields(), "collateral_ids"]

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [{name: value for name, value in vals.items() if name != "collateral_value"} for vals in vals_list]
        )

    def write(self, vals):
        if "collateral_value" in vals:
            raise UserError(self.env._("Enter each collateral by itself: the value is their sum."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_collateral(self):
        """A draft goes with what was promised for it."""
        self.collateral_ids.unlink()

    def action_collateral(self):
        self.ensure_one()
        title = self.env._("Collateral")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.loan.collateral",
            "view_mode": "list,form",
            "domain": [("loan_id", "=", self.id)],
            "context": {"default_loan_id": self.id},
        }
