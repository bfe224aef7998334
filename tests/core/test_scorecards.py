"""How the rows of a scorecard are named in a sentence."""

from __future__ import annotations

from kpidesk.core.scorecards import rows_in_row

REPS = tuple(f"Rep {at}" for at in range(1, 9))
KNOWN = tuple((kpi, rep) for kpi in ("Bookings", "Win rate", "Sales cycle") for rep in REPS)


def test_a_kpi_is_named_once_with_whose_rows_are_meant() -> None:
    some = [(kpi, rep) for kpi, rep in KNOWN if kpi != "Bookings" and rep in REPS[:2]]
    assert rows_in_row(some, KNOWN) == "Win rate, Sales cycle of Rep 1, Rep 2"
    whole = [key for key in KNOWN if key[0] == "Bookings"]
    assert rows_in_row([*whole, KNOWN[8]], KNOWN) == "Bookings; Win rate of Rep 1"
    most = rows_in_row([key for key in whole if key[1] != "Rep 8"], KNOWN)
    assert most == "Bookings of Rep 1, Rep 2, Rep 3, Rep 4, Rep 5, Rep 6 and 1 more"


def test_rows_without_members_are_named_as_before() -> None:
    known = [("Bookings",), ("Win rate",)]
    assert rows_in_row(known, known) == "Bookings, Win rate"
    assert rows_in_row([("North", "Q3 2026")], [("North", "Q3 2026"), ("North", "Q4 2026")]) == "North of Q3 2026"
