ZONE = "Asia/Jakarta"


def at_home(records):
    """`records` with the system's rights, by the clock and in the language of the cooperatives: the scheduler has
    neither.
    """
    return records.with_context(tz=records.env.user.tz or ZONE, lang="id_ID").sudo()
