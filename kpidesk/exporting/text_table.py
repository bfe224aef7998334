"""Plain text for a terminal: aligned tables and wrapped lines, at most 110 columns wide."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kpidesk.exporting.safe_text import printable

WIDTH = 110
GAP = "  "
LEAST = 8


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its title, its cells from top to bottom, and whether they stand at the right."""

    title: str
    cells: tuple[str, ...]
    right: bool = False

    @property
    def width(self) -> int:
        """How wide the widest cell is."""
        return max(width_of(text) for text in (self.title, *self.cells))


def width_of(text: str) -> int:
    """How many columns a terminal gives a text: two for wide East Asian characters, none for combining ones."""
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, width: int) -> str:
    """A text that fits a width, its end replaced by … where it does not."""
    if width_of(text) <= width:
        return text
    while text and width_of(text) > width - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def table(columns: Sequence[Column], *, width: int = WIDTH) -> str:
    """A table with a title line; columns without any text are left out, the widest are cut until all fits."""
    shown = [
        Column(column.title, tuple(printable(cell) for cell in column.cells), column.right)
        for column in columns
        if any(cell.strip() for cell in column.cells)
    ]
    widths = fitted([column.width for column in shown], width)
    lines = [[column.title for column in shown], *zip(*(column.cells for column in shown), strict=True)]
    return "\n".join(
        GAP.join(_pad(cell, wide, column) for cell, wide, column in zip(line, widths, shown, strict=True)).rstrip()
        for line in lines
    )


def table_width(columns: Sequence[Column]) -> int:
    """How wide a table would be with nothing cut."""
    shown = [column.width for column in columns if any(cell.strip() for cell in column.cells)]
    return sum(shown) + len(GAP) * (len(shown) - 1)


def _pad(cell: str, width: int, column: Column) -> str:
    text = cut(cell, width)
    room = " " * (width - width_of(text))
    return room + text if column.right else text + room


def fitted(widths: Sequence[int], width: int) -> list[int]:
    """Column widths that fit a line: the widest gives way first, none below eight."""
    found = list(widths)
    while found and sum(found) + len(GAP) * (len(found) - 1) > width:
        widest = max(range(len(found)), key=lambda at: found[at])
        if found[widest] <= LEAST:
            break
        found[widest] -= 1
    return found


def paragraph(text: str, *, indent: str = "", first: str = "") -> str:
    """A text broken at spaces into lines that fit; `first` begins the first line, `indent` the others."""
    lines = textwrap.fill(
        printable(text), WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )
    return lines.rstrip()


def paragraphs(texts: Iterable[str], *, indent: str = "", first: str = "") -> str:
    """Texts one under the other, each as a paragraph of its own."""
    return "\n".join(paragraph(text, indent=indent, first=first) for text in texts)


def sections(parts: Sequence[str]) -> str:
    """Parts of a page with an empty line between them; empty parts are left out."""
    return "\n\n".join(part for part in parts if part)
