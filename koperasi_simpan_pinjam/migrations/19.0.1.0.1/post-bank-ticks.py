from odoo.tools.sql import column_exists


def migrate(cr, version):
    """The one entry that a line of the bank was becomes its first tick."""
    if not version or not column_exists(cr, "koperasi_bank_statement_line", "move_id"):
        return
    cr.execute(
        """
        INSERT INTO koperasi_bank_tick (line_id, move_id)
        SELECT id, move_id FROM koperasi_bank_statement_line WHERE move_id IS NOT NULL
            ON CONFLICT DO NOTHING
        """
    )
