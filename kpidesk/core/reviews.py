"""One-on-ones: what a meeting with one rep is made of, from the draft to the sheet that is frozen when it closes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from kpidesk.core.coaching_goals import GoalReadout
from kpidesk.core.errors import UserError
from kpidesk.core.people import Scope
from kpidesk.core.receipts import Receipt
from kpidesk.core.scorecards import Question, Row

ReviewState = Literal["draft", "started", "closed"]
Party = Literal["rep", "manager"]
Settled = Literal["done", "late", "open", "overdue", "dropped"]
FactKind = Literal[
    "won", "lost", "new", "pushed", "pulled_in", "amount_up", "amount_down", "stage", "reopened", "gone", "won_amount",
    "taken_over", "handed_over",
]  # fmt: skip
Risk = Literal["overdue", "pushed", "stalled", "no_next_step", "quiet", "early_stage", "large"]
Tag = Literal["", "todo", "doto", "discuss", "fyi"]
MOST_KPIS = 5
MOST_COMMITMENTS = 3

FACT_WORDS: dict[FactKind, str] = {
    "won": "Won",
    "lost": "Lost",
    "new": "New",
    "pushed": "Pushed out",
    "pulled_in": "Pulled in",
    "amount_up": "Amount up",
    "amount_down": "Amount down",
    "stage": "Moved stage",
    "reopened": "Reopened",
    "gone": "No longer in the file",
    "won_amount": "Won amount changed",
    "taken_over": "Taken over",
    "handed_over": "Handed over",
}
SETTLED_WORDS: dict[Settled, str] = {
    "done": "Done",
    "late": "Done late",
    "open": "Open",
    "overdue": "Late",
    "dropped": "Dropped",
}
UNSETTLED: frozenset[Settled] = frozenset(("open", "overdue"))
"""What is followed up in the next meeting; `overdue` is open past its day, `late` was done after it."""
RISK_WORDS: dict[Risk, str] = {
    "overdue": "close date has passed",
    "pushed": "pushed twice or more",
    "stalled": "long in its stage",
    "no_next_step": "no next step ahead",
    "quiet": "no activity for 14 days",
    "early_stage": "due within 14 days, early stage",
    "large": "more than a fifth of what is left to the target",
}
TAG_WORDS: dict[Tag, str] = {"todo": "TODO", "doto": "MANAGER", "discuss": "DISCUSS", "fyi": "FYI", "": ""}
"""What is to happen with a point: the rep does it, the manager does it, both talk, or it is only told."""
DONE_TAG = "DONE"


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One point to talk about, brought by the rep or the manager; the rep's points come first.

    `raised`: it was put there for what had been said of a signal, nobody typed it here. `since` is the day of the
    earlier meeting that it was carried over from; None where it is new.
    """

    text: str
    by: Party = "rep"
    done: bool = False
    raised: bool = False
    tag: Tag = ""
    since: date | None = None

    @property
    def tag_words(self) -> str:
        """Its tag as written: DONE once it is, whatever it was before."""
        return DONE_TAG if self.done and self.tag else TAG_WORDS[self.tag]


@dataclass(frozen=True, slots=True)
class NextStep:
    """The rep's next step in a deal, typed in one meeting and carried to the next."""

    deal_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows a skill: a KPI or a deal of the rep, with the name it had; nothing where neither is named."""

    kpi_id: str = ""
    deal_id: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Commitment:
    """One thing promised for a day.

    With a deal and a stage ("ACME to Proposal by Friday") the next imports settle it; `stage` is the word of the
    file, or `won`. With a KPI its value then and now stand beside it. `overruled` is the manager's own verdict, with
    its `reason`. `deal_name` is the name that the deal had when it was kept; `id` and `review_id` are 0 until then.
    """

    text: str
    due: date
    owner: Party = "rep"
    kpi_id: str = ""
    deal_id: int = 0
    stage: str = ""
    overruled: Settled | None = None
    reason: str = ""
    id: int = 0
    review_id: int = 0
    deal_name: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a commitment, in words, and the row of a file that proves it (nothing where none does)."""

    state: Settled
    words: str
    on: date | None = None
    file: str = ""
    line: int = 0
    import_id: int = 0


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment of an earlier meeting with what became of it; `then` and `now` are texts of its KPI or deal."""

    commitment: Commitment
    made_on: date
    settlement: Settlement
    deal: str = ""
    kpi: str = ""
    then: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class FactDeal:
    """One deal that changed: `change` says from what to what."""

    deal_id: int
    name: str
    account: str
    amount_text: str
    change: str


@dataclass(frozen=True, slots=True)
class Fact:
    """All deals of the rep that changed in one way since the last meeting, with their value as text."""

    kind: FactKind
    deals: tuple[FactDeal, ...]
    amount_text: str

    @property
    def label(self) -> str:
        """The kind as a person reads it."""
        return FACT_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class RiskDeal:
    """An open deal to talk about, with the plain reasons why; the largest come first.

    `shared` says which part of it is the rep's ("20% of $100K") where others share it, and what an amount in another
    currency is worth ("€40K ≈ $43.2K"); the amount is the rep's part.
    `age_days` are those since it was created, None where no file says. `told` are the reasons with their numbers
    ("pushed 3 times"), in the order of `risks`; sheets sealed before they were told have none.
    """

    deal_id: int
    name: str
    account: str
    amount_text: str
    stage: str
    close_date: str
    risks: tuple[Risk, ...]
    shared: str = ""
    age_days: int | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One KPI of the rep: the row as on a scorecard, and first of all the words ("31 of 96 in 12 months").

    `receipt` holds the rows behind the number once the sheet is sealed. `team` is the value of the rep's team to
    compare with ("team 24%"), never a rank; empty where the team is too small to keep its members apart.
    """

    row: Row
    words: str
    receipt: Receipt | None = None
    team: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A one-on-one as it is kept: who with, how far it has come, and what was typed.

    `question` is the rep's scope and the period talked about. `private` is the manager's own and never leaves on a
    copy for the rep. `skill` is what is worked on, `praise` what went well. `wellbeing` is the rep's own: it is on no
    copy but theirs. Stamps are ISO text, empty until that has happened: `created_at` of a draft only looked at.
    """

    id: int
    scope: Scope
    question: Question
    state: ReviewState = "draft"
    agenda: tuple[AgendaItem, ...] = ()
    notes: str = ""
    private: str = ""
    commitments: tuple[Commitment, ...] = ()
    created_at: str = ""
    started_at: str = ""
    closed_at: str = ""
    next_steps: tuple[NextStep, ...] = ()
    skill: str = ""
    evidence: Evidence = Evidence()
    praise: str = ""
    wellbeing: str = ""

    @property
    def is_prepared(self) -> bool:
        """Whether it is to come or runs, and somebody has asked for it or typed into it."""
        return self.state == "started" or (self.state == "draft" and bool(self.created_at))

    def next_step(self, deal_id: int) -> str:
        """The next step in a deal; empty where none was typed."""
        return next((one.text for one in self.next_steps if one.deal_id == deal_id), "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that a one-on-one shows: live while it is a draft, its numbers sealed from the start on.

    The facts lie between `since` and `as_of`, two data dates: since the meeting before when there was one
    (`met_before`), else since the newest earlier data (None: there is none). `header` tells role, team and tenure.
    `code` names the sealed numbers, so that two prints can be told to agree, `definitions` how their KPIs are defined.
    `why` says of every number that really changed which two parts moved it most. `manager` leads the rep's team, as
    far as files say. `goals` are the coaching goals that are not judged yet, or are here. `monthly`: it is the first
    meeting of its month, in which wellbeing and career have their place. `skill_since` is the day of the first
    meeting in a row that had the same skill in focus; None where it is new. `redacted` is the day on which the name of
    a person who was deleted was taken out of a sealed sheet.
    """

    review: Review
    rep: str
    header: str
    as_of: date | None
    since: date | None
    facts: tuple[Fact, ...]
    promises: tuple[Promise, ...]
    lines: tuple[Line, ...]
    risks: tuple[RiskDeal, ...]
    currency: str
    code: str = ""
    met_before: bool = False
    definitions: str = ""
    why: tuple[str, ...] = ()
    manager: str = ""
    goals: tuple[GoalReadout, ...] = ()
    monthly: bool = False
    skill_since: date | None = None
    redacted: date | None = None

    @property
    def asks_wellbeing(self) -> bool:
        """Whether wellbeing and career have a place: once a month, and where something was said of them."""
        return self.monthly or bool(self.review.wellbeing.strip())

    @property
    def facts_heading(self) -> str:
        """What stands above the facts."""
        return "Since we last met" if self.met_before else "What changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A sealed number beside the same number today, and why they differ ("3 deals were re-dated")."""

    kpi_id: str
    kpi: str
    then: str
    now: str
    why: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Both values and the reasons in one sentence; that they agree when they do."""
        if self.then == self.now and not self.why:
            return f"{self.kpi}: {self.then}, as it was."
        reasons = ", ".join(self.why)
        return f"{self.kpi}: then {self.then}, now {self.now}{': ' if reasons else ''}{reasons}."


def check_review(review: Review) -> None:
    """Refuse what a one-on-one cannot hold.

    Raises:
        UserError: too many commitments, one without words, or one overruled without a reason.
    """
    if len(review.commitments) > MOST_COMMITMENTS:
        raise UserError(
            f"{len(review.commitments)} commitments are too many for one meeting.",
            f"Keep the {MOST_COMMITMENTS} that matter most.",
        )
    for one in review.commitments:
        if not one.text.strip():
            raise UserError("A commitment has no words.", "Say what will be done, or take it away.")
        if one.overruled is not None and not one.reason.strip():
            raise UserError(f"'{one.text}' is settled by hand without a reason.", "Say why in a few words.")


def is_untouched(review: Review, *, same_skill: bool = False, carried: tuple[AgendaItem, ...] | None = None) -> bool:
    """Whether nothing has been typed into a draft; with `same_skill` its skill was carried over as it is.

    With `carried`, the points that the last meeting left over, rewriting or dropping one of them counts too.
    """
    typed = any(item.done or (item.since is None and (item.tag or not item.raised)) for item in review.agenda)
    skilled = bool(review.skill or review.evidence != Evidence()) and not same_skill
    changed = carried is not None and not _is_as_carried(review.agenda, carried)
    parts = (review.notes, review.private, review.commitments, review.praise, review.wellbeing)
    return review.state == "draft" and not (typed or skilled or changed or any(parts))


def _is_as_carried(agenda: tuple[AgendaItem, ...], carried: tuple[AgendaItem, ...]) -> bool:
    """Whether carried points are all there as they were; what is raised anew takes the place of the like."""
    mine, raised = {one for one in agenda if one.since}, {one.text for one in agenda if one.raised}
    return mine <= set(carried) and {one for one in carried if not one.raised and one.text not in raised} <= mine


def tagged(text: str) -> tuple[Tag, str]:
    """A typed point with the tag that it begins with: "todo: send the case" is a TODO."""
    word, mark, rest = text.partition(":")
    names: dict[str, Tag] = {name.casefold(): tag for tag, words in TAG_WORDS.items() for name in (tag, words) if tag}
    tag = names.get(word.strip().casefold()) if mark and rest.strip() else None
    return (tag, rest.strip()) if tag is not None else ("", text)


def in_order(agenda: tuple[AgendaItem, ...]) -> tuple[AgendaItem, ...]:
    """The points in the order of the meeting: the rep's first, each party's as they were brought."""
    return tuple(sorted(agenda, key=lambda item: item.by != "rep"))


def for_the_manager(sheet: Sheet) -> Sheet:
    """The manager's own copy: the rows of files prove what became of promises, and what the rep said of themself goes.

    Private notes are added by who writes them, on a page of their own.
    """
    return replace(for_others(sheet), promises=sheet.promises)


def for_others(sheet: Sheet) -> Sheet:
    """The sheet where others may see it, as on a screen: the rep's copy without their wellbeing and career."""
    shown = for_the_rep(sheet)
    return replace(shown, review=replace(shown.review, wellbeing=""), monthly=False)


def for_the_rep(sheet: Sheet) -> Sheet:
    """The sheet as the rep may keep it: without private notes, and without what could name anybody else.

    Receipts (owners, files), sources, the owners of KPIs and who set targets go; the numbers, facts and promises stay.
    """
    return replace(
        sheet,
        review=replace(sheet.review, private=""),
        promises=tuple(replace(one, settlement=replace(one.settlement, file="", line=0)) for one in sheet.promises),
        lines=tuple(replace(line, receipt=None, row=_for_the_rep(line.row)) for line in sheet.lines),
        goals=tuple(_goal_for_the_rep(one) for one in sheet.goals),
    )


def _goal_for_the_rep(found: GoalReadout) -> GoalReadout:
    start = found.goal.start
    return replace(found, goal=replace(found.goal, start=replace(start, kpi=replace(start.kpi, owner=""))))


def _for_the_rep(row: Row) -> Row:
    target = row.target and replace(row.target, set_by="")
    return replace(row, sources=(), target=target, kpi=replace(row.kpi, owner=""))
