"""Rows of a file that look like other records under another id: the same account and name, amount and day, address."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from itertools import compress

from kpidesk import importing, store
from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD, Kind
from kpidesk.core.imports import LEFT_OUT, LookAlike
from kpidesk.core.progress import Progress, collector_off
from kpidesk.core.records import Cell, ParsedRows, RawRows
from kpidesk.core.texts import folded
from kpidesk.operations.workspace import Workspace

Signs = tuple[tuple[str, ...], ...]
SIGNS: Mapping[Kind, Signs] = {
    "deals": (("account", "name"), ("account", "amount", "closed_at"), ("account", "amount", "close_date")),
    "leads": (("email",),),
    "accounts": (("account",),),
    "subscriptions": (("account", "product", "starts_at"),),
    "movements": (("account", "effective_at", "kind", "amount"),),
    "contracts": (("account", "term_end_at"),),
}
"""Fields that two records of a kind seldom share unless they are one; all must be filled, and all signs of a kind begin
with the same."""
MOST_ROWS = 200_000
"""So many new rows of a file are compared."""
Look = tuple[object, ...]
"""What tells a record: the values of the fields of a sign."""


@dataclass(slots=True)
class Watched:
    """The rows of a file that bring new ids; a class because they gather block by block.

    `known` are the ids of its source that were there before, `same` what was said of ids; `shown` says on which line
    the file shows each of these. `keys`, `lines`, `names` and `cells` (by field) are those of the new rows.
    """

    kind: Kind
    source: str
    known: frozenset[str]
    same: Mapping[str, str]
    shown: dict[str, int] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    names: list[Cell] = field(default_factory=list)
    cells: dict[str, list[Cell]] = field(default_factory=dict)

    def note(self, rows: RawRows, parsed: ParsedRows) -> ParsedRows:
        """Gather the new rows of a block, and hand it on."""
        if len(self.keys) >= MOST_ROWS:
            return parsed
        fresh = [key not in self.known and key not in self.same for key in parsed.keys]
        lines = [rows.lines[place] for place in parsed.index]
        if not all(fresh):
            self.shown.update((key, line) for key, line, new in zip(parsed.keys, lines, fresh, strict=True) if not new)
        none: list[Cell] = [None] * len(fresh)
        self.keys += compress(parsed.keys, fresh)
        self.lines += compress(lines, fresh)
        self.names += compress(parsed.columns.get(name_of(self.kind), none), fresh)
        for name in fields_of(self.kind):
            self.cells.setdefault(name, []).extend(compress(parsed.columns.get(name, none), fresh))
        return parsed


def name_of(kind: Kind) -> str:
    """The field that names a record of a kind."""
    return "name" if "name" in FIELD_BY_NAME[kind] else "account"


def fields_of(kind: Kind) -> tuple[str, ...]:
    """The fields of a kind that tell whether two records are one."""
    return tuple(dict.fromkeys(name for sign in SIGNS[kind] for name in sign))


def watch(ws: Workspace, plan: importing.Plan) -> Watched | None:
    """What gathers the new rows of a planned file; None where its rows have no ids of their own."""
    if plan.kind not in SIGNS or plan.rules.identity != ("id",):
        return None
    known = frozenset(store.record_keys(ws.db, plan.kind, plan.source))
    return Watched(plan.kind, plan.source, known, plan.same)


def gathered(watched: Watched, plan: importing.Plan) -> Generator[Progress, None, None]:
    """Read a planned file for its new rows; writes nothing."""
    for rows in importing.chunks(plan):
        watched.note(rows, importing.parse(plan, rows))
        yield Progress(min(rows.lines[-1], plan.total_rows), plan.total_rows, "Looking for rows that are known already")


def compared(ws: Workspace, watched: Watched) -> tuple[LookAlike, ...]:
    """What the new rows look like, in their order; a record of before comes before another row of the file."""
    if not watched.keys:
        return ()
    with collector_off():
        return _compared(ws, watched)


def _compared(ws: Workspace, watched: Watched) -> tuple[LookAlike, ...]:
    looks, found = _in_file(watched, _columns(watched, store.account_numbers(ws.db)))
    wanted = {look[0] for one in looks for look in one.first}
    fields = fields_of(watched.kind)
    signs = [[fields.index(name) for name in sign] for sign in SIGNS[watched.kind]]
    others = store.records_now(
        ws.db, watched.kind, fields, name_of(watched.kind), but="" if watched.known else watched.source
    )
    known: dict[int, LookAlike] = {}
    for source, key, name, values in others:
        if source == watched.source and key not in watched.known:
            continue  # it came with the file itself
        if _plain(values[0]) in wanted:
            for number, places in enumerate(signs):
                for at in looks[number].places(tuple(_plain(values[place]) for place in places)):
                    known.setdefault(at, _known(watched, at, number, key, name, source))
    return tuple({**found, **known}[at] for at in sorted(found.keys() | known.keys()))


def _columns(watched: Watched, accounts: Mapping[str, int]) -> dict[str, list[object]]:
    """The cells of the new rows as they are compared, by field."""
    found = {}
    for name, cells in watched.cells.items():
        plain = {cell: _plain(cell) for cell in set(cells)}
        if name == "account":
            plain = {cell: accounts.get(str(text), text) for cell, text in plain.items()}
        found[name] = [plain[cell] for cell in cells]
    return found


def _plain(value: object) -> object:
    """A value as it is compared: without case and signs that do not count; nothing is None."""
    return (folded(value) if isinstance(value, str) else value) or None


@dataclass(frozen=True, slots=True)
class Looks:
    """The places of the new rows by how they look to one sign: the `first` of each look, and those `again` like it."""

    first: dict[Look, int] = field(default_factory=dict)
    again: dict[Look, list[int]] = field(default_factory=dict)

    def places(self, look: Look) -> tuple[int, ...]:
        """All rows of a look."""
        return (self.first[look], *self.again.get(look, ())) if look in self.first else ()


def _in_file(watched: Watched, columns: Mapping[str, list[object]]) -> tuple[list[Looks], dict[int, LookAlike]]:
    """How the new rows look, sign by sign, and those that look like an earlier one of them."""
    looks: list[Looks] = []
    found: dict[int, LookAlike] = {}
    for number, sign in enumerate(SIGNS[watched.kind]):
        one = Looks()
        for at, look in enumerate(zip(*(columns[name] for name in sign), strict=True)):
            if None not in look and (earlier := one.first.setdefault(look, at)) != at:
                one.again.setdefault(look, []).append(at)
                found.setdefault(at, _again(watched, at, number, earlier))
        looks.append(one)
    return looks, found


def _known(watched: Watched, at: int, sign: int, key: str, name: str, source: str) -> LookAlike:
    own = source == watched.source
    line = watched.shown.get(key, 0) if own else 0
    why = _why(watched.kind, sign)
    return LookAlike(
        watched.lines[at], watched.keys[at], str(watched.names[at] or ""), key, name, source, line, why, own
    )


def _again(watched: Watched, at: int, sign: int, first: int) -> LookAlike:
    names = [str(watched.names[place] or "") for place in (at, first)]
    line, other_line = watched.lines[at], watched.lines[first]
    key, other = watched.keys[at], watched.keys[first]
    return LookAlike(line, key, names[0], other, names[1], watched.source, other_line, _why(watched.kind, sign), True)


def _why(kind: Kind, sign: int) -> str:
    labels = [FIELD_BY_NAME[kind][name].label.lower() for name in SIGNS[kind][sign]]
    labels = ["name" if label == "deal name" else label for label in labels]
    listed = f"{', '.join(labels[:-1])} and {labels[-1]}" if len(labels) > 1 else labels[0]
    return f"same {listed}"


def told(kind: Kind, found: tuple[LookAlike, ...]) -> tuple[str, ...]:
    """That rows look like other records, as a sentence with the first of them and the way to answer."""
    if not found:
        return ()
    one, known = found[0], KIND_OF_RECORD[kind]
    where = f"line {one.other_line}" if one.other_line else f"'{one.other}'"
    rows = f"1 row looks like another {known.one}" if len(found) == 1 else f"{len(found):,} rows look like other "
    rows += "" if len(found) == 1 else known.many
    answer = f"--same {one.key}={one.other if one.can_be_one else LEFT_OUT}"
    meant = "counts it as that" if one.can_be_one else "leaves it out"
    return (
        f"{rows} under another id: line {one.line} ('{one.key}') is like {where}, {one.why}. They count as different "
        f"{known.many}; {answer} {meant}, --same {one.key}={one.key} keeps both.",
    )
