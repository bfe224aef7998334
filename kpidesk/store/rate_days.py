"""One exchange rate for a currency and a day: of two in one file, whatever their ids, the first counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from kpidesk.core.errors import Issue
from kpidesk.core.records import ParsedRows, RawRows
from kpidesk.store.columns import Ints
from kpidesk.store.database import Database
from kpidesk.store.settings import unnamed_currency
from kpidesk.store.tally import Tally

_STORED = """
SELECT r.key, c.value, x.valid_from, t.value, x.rate FROM rate_values x JOIN rates r ON r.id = x.record_id
LEFT JOIN terms c ON c.id = x.currency LEFT JOIN terms t ON t.id = x.to_currency WHERE x.id=?
"""


@dataclass(frozen=True, slots=True)
class Told:
    """The rate of a day as a line of a file tells it."""

    line: int
    key: str
    rate: str


@dataclass(slots=True)
class RateDays:
    """The rates of one file while it is read; a class because what an earlier chunk told decides."""

    db: Database
    tally: Tally
    told: dict[tuple[str, str, str], Told] = field(default_factory=dict)

    def one_each(self, rows: RawRows, value: Ints, parsed: ParsedRows, at: Ints) -> tuple[ParsedRows, Ints]:
        """Reject rows that tell another rate for a day than a line before them; gives what is left.

        `value` are the values of rows whose text is known, 0 for others: those are `parsed`, at the places `at`. It is
        set to 0 for a known row that is rejected.
        """
        unnamed = unnamed_currency(self.db)
        kept: list[int] = []
        for place, number, key, cells in self._in_order(value, parsed, at):
            currency, day, other, rate = cells
            whose = (currency or unnamed).strip().upper(), day, (other or unnamed).strip().upper()
            said = Told(rows.lines[place], key, rate)
            first = self.told.setdefault(whose, said) if rate else said  # a line without a rate tells none
            if first.key != key and Fraction(first.rate) != Fraction(rate):
                self._reject(rows, place, first, said)
                value[place] = 0
            elif number >= 0:
                kept.append(number)
        return (parsed, at) if len(kept) == len(at) else (parsed.only(kept), at[kept])

    def _in_order(
        self, value: Ints, parsed: ParsedRows, at: Ints
    ) -> Iterator[tuple[int, int, str, tuple[str, str, str, str]]]:
        """The rows in the order of their lines: place, number among the parsed ones (-1: known), key and cells."""
        numbers = {place: number for number, place in enumerate(at.tolist())}
        for place, known in enumerate(value.tolist()):
            if known:
                key, *cells = self.db.rows(_STORED, (known,))[0]
            elif (number := numbers.get(place, -1)) >= 0:
                key = parsed.keys[number]
                columns = (parsed.columns.get(name) for name in ("currency", "valid_from", "to_currency", "rate"))
                cells = [column[number] if column else None for column in columns]
            else:
                continue
            currency, day, other, rate = (str(cell or "") for cell in cells)
            yield place, -1 if known else number, key, (currency, day, other, rate)

    def _reject(self, rows: RawRows, place: int, first: Told, said: Told) -> None:
        problem = f"This exchange rate stands on line {first.line} already, as {first.rate}."
        issue = Issue(said.line, self.tally.column("rate"), said.rate, problem)
        self.tally.reject(issue, rows.row(place), said.key)
