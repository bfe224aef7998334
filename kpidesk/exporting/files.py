"""Write a file whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from kpidesk.core.errors import UserError


def write_whole(to: Path, content: bytes) -> None:
    """Write beside the place and rename, so that a broken file never stands under its name.

    Raises:
        UserError: it cannot be written there.
    """
    part = to.with_name(f".{to.name}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(to)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        why = error.strerror or str(error)
        advice = "Choose another folder, or close the file where it is open."
        raise UserError(f"{to} cannot be written: {why}.", advice) from error
