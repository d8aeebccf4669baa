from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.http import request


class KoperasiSetup(models.TransientModel):
    """The first question of the set-up: which company the cooperative shall be."""

    _name = "koperasi.setup"
    _description = "Begin the Set-up"

    name = fields.Char("Name of the Cooperative")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company, readonly=True)
    has_books = fields.Boolean(compute="_compute_has_books")
    place = fields.Selection(
        [("new", "A company of its own, beside this one"), ("here", "This company is the cooperative")],
        "Where Does It Keep Its Books?",
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    in_indonesian = fields.Boolean("Show Everything in Indonesian", default=True)

    @api.depends("company_id")
    def _compute_has_books(self):
        for setup in self:
            setup.has_books = setup.company_id._koperasi_has_books()

    @api.depends("has_books")
    def _compute_place(self):
        """A company that keeps books already goes on as it was, unless she says otherwise."""
        for setup in self:
            setup.place = "new" if setup.has_books else "here"

    def action_begin(self):
        self.ensure_one()
        self.company_id._koperasi_check_can_set_up()
        if not (self.name or "").strip():
            raise UserError(self.env._("What is the cooperative called? Enter its name."))
        if self.in_indonesian:
            self._speak_indonesian()
        company = self._new_company() if self.place == "new" else self._this_company()
        self.env["koperasi.profile"]._of(company)
        return self._enter(company)

    def _speak_indonesian(self):
        self.env.company._koperasi_activate_indonesian()
        self.env.user.sudo().lang = "id_ID"

    def _this_company(self):
        company = self.company_id
        company.name = self.name
        if not self.has_books:
            company.write(self._indonesian())
            if company.chart_template != "id":
                self.env["account.chart.template"].sudo().try_loading("id", company, install_demo=False)
        return company

    def _new_company(self):
        company = self.env["res.company"].create({"name": self.name, **self._indonesian()})
        self.env.user.sudo().write({"company_ids": [Command.link(company.id)], "company_id": company.id})
        return company

    def _indonesian(self):
        return {"country_id": self.env.ref("base.id").id, "currency_id": self.env.ref("base.IDR").id}

    def _enter(self, company):
        """Loads the page anew: in the company and language just chosen."""
        if request:
            request.future_response.set_cookie("cids", str(company.id))
        return {"type": "ir.actions.act_url", "url": "/odoo/koperasi-persiapan", "target": "self"}
