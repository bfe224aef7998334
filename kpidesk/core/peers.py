"""Reps or teams side by side on one KPI: ranked only as far as they differ by more than luck."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Question

Place = Literal["", "inside", "above", "below", "far above", "far below"]
By = Literal["rep", "team"]
PLACE_WORDS: dict[Place, str] = {
    "": "too few to say",
    "inside": "inside what luck explains",
    "above": "higher than luck usually explains",
    "below": "lower than luck usually explains",
    "far above": "much higher than luck explains",
    "far below": "much lower than luck explains",
}
OFTEN: dict[Place, str] = {
    "above": "luck alone does this 1 time in 40", "below": "luck alone does this 1 time in 40",
    "far above": "luck alone does this 1 time in 1,000", "far below": "luck alone does this 1 time in 1,000",
}  # fmt: skip
USUAL = "95 in 100 by luck"
"""The name of the line that luck alone seldom crosses."""
A_WEEK = " a week"
"""Ends a value that is compared by week worked."""
SYMBOLS: dict[Place, str] = {"": "○", "inside": "●", "above": "▲", "below": "▼", "far above": "▲▲", "far below": "▼▼"}


@dataclass(frozen=True, slots=True)
class Peer:
    """One rep or team: what it came to, from how many rows, and where it lies among the others.

    `size` is what the value rests on: rows of a rate or a median, weeks worked of a count. `low` and `high` bound the
    value with 95 % confidence. `fair` is the value with the others taken into account: the fewer rows, the nearer to
    the common value; None where that is not worked out. `question` asks for the rows. `rank` names the sets of those
    who cannot be told apart that somebody is in, the best first ("1", "1–2"); empty where nobody can be told apart.
    `receipt` is the code that proves the number behind the value again: of a count or a sum what it came to over all
    of the weeks.
    """

    scope: Scope
    name: str
    value: float | None
    value_text: str
    size: float
    sample_text: str
    low: float | None
    high: float | None
    interval_text: str
    fair: float | None
    fair_text: str
    place: Place
    place_words: str
    question: Question = field(compare=False)
    ramping: bool = False
    rank: str = ""
    receipt: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Limit:
    """What luck alone leaves for somebody with so many rows or weeks: usually `low`…`high`, rarely beyond `far_*`."""

    size: float
    low: float
    high: float
    far_low: float
    far_high: float


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """Reps with the same role and segment, by rank and name. `common` is what all of them together came to.

    `alike` are the sets whose members cannot be told apart, the best first, each by name; somebody may be in two.
    `limits` are the lines of the funnel, empty where there is none; they lie round the `middle`, which is what all came
    to together without those who lie far outside, who stand in `apart`.
    """

    label: str
    peers: tuple[Peer, ...]
    common: float | None
    common_text: str
    alike: tuple[tuple[str, ...], ...]
    words: str
    limits: tuple[Limit, ...] = ()
    middle: float | None = None
    middle_text: str = ""
    apart: tuple[str, ...] = ()

    @property
    def middle_words(self) -> str:
        """What stands beside the line in the middle of the funnel; empty where there is none."""
        return "" if self.middle is None else f"{'The others' if self.apart else 'All'} {self.middle_text}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The reps or teams of a scope on one KPI, like for like, over a window that is long enough.

    `window_words` name the window and why it is that long. `ramping` are the reps within their ramp, who are compared
    with nobody. `size_words` say what the value rests on ("closed deals", "weeks worked"), `definitions` is the code of
    how the KPI is defined.
    """

    kpi: Kpi
    question: Question
    by: By
    title: str
    window: Period
    window_words: str
    size_words: str
    groups: tuple[PeerGroup, ...]
    ramping: tuple[Peer, ...]
    sentence: str
    currency: str = ""
    as_of: date | None = None
    notices: tuple[str, ...] = ()
    definitions: str = ""

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Everybody who is shown, group by group, those within their ramp last."""
        return (*(peer for group in self.groups for peer in group.peers), *self.ramping)

    @property
    def receipts(self) -> tuple[tuple[str, str], ...]:
        """Whose number each code proves again; of a value by the week what it came to in all."""
        told = ((one, f", {self.window.label} in all" if one.value_text.endswith(A_WEEK) else "") for one in self.peers)
        return tuple((f"{one.name}{words}", one.receipt) for one, words in told if one.receipt)
