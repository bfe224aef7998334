"""The rules of the check: each looks at the facts and gives what it finds, with what follows from it and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import get_args

from kpidesk.core.benchmarks import ENTERPRISE_FROM, SMALL_BELOW
from kpidesk.core.formats import format_value
from kpidesk.core.kpis import Function, Kpi, Level
from kpidesk.core.lint_facts import Fix, FixAction, LintFacts, LintFinding, Severity, nobody_knows, number_word
from kpidesk.core.lint_fixes import (
    LOOK_UP,
    candidates,
    crowded_functions,
    focus_fix,
    least_needed,
    named,
    names,
    take_in,
    why_least,
)
from kpidesk.core.people import ORG
from kpidesk.core.wording import capital

Rule = Callable[[LintFacts], Iterable[LintFinding]]


def function_word(function: Function) -> str:
    """A function of the company as it is written in a sentence."""
    return function.replace("_", " ")


def linked(kpi_id: str, facts: LintFacts) -> bool:
    """Whether a KPI foretells a lagging one in use, be it through others that are not retired."""
    kpis = [kpi for kpi in facts.kpis if kpi.status != "retired"]
    seen, waiting = {kpi_id}, [kpi_id]
    while waiting:
        at = waiting.pop()
        for kpi in kpis:
            if at in kpi.leading and kpi.id not in seen:
                if kpi.status == "active" and not kpi.coaching and kpi.indicator == "lagging":
                    return True
                seen.add(kpi.id)
                waiting.append(kpi.id)
    return False


def count_per_level(facts: LintFacts) -> Iterable[LintFinding]:
    """Three to five KPIs at a level; more than seven is an error."""
    limits = facts.limits
    for level in get_args(Level):
        kpis = facts.at(level)
        if len(kpis) <= limits.per_level:
            continue
        severity: Severity = "error" if len(kpis) > limits.most else "warning"
        spare = least_needed(kpis, facts)
        why = why_least(spare, kpis, facts)
        yield LintFinding(
            "count", severity, level, f"{len(kpis)} KPIs are active at {level} level.",
            capital(f"{nobody_knows(limits)}."),
            f"Retire all but three to {number_word(limits.per_level)}. '{spare.name}' is needed least: {why}.",
            Fix("retire", (spare.id,), f"Retire '{spare.name}'"),
        )  # fmt: skip


def count_per_function(facts: LintFacts) -> Iterable[LintFinding]:
    """One or two KPIs for each function of the company, unless the focus says which of them matter most."""
    focused = {one for chosen in (facts.focus or {}).values() for one in chosen}
    if any(focus_chosen(facts)):
        return
    for function, kpis in crowded_functions(facts):
        if any(kpi.id in focused for kpi in kpis):
            continue
        word = function_word(function)
        yield LintFinding(
            "function", "notice", function, f"{len(kpis)} KPIs are for {word}.",
            "A function with one or two numbers knows what to work on; with more it chooses for itself.",
            f"Mark the one or two that matter most to {word} as the focus.", focus_fix(facts),
        )  # fmt: skip


def focus_chosen(facts: LintFacts) -> Iterable[LintFinding]:
    """The two KPIs that everybody looks at first are chosen."""
    if facts.focus is None or facts.focus.get(ORG) or len(facts.active) <= facts.limits.focus:
        return
    yield LintFinding(
        "focus", "notice", "org", "No KPI is in focus.",
        "Every number is then as important as every other.",
        "Choose the two that move everything else.",
        focus_fix(facts),
    )  # fmt: skip


def lead_and_lag(facts: LintFacts) -> Iterable[LintFinding]:
    """At each level something that foretells and something that confirms."""
    for level in get_args(Level):
        kpis = facts.at(level)
        kinds = {kpi.indicator for kpi in kpis}
        able = candidates(facts, level)
        if kpis and "leading" not in kinds:
            found = [kpi for kpi in able if kpi.indicator == "leading"]
            yield LintFinding(
                "balance", "warning", level, f"No leading KPI is active at {level} level.",
                "A miss shows only when it can no longer be mended.",
                f"Add one that foretells the result, such as {names(found[:2])}." if found
                else "Add one that foretells the result.",
                take_in(facts, found) or LOOK_UP,
            )  # fmt: skip
        if kpis and "lagging" not in kinds:
            yield LintFinding(
                "balance", "warning", level, f"No lagging KPI is active at {level} level.",
                "Nothing confirms that the work leads to a result.", "Add the result that it is for.",
                take_in(facts, (kpi for kpi in able if kpi.indicator == "lagging")) or LOOK_UP,
            )  # fmt: skip


def dimensions(facts: LintFacts) -> Iterable[LintFinding]:
    """Three and more KPIs of a level look at more than one side of the business."""
    for level in get_args(Level):
        kpis = facts.at(level)
        if len(kpis) >= 3 and len({kpi.dimension for kpi in kpis}) == 1:
            side = kpis[0].dimension
            yield LintFinding(
                "dimensions", "warning", level,
                f"All {len(kpis)} KPIs at {level} level look at one side: {side}.",
                "What goes wrong on another side is not seen.",
                "Put a KPI of another side in the place of one of them.",
                take_in(facts, (kpi for kpi in candidates(facts, level) if kpi.dimension != side)) or LOOK_UP,
            )  # fmt: skip


def vanity(facts: LintFacts) -> Iterable[LintFinding]:
    """A count of activity is tied to a result in use; for a coaching metric that is only noticed."""
    coached = (kpi for kpi in facts.kpis if kpi.status == "active" and kpi.coaching)
    for kpi in (*(one for one in facts.active if one.dimension == "activity"), *coached):
        if linked(kpi.id, facts):
            continue
        outcome = next((one for one in facts.active if one.indicator == "lagging"), None)
        words = f"Link it to '{outcome.name}'" if outcome else ""
        link = Fix("link", (kpi.id,), words, other=outcome.id) if outcome else None
        if kpi.coaching:
            yield LintFinding(
                "coaching", "notice", kpi.id, f"The coaching metric '{kpi.name}' foretells no KPI in use.",
                "A talk about it does not show what it is good for.", "Say which result it foretells.",
                link or LOOK_UP,
            )  # fmt: skip
        else:
            yield LintFinding(
                "vanity", "warning", kpi.id, f"'{kpi.name}' is linked to no outcome.",
                "A count of activity can rise while results fall.",
                "Name it as leading for an outcome KPI, or make it a coaching metric.",
                link or Fix("coach", (kpi.id,), "Make it a coaching metric"),
            )  # fmt: skip


def filled_in(facts: LintFacts) -> Iterable[LintFinding]:
    """Every KPI in use has an objective, the decision it triggers, and an owner."""
    for kpi in facts.active:
        fields: tuple[tuple[str, str, FixAction], ...] = (
            ("objective", kpi.objective, "set_objective"), ("decision", kpi.decision, "set_decision"),
            ("owner", kpi.owner, "set_owner"),
        )  # fmt: skip
        for name, value, action in fields:
            if not value.strip():
                yield LintFinding(
                    name, "error", kpi.id, f"'{kpi.name}' has no {name}.",
                    "Nobody acts on a number that nobody owns.", f"Fill in the {name}.",
                    Fix(action, (kpi.id,), f"Fill in the {name}"),
                )  # fmt: skip


def baselines(facts: LintFacts) -> Iterable[LintFinding]:
    """Every KPI in use that the data can compute has a baseline."""
    if facts.baselined is None:
        return
    bare = [kpi for kpi in facts.active if kpi.id in facts.computable and kpi.id not in facts.baselined]
    bare = [kpi for kpi in bare if kpi.direction != "none"]
    for kpi in (one for one in bare if one.id in facts.without_history):
        yield LintFinding(
            "baseline", "notice", kpi.id, f"'{kpi.name}' has no baseline, and no history to take one from.",
            "Without one nobody can say whether a number got better.", "Type what you start from, with a reason.",
            Fix("type_baseline", (kpi.id,), "Type a baseline…"),
        )  # fmt: skip
    bare = [kpi for kpi in bare if kpi.id not in facts.without_history]
    if bare:
        yield LintFinding(
            "baseline", "notice", bare[0].id, f"{names(bare)} {'has' if len(bare) == 1 else 'have'} no baseline.",
            "Without one nobody can say whether a number got better.", "Set it from your own history.",
            Fix("set_baseline", tuple(kpi.id for kpi in bare),
                f"Set for {facts.period} from history" if facts.period else "Set from history"),
        )  # fmt: skip


def stale_targets(facts: LintFacts) -> Iterable[LintFinding]:
    """No target is older than a quarter."""
    if facts.today is None:
        return
    ages = {kpi: (facts.today - day).days for kpi in facts.active if (day := facts.target_days.get(kpi.id))}
    old = [kpi for kpi, days in ages.items() if days > facts.limits.stale_days]
    if old:
        oldest = max(ages[kpi] for kpi in old)
        yield LintFinding(
            "stale", "warning", old[0].id,
            f"The {'target' if len(old) == 1 else 'targets'} of {names(old)} "
            f"{'was' if len(old) == 1 else 'were'} set {oldest} days ago{'' if len(old) == 1 else ' or less'}.",
            "Targets older than a quarter no longer fit the market and the team.",
            "Look at the baseline again, then keep the target with a reason or change it.",
            Fix("refresh", tuple(kpi.id for kpi in old), "Refresh baselines and targets"),
        )  # fmt: skip


def other_variant(facts: LintFacts) -> Iterable[LintFinding]:
    """A published figure holds only for the definition that it was published for."""
    for kpi in facts.active:
        known = facts.shipped.get(kpi.id)
        theirs = {mark for one in facts.shipped.values() if one.formula != kpi.formula for mark in one.benchmarks}
        is_own = known is not None and known.formula != kpi.formula and kpi.id not in facts.overtaken
        is_changed = is_own and bool(set(kpi.benchmarks) & theirs)
        if is_changed or (known is None and bool(set(kpi.benchmarks) & theirs)):
            yield LintFinding(
                "variant", "warning", kpi.id, f"The benchmarks of '{kpi.name}' were published for another definition.",
                "Two numbers counted in different ways are compared.", "Take the benchmarks away.",
                Fix("drop_benchmarks", (kpi.id,), "Take the benchmarks away"),
            )  # fmt: skip


def overtaken(facts: LintFacts) -> Iterable[LintFinding]:
    """Where the catalogue has a better definition than the one that came with the workspace, it is said."""
    for kpi in facts.active:
        if kpi.id in facts.overtaken:
            yield LintFinding(
                "overtaken", "notice", kpi.id, f"The catalogue now counts '{kpi.name}' otherwise.",
                f"Now: {facts.shipped[kpi.id].sentence}",
                "Take the new definition, or keep yours. Periods that have begun keep theirs either way.",
                Fix("take_definition", (kpi.id,), "Take it"),
            )  # fmt: skip


def same_everywhere(facts: LintFacts) -> Iterable[LintFinding]:
    """What packs share is defined here as they define it, and nothing is in use twice."""
    packed = {one: pack.name for pack in reversed(facts.packs) for one in pack.kpis}
    for kpi in facts.active:
        known = facts.shipped.get(kpi.id)
        is_own = known is not None and known.formula != kpi.formula and kpi.id not in facts.overtaken
        if is_own and kpi.id in packed:
            yield LintFinding(
                "differs", "notice", kpi.id, f"'{kpi.name}' is defined otherwise than in the pack '{packed[kpi.id]}'.",
                "Whoever starts from the pack elsewhere measures something else under this name.",
                "Send your definitions along as a pack file, or give yours a name of its own.",
                Fix("take_definition", (kpi.id,), "Take that of the pack"),
            )  # fmt: skip
    first: dict[tuple[str, str, str], Kpi] = {}
    for kpi in facts.active:
        same = first.setdefault((kpi.formula or kpi.id, kpi.breakdown, str(kpi.per_rep_per_week)), kpi)
        if same is not kpi:
            yield LintFinding(
                "twice", "warning", kpi.id, f"'{kpi.name}' and '{same.name}' are the same number.",
                "It takes the place of another KPI.", "Retire one of them.",
                Fix("retire", (kpi.id,), f"Retire '{kpi.name}'"),
            )  # fmt: skip


def retired_in_use(facts: LintFacts) -> Iterable[LintFinding]:
    """No KPI in use rests on a retired one."""
    retired = {kpi.id: kpi for kpi in facts.kpis if kpi.status == "retired"}
    for kpi in facts.active:
        for gone in sorted(facts.reads.get(kpi.id, frozenset()) & retired.keys()):
            name = retired[gone].name
            yield LintFinding(
                "retired", "warning", kpi.id, f"'{kpi.name}' is counted from '{name}', which is retired.",
                "Nobody looks after a part of this number any more.",
                f"Keep '{name}' as a draft, or change the formula.",
                Fix("bring_back", (gone,), f"Keep '{name}' as a draft"),
            )  # fmt: skip
        for gone in [one for one in kpi.leading if one in retired]:
            name = retired[gone].name
            yield LintFinding(
                "retired", "notice", kpi.id, f"'{kpi.name}' is said to be foretold by '{name}', which is retired.",
                "An early sign that nobody sees warns nobody.", "Name another leading KPI, or take this one away.",
                Fix("unlink", (gone,), f"Take '{name}' away", other=kpi.id),
            )  # fmt: skip


def heard_late(facts: LintFacts) -> Iterable[LintFinding]:
    """Every result in use has something in use that tells of it earlier."""
    active = {kpi.id for kpi in facts.active}
    alone = [kpi for kpi in facts.active if kpi.indicator == "lagging" and kpi.leading and not active & {*kpi.leading}]
    if not alone:
        return
    known = {kpi.id: kpi for kpi in facts.kpis}
    wanted = dict.fromkeys(one for kpi in alone for one in kpi.leading if one in facts.computable and one in known)
    able = sorted((known[one] for one in wanted), key=lambda kpi: kpi.id in facts.without_history)
    days = [facts.cycle_days for kpi in alone if kpi.id in facts.by_deals and facts.cycle_days]
    yield LintFinding(
        "late", "notice", alone[0].id, f"Nothing in use foretells {names(alone)}.",
        f"What goes wrong today shows only in about {format_value(days[0], 'days')}, your median sales cycle." if days
        else "What goes wrong today shows only when the period is over.",
        f"Look at {names(able)} beside it." if able else "Add a KPI that tells earlier.",
        take_in(facts, able) or LOOK_UP,
    )  # fmt: skip


def sizes_told_apart(facts: LintFacts) -> Iterable[LintFinding]:
    """Bounds of deal sizes that somebody set leave no size without deals."""
    empty = [size for size, share in facts.sizes.items() if not share]
    if empty and any(facts.sizes.values()):
        yield LintFinding(
            "sizes", "notice", "org", f"By your bounds no deal of the last year is {named(empty)}.",
            "Breakdowns by size and the published figures for that size say nothing about you.",
            f"Set {SMALL_BELOW} and {ENTERPRISE_FROM} on the page Numbers so that each size has deals.",
            Fix("set_sizes", (), "Go to Numbers"),
        )  # fmt: skip


def every_day(facts: LintFacts) -> Iterable[LintFinding]:
    """No number of single reps is looked at day by day."""
    for kpi in facts.active:
        if kpi.cadence == "daily" and "rep" in kpi.levels:
            yield LintFinding(
                "daily", "notice", kpi.id, f"'{kpi.name}' is looked at every day, for reps as well.",
                "One day of one rep tells nothing but luck, and who is watched so closely hides what goes wrong.",
                "Look at it every week. Leave it so where each rep closes many deals a day.",
                Fix("weekly", (kpi.id,), "Look at it every week"),
            )  # fmt: skip


RULES: tuple[Rule, ...] = (
    filled_in, count_per_level, lead_and_lag, stale_targets, vanity, overtaken, same_everywhere, other_variant,
    retired_in_use, dimensions, baselines, focus_chosen, heard_late, count_per_function,
    every_day, sizes_told_apart,
)  # fmt: skip
"""Every rule; of findings that weigh the same, those of an earlier rule come first."""
