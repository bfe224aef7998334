"""What stands around the numbers of a scorecard or trend in every form it is written in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kpidesk.core.formats import age_text, day_text, format_value, period_text, sampling_interval
from kpidesk.core.luck_words import FOR_LUCK
from kpidesk.core.scorecards import Row, RowKey, Scorecard, goal_notes, names_in_row, rows_in_row, total_name
from kpidesk.core.status import NO_SYMBOL, STATUS_SYMBOLS, STATUS_WORDS, status_symbol
from kpidesk.core.wording import capital

if TYPE_CHECKING:  # no answer waits for what its signatures alone name
    from kpidesk.core.people import Scope
    from kpidesk.core.trends import Trend, TrendPoint

BY_TITLES = {"team": "Team", "rep": "Rep"}
LUCK = FOR_LUCK


@dataclass(frozen=True, slots=True)
class GoalTexts:
    """What a number is held against, as text; empty where there is none."""

    baseline: str
    minimum: str
    target: str
    stretch: str


def goal_texts(row: Row, currency: str) -> GoalTexts:
    """Baseline and tiers of a row as a card shows them."""
    unit, goal = row.kpi.display, row.target
    return GoalTexts(
        baseline=format_value(row.baseline.value, unit, currency, row.baseline.n or None) if row.baseline else "",
        minimum=format_value(goal.minimum, unit, currency) if goal else "",
        target=row.target_text,
        stretch=format_value(goal.stretch, unit, currency) if goal else "",
    )


def point_goals(trend: Trend, point: TrendPoint) -> tuple[str, str, str]:
    """Minimum, target and stretch of one point of a trend as text."""
    low, aim, high = (
        "" if tier is None else format_value(tier, trend.kpi.display, trend.currency) for tier in point.tiers
    )  # fmt: skip
    return low, aim, high


def interval_text(row: Row, currency: str) -> str:
    """Between which values luck alone may have put a row, at 95 %, as text; empty where there is none."""
    found = row.result.interval
    return "" if found is None else sampling_interval(found, row.kpi.display, currency, row.result.n)


def change_text(row: Row, *, against: bool = True) -> str:
    """What a row was before and whether it really changed: "▲ 28% in Q2 2026: really higher"; empty where none is told.

    Without `against` the period before is not named.
    """
    return row.change.told(against=against) if row.change is not None else ""


def long_run_text(row: Row) -> str:
    """What a row came to over a longer time: "31 of 96 in 12 months, probably on track"; empty without."""
    found = row.long_run
    if found is None:
        return ""
    return f"{found.words}, {found.outlook[0].lower()}{found.outlook[1:]}" if found.outlook else found.words


def point_interval(trend: Trend, point: TrendPoint) -> str:
    """The 95 % interval of one point of a trend as text; empty where there is none."""
    found = point.result
    if found.interval is None or found.value is None:
        return ""
    return sampling_interval(found.interval, trend.kpi.display, trend.currency, found.n)


def point_rests(point: TrendPoint) -> str:
    """What one point of a trend rests on, or why it has no value."""
    return point.result.reason if point.result.value is None else point.sample_text


def scope_name(scope: Scope, organisation: str) -> str:
    """A scope as a person reads it; the org goes by the name given."""
    return {"org": organisation, "unassigned": "Unassigned"}.get(scope.kind, scope.name)


def member_name(card: Scorecard, row: Row) -> str:
    """Whose number a row is: a team, a rep, Unassigned, or the value of the field broken down by."""
    if card.question.by in BY_TITLES or not card.question.by:
        return total_name(card, row) or scope_name(row.scope, card.title.partition(" · ")[0])
    return row.member


def member_title(card: Scorecard) -> str:
    """What the rows are broken down by: "Rep", "Lead source"."""
    return BY_TITLES.get(card.question.by, capital(card.question.by.replace("_", " ")))


def heading(card: Scorecard) -> str:
    """Whose scorecard it is and for which days."""
    return f"{card.title.partition(' · ')[0]} · {period_text(card.question.period)}"


def known_words(as_of: date | None, age_days: int | None = None, *, running: str = "", definitions: str = "") -> str:
    """How far the data reaches: "Data as of 14 Sep 2026, 9 days ago. The period is not over. Definitions 3f9a2c…."."""
    if as_of is None:
        return "No data has been imported yet."
    age = f", {age_text(age_days)}" if age_days is not None else ""
    parts = [f"Data as of {day_text(as_of)}{age}.", running]
    return " ".join(part for part in (*parts, definitions_words(definitions)) if part)


def definitions_words(code: str) -> str:
    """The code of the definitions behind numbers as a sentence; empty without one."""
    return f"Definitions {code}." if code else ""


def definitions_meaning(code: str) -> str:
    """The code of the definitions with what it says; empty without one."""
    known = definitions_words(code).rstrip(".")
    return f"{known}: the same code elsewhere means that these KPIs are counted the same way." if known else ""


def signs_words(rows: Iterable[Row]) -> str:
    """What the signs before rows mean, "Signs: ● on track, – no verdict."; empty where none of them is judged."""
    shown = {status_symbol(one.status) for one in rows if one.kpi.direction != "none"}
    words = {symbol: STATUS_WORDS[status].lower() for status, symbol in STATUS_SYMBOLS.items()}
    told = [f"{symbol} {text}" for symbol, text in (words | {NO_SYMBOL: "no verdict"}).items() if symbol in shown]
    return f"Signs: {', '.join(told)}." if shown - {NO_SYMBOL} else ""


def family_of(row: Row) -> str:
    """The colour of a row's status: good, watch, bad or none."""
    return {"on_track": "good", "at_risk": "watch", "off_track": "bad"}.get(row.status, "none")


def notes(card: Scorecard) -> tuple[str, ...]:
    """What must be known to read the rows: shared notices, those of single rows, and why values are missing."""
    keys = key_lines(card)
    missing: dict[str, list[RowKey]] = {}
    own: dict[tuple[str, ...], list[RowKey]] = {}
    for name, row in zip(keys, card.rows, strict=True):
        if row.result.value is None:
            missing.setdefault(row.reason or "no rows", []).append(name)
        told = tuple(notice for notice in row.result.notices if notice not in card.notices)
        if told:
            own.setdefault(told, []).append(name)
    lower = dict.fromkeys(row.kpi.name for row in card.rows if row.kpi.direction == "lower" and row.target)
    return (
        *card.notices,
        *goal_notes(card.rows, keys),
        *(f"{rows_in_row(names, keys)}: {' '.join(told)}" for told, names in own.items()),
        *(f"No value for {rows_in_row(names, keys)}: {reason.rstrip('.')}." for reason, names in missing.items()),
        *((f"Lower is better: {names_in_row(lower)}.",) if lower else ()),
    )


def key_cells(card: Scorecard) -> dict[str, tuple[str, ...]]:
    """What tells the rows apart as columns by title: KPI, member and period, as far as they differ."""
    rows = card.rows
    found = {}
    if not card.question.by or len({row.kpi.id for row in rows}) > 1:
        found["KPI"] = tuple(row.kpi.name for row in rows)
    if card.question.by:
        found[member_title(card)] = tuple(member_name(card, row) for row in rows)
    if len({row.period for row in rows}) > 1:
        found["Period"] = tuple(row.period.label for row in rows)
    return found


def member_cells(card: Scorecard) -> dict[str, tuple[str, ...]]:
    """What tells the rows of one KPI apart, for a form that writes the KPI above them; else as `key_cells`."""
    found = key_cells(card)
    return {title: cells for title, cells in found.items() if title != "KPI"} if card.question.by else found


def key_lines(card: Scorecard) -> tuple[tuple[str, ...], ...]:
    """The cells of `key_cells` row by row."""
    return tuple(zip(*key_cells(card).values(), strict=True))


def row_names(card: Scorecard) -> tuple[str, ...]:
    """What tells each row from the others in words: "Win rate, North, Q3 2026", as far as they differ."""
    return tuple(", ".join(cells) for cells in key_lines(card))


def card_receipts(card: Scorecard) -> tuple[tuple[str, str], ...]:
    """What tells each row from the others, with the code by which its number is proven again, and the one before it."""
    found: dict[str, str] = {}
    for name, row in zip(row_names(card), card.rows, strict=True):
        for called, code in row.receipts_with_before(name):
            found.setdefault(code, called)
    return tuple((called, code) for code, called in found.items() if code)
