"""Is it on track: status while a period runs, tier once it is closed, and how sure that is."""

from __future__ import annotations

from typing import Literal

Status = Literal["on_track", "at_risk", "off_track", "no_target", "too_few", "maturing", "stale", "no_data"]
TierReached = Literal["below_minimum", "minimum_met", "target_met", "stretch_met"]
Confidence = Literal["solid", "hollow", "none"]

STATUS_WORDS: dict[Status, str] = {
    "on_track": "On track",
    "at_risk": "At risk",
    "off_track": "Off track",
    "no_target": "No target",
    "too_few": "Too few",
    "maturing": "Maturing",
    "stale": "Stale",
    "no_data": "No data",
}
TIER_WORDS: dict[TierReached, str] = {
    "below_minimum": "Below minimum",
    "minimum_met": "Minimum met",
    "target_met": "Target met",
    "stretch_met": "Stretch met",
}
