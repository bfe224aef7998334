"""Initiatives and what became of them, as text for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Sequence

from kpidesk.core.formats import day_text, format_change
from kpidesk.core.initiatives import VERDICT_WORDS, Cell, Initiative, KpiReadout, Readout
from kpidesk.core.people import Scope
from kpidesk.exporting.json_form import Json, number_json, period_json
from kpidesk.exporting.text_table import Column, paragraph, paragraphs, receipts_text, sections, table


def _whose(scope: Scope) -> str:
    return scope.name or {"org": "Organisation"}.get(scope.kind, "Unassigned")


def initiatives_text(found: Sequence[Initiative]) -> str:
    """The initiatives with their numbers, the newest first."""
    if not found:
        return 'There are no initiatives. Add one with: kpidesk initiative add WORKSPACE "NAME" --start DAY --kpi KPI'
    return table((
        Column("No", tuple(str(one.id) for one in found), right=True),
        Column("Initiative", tuple(one.name for one in found)),
        Column("From", tuple(day_text(one.start) for one in found)),
        Column("For", tuple(_whose(one.scope) for one in found)),
        Column("KPIs", tuple(", ".join(part.kpi_id for part in one.kpis) for one in found)),
        Column("", tuple("dropped" if one.dropped_at else "" for one in found)),
    ))  # fmt: skip


def readout_text(found: Readout) -> str:
    """What became of each KPI, before and after, with the verdict."""
    one = found.initiative
    control = f", beside {_whose(one.control)}" if one.control else ""
    dropped = ", dropped" if one.dropped_at else ""
    windows = ""
    if found.before is not None and found.after is not None:
        windows = paragraph(f"{found.before.label} against {found.after.label}.")
    return sections((
        paragraph(f"{one.name} ({_whose(one.scope)}{control}, from {day_text(one.start)}{dropped})"),
        "\n".join(filter(None, (paragraph(found.words), windows))),
        _table(found.kpis),
        paragraphs((kpi.words for kpi in found.kpis), indent="  "),
        paragraph(f"For leaders: {one.for_leaders}") if one.for_leaders else "",
        paragraph(f"For reps: {one.for_reps}") if one.for_reps else "",
        receipts_text(found.receipts),
    ))  # fmt: skip


def _table(kpis: Sequence[KpiReadout]) -> str:
    if not kpis:
        return ""
    return table((
        Column("KPI", tuple(one.kpi.name for one in kpis)),
        Column("Before", tuple(one.before.text for one in kpis), right=True),
        Column("After", tuple(one.after.text for one in kpis), right=True),
        Column("From", tuple(one.after.sample for one in kpis), right=True),
        Column("Expected", tuple("" if one.expected is None else format_change(one.expected) for one in kpis),
               right=True),
        Column("Verdict", tuple(VERDICT_WORDS[one.verdict] for one in kpis)),
    ))  # fmt: skip


def initiative_json(one: Initiative) -> Json:
    """One initiative."""
    return {
        "id": one.id,
        "name": one.name,
        "start": one.start.isoformat(),
        "end": one.end.isoformat() if one.end else None,
        "scope": one.scope.key,
        "control": one.control.key if one.control else None,
        "kpis": [{"kpi": part.kpi_id, "expected": number_json(part.change)} for part in one.kpis],
        "for_leaders": one.for_leaders,
        "for_reps": one.for_reps,
        "dropped": bool(one.dropped_at),
    }


def readout_json(found: Readout) -> Json:
    """An initiative with what became of its KPIs."""
    return {
        "initiative": initiative_json(found.initiative),
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "before": period_json(found.before) if found.before else None,
        "after": period_json(found.after) if found.after else None,
        "words": found.words,
        "kpis": [_kpi_json(one) for one in found.kpis],
    }


def _kpi_json(one: KpiReadout) -> Json:
    low, high = one.interval or (None, None)
    return {
        "kpi": one.kpi.id,
        "expected": number_json(one.expected),
        "before": _cell_json(one.before),
        "after": _cell_json(one.after),
        "control_before": _cell_json(one.control_before),
        "control_after": _cell_json(one.control_after),
        "change": number_json(one.change),
        "interval": [number_json(low), number_json(high)] if one.interval else None,
        "verdict": one.verdict,
        "better": one.better,
        "tell_on": one.tell_on.isoformat() if one.tell_on else None,
        "words": one.words,
    }


def _cell_json(cell: Cell | None) -> Json | None:
    if cell is None:
        return None
    ends = [number_json(end) for end in cell.interval] if cell.interval else None
    return {"value": number_json(cell.value), "n": number_json(cell.n), "interval": ends, "reason": cell.reason,
            "receipt": cell.receipt}  # fmt: skip
