"""What kind of file it is, whose dialect it speaks, and which column feeds which field."""

from __future__ import annotations

from collections.abc import KeysView, Mapping, Sequence
from dataclasses import dataclass

from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions
from kpidesk.core.records import FIELD_BY_NAME, KINDS, Kind, RawRows
from kpidesk.core.settings import Settings
from kpidesk.importing.dialects import GENERIC, PEOPLE, Dialect, find_dialect, recognise
from kpidesk.importing.headers import Match, Passed, cleaned, match_columns, refuse_unreadable
from kpidesk.importing.layout import Layout
from kpidesk.importing.profiles import Profile
from kpidesk.importing.rules import Reading, Rules
from kpidesk.importing.tables import Source

ONLY_DEALS = frozenset(("stage", "probability", "forecast_category"))
DEAL_LIKE = frozenset(("status", "close_date", "closed_at", "pipeline"))
BESIDE_AMOUNT = frozenset(("id", "name", "owner", "created_at"))
PERSON_LIKE = frozenset(("team", "parent_team", "role", "hire_at", "end_at", "valid_from"))
MADE_KEY = ("name", "account", "created_at", "owner")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What kind of file it is, which column feeds which field, and which columns do not though their name is one."""

    dialect: Dialect
    generic: Dialect
    matches: dict[str, Match]
    passed: tuple[Passed, ...]

    @property
    def kind(self) -> Kind:
        """Which kind of record the file holds."""
        return self.dialect.kind


def choose_dialect(dialects: Mapping[str, Dialect], layout: Layout, options: ImportOptions) -> Dialect | None:
    """The dialect asked for, else the one the headers give away; None when they give away none."""
    if options.dialect:
        return find_dialect(options.dialect, dialects)
    formatted = layout.arrows or layout.offset > 0 or bool(layout.preamble)
    return recognise(dialects, layout.headers, formatted=formatted)


def recognise_file(
    layout: Layout,
    first: Sequence[RawRows],
    found: Dialect | None,
    dialects: Mapping[str, Dialect],
    options: ImportOptions,
    profile: Profile,
) -> Recognised:
    """Kind, dialect and mapping of a file.

    Raises:
        UserError: its columns are those of no kind of record, or one of dates or amounts cannot be read.
    """
    samples = _samples(layout, first)
    recognised = _recognised(layout, samples, found, dialects, options, profile)
    refuse_unreadable(layout.headers, samples, recognised.kind, recognised.matches, recognised.passed)
    return recognised


def _recognised(
    layout: Layout,
    samples: Sequence[Sequence[str]],
    found: Dialect | None,
    dialects: Mapping[str, Dialect],
    options: ImportOptions,
    profile: Profile,
) -> Recognised:
    def attempt(dialect: Dialect) -> Recognised:
        generic = dialects[GENERIC if dialect.kind == "deals" else PEOPLE]
        matches, passed = match_columns(
            layout.headers, samples, dialect.kind, dialect, generic, options.columns, profile
        )
        return Recognised(dialect, generic, matches, passed)

    if found is not None and options.kind in (None, found.kind):
        return attempt(found)
    for kind, name in (("deals", GENERIC), ("people", PEOPLE)):
        if options.kind == kind:
            return attempt(dialects[name])
    fits = {kind: set(options.columns) <= {"id", *FIELD_BY_NAME[kind]} for kind in KINDS}
    deals = attempt(dialects[GENERIC]) if fits["deals"] or not fits["people"] else None
    if deals is not None and _about_deals(deals.matches.keys()):
        return deals
    people = attempt(dialects[PEOPLE]) if fits["people"] else None
    if people is not None and {"person", "email"} & people.matches.keys() and PERSON_LIKE & people.matches.keys():
        return people
    if deals is not None and (options.columns or {"owner", "created_at"} <= deals.matches.keys()):
        return deals
    raise UserError(
        f"The columns of this file are not those of deals or people: {', '.join(layout.headers[:8])}.",
        "Name the columns with --map, for example --map stage=COLUMN, or the kind with --kind.",
    )


def _about_deals(fields: KeysView[str]) -> bool:
    if ONLY_DEALS & fields:
        return True
    beside = bool(BESIDE_AMOUNT & fields)
    return ("amount" in fields and beside) or (bool(DEAL_LIKE & fields) and (beside or "account" in fields))


def _samples(layout: Layout, first: Sequence[RawRows]) -> list[list[str]]:
    rows = [row for block in first for row in block.rows]
    picked = [row for row in rows[:: max(1, len(rows) // 400)] if len(row) >= layout.width]
    return [[row[at] for row in picked] for at in range(layout.width)]


def first_rules(layout: Layout, table: Source, recognised: Recognised, settings: Settings) -> Rules:
    """The rules as far as the header decides them."""
    dialect, matches = recognised.dialect, recognised.matches
    places = {header.casefold(): at for at, header in reversed(list(enumerate(layout.headers)))}
    kinds = {name: one.kind for name, one in FIELD_BY_NAME[recognised.kind].items()}
    readings = tuple(
        Reading(name, kinds.get(name, "id"), match.column, multiple=name in dialect.multiple)
        for name, match in sorted(matches.items(), key=lambda item: item[1].column)
    )
    used = {match.column for match in matches.values()}
    skip = tuple((places[head.casefold()], words) for head, words in dialect.skip.items() if head.casefold() in places)
    status = next((rule for rule in dialect.status if all(name.casefold() in places for name in rule.columns)), None)
    return Rules(
        kind=recognised.kind,
        headers=layout.headers,
        readings=readings,
        custom=tuple(at for at in range(layout.width) if at not in used),
        identity=("id",) if "id" in matches else MADE_KEY,
        zone=settings.time_zone,
        currency=settings.currency,
        currency_from="column" if "currency" in matches else "fixed",
        ids=dialect.ids,
        empty=dialect.empty,
        skip=skip,
        status=(tuple(places[name.casefold()] for name in status.columns), status)
        if status is not None and "status" not in matches
        else None,
        grouped=layout.grouped if dialect.fill_down else (),
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
    )


def twins_of(layout: Layout, rules: Rules, recognised: Recognised) -> tuple[tuple[int, int], ...]:
    """Columns of one name of which the first feeds a field that the user did not choose."""
    names = [cleaned(cell).casefold() for cell in layout.raw]
    chosen = {match.column for match in recognised.matches.values() if match.chosen}
    used = {reading.column for reading in rules.readings} - chosen
    return tuple(
        (one, two) for one in sorted(used) for two in range(layout.width) if two != one and names[one] == names[two]
    )
