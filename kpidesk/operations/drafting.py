"""A formula while it is being written: what it says, what is wrong with it, what it comes to, whom it affects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from kpidesk import engine, store
from kpidesk.core.drafts import Check, Draft, DraftValue, KpiChange, Problem, SeenValue
from kpidesk.core.errors import UserError
from kpidesk.core.formats import format_value
from kpidesk.core.formula_form import OwnColumn
from kpidesk.core.kpi_fields import kpi_from_mapping, kpi_to_mapping
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import is_running, run_of
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.language import (
    Formula,
    FormulaError,
    Table,
    class_of,
    empty_texts,
    fewer_is_better,
    field_text,
    form_of_formula,
    formula_words,
    result_unit,
    unit_choices,
)
from kpidesk.language.tables import TABLES, field_at
from kpidesk.operations.dependencies import affected, broken_by, rests_on, rests_on_by
from kpidesk.operations.evaluators import as_known, column_samples, evaluator, own_headers
from kpidesk.operations.formulas import (
    find_kpi,
    formula_of,
    formula_texts,
    kpi_of_formula,
    needs_of,
    read_formula,
    unit_named,
)
from kpidesk.operations.goals import baseline_first
from kpidesk.operations.kpis import check_kpi, save_kpi
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.receipt_code import by_newest, receipt_code
from kpidesk.operations.workspace import Workspace, data_date, definitions, settings

PERIODS = 4
MOST_VALUES = 50
_OF_A_VERSION = ("version", "valid_from", "status", "retired_on", "reason")


def check_text(ws: Workspace, text: str, kpi_id: str = "") -> Check:
    """What a formula says or what is wrong with it; `kpi_id` is the KPI it is to be the formula of. Never raises."""
    compiled = _compiled(ws, text, kpi_id)
    return Check(text, problem=compiled) if isinstance(compiled, Problem) else _check(ws, compiled, kpi_id)


def _compiled(ws: Workspace, text: str, kpi_id: str) -> Formula | Problem:
    texts = formula_texts(ws)
    try:
        return read_formula(ws, text, {**texts, kpi_id: text} if kpi_id else texts)
    except FormulaError as error:
        return Problem(error.code, error.problem, error.advice, error.start, error.end)


def _check(ws: Workspace, formula: Formula, kpi_id: str) -> Check:
    known = definitions(ws)
    kept = known[kpi_id].unit if kpi_id in known else None
    units = unit_choices(formula)
    likely = (kept, unit_named(ws, formula))
    unit = next((one for one in likely if one is not None and one in units), result_unit(formula))
    return Check(
        text=formula.text,
        sentence=formula_words(formula, {one.id: one.name for one in known.values()}),
        unit=unit,
        units=units,
        kpi_class=class_of(formula),
        form=form_of_formula(formula, unit),
        notices=tuple(_notices(ws, formula, kpi_id, known)),
        fewer=fewer_is_better(formula.tree),
    )


def _notices(ws: Workspace, formula: Formula, kpi_id: str, known: Mapping[str, Kpi]) -> list[str]:
    needs, how = needs_of(ws, formula)
    found = [f"Needs {needs}.{f' {how}' if how else ''}"] if needs else []
    found += dict.fromkeys(
        _empty_words(field_text(field.field), is_other) for field, is_other in empty_texts(formula.tree)
    )
    for one in sorted(formula.kpis):
        if one in known and known[one].status == "retired":
            found.append(f"It rests on '{known[one].name}', which is retired.")
    if kpi_id in known and formula.text != known[kpi_id].formula:
        broken = broken_by(ws, kpi_id, formula.text)
        found += [f"'{kpi.name}' rests on this KPI and would stop working: {problem}" for kpi, problem in broken]
    return found


def _empty_words(field: str, is_other: bool) -> str:
    """What comparing a field with a text without letters does, and how to ask for the records that have no value."""
    what = f"The text that '{field}' is compared with is empty, and no record has such a text: "
    if is_other:
        return f"{what}all that have a value are counted. '{field} is not empty' says the same."
    return f"{what}it finds nothing. For the records without a value write '{field} is empty'."


def draft(ws: Workspace, text: str, question: Question, kpi_id: str = "") -> Draft:
    """A formula with its values in the last four periods of the question's grain, beside those of the KPI as it is.

    Never raises for what is wrong with the formula: that is said in `check`.
    """
    compiled = _compiled(ws, text, kpi_id)
    then = as_known(ws, question.as_of, question.teams)
    known = definitions(ws).get(kpi_id)
    rests = rests_on(ws, kpi_id) if known is not None else ()
    others = affected(ws, kpi_id) if known is not None else ()
    if isinstance(compiled, Problem):
        return Draft(Check(text, problem=compiled), before=_before(ws, known, question), affected=others, reads=rests)
    check = _check(ws, compiled, kpi_id)
    made = kpi_of_formula(compiled)
    kpi = replace(made, unit=check.unit or made.unit)
    return Draft(
        check=check,
        values=_values(then, kpi, compiled, question),
        before=_before(ws, known, question),
        rows=_rows(then, kpi, compiled, question),
        affected=others,
        reads=rests_on_by(ws, compiled),
    )


def _before(ws: Workspace, kpi: Kpi | None, question: Question) -> tuple[DraftValue, ...]:
    """What a KPI comes to by the definition that is in use; nothing where that cannot be read."""
    if kpi is None:
        return ()
    try:
        return _values(as_known(ws, question.as_of, question.teams), kpi, formula_of(ws, kpi), question)
    except FormulaError:
        return ()


def _values(ws: Workspace, kpi: Kpi, formula: Formula | None, asked: Question) -> tuple[DraftValue, ...]:
    periods = run_of(asked.period, PERIODS, settings(ws))
    facts = evaluator(ws, asked.as_of, asked.teams)
    grid = engine.evaluate(facts, [(kpi, formula)], (asked.scope,), periods, unassigned_level=level_of_nobody(asked))
    return tuple(_value(ws, kpi, replace(asked, period=one), grid.result(0, 0, at)) for at, one in enumerate(periods))


def _value(ws: Workspace, kpi: Kpi, asked: Question, result: Result) -> DraftValue:
    text = format_value(result.value, kpi.display, settings(ws).currency, result.n)
    code = receipt_code(ws, kpi, by_newest(ws, kpi, asked), result) if kpi.id in definitions(ws) else ""
    running = is_running(asked.period, data_date(ws, asked.as_of), ws.today)
    return DraftValue(asked.period, result.value, text, result.n, result.reason, running, code)


def _rows(ws: Workspace, kpi: Kpi, formula: Formula, asked: Question) -> int:
    if not formula.tables - {"people"}:
        return 0
    facts = evaluator(ws, asked.as_of, asked.teams)
    found = engine.behind(facts, kpi, formula, asked.scope, asked.period, unassigned_level=level_of_nobody(asked))
    return len(found.value_ids)


def change_kpi(
    ws: Workspace, kpi_id: str, given: Mapping[str, object], question: Question, *, dry_run: bool = False
) -> KpiChange:
    """Change some fields of a KPI and keep it as a new version; `dry_run` only says what it would do.

    With a new formula the unit stays if it still fits, and the sentence says the new formula.

    Raises:
        UserError: there is no such KPI, a field cannot have this value, or the KPI could not be kept (`check_kpi`).
    """
    before = find_kpi(ws, kpi_id)
    after = kpi_from_mapping({**kpi_to_mapping(before), **_filled_in(ws, before, given)}, f"'{before.name}'")
    change = KpiChange(before, after, Draft(Check(after.formula)), saved=False)
    if not change.fields:
        raise UserError(f"Nothing would change about '{before.name}'.", "Give a new value, for example --formula.")
    check_kpi(ws, after)
    shown = _displayed(ws, draft(ws, after.formula, question, before.id), after) if after.formula else change.draft
    if "cadence" in change.fields and (advice := baseline_first(ws, after)):
        shown = replace(shown, check=replace(shown.check, notices=(*shown.check.notices, advice)))
    if dry_run:
        return KpiChange(before, after, shown, saved=False)
    kept = save_kpi(ws, after)
    return KpiChange(before, kept, replace(shown, values=_proven(ws, kept, question, shown)), saved=True)


def _proven(ws: Workspace, kept: Kpi, question: Question, shown: Draft) -> tuple[DraftValue, ...]:
    """The values of a draft that was kept, with the codes that they have from then on."""
    if not shown.values:
        return ()
    then = as_known(ws, question.as_of, question.teams)
    return _values(then, kept, formula_of(ws, kept), question)


def change_back(
    ws: Workspace, kpi_id: str, question: Question, *, version: int = 0, reason: str = "", dry_run: bool = False
) -> KpiChange:
    """Define a KPI as an earlier version did, as a new version; 0 is the one before its last change.

    Whether it is in use stays, and periods that have begun keep the definition that they had.

    Raises:
        UserError: there is no such KPI or version, nothing would change, or the KPI could not be kept (`check_kpi`).
    """
    kpi = find_kpi(ws, kpi_id)
    known = {one.version: _defined(one) for one in store.kpi_versions(ws.db, kpi.id)}
    earlier = [number for number, one in known.items() if one != known[kpi.version]]
    wanted = version or max(earlier, default=0)
    if wanted not in known:
        told = f"no version {version}" if version else "no other definition"
        raise UserError(f"'{kpi.name}' has had {told}.", f"`kpidesk kpi timeline WORKSPACE {kpi.id}` lists them.")
    why = reason.strip() or f"Back to version {wanted}."
    return change_kpi(ws, kpi.id, {**known[wanted], "reason": why}, question, dry_run=dry_run)


def _defined(kpi: Kpi) -> dict[str, object]:
    """A KPI but for what tells one version from another, and whether it is in use."""
    return {name: value for name, value in kpi_to_mapping(kpi).items() if name not in _OF_A_VERSION}


def _displayed(ws: Workspace, shown: Draft, kpi: Kpi) -> Draft:
    """A draft with its values as the KPI shows them."""
    money = settings(ws).currency
    values = (replace(one, text=format_value(one.value, kpi.display, money, one.n)) for one in shown.values)
    return replace(shown, values=tuple(values))


def _filled_in(ws: Workspace, before: Kpi, given: Mapping[str, object]) -> dict[str, object]:
    """The fields given, and those that follow from a new formula."""
    text = str(given.get("formula", before.formula))
    per_week = given.get("per_rep_per_week", before.per_rep_per_week)
    is_same = (text, per_week) == (before.formula, before.per_rep_per_week)
    if not text or (is_same and "formula" not in given):
        return {"reason": "", **given}
    formula = read_formula(ws, text, {**formula_texts(ws), before.id: text})
    check = _check(ws, formula, before.id)
    # A version keeps its class: past periods stay judged as they were, and no formula tells a cohort from a ratio. So
    # a sum of numbers that was kept as a count stays one until its formula is given anew.
    was_events = before.kpi_class == "flow_count" and check.kpi_class == "flow_money"
    if is_same:
        return {"reason": "", **({"kpi_class": check.kpi_class} if was_events else {}), **given}
    known = formula_of(ws, before)
    is_kept = known is not None and class_of(known) == check.kpi_class and not was_events
    kind = before.kpi_class if is_kept else check.kpi_class
    unit = check.unit if per_week == before.per_rep_per_week else kpi_of_formula(formula).unit
    made = {"unit": unit, "kpi_class": kind, "sentence": check.sentence, "builtin": "", "reason": ""}
    return {**made, **given}


def own_columns(ws: Workspace) -> dict[str, tuple[OwnColumn, ...]]:
    """The columns of the files that no field stands for, by table, with what some records hold in them."""
    return {table: tuple(_own_columns(ws, table)) for table in TABLES if own_headers(ws, table)}


def _own_columns(ws: Workspace, table: str) -> Iterator[OwnColumn]:
    samples = column_samples(ws, engine.KIND_OF[table])
    for header in own_headers(ws, table):
        texts = samples.get(header, ())
        is_number, is_date = engine.are_mostly("number", texts), engine.are_mostly("date", texts)
        yield OwnColumn(header, "number" if is_number else "date" if is_date else "term")


def values_of(ws: Workspace, table: str, field: str, limit: int = MOST_VALUES) -> tuple[SeenValue, ...]:
    """The values seen in a field of a table, the most frequent first; none for numbers, dates and unknown names.

    A column of the files that no field stands for is named `custom:Header` or, as in a formula, in backticks.
    """
    if field.startswith("`"):
        field = engine.CUSTOM + field.strip("`")
    if table not in TABLES or (field_at(table, field) is None and not field.startswith(engine.CUSTOM)):
        return ()
    found = ws.remember(("seen", table, field), lambda: engine.seen_values(evaluator(ws).facts, table, field))
    return tuple(SeenValue(text, rows) for text, rows in found[:limit])


def values_by_field(ws: Workspace, limit: int = MOST_VALUES) -> dict[tuple[str, str], tuple[str, ...]]:
    """The values seen in every field of words of the tables that were imported, for completion.

    Columns of the files that are mapped to no field are among them, as `custom:Header`.
    """
    pairs = [(table.name, name) for table in TABLES.values() for name in _worded(table)]
    pairs += [(table, engine.CUSTOM + header) for table in TABLES for header in own_headers(ws, table)]
    found = {pair: tuple(one.text for one in values_of(ws, *pair, limit)) for pair in pairs}
    return {pair: texts for pair, texts in found.items() if texts}


def _worded(table: Table) -> list[str]:
    return [one.name for one in table.fields.values() if one.kind in ("term", "person", "account", "text")]
