"""What a one-on-one says in words, the same on the screen, on paper and in files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from kpidesk.core.formats import day_text, period_text
from kpidesk.core.reviews import RISK_WORDS, Commitment, Fact, Party, Promise, Review, RiskDeal, Settled, Sheet
from kpidesk.core.status import Status

SETTLED_STATUS: dict[Settled, Status] = {
    "done": "on_track",
    "late": "at_risk",
    "open": "no_target",
    "dropped": "no_data",
}
"""The shape and colour that go with what became of a commitment."""
NO_PROMISES = "Nothing is open from earlier meetings."
FIRST_MEETING = "This is the first meeting, so there is nothing to look back on."
NO_LINES = "There are no KPIs to show yet."
NO_RISKS = "No open deal stands out."
NO_AGENDA = "No points were written down."
NO_NOTES = "No notes were taken."
NO_AGREED = "Nothing was agreed."


def review_title(sheet: Sheet) -> str:
    """The name of the sheet: "One-on-one · Anna Lee · Q3 2026"."""
    return f"One-on-one · {sheet.rep} · {sheet.review.question.period.label}"


def state_text(review: Review) -> str:
    """How far the meeting has come, with the day: "Draft", "Sealed on 14 Sep 2026", "Closed on 14 Sep 2026"."""
    if review.state == "draft":
        return "Draft"
    if review.state == "started":
        return _on_day("Sealed", review.started_at)
    return _on_day("Closed", review.closed_at)


def _on_day(word: str, stamp: str) -> str:
    """A word with the local day of a stamp."""
    if not stamp:
        return word
    found = datetime.fromisoformat(stamp)
    return f"{word} on {day_text((found.astimezone() if found.tzinfo is not None else found).date())}"


def period_words(sheet: Sheet) -> str:
    """The period with its days, and how far it had come: "Q3 2026 (1 Jul – 30 Sep 2026), day 76 of 92"."""
    period = sheet.review.question.period
    told = period_text(period)
    if sheet.as_of is None or sheet.as_of not in period:
        return told
    return f"{told}, day {(sheet.as_of - period.start).days + 1} of {period.days}"


def known_text(sheet: Sheet) -> str:
    """How far the data reaches, and that a draft still follows it."""
    if sheet.as_of is None:
        return "No data has been imported yet"
    follows = ", still follows the data" if sheet.review.state == "draft" else ""
    return f"Data as of {day_text(sheet.as_of)}{follows}"


def facts_title(sheet: Sheet) -> str:
    """What the facts are counted from: "What changed since 17 Aug 2026"."""
    return "What changed" if sheet.since is None else f"What changed since {day_text(sheet.since)}"


def no_facts_text(sheet: Sheet) -> str:
    """What is said where nothing changed."""
    return "There is no earlier data to compare with." if sheet.since is None else "No deal has changed."


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
    """What became of all of them in one line: "1 done, 1 late, 2 open"."""
    words: dict[Settled, str] = {"done": "done", "late": "done late", "open": "open", "dropped": "dropped"}
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


def capital(text: str) -> str:
    """Words as they stand at the start of a line."""
    return text[:1].upper() + text[1:]


def lines_aside(sheet: Sheet) -> str:
    """What must be known to read the KPIs: "Q3 2026 · lower is better: Sales cycle"."""
    lower = [line.row.kpi.name for line in sheet.lines if line.row.kpi.direction == "lower" and line.row.target]
    label = sheet.review.question.period.label
    return f"{label} · lower is better: {', '.join(lower)}" if lower else label


def risk_text(deal: RiskDeal) -> str:
    """Why a deal is to be talked about: "Pushed twice or more, no next step; 20% of $100K"."""
    why = capital(", ".join(RISK_WORDS[risk] for risk in deal.risks))
    return "; ".join(part for part in (why, deal.shared) if part)


def due_text(day: date) -> str:
    """By when: "by 25 Sep 2026"."""
    return f"by {day_text(day)}"


def foot_parts(sheet: Sheet) -> tuple[str, ...]:
    """What identifies a print: its state, the code of its numbers, and how far the data reaches."""
    code = f"code {sheet.code}" if sheet.code else ""
    known = f"data as of {day_text(sheet.as_of)}" if sheet.as_of is not None else "no data"
    state = state_text(sheet.review)
    state = state[:1].lower() + state[1:]
    return tuple(part for part in ("KPI Desk", "confidential", state, code, known) if part)
