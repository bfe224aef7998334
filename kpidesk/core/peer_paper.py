"""Reps or teams side by side, as a paper: each group with its drawing, who lies where in it, and from how much."""

from __future__ import annotations

from collections.abc import Sequence

from kpidesk.core.formats import count_text, format_value
from kpidesk.core.luck_words import FOR_LUCK
from kpidesk.core.papers import (
    Paper,
    PaperCell,
    PaperChart,
    PaperColumn,
    PaperLine,
    PaperPart,
    PaperRow,
    PaperSection,
    PaperTable,
    PaperWords,
    axis_marks,
    receipt_sections,
    unit_of,
)
from kpidesk.core.peers import A_WEEK, SYMBOLS, USUAL, Comparison, Peer, PeerGroup

RAMPING = "Still ramping, compared with nobody"
RARE = "998 in 1,000 by luck"
DIGITS = 6
"""Places after the point of the part of a rate, which may be a fraction where deals are shared."""


def peer_paper(found: Comparison) -> Paper:
    """Everything that the page that compares says, to take along."""
    sections = [
        PaperSection("In short", (PaperWords((found.sentence, found.window_words, *found.notices)),)),
        *(_group(found, one) for one in found.groups),
        *((PaperSection(RAMPING, (_table(found, found.ramping),)),) if found.ramping else ()),
        *receipt_sections(found.receipts),
    ]
    about = f"{found.title.partition(' · ')[2]} · {found.window.label}"
    names = tuple(peer.name for peer in found.peers) if found.by == "rep" else ()
    return Paper("compare", f"{found.kpi.name}: compared", about, found.as_of, tuple(sections), found.currency,
                 definitions=found.definitions, names=names)  # fmt: skip


def _group(found: Comparison, group: PeerGroup) -> PaperSection:
    together = f"{group.common_text} together" if group.common_text else ""
    table = _table(found, group.peers, group)
    drawn: PaperPart = _chart(found, group, table) if group.limits else table
    return PaperSection(group.label, (PaperWords((group.words,)), drawn), aside=together)


def _chart(found: Comparison, group: PeerGroup, table: PaperTable) -> PaperChart:
    """Everybody by size and value, between the lines of what luck alone does."""
    known = [(peer, peer.value) for peer in group.peers if peer.value is not None]
    least = min((peer.size for peer, _ in known), default=0.0)
    limits = [one for one in group.limits if one.size >= least]
    last = max((one.size for one in group.limits), default=0.0)
    lines = [
        *([PaperLine(group.middle_words, ((0.0, group.middle), (last, group.middle)))] if group.middle else []),
        PaperLine(USUAL, tuple((one.size, one.high) for one in limits), "dashed"),
        PaperLine("", tuple((one.size, one.low) for one in limits), "dashed"),
        PaperLine(RARE, tuple((one.size, one.far_high) for one in limits), "dotted"),
        PaperLine("", tuple((one.size, one.far_low) for one in limits), "dotted"),
        *(PaperLine(peer.name, ((peer.size, value),), "named") for peer, value in known),
    ]
    heights = [up for one in lines for _, up in one.points]
    marks = axis_marks(min(heights, default=0.0), max(heights, default=1.0))
    places = tuple((at, count_text(at)) for at in axis_marks(0.0, last) if at <= last)
    return PaperChart(
        f"Each point is one of them; across: {found.size_words}.", tuple(lines), places,
        tuple((at, format_value(at, found.kpi.unit, found.currency)) for at in marks), table,
    )  # fmt: skip


def _table(found: Comparison, peers: Sequence[Peer], group: PeerGroup | None = None) -> PaperTable:
    """Everybody with the ends that luck allows; a rate with both its numbers, so that a workbook works it out."""
    unit, is_rate = unit_of(found.kpi.unit), found.kpi.is_rate
    is_ranked, is_guessed = any(one.rank for one in peers), any(one.fair_text for one in peers)
    each = A_WEEK if any(one.value_text.endswith(A_WEEK) for one in peers) else ""
    columns = [
        PaperColumn("who", found.by.capitalize(), share=1.6),
        *([PaperColumn("rank", "Rank", share=0.6)] if is_ranked else []),
        PaperColumn("value", f"{found.kpi.name}{each}", unit, share=1.1),
        *([PaperColumn("part", "Part", "count", 0.7), PaperColumn("whole", "Of", "count", 0.7)] if is_rate
          else [PaperColumn("from", "From", share=1.3)]),
        PaperColumn("low", f"{FOR_LUCK}, from", unit), PaperColumn("high", "to", unit),
        *([PaperColumn("fair", "Best guess", unit)] if is_guessed else []),
        PaperColumn("place", "Against luck", share=2.2),
    ]  # fmt: skip
    rows = [_row(found, one, ranked=is_ranked, guessed=is_guessed) for one in peers]
    if is_rate and group is not None and group.common is not None and len(peers) > 1:
        rows.append(_together(columns, group))
    return PaperTable(tuple(columns), tuple(rows), empty="Nobody has a value.")


def _row(found: Comparison, one: Peer, *, ranked: bool, guessed: bool) -> PaperRow:
    is_rate = found.kpi.is_rate
    part = round(one.value * one.size, DIGITS) if one.value is not None else None
    rests = [_count(part), _count(one.size)] if is_rate else [PaperCell(one.sample_text)]
    low, _, high = one.interval_text.partition(" to ")
    return PaperRow((
        PaperCell(one.name), *([PaperCell(one.rank)] if ranked else []),
        PaperCell(one.value_text, one.value, "{part}/{whole}" if is_rate and one.size else ""),
        *rests, PaperCell(low, one.low), PaperCell(high, one.high),
        *([PaperCell(one.fair_text, one.fair)] if guessed else []),
        PaperCell(f"{SYMBOLS[one.place]} {one.place_words}" if one.place_words else ""),
    ))  # fmt: skip


def _together(columns: Sequence[PaperColumn], group: PeerGroup) -> PaperRow:
    """What all of a group came to together."""
    whole = sum(one.size for one in group.peers)
    part = round(sum((one.value or 0.0) * one.size for one in group.peers), DIGITS)
    made = {
        "who": PaperCell("Together"),
        "value": PaperCell(group.common_text, group.common, "{part}/{whole}"),
        "part": PaperCell(count_text(part), part, "SUM({part:all})"),
        "whole": PaperCell(count_text(whole), whole, "SUM({whole:all})"),
    }
    return PaperRow(tuple(made.get(one.key, PaperCell("")) for one in columns), strong=True)


def _count(value: float | None) -> PaperCell:
    return PaperCell(count_text(value) if value is not None else "", value)
