"""A receipt: why a number is what it is, down to the rows of the files it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpidesk.core.fields import Kind
from kpidesk.core.kpis import Kpi
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One record behind a number.

    `weight` is the share credited to the scope; `value` what it adds before weighting (None for a count), in the
    measure's own unit; `in_numerator` whether it counts above the line. `cells` are its fields as text, by field
    name. `deal_id` is the number of the record, of whatever `kind` it is; 0 for what is worked out and stands in no
    file, such as a working day. `import_id`, `file` and `line`: the newest import that showed this version of the
    record (line 0 when not known). `valid_from`: since when this version is in force. `rate`: the exchange rate and
    its day in words, where the amount was converted.
    """

    deal_id: int
    key: str
    weight: float
    value: float | None
    in_numerator: bool
    cells: dict[str, str]
    import_id: int
    file: str
    line: int
    valid_from: str
    rate: str = ""
    kind: Kind = "deals"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A number, its formula in words, its rows, and whether the rows add up to it.

    `reproduced` is computed from the rows by a second, plain route; `reproduces` says it equals the number.
    `parts` name the leaves of a formula with several measures and what each came to. `currency` is that of every
    amount of money in it, `noun` what one of the rows that it rests on is called.
    """

    question: Question
    kpi: Kpi
    result: Result
    value_text: str
    words: str
    rows: tuple[ReceiptRow, ...]
    columns: tuple[str, ...]
    reproduced: float | None
    reproduces: bool
    parts: tuple[tuple[str, float | None], ...]
    as_of: date | None
    definition_version: int
    import_ids: tuple[int, ...]
    notices: tuple[str, ...] = ()
    code: str = ""
    currency: str = ""
    noun: str = "deal"
