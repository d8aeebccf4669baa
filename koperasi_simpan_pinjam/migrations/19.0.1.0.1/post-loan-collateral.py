def migrate(cr, version):
    """A value that was typed on the loan becomes one collateral of it, kept since the loan began."""
    if not version:
        return
    cr.execute(
        """
        INSERT INTO koperasi_loan_collateral
               (loan_id, member_id, company_id, kind, name, value, percent, accepted_value, state, date_taken,
                date_returned, create_date, write_date)
        SELECT l.id, l.member_id, l.company_id, 'other', 'Agunan', l.collateral_value, 100, l.collateral_value,
               CASE WHEN l.date_disbursed IS NULL THEN 'promised'
                    WHEN l.state IN ('paid', 'cancelled') THEN 'returned' ELSE 'held' END,
               l.date_disbursed,
               CASE WHEN l.date_disbursed IS NOT NULL AND l.state IN ('paid', 'cancelled')
                    THEN GREATEST(l.date_disbursed, l.write_date::date) END,
               now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
          FROM koperasi_loan l
         WHERE l.collateral_value > 0
           AND NOT EXISTS (SELECT 1 FROM koperasi_loan_collateral c WHERE c.loan_id = l.id)
        """
    )
    cr.execute(
        """
        UPDATE koperasi_loan SET collateral_value = 0
         WHERE state IN ('paid', 'cancelled') AND date_disbursed IS NOT NULL AND collateral_value > 0
        """
    )
