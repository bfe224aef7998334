"""What was decided about a file: everything that turns its text into values, and how it is written down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Literal, Self

from kpidesk.core.errors import Issue
from kpidesk.core.fields import FieldKind, Kind, Outcome
from kpidesk.core.imports import DateOrder, Preview
from kpidesk.core.records import RawRows
from kpidesk.core.settings import Settings
from kpidesk.importing.dialects import DURATION_UNITS, StatusRule
from kpidesk.importing.layout import Layout
from kpidesk.importing.memo import Memos
from kpidesk.importing.numbers import Mark
from kpidesk.importing.tables import Source
from kpidesk.importing.wide import Wide

UNIT_SIGNS: dict[str, tuple[str, ...]] = {
    "milliseconds": ("millisecond", "(ms)", "_ms", " ms", "inms", "millisekunde", "milisegundo"),
    "seconds": ("second", "(s)", "(sec", "_sec", " sec", "sekunde", "(sek", " sek", "segundo", "(seg"),
    "hours": ("hour", "(h)", "(hrs", "stunde", "(std", "heure", " horas", "(horas"),
}
CurrencyFrom = Literal["column", "cells", "fixed"]
RECIPE_VERSION = 3
LATER = ("same", "made_columns", "weeks", "year_name", "own_periods")
"""Rules that a recipe names only where there are any: rows that older workspaces know by their text stay known."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How one column becomes the values of one field.

    `order` for dates, `mark` the decimal one, `percent` False when shares lie between 0 and 1, `multiple` when a
    cell may hold several values of which the first counts, `serials` when bare numbers are days of a workbook.
    `unit` are the milliseconds of a bare number in a column of durations, `cents` tells that amounts are in hundredths,
    `lengthen` that ids of 15 characters stand for such of 18.
    """

    field: str
    kind: FieldKind
    column: int
    order: DateOrder | None = None
    serials: bool = False
    mark: Mark = "."
    percent: bool = True
    multiple: bool = False
    unit: int = DURATION_UNITS["minutes"]
    cents: bool = False
    lengthen: bool = False

    def with_unit(self, header: str, said: str) -> Self:
        """The reading with the unit of bare durations: said by the dialect, else by the header, else minutes."""
        words = header.casefold()
        shown = next((unit for unit, signs in UNIT_SIGNS.items() if any(sign in words for sign in signs)), "minutes")
        return replace(self, unit=DURATION_UNITS[said or shown])


WITHOUT_LIST: Mapping[Kind, tuple[str, ...]] = {
    "deals": ("lead_source", "loss_reason", "product_line", "segment"),
    "leads": ("source",),
    "accounts": ("region", "segment", "source", "vertical"),
    "movements": ("reason",),
    "surveys": ("reason",),
}
"""The fields whose words are everybody's own: of these the user may say that one counts as another one of the file."""


@dataclass(frozen=True, slots=True)
class Making:
    """A field whose words other columns make: their positions and the rule."""

    columns: tuple[int, ...]
    rule: StatusRule


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that turns the text of a file into values; two files with equal rules are read alike.

    `custom` are the positions of columns kept as they are; `identity` the fields that make a key ("id" alone
    for an id column); `skip` (column, values in lower case) that leave a row out; `ignored` the stage or status
    words mapped to ignore; `made` the fields whose words other columns make; `words` by field the canonical word of
    each word in lower case; `constants` the text of fields that is the same in every row; `wide` the columns of deals
    that each hold the day on which a stage was entered; `same` the ids of rows that are those of other records;
    `made_columns` how many of the headers, the last ones, are of columns that the file does not have.
    """

    kind: Kind
    headers: tuple[str, ...]
    readings: tuple[Reading, ...]
    custom: tuple[int, ...]
    identity: tuple[str, ...]
    zone: str
    currency: str
    currency_from: CurrencyFrom
    ids: str = ""
    empty: tuple[str, ...] = ()
    skip: tuple[tuple[int, tuple[str, ...]], ...] = ()
    made: tuple[Making, ...] = ()
    words: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    fiscal_start_month: int = 1
    weeks: tuple[str, int] | None = None
    year_name: str = ""
    own_periods: str = ""
    wide: Wide | None = None
    ignored: tuple[str, ...] = ()
    grouped: tuple[int, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    same: tuple[tuple[str, str], ...] = ()
    made_columns: int = 0

    def reading(self, name: str) -> Reading | None:
        """The reading of a field, None when no column feeds it."""
        return next((one for one in self.readings if one.field == name), None)

    @property
    def counting(self) -> Settings:
        """What decides on which day a month or a quarter of the fiscal year begins."""
        months = Settings(
            fiscal_start_month=self.fiscal_start_month,
            fiscal_year_name=self.year_name or "end",
            own_periods=self.own_periods,
        )
        return months if self.weeks is None else replace(months, calendar=self.weeks[0], week_start=self.weeks[1])

    def making(self, name: str) -> Making | None:
        """What makes the words of a field, None when a column feeds it or nothing makes it."""
        return next((one for one in self.made if one.rule.field == name), None)

    def constant(self, name: str) -> str:
        """The text that stands for a field in all rows, empty when there is none."""
        return dict(self.constants).get(name, "")

    def is_given(self, name: str) -> bool:
        """Whether a field has a value: from a column, made of others, or the same in all rows."""
        return bool(self.reading(name) or self.making(name) or self.constant(name))

    def known_words(self, name: str) -> dict[str, str]:
        """The canonical word of a field for each word in lower case."""
        return dict(next((words for field, words in self.words if field == name), ()))

    @property
    def told_apart(self) -> str:
        """What rows without an id are known by, in words: the columns of their identity and how many alike precede."""
        held = (self.headers[found.column] for name in self.identity if (found := self.reading(name)) is not None)
        told = ", ".join(f"'{header}'" for header in held) or "no column"
        return f"{told} and its number among rows alike"

    def recipe(self) -> str:
        """The rules as canonical JSON: equal text means equal reading."""
        told = {"version": RECIPE_VERSION, **asdict(self)}
        for name in LATER:
            if not told[name]:
                del told[name]
        return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Plan:
    """A file that has been looked through and how it will be read.

    `preview` is what the user sees; `recipe` the rules as canonical JSON; `outcomes` what each stage and status
    word of the file means, as far as known; `ordinals` the number of a row among rows of equal identity, by line.
    `profile` is what to remember for the next file with these headers, as JSON, and `profile_key` the key of the set of
    headers. `same` is what was said of ids, now or before, also that they are of records of their own. `once` tells
    that no two rows have one id. `leans`: where the workspace counted in the currency of most rows, some amounts would
    be in another one than they are taken for. `held` are all rows of the file if they were kept since it was looked
    through. `again` are the rows of a people file that do not count, as one before them names the same person and day.
    `shifted` says by line what is wrong with single rows whose cells stand a column too far.
    """

    preview: Preview
    recipe: str
    rules: Rules
    table: Source
    layout: Layout
    outcomes: Mapping[tuple[str, str], Outcome]
    profile_key: str
    profile: str
    ordinals: Mapping[int, int] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    leans: bool = False
    again: int = 0
    shifted: Mapping[int, Issue] = field(default_factory=dict)
    memos: Memos = field(default_factory=dict, compare=False, repr=False)
    held: tuple[RawRows, ...] = field(default=(), compare=False, repr=False)

    @property
    def kind(self) -> Kind:
        """Which kind of record the file holds."""
        return self.rules.kind

    @property
    def source(self) -> str:
        """The CRM the ids belong to."""
        return self.preview.source

    @property
    def sha256(self) -> str:
        """The digest of the file's bytes."""
        return self.table.sha256

    @property
    def total_rows(self) -> int:
        """How many data rows the file has."""
        return self.preview.total_rows


def headers_of(recipe: str) -> tuple[str, ...]:
    """The columns of the file that a recipe was made for; none where it does not tell."""
    try:
        told = json.loads(recipe)
    except ValueError:
        return ()
    if not isinstance(told, dict) or not isinstance(told.get("headers"), list):
        return ()
    headers = tuple(map(str, told["headers"]))
    return headers[: len(headers) - int(told.get("made_columns", 0))]
