"""Importing people: each row is tried against what is known of people by its data date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace

from kpidesk.core.errors import Issue
from kpidesk.core.fields import PERSON_FIELDS
from kpidesk.core.imports import FIRST_DAYS
from kpidesk.core.records import ParsedRows, RawRows
from kpidesk.core.texts import folded
from kpidesk.core.wording import listed
from kpidesk.store.database import Database
from kpidesk.store.dated import STILL
from kpidesk.store.names import people_by_name
from kpidesk.store.people import BY_HAND, ROW_FIELDS, load_rows, new_replay
from kpidesk.store.spells import EVER, Known, PersonRow, Replay
from kpidesk.store.tally import Tally
from kpidesk.store.team_days import EndDays, by_first_day, end_days, half_open

NUMBERS = ("ramp_months", "fte")
"""The fields of a row about a person that are no texts."""
MOST_TOLD = 3


@dataclass(slots=True)
class PeopleImport:
    """One import of people while it runs: rows are tried against the state before its data date.

    `known` are the addresses known before, by name as compared; `addresses` the first row of this file that gives
    a name an address; `moved` the names, old and new addresses of people whose address is another one than before;
    `unread` the cells without which their rows were kept; `before` what was known of the people of the file, `updates`
    how many rows said otherwise on their way through it, `parents` which team lay in which. `read` are the rows with
    their texts, `ends` what the ends of times in teams mean; `by_hand` they are as the store has them.
    """

    db: Database
    import_id: int
    source_id: int
    day_text: str
    tally: Tally
    state: Replay
    known: dict[str, str]
    seen: dict[tuple[str, str, bool, str | None], PersonRow] = field(default_factory=dict)
    rows: list[PersonRow] = field(default_factory=list)
    addresses: dict[str, PersonRow] = field(default_factory=dict)
    moved: list[tuple[str, str, str]] = field(default_factory=list)
    unread: list[Issue] = field(default_factory=list)
    before: dict[int, Known] = field(default_factory=dict)
    updates: Counter[int] = field(default_factory=Counter)
    parents: dict[int, int] = field(default_factory=dict)
    by_hand: bool = False
    read: list[tuple[PersonRow, Sequence[str]]] = field(default_factory=list)
    ends: EndDays = field(default_factory=EndDays)

    def take(self, rows: RawRows, parse: Callable[[RawRows], ParsedRows]) -> Generator[None, None, None]:
        """Account for one chunk of the file, in two steps between which it can be stopped."""
        parsed = parse(rows)
        yield
        self.tally.read += len(rows.rows)
        self.tally.skipped += len(parsed.skipped)
        for at, issue in parsed.rejected.items():
            self.tally.reject(issue, rows.rows[at])
        self.unread.extend(parsed.unread.values())
        for number, at in enumerate(parsed.index):
            row = self._row(parsed, number, rows.lines[at])
            if at in parsed.unread:
                row = replace(row, fte_from=None)
            self.read.append((row, rows.rows[at]))

    def count(self) -> None:
        """Account for the rows once all are read: only the whole file tells what its ends of times in teams mean."""
        rows = [row for row, _ in self.read]
        if not self.by_hand:
            self.read = [self.read[at] for at in by_first_day(rows)]
            rows = [row for row, _ in self.read]
            self.ends = end_days(rows)
            rows = half_open(rows, self.ends)
        for row, (_, text) in zip(rows, self.read, strict=True):
            self._count(row, text)

    def _row(self, parsed: ParsedRows, number: int, line: int) -> PersonRow:
        cells = {one.name: parsed.columns[one.name][number] for one in PERSON_FIELDS if one.name in parsed.columns}
        cells["person"] = cells.get("person") or cells.get("email") or ""
        texts = {name: cell if cell is None or name in NUMBERS else str(cell) for name, cell in cells.items()}
        return replace(PersonRow(self.day_text, self.import_id, line), **texts)  # type: ignore[arg-type]  # texts by field

    def _count(self, row: PersonRow, text: Sequence[str]) -> None:
        whose = folded(row.email or row.person or f"team {row.external_id or row.team}")
        key = (whose, row.valid_from or "", row.team == "", row.fte_from)
        first = self.seen.setdefault(key, row)
        if first is not row:
            if replace(first, line=0) == replace(row, line=0):
                self.tally.skipped += 1
                return
            self._reject(row, text, f"the person is already on line {first.line}, with other values; {FIRST_DAYS}")
            return
        if (problem := self._namesake(row)) is not None:
            self._reject(row, text, problem)
            return
        person = self.state.person_of(row) if row.person else None
        if person in self.state.people and person not in self.before:
            self.before[person] = replace(self.state.people[person])
        try:
            outcome = self.state.apply(row)
        except ValueError as error:
            del self.seen[key]
            self._reject(row, text, str(error))
            return
        setattr(self.tally, outcome, getattr(self.tally, outcome) + 1)
        if person is not None and outcome == "updated":
            self.updates[person] += 1
        self.rows.append(row)

    def _reject(self, row: PersonRow, text: Sequence[str], problem: str) -> None:
        column = self.tally.column(*(("person", "email") if row.person else ("team",)))
        self.tally.reject(Issue(row.line, column, row.person or str(row.team), problem), text)

    def _namesake(self, row: PersonRow) -> str | None:
        """What is wrong with a row whose name stands with another address on a row before it."""
        name, address = folded(row.person), folded(row.email or "")
        if not address or name == address:
            return None
        first = self.addresses.setdefault(name, row)
        if folded(first.email or "") != address:
            return (
                f"another {first.person} with {first.email} is on line {first.line}, and deals know people by name;"
                " give them different names"
            )
        if first is row and folded(self.known.get(name, address)) != address:
            self.moved.append((row.person, self.known[name], str(row.email)))
        return None

    def finish(self) -> tuple[bytes, bytes]:
        """Keep the rows; people themselves are derived from all rows by `derive_people`."""
        marks = ", ".join("?" * len(ROW_FIELDS))
        values = [tuple(getattr(row, name) for name in ROW_FIELDS) for row in self.rows]
        self.db.connection.executemany(f"INSERT INTO people_rows({', '.join(ROW_FIELDS)}) VALUES ({marks})", values)
        return b"", b""

    def settle(self) -> None:
        """Count the rows of people of whom the whole file says what was known before as unchanged.

        A person with two rows, a rep after having been an SDR, is each of these in turn while the file is read.
        """
        if self.parents != self.state.parents:
            return
        for person, count in self.updates.items():
            if self.state.people[person] == self.before.get(person):
                self.tally.updated -= count
                self.tally.unchanged += count

    def tell(self) -> None:
        """Note what is to be known of the file as a whole."""
        if told := _ends_words(self.ends, self.tally.column("valid_to")):
            self.tally.notices.append(told)
        if self.unread:
            self.tally.notices.append(_unread_words(self.unread))
        if self.moved:
            name, old, new = self.moved[0]
            more = f" and {len(self.moved) - 1} more" if len(self.moved) > 1 else ""
            self.tally.notices.append(
                f"Known with another e-mail address before: {name} ({old}, now {new}){more}. A name and the same name "
                "are taken for one person; give different people different names."
            )
        if twice := _in_two_teams(self.rows):
            self.tally.notices.append(
                f"In two teams at once: {listed(twice, 1)}. The team that begins later counts; "
                "end the other one before."
            )


def _ends_words(ends: EndDays, column: str) -> str:
    """How the ends of times in teams were read, and what showed it."""
    if not (ends.last or ends.first_after or ends.open):
        return ""
    if ends.are_last:
        shown = f": {ends.last} of its days are followed by another team from the next day" if ends.last else ""
        return f"'{column}' is read as the last day in the team{shown}."
    also = f"{ends.first_after} of its days are also the first in another one"
    return f"'{column}' is read as the first day after the team: {also}."


def _unread_words(issues: Sequence[Issue]) -> str:
    """Which cells could not be read, the first few by line: their rows were kept without them."""
    told = "; ".join(f"line {one.line}, '{one.value}': {one.problem.rstrip('.')}" for one in issues[:MOST_TOLD])
    more = f"; and {len(issues) - MOST_TOLD} more" if len(issues) > MOST_TOLD else ""
    return f"Kept without a share of full time, which could not be read: {told}{more}."


def _in_two_teams(rows: Iterable[PersonRow]) -> list[str]:
    """Who is put into two teams for the same days, each with both teams; `rows` as they count."""
    known: dict[str, list[PersonRow]] = {}
    found: list[str] = []
    for row in rows:
        if not (row.team and row.person and (row.valid_from or row.valid_to)):
            continue
        mine = known.setdefault(folded(row.person), [])
        for one in mine:
            if _are_at_once(one, row):
                found.append(f"{row.person} ({one.team} and {row.team})")
                break
        mine.append(row)
    return found


def _are_at_once(one: PersonRow, later: PersonRow) -> bool:
    """Whether two times in teams share days; of two without an end the first ends where the other begins."""
    if folded(one.team or "") == folded(later.team or "") or not (one.valid_to or later.valid_to):
        return False
    return (one.valid_from or EVER) < (later.valid_to or STILL) and (later.valid_from or EVER) < (one.valid_to or STILL)


def start_people(db: Database, import_id: int, source_id: int, day_text: str, tally: Tally) -> PeopleImport:
    """Get ready to import people: the state that the rows up to this data date have led to."""
    state = new_replay(db, people_by_name(db))
    rows = [row for row in load_rows(db) if row.data_date <= day_text]
    state.run(rows)
    known = {folded(row.person): row.email for row in rows if row.email}
    by_hand = source_id == db.one("SELECT id FROM sources WHERE name=?", (BY_HAND,))
    return PeopleImport(
        db, import_id, source_id, day_text, tally, state, known, parents=dict(state.parents), by_hand=by_hand
    )
