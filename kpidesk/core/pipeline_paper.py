"""A pipeline as a paper: coverage, stages, what moved with its bridges, and the deals long in their stage."""

from __future__ import annotations

from collections.abc import Iterable

from kpidesk.core.formats import NOTHING, day_text
from kpidesk.core.papers import (
    Paper,
    PaperCell,
    PaperColumn,
    PaperPart,
    PaperRow,
    PaperSection,
    PaperTable,
    PaperWords,
    count_cell,
    receipt_sections,
)
from kpidesk.core.people import Scope
from kpidesk.core.pipeline import Bridge, Coverage, Figure, Moved, Pipeline, StageLine, Stages, Stalled

KIND = "pipeline"
_MARKS = {"lower": "▼ ", "higher": "▲ "}
_QUALIFIED = (
    PaperColumn("qualified", "Qualified", "money"),
    PaperColumn("judged", "Qualified, of what is left", "multiple", 1.4),
)  # fmt: skip


def pipeline_paper(found: Pipeline) -> Paper:
    """The pipeline of a scope in a period, to take along."""
    scope, stages = found.question.scope, found.stages
    sections = [
        PaperSection("Coverage", _coverage(found.coverage)),
        PaperSection("Stages", _stages(stages), aside=stages.pipeline.label if stages is not None else ""),
        PaperSection("What moved", tuple(_moved(found.moved)), aside=_since(found.moved)),
        PaperSection("Long in their stage", (_stalled(found.stalled), PaperWords((found.stalled.rule,)))),
    ]
    if found.notices:
        sections.append(PaperSection("To know", (PaperWords(found.notices, listed=True),)))
    sections += receipt_sections(coverage_receipts(found.coverage))
    return Paper(
        KIND, f"Pipeline · {found.title}", "Open deals, how they move, and whether they are enough", found.as_of,
        tuple(sections), found.currency, _filters(found), found.definitions, found.sources,
        _names(scope, found.stalled),
    )  # fmt: skip


def coverage_receipts(found: Coverage) -> list[tuple[str, str]]:
    """The numbers of KPIs that coverage is made of, with their codes; all else is deals, listed on the page."""
    named = (("Won so far", found.won), (f"Value won before, {found.past}", found.win_rate),
             ("Of target before it began", found.day_one))  # fmt: skip
    return [(name, one.receipt) for name, one in named if one.receipt]


def _filters(found: Pipeline) -> tuple[str, ...]:
    if found.stages is None or not found.choices[1:]:
        return ()
    return (f"stages of {found.stages.pipeline.label}",)


def _names(scope: Scope, stalled: Stalled) -> tuple[str, ...]:
    owners = (one.owner for one in stalled.deals if one.owner)
    mine = (scope.name,) if scope.kind == "rep" else ()
    return tuple(dict.fromkeys((*mine, *owners)))


def _cell(one: Figure, formula: str = "") -> PaperCell:
    return PaperCell(one.text, one.value, formula if one.value is not None else "")


def _coverage(found: Coverage) -> tuple[PaperPart, ...]:
    """The terms side by side with a formula for each result, and the arithmetic in words."""
    columns = (
        PaperColumn("due", "Open and due", "money"), PaperColumn("target", "Target", "money"),
        PaperColumn("won", "Won so far", "money"), PaperColumn("left", "Left", "money"),
        PaperColumn("of_target", "Of target", "multiple"), PaperColumn("of_rest", "Of what is left", "multiple", 1.2),
        *(_QUALIFIED if found.is_part else ()),
        PaperColumn("rate", "Value won before", "percent", 1.2), PaperColumn("needed", "Needed", "multiple"),
    )  # fmt: skip
    row = PaperRow((
        _cell(found.due), _cell(found.target), _cell(found.won), _cell(found.left, "{target}-{won}"),
        _cell(found.of_target, "{due}/{target}"), _cell(found.of_rest, "{due}/{left}"),
        *((_cell(found.qualified), _cell(found.judged, "{qualified}/{left}")) if found.is_part else ()),
        _cell(found.win_rate), _cell(found.needed, "1/{rate}"),
    ))  # fmt: skip
    return PaperTable(columns, (row,), found.sentence), PaperWords(found.lines, listed=True)


def _stages(found: Stages | None) -> tuple[PaperPart, ...]:
    if found is None:
        return (PaperWords(("The files name no stages.",)),)
    columns = (
        PaperColumn("stage", "Stage", share=2.0), PaperColumn("open", "Open", "count", 0.7),
        PaperColumn("amount", "Amount", "money", 1.6, bar=True),
        PaperColumn("entered", "Entered", "count", 0.8), PaperColumn("exited", "Left", "count", 0.8),
        PaperColumn("advanced", "Went on", "count", 0.8), PaperColumn("cohort", "Of", "count", 0.6),
        PaperColumn("conversion", "Went further", "percent"), PaperColumn("interval", "Allowing for luck", share=1.3),
        PaperColumn("before", "Usually", "percent", 0.9),
        PaperColumn("waiting", "Still open", "count", 0.9), PaperColumn("days", "Median days", "days", 1.1),
        PaperColumn("usual", "Against usual", share=1.8),
    )  # fmt: skip
    total = PaperRow(
        (
            PaperCell("All stages"), _cell(found.total_open, "SUM({open:all})"),
            _cell(found.total_amount, "SUM({amount:all})"), *(PaperCell(""),) * 10,
        ),
        strong=True,
    )  # fmt: skip
    table = PaperTable(columns, (*map(_stage, found.lines), total), found.sentence)
    reason = (PaperWords((f"Entries, exits, conversion and days are not known: {found.reason}.",)),)
    return (table, PaperWords((found.basis,)), *(reason if found.reason else ()))


def _stage(line: StageLine) -> PaperRow:
    told, days = line.conversion, line.days
    return PaperRow((
        PaperCell(f"{line.label} (out of use)" if line.removed else line.label), _cell(line.open), _cell(line.amount),
        _cell(line.entered), _cell(line.exited), _cell(told.advanced), _cell(told.entered),
        PaperCell(told.text, told.value, "{advanced}/{cohort}" if told.value is not None else ""),
        PaperCell(told.interval_text), PaperCell(f"{_MARKS.get(told.against, '')}{told.usual_text}", told.usual),
        _cell(told.waiting), _cell(days.median), PaperCell(days.words or NOTHING),
    ))  # fmt: skip


def _since(moved: Moved) -> str:
    return f"since {moved.since.words}" if moved.since is not None else ""


def _moved(moved: Moved) -> Iterable[PaperPart]:
    if moved.since is None:
        yield PaperWords((moved.sentence,))
        return
    columns = (
        PaperColumn("what", "What", share=2.0), PaperColumn("deals", "Deals", "count"),
        PaperColumn("amount", "Amount", "money", 1.6),
    )  # fmt: skip
    rows = tuple(
        PaperRow((PaperCell(one.label), count_cell(one.deals),
                  PaperCell(one.worth, one.amount)))
        for one in moved.lines
    )  # fmt: skip
    yield PaperTable(columns, rows, moved.sentence)
    for bridge in moved.bridges:
        yield _bridge(bridge)


def _bridge(bridge: Bridge) -> PaperTable:
    """The steps one under the other; the last line is their sum."""
    columns = (
        PaperColumn("step", bridge.label, share=2.0), PaperColumn("deals", "Deals", "count"),
        PaperColumn("amount", "Amount", "money", 1.6),
    )  # fmt: skip
    *steps, closing = bridge.steps
    rows = [
        PaperRow((PaperCell(one.label), count_cell(one.deals),
                  PaperCell(one.amount_text, one.amount)))
        for one in steps
    ]  # fmt: skip
    total = PaperRow(
        (
            PaperCell(closing.label), count_cell(closing.deals),
            PaperCell(closing.amount_text, closing.amount, "SUM({amount:all})"),
        ),
        strong=True,
    )  # fmt: skip
    return PaperTable(columns, (*rows, total), bridge.sentence)


def _stalled(found: Stalled) -> PaperTable:
    columns = (
        PaperColumn("deal", "Deal", share=2.2), PaperColumn("account", "Account", share=1.8),
        PaperColumn("owner", "Owner", share=1.5), PaperColumn("amount", "Amount", "money"),
        PaperColumn("stage", "Stage", share=1.6), PaperColumn("days", "Days in stage", "days"),
        PaperColumn("limit", "Long after", share=1.4), PaperColumn("close", "Close date", "date", 1.1),
        PaperColumn("next", "Next step", share=3.0),
    )  # fmt: skip
    rows = tuple(
        PaperRow((
            PaperCell(one.name), PaperCell(one.account), PaperCell(one.owner), PaperCell(one.amount_text, one.amount),
            PaperCell(one.stage), count_cell(one.days), PaperCell(one.limit.text),
            PaperCell(day_text(one.close_date) if one.close_date else NOTHING, one.close_date),
            PaperCell(one.next_step or "none"),
        ))
        for one in found.deals
    )  # fmt: skip
    more = f" The first {len(found.deals)} are listed." if found.more else ""
    return PaperTable(columns, rows, found.sentence + more, "No open deal is long in its stage.")
