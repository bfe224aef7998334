"""The answer to a preparation form: a small text file from a rep, read with care."""

from __future__ import annotations

import codecs
from pathlib import Path

from kpidesk.core.errors import UserError
from kpidesk.core.preparations import TITLE, ReadForm, read_form

MOST_BYTES = 200_000
"""Of a file; a form that is filled to its limits has a few thousand."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_START = 4_000


def read_preparation(path: Path) -> ReadForm:
    """What a rep wrote into the form.

    Raises:
        UserError: it cannot be read, is too large, is no text, or is not the form.
    """
    try:
        if not path.is_file():
            raise FileNotFoundError(2, "it is no file")
        if path.stat().st_size > MOST_BYTES:
            raise UserError(
                f"{path.name} has {path.stat().st_size:,} bytes, far more than an answer.", "Choose the rep's answer."
            )
        body = path.read_bytes()
    except OSError as error:
        problem = f"{path.name} cannot be read: {error.strerror}."
        raise UserError(problem, "Look whether it is there and may be opened.") from None
    text = _decoded(path, body)
    if text.lstrip()[:200].casefold().startswith(("<!doctype", "<html")):
        raise UserError(f"{path.name} is the form itself, not the answer.",
                        "In the form, press 'Save my answers' and send back the file that this makes.")  # fmt: skip
    return read_form(text)


def is_preparation(path: Path) -> bool:
    """Whether a file looks like an answer to a form, by its first lines."""
    if path.suffix.casefold() != ".txt":
        return False
    try:
        with path.open("rb") as file:
            start = file.read(_START)
    except OSError:
        return False
    return any(TITLE.encode(name) in start for name in ("utf-8", "utf-16-le", "utf-16-be"))


def _decoded(path: Path, body: bytes) -> str:
    mark, name = next((one for one in _MARKS if body.startswith(one[0])), (b"", "utf-8"))
    try:
        text = body[len(mark) :].decode(name)
    except UnicodeDecodeError:
        raise UserError(f"{path.name} is not saved as UTF-8 text.",
                        "Open it, choose UTF-8 in 'Save as', and read it again.") from None  # fmt: skip
    if "\0" in text:
        raise UserError(f"{path.name} is no text file.", "Choose the text file that the rep sent back.")
    return text
