"""What stands out among all charts, what was said of it, rules of one's own, and notes on days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from kpidesk.core.deal_changes import MoveTotal
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import GRAINS, Grain, Period
from kpidesk.core.trend_parts import MarkKind
from kpidesk.core.wording import listed

MOST_SHOWN = 5
SignalRule = Literal["outside", "run"]
Side = Literal["above", "below"]
RuleKind = Literal["above", "below", "tier", "change"]
RULE_WORDS: dict[RuleKind, str] = {
    "above": "rises above {level}",
    "below": "falls below {level}",
    "tier": "reaches or leaves minimum, target or stretch",
    "change": "leaves its own usual value by {level} or more",
}
"""What each kind of rule reports; `{level}` stands for its level as shown."""


@dataclass(frozen=True, slots=True)
class KpiSignal:
    """A possible change of one KPI for one scope, seen on its process-behaviour chart.

    `since` is the first period of the change, `until` the newest one, `seen` the day from which the data showed it.
    `effect` is by how many standard deviations of a single period it lies away from the usual, `better` whether that
    is the better side (None where neither is). `words` is one sentence, `noted` what was said when it was acknowledged.
    `receipt` is the code by which the newest value is proven again.
    """

    kpi: Kpi
    scope: Scope
    grain: Grain
    rule: SignalRule
    side: Side
    since: Period
    until: Period
    seen: date
    effect: float
    better: bool | None
    words: str
    value: float
    usual: float
    noted: str = ""
    receipt: str = field(default="", compare=False)

    @property
    def is_leading(self) -> bool:
        """Whether its KPI tells early what is to come."""
        return self.kpi.indicator == "leading"


@dataclass(frozen=True, slots=True)
class Signals:
    """What stands out for a scope and those below it, up to the end of a period.

    `shown` are at most five: leading KPIs first, then by effect. `others` is everything else that stands out and was
    not acknowledged, `noted` what was. `charts` is how many lines were looked at, `expected` how many of them would
    stand out by luck; `left_out` how many could not be looked at, by the reason in words. `words` is one sentence.
    """

    scope: Scope
    as_of: date | None
    shown: tuple[KpiSignal, ...]
    others: tuple[KpiSignal, ...]
    noted: tuple[KpiSignal, ...]
    charts: int
    expected: float
    words: str
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def every(self) -> tuple[KpiSignal, ...]:
        """Everything that stands out and was not acknowledged, in order."""
        return (*self.shown, *self.others)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What was said of a signal or of what a rule reports: it leaves the list, the next one-on-one brings it up."""

    id: int
    kpi_id: str
    scope: Scope
    grain: Grain
    rule: SignalRule | RuleKind
    since: date
    reason: str
    at: str = ""

    @property
    def day(self) -> date:
        """The day on which it was said."""
        return date.fromisoformat(self.at[:10])


@dataclass(frozen=True, slots=True)
class LimitStart:
    """From which day on the limits of a chart are worked out anew, and why."""

    id: int
    kpi_id: str
    scope: Scope
    grain: Grain
    day: date
    reason: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class AlertRule:
    """When a number is to be reported after an import, whatever the charts say.

    `threshold` is a level in the KPI's own measure (shares as fractions, money in major units), for `change` the
    share by which a value leaves its own usual one, and None for `tier`. A scope of kind `team` or `rep` with the
    number 0 stands for each of them. `retired_on` is empty while the rule is in force.
    """

    id: int
    kpi_id: str
    scope: Scope
    grain: Grain
    kind: RuleKind
    threshold: float | None
    made_at: str = ""
    retired_on: str = ""

    @property
    def is_for_each(self) -> bool:
        """Whether it holds for every team or every rep by themselves."""
        return self.scope.kind in ("team", "rep") and self.scope.id == 0


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule that a number of a scope meets: since which period, and in words how.

    `seen` is the day from which the data showed it. A level that stays crossed is reported once, from the period
    in which it was crossed on; a change of tier or value with each period. `receipt` is the code by which `value`, that
    of the newest period, is proven again.
    """

    rule: AlertRule
    kpi: Kpi
    scope: Scope
    since: Period
    until: Period
    seen: date
    value: float
    words: str
    receipt: str = field(default="", compare=False)

    def is_covered_by(self, said: Acknowledgement) -> bool:
        """Whether something said is about this: the same number and kind of rule, from the same period on."""
        return (said.kpi_id, said.scope.kind, said.scope.id, said.grain, said.rule, said.since) == (
            self.kpi.id, self.scope.kind, self.scope.id, self.rule.grain, self.rule.kind, self.since.start,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Digest:
    """What one import brought: deals that moved, signals and rules that it is the first to show.

    `before` is the day of the data that it is compared with, None where there are none. `moves` are totals with the
    leading signs first. `others` are the new signals beyond the first five. `words` is one sentence about all of it.
    `files` are those that show the day, `before_files` the ones of deals that show the day before, `later` the files
    of newer days, which hold no deals. Without `has_deals` no deals are among the files.
    """

    entry: ImportEntry
    before: date | None
    moves: tuple[MoveTotal, ...]
    signals: tuple[KpiSignal, ...]
    hits: tuple[RuleHit, ...]
    luck: str
    words: str
    others: tuple[KpiSignal, ...] = ()
    files: tuple[str, ...] = ()
    before_files: tuple[str, ...] = ()
    has_deals: bool = True
    later: tuple[tuple[str, date], ...] = ()

    @property
    def title(self) -> str:
        """Of which day the data are, from which files, and of which those that they are compared with."""
        against = f" against {_of_day(self.before, self.before_files)}" if self.before is not None else ""
        return f"Data of {_of_day(self.entry.data_date, self.files)}{against}"

    @property
    def later_words(self) -> str:
        """Which files are of a newer day and hold no deals; empty where none are."""
        told = listed(dict.fromkeys(_of_day(day, (file,)) for file, day in self.later), most=MOST_SHOWN)
        return f"Newer, but without deals: {told}." if told else ""


def _of_day(day: date, files: Sequence[str]) -> str:
    return f"{day_text(day)} ({listed(files, most=MOST_SHOWN)})" if files else day_text(day)


@dataclass(frozen=True, slots=True)
class ChartNote:
    """What happened on a day, for the charts of a scope; of one KPI, or of all where `kpi_id` is empty."""

    id: int
    day: date
    text: str
    scope: Scope
    kpi_id: str = ""
    made_at: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on a chart: a day and the words that stand beside it."""

    day: date
    text: str
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class CoachingDeal:
    """A lost deal with the touches that went into it."""

    deal_id: int
    name: str
    touches: float


@dataclass(frozen=True, slots=True)
class CoachingPrompt:
    """What to go through with a rep who is behind and works long on deals that are lost.

    `receipt` is the code of the touches per lost deal, `goal_receipt` that of the bookings that are behind, and
    `usual_receipts` are those of the colleagues' touches, of which `usual` is the upper quartile.
    """

    scope: Scope
    period: Period
    words: str
    touches: float
    usual: float
    deals: tuple[CoachingDeal, ...]
    receipt: str = ""
    goal_receipt: str = ""
    usual_receipts: tuple[str, ...] = ()


def rules_met(hits: Sequence[RuleHit]) -> int:
    """How many rules are met; one for every rep or team counts once, however many meet it."""
    return len({one.rule.id for one in hits})


def check_reason(reason: str, what: str) -> str:
    """The reason without the spaces around it.

    Raises:
        UserError: there is none.
    """
    text = " ".join(reason.split())
    if not text:
        raise UserError(f"{what} needs a reason.", "Say in a few words why, for example: two weeks of leave.")
    return text


def check_grain(text: str) -> Grain:
    """A grain as typed.

    Raises:
        UserError: it is none that a chart can have.
    """
    found = next((one for one in GRAINS if one == text.strip().casefold() and one != "span"), None)
    if found is None:
        raise UserError(f"'{text}' is no grain.", "Use week, month, quarter or year.")
    return found


def check_rule(rule: AlertRule) -> None:
    """Refuse a rule that could never be met or says nothing.

    Raises:
        UserError: the kind is unknown, the level is missing or is not one.
    """
    if rule.kind not in get_args(RuleKind):
        raise UserError(f"There is no rule '{rule.kind}'.", f"Choose one of {', '.join(get_args(RuleKind))}.")
    if rule.kind == "tier":
        if rule.threshold is not None:
            raise UserError("A rule about tiers has no level.", "Minimum, target and stretch are its levels.")
        return
    if rule.threshold is None or not math.isfinite(rule.threshold):
        raise UserError(f"A rule of the kind '{rule.kind}' needs a level.", "Give one, for example 3 or 20%.")
    if rule.kind == "change" and rule.threshold <= 0:
        raise UserError("A change is given as a share above 0.", "For example 20%.")


def is_acknowledged(signal: KpiSignal, said: Acknowledgement) -> bool:
    """Whether something said is about this signal: the same chart, rule and beginning."""
    return (said.kpi_id, said.scope.kind, said.scope.id, said.grain, said.rule, said.since) == (
        signal.kpi.id, signal.scope.kind, signal.scope.id, signal.grain, signal.rule, signal.since.start,
    )  # fmt: skip


def in_order(found: tuple[KpiSignal, ...]) -> tuple[KpiSignal, ...]:
    """Signals of leading KPIs first, then those that lie furthest from the usual."""
    return tuple(sorted(found, key=lambda one: (not one.is_leading, -one.effect, one.kpi.name, one.scope.key)))
