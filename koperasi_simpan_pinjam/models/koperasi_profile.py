from calendar import monthrange

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

STEPS = [
    ("identity", "Who We Are"),
    ("units", "What We Do"),
    ("legal", "Legal Status"),
    ("articles", "Bylaws"),
    ("founders", "Founders"),
    ("products", "Savings and Loans"),
    ("cash", "Cash"),
    ("people", "People"),
    ("check", "Check"),
]
# Before this step the accounts, products and cash boxes of the later ones don't exist.
SWITCH = "units"
# UU 25/1992 article 8 c to j; a and b are the founders, and name and seat (docs/domain.md 1.1).
ARTICLES = (
    "article_purpose",
    "article_membership",
    "article_meeting",
    "article_management",
    "article_capital",
    "article_duration",
    "article_surplus",
    "article_sanctions",
)
LEAST_FOUNDERS = {"primary": 9, "secondary": 3}  # docs/domain.md 1.1, 1.2
DIGITS = {"nib": (13,), "vat": (15, 16)}
NEEDED_ROLES = ("ketua", "sekretaris", "bendahara", "petugas", "pengawas")


class KoperasiProfile(models.Model):
    """What a cooperative is, and how far its set-up has come: one for each (docs/domain.md 6.4).

    The set-up is its form, shown step by step. Every answer is stored where it belongs (company, products, officers)
    and the step here, so whoever comes back goes on where she was.
    """

    _name = "koperasi.profile"
    _description = "Profile of the Cooperative"
    _inherit = ["mail.thread"]
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_koperasi = fields.Boolean(related="company_id.is_koperasi")
    step = fields.Selection(STEPS, required=True, default="identity", copy=False)
    finished_on = fields.Date("Set-up Finished On", readonly=True, copy=False)
    checks = fields.Json(compute="_compute_checks")
    is_complete = fields.Boolean(compute="_compute_checks")

    # Of the company: written by `_write_company`.
    name = fields.Char("Name of the Cooperative", related="company_id.name", readonly=False)
    street = fields.Char("Address", related="company_id.street", readonly=False)
    street2 = fields.Char("Kelurahan, Kecamatan", related="company_id.street2", readonly=False)
    city = fields.Char("City or Regency", related="company_id.city", readonly=False)
    zip = fields.Char("Postal Code", related="company_id.zip", readonly=False)
    phone = fields.Char("Telephone or WhatsApp", related="company_id.phone", readonly=False)
    email = fields.Char("E-mail", related="company_id.email", readonly=False)
    vat = fields.Char("NPWP", related="company_id.vat", readonly=False, help="15 or 16 digits.")
    fiscalyear_last_month = fields.Selection(
        string="Book Year Ends In", related="company_id.fiscalyear_last_month", readonly=False
    )
    has_savings_unit = fields.Boolean(
        "Savings and Loans", related="company_id.koperasi_has_savings_unit", readonly=False
    )

    tz = fields.Selection(
        [("Asia/Jakarta", "Western (WIB)"), ("Asia/Makassar", "Central (WITA)"), ("Asia/Jayapura", "Eastern (WIT)")],
        "Time Zone",
        required=True,
        default="Asia/Jakarta",
    )
    kind = fields.Selection(
        [
            ("consumer", "Consumers"),
            ("producer", "Producers"),
            ("savings", "Savings and Loans"),
            ("service", "Services"),
            ("marketing", "Marketing"),
        ],
        required=True,
        default="consumer",
        tracking=True,
        help="A cooperative of savings and loans may run no other business (Permenkop UKM 8/2023); any other kind may "
        "have savings and loans as one of its units.",
    )
    level = fields.Selection(
        [("primary", "Primary: its members are people"), ("secondary", "Secondary: its members are cooperatives")],
        required=True,
        default="primary",
        tracking=True,
    )
    parent_id = fields.Many2one(
        "res.partner", "Parent Cooperative", check_company=True, help="The secondary cooperative that this one is in."
    )
    partner_ids = fields.Many2many("res.partner", string="Partner Cooperatives", check_company=True)

    legal_status = fields.Selection(
        [("informal", "Not yet a legal entity (pra-koperasi)"), ("legal", "A legal entity (badan hukum)")],
        required=True,
        default="informal",
        tracking=True,
    )
    legal_number = fields.Char("Number of the Legal Entity", tracking=True, help="Of the AHU certificate.")
    legal_date = fields.Date("Legal Entity Since", tracking=True)
    nik_koperasi = fields.Char("Cooperative's Own Number (NIK)", tracking=True)
    nib = fields.Char("NIB", tracking=True, help="13 digits, from OSS.")

    article_purpose = fields.Text("Purpose and Business", default=lambda self: self._default_article("article_purpose"))
    article_membership = fields.Text("Membership", default=lambda self: self._default_article("article_membership"))
    article_meeting = fields.Text("Members' Meeting", default=lambda self: self._default_article("article_meeting"))
    article_management = fields.Text("Management", default=lambda self: self._default_article("article_management"))
    article_capital = fields.Text("Capital", default=lambda self: self._default_article("article_capital"))
    article_duration = fields.Text("Duration", default=lambda self: self._default_article("article_duration"))
    article_surplus = fields.Text("Surplus", default=lambda self: self._default_article("article_surplus"))
    article_sanctions = fields.Text("Sanctions", default=lambda self: self._default_article("article_sanctions"))
    bylaws_file = fields.Binary("Signed Bylaws", attachment=True)
    bylaws_name = fields.Char()

    founder_ids = fields.One2many("koperasi.founder", "profile_id", "Founders")
    founding_date = fields.Date("Founding Meeting On")
    founding_place = fields.Char("Held At")
    founding_chair = fields.Char("Led By")
    founding_secretary = fields.Char("Minutes Taken By")

    principal_amount = fields.Monetary(
        "Share Capital, Once", compute="_compute_products", inverse="_inverse_principal_amount"
    )
    dues_amount = fields.Monetary(
        "Mandatory Savings per Month", compute="_compute_products", inverse="_inverse_dues_amount"
    )
    loan_product_id = fields.Many2one("koperasi.loan.product", compute="_compute_products")
    loan_rate = fields.Float(
        "Service Fee for the Whole Loan (%)", compute="_compute_products", inverse="_inverse_loan_rate"
    )
    loan_periods = fields.Integer("Installments", compute="_compute_products", inverse="_inverse_loan_periods")
    loan_savings_percent = fields.Float(
        "Of It, Becomes the Borrower's Savings (%)",
        compute="_compute_products",
        inverse="_inverse_loan_savings_percent",
    )
    cash_box_ids = fields.Many2many(
        "koperasi.cash.box", string="Cash Boxes", compute="_compute_lists", compute_sudo=True
    )
    officer_ids = fields.Many2many("koperasi.officer", string="Officers", compute="_compute_lists", compute_sudo=True)

    _company = models.UniqueIndex("(company_id)", "This company has a profile already.")

    @api.model
    def _default_article(self, name):
        """A sentence to start from, after UU 25/1992 (docs/domain.md 1.1); in Indonesian, whoever sets up."""
        indonesian = self.with_context(lang="id_ID")
        return {
            "article_purpose": indonesian.env._(
                "The cooperative promotes the welfare of its members and of the people around them. It takes savings "
                "from its members and lends to them, gathers and sells what they produce, and serves their needs."
            ),
            "article_membership": indonesian.env._(
                "A member is an Indonesian citizen able to act in law who lives in the working area, accepts these "
                "bylaws and has paid the share capital. Membership ends by death, by leaving, or by dismissal, and "
                "can't be transferred."
            ),
            "article_meeting": indonesian.env._(
                "The Members' Meeting is the highest power. It is held at least once a year, at the latest six months "
                "after the book year. It decides by consensus, else by majority; one member has one vote."
            ),
            "article_management": indonesian.env._(
                "Officers and supervisors are elected from and by the members in the Members' Meeting. The officers' "
                "term is five years at most."
            ),
            "article_capital": indonesian.env._(
                "Own capital: share capital, mandatory savings, reserves and grants. Borrowed capital: from members, "
                "other cooperatives, banks and other lawful sources."
            ),
            "article_duration": indonesian.env._("The cooperative is founded for an unlimited time."),
            "article_surplus": indonesian.env._(
                "After the reserve the surplus (SHU) is shared among the members in proportion to their business with "
                "the cooperative, and serves education and what else the Members' Meeting decides."
            ),
            "article_sanctions": indonesian.env._(
                "Who breaks these bylaws is warned, then suspended or dismissed; she may defend herself before the "
                "Members' Meeting."
            ),
        }[name]

    # === COMPUTED === #

    @api.depends("company_id", "is_koperasi")
    def _compute_products(self):
        for profile in self:
            principal, dues, loan = profile._product("pokok"), profile._product("wajib"), profile._loan_product()
            profile.principal_amount = principal.amount
            profile.dues_amount = dues.rate_ids[:1].amount
            profile.loan_product_id = loan
            profile.loan_rate = loan.rate
            profile.loan_periods = loan.periods
            profile.loan_savings_percent = loan.interest_to_savings_percent

    def _inverse_principal_amount(self):
        for profile in self:
            profile._product("pokok").amount = profile.principal_amount

    def _inverse_dues_amount(self):
        """The first amount as long as there is one only; a change that came later has a month of its own."""
        for profile in self:
            rates = profile._product("wajib").rate_ids
            if len(rates) > 1 and rates[0].amount != profile.dues_amount:
                raise UserError(
                    self.env._(
                        "Mandatory savings have changed before: add the new amount and its month to the product, in "
                        "Koperasi > Configuration > Savings Products."
                    )
                )
            rates.amount = profile.dues_amount

    def _inverse_loan_rate(self):
        for profile in self:
            profile._loan_product().rate = profile.loan_rate

    def _inverse_loan_periods(self):
        for profile in self:
            profile._loan_product().periods = profile.loan_periods

    def _inverse_loan_savings_percent(self):
        for profile in self:
            profile._loan_product().interest_to_savings_percent = profile.loan_savings_percent

    def _product(self, class_):
        """The first savings product of that class, empty before the switch."""
        return self.env["koperasi.savings.product"].search(
            [("company_id", "=", self.company_id.id), ("savings_class", "=", class_)], limit=1
        )

    def _loan_product(self):
        return self.env["koperasi.loan.product"].search([("company_id", "=", self.company_id.id)], limit=1)

    @api.depends("company_id", "step")
    def _compute_lists(self):
        today = fields.Date.context_today(self)
        for profile in self:
            own = [("company_id", "=", profile.company_id.id)]
            profile.cash_box_ids = self.env["koperasi.cash.box"].search(own)
            profile.officer_ids = self.env["koperasi.officer"].search(
                [*own, "|", ("date_to", "=", False), ("date_to", ">=", today)]
            )

    # === WHAT IS RIGHT, WHAT IS MISSING === #

    @api.depends("step", "finished_on")
    def _compute_checks(self):
        for profile in self.sudo():
            profile.checks = [
                {"step": step, "label": label, "note": note, "ok": not note} for step, label, note in profile._checks()
            ]
            profile.is_complete = all(row["ok"] for row in profile.checks)

    def _checks(self):
        """:return: [(step where it is cured, what is checked, what is missing or "")]"""
        self.ensure_one()
        identity, units = self.env._("Name and address"), self.env._("Business units, accounts and first products")
        legal, articles = self.env._("Legal status"), self.env._("The ten points of the bylaws")
        founders, meeting = self.env._("Founders"), self.env._("Founding meeting")
        products, cash = self.env._("Savings and loans"), self.env._("Cash boxes")
        people = self.env._("Who does what")
        return [
            ("identity", identity, self._missing("name", "street", "city")),
            ("units", units, self._missing_units()),
            (
                "legal",
                legal,
                self._missing("legal_number", "legal_date") if self.legal_status == "legal" else "",
            ),
            ("articles", articles, self._missing(*ARTICLES)),
            ("founders", founders, self._missing_founders()),
            (
                "founders",
                meeting,
                self._missing("founding_date", "founding_place", "founding_chair", "founding_secretary"),
            ),
            ("products", products, self._missing("principal_amount", "dues_amount") if self.is_koperasi else ""),
            ("cash", cash, "" if self.cash_box_ids else self.env._("There is no cash box yet.")),
            ("people", people, self._missing_people()),
        ]

    def _missing(self, *names):
        empty = [self._fields[name]._description_string(self.env) for name in names if not self[name]]
        return self.env._("Not filled in: %s.", ", ".join(empty)) if empty else ""

    def _missing_units(self):
        company = self.company_id.sudo()
        if not company.is_koperasi:
            return self.env._("Choose the units; accounts and products are then made by themselves.")
        if not any(company[name] for name in company._koperasi_unit_fields()):
            return self.env._("Choose at least one unit.")
        empty = [
            field._description_string(self.env)
            for name, field in company._fields.items()
            if name.startswith("koperasi_") and name.endswith("_id") and not company[name]
        ]
        return self.env._("Settings that are empty: %s.", ", ".join(empty)) if empty else ""

    def _missing_founders(self):
        count, least = len(self.founder_ids), LEAST_FOUNDERS[self.level]
        if count < least:
            return self.env._("%(count)s of at least %(least)s founders are entered.", count=count, least=least)
        nameless = self.founder_ids.filtered(lambda founder: not founder.nik_masked)
        if nameless and self.level == "primary":
            return self.env._("Without NIK: %s.", ", ".join(nameless.mapped("name")))
        return ""

    def _missing_people(self):
        labels = dict(self.env["koperasi.officer"]._fields["role"]._description_selection(self.env))
        holders = self.officer_ids.grouped("role")
        nobody = [labels[role] for role in NEEDED_ROLES if role not in holders]
        if nobody:
            return self.env._("Nobody yet: %s.", ", ".join(nobody))
        alone = len(holders["ketua"].user_id | holders["bendahara"].user_id) == 1
        if alone and not self.company_id.koperasi_self_approval:
            return self.env._("Chair and treasurer are the same person: nobody could approve what she records.")
        return ""

    # === WRITING === #

    @api.constrains("legal_date", "founding_date")
    def _check_dates(self):
        today = fields.Date.context_today(self)
        for profile in self:
            for name in ("legal_date", "founding_date"):
                if profile[name] and profile[name] > today:
                    raise ValidationError(
                        self.env._(
                            "%(name)s: %(date)s is still to come. Look at “%(field)s” again.",
                            name=profile.name,
                            date=format_date(self.env, profile[name]),
                            field=self._fields[name]._description_string(self.env),
                        )
                    )

    def write(self, vals):
        if "finished_on" in vals:
            raise UserError(self.env._("The set-up is finished by its button."))
        vals = self._clean(vals)
        self._write_company(vals)
        self._check_step(vals)
        return super().write(vals)

    def _clean(self, vals):
        """Numbers as their digits; a ValidationError that says how many there must be."""
        vals = dict(vals)
        for name, lengths in DIGITS.items():
            typed = vals.get(name)
            if not typed:
                continue
            digits = vals[name] = "".join(character for character in typed if character not in " .-/")
            if not digits.isdecimal() or len(digits) not in lengths:
                raise ValidationError(
                    self.env._(
                        "%(field)s of %(name)s: “%(typed)s” is not %(lengths)s digits. Look at the paper again, or "
                        "leave it empty for now.",
                        field=self._fields[name]._description_string(self.env),
                        name=self.name,
                        typed=typed,
                        lengths=self.env._(" or ").join(map(str, lengths)),
                    )
                )
        return vals

    @api.model
    def _company_fields(self):
        """{field of the profile: field of the company}"""
        names = ("name", "street", "street2", "city", "zip", "phone", "email", "vat", "fiscalyear_last_month")
        return {**{name: name for name in names}, "has_savings_unit": "koperasi_has_savings_unit"}

    def _write_company(self, vals):
        """Take out of `vals` what is the company's and write it there.

        With the system's rights, once the profile itself may be written: an administrator of the cooperative changes
        its address without any right on Odoo's companies.
        """
        names = self._company_fields()
        company_vals = {names[name]: vals.pop(name) for name in list(vals) if name in names}
        if not company_vals:
            return
        self.check_access("write")
        if "fiscalyear_last_month" in company_vals:
            month = int(company_vals["fiscalyear_last_month"])
            company_vals["fiscalyear_last_day"] = monthrange(2001, month)[1]
        self.company_id.sudo().write(company_vals)

    def _check_step(self, vals):
        order = [step for step, _label in STEPS]
        wanted = vals.get("step", "identity")
        if order.index(wanted) > order.index(SWITCH) and not all(self.company_id.mapped("is_koperasi")):
            raise UserError(
                self.env._("First choose what the cooperative does and press Continue: the later steps build on it.")
            )

    # === ACTIONS === #

    @api.model
    def _of(self, company):
        """The profile of a company, made when it has none yet."""
        profiles = self.sudo()
        profile = profiles.search([("company_id", "=", company.id)]) or profiles.create({"company_id": company.id})
        return profile.with_env(self.env)

    def _check_can_set_up(self):
        """:raise AccessError: unless administrator of this cooperative, or of the system"""
        self.company_id._koperasi_check_can_set_up()

    @api.model
    def action_set_up(self):
        """Go on where the set-up of this company stands; where nothing has begun yet, ask which company it shall be."""
        company = self.env.company
        company._koperasi_check_can_set_up()
        if company.is_koperasi or self.sudo().search_count([("company_id", "=", company.id)]):
            return self._of(company)._open("koperasi_profile_view_setup", self.env._("Set-up"))
        return self.env["ir.actions.act_window"]._for_xml_id("koperasi_simpan_pinjam.koperasi_setup_action")

    @api.model
    def action_show(self):
        """The profile of this cooperative, to be read."""
        company = self.env.company
        company._koperasi_check_role("bendahara", "sekretaris", "ketua", "pengawas", "admin")
        return self._of(company)._open("koperasi_profile_view_form", self.env._("Profile"))

    def _open(self, view, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "res_id": self.id,
            "views": [[self.env.ref(f"koperasi_simpan_pinjam.{view}").id, "form"]],
        }

    def action_next(self):
        """The answers of this step are stored by now; the switch takes a few seconds."""
        self.ensure_one()
        self._check_can_set_up()
        if self.step == "identity" and not self.env.user.tz:
            self.env.user.sudo().tz = self.tz
        switched = self.step == SWITCH and self._do_switch_on()
        self._go(1)
        # The page is loaded anew for the menus of her role and for whole rupiah.
        return {"type": "ir.actions.client", "tag": "reload"} if switched else None

    def action_back(self):
        self.ensure_one()
        self._check_can_set_up()
        self._go(-1)

    def _go(self, distance):
        order = [step for step, _label in STEPS]
        self.step = order[min(max(order.index(self.step) + distance, 0), len(order) - 1)]

    def _do_switch_on(self):
        """:return: whether the company was none before"""
        company = self.company_id.sudo()
        if company.is_koperasi:
            company._koperasi_load_accounts()
            return False
        company.is_koperasi = True
        return True

    def action_finish(self):
        self.ensure_one()
        self._check_can_set_up()
        missing = [f"{row['label']}: {row['note']}" for row in self.checks if not row["ok"]]
        if missing:
            raise UserError(self.env._("Not all is ready yet.\n%s", "\n".join(missing)))
        super().write({"finished_on": fields.Date.context_today(self)})
        return {**self._open("koperasi_profile_view_form", self.env._("Profile")), "target": "main"}

    def action_add_counter(self):
        self.ensure_one()
        self._check_can_set_up()
        self.company_id._koperasi_add_counter()

    def action_appoint(self):
        self.ensure_one()
        self._check_can_set_up()
        return self.env["ir.actions.act_window"]._for_xml_id("koperasi_simpan_pinjam.koperasi_appointment_action")

    def action_print_minutes(self):
        self.ensure_one()
        self.check_access("read")
        return self.env.ref("koperasi_simpan_pinjam.action_report_founding_minutes").report_action(self)

    def action_enter_founders(self):
        """Founders become candidates in the register of members; the chair approves them as she does others."""
        self.ensure_one()
        if not self.env.user.has_group("base.group_system"):
            self.company_id._koperasi_check_role("sekretaris", "admin")
        self.founder_ids.filtered(lambda founder: not founder.member_id)._do_enter()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("koperasi_simpan_pinjam.koperasi_member_action"),
            "domain": [("id", "in", self.founder_ids.member_id.ids)],
        }

    # === ON PAPER === #

    def _seat(self):
        return ", ".join(filter(None, (self.street, self.street2, self.city)))

    def _founding_day(self):
        """`Minggu, 1 Februari 2026`"""
        if not self.founding_date:
            return "............................."
        return format_date(self.env, self.founding_date, date_format="EEEE, d MMMM yyyy")

    def _articles(self):
        """The ten points of UU 25/1992 article 8: [(letter, title, text)]"""
        self.ensure_one()
        texts = [
            (self.env._("Founders"), ", ".join(self.founder_ids.mapped("name"))),
            (self.env._("Name and Seat"), f"{self.name}, {self._seat()}"),
            *((self._fields[name]._description_string(self.env), self[name]) for name in ARTICLES),
        ]
        return [(letter, title, text or "") for letter, (title, text) in zip("abcdefghij", texts)]

    def _elected(self):
        """Who holds which office on the minutes: [(role, names)]"""
        labels = dict(self.env["koperasi.officer"]._fields["role"]._description_selection(self.env))
        holders = self.officer_ids.sudo().grouped("role")
        return [
            (labels[role], ", ".join(holders[role].user_id.mapped("name")) if role in holders else "")
            for role in ("ketua", "sekretaris", "bendahara", "pengawas")
        ]
