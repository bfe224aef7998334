"""Files beside a workspace that still hold the name of somebody: its backups, and what was replaced by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from kpidesk.core.errors import UserError
from kpidesk.paths import backups_folder
from kpidesk.store.backups import SUFFIX
from kpidesk.store.database import Database

BLOCK = 2**22


def copies(db: Database) -> tuple[Path, ...]:
    """Every backup of a workspace, and every file that one has replaced, oldest name first."""
    made = backups_folder(db.workspace_id).glob(f"*{SUFFIX}")
    replaced = (path for path in db.path.parent.glob(f"*{db.path.suffix}") if _is_replaced(db.path, path))
    return tuple(sorted({*made, *replaced}))


def _is_replaced(workspace: Path, path: Path) -> bool:
    return path.name.startswith(f"{workspace.stem} replaced ") and path.is_file()


def naming(paths: Iterable[Path], texts: Sequence[str]) -> tuple[Path, ...]:
    """The files of which the bytes hold any of some texts, in capitals or small letters."""
    wanted = sorted({text.encode("utf-8", "surrogatepass") for text in texts if text.strip()}, key=len, reverse=True)
    if not wanted:
        return ()
    pattern, overlap = re.compile(b"|".join(map(re.escape, wanted)), re.IGNORECASE), len(wanted[0])
    return tuple(path for path in paths if _holds(path, pattern, overlap))


def _holds(path: Path, pattern: re.Pattern[bytes], overlap: int) -> bool:
    """Whether a file holds it; one that cannot be read is taken to hold it."""
    try:
        with path.open("rb") as file:
            before = b""
            while block := file.read(BLOCK):
                if pattern.search(before + block):
                    return True
                before = block[-overlap:]
    except OSError:
        return True
    return False


def delete_copies(db: Database, paths: Iterable[Path]) -> tuple[Path, ...]:
    """Delete copies of a workspace; gives those that are gone.

    Raises:
        UserError: one of them is no copy of this workspace, or cannot be deleted.
    """
    known, gone = set(copies(db)), []
    for path in paths:
        if path not in known:
            raise UserError(f"'{path.name}' is no backup of this workspace.", "Choose one from the list.")
        try:
            path.unlink()
        except OSError as error:
            raise UserError(f"'{path}' cannot be deleted: {error.strerror}.", "Delete it yourself.") from error
        gone.append(path)
    return tuple(gone)
