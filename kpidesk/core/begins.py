"""That the data begin inside a period, in words: one sentence, by which all that rests on the period knows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kpidesk.core.formats import day_text

_BEGINS, _INSIDE = "Data begins on ", ", inside this period: "


def begins_notice(first: date, what: str) -> str:
    """What qualifies a number of such a period; `what` is what the files lack of it, such as "closes"."""
    return f"{_BEGINS}{day_text(first)}{_INSIDE}{what} before that day are not in the files."


def begins_on(notices: Iterable[str]) -> str:
    """On which day the data begin inside the period of a number with these notices, as text; empty where they do not.

    Where the data of several measures begin on several days it is the first that is told.
    """
    told = (one.removeprefix(_BEGINS).partition(_INSIDE) for one in notices if one.startswith(_BEGINS))
    return next((day for day, inside, _ in told if inside), "")
