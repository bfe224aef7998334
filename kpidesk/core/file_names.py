"""Names of files from names of people and things: what every system takes, and no two alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_BYTES = 160
"""How long a name is without its ending; file systems take 255 bytes, and copies get longer names."""
_RESERVED = frozenset(("con", "prn", "aux", "nul", *(f"{port}{at}" for port in ("com", "lpt") for at in range(1, 10))))


def file_name(title: str, ending: str, otherwise: str = "scorecard") -> str:
    """A file name that every system takes, from a title: `Northwind Sales Q3 2026.pdf`."""
    words = " ".join(re.sub(r"[^\w .-]+", " ", title).split())
    kept = words.encode()[:MOST_BYTES].decode(errors="ignore").strip("-. ") or otherwise
    return f"{kept}_{ending}" if kept.partition(".")[0].casefold() in _RESERVED else f"{kept}{ending}"


def file_names(titles: Iterable[str], ending: str) -> tuple[str, ...]:
    """A name for each title; of those that would be alike, in whatever case, the later ones get a number."""
    found: list[str] = []
    taken: set[str] = set()
    for title in titles:
        made, number = file_name(title, ending, "copy"), 1
        while made.casefold() in taken:
            number += 1
            made = file_name(title, f" {number}{ending}", "copy")
        taken.add(made.casefold())
        found.append(made)
    return tuple(found)
