"""One KPI broken down by any field, by two, or by a field over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from kpidesk import engine
from kpidesk.core.breakdowns import (
    BY_PERIOD,
    HEAVY,
    MOST_COLUMNS,
    Cell,
    Field,
    PivotTable,
    View,
    in_short,
    percent_texts,
    question_of,
    shares,
    takes_away_words,
)
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.fields import KIND_OF_RECORD, fields_called
from kpidesk.core.formats import format_difference, format_value, sample_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.parts import Part
from kpidesk.core.periods import Period, is_running, run_of
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.side_by_side import SideBySide, side_by_side
from kpidesk.language import Formula, narrowed
from kpidesk.language.tree import GoalRef
from kpidesk.language.walk import every
from kpidesk.operations.definition_code import definitions_code
from kpidesk.operations.ended_columns import ended_words
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.evaluators import as_known, column_samples, evaluator, unmapped_headers
from kpidesk.operations.formulas import check_columns, definition_in_force, find_kpi, formula_of, row_noun
from kpidesk.operations.receipt_code import coder
from kpidesk.operations.workspace import Workspace, data_date, settings, view_notices

OBJECTS = {"deals": ("deal", "opportunity"), "accounts": ("account", "organization", "organisation", "company")}
"""What else than in the program the records of a table are called in headers such as "Opportunity: Region"."""
GOAL_OF_THE_WHOLE = (
    "Each part is held against the goal of the whole ({}); what everybody has of the own goal stands on the scorecard."
)
EACH_VALUE = " (each value)"
"""What a number with a few values is called by that has no bands."""


def fields_of(ws: Workspace, kpi_id: str, question: Question) -> tuple[Field, ...]:
    """Every field by which a KPI can be broken down and of which the data know something, the usual ones first.

    Columns of the files that are mapped to no field come under their header; dates and bands of numbers come last.

    Raises:
        UserError: no such KPI, or one that rests on nothing that could be split.
    """
    ws = as_known(ws, question.as_of, question.teams)
    kpi, formula = _formula(ws, kpi_id, question)
    known = evaluator(ws, question.as_of, question.teams)
    key = ("fields to break down", kpi.id, kpi.version, formula.tree, question.as_of, question.teams)
    return ws.remember(key, lambda: _fields(ws, known.facts, formula))


def _fields(ws: Workspace, facts: engine.Facts, formula: Formula) -> tuple[Field, ...]:
    tables = engine.measured_tables(formula)
    own = [_field(facts, tables, one) for one in engine.splittable(tables) if engine.tells(facts, tables, one.name)]
    found = [one for one in own if ":" not in one.name]
    headers = _headers(ws, tables)
    found += [Field(engine.CUSTOM + header, header) for header in headers]
    found += [*(one for one in own if ":" in one.name), *_own_rules(ws, facts, tables, headers)]
    return in_short(found, OBJECTS.get(tables[0], (KIND_OF_RECORD[engine.KIND_OF[tables[0]]].one,)))


def _field(facts: engine.Facts, tables: Sequence[str], one: engine.Splittable) -> Field:
    """A field as a person reads it: of a number it is said whether its bands or each of its few values are shown."""
    if one.label.endswith(engine.IN_BANDS) and engine.has_each_value(facts, tables[0], one.name):
        return Field(one.name, f"{one.label.removesuffix(engine.IN_BANDS)}{EACH_VALUE}")
    return Field(one.name, one.label)


def _own_rules(
    ws: Workspace, facts: engine.Facts, tables: Sequence[str], headers: Sequence[str]
) -> Iterator[Field]:  # fmt: skip
    """Bands of the unmapped columns that hold numbers, periods of those that hold days, by what some records have.

    Bands and periods are of the records of one kind, whose numbers have edges in common.
    """
    if len(tables) != 1 or not headers:
        return
    kind = engine.KIND_OF[tables[0]]
    samples = column_samples(ws, kind)
    for header in headers:
        for is_number in (True, False):
            if header in samples and engine.are_mostly("number" if is_number else "date", samples[header]):
                yield from (_field(facts, tables, one) for one in engine.own_rules(header, numbers=is_number))


def _headers(ws: Workspace, tables: Sequence[str]) -> list[str]:
    """The unmapped columns that the files of all these tables have."""
    each = [unmapped_headers(ws, engine.KIND_OF[table]) for table in tables if table != "capacity"]
    if not each or "capacity" in tables:
        return []
    others = [{header.casefold() for header in headers} for headers in each[1:]]
    return [header for header in each[0] if all(header.casefold() in known for known in others)]


def _formula(ws: Workspace, kpi_id: str, question: Question) -> tuple[Kpi, Formula]:
    """A KPI as defined in the period, with its formula.

    Raises:
        UserError: it has no formula over records that could be split.
    """
    kpi = definition_in_force(ws, find_kpi(ws, kpi_id), question.period)
    formula = formula_of(ws, kpi, question.period)
    if kpi.is_manual:
        raise UserError(f"'{kpi.name}' is typed in and cannot be broken down.", "Look at its teams and reps instead.")
    if formula is None:
        raise UserError(f"'{kpi.name}' is built in and cannot be broken down.", "Break down a KPI that it rests on.")
    if not engine.measured_tables(formula):
        raise UserError(
            f"'{kpi.name}' counts people and goals, not records.", "Look at its teams and reps on the scorecard."
        )
    return kpi, formula


def formula_of_view(ws: Workspace, view: View, question: Question) -> tuple[Kpi, Formula]:
    """The KPI of a breakdown as defined in the period, with its formula under the condition of the view.

    Raises:
        UserError: no such KPI, one that cannot be broken down, or a condition that cannot be read.
    """
    ws = as_known(ws, question.as_of, question.teams)
    kpi, formula = _formula(ws, view.kpi_id, question)
    return kpi, check_columns(ws, narrowed(formula, view.where))


OF_ACCOUNT = "account."


OVER_TIME = "Over time is called period: --columns period."


def find_field(ws: Workspace, kpi_id: str, text: str, question: Question) -> Field:
    """A field of a breakdown as a person types it: `lead_source`, `amount` (in bands), `created_at` (by month).

    Raises:
        UserError: the KPI cannot be broken down by it; the nearest that are possible are named.
    """
    ws = as_known(ws, question.as_of, question.teams)
    known = fields_of(ws, kpi_id, question)
    found = _field_spelt(known, text.strip().casefold(), text)
    if found is None:
        raise _no_field(known, text, *_formula(ws, kpi_id, question))
    return found


def _field_spelt(known: Sequence[Field], wanted: str, text: str) -> Field | None:
    """The field that a text may mean, in small letters as it is `wanted`; the likeliest spelling counts first."""
    spellings = _spellings(wanted, text)
    by_name = (one for spelling in spellings for one in known
               if spelling in (one.name.casefold(), _whole_label(one).casefold()))  # fmt: skip
    by_end = (one for spelling in spellings for one in known if one.name.casefold().endswith(f".{spelling}"))
    by_label = (one for one in known if one.label.casefold() == wanted)
    return next(chain(by_name, by_end, by_label), None)


def _spellings(wanted: str, text: str) -> tuple[str, ...]:
    """What a field that a person types may be called by the engine: with its rule, unmapped, or of the account."""
    also = [f"{name}{rule}" for name in fields_called(text) for rule in ("", ":month", ":band")]
    if wanted.startswith(OF_ACCOUNT):
        tail = wanted.removeprefix(OF_ACCOUNT)
        also += [f"{name} of the account" for name in (tail, *fields_called(tail))]
    head, _, rule = wanted.rpartition(":")
    ruled = (("band", wanted), ("month", wanted), (rule, head))
    unmapped = [f"{one}:{engine.CUSTOM}{name}" for one, name in ruled if name]
    return (*unmapped, wanted, f"{wanted}:month", f"{wanted}:band", f"{engine.CUSTOM}{wanted}", *also)


def _no_field(known: Sequence[Field], text: str, kpi: Kpi, formula: Formula) -> UserError:
    """That a KPI cannot be broken down by what was typed, with the nearest fields by which it can."""
    wanted = text.strip().casefold()
    known = [one for one in known if f":{engine.CUSTOM}" not in one.name]  # the column itself stands for them
    names = [one.name.removeprefix(engine.CUSTOM) for one in known]
    near = OVER_TIME if wanted in ("time", "over time") else nearest(text, names) if wanted else "Known: "
    if near.startswith("Known: "):
        bare = dict.fromkeys(name if one.name != name else name.partition(":")[0]
                             for name, one in zip(names, known, strict=True))  # fmt: skip
        near = f"Known: {', '.join(bare)}."
    if not wanted:
        return UserError(f"Say by which field '{kpi.name}' is to be broken down.", near)
    kinds = dict.fromkeys(engine.KIND_OF[table] for table in engine.measured_tables(formula))
    rests_on = " and ".join(KIND_OF_RECORD[kind].many for kind in kinds)
    unprefixed = text.removeprefix(engine.CUSTOM)
    return UserError(f"'{kpi.name}' rests on {rests_on}, which cannot be broken down by '{unprefixed}'.", near)


def _whole_label(one: Field) -> str:
    """What a field is called, with all of its header: that found another field before headers were shortened."""
    return one.name.removeprefix(engine.CUSTOM) if one.name.startswith(engine.CUSTOM) else one.label


def pivot(ws: Workspace, view: View, question: Question) -> PivotTable:
    """A KPI split into parts for a scope and period, with totals; what there are too many of is taken together.

    Raises:
        UserError: no such KPI, scope or field, or a condition that cannot be read.
    """
    ws = as_known(ws, question.as_of, question.teams)
    kpi, formula = formula_of_view(ws, view, question)
    rows_by = find_field(ws, kpi.id, view.rows_by, question)
    over_time = view.columns_by == BY_PERIOD
    columns_by = find_field(ws, kpi.id, view.columns_by, question) if view.columns_by and not over_time else None
    if columns_by == rows_by:
        raise UserError(f"Rows and columns are both by {rows_by.label}.", "Choose another field for the columns.")
    view = replace(view, kpi_id=kpi.id, rows_by=rows_by.name, columns_by=columns_by.name if columns_by else (
        BY_PERIOD if over_time else ""))  # fmt: skip
    periods = run_of(question.period, max(view.periods, 2), settings(ws)) if over_time else (question.period,)
    asked = engine.PivotAsked(
        view.rows_by, columns_by.name if columns_by else "", question.scope, periods, max(view.top, 1), MOST_COLUMNS
    )
    found = engine.pivot(evaluator(ws, question.as_of, question.teams), kpi, formula, asked)
    labels = (rows_by.label, columns_by.label if columns_by else "period" if over_time else "")
    made = _Table(ws, view, question, kpi, formula, periods, found).made(labels)
    ended = ended_words(ws, (formula,), question.as_of, (view.rows_by, view.columns_by))
    return replace(made, notices=(*ended, *made.notices)) if ended else made


def pivots(ws: Workspace, view: View, question: Question) -> SideBySide:
    """A KPI split into parts, with the further KPIs of the view by the same field beside it; no columns.

    Raises:
        UserError: as `pivot`, naming the KPI that has no such field.
    """
    ids = dict.fromkeys(find_kpi(ws, one).id for one in (view.kpi_id, *view.beside))
    tables = [pivot(ws, replace(view, kpi_id=one, columns_by="", beside=()), question) for one in ids]
    return side_by_side(tables, definitions_code(ws, [one.kpi for one in tables], question.period))


class _Table:
    """Puts the numbers of a breakdown into words (a class because every cell needs the same seven things)."""

    def __init__(
        self, ws: Workspace, view: View, question: Question, kpi: Kpi, formula: Formula, periods: tuple[Period, ...],
        found: engine.Pivoted,
    ) -> None:  # fmt: skip
        self.view, self.question, self.kpi, self.found, self.periods = view, question, kpi, found, periods
        self.adds_up = formula.additive != "no"
        self.coded = coder(ws, question)
        self.currency, self.noun = settings(ws).currency, row_noun(kpi)
        self.name = scope_name(ws, question.scope)
        self.known, self.code = data_date(ws, question.as_of), definitions_code(ws, [kpi], question.period)
        not_over = len(periods) > 1 and is_running(question.period, self.known, ws.today)
        running = (f"{question.period.label} is not over: its numbers still change.",) if not_over else ()
        has_goal = any(isinstance(one, GoalRef) for one in every(formula.tree))
        whole = (GOAL_OF_THE_WHOLE.format(self.name),) if has_goal else ()
        self.notices = (*whole, *view_notices(ws, question.as_of, question.teams), *found.total.notices, *running)

    def made(self, labels: tuple[str, str]) -> PivotTable:
        """The whole table; `labels` name the fields of rows and columns."""
        found, over_time = self.found, self.view.columns_by == BY_PERIOD
        columns = tuple(one.label for one in (self.periods if over_time else found.columns))
        cells, row_totals, column_totals = self._cells(), self._row_totals(), self._column_totals()
        parts = (*(one for line in cells for one in line), *row_totals, *column_totals)
        share, shown = (1.0, "100.0%") if any(one.share is not None for one in parts) else (None, "")
        table = PivotTable(
            view=self.view, question=self.question, kpi=self.kpi, title=self._title(labels),
            rows_label=labels[0], columns_label=labels[1], rows=found.rows, columns=columns, cells=cells,
            row_totals=row_totals, column_totals=column_totals,
            total=self._cell(found.total, self.periods[-1], (), share, shown, found.largest_of_all),
            adds_up=self.adds_up, currency=self.currency, noun=self.noun,
            rows_together=found.together[0], columns_together=found.together[1], as_of=self.known,
            notices=self.notices, changes=self._changes() if over_time else (), definitions=self.code,
        )  # fmt: skip
        return replace(table, notices=(*takes_away_words(table), *self.notices))

    def _title(self, labels: tuple[str, str]) -> str:
        over_time = self.view.columns_by == BY_PERIOD
        by = labels[0] + (", over time" if over_time else f" and {labels[1]}" if labels[1] else "")
        name = self.kpi.name.removesuffix(f" by {labels[0]}")
        return f"{name} by {by} · {self.name} · {self.question.period.label}"

    def _cells(self) -> tuple[tuple[Cell, ...], ...]:
        found, over_time = self.found, len(self.periods) > 1
        width = max(len(found.cells[0]), 1) if found.cells else 0
        whole = [found.column_totals[at] if over_time else found.total for at in range(width)]
        if over_time:
            columns = [self._shares([line[at] for line in found.cells], whole[at]) for at in range(width)]
            split = [[column[r] for column in columns] for r in range(len(found.cells))]
        else:
            flat = self._shares([one for line in found.cells for one in line], found.total)
            split = [flat[r * width : (r + 1) * width] for r in range(len(found.cells))]
        return tuple(
            tuple(
                self._cell(result, self.periods[c] if over_time else self.periods[-1], self._parts(r, c),
                           *split[r][c], found.largest[r][c])
                for c, result in enumerate(line)
            )
            for r, line in enumerate(found.cells)
        )  # fmt: skip

    def _parts(self, row: int, column: int) -> tuple[Part, ...]:
        found = self.found
        return (found.rows[row], found.columns[column]) if found.columns else (found.rows[row],)

    def _row_totals(self) -> tuple[Cell, ...]:
        found = self.found
        split = self._shares(found.row_totals, found.total)
        return tuple(
            self._cell(result, self.periods[-1], (found.rows[r],), *split[r])
            for r, result in enumerate(found.row_totals)
        )

    def _column_totals(self) -> tuple[Cell, ...]:
        found, over_time = self.found, len(self.periods) > 1
        split = self._shares(found.column_totals, found.total)
        if over_time or not found.columns:
            split = [(None, "")] * len(found.column_totals)
        return tuple(
            self._cell(result, self.periods[c] if over_time else self.periods[-1],
                       (found.columns[c],) if found.columns else (), *split[c])
            for c, result in enumerate(found.column_totals)
        )  # fmt: skip

    def _changes(self) -> tuple[Cell, ...]:
        """By how much the newest period differs from the one before it, row by row and in all."""
        lines = [*self.found.cells, self.found.column_totals]
        return tuple(self._change(line[-2], line[-1]) for line in lines)

    def _change(self, before: Result, now: Result) -> Cell:
        value = None if now.value is None or before.value is None else now.value - before.value
        reason = "" if value is not None else now.reason or before.reason
        text = format_difference(value, self.kpi.display, self.currency)
        return Cell(Result(value, 0.0, reason=reason), text, "", question_of(self.question, self.periods[-1], (), ""))

    def _shares(self, results: Sequence[Result], whole: Result) -> list[tuple[float | None, str]]:
        """Each result as a fraction of the whole and as a text; the texts together are 100 %."""
        values = [result.value if self.adds_up else None for result in results]
        found = shares(values, whole.value)
        return list(zip(found, percent_texts(found), strict=True))

    def _cell(
        self, result: Result, period: Period, parts: tuple[Part, ...], share: float | None = None,
        share_text: str = "", largest: float | None = None,
    ) -> Cell:  # fmt: skip
        heavy = largest / result.value if largest and result.value and result.n > 1 else None
        is_share = self.kpi.unit == "percent" and result.denominator is not None and result.denominator == result.n
        asked = question_of(self.question, period, parts, self.view.where)
        return Cell(
            result=result,
            text=format_value(result.value, self.kpi.display, self.currency, result.n),
            sample=sample_text(result.n, result.numerator if is_share else None, self.noun),
            question=asked, receipt=self.coded(self.kpi, asked, result) if result.value is not None else "",
            share=share, share_text=share_text if share is not None else "",
            heaviest=heavy if heavy is not None and heavy > HEAVY else None,
        )  # fmt: skip


def export_breakdown(table: PivotTable, to: Path) -> None:
    """Write a breakdown as XLSX, HTML or CSV, by the ending of the name.

    Raises:
        UserError: the name ends otherwise, or it cannot be written there; what stood there before is kept.
    """
    from kpidesk.exporting.breakdown_files import write_breakdown

    write_breakdown(table, to)
