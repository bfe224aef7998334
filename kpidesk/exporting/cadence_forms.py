"""What is due when, as text for a terminal, as plain values and as a calendar file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta

from kpidesk.core.cadences import (
    EVERY_WORDS,
    KPI,
    MEETINGS,
    Cadence,
    Due,
    LastMet,
    LeftOut,
    Prepared,
    ReviewCalendar,
    late_words,
)
from kpidesk.core.carried import OpenPromise
from kpidesk.core.formats import day_text
from kpidesk.core.people import Scope
from kpidesk.exporting.json_form import Json, day_json
from kpidesk.exporting.safe_text import printable
from kpidesk.exporting.text_table import Column, explained, paragraph, paragraphs, sections, table

LONGEST_LINE = 75
"""Bytes of a line of a calendar file, after which it goes on in the next one (RFC 5545, 3.1)."""


def calendar_text(found: ReviewCalendar, promised: Sequence[OpenPromise] = ()) -> str:
    """What is overdue and what is due, by day, and what was promised and is still open."""
    until = f"Due until {day_text(found.until)}"
    nothing = "Nothing is due." if not found.every else ""
    return explained((
        _dues_text("Overdue", found.overdue),
        _dues_text(until, found.due),
        nothing,
        _promised_text(promised),
        paragraphs((f"{one.whose}: {one.why}." for one in found.left_out), indent="  "),
    ))  # fmt: skip


def _dues_text(title: str, found: Sequence[Due]) -> str:
    if not found:
        return ""
    rows = table((
        Column("Since" if found[0].days_late else "On", tuple(day_text(one.on) for one in found)),
        Column("Late", tuple(_late(one) for one in found), right=True),
        Column("What", tuple(one.title for one in found)),
        Column("Who", tuple(one.whose for one in found)),
        Column("Last", tuple("never" if one.last is None else day_text(one.last) for one in found)),
        Column("How often", tuple(EVERY_WORDS[one.every] for one in found)),
        Column("", tuple(_about(one) for one in found)),
    ))  # fmt: skip
    return f"{title}\n{rows}"


def _promised_text(found: Sequence[OpenPromise]) -> str:
    if not found:
        return ""
    rows = table((
        Column("By", tuple(day_text(one.due) for one in found)),
        Column("Late", tuple(one.late_text.removesuffix(" late") for one in found), right=True),
        Column("What", tuple(one.text for one in found)),
        Column("Who", tuple(one.owner for one in found)),
        Column("Agreed in", tuple(one.place_text for one in found)),
    ))  # fmt: skip
    return f"Promised and still open\n{rows}"


def _late(one: Due) -> str:
    """How many days late; not for what never was."""
    if not one.days_late or one.last is None:
        return ""
    return f"{one.days_late} {'day' if one.days_late == 1 else 'days'}"


def _about(one: Due) -> str:
    return ", ".join(part for part in (one.note, f"prepared, no. {one.draft}" if one.draft else "") if part)


def calendar_json(found: ReviewCalendar, promised: Sequence[OpenPromise] = ()) -> Json:
    """What is overdue, what is due, when each last took place, and what was promised and is still open."""
    return {
        "today": found.today.isoformat(),
        "until": found.until.isoformat(),
        "overdue": [_due_json(one) for one in found.overdue],
        "due": [_due_json(one) for one in found.due],
        "last_met": [_met_json(one) for one in found.last_met],
        "left_out": [_left_out_json(one) for one in found.left_out],
        "promised": [_promised_json(one) for one in promised],
    }


def _promised_json(one: OpenPromise) -> Json:
    return {
        "id": one.id,
        "text": one.text,
        "owner": one.owner,
        "due": one.due.isoformat(),
        "days_late": one.days_late,
        "words": one.words,
        "what": one.what,
        "title": one.title,
        "scope": one.scope.key,
        "made_on": one.made_on.isoformat(),
        "draft": one.draft or None,
    }


def _due_json(one: Due) -> Json:
    return {
        "what": one.what,
        "title": one.title,
        "scope": one.scope.key,
        "on": one.on.isoformat(),
        "every": one.every,
        "last": day_json(one.last),
        "days_late": one.days_late,
        "draft": one.draft or None,
        "own": one.own,
        "note": one.note,
        "words": late_words(one),
    }


def _met_json(one: LastMet) -> Json:
    return {"what": one.what, "scope": one.scope.key, "on": day_json(one.on), "every": one.every}


def _left_out_json(one: LeftOut) -> Json:
    return {"scope": one.scope.key, "why": one.why}


def prepared_text(found: Prepared) -> str:
    """What was made, what was there, and who was left out."""
    made = ", ".join(scope.name for scope, _ in found.made) or "none"
    return sections((
        paragraph(f"One-on-ones due by {day_text(found.until)}: {len(found.made)} prepared ({made})."),
        paragraph(f"Prepared before: {', '.join(scope.name for scope, _ in found.existing)}.")
        if found.existing else "",
        paragraphs((f"{one.whose}: {one.why}." for one in found.left_out), indent="  "),
    ))  # fmt: skip


def prepared_json(found: Prepared) -> Json:
    """The same, with the numbers of the one-on-ones."""

    def kept(pairs: tuple[tuple[Scope, int], ...]) -> list[Json]:
        return [{"scope": scope.key, "id": number} for scope, number in pairs]

    return {
        "until": found.until.isoformat(),
        "made": kept(found.made),
        "existing": kept(found.existing),
        "left_out": [_left_out_json(one) for one in found.left_out],
    }


def cadences_text(found: Sequence[Cadence]) -> str:
    """How often things are due, as somebody said; the usual is told where nobody did."""
    usual = "; ".join(f"{title} {EVERY_WORDS[every]}" for title, every in MEETINGS.values())
    told = paragraph(f"Usually: {usual}; each KPI by its own cadence.")
    if not found:
        return told
    rows = table((
        Column("What", tuple(_what(one) for one in found)),
        Column("For", tuple(one.scope.name or "Organisation" for one in found)),
        Column("How often", tuple(EVERY_WORDS[one.every] for one in found)),
        Column("From", tuple(day_text(one.from_day) if one.from_day else "" for one in found)),
    ))  # fmt: skip
    return f"{rows}\n{told}"


def _what(one: Cadence) -> str:
    return MEETINGS[one.what][0] if one.what in MEETINGS else one.kpi_id


def cadence_json(one: Cadence) -> Json:
    """One cadence."""
    return {
        "what": one.what.removeprefix(KPI),
        "scope": one.scope.key,
        "every": one.every,
        "from": day_json(one.from_day),
    }


# --- a calendar file -------------------------------------------------------------------------------------------------


def calendar_file(found: ReviewCalendar) -> str:
    """The meetings that are due as a calendar file (RFC 5545), a whole day each; what is overdue stands on today.

    KPIs are not in it: they are looked at in the meetings.
    """
    stamp = f"{found.today:%Y%m%d}T000000Z"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//KPI Desk//Reviews//EN", "CALSCALE:GREGORIAN"]
    for one in found.every:
        if not one.is_kpi:
            lines += _event(one, found, stamp)
    return "".join(f"{part}\r\n" for line in (*lines, "END:VCALENDAR") for part in _folded(line))


def _event(one: Due, found: ReviewCalendar, stamp: str) -> list[str]:
    day = max(one.on, found.today)
    mark = hashlib.sha256(f"{one.what} {one.scope.key} {one.last}".encode()).hexdigest()[:20]
    return [
        "BEGIN:VEVENT",
        f"UID:{mark}@kpidesk",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(f'{one.title} · {one.whose}')}",
        f"DESCRIPTION:{_escaped(late_words(one))}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    plain = printable(text).replace("\\", "\\\\")
    return plain.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n").replace("\r", "")


def _folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 bytes, no letter cut; each further one begins with a space."""
    part, room = "", LONGEST_LINE
    for char in line:
        size = len(char.encode())
        if size > room:
            yield part
            part, room = " ", LONGEST_LINE - 1
        part, room = part + char, room - size
    yield part
