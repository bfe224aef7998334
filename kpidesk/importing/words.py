"""What rows prove, in words."""

from __future__ import annotations

from kpidesk.core.wording import counted


def proving(count: int) -> str:
    """So many rows prove something: `1 row proves`, `2,986 rows prove`."""
    return f"{counted(count, 'row')} {'proves' if count == 1 else 'prove'}"
