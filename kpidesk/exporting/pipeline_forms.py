"""A pipeline as text for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpidesk.core.formats import day_text
from kpidesk.core.pipeline import (
    Bridge,
    BridgeStep,
    Conversion,
    Coverage,
    Figure,
    Moved,
    MoveLine,
    Pipeline,
    StageDays,
    StageLine,
    Stages,
    Stalled,
    StalledDeal,
)
from kpidesk.core.pipeline_paper import coverage_receipts
from kpidesk.core.rate_words import with_command
from kpidesk.exporting.json_form import Json, day_json, interval_json, number_json, period_json
from kpidesk.exporting.text_table import Column, paragraph, paragraphs, receipts_text, sections, table

SHOWN_STALLED = 10


def pipeline_text(found: Pipeline, *, whole: bool = False) -> str:
    """Stages, coverage, what moved and the deals that are long in their stage: the first ten, or the `whole` list."""
    return sections((
        paragraph(f"Pipeline · {found.title}{f', data of {day_text(found.as_of)}' if found.as_of else ''}"),
        *_stages_text(found),
        paragraph(found.coverage.sentence),
        paragraphs(found.coverage.lines, indent="  "),
        *_moved_text(found.moved),
        *_stalled_text(found.stalled, whole=whole),
        paragraphs(map(with_command, found.notices)),
        receipts_text(coverage_receipts(found.coverage)),
    ))  # fmt: skip


def _stages_text(found: Pipeline) -> Iterator[str]:
    stages = found.stages
    if stages is None:
        yield paragraph("The files name no stages.")
        return
    lines = stages.lines
    yield paragraph(stages.sentence)
    yield table((
        Column("Stage", tuple(f"{one.label} (out of use)" if one.removed else one.label for one in lines)),
        Column("Open", tuple(one.open.text for one in lines), right=True),
        Column("Amount", tuple(one.amount.text for one in lines), right=True),
        Column("Entered", tuple(one.entered.text for one in lines), right=True),
        Column("Left", tuple(one.exited.text for one in lines), right=True),
        Column("Further", tuple(one.conversion.text for one in lines), right=True),
        Column("From", tuple(_from(one) for one in lines)),
        Column("Still open", tuple(one.conversion.waiting.text for one in lines), right=True),
        Column("Days", tuple(one.days.median.text for one in lines), right=True),
        Column("", tuple(one.days.words for one in lines)),
    ))  # fmt: skip
    if stages.reason:
        yield paragraph(f"Entries, exits, conversion and days are not known: {stages.reason}.")
    else:
        yield paragraph(f"{stages.basis}{_unripe(lines)}")
    others = [one.label for one in found.choices if one != stages.pipeline]
    if others:
        yield paragraph(f"Other pipelines (--pipeline NAME): {', '.join(others)}.")


def _unripe(lines: Sequence[StageLine]) -> str:
    """That too many deals are still open to judge the conversion of some stages."""
    early = [one.label for one in lines if one.conversion.value is not None and not one.conversion.mature]
    if not early:
        return ""
    where = "all stages" if len(early) == len(lines) else ", ".join(early)
    return f" Too many are still open to judge the conversion of {where}."


def _from(line: StageLine) -> str:
    told = line.conversion
    return f"{told.advanced.text} of {told.entered.text}" if told.value is not None else ""


def _moved_text(moved: Moved) -> Iterator[str]:
    yield paragraph(moved.sentence)
    if moved.since is None:
        return
    happened = [one for one in moved.lines if one.deals]
    if happened:
        yield _counted("Moved", happened)
    for bridge in moved.bridges:
        if bridge.foreign:
            yield paragraph(bridge.sentence)
        yield _counted(bridge.label, bridge.steps)


def _counted(title: str, lines: Sequence[MoveLine | BridgeStep]) -> str:
    worth = tuple(one.worth if isinstance(one, MoveLine) else one.amount_text for one in lines)
    return table((
        Column(title, tuple(one.label for one in lines)),
        Column("Deals", tuple(f"{one.deals:,}" for one in lines), right=True),
        Column("Amount", worth, right=True),
    ))  # fmt: skip


def _stalled_text(found: Stalled, *, whole: bool) -> Iterator[str]:
    yield paragraph(f"{found.sentence} {found.rule}")
    shown = found.deals if whole else found.deals[:SHOWN_STALLED]
    rest = len(found.deals) + found.more - len(shown)
    if shown:
        listed = table((
            Column("Deal", tuple(one.name for one in shown)),
            Column("Owner", tuple(one.owner for one in shown)),
            Column("Amount", tuple(one.amount_text for one in shown), right=True),
            Column("Stage", tuple(one.stage for one in shown)),
            Column("Days", tuple(str(one.days) for one in shown), right=True),
            Column("Long after", tuple(one.limit.text for one in shown)),
            Column("Close date", tuple(day_text(one.close_date) if one.close_date else "" for one in shown)),
            Column("Next step", tuple(one.next_step or "none" for one in shown)),
        ))  # fmt: skip
        yield listed + (f"\n… and {rest:,} more; --all lists them." if rest else "")


def pipeline_json(found: Pipeline) -> Json:
    """The whole page as plain values."""
    return {
        "as_of": day_json(found.as_of),
        "scope": found.question.scope.key,
        "period": period_json(found.question.period),
        "currency": found.currency,
        "pipelines": [
            {"key": one.key, "name": one.label, "open": number_json(one.deals)} for one in found.choices
        ],
        "stages": None if found.stages is None else _stages_json(found.stages),
        "stalled": _stalled_json(found.stalled),
        "moved": _moved_json(found.moved),
        "coverage": _coverage_json(found.coverage),
        "notices": list(found.notices),
        "definitions": found.definitions,
    }  # fmt: skip


def _figure(one: Figure) -> Json:
    return {"value": number_json(one.value), "reason": one.reason, "receipt": one.receipt}


def _stages_json(found: Stages) -> Json:
    return {
        "pipeline": found.pipeline.key,
        "open": number_json(found.total_open.value),
        "amount": _figure(found.total_amount),
        "basis": found.basis,
        "reason": found.reason,
        "lines": [_stage_json(one) for one in found.lines],
    }


def _stage_json(line: StageLine) -> Json:
    return {
        "stage": line.stage,
        "position": line.position,
        "removed": line.removed,
        "open": number_json(line.open.value),
        "amount": number_json(line.amount.value),
        "opening": number_json(line.opening),
        "entered": number_json(line.entered.value),
        "exited": number_json(line.exited.value),
        "other": number_json(line.other),
        "conversion": _conversion_json(line.conversion),
        "days": _days_json(line.days),
    }


def _conversion_json(told: Conversion) -> Json:
    return {
        "value": number_json(told.value),
        "interval": interval_json(told.interval),
        "advanced": number_json(told.advanced.value),
        "entered": number_json(told.entered.value),
        "waiting": number_json(told.waiting.value),
        "mature": told.mature,
        "reason": told.reason,
        "usual": number_json(told.usual),
        "usual_n": number_json(told.usual_n),
        "against": told.against,
    }


def _days_json(days: StageDays) -> Json:
    return {
        "median": number_json(days.median.value),
        "interval": interval_json(days.interval),
        "n": days.n,
        "usual": number_json(days.usual.value),
        "usual_interval": interval_json(days.usual_interval),
        "usual_n": days.usual_n,
        "pace": days.pace,
    }


def _stalled_json(found: Stalled) -> Json:
    return {
        "rule": found.rule,
        "count": _figure(found.count),
        "amount": _figure(found.amount),
        "share": _figure(found.share),
        "more": found.more,
        "deals": [_stalled_deal(one) for one in found.deals],
    }


def _stalled_deal(one: StalledDeal) -> Json:
    return {
        "deal": one.name,
        "account": one.account,
        "owner": one.owner,
        "amount": number_json(one.amount),
        "stage": one.stage,
        "days": one.days,
        "limit": {"days": one.limit.days, "stays": one.limit.n, "own": one.limit.own},
        "usual": number_json(one.usual),
        "close_date": day_json(one.close_date),
        "next_step": one.next_step,
    }


def _moved_json(moved: Moved) -> Json:
    return {
        "since": day_json(moved.since.day) if moved.since else None,
        "data_of": day_json(moved.since.data) if moved.since else None,
        "until": day_json(moved.until),
        "reason": moved.reason,
        "choices": [{"kind": one.kind, "day": day_json(one.day)} for one in moved.choices],
        "moves": [
            {"kind": one.kind, "deals": one.deals, "amount": number_json(one.amount), "foreign": one.foreign,
             "first_deals": one.first_deals, "first_amount": number_json(one.first_amount)}
            for one in moved.lines
        ],
        "bridges": [_bridge_json(one) for one in moved.bridges],
    }  # fmt: skip


def _bridge_json(bridge: Bridge) -> Json:
    return {
        "due_only": bridge.due_only,
        "foreign": bridge.foreign,
        "steps": [
            {"step": one.key, "deals": one.deals, "amount": number_json(one.amount)} for one in bridge.steps
        ],
    }  # fmt: skip


def _coverage_json(found: Coverage) -> Json:
    return {
        "due": _figure(found.due),
        "qualified": _figure(found.qualified),
        "target": _figure(found.target),
        "won": _figure(found.won),
        "left": _figure(found.left),
        "of_target": _figure(found.of_target),
        "of_rest": _figure(found.of_rest),
        "judged": _figure(found.judged),
        "win_rate": _figure(found.win_rate),
        "needed": _figure(found.needed),
        "day_one": _figure(found.day_one),
        "n": number_json(found.n),
        "past": found.past,
        "arithmetic": list(found.lines),
    }
