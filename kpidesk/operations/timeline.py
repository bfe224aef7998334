"""The history of KPIs: every definition, baseline, target and retirement in order, and where a trend breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from kpidesk import store
from kpidesk.core.formats import format_value
from kpidesk.core.goals import Baseline, Target, method_words
from kpidesk.core.kpis import Kpi
from kpidesk.core.timeline import EarlierVersion, Event, EventKind, changes_in_words, held_in_words, newest_first
from kpidesk.operations.catalogue import shipped_kpis
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.workspace import Workspace, definitions, goals, settings


def timeline(ws: Workspace, kpi_id: str = "") -> tuple[Event, ...]:
    """What happened to every KPI, or to one: definitions, use, baselines and targets, the newest first.

    That the app brought a KPI along is no event.

    Raises:
        UserError: there is no such KPI.
    """
    wanted = find_kpi(ws, kpi_id).id if kpi_id else ""
    baselines = (one for one in store.every_baseline(ws.db) if wanted in ("", one.kpi_id) and one.frozen_at)
    targets = (one for one in goals(ws).targets if wanted in ("", one.kpi_id) and one.effective_from)
    return newest_first([
        *_definitions(ws, wanted),
        *(_of_baseline(ws, one) for one in baselines),
        *(_of_target(ws, one) for one in sorted(targets, key=lambda one: one.version)),
    ])  # fmt: skip


def versions_before(ws: Workspace, kpi_id: str) -> tuple[EarlierVersion, ...]:
    """The versions of a KPI that `change_back` can go back to, the newest first; of those alike only the newest.

    Raises:
        UserError: there is no such KPI.
    """
    now = find_kpi(ws, kpi_id)
    names = {kpi.id: kpi.name for kpi in definitions(ws).values()}
    found: dict[tuple[str, ...], EarlierVersion] = {}
    for kpi, saved_at in reversed(store.kpi_log(ws.db, now.id)):
        earlier = replace(kpi, status=now.status)
        words, holds = changes_in_words(now, earlier, names), held_in_words(now, earlier, names)
        if words and words not in found:
            found[words] = EarlierVersion(kpi, date.fromisoformat(saved_at[:10]), words, holds)
    return tuple(found.values())


def _definitions(ws: Workspace, wanted: str) -> Iterator[Event]:
    """Each version of a KPI against the one before; the first one of a KPI of one's own is that it was added."""
    shipped = {kpi.id for kpi in shipped_kpis()}
    names = {kpi.id: kpi.name for kpi in definitions(ws).values()}
    before: Kpi | None = None
    for kpi, saved_at in store.kpi_log(ws.db, wanted):
        day = date.fromisoformat(saved_at[:10])
        if before is None or before.id != kpi.id:
            if kpi.id not in shipped:
                yield Event(day, "definition", kpi.id, kpi.name, _added(kpi), kpi.reason)
        elif told := changes_in_words(before, kpi, names):
            kind: EventKind = "status" if before.status != kpi.status and len(told) == 1 else "definition"
            is_carried = kpi.reason == before.reason and kpi.counted == before.counted  # a new formula has its own
            reason = "" if is_carried else kpi.reason
            yield Event(day, kind, kpi.id, kpi.name, " ".join(told), reason, kpi.version)
        before = kpi


def _added(kpi: Kpi) -> str:
    return "Added: its values are typed in" if kpi.is_manual else f"Added: {kpi.formula or kpi.builtin}"


def _of_baseline(ws: Workspace, one: Baseline) -> Event:
    kpi = definitions(ws).get(one.kpi_id)
    value = format_value(one.value, kpi.display if kpi else "count", settings(ws).currency, one.n or None)
    words = f"Baseline {value}, {method_words(one)}."
    day = date.fromisoformat(one.frozen_at[:10])
    name = kpi.name if kpi else one.kpi_id
    about = _about(ws, one)
    return Event(day, "baseline", one.kpi_id, name, words, one.why, about=about, scope=one.scope, receipts=one.inputs)


def _of_target(ws: Workspace, one: Target) -> Event:
    kpi, currency = definitions(ws).get(one.kpi_id), settings(ws).currency
    tiers = (one.minimum, one.target, one.stretch)
    low, aim, high = (format_value(tier, kpi.display if kpi else "count", currency) for tier in tiers)
    words = f"Target {aim}, minimum {low}, stretch {high}.{' It was taken away later.' if one.withdrawn else ''}"
    day = date.fromisoformat(one.effective_from[:10])
    name = kpi.name if kpi else one.kpi_id
    return Event(day, "target", one.kpi_id, name, words, one.reason, one.version, _about(ws, one), one.scope)


def _about(ws: Workspace, goal: Baseline | Target) -> str:
    whose = settings(ws).organisation if goal.scope.kind == "org" else goal.scope.name
    return f"{whose}, {goal.period.label}"
