from odoo import fields

from .affairs import Affairs
from .cooperative import Cooperative
from .production import Production
from .year_end import YearEnd

PEOPLE = {
    "ketua": "Ratna Wulandari",
    "bendahara": "Sri Handayani",
    "petugas": "Dewi Lestari",
    "sekretaris": "Yuni Astuti",
    "pengawas": "Budi Santoso",
    "pemantau": "Lurah Harapan Jaya",
}


class HarapanJaya(Affairs, YearEnd, Production, Cooperative):
    """About 120 members over the RWs, every kind of loan, goods and waste, a year that is closed and shared;
    one leaves, one is late, the bank agrees."""

    name = "Koperasi Warga Harapan Jaya"
    seed = 5
    size = 120
    grant = 25000000


class Melati(Cooperative):
    """The small one beside it: a few months old, without a year's end yet."""

    name = "Koperasi Melati RW 12"
    seed = 12
    size = 18
    grant = 3000000
    months = 4
    areas = ("12",)


def live(env, evening=None):
    """Live both cooperatives up to today: the same every time on the same day.

    Logins are the names of the roles, passwords too; `rangkap` is teller of the first and treasurer of the second,
    `anggota` a member of the first on the portal.

    :param evening: called with a cooperative and a day when she has lived it
    :return: both cooperatives
    """
    env = env(context={**env.context, "tz": "Asia/Jakarta", "lang": "id_ID", "tracking_disable": True})
    first = HarapanJaya(env, env.company, evening)
    first.set_up({role: (role, name) for role, name in PEOPLE.items()})
    second = Melati(env, env["res.company"].create({"name": Melati.name}), evening)
    second.set_up(
        {
            "ketua": ("ketua2", "Kartini Rahayu"),
            "petugas": ("petugas2", "Nur Hidayah"),
            "bendahara": ("rangkap", "Endang Susilowati"),
        }
    )
    first.appoint("petugas", second.people["bendahara"])
    second.appoint("pemantau", first.people["pemantau"])
    today = fields.Date.context_today(env.user)
    for cooperative in (first, second):
        cooperative.live(today)
        assert not cooperative.company._koperasi_control_faults(), "the demo's books disagree"
    first.invite("anggota")
    return first, second
