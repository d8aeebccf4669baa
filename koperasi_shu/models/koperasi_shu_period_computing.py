from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.koperasi_simpan_pinjam.kernel.money import apportion, floor_shares

from ..kernel.allocation import pools, split_surplus
from .koperasi_shu_period import FIGURES


class KoperasiShuPeriod(models.Model):
    """The surplus split into pools and shares (docs/domain.md 3)."""

    _inherit = "koperasi.shu.period"

    def action_compute(self):
        for period in self:
            period.company_id._koperasi_check_role("bendahara")
            period._check_state("draft", "computed")
            period._do_compute()

    def _do_compute(self):
        """Read books and ledger, let the kernel allocate, keep every base figure. Set-based: no query in a loop."""
        self.ensure_one()
        company, period = self.company_id, self.sudo()
        period.policy_id._check_complete()
        period._discard()
        member_gross, other_gross, shared, fraction = period._gross_results()
        member, other = split_surplus(member_gross, other_gross, shared)
        figures = {
            "member_gross": member_gross,
            "other_gross": other_gross,
            "shared_costs": shared,
            "surplus_member": member,
            "surplus_other": other,
            "surplus": member + other,
        }
        notes = []
        if min(member_gross, other_gross) < 0 < member + other and 0 in (member, other):
            notes.append(self.env._("The loss of one source was set off against the surplus of the other."))
        if member + other > 0:
            amounts = period._pool_amounts(member, other)
            balances, volumes = period._weights("capital"), period._weights("patronage")
            figures.update(balance_sum=sum(balances.values()), volume=sum(volumes.values()))
            parts, texts = period._make_pools(amounts, balances, volumes)
            period._make_shares(balances, volumes, parts)
            notes += texts
        else:
            notes.append(
                self.env._("There is no surplus: nothing is allocated. The RAT decides how a loss is covered.")
            )
        period._set(
            **{name: company._from_units(units) for name, units in figures.items()},
            fraction=float(fraction * company._koperasi_money_unit()),
            notes="\n".join(notes),
            state="computed",
            computed_by_id=self.env.uid,
        )

    def _discard(self):
        """Forget what was computed."""
        self.share_ids.unlink()
        self.pool_ids.unlink()
        self._set(**dict.fromkeys(FIGURES, 0), notes=False, state="draft", computed_by_id=False)

    def _pool_amounts(self, member, other):
        """:return: {koperasi.shu.policy.item: money units}"""
        amounts = {}
        for surplus, items in ((member, self.policy_id.member_item_ids), (other, self.policy_id.other_item_ids)):
            by_code = pools(surplus, items._items())
            amounts.update({item: by_code[item.code] for item in items})
        return amounts

    def _make_pools(self, amounts, balances, volumes):
        """Write the pools; divide those of the members.

        :param amounts: {policy item: money units}
        :param balances, volumes: {member id: money units}, in the order of the members' numbers
        :return: ({target: {member id: money units}}, notes for the members)
        """
        company, policy = self.company_id, self.policy_id
        parts = {"capital": defaultdict(int), "patronage": defaultdict(int)}
        notes, rows = [], []
        for item, amount in amounts.items():
            row = {
                "period_id": self.id,
                "table": item.table,
                "sequence": item.sequence,
                "code": item.code,
                "name": item.name,
                "percent": item.percent,
                "target": item.target,
                "account_id": item.account_id.id,
                "amount": company._from_units(amount),
            }
            if item.target in parts:
                weights = balances if item.target == "capital" else volumes
                shares = self._divide(amount, weights)
                for member, units in shares.items():
                    parts[item.target][member] += units
                account = policy._rest_account() if shares else policy._reserve_account()
                row.update(rest=company._from_units(amount - sum(shares.values())), rest_account_id=account.id)
                if amount and not shares:
                    notes.append(
                        self.env._(
                            "%(pool)s (%(amount)s) goes to %(account)s: no member has anything to share it by.",
                            pool=item.name,
                            amount=company._koperasi_format(amount),
                            account=account.name,
                        )
                    )
            rows.append(row)
        for row, pool in zip(rows, self.env["koperasi.shu.pool"].create(rows)):
            item = self.policy_id._item(row["table"], row["code"])
            for lang, _name in self.env["res.lang"].get_installed():
                pool.with_context(lang=lang).name = item.with_context(lang=lang).name
        return parts, notes

    def _divide(self, amount, weights):
        """:return: {member id: money units}; empty when nobody has a weight"""
        if not any(weights.values()):
            return {}
        rounding = int(self.policy_id.rounding)
        if rounding == 1:
            shares = apportion(amount, list(weights.values()))
        else:
            shares, _rest = floor_shares(amount, list(weights.values()), self.company_id._to_units(rounding))
        return dict(zip(weights, shares))

    def _make_shares(self, balances, volumes, parts):
        company = self.company_id
        members = self.env["koperasi.member"].browse({*balances, *volumes}).sorted("number")
        self.env["koperasi.shu.share"]._append(
            [
                {
                    "period_id": self.id,
                    "member_id": member,
                    "balance_sum": company._from_units(balances.get(member, 0)),
                    "volume": company._from_units(volumes.get(member, 0)),
                    "capital_amount": company._from_units(parts["capital"][member]),
                    "patronage_amount": company._from_units(parts["patronage"][member]),
                }
                for member in members.ids
            ]
        )

    def _weights(self, target):
        """:return: {member id: money units > 0}, in the order of the members' numbers: ties go to the earlier one"""
        company = self.company_id
        source = (
            self._balance_query()
            if target == "capital"
            else self.env["koperasi.member"]._patronage_query(self.date_from, self.date_to)
        )
        return {
            member: company._to_units(amount)
            for member, amount in self.env.execute_query(
                SQL(
                    """
                SELECT m.id, SUM(source.amount)
                  FROM (%s) source
                  JOIN koperasi_member m ON m.id = source.member_id
                 WHERE m.company_id = %s
                 GROUP BY m.id
                HAVING SUM(source.amount) > 0
                 ORDER BY m.number
                """,
                    source,
                    company.id,
                )
            )
        }

    def _balance_query(self):
        """Rows (member_id, amount): each movement of the savings that count, times the balances that it is part of.

        Their sum is what kernel.allocation.average_balance has before it divides: the sum of the month-end balances
        (of the days' balances, or the last one), hers by hers.
        """
        self.env["koperasi.transaction.line"].flush_model()
        self.env["koperasi.opening.figure"].flush_model()
        after = fields.Date.add(self.date_to, days=1)
        start = SQL("GREATEST(l.date, %s)", self.date_from)
        times = {
            "end": SQL("1"),
            "daily": SQL("(%s - %s)", after, start),
            "monthly": SQL(
                "((%s - EXTRACT(YEAR FROM %s)::int) * 12 + %s - EXTRACT(MONTH FROM %s)::int)",
                after.year,
                start,
                after.month,
                start,
            ),
        }[self.policy_id.balance_method]
        return SQL(
            """
            SELECT a.member_id, l.amount * %s AS amount
              FROM koperasi_transaction_line l
              JOIN koperasi_savings_account a ON a.id = l.savings_id
             WHERE a.product_id IN %s AND l.date <= %s
             UNION ALL
            SELECT f.member_id, f.amount * %s AS amount
              FROM koperasi_opening_figure f
             WHERE f.kind = 'balance' AND f.date BETWEEN %s AND %s
            """,
            times,
            tuple(self.policy_id.product_ids.ids) or (0,),
            self.date_to,
            # month-ends of before the opening balances, from the old books
            {"end": SQL("0"), "daily": SQL("f.days"), "monthly": SQL("1")}[self.policy_id.balance_method],
            self.date_from,
            self.date_to,
        )

    def _pool(self, target):
        return self.pool_ids.filtered(lambda pool: pool.target == target)
