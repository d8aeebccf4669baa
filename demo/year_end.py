"""The end of a year: closed, examined, decided by the RAT, and shared."""

from datetime import date


class YearEnd:
    """Mixed into a cooperative: in February last year is closed and decided on, in March its SHU is paid."""

    period = None

    def first_day(self, today):
        """So early that the last year that was closed has at least three months."""
        closed = today.year - (1 if today >= date(today.year, 2, 20) else 2)
        return min(super().first_day(today), date(closed, 10, 1))

    def counter_day(self, day):
        super().counter_day(day)
        step = {(2, 5): self.close_year, (2, 20): self.decide, (3, 12): self.to_savings}.get((day.month, day.day))
        if step and day.year > self.first_month.year:
            step(day)

    def withdraw(self, vault):
        """In the first days of March some take their SHU in cash."""
        super().withdraw(vault)
        if self.period and (vault.date.month, vault.date.day) == (3, 5):
            for share in self.random.sample(self.period.sudo().share_ids.filtered("left_amount"), 12):
                self._fetch(share.left_amount, vault)
                self._visit(share.member_id, [], vault, out=[(share.savings_id, share.left_amount)])

    def close_year(self, day):
        self.period = self.of("bendahara", "koperasi.shu.period").create(
            {
                "company_id": self.company.id,
                "date_from": date(day.year - 1, 1, 1),
                "date_to": date(day.year - 1, 12, 31),
            }
        )
        self.period.action_close()
        self.period.action_compute()
        self.of("pengawas", self.period).action_review()
        self.of("ketua", self.period).action_propose()

    def decide(self, day):
        period = self.of("sekretaris", self.period)
        period.write(
            {
                "decision_date": day,
                "decision_number": f"01/RAT/{day.year}",
                "attendance": len(self.members) * 3 // 4,
            }
        )
        period.action_decide()
        self.period.action_post()
        self.work(self.period.run_id)

    def to_savings(self, _day):
        self.period.action_to_savings()
        run = self.of("bendahara", "koperasi.run").search([("state", "=", "queued")])
        self.work(run)
        if self.period.state == "posted":
            self.period.action_distributed()
        self.of("ketua", self.period).action_done()
