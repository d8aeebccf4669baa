from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import date_utils, format_date

from .koperasi_member import MEMBER_STATES

ORDER = ("koperasi.advance", "koperasi.savings.account", "koperasi.loan")  # of one member's lines


class KoperasiCollection(models.Model):
    """The list one takes to the meeting of an area or group: what is due, what was received, posted at once."""

    _name = "koperasi.collection"
    _description = "Collection List"
    _inherit = ["koperasi.guarded", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    rw_id = fields.Many2one("koperasi.rw", "RW", ondelete="restrict", check_company=True, help="Empty: all areas.")
    group_id = fields.Many2one("koperasi.group", ondelete="restrict", check_company=True, help="Empty: all groups.")
    date = fields.Date("Due Until the End of the Month of", required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Recorded")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        by_action=True,
    )
    line_ids = fields.One2many("koperasi.collection.line", "collection_id", "Lines", copy=False)
    amount_due = fields.Monetary(compute="_compute_amounts")
    amount_received = fields.Monetary("Received", compute="_compute_amounts")
    transaction_ids = fields.Many2many(
        "koperasi.transaction", string="Receipts", readonly=True, copy=False, by_action=True
    )

    @api.depends("rw_id", "group_id", "date")
    def _compute_display_name(self):
        for collection in self:
            names = filter(None, (collection.group_id.name, collection.rw_id.name))
            area = ", ".join(names) or self.env._("All Areas")
            month = format_date(self.env, collection.date, date_format="MMM yyyy") if collection.date else ""
            collection.display_name = f"{area}, {month}"

    @api.depends("line_ids.due", "line_ids.received")
    def _compute_amounts(self):
        for collection in self:
            collection.amount_due = sum(collection.line_ids.mapped("due"))
            collection.amount_received = sum(collection.line_ids.mapped("received"))

    @api.model_create_multi
    def create(self, vals_list):
        collections = super().create(vals_list)
        for collection in collections:
            collection.company_id._koperasi_check_role("petugas", "bendahara")
        return collections

    def write(self, vals):
        terms = {"company_id", "rw_id", "group_id", "date", "line_ids"}
        if terms & set(vals) and any(collection.state != "draft" for collection in self):
            raise UserError(self.env._("A list that is recorded stays as it is. Correct the receipt instead."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        if any(collection.state != "draft" for collection in self):
            raise UserError(self.env._("A list that is recorded is kept."))

    def action_propose(self):
        """Fill the list anew with what each member of the area and group owes by the end of the month."""
        self.ensure_one()
        self.company_id._koperasi_check_role("petugas", "bendahara")
        domain = [("company_id", "=", self.company_id.id), ("state", "in", MEMBER_STATES)]
        domain += [(name, "=", self[name].id) for name in ("rw_id", "group_id") if self[name]]
        members = self.env["koperasi.member"].search(domain, order="rw_id, rt, name, id")
        accounts = members.savings_ids.filtered(lambda account: account.state == "open")
        loans = members.loan_ids.filtered(lambda loan: loan.state == "running")
        until = date_utils.end_of(self.date, "month")
        owed = self._owed(members, accounts, loans, until)
        due = {contract: self.company_id._from_units(units) for contract, units in owed.items() if units}
        own = defaultdict(list)
        for contract in due:
            own[contract.member_id].append(contract)
        names = dict(zip(ORDER, ("advance_id", "savings_id", "loan_id")))
        self.line_ids = [Command.clear()] + [
            Command.create(
                {
                    "member_id": member.id,
                    names[contract._name]: contract.id,
                    "due": due[contract],
                    "received": due[contract],
                }
            )
            for member in members
            for contract in sorted(own[member], key=lambda contract: (ORDER.index(contract._name), contract.id))
        ]

    def _owed(self, members, accounts, loans, until):
        """:return: {savings account or loan of these: what is due by the end of `until`, in money units}"""
        return {
            **{accounts.browse(id_): units for id_, units in accounts._due_units(until).items()},
            **{loans.browse(id_): units for id_, units in loans._asked_units(until, self.date).items()},
        }

    def action_post(self):
        """One receipt for each member who paid, in the teller's open session; one entry. All of them or none."""
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role("petugas", "bendahara")
        if self.state != "draft":
            raise UserError(self.env._("%s is recorded already.", self.display_name))
        session = self.env["koperasi.cash.session"]._current(company)
        if not session:
            raise UserError(self.env._("Open the cash session first."))
        papers = self._papers(session)
        if not papers:
            raise UserError(self.env._("Enter an amount first."))
        receipts = self.env["koperasi.posting"]._post_together(company, session.date, papers, session=session)
        for receipt in receipts:
            for loan in receipt.line_ids.loan_id:
                loan._after_payment(receipt)
        self._set(state="posted", transaction_ids=receipts.ids)

    def _papers(self, session):
        """:return: what koperasi.posting makes receipts of, one for each member who paid"""
        paid = self.line_ids.filtered("received")
        paid.loan_id.sudo()._claim()  # all at once, so in one order, before their lines are worked out one by one
        return [
            self._paper(
                member,
                member._money_lines(
                    [(line.loan_id or line.savings_id, line.received) for line in lines], "_lines_in", session.date, {}
                ),
                session,
            )
            for member, lines in paid.grouped("member_id").items()
        ]

    def _paper(self, member, lines, session):
        """:return: the receipt of `member` over these lines, paid in cash"""
        company = self.company_id
        money = company._from_units(sum(company._to_units(line["amount"]) for line in lines))
        return {
            "lines": lines,
            "tenders": [(session.sudo().journal_id, money)],
            "key": f"collection/{self.id}/{member.id}",
            "content": ["collection", self.id, member.id, money],
            "name": self._receipt_label(),
        }

    def _receipt_label(self):
        """What each receipt says beside its lines."""
        return False

    def action_print(self):
        return self.env.ref("koperasi_simpan_pinjam.action_report_collection").report_action(self)

    def action_print_receipts(self):
        return self.transaction_ids.action_print()

    def action_missing(self):
        """Who has not paid all."""
        self.ensure_one()
        title = self.env._("Not Paid: %s", self.display_name)
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.collection.line",
            "view_mode": "list",
            "domain": [("collection_id", "=", self.id), ("missing", ">", 0)],
        }


class KoperasiCollectionRow(models.AbstractModel):
    """What stands on a list: free while it is prepared, fixed once it is recorded."""

    _name = "koperasi.collection.row"
    _description = "Row of a Collection List"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_draft()
        return rows

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        self._check_draft()

    def _check_draft(self):
        if any(row.collection_id.state != "draft" for row in self):
            raise UserError(self.env._("A list that is recorded stays as it is. Correct the receipt instead."))


class KoperasiCollectionLine(models.Model):
    _name = "koperasi.collection.line"
    _description = "Line of a Collection List"
    _inherit = ["koperasi.collection.row"]
    _order = "collection_id desc, sequence, id"
    _check_company_auto = True

    collection_id = fields.Many2one("koperasi.collection", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="collection_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    member_id = fields.Many2one("koperasi.member", required=True, ondelete="restrict", check_company=True)
    phone = fields.Char(related="member_id.partner_id.phone")
    savings_id = fields.Many2one(
        "koperasi.savings.account",
        "Savings Account",
        ondelete="restrict",
        check_company=True,
        domain="[('member_id', '=', member_id), ('state', '=', 'open')]",
    )
    loan_id = fields.Many2one("koperasi.loan", ondelete="restrict", check_company=True)
    name = fields.Char("Savings or Loan", compute="_compute_name")
    due = fields.Monetary(readonly=True)
    received = fields.Monetary()
    missing = fields.Monetary("Not Paid", compute="_compute_missing", store=True)

    _one_contract = models.Constraint(
        "CHECK (num_nonnulls(savings_id, loan_id) = 1)", "Each line is for one savings account or one loan."
    )
    _received = models.Constraint("CHECK (received >= 0)", "What was received can't be negative.")

    @api.depends("savings_id", "loan_id")
    def _compute_name(self):
        for line in self:
            line.name = line.loan_id.number or line.savings_id.product_id.name

    @api.depends("due", "received")
    def _compute_missing(self):
        for line in self:
            line.missing = max(line.due - line.received, 0)
