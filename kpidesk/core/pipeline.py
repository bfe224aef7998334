"""The pipeline of a scope: its stages, what is stuck, what moved, and whether it is enough for the target."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kpidesk.core.deal_changes import DealMove
from kpidesk.core.formats import format_value
from kpidesk.core.receipts import Opens
from kpidesk.core.scorecards import Question

PickKind = Literal["open", "entered", "exited", "cohort", "advanced", "waiting", "stays", "usual", "stalled", "move",
                   "bridge", "due", "qualified", "account"]  # fmt: skip
Pace = Literal["slower", "faster", "as_usual", "unknown"]
Against = Literal["lower", "higher", "as_usual", "unknown"]
BridgeKey = Literal[
    "opening", "new", "came_back", "reopened", "due_in", "handed_in", "amount_set", "amount_up", "amount_down",
    "repriced", "won", "lost", "vanished", "due_out", "handed_out", "closing",
]  # fmt: skip
SinceKind = Literal["import", "meeting", "period", "day"]

BRIDGE_WORDS: dict[BridgeKey, str] = {
    "opening": "Open before",
    "new": "New",
    "came_back": "Back in the file",
    "reopened": "Reopened",
    "due_in": "Now due in the period",
    "handed_in": "Taken over",
    "amount_set": "First amount",
    "amount_up": "Amount up",
    "amount_down": "Amount down",
    "repriced": "Changed when closed",
    "won": "Won",
    "lost": "Lost",
    "vanished": "No longer in the file",
    "due_out": "No longer due in the period",
    "handed_out": "Handed over",
    "closing": "Open now",
}
"""Every step of a bridge in its order; `opening` and `closing` are its ends."""


@dataclass(frozen=True, slots=True)
class Pick:
    """Which deals stand behind a number, as `operations.pipeline_rows` is asked for them.

    `pipeline` is the key of the pipeline and `stage` the word of the file, where the number is of one. `step` is the
    kind of change or the step of a bridge, `due_only` a bridge of what is due in the period, `since` the day before.
    """

    kind: PickKind
    pipeline: str = ""
    stage: str = ""
    step: str = ""
    due_only: bool = False
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as shown, and what stands behind it: deals to list (`pick`), or the number of a KPI (`opens`).

    `reason` says why there is no value, `receipt` is the code by which the number of a KPI is proven again.
    """

    value: float | None
    text: str
    pick: Pick | None = None
    reason: str = ""
    opens: Opens | None = None
    receipt: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class PipelineChoice:
    """One pipeline of one source to choose: `deals` are open in it for the scope."""

    key: str
    label: str
    deals: float


@dataclass(frozen=True, slots=True)
class Conversion:
    """Which share of the deals that entered a stage in the period went on to the next stage or further.

    `advanced` of `entered` did (credit-weighted), `waiting` are still open and may yet; `mature` from 80 %
    decided on. `few`: fewer than a share may be judged by.
    `interval` is the 95 % interval (Wilson). `words` say it in one line: "31 of 96, 12 still open".
    `usual` is the share of the deals that entered in the four periods before and are decided; `against` it is "lower"
    or "higher" only where most are decided and luck alone would hardly bring as much (95 %, Newcombe).
    """

    value: float | None
    text: str
    interval: tuple[float, float] | None
    interval_text: str
    advanced: Figure
    entered: Figure
    waiting: Figure
    mature: bool
    few: bool
    words: str
    reason: str = ""
    usual: float | None = None
    usual_text: str = ""
    usual_n: float = 0.0
    against: Against = "unknown"


@dataclass(frozen=True, slots=True)
class StageDays:
    """The median days of the stays in a stage that ended in the period, beside those of the four periods before.

    `n` and `usual_n` count the stays; the intervals are of order statistics (None below six stays). `pace` is
    "slower" or "faster" only where luck alone would hardly bring as much.
    """

    median: Figure
    interval: tuple[float, float] | None
    n: int
    usual: Figure
    usual_interval: tuple[float, float] | None
    usual_n: int
    pace: Pace
    words: str


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage of a pipeline in the order of the stages; counts are credit-weighted deals.

    `open` and `amount` are on the last day of the period or of the data, `opening` at the start of the period. Then
    opening + entered − exited + `other` = open, where `other` are deals that changed hands, dropped out of the export
    or came back; both are None where the past is not known. `removed`: no deal has been in it in the period or in the
    four before (half a year at the least), deals only pass it. The line of open deals of which no stage is known has an
    empty `stage`.
    """

    stage: str
    label: str
    position: int
    removed: bool
    open: Figure
    amount: Figure
    opening: float | None
    entered: Figure
    exited: Figure
    other: float | None
    conversion: Conversion
    days: StageDays
    sentence: str


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of one pipeline with what they say in one sentence.

    `basis` says which deals conversion and days are of. `reason` says why entries, exits, conversion and days are not
    known ("needs history from 3 Mar 2026"); the open deals are, all the same.
    """

    pipeline: PipelineChoice
    lines: tuple[StageLine, ...]
    total_open: Figure
    total_amount: Figure
    basis: str
    reason: str
    sentence: str


LONG_PART, LEAST_LIMIT = 0.8, 14
"""A stay is long when it is longer than this part of the past ones, and than so many days."""


@dataclass(frozen=True, slots=True)
class StageLimit:
    """More than so many `days` are long in a stage; told by `n` past stays of won deals where they are enough (`own`).

    Elsewhere `days` is the setting.
    """

    days: int
    n: int
    own: bool

    @property
    def text(self) -> str:
        """The limit and what it rests on: "21 (34 stays)", "30 (setting)"."""
        return f"{self.days:,} ({f'{self.n:,} stays' if self.own else 'setting'})"


def long_stay_rule(stall_days: int, minimum_n: int) -> str:
    """When a deal is long in its stage, to go on after "it is"; the days and the number of stays come from settings."""
    return (
        f"longer in its stage than 4 in 5 stays there of deals you won, and than {LEAST_LIMIT} days; where fewer than "
        f"{minimum_n:,} stays are known, longer than {'1 day' if stall_days == 1 else f'{stall_days:,} days'}"
    )


@dataclass(frozen=True, slots=True)
class StalledDeal:
    """One open deal that has been in its stage for too long.

    `amount` is in major units of the workspace's currency with the scope's share of it, None where no file gives one.
    `days` is how long it has been in its stage, `limit` how long is still not long there, `usual` the median of the
    stays there in the four periods before.
    """

    deal_id: int
    name: str
    account: str
    owner: str
    amount: float | None
    amount_text: str
    stage: str
    days: int
    limit: StageLimit
    usual: float | None
    close_date: date | None
    next_step: str


@dataclass(frozen=True, slots=True)
class Stalled:
    """The open deals long in their stage; `more` are not listed, but stand behind `deals`.

    Those due in the period come first, then by their amount times how far they are beyond the limit.
    """

    rule: str
    deals: tuple[StalledDeal, ...]
    more: int
    count: Figure
    amount: Figure
    share: Figure
    sentence: str


@dataclass(frozen=True, slots=True)
class Since:
    """A day to compare with: "data of 3 Mar 2026", "one-on-one of 2 Mar 2026". `data` is what was known on it."""

    kind: SinceKind
    day: date
    data: date
    words: str


@dataclass(frozen=True, slots=True)
class MoveLine:
    """How many deals changed in one way, and their value in major units; of amounts up and down that of the change.

    `foreign` of them are in another currency without a rate and not in the value. `first` says what of it are amounts
    of deals that had none: "1 first amount, +$78.0K"; these are `first_deals` worth `first_amount`.
    """

    kind: DealMove
    label: str
    deals: int
    amount: float
    amount_text: str
    foreign: int
    pick: Pick
    first: str = ""
    first_deals: int = 0
    first_amount: float = 0.0

    @property
    def worth(self) -> str:
        """The value with how many deals are not in it: "$162K, 3 without a rate"."""
        return f"{self.amount_text}, {self.foreign:,} without a rate" if self.foreign else self.amount_text


@dataclass(frozen=True, slots=True)
class BridgeStep:
    """One step of a bridge in major units, with its sign; those of the ends are the open pipeline itself."""

    key: BridgeKey
    label: str
    amount: float
    amount_text: str
    deals: int
    pick: Pick


@dataclass(frozen=True, slots=True)
class Bridge:
    """How the open pipeline got from one day to a later one; the steps between the ends add up to the difference.

    `due_only`: of the deals due in the period, else of all. `foreign` open deals in another currency have no rate and
    are not in it.
    """

    due_only: bool
    label: str
    steps: tuple[BridgeStep, ...]
    foreign: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved from what was known on one day to the newest data.

    `since` is None where nothing earlier is there to compare with, and `reason` then says so.
    """

    since: Since | None
    until: date | None
    choices: tuple[Since, ...]
    lines: tuple[MoveLine, ...]
    bridges: tuple[Bridge, ...]
    sentence: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether the open pipeline due in the period is enough for the bookings target, and for what is left of it.

    `due` is what is open and due in the period, in major units; `target`, `won` and `left` likewise. `qualified` is the
    part of `due` in deals that are qualified (no value where no file says which are).
    `of_target` and `of_rest` are multiples. `needed` is one divided by the share of decided value that was won in the
    `past` four periods, from `n` decided deals; `win_rate` is that share, of `rate_of` where the scope's own deals are
    too few. `day_one` is what covered the target before the period began, as the KPI of that name tells it.
    `no_target`: a target has to be set first. `lines` are the arithmetic in words.
    """

    due: Figure
    qualified: Figure
    target: Figure
    won: Figure
    left: Figure
    of_target: Figure
    of_rest: Figure
    win_rate: Figure
    needed: Figure
    day_one: Figure
    n: float
    past: str
    no_target: bool
    lines: tuple[str, ...]
    sentence: str
    rate_of: str = ""

    @property
    def is_part(self) -> bool:
        """Whether only a part of what is due counts: a file says which deals are qualified, and not all are."""
        return self.qualified.value is not None and self.qualified.value != self.due.value

    @property
    def judged(self) -> Figure:
        """How often the pipeline that counts covers what is left: the qualified part, all of it where that is unknown.

        "Enough" and the pipeline still to create go by the same deals.
        """
        if not self.is_part or self.of_rest.value is None or not self.left.value:
            return self.of_rest
        value = (self.qualified.value or 0.0) / self.left.value
        return Figure(value, format_value(value, "multiple"), self.qualified.pick)

    @property
    def is_enough(self) -> bool | None:
        """Whether that is as much as the own past needs; None where either is not known."""
        judged, needed = self.judged.value, self.needed.value
        return None if judged is None or needed is None else judged >= needed


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Everything that the pipeline page shows for a scope in a period.

    `choices` are the pipelines there are, those of each source apart; `stages` is of the one that was asked for, or of
    the one with most open deals. `as_of` is the day of the newest data, `title` names the scope and the period.
    `notices` hold for all of it, `definitions` is the code of how its KPIs are defined.
    """

    question: Question
    as_of: date | None
    currency: str
    choices: tuple[PipelineChoice, ...]
    stages: Stages | None
    stalled: Stalled
    moved: Moved
    coverage: Coverage
    notices: tuple[str, ...] = ()
    definitions: str = ""
    sources: tuple[str, ...] = ()
    age_days: int | None = None
    title: str = ""
