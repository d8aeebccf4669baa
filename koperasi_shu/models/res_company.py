from odoo import fields, models

from .account_account import BUSINESS_OF_TYPE, POSITION_OF_TYPE

# docs/domain.md 2.2 by line of 2.5, where the account's type alone would put it elsewhere.
BUSINESS_OF_CODE = {
    "member_income": ("4101", "4102", "4103", "4104", "4105", "4106"),
    "member_cost": ("5101", "5102", "5103"),
    "other_income": ("4201", "4202", "4203"),
    "other_cost": ("5104",),
    "cooperative": ("5301", "5302", "5303"),
    "miscellaneous": ("5401", "5402"),
    "tax": ("5501", "5502"),
}
POSITION_OF_CODE = {
    "deposit": ("1121",),
    "loan": ("1201", "1203", "1204"),
    "allowance": ("1209",),
    "inventory": ("1301", "1302", "1303", "1304"),
    "depreciation": ("1609",),
    "savings": ("2101", "2102", "2105"),
    "special": ("2103", "2104"),
    "term": ("2106",),
    "consignor": ("2121", "2122"),
    "tax_payable": ("2131", "2132", "2133"),
    "fund": ("2141", "2142", "2143", "2144", "2145", "2146", "2147"),
    "pokok": ("3101",),
    "wajib": ("3102",),
    "reserve": ("3201", "3202"),
    "undistributed": ("3302", "3303"),
}

# The suggested default of docs/domain.md 3.2: (table, code, English, Indonesian, percent, target, account).
DEFAULT_POLICY = [
    ("member", "cadangan", "Reserve", "Cadangan", 40, "reserve", "3201"),
    ("member", "jasa_usaha", "Patronage", "Jasa Usaha", 25, "patronage", None),
    ("member", "jasa_modal", "Return on Savings", "Jasa Modal", 20, "capital", None),
    ("member", "pengurus", "Board and Supervisors", "Pengurus dan Pengawas", 5, "fund", "2142"),
    ("member", "karyawan", "Staff", "Karyawan", 2, "fund", "2143"),
    ("member", "pendidikan", "Education", "Pendidikan", 5, "fund", "2144"),
    ("member", "sosial", "Social", "Sosial", 2, "fund", "2145"),
    ("member", "wilayah", "Area Development", "Pembangunan Wilayah", 1, "fund", "2146"),
    ("other", "cadangan", "Reserve", "Cadangan", 60, "reserve", "3201"),
    ("other", "pengurus", "Board and Supervisors", "Pengurus dan Pengawas", 10, "fund", "2142"),
    ("other", "karyawan", "Staff", "Karyawan", 10, "fund", "2143"),
    ("other", "pendidikan", "Education", "Pendidikan", 10, "fund", "2144"),
    ("other", "sosial", "Social", "Sosial", 10, "fund", "2145"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    koperasi_shu_undistributed_account_id = fields.Many2one(
        "account.account",
        "SHU Not Yet Distributed",
        check_company=True,
        help="The closing of a year brings its result here, and the decision of the RAT takes it on.",
    )
    koperasi_shu_product_id = fields.Many2one(
        "koperasi.savings.product",
        "SHU Not Yet Taken",
        check_company=True,
        domain=[("savings_class", "=", "internal")],
        help="Each member's share waits in an account of this product until it is taken or moved to savings.",
    )

    def _koperasi_load_accounts(self):
        result = super()._koperasi_load_accounts()
        company = self.with_company(self).sudo()
        accounts = company._koperasi_create_accounts()
        company._koperasi_fill_statement_lines(accounts)
        products = company._koperasi_records(
            "koperasi.savings.product",
            {
                "product_shu": (
                    ("SHU Not Yet Taken", "SHU Belum Diambil"),
                    {
                        "code": "SHU",
                        "savings_class": "internal",
                        "account_id": accounts["2141"].id,
                        "unit_id": company.koperasi_savings_unit_id.id,
                        "company_id": company.id,
                        "withdrawable": True,
                    },
                ),
            },
        )
        company._koperasi_fill_settings(
            {
                "koperasi_shu_undistributed_account_id": accounts["3302"],
                "koperasi_shu_product_id": products["product_shu"],
            }
        )
        company._koperasi_create_shu_policy(accounts)
        return result

    def _koperasi_fill_statement_lines(self, accounts):
        """Put our accounts on their lines; what somebody moved from its type's line stays."""
        for field, lines, of_type in (
            ("koperasi_business", BUSINESS_OF_CODE, BUSINESS_OF_TYPE),
            ("koperasi_position", POSITION_OF_CODE, POSITION_OF_TYPE),
        ):
            for line, codes in lines.items():
                self.env["account.account"].union(*(accounts[code] for code in codes)).filtered(
                    lambda account, field=field, of_type=of_type: account[field] == of_type.get(account.account_type)
                )[field] = line

    def _koperasi_create_shu_policy(self, accounts):
        known = self.env["koperasi.shu.policy"].search_count([("company_id", "=", self.id)], limit=1)
        policy = self._koperasi_records(
            "koperasi.shu.policy",
            {
                "shu_policy": (
                    ("SHU Policy", "Kebijakan SHU"),
                    {
                        "company_id": self.id,
                        "product_ids": [
                            (
                                6,
                                0,
                                self.env["koperasi.savings.product"]
                                .search([("company_id", "=", self.id), ("savings_class", "in", ("pokok", "wajib"))])
                                .ids,
                            )
                        ],
                    },
                ),
            },
        )["shu_policy"]
        if not known:  # a policy that the members decided on keeps its tables
            self._koperasi_records(
                "koperasi.shu.policy.item",
                {
                    f"shu_policy_{table}_{code}": (
                        (english, indonesian),
                        {
                            "policy_id": policy.id,
                            "sequence": sequence,
                            "table": table,
                            "code": code,
                            "percent": percent,
                            "target": target,
                            "account_id": accounts[account].id if account else False,
                        },
                    )
                    for sequence, (table, code, english, indonesian, percent, target, account) in enumerate(
                        DEFAULT_POLICY
                    )
                },
            )
