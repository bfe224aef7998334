"""Check the set of KPIs in use, say how late each result is heard, and carry out what would mend a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from kpidesk import engine, store
from kpidesk.core.errors import UserError
from kpidesk.core.goals import GoalBook, Target
from kpidesk.core.kpis import Kpi, check_publishable
from kpidesk.core.lint import Fix, FixAction, Lateness, LintFacts, LintFinding, how_late
from kpidesk.core.lint import lint as lint_set
from kpidesk.core.people import ORG
from kpidesk.core.periods import span_period
from kpidesk.operations.benchmarks import sizes_by_own_bounds
from kpidesk.operations.catalogue import shipped_kpis, shipped_packs
from kpidesk.operations.dependencies import behind, dependencies
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import find_kpi, formula_of, kpis
from kpidesk.operations.goals import histories, propose, set_baseline, set_target
from kpidesk.operations.kpis import retire_kpi, save_kpi
from kpidesk.operations.questions import last_covered
from kpidesk.operations.workspace import Workspace, all_or_none, data_date, definitions, goals

CYCLE_KPI = "sales_cycle_length"
"""The KPI whose median says how late a closed deal is heard of."""
YEAR = timedelta(days=364)
USUAL_UPLIFT = 0.10
REFRESHED = "Refreshed from newer history."


def lint(ws: Workspace) -> tuple[LintFinding, ...]:
    """What sales practice would change about the set of KPIs in use: errors first, then warnings, then notices."""
    return lint_set(lint_facts(ws))


def lateness(ws: Workspace) -> tuple[Lateness, ...]:
    """For each lagging KPI in use, how long after a change in the work it tells of it; the latest first."""
    return how_late(lint_facts(ws))


def lint_facts(ws: Workspace) -> LintFacts:
    """All that the check looks at, from the workspace as it is."""
    known = tuple(definitions(ws).values())
    book = goals(ws)
    reads = dependencies(ws).reads
    able = frozenset(entry.kpi.id for entry in kpis(ws) if entry.computable)
    baselined = frozenset(one.kpi_id for one in book.baselines) if data_date(ws) else None
    return LintFacts(
        kpis=known,
        computable=able,
        baselined=baselined,
        without_history=_without_history(ws, able - baselined) if baselined is not None else frozenset(),
        target_days=_target_days(book),
        focus=store.load_focus(ws.db),
        reads={kpi.id: frozenset(one for one, _ in reads.get(kpi.id, ())) for kpi in known},
        shipped={kpi.id: kpi for kpi in shipped_kpis()},
        packs=shipped_packs(),
        overtaken=frozenset(_overtaken(ws, known)),
        by_deals=frozenset(kpi.id for kpi in known if _rests_on_closed(kpi, ws)),
        cycle_days=cycle_days(ws),
        sizes=sizes_by_own_bounds(ws),
        today=ws.today,
        period=last_covered(ws, "quarter").label,
    )


def _overtaken(ws: Workspace, known: Iterable[Kpi]) -> Iterator[str]:
    """The KPIs that are counted as they came, and otherwise than the catalogue counts them by now."""
    shipped = {kpi.id: _how(kpi) for kpi in shipped_kpis()}
    for kpi in known:
        if kpi.id in shipped and _how(kpi) != shipped[kpi.id]:
            first, *_ = (*store.kpi_versions(ws.db, kpi.id), kpi)
            if _how(first) == _how(kpi):
                yield kpi.id


def _how(kpi: Kpi) -> tuple[str, str]:
    return kpi.measured, kpi.builtin


def _without_history(ws: Workspace, bare: frozenset[str]) -> frozenset[str]:
    """Those of some KPIs in use of which neither the past nor a published figure gives the org a baseline."""
    period = last_covered(ws, "quarter")
    wanted = (find_kpi(ws, one) for one in sorted(bare))
    found = {kpi.id: histories(ws, kpi, (ORG,), period)[ORG] for kpi in wanted
             if kpi.status == "active" and not kpi.coaching and kpi.direction != "none"}  # fmt: skip
    return frozenset(kpi_id for kpi_id, one in found.items() if one is None)


def _typed_there(ws: Workspace, fix: Fix) -> str:
    raise UserError(
        f"{_names([find_kpi(ws, one) for one in fix.kpi_ids])} needs a baseline that is typed.",
        "Type it on the page of the KPI, with a reason.",
    )


def _target_days(book: GoalBook) -> dict[str, date]:
    """By KPI the day on which its newest target was set; without a stamp the first day of its period."""
    found: dict[str, date] = {}
    for one in book.targets:
        day = date.fromisoformat(one.effective_from) if one.effective_from else one.period.start
        found[one.kpi_id] = max(day, found.get(one.kpi_id, day))
    return found


def _rests_on_closed(kpi: Kpi, ws: Workspace) -> bool:
    """Whether a KPI, or one that it is counted from, counts deals by the day they closed."""
    found = behind(ws, kpi.id)
    formulas = [kpi, *(definitions(ws)[one] for one, by in found.items() if by == "value" and one in definitions(ws))]
    return any("closed_at" in one.formula for one in formulas)


def cycle_days(ws: Workspace) -> float | None:
    """The median sales cycle of the organisation in the year to the newest data, in days; None without wins."""
    day = data_date(ws)
    kpi = definitions(ws).get(CYCLE_KPI)
    if day is None or kpi is None or kpi.unit != "days":
        return None
    year = span_period(day - YEAR, day)
    grid = engine.evaluate(evaluator(ws), [(kpi, formula_of(ws, kpi))], (ORG,), (year,))
    return grid.result(0, 0, 0).value


def apply_fix(ws: Workspace, fix: Fix) -> str:
    """Carry out what mends a finding, all of it or nothing; the answer says in words what was done.

    Raises:
        UserError: a text is still to be typed, or a KPI cannot be changed so.
    """
    if fix.asks:
        raise UserError(f"{fix.words}: nothing was typed.", "Type it, then try again.")
    with all_or_none(ws):
        return _ACTIONS[fix.action](ws, fix)


def _each(change: Callable[[Kpi, Fix], Kpi], done: str) -> Callable[[Workspace, Fix], str]:
    """An action that changes each KPI by itself and saves it as a new version."""

    def act(ws: Workspace, fix: Fix) -> str:
        found = [save_kpi(ws, change(find_kpi(ws, one), fix)) for one in fix.kpi_ids]
        return f"{_names(found)} {done}."

    return act


def _names(found: list[Kpi]) -> str:
    return ", ".join(f"'{kpi.name}'" for kpi in found)


def _active(kpi: Kpi, fix: Fix) -> Kpi:
    check_publishable(replace(kpi, status="active"))
    return replace(kpi, status="active", retired_on="", reason=fix.value)


def _retire(ws: Workspace, fix: Fix) -> str:
    return f"{_names([retire_kpi(ws, one) for one in fix.kpi_ids])} retired."


def _as_shipped(kpi: Kpi, _: Fix) -> Kpi:
    """A KPI counted as the catalogue counts it; what was set for it beside that stays."""
    new = next(one for one in shipped_kpis() if one.id == kpi.id)
    names = ("formula", "builtin", "kpi_class", "unit", "breakdown", "per_rep_per_week", "sentence", "mistakes")
    return replace(kpi, **{name: getattr(new, name) for name in names})


def _link(ws: Workspace, fix: Fix) -> str:
    """The KPIs become leading for the other one; by how many weeks is not known yet."""
    kpi = find_kpi(ws, fix.other)
    new = tuple(one for one in fix.kpi_ids if one not in kpi.leading)
    lags = (*(kpi.lag_weeks or (0,) * len(kpi.leading)), *(0 for _ in new))
    save_kpi(ws, replace(kpi, leading=(*kpi.leading, *new), lag_weeks=lags))
    return f"{_names([find_kpi(ws, one) for one in fix.kpi_ids])} linked to '{kpi.name}'."


def _unlink(ws: Workspace, fix: Fix) -> str:
    kpi = find_kpi(ws, fix.other)
    kept = [at for at, one in enumerate(kpi.leading) if one not in fix.kpi_ids]
    lags = tuple(kpi.lag_weeks[at] for at in kept) if kpi.lag_weeks else ()
    save_kpi(ws, replace(kpi, leading=tuple(kpi.leading[at] for at in kept), lag_weeks=lags))
    return f"'{kpi.name}' names {_names([find_kpi(ws, one) for one in fix.kpi_ids])} no more."


def _set_baselines(ws: Workspace, fix: Fix) -> str:
    """Baselines of the org from its own history; what the history does not carry is said."""
    period = last_covered(ws, "quarter")

    def act(kpi: Kpi) -> None:
        set_baseline(ws, propose(ws, kpi.id, ORG, period).baseline)

    return _each_or_said(ws, fix, act, f"Baseline for {period.label}")


def _refresh(ws: Workspace, fix: Fix) -> str:
    """New baselines of the org from its history, and targets as far above them as the old ones were above theirs."""
    period = last_covered(ws, "quarter")

    def act(kpi: Kpi) -> None:
        found = propose(ws, kpi.id, ORG, period, uplift=_old_uplift(goals(ws), kpi))
        set_baseline(ws, found.baseline)
        set_target(ws, Target(kpi.id, ORG, period, found.minimum, found.target, found.stretch), REFRESHED)

    return _each_or_said(ws, fix, act, f"Baseline and target for {period.label}")


def _old_uplift(book: GoalBook, kpi: Kpi) -> float:
    """By how much the newest target of the org asked for more than its baseline; a tenth where that is not known."""
    newest = max(book.of(kpi.id, ORG), key=lambda one: one.period.start, default=None)
    base = book.baseline(kpi.id, ORG, newest.period) if newest is not None else None
    if newest is None or base is None or not base.value:
        return USUAL_UPLIFT
    step = (newest.target - base.value) / abs(base.value) * (-1 if kpi.direction == "lower" else 1)
    return step if step > 0 else USUAL_UPLIFT


def _each_or_said(ws: Workspace, fix: Fix, act: Callable[[Kpi], None], what: str) -> str:
    """Do it to each KPI; those that refuse are named.

    Raises:
        UserError: all refuse; with the reason of the first.
    """
    done, refused = [], []
    for kpi in (find_kpi(ws, one) for one in fix.kpi_ids):
        try:
            act(kpi)
            done.append(kpi)
        except UserError as error:
            refused.append((kpi, error))
    if not done:
        raise refused[0][1]
    rest = f" Not for {_names([kpi for kpi, _ in refused])}: {refused[0][1].problem}" if refused else ""
    return f"{what}: {_names(done)}.{rest}"


def _focus(ws: Workspace, fix: Fix) -> str:
    store.save_focus(ws.db, ORG, fix.kpi_ids)
    return f"{_names([find_kpi(ws, one) for one in fix.kpi_ids])} in focus."


_ACTIONS: dict[FixAction, Callable[[Workspace, Fix], str]] = {
    "retire": _retire,
    "activate": _each(_active, "taken into use"),
    "bring_back": _each(lambda kpi, _: replace(kpi, status="draft", retired_on=""), "kept as a draft"),
    "set_objective": _each(lambda kpi, fix: replace(kpi, objective=fix.value), "has an objective"),
    "set_decision": _each(lambda kpi, fix: replace(kpi, decision=fix.value), "has a decision"),
    "set_owner": _each(lambda kpi, fix: replace(kpi, owner=fix.value), "has an owner"),
    "drop_benchmarks": _each(lambda kpi, _: replace(kpi, benchmarks=()), "has no benchmarks any more"),
    "take_definition": _each(_as_shipped, "is counted as the catalogue counts it"),
    "link": _link,
    "unlink": _unlink,
    "set_baseline": _set_baselines,
    "type_baseline": _typed_there,
    "refresh": _refresh,
    "choose_focus": _focus,
}
