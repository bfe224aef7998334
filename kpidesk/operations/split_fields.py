"""By which field the rows of a scorecard are told apart."""

from __future__ import annotations

from kpidesk import engine
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.fields import KIND_OF_RECORD, fields_called
from kpidesk.core.kpis import Kpi
from kpidesk.core.scorecards import Question
from kpidesk.operations.evaluators import unmapped_headers
from kpidesk.operations.formulas import formula_then
from kpidesk.operations.workspace import Workspace


def split_field(ws: Workspace, kpis: tuple[Kpi, ...], asked: Question) -> str:
    """The field of a breakdown as the engine names it: one of the records that are measured, or an unmapped column.

    Raises:
        UserError: the records have neither; the nearest names are given.
    """
    formulas = (formula_then(ws, kpi, asked.period) for kpi in kpis)
    tables = {table for one in formulas if one is not None for table in one.tables}
    fields = engine.fields_to_split(tables)
    if asked.by in fields:
        return asked.by
    kinds = sorted({engine.KIND_OF[table] for table in tables - {"people", "capacity"}})
    headers = [header for kind in kinds for header in unmapped_headers(ws, kind)]
    wanted = asked.by.removeprefix(engine.CUSTOM)
    if (header := next((one for one in headers if one.casefold() == wanted.casefold()), None)) is not None:
        return engine.CUSTOM + header
    if also := [name for name in fields_called(asked.by) if name in fields]:
        return also[0]
    what = " and ".join(KIND_OF_RECORD[kind].many for kind in kinds) or "people"
    if (meant := engine.field_meant(tables, asked.by)) in fields:
        return meant
    problem = f"{what.capitalize()} cannot be broken down by '{asked.by}'."
    raise UserError(problem, nearest(asked.by, ["team", "rep", *fields, *headers]))
