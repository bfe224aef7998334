"""The largest table of a web page, as some CRMs write under the name .xls.

The tags are found by hand: the parser of the standard library needs minutes for 60 kB of broken ones.
"""

from __future__ import annotations

import html
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from kpidesk.core.errors import NoRecordsError, UserError
from kpidesk.core.progress import Progress
from kpidesk.importing.workbook_child import pack

LARGEST_CHARACTERS = 100_000_000
LARGEST_CELLS = 20_000_000
WIDEST_SPAN = 1_000
QUOTED_ENDS = 10
TOKENS = 10_000
"""Tags and texts after which the reader answers."""
NAME = re.compile(r"/?[a-z][a-z0-9]*", re.I)
SPAN = re.compile(r"\bcolspan\s{0,9}=\s{0,9}[\"']?(\d{1,6})", re.I)
SILENT = ("script", "style", "title")
SKIPPED = (("<!--", "-->"), ("<!", ">"), ("<?", ">"))


class Token(NamedTuple):
    """A piece of a page: a tag (`/td` for the end of one) with what stands in it, or a text (no tag)."""

    tag: str
    body: str


@dataclass(slots=True)
class _Tables:
    """The tables of a page while it is read: `open` are those not yet closed, `cell` the pieces of a cell."""

    tables: list[list[list[str]]] = field(default_factory=list)
    open: list[list[list[str]]] = field(default_factory=list)
    cell: list[str] | None = None
    span: int = 1
    cells: int = 0


def read(path: Path, encoding: str, block: int) -> Generator[Progress, None, tuple[bytes, ...]]:
    """The rows of the largest table of a web page, numbered from 1 and all of one width, in packed blocks.

    Raises:
        UserError: the page is too large or has no table.
    """
    with path.open(encoding=encoding) as file:
        page = file.read(LARGEST_CHARACTERS + 1)
    found = _Tables()
    for number, token in enumerate(tokens(page)):
        if number % TOKENS == 0:
            yield Progress(0, 0, f"Reading {path.name}")
        if found.cells > LARGEST_CELLS or len(page) > LARGEST_CHARACTERS:
            raise UserError(f"'{path.name}' is a web page too large to be read.", "Export the data as CSV.")
        _take(found, token)
    _end_cell(found)
    table = max(found.tables, key=lambda rows: sum(map(len, rows)), default=[])
    if not any(table):
        raise NoRecordsError(f"'{path.name}' is a web page without a table.", "Export the data as CSV or XLSX.")
    width = max(map(len, table))
    even = [row + [""] * (width - len(row)) for row in table]
    return tuple(pack(even[at : at + block], at + 1) for at in range(0, len(even), block))


def tokens(page: str) -> Iterator[Token]:
    """The tags and texts of a page; comments, scripts and styles are left out. Takes linear time."""
    at = 0
    while at < len(page):
        start = page.find("<", at)
        if start != at:
            yield Token("", page[at : start if start >= 0 else len(page)])
        if start < 0:
            return
        mark = next((pair for pair in SKIPPED if page.startswith(pair[0], start)), None)
        name = NAME.match(page, start + 1)
        if mark is not None:
            at = _after(page, mark[1], start + len(mark[0]))
        elif name is None:
            yield Token("", "<")
            at = start + 1
        else:
            at = _tag_end(page, name.end())
            tag = name[0].lower()
            yield Token(tag, page[name.end() : at])
            if tag in SILENT:
                at = _after(page, f"</{tag}", at, any_case=True)


def _after(page: str, mark: str, at: int, *, any_case: bool = False) -> int:
    """The place behind a mark, the end of the page when it is not there."""
    if any_case:
        found = re.compile(re.escape(mark), re.I).search(page, at)
        return found.end() if found is not None else len(page)
    place = page.find(mark, at)
    return place + len(mark) if place >= 0 else len(page)


def _tag_end(page: str, at: int) -> int:
    """The place behind the `>` that ends a tag: the first outside of quotes, the first of all when none is."""
    first = end = _after(page, ">", at)
    for _ in range(QUOTED_ENDS):
        if page.count('"', at, end) % 2 == 0:
            return end
        end = _after(page, ">", end)
    return first


def _take(found: _Tables, token: Token) -> None:
    tag, body = token
    if not tag:
        if found.cell is not None:
            found.cell.append(body)
    elif tag == "table":
        found.tables.append([])
        found.open.append(found.tables[-1])
    elif tag == "br" and found.cell is not None:
        found.cell.append(" ")
    elif tag in ("tr", "td", "th", "/tr", "/td", "/th", "/table"):
        _end_cell(found)
        _begin(found, tag, body)


def _begin(found: _Tables, tag: str, body: str) -> None:
    """Begin a row or a cell, or leave a table, in the innermost open table."""
    if not found.open:
        return
    if tag == "/table":
        found.open.pop()
    elif tag == "tr":
        found.open[-1].append([])
    elif tag in ("td", "th") and found.open[-1]:
        span = SPAN.search(body)
        found.cell, found.span = [], min(int(span[1]), WIDEST_SPAN) if span is not None else 1


def _end_cell(found: _Tables) -> None:
    if found.cell is None or not found.open or not found.open[-1]:
        return
    text = " ".join(html.unescape("".join(found.cell)).split())
    found.open[-1][-1].extend([text, *[""] * (found.span - 1)])
    found.cells += found.span
    found.cell = None
