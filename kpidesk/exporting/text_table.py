"""Plain text for a terminal: aligned tables as wide as it is, and lines wrapped at 110 columns at most."""

from __future__ import annotations

import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from kpidesk.core.receipt_codes import PROVEN
from kpidesk.core.term_words import terms_unsaid
from kpidesk.exporting.safe_text import printable

WIDTH = 110
"""How wide lines are where no terminal is narrower; a table in a file is as wide as it needs."""
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
    return len(text) if text.isascii() and text.isprintable() else sum(_width(char) for char in text)


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


def terminal_width() -> int | None:
    """How many columns the terminal has; None where the text goes into a file or to another program."""
    return shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout is not None and sys.stdout.isatty() else None


def line_width() -> int:
    """How wide a table may be before its columns are better told in several: the terminal, or 110 columns."""
    return terminal_width() or WIDTH


def table(columns: Sequence[Column], *, width: int | None = None) -> str:
    """A table with a title line; columns without any text are left out and no cell is cut.

    In a terminal texts are wrapped until all fits its width, or `width`; numbers stay on one line.
    """
    shown = [
        Column(column.title, tuple(printable(cell) for cell in column.cells), column.right)
        for column in columns
        if any(cell.strip() for cell in column.cells)
    ]
    widths, room = [column.width for column in shown], width or terminal_width()
    if room is not None:
        widths = fitted(widths, room, [column.right for column in shown])
    lines = [[column.title for column in shown], *zip(*(column.cells for column in shown), strict=True)]
    return "\n".join(_line(cells, widths, shown) for cells in lines)


def _line(cells: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    """One line of a table, over as many lines of text as its longest cell takes."""
    parts = [wrapped(cell, wide) for cell, wide in zip(cells, widths, strict=True)]
    return "\n".join(
        GAP.join(_pad(cell, wide, column) for cell, wide, column in zip(line, widths, columns, strict=True)).rstrip()
        for line in zip_longest(*parts, fillvalue="")
    )


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines that fit a width, broken at spaces, within a word only where it is too long for a line."""
    if width_of(text) <= width:
        return [text]
    lines = [""]
    for word in text.split(" "):
        for piece in _pieces(word, width):
            longer = f"{lines[-1]} {piece}" if lines[-1] else piece
            if width_of(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    return lines


def _pieces(word: str, width: int) -> list[str]:
    """A word in parts that fit a width."""
    pieces = [""]
    for char in word:
        if width_of(pieces[-1] + char) > width and pieces[-1]:
            pieces.append("")
        pieces[-1] += char
    return pieces


def table_width(columns: Sequence[Column]) -> int:
    """How wide a table would be with nothing cut."""
    shown = [column.width for column in columns if any(cell.strip() for cell in column.cells)]
    return sum(shown) + len(GAP) * (len(shown) - 1)


def _pad(text: str, width: int, column: Column) -> str:
    room = " " * (width - width_of(text))
    return room + text if column.right else text + room


def fitted(widths: Sequence[int], width: int, firm: Sequence[bool] = ()) -> list[int]:
    """Column widths that fit a line: the widest gives way first, none below eight, and none that is `firm`."""
    found = list(widths)
    gives = [at for at in range(len(found)) if not (firm and firm[at])]
    while gives and sum(found) + len(GAP) * (len(found) - 1) > width:
        widest = max(gives, key=lambda at: found[at])
        if found[widest] <= LEAST:
            break
        found[widest] -= 1
    return found


def paragraph(text: str, *, indent: str = "", first: str = "") -> str:
    """A text broken at spaces into lines that fit; `first` begins the first line, `indent` the others."""
    lines = textwrap.fill(
        printable(text),
        min(WIDTH, line_width()),
        initial_indent=first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return lines.rstrip()


def paragraphs(texts: Iterable[str], *, indent: str = "", first: str = "") -> str:
    """Texts one under the other, each as a paragraph of its own."""
    return "\n".join(paragraph(text, indent=indent, first=first) for text in texts)


def sections(parts: Sequence[str]) -> str:
    """Parts of a page with an empty line between them; empty parts are left out."""
    return "\n\n".join(part for part in parts if part)


def receipts_text(known: Sequence[tuple[str, str]]) -> str:
    """The codes by which the numbers above are proven again, each after what it is; nothing without any."""
    if not known:
        return ""
    names, codes = zip(*known, strict=True)
    return f"{PROVEN}\n{table((Column('', names), Column('Receipt', codes)))}"


def explained(parts: Sequence[str], *proof: str) -> str:
    """Parts of a page, what the terms in them mean, and at the end the codes that prove its numbers."""
    return sections((*parts, paragraph(terms_unsaid(parts)), *proof))
