"""What happens in a cooperative's year, as data; and what must come out, by hand.

A day of the diary is (month, day, what, ...): see the method `do_<what>` of `life.Life`. Nothing here is a share, an
interest or a surplus that is typed into the server: those are what the server must find.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    name: str
    lang: str
    people: dict  # role -> login
    shares: dict  # savings product's class -> amount: share capital once, mandatory savings a month
    savings_rates: dict  # month -> percent a year on voluntary savings; no run in the other months
    tax: tuple  # monthly interest free of tax, percent above it
    loan: dict  # terms of the loan product
    policy: dict  # table -> {code: percent}
    diary: tuple
    pools: dict  # (table, code) -> rupiah
    capital: dict  # member -> rupiah
    patronage: dict
    surplus: tuple  # from members, from non-members
    to_savings: tuple  # who takes her share into her voluntary savings: all others in cash
    results: dict  # line of the statement of results -> rupiah


def _installments(day, months, amounts):
    """One visit a month, each paying that month's installment of a loan."""
    return tuple(
        (month, day, "visit", name, {"loan": amount})
        for name, row in amounts.items()
        for month, amount in zip(months, row)
    )


# docs/domain.md 3.4b. Loans at 10 % over 10 months: 330.000, 110.000, 500.500 and 159.500 a month, of which a tenth of
# 10 % of the loan is service fee: 30.000, 10.000, 45.500 and 14.500. 3 % of 8.000.000 is 20.000 a month, ten times.
WARGA = Scenario(
    name="Koperasi Warga RW 05",
    lang="en_US",
    people={
        "petugas": "dewi",
        "bendahara": "sri",
        "sekretaris": "yuni",
        "ketua": "ratna",
        "pengawas": "maya",
        "pemantau": "lurah",
    },
    shares={"pokok": 100_000, "wajib": 20_000},
    savings_rates=dict.fromkeys(range(1, 11), 3),
    tax=(240_000, 10),
    loan={"method": "flat", "rate": 10, "rate_basis": "term", "periods": 10, "interest_to_savings_percent": 0},
    policy={
        "member": {
            "cadangan": 40,
            "jasa_usaha": 25,
            "jasa_modal": 20,
            "pengurus": 5,
            "karyawan": 2,
            "pendidikan": 5,
            "sosial": 2,
            "wilayah": 1,
        },
        "other": {"cadangan": 60, "pengurus": 10, "karyawan": 10, "pendidikan": 10, "sosial": 10},
    },
    diary=(
        (1, 1, "join", "Siti", "05", {"pokok": 100_000, "wajib": 1_200_000}),
        (1, 1, "join", "Aminah", "05", {"pokok": 100_000, "wajib": 650_000}),
        (1, 1, "join", "Rahayu", "05", {"pokok": 100_000, "wajib": 325_000, "sukarela": 8_000_000}),
        (1, 1, "join", "Dewi", "05", {"pokok": 100_000, "wajib": 800_000}),
        (1, 1, "join", "Budi", "05", {"pokok": 100_000, "wajib": 525_000}),
        (1, 2, "to_bank", 10_000_000),
        (1, 5, "from_bank", 10_000_000),
        (1, 5, "lend", "Siti", 3_000_000),
        (1, 5, "lend", "Aminah", 1_000_000),
        (1, 5, "lend", "Dewi", 4_550_000),
        (1, 5, "lend", "Budi", 1_450_000),
        *_installments(5, range(2, 12), {"Siti": [330_000] * 10, "Aminah": [110_000] * 10}),
        *_installments(5, range(2, 12), {"Dewi": [500_500] * 10, "Budi": [159_500] * 10}),
        *((month, 1, "visit", "Rahayu", {}, {"sukarela": 20_000}) for month in range(2, 12)),
        (6, 8, "buy", 525_000, 20),
        (6, 12, "sell", 1_000_000, 15),
    ),
    # 1.000.000 service fee - 200.000 interest; 1.000.000 - 525.000
    surplus=(800_000, 475_000),
    pools={
        ("member", "cadangan"): 320_000,
        ("member", "jasa_usaha"): 200_000,
        ("member", "jasa_modal"): 160_000,
        ("member", "pengurus"): 40_000,
        ("member", "karyawan"): 16_000,
        ("member", "pendidikan"): 40_000,
        ("member", "sosial"): 16_000,
        ("member", "wilayah"): 8_000,
        ("other", "cadangan"): 285_000,
        ("other", "pengurus"): 47_500,
        ("other", "karyawan"): 47_500,
        ("other", "pendidikan"): 47_500,
        ("other", "sosial"): 47_500,
    },
    capital={"Siti": 52_000, "Aminah": 30_000, "Rahayu": 17_000, "Dewi": 36_000, "Budi": 25_000},
    patronage={"Siti": 60_000, "Aminah": 20_000, "Rahayu": 0, "Dewi": 91_000, "Budi": 29_000},
    to_savings=("Siti", "Dewi"),
    results={
        "member_income": 1_000_000,
        "member_cost": -200_000,
        "other_income": 1_000_000,
        "other_cost": -525_000,
        "surplus": 1_275_000,
        "surplus_member": 800_000,
        "surplus_other": 475_000,
    },
)

MELATI = Scenario(
    name="Koperasi Melati",
    lang="id_ID",
    people={
        "petugas": "maya",  # in the other cooperative a supervisor
        "bendahara": "tini",
        "sekretaris": "nur",
        "ketua": "endang",
        "pengawas": "bagus",
        "pemantau": "camat",
    },
    shares={"pokok": 150_000, "wajib": 25_000},
    savings_rates=dict.fromkeys(range(1, 13), 4),
    tax=(12_000, 10),
    loan={"method": "declining", "rate": 1.5, "rate_basis": "month", "periods": 5, "interest_to_savings_percent": 20},
    policy={
        "member": {
            "cadangan": 30,
            "jasa_usaha": 32.5,
            "jasa_modal": 22.5,
            "pengurus": 5,
            "karyawan": 2.5,
            "pendidikan": 4,
            "sosial": 2.5,
            "wilayah": 1,
        },
        "other": {"cadangan": 55, "pengurus": 12.5, "karyawan": 12.5, "pendidikan": 10, "sosial": 10},
    },
    diary=(
        (1, 3, "join", "Wati", "05", {"pokok": 150_000, "wajib": 25_000}),
        (1, 3, "join", "Joko", "02", {"pokok": 150_000, "wajib": 300_000}),
        (1, 20, "join", "Rahma", "05", {"pokok": 150_000, "wajib": 25_000, "sukarela": 3_000_000}),
        (2, 19, "to_bank", 3_000_000),
        (2, 20, "from_bank", 3_000_000),
        (2, 20, "lend", "Joko", 700_000),
        (3, 10, "lend", "Wati", 2_000_000),
        (3, 25, "mistake", "Joko", 45_000),
        (4, 6, "join", "Lestari", "11", {"pokok": 150_000, "wajib": 25_000}),
        (4, 8, "buy", 800_000, 20),
        (4, 12, "sell", 1_150_000, 15),
        (4, 28, "visit", "Wati", {"wajib": 75_000}),
        (5, 5, "visit", "Rahma", {"sukarela": 600_000}),
        (6, 14, "to_bank", 1_000_000),
        (6, 15, "from_bank", 1_000_000),
        (6, 15, "lend", "Lestari", 1_000_000),
        (7, 1, "join", "Tuti", "02", {"pokok": 150_000, "wajib": 150_000}),
        (7, 1, "join", "Ani", "02", {"pokok": 150_000, "wajib": 150_000}),
        (7, 1, "spend", "honor", 60_000),
        (7, 16, "visit", "Lestari", {"wajib": 75_000}),
        (9, 1, "visit", "Wati", {"wajib": 125_000}),
        (9, 2, "sell", 333_333, 5),
        (9, 9, "visit", "Rahma", {}, {"sukarela": 1_000_000}),
        (10, 1, "spend", "supplies", 15_500),
        (10, 11, "to_bank", 1_300_000),
        (10, 12, "from_bank", 1_300_000),
        (10, 12, "lend", "Ani", 1_500_000),
        (11, 20, "spend", "meeting", 25_000),
        (12, 20, "receive", "bank_interest", 4_200),
        *_installments(20, range(3, 8), {"Joko": (150_500, 148_400, 146_300, 144_200, 142_100)}),
        *_installments(10, range(4, 9), {"Wati": (430_000, 424_000, 418_000, 412_000, 406_000)}),
        *_installments(15, range(7, 12), {"Lestari": (215_000, 212_000, 209_000, 206_000, 203_000)}),
        *_installments(12, (11, 12), {"Ani": (322_500, 318_000)}),  # three are still to come when the year ends
    ),
    # From members: service fees less a fifth for savings, 25.200 + 72.000 + 36.000 + 32.400 = 165.600; interest, a
    # 300th of the month's lowest balance rounded down, 10.000 + 10.033 + 10.066 + 10.100 + 12.133 + 12.170 + 12.206 +
    # 8.910 + 8.939 + 8.969 + 8.999 = 112.525, of which 1.213 + 1.217 + 1.220 are tax: 53.075. From others: 683.333.
    # What neither caused, 60.000 + 15.500 + 25.000 - 4.200 = 96.300, at 53.075 : 683.333 is 6.940,6 and 89.359,4.
    surplus=(53_075 - 6_941, 683_333 - 89_359),
    pools={  # 13.840,2  14.993,55  10.380,15  2.306,7  1.153,35  1.845,36  1.153,35  461,34: three are rounded up
        ("member", "cadangan"): 13_840,
        ("member", "jasa_usaha"): 14_994,
        ("member", "jasa_modal"): 10_380,
        ("member", "pengurus"): 2_307,
        ("member", "karyawan"): 1_153,
        ("member", "pendidikan"): 1_846,
        ("member", "sosial"): 1_153,
        ("member", "wilayah"): 461,
        # 326.685,7  74.246,75  74.246,75  59.397,4  59.397,4
        ("other", "cadangan"): 326_686,
        ("other", "pengurus"): 74_247,
        ("other", "karyawan"): 74_247,
        ("other", "pendidikan"): 59_397,
        ("other", "sosial"): 59_397,
    },
    # Sums of the month ends, in thousands: Joko 12 x 450, Tuti and Ani 6 x 300, Wati 3 x 175 + 5 x 250 + 4 x 375,
    # Rahma 12 x 175, Lestari 3 x 175 + 6 x 250; all 16.400. 3.417,8  1.139,3  1.139,3  2.072,8  1.329,1  1.281,7
    capital={"Joko": 3_418, "Tuti": 1_139, "Ani": 1_139, "Wati": 2_073, "Rahma": 1_329, "Lestari": 1_282},
    # 14.994 on 165.600: 2.281,7 for Joko, 2.933,6 for Ani, 6.519,1 for Wati, 3.259,57 for Lestari
    patronage={"Joko": 2_282, "Tuti": 0, "Ani": 2_934, "Wati": 6_519, "Rahma": 0, "Lestari": 3_259},
    to_savings=("Ani", "Rahma"),
    results={
        "member_income": 165_600,
        "member_cost": -112_525,
        "other_income": 1_483_333,
        "other_cost": -800_000,
        "surplus": 640_108,
        "surplus_member": 46_134,
        "surplus_other": 593_974,
    },
)
