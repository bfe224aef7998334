"""From a bare result to a row as shown: status, attainment and every text, in one place for all pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from kpidesk.core.formats import between_words, chance_text, day_text, format_value, sample_text, whole_percent
from kpidesk.core.goals import Baseline, Target, set_late
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, is_running
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Landing, Row, SparkPoint, not_over_words
from kpidesk.core.settings import Settings
from kpidesk.core.status import TOO_EARLY, Due, Verdict, rests_on_too_few, status_of
from kpidesk.core.value_beside import value_beside
from kpidesk.operations.due import chance_of
from kpidesk.operations.formulas import row_noun
from kpidesk.operations.long_run import Window, long_run
from kpidesk.stats.attainment import attainment

if TYPE_CHECKING:
    from kpidesk.core.trends import TrendPoint


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known about one number before it is put into words.

    `known` is the day of the data, `oldest` that up to which all that the number rests on is known.
    `changed` is the target as it was changed while the period ran, which is judged by the one it began with.
    `due` says how much of the target is due by now where that is not all of it, `landing` where the forecast sees the
    period end, `window` is the KPI over a longer time.
    """

    kpi: Kpi
    member: str
    scope: Scope
    period: Period
    result: Result
    known: date | None
    today: date
    sources: tuple[str, ...]
    settings: Settings
    name: str
    prior: Result | None = None
    spark: tuple[SparkPoint, ...] = ()
    baseline: Baseline | None = None
    target: Target | None = None
    oldest: date | None = None
    target_why: str = ""
    changed: Target | None = None
    due: Due | None = None
    landing: Landing | None = None
    window: Window | None = None


def _prior_text(prior: Result, kpi: Kpi, currency: str) -> str:
    """The number of the period before: "$403K since 11 Oct 2025" where the data begin inside it."""
    text, since = format_value(prior.value, kpi.display, currency, prior.n), prior.begins
    return f"{text} since {day_text(since)}" if since is not None and prior.value is not None else text


def _age(shown: Shown) -> int | None:
    """How many days old the oldest of the data behind a number are."""
    day = shown.oldest or shown.known
    return (shown.today - day).days if day else None


def make_row(shown: Shown) -> Row:
    """One row of a scorecard, judged and put into words."""
    kpi, target, result = shown.kpi, shown.target, _with_goal_notice(shown)
    verdict = judge(shown)
    currency = shown.settings.currency
    return Row(
        kpi=kpi,
        member=shown.member,
        scope=shown.scope,
        period=shown.period,
        result=result,
        baseline=shown.baseline,
        target=target,
        expected=verdict.expected,
        attainment=attainment(result.value, target, kpi.direction),
        status=verdict.status,
        tier=verdict.tier,
        confidence=verdict.confidence,
        reason=result.reason or verdict.reason or (shown.target_why if target is None else ""),
        age_days=_age(shown),
        sources=shown.sources,
        prior=shown.prior,
        spark=shown.spark,
        value_text=value_beside(result.value, target, kpi.display, currency, result.n),
        sample_text=_sample(kpi, result),
        target_text=format_value(target.target, kpi.display, currency) if target else "",
        prior_text=_prior_text(shown.prior, kpi, currency) if shown.prior else "",
        status_words=verdict.hedged_words,
        sentence=_sentence(shown, verdict),
        target_why=f"{shown.target_why}{_changed_words(shown)}",
        is_target_changed=shown.changed is not None,
        long_run=long_run(kpi, result, shown.window, shown.settings),
        due=shown.due if verdict.expected is not None else None,
        chance=verdict.chance,
        landing=shown.landing,
        is_few=_is_few(shown),
    )


def _is_few(shown: Shown) -> bool:
    """Whether a number rests on too few rows for anything to be said of it, whether or not it has a target."""
    is_told = shown.result.value is not None and not shown.kpi.coaching
    return is_told and rests_on_too_few(shown.kpi, shown.result, shown.settings)


def _changed_words(shown: Shown) -> str:
    """That a target changed while its period ran: since when, to what, why, and how much of it is reached."""
    new = shown.changed
    if new is None:
        return ""
    reached = attainment(shown.result.value, new, shown.kpi.direction)
    since = day_text(date.fromisoformat(new.effective_from))
    part = "" if reached is None else f", of which {whole_percent(reached)}% is reached"
    amount = format_value(new.target, shown.kpi.display, shown.settings.currency)
    why = f" ({new.reason})" if new.reason else ""
    return f", as it stood when {shown.period.label} began; since {since} {amount}{why}{part}"


def _with_goal_notice(shown: Shown) -> Result:
    """The result, with the notice that its target came only when the outcome was known."""
    target = shown.target
    late = set_late("target", target.effective_from, shown.period) if target is not None else ""
    return replace(shown.result, notices=(*shown.result.notices, late)) if late else shown.result


def judge(shown: Shown) -> Verdict:
    """Status, tier and confidence of a number against the target of its period.

    While it runs the chance of the target is that of the forecast, without one that of how past periods filled up.
    """
    running, due = is_running(shown.period, shown.known, shown.today), shown.due
    value, target = shown.result.value, shown.target
    chance = shown.landing.chance if running and shown.landing is not None else None
    if chance is None and running and due is not None and value is not None and target is not None:
        chance = chance_of(due, value, target.target, shown.kpi.direction)
    return status_of(
        shown.kpi, shown.result, target, running=running, share=due.share if due is not None else 1.0,
        settings=shown.settings, chance=chance, each=due.each if due is not None else None,
        noun=row_noun(shown.kpi),
    )  # fmt: skip


def _sample(kpi: Kpi, result: Result) -> str:
    if result.value is None or (kpi.is_manual and not result.n):
        return ""
    if kpi.is_rate and result.numerator is not None:
        return sample_text(result.n, result.numerator)
    return "" if kpi.counts_rows else sample_text(result.n, noun=row_noun(kpi))


def _sentence(shown: Shown, verdict: Verdict) -> str:
    """The number, its goal and its standing as one sentence, for tooltips and screen readers."""
    kpi, result, currency = shown.kpi, shown.result, shown.settings.currency
    if result.value is None:
        return f"{kpi.name}, {shown.name}, {shown.period.label}: no value, {result.reason}."
    parts = [f"{kpi.name}, {shown.name}, {shown.period.label}: "
             f"{value_beside(result.value, shown.target, kpi.display, currency, result.n)}"]  # fmt: skip
    if shown.target is not None:
        parts.append(f"target {format_value(shown.target.target, kpi.display, currency)}")
    is_judged = verdict.expected is not None and verdict.status != "too_few"
    paced = f" {_by(shown, verdict)}" if shown.due is not None and is_judged else ""
    chance = f" with a {chance_text(verdict.chance)} chance of the target" if verdict.chance is not None else ""
    parts.append(f"{verdict.hedged_words.lower()}{chance}{paced}")
    if _sample(kpi, result):
        is_unsaid = _is_few(shown) and verdict.status == "no_target"
        parts.append(f"{_sample(kpi, result)}{f', {TOO_EARLY}' if is_unsaid else ''}")
    over = long_run(kpi, result, shown.window, shown.settings)
    if over is not None:
        parts.append(over.words)
    if result.interval is not None:
        parts.append(f"allowing for luck {between_words(result.interval, kpi.display, currency, result.n)}")
    return ", ".join(parts) + "."


def _by(shown: Shown, verdict: Verdict) -> str:
    """By what a running period is judged: the forecast where another method than the pace stands for it."""
    landed = shown.landing
    by_forecast = verdict.chance is not None and landed is not None and landed.chance is not None
    if by_forecast and landed is not None and landed.method != "share":
        return landed.by
    return shown.due.words if shown.due is not None else ""


def point_of(
    kpi: Kpi,
    period: Period,
    result: Result,
    target: Target | None,
    *,
    known: date | None,
    today: date,
    starts_inside: bool,
    settings: Settings,
    no_target: str = "",
) -> TrendPoint:
    """One point of a trend with the goals of its own period, or why there are none."""
    from kpidesk.core.trends import TrendPoint

    running = is_running(period, known, today)
    return TrendPoint(
        period=period,
        result=result,
        minimum=target.minimum if target else None,
        target=target.target if target else None,
        stretch=target.stretch if target else None,
        partial=running,
        starts_inside=starts_inside,
        value_text=format_value(result.value, kpi.display, settings.currency, result.n),
        sample_text=_sample(kpi, result),
        definition=kpi.version,
        not_over=not_over_words(period, known, today) if running and known is not None else "",
        no_target=no_target,
    )


def trend_notices(points: tuple[TrendPoint, ...]) -> tuple[str, ...]:
    """What qualifies the numbers of a trend, each with the first and the last period that it is about."""
    from kpidesk.core.trends import target_gaps

    labels: dict[str, list[str]] = {}
    for point in points:
        for note in point.result.notices:
            labels.setdefault(note, []).append(point.period.label)
    qualified = (f"{' to '.join(dict.fromkeys((told[0], told[-1])))}: {note}" for note, told in labels.items())
    return (*qualified, *target_gaps(points))


def _course(whole: Sequence[TrendPoint], *, is_first: bool) -> list[str]:
    """The last whole period of a trend, and the first that it shows (`is_first`) or that is whole in it."""
    first, last = (f"{whole[at].value_text} in {whole[at].period.label}" for at in (0, -1))
    if len(whole) == 1:
        return [last]
    grain = whole[0].period.grain
    shown = "period" if grain == "span" else grain
    return [f"{last}, after {first} (the first {'' if is_first else 'whole '}{shown} shown)"]


def trend_sentence(
    kpi: Kpi,
    name: str,
    points: tuple[TrendPoint, ...],
    baseline: Baseline | None,
    settings: Settings,
    known: date | None = None,
) -> str:
    """What a trend shows, in words: whole periods against each other, one that is not over apart.

    A period in which the data begin is compared with others only where there is no whole one; one that begins after
    the data date `known` is left out.
    """
    valued = [point for point in points if point.result.value is not None and (known or date.max) >= point.period.start]
    if not valued:
        return f"{kpi.name}, {name}: no value in {sample_text(len(points), noun='period')}."
    over = [point for point in valued if not point.partial]
    whole = [point for point in over if not point.starts_inside] or over
    last = valued[-1]
    parts = _course(whole, is_first=whole[0] == points[0]) if whole else []
    if last.target is not None:
        parts.append(f"target {format_value(last.target, kpi.display, settings.currency)}")
    if baseline is not None:
        parts.append(f"baseline {format_value(baseline.value, kpi.display, settings.currency)}")
    now = [f"{last.value_text} in {last.period.label} so far"] if last.partial else []
    return f"{kpi.name}, {name}: {'; '.join([*now, *([', '.join(parts)] if parts else [])])}."
