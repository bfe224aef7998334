"""A file of targets as plain rows of text: which columns it has, and what stands in each line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kpidesk.importing.named_lines import NamedLine, named_lines

NEEDED = ("scope", "kpi", "target")
OTHERS = ("minimum", "stretch", "period", "reason")

TargetLine = NamedLine


def target_lines(path: Path) -> Iterator[TargetLine]:
    """The lines of a file of targets with columns scope, kpi and target, and others where it has them.

    Raises:
        UserError: it is no table, or lacks one of the columns that are needed.
    """
    return named_lines(path, NEEDED, OTHERS, "targets")
