"""Workbooks, read in a child process: a hostile file can end the child but not the app."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kpidesk.core.errors import UserError, nearest
from kpidesk.importing import workbook_child

ADVICE = "Open it in a spreadsheet program, save it again as XLSX, or export the data as CSV."


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a workbook, the one to read, and things to know."""

    sheets: tuple[str, ...]
    sheet: str
    notices: tuple[str, ...]


def describe(path: Path, sheet: str) -> Book:
    """The sheets of a workbook and which is read: the one asked for, else the largest table.

    Raises:
        UserError: the workbook cannot be read or has no such sheet.
    """
    head: dict[str, Any] = {}
    messages = _messages(path, "")
    for message in messages:
        if "sheets" in message:
            head = message
            break
    messages.close()
    sizes = {str(name): int(rows) * int(columns) for name, rows, columns in head["sheets"]}
    if sheet and sheet not in sizes:
        raise UserError(f"'{path.name}' has no sheet '{sheet}'.", nearest(sheet, sizes))
    chosen = sheet or max(sizes, key=lambda name: sizes[name], default="")
    used = [name for name, size in sizes.items() if size]
    if not used:
        raise UserError(f"'{path.name}' has no sheet with rows.", "Export it again from the CRM.")
    notices = tuple(str(notice) for notice in head.get("notices", ()))
    if len(used) > 1 and not sheet:
        others = ", ".join(f"'{name}'" for name in used if name != chosen)
        notices += (f"The workbook has several sheets; '{chosen}', the largest, is read and not {others}.",)
    return Book(tuple(sizes), chosen, notices)


def rows(path: Path, sheet: str) -> Generator[tuple[int, list[str]], None, None]:
    """Rows of a sheet with their row numbers; closing the generator ends the child process."""
    messages = _messages(path, sheet)
    try:
        for message in messages:
            start = int(message.get("from", 0))
            for at, row in enumerate(message.get("rows", ())):
                yield start + at, row
    finally:
        messages.close()


def _command(path: Path, sheet: str) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "--import-worker", str(path), sheet]
    return [sys.executable, "-I", str(Path(workbook_child.__file__)), str(path), sheet]


def _messages(path: Path, sheet: str) -> Generator[dict[str, Any], None, None]:
    """What the child says, one JSON object per line; an end without `done` is a crash."""
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            _command(path, sheet), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, close_fds=True
        )
        try:
            yield from _spoken(child.stdout, path)
        finally:
            child.kill()
            if child.stdout is not None:
                child.stdout.close()
            child.wait()


def _spoken(pipe: IO[bytes] | None, path: Path) -> Generator[dict[str, Any], None, None]:
    for raw in pipe or ():
        try:
            message = json.loads(raw)
        except ValueError:
            break
        if "problem" in message:
            raise UserError(f"'{path.name}' {message['problem']}.", str(message.get("advice") or ADVICE))
        if message.get("done"):
            return
        yield message
    raise UserError(f"'{path.name}' cannot be read: it is damaged, or claims more cells than memory can hold.", ADVICE)
