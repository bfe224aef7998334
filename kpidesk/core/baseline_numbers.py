"""The numbers that a baseline was worked out from, and what became of the rows behind them since it was kept."""

from __future__ import annotations

from dataclasses import dataclass

from kpidesk.core.receipts import Opens
from kpidesk.core.wording import counted, listed

UNTOLD = "Rows behind this baseline have changed since it was kept; how many cannot be told any more."


@dataclass(frozen=True, slots=True)
class BaselineNumber:
    """One number behind a baseline: of whom and when, its value and what it rests on, its code, its rows."""

    name: str
    value_text: str
    sample: str
    receipt: str
    opens: Opens


@dataclass(frozen=True, slots=True)
class RowChanges:
    """How many rows behind a baseline came, went and count otherwise since it was kept."""

    new: int = 0
    gone: int = 0
    changed: int = 0

    def plus(self, other: RowChanges) -> RowChanges:
        """Both together."""
        return RowChanges(self.new + other.new, self.gone + other.gone, self.changed + other.changed)

    @property
    def count(self) -> int:
        """All of them."""
        return self.new + self.gone + self.changed

    @property
    def words(self) -> str:
        """In a sentence: "12 rows behind this baseline have changed since it was kept: 8 new, 4 gone."; else empty."""
        if not self.count:
            return ""
        kinds = ((self.new, "new"), (self.gone, "gone"), (self.changed, "counted otherwise"))
        told = listed(f"{count:,} {kind}" for count, kind in kinds if count)
        have = "has" if self.count == 1 else "have"
        return f"{counted(self.count, 'row')} behind this baseline {have} changed since it was kept: {told}."


@dataclass(frozen=True, slots=True)
class BaselineNumbers:
    """The numbers behind a baseline, oldest first; `words` tell that their rows have changed since, empty if not.

    `changes` counts these rows, None where there are no numbers or the state of then cannot be found any more.
    """

    numbers: tuple[BaselineNumber, ...]
    changes: RowChanges | None
    words: str = ""
