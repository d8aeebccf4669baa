from odoo.tools import SQL


def uninstall_hook(env):
    """Take away what Odoo does not: trigger function, sequences, and the business units, whose plan it removes then.

    Accounts and journals stay, as those of any uninstalled localisation do; so do the plan and its units where
    analytic items of Odoo's own documents name one.
    """
    env.cr.execute("DROP FUNCTION IF EXISTS koperasi_refuse_change() CASCADE")
    env["ir.sequence"].with_context(active_test=False).search([("code", "=like", "koperasi.%")]).unlink()
    plan = env.ref("koperasi_simpan_pinjam.unit_plan", raise_if_not_found=False)
    units = env["account.analytic.account"].with_context(active_test=False).search([("plan_id", "child_of", plan.ids)])
    if plan and not env["account.analytic.line"].search_count([(plan._column_name(), "in", units.ids)], limit=1):
        _release(env, units)
        units.unlink()


def _release(env, records):
    """Drop the foreign keys by which our tables, which are about to go, hold these records."""
    env.cr.execute(
        """SELECT conrelid::regclass::text, conname FROM pg_constraint
           WHERE contype = 'f' AND confrelid = %s::regclass AND conrelid::regclass::text LIKE 'koperasi\\_%%'""",
        [records._table],
    )
    for table, constraint in env.cr.fetchall():
        env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(constraint)))
