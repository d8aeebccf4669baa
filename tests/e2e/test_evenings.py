"""What was printed on an evening of the demo's year is printed again, whenever it is asked for."""


def test_every_report_of_a_past_day_is_what_was_printed_on_it(demo):
    """Of 14 months; `KOPERASI_EVENINGS=daily` takes every day of them."""
    found = demo.evenings
    print("{days} days, {rows} rows, {seconds:.0f} s".format(**found))
    assert found["days"] >= 24 and found["rows"] > 10000, found
    assert not found["differences"], "\n".join(map(str, found["differences"][:20]))
