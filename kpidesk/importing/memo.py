"""Each different text of a column is read once."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence, Set
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

    def values_of(self, texts: Sequence[Text]) -> list[Cell]:
        """The value of each text."""
        return list(map(self.__getitem__, texts))

    def trim(self) -> None:
        """Forget everything when it has become too much."""
        if len(self) > LARGEST:
            self.clear()
            self.bad.clear()


class Parts(dict[str, str]):
    """What parts of texts stand for, read when first asked for; a class because dict calls its own `__missing__`.

    KeyError for a part that `read` does not know.
    """

    __slots__ = ("read",)

    def __init__(self, read: Callable[[str], str | None]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, part: str) -> str:
        found = self.read(part)
        if found is None:
            raise KeyError(part)
        if len(self) > LARGEST:
            self.clear()
        self[part] = found
        return found


class StampMemo(Memo[str]):
    """Values of days that may have a time behind them; a class as `Memo` is.

    A stamp such as "2026-03-01 09:30" is seldom seen twice, so only its day and its time are remembered, each by
    itself. `with_time` says whether the value of a stamp ends in its time, or is that of its day.
    """

    __slots__ = ("days", "times", "with_time")

    def __init__(self, read: Callable[[str], Cell | Problem], *, with_time: bool = False) -> None:
        super().__init__(read)
        self.with_time = with_time
        self.days, self.times = Parts(self._day), Parts(self._time)

    def __missing__(self, text: str) -> Cell:
        if len(text) > DAY:
            try:
                time = self.times[text[DAY:]]  # first: with a zone behind it, its day may be another one
                return self.days[text[:DAY]] + time
            except KeyError:
                pass
        return super().__missing__(text)

    def values_of(self, texts: Sequence[str]) -> list[Cell]:
        """The value of each text; stamps are put together from what is known of their parts."""
        if len(next(filter(None, texts), "")) > DAY:
            days, times = self.days, self.times
            try:
                return [days[text[:DAY]] + times[text[DAY:]] if text else None for text in texts]
            except KeyError:
                pass
        return super().values_of(texts)

    def parts_of(self, days: Sequence[str], times: Sequence[str]) -> tuple[list[str | None], list[str]] | None:
        """The values of days, None of an empty one, and what times add to them; None where one cannot tell."""
        try:
            known = [self.days[day] if day else None for day in days]
            return known, [self.times[time] if time else "" for time in times]
        except KeyError:
            return None

    def are_times(self, behind: Set[str]) -> bool:
        """Whether all of these are times as they stand behind a day."""
        try:
            for text in behind - self.times.keys():
                self.times[text]
        except KeyError:
            return False
        return True

    def _day(self, text: str) -> str | None:
        """The value of a day that is written year first and between dashes."""
        day = self[text] if text[4:5] == "-" == text[7:8] and len(text) == DAY else None
        return day if isinstance(day, str) else None

    def _time(self, behind: str) -> str | None:
        """What a time adds to the value of the day before it."""
        if not CLOCK.fullmatch(behind):
            return None
        return f"T{behind[1:6]}" if self.with_time else ""


Memos = dict[str, Memo[Any]]
