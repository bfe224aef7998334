"""What is known of each language besides English, a file each: its words for yes and no, names and plain tables."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from kpidesk.paths import resources

ALL_KINDS = ("yes", "no", "names")
"""The entries of a language's file that are of no kind of record: words for yes and no, headers of parts of a name."""


@lru_cache(maxsize=1)
def languages() -> Mapping[str, Mapping[str, Any]]:
    """The entries of each language by the name of its file; they do not change while the app runs."""
    folder = resources() / "dialects" / "languages"
    return {path.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}
