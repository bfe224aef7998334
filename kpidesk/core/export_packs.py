"""Copies for a whole team: what each rep and team can get, what it is called, and the contents that list it all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpidesk.core.formats import day_text
from kpidesk.core.papers import Paper, PaperCell, PaperColumn, PaperRow, PaperSection, PaperTable
from kpidesk.core.reviews import ReviewState, Sheet
from kpidesk.core.scorecards import Scorecard
from kpidesk.core.wording import capital

PackKind = Literal["one-on-ones", "scorecards", "trends", "pipelines", "forecasts", "reviews"]
Copy = Sheet | Scorecard | Paper
PACK_FORMS = ("pdf", "html")
TOGETHER, CONTENTS = "Everybody", "Contents"
NAMES: dict[PackKind, str] = {
    "one-on-ones": "One-on-one",
    "scorecards": "Scorecard",
    "trends": "Trends",
    "pipelines": "Pipeline",
    "forecasts": "Forecast",
    "reviews": "Review",
}
PLURALS: dict[PackKind, str] = {
    "one-on-ones": "One-on-ones",
    "scorecards": "Scorecards",
    "trends": "Trends",
    "pipelines": "Pipelines",
    "forecasts": "Forecasts",
    "reviews": "Reviews",
}
FOR_TEAMS: frozenset[PackKind] = frozenset(("trends", "pipelines", "forecasts", "reviews"))
"""What a team gets as well, the whole scope first."""
FOR_REPS: frozenset[PackKind] = frozenset(NAMES) - {"reviews"}
"""What is about one rep; a review is about a team."""
HELD: frozenset[PackKind] = frozenset(("one-on-ones", "reviews"))
"""What is kept as it was held, so that it cannot be had as of another day."""


@dataclass(frozen=True, slots=True)
class PackEntry:
    """A copy of a pack: what it is, about whom, how far its meeting has come (None for no meeting), and how old it is.

    `file` is its name where it is a file of its own.
    """

    what: str
    whose: str
    state: ReviewState | None
    as_of: date | None
    file: str = ""


@dataclass(frozen=True, slots=True)
class NoCopy:
    """Somebody of whom a pack holds no copy, and why."""

    whose: str
    why: str


@dataclass(frozen=True, slots=True)
class PackDone:
    """What was written: the files by name, the copies in them, and who has none.

    The list of contents is the first file, the one with all copies the last.
    """

    files: tuple[str, ...]
    entries: tuple[PackEntry, ...]
    missing: tuple[NoCopy, ...]


def state_words(entry: PackEntry) -> str:
    """How final a copy is: "closed, data as of 5 Nov 2026", "draft, data as of …"; only the day for no meeting."""
    known = f"data as of {day_text(entry.as_of)}" if entry.as_of is not None else "no data"
    return f"{_state(entry.state)}, {known}" if entry.state is not None else known


def _state(state: ReviewState) -> str:
    return "sealed" if state == "started" else state


def entry_title(entry: PackEntry, whose: str) -> str:
    """What a copy is called: "Scorecard Ann Lee Q3 2026", of a meeting with "closed", "sealed" or "draft"."""
    what, _, period = entry.what.partition(" · ")
    return " ".join(part for part in (what, whose, period, _state(entry.state) if entry.state else "") if part)


def in_order(kinds: Iterable[PackKind]) -> tuple[PackKind, ...]:
    """Each kind once, in the order of the list to choose from."""
    chosen = frozenset(kinds)
    return tuple(kind for kind in NAMES if kind in chosen)


def kinds_text(kinds: Sequence[PackKind]) -> str:
    """What a pack holds: "One-on-ones, scorecards and trends"."""
    *first, last = (PLURALS[kind] for kind in kinds)
    text = f"{', '.join(first)} and {last}" if first else last
    return text[0] + text[1:].lower()


def contents_paper(
    kinds: Sequence[PackKind], about: str, entries: Sequence[PackEntry], missing: Sequence[NoCopy]
) -> Paper:
    """The list of what a pack holds: of whom, which state, how old, in which file; and who has no copy."""
    named = any(entry.file for entry in entries)
    columns = (
        PaperColumn("what", "What", share=1.6), PaperColumn("whose", "About", share=1.4),
        PaperColumn("state", "State", share=1.8), *((PaperColumn("file", "File", share=3.0),) if named else ()),
    )  # fmt: skip
    rows = tuple(PaperRow(tuple(map(PaperCell, _texts(entry, named=named)))) for entry in entries)
    count = "1 copy" if len(rows) == 1 else f"{len(rows)} copies"
    sections = [PaperSection("What is in it", (PaperTable(columns, rows),), count)]
    if missing:
        lines = tuple(PaperRow((PaperCell(one.whose), PaperCell(one.why))) for one in missing)
        table = PaperTable((PaperColumn("whose", "About"), PaperColumn("why", "Why", share=3.0)), lines)
        sections.append(PaperSection("Without a copy", (table,)))
    newest = max((entry.as_of for entry in entries if entry.as_of is not None), default=None)
    return Paper("pack", f"{CONTENTS} · {kinds_text(kinds)}", about, newest, tuple(sections), "")


def _texts(entry: PackEntry, *, named: bool) -> tuple[str, ...]:
    told = state_words(entry)
    return (entry.what, entry.whose, capital(told), *((entry.file,) if named else ()))
