"""What a copy for others may leave out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Redaction = Literal["initials", "bands", "both"]
"""What a copy leaves out: names, exact amounts of money, or both."""
HIDDEN: Mapping[Redaction, str] = {
    "initials": "people as initials; typed words may tell more",
    "bands": "amounts as bands; typed words may tell more",
    "both": "people as initials, amounts as bands; typed words may tell more",
}
"""What a copy says of itself: a nickname, or a number in words, is not found."""
