"""Copies to hand over: what is exported, without what others may not see, in the form that the file's name ends in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kpidesk import operations
from kpidesk.core.breakdown_paper import breakdown_paper, side_by_side_paper
from kpidesk.core.breakdowns import PivotTable
from kpidesk.core.card_papers import scorecard_paper, trend_paper
from kpidesk.core.errors import UserError
from kpidesk.core.export_packs import Copy
from kpidesk.core.kpis import MONEY_UNITS
from kpidesk.core.papers import Paper, PaperSize, to_share
from kpidesk.core.peer_paper import peer_paper
from kpidesk.core.peers import Comparison
from kpidesk.core.redacted import redacted_paper, redacted_sheet
from kpidesk.core.redaction import Redactor
from kpidesk.core.reviews import Sheet, for_others
from kpidesk.core.scorecards import Scorecard
from kpidesk.core.side_by_side import SideBySide
from kpidesk.core.trends import Trend
from kpidesk.ui.painting.document import (
    Build,
    export_comparison,
    export_one_on_one_pdf,
    export_paper,
    export_pdf,
    export_png,
    export_together,
    export_trend_pdf,
    export_trend_png,
)
from kpidesk.ui.painting.one_on_one_page import build_one_on_one
from kpidesk.ui.painting.paper_page import build_paper
from kpidesk.ui.painting.paper_size import paper_area
from kpidesk.ui.painting.scorecard_page import build_document
from kpidesk.ui.painting.trend_page import build_trend_document

Item = Scorecard | Trend | Sheet | Paper
"""What is laid out on pages one after the other."""
_Write = Callable[[Copy, Path], Path]
_WriteTogether = Callable[[Sequence[Copy], Path], Path]
SHEET_FORMS = (".pdf", ".html")
TABLE_FORMS = (".xlsx", ".html", ".csv")


@dataclass(frozen=True, slots=True)
class Copying:
    """How copies are made: on which paper, as the manager's own, or without names and amounts.

    `trends` are drawn below a scorecard.
    """

    size: PaperSize = "A4"
    manager: bool = False
    redactor: Redactor | None = None
    trends: tuple[Trend, ...] = ()


def write_copy(item: Item, to: Path, how: Copying) -> Path:
    """Write one copy as PDF, PNG, XLSX, HTML or CSV, by the ending of the name.

    Raises:
        UserError: there is no such form of it, a manager's copy was to be one for others, or it cannot be written.
    """
    item, how = _to_hand_over(item, how)
    ending = to.suffix.lower()
    if isinstance(item, Sheet):
        return _write_sheet(item, to, how)
    if isinstance(item, Paper):
        if ending in (".pdf", ".png"):
            return export_paper(item, to, how.size, private=how.manager)
        operations.export_paper(item, to, private=how.manager)
    elif isinstance(item, Trend):
        if ending == ".pdf":
            return export_trend_pdf(item, to, paper=how.size)
        export_trend_png(item, to) if ending == ".png" else operations.export_trend(item, to)
    elif ending == ".pdf":
        return export_pdf(item, how.trends, to, paper=how.size)
    else:
        export_png(item, how.trends, to) if ending == ".png" else operations.export_scorecard(item, to)
    return to


def _write_sheet(sheet: Sheet, to: Path, how: Copying) -> Path:
    if to.suffix.lower() not in SHEET_FORMS:
        raise UserError(f"A one-on-one cannot be written as '{to.name}'.", "End the name with .pdf or .html.")
    if to.suffix.lower() == ".pdf":
        return export_one_on_one_pdf(sheet, to, how.manager, paper=how.size)
    operations.export_one_on_one(sheet, to, manager=how.manager)
    return to


def write_comparison(found: Comparison, to: Path, how: Copying) -> Path:
    """Write reps compared as PDF, PNG or SVG with their plot, or as XLSX, HTML or CSV, by the ending of the name.

    Raises:
        UserError: its plot would tell the amounts that are to be hidden, or it cannot be written there.
    """
    if to.suffix.lower() in TABLE_FORMS:
        return write_copy(peer_paper(found), to, how)
    redactor = how.redactor
    if redactor is not None and redactor.hides_amounts and found.kpi.unit in MONEY_UNITS:
        raise UserError("A plot of amounts would tell them.", "Hide people only, or write it as XLSX, HTML or CSV.")
    return export_comparison(redactor.within(_unproven(found)) if redactor is not None else found, to, paper=how.size)


def _unproven(found: Comparison) -> Comparison:
    """A comparison without receipts, which name rows of files."""
    groups = tuple(replace(one, peers=tuple(replace(peer, receipt="") for peer in one.peers)) for one in found.groups)
    return replace(found, groups=groups, ramping=tuple(replace(peer, receipt="") for peer in found.ramping))


def write_for_others(item: Item | Comparison, to: Path, how: Copying) -> Path:
    """Write what a page shows without what others may not see, in the form that its ending names.

    Raises:
        UserError: there is no such form of it, or it cannot be written there.
    """
    return write_comparison(item, to, how) if isinstance(item, Comparison) else write_copy(item, to, how)


def write_breakdown(found: PivotTable | SideBySide, to: Path, how: Copying) -> Path:
    """Write a breakdown, or several side by side, as PDF, PNG, XLSX, HTML or CSV, by the ending of the name.

    Raises:
        UserError: there is no such form of it, or it cannot be written there.
    """
    if isinstance(found, SideBySide):
        return write_copy(side_by_side_paper(found), to, how)
    if how.redactor is None and to.suffix.lower() not in (".pdf", ".png"):
        operations.export_breakdown(found, to)
        return to
    return write_copy(breakdown_paper(found), to, how)


def write_together(items: Sequence[Item], to: Path, how: Copying) -> Path:
    """Write copies one after the other into one PDF; each counts its own pages, and none is a rep's own.

    Raises:
        UserError: it cannot be written there.
    """
    shared = (for_others(item) if isinstance(item, Sheet) else item for item in items)
    shown = [_to_hand_over(item, how) for item in shared]
    return export_together([_build(item, one) for item, one in shown], to.stem, to, how.size)


def pack_writers(size: PaperSize, redactor: Redactor | None) -> tuple[_Write, _WriteTogether]:
    """What writes the copies of a pack: one copy, and all of them into one PDF."""
    how = Copying(size, redactor=redactor)
    return (lambda item, to: write_copy(item, to, how)), (lambda items, to: write_together(items, to, how))


def _build(item: Item, how: Copying) -> Build:
    """How one copy is laid out on pages of a height."""
    width = paper_area(how.size).width()
    if isinstance(item, Sheet):
        return lambda height, look: build_one_on_one(item, height, width, look, manager=how.manager)
    if isinstance(item, Paper):
        shown = item if how.manager else to_share(item)
        return lambda height, look: build_paper(shown, height, width, look)
    if isinstance(item, Trend):
        return partial(build_trend_document, item)
    return partial(build_document, item, how.trends)


# --- without names and amounts --------------------------------------------------------------------------------------


def _to_hand_over(item: Item, how: Copying) -> tuple[Item, Copying]:
    """An item as the redactor lets it go; from amounts as bands no drawing is left that would tell them."""
    redactor = how.redactor
    if redactor is None:
        return item, how
    if how.manager:
        raise UserError("A manager's copy is not for others.", "Leave --manager-copy or --redact out.")
    if isinstance(item, Sheet):
        return redacted_sheet(item, redactor), how
    if isinstance(item, Paper):
        return redacted_paper(to_share(item), redactor), how
    if redactor.hides_amounts:
        paper = scorecard_paper(item) if isinstance(item, Scorecard) else trend_paper(item)
        return redacted_paper(paper, redactor), replace(how, trends=())
    named = _without_owners(item)
    return redactor.within(named), replace(how, trends=redactor.within(how.trends))


def _without_owners(item: Scorecard | Trend) -> Scorecard | Trend:
    """Without who owns a KPI, who set a target, and the receipts, which name rows of files."""
    if isinstance(item, Trend):
        return replace(item.without_receipts(), kpi=replace(item.kpi, owner=""))
    rows = []
    for row in item.rows:
        target = replace(row.target, set_by="") if row.target is not None else None
        rows.append(replace(row.without_receipts(), kpi=replace(row.kpi, owner=""), target=target))
    return replace(item, rows=tuple(rows))
