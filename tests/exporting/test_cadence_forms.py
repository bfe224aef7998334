"""A calendar file that other programs read (RFC 5545), and the calendar as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kpidesk.core.cadences import Due, ReviewCalendar
from kpidesk.core.people import ORG, Scope
from kpidesk.exporting.cadence_forms import calendar_file, calendar_text

TODAY, UNTIL = date(2026, 3, 2), date(2026, 3, 31)
ANN = Scope("rep", "Ann; Lee, née Ö\r\nBEGIN:VEVENT", 1)
LATE = Due("one_on_one", "One-on-one", ANN, ANN.name, date(2026, 2, 20), "week", date(2026, 2, 13), 10)
NEXT = Due("weekly", "Weekly team review", Scope("team", "北" * 60, 2), "北" * 60, date(2026, 3, 9), "week", draft=7)
KPI = Due("kpi:bookings", "Bookings", ORG, "Org", date(2026, 3, 9), "week")
CALENDAR = ReviewCalendar(TODAY, UNTIL, (LATE,), (NEXT, KPI), ())


def events(file: str) -> list[dict[str, str]]:
    """The events of a calendar file as a calendar program reads them: lines joined again, names before the colon."""
    found: list[dict[str, str]] = []
    for line in file.replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and line != "END:VEVENT":
            found[-1].setdefault(name, value)
    return found


def test_a_calendar_file_can_be_read_and_runs_nothing() -> None:
    file = calendar_file(CALENDAR)
    lines = file.split("\r\n")
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    assert max(len(line.encode()) for line in lines) <= 75
    assert "\n" not in "".join(lines)
    late, following = events(file)
    assert (late["DTSTART;VALUE=DATE"], late["DTEND;VALUE=DATE"]) == ("20260302", "20260303"), "late: today"
    assert following["DTSTART;VALUE=DATE"] == "20260309"
    assert late["SUMMARY"] == "One-on-one · Ann\\; Lee\\, née Ö  BEGIN:VEVENT"
    assert following["SUMMARY"] == f"Weekly team review · {'北' * 60}"
    assert late["DESCRIPTION"] == "10 days late"
    assert late["UID"] != following["UID"]
    assert calendar_file(CALENDAR) == file, "the same again, so that a calendar program makes no second one"
    moved = replace(CALENDAR, overdue=(replace(LATE, on=date(2026, 2, 23), days_late=7),))
    assert events(calendar_file(moved))[0]["UID"] == late["UID"], "moved by a holiday it is still the same meeting"


def test_the_text_tells_what_is_late_and_what_is_prepared() -> None:
    told = calendar_text(CALENDAR)
    assert "10 days" in told
    assert "prepared, no. 7" in told
    assert "Nothing is due." in calendar_text(ReviewCalendar(TODAY, UNTIL, (), (), ()))
