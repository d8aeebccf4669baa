def migrate(cr, version):
    """A loan that is over by a payoff says by which one, so that what the payoff forgave is not asked for again.

    The last payment of a loan that is paid is its payoff, or paid the last of it, which comes to the same.
    """
    if not version:
        return
    cr.execute(
        """
        UPDATE koperasi_loan loan
           SET payoff_id = last.id
          FROM (SELECT l.loan_id, MAX(t.id) AS id
                  FROM koperasi_transaction_line l
                  JOIN koperasi_transaction t ON t.id = l.transaction_id
                 WHERE t.reversal_of_id IS NULL
                   AND NOT EXISTS (SELECT 1 FROM koperasi_transaction back WHERE back.reversal_of_id = t.id)
                 GROUP BY l.loan_id) last
         WHERE last.loan_id = loan.id AND loan.state = 'paid' AND loan.payoff_id IS NULL
        """
    )
