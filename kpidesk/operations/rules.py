"""Rules of one's own: when a number is to be reported after an import, whatever the charts say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

from kpidesk import engine, store
from kpidesk.core.errors import UserError
from kpidesk.core.formats import format_change, format_difference, format_value
from kpidesk.core.goals import parse_amount
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Grain, Period, is_running, period_of, run_of, shift
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.signals import RULE_WORDS, AlertRule, RuleHit, RuleKind, check_grain, check_rule
from kpidesk.core.status import rests_on_too_few, tier_of
from kpidesk.operations.applying import held, holder
from kpidesk.operations.charting import chart_grains, scopes_below
from kpidesk.operations.evaluators import as_known, evaluator, is_known
from kpidesk.operations.formulas import find_kpi, formula_then
from kpidesk.operations.overlapping import overlaps
from kpidesk.operations.receipt_code import by_newest, receipt_code
from kpidesk.operations.workspace import Workspace, data_date, scopes, settings

_BACK = 13
_USUAL = 4
EACH = {"teams": Scope("team"), "reps": Scope("rep")}
"""What stands for every team, or every rep, by themselves."""
TIER_GRAINS: tuple[Grain, ...] = ("quarter", "month", "year", "week")
"""The periods of which a rule about tiers takes the first that has targets, unless told which."""
_TIERS = {
    "below_minimum": "below minimum", "minimum_met": "minimum met", "target_met": "target met",
    "stretch_met": "stretch met",
}  # fmt: skip


def rules(ws: Workspace, as_of: date | None = None, *, retired: bool = False) -> tuple[AlertRule, ...]:
    """The rules in force, now or as of a past day, oldest first; with `retired` those taken out of force too."""
    ws = as_known(ws, as_of)
    known = (one for one in store.load_rules(ws.db) if is_known(ws, one.made_at))
    return tuple(one for one in known if retired or not one.retired_on or not is_known(ws, one.retired_on))


def add_rule(ws: Workspace, kpi_id: str, kind: str, level: str = "", scope: str = "org", grain: str = "") -> AlertRule:
    """Add a rule as typed: a kind with its level, for a scope, for each of the `teams` or for each of the `reps`.

    Raises:
        UserError: no such KPI, scope, kind or grain, or the level is missing or is none.
    """
    kpi = find_kpi(ws, kpi_id)
    wanted = next((one for one in RULE_WORDS if one == kind.strip().casefold()), None)
    if wanted is None:
        raise UserError(f"There is no rule '{kind}'.", f"Choose one of {', '.join(RULE_WORDS)}.")
    whose = EACH.get(scope.strip().casefold()) or scopes(ws).find_scope(scope)
    grains = (check_grain(grain),) if grain else TIER_GRAINS if wanted == "tier" else chart_grains(kpi)[-1:]
    tried = [AlertRule(0, kpi.id, whose, one, wanted, _level(level, wanted, kpi)) for one in grains]
    rule = next((one for one in tried if not lacks_target(ws, one)), tried[0])
    check_rule(rule)
    number = store.save_rule(ws.db, rule)
    return next(one for one in store.load_rules(ws.db) if one.id == number)


def lacks_target(ws: Workspace, rule: AlertRule) -> bool:
    """Whether a rule about tiers has nothing to report, as nobody it is for has a target for its last two periods."""
    known = data_date(ws)
    if rule.kind != "tier" or known is None:
        return False
    periods, target_of = _periods(ws, find_kpi(ws, rule.kpi_id), rule.grain, known)[-2:], holder(ws)
    return not any(target_of(rule.kpi_id, one, at) for one in _members(ws, rule, known) for at in periods)


def _level(text: str, kind: RuleKind, kpi: Kpi) -> float | None:
    """A level as typed: 20% is a fifth, and so is 20 for a share or a change.

    Raises:
        UserError: it is no number, or one up to 1 without a sign for a share or a change, which may be either.
    """
    typed = text.strip()
    if not typed:
        return None
    number = parse_amount(typed)
    if typed.endswith(("%", "pp")) or not number or (kind != "change" and kpi.unit != "percent"):
        return number
    if abs(number) <= 1:
        raise UserError(f"'{typed}' may be {100 * number:g}% or {number:g}%.", "Write the level with its sign: 20%.")
    return number / 100


def retire_rule(ws: Workspace, number: int) -> AlertRule:
    """Take a rule out of force.

    Raises:
        UserError: there is no rule of that number in force.
    """
    found = next((one for one in rules(ws) if one.id == number), None)
    if found is None:
        raise UserError(f"There is no rule {number} in force.", "`kpidesk rule list WORKSPACE` shows the rules.")
    store.retire_rule(ws.db, number, ws.today)
    return next(one for one in store.load_rules(ws.db) if one.id == number)


def rule_words(ws: Workspace, rule: AlertRule) -> str:
    """A rule in one sentence."""
    kpi, currency = find_kpi(ws, rule.kpi_id), settings(ws).currency
    whose = {"org": "", "unassigned": " of Unassigned"}.get(rule.scope.kind, f" of {rule.scope.name}")
    if rule.is_for_each:
        whose = f" of any {rule.scope.kind}"
    level = ""
    if rule.threshold is not None:
        shown = f"{100 * rule.threshold:.3g}%" if rule.kind == "change" else ""
        level = shown or format_value(rule.threshold, kpi.display, currency)
    missing = f" (no target for the last {rule.grain}s yet)" if lacks_target(ws, rule) else ""
    return f"{kpi.name}{whose} {RULE_WORDS[rule.kind].format(level=level)} in a {rule.grain}{missing}"


def rule_hits(ws: Workspace, scope: Scope | None = None, as_of: date | None = None) -> tuple[RuleHit, ...]:
    """What the rules in force have to report on the newest data, for one scope and those below it or for all.

    A rate, average or median that rests on too few rows is not reported, unless even its range lies beyond the level.
    A number is read at the end of the last whole period, one that counts what is there on a day at its newest. What
    was acknowledged is left out.
    """
    return met_rules(as_known(ws, as_of), scope, as_of)


def met_rules(ws: Workspace, scope: Scope | None, as_of: date | None) -> tuple[RuleHit, ...]:
    """The same by the rules of now, whatever the day of the data."""
    said = store.load_acknowledgements(ws.db)
    return tuple(one for one in _all_hits(ws, scope, as_of) if not any(map(one.is_covered_by, said)))


def _all_hits(ws: Workspace, scope: Scope | None, as_of: date | None) -> tuple[RuleHit, ...]:
    known = data_date(ws, as_of)
    in_force = rules(ws)
    if known is None or not in_force:
        return ()
    inside = None if scope is None else set(scopes_below(ws, scope, known))
    found = []
    for rule in in_force:
        members = [one for one in _members(ws, rule, known) if inside is None or one in inside]
        if members:
            found += _hits(ws, rule, members, known, as_of)
    return tuple(found)


def _members(ws: Workspace, rule: AlertRule, day: date) -> tuple[Scope, ...]:
    if not rule.is_for_each:
        return (rule.scope,)
    return tuple(one for one in scopes_below(ws, Scope("org"), day) if one.kind == rule.scope.kind)


@dataclass(frozen=True, slots=True)
class _Line:
    """The values of one scope in periods that end with the newest one; `few` tells which rest on too few rows."""

    kpi: Kpi
    scope: Scope
    periods: tuple[Period, ...]
    values: tuple[float | None, ...]
    few: tuple[bool, ...]


def _hits(
    ws: Workspace, rule: AlertRule, members: Sequence[Scope], known: date, as_of: date | None
) -> list[RuleHit]:  # fmt: skip
    kpi = find_kpi(ws, rule.kpi_id)
    periods = _periods(ws, kpi, rule.grain, known)
    formula = formula_then(ws, kpi, periods[-1])
    if formula is None and not kpi.builtin:
        return []
    grid = engine.evaluate(evaluator(ws, as_of), [(kpi, formula)], members, periods, unassigned_level="team")
    found = []
    for s, scope in enumerate(members):
        values = tuple(
            None if grid.starts_inside(0, p) else grid.result(0, s, p).value for p in range(len(periods))
        )  # fmt: skip
        few = tuple(_is_too_few(ws, rule, kpi, grid.result(0, s, p)) for p in range(len(periods)))
        hit = _hit(ws, rule, _Line(kpi, scope, periods, values, few), known, as_of)
        if hit is not None:
            asked = by_newest(ws, kpi, Question(periods[-1], scope, as_of=as_of))
            code = receipt_code(ws, kpi, asked, grid.result(0, s, len(periods) - 1))
            found.append(replace(hit, receipt=code))
    return found


def _is_too_few(ws: Workspace, rule: AlertRule, kpi: Kpi, result: Result) -> bool:
    """Whether a number rests on too few rows to report it, unless even its range lies beyond the level of the rule."""
    if not rests_on_too_few(kpi, result, settings(ws)):
        return False
    low, high = result.interval or (float("-inf"), float("inf"))
    level = rule.threshold or 0.0
    return not (low > level if rule.kind == "above" else high < level if rule.kind == "below" else False)


def _periods(ws: Workspace, kpi: Kpi, grain: Grain, known: date) -> tuple[Period, ...]:
    """The last periods that are over in the data; for what is there on a day the one that runs as well."""
    at, chosen = period_of(known, grain, settings(ws)), settings(ws)
    formula = formula_then(ws, kpi, at)
    is_state = formula is not None and overlaps(kpi, formula)
    is_told = is_state or not is_running(at, known, ws.today)
    return run_of(at if is_told else shift(at, -1, chosen), _BACK, chosen)


def _hit(ws: Workspace, rule: AlertRule, line: _Line, known: date, as_of: date | None) -> RuleHit | None:
    value = line.values[-1]
    if value is None or line.few[-1]:
        return None
    if rule.kind in ("above", "below"):
        return _level_hit(ws, rule, line, value, known)
    words = _tier_words(ws, line, as_of) if rule.kind == "tier" else _change_words(ws, rule, line, value)
    return _made(rule, line, len(line.values) - 1, value, words, known) if words else None


def _made(rule: AlertRule, line: _Line, since: int, value: float, words: str, known: date) -> RuleHit:
    seen = min(line.periods[since].end, known)
    return RuleHit(rule, line.kpi, line.scope, line.periods[since], line.periods[-1], seen, value, words)


def _level_hit(ws: Workspace, rule: AlertRule, line: _Line, value: float, known: date) -> RuleHit | None:
    threshold, is_above = rule.threshold or 0.0, rule.kind == "above"

    def beyond(one: float | None) -> bool:
        return one is not None and (one > threshold if is_above else one < threshold)

    if not beyond(value):
        return None
    since = len(line.values) - 1
    while since > 0 and beyond(line.values[since - 1]):
        since -= 1
    unit, currency = line.kpi.unit, settings(ws).currency
    shown, level = format_value(value, unit, currency), format_value(threshold, unit, currency)
    words = f"{shown} in {line.periods[-1].label} is {rule.kind} {level}"
    more = f", since {line.periods[since].label}" if since < len(line.values) - 1 else ""
    return _made(rule, line, since, value, f"{words}{more}.", known)


def _tier_words(ws: Workspace, line: _Line, as_of: date | None) -> str:
    """From which tier to which the last period went; empty where it stayed or there is none to compare with."""
    tiers, words = [], []
    for period, value, few in zip(line.periods[-2:], line.values[-2:], line.few[-2:], strict=True):
        target = held(ws, line.kpi.id, line.scope, period, as_of)
        if value is None or few or target is None:
            return ""
        tiers.append(tier_of(line.kpi, value, target))
        words.append("below target" if target.is_plain and tiers[-1] == "below_minimum" else _TIERS[tiers[-1]])
    if tiers[0] == tiers[1]:
        return ""
    earlier, newest = line.periods[-2:]
    return f"{words[1].capitalize()} in {newest.label}, after {words[0]} in {earlier.label}."


def _change_words(ws: Workspace, rule: AlertRule, line: _Line, value: float) -> str:
    """By how much the last period left the median of those before it; empty where that is less than the rule says."""
    earlier = [one for one in line.values[:-1] if one is not None]
    if len(earlier) < _USUAL:
        return ""
    usual, currency = median(earlier), settings(ws).currency
    moved = value - usual
    if not moved or abs(moved) < (rule.threshold or 0.0) * abs(usual):
        return ""
    shown, middle = (format_value(one, line.kpi.display, currency) for one in (value, usual))
    # a share of nothing, or of a loss, says nothing
    change = format_change(moved / usual) if usual > 0 else format_difference(moved, line.kpi.display, currency)
    return f"{shown} in {line.periods[-1].label}, {change} against its usual {middle} ({len(earlier)} {rule.grain}s)."
