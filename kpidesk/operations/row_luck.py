"""What luck can do to the numbers of a scorecard: whether a change is real, a target is met, a change would show."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kpidesk import engine
from kpidesk.core.formats import count_text, fixed, format_value
from kpidesk.core.goals import Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Change, LongRun, Question, Row, Scorecard
from kpidesk.operations.cause_noise import Two, earlier, luck, span_words, whole_before
from kpidesk.operations.evaluators import as_known, evaluator
from kpidesk.operations.formulas import formula_then
from kpidesk.operations.long_run import Window, windows
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.receipt_code import WHOLES, receipt_code
from kpidesk.operations.workspace import Workspace, data_date, settings
from kpidesk.stats.changes import Verdict
from kpidesk.stats.power import noticeable

SURE, LIKELY = 0.95, 0.6
_SHORT = {"cannot_tell": "Could be luck", "too_early": "Too few to tell"}


def with_luck(ws: Workspace, card: Scorecard) -> Scorecard:
    """A scorecard whose rows say whether they really changed, and what else luck leaves open.

    The rows of a breakdown by a field stay as they are.
    """
    ws = as_known(ws, card.question.as_of, card.question.teams)
    if card.question.by not in WHOLES:
        return card
    return replace(card, rows=tuple(row_with_luck(ws, card.question, row) for row in card.rows))


def row_with_luck(ws: Workspace, asked: Question, row: Row) -> Row:
    """A row that says whether it really changed from the period before, how likely its target is and what would show.

    While the period runs it is held against as many days of the one before.
    """
    ws = as_known(ws, asked.as_of, asked.teams)
    one = replace(asked, scope=row.scope, period=row.period, periods=1, parts=(), where="")
    if one.by not in WHOLES:
        return row
    kept = ws.remember(("luck", row.kpi, row.target, row.baseline, one), lambda: _told(ws, one, row))
    change, outlook, shows = kept
    long_run = replace(row.long_run, outlook=outlook) if row.long_run is not None else None
    return replace(row, change=change, long_run=long_run, noticeable=shows)


def _told(ws: Workspace, asked: Question, row: Row) -> tuple[Change | None, str, str]:
    outlook = outlook_words(row.kpi, row.long_run, row.target) if row.long_run is not None else ""
    change = change_of(ws, row.kpi, asked) if row.result.value is not None else None
    return change, outlook, _noticeable(ws, asked, row)


def change_of(ws: Workspace, kpi: Kpi, asked: Question) -> Change | None:
    """Whether a KPI really changed from the period before; None where there is nothing to compare with."""
    formula, before = formula_then(ws, kpi, asked.period), earlier(ws, asked)
    grid = engine.evaluate(
        evaluator(ws, asked.as_of, asked.teams), [(kpi, formula)], (asked.scope,), (before, asked.period),
        unassigned_level=level_of_nobody(asked),
    )  # fmt: skip
    was, now = grid.result(0, 0, 0), grid.result(0, 0, 1)
    if was.value is None or now.value is None or grid.starts_inside(0, 0) or grid.starts_inside(0, 1):
        return None
    two = Two(kpi, formula, asked, before, was, now)
    found = told_change(ws, two, luck(ws, two))
    code = receipt_code(ws, kpi, replace(asked, period=before, defined=asked.defined_in), was)
    return replace(found, receipt=code) if found is not None else None


def told_change(ws: Workspace, two: Two, verdict: Verdict) -> Change | None:
    """A change as it is told, with what could be found out about it; None where a side has no value."""
    was, now = two.result0.value, two.result1.value
    if was is None or now is None:
        return None
    return Change(
        finding=verdict.finding, brief=_brief(verdict), words=verdict.words,
        against=span_words(whole_before(ws, two.now), two.before), before=was,
        before_text=format_value(was, two.kpi.display, settings(ws).currency, two.result0.n), rising=now > was,
    )  # fmt: skip


def _brief(verdict: Verdict) -> str:
    if verdict.finding == "real":
        return verdict.words.partition(":")[0]
    return "No change" if verdict.words.startswith("No change") else _SHORT[verdict.finding]


def outlook_words(kpi: Kpi, over: LongRun, target: Target | None) -> str:
    """How likely it is that a rate over a longer time reaches its target: "Probably on track"; empty without one.

    Of few rows no more than "Probably" is said, as of a status that rests on so few.
    """
    from kpidesk.stats.intervals import chance_at_least

    if target is None or over.numerator is None or not over.told or kpi.direction not in ("higher", "lower"):
        return ""
    chance = chance_at_least(over.numerator, over.n, target.target)
    if chance is None:
        return ""
    lower = kpi.direction == "lower"
    likely = 1 - chance if lower else chance
    if 1 - LIKELY < likely < LIKELY:
        return "As likely on track as not"
    side = "on track" if likely >= LIKELY else "above target" if lower else "below target"
    return f"{'Probably' if 1 - SURE < likely < SURE or not over.fair else 'Almost certainly'} {side}"


def _noticeable(ws: Workspace, asked: Question, row: Row) -> str:
    """The smallest change that one period of this scope can show, beside the target of a rate."""
    if row.target is None or not row.kpi.is_rate or row.kpi.direction not in ("higher", "lower"):
        return ""
    window = windows(ws, asked, (row.kpi,), (asked.scope,), (asked.period,)).get((0, 0, 0))
    rows = rows_a_period(ws, asked, window) if window is not None else 0.0
    base = row.baseline.value if row.baseline is not None else window.result.value if window is not None else None
    if base is None or rows <= 0:
        return ""
    return noticeable_change(base, rows, asked.period, lower=row.kpi.direction == "lower")


def rows_a_period(ws: Workspace, asked: Question, window: Window) -> float:
    """How many rows a period as long as the one asked for has, by the days of a longer time that the data cover."""
    known = data_date(ws, asked.as_of)
    end = min(window.period.end, known + timedelta(days=1)) if known is not None else window.period.end
    days = (end - window.period.start).days
    return window.result.n * asked.period.days / days if days > 0 else 0.0


def noticeable_change(base: float, rows: float, period: Period, *, lower: bool) -> str:
    """One sentence: the smallest change of a rate from `base` that `rows` rows a period tell from luck."""
    each = "period" if period.grain == "span" else period.grain
    found = noticeable(base, rows, "lower" if lower else "higher") if 0 <= base <= 1 else None
    if found is None:
        return f"With {count_text(round(rows))} rows, one {each} alone can show no change of this rate."
    size = 100 * abs(found - base)
    points = fixed(size, 0 if size >= 0.95 else 1)
    return f"One {each} can show a change of {points} point{'' if points == '1' else 's'}."
