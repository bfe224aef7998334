"""Survey answers, with the scale and the kind of survey where the files leave them out."""

from __future__ import annotations

from functools import cache, partial

import numpy as np

from kpidesk.engine.records import Records
from kpidesk.engine.tables import Derived, FactTable, Tables
from kpidesk.engine.values import Column, Rows

SCALES = (5.0, 7.0, 10.0, 100.0)
"""The scales in use: the smallest that holds all scores of a survey is taken for its own."""


def surveys_table(tables: Tables) -> FactTable:
    """Every answer.

    Where no answer names its survey, scores of up to 5 are those of customer satisfaction, and up to 10 of NPS.
    """
    records = tables.records("surveys")
    kind = cache(lambda: _kind(tables, records))
    derived: dict[str, Derived] = {"kind": kind, "scale_max": lambda: _scale(tables, records, kind())}
    rows = Rows(len(records.ids), tables.loader("surveys", records, derived))
    whose = tables.credit("surveys", records, partial(rows.column, "account"))
    return FactTable("surveys", "surveys", records.ids, records.now, rows, whose)


def _kind(tables: Tables, records: Records) -> Column:
    given = tables.stored(records, "kind")
    if tables.gives("surveys", "kind"):
        return given
    score = tables.stored(records, "score").data
    top = float(np.nanmax(score)) if (~np.isnan(score)).any() else np.nan
    name = "csat" if top <= SCALES[0] else "nps" if top <= SCALES[2] else ""
    place = tables.cells.words.place(name) if name else np.nan
    return Column(np.full(len(score), place), words=tables.cells.words)


def _scale(tables: Tables, records: Records, kind: Column) -> Column:
    """The highest score there can be: as given, 10 for NPS, else that of the smallest scale with room for all."""
    given, score = tables.stored(records, "scale_max").data, tables.stored(records, "score").data
    found = np.full(len(score), np.nan)
    for one in np.unique(kind.data[~np.isnan(kind.data)]).tolist():
        mine = np.flatnonzero(kind.data == one)
        known = score[mine][~np.isnan(score[mine])]
        top = 10.0 if one == tables.cells.words.place("nps") else float(known.max(initial=0.0))
        found[mine] = next((scale for scale in SCALES if top <= scale), np.nan)
    return Column(np.where(np.isnan(given), found, given))
