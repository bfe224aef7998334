"""One-on-ones in words: how far a meeting has come, days as they are typed, whom to meet, which deals to promise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kpidesk.core.cadences import ONE_ON_ONE, ReviewCalendar
from kpidesk.core.formats import day_text, format_value
from kpidesk.core.people import Organisation, Person, Scope
from kpidesk.core.periods import MONTHS
from kpidesk.core.receipts import Receipt
from kpidesk.core.review_words import day_of, stamp_text, state_text
from kpidesk.core.reviews import Party, Review
from kpidesk.core.wording import counted

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WON = "won"
LONGEST_NAME = 18
UNCLEAR = "is no such day; try Fri, 12 Mar or 2 weeks"
MOST_AHEAD = 335
"""Days up to which a day without its year is taken to be to come, not to be over."""
_SPANS = {"d": 1, "day": 1, "days": 1, "w": 7, "wk": 7, "week": 7, "weeks": 7}


@dataclass(frozen=True, slots=True)
class RepEntry:
    """One rep of the list: when they were last met, how many things were promised then, and what is prepared.

    `state` is empty while nothing is prepared, else `draft` or `started`. `due` says that the next one is late ("5 days
    late"), `is_due` that it is due this week.
    """

    scope: Scope
    last_met: date | None = None
    promised: int = 0
    state: str = ""
    left: bool = False
    due: str = ""
    is_due: bool = False


@dataclass(frozen=True, slots=True)
class OpenDeal:
    """An open deal that a commitment may be linked to; `likely` is its probability, None where none is stated."""

    deal_id: int
    name: str
    account: str
    stage: str
    amount_text: str
    likely: float | None = None


def state_words(review: Review) -> str:
    """How far a meeting has come: "Draft", "In the meeting since 14 Sep 2026, 10:02, numbers sealed", "Closed on …"."""
    if review.state == "draft":
        return "Draft, numbers are live"
    if review.state == "closed":
        return f"{state_text(review)}, frozen"
    since = f" since {stamp_text(review.started_at)}" if review.started_at else ""
    return f"In the meeting{since}, numbers sealed"


def past_words(review: Review) -> str:
    """A meeting in the list of past ones: the day it was closed, with its period."""
    closed = day_of(review.closed_at)
    return f"{day_text(closed) if closed else 'Closed'} · {review.question.period.label}"


def party_name(party: Party, rep: str) -> str:
    """Who brings or promises something, as written on a button: the rep's first name, or Me."""
    if party == "manager":
        return "Me"
    first = (rep.split() or ["Rep"])[0]
    return first if len(first) <= LONGEST_NAME else f"{first[: LONGEST_NAME - 1]}…"


def entries_of(organisation: Organisation, reviews: Iterable[Review], day: date | None) -> tuple[RepEntry, ...]:
    """Every rep by name, those who left at the end."""
    by_rep: dict[int, list[Review]] = {}
    for review in reviews:
        by_rep.setdefault(review.scope.id, []).append(review)
    found = (_entry(person, by_rep.get(person.id, []), day) for person in organisation.people)
    return tuple(sorted(found, key=lambda one: (one.left, one.scope.name.casefold())))


def _entry(person: Person, reviews: Sequence[Review], day: date | None) -> RepEntry:
    closed = max((one for one in reviews if one.state == "closed"), key=lambda one: one.closed_at, default=None)
    running = next((one.state for one in reviews if one.is_prepared), "")
    left = person.end_at is not None and day is not None and person.end_at <= day
    scope = Scope("rep", person.name, person.id)
    if closed is None:
        return RepEntry(scope, state=running, left=left)
    promised = sum(one.overruled is None for one in closed.commitments)
    return RepEntry(scope, day_of(closed.closed_at), promised, running, left)


def with_due(entries: Iterable[RepEntry], calendar: ReviewCalendar) -> tuple[RepEntry, ...]:
    """The reps with what is due by the end of the week; of one away it is said that they are."""
    known = {one.scope.id: one for one in calendar.every if one.what == ONE_ON_ONE}

    def told(entry: RepEntry) -> RepEntry:
        one = known.get(entry.scope.id)
        if one is None or entry.state == "started":
            return entry
        late = f"{counted(one.days_late, 'day')} late" if one.days_late else ""
        return replace(entry, due=one.note or (late if one.last is not None else ""), is_due=not one.note)

    return tuple(map(told, entries))


def entry_words(entry: RepEntry) -> str:
    """What stands under a rep's name."""
    state = {"draft": "Prepared", "started": "In the meeting"}.get(entry.state, "")
    met = f"Met {entry.last_met.day} {MONTHS[entry.last_met.month - 1]}" if entry.last_met else ""
    promised = f"{entry.promised} promised" if entry.promised else ""
    first = "" if entry.state == "started" else "Not met yet"
    parts = (state, met or first, entry.due, promised, "left" if entry.left else "")
    return " · ".join(part for part in parts if part)


def deals_of(receipt: Receipt) -> tuple[OpenDeal, ...]:
    """The deals of a receipt of open deals, the largest first."""
    rows = sorted(receipt.rows, key=lambda one: (-(one.value or 0.0), one.cells.get("name", "")))
    return tuple(
        OpenDeal(
            one.deal_id,
            one.cells.get("name", "") or one.key,
            one.cells.get("account", ""),
            one.cells.get("stage", ""),
            format_value(one.value, "money", receipt.currency) if one.value is not None else "",
            _share(one.cells.get("probability", "")),
        )
        for one in rows
    )


def _share(text: str) -> float | None:
    found = re.fullmatch(r"([\d.]+)\s*%?", text.strip())
    return float(found[1]) if found else None


def stages_of(deals: Iterable[OpenDeal]) -> tuple[str, ...]:
    """The stages of open deals, the likely ones last; those without a probability come first, by name."""
    likely: dict[str, float] = {}
    for deal in deals:
        if deal.stage:
            likely[deal.stage] = max(likely.get(deal.stage, -1.0), -1.0 if deal.likely is None else deal.likely)
    return tuple(sorted(likely, key=lambda stage: (likely[stage], stage)))


def stage_after(stage: str, stages: Sequence[str]) -> str:
    """The stage that follows one, `won` after the last."""
    at = stages.index(stage) + 1 if stage in stages else len(stages)
    return stages[at] if at < len(stages) else WON


def due_words(day: date) -> str:
    """A due day with its weekday: "Fri 25 Sep 2026"."""
    return f"{WEEKDAYS[day.weekday()][:3].title()} {day_text(day)}"


def typed_day(text: str, today: date) -> date | None:
    """A day as a person types it: `Fri`, `12 Mar`, `12.3.`, `tomorrow`, `2 weeks`, `2026-03-12`; None when unclear.

    A day without its year is the next one that is not over; a weekday is the next one after today.
    """
    words = _plain(text)
    for reader in (_by_name, _by_weekday, _by_count, _by_month, _by_numbers):
        try:
            found = reader(words, today)
        except (ValueError, OverflowError):
            return None  # a day that no calendar has, such as 31 Feb
        if found is not None:
            return found
    return None


def read_due(text: str, today: date) -> tuple[date | None, str]:
    """A day by which something is to be done, as typed, and what to say of it; None and why it cannot be taken.

    A day without its year is the next one, which is said where it lies in another year; more than eleven months ahead
    last month's is more likely meant, so the year is asked for.
    """
    day, words = typed_day(text, today), _plain(text)
    if day is None:
        return None, "is over" if words == "yesterday" else UNCLEAR
    bare = re.search(r"\d", words) and not re.search(r"\d{4}", words) and _by_count(words, today) is None
    if day < today:
        return None, "is over"
    if not bare or day.year == today.year:
        return day, ""
    if (day - today).days > MOST_AHEAD:
        return None, f"is over; add the year for {day_text(day)}"
    return day, f"That is {day_text(day)}."


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace(",", " ").removeprefix("by ").removeprefix("on ").split())


def _by_name(words: str, today: date) -> date | None:
    if words in ("end of month", "month end", "eom"):
        return (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    days = {"today": 0, "tomorrow": 1, "next week": 7}.get(words)
    return today + timedelta(days=days) if days is not None else None


def _by_weekday(words: str, today: date) -> date | None:
    name, following = words.removeprefix("next "), words.startswith("next ")
    parts = name.split(" ", 1)
    at = next((at for at, day in enumerate(WEEKDAYS) if len(parts[0]) > 1 and day.startswith(parts[0])), None)
    if at is None:
        return None
    if len(parts) > 1:  # the weekday before a date adds nothing
        return _by_month(parts[1], today) or _by_numbers(parts[1], today)
    ahead = (at - today.weekday()) % 7 or 7
    in_this_week = at > today.weekday()
    return today + timedelta(days=ahead + (7 if following and in_this_week else 0))


def _by_count(words: str, today: date) -> date | None:
    found = re.fullmatch(r"(?:in )?(\d{1,3}) ?([a-z]+)", words)
    if found is None or found[2] not in _SPANS:
        return None
    return today + timedelta(days=int(found[1]) * _SPANS[found[2]])


def _by_month(words: str, today: date) -> date | None:
    found = re.fullmatch(r"(\d{1,2})\.? ([a-z]{3,9})\.?(?: (\d{4}))?", words)
    day, name, year = (found[1], found[2], found[3]) if found else ("", "", None)
    if not found:
        turned = re.fullmatch(r"([a-z]{3,9})\.? (\d{1,2})(?: (\d{4}))?", words)
        if turned is None:
            return None
        day, name, year = turned[2], turned[1], turned[3]
    months = [at for at, month in enumerate(MONTHS, 1) if name.startswith(month.casefold())]
    return _next(int(day), months[0], year, today) if months else None


def _by_numbers(words: str, today: date) -> date | None:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
        return date.fromisoformat(words)
    found = re.fullmatch(r"(\d{1,2})\. ?(\d{1,2})\.?(?: ?(\d{4}))?", words)
    return _next(int(found[1]), int(found[2]), found[3], today) if found else None


def _next(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year), month, day)
    found = date(today.year, month, day)
    return found if found >= today else date(today.year + 1, month, day)
