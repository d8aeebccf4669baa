"""What the SHU of a year costs: computed, posted, moved to savings, beside Odoo's own way and bare SQL.

All figures of one table are of one run on one machine; compare the ratios, not the seconds.

    ./koperasi bench                       the whole table
    ./koperasi bench -- --members 1000     a quick look
"""

from datetime import date

from stage import TODAY, add_loan, cooperative, fund, join, measured, odoos_way, open_session, play, ratios

YEAR = TODAY.year - 1
INCOME = 50000000  # from members, beside what the loans bring


def live(env, company, count):
    """The year: everybody saves, twenty borrow and pay back, the cooperative earns."""
    day = date(YEAR, 11, 20)
    join(env, company, count, date(YEAR, 1, 5))
    session = open_session(env, company, day)
    accounts = env["koperasi.savings.account"].search([("company_id", "=", company.id)], order="id")
    by_class = accounts.grouped("savings_class")
    fund(env, session, by_class["pokok"].ids, 100000)
    for number, part in enumerate(by_class["wajib"][place::7] for place in range(7)):
        fund(env, session, part.ids, 20000 + 1000 * number)
    members = env["koperasi.member"].search([("company_id", "=", company.id)], order="id", limit=20)
    members.action_approve()
    for member in members:
        add_loan(env, member, 1000000, session)._pay(1100000, session, excess="ahead")
    env["koperasi.posting"]._post(
        company,
        day,
        [
            {
                "account_id": env.ref(f"account.{company.id}_koperasi_4102").id,
                "unit_id": company.koperasi_savings_unit_id.id,
                "component": "interest",
                "amount": INCOME,
            }
        ],
        [(session.journal_id, INCOME)],
        session=session,
    )
    session._do_close(session.expected_amount)
    env.cr.commit()
    env.cr.execute("ANALYZE")


def main(env, args):
    company = cooperative(env)
    company.write({"koperasi_self_approval": True, "koperasi_payout_limit": 0})
    live(env, company, args.members)

    print("\nThe SHU of the year")
    period = env["koperasi.shu.period"].create(
        {"company_id": company.id, "date_from": date(YEAR, 1, 1), "date_to": date(YEAR, 12, 31)}
    )
    seconds = 0
    with measured(env, "year closed", args.members, "member"):
        period.action_close()
    with measured(env, "computed: books, weights, shares", args.members, "member") as figures:
        period.action_compute()
    seconds += figures["seconds"]
    assert period.share_count == args.members
    with measured(env, "computed again, the old shares forgotten", args.members, "member"):
        period.action_compute()
    period.action_review()
    period.action_propose()
    period.write({"decision_date": TODAY, "decision_number": "01/RAT", "attendance": args.members // 2})
    period.action_decide()
    env.cr.commit()
    with measured(env, "posting started: an SHU account for each", args.members, "member") as figures:
        period.action_post()
    seconds += figures["seconds"]
    env.cr.commit()
    env.cr.execute("ANALYZE")
    with measured(env, "posted: reserve, funds, every member's share", args.members, "member") as figures:
        period.run_id._cron_process()
    seconds += figures["seconds"]
    assert period.state == "posted" and company._koperasi_control_faults() == []
    print(f"Computed and posted: {seconds:.1f} s for {args.members:,} members.")
    period.share_ids.payout = "savings"
    period.action_to_savings()
    run = env["koperasi.run"].search([("company_id", "=", company.id), ("kind", "=", "shu_savings")])
    with measured(env, "moved to everybody's voluntary savings", args.members, "member"):
        run._cron_process()
    assert period.state == "distributed" and run.done_count == args.members

    print("\nThe same money otherwise")
    holders = period.share_ids.member_id.partner_id[: args.odoo].ids
    with measured(env, "Odoo's own way: an entry per member, batch create and post", len(holders), "member") as odoos:
        odoos_way(env, company, holders, TODAY)
    env.cr.rollback()
    env.cr.execute("""
        CREATE TEMP TABLE bare_share (LIKE koperasi_shu_share INCLUDING INDEXES);
        CREATE TEMP TABLE bare_line (LIKE koperasi_transaction_line INCLUDING INDEXES)""")
    with measured(env, "bare SQL: shares and ledger rows copied, with indexes", args.members, "member") as bare:
        env.cr.execute("INSERT INTO bare_share SELECT * FROM koperasi_shu_share")
        env.cr.execute(
            "INSERT INTO bare_line SELECT * FROM koperasi_transaction_line WHERE run_id = %s", [period.run_id.id]
        )
    env.cr.rollback()
    ratios((seconds, args.members), (odoos["seconds"], len(holders)), (bare["seconds"], args.members), "the SHU")


if __name__ == "__main__":
    play(main, __doc__)
