"""Numbers of pages that are proven like those of KPIs though no KPI counts them: of checks, of groups, of chances."""

from __future__ import annotations

from functools import cache

from kpidesk.core.forecasts import METHOD_NAMES, METHODS, RANGE, MethodId
from kpidesk.core.hygiene import RULES, Rule, RuleId
from kpidesk.core.kpis import Kpi
from kpidesk.core.sdr import BASIS_WORDS, Basis
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.workspace import Workspace

CHECK = "check:"
"""How the name of a number begins that one check of the fix list found; no KPI has a colon in its id."""


SOURCED, RETURN = "sourced:", "return:"
"""How the names begin of what a group brought in, and of that over what it cost; a way to tell its deals follows."""
GROUP = "group"
"""What the part of such a number is called that says whose it is."""
CHANCE = "chance:won in time"
"""The name of how many open deals due were won by the end of their period."""
STAGE_OF, WEEKS_LEFT = "stage of an open deal", "weeks left"
"""What the parts of that number are called: the stage of the deals, and with how many weeks left they are looked at."""
SUM_OF_REPS = "reps:booked"
"""The name of what the reps booked together whose first team in a period it was, with whatever team."""


@cache
def page_numbers() -> dict[str, Kpi]:
    """All of them by their names."""
    sourced = (_of_group(way, is_return=one) for way in BASIS_WORDS for one in (False, True))
    return {one.id: one for one in (*map(_of_rule, RULES), *sourced, _chance(), *map(_range, METHODS), _sum())}


def sourced_number(way: Basis, *, is_return: bool) -> Kpi:
    """The number of what a group brought in, or of that over what it cost."""
    return page_numbers()[f"{RETURN if is_return else SOURCED}{way}"]


def way_of(kpi: Kpi) -> Basis | None:
    """The way to tell the deals of a group by which a number is of one; None for any other."""
    return next((way for way in BASIS_WORDS if kpi.builtin in (f"{SOURCED}{way}", f"{RETURN}{way}")), None)


def range_number(method: MethodId) -> Kpi:
    """The number of the range that a method of the forecast gives."""
    return page_numbers()[f"{RANGE}{method}"]


def method_of(kpi: Kpi) -> MethodId | None:
    """The method of the forecast whose range a number is; None for any other."""
    return next((one for one in METHODS if kpi.builtin == f"{RANGE}{one}"), None)


def is_made_of_numbers(kpi: Kpi) -> bool:
    """Whether it is worked out from other numbers: no list of records alone gives it."""
    return kpi.builtin.startswith((RANGE, SUM_OF_REPS))


def check_number(rule: RuleId) -> Kpi:
    """The number of deals in which a check of the fix list found something."""
    return page_numbers()[f"{CHECK}{rule}"]


def rule_of(kpi: Kpi) -> RuleId | None:
    """The check whose number it is; None for any other."""
    return next((one.id for one in RULES if kpi.builtin == f"{CHECK}{one.id}"), None)


def find_number(ws: Workspace, name: str) -> Kpi:
    """One of them by its name, else a KPI by its id or its name.

    Raises:
        UserError: there is neither; the nearest KPIs are offered.
    """
    return page_numbers().get(name) or find_kpi(ws, name)


def _of_group(way: Basis, *, is_return: bool) -> Kpi:
    deals = BASIS_WORDS[way].format(group="the group")
    name = f"{RETURN if is_return else SOURCED}{way}"
    return Kpi(
        id=name,
        name=f"Return of {deals}" if is_return else f"Won from {deals}",
        formula="",
        sentence=f"What was won from {deals}, over what the files say that it cost." if is_return
        else f"What was won from {deals}.",
        unit="multiple" if is_return else "money",
        direction="higher",
        indicator="lagging",
        dimension="cost",
        kpi_class="money_ratio" if is_return else "flow_money",
        builtin=name,
    )  # fmt: skip


def _chance() -> Kpi:
    return Kpi(
        id=CHANCE,
        name="Open deals won in time",
        formula="",
        sentence="Of the open deals that were due in past periods with as much time left, how many were won by the end "
                 "of their period.",
        unit="percent",
        direction="higher",
        indicator="leading",
        dimension="forecast",
        kpi_class="ratio",
        builtin=CHANCE,
    )  # fmt: skip


def _range(method: MethodId) -> Kpi:
    name = f"{METHOD_NAMES[method][:1].lower()}{METHOD_NAMES[method][1:]}"
    return Kpi(
        id=f"{RANGE}{method}",
        name=f"Forecast by {'the ' if method == 'share' else ''}{name}",
        formula="",
        sentence="What a period is likely to come to: in 8 of 10 such cases it ends between low and high.",
        unit="money",
        direction="higher",
        indicator="leading",
        dimension="forecast",
        kpi_class="derived",
        builtin=f"{RANGE}{method}",
    )  # fmt: skip


def _sum() -> Kpi:
    return Kpi(
        id=SUM_OF_REPS,
        name="Booked by the reps of a team",
        formula="",
        sentence="What the reps booked together whose first team in the period it is, also what they booked after they "
                 "went to another team.",
        unit="money",
        direction="higher",
        indicator="lagging",
        dimension="forecast",
        kpi_class="derived",
        builtin=SUM_OF_REPS,
    )  # fmt: skip


def _of_rule(rule: Rule) -> Kpi:
    return Kpi(
        id=f"{CHECK}{rule.id}",
        name=f"To fix: {rule.name}",
        formula="",
        sentence=f"How many deals of the fix list have this to fix. {rule.means}",
        unit="count",
        direction="lower",
        indicator="leading",
        dimension="quality",
        kpi_class="stock",
        builtin=f"{CHECK}{rule.id}",
    )
