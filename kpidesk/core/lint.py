"""Checks of a set of KPIs against sales practice: few, owned, balanced, tied to outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from kpidesk.core.formats import format_value
from kpidesk.core.kpis import Cadence
from kpidesk.core.lint_facts import Fix, FixAction, Lateness, Left, Limits, LintFacts, LintFinding, Severity
from kpidesk.core.lint_fixes import least_needed, named
from kpidesk.core.lint_rules import RULES

__all__ = ["Fix", "FixAction", "Lateness", "Left", "Limits", "LintFacts", "LintFinding", "Severity", "how_late",
           "least_needed", "left_as_is", "lint", "most_urgent"]  # fmt: skip

_DAYS_OF: dict[Cadence, float] = {
    "live": 7, "daily": 1, "weekly": 7, "biweekly": 14, "monthly": 30, "quarterly": 91, "annual": 365,
}  # fmt: skip
SHOWN_AT_ONCE = 3


def lint(facts: LintFacts) -> tuple[LintFinding, ...]:
    """What sales practice would change about the KPIs in use: errors first, then by what they do harm to.

    What is left as it is for a reason is not told again, unless it has become an error.
    """
    found = [one for one in _every(facts) if not (one.can_stay and any(left.covers(one) for left in facts.left))]
    return tuple(sorted(found, key=lambda one: get_args(Severity).index(one.severity)))


def left_as_is(facts: LintFacts) -> tuple[Left, ...]:
    """The findings that would be told had nobody said why they stay, with the reason."""
    found = tuple(one for one in _every(facts) if one.can_stay)
    return tuple(left for left in facts.left if any(left.covers(one) for one in found))


def _every(facts: LintFacts) -> tuple[LintFinding, ...]:
    return tuple(finding for rule in RULES for finding in rule(facts))


def most_urgent(findings: Sequence[LintFinding], most: int = SHOWN_AT_ONCE) -> tuple[LintFinding, ...]:
    """The few findings to begin with: the gravest, each rule once before any comes a second time."""
    severities = get_args(Severity)
    seen: dict[str, int] = {}
    ranked = []
    for at, one in enumerate(findings):
        before = seen.get(one.rule, 0)
        seen[one.rule] = before + 1
        ranked.append((severities.index(one.severity), before, at))
    return tuple(findings[at] for _, _, at in sorted(ranked)[:most])


def how_late(facts: LintFacts) -> tuple[Lateness, ...]:
    """For each lagging KPI in use, after how many days it tells of a change, the latest first.

    What hears of a deal only when it closes tells after the median sales cycle; the rest after the period that it is
    looked at by.
    """
    known = {kpi.id: kpi for kpi in facts.active}
    found = []
    for kpi in facts.active:
        if kpi.indicator != "lagging":
            continue
        of_deals = kpi.id in facts.by_deals
        days = facts.cycle_days if of_deals else _DAYS_OF[kpi.cadence]
        # what is heard of when the deal closes, too, tells nothing earlier
        sooner = (known[one] for one in kpi.leading if one in known and not (of_deals and one in facts.by_deals))
        earlier = tuple(one.name for one in sooner)
        why = "your median sales cycle" if of_deals else "the period it is looked at by"
        told = f"about {format_value(days, 'days')}, {why}" if days is not None else "a sales cycle, not known yet"
        tells = f" {named(earlier)} {'tells' if len(earlier) == 1 else 'tell'} earlier." if earlier else ""
        found.append(Lateness(kpi, days, earlier, f"{kpi.name} tells of a change after {told}.{tells}"))
    return tuple(sorted(found, key=lambda one: -(one.days or 0)))
