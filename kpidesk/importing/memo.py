"""Each different text of a column is read once."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Set
from dataclasses import dataclass
from typing import Any, TypeVar

from kpidesk.core.records import Cell

LARGEST = 200_000
DAY = len("2026-03-01")
CLOCK = re.compile(r"[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?", re.ASCII)
Text = TypeVar("Text", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text has no value."""

    text: str


class Memo(dict[Text, Cell]):
    """Values by text, read when first asked for; a class because dict calls its own `__missing__`.

    A text without a value is remembered in `bad` with the reason.
    """

    __slots__ = ("bad", "read")

    def __init__(self, read: Callable[[Text], Cell | Problem]) -> None:
        super().__init__()
        self.read = read
        self.bad: dict[Text, str] = {}

    def __missing__(self, text: Text) -> Cell:
        value = self.read(text)
        if isinstance(value, Problem):
            self.bad[text] = value.text
            self[text] = None
            return None
        self[text] = value
        return value

    def trim(self) -> None:
        """Forget everything when it has become too much."""
        if len(self) > LARGEST:
            self.clear()
            self.bad.clear()


class StampMemo(Memo[str]):
    """Values of days that may have a time behind them; a class as `Memo` is.

    A stamp such as "2026-03-01 09:30" is seldom seen twice, so only its day and its time are remembered, each by
    itself. `with_time` says whether the value of a stamp ends in its time, or is that of its day.
    """

    __slots__ = ("times", "with_time")

    def __init__(self, read: Callable[[str], Cell | Problem], *, with_time: bool = False) -> None:
        super().__init__(read)
        self.with_time = with_time
        self.times: dict[str, str | None] = {}

    def __missing__(self, text: str) -> Cell:
        if text[4:5] == "-" == text[7:8] and len(text) > DAY:
            try:
                time = self.times[text[DAY:]]
            except KeyError:
                time = self._learn(text[DAY:])
            day = self[text[:DAY]] if time is not None else None
            if day is not None and time is not None:
                return f"{day}{time}" if self.with_time else day
        return super().__missing__(text)

    def are_times(self, behind: Set[str]) -> bool:
        """Whether all of these are times as they stand behind a day."""
        for text in behind - self.times.keys():
            self._learn(text)
        return all(map(self.times.get, behind))

    def _learn(self, behind: str) -> str | None:
        if len(self.times) > LARGEST:
            self.times.clear()
        self.times[behind] = f"T{behind[1:6]}" if CLOCK.fullmatch(behind) else None
        return self.times[behind]


Memos = dict[str, Memo[Any]]
