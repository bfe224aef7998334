"""What an operation has changed, so that a page reloads only when it depends on it."""

from __future__ import annotations

from enum import Flag, auto


class Change(Flag):
    """Parts of a workspace that a writing operation can change."""

    NOTHING = 0
    DATA = auto()
    PEOPLE = auto()
    KPIS = auto()
    GOALS = auto()
    SETTINGS = auto()
    REVIEWS = auto()
    EVERYTHING = DATA | PEOPLE | KPIS | GOALS | SETTINGS | REVIEWS
