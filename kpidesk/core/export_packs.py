"""Copies for a whole team: what each rep can get, and what it is called."""

from __future__ import annotations

from typing import Literal

from kpidesk.core.papers import Paper
from kpidesk.core.reviews import Sheet
from kpidesk.core.scorecards import Scorecard

PackKind = Literal["one-on-ones", "scorecards"]
Copy = Sheet | Scorecard | Paper
PACK_FORMS = ("pdf", "html")
TOGETHER = "Everybody"
NAMES: dict[PackKind, str] = {"one-on-ones": "One-on-one", "scorecards": "Scorecard"}
