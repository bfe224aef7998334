"""Workbooks: plain ones are read at once, others in a child process, which a hostile file can end but not the app."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

from kpidesk.core.errors import NoRecordsError, UserError, nearest
from kpidesk.core.progress import Progress
from kpidesk.core.records import RawRows
from kpidesk.importing import plain_workbook, workbook_child
from kpidesk.importing.workbook_child import FRAME, NEXT_CELL, NEXT_ROW, ROWS, START

ADVICE = "Open it in a spreadsheet program, save it again as XLSX, or export the data as CSV."
LARGEST_BLOCK = 1 << 28
MOST_BYTES = 1 << 29
MOST_TOLD = 5
PATIENCE = 0.05
"""Seconds of silence after which the reader says that it still waits, so that Cancel is heard."""
LONGEST_SILENCE = 300
"""Seconds of silence after which the reader is taken to be stuck."""


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a workbook and which of them are hidden, the one that was read, things to know, its packed rows.

    A workbook is parsed once and looked at more than once: packed, its rows take less room than the file.
    """

    sheets: tuple[str, ...]
    hidden: tuple[str, ...]
    sheet: str
    notices: tuple[str, ...]
    packed: tuple[bytes, ...]


def read(path: Path, sheet: str) -> Generator[Progress, None, Book]:
    """Read one sheet of a workbook: the one asked for, else the largest; closing the generator ends a child.

    Raises:
        UserError: the workbook cannot be read or has no such sheet.
    """
    plain = yield from plain_workbook.read(path, sheet)
    if plain is not None:
        return _book(path, sheet, plain.head, 0, plain.packed)
    step = Progress(0, 0, f"Reading {path.name}")
    frames = _frames(path, sheet)
    head: dict[str, Any] | None = None
    packed: list[bytes] = []
    try:
        for frame in frames:
            yield step
            if frame is None:
                continue
            kind, data = frame
            if kind == ROWS and head is not None:
                packed.append(data)
                continue
            message = _message(path, kind, data)
            if head is not None:
                return _book(path, sheet, head, int(message["merged"]), tuple(packed))
            head = message
            _checked(path, sheet, head)
    finally:
        frames.close()
    raise _cut_off(path)


def _book(path: Path, asked: str, head: Mapping[str, Any], merged: int, packed: tuple[bytes, ...]) -> Book:
    names = tuple(str(name) for name, *_ in head["sheets"])
    hidden = tuple(str(name) for name, *_, visible in head["sheets"] if not visible)
    notices = (*_checked(path, asked, head), *_told(head["facts"], merged))
    return Book(names, hidden, str(head["sheet"]), notices, packed)


def blocks(path: Path, packed: tuple[bytes, ...]) -> Iterator[RawRows]:
    """The rows of a sheet that was read, with their row numbers."""
    for data in packed:
        plain = _unpacked(path, data)
        (first,) = START.unpack_from(plain)
        text = plain[START.size :].decode("utf-8") + NEXT_ROW
        yield RawRows.written(list(range(first, first + text.count(NEXT_ROW))), text, NEXT_CELL, NEXT_ROW)


def _unpacked(path: Path, data: bytes) -> bytes:
    work = zlib.decompressobj()
    try:
        plain = work.decompress(data, LARGEST_BLOCK)
    except zlib.error:
        raise _cut_off(path) from None
    if not work.eof:
        raise _cut_off(path)
    return plain


def _checked(path: Path, asked: str, head: Mapping[str, Any]) -> tuple[str, ...]:
    """Refuse a workbook without the sheet; gives what to know about the others."""
    sizes = {str(name): int(rows) * int(columns) for name, rows, columns, _ in head["sheets"]}
    hidden, chosen = {str(name) for name, *_, visible in head["sheets"] if not visible}, str(head["sheet"])
    if asked and asked not in sizes:
        raise UserError(f"'{path.name}' has no sheet '{asked}'.", nearest(asked, sizes))
    used = [name for name, size in sizes.items() if size]
    if not used:
        raise NoRecordsError(f"'{path.name}' has no sheet with rows.", "Export it again from the CRM.")
    if len(used) == 1 or asked:
        return ()
    others = ", ".join(f"'{name}'{' (hidden)' if name in hidden else ''}" for name in used if name != chosen)
    return (f"The workbook has several sheets; '{chosen}', the largest, is read and not {others}.",)


def _told(facts: Mapping[str, Any], merged: int) -> tuple[str, ...]:
    """What a sheet holds that cannot be seen in its cells as they are read."""
    told = [
        f"Column {column}: {_cells(count)} with an error such as #N/A instead of a value, read as empty."
        for column, count in sorted(facts["errors"].items(), key=lambda item: (len(item[0]), item[0]))[:MOST_TOLD]
    ]
    if facts["unsaved"]:
        told.append(
            f"{_cells(facts['unsaved'])} with a formula but without a saved value, read as empty: "
            "open the workbook in Excel and save it."
        )
    if columns := facts["hidden_columns"]:
        more = f" and {len(columns) - MOST_TOLD:,} more" if len(columns) > MOST_TOLD else ""
        named = ", ".join(columns[:MOST_TOLD]) + more
        told.append(f"Hidden in the workbook but read all the same: column {named}.")
    if facts["hidden_rows"]:
        rows = "1 row" if facts["hidden_rows"] == 1 else f"{facts['hidden_rows']:,} rows"
        told.append(f"Hidden in the workbook, perhaps by a filter, but read all the same: {rows}.")
    if merged:
        told.append(f"{_cells(merged)} filled from a merged cell above.")
    if facts["from_1904"]:
        told.append("The workbook counts days from 1904: dates are right, but a bare day number is not one of these.")
    return tuple(told)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count:,} cells"


def _command(path: Path, sheet: str) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "--import-worker", str(path), sheet]
    return [sys.executable, "-I", str(Path(workbook_child.__file__)), str(path), sheet]


def _frames(path: Path, sheet: str) -> Generator[tuple[bytes, bytes] | None, None, None]:
    """What the child says, frame by frame, up to where it breaks off; None whenever it has said nothing for a while."""
    heard: SimpleQueue[tuple[bytes, bytes] | None] = SimpleQueue()
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            _command(path, sheet), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, close_fds=True
        )
        listener = Thread(target=_listen, args=(child.stdout, heard), daemon=True)
        listener.start()
        try:
            yield from _in_time(heard)
        finally:
            child.kill()
            listener.join()
            if child.stdout is not None:
                child.stdout.close()
            child.wait()


def _in_time(heard: SimpleQueue[tuple[bytes, bytes] | None]) -> Iterator[tuple[bytes, bytes] | None]:
    """The frames that are heard, and None for each time of waiting in vain; ends with them, or after long silence."""
    silent = 0
    while silent * PATIENCE <= LONGEST_SILENCE:
        try:
            frame = heard.get(timeout=PATIENCE)
        except Empty:
            silent += 1
            yield None
            continue
        if frame is None:
            return
        silent = 0
        yield frame


def _listen(pipe: IO[bytes], heard: SimpleQueue[tuple[bytes, bytes] | None]) -> None:
    for frame in _spoken(pipe):
        heard.put(frame)
    heard.put(None)


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
