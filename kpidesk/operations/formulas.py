"""Which KPIs are asked for, with their compiled formulas, and whether the data can compute them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kpidesk import engine, store
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD
from kpidesk.core.kpis import Kpi, KpiClass, Level, Unit
from kpidesk.core.obtaining import HOW_TO_GET
from kpidesk.core.people import Scope, ScopeKind
from kpidesk.core.periods import Period
from kpidesk.language import Formula, FormulaError, caret, compile_formula
from kpidesk.language.tree import Measure, Param
from kpidesk.language.walk import every
from kpidesk.operations.workspace import Workspace, definitions, evaluator, settings

FIRST_SHOWN = 5
BUILT_IN_TABLES = {"forecast_wape": frozenset(("deals", "forecasts"))}
BUILT_IN_FIELDS = {
    "forecast_wape": frozenset((("deals", "amount"), ("forecasts", "amount"))),
    "reps_at_quota": frozenset((("deals", "amount"),)),
    "ramp_time": frozenset((("deals", "amount"),)),
}
"""What the KPIs without a formula read."""
SET_IT = "Set it in the settings, or with `kpidesk param set WORKSPACE {name} VALUE`."
_TABLE_NAMED = re.compile(rf"\b(?<![.'])({'|'.join(engine.KIND_OF)})\b(?!')")


@dataclass(frozen=True, slots=True)
class KpiEntry:
    """A KPI of the catalogue and whether the imported data can compute it.

    `needs` says what is missing, `how` where it is exported from or typed in.
    """

    kpi: Kpi
    computable: bool
    needs: str
    how: str = ""


def find_kpi(ws: Workspace, kpi_id: str) -> Kpi:
    """A KPI by its id or its name.

    Raises:
        UserError: there is none; the nearest names are offered.
    """
    known = definitions(ws)
    if kpi_id in known:
        return known[kpi_id]
    for kpi in known.values():
        if kpi.name.casefold() == kpi_id.strip().casefold():
            return kpi
    raise UserError(f"There is no KPI '{kpi_id}'.", nearest(kpi_id, known))


def formula_of(ws: Workspace, kpi: Kpi, period: Period | None = None) -> Formula | None:
    """The compiled formula of a KPI by exactly this definition; None for a built-in.

    The KPIs it refers to are read as they were defined on the first day of `period`, without one as they are now.

    Raises:
        FormulaError: it cannot be read with the KPIs it refers to as they were then.
    """
    if not kpi.formula:
        return None
    key = ("formula", kpi.formula, _redefined(ws, period))
    return ws.remember(key, lambda: compile_formula(kpi.formula, formula_texts(ws, period)))


def formula_then(ws: Workspace, kpi: Kpi, period: Period) -> Formula | None:
    """The compiled formula of a KPI in a period; None also where what it refers to was defined otherwise then."""
    try:
        return formula_of(ws, kpi, period)
    except FormulaError:
        return None


def marked(formula: str, error: UserError) -> str:
    """A formula with marks under the place that an error is about; empty when the error is about something else."""
    return "\n".join(caret(formula, error)) if formula and isinstance(error, FormulaError) else ""


def formula_texts(ws: Workspace, period: Period | None = None) -> dict[str, str]:
    """The formula of every KPI by id, for references between them: now, or on the first day of a period."""
    known = definitions(ws).values()
    then = known if period is None else [definition_in_force(ws, kpi, period) for kpi in known]
    return {kpi.id: kpi.formula for kpi in then if kpi.formula}


def _redefined(ws: Workspace, period: Period | None) -> tuple[tuple[str, int], ...]:
    """Which KPIs stand in another version than the newest in a period, and in which."""
    if period is None:
        return ()
    return ws.remember(("redefined", period), lambda: _other_versions(ws, period))


def _other_versions(ws: Workspace, period: Period) -> tuple[tuple[str, int], ...]:
    then = ((kpi, definition_in_force(ws, kpi, period).version) for kpi in definitions(ws).values())
    return tuple((kpi.id, version) for kpi, version in then if version != kpi.version)


def chosen_kpis(ws: Workspace, kpi_ids: tuple[str, ...], scope: Scope) -> tuple[Kpi, ...]:
    """The KPIs named, or the active ones of the scope's level: those of the first day first, then by name."""
    if kpi_ids:
        return tuple(find_kpi(ws, one) for one in kpi_ids)
    active = [kpi for kpi in definitions(ws).values() if kpi.status == "active" and _level(scope) in kpi.levels]
    return tuple(sorted(active, key=lambda kpi: (kpi.first_day or 99, kpi.name)))


def kpis_elsewhere(ws: Workspace, scope: Scope) -> tuple[Kpi, ...]:
    """The active KPIs that are not for scopes of this level, by name: its scorecard does not show them."""
    level = _level(scope)
    found = (kpi for kpi in definitions(ws).values() if kpi.status == "active" and level not in kpi.levels)
    return tuple(sorted(found, key=lambda kpi: kpi.name))


def _level(scope: Scope) -> Level:
    """The level that a scope is read at; a role is that of reps, Unassigned belongs to the org."""
    levels: dict[ScopeKind, Level] = {"team": "team", "rep": "rep", "role": "rep"}
    return levels.get(scope.kind, "org")


def kpis(ws: Workspace) -> tuple[KpiEntry, ...]:
    """Every KPI: active ones first, each with whether the data can compute it."""
    order = {"active": 0, "draft": 1, "retired": 2}
    entries = entries_of(ws, tuple(definitions(ws).values()))
    return tuple(sorted(entries, key=lambda one: (order[one.kpi.status], one.kpi.first_day or 99, one.kpi.name)))


def entries_of(ws: Workspace, wanted: tuple[Kpi, ...]) -> tuple[KpiEntry, ...]:
    """KPIs in the order given, each with whether the data can compute it."""
    return tuple(_entry(ws, kpi) for kpi in wanted)


def _entry(ws: Workspace, kpi: Kpi) -> KpiEntry:
    formula, facts = formula_of(ws, kpi), evaluator(ws).facts
    fields = BUILT_IN_FIELDS.get(kpi.builtin, frozenset()) if formula is None else formula.fields
    tables = BUILT_IN_TABLES.get(kpi.builtin, frozenset()) if formula is None else formula.tables
    missing = engine.missing_kinds(facts, fields, tables)
    if missing:
        needs = " and ".join(engine.NEEDED[kind] for kind in missing)
        return KpiEntry(kpi, computable=False, needs=needs, how=" ".join(HOW_TO_GET[kind] for kind in missing))
    absent = engine.lacking(facts, fields)
    if absent:
        columns = (_column(table, name) for table, name in absent)
        return KpiEntry(kpi, computable=False, needs=" and ".join(columns))
    unset = sorted(parameters_read(ws, kpi) - dict(settings(ws).parameters).keys())
    if unset:
        needs = " and ".join(f"the number '{name}'" for name in unset)
        return KpiEntry(kpi, computable=False, needs=needs, how=SET_IT.format(name=unset[0]))
    return KpiEntry(kpi, computable=True, needs="")


def parameters_read(ws: Workspace, kpi: Kpi) -> frozenset[str]:
    """The names of the parameters that a KPI needs, those of the KPIs it refers to included."""
    formula = formula_of(ws, kpi)
    return (
        frozenset() if formula is None else frozenset(one.name for one in every(formula.tree) if isinstance(one, Param))
    )


def _column(table: str, name: str) -> str:
    """A column of the files, with what it is a column of when that is not deals."""
    kind = engine.KIND_OF[table]
    column = f"a column '{FIELD_BY_NAME[kind][name].label}'"
    return column if kind == "deals" else f"{column} of {KIND_OF_RECORD[kind].many}"


def row_noun(kpi: Kpi) -> str:
    """What one of the rows that a KPI rests on is called: of a quotient those below the line."""
    if kpi.builtin:
        return "person"
    named = _TABLE_NAMED.findall(kpi.formula)
    return engine.noun_of(named[-1]) if named else "deal"


def kpi_of_formula(formula: Formula) -> Kpi:
    """A nameless KPI for a formula that is only asked, not kept."""
    unit, kind = _shape(formula.measure, formula)
    return Kpi(
        id="formula",
        name=formula.text,
        formula=formula.text,
        sentence="",
        unit=unit,
        direction="none",
        indicator="lagging",
        dimension="outcome",
        kpi_class=kind,
    )


_TIMES: dict[str, Unit] = {"days": "days", "hours": "hours", "minutes": "count_per"}


def _shape(measure: Measure, formula: Formula) -> tuple[Unit, KpiClass]:
    exponents = (measure.money, measure.time, measure.score)
    flow = formula.additive == "flow"
    if exponents == (1, 0, 0):
        return "money", "flow_money" if flow else "derived"
    if exponents == (1, -1, 0):
        return "money_per_day", "derived"
    if exponents == (0, 1, 0):
        return _TIMES[measure.time_unit], "derived"
    if exponents == (0, 0, 1):
        return "score", "score"
    if measure.kind == "count":
        return "count", "flow_count" if flow else "stock"
    if measure.kind == "ratio":
        return "percent", "ratio"
    return "multiple", "derived"


def definition_in_force(ws: Workspace, kpi: Kpi, period: Period) -> Kpi:
    """The version of a KPI that was in force on the first day of a period."""
    if kpi.version == 1:
        return kpi
    versions = ws.remember(("versions", kpi.id), lambda: _versions(ws, kpi))
    usable = [one for one in versions if one.valid_from <= period.start.isoformat()]
    return max(usable, key=lambda one: one.version, default=kpi)


def _versions(ws: Workspace, kpi: Kpi) -> tuple[Kpi, ...]:
    return store.kpi_versions(ws.db, kpi.id) or (kpi,)
