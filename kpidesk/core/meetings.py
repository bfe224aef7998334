"""Team reviews: the weekly review, the monthly leadership review and the forecast call, from draft to frozen sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from kpidesk.core.errors import UserError
from kpidesk.core.people import Scope
from kpidesk.core.reviews import ReviewState, Settled
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
