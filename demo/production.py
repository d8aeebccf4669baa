"""What members grow, make and collect, and how the cooperative sells it."""

from datetime import timedelta

from odoo.fields import Command

KILOGRAM, PIECE = "uom.product_uom_kgm", "uom.product_uom_unit"
# product: (category, unit, kilograms of one unit, what the member gets, what a buyer pays)
GOODS = {
    "Kangkung Hidroponik": ("category_output", KILOGRAM, 1, 12000, 15000),
    "Selada Hidroponik": ("category_output", KILOGRAM, 1, 20000, 25000),
    "Jamu Kunyit Asam 250 ml": ("category_output", PIECE, 0.3, 8000, 8000),
    "Tas Daur Ulang": ("category_output", PIECE, 0.2, 25000, 25000),
    "Botol PET": ("category_waste", KILOGRAM, 1, 3500, 4500),
    "Kardus": ("category_waste", KILOGRAM, 1, 1800, 2300),
}
# business: (kind, what it makes, how much a week in the first week, deliveries)
BUSINESSES = {
    "Kebun Hidroponik Gang Mawar": ("hydroponics", "Kangkung Hidroponik", 6, "bought"),
    "Hidroponik Atap Bu Tini": ("hydroponics", "Selada Hidroponik", 3, "bought"),
    "Dapur Jamu Sehat": ("toga", "Jamu Kunyit Asam 250 ml", 12, "consigned"),
    "Kreasi Daur Ulang": ("processed", "Tas Daur Ulang", 2, "consigned"),
    "Taman TOGA RW 07": ("toga", "Jamu Kunyit Asam 250 ml", 5, None),
}
WASTE = ("Botol PET", "Kardus")
BUYERS = ("Warung Bu Tejo", "Katering Berkah", "Pameran UMKM Bekasi Utara")
COLLECTOR = "Pengepul Jaya Abadi"


class Production:
    """Mixed into a cooperative: an output log every week; goods, waste and sales on its counter days."""

    def set_up(self, people):
        super().set_up(people)
        self.company.stock_text_confirmation = False  # else the first delivery asks about text messages
        seller = self.env["res.users"].create(
            {
                "name": "Wati Rohayati",
                "login": "penjualan",
                "password": "penjualan",
                **self._home(),
            }
        )
        self.appoint("bendahara", seller)
        # Sales, deliveries and invoices are Odoo's: whoever sells holds Odoo's own groups.
        for group in ("sales_team.group_sale_salesman", "stock.group_stock_user", "account.group_account_invoice"):
            seller.group_ids |= self.env.ref(group)
        self.people["seller"] = seller
        self.goods = {name: self._new_product(name, *terms) for name, terms in GOODS.items()}
        self.buyers = {
            name: self.env["res.partner"].create({"name": name, "company_id": self.company.id})
            for name in (*BUYERS, COLLECTOR)
        }
        self.businesses = {}

    def _new_product(self, name, category, uom, weight, _paid, price):
        return self.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "categ_id": self.env.ref(f"koperasi_produksi.{category}").id,
                "uom_id": self.env.ref(uom).id,
                "weight": weight,
                "list_price": price,
                "invoice_policy": "delivery",
                "taxes_id": [],
                "supplier_taxes_id": [],
                "company_id": self.company.id,
            }
        )

    def begin(self, day):
        super().begin(day)
        kinds = {name: kind for _kind, name, _quantity, kind in BUSINESSES.values() if kind}
        self.of("bendahara", "koperasi.price.list").create(
            [
                {
                    "company_id": self.company.id,
                    "product_id": product.id,
                    "kind": kinds.get(name, "waste"),
                    "valid_from": day,
                    "price": GOODS[name][3],
                }
                for name, product in self.goods.items()
            ]
        )

    def live_day(self, day):
        super().live_day(day)
        if day.weekday() == 6 and len(self.members) > 40:
            self.log_output(day)

    def log_output(self, day):
        """Sunday evening: what the week brought; a little more from week to week, less in some."""
        for name, (kind, *_rest) in BUSINESSES.items():
            if name not in self.businesses:
                self.businesses[name] = self.of("petugas", "koperasi.business").create(
                    {
                        "name": name,
                        "kind": kind,
                        "company_id": self.company.id,
                        "member_id": self.members[len(self.businesses) * 7].id,
                        "started_on": day,
                    }
                )
        weeks = (day - self.first_month).days // 7
        self.of("petugas", "koperasi.output").create(
            [
                {
                    "business_id": self.businesses[name].id,
                    "date": day - timedelta(days=self.random.randint(0, 3)),
                    "product_id": self.goods[product].id,
                    "quantity": round(start * (1 + weeks / 40) * self.random.uniform(0.7, 1.3)) or 1,
                    "use": self.random.choice(("cooperative", "cooperative", "sold", "eaten")),
                }
                for name, (_kind, product, start, _delivery) in BUSINESSES.items()
            ]
        )

    def serve(self, day, till):
        super().serve(day, till)
        if self.businesses and day.day == 12:
            self.receive(till)
            self.weigh(till)
        if self.businesses and day.day == 20:
            self.sell(till)
            self.settle()

    def receive(self, till):
        """What the businesses bring: some is bought outright, some stays the member's until it is sold."""
        for name, (_kind, product, start, delivery) in BUSINESSES.items():
            if delivery:
                quantity = self.random.randint(start * 2, start * 4)
                payout = "cash" if delivery == "bought" and self.random.random() < 0.4 else "savings"
                self._deliver(self.businesses[name].member_id, delivery, {product: quantity}, till, payout)

    def weigh(self, till):
        """The waste bank's day: bottles and cardboard by weight, credited to the savings of whoever brings them."""
        for member in self.random.sample(self.members, 3):
            self._deliver(member, "waste", {name: self.random.randint(2, 12) for name in WASTE}, till)

    def _deliver(self, member, kind, goods, till, payout="savings"):
        self._tick()
        delivery = self.of("petugas", "koperasi.delivery").create(
            {
                "company_id": self.company.id,
                "member_id": member.id,
                "kind": kind,
                "date": till.date,
                "payout": payout,
                "line_ids": [
                    Command.create({"product_id": self.goods[name].id, "quantity": quantity})
                    for name, quantity in goods.items()
                ],
            }
        )
        delivery.action_receive()

    def sell(self, till):
        """To the neighbourhood and to a member, paid at the counter; waste to the collector, who pays later."""
        buyers = [*(self.buyers[name] for name in BUYERS), self.random.choice(self.members).partner_id]
        own = [name for name, terms in GOODS.items() if terms[0] == "category_output"]
        for number, buyer in enumerate(buyers):
            basket = {name: self._in_stock(name) * 4 // 5 // (len(buyers) - number) for name in own}
            if self._sell(buyer, basket):
                receipt = self.of("petugas", "koperasi.invoice.receipt").create(
                    {"partner_id": buyer.id, "company_id": self.company.id}
                )
                receipt._record()
        self._sell(self.buyers[COLLECTOR], {name: self._in_stock(name) for name in WASTE})

    def _in_stock(self, name):
        warehouse = self.company._koperasi_warehouse()
        return int(self.goods[name].with_context(warehouse_id=warehouse.id).qty_available)

    def _sell(self, buyer, basket):
        """An order of Odoo's, delivered and invoiced on the spot; None when there is nothing to sell."""
        lines = [
            Command.create({"product_id": self.goods[name].id, "product_uom_qty": quantity})
            for name, quantity in basket.items()
            if quantity
        ]
        if not lines:
            return None
        self._tick()
        order = self.of("seller", "sale.order").create(
            {"partner_id": buyer.id, "company_id": self.company.id, "order_line": lines}
        )
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.picked = True
        picking.button_validate()
        invoice = order._create_invoices()
        invoice.invoice_date = self.today
        invoice.action_post()
        return invoice

    def settle(self):
        """What was sold of the consigned goods is due to their makers."""
        for name, (_kind, _product, _start, delivery) in BUSINESSES.items():
            if delivery == "consigned":
                settlement = self.of("bendahara", "koperasi.consignment.settlement").create(
                    {"member_id": self.businesses[name].member_id.id, "company_id": self.company.id}
                )
                if settlement.line_ids.filtered("sold"):
                    settlement.action_settle()
                else:
                    settlement.unlink()

    def live_today(self, day):
        """Two deliveries wait to be received."""
        super().live_today(day)
        for name in list(self.businesses)[:2]:
            self.of("petugas", "koperasi.delivery").create(
                {
                    "company_id": self.company.id,
                    "member_id": self.businesses[name].member_id.id,
                    "kind": "bought",
                    "line_ids": [
                        Command.create({"product_id": self.goods[BUSINESSES[name][1]].id, "quantity": 5}),
                    ],
                }
            )

    def _tick(self):
        """A minute passes: Odoo orders moves of one product by second."""
        self.clock.tick(60)
