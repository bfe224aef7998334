"""The child process that reads one workbook and prints it in frames; it imports nothing of the app.

Run as `python -I workbook_child.py FILE [SHEET]`, in a frozen app as `kpidesk --import-worker FILE [SHEET]`.
A frame is one letter, the number of bytes that follow (four bytes, highest first), and these bytes: JSON, that of
rows compressed. First comes `{"sheets": [[name, rows, columns], …], "sheet": name}` (M), then
`{"from": row, "rows": […]}` for every block of rows of that sheet (R): the one asked for, else the largest; at the
end `{"done": true}` (M). `{"problem": …}` (M) when the file is refused.
"""

from __future__ import annotations

import json
import re
import struct
import sys
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

MEMORY = 2 << 30
SECONDS = 120
INFLATED = 1 << 30
RATIO_FROM = 20 << 20
RATIO = 150
PARTS = 5_000
MOST_CELLS = 60_000_000
BLOCK_ROWS = 1024
FRAME = struct.Struct(">cI")
MESSAGE, ROWS = b"M", b"R"
FAR_CELL = re.compile(rb'r="([A-Z]{3,}\d+|[A-Z]*\d{7,})"')
DIMENSIONS = re.compile(rb"([A-Z]*)(\d+)")
OTHER_PACKAGES = {"word/": "a Word document", "ppt/": "a presentation"}


class RefusalError(Exception):
    """A workbook that is not read, with a sentence that follows the file name."""


def main(arguments: list[str]) -> int:
    """Read the workbook named by the arguments and print it; 0 when it could be read."""
    path, sheet = arguments[0], arguments[1] if len(arguments) > 1 else ""
    _limit()
    try:
        _check(path)
        _read(path, sheet)
    except RefusalError as refusal:
        _say({"problem": str(refusal)})
        return 1
    except BrokenPipeError:
        return 1
    except Exception as error:  # whatever the parser raises becomes a sentence for the user
        _say({"problem": f"cannot be read as a workbook ({error or type(error).__name__})"[:300]})
        return 1
    _say({"done": True})
    return 0


def _say(message: dict[str, Any], kind: bytes = MESSAGE) -> None:
    data = json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    if kind == ROWS:
        data = zlib.compress(data, 1)
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


def _check(path: str) -> None:
    """Refuse what would hurt the parser, by inflating every part under a budget."""
    with open(path, "rb") as file:  # noqa: PTH123 - the child imports as little as it can
        head = file.read(8)
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            if "EncryptedPackage".encode("utf-16-le") in file.read():
                raise RefusalError("is protected with a password; remove the password and save it again")
            return
    try:
        with zipfile.ZipFile(path) as package:
            _check_parts(package)
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise RefusalError(f"is a damaged workbook ({error})") from None


def _check_parts(package: zipfile.ZipFile) -> None:
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
        raise RefusalError("is protected with a password; remove the password and save it again")
    total = 0
    for part in parts:
        total = _check_part(package, part, total)


def _check_part(package: zipfile.ZipFile, part: zipfile.ZipInfo, total: int) -> int:
    xml = part.filename.endswith((".xml", ".rels", ".vml"))
    sheet = "worksheets/" in part.filename
    size, tail = 0, b""
    column = row = 0
    with package.open(part) as stream:
        while block := stream.read(1 << 20):
            size += len(block)
            total += len(block)
            if total > INFLATED or (size > RATIO_FROM and size > RATIO * max(1, part.compress_size)):
                raise RefusalError("unpacks to far more than its size allows")
            both = tail + block
            if xml and (b"<!DOCTYPE" in both or b"<!ENTITY" in both):
                raise RefusalError("holds a document type definition, which no workbook needs")
            if sheet:
                column, row = _farthest(both, column, row)
            tail = block[-64:]
    return total


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


def _read(path: str, asked: str) -> None:
    """Say which sheets there are, then the rows of one; every sheet is parsed to know its size, so none twice."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    book = CalamineWorkbook.from_path(path)
    sheets: list[list[Any]] = []
    chosen, largest = None, 0
    for about in book.sheets_metadata:
        if about.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(about.name)
            (top, left), (bottom, right) = sheet.start or (1, 1), sheet.end or (0, 0)
            rows, columns = bottom - top + 1, right - left + 1
            sheets.append([about.name, rows, columns])
            if about.name == asked or (not asked and rows * columns > largest):
                chosen, largest = sheet, rows * columns
    _say({"sheets": sheets, "sheet": chosen.name if chosen is not None else ""})
    if chosen is not None:
        _say_rows(chosen)


def _say_rows(sheet: Any) -> None:
    following = (sheet.start or (0, 0))[0] + 1
    rows = iter(sheet.to_python(skip_empty_area=True))
    while block := list(islice(rows, BLOCK_ROWS)):
        texts = [[cell if type(cell) is str else _text(cell) for cell in row] for row in block]
        _say({"from": following, "rows": texts}, ROWS)
        following += len(block)


def _text(cell: object) -> str:
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
