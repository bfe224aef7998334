"""Records on their way from a file to the store: rows of text, what was read of them, money in minor units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Generic, Self, TypeVar, overload

from kpidesk.core.errors import Issue

MILLION = 1_000_000
Cell = str | int | None
T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True, eq=False)
class Coded(Sequence[T], Generic[T]):
    """A column in which a cell that comes again is kept once: `codes[i]` is the place in `values` of that of row i.

    Values may be equal, or be those of no row at all where rows were taken away.
    """

    values: Sequence[T]
    codes: memoryview

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, at: int) -> T: ...

    @overload
    def __getitem__(self, at: slice) -> Coded[T]: ...

    def __getitem__(self, at: int | slice) -> T | Coded[T]:
        return Coded(self.values, self.codes[at]) if isinstance(at, slice) else self.values[self.codes[at]]

    def __iter__(self) -> Iterator[T]:
        return map(self.values.__getitem__, self.codes.tolist())

    def count(self, value: Any) -> int:
        """How many rows have a value."""
        places = {at for at, one in enumerate(self.values) if one == value}
        return sum(map(places.__contains__, self.codes.tolist())) if places else 0

    def of(self, values: Sequence[U]) -> Coded[U]:
        """The column with other values, one for each of these, in the same rows."""
        return Coded(values, self.codes)


def different(cells: Sequence[T]) -> Sequence[T]:
    """All cells of a column, those that come again once where it is known which do."""
    return cells.values if isinstance(cells, Coded) else cells


class RawRows:
    """A chunk of a file as text: `lines[i]` is the line on which `rows[i]` begins.

    A class because the text is taken apart when rows or columns are first asked for: what a workspace knows already
    by the text of its row never is. `text` is empty for rows of cells; `grid` keeps where its cells stand. `parts`
    counts the chunks that were put together.
    """

    __slots__ = ("_columns", "_rows", "end", "grid", "lines", "mark", "parts", "text")

    def __init__(self, lines: list[int], rows: list[list[str]]) -> None:
        self.lines, self._rows = lines, rows
        self.text, self.mark, self.end, self.parts = "", "", "", 1
        self.grid: Any = None
        self._columns: list[Sequence[str]] = []

    @classmethod
    def written(cls, lines: list[int], text: str, mark: str, end: str = "\n") -> Self:
        """Rows whose cells stand between marks, without quotes, and that each have an end, which no cell holds."""
        made = cls(lines, [])
        made.text, made.mark, made.end = text, mark, end
        return made

    @classmethod
    def together(cls, blocks: Sequence[Self]) -> Self:
        """Several chunks of text with the same marks as one."""
        if len(blocks) == 1:
            return blocks[0]
        lines = [line for block in blocks for line in block.lines]
        made = cls.written(lines, "".join([block.text for block in blocks]), blocks[0].mark, blocks[0].end)
        made.parts = sum(block.parts for block in blocks)
        return made

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def rows(self) -> list[list[str]]:
        """The rows as lists of cells; a blank line has none."""
        if len(self._rows) < len(self.lines):
            self._rows = [text.split(self.mark) if text else [] for text in self.text[:-1].split(self.end)]
        return self._rows

    def columns(self, width: int) -> list[Sequence[str]] | None:
        """The cells column by column; None unless every row has as many cells as `width`."""
        if len(self._columns) != width:
            self._columns = self._split(width) if self.text and width > 1 else self._turned(width)
        return self._columns or None

    def _turned(self, width: int) -> list[Sequence[str]]:
        return list(zip(*self.rows, strict=True)) if set(map(len, self.rows)) == {width} else []

    def _split(self, width: int) -> list[Sequence[str]]:
        """The text in one go, the end of each row as a cell of its own: it stands behind so many others if all do."""
        cells = self.text.replace(self.end, f"{self.mark}{self.end}{self.mark}").split(self.mark)
        cells.pop()
        step = width + 1
        if len(cells) != step * len(self.lines) or cells[width::step].count(self.end) != len(self.lines):
            return []
        return [cells[at::step] for at in range(width)]

    def row(self, at: int) -> list[str]:
        """One row."""
        if self._columns:
            return [column[at] for column in self._columns]
        return self.only([at]).rows[0] if self.grid is None else list(self.grid.row(at))

    def joined(self, between: str) -> list[bytes] | None:
        """The rows as bytes, with `between` between their cells; None when a cell holds that itself."""
        if self.text:
            if between in self.text and between != self.mark:
                return None
            return _encoded(self.text[:-1].replace(self.mark, between)).split(_encoded(self.end))
        texts = list(map(between.join, self.rows))
        is_apart = "".join(texts).count(between) == sum(map(len, self.rows)) - len(self.rows)
        return list(map(_encoded, texts)) if is_apart else None

    def only(self, places: Sequence[int]) -> RawRows:
        """The rows at some places."""
        lines = [self.lines[at] for at in places]
        if not self.text:
            return RawRows(lines, [self._rows[at] for at in places])
        texts = self.text.split(self.end)
        return RawRows.written(lines, "".join([texts[at] + self.end for at in places]), self.mark, self.end)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@dataclass(slots=True)
class ParsedRows:
    """Rows of a chunk that could be read, column by column, and what was wrong with the others.

    `index[i]` is the position in the chunk of parsed row i; `keys[i]` its identity; `columns[f][i]` its value
    of field f (see `fields`), `custom[i]` a JSON object of unmapped cells or None. `rejected` holds one
    issue for each position in the chunk that could not be read, `rejected_keys` the identity of those that still
    tell which record they are about. `skipped` are the positions left out on purpose (a stage mapped to ignore, a
    deleted row). `unread` holds an issue for each position whose row is kept without one cell, a share of full time.
    """

    index: Sequence[int]
    keys: list[str]
    columns: Mapping[str, Sequence[Cell]]
    custom: Sequence[str | None]
    rejected: dict[int, Issue] = field(default_factory=dict)
    skipped: dict[int, str] = field(default_factory=dict)
    rejected_keys: dict[int, str] = field(default_factory=dict)
    unread: dict[int, Issue] = field(default_factory=dict)

    def only(self, numbers: Sequence[int]) -> ParsedRows:
        """These of the parsed rows, with all that is said of the others."""
        return replace(
            self,
            index=[self.index[at] for at in numbers],
            keys=[self.keys[at] for at in numbers],
            columns={name: [column[at] for at in numbers] for name, column in self.columns.items()},
            custom=[self.custom[at] for at in numbers],
        )


ZERO_DECIMALS = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
FOUR_DECIMALS = frozenset(("CLF", "UYW"))


def minor_digits(currency: str) -> int:
    """How many decimals the minor unit of a currency has, by ISO 4217."""
    if currency in ZERO_DECIMALS:
        return 0
    if currency in FOUR_DECIMALS:
        return 4
    return 3 if currency in THREE_DECIMALS else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """An amount in major units as whole minor units, rounded half to even."""
    scaled = amount.scaleb(minor_digits(currency))
    return int(scaled.to_integral_value(ROUND_HALF_EVEN))


_CAPITALS = {code: "1" if chr(code).isupper() else "0" for code in range(128)}
_CHECK = {f"{at:05b}"[::-1]: letter for at, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345")}


def salesforce_id(text: str) -> str:
    """The 18-character form of a 15-character Salesforce id; any other text unchanged.

    The three added characters spell which letters are upper case, in blocks of five.
    """
    if len(text) != 15 or not text.isascii() or not text.isalnum():
        return text
    capitals = text.translate(_CAPITALS)
    return text + _CHECK[capitals[:5]] + _CHECK[capitals[5:10]] + _CHECK[capitals[10:]]


def is_salesforce_id(text: str) -> bool:
    """Whether a text has the form of a Salesforce id.

    That is 15 letters and digits that begin with 0 (a standard kind of record) or a (one's own), or 18 of which the
    last three are what `salesforce_id` adds.
    """
    if len(text) == 15:
        return text[0] in "0a" and text.isascii() and text.isalnum() and not text.isdigit()
    return len(text) == 18 and is_salesforce_id(text[:15]) and salesforce_id(text[:15]) == text
