"""Team reviews: the weekly review, the monthly leadership review and the forecast call, from draft to frozen sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from kpidesk.core.coaching_goals import VerdictCount
from kpidesk.core.errors import UserError
from kpidesk.core.formats import count_text
from kpidesk.core.kpis import Unit
from kpidesk.core.people import Scope
from kpidesk.core.pipeline import Pick
from kpidesk.core.reviews import Line, ReviewState, Settled
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import listed

MeetingKind = Literal["weekly", "monthly", "forecast"]
ActionState = Literal["open", "done", "dropped"]
KINDS: tuple[MeetingKind, ...] = get_args(MeetingKind)
KIND_WORDS: dict[MeetingKind, str] = {
    "weekly": "Weekly team review",
    "monthly": "Monthly leadership review",
    "forecast": "Forecast call",
}
MOST_ACTIONS = 5
STALLED_SHOWN = 8
"""Of the deals that are long in their stage a review shows the first; the others where all are asked for."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point to talk about; `done` once it was. `since` is the day of the review it was carried over from."""

    text: str
    done: bool = False
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to be done by somebody until a day; `reason` says what came of it once it is not open any more.

    With a KPI its value stands beside the action in the next review. `id` and `meeting_id` are 0 until it is kept.
    """

    text: str
    owner: str
    due: date
    kpi_id: str = ""
    state: ActionState = "open"
    reason: str = ""
    id: int = 0
    meeting_id: int = 0


@dataclass(frozen=True, slots=True)
class CarriedAction:
    """An action of an earlier review with how it stands; `then` and `now` are texts of its KPI, where it has one."""

    action: Action
    made_on: date
    state: Settled
    words: str
    kpi: str = ""
    then: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class ReviewAction:
    """An action that a closed review agreed, with the name of the review, about whom it was, and on which day."""

    action: Action
    review: str
    about: str
    made_on: date


@dataclass(frozen=True, slots=True)
class Meeting:
    """A team review as it is kept: of what kind, about whom and which period, and what was typed.

    `private` is the manager's own and leaves on no copy. Stamps are ISO text, empty until that has happened;
    `as_of` is the day of the data that were sealed, None until then.
    """

    id: int
    kind: MeetingKind
    scope: Scope
    question: Question
    state: ReviewState = "draft"
    agenda: tuple[Point, ...] = ()
    notes: str = ""
    private: str = ""
    actions: tuple[Action, ...] = ()
    created_at: str = ""
    started_at: str = ""
    closed_at: str = ""
    as_of: date | None = None


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


def read_kind(text: str) -> MeetingKind:
    """A kind of review as typed: `weekly`, `monthly` or `forecast`.

    Raises:
        UserError: it is none of these.
    """
    for known in KINDS:
        if known == text.strip().casefold():
            return known
    raise UserError(f"There is no review '{text}'.", f"Use {listed(KINDS, last='or')}.")


def read_action_state(text: str) -> ActionState:
    """What became of an action, as typed: `done`, `dropped` or `open`.

    Raises:
        UserError: it is none of these.
    """
    for known in get_args(ActionState):
        if known == text.strip().casefold():
            state: ActionState = known
            return state
    raise UserError(f"An action cannot be '{text}'.", "Use done, dropped or open.")


def check_meeting(meeting: Meeting) -> None:
    """Refuse what a team review cannot hold.

    Raises:
        UserError: too many actions, or one without words or owner.
    """
    if len(meeting.actions) > MOST_ACTIONS:
        raise UserError(
            f"{len(meeting.actions)} actions are too many for one review.", f"Keep the {MOST_ACTIONS} that matter most."
        )
    for one in meeting.actions:
        if not one.text.strip():
            raise UserError("An action has no words.", "Say what will be done, or take it away.")
        if not one.owner.strip():
            raise UserError(f"Nobody owns '{one.text}'.", "Say who will do it.")


def is_untouched(meeting: Meeting, carried: tuple[Point, ...] | None = None) -> bool:
    """Whether nothing has been typed into a draft.

    With `carried`, the points that the last review left over, rewriting or dropping one of them counts too.
    """
    typed = any(one.done or one.since is None for one in meeting.agenda)
    changed = carried is not None and set(meeting.agenda) != set(carried)
    return meeting.state == "draft" and not (typed or changed or meeting.notes or meeting.private or meeting.actions)
