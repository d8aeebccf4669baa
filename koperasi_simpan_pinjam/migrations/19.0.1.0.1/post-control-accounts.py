def migrate(cr, version):
    """The account of a product that was archived when the account was made is the member ledger's as well.

    Where entries from elsewhere stand on it, it stays as it is: its detail could never agree with it.
    """
    if not version:
        return
    cr.execute(
        """
        UPDATE account_account account
           SET koperasi_control = TRUE
         WHERE koperasi_control IS NOT TRUE
           AND (id IN (SELECT account_id FROM koperasi_savings_product)
                OR id IN (SELECT account_id FROM koperasi_loan_product))
           AND NOT EXISTS (SELECT 1
                             FROM account_move_line line
                             JOIN account_move move ON move.id = line.move_id
                            WHERE line.account_id = account.id AND move.koperasi_transaction_id IS NULL)
        """
    )
