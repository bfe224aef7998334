"""Workbooks, read in a child process: a hostile file can end the child but not the app."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kpidesk.core.errors import UserError, nearest
from kpidesk.core.progress import Progress
from kpidesk.core.records import RawRows
from kpidesk.importing import workbook_child
from kpidesk.importing.workbook_child import FRAME, ROWS

ADVICE = "Open it in a spreadsheet program, save it again as XLSX, or export the data as CSV."
LARGEST_BLOCK = 1 << 28
MOST_BYTES = 1 << 29


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a workbook, the one that was read, things to know, and its rows in packed blocks.

    A workbook is parsed once and looked at more than once: packed, its rows take less room than the file.
    """

    sheets: tuple[str, ...]
    sheet: str
    notices: tuple[str, ...]
    packed: tuple[bytes, ...]


def read(path: Path, sheet: str) -> Generator[Progress, None, Book]:
    """Read one sheet of a workbook: the one asked for, else the largest; closing the generator ends the child.

    Raises:
        UserError: the workbook cannot be read or has no such sheet.
    """
    frames = _frames(path, sheet)
    packed: list[bytes] = []
    try:
        head = _message(path, *next(frames, (b"", b"")))
        sizes = {str(name): int(rows) * int(columns) for name, rows, columns in head["sheets"]}
        notices = _checked(path, sheet, str(head["sheet"]), sizes)
        yield Progress(0, 0, f"Reading {path.name}")
        for kind, data in frames:
            if kind != ROWS:
                _message(path, kind, data)
                return Book(tuple(sizes), str(head["sheet"]), notices, tuple(packed))
            packed.append(data)
            yield Progress(0, 0, f"Reading {path.name}")
    finally:
        frames.close()
    raise _cut_off(path)


def blocks(path: Path, packed: tuple[bytes, ...]) -> Iterator[RawRows]:
    """The rows of a sheet that was read, with their row numbers."""
    for data in packed:
        message = json.loads(_unpacked(path, data))
        start, rows = int(message["from"]), message["rows"]
        yield RawRows(list(range(start, start + len(rows))), rows)


def _unpacked(path: Path, data: bytes) -> bytes:
    work = zlib.decompressobj()
    try:
        plain = work.decompress(data, LARGEST_BLOCK)
    except zlib.error:
        raise _cut_off(path) from None
    if not work.eof:
        raise _cut_off(path)
    return plain


def _checked(path: Path, asked: str, chosen: str, sizes: dict[str, int]) -> tuple[str, ...]:
    """Refuse a workbook without the sheet; gives what to know about the others."""
    if asked and asked not in sizes:
        raise UserError(f"'{path.name}' has no sheet '{asked}'.", nearest(asked, sizes))
    used = [name for name, size in sizes.items() if size]
    if not used:
        raise UserError(f"'{path.name}' has no sheet with rows.", "Export it again from the CRM.")
    if len(used) == 1 or asked:
        return ()
    others = ", ".join(f"'{name}'" for name in used if name != chosen)
    return (f"The workbook has several sheets; '{chosen}', the largest, is read and not {others}.",)


def _command(path: Path, sheet: str) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "--import-worker", str(path), sheet]
    return [sys.executable, "-I", str(Path(workbook_child.__file__)), str(path), sheet]


def _frames(path: Path, sheet: str) -> Generator[tuple[bytes, bytes], None, None]:
    """What the child says, frame by frame, up to where it breaks off."""
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            _command(path, sheet), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, close_fds=True
        )
        try:
            if child.stdout is not None:
                yield from _spoken(child.stdout)
        finally:
            child.kill()
            if child.stdout is not None:
                child.stdout.close()
            child.wait()


def _spoken(pipe: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    total = 0
    while len(head := pipe.read(FRAME.size)) == FRAME.size:
        kind, size = FRAME.unpack(head)
        total += size
        data = pipe.read(size) if total <= MOST_BYTES else b""
        if len(data) < size:
            return
        yield kind, data


def _message(path: Path, kind: bytes, data: bytes) -> dict[str, Any]:
    """What the child says beside rows.

    Raises:
        UserError: it has met a problem, or says nothing that can be understood.
    """
    try:
        message = json.loads(data)
    except ValueError:
        raise _cut_off(path) from None
    if not isinstance(message, dict) or kind == ROWS:
        raise _cut_off(path)
    if "problem" in message:
        raise UserError(f"'{path.name}' {message['problem']}.", ADVICE)
    return message


def _cut_off(path: Path) -> UserError:
    return UserError(f"'{path.name}' cannot be read: it is damaged, or claims more cells than memory can hold.", ADVICE)
