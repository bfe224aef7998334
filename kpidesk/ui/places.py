"""Where the user has been in the window, to go back and forth like in a browser."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpidesk.core.scorecards import Question

KEPT = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A page with what was asked above it."""

    page_id: str
    question: Question


@dataclass(frozen=True, slots=True)
class Trail:
    """The places visited, oldest first, and which of them one is at (-1: nowhere yet)."""

    places: tuple[Place, ...] = ()
    at: int = -1

    @property
    def here(self) -> Place | None:
        """The place one is at."""
        return self.places[self.at] if self.at >= 0 else None

    def visit(self, place: Place) -> Trail:
        """Go to a place; those ahead are forgotten, the same place twice is one visit."""
        if place == self.here:
            return self
        kept = (*self.places[: self.at + 1], place)[-KEPT:]
        return Trail(kept, len(kept) - 1)

    def step(self, count: int) -> Trail:
        """Go back (-1) or forth (1); at either end one stays."""
        at = min(max(self.at + count, 0), len(self.places) - 1)
        return replace(self, at=at)
