"""How names and words of files are compared."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """A name as it is compared: compatible forms, case and invisible characters do not count."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(char for char in plain if unicodedata.category(char) not in ("Cf", "Cc")).split())
