from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountAccount(models.Model):
    _inherit = "account.account"

    koperasi_product_ids = fields.One2many(
        "koperasi.savings.product",
        "account_id",
        groups="koperasi_simpan_pinjam.group_user",
    )
    koperasi_loan_product_ids = fields.One2many(
        "koperasi.loan.product",
        "account_id",
        groups="koperasi_simpan_pinjam.group_user",
    )
    koperasi_control = fields.Boolean(
        "Control Account",
        compute="_compute_koperasi_control",
        store=True,
        help="A savings or loan product keeps its detail in the member ledger: only the posting makes entries on it.",
    )

    @api.depends("koperasi_product_ids", "koperasi_loan_product_ids")
    def _compute_koperasi_control(self):
        # Of an archived product too: it may have accounts, or come into use later.
        for account, known in zip(self, self.sudo().with_context(active_test=False)):
            account.koperasi_control = bool(known.koperasi_product_ids or known.koperasi_loan_product_ids)

    def write(self, vals):
        frozen = {"account_type", "currency_id", "reconcile", "koperasi_control"} & set(vals)
        for account in self.sudo().filtered("koperasi_control"):
            changed = [
                name for name in frozen if account._fields[name].convert_to_write(account[name], account) != vals[name]
            ]
            if changed:
                raise UserError(
                    self.env._(
                        "%(account)s is used by the member ledger: its %(field)s can't change.",
                        account=account.display_name,
                        field=account._fields[changed[0]]._description_string(self.env),
                    )
                )
        return super().write(vals)

    def _action_unmerge(self):
        self._koperasi_check_not_in_ledger()
        return super()._action_unmerge()

    def _koperasi_check_not_in_ledger(self):
        """:raise UserError: when the ledger names one of these; merging and splitting rewrite relations by SQL"""
        named = self.sudo().filtered("koperasi_control")
        for model in ("koperasi.transaction.line", "koperasi.transaction.tender"):
            named |= self.env[model].sudo().search([("account_id", "in", self.ids)], limit=1).account_id
        if named:
            raise UserError(
                self.env._(
                    "%s is used by the member ledger: it can't be merged or split.",
                    named[0].display_name,
                )
            )

    def _koperasi_check_becomes_control(self):
        """:raise UserError: when entries from elsewhere stand on the account; its detail could never agree with it"""
        for account in self.sudo():
            stray = (
                self.env["account.move.line"]
                .sudo()
                .search(
                    [
                        ("account_id", "=", account.id),
                        ("move_id.koperasi_transaction_id", "=", False),
                    ],
                    limit=1,
                )
            )
            if stray:
                raise UserError(
                    self.env._(
                        "%(account)s already has entries that are not in the member ledger (%(move)s). "
                        "Choose an account "
                        "without entries and bring the old balances in by an opening transaction.",
                        account=account.display_name,
                        move=stray.move_id.display_name,
                    )
                )
