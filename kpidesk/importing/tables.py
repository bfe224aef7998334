"""A file as blocks of numbered rows of text, whatever it is: separated text, a workbook or a web page."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import StringIO
from itertools import chain, islice
from pathlib import Path

from kpidesk.core.errors import NoRecordsError, UserError
from kpidesk.core.progress import Progress
from kpidesk.core.records import RawRows
from kpidesk.importing import html_table, workbook
from kpidesk.importing.sniff import Form, sniff
from kpidesk.importing.workbook_child import NEXT_CELL

BLOCK_ROWS = 1024
"""Rows of a block: few enough for a processor's cache, which makes a wide file a fifth faster than 4,096."""
MOST_CHARACTERS = 1 << 19
"""So many characters are read for a block, then up to the end of a line, once its first rows tell how long rows are."""
DELIMITERS = (",", ";", "\t", "|")
DELIMITER_WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "": ""}
SAMPLE_CHARACTERS = 1 << 20
SAMPLE_LINES = 500
LONGEST_SEARCH = 10_000_000
SEPARATOR_LINE = re.compile(r'"?sep=([^"\r\n])"?\s*', re.I)


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from and how to read them again.

    `stamp` is the size and time of the file, `packed` the rows of a workbook or web page, `hidden` the
    sheets that cannot be seen.
    """

    path: Path
    form: Form
    encoding: str
    delimiter: str
    skip_lines: int
    sheet: str
    sheets: tuple[str, ...]
    sha256: str
    stamp: tuple[int, int]
    notices: tuple[str, ...]
    packed: tuple[bytes, ...] = field(default=(), repr=False)
    hidden: tuple[str, ...] = ()


def open_source(path: Path, sheet: str) -> Generator[Progress, None, Source]:
    """Find out how a file is to be read; a workbook or web page is read here, once.

    Raises:
        UserError: it cannot be read as a table, or has no such sheet.
    """
    found = yield from sniff(path)
    source = Source(
        path, found.form, found.encoding, "", 0, sheet, (), found.sha256, stamp_of(path), found.notices
    )  # fmt: skip
    if found.form == "workbook":
        book = yield from workbook.read(path, sheet)
        notices = (*source.notices, *book.notices)
        return replace(
            source, sheet=book.sheet, sheets=book.sheets, notices=notices, packed=book.packed, hidden=book.hidden
        )
    if found.form == "html":
        return replace(source, packed=(yield from html_table.read(path, found.encoding, BLOCK_ROWS)))
    delimiter, skip = _delimiter(source)
    return replace(source, delimiter=delimiter, skip_lines=skip)


def stamp_of(path: Path) -> tuple[int, int]:
    """Size and time of a file, to see that it is still the same."""
    facts = path.stat()
    return facts.st_size, facts.st_mtime_ns


def blocks(source: Source) -> Generator[RawRows, None, None]:
    """Every row of a file with the line it begins on, in blocks; closing the generator closes the file.

    Raises:
        UserError: naming the line that cannot be read; the file has changed or is gone since it was looked at.
    """
    check_unchanged(source)
    with _readable(source):
        if source.form == "text":
            yield from _text_blocks(source)
        else:
            yield from workbook.blocks(source.path, source.packed)


def check_unchanged(source: Source) -> None:
    """Refuse a file that is no longer the one that was looked at.

    Raises:
        UserError: it has another size or time, or is gone.
    """
    with _readable(source):
        if stamp_of(source.path) != source.stamp:
            raise UserError(f"'{source.path.name}' has changed while it was being read.", "Import it again.")


@contextmanager
def _readable(source: Source) -> Iterator[None]:
    """Turn what the disk says about a file into words for the user."""
    try:
        yield
    except OSError as error:
        raise UserError(
            f"'{source.path.name}' cannot be read any more: {error.strerror}.",
            "Put it back where it was and import it again.",
        ) from None


def _text_blocks(source: Source) -> Generator[RawRows, None, None]:
    """Text in which no cell is quoted, or every one, is handed on to be split, twice as fast as the csv module would.

    From the first other block on, the rest is left to that module.
    """
    following = source.skip_lines + 1
    with source.path.open(encoding=source.encoding, newline="") as file:
        for _ in islice(file, source.skip_lines):
            pass
        size = 0
        while written := file.read(size) + file.readline() if size else "".join(islice(file, BLOCK_ROWS)):
            text, mark = written, source.delimiter
            if "\r" in text or not text.endswith("\n"):
                text = "".join([line.rstrip("\r\n") + "\n" for line in _lines_of(text)])
            count = text.count("\n")
            size = size or min(len(text) * (BLOCK_ROWS - 1) // count, MOST_CHARACTERS)
            is_long = _has_long_line(text)
            if '"' in text:
                text, mark = _without_quotes(text, mark), NEXT_CELL
            if not text or is_long:
                yield from _quoted_blocks(source, chain(_lines_of(written), file), following)
                return
            yield RawRows.written(list(range(following, following + count)), text, mark)
            following += count


def _lines_of(text: str) -> Iterator[str]:
    """The lines of a text as a file would give them."""
    return iter(StringIO(text, newline=""))


def _has_long_line(text: str) -> bool:
    """Whether a line of a text is longer than the csv module would read."""
    longest, at = csv.field_size_limit(), 0
    while len(text) - at > longest:
        at = text.rfind("\n", at, at + longest) + 1
        if not at:
            return True
    return False


def _without_quotes(text: str, mark: str) -> str:
    """Lines whose cells are all quoted, without the quotes and with NEXT_CELL between them.

    Empty unless so: then a quote stands at both ends of every line, and elsewhere only on both sides of a mark.
    """
    lines, bare = text.count("\n"), text.replace(f'"{mark}"', NEXT_CELL)
    framed = bare.startswith('"') and bare.endswith('"\n') and bare.count('"\n"') == lines - 1
    if not framed or bare.count('"') != 2 * lines or NEXT_CELL in text:
        return ""
    return bare[1:-2].replace('"\n"', "\n") + "\n"


def _quoted_blocks(source: Source, texts: Iterable[str], first_line: int) -> Generator[RawRows, None, None]:
    reader = csv.reader(texts, delimiter=source.delimiter, strict=True)
    following = first_line
    while True:
        lines: list[int] = []
        rows: list[list[str]] = []
        try:
            for row in islice(reader, BLOCK_ROWS):
                rows.append(row)
                lines.append(following)
                following = first_line + reader.line_num
        except csv.Error as error:
            raise _csv_problem(source, following, str(error)) from None
        if not rows:
            return
        yield RawRows(lines, rows)


def _csv_problem(source: Source, line: int, error: str) -> UserError:
    opened = _quote_left_open(source, line)
    if "unexpected end of data" in error or ("field larger" in error and opened):
        return UserError(
            f"Line {opened or line} of '{source.path.name}': a quoted value is never closed.",
            "Close the quote on that line, or export the file again.",
        )
    if "field larger" in error:
        return UserError(
            f"Line {line} of '{source.path.name}' holds a value of more than {csv.field_size_limit():,} characters.",
            "Shorten it, or leave that column out of the export.",
        )
    if "expected after" in error:
        return UserError(
            f"Line {opened or line} of '{source.path.name}': something stands between the closing quote of a value "
            "and the next separator.",
            'Write a quote inside a quoted value twice (""), or export the file again.',
        )
    return UserError(f"Line {line} of '{source.path.name}' cannot be read: {error}.", "Export the file again.")


def _quote_left_open(source: Source, start: int) -> int:
    """The line on which the last quote opens that is not closed properly, seen from the row on line `start`."""
    opened, inside, fresh = 0, False, True
    since = seen = 0
    with source.path.open(encoding=source.encoding, newline="") as file:
        for line, text in enumerate(islice(file, start - 1, None), start=start):
            previous = ""
            for char in text:
                if inside and char == '"':
                    inside = False
                    previous = char
                    continue
                if char == '"' and (fresh or previous == '"'):
                    opened, inside = (line if fresh else opened), True
                elif previous == '"' and char not in (source.delimiter, "\r", "\n"):
                    return opened
                fresh = char in (source.delimiter, "\r", "\n") and not inside
                previous = ""
            fresh = fresh or not inside
            since, seen = since + len(text) if inside else 0, seen + len(text)
            if since > csv.field_size_limit() or seen > LONGEST_SEARCH:
                return opened if inside else 0
    return opened if inside else 0


def _delimiter(source: Source) -> tuple[str, int]:
    """The separator that cuts most lines into the same number of cells, and how many lines to leave out first."""
    with source.path.open(encoding=source.encoding, newline="") as file:
        text = file.read(SAMPLE_CHARACTERS)
    lines = text.splitlines(keepends=True)[:SAMPLE_LINES]
    if not any(line.strip("\ufeff \t\r\n") for line in lines):
        raise NoRecordsError(f"'{source.path.name}' holds no text.", "Export it again from the CRM.")
    stated = SEPARATOR_LINE.fullmatch(lines[0])
    if stated:
        return stated[1], 1
    return max(DELIMITERS, key=lambda mark: (_evenness(lines, mark), -DELIMITERS.index(mark))), 0


def _evenness(lines: list[str], mark: str) -> tuple[float, int]:
    """Which share of the rows has the usual number of cells (at least two), and that number."""
    try:
        widths = Counter(len(row) for row in csv.reader(_lines(lines), delimiter=mark) if row)
    except csv.Error:
        return 0.0, 0
    usual, count = max(((width, count) for width, count in widths.items() if width > 1), key=_often, default=(0, 0))
    return (round(count / widths.total(), 2), usual) if usual else (0.0, 0)


def _often(width_and_count: tuple[int, int]) -> tuple[int, int]:
    return width_and_count[1], width_and_count[0]


def _lines(lines: list[str]) -> Iterator[str]:
    yield from lines
