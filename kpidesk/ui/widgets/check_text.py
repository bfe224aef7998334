"""What the page Check says: how each level is balanced, which KPIs rest on which, what a fix asks before it is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from kpidesk.core.formats import format_value, whole_percent
from kpidesk.core.kpis import Kpi, Level
from kpidesk.core.lint import Fix, FixAction, Lateness, Severity
from kpidesk.core.wording import listed

if TYPE_CHECKING:
    from kpidesk.core.drafts import Through

FEWEST, MOST = 3, 5
"""How many KPIs a level should have."""
LEVEL_TITLES: dict[Level, str] = {"org": "Organisation", "team": "Teams", "rep": "Reps"}
SEVERITY_SIGNS: dict[Severity, tuple[str, str, str]] = {
    "error": ("Error", "circle-alert", "bad"),
    "warning": ("Warning", "triangle-alert", "watch"),
    "notice": ("Notice", "info", "muted"),
}
"""The word, the icon and the colour of each severity."""
ASKED: dict[FixAction, str] = {
    "set_objective": "What is it for?",
    "set_decision": "What will you do when it moves?",
    "set_owner": "Who looks after it?",
}
AGREED: dict[FixAction, str] = {"swap": "Replace", "retire": "Retire"}
"""The button with which a fix is agreed to, where its own words name KPIs, which stand above it anyway."""
_BEFORE: dict[FixAction, str] = {
    "swap": "The old one is retired: it leaves the scorecards, and old periods keep it.",
    "coach": "A coaching metric is talked about in one-on-ones and never judged against a target.",
    "retire": "A retired KPI leaves the scorecards. Old periods keep it, and it can be taken back into use.",
    "refresh": "The baselines are taken from your newest history; each target stays as far above its baseline as it "
    "was. The old ones stay in the history.",
    "drop_benchmarks": "Only the published figures go. The numbers of the KPI do not change.",
    "take_definition": "The numbers of this KPI will be others from the next period on. Periods that have begun keep "
    "the definition they had, and a chart shows where it changed.",
}
"""What is said before a fix that changes what everybody sees."""
_BACK: dict[FixAction, FixAction] = {"retire": "activate", "activate": "bring_back", "swap": "swap_back"}

BACK = "Taken back."
"""Why a KPI is again as it was."""


def before_fixing(fix: Fix) -> str:
    """What a fix changes, to be confirmed first; empty where it can simply be done."""
    return _BEFORE.get(fix.action, "")


def taking_back(fix: Fix) -> Fix | None:
    """The fix that takes another one back; None where none does."""
    return replace(fix, action=_BACK[fix.action], words="Undo", value=BACK) if fix.action in _BACK else None


@dataclass(frozen=True, slots=True)
class Balance:
    """The KPIs in use at a level: how many foretell, how many confirm, and which sides of the business they look at."""

    level: Level
    leading: int
    lagging: int
    sides: tuple[str, ...]
    of_sides: int

    @property
    def count(self) -> int:
        """How many KPIs are in use."""
        return self.leading + self.lagging

    @property
    def enough(self) -> str:
        """Whether there are too few, too many, or enough of them; nothing at a level without any."""
        if not self.count:
            return "none in use"
        return "too few" if self.count < FEWEST else "too many" if self.count > MOST else "a good number"

    @property
    def kinds(self) -> str:
        """How many foretell and how many confirm: "1 leading, 4 lagging (20% leading)"."""
        share = f" ({whole_percent(self.leading / self.count)}% leading)" if self.count else ""
        return f"{self.leading} leading, {self.lagging} lagging{share}"

    @property
    def covered(self) -> str:
        """The sides looked at: "3 of 6 sides of the business: outcome, pipeline and quality"."""
        named = f": {listed(self.sides)}" if self.sides else ""
        return f"{len(self.sides)} of {self.of_sides} sides of the business{named}"

    @property
    def words(self) -> str:
        """All of it in a sentence, for a screen reader."""
        count = f"{self.count} in use, {self.enough}" if self.count else self.enough
        return f"{LEVEL_TITLES[self.level]}: {count}; {self.kinds}; {self.covered}"


def balances(kpis: Sequence[Kpi]) -> tuple[Balance, ...]:
    """How each level is balanced; coaching metrics do not count as KPIs."""
    every_side = {kpi.dimension for kpi in kpis}
    active = [kpi for kpi in kpis if kpi.status == "active" and not kpi.coaching]
    return tuple(_balance([kpi for kpi in active if level in kpi.levels], level, every_side)
                 for level in get_args(Level))  # fmt: skip


def _balance(kpis: Sequence[Kpi], level: Level, every_side: Iterable[str]) -> Balance:
    leading = sum(kpi.indicator == "leading" for kpi in kpis)
    sides = tuple(sorted({kpi.dimension for kpi in kpis}))
    return Balance(level, leading, len(kpis) - leading, sides, len(set(every_side)))


@dataclass(frozen=True, slots=True)
class Rest:
    """A KPI in the list of what rests on what: how far it is indented, and by what the one above it rests on it."""

    kpi: Kpi
    depth: int
    through: Through | None = None

    @property
    def lead(self) -> str:
        """What stands before the name: "on", "on the target of"; nothing before one that is not below another."""
        return "" if self.through is None else "on the target of" if self.through == "goal" else "on"

    @property
    def note(self) -> str:
        """What stands behind the name."""
        return "" if self.kpi.status == "active" else "not in use"


def resting(kpis: Sequence[Kpi], reads: Mapping[str, Sequence[tuple[str, Through]]]) -> tuple[Rest, ...]:
    """The KPIs that rest on others, each with those below it and what they rest on in turn."""
    known = {kpi.id: kpi for kpi in kpis}

    def below(kpi_id: str, depth: int, above: frozenset[str]) -> Iterator[Rest]:
        for other, through in reads.get(kpi_id, ()):
            if other in known and other not in above:
                yield Rest(known[other], depth, through)
                if through == "value":  # a target is set by hand: what its KPI is counted from does not matter
                    yield from below(other, depth + 1, above | {other})

    found: list[Rest] = []
    for kpi in kpis:
        if under := tuple(below(kpi.id, 1, frozenset((kpi.id,)))):
            found += [Rest(kpi, 0), *under]
    return tuple(found)


def alone_words(kpis: Sequence[Kpi], rests: Sequence[Rest]) -> str:
    """How many of some KPIs rest on no other one: "4 others are counted from your data alone"; typed ones are not."""
    rest = {one.kpi.id for one in rests if one.depth == 0}
    count = sum(not kpi.is_manual and kpi.id not in rest for kpi in kpis)
    if not count:
        return ""
    if not rests:
        return "Each is counted from your data alone; none rests on another."
    return f"{'1 other is' if count == 1 else f'{count} others are'} counted from your data alone."


def days_words(one: Lateness) -> str:
    """After how long a KPI tells: "64 days"."""
    return "not known yet" if one.days is None else format_value(one.days, "days")


def earlier_words(one: Lateness) -> str:
    """What tells earlier: "Earlier: Pipeline coverage"."""
    return f"Earlier: {listed(one.earlier)}" if one.earlier else "Nothing in use tells earlier"
