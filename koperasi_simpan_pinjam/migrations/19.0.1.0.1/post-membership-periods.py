def migrate(cr, version):
    """Who was a member before memberships had rows of their own gets hers, so that the register has her."""
    if not version:
        return
    cr.execute(
        """
        INSERT INTO koperasi_membership_period
               (member_id, company_id, number, date_from, date_to, exit_id, create_date, write_date)
        SELECT m.id, m.company_id, m.number,
               LEAST(COALESCE(m.date_active, m.date_joined), m.date_left),
               m.date_left, CASE WHEN m.date_left IS NOT NULL THEN m.exit_id END,
               now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
          FROM koperasi_member m
         WHERE m.state <> 'candidate'
           AND NOT EXISTS (SELECT 1 FROM koperasi_membership_period p WHERE p.member_id = m.id)
        """
    )
