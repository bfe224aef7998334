"""What the check of a set of KPIs looks at, and what it says: facts, findings, and what would mend them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from kpidesk.core.kpis import Kpi, Level, Size
from kpidesk.core.packs import Pack
from kpidesk.core.people import Scope
from kpidesk.core.wording import listed

Severity = Literal["error", "warning", "notice"]
FixAction = Literal["retire", "activate", "bring_back", "set_objective", "set_decision", "set_owner", "link", "unlink",
                    "set_baseline", "type_baseline", "refresh", "choose_focus", "drop_benchmarks",
                    "take_definition", "swap", "swap_back", "coach", "weekly", "look_up", "set_sizes"]  # fmt: skip
ASKING: frozenset[FixAction] = frozenset(("set_objective", "set_decision", "set_owner"))
"""The fixes that need a text from the manager first."""
ELSEWHERE: frozenset[FixAction] = frozenset(("type_baseline", "look_up", "set_sizes"))
"""The fixes that a page of their own is for."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What would mend a finding, for a program to carry out.

    `kpi_ids` are the KPIs it is done to. `other` is the KPI that they are linked to or loosed from, or whose place
    they take, `value` the text to be filled in, empty until the manager has typed it. `words` are for a button.
    """

    action: FixAction
    kpi_ids: tuple[str, ...]
    words: str
    other: str = ""
    value: str = ""

    @property
    def asks(self) -> bool:
        """Whether a text is still to be typed before it can be done."""
        return self.action in ASKING and not self.value.strip()


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing to mend in a set of KPIs: the rule, where, what follows from it, what to do.

    `where` is a level, a function, or the id of a KPI.
    """

    rule: str
    severity: Severity
    where: str
    problem: str
    consequence: str
    advice: str
    fix: Fix | None = None

    @property
    def can_stay(self) -> bool:
        """Whether it may be left as it is for a reason; an error may not."""
        return self.severity != "error"


@dataclass(frozen=True, slots=True)
class Left:
    """A finding that is left as it is, since when and why; one that says something else is told again."""

    rule: str
    where: str
    problem: str
    reason: str
    since: date

    def covers(self, finding: LintFinding) -> bool:
        """Whether it is this finding that is left."""
        return (self.rule, self.where, self.problem) == (finding.rule, finding.where, finding.problem)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many KPIs are enough: above `per_level` a warning, above `most` an error."""

    per_level: int = 5
    most: int = 7
    per_function: int = 2
    focus: int = 2
    stale_days: int = 92


@dataclass(frozen=True, slots=True)
class LintFacts:
    """All that the check looks at; a fact that is not given is not judged.

    `kpis` is every KPI in its newest version, `computable` those that the data can compute, `baselined` those with
    a baseline (None: not looked up), `without_history` those whose own past carries none. `target_days` is by KPI
    the day on which its newest target was set. `focus` are the KPIs looked at first, by scope (None: not looked
    up). `reads` is by KPI what its formula refers to. `shipped` and `packs` are what comes with the app, `overtaken`
    the KPIs that nobody here changed and that the catalogue has counted otherwise since. `by_deals` are the KPIs that
    hear of a deal only when it closes, after `cycle_days`, the median sales cycle in days. `sizes` are the shares of
    each size among the deals of the last year, by bounds of one's own (empty without any). `period` names the one that
    baselines are set for. `left` are the findings that are left as they are.
    """

    kpis: tuple[Kpi, ...]
    computable: frozenset[str] = frozenset()
    baselined: frozenset[str] | None = None
    without_history: frozenset[str] = frozenset()
    target_days: Mapping[str, date] = field(default_factory=dict)
    focus: Mapping[Scope, tuple[str, ...]] | None = None
    reads: Mapping[str, frozenset[str]] = field(default_factory=dict)
    shipped: Mapping[str, Kpi] = field(default_factory=dict)
    packs: tuple[Pack, ...] = ()
    overtaken: frozenset[str] = frozenset()
    by_deals: frozenset[str] = frozenset()
    cycle_days: float | None = None
    sizes: Mapping[Size, float] = field(default_factory=dict)
    today: date | None = None
    period: str = ""
    left: tuple[Left, ...] = ()
    limits: Limits = Limits()

    @property
    def active(self) -> tuple[Kpi, ...]:
        """The KPIs in use, in the order in which they are shown; coaching metrics are none."""
        found = (kpi for kpi in self.kpis if kpi.status == "active" and not kpi.coaching)
        return tuple(sorted(found, key=lambda kpi: (kpi.first_day or 99, kpi.name)))

    def at(self, level: Level) -> tuple[Kpi, ...]:
        """The KPIs in use at a level."""
        return tuple(kpi for kpi in self.active if level in kpi.levels)


@dataclass(frozen=True, slots=True)
class Lateness:
    """How many days after a change in the work a lagging KPI tells of it (None: not known), and what tells earlier."""

    kpi: Kpi
    days: float | None
    earlier: tuple[str, ...]
    words: str


def _counts(kpi: Kpi, level: Level) -> bool:
    return kpi.status == "active" and not kpi.coaching and level in kpi.levels


def number_word(count: int) -> str:
    """A limit as it is written in a sentence."""
    return {5: "five", 7: "seven"}.get(count, str(count))


def nobody_knows(limits: Limits = Limits()) -> str:
    """Why more KPIs than the limit of a level are too many, as the end of a sentence."""
    return f"with more than {number_word(limits.per_level)} nobody knows which to act on"


def many_words(known: Iterable[Kpi], added: Iterable[Kpi]) -> str:
    """That a level of some KPIs that were added has more in use than anybody can act on; empty where none has."""
    kpis, new, limits = tuple(known), tuple(added), Limits()
    levels = [level for level in get_args(Level) if any(_counts(kpi, level) for kpi in new)]
    counts = {level: sum(_counts(one, level) for one in kpis) for level in levels}
    over = {level: count for level, count in counts.items() if count > limits.per_level}
    if not over:
        return ""
    told = listed(f"{count} at {level} level" for level, count in over.items())
    return f"KPIs in use are now {told}: {nobody_knows()}."


def crowded(known: Iterable[Kpi], added: Iterable[Kpi]) -> str:
    """That with some KPIs as given a level has more in use than before, and than anybody can act on; else empty.

    What is for coaching counts as none.
    """
    before = {one.id: one for one in known}
    after = {**before, **{one.id: one for one in added}}
    most = Limits().most
    for level in get_args(Level):
        was, count = (sum(_counts(one, level) for one in kpis.values()) for kpis in (before, after))
        if count > max(was, most):
            told = f"{count} KPIs would be in use at {level} level: {nobody_knows()}"
            return f"{told}, and more than {number_word(most)} need a reason."
    return ""
