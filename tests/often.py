"""How many random cases a law is tried on: a few in every run, many more where `KPIDESK_CASES` multiplies them.

The few are always the same, so that a run says the same twice; with a factor they are new ones each time.
"""

from __future__ import annotations

import os

FACTOR = int(os.environ.get("KPIDESK_CASES", "1"))


def often(cases: int) -> int:
    """So many cases, times the factor."""
    return cases * FACTOR
