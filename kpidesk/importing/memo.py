"""Each different text of a column is read once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from kpidesk.core.records import Cell

LARGEST = 200_000
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


Memos = dict[str, Memo[Any]]
