"""A changed KPI with what the change does, and what KPIs rest on, as text and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from kpidesk.core.drafts import Draft, DraftValue, KpiChange, Link
from kpidesk.core.formats import count_text
from kpidesk.core.kpis import Kpi
from kpidesk.exporting.json_form import period_json
from kpidesk.exporting.text_table import receipts_text

WIDTH = 120


def change_text(change: KpiChange, *, receipts: bool = True) -> str:
    """What was changed, the last periods before and after, who is affected, and the codes of the numbers."""
    after, shown = change.after, change.draft
    done = f"version {after.version}" if change.saved else "only tried"
    lines = [f"{after.name} ({after.id}): {done}."]
    for name in change.fields:
        lines += _wrapped(f"{name}: {_said(change.before, name)} → {_said(after, name)}")
    lines += _wrapped(f"why: {after.reason}") if after.reason else []
    if shown.values:
        lines += ["", f"  {'':12} {'before':>14} {'after':>14} {'rows':>8}"]
        lines += [_value_line(old, new) for old, new in _pairs(shown)]
    if shown.affected:
        lines += ["", "Changes with it:", *(_link_line(one) for one in shown.affected)]
    lines += [line for one in shown.check.notices for line in ("", *textwrap.wrap(f"Note: {one}", WIDTH))]
    if not change.saved:
        lines += ["", "Nothing was kept. Leave out --dry-run to keep it."]
    if receipts and (codes := receipts_text(_codes(shown))):
        lines += ["", codes]
    return "\n".join(lines)


def _codes(shown: Draft) -> list[tuple[str, str]]:
    """The codes of the values before, and of those after once they are kept."""
    named = [(f"{one.period.label}, before", one.receipt) for one in shown.before]
    named += [(f"{one.period.label}, after", one.receipt) for one in shown.values]
    return [(name, code) for name, code in named if code]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _said(kpi: Kpi, name: str) -> str:
    value = getattr(kpi, name)
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
    return text or "(empty)"


def _pairs(shown: Draft) -> Iterator[tuple[DraftValue | None, DraftValue]]:
    """The values of each period before and after; before is None for a KPI that could not be read."""
    yield from zip(shown.before or (None,) * len(shown.values), shown.values, strict=True)


def _value_line(old: DraftValue | None, new: DraftValue) -> str:
    reason = f"  {new.reason}" if new.reason else ""
    before = old.text if old is not None else ""
    return f"  {new.period.label:12} {before:>14} {new.text:>14} {count_text(new.n):>8}{reason}"


def _link_line(link: Link) -> str:
    goal = ", by its goal only" if link.through == "goal" else ""
    return f"  {link.status:8} {link.kpi_id:28} {link.name}{goal}"


def change_json(change: KpiChange) -> dict[str, object]:
    """A change as one document."""
    shown, after = change.draft, change.after
    return {
        "id": after.id,
        "name": after.name,
        "version": after.version,
        "saved": change.saved,
        "changed": [
            {"field": name, "before": _bare(change.before, name), "after": _bare(after, name)} for name in change.fields
        ],
        "sentence": shown.check.sentence or after.sentence,
        "unit": after.unit,
        "values": [_value_json(old, new) for old, new in _pairs(shown)],
        "rows": shown.rows,
        "affected": links_json(shown.affected),
        "reads": links_json(shown.reads),
        "notices": list(shown.check.notices),
    }


def _value_json(old: DraftValue | None, new: DraftValue) -> dict[str, object]:
    before = None if old is None else old.value
    period = period_json(new.period)
    code = "" if old is None else old.receipt
    return {
        "period": period,
        "before": before,
        "before_receipt": code,
        "after": new.value,
        "after_receipt": new.receipt,
        "n": new.n,
        "reason": new.reason,
    }


def _bare(kpi: Kpi, name: str) -> object:
    value = getattr(kpi, name)
    return list(value) if isinstance(value, tuple) else value


def links_json(links: Sequence[Link]) -> list[dict[str, str]]:
    """KPIs that others rest on, or that rest on others."""
    return [{"id": one.kpi_id, "name": one.name, "status": one.status, "through": one.through} for one in links]


def affected_text(name: str, reads: Sequence[Link], affected: Sequence[Link]) -> str:
    """What a KPI rests on and what changes with it."""
    lines = [f"{name} rests on:", *map(_link_line, reads)] if reads else [f"{name} rests on no other KPI."]
    if not affected:
        return "\n".join([*lines, "No other KPI rests on it."])
    return "\n".join([*lines, "Changes with it:", *map(_link_line, affected)])
