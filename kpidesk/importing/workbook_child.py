"""The child process that reads one workbook and prints it in frames; it imports nothing of the app.

Run as `python -I workbook_child.py FILE [SHEET]`, in a frozen app as `kpidesk --import-worker FILE [SHEET]`.
A frame is one letter, the number of bytes that follow (four bytes, highest first), and these bytes. First comes
`{"sheets": [[name, rows, columns, visible], …], "sheet": name, "facts": {…}}` as JSON (M), then every block of rows of
that sheet (R): the one asked for, else the largest that can be seen; at the end `{"done": true, "merged": n}` (M).
`{"problem": …}` (M) when the file is refused. A block is compressed: the number of its first row in four bytes, then
the text of its cells with a mark between cells and another between rows.
"""

from __future__ import annotations

import json
import re
import struct
import sys
import zipfile
import zlib
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

MEMORY = 2 << 30
SECONDS = 60
INFLATED = 1 << 30
RATIO_FROM = 20 << 20
RATIO = 150
PARTS = 5_000
MOST_CELLS = 60_000_000
BLOCK_ROWS = 1024
FRAME = struct.Struct(">cI")
MESSAGE, ROWS = b"M", b"R"
START = struct.Struct(">I")
NEXT_CELL, NEXT_ROW = "\x1f", "\x1e"
MOST_HIDDEN = 50
MOST_FILLED = 5_000_000
LARGEST_INDEX = 1 << 20
PROTECTED = "is protected with a password; remove the password and save it again"
FAR_CELL = re.compile(rb'r="([A-Z]{3,}\d+|[A-Z]*\d{7,})"')
DIMENSIONS = re.compile(rb"([A-Z]*)(\d+)")
ERROR_CELL = re.compile(rb'<c r="([A-Z]{1,3})\d+"[^>]{0,200}?\bt="e"')
UNSAVED = re.compile(rb"<c\b([^>]{0,300})>\s*<f\b(?:[^>]{0,9000}/>|[^<]{0,9000}</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
HIDDEN_COLUMN = re.compile(rb'<col\b(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
HIDDEN_ROW = re.compile(rb'<row\b[^>]{0,500}\bhidden="(?:1|true)"')
BOUNDS = re.compile(rb'\b(min|max)="(\d{1,5})"')
SHEET_ID = re.compile(rb'<(?:\w+:)?sheet\s[^>]*?\b\w+:id="([^"]+)"')
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
ATTRIBUTE = re.compile(rb'\b(Id|Target)="([^"]*)"')
OTHER_PACKAGES = {"word/": "a Word document", "ppt/": "a presentation"}


class RefusalError(Exception):
    """A workbook that is not read, with a sentence that follows the file name."""


@dataclass
class Facts:
    """What a sheet holds that its cells do not show: errors by column letter, formulas without a value, what hides.

    `unsaved` counts formulas without a saved value. `from_1904`: days are counted from that year.
    """

    errors: dict[str, int] = field(default_factory=dict)
    has_formulas: bool = False
    unsaved: int = 0
    hidden_columns: list[str] = field(default_factory=list)
    hidden_rows: int = 0
    from_1904: bool = False


@dataclass
class Package:
    """What the check of a workbook found: facts by the name of the part, and the part of each sheet in order.

    `suffixes` are the endings of a name by which the parser would take the file for what it is.
    """

    suffixes: tuple[str, ...] = ()
    facts: dict[str, Facts] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    """Read the workbook named by the arguments and print it; 0 when it could be read."""
    path, sheet = arguments[0], arguments[1] if len(arguments) > 1 else ""
    _limit()
    try:
        merged = _read(path, sheet, _check(path))
    except RefusalError as refusal:
        _say({"problem": str(refusal)})
        return 1
    except BrokenPipeError:
        return 1
    except Exception as error:  # whatever the parser raises becomes a sentence for the user
        told = f"cannot be read as a workbook ({error or type(error).__name__})"[:300]
        _say({"problem": PROTECTED if "password" in str(error).lower() else told})
        return 1
    _say({"done": True, "merged": merged})
    return 0


def _say(message: dict[str, Any]) -> None:
    _put(MESSAGE, json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii"))


def _put(kind: bytes, data: bytes) -> None:
    sys.stdout.buffer.write(FRAME.pack(kind, len(data)) + data)
    sys.stdout.buffer.flush()


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent still survives the child
        return
    wanted = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0),
              (resource.RLIMIT_FSIZE, 1 << 20))  # fmt: skip
    for what, limit in wanted:
        hard = resource.getrlimit(what)[1]
        ceiling = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        try:
            resource.setrlimit(what, (ceiling, hard))
        except (ValueError, OSError):
            continue


def _check(path: str) -> Package:
    """Refuse what would hurt the parser, by inflating every part under a budget.

    The table of an ODS must be whole XML: where it breaks off, the parser reads on without end.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - the child imports as little as it can
        head = file.read(8)
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            if "EncryptedPackage".encode("utf-16-le") in file.read():
                raise RefusalError(PROTECTED)
            return Package((".xls", ".xla"))
    try:
        with zipfile.ZipFile(path) as package:
            return _check_parts(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ExpatError) as error:
        raise RefusalError(f"is a damaged workbook ({error})") from None


def _check_parts(package: zipfile.ZipFile) -> Package:
    found = check_names(package)
    total = 0
    for part in package.infolist():
        total = check_part(package, part, total, found)
    if b"encryption-data" in small_part(package, "META-INF/manifest.xml"):
        raise RefusalError(PROTECTED)
    found.parts = _parts_of_sheets(package)
    if re.search(rb'\bdate1904="(?:1|true)"', small_part(package, "xl/workbook.xml")):
        for one in found.facts.values():
            one.from_1904 = True
    return found


def check_names(package: zipfile.ZipFile) -> Package:
    """Refuse what is no workbook by the names of its parts; nothing else is known yet."""
    parts = package.infolist()
    names = [part.filename for part in parts]
    if len(parts) > PARTS or len(set(names)) != len(names):
        raise RefusalError("is not a proper workbook: its parts are too many or have the same name")
    for start, what in OTHER_PACKAGES.items():
        if any(name.startswith(start) for name in names):
            raise RefusalError(f"is {what}, not a workbook")
    if not any(name.startswith("xl/workbook") for name in names) and "content.xml" not in names:
        raise RefusalError("is an archive without a workbook in it")
    if any(part.flag_bits & 1 for part in parts):
        raise RefusalError(PROTECTED)
    return Package(_suffixes(names))


def _suffixes(names: list[str]) -> tuple[str, ...]:
    if "content.xml" in names:
        return (".ods",)
    return (".xlsb",) if "xl/workbook.bin" in names else (".xlsx", ".xlsm", ".xlam")


def check_part(package: zipfile.ZipFile, part: zipfile.ZipInfo, total: int, found: Package) -> int:
    """Inflate a part under the budget, of which `total` bytes are used, and note what it holds; gives the new total."""
    xml = part.filename.endswith((".xml", ".rels", ".vml"))
    whole = ParserCreate() if part.filename == "content.xml" else None
    facts = found.facts.setdefault(part.filename, Facts()) if xml and "worksheets/" in part.filename else None
    size, rest = 0, b""
    column = row = 0
    with package.open(part) as stream:
        while block := stream.read(1 << 20):
            size += len(block)
            total += len(block)
            if total > INFLATED or (size > RATIO_FROM and size > RATIO * max(1, part.compress_size)):
                raise RefusalError("unpacks to far more than its size allows")
            both = rest + block
            if xml and b"<!DOCTYPE" in both:  # entities can be declared nowhere else
                raise RefusalError("holds a document type definition, which no workbook needs")
            if whole is not None:
                whole.Parse(block)
            if facts is None:
                rest = both[-64:]
                continue
            cut = _whole_cells(both)
            column, row = _farthest(both[:cut], column, row)
            gather(both[:cut], facts)
            rest = both[cut:]
    if whole is not None:
        whole.Parse(b"", True)
    if facts is not None:
        _farthest(rest, column, row)
        gather(rest, facts)
    return total


def _whole_cells(both: bytes) -> int:
    """Where to cut so that no cell is cut: before the last cell, as long as it begins not too far back."""
    nearest = max(0, len(both) - (1 << 16))
    cut = both.rfind(b"<c ", nearest)
    if cut < 0:
        cut = both.rfind(b"<", nearest)
    return cut if cut >= 0 else max(0, len(both) - 64)


def gather(cells: bytes, facts: Facts) -> None:
    """Note what stands in a stretch of a sheet; each search only where a plain one finds its mark."""
    if b't="e"' in cells:
        for letters, count in Counter(ERROR_CELL.findall(cells)).items():
            column = letters.decode("ascii")
            facts.errors[column] = facts.errors.get(column, 0) + count
    facts.has_formulas = facts.has_formulas or b"</f>" in cells
    if facts.has_formulas:
        facts.unsaved += sum(b't="str"' not in attributes for attributes in UNSAVED.findall(cells))
    if b"hidden=" in cells:
        facts.hidden_rows += len(HIDDEN_ROW.findall(cells))
        for column in HIDDEN_COLUMN.findall(cells):
            bounds = {name: int(digits) for name, digits in BOUNDS.findall(column)}
            first = bounds.get(b"min", 1)
            last = min(bounds.get(b"max", first), first + MOST_HIDDEN)
            facts.hidden_columns += [_letters(at) for at in range(first, last + 1)]


def _farthest(block: bytes, column: int, row: int) -> tuple[int, int]:
    for found in FAR_CELL.finditer(block):
        place = DIMENSIONS.fullmatch(found[1])
        if place is None or not block[max(0, found.start() - 1) : found.start()].isspace():
            continue
        letters, digits = place.groups()
        column = max(column, _column_number(letters))
        row = max(row, int(digits[:12]))
        if row > 1_048_576 or column > 16_384 or column * row > MOST_CELLS:
            raise RefusalError(f"claims a sheet of {max(row, 1):,} rows and {max(column, 1):,} columns")
    return column, row


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:6]:
        number = number * 26 + letter - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def small_part(package: zipfile.ZipFile, name: str) -> bytes:
    """A part that is an index of others; empty where there is none, or a large one."""
    if name not in package.namelist() or package.getinfo(name).file_size > LARGEST_INDEX:
        return b""
    return package.read(name)


def _parts_of_sheets(package: zipfile.ZipFile) -> list[str]:
    """The part that holds each sheet, in the order of the sheets."""
    targets = {}
    for relation in RELATION.findall(small_part(package, "xl/_rels/workbook.xml.rels")):
        names = dict(ATTRIBUTE.findall(relation))
        target = names.get(b"Target", b"").decode("utf-8", "replace")
        targets[names.get(b"Id", b"")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return [targets.get(one, "") for one in SHEET_ID.findall(small_part(package, "xl/workbook.xml"))]


def _read(path: str, asked: str, package: Package) -> int:
    """Say which sheets there are, then the rows of one, and count the cells that a merged one fills.

    Every sheet is parsed to know its size, so none twice.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    if path.lower().endswith(package.suffixes):
        book = CalamineWorkbook.from_path(path)
    else:  # only without a name the parser looks at the bytes
        with open(path, "rb") as file:  # noqa: PTH123 - the child imports as little as it can
            book = CalamineWorkbook.from_filelike(file)
    sheets: list[list[Any]] = []
    chosen, part, largest = None, "", (False, 0)
    for at, about in enumerate(book.sheets_metadata):
        if about.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(about.name)
            (top, left), (bottom, right) = sheet.start or (1, 1), sheet.end or (0, 0)
            rows, columns = bottom - top + 1, right - left + 1
            visible = about.visible == SheetVisibleEnum.Visible
            sheets.append([about.name, rows, columns, visible])
            if about.name == asked or (not asked and rows * columns > 0 and (visible, rows * columns) > largest):
                chosen, largest = sheet, (visible, rows * columns)
                part = package.parts[at] if at < len(package.parts) else ""
    facts = asdict(package.facts.get(part, Facts()))
    _say({"sheets": sheets, "sheet": chosen.name if chosen is not None else "", "facts": facts})
    return _say_rows(chosen) if chosen is not None else 0


def _say_rows(sheet: Any) -> int:
    top, left = sheet.start or (0, 0)
    spans = _spans(sheet, top, left)
    following = filled = 0
    rows = iter(sheet.to_python(skip_empty_area=True))
    while block := list(islice(rows, BLOCK_ROWS)):
        texts = [[cell if type(cell) is str else as_text(cell) for cell in row] for row in block]
        filled += _fill(texts, following, spans) if spans else 0
        if filled > MOST_FILLED:
            raise RefusalError("has merged cells that span far too many rows")
        _put(ROWS, pack(texts, top + following + 1))
        following += len(block)
    return filled


def pack(texts: list[list[str]], first: int) -> bytes:
    """A block of rows of cells, the first of which has that number, as compressed bytes."""
    joined = NEXT_ROW.join([NEXT_CELL.join(row) for row in texts])
    is_apart = joined.count(NEXT_CELL) == sum(map(len, texts)) - len(texts) and joined.count(NEXT_ROW) == len(texts) - 1
    if not is_apart or "\0" in joined:  # SQLite would take the text behind a NUL for gone
        marks = str.maketrans(NEXT_CELL + NEXT_ROW, "  ", "\0")
        joined = NEXT_ROW.join([NEXT_CELL.join([cell.translate(marks) for cell in row]) for row in texts])
    return packed(joined, first)


def packed(joined: str, first: int, level: int = 1) -> bytes:
    """The text of a block of rows, the first of which has that number, as bytes, compressed unless the level is 0."""
    return zlib.compress(START.pack(first) + joined.encode("utf-8", "replace"), level)


def _spans(sheet: Any, top: int, left: int) -> list[tuple[int, int, int, list[str]]]:
    """Merged cells of several rows: first and last row, column, and a place for the value, counted from the first."""
    ranges = sheet.merged_cell_ranges or ()
    return [
        (first - top, last - top, column - left, [])
        for (first, column), (last, _) in ranges
        if last > first >= top and column >= left
    ]


def _fill(rows: list[list[str]], start: int, spans: list[tuple[int, int, int, list[str]]]) -> int:
    """Give the value of merged cells to the rows that they span; counts the cells filled."""
    filled = 0
    for first, last, column, value in spans:
        if first >= start + len(rows) or last < start or column >= len(rows[0]):
            continue
        if first >= start:
            value.append(rows[first - start][column])
        for row in rows[max(first - start, 0) : last - start + 1]:
            if value and value[0] and not row[column]:
                row[column] = value[0]
                filled += 1
    return filled


def as_text(cell: object) -> str:
    """A cell as text: dates as ISO, whole numbers without a decimal point."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return _number(cell.total_seconds() / 86400) if isinstance(cell, timedelta) else str(cell)


def _number(number: float) -> str:
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    text = repr(number)
    return format(number, "f") if "e" in text and abs(number) < 1e15 else text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
