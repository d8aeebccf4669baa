"""People who don't exist: names of the neighbourhood, put together by a seeded generator."""

FIRST = (
    "Siti Aminah Nurhayati Rahayu Sumiati Endang Lastri Wati Maryam Kartini Fatimah Halimah Rohani Suryani Ningsih "
    "Aisyah Khadijah Murni Sulastri Tuti Yuliana Rina Ani Eka Dwi Tri Mulyani Suharti Marlina Nina Lilis Ida Eni Umi "
    "Ratih Ayu Dian Fitri Maya Nita Puji Retno Sari Tini Wiwik Yayuk Zubaidah Imas Cucu Entin Kokom Neneng Ucu"
).split()
LAST = (
    "Wulandari Handayani Lestari Astuti Santoso Hidayah Susanti Pratiwi Maharani Kusuma Permata Anggraini Safitri Utami "
    "Hartati Setiawati Rahmawati Nuraini Puspita Fauziah Saputri Hasanah Melati Cahyani Novianti Oktaviani Damayanti"
).split()
MEN = ("Ahmad Bambang Slamet Joko Agus Hendra Mulyono Rudi Supri Yusuf Tarno Usman").split()
MEN_LAST = ("Suryadi Pranoto Hidayat Wibowo Saputra Kurniawan Gunawan Prasetyo Firmansyah Nugroho").split()


def person(random, number):
    """(name, NIK) of the `number`-th member; one in ten is a man. The NIK is well-formed and nobody's."""
    man = random.random() < 0.1
    name = f"{random.choice(MEN if man else FIRST)} {random.choice(MEN_LAST if man else LAST)}"
    day, month, year = random.randint(1, 28), random.randint(1, 12), random.randint(60, 99)
    return name, f"327503{day + (0 if man else 40):02}{month:02}{year:02}{number:04}"
