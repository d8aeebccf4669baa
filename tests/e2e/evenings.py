"""Run in Odoo's shell: the demo cooperatives live, and on many evenings every report is printed as things stand; when
all days are lived it is printed again for each of those days.

What is dated into a day that is over (interest of a month, what the bank's statement brought, the closing of a year)
belongs on that day's papers: on the evening it was entered these are printed anew.
"""

import json
import os
from datetime import timedelta

from freezegun import freeze_time

COUNTER_DAY = 20  # loans are paid out; the meeting decides on the surplus


def live(env, papers):
    """Live the demo.

    :param papers: the addon's module of that name
    :return: {"days": printed, "rows": compared, "seconds": this took, "differences": [[cooperative, day, row, what it
        said then, and says now]]}
    """
    import demo  # in the shell only

    watch = Watch(papers)
    cooperatives = demo.live(env, watch.evening)
    for cooperative in cooperatives:
        watch.compare(cooperative)
    return {**watch.counts, "differences": watch.differences}


def _seconds():
    return os.times().elapsed  # a clock that is not frozen


class Watch:
    """Keeps what was printed on an evening."""

    def __init__(self, papers):
        self.papers, self.printed, self.last, self.differences = papers, {}, {}, []
        self.every_day = os.environ.get("KOPERASI_EVENINGS") == "daily"
        self.counts = {"days": 0, "rows": 0, "seconds": 0}

    def evening(self, cooperative, day):
        name = cooperative.name
        into = self._dated_back(cooperative, day)
        for kept in [kept for other, kept in self.printed if other == name and into and kept >= into]:
            self.printed[name, kept] = self._papers(cooperative, kept)
        if self.every_day or day.day == COUNTER_DAY or (day + timedelta(days=1)).day == 1:
            self.printed[name, day] = self._papers(cooperative, None)

    def _dated_back(self, cooperative, day):
        """The earliest day that something entered since the evening before was dated into, if that is over."""
        domain = [("company_id", "=", cooperative.company.id), ("id", ">", self.last.get(cooperative.name, 0))]
        entered = cooperative.env["koperasi.transaction"].search(domain)
        self.last[cooperative.name] = max(entered.ids, default=self.last.get(cooperative.name, 0))
        return min((transaction.date for transaction in entered if transaction.date < day), default=None)

    def compare(self, cooperative):
        own = cooperative.name
        mine = [(day, printed) for (name, day), printed in self.printed.items() if name == own]
        with freeze_time(cooperative._morning(cooperative.today)):
            for day, printed in mine:
                again = self._papers(cooperative, day)
                self.counts["days"] += 1
                self.counts["rows"] += len(printed)
                self.differences += [
                    [own, str(day), *map(str, difference)] for difference in self.papers.differences(printed, again)
                ]

    def _papers(self, cooperative, as_of):
        start = _seconds()
        reader = cooperative.people.get("pengawas") or cooperative.people["ketua"]
        printed = self.papers.papers(cooperative.company.with_env(cooperative.env), reader, as_of)
        self.counts["seconds"] += _seconds() - start
        return printed


def report(env, papers):
    """Prints the result as one line that the test finds."""
    print("EVENINGS " + json.dumps(live(env, papers)))
