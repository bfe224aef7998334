"""Team reviews as text for a terminal and as plain values; the manager's own notes are in neither unless asked for."""

from __future__ import annotations

from collections.abc import Sequence

from kpidesk.core.meeting_paper import meeting_paper
from kpidesk.core.meeting_sheets import (
    Amount,
    CallLine,
    ForecastPart,
    MeetingSheet,
    MemberRow,
    MemberTable,
    MovedLine,
    PipelinePart,
    TargetChange,
)
from kpidesk.core.meeting_words import known_words, meeting_state
from kpidesk.core.meetings import KIND_WORDS, Action, CarriedAction, Meeting
from kpidesk.core.papers import (
    MIDDLE,
    PaperCard,
    PaperChart,
    PaperPart,
    PaperRange,
    PaperSection,
    PaperTable,
    PaperWords,
    to_share,
)
from kpidesk.core.reviews import Line
from kpidesk.exporting.json_form import Json, day_json, long_run_json, number_json, period_json, result_json
from kpidesk.exporting.text_table import Column, paragraph, paragraphs, sections, table


def _whose(meeting: Meeting) -> str:
    return meeting.scope.name or "Organisation"


# --- text ----------------------------------------------------------------------------------------------------------


def meetings_text(found: Sequence[Meeting]) -> str:
    """The reviews with their numbers, the newest first."""
    if not found:
        return "There are no reviews. Prepare one with: kpidesk review prepare WORKSPACE --kind weekly"
    return table((
        Column("No.", tuple(str(one.id) for one in found), right=True),
        Column("Review", tuple(KIND_WORDS[one.kind] for one in found)),
        Column("With", tuple(_whose(one) for one in found)),
        Column("About", tuple(one.question.period.label for one in found)),
        Column("State", tuple(meeting_state(one) for one in found)),
        Column("Actions", tuple(str(len(one.actions)) if one.actions else "" for one in found), right=True),
    ))  # fmt: skip


def meeting_text(one: Meeting) -> str:
    """One review in a line: its number, kind, scope and period, and how far it has come."""
    words = f"Review {one.id}: {KIND_WORDS[one.kind]} · {_whose(one)} · {one.question.period.label}"
    return f"{words} · {meeting_state(one)}"


def sheet_text(sheet: MeetingSheet, *, private: bool = False, whole: bool = False) -> str:
    """Everything that a review shows; of signals and of deals long in their stage the first, unless `whole`."""
    paper = meeting_paper(sheet, whole=whole)
    shown = paper if private else to_share(paper)
    head = paragraphs((paper.title, paper.about, known_words(sheet)))
    foot = f"No. {paper.code}, definitions {paper.definitions}" if paper.code else ""
    return sections((head, *(_section(one) for one in shown.sections), foot))


def _section(section: PaperSection) -> str:
    aside = f" ({section.aside})" if section.aside else ""
    return "\n".join((f"{section.heading}{aside}", *(_part(part) for part in section.parts)))


def _part(part: PaperPart) -> str:
    if isinstance(part, PaperWords):
        return paragraphs((f"- {line}" if part.listed else line for line in part.lines), indent="  ")
    if isinstance(part, PaperCard):
        return _table_text(
            ("KPI", "Actual", "From", "Target", "Status"),
            [(row.kpi.name, row.value_text, row.sample_text or row.reason, row.target_text, row.status_words)
             for row in part.rows],
        )  # fmt: skip
    if isinstance(part, PaperRange):
        marks = ", ".join(f"{mark.name.lower()} {mark.text}" for mark in part.marks)
        point = f"{part.low_text} to {part.high_text}, {MIDDLE.lower()} {part.point_text} ({marks})"
        return paragraph(point, indent="  ")
    shown = part.table if isinstance(part, PaperChart) else part
    return _paper_table(shown)


def _paper_table(shown: PaperTable) -> str:
    said = [paragraph(shown.sentence, indent="  ")] if shown.sentence else []
    if not shown.rows:
        return "\n".join(said or [paragraph(shown.empty, indent="  ")])
    titles = tuple(column.title for column in shown.columns)
    rows = [tuple(cell.text for cell in row.cells) for row in shown.rows]
    right = tuple(column.unit not in ("text", "date") for column in shown.columns)
    return "\n".join((*said, _table_text(titles, rows, right)))


def _table_text(titles: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool] = ()) -> str:
    sides = right or (False,) * len(titles)
    return table([
        Column(title, tuple(row[at] for row in rows), right=sides[at]) for at, title in enumerate(titles)
    ])  # fmt: skip


# --- plain values --------------------------------------------------------------------------------------------------


def meeting_json(one: Meeting, *, private: bool = False) -> Json:
    """One review with what was typed into it."""
    typed: Json = {"private": one.private} if private else {}
    return {
        "id": one.id,
        "kind": one.kind,
        "scope": one.scope.key,
        "period": period_json(one.question.period),
        "state": one.state,
        "agenda": [{"text": point.text, "done": point.done, "since": day_json(point.since)} for point in one.agenda],
        "notes": one.notes,
        "actions": [action_json(action) for action in one.actions],
        "created_at": one.created_at,
        "started_at": one.started_at,
        "closed_at": one.closed_at,
        **typed,
    }


def action_json(one: Action) -> Json:
    """One action."""
    return {
        "id": one.id,
        "text": one.text,
        "owner": one.owner,
        "due": one.due.isoformat(),
        "kpi": one.kpi_id,
        "state": one.state,
        "reason": one.reason,
    }


def sheet_json(sheet: MeetingSheet, *, private: bool = False) -> Json:
    """Everything that a review shows; the parts that its kind has not got are null or empty."""
    return {
        "review": meeting_json(sheet.meeting, private=private),
        "name": sheet.name,
        "header": sheet.header,
        "as_of": day_json(sheet.as_of),
        "since": day_json(sheet.since),
        "currency": sheet.currency,
        "code": sheet.code,
        "redacted": day_json(sheet.redacted),
        "definitions": sheet.definitions,
        "carried": [_carried_json(one) for one in sheet.carried],
        "kpis": [_line_json(line) for line in sheet.lines],
        "quarter": [_line_json(line) for line in sheet.quarter],
        "members": _members_json(sheet.members) if sheet.members else [],
        "pipeline": _pipeline_json(sheet.pipeline) if sheet.pipeline else None,
        "signals": [{"kpi": one.kpi, "whose": one.whose, "words": one.words} for one in sheet.signals],
        "why": list(sheet.why),
        "initiatives": [
            {"name": one.name, "for": one.whose, "since": one.since.isoformat(), "verdict": one.verdict,
             "words": one.words}
            for one in sheet.initiatives
        ],
        "coaching_goals": [{"verdict": one.verdict, "count": one.count} for one in sheet.verdicts],
        "target_changes": [_target_json(one) for one in sheet.target_changes],
        "forecast": _forecast_json(sheet.forecast) if sheet.forecast else None,
    }  # fmt: skip


def _carried_json(one: CarriedAction) -> Json:
    return {
        **action_json(one.action),
        "made_on": one.made_on.isoformat(),
        "standing": one.state,
        "words": one.words,
        "then": one.then,
        "now": one.now,
    }


def _line_json(line: Line) -> Json:
    row = line.row
    return {
        "kpi": row.kpi.id,
        "name": row.kpi.name,
        "unit": row.kpi.unit,
        **result_json(row.result),
        "before": number_json(row.prior.value) if row.prior else None,
        "before_receipt": row.prior_receipt,
        "target": number_json(row.target.target) if row.target else None,
        "status": row.status,
        "words": line.words,
        "receipt": row.receipt,
        "long_run": long_run_json(row.long_run) if row.long_run else None,
    }


def _members_json(members: MemberTable) -> list[Json]:
    def values(row: MemberRow) -> Json:
        return {kpi: number_json(cell.value) for kpi, cell in zip(members.kpis, row.cells, strict=True)}

    def codes(row: MemberRow) -> Json:
        return {kpi: cell.code for kpi, cell in zip(members.kpis, row.cells, strict=True)}

    return [
        {"scope": row.scope.key, "note": row.note, "values": values(row), "receipts": codes(row)}
        for row in members.rows
    ]


def _amount_json(amount: Amount | None) -> float | None:
    return None if amount is None else number_json(amount.value)


def _moved_json(line: MovedLine) -> Json:
    deals = [
        {"name": one.name, "owner": one.owner, "amount": _amount_json(one.amount), "change": one.change}
        for one in line.deals
    ]
    return {"what": line.label, "deals": line.count, "amount": _amount_json(line.amount), "largest": deals}


def _pipeline_json(part: PipelinePart) -> Json:
    return {
        "stages": [
            {"pipeline": one.pipeline, "stage": one.name, "deals": one.count, "amount": _amount_json(one.amount),
             "conversion": one.conversion_text, "days": one.days_text}
            for one in part.stages
        ],
        "moved": [_moved_json(line) for line in part.moved],
        "stalled": [
            {"name": one.name, "owner": one.owner, "amount": _amount_json(one.amount), "stage": one.stage,
             "words": one.words}
            for one in part.stalled
        ],
        "words": [part.total_text, part.moved_words, part.stalled_words, *part.coverage],
    }  # fmt: skip


def _target_json(one: TargetChange) -> Json:
    return {
        "kpi": one.kpi_id,
        "scope": one.scope.key,
        "period": one.period,
        "before": one.before,
        "after": one.after,
        "reason": one.reason,
        "on": one.on.isoformat(),
    }


def _forecast_json(part: ForecastPart) -> Json:
    found = part.range
    return {
        "total": _call_json(part.total),
        "reps_together": _call_json(part.summed),
        "reps": [_call_json(one) for one in part.lines],
        "low": number_json(found.low) if found else None,
        "point": number_json(found.point) if found else None,
        "high": number_json(found.high) if found else None,
        "target": number_json(found.target) if found else None,
        "moved": [_moved_json(line) for line in part.moved],
        "words": [part.range_words, part.moved_words, *part.past],
    }


def _call_json(line: CallLine) -> Json:
    return {
        "scope": line.scope.key,
        "won": _amount_json(line.won),
        "commit": _amount_json(line.commit),
        "commit_before": _amount_json(line.commit_before),
        "best": _amount_json(line.best),
        "pipeline": _amount_json(line.pipeline),
        "expected": _amount_json(line.expected),
        "said_on": day_json(line.said_on),
        "past": line.past,
    }


def settled_text(action_id: int, state: str) -> str:
    """That an action is settled or open again."""
    return f"Action {action_id} is {'open again' if state == 'open' else state}."
