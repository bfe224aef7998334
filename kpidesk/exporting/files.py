"""Write a file whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kpidesk.core.errors import UserError

ADVICE = "Choose another folder or name, or close the file where it is open."
ADVICES = {
    errno.ENOSPC: "Free some space on that disk, or choose another.",
    errno.EDQUOT: "Free some space on that disk, or choose another.",
    errno.ENAMETOOLONG: "Choose a shorter name or folder.",
    errno.EROFS: "Nothing can be written to that disk: choose another.",
}
"""What helps where the system says more than that it may not be."""


@contextmanager
def writing_to(to: Path) -> Iterator[None]:
    """What the system refuses meanwhile is told as a problem with the file.

    Raises:
        UserError: something was refused.
    """
    try:
        yield
    except OSError as error:
        advice = ADVICES.get(error.errno or 0, ADVICE)
        raise UserError(f"{_shown(to)} cannot be written: {error.strerror or error}.", advice) from error


def _shown(to: Path) -> str:
    """A path as it is told; a name that is far too long is cut."""
    name = to.name if len(to.name) <= 120 else f"{to.name[:120]}…"
    return str(to.with_name(name))


def write_whole(to: Path, content: bytes) -> None:
    """Write beside the place and rename, so that a broken file never stands under its name.

    Raises:
        UserError: it cannot be written there, or the file that stands there is protected.
    """
    with writing_whole(to) as file:
        file.write(content)


@contextmanager
def writing_whole(to: Path) -> Iterator[BinaryIO]:
    """A file to be written piece by piece, beside the place and renamed at the end.

    Broken off in whatever way, it is gone, and what stood in its place before still stands there.

    Raises:
        UserError: it cannot be written there, or the file that stands there is protected.
    """
    part = to.with_name(f".{to.name}.part")
    with writing_to(to):
        _check_protection(to)
        try:
            with part.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(to)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise


def _check_protection(to: Path) -> None:
    # a rename does not ask whether the old file may be written
    if to.is_file() and not to.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(errno.EACCES, "the file that stands there is read-only")
