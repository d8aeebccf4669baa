def uninstall_hook(env):
    """Take away what Odoo does not: the trigger function and the plan of the business units.

    The tables go with their triggers. Accounts and journals stay, as those of any uninstalled localisation do.
    """
    plan = env.ref("koperasi_simpan_pinjam.unit_plan", raise_if_not_found=False)
    if plan:
        plan.account_ids.unlink()
        plan.unlink()
    env.cr.execute("DROP FUNCTION IF EXISTS koperasi_refuse_change() CASCADE")
