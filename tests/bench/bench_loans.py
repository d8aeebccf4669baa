"""What 1,000 loans paid out in a run and 10,000 loans aged cost, beside Odoo's own way and bare SQL: prints only.

./koperasi bench                       the whole table
./koperasi bench -- --members 1000     a quick look
"""

from stage import MONTH, cooperative, join, measured, odoos_way, open_session, play, ratios

AMOUNT = 100000


def approved_loans(env, company, members):
    """Loans that were applied for and approved, by SQL: they are the stage here, not the play."""
    product = env.ref(f"account.{company.id}_koperasi_loan_product_warga")
    env.flush_all()
    env.cr.execute(
        """
        INSERT INTO koperasi_loan (number, company_id, product_id, member_id, partner_id, amount, periods, purpose,
               priority, date_applied, state, decided_by, approved_on, version, change_count, create_uid, write_uid)
        SELECT 'B' || id, company_id, %s, id, partner_id, %s, %s, 'productive', '0', %s, 'approved', 'chair', %s, 0, 0,
               1, 1
          FROM koperasi_member WHERE id IN %s RETURNING id""",
        [product.id, AMOUNT, product.periods, MONTH, MONTH, tuple(members.ids)],
    )
    env.invalidate_all()
    return env["koperasi.loan"].browse([row[0] for row in env.cr.fetchall()])


def pay_out(env, company, loans):
    bank = env["account.journal"].search([("company_id", "=", company.id), ("type", "=", "bank")], limit=1)
    run = env["koperasi.run"].create(
        {
            "company_id": company.id,
            "kind": "disburse",
            "date_from": MONTH,
            "loan_ids": [(6, 0, loans.ids)],
            "journal_id": bank.id,
        }
    )
    run.action_start()
    env.cr.commit()
    run._cron_process()
    assert run.state == "done" and not run.skip_count, (run.state, run.failure, run.skip_ids[:1].reason)


def main(env, args):
    company = cooperative(env)
    session = open_session(env, company, MONTH)
    join(env, company, args.members, MONTH)
    members = env["koperasi.member"].search([("company_id", "=", company.id)])
    members.flush_recordset()
    env.cr.execute("UPDATE koperasi_member SET state = 'active' WHERE company_id = %s", [company.id])
    env.invalidate_all()
    rich = members[0].savings_ids.filtered(lambda account: account.savings_class == "sukarela")
    rich._deposit(3 * AMOUNT * args.members, session)

    print("\nLoans paid out: checked, schedules written, in the ledger, booked")
    few = members[: args.odoo]
    loans = approved_loans(env, company, few)
    with measured(env, "one run, chunks of 250", len(loans), "loan") as ours:
        pay_out(env, company, loans)
    with measured(env, "Odoo's own way: an entry per loan, batch create and post", len(few), "loan") as odoos:
        odoos_way(env, company, few.partner_id.ids)
    env.cr.rollback()
    env.cr.execute("CREATE TEMP TABLE bare (LIKE koperasi_loan_installment INCLUDING INDEXES)")
    with measured(env, "bare SQL: the schedules' rows copied, with their indexes", len(loans), "loan") as bare:
        env.cr.execute("INSERT INTO bare SELECT * FROM koperasi_loan_installment")
    env.cr.rollback()
    ratios(
        (ours["seconds"], len(loans)), (odoos["seconds"], len(few)), (bare["seconds"], len(loans)), "paying loans out"
    )

    if others := members[args.odoo :]:
        rest = approved_loans(env, company, others)
        with measured(env, "the others, by runs too", len(rest), "loan"):
            pay_out(env, company, rest)
    env.cr.execute("ANALYZE")
    print("\nAll loans aged and provided for, as of today")
    quality = env["koperasi.collectibility"]
    with measured(env, "class, arrears and allowance of every loan, read", args.members, "loan") as ours:
        rows = quality.search_fetch(
            [("company_id", "=", company.id)], ["band_id", "days_late", "arrears", "outstanding", "allowance"]
        )
        assert len(rows) == args.members, len(rows)
    with measured(env, "the sums of each class", args.members, "loan"):
        quality._read_group([("company_id", "=", company.id)], ["band_id"], ["outstanding:sum", "allowance:sum"])
    with measured(env, "bare SQL: the oldest installment due of each loan", args.members, "loan") as bare:
        env.cr.execute(
            "SELECT loan_id, MIN(due_date), SUM(principal) FROM koperasi_loan_installment "
            "WHERE due_date < CURRENT_DATE GROUP BY 1"
        )
        env.cr.fetchall()
    print(f"\nAgeing takes {ours['seconds'] / bare['seconds']:.0f} times the bare query on the installments.")
    with measured(env, "installments to come, by month", args.members, "loan"):
        env["koperasi.schedule.report"]._read_group(
            [("company_id", "=", company.id)], ["due_date:month"], ["total:sum"]
        )


if __name__ == "__main__":
    play(main, __doc__)
