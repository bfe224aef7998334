"""What a one-on-one says in words, the same on the screen, on paper and in files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from kpidesk.core.coaching_goals import GoalReadout, course_words, look_words
from kpidesk.core.formats import day_text, format_change, period_text
from kpidesk.core.pipeline import long_stay_rule
from kpidesk.core.reviews import (
    RISK_WORDS,
    SETTLED_WORDS,
    Commitment,
    Fact,
    Line,
    Party,
    Promise,
    Review,
    ReviewState,
    RiskDeal,
    Settled,
    Sheet,
)
from kpidesk.core.scorecards import goal_notes
from kpidesk.core.status import TOO_EARLY, Status
from kpidesk.core.term_words import term_words
from kpidesk.core.wording import capital

SETTLED_STATUS: dict[Settled, Status] = {
    "done": "on_track",
    "late": "at_risk",
    "open": "no_target",
    "overdue": "off_track",
    "dropped": "no_data",
}
"""The shape and colour that go with what became of a commitment."""
NO_PROMISES = "Nothing is open from earlier meetings."
FIRST_MEETING = "This is the first meeting, so there is nothing to look back on."
WHY_ASIDE = "what really changed, and the two parts that moved it most"
NO_LINES = "There are no KPIs to show yet."
NO_RISKS = "No open deal stands out."
NO_AGENDA = "No points were written down."
NO_NOTES = "No notes were taken."
NO_AGREED = "Nothing was agreed."
NO_SKILL = "No skill was chosen."
NO_PRAISE = "Nothing was written down."
NO_WELLBEING = "Nothing was written down."
GOALS_TITLE = "Coaching goals"
SKILL_TITLE = "Skill in focus"
PRAISE_TITLE = "What went well"
SKILL_AND_PRAISE = f"{SKILL_TITLE} and praise"
WELLBEING_TITLE = "Well-being and career"
WELLBEING_ASIDE = "monthly, on the rep's copy only"
_DAY_ONLY = len("2026-09-14")


def review_title(sheet: Sheet) -> str:
    """The name of the sheet: "One-on-one · Anna Lee · Q3 2026"."""
    return f"One-on-one · {sheet.rep} · {sheet.review.question.period.label}"


def state_text(review: Review) -> str:
    """How far the meeting has come, and since when: "Draft", "Sealed on 14 Sep 2026, 10:02", "Closed on …"."""
    return sealed_text(review.state, review.started_at, review.closed_at)


def sealed_text(state: ReviewState, started_at: str, closed_at: str) -> str:
    """How far a meeting of any kind has come, by its two stamps."""
    if state == "draft":
        return "Draft"
    word, stamp = ("Sealed", started_at) if state == "started" else ("Closed", closed_at)
    return f"{word} on {stamp_text(stamp)}" if stamp else word


def moment(stamp: str) -> datetime | None:
    """The local time of a stamp; None while it has not happened."""
    if not stamp:
        return None
    found = datetime.fromisoformat(stamp)
    return found.astimezone().replace(tzinfo=None) if found.tzinfo is not None else found


def day_of(stamp: str) -> date | None:
    """The local day of a stamp; None while it has not happened."""
    found = moment(stamp)
    return found.date() if found is not None else None


def stamp_text(stamp: str) -> str:
    """A stamp by local time, "3 Oct 2026, 14:05"; only the day where no time was kept, nothing for no stamp."""
    found = moment(stamp)
    if found is None:
        return ""
    return day_text(found.date()) + (f", {found:%H:%M}" if len(stamp) > _DAY_ONLY else "")


def meeting_day(review: Review) -> date | None:
    """The day of the meeting: when it was started, else closed; None for a draft."""
    return day_of(review.started_at) or day_of(review.closed_at)


def period_words(sheet: Sheet) -> str:
    """The period with its days, and how far it had come: "Q3 2026 (1 Jul – 30 Sep 2026), day 76 of 92"."""
    return ", ".join(part for part in (period_text(sheet.review.question.period), day_words(sheet)) if part)


def day_words(sheet: Sheet) -> str:
    """How far the period had come: "day 76 of 92"; empty where the data end before it or after."""
    period = sheet.review.question.period
    if sheet.as_of is None or sheet.as_of not in period:
        return ""
    return f"day {(sheet.as_of - period.start).days + 1} of {period.days}"


def with_manager(sheet: Sheet) -> str:
    """The line under the name: role, team, tenure, who leads the team where files say, and if a name was removed."""
    led = f"with {sheet.manager}" if sheet.manager else ""
    return " · ".join(part for part in (sheet.header, led, redacted_text(sheet.redacted)) if part)


def redacted_text(day: date | None) -> str:
    """That a name is no longer on a sealed sheet: "a name was removed on 5 Nov 2026 at …"; empty where none is gone."""
    told = "at the person's wish, numbers unchanged"
    return f"a name was removed on {day_text(day)} {told}" if day is not None else ""


def known_text(sheet: Sheet) -> str:
    """How far the data reaches, and that a draft still follows it."""
    return data_text(sheet.as_of, sheet.review.state)


def data_text(as_of: date | None, state: ReviewState) -> str:
    """How far the data of a meeting of any kind reach, and that a draft still follows them."""
    if as_of is None:
        return "No data has been imported yet"
    return f"Data as of {day_text(as_of)}{', still follows the data' if state == 'draft' else ''}"


def facts_title(sheet: Sheet) -> str:
    """What the facts are counted from: "What changed since 17 Aug 2026"."""
    return "What changed" if sheet.since is None else f"What changed since {day_text(sheet.since)}"


def facts_told(sheet: Sheet) -> str:
    """How the facts are counted, where there are any: a deal that changed in several ways stands in one line."""
    return "each deal once, under its most important change" if sheet.facts else ""


def no_facts_text(sheet: Sheet) -> str:
    """What is said where nothing changed, and that nothing can have where no newer data came since you met."""
    if sheet.since is None:
        return "There is no earlier data to compare with."
    return (
        f"There are no newer data than those of {day_text(sheet.since)}." if no_newer(sheet) else "No deal has changed."
    )


def no_newer(sheet: Sheet) -> bool:
    """Whether the newest data are those of the last meeting."""
    return sheet.since is not None and sheet.since == sheet.as_of


def fact_count(fact: Fact) -> str:
    """How many deals a fact is made of: "2 deals"."""
    return "1 deal" if len(fact.deals) == 1 else f"{len(fact.deals)} deals"


def more_text(count: int) -> str:
    """That a list goes on: "and 3 more"."""
    return f"and {count} more"


def owner_text(sheet: Sheet, party: Party) -> str:
    """Who a point or a commitment belongs to: the rep by name, or the manager."""
    return sheet.rep if party == "rep" else "Manager"


def kept_text(promises: Iterable[Promise]) -> str:
    """What became of all of them in one line: "1 done, 1 done late, 1 late, 2 open"."""
    words: dict[Settled, str] = {state: word.lower() for state, word in SETTLED_WORDS.items()}
    states = [one.settlement.state for one in promises]
    return ", ".join(f"{states.count(state)} {word}" for state, word in words.items() if state in states)


def promise_about(promise: Promise) -> str:
    """What a promise is measured by, then and now: "Fleet renewal: Qualified → Won"; empty where by nothing."""
    name = promise.deal or promise.kpi
    moved = " → ".join(part for part in (promise.then, promise.now) if part)
    return ": ".join(part for part in (name, moved) if part)


def measure_text(sheet: Sheet, commitment: Commitment) -> str:
    """How we will see that a commitment is kept: its deal and stage, or its KPI; empty where by nothing."""
    if commitment.kpi_id:
        names = (line.row.kpi.name for line in sheet.lines if line.row.kpi.id == commitment.kpi_id)
        return next(names, commitment.kpi_id.replace("_", " ").capitalize())
    stage = "Won" if commitment.stage == "won" else commitment.stage
    return " → ".join(part for part in (_deal_name(sheet, commitment), stage) if part)


def _deal_name(sheet: Sheet, commitment: Commitment) -> str:
    """The name kept with a commitment; sheets sealed before names were kept only have those of their own deals."""
    deal_id = commitment.deal_id
    if commitment.deal_name or not deal_id:
        return commitment.deal_name
    named = [(deal.deal_id, deal.name) for fact in sheet.facts for deal in fact.deals]
    named += [(deal.deal_id, deal.name) for deal in sheet.risks]
    return next((name for known, name in named if known == deal_id), "")


def promise_told(promise: Promise) -> str:
    """What proves what became of a promise: "Fleet renewal: Qualified → Won · in Proposal since 26 Aug 2026"."""
    return capital(" · ".join(part for part in (promise_about(promise), promise.settlement.words) if part))


def proof_words(promise: Promise) -> str:
    """The row of the file that shows what became of a promise; nothing where none does, as on a rep's copy."""
    found = promise.settlement
    line = f", line {found.line}" if found.line else ""
    return f"Seen in {found.file}{line}." if found.file else ""


def words_beside(line: Line) -> str:
    """The words of a KPI without what its status says beside them: "2 of 9; 18 of 40 in 12 months"."""
    head, mark, rest = line.words.partition("; ")
    is_twice = line.row.status_words.endswith(TOO_EARLY)
    return f"{head.removesuffix(f', {TOO_EARLY}')}{mark}{rest}" if is_twice else line.words


def valued_words(line: Line) -> str:
    """The words of a KPI with its value at what it is the value of: "13 of 27 · 48%; 31 of 96 in 12 months".

    Where the rows are too few to judge, the words do without it.
    """
    row, (head, mark, rest) = line.row, line.words.partition("; ")
    is_told = row.result.value is None or row.value_text in head or head.endswith(TOO_EARLY)
    return words_beside(line) if is_told or not head else f"{head} · {row.value_text}{mark}{rest}"


def lines_aside(sheet: Sheet) -> str:
    """What must be known to read the KPIs: "Q3 2026 · lower is better: Sales cycle"."""
    lower = [line.row.kpi.name for line in sheet.lines if line.row.kpi.direction == "lower" and line.row.target]
    label = sheet.review.question.period.label
    return f"{label} · lower is better: {', '.join(lower)}" if lower else label


def target_lines(sheet: Sheet) -> tuple[str, ...]:
    """Whence targets come that were not set for the rep, by what running ones are due, and what the terms mean."""
    rows = [line.row for line in sheet.lines]
    terms = sheet_terms(sheet)
    return (*goal_notes(rows, [(row.kpi.name,) for row in rows]), *([terms] if terms else []))


def sheet_terms(sheet: Sheet) -> str:
    """What the terms mean that a sheet has in its KPIs and in what is said of them."""
    rows = [(line.row.kpi.name, line.words, line.row.status_words) for line in sheet.lines]
    return term_words(*(text for row in rows for text in row), *sheet.why)


def risk_text(deal: RiskDeal) -> str:
    """Why a deal is to be talked about: "Pushed 3 times, no next step; 20% of $100K"."""
    why = capital(", ".join(deal.told or (RISK_WORDS[risk] for risk in deal.risks)))
    return "; ".join(part for part in (why, deal.shared) if part)


def age_words(deal: RiskDeal) -> str:
    """How old a deal is: "143 days"; empty where no file says."""
    return "" if deal.age_days is None else "1 day" if deal.age_days == 1 else f"{deal.age_days} days"


def has_ages(sheet: Sheet) -> bool:
    """Whether the age of any deal to talk about is known; sheets of older versions told of none."""
    return any(deal.age_days is not None for deal in sheet.risks)


def has_steps(sheet: Sheet) -> bool:
    """Whether there is a next step beside any deal, or room to write one."""
    return any(sheet.review.next_step(deal.deal_id) for deal in sheet.risks)


def risk_rules(stall_days: int, minimum_n: int) -> tuple[str, ...]:
    """By which rules a deal is to be talked about, in words; nothing else lists one."""
    return (
        "its close date has passed",
        "it was pushed twice or more",
        f"it is {long_stay_rule(stall_days, minimum_n)}",
        "it has no next activity in the files",
        "nothing happened in it for 14 days",
        "it is due within 14 days and in the first half of the stages",
        "it is more than a fifth of what is left to the bookings target",
    )


def skill_words(sheet: Sheet) -> str:
    """Since when a skill is worked on and what shows it: "From 5 Nov 2026 · Seen in: Win rate"; empty for neither."""
    shown = sheet.review.evidence
    seen = f"Seen in: {shown.name or shown.kpi_id}" if shown.name or shown.kpi_id else ""
    since = f"From {day_text(sheet.skill_since)}" if sheet.skill_since is not None else ""
    return " · ".join(part for part in (since, seen) if part)


def goal_lines(found: GoalReadout) -> tuple[str, ...]:
    """A coaching goal line by line: what, then and now, the finding, and which change could show at all."""
    goal = found.goal
    name = goal.start.kpi.name
    about = f"{name}: {course_words(found)}"
    hoped = f", hoped for {format_change(goal.expected)}" if goal.expected is not None else ""
    days = f"Start {goal.period.label}{hoped}{f'; {look_words(goal)}' if found.is_over else ''}."
    parts = (about, found.finding, found.note, days, "" if found.is_over else found.reach)
    return tuple(part for part in parts if part)


def due_text(day: date) -> str:
    """By when: "by 25 Sep 2026"."""
    return f"by {day_text(day)}"


def foot_parts(sheet: Sheet) -> tuple[str, ...]:
    """What identifies a print: whose it is, its state, the code of its numbers, how old, and the definitions."""
    code = f"code {sheet.code}" if sheet.code else ""
    known = f"data as of {day_text(sheet.as_of)}" if sheet.as_of is not None else "no data"
    state = state_text(sheet.review)
    state = state[:1].lower() + state[1:]
    defined = f"definitions {sheet.definitions}" if sheet.definitions else ""
    whose = f"{sheet.rep} · {sheet.review.question.period.label}"
    return tuple(part for part in ("KPI Desk", "confidential", whose, state, code, known, defined) if part)
