"""Workbooks of the plain form that programs write, read here and at once; any other is left to the child process.

Nothing is believed that a file claims: parts are inflated bit by bit, up to limits, and memory is taken for what was
read. What is unusual or damaged anywhere makes the whole workbook not plain, so that only one reader has to know it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any
from xml.parsers.expat import ExpatError, ParserCreate

import numpy as np

from kpidesk.core.progress import Progress
from kpidesk.importing.cell_texts import SPACES, NotPlainError, kind_of_format, plain_text, require
from kpidesk.importing.sheet_rows import SheetRows, Words
from kpidesk.importing.sheet_xml import Reader, read_stretch
from kpidesk.importing.workbook_child import (
    HIDDEN_ROW,
    INFLATED,
    RATIO,
    RATIO_FROM,
    Facts,
    RefusalError,
    check_names,
    check_part,
    gather,
    small_part,
)

BLOCK = 1 << 19
"""So many bytes of a sheet are read at once: few enough for a processor's cache."""
LONGEST_ROW = 1 << 23
MOST_SHARED = 1 << 25
MOST_BESIDE = 1 << 25
MOST_AROUND = 1 << 22
ROOT, BOOK, RELATIONS, STYLES, STRINGS = (
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
)
ROWS_BEGIN, ROWS_END, ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
DECLARATION = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml version=[\"']1\.0[\"']"
    rb"(?: encoding=[\"']utf-8[\"'])?(?: standalone=[\"'](?:yes|no)[\"'])? ?\?>)?\s*(?=<\w)",
    re.I,
)
OUTER = re.compile(r"""<sst(?:\s+[\w:]+=(?:"[^"<>&]*"|'[^'<>&]*'))*\s*>""")
BETWEEN, BEGIN, END = "</t></si><si><t>", "<si><t>", "</t></si>"
SHARED = re.compile(r'<si><t(?:( xml:space="preserve")?>([^<]*)</t>|/>)</si>')
MERGED = re.compile(r"[A-Z]{1,3}(\d{1,7})(?::[A-Z]{1,3}(\d{1,7}))?")
AREA = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}(?::[A-Z]{1,3}[1-9]\d{0,6})?")
DAMAGES = (ExpatError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError, RuntimeError)
"""What a damaged or unknown archive, text or element raises."""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
DOCUMENT = f"{OFFICE}officeDocument"
STATES = ("visible", "hidden", "veryHidden")
SHEETS_FOLDER = "xl/worksheets/"


@dataclass(frozen=True, slots=True)
class PlainBook:
    """What the child would say of a workbook: the message that it begins with, and the packed rows."""

    head: dict[str, Any]
    packed: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    is_visible: bool
    part: str


def read(path: Path, asked: str) -> Generator[Progress, None, PlainBook | None]:
    """Read one sheet of a workbook, the one asked for, else the largest; None unless all of the workbook is plain."""
    try:
        with zipfile.ZipFile(path) as package:
            return (yield from _read(package, asked, Progress(0, 0, f"Reading {path.name}")))
    except (NotPlainError, RefusalError, *DAMAGES):
        return None


def _read(package: zipfile.ZipFile, asked: str, step: Progress) -> Generator[Progress, None, PlainBook]:
    sheets = _sheets(package)
    _check(package, {STRINGS, *(sheet.part for sheet in sheets)})
    texts = np.array(_shared(package), object)
    styles = _styles(package)
    about: list[list[Any]] = []
    chosen, facts, rows, largest = "", Facts(), SheetRows(), (False, 0)
    for sheet in sheets:
        reader = Reader(len(texts), styles)
        found, noted = yield from _sheet(package, sheet.part, reader, texts, step)
        size = found.count * found.width
        about.append([sheet.name, found.count, found.width, sheet.is_visible])
        if sheet.name == asked or (not asked and size > 0 and (sheet.is_visible, size) > largest):
            chosen, facts, rows, largest = sheet.name, noted, found, (sheet.is_visible, size)
    return PlainBook({"sheets": about, "sheet": chosen, "facts": asdict(facts)}, rows.packed())


def _check(package: zipfile.ZipFile, read_here: set[str]) -> None:
    """Everything that the child refuses is not plain; the parts that are read here are inflated when they are."""
    found, total, beside = check_names(package), 0, 0
    for part in package.infolist():
        require(part.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
        require(part.file_size <= RATIO_FROM or part.file_size <= RATIO * max(1, part.compress_size))
        total += part.file_size
        require(total <= INFLATED)
        if part.filename not in read_here:
            beside += part.file_size
            require(beside <= MOST_BESIDE)
            check_part(package, part, 0, found)
    require("META-INF/manifest.xml" not in package.namelist())


def _sheets(package: zipfile.ZipFile) -> list[_Sheet]:
    names = {name.lower(): name for name in package.namelist()}
    for part in (BOOK, RELATIONS, STYLES, STRINGS):
        require(names.get(part.lower(), part) == part)
    require(len(names) == len(package.namelist()) and "xl/workbook.bin" not in names and "content.xml" not in names)
    roots = [said for tag, said in _elements(small_part(package, ROOT)) if tag == "Relationship"]
    begin = [said.get("Target", "") for said in roots if said.get("Type") == DOCUMENT]
    require(begin in ([BOOK], [f"/{BOOK}"]))
    targets = _targets(package)
    sheets = []
    for tag, said in _elements(small_part(package, BOOK)):
        require(tag != "workbook" or f"{said.get('xmlns:r')}/" == OFFICE)
        require(tag != "workbookPr" or said.get("date1904", "0") in ("0", "false"))
        if tag == "sheet":
            kind, part = targets.get(said.get("r:id", ""), ("", ""))
            require(kind == f"{OFFICE}worksheet" and part.startswith(SHEETS_FOLDER) and part in package.namelist())
            state = said.get("state", "visible")
            require(state in STATES)
            sheets.append(_Sheet(said.get("name", ""), state == "visible", part))
    require(bool(sheets) and len({sheet.name for sheet in sheets}) == len(sheets))
    require(all(sheet.name.isprintable() and "_x" not in sheet.name for sheet in sheets))
    return sheets


def _targets(package: zipfile.ZipFile) -> dict[str, tuple[str, str]]:
    """The kind and the name of each part that the book refers to, by the id under which it does."""
    targets = {}
    for tag, said in _elements(small_part(package, RELATIONS)):
        if tag == "Relationship":
            target = said.get("Target", "")
            targets[said.get("Id", "")] = (said.get("Type", ""), target[1:] if target[:1] == "/" else f"xl/{target}")
    for kind, part in targets.values():
        require(part == STRINGS or kind != f"{OFFICE}sharedStrings")
        require(part == STYLES or kind != f"{OFFICE}styles")
    return targets


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """The elements of a part with their attributes, in order."""
    found: list[tuple[str, dict[str, str]]] = []
    require(DECLARATION.match(xml) is not None and b"<!" not in xml)
    parser = ParserCreate()
    parser.StartElementHandler = lambda tag, said: found.append((tag, said))
    parser.Parse(xml, True)
    return found


def _styles(package: zipfile.ZipFile) -> list[int | None]:
    """By style whether a number in it is a NUMBER or a DATE; None where it may be either."""
    own: dict[int, str] = {}
    styles: list[int | None] = []
    inside = ""
    if STYLES not in package.namelist():
        return styles
    for tag, said in _elements(small_part(package, STYLES)):
        if tag in ("cellStyleXfs", "cellXfs", "cellStyles", "dxfs"):
            inside = tag
        elif tag == "numFmt" and not inside:
            own[int(said.get("numFmtId", ""))] = said.get("formatCode", "")
        elif tag == "xf" and inside == "cellXfs":
            styles.append(kind_of_format(int(said.get("numFmtId", "0")), own))
    return styles


def _shared(package: zipfile.ZipFile) -> list[str]:
    """The shared texts."""
    if STRINGS not in package.namelist():
        return []
    require(package.getinfo(STRINGS).file_size <= MOST_SHARED)
    inside = _inside(package.read(STRINGS))
    edges = (f"<t>{space}" in inside or f"{space}</t>" in inside for space in SPACES)
    if not any(edges) and not any(mark in inside for mark in ("&", "preserve", "<t/>", "\r", "_x")):
        found = inside.removeprefix(BEGIN).removesuffix(END).split(BETWEEN)
        if inside.startswith(BEGIN) and inside.endswith(END) and inside.count("<") == 4 * len(found):
            plain_text(inside, keeps_spaces=True)
            return found
    written = SHARED.findall(inside)
    require(inside.count("<") == 4 * len(written) - inside.count("<t/>"))
    return [plain_text(text, keeps_spaces=bool(kept)) for kept, text in written]


def _inside(xml: bytes) -> str:
    """What stands between the outer tags of the part with the shared texts."""
    declared = DECLARATION.match(xml)
    require(declared is not None)
    text = xml[declared.end() if declared else 0 :].decode("utf-8").rstrip()
    begin = OUTER.match(text)
    require(begin is not None and text.endswith("</sst>"))
    return text[begin.end() if begin else 0 : -len("</sst>")]


def _sheet(
    package: zipfile.ZipFile, part: str, reader: Reader, texts: Words, step: Progress
) -> Generator[Progress, None, tuple[SheetRows, Facts]]:
    """The rows of a sheet, and what its cells do not show."""
    rows, facts = SheetRows(), Facts()
    with package.open(part) as stream:
        head, rest = _head(stream)
        while True:
            yield step
            cut = rest.rfind(ROW_END) + len(ROW_END)
            if cut >= len(ROW_END):
                _add(rest[:cut], reader, texts, rows, facts)
                rest = rest[cut:]
            if (end := rest.find(ROWS_END)) >= 0:
                break
            more = stream.read(BLOCK)
            require(bool(more) and len(rest) < LONGEST_ROW)
            rest += more
        _add(rest[:end], reader, texts, rows, facts)
        around = head + rest[end:] + stream.read(MOST_AROUND)
        require(not stream.read(1))
    _note_around(around, facts)
    return rows, facts


def _head(stream: IO[bytes]) -> tuple[bytes, bytes]:
    """What stands before the rows of a sheet, and what follows of the first block."""
    data = b""
    while len(data) < MOST_AROUND and (more := stream.read(BLOCK)):
        data += more
        begin = data.find(ROWS_BEGIN) + len(ROWS_BEGIN)
        if begin >= len(ROWS_BEGIN):
            return data[:begin], data[begin:]
    before, none, behind = data.partition(b"<sheetData/>")
    require(bool(none))
    return before + ROWS_BEGIN, ROWS_END + behind


def _add(xml: bytes, reader: Reader, texts: Words, rows: SheetRows, facts: Facts) -> None:
    if xml:
        stretch = read_stretch(xml, reader)
        rows.add(stretch, texts)
        if stretch.hides:
            facts.hidden_rows += len(HIDDEN_ROW.findall(xml))


def _note_around(xml: bytes, facts: Facts) -> None:
    """Note the columns that are hidden; refuse cells merged over several rows, whose value stands in the first only."""
    elements = _elements(xml)
    require(elements[0][0] == "worksheet")
    for tag, said in elements:
        if tag == "dimension":
            require(AREA.fullmatch(said.get("ref", "")) is not None)
        elif tag == "mergeCell":
            merged = MERGED.fullmatch(said.get("ref", ""))
            require(merged is not None and merged[2] in (None, merged[1]))
    gather(xml, facts)
