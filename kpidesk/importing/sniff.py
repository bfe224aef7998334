"""What a file really is: its first bytes speak before its name, its bytes before its encoding."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kpidesk.core.errors import NoRecordsError, UserError
from kpidesk.core.progress import Progress

Form = Literal["text", "workbook", "html"]
BLOCK = 1 << 20
LARGEST = 1 << 30
MOST_GUESSED = 20_000
LINES = 10_000
BINARIES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"PAR1", "a Parquet file"),
)
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
HTML = re.compile(
    rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta|style)\b", re.I | re.S
)
WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What the bytes of a file say: its form, its encoding (text and HTML), a digest, and things to know."""

    form: Form
    encoding: str
    sha256: str
    notices: tuple[str, ...] = ()


def sniff(path: Path) -> Generator[Progress, None, Sniffed]:
    """Find out what a file is.

    Raises:
        UserError: it is missing, empty, too large, or holds no table that can be read.
    """
    size = _size(path)
    if size == 0:
        raise NoRecordsError(f"'{path.name}' is empty.", "Export it again from the CRM.")
    if size > LARGEST:
        raise UserError(f"'{path.name}' is larger than 1 GB.", "Export a shorter span of time.")
    head = _head(path)
    form = _form(path.name, head)
    if form == "workbook":
        digest = yield from _digest(path)
        return Sniffed(form, "", digest, _disguise(path, "an Excel workbook", WORKBOOK_NAMES))
    encoding, digest, notices = yield from _encoding(path, head)
    if form == "html":
        notices = (*_disguise(path, "a web page with a table", (".htm", ".html")), *notices)
    return Sniffed(form, encoding, digest, notices)


def _size(path: Path) -> int:
    try:
        if not path.is_file():
            raise UserError(f"There is no file '{path}'.", "Check the name and the folder.")
        return path.stat().st_size
    except OSError as error:
        raise UserError(f"'{path}' cannot be read: {error.strerror}.", "Check the name and the rights.") from None


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8192)
    except OSError as error:
        raise UserError(f"'{path}' cannot be read: {error.strerror}.", "Check the name and the rights.") from None


def _form(name: str, head: bytes) -> Form:
    for magic, what in BINARIES:
        if head.startswith(magic):
            raise NoRecordsError(f"'{name}' is {what}, not an export with rows.", "Export as CSV or XLSX from the CRM.")
    if head.startswith((ZIP, OLE)):
        return "workbook"
    if head.startswith(b"PK"):
        raise UserError(f"'{name}' is an empty or damaged archive.", "Export it again from the CRM.")
    return "html" if HTML.match(head.removeprefix(codecs.BOM_UTF8)) else "text"


def _disguise(path: Path, what: str, names: tuple[str, ...]) -> tuple[str, ...]:
    suffix = path.suffix.lower()
    if suffix in names:
        return ()
    return (f"The file is {what} under the name {suffix or 'of no kind'}; it is read as such.",)


def _digest(path: Path) -> Generator[Progress, None, str]:
    digest = hashlib.sha256()
    for block in _blocks(path):
        digest.update(block)
        yield _step(path)
    return digest.hexdigest()


def _step(path: Path) -> Progress:
    return Progress(0, 0, f"Opening {path.name}")


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _encoding(path: Path, head: bytes) -> Generator[Progress, None, tuple[str, str, tuple[str, ...]]]:
    """Encoding, digest and notices of a file of text, from all its bytes."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return (yield from _checked_utf16(path, "utf-16", ()))
    wide = _utf16_without_mark(head)
    if wide:
        notices = (f"The text is {wide.upper()} without a byte order mark.",)
        return (yield from _checked_utf16(path, wide, notices))
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    utf8, line = True, 1
    for block in _blocks(path):
        yield _step(path)
        digest.update(block)
        if b"\x00" in block:
            raise _nul(path, line + block[: block.index(b"\x00")].count(b"\n"))
        line += block.count(b"\n")
        utf8 = utf8 and _decodes(decoder, block)
    if utf8 and _decodes(decoder, b"", last=True):
        return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8", digest.hexdigest(), ()
    return "cp1252", digest.hexdigest(), (yield from _windows_notices(path))


def _nul(path: Path, line: int) -> UserError:
    return UserError(
        f"Line {line} of '{path.name}' holds a NUL byte, so it is damaged or not text.", "Export it again from the CRM."
    )


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, last: bool = False) -> bool:
    try:
        decoder.decode(block, last)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(head: bytes) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.7 and odd < half * 0.1 else ""


def _checked_utf16(
    path: Path, encoding: str, notices: tuple[str, ...]
) -> Generator[Progress, None, tuple[str, str, tuple[str, ...]]]:
    line = 1
    try:
        with path.open(encoding=encoding, newline="") as file:
            while text := file.read(BLOCK):
                yield _step(path)
                if "\x00" in text:
                    raise _nul(path, line + text[: text.index("\x00")].count("\n"))
                line += text.count("\n")
    except UnicodeError:
        raise UserError(
            f"'{path.name}' begins as UTF-16 text but breaks off after line {line}.", "Export it again from the CRM."
        ) from None
    return encoding, (yield from _digest(path)), (*notices, "The text is UTF-16.")[:1]


def _windows_notices(path: Path) -> Generator[Progress, None, tuple[str, ...]]:
    """What to know about text that is not UTF-8: the first places, and lines that are UTF-8 after all.

    Raises:
        UserError: it is not Windows-1252 either.
    """
    places: list[str] = []
    count, mixed = 0, 0
    with path.open("rb") as file:
        for line, raw in enumerate(file, start=1):
            if line % LINES == 0:
                yield _step(path)
            if raw.isascii():
                continue
            _refuse_unless_windows(path, raw, line)
            try:
                raw.decode("utf-8")
                mixed += 1
            except UnicodeDecodeError as error:
                count += 1
                if len(places) < 5:
                    places.append(f"line {line} '{_around(raw.decode('cp1252'), error.start)}'")
    notices = [f"The text is not UTF-8; it is read as Windows-1252. Please check: {', '.join(places)}."]
    if mixed:
        notices.append(f"{count:,} lines are Windows-1252 but {mixed:,} are UTF-8: accents there may look wrong.")
    return tuple(notices)


def _refuse_unless_windows(path: Path, raw: bytes, line: int) -> None:
    if not _decodes(codecs.getincrementaldecoder("cp1252")("strict"), raw, last=True):
        raise UserError(
            f"Line {line} of '{path.name}' is neither UTF-8 nor Windows-1252{_advised(raw)}.",
            "Save the file as UTF-8 and import it again.",
        )


def _around(text: str, at: int) -> str:
    """The cell around a place in a line, to show."""
    start = max(text.rfind(mark, 0, at) for mark in ',;\t|"') + 1
    return re.split(r'[,;\t|"\r\n]', text[start:], maxsplit=1)[0][:40]


def _advised(raw: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:MOST_GUESSED]).best()
    return f" (it may be {best.encoding})" if best is not None else ""
