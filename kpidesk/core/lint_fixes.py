"""What mends a finding: which KPI to retire, to take into use, to put in another's place, or to look at first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import combinations
from typing import get_args

from kpidesk.core.kpis import Function, Kpi, Level, unfilled
from kpidesk.core.lint_facts import Fix, LintFacts
from kpidesk.core.people import ORG
from kpidesk.core.wording import listed

LOOK_UP = Fix("look_up", (), "Look in the catalogue")
"""Where nothing that is known would mend it: go and choose."""


def named(words: Iterable[str], most: int = 3) -> str:
    """Names as a person lists them: "A, B and C", "A, B and 4 more"."""
    known = list(words)
    return listed(known, most if len(known) > most + 1 else None)


def names(kpis: Iterable[Kpi]) -> str:
    """The names of KPIs as a person lists them, in quotes."""
    return named(f"'{kpi.name}'" for kpi in kpis)


def least_needed(kpis: tuple[Kpi, ...], facts: LintFacts, kept: Collection[str] = ()) -> Kpi:
    """The KPI that would be missed least: nobody's focus, foretells nothing, has no target, not of the first day.

    One that foretells is not proposed while those are the fewer, nor one that is to be `kept`, unless none is left.
    """
    free = [kpi for kpi in kpis if kpi.id not in kept] or list(kpis)
    if 2 * sum(kpi.indicator == "leading" for kpi in kpis) < len(kpis):
        free = [kpi for kpi in free if kpi.indicator != "leading"] or free
    return min(free, key=lambda kpi: (*_needs(kpi, kpis, facts).values(), -(kpi.first_day or 99), -len(kpi.name)))


def why_least(least: Kpi, kpis: tuple[Kpi, ...], facts: LintFacts) -> str:
    """Why a KPI would be missed least: what makes others needed and is not true of it, the weightiest first."""
    needs = _needs(least, kpis, facts)
    lacks = [words for words, is_so in needs.items() if not is_so and _tells_apart(words, kpis, facts)]
    return f"it {listed(lacks)}" if lacks else "nothing tells it from the others but that it comes last among them"


def _tells_apart(words: str, kpis: tuple[Kpi, ...], facts: LintFacts) -> bool:
    return any(_needs(kpi, kpis, facts)[words] for kpi in kpis)


def _needs(kpi: Kpi, kpis: tuple[Kpi, ...], facts: LintFacts) -> dict[str, bool]:
    """What makes a KPI needed, the weightiest first, by what is to be said of one of which it is not true."""
    focused = {one for chosen in (facts.focus or {}).values() for one in chosen}
    foretelling = {one for other in kpis for one in other.leading}
    read = {one for ids in facts.reads.values() for one in ids}
    return {
        "is in nobody's focus": kpi.id in focused,
        "has no target": kpi.id in facts.target_days,
        "neither foretells another nor is part of one": kpi.id in foretelling or kpi.id in read,
        "tells of what is over already": kpi.indicator == "leading",
    }


def candidates(facts: LintFacts, level: Level) -> tuple[Kpi, ...]:
    """The KPIs that the data can compute and that are not in use at a level; those that foretell one in use first."""
    wanted = [one for kpi in facts.at(level) for one in kpi.leading]
    able = [
        kpi
        for kpi in facts.kpis
        if kpi.status != "active" and not kpi.coaching and not unfilled(kpi)
        and level in kpi.levels and kpi.id in facts.computable
    ]  # fmt: skip
    return tuple(
        sorted(able, key=lambda kpi: (kpi.id not in wanted, wanted.index(kpi.id) if kpi.id in wanted else 0, kpi.name))
    )


def take_in(facts: LintFacts, found: Iterable[Kpi]) -> Fix | None:
    """Take the first of some KPIs into use that has room at its levels, else one in the place of another; or None."""
    kpis = tuple(found)
    roomy = next((kpi for kpi in kpis if _has_room(facts, kpi)), None)
    if roomy is not None:
        return Fix("activate", (roomy.id,), f"Take '{roomy.name}' into use")
    return next(filter(None, (_in_place(facts, kpi) for kpi in kpis)), None)


def _has_room(facts: LintFacts, new: Kpi, without: Kpi | None = None) -> bool:
    """Whether no level of a KPI would have more than is enough, or than it has now, once another one is gone."""
    return all(
        sum(one is not without for one in facts.at(level)) < max(facts.limits.per_level, len(facts.at(level)))
        for level in new.levels
    )


def _in_place(facts: LintFacts, new: Kpi) -> Fix | None:
    """A KPI in the place of the one that is needed least: not of one that it foretells, nor of the last of its kind,
    nor of the only one that foretells another.
    """
    spare = tuple(
        one for one in facts.active
        if new.id not in one.leading and _has_room(facts, new, one) and _stays_balanced(facts, new, one)
        and not _is_missed(facts, new, one)
    )  # fmt: skip
    if not spare:
        return None
    old = least_needed(spare, facts)
    return Fix("swap", (new.id,), f"Put '{new.name}' in place of '{old.name}'", other=old.id)


def _is_missed(facts: LintFacts, new: Kpi, old: Kpi) -> bool:
    """Whether a result in use would be foretold by nothing once one KPI is there in the place of another."""
    after = {one.id for one in facts.active if one is not old} | {new.id}
    return any(old.id in one.leading and not after & {*one.leading} for one in facts.active if one is not old)


def _stays_balanced(facts: LintFacts, new: Kpi, old: Kpi) -> bool:
    """Whether each level of a KPI still has what foretells and what confirms, where it had, once another is there."""
    for level in old.levels:
        after = {one.indicator for one in facts.at(level) if one is not old}
        after |= {new.indicator} if level in new.levels else set()
        if not {one.indicator for one in facts.at(level)} <= after:
            return False
    return True


def crowded_functions(facts: LintFacts) -> tuple[tuple[Function, tuple[Kpi, ...]], ...]:
    """The functions of the company that have more KPIs in use than one can attend to, with those KPIs."""
    by_function = ((one, tuple(kpi for kpi in facts.active if one in kpi.functions)) for one in get_args(Function))
    return tuple((one, kpis) for one, kpis in by_function if len(kpis) > facts.limits.per_function)


def focus_fix(facts: LintFacts) -> Fix | None:
    """Look first at KPIs that serve every crowded function, if it can be at a result and at one that foretells.

    What is in focus already stays where it can.
    """
    before = (facts.focus or {}).get(ORG, ())
    of_org = facts.at("org")
    known = of_org if len(of_org) >= facts.limits.focus else facts.active
    wanted = {one for one, _ in crowded_functions(facts)}
    pools = (known, facts.active)
    pairs = next(filter(None, ([pair for pair in combinations(pool, facts.limits.focus) if wanted <= _served(pair)]
                               for pool in pools)), [])  # fmt: skip
    if not pairs:
        return None
    best = min(
        pairs, key=lambda pair: (-sum(kpi.id in before for kpi in pair), len({one.indicator for one in pair}) < 2)
    )
    chosen = sorted(best, key=lambda kpi: kpi.indicator == "leading")
    return Fix("choose_focus", tuple(kpi.id for kpi in chosen), f"Focus on {names(chosen)}")


def _served(kpis: Iterable[Kpi]) -> set[Function]:
    return {one for kpi in kpis for one in kpi.functions}
