from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date


class KoperasiSavingsAccount(models.Model):
    """An account that holds what a member gave for a campaign: hers, but locked until the campaign is decided."""

    _inherit = "koperasi.savings.account"

    fundraising_id = fields.Many2one(
        "koperasi.fundraising", "Campaign", ondelete="restrict", index="btree_not_null", check_company=True, copy=False
    )

    _campaign_once = models.UniqueIndex(
        "(fundraising_id, partner_id) WHERE fundraising_id IS NOT NULL AND state = 'open'",
        "She has an account for this campaign already.",
    )

    @api.depends("fundraising_id.name")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for account in self.filtered("fundraising_id"):
            account.display_name = (
                f"{account.sudo().fundraising_id.name}: {account.partner_id.name or ''} ({account.number})"
            )
        return result

    @api.constrains("fundraising_id", "product_id")
    def _check_fundraising(self):
        for account in self.filtered("fundraising_id"):
            if account.product_id != account.sudo().fundraising_id.product_id:
                raise ValidationError(
                    self.env._("%s collects on another savings product.", account.sudo().fundraising_id.name)
                )

    def write(self, vals):
        if "fundraising_id" in vals and self._has_lines():
            raise UserError(self.env._("An account with transactions keeps its campaign."))
        return super().write(vals)

    def _locked_until(self, on):
        """Why the money can't be taken on `on`: a date, True while the campaign collects, False where it is free."""
        self.ensure_one()
        campaign = self.sudo().fundraising_id
        if campaign.state in ("draft", "submitted", "open"):
            return True
        if campaign.state == "reached" and on < campaign.date_unlocked:
            return campaign.date_unlocked
        return False

    def _collects(self):
        """Whether deposits are taken: of a campaign's account, while it collects."""
        self.ensure_one()
        return not self.fundraising_id or self.sudo().fundraising_id.state == "open"

    def _available_units(self, on):
        available = super()._available_units(on)
        return {
            account.id: available[account.id]
            for account in self
            if account.id in available and not (account.fundraising_id and account._locked_until(on))
        }

    def _check_posting(self, date, movements):
        collecting = self.filtered("fundraising_id")
        collecting.sudo().fundraising_id._claim()  # whether it is reached is decided on what is paid in
        for account in collecting:
            account._check_campaign(date, movements[account])
        return super()._check_posting(date, movements)

    def _check_campaign(self, date, parts):
        campaign = self.sudo().fundraising_id
        if parts.get("withdrawal", 0) < 0 and (locked := self._locked_until(date)):
            raise UserError(
                self.env._(
                    "%(account)s stays until %(campaign)s is decided.", account=self.number, campaign=campaign.name
                )
                if locked is True
                else self.env._(
                    "%(account)s stays until %(date)s: it was given for %(campaign)s.",
                    account=self.number,
                    date=format_date(self.env, locked),
                    campaign=campaign.name,
                )
            )
        if parts.get("deposit", 0) > 0:
            if campaign.state != "open":
                labels = dict(campaign._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(campaign)s takes no more: %(state)s. Choose another account.",
                        campaign=campaign.name,
                        state=labels[campaign.state],
                    )
                )
            if date > campaign.deadline:
                raise UserError(
                    self.env._(
                        "%(campaign)s collected until %(date)s. Choose another account.",
                        campaign=campaign.name,
                        date=format_date(self.env, campaign.deadline),
                    )
                )


class KoperasiLoan(models.Model):
    """A loan that waits for a campaign: the campaign's money counts for it, not the general funds."""

    _inherit = "koperasi.loan"

    fundraising_id = fields.Many2one(
        "koperasi.fundraising",
        "Waits for the Campaign",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        copy=False,
        tracking=True,
        groups="koperasi_simpan_pinjam.group_user",
        domain="[('company_id', '=', company_id), ('state', 'in', ('draft', 'submitted', 'open'))]",
    )

    @api.constrains("fundraising_id")
    def _check_fundraising(self):
        for loan in self:
            if loan.fundraising_id and loan.fundraising_id.state not in ("draft", "submitted", "open"):
                raise ValidationError(self.env._("%s is decided already.", loan.fundraising_id.name))

    def write(self, vals):
        if "fundraising_id" in vals and any(loan.state not in ("draft", "submitted", "queued") for loan in self):
            raise UserError(self.env._("A loan that is approved and funded waits for no campaign."))
        return super().write(vals)

    def _waits_for_campaign(self):
        self.ensure_one()
        return self.sudo().fundraising_id._gates()

    def _fundable_units(self, committed=True):
        """What is there for this loan, in money units: of its campaign, else of the cooperative's loanable funds."""
        self.ensure_one()
        if self._waits_for_campaign():
            return self.sudo().fundraising_id._loanable_units(self, committed)
        return self.company_id.sudo()._koperasi_loanable_units(self, committed)

    def _release(self):
        """The campaign's target is reached: its loans are approved, oldest first, as far as the money goes."""
        waiting = self.filtered(lambda loan: loan.state == "queued").sorted(lambda loan: (loan.approved_on, loan.id))
        waiting._claim()
        for loan in waiting.filtered(lambda loan: loan.state == "queued"):
            if loan._needed_units() > loan._fundable_units():
                continue
            loan._set(state="approved")
            loan._message_log(body=self.env._("%s has reached its target.", loan.fundraising_id.name))
            text = self.env._("Pay out: the campaign has reached its target")
            self.env["koperasi.officer"]._tell(loan, "bendahara", text)
