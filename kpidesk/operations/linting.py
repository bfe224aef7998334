"""Check the set of KPIs in use, and say how late each result is heard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from kpidesk import engine, store
from kpidesk.core.goals import GoalBook
from kpidesk.core.kpis import Kpi
from kpidesk.core.lint import Lateness, Left, LintFacts, LintFinding, how_late, left_as_is
from kpidesk.core.lint import lint as lint_set
from kpidesk.core.people import ORG
from kpidesk.core.periods import span_period
from kpidesk.operations.benchmarks import sizes_by_own_bounds
from kpidesk.operations.catalogue import shipped_kpis, shipped_packs
from kpidesk.operations.dependencies import behind, dependencies
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import find_kpi, formula_of, kpis
from kpidesk.operations.goals import histories
from kpidesk.operations.questions import last_covered
from kpidesk.operations.workspace import Workspace, data_date, definitions, goals

CYCLE_KPI = "sales_cycle_length"
"""The KPI whose median says how late a closed deal is heard of."""
YEAR = timedelta(days=364)


def lint(ws: Workspace) -> tuple[LintFinding, ...]:
    """What sales practice would change about the set of KPIs in use: errors first, then warnings, then notices."""
    return lint_set(lint_facts(ws))


def lateness(ws: Workspace) -> tuple[Lateness, ...]:
    """For each lagging KPI in use, how long after a change in the work it tells of it; the latest first."""
    return how_late(lint_facts(ws))


def left_findings(ws: Workspace) -> tuple[Left, ...]:
    """What the check would tell had nobody said why it stays as it is, with the reason."""
    return left_as_is(lint_facts(ws))


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
        left=store.load_left(ws.db),
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
    """Those of some KPIs of which neither the past nor a published figure gives the org a baseline.

    Only those in use are looked at, and those that foretell them.
    """
    period = last_covered(ws, "quarter")
    active = {kpi.id: kpi for kpi in definitions(ws).values() if kpi.status == "active"}
    looked_at = {*active, *(one for kpi in active.values() for one in kpi.leading)}
    wanted = (find_kpi(ws, one) for one in sorted(bare & looked_at))
    found = {kpi.id: histories(ws, kpi, (ORG,), period)[ORG] for kpi in wanted
             if not kpi.coaching and kpi.direction != "none"}  # fmt: skip
    return frozenset(kpi_id for kpi_id, one in found.items() if one is None)


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
