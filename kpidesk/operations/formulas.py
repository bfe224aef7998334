"""Which KPIs are asked for, with their compiled formulas, and whether the data can compute them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from kpidesk import engine, store
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD
from kpidesk.core.kpis import Function, Kpi, KpiStatus, Level, Unit
from kpidesk.core.obtaining import HOW_TO_GET
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import listed
from kpidesk.language import Formula, FormulaError, caret, class_of, compile_formula, result_unit
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import KpiRef, Modified, Param
from kpidesk.language.walk import every, leaves
from kpidesk.operations.catalogue import shipped_kpis
from kpidesk.operations.evaluators import evaluator, own_headers, unmapped_headers
from kpidesk.operations.workspace import Workspace, definitions, settings

FIRST_SHOWN = 5
NEAR = 0.7
"""How much of a name a column of the files shares with one that was mistyped, from 0 to 1."""
OF_BOOKINGS = ("chance:", "range:", "reps:")
"""How the names begin of what is worked out from bookings, as these are defined."""
_OF_DEALS = ("hygiene_share", "check:", "sourced:", "return:", *OF_BOOKINGS)
"""How the names begin of what is worked out without a formula and rests on deals."""
BUILT_IN_TABLES = {"forecast_wape": frozenset(("deals", "forecasts"))}
BUILT_IN_FIELDS = {
    "forecast_wape": frozenset((("deals", "amount"), ("forecasts", "amount"))),
    "reps_at_quota": frozenset((("deals", "amount"),)),
    "ramp_time": frozenset((("deals", "amount"),)),
}
"""What the KPIs without a formula read."""
A_LATER_EXPORT = "a second export of deals from a later day"
SET_IT = "Set it in the settings, or with `kpidesk param set WORKSPACE {name} VALUE`."
SAID_OF_ALL = {"status": "held", "direction": "out", "type": "call"}
SAY_OF_ALL = (
    "Import the file again with the column, or say it of all its rows where it is so: under Columns of its check, or "
    "`kpidesk import WORKSPACE FILE {values}`."
)
"""How what no column of activities tells is said of a file that lists only such."""
_TABLE_NAMED = re.compile(rf"(count_distinct\(\s*)?\b(?<![.'])({'|'.join(engine.KIND_OF)})\b(?!')(?:\.(\w+))?")
_KPI_NAMED = re.compile(r"\[(\w+)\]")
_ONE_BY_ANOTHER = re.compile(r"\s*\[\w+\]\s*/\s*\[(\w+)\]")
_COUNTED_ONCE = ("account", "deal", "lead", "person")


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
    key = ("formula", kpi.measured, _redefined(ws, period))
    return ws.remember(key, lambda: compile_formula(kpi.measured, formula_texts(ws, period)))


def read_formula(ws: Workspace, text: str, definitions: Mapping[str, str]) -> Formula:
    """The compiled formula of a text that was typed; `definitions` gives those of the KPIs it may refer to, by id.

    Raises:
        FormulaError: it cannot be read; where a column of the files was meant that stands for no field, it says so.
    """
    try:
        return compile_formula(text, definitions)
    except FormulaError as error:
        meant = _column_meant(ws, text, error)
        if not meant:
            raise
        # a new one, since the compiler's is its own
        raise FormulaError(error.code, error.problem, meant, error.start, error.end) from error


def _column_meant(ws: Workspace, text: str, error: FormulaError) -> str:
    """Advice to write a column that stands for no field in backticks; empty where no such column comes near."""
    if error.missing is None:
        written = [one for table in TABLES for one in own_headers(ws, table) if _stands_at(one, text, error)]
        return f"'{written[0]}' is a column of your files: write it in backticks, `{written[0]}`." if written else ""
    table, name = error.missing
    headers = {one.casefold(): one for one in own_headers(ws, table)}
    if known := headers.get(name.casefold()):
        compared = f"`{known}` = 'a value'" if error.code == "E-FILTER" else f"`{known}`"
        return f"'{known}' is a column of your files: write it in backticks, {compared}."
    close = get_close_matches(name.casefold(), headers, n=1, cutoff=NEAR)
    meant = f"`{headers[close[0]]}`, a column of your files, in backticks" if close else ""
    if meant and error.advice.startswith("Did you mean"):
        return f"{error.advice[:-1]}, or {meant}?"
    return f"Did you mean {meant}?" if meant else ""


def _stands_at(header: str, text: str, error: FormulaError) -> bool:
    """Whether a header of several words is written, without backticks, where a formula cannot be read any more."""
    at = text.casefold().find(header.casefold(), max(0, error.start - len(header)))
    return " " in header and 0 <= at <= error.start < at + len(header) and text[at - 1 : at] != "`"


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
    return {kpi.id: kpi.measured for kpi in then if kpi.formula}


def _redefined(ws: Workspace, period: Period | None) -> tuple[tuple[str, int], ...]:
    """Which KPIs stand in another version than the newest in a period, and in which."""
    if period is None:
        return ()
    return ws.remember(("redefined", period), lambda: _other_versions(ws, period))


def _other_versions(ws: Workspace, period: Period) -> tuple[tuple[str, int], ...]:
    changed = (kpi for kpi in definitions(ws).values() if kpi.version > 1)
    then = ((kpi, definition_in_force(ws, kpi, period).version) for kpi in changed)
    return tuple((kpi.id, version) for kpi, version in then if version != kpi.version)


def chosen_kpis(
    ws: Workspace, kpi_ids: tuple[str, ...], scope: Scope, period: Period | None = None, *, by: str = ""
) -> tuple[Kpi, ...]:
    """The KPIs named, or the active ones of the scope's level: first-day ones, then by name, coaching metrics last.

    With a `period` also those that were in use when it began and are retired since, after those that still are.
    `by` team or rep they are those of that level: of whoever stands in the rows.
    """
    if kpi_ids:
        return tuple(find_kpi(ws, one) for one in kpi_ids)
    here = [kpi for kpi in definitions(ws).values() if _level(scope, by) in kpi.levels]
    shown = [kpi for kpi in here if kpi.status == "active" or (period is not None and _kept_by(ws, kpi, period))]
    return tuple(sorted(shown, key=lambda kpi: (kpi.coaching, kpi.status == "retired", kpi.first_day or 99, kpi.name)))


def kpis_for(ws: Workspace, function: Function, question: Question, kpi_ids: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The KPIs of a scorecard (by id) that a function of the company is measured by, alone or with others.

    Raises:
        UserError: none is.
    """
    known = chosen_kpis(ws, kpi_ids, question.scope, question.period, by=question.by)
    found = tuple(kpi.id for kpi in known if function in kpi.functions)
    if not found:
        raise UserError(f"No KPI in use here is for {function.replace('_', ' ')}.", "Take one into use, or tag yours.")
    return found


def _kept_by(ws: Workspace, kpi: Kpi, period: Period) -> bool:
    """Whether a period began before the day on which a KPI was retired; one that never was in use is in none."""
    if kpi.status != "retired" or period.start.isoformat() >= kpi.retired_on:
        return False
    versions = ws.remember(("versions", kpi.id), lambda: _versions(ws, kpi))
    return any(one.status == "active" for one in versions)


def kpis_elsewhere(ws: Workspace, scope: Scope, by: str = "") -> tuple[Kpi, ...]:
    """The active KPIs that are not for scopes of this level, by name: its scorecard, `by` team or rep, lacks them."""
    level = _level(scope, by)
    found = (kpi for kpi in definitions(ws).values() if kpi.status == "active" and level not in kpi.levels)
    return tuple(sorted(found, key=lambda kpi: kpi.name))


def _level(scope: Scope, by: str = "") -> Level:
    """The level that a scope, or its parts, is read at; a role is that of reps, Unassigned belongs to the org."""
    levels: dict[str, Level] = {"team": "team", "rep": "rep", "role": "rep"}
    return levels.get(by) or levels.get(scope.kind, "org")


def kpis(ws: Workspace, status: KpiStatus | None = None) -> tuple[KpiEntry, ...]:
    """Every KPI, or those of a status: active ones first, each with whether the data can compute it."""
    order = {"active": 0, "draft": 1, "retired": 2}
    entries = entries_of(ws, tuple(kpi for kpi in definitions(ws).values() if status in (None, kpi.status)))
    return tuple(sorted(entries, key=lambda one: (order[one.kpi.status], one.kpi.first_day or 99, one.kpi.name)))


def entries_of(ws: Workspace, wanted: tuple[Kpi, ...]) -> tuple[KpiEntry, ...]:
    """KPIs in the order given, each with whether the data can compute it."""
    return tuple(_entry(ws, kpi) for kpi in wanted)


def _entry(ws: Workspace, kpi: Kpi) -> KpiEntry:
    try:
        formula = formula_of(ws, kpi)
    except FormulaError as error:  # a draft, and what it refers to has changed
        return KpiEntry(kpi, computable=False, needs=f"another formula: {error.problem}", how=error.advice)
    needs, how = needs_of(ws, formula, kpi.builtin)
    if not needs:
        needs, how = _needs_besides(ws, kpi, formula)
    return KpiEntry(kpi, computable=not needs, needs=needs, how=how)


def _needs_besides(ws: Workspace, kpi: Kpi, formula: Formula | None) -> tuple[str, str]:
    """What a KPI lacks to be read as it is meant: a history of deals, the field that it is read by, dates of hire."""
    facts = evaluator(ws).facts
    if formula is not None and any(engine.lacks_history(facts, leaf) for leaf in leaves(formula.tree)):
        return A_LATER_EXPORT, HOW_TO_GET["stage-history"] if "stage_visits" in formula.tables else ""
    if kpi.builtin == "ramp_time" and not any(one.hire_at for one in facts.crew.organisation.people):
        return "the days of hire of people", HOW_TO_GET["people"]
    table = next((one for one in sorted(formula.tables) if kpi.breakdown in FIELD_BY_NAME[engine.KIND_OF[one]]),
                 "") if formula is not None and kpi.breakdown else ""  # fmt: skip
    if table and (absent := engine.lacking(facts, {(table, kpi.breakdown)})):
        return _listed(_column(*one) for one in absent), ""
    return "", ""


def needs_of(ws: Workspace, formula: Formula | None, builtin: str = "") -> tuple[str, str]:
    """What the data lack to compute a formula or a built-in, and where to get it; both empty when nothing is."""
    facts = evaluator(ws).facts
    fields = BUILT_IN_FIELDS.get(builtin, frozenset()) if formula is None else formula.fields
    tables = BUILT_IN_TABLES.get(builtin, frozenset()) if formula is None else formula.tables
    missing = engine.missing_kinds(facts, fields, tables)
    if missing:
        return _listed(engine.NEEDED[kind] for kind in missing), " ".join(HOW_TO_GET[kind] for kind in missing)
    if formula is not None and (unmapped := absent_columns(ws, formula)):
        told = _listed(f"a column '{header}' in a file of {kind}" for kind, header in unmapped)
        return told, nearest(unmapped[0][1], _own_headers_of(ws, formula))
    if absent := engine.lacking(facts, fields):
        return _listed(_column(table, name) for table, name in absent), _told_of_all(absent)
    if formula is not None and (unnamed := engine.never_named(facts, leaves(formula.tree))):
        return _listed(_sort_of(*one) for one in unnamed), ""
    if unset := sorted(_parameters(formula) - dict(settings(ws).parameters).keys()):
        return _listed(f"the number '{name}'" for name in unset), SET_IT.format(name=unset[0])
    return "", ""


def absent_columns(ws: Workspace, formula: Formula) -> list[tuple[str, str]]:
    """The columns mapped to no field that a formula reads and no file has: of what kind of record, and its header."""
    read = sorted((table, name.removeprefix(engine.CUSTOM)) for table, name in formula.fields
                  if name.startswith(engine.CUSTOM))  # fmt: skip
    return [
        (KIND_OF_RECORD[engine.KIND_OF[table]].many, header)
        for table, header in read
        if header.casefold() not in {one.casefold() for one in unmapped_headers(ws, engine.KIND_OF[table])}
    ]


def check_columns(ws: Workspace, formula: Formula) -> Formula:
    """The same formula, where the files have every column that it reads beside the known fields.

    Raises:
        UserError: some file has not; the nearest headers are named.
    """
    for kind, header in absent_columns(ws, formula):
        problem = f"No file of {kind} has a column '{header}' that is mapped to no field."
        raise UserError(problem, nearest(header, _own_headers_of(ws, formula)))
    return formula


def _own_headers_of(ws: Workspace, formula: Formula) -> list[str]:
    """The columns mapped to no field in the files that a formula reads."""
    return [one for table in formula.tables for one in unmapped_headers(ws, engine.KIND_OF[table])]


def _told_of_all(absent: Iterable[tuple[str, str]]) -> str:
    """How what no column of activities tells can be said of a whole file; empty where it cannot."""
    values = [f"--set {name}={SAID_OF_ALL[name]}" for table, name in absent
              if table == "activities" and name in SAID_OF_ALL]  # fmt: skip
    return SAY_OF_ALL.format(values=" ".join(values)) if values else ""


def _listed(needs: Iterable[str]) -> str:
    return " and ".join(needs)


def parameters_read(ws: Workspace, kpi: Kpi) -> frozenset[str]:
    """The names of the parameters that a KPI needs, those of the KPIs it refers to included."""
    try:
        return _parameters(formula_of(ws, kpi))
    except FormulaError:
        return frozenset()


def _parameters(formula: Formula | None) -> frozenset[str]:
    found = () if formula is None else every(formula.tree)
    return frozenset(one.name for one in found if isinstance(one, Param))


def _column(table: str, name: str) -> str:
    """A column of the files, with what it is a column of when that is not deals."""
    kind = engine.KIND_OF[table]
    column = f"a column '{FIELD_BY_NAME[kind][name].label}'"
    return column if kind == "deals" else f"{column} of {KIND_OF_RECORD[kind].many}"


def _sort_of(table: str, name: str, words: tuple[str, ...]) -> str:
    """A sort of record that the files name nowhere: "activities with 'demo' under 'Type'"."""
    kind, told = engine.KIND_OF[table], listed((f"'{word}'" for word in words), last="or")
    return f"{KIND_OF_RECORD[kind].many} with {told} under '{FIELD_BY_NAME[kind][name].label}'"


def row_noun(kpi: Kpi) -> str:
    """What one of the rows that a KPI rests on is called: of a quotient those below the line.

    One KPI by another rests on the rows of the latter. The number of rows of any other KPI made of several is the least
    of theirs: where these count different things, or one is not of the catalogue, a `record`.
    """
    if kpi.builtin:
        return "answer" if kpi.is_manual else "deal" if kpi.builtin.startswith(_OF_DEALS) else "person"
    named = _TABLE_NAMED.findall(kpi.formula)
    if named:
        is_distinct, table, field = named[-1]
        once = field.removesuffix("_id")
        return once if is_distinct and once in _COUNTED_ONCE else engine.noun_of(table)
    quotient = _ONE_BY_ANOTHER.match(kpi.formula)
    parts = {quotient.group(1)} if quotient else set(_KPI_NAMED.findall(kpi.formula))
    shipped = {one.id: one for one in shipped_kpis()}
    nouns = {row_noun(shipped[one]) if one in shipped else "record" for one in parts}
    return nouns.pop() if len(nouns) == 1 else "record" if nouns else "deal"


def kpi_of_formula(formula: Formula, unit: Unit | None = None) -> Kpi:
    """A nameless KPI for a formula that is only asked, not kept; without a `unit` in that of the formula."""
    return Kpi(
        id="formula",
        name=formula.text,
        formula=formula.text,
        sentence="",
        unit=unit or _unit(formula),
        direction="none",
        indicator="lagging",
        dimension="outcome",
        kpi_class=class_of(formula),
    )


def kpi_asked(ws: Workspace, formula: Formula, period: Period) -> Kpi:
    """A nameless KPI for a formula; of one that names a KPI alone it is judged as that KPI is: [nps] has a range."""
    made = kpi_of_formula(formula, unit_named(ws, formula))
    if not isinstance(formula.tree, KpiRef):
        return made
    named = definition_in_force(ws, find_kpi(ws, formula.tree.kpi_id), period)
    return replace(made, kpi_class=named.kpi_class, minimum_n=named.minimum_n, decimals=named.decimals)


def unit_named(ws: Workspace, formula: Formula) -> Unit | None:
    """The unit of the KPI that a formula names, alone or at another time: `previous([nps])` are points as well."""
    tree = formula.tree
    while isinstance(tree, Modified):
        tree = tree.body
    return find_kpi(ws, tree.kpi_id).unit if isinstance(tree, KpiRef) else None


def _unit(formula: Formula) -> Unit:
    """The unit in which a formula that has none is shown."""
    measure = formula.measure
    is_bare = not (measure.money or measure.time or measure.score) and measure.kind == "number"
    return "multiple" if is_bare else result_unit(formula)


def definition_in_force(ws: Workspace, kpi: Kpi, period: Period) -> Kpi:
    """The version of a KPI that was in force on the first day of a period."""
    if kpi.version == 1:
        return kpi
    versions = ws.remember(("versions", kpi.id), lambda: _versions(ws, kpi))
    usable = [one for one in versions if one.valid_from <= period.start.isoformat()]
    return max(usable, key=lambda one: one.version, default=kpi)


def _versions(ws: Workspace, kpi: Kpi) -> tuple[Kpi, ...]:
    newest = definitions(ws)[kpi.id].version if kpi.id in definitions(ws) else kpi.version
    return tuple(one for one in store.kpi_versions(ws.db, kpi.id) if one.version <= newest) or (kpi,)
