from collections import defaultdict
from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

# Name of a product category: English, Indonesian, stock account, income account, unit (docs/domain.md 2.2).
CATEGORIES = {
    "category_output": ("Members' Produce", "Hasil Produksi Anggota", "1301", "4201", "unit_production"),
    "category_material": ("Seeds, Nutrients, Media", "Bibit, Nutrisi, Media", "1302", "4201", "unit_production"),
    "category_waste": ("Sorted Recyclables", "Sampah Terpilah", "1303", "4202", "unit_waste"),
}
# Of each member's goods: whose purchase, and what it costs, is whose business (docs/domain.md 2.2).
MEMBER_ACCOUNTS = (("4201", "4104"), ("5104", "5103"))


class ResCompany(models.Model):
    _inherit = "res.company"

    koperasi_has_production_unit = fields.Boolean("Has Members' Goods", default=True)
    koperasi_has_waste_unit = fields.Boolean("Has a Waste Bank", default=True)

    koperasi_receipt_location_id = fields.Many2one(
        "stock.location",
        "Receipts from Members",
        check_company=True,
        domain=[("usage", "=", "supplier")],
        help="Where goods of members come from. Its valuation account clears them and must stand at zero.",
    )
    koperasi_consignor_product_id = fields.Many2one(
        "koperasi.savings.product",
        "Due to Producers and Consignors",
        check_company=True,
        domain=[("savings_class", "=", "internal")],
    )
    koperasi_waste_product_id = fields.Many2one(
        "koperasi.savings.product", "Waste-bank Savings", check_company=True, domain=[("savings_class", "=", "special")]
    )
    koperasi_depositor_product_id = fields.Many2one(
        "koperasi.savings.product",
        "Due to Non-member Waste Depositors",
        check_company=True,
        domain=[("savings_class", "=", "internal")],
        help="A cooperative takes savings from its members only: others are owed (Permenkop UKM 8/2023).",
    )
    koperasi_commission_account_id = fields.Many2one("account.account", "Consignment Commission", check_company=True)
    koperasi_member_position_id = fields.Many2one(
        "account.fiscal.position",
        "Fiscal Position of Members",
        check_company=True,
        help="Keeps sales to members, and their cost, apart from those to others.",
    )
    koperasi_lost_borne_by = fields.Selection(
        [("member", "The Member"), ("cooperative", "The Cooperative")],
        "Lost Consigned Goods Are Borne By",
        required=True,
        default="member",
    )

    # === SET-UP === #

    @api.model
    def _koperasi_unit_menus(self):
        return {
            **super()._koperasi_unit_menus(),
            "koperasi_produksi.menu_production": ("koperasi_has_production_unit", "koperasi_has_waste_unit"),
            "koperasi_produksi.menu_output": ("koperasi_has_production_unit",),
            "koperasi_produksi.menu_delivery": ("koperasi_has_production_unit",),
            "koperasi_produksi.menu_consignment_settlement": ("koperasi_has_production_unit",),
            "koperasi_produksi.menu_delivery_waste": ("koperasi_has_waste_unit",),
        }

    def _koperasi_load_accounts(self):
        result = super()._koperasi_load_accounts()
        company = self.with_company(self).sudo()
        accounts = company._koperasi_create_accounts()
        units = company._koperasi_create_production_units()
        company._koperasi_fill_categories(accounts, units)
        products = company._koperasi_create_production_products(accounts, units)
        company._koperasi_create_sequences()
        if not company._koperasi_warehouse():  # outside of tests Odoo gives one to the first company only
            company.env["stock.warehouse"].create({"company_id": company.id})
        position = company._koperasi_records(
            "account.fiscal.position",
            {
                "position_member": (
                    ("Member", "Anggota"),
                    {
                        "company_id": company.id,
                        "account_ids": [
                            Command.create(
                                {"account_src_id": accounts[source].id, "account_dest_id": accounts[member].id}
                            )
                            for source, member in MEMBER_ACCOUNTS
                        ],
                    },
                )
            },
        )["position_member"]
        location = company._koperasi_records(
            "stock.location",
            {
                "location_members": (
                    ("Receipts from Members", "Penerimaan dari Anggota"),
                    {
                        "usage": "supplier",
                        "company_id": company.id,
                        "valuation_account_id": accounts["2113"].id,
                    },
                )
            },
        )["location_members"]
        company._koperasi_fill_settings(
            {
                "koperasi_receipt_location_id": location,
                "koperasi_consignor_product_id": products["product_consignor"],
                "koperasi_waste_product_id": products["product_waste"],
                "koperasi_depositor_product_id": products["product_depositor"],
                "koperasi_commission_account_id": accounts["4105"],
                "koperasi_member_position_id": position,
            }
        )
        return result

    def _koperasi_create_production_units(self):
        plan = self.env.ref("koperasi_simpan_pinjam.unit_plan")
        return self._koperasi_records(
            "account.analytic.account",
            {
                name: (labels, {"plan_id": plan.id, "company_id": self.id})
                for name, labels in (
                    ("unit_production", ("Production", "Produksi")),
                    ("unit_waste", ("Waste Bank", "Bank Sampah")),
                )
            },
        )

    def _koperasi_fill_categories(self, accounts, units):
        """Odoo's categories belong to all companies: made once, and given this company's accounts where it has none."""
        for name, (english, indonesian, stock, income, unit) in CATEGORIES.items():
            category = self.env.ref(f"koperasi_produksi.{name}", raise_if_not_found=False)
            if not category:
                category = self.env["product.category"].with_context(lang="en_US").create({"name": english})
                category.with_context(lang="id_ID").name = indonesian
                self.env["ir.model.data"]._update_xmlids(
                    [{"xml_id": f"koperasi_produksi.{name}", "record": category, "noupdate": True}]
                )
            category = category.with_env(self.env)
            if not category.koperasi_unit_id:
                category.write(
                    {
                        "koperasi_unit_id": units[unit].id,
                        "property_valuation": "real_time",
                        "property_cost_method": "average",
                        "property_stock_valuation_account_id": accounts[stock].id,
                        "property_account_income_categ_id": accounts[income].id,
                        "property_account_expense_categ_id": accounts["5104"].id,
                    }
                )

    def _koperasi_create_production_products(self, accounts, units):
        return self._koperasi_records(
            "koperasi.savings.product",
            {
                name: (
                    labels,
                    {
                        "code": code,
                        "savings_class": class_,
                        "account_id": accounts[account].id,
                        "unit_id": units[unit].id,
                        "company_id": self.id,
                        "withdrawable": True,
                        "sequence": 20,
                    },
                )
                for name, labels, code, class_, account, unit in (
                    (
                        "product_consignor",
                        ("Due to Producers and Consignors", "Utang kepada Produsen / Penitip"),
                        "TITIP",
                        "internal",
                        "2121",
                        "unit_production",
                    ),
                    (
                        "product_waste",
                        ("Waste-bank Savings", "Tabungan Bank Sampah"),
                        "BANKS",
                        "special",
                        "2105",
                        "unit_waste",
                    ),
                    (
                        "product_depositor",
                        ("Due to Non-member Depositors", "Utang Nasabah Bank Sampah Non-anggota"),
                        "NASAB",
                        "internal",
                        "2122",
                        "unit_waste",
                    ),
                )
            },
        )

    def _koperasi_create_sequences(self):
        self._koperasi_records(
            "ir.sequence",
            {
                f"sequence_{name}": (
                    labels,
                    {
                        "code": f"koperasi.{code}",
                        "prefix": f"{prefix}/%(range_year)s/",
                        "padding": 4,
                        "use_date_range": True,
                        "company_id": self.id,
                    },
                )
                for name, labels, code, prefix in (
                    ("delivery", ("Deliveries of Members", "Penerimaan Barang"), "delivery", "TRM"),
                    (
                        "settlement",
                        ("Consignment Settlements", "Pelunasan Titipan"),
                        "consignment.settlement",
                        "PLT",
                    ),
                )
            },
        )

    # === STOCK === #

    def _koperasi_clearing_account(self):
        """The account on which goods of members are cleared (2113)."""
        location = self._koperasi_setting("koperasi_receipt_location_id")
        if not location.valuation_account_id:
            raise UserError(
                self.env._(
                    "“%(field)s” of %(location)s is empty. Fill it in first.",
                    field=location._fields["valuation_account_id"]._description_string(self.env),
                    location=location.display_name,
                )
            )
        return location.valuation_account_id

    def _koperasi_warehouse(self):
        """The warehouse that takes in goods of members: the first one."""
        return self.env["stock.warehouse"].sudo().search([("company_id", "=", self.id)], limit=1)

    def _koperasi_stock_values(self, as_of=None):
        """What our categories' stock is worth by the goods and by the books, at the end of day `as_of` (default today).

        Between delivery and invoice of a sale they differ by its cost: Odoo books it with the invoice. A day means its
        end: given a date, Odoo counts the goods at its beginning and prices them at its end.

        :return: {account: (value of the goods, balance of the books)}
        """
        self.ensure_one()
        company = self.with_company(self).sudo()
        categories = company.env["product.category"].search([("koperasi_unit_id", "!=", False)])
        products = company.env["product.product"].search(
            [("categ_id", "in", categories.ids), ("is_storable", "=", True), ("active", "in", (True, False))]
        )
        if not products:
            return {}
        moment = as_of and datetime.combine(as_of, time(23, 59, 59))
        accounts = company._get_accounts_by_product(products)
        books = company.stock_accounting_value(accounts, at_date=as_of)
        goods = defaultdict(float)
        for product in products:
            goods[accounts[product]["valuation"]] += product._koperasi_value(company, moment)
        return {account: (goods.get(account, 0), books.get(account, 0)) for account in {*goods, *books} if account}

    # === CLOSING === #

    def _koperasi_closing_obstacles(self, until):
        obstacles = super()._koperasi_closing_obstacles(until)
        [[clearing]] = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", self.id),
                    ("account_id", "=", self._koperasi_clearing_account().id),
                    ("parent_state", "=", "posted"),
                    ("date", "<=", until),
                ],
                aggregates=["balance:sum"],
            )
        )
        if not self.currency_id.is_zero(clearing or 0):
            obstacles.append(
                self.env._("The clearing of goods from members is not zero: %s.", self._koperasi_amount(clearing))
            )
        for account, (goods, books) in self._koperasi_stock_values(until).items():
            if not self.currency_id.is_zero(goods - books):
                obstacles.append(
                    self.env._(
                        "%(account)s: the goods are worth %(goods)s, the books say %(books)s. Invoice what was "
                        "delivered, then close the stock.",
                        account=account.display_name,
                        goods=self._koperasi_amount(goods),
                        books=self._koperasi_amount(books),
                    )
                )
        for owner in self.env["koperasi.consignment.settlement"].sudo()._unsettled_owners(self, until):
            obstacles.append(
                self.env._(
                    "%(owner)s: consigned goods sold by %(date)s are not settled.",
                    owner=owner.display_name,
                    date=format_date(self.env, until),
                )
            )
        return obstacles
