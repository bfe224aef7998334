"""What a team review says in words, the same on the screen, on paper and in files."""

from __future__ import annotations

from kpidesk.core.formats import day_text, period_text
from kpidesk.core.meeting_sheets import MeetingSheet, PipelinePart, TargetChange
from kpidesk.core.meetings import KIND_WORDS, CarriedAction, Meeting, MeetingKind
from kpidesk.core.review_words import data_text, redacted_text, sealed_text
from kpidesk.core.reviews import SETTLED_WORDS

NO_CARRIED = "Nothing is open from earlier reviews."
FIRST_REVIEW = "This is the first review of its kind, so there is nothing to look back on."
NO_ACTIONS = "No action was agreed."
NO_MOVES = "Nothing moved."
NO_STALLED = "No deal is long in its stage."
NO_SIGNALS = "Nothing stands out that was not acknowledged."
NO_WHY = "No number changed from the period before by more than luck brings."
NO_INITIATIVES = "No initiative ran in the period."
NO_TARGET_CHANGES = "No target was changed."
NO_MEMBERS = "Nobody to show."
NOTHING_SAID = "not said"
OWN_CHANCES = (
    "By own chances: what is won, and each open deal due by how often such deals were won. Deals that are not created"
    " yet are not in it; in what the data say they are. Which was nearer in your past, the check on Forecast tells."
)
"""Why a call has two expectations of the data, and where to see which one to believe."""
BY_WIN_RATE = (
    "By own chances: what is won, and the open deals due. {} A win rate knows nothing of the time that is left, so"
    " this can lie far above what the data say."
)
SECTIONS: dict[MeetingKind, tuple[str, ...]] = {
    "weekly": ("Actions from last time", "Activity", "Pipeline", "What moved", "Long in their stage", "Signals"),
    "monthly": ("Actions from last time", "Outcome and quality", "By team", "What really changed, and why", "Signals",
                "Initiatives", "Coaching goals", "Targets changed"),
    "forecast": ("Actions from last time", "The call", "Rep by rep", "What the data say", "What moved",
                 "How far off we were"),
}  # fmt: skip
"""The headings of each kind in their order; points, notes and new actions follow."""


def own_chances_words(win_rate: str) -> str:
    """What is expected by own chances; `win_rate` are the words that the win rate stands in for them, or nothing."""
    return BY_WIN_RATE.format(win_rate) if win_rate else OWN_CHANCES


def meeting_title(sheet: MeetingSheet) -> str:
    """The name of the sheet: "Weekly team review · Commercial · W37 2026"."""
    return f"{KIND_WORDS[sheet.meeting.kind]} · {sheet.name} · {sheet.meeting.question.period.label}"


def meeting_state(meeting: Meeting) -> str:
    """How far a review has come, and since when: "Draft", "Sealed on 14 Sep 2026, 10:02", "Closed on …"."""
    return sealed_text(meeting.state, meeting.started_at, meeting.closed_at)


def about_words(sheet: MeetingSheet) -> str:
    """The period with its days, how many reps it is about, how far it has come, and whether a name was removed."""
    state, gone = meeting_state(sheet.meeting), redacted_text(sheet.redacted)
    return " · ".join(part for part in (period_text(sheet.meeting.question.period), sheet.header, state, gone) if part)


def quarter_title(sheet: MeetingSheet) -> str:
    """What stands over the KPIs of the quarter that a month lies in: "Q3 2026 so far, against its targets"."""
    row = sheet.quarter[0].row
    is_over = not row.spark or not row.spark[-1].partial
    return f"{row.period.label}{'' if is_over else ' so far'}, against its targets"


def since_words(sheet: MeetingSheet) -> str:
    """From when moves are counted where that is the last review: "the last review had the data of 7 Sep 2026"."""
    if sheet.since is None or not sheet.since_review:
        return ""
    return f"the last review had the data of {day_text(sheet.since)}"


def known_words(sheet: MeetingSheet) -> str:
    """How far the data reach, and that a draft still follows them."""
    return data_text(sheet.as_of, sheet.meeting.state)


def carried_words(one: CarriedAction) -> str:
    """How a carried action stands: "Late: due 3 Sep 2026, 11 days over"."""
    return f"{SETTLED_WORDS[one.state]}: {one.words}" if one.words else SETTLED_WORDS[one.state]


def measured_words(one: CarriedAction) -> str:
    """What a carried action is measured by, then and now; empty where by nothing."""
    moved = " → ".join(dict.fromkeys(part for part in (one.then, one.now) if part))
    return ": ".join(part for part in (one.kpi, moved) if part)


def target_words(one: TargetChange) -> str:
    """From what to what a target changed: "$300K → $280K", "set to $300K"."""
    return f"{one.before} → {one.after}" if one.before else f"set to {one.after}"


def no_carried_words(sheet: MeetingSheet) -> str:
    """What is said where no action is carried on."""
    return NO_CARRIED if sheet.met_before else FIRST_REVIEW


def stalled_words(part: PipelinePart, most: int) -> str:
    """How many deals are long in their stage, by which rule, and that only the first `most` are listed."""
    count = len(part.stalled)
    some = f" The first {most} of {count:,} are listed." if count > most else ""
    return f"{part.stalled_words}{some}"
