"""What must come out of a diary, computed a second time: from docs/domain.md, without the addons' kernels or database.

Written to be read beside the paper: plain loops over months, exact fractions, one rounding rule.
"""

from collections import defaultdict
from fractions import Fraction


def divide(total, weights):
    """Largest remainder (docs/domain.md 3.5): whole rupiah, the left-over ones to the largest fractions, ties earlier.

    :param weights: {name: weight}
    :return: {name: rupiah}
    """
    exact = {name: Fraction(total) * Fraction(weight) / sum(weights.values()) for name, weight in weights.items()}
    shares = {name: share.numerator // share.denominator for name, share in exact.items()}
    by_fraction = sorted(exact, key=lambda name: shares[name] - exact[name])  # stable: the earlier one of a tie
    for name in by_fraction[: total - sum(shares.values())]:
        shares[name] += 1
    return shares


def fees(amount, terms):
    """The service fee of each installment (docs/domain.md 4.2): flat on the loan, or on what is still owed."""
    periods, rate = terms["periods"], Fraction(str(terms["rate"])) / 100
    if terms["method"] == "flat":
        rows = [amount * rate / periods] * periods
    else:
        rows = [(amount - Fraction(amount, periods) * number) * rate for number in range(periods)]
    assert all(row.denominator == 1 for row in rows), "choose loans whose service fees are whole rupiah"
    return [int(row) for row in rows]


class Oracle:
    """Walks through the diary month by month.

    `volume`: service fee that each member paid and that is income; `weights`: her simpanan pokok and wajib, the sum of
    the month-end balances; `voluntary`: her voluntary savings at the end of the year.
    """

    def __init__(self, scenario):
        self.scenario = scenario
        self.volume, self.weights = defaultdict(int), defaultdict(int)
        self.capital_savings, self.voluntary = defaultdict(int), defaultdict(int)
        self.income = self.interest = self.withheld = self.sold = self.bought = self.shared = 0
        self.rw, self.loans = {}, defaultdict(list)
        for month in range(1, 13):
            lowest = {}
            for day in range(1, 32):  # a shorter month repeats its last day
                for _month, _day, what, *details in (event for event in scenario.diary if event[:2] == (month, day)):
                    getattr(self, f"see_{what}")(*details)
                for name in self.rw:
                    lowest[name] = min(lowest.get(name, self.voluntary[name] if day == 1 else 0), self.voluntary[name])
            self.month_interest(month, lowest)
            for name in self.rw:
                self.weights[name] += self.capital_savings[name]
        self.members = sorted(self.rw, key=lambda name: (self.rw[name], list(self.rw).index(name)))

    # === EVENTS === #

    def see_join(self, name, rw, money):
        self.rw[name] = rw
        self.see_visit(name, money)

    def see_visit(self, name, paid, taken=None):
        self.capital_savings[name] += paid.get("pokok", 0) + paid.get("wajib", 0)
        self.voluntary[name] += paid.get("sukarela", 0) - (taken or {}).get("sukarela", 0)
        if "loan" in paid:
            amount, rows = self.loans[name]
            fee = rows.pop(0)
            assert paid["loan"] == amount // self.scenario.loan["periods"] + fee, (name, paid, fee)
            saved = Fraction(fee * self.scenario.loan["interest_to_savings_percent"], 100)
            assert saved.denominator == 1, "choose fees whose part for savings is whole rupiah"
            self.volume[name] += fee - int(saved)
            self.income += fee - int(saved)

    def see_lend(self, name, amount):
        self.loans[name] = [amount, fees(amount, self.scenario.loan)]

    def see_buy(self, amount, _paid):
        self.bought += amount

    def see_sell(self, amount, _paid):
        self.sold += amount

    def see_spend(self, _purpose, amount):
        self.shared += amount

    def see_receive(self, _purpose, amount):
        self.shared -= amount

    def see_to_bank(self, _amount):
        pass

    see_from_bank = see_to_bank

    def see_mistake(self, _name, _amount):
        """Taken back."""

    def month_interest(self, month, lowest):
        """A twelfth of the year's rate on the lowest balance of the month, rounded down; its final tax (5.3, 2.8)."""
        free, percent = self.scenario.tax
        for name, balance in lowest.items():
            interest = balance * self.scenario.savings_rates.get(month, 0) // 1200
            tax = interest * percent // 100 if interest > free else 0
            self.voluntary[name] += interest - tax
            self.interest += interest
            self.withheld += tax

    # === YEAR END === #

    def surplus(self):
        """From members and from non-members: what neither caused is carried in proportion (docs/domain.md 2.5)."""
        gross = {"member": self.income - self.interest, "other": self.sold - self.bought}
        assert min(gross.values()) > 0
        carried = divide(self.shared, gross)
        return tuple(gross[source] - carried[source] for source in ("member", "other"))

    def pools(self):
        return {
            (table, code): amount
            for table, surplus in zip(("member", "other"), self.surplus())
            for code, amount in divide(
                surplus, {code: Fraction(str(percent)) for code, percent in self.scenario.policy[table].items()}
            ).items()
        }

    def shares(self, code, weights):
        """:return: {member: rupiah} of a pool, ties to the earlier member's number"""
        return divide(self.pools()["member", code], {name: weights[name] for name in self.members})

    def capital(self):
        return self.shares("jasa_modal", self.weights)

    def patronage(self):
        return self.shares("jasa_usaha", self.volume)
