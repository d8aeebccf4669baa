import hashlib
import json
from collections import defaultdict

from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import format_date
from odoo.tools.misc import clean_context

# Who may cause a posting at all; the contracts decide more narrowly (docs/architecture.md 5).
POSTING_ROLES = ("petugas", "bendahara", "ketua")


class KoperasiPosting(models.AbstractModel):
    """The one door into the member ledger and into Odoo's books (docs/architecture.md 2.1, 2.2).

    `_post` takes what a contract wants recorded and makes, in one database transaction, the ledger's rows and their
    entry. It is private: clients reach it through the actions of contracts only.
    """

    _name = "koperasi.posting"
    _description = "Posting"

    @api.model
    def _post(
        self,
        company,
        date,
        lines,
        tenders=(),
        *,
        key=None,
        session=None,
        run=None,
        origin=None,
        label=None,
        content=None,
        party=None,
        reversal_of=None,
        reason=None,
        approver=None,
        closing=False,
        own_day=False,
    ):
        """Record one transaction and its journal entry, or return what the same key recorded before.

        One sign rule: a line's amount > 0 is a credit on its account, < 0 a debit; the tenders take the opposite of
        the sum. Money in and money out are never netted: a visit with both makes two transactions.

        :param company: the cooperative
        :param date: day of the transaction, a `datetime.date`
        :param lines: dicts of koperasi.transaction.line: account_id, unit_id, component, amount (Monetary), and as
            they apply partner_id, member_id, savings_id, loan_id, installment_id, term_id, advance_id, name
        :param tenders: (cash or bank journal, signed amount) pairs, all of one sign, money in > 0; none for a memorial
        :param key: the client's idempotency key, unique per company
        :param content: what the key is bound to when `lines` depend on balances (see `_replay`); default: the lines
        :param session: the open cash session, needed when a tender is a cash box
        :param run: koperasi.run, when this is one of its chunks
        :param origin: the document behind it
        :param label: what the paper says
        :param party: name of who brought or took the money, when she is no holder
        :param reversal_of: the transaction this one takes back, with its `reason`
        :param approver: the second person, res.users, whose right the caller has checked
        :param own_day: the day is given by a period, not chosen by a person: any open day
        :param closing: the memorial that closes a year: dated on its last day however late it is made, and exact to
            the currency's decimals where the books have a fraction of the money unit
        :return: koperasi.transaction, with the caller's own rights
        :raise UserError: bad amount, closed period, missing setting, balance too low; nothing is written then
        :raise ConcurrencyError: the key was used at the same moment; the RPC layer starts again and finds it
        """
        paper = {
            "lines": lines,
            "tenders": tenders,
            "key": key,
            "content": content,
            "name": label,
            "party": party,
            "reversal_of": reversal_of,
            "reason": reason,
        }
        return self._post_together(
            company,
            date,
            [paper],
            session=session,
            run=run,
            origin=origin,
            approver=approver,
            closing=closing,
            own_day=own_day,
        )

    @api.model
    def _post_together(
        self,
        company,
        date,
        papers,
        *,
        session=None,
        run=None,
        origin=None,
        approver=None,
        closing=False,
        own_day=False,
    ):
        """Record many transactions of one day, all or none, with one journal entry for all of them; see `_post`.

        Each has its number, its key and its paper, and each can be taken back by itself.

        :param papers: [{"lines", "tenders", "key", "content", "name", "party", "reversal_of", "reason"}], what `_post`
            takes for one; all of one kind and one cash box or book, no contract on two of them
        :return: koperasi.transaction in the order of `papers`, with the caller's own rights
        """
        company._koperasi_check_role(*POSTING_ROLES)
        clean = clean_context(self.env.context)  # no `default_` of a caller reaches what is written
        posting = self.sudo().with_company(company).with_context(clean)  # pylint: disable=context-overridden
        company = company.with_env(posting.env)
        session = session and session.with_env(posting.env)
        papers = [posting._normalize_paper(company, paper, run, closing) for paper in papers]
        known = posting._find_replays(company, papers)
        new = [paper for paper in papers if paper["key"] not in known]
        transactions = posting.env["koperasi.transaction"]
        if new:
            posting._check_date(company, date, session=session, own_day=own_day or run or closing)
            posting._check_session(company, date, [tender for paper in new for tender in paper["tenders"]], session)
            for paper in new:
                money = sum(units for _journal, units in paper["tenders"])
                paper["kind"] = posting._kind(paper["tenders"])
                paper["lines"] += posting._interunit_lines(company, paper["lines"], money)
                paper["tenders"] = posting._split_tenders(company, paper["lines"], paper["tenders"])
            posting._check_contracts(date, [line for paper in new for line in paper["lines"]], approver)
            posting._check_cash([tender for paper in new for tender in paper["tenders"]], session, limited=not approver)
            shared = {
                "session_id": session and session.id,
                "origin": origin and f"{origin._name},{origin.id}",
                "approver_id": approver and approver.id,
            }
            transactions = posting._append(company, date, new, shared, run=run)
            posting._make_entry(transactions)
            lines = transactions.line_ids
            for transaction in transactions.filtered("reversal_of_id"):
                transaction.line_ids.loan_id._restore_installments(transaction.reversal_of_id, transaction)
            lines.loan_id._after_posting()
            lines.advance_id._after_posting()
            lines.term_id._after_posting()
            lines.savings_id.fundraising_id._after_posting()
            lines.member_id._after_posting()
        made = iter(transactions)
        result = [known.get(paper["key"]) or next(made) for paper in papers]
        return self.env["koperasi.transaction"].browse([transaction.id for transaction in result])

    @api.model
    def _reverse(self, transaction, date, *, session=None, origin=None, reason, approver, closing=False, own_day=False):
        """Take `transaction` back: the opposite lines and tenders, on `date`; see `_post`."""
        transaction = transaction.sudo()
        transaction._check_reversible()
        lines = [
            {
                "account_id": line.account_id.id,
                "unit_id": line.unit_id.id,
                "component": line.component,
                "partner_id": line.partner_id.id,
                "member_id": line.member_id.id,
                "savings_id": line.savings_id.id,
                "loan_id": line.loan_id.id,
                "installment_id": line.installment_id._taken_back_by(transaction).id,
                "term_id": line.term_id.id,
                "advance_id": line.advance_id.id,
                "name": line.name,
                "amount": -line.amount,
            }
            for line in transaction.line_ids
        ]
        totals = defaultdict(int)
        for tender in transaction.tender_ids:
            totals[tender.journal_id] -= tender.company_id._to_units(tender.amount)
        return self._post(
            transaction.company_id,
            date,
            lines,
            [(journal, transaction.company_id._from_units(units)) for journal, units in totals.items()],
            session=session,
            origin=origin,
            label=self.env._("Correction of %s", transaction.number),
            party=transaction.party,
            reversal_of=transaction,
            reason=reason,
            approver=approver,
            closing=closing,
            own_day=own_day,
        )

    # === WHAT IS ASKED: whole money units, one shape === #

    def _normalize_paper(self, company, paper, run, closing):
        """:return: `paper` of `_post_together` with whole money units and the hash of its content"""
        lines = self._normalize_lines(company, paper["lines"], run, closing)
        tenders = self._normalize_tenders(company, paper["tenders"])
        reversal_of = paper.get("reversal_of")
        content = paper.get("content") or [
            lines,
            [(journal.id, units) for journal, units in tenders],
            reversal_of and reversal_of.id,
        ]
        return {
            "lines": lines,
            "tenders": tenders,
            "key": paper.get("key"),
            "content_hash": self._content_hash(content),
            "name": paper.get("name"),
            "party": paper.get("party"),
            "reversal_of_id": reversal_of and reversal_of.id,
            "reason": paper.get("reason"),
        }

    def _normalize_lines(self, company, lines, run, closing):
        """The lines with every field given (a missing one would be read from the context) and `units`, whole money."""
        if not lines:
            raise UserError(self.env._("There is nothing to record."))
        return [
            {
                "partner_id": line.get("partner_id") or False,
                "member_id": line.get("member_id") or False,
                "savings_id": line.get("savings_id") or False,
                "loan_id": line.get("loan_id") or False,
                "installment_id": line.get("installment_id") or False,
                "term_id": line.get("term_id") or False,
                "advance_id": line.get("advance_id") or False,
                "component": line["component"],
                "account_id": line["account_id"],
                "unit_id": line["unit_id"],
                "run_id": run.id if run else False,
                "name": line.get("name") or False,
                "units": company._to_units(line["amount"], whole=not closing),
            }
            for line in lines
        ]

    def _normalize_tenders(self, company, tenders):
        """:return: [(journal, money units)], zero ones left out"""
        tenders = [(journal.with_env(self.env), company._to_units(amount)) for journal, amount in tenders]
        tenders = [(journal, units) for journal, units in tenders if units]
        if len({units > 0 for _journal, units in tenders}) > 1:
            raise UserError(self.env._("Money in and money out are recorded as two transactions."))
        for journal, _units in tenders:
            if journal.type not in ("cash", "bank") or not journal.default_account_id:
                raise UserError(self.env._("%s is no cash box or bank with an account.", journal.name))
        return tenders

    def _content_hash(self, content):
        """What a key is bound to: what was asked, not when it arrived."""
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()

    @api.model
    def _replay(self, company, key, content):
        """What this key recorded before, asked ahead of working out lines that depend on balances.

        :param content: what the client asked for, as plain data; handed to `_post` too
        :return: the transaction; empty when the key is new
        :raise UserError: when the key recorded something else
        """
        known = self.sudo()._find_replays(company, [{"key": key, "content_hash": self._content_hash(content)}])
        return known.get(key, self.env["koperasi.transaction"]).with_env(self.env)

    def _find_replays(self, company, papers):
        """What the keys of these papers recorded before; a UserError where one recorded something else.

        :return: {key: transaction}
        """
        asked = {paper["key"]: paper["content_hash"] for paper in papers if paper["key"]}
        if not asked:
            return {}
        domain = [("company_id", "=", company.id), ("key", "in", list(asked))]
        known = {transaction.key: transaction for transaction in self.env["koperasi.transaction"].search(domain)}
        for key, transaction in known.items():
            if transaction.content_hash != asked[key]:
                raise UserError(
                    self.env._(
                        "This form was already recorded as %s with other amounts. Begin a new one.",
                        transaction.number,
                    )
                )
        return known

    def _kind(self, tenders):
        if not tenders:
            return "memorial"
        return "receipt" if tenders[0][1] > 0 else "payment"

    # === WHEN: dates === #

    def _check_date(self, company, date, *, session, own_day):
        """Refuse the future, closed periods, and what lies too far back (docs/architecture.md 2.1, Backdating)."""
        today = fields.Date.context_today(self)
        if date > today:
            raise UserError(
                self.env._("%s has not come yet. Choose today or an earlier date.", format_date(self.env, date))
            )
        company._koperasi_check_open(date)
        if own_day or session or date == today:
            return  # a run has a period of its own, a session its day
        earliest = fields.Date.subtract(today, days=company.koperasi_backdate_days)
        closed = (
            self.env["koperasi.cash.session"]
            .search([("company_id", "=", company.id), ("state", "=", "closed")], order="date desc", limit=1)
            .date
        )
        if date < max(earliest, closed or earliest):
            raise UserError(
                self.env._(
                    "%(date)s is too far back: the earliest day is %(earliest)s.",
                    date=format_date(self.env, date),
                    earliest=format_date(self.env, max(earliest, closed or earliest)),
                )
            )

    # === CASH: sessions, tenders, limits === #

    def _check_session(self, company, date, tenders, session):
        boxes = [journal for journal, _units in tenders if journal.type == "cash"]
        if not boxes:
            return
        if not session or session.company_id != company:
            raise UserError(self.env._("Open the cash session first."))
        session._check_usable(date, boxes)

    def _split_tenders(self, company, lines, tenders):
        """One tender per cash box and business unit, so that each unit's books balance by themselves.

        :return: [(journal, unit id, money units)]
        """
        due = defaultdict(int)
        for line in lines:
            due[line["unit_id"]] += line["units"]
        due = {unit: units for unit, units in due.items() if units}
        if sum(due.values()) != sum(units for _journal, units in tenders):
            raise UserError(
                self.env._(
                    "The amounts (%(lines)s) and the money (%(money)s) differ.",
                    lines=company._koperasi_format(sum(due.values())),
                    money=company._koperasi_format(sum(units for _journal, units in tenders)),
                )
            )
        split = []
        for journal, left in tenders:
            for unit in list(due):
                part = min(left, due[unit], key=abs)
                if part:
                    split.append((journal, unit, part))
                    left -= part
                    due[unit] -= part
        return split

    def _check_cash(self, tenders, session, *, limited):
        """Claim the box, so that it isn't closed meanwhile; refuse what it doesn't hold or the teller may not pay.

        :param limited: whether the teller's limit counts; where a second person said yes, it doesn't
        """
        cash = [units for journal, _unit, units in tenders if journal.type == "cash"]
        if cash:
            session._claim_box()
        if sum(cash) < 0:
            session._check_payout(-sum(cash), limited=limited)

    # === WHOSE: contracts === #

    def _check_contracts(self, date, lines, approver):
        """Claim the accounts whose balance decides, then let the contracts refuse.

        :param approver: the second person, who allows what is above an account's limit of a day
        """
        movements = self._movements(lines, "savings_id")
        accounts = self.env["koperasi.savings.account"].browse(movements)
        # A debit needs money to be there; share capital is paid in full, once; others have a maximum.
        accounts.filtered(
            lambda account: account.savings_class == "pokok"
            or account.product_id.maximum_balance
            or sum(movements[account.id].values()) < 0
        )._claim()
        moved = {account: movements[account.id] for account in accounts}
        if approver:
            accounts._allow_above_limit(date, moved, approver)
        accounts._check_posting(date, moved)
        movements = self._movements(lines, "loan_id")
        loans = self.env["koperasi.loan"].browse(movements)
        loans._claim()
        loans._check_posting(date, {loan: movements[loan.id] for loan in loans})
        self.env["koperasi.savings.term"].browse({line["term_id"] for line in lines if line["term_id"]})._claim()

    def _movements(self, lines, owner):
        """:return: {id in field `owner`: {component: money units}}"""
        movements = defaultdict(lambda: defaultdict(int))
        for line in lines:
            if line[owner]:
                movements[line[owner]][line["component"]] += line["units"]
        return movements

    def _interunit_lines(self, company, lines, money):
        """What one unit owes another afterwards: in a memorial between them, or where one unit's savings pay another's
        loan beside cash (docs/architecture.md 2.7).

        :param money: units that come in (> 0) or go out (< 0)
        """
        owed = defaultdict(int)
        for line in lines:
            owed[line["unit_id"]] += line["units"]
        if sum(owed.values()) != money:
            return []  # refused by the comparison with the tenders
        moved = {unit: -units for unit, units in owed.items() if units and (not money or units * money < 0)}
        left = -sum(moved.values())
        for unit, units in owed.items() if money else ():
            if units * money > 0 and left:
                part = max(left, -units) if money > 0 else min(left, -units)
                moved[unit] = part
                left -= part
        return [
            {
                "partner_id": False,
                "member_id": False,
                "savings_id": False,
                "run_id": False,
                "loan_id": False,
                "installment_id": False,
                "term_id": False,
                "advance_id": False,
                "component": "interunit",
                "account_id": company._koperasi_setting("koperasi_interunit_account_id").id,
                "unit_id": unit,
                "name": self.env._("Between units"),
                "units": units,
            }
            for unit, units in moved.items()
            if units
        ]

    # === WRITTEN: the ledger === #

    def _append(self, company, date, papers, shared, *, run):
        """The transactions with their lines and tenders, and their numbers last; the first one has the entry of all.

        :param papers: as `_normalize_paper` gives them, with their kind and split tenders
        :param shared: values of koperasi.transaction that all of them have
        """
        vals_list = [
            {**self._transaction_vals(company, paper, run), **shared, "date": date, "company_id": company.id}
            for paper in papers
        ]
        try:
            transactions = self.env["koperasi.transaction"]._append(vals_list[:1])
            rest = [{**vals, "booked_with_id": transactions.id} for vals in vals_list[1:]]
            if rest:
                transactions += transactions._append(rest)
        except errors.UniqueViolation as error:
            if error.diag.constraint_name in ("koperasi_transaction_key", "koperasi_transaction_reversal"):
                # Somebody else's at the same moment: start again on a new snapshot, and find it there.
                raise ConcurrencyError(error.diag.message_detail) from error
            raise
        rows = [
            ({"transaction_id": transaction.id, "company_id": company.id, "date": date}, paper)
            for transaction, paper in zip(transactions, papers)
        ]
        self.env["koperasi.transaction.line"]._append(
            [
                {
                    **{name: value for name, value in line.items() if name != "units"},
                    **of_transaction,
                    "amount": company._from_units(line["units"]),
                }
                for of_transaction, paper in rows
                for line in paper["lines"]
            ]
        )
        self.env["koperasi.transaction.tender"]._append(
            [
                {
                    **of_transaction,
                    "journal_id": journal.id,
                    "account_id": journal.default_account_id.id,
                    "unit_id": unit,
                    "amount": company._from_units(units),
                }
                for of_transaction, paper in rows
                for journal, unit, units in paper["tenders"]
            ]
        )
        transactions._set_next_sequence()
        return transactions

    def _transaction_vals(self, company, paper, run):
        """What a transaction says of its lines and tenders."""
        lines, tenders = paper["lines"], paper["tenders"]
        own = self.env["koperasi.advance"]._debtors_lines(lines)
        held = [line for line in own if line["savings_id"] or line["loan_id"] or line["advance_id"]]
        members = {line["member_id"] for line in held}
        partners = {line["partner_id"] for line in held or lines}
        turnover = sum(units for _journal, _unit, units in tenders) or sum(
            line["units"] for line in lines if line["units"] > 0
        )
        return {
            **{name: value for name, value in paper.items() if name not in ("lines", "tenders")},
            "number": False,
            "member_id": members.pop() if len(members) == 1 else False,
            "partner_id": partners.pop() if len(partners) == 1 else False,
            "journal_id": self._book(company, tenders, run).id,
            "amount": company._from_units(abs(turnover)),
        }

    def _book(self, company, tenders, run):
        """The book the transaction is numbered in: its cash box, else its bank, else the memorial."""
        journals = [journal for journal, _unit, _units in tenders]
        cash = [journal for journal in journals if journal.type == "cash"]
        if journals:
            return (cash or journals)[0]
        return company._koperasi_setting("koperasi_run_journal_id" if run else "koperasi_memorial_journal_id")

    # === WRITTEN: the books === #

    def _make_entry(self, transactions):
        """Their one entry: a move line per account, business unit and sign, one per cash box or bank and unit."""
        company = transactions.company_id
        totals = defaultdict(int)
        for line in transactions.line_ids:
            units = company._to_units(line.amount, whole=False)
            totals[line.account_id.id, line.unit_id.id, units > 0] -= units
        money = defaultdict(int)
        for tender in transactions.tender_ids:
            money[tender.account_id.id, tender.unit_id.id] += company._to_units(tender.amount)
        rows = [(account, unit, units) for (account, unit, _credit), units in totals.items()]
        rows += [(account, unit, units) for (account, unit), units in money.items()]
        first, last = transactions[0], transactions[-1]
        partner = first.partner_id.id if first == last else False
        label = first.name or first.number
        move = self.env["account.move"]._koperasi_create(
            first,
            {
                "move_type": "entry",
                "date": first.date,
                "journal_id": first.journal_id.id,
                "company_id": company.id,
                "ref": first.number if first == last else f"{first.number} – {last.number}",
                "partner_id": partner,
                "line_ids": [
                    fields.Command.create(
                        {
                            "account_id": account,
                            "partner_id": partner,
                            "name": label,
                            "currency_id": company.currency_id.id,
                            "balance": company._from_units(units),
                            "amount_currency": company._from_units(units),
                            "analytic_distribution": {str(unit): 100},
                            "display_type": "product",
                            "tax_ids": [],
                        }
                    )
                    for account, unit, units in rows
                ],
            },
        )
        move._post(soft=False)
        if move.date != first.date or move.state != "posted":
            raise UserError(
                self.env._(
                    "%(number)s could not be booked on %(date)s.",
                    number=move.ref,
                    date=format_date(self.env, first.date),
                )
            )
        return move
