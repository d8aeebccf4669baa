from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class KoperasiImmutable(models.AbstractModel):
    """A row that is written once and never again.

    Three fences, each closing what the one before leaves open: access rows are read-only for everybody, `create`,
    `write` and `unlink` refuse everyone (superuser, imports and one2many commands end there), and a PostgreSQL
    trigger refuses what never passes the ORM. Only `_append` adds rows; it is private, so no client can call it.
    """

    _name = "koperasi.immutable"
    _description = "Row That Is Never Changed"
    _allow_sudo_commands = False

    # Columns the trigger guards. Not all of them: deleting a user must still be able to empty create_uid.
    _immutable_columns = ()
    # Columns that may go from empty to a value, once.
    _immutable_once_columns = ()

    def init(self):
        result = super().init()
        if not self._abstract:
            self._create_immutable_trigger()
        return result

    def _create_immutable_trigger(self):
        table = SQL.identifier(self._table)
        changed = [
            SQL("OLD.%s IS DISTINCT FROM NEW.%s", SQL.identifier(name), SQL.identifier(name))
            for name in self._immutable_columns
        ] + [
            SQL(
                "(OLD.%s IS NOT NULL AND OLD.%s IS DISTINCT FROM NEW.%s)",
                SQL.identifier(name),
                SQL.identifier(name),
                SQL.identifier(name),
            )
            for name in self._immutable_once_columns
        ]
        self.env.cr.execute("""
            CREATE OR REPLACE FUNCTION koperasi_refuse_change() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION 'koperasi: % of %.% is refused: it is posted. Record a correction instead.',
                    TG_OP, TG_TABLE_NAME, OLD.id USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
            END $$ LANGUAGE plpgsql
        """)
        for name in ("immutable", "undeletable", "untruncatable"):
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", SQL.identifier(f"{self._table}_{name}"), table))
        self.env.cr.execute(
            SQL(
                "CREATE TRIGGER %s BEFORE UPDATE ON %s FOR EACH ROW WHEN (%s) "
                "EXECUTE FUNCTION koperasi_refuse_change()",
                SQL.identifier(f"{self._table}_immutable"),
                table,
                SQL(" OR ").join(changed),
            )
        )
        self.env.cr.execute(
            SQL(
                "CREATE TRIGGER %s BEFORE DELETE ON %s FOR EACH ROW EXECUTE FUNCTION koperasi_refuse_change()",
                SQL.identifier(f"{self._table}_undeletable"),
                table,
            )
        )
        self.env.cr.execute(
            SQL(
                "CREATE TRIGGER %s BEFORE TRUNCATE ON %s EXECUTE FUNCTION koperasi_refuse_change()",
                SQL.identifier(f"{self._table}_untruncatable"),
                table,
            )
        )

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "What is posted is never changed or deleted (%s). Record a correction instead.",
                self._description,
            )
        )

    @api.model
    def _append(self, vals_list):
        """Add posted rows: the one way in, for the posting service only."""
        return super().create(vals_list)

    def _set(self, **vals):
        """Give a value that may be set once (the receipt number); past the guard of `write`, not callable by RPC."""
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(
            self.env._(
                "Transactions are only made by the posting: use deposit, withdrawal, transfer, a run or a correction.",
            )
        )

    def write(self, vals):  # pylint: disable=method-required-super
        if self:  # Odoo's merge wizards write on no rows at all
            self._refuse_change()
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        self._refuse_change()

    def copy(self, default=None):  # pylint: disable=method-required-super
        self._refuse_change()
