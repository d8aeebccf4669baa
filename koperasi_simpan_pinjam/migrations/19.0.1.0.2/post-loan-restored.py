def migrate(cr, version):
    """A prepayment taken back says which change it takes back, and its installments which ones they continue."""
    if not version:
        return
    cr.execute(
        """
        UPDATE koperasi_loan_schedule back
           SET restores_id = change.id
          FROM koperasi_transaction reversal
          JOIN koperasi_loan_schedule change ON change.transaction_id = reversal.reversal_of_id
         WHERE reversal.id = back.transaction_id AND change.loan_id = back.loan_id
           AND back.kind = 'restored' AND change.kind = 'prepayment' AND back.restores_id IS NULL
        """
    )
    cr.execute("SELECT id FROM koperasi_loan_schedule WHERE kind = 'restored' ORDER BY id")
    for [id_] in cr.fetchall():  # one after the other: what one continues another may have continued
        cr.execute(
            """
            UPDATE koperasi_loan_installment row
               SET root_id = COALESCE(before.root_id, before.id)
              FROM koperasi_loan_schedule back
              JOIN koperasi_loan_installment before ON before.ended_by_id = back.restores_id
             WHERE back.id = %s AND row.schedule_id = back.id AND row.number = before.number AND row.root_id IS NULL
            """,
            [id_],
        )
