"""What a review shows: members side by side, the pipeline, the forecast, what stands out and what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpidesk.core.coaching_goals import VerdictCount
from kpidesk.core.formats import count_text
from kpidesk.core.kpis import Unit
from kpidesk.core.meetings import CarriedAction, Meeting
from kpidesk.core.people import Scope
from kpidesk.core.pipeline import Pick
from kpidesk.core.reviews import Line


@dataclass(frozen=True, slots=True)
class MemberCell:
    """A number of one rep or team: as shown, what it rests on, and the code by which it can be proven again."""

    text: str
    sample: str = ""
    value: float | None = None
    n: float = 0.0
    code: str = ""

    def told(self, unit: Unit) -> str:
        """The number, with what it rests on unless it is a plain sum: "100% (7 of 7)", "+100 (n 1)"."""
        if self.value is None or unit in ("money", "count") or not self.sample:
            return self.text
        return f"{self.text} ({self.sample if ' of ' in self.sample else f'n {count_text(self.n)}'})"


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One rep or team with a number for each KPI; `note` says what to know about them ("away until 30 Sep")."""

    scope: Scope
    name: str
    cells: tuple[MemberCell, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class MemberTable:
    """Reps or teams by name (never by rank) against KPIs, with their ids, names and units."""

    kpis: tuple[str, ...]
    names: tuple[str, ...]
    units: tuple[Unit, ...]
    rows: tuple[MemberRow, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money in major units (None where no file gives one), and as shown."""

    value: float | None
    text: str


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage of the open pipeline: how many deals, for how much, how many go on, and how long they stay.

    `pick` says which deals stand behind their number. `pipeline` names the pipeline it is a stage of where there are
    open deals in several.
    """

    name: str
    count: int
    amount: Amount
    conversion_text: str = ""
    days_text: str = ""
    pick: Pick | None = None
    pipeline: str = ""


@dataclass(frozen=True, slots=True)
class MovedDeal:
    """One deal that moved: whose it is, and from what to what."""

    name: str
    owner: str
    amount: Amount
    change: str


@dataclass(frozen=True, slots=True)
class MovedLine:
    """All deals that moved in one way ("Pushed out"), with their value; the largest are named, `pick` finds all."""

    label: str
    count: int
    amount: Amount
    deals: tuple[MovedDeal, ...] = ()
    pick: Pick | None = None


@dataclass(frozen=True, slots=True)
class StalledLine:
    """A deal that stays in its stage for longer than usual; `words` say how long (`deal_id` 0: not known)."""

    name: str
    owner: str
    amount: Amount
    stage: str
    words: str
    deal_id: int = 0


@dataclass(frozen=True, slots=True)
class PipelinePart:
    """The open pipeline of a review: its stages, what moved, what stalled and by which rule, and what it covers.

    `stalled` holds all deals that are long in their stage, those to look at first at its head.
    """

    stages: tuple[StageLine, ...]
    total_text: str
    moved: tuple[MovedLine, ...]
    moved_words: str
    stalled: tuple[StalledLine, ...]
    stalled_words: str
    coverage: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignalLine:
    """A number that stands out and of which nobody has said anything yet."""

    kpi: str
    whose: str
    words: str


@dataclass(frozen=True, slots=True)
class InitiativeLine:
    """An initiative and what the data say of it so far."""

    name: str
    whose: str
    since: date
    verdict: str
    words: str


@dataclass(frozen=True, slots=True)
class TargetChange:
    """A target that was set, changed or taken away since the last review; `before` is empty for a first one."""

    kpi_id: str
    kpi: str
    scope: Scope
    whose: str
    period: str
    before: str
    after: str
    reason: str
    on: date
    version: int = 0


@dataclass(frozen=True, slots=True)
class CallLine:
    """What one rep (or the whole) says will be booked, beside what they said last time and what the data say.

    An amount is None where nothing was said. `moved` is the change of the commit, `expected` what is won with the open
    deals due by own chances, said or not. `past` tells how far earlier commits were off, `said_on` the day of the
    submission; with `pipeline_is_due` its pipeline is no more than the open deals that were due then.
    """

    scope: Scope
    name: str
    won: Amount | None = None
    commit: Amount | None = None
    best: Amount | None = None
    pipeline: Amount | None = None
    commit_before: Amount | None = None
    moved: Amount | None = None
    expected: Amount | None = None
    past: str = ""
    said_on: date | None = None
    pipeline_is_due: bool = False


@dataclass(frozen=True, slots=True)
class ForecastRange:
    """What the data expect to be booked by the end of the period: the middle 80 %, in major units and as text."""

    low: float
    point: float
    high: float
    low_text: str
    point_text: str
    high_text: str
    words: str
    won: float = 0.0
    won_text: str = ""
    target: float | None = None
    target_text: str = ""


@dataclass(frozen=True, slots=True)
class ForecastPart:
    """A forecast call: the call of the whole, apart from the sum of the reps, each rep, and what the data say.

    `range` is what the data expect, `range_words` by which method, or why there is none. `past` says how far earlier
    forecasts were off, `apart` how far the call of the whole is from the sum once all reps have said theirs.
    `own_words` say what is expected by own chances; empty where that is not known, and in calls closed before.
    """

    total: CallLine
    summed: CallLine
    lines: tuple[CallLine, ...]
    range: ForecastRange | None
    range_words: str
    moved: tuple[MovedLine, ...]
    moved_words: str
    past: tuple[str, ...]
    apart: str = ""
    own_words: str = ""


@dataclass(frozen=True, slots=True)
class MeetingSheet:
    """Everything that a team review shows: live while it is a draft, its numbers sealed from the start on.

    Which parts there are depends on the kind: a weekly review has activity (`lines`, `members`) and `pipeline`, a
    monthly one outcome and quality (`lines`, `members`), `why`, `initiatives`, `verdicts` and `target_changes`, a
    forecast call its `forecast`. `quarter` holds the KPIs whose targets are of the quarter, not of the month. What
    moved lies between `since` and `as_of`; `since_review`: that is the data of the review before. `code` names the
    sealed numbers, `definitions` how their KPIs are defined. `redacted` is the day on which the name of a person who
    was deleted was taken out of a sealed sheet.
    """

    meeting: Meeting
    name: str
    header: str
    as_of: date | None
    since: date | None
    currency: str
    carried: tuple[CarriedAction, ...] = ()
    lines: tuple[Line, ...] = ()
    lines_words: str = ""
    quarter: tuple[Line, ...] = ()
    members: MemberTable | None = None
    pipeline: PipelinePart | None = None
    signals: tuple[SignalLine, ...] = ()
    why: tuple[str, ...] = ()
    initiatives: tuple[InitiativeLine, ...] = ()
    verdicts: tuple[VerdictCount, ...] = ()
    verdicts_words: str = ""
    target_changes: tuple[TargetChange, ...] = ()
    forecast: ForecastPart | None = None
    met_before: bool = False
    since_review: bool = False
    code: str = ""
    definitions: str = ""
    redacted: date | None = None

    @property
    def kpi_ids(self) -> tuple[str, ...]:
        """The KPIs that were looked at."""
        return tuple(dict.fromkeys((*(line.row.kpi.id for line in self.lines),
                                    *(self.members.kpis if self.members else ()))))  # fmt: skip
