"""The return of a sourcing group as a chart: what was won and what it cost, month by month."""

from __future__ import annotations

from kpidesk.core.formats import format_value
from kpidesk.core.papers import (
    PaperCell,
    PaperChart,
    PaperColumn,
    PaperLine,
    PaperRow,
    PaperTable,
    axis_marks,
    money_cell,
)
from kpidesk.core.sdr import SdrReturn, SourcedMonth

_CHART = "What was won from their deals and what they cost, both added up month by month."


def _table(found: SdrReturn) -> PaperTable:
    columns = (
        PaperColumn("month", "Month"), PaperColumn("deals", "Deals won", "count"), PaperColumn("won", "Won", "money"),
        PaperColumn("cost", "Cost", "money"), PaperColumn("won_so_far", "Won so far", "money"),
        PaperColumn("cost_so_far", "Cost so far", "money"),
    )  # fmt: skip
    total = PaperRow((
        PaperCell("Together"), PaperCell(format_value(found.deals, "count"), found.deals, "SUM({deals:all})"),
        money_cell(found.won, found.currency, "SUM({won:all})"),
        money_cell(found.cost, found.currency, "SUM({cost:all})"),
        PaperCell(""), PaperCell(""),
    ), strong=True)  # fmt: skip
    return PaperTable(columns, (*(_row(found, one) for one in found.months), total))


def _row(found: SdrReturn, one: SourcedMonth) -> PaperRow:
    return PaperRow((
        PaperCell(one.period.label), PaperCell(format_value(one.deals, "count"), one.deals),
        *(money_cell(amount, found.currency) for amount in (one.won, one.cost, one.won_so_far, one.cost_so_far)),
    ))  # fmt: skip


def sdr_chart(found: SdrReturn) -> PaperChart:
    """What was won and what it cost, both summed up month by month."""
    months = found.months
    lines = (
        PaperLine("Won so far", tuple((float(at), one.won_so_far) for at, one in enumerate(months)), "solid"),
        PaperLine("Cost so far", tuple((float(at), one.cost_so_far) for at, one in enumerate(months)), "dashed"),
    )
    highest = max(value for line in lines for _, value in line.points) or 1.0
    heights = tuple((mark, format_value(mark, "money", found.currency)) for mark in axis_marks(0.0, highest))
    step = max(len(months) // 6, 1)
    places = tuple((float(at), one.period.label) for at, one in enumerate(months) if at % step == 0)
    return PaperChart(_CHART, lines, places, heights, _table(found))
