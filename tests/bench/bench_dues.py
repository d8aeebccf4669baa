"""What a month's dues of all members cost: lists made, received, a receipt for each and an entry for each list, beside
Odoo's own way and bare SQL.

All figures of one table are of one run on one machine; compare the ratios, not the seconds.

    ./koperasi bench                       the whole table
    ./koperasi bench -- --members 1000     a quick look
"""

from stage import TODAY, cooperative, join, measured, memory, odoos_way, open_session, play, ratios

GROUP = 250  # members on one list


def groups(env, company):
    """The members in groups, each of which brings its dues on one list."""
    members = env["koperasi.member"].search([("company_id", "=", company.id)], order="id")
    result = env["koperasi.group"]
    for start in range(0, len(members), GROUP):
        group = env["koperasi.group"].create({"name": f"Dasawisma {start // GROUP + 1}", "company_id": company.id})
        members[start : start + GROUP].write({"group_id": group.id})
        result += group
        env.cr.commit()
    env.invalidate_all()
    return result.ids


def collect(env, company, group_id):
    """One list: what is due, all of it received, recorded; share capital was paid before."""
    sheet = env["koperasi.collection"].create({"company_id": company.id, "group_id": group_id})
    sheet.action_propose()
    sheet.line_ids.filtered(lambda line: line.savings_id.savings_class != "wajib").unlink()
    sheet.action_post()
    count = len(sheet.transaction_ids)
    env.cr.commit()
    env.invalidate_all()
    return count


def main(env, args):
    company = cooperative(env)
    open_session(env, company)
    join(env, company, args.members, TODAY.replace(day=1))
    lists = groups(env, company)
    env.cr.commit()
    env.cr.execute("ANALYZE")

    print(f"\nA month's dues, in {len(lists)} lists of {GROUP} members")
    before, half = memory(), None
    with measured(env, "lists made and recorded: a receipt for each member", args.members, "member") as ours:
        receipts = 0
        for number, group_id in enumerate(lists):
            receipts += collect(env, company, group_id)
            if number == len(lists) // 2:
                half = memory()
    assert receipts == args.members and company._koperasi_control_faults() == []
    print(f"Peak memory before {before} MB, after half of them {half} MB, at the end {memory()} MB.")

    print("\nThe same money otherwise")
    holders = env["koperasi.member"].search([("company_id", "=", company.id)], limit=args.odoo).partner_id.ids
    with measured(env, "Odoo's own way: an entry per member, batch create and post", len(holders), "member") as odoos:
        odoos_way(env, company, holders, TODAY)
    env.cr.rollback()
    env.cr.execute("""
        CREATE TEMP TABLE bare_line (LIKE koperasi_transaction_line INCLUDING INDEXES);
        CREATE TEMP TABLE bare_transaction (LIKE koperasi_transaction INCLUDING INDEXES)""")
    with measured(env, "bare SQL: transactions and lines copied, with indexes", args.members, "member") as bare:
        env.cr.execute("INSERT INTO bare_transaction SELECT * FROM koperasi_transaction")
        env.cr.execute("INSERT INTO bare_line SELECT * FROM koperasi_transaction_line")
    env.cr.rollback()
    counts = (args.members, len(holders), args.members)
    ratios(*((row["seconds"], count) for row, count in zip((ours, odoos, bare), counts)), "the dues")


if __name__ == "__main__":
    play(main, __doc__)
