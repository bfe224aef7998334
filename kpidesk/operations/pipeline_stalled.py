"""Open deals that have been in their stage for longer than most that were won."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from statistics import median

import numpy as np

from kpidesk import store
from kpidesk.core.formats import count_text, day_text, format_value, whole_percent
from kpidesk.core.pipeline import Figure, Pick, StageLimit, Stalled, StalledDeal, long_stay_rule
from kpidesk.core.wording import counted
from kpidesk.engine.days import NO_DAY, day_number, day_of
from kpidesk.engine.pipeline import Deals, close_days, deals_on, lines_of, next_steps, word_of
from kpidesk.engine.pipeline_stages import StageNumbers
from kpidesk.engine.stage_limits import StageLimits, lost_that_stayed
from kpidesk.engine.values import Ints, Mask
from kpidesk.operations.pipeline_given import Given, count_figure, limits_on, money_figure
from kpidesk.operations.workspace import definitions, settings

MOST_STALLED = 50
FEW, NAMED = 10, 4
"""So many deals need no overview, and so many stages are named in one."""
STALLED, BY_SETTING = "stalled_deals", "count(deals where open and stalled as of end)"
"""The KPI of these deals, and how it came into older workspaces: by the one limit of the settings."""


def is_long(known: Given, deals: Deals) -> Mask:
    """Which of some open deals are long in their stage."""
    return np.asarray(deals.days > _limits(known, deals).days[deals.deal], dtype=np.bool_)


def _limits(known: Given, deals: Deals) -> StageLimits:
    return limits_on(known.ws, known.facts, deals.day, known.question.as_of)


def stalled_of(
    known: Given, found: StageNumbers | None, whole: Deals, most: int | None = MOST_STALLED
) -> Stalled:  # fmt: skip
    """The deals of a scope that are long in their stage, of `whole`, all that are open: the first `most`, or all.

    Those due in the period come first, then by their amount times how far they are beyond the limit.
    """
    pick = Pick("stalled")
    if whole.reason:
        none = Figure(None, format_value(None, "count"), None, whole.reason)
        told = f"Which deals are long in their stage is not known: {whole.reason}."
        return Stalled(_rule(known), (), 0, none, none, none, told)
    deals = whole.where(is_long(known, whole))
    first = _order(known, deals)[:most]
    count = count_figure(float(deals.weight.sum()), pick)
    amount = money_figure(known, deals.amount, float(deals.unrated.sum()), pick)
    share = _share(deals, whole, pick)
    return Stalled(
        _rule(known), _listed(known, found, deals, first.tolist()), len(deals.deal) - len(first), count, amount,
        share, f"{_sentence(count, amount, share, whole)}{_where(known, deals)}{_common(known, deals)}"
               f"{_too_young(known, whole)}",
    )  # fmt: skip


def _rule(known: Given) -> str:
    """When a deal is listed, and how many the KPI counts by one limit for every stage."""
    limit = settings(known.ws).stall_days
    told = f"A deal is listed when it is {long_stay_rule(limit, settings(known.ws).minimum_n)}."
    kpi = definitions(known.ws).get(STALLED)
    counted = deals_on(known.evaluator, known.asked, "stalled")
    if counted.reason or kpi is None or kpi.formula != BY_SETTING:
        return told
    number = count_text(float(counted.weight.sum()))
    return f"{told} By {limit:,} days for every stage, as the KPI Stalled deals counts, it is {number}."


def _sentence(count: Figure, amount: Figure, share: Figure, whole: Deals) -> str:
    total = float(whole.weight.sum())
    if not total:
        return "No deal is open."
    deals, verb = ("deal" if total == 1 else "deals"), ("is" if 1 in (count.value, total) else "are")
    its = "its" if 1 in (count.value, total) else "their"
    told = f"{count.text} of {count_text(total)} open {deals} {verb} long in {its} stage"
    if count.value and amount.value is not None:
        told += f", {amount.text}"
    return f"{told} ({share.text} of the open amount)." if count.value and share.value is not None else f"{told}."


def _order(known: Given, deals: Deals) -> Ints:
    """Which deals to look at first."""
    period, close = known.question.period, close_days(known.facts, deals.version)
    is_due = (close >= day_number(period.start)) & (close < day_number(period.end))
    beyond = deals.days / np.maximum(_limits(known, deals).days[deals.deal], 1)
    return np.lexsort((-np.nan_to_num(deals.amount) * beyond, ~is_due))


def _where(known: Given, deals: Deals) -> str:
    """In which stages they are: "By stage: Qualification 20, Prospecting 18, First talk 16, 11 other stages 64."."""
    stages = Counter(word_of(known.facts, "stage", version) for version in deals.version.tolist())
    if len(stages) < 2 or len(deals.deal) <= FEW:
        return ""
    most = stages.most_common(NAMED)
    named = [f"{stage or 'no stage'} {count:,}" for stage, count in most]
    others, left = len(stages) - len(most), len(deals.deal) - sum(count for _, count in most)
    rest = [f"{counted(others, 'other stage')} {left:,}"] if others else []
    return f" By stage: {', '.join([*named, *rest])}."


def _common(known: Given, deals: Deals) -> str:
    """How usual that is of deals that came to nothing, where enough of them tell."""
    day = deals.day
    long, lost = known.ws.remember(("lost that stayed", known.question.as_of, day),
                                   lambda: lost_that_stayed(known.facts, day))  # fmt: skip
    if len(deals.deal) <= FEW or lost < settings(known.ws).minimum_n:
        return ""
    return f" That is common: {whole_percent(long / lost)}% of the {lost:,} deals you lost had been long in a stage."


def _too_young(known: Given, whole: Deals) -> str:
    """That nothing can be long yet where only exports tell since when deals are in their stage."""
    facts = known.facts
    first, least = facts.first_data, _limits(known, whole).days[whole.deal].min(initial=settings(known.ws).stall_days)
    if first == NO_DAY or whole.day - first > least or facts.past.begins != NO_DAY or facts.gives("stage_entered_at"):
        return ""
    return f" How long deals have been in their stage is known from {day_text(day_of(first))} on."


def _share(deals: Deals, whole: Deals, pick: Pick) -> Figure:
    """The stalled part of the open amount."""
    total = float(np.nansum(whole.amount))
    rated = not (deals.unrated.any() or whole.unrated.any())
    value = float(np.nansum(deals.amount)) / total if total > 0 and rated else None
    return Figure(value, format_value(value, "percent", n=float(whole.weight.sum())), pick)


def _listed(known: Given, found: StageNumbers | None, deals: Deals, places: list[int]) -> tuple[StalledDeal, ...]:
    details = store.rows_by_id(known.ws.db, "deals", deals.value[places].tolist(), known.question.as_of)
    usual = _usual(known, found, deals, places)
    version, limits = deals.version[places], _limits(known, deals)
    close, following = close_days(known.facts, version).tolist(), next_steps(known.facts, version).tolist()
    return tuple(
        _deal(known, deals, at, detail, limits.of(int(deals.deal[at])), usual.get(at), (close[n], following[n]))
        for n, (at, detail) in enumerate(zip(places, details, strict=True))
    )


def _usual(known: Given, found: StageNumbers | None, deals: Deals, places: list[int]) -> dict[int, float]:
    """The median days of past stays in the stage of each deal, where there are any."""
    if found is None or not places:
        return {}
    lines = lines_of(known.facts, found.layout, deals)[places].tolist()
    past = {line: found.lengths(line, before=True) for line in set(lines) if line >= 0}
    return {at: median(past[line]) for at, line in zip(places, lines, strict=True) if past.get(line)}


def _deal(
    known: Given, deals: Deals, at: int, detail: Mapping[str, str], limit: StageLimit, usual: float | None,
    days: tuple[int, int],
) -> StalledDeal:  # fmt: skip
    amount = float(deals.amount[at])
    close, following = days
    return StalledDeal(
        deal_id=int(detail["deal_id"]), name=store.called(detail.get("name", ""), detail["key"]),
        account=detail.get("account", ""),
        owner=detail.get("owner", ""), amount=None if np.isnan(amount) else amount,
        amount_text=known.money(None if np.isnan(amount) else amount),
        stage=word_of(known.facts, "stage", int(deals.version[at])), days=int(deals.days[at]), limit=limit, usual=usual,
        close_date=None if close == NO_DAY else day_of(close),
        next_step="" if following == NO_DAY else day_text(day_of(following)),
    )  # fmt: skip
