"""A forecast as text for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Iterator

from kpidesk.core.forecast_paper import forecast_receipts
from kpidesk.core.forecast_words import known_words
from kpidesk.core.forecasts import (
    CategoryTotal,
    DueDeal,
    ForecastView,
    LateWins,
    Method,
    Pacing,
    Range,
    StageChance,
    ToCreate,
    Track,
    Weighted,
)
from kpidesk.core.formats import count_text, day_text, format_change
from kpidesk.core.papers import MIDDLE
from kpidesk.core.scorecards import Row
from kpidesk.core.what_ifs import DriverChange, Effect, WhatIf
from kpidesk.exporting.json_form import Json, day_json, interval_json, number_json, period_json
from kpidesk.exporting.text_table import Column, paragraph, paragraphs, receipts_text, sections, table

DEFAULT = "▸"


def forecast_text(found: ForecastView, tried: WhatIf | None = None) -> str:
    """The ranges first, then what they rest on."""
    return sections((
        paragraph(f"{found.title}{f', data of {day_text(found.as_of)}' if found.as_of else ''}"),
        *_methods_text(found),
        *_pacing_text(found.pacing),
        *_due_text(found),
        *_created_text(found),
        *_leading_text(found),
        *(_what_if_text(tried) if tried is not None else ()),
        paragraphs(found.notices),
        receipts_text(forecast_receipts(found)),
    ))  # fmt: skip


def _methods_text(found: ForecastView) -> Iterator[str]:
    target = f" of a target of {found.target_text}" if found.target_text else ""
    deals = "1 deal" if found.won_deals == 1 else f"{count_text(found.won_deals)} deals"
    yield paragraph(f"{found.won_text} booked from {deals}{target}.")
    shown = found.methods
    tiers = tuple(one.tier for one in next((method.chances for method in shown if method.chances), ()))
    yield table((
        Column("", tuple(DEFAULT if one.id == found.default else "" for one in shown)),
        Column("Method", tuple(one.name for one in shown)),
        Column("Forecast", tuple(one.found.text if one.found else "—" for one in shown), right=True),
        Column(MIDDLE, tuple(one.found.point_text if one.found else "—" for one in shown), right=True),
        *(Column(f"{tier.capitalize()} reached", tuple(_chance(one, at) for one in shown), right=True)
          for at, tier in enumerate(tiers)),
    ))  # fmt: skip
    yield paragraph(found.default_words)
    if known := known_words(found):
        yield paragraph(known)
    yield paragraphs(f"{one.name}: {words}" for one in shown if (words := _remark(one, found)))


def _remark(one: Method, found: ForecastView) -> str:
    """Why a method has no forecast, or its record where it is not the default's."""
    if one.reason or one.track is None or one.id == found.default:
        return one.reason
    return one.track.words


def _chance(one: Method, at: int) -> str:
    return one.chances[at].text if one.chances else "—"


def _pacing_text(found: Pacing | None) -> Iterator[str]:
    if found is not None:
        yield paragraphs(found.words)


def _due_text(found: ForecastView) -> Iterator[str]:
    if found.weighted:
        yield paragraph(f"Open and due: {count_text(found.due)} deals, {found.due_text}.")
        yield paragraphs(f"{one.name}: {one.text}. {one.note}".strip() for one in found.weighted)
    if found.stages:
        stages = found.stages
        yield table((
            Column("Stage", tuple(one.stage for one in stages)),
            Column("Deals", tuple(count_text(one.deals) for one in stages), right=True),
            Column("Amount", tuple(one.amount_text for one in stages), right=True),
            Column("Won in time", tuple(_won_in_time(one) for one in stages), right=True),
            Column("Chance used", tuple(one.chance_text for one in stages), right=True),
            Column("Expected", tuple(one.expected_text for one in stages), right=True),
            Column("", tuple(one.note for one in stages)),
        ))  # fmt: skip
    if found.categories:
        yield table((
            Column("Category", tuple(one.label for one in found.categories)),
            Column("Deals", tuple(count_text(one.deals) for one in found.categories), right=True),
            Column("Amount", tuple(one.amount_text for one in found.categories), right=True),
            Column("With what is surer", tuple(one.together_text for one in found.categories), right=True),
        ))  # fmt: skip
    for part in ("pipeline", "categories"):
        if (why := found.why_missing(part)) and (part == "pipeline" or not found.why_missing("pipeline")):
            yield paragraph(why)


def _won_in_time(one: StageChance) -> str:
    return f"{count_text(one.won)} of {count_text(one.n)}" if one.n else ""


def _created_text(found: ForecastView) -> Iterator[str]:
    made = found.to_create
    if made is None:
        if why := found.why_missing("to_create"):
            yield paragraph(f"Pipeline still to create: {why}")
        return
    yield "\n".join((paragraph(f"Pipeline still to create: {made.text}"),
                     *(paragraph(one, indent="  ") for one in (*made.lines, *made.notes))))  # fmt: skip
    if made.shares:
        yield paragraph(f"Split over the reps, {made.how_words}:")
        yield table((
            Column("Rep", tuple(one.name for one in made.shares)),
            Column("To create", tuple(one.text for one in made.shares), right=True),
            Column("", tuple(one.why for one in made.shares)),
        ))  # fmt: skip


def _leading_text(found: ForecastView) -> Iterator[str]:
    if found.leading_warning:
        yield paragraph(found.leading_warning)
        return
    yield paragraph("Leading KPIs behind it:")
    yield table((
        Column("KPI", tuple(one.kpi.name for one in found.leading)),
        Column("Value", tuple(one.value_text for one in found.leading), right=True),
        Column("Target", tuple(one.target_text for one in found.leading), right=True),
        Column("Status", tuple(one.status_words for one in found.leading)),
    ))  # fmt: skip


def _what_if_text(tried: WhatIf) -> Iterator[str]:
    yield paragraph(f"{tried.title}: drivers of {tried.window or 'no closed period'}.")
    yield table((
        Column("Driver", tuple(one.name for one in tried.drivers)),
        Column("Now", tuple(one.now_text for one in tried.drivers), right=True),
        Column("Tried", tuple(one.then_text if one.is_changed else "" for one in tried.drivers), right=True),
        Column("From", tuple(one.basis for one in tried.drivers)),
    ))  # fmt: skip
    for one in tried.effects:
        yield "\n".join((
            paragraph(f"{one.name}: {one.before_text} now, {one.after_text} then ({one.change_text})."),
            *(paragraph(text, indent="  ") for text in one.sums),
        ))  # fmt: skip
    yield paragraphs(one for one in (tried.velocity_words, *tried.missing) if one)
    if tried.velocity is not None:
        parts = tried.velocity.parts
        yield table((
            Column("Part of the change", tuple(one.label for one in parts)),
            Column("Before", tuple(one.before_text for one in parts), right=True),
            Column("Now", tuple(one.now_text for one in parts), right=True),
            Column("Adds", tuple(one.text for one in parts), right=True),
        ))  # fmt: skip


# --- plain values -----------------------------------------------------------------------------------------------------


def forecast_json(found: ForecastView, tried: WhatIf | None = None) -> Json:
    """A forecast with one object per method."""
    return {
        "as_of": day_json(found.as_of),
        "scope": found.question.scope.key,
        "period": period_json(found.question.period),
        "running": found.running,
        "currency": found.currency,
        "kpi": found.kpi.id,
        "won": None if found.why_missing("won") else number_json(found.won),
        "won_deals": number_json(found.won_deals),
        "receipt": found.receipt,
        "target": number_json(found.target),
        "default": found.default,
        "default_words": found.default_words,
        "methods": [_method_json(one) for one in found.methods],
        "due": {"deals": number_json(found.due), "amount": number_json(found.due_amount)},
        "weighted": [_weighted_json(one) for one in found.weighted],
        "stages": [_stage_json(one) for one in found.stages],
        "categories": [_category_json(one) for one in found.categories],
        "pacing": _pacing_json(found.pacing) if found.pacing else None,
        "to_create": _created_json(found.to_create) if found.to_create else None,
        "leading": [_leading_json(one) for one in found.leading],
        "leading_warning": found.leading_warning,
        "deals": [_deal_json(one) for one in found.deals],
        "late": _late_json(found.late) if found.late else None,
        "missing": dict(found.missing),
        "what_if": what_if_json(tried) if tried is not None else None,
        "notices": list(found.notices),
        "definitions": found.definitions,
    }


def _leading_json(row: Row) -> Json:
    return {
        "kpi": row.kpi.id,
        "name": row.kpi.name,
        "value": number_json(row.result.value),
        "status": row.status,
        "receipt": row.receipt,
    }


def _deal_json(deal: DueDeal) -> Json:
    return {
        "id": deal.deal_id,
        "name": deal.name,
        "owner": deal.owner,
        "stage": deal.stage,
        "category": deal.category,
        "amount": number_json(deal.amount),
        "close_date": day_json(deal.close_date),
        "crm_chance": number_json(deal.crm_chance),
        "own_chance": number_json(deal.own_chance),
    }


def _late_json(late: LateWins) -> Json:
    return {"periods": late.periods, "days": late.days, "won": number_json(late.won), "new": number_json(late.new)}


def range_json(found: Range | None) -> Json | None:
    """A range: its point with P10 and P90."""
    if found is None:
        return None
    return {"point": number_json(found.point), "p10": number_json(found.low), "p90": number_json(found.high)}


def track_json(found: Track) -> Json:
    """How a method did in the past."""
    return {
        "periods": found.periods, "median_error": number_json(found.missed), "too_high": found.too_high,
        "inside": found.inside, "ranges": found.ranged, "words": found.words,
    }  # fmt: skip


def _method_json(one: Method) -> Json:
    return {
        "id": one.id, "name": one.name, "forecast": range_json(one.found), "reason": one.reason, "basis": one.basis,
        "periods": one.periods, "how": one.how,
        "chances": [
            {"tier": chance.tier, "value": number_json(chance.value), "chance": number_json(chance.chance)}
            for chance in one.chances
        ],
        "track": track_json(one.track) if one.track else None,
        "receipt": one.receipt,
    }  # fmt: skip


def _weighted_json(one: Weighted) -> Json:
    return {"name": one.name, "value": number_json(one.value), "deals": number_json(one.deals), "note": one.note}


def _stage_json(one: StageChance) -> Json:
    return {
        "stage": one.stage, "deals": number_json(one.deals), "amount": number_json(one.amount),
        "won": number_json(one.won), "n": number_json(one.n), "chance": number_json(one.chance),
        "interval": interval_json(one.interval), "expected": number_json(one.expected), "note": one.note,
        "receipt": one.receipt,
    }  # fmt: skip


def _category_json(one: CategoryTotal) -> Json:
    return {
        "category": one.category, "label": one.label, "deals": number_json(one.deals),
        "amount": number_json(one.amount), "together": number_json(one.together),
    }  # fmt: skip


def _pacing_json(found: Pacing) -> Json:
    return {
        "days_gone": found.days_gone, "days_left": found.days_left, "share": number_json(found.share),
        "business_share": number_json(found.business_share), "due": number_json(found.due),
        "business_due": number_json(found.business_due), "required_per_day": number_json(found.required),
        "words": list(found.words),
    }  # fmt: skip


def _created_json(found: ToCreate) -> Json:
    return {
        "amount": number_json(found.amount), "lines": list(found.lines), "notes": list(found.notes),
        "split": found.how,
        "terms": [{"name": one.name, "value": number_json(one.value), "note": one.note} for one in found.terms],
        "shares": [
            {"scope": one.scope.key, "amount": number_json(one.amount), "why": one.why} for one in found.shares
        ],
    }  # fmt: skip


def what_if_json(found: WhatIf) -> Json:
    """Drivers with their present and tried values, and what that does."""
    return {
        "window": found.window,
        "drivers": [_driver_json(one) for one in found.drivers],
        "effects": [_effect_json(one) for one in found.effects],
        "velocity": found.velocity_words,
        "velocity_parts": [
            {"name": one.label, "before": one.before_text, "now": one.now_text, "change": number_json(one.amount)}
            for one in (found.velocity.parts if found.velocity else ())
        ],
        "missing": list(found.missing),
    }


def _driver_json(one: DriverChange) -> Json:
    return {
        "id": one.id, "name": one.name, "unit": one.unit, "now": number_json(one.now), "then": number_json(one.then),
        "change": format_change(one.change) if one.is_changed else "", "basis": one.basis,
    }  # fmt: skip


def _effect_json(one: Effect) -> Json:
    return {
        "name": one.name, "unit": one.unit, "before": number_json(one.before), "after": number_json(one.after),
        "sums": list(one.sums),
    }  # fmt: skip
