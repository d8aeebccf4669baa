from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..kernel.money import apportion


class KoperasiCollectionCover(models.Model):
    """Who paid how much for whom at the meeting of a group that answers for its members (docs/domain.md 4.11)."""

    _name = "koperasi.collection.cover"
    _description = "Paid for Another at a Meeting"
    _inherit = ["koperasi.collection.row"]
    _order = "collection_id desc, id"
    _check_company_auto = True

    collection_id = fields.Many2one("koperasi.collection", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="collection_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    group_id = fields.Many2one(related="collection_id.group_id")
    member_id = fields.Many2one("koperasi.member", "For", required=True, ondelete="restrict", check_company=True)
    creditor_id = fields.Many2one("koperasi.member", "Paid By", required=True, ondelete="restrict", check_company=True)
    amount = fields.Monetary(required=True)

    _amount = models.Constraint("CHECK (amount > 0)", "Enter how much she pays for the other.")
    _two = models.Constraint("CHECK (member_id <> creditor_id)", "Nobody advances money to herself.")

    @api.constrains("member_id", "creditor_id", "collection_id")
    def _check_group(self):
        for cover in self:
            if cover.collection_id.group_id.kind != "joint":
                raise ValidationError(
                    self.env._("Only the members of a group of joint liability pay for each other.")
                )
            for member in (cover.member_id, cover.creditor_id):
                if member.group_id != cover.collection_id.group_id:
                    raise ValidationError(
                        self.env._(
                            "%(member)s is not in the group %(group)s.",
                            member=member.display_name,
                            group=cover.collection_id.group_id.name,
                        )
                    )


class KoperasiCollection(models.Model):
    """The sheet of a group of joint liability: it is complete, or the others pay what is missing.

    What they pay goes to the loans and dues of whom it is missing from, on her receipt, and is theirs to claim from her
    (`koperasi.advance`). At the next meeting that claim stands on the sheet before anything else of hers.
    """

    _inherit = "koperasi.collection"

    is_joint = fields.Boolean(compute="_compute_is_joint")
    cover_ids = fields.One2many("koperasi.collection.cover", "collection_id", "Paid for Others", copy=False)
    amount_covered = fields.Monetary("Paid by Others", compute="_compute_shortage")
    shortage = fields.Monetary("Still Missing", compute="_compute_shortage")

    @api.depends("group_id.kind")
    def _compute_is_joint(self):
        for collection in self:
            collection.is_joint = collection.group_id.kind == "joint"

    @api.depends("line_ids.due", "line_ids.received", "line_ids.advance_id", "cover_ids.amount")
    def _compute_shortage(self):
        for collection in self:
            missing = sum(collection.line_ids.filtered(lambda line: not line.advance_id).mapped("missing"))
            collection.amount_covered = sum(collection.cover_ids.mapped("amount"))
            collection.shortage = missing - collection.amount_covered

    def write(self, vals):
        if "cover_ids" in vals and any(collection.state != "draft" for collection in self):
            raise UserError(self.env._("A list that is recorded stays as it is. Correct the receipt instead."))
        return super().write(vals)

    # === WHAT IS EXPECTED === #

    def _owed(self, members, accounts, loans, until):
        """In such a group a claim of another member stands by itself, so that nobody pays for it again."""
        owed = super()._owed(members, accounts, loans, until)
        if self.is_joint:
            back = loans._back_units()
            for loan_id, units in loans._due_units(until, self.date).items():  # what she left in titipan stays there
                owed[loans.browse(loan_id)] = units - back.get(loan_id, 0)
            advances = members._open_advances().with_env(self.env)
            left = advances._left_units()
            owed.update({advance: left[advance.id][1] for advance in advances})
        return owed

    def action_propose(self):
        self.cover_ids = [Command.clear()]
        return super().action_propose()

    # === WHO PAYS WHAT IS MISSING === #

    def action_share_shortage(self):
        """What each absent one owes is shared equally by all others; who was not there is taken off the list."""
        self.ensure_one()
        self.company_id._koperasi_check_role("petugas", "bendahara")
        if not self.is_joint:
            raise UserError(self.env._("Only the members of a group of joint liability pay for each other."))
        if self.state != "draft":
            raise UserError(self.env._("%s is recorded already.", self.display_name))
        self._advances_first()
        company, missing = self.company_id, self._missing_units()
        payers = self.group_id.member_ids.filtered(lambda member: member.state == "active")
        payers -= payers.browse(missing)
        if missing and not payers:
            raise UserError(self.env._("Nobody has paid all of her own, so nobody can pay for the others."))
        rows = []
        for member, units in missing.items():
            parts = apportion(units, [1] * len(payers))
            rows += [
                Command.create(
                    {"member_id": member, "creditor_id": payer.id, "amount": company._from_units(part)}
                )
                for payer, part in zip(payers, parts)
                if part
            ]
        self.cover_ids = [Command.clear(), *rows]

    def _missing_units(self):
        """:return: {member id: what the cooperative lacks of her, in money units}; claims of others aside"""
        missing = {}
        for line in self.line_ids.filtered(lambda line: line.missing and not line.advance_id):
            units = self.company_id._to_units(line.missing)
            missing[line.member_id.id] = missing.get(line.member_id.id, 0) + units
        return missing

    def _advances_first(self):
        """What a member brings goes first to whoever paid for her, wherever on the sheet it was typed."""
        company = self.company_id
        for lines in self.line_ids.grouped("member_id").values():
            claims = lines.filtered("advance_id")
            others = (lines - claims)[::-1]
            for claim in claims:
                wanted = company._to_units(claim.missing)
                for line in others:
                    part = min(wanted, company._to_units(line.received))
                    if part:
                        line.received -= company._from_units(part)
                        claim.received += company._from_units(part)
                        wanted -= part

    def _check_complete(self):
        """Each one's shortage is paid by others to the rupiah."""
        company = self.company_id
        missing = self._missing_units()
        covered = {
            member.id: sum(company._to_units(cover.amount) for cover in covers)
            for member, covers in self.cover_ids.grouped("member_id").items()
        }
        for member in self.line_ids.member_id | self.cover_ids.member_id:
            left = missing.get(member.id, 0) - covered.get(member.id, 0)
            if left > 0:
                raise UserError(
                    self.env._(
                        "%(member)s: %(left)s is missing. The group pays it: enter who pays how much for her.",
                        member=member.display_name,
                        left=company._koperasi_format(left),
                    )
                )
            if left < 0:
                raise UserError(
                    self.env._(
                        "%(member)s: the others pay %(more)s more than is missing of her.",
                        member=member.display_name,
                        more=company._koperasi_format(-left),
                    )
                )

    # === RECORDED === #

    def _papers(self, session):
        if not self.is_joint:
            return super()._papers(session)
        self._advances_first()
        self._check_complete()
        papers = []
        for member, lines in self.line_ids.grouped("member_id").items():
            covers = self.cover_ids.filtered(lambda cover, member=member: cover.member_id == member)
            if entries := self._joint_lines(member, lines, covers, session.date):
                papers.append(self._paper(member, entries, session))
        return papers

    def _receipt_label(self):
        return self.env._("Meeting of %s", self.group_id.name) if self.is_joint else super()._receipt_label()

    def _joint_lines(self, member, lines, covers, day):
        """What she brought and what the others paid for her, with their claims on her."""
        company = self.company_id
        purse = [[cover.creditor_id, company._to_units(cover.amount)] for cover in covers]
        entries = []
        for line in lines.sorted(lambda line: not line.advance_id):
            contract = line.loan_id or line.savings_id or line.advance_id
            received = company._to_units(line.received)
            lacking = 0 if line.advance_id else company._to_units(line.missing)
            if not received + lacking:
                continue
            amount = company._from_units(received + lacking)
            if line.loan_id:
                line.loan_id._claim_payable(amount)
                line.loan_id._check_not_waiver(day)
                entries += line.loan_id._covered_lines(received + lacking, day)
            else:
                entries += contract._lines_in(amount, day)
            while lacking:
                part = min(purse[0][1], lacking)
                creditor = purse[0][0]
                advance = self.env["koperasi.advance"]._new(
                    creditor, member, line.loan_id, creditor._advance_savings(), "group", day
                )
                entries += advance._pair(part)
                lacking -= part
                purse[0][1] -= part
                if not purse[0][1]:
                    purse.pop(0)
        return entries


class KoperasiCollectionLine(models.Model):
    _inherit = "koperasi.collection.line"

    advance_id = fields.Many2one("koperasi.advance", ondelete="restrict", check_company=True)

    _one_contract = models.Constraint(
        "CHECK (num_nonnulls(savings_id, loan_id, advance_id) = 1)",
        "Each line is for one savings account, one loan or one advance.",
    )

    @api.depends("advance_id")
    def _compute_name(self):
        result = super()._compute_name()
        for line in self.filtered("advance_id"):
            line.name = self.env._("Advance from %s", line.advance_id.creditor_id.name)
        return result


class KoperasiMember(models.Model):
    _inherit = "koperasi.member"

    def _advance_savings(self):
        """The account that what she paid for others comes back to: her voluntary savings, opened when she has none."""
        self.ensure_one()
        accounts = self.sudo().savings_ids.filtered(
            lambda account: account.savings_class == "sukarela" and account.state == "open"
        )
        if accounts:
            return accounts[0]
        product = (
            self.env["koperasi.savings.product"]
            .sudo()
            .search([("company_id", "=", self.company_id.id), ("savings_class", "=", "sukarela")], limit=1)
        )
        if not product:
            raise UserError(self.env._("There is no product of voluntary savings that advances are paid back to."))
        return self.env["koperasi.savings.account"].sudo().create({"product_id": product.id, "member_id": self.id})


class KoperasiLoan(models.Model):
    _inherit = "koperasi.loan"

    def _unsettled_units(self):
        """What her group of joint liability, or she herself, has not settled: claims among members, late installments.

        :return: money units
        """
        self.ensure_one()
        member, company = self.member_id.sudo(), self.company_id
        group = member.group_id if member.group_id.kind == "joint" else member.group_id.browse()
        people = group.member_ids | member
        advances = people._open_advances()
        late = (group.member_ids - member).loan_ids.filtered(lambda loan: loan.state == "running")
        return sum(left for _given, left in advances._left_units().values()) + sum(
            company._to_units(loan.arrears) for loan in late
        )

    def _facts(self):
        facts = super()._facts()
        return replace(facts, unsettled=self._unsettled_units())
