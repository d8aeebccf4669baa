from psycopg2 import errors

from odoo import fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL


class KoperasiClaimable(models.AbstractModel):
    """A row that owns a balance and can be claimed before that balance is read."""

    _name = "koperasi.claimable"
    _description = "Row That Owns a Balance"

    version = fields.Integer(default=0, copy=False, readonly=True, by_action=True, help="Rises with every claim.")

    def _valid_field_parameter(self, field, name):
        return name == "by_action" or super()._valid_field_parameter(field, name)  # see koperasi.guarded

    def _claim(self):
        """Make everybody else wait, or start again, before a balance of these rows is read and decided on.

        Odoo runs REPEATABLE READ: after merely *locking* a row that another transaction had locked, sums are still
        read from the old snapshot and two withdrawals overdraw. *Updating* it makes the stale transaction fail with
        a serialization error, and the RPC layer runs it again on a new snapshot. NO KEY UPDATE, so that a run that
        only refers to the row (foreign key) is not stopped. In id order, so that two claims never wait for each
        other.
        """
        if not self:
            return
        table = SQL.identifier(self._table)
        ids = tuple(sorted(self.ids))
        self.flush_recordset()
        busy = self.env._("Somebody else is recording at the same place. Please try again.")
        try:
            self.env.cr.execute(SQL("SELECT 1 FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE", table, ids))
            self.env.cr.execute(SQL("UPDATE %s SET version = COALESCE(version, 0) + 1 WHERE id IN %s", table, ids))
        except errors.SerializationFailure as error:
            # Started again by the RPC layer; after its last try the person reads this, not PostgreSQL's words.
            raise ConcurrencyError(busy) from error
        self.invalidate_recordset()

    def _check_state(self, *states):
        """:raise UserError: naming the document and its state, unless that is one of `states`"""
        self.ensure_one()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(document)s: %(state)s. This can't be done now.",
                    document=self.display_name,
                    state=labels[self.state],
                )
            )
