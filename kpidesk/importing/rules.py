"""What was decided about a file: everything that turns its text into values, and how it is written down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from kpidesk.core.imports import DateOrder, Preview
from kpidesk.core.records import FieldKind, Kind, Outcome
from kpidesk.importing.dialects import StatusRule
from kpidesk.importing.layout import Layout
from kpidesk.importing.memo import Memos
from kpidesk.importing.numbers import Mark
from kpidesk.importing.tables import Source

CurrencyFrom = Literal["column", "cells", "fixed"]
RECIPE_VERSION = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """How one column becomes the values of one field.

    `order` for dates, `mark` the decimal one, `percent` False when shares lie between 0 and 1, `multiple` when a
    cell may hold several values of which the first counts, `serials` when bare numbers are days of a workbook.
    """

    field: str
    kind: FieldKind
    column: int
    order: DateOrder | None = None
    serials: bool = False
    mark: Mark = "."
    percent: bool = True
    multiple: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that turns the text of a file into values; two files with equal rules are read alike.

    `custom` are the positions of columns kept as they are; `identity` the fields that make a key ("id" alone
    for an id column); `skip` (column, values in lower case) that leave a row out; `ignored` the stage or status
    words mapped to ignore; `status` the columns and rule that make a status.
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
    status: tuple[tuple[int, ...], StatusRule] | None = None
    ignored: tuple[str, ...] = ()
    grouped: tuple[int, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""

    def reading(self, name: str) -> Reading | None:
        """The reading of a field, None when no column feeds it."""
        return next((one for one in self.readings if one.field == name), None)

    def recipe(self) -> str:
        """The rules as canonical JSON: equal text means equal reading."""
        return json.dumps(
            {"version": RECIPE_VERSION, **asdict(self)}, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """A file that has been looked through and how it will be read.

    `preview` is what the user sees; `recipe` the rules as canonical JSON; `outcomes` what each stage and status
    word of the file means, as far as known; `ordinals` the number of a row among rows of equal identity, by line.
    `profile` is what to remember for the
    next file with these headers, as JSON, and `profile_key` the key of the set of headers.
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
    memos: Memos = field(default_factory=dict, compare=False, repr=False)

    @property
    def kind(self) -> Kind:
        """Which kind of record the file holds."""
        return self.rules.kind

    @property
    def source(self) -> str:
        """The CRM the ids belong to."""
        return self.preview.source

    @property
    def dialect(self) -> str:
        """The dialect the file was recognised as."""
        return self.preview.dialect

    @property
    def sha256(self) -> str:
        """The digest of the file's bytes."""
        return self.table.sha256

    @property
    def total_rows(self) -> int:
        """How many data rows the file has."""
        return self.preview.total_rows
