"""What the check of a set of KPIs found, and its history, as text and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from kpidesk.core.formats import day_text
from kpidesk.core.lint import Fix, Lateness, Left, LintFinding
from kpidesk.core.lint_words import grouped, mend_words
from kpidesk.core.timeline import Event
from kpidesk.exporting.text_table import receipts_text, sections

WIDTH = 120


def lint_text(findings: Sequence[LintFinding], late: Sequence[Lateness], left: Sequence[Left] = ()) -> str:
    """The findings, the gravest first, what stays as it is, then how late each result is heard."""
    lines, shown = [], grouped(findings)
    for one in shown:
        lines += _wrapped(f"{one.severity}: {one.problem} {one.consequence} {one.advice}", 2)
    lines.append(f"{mend_words(shown)}.")
    for kept in left:
        lines += _wrapped(f"left as it is since {day_text(kept.since)}: {kept.problem} Because: {kept.reason}", 2)
    if late:
        lines += ["", "How late would we notice?"]
    for told in late:
        lines += _wrapped(told.words, 2)
    return "\n".join(lines)


def lint_json(
    findings: Sequence[LintFinding], late: Sequence[Lateness], left: Sequence[Left] = ()
) -> dict[str, object]:
    """The findings, what stays as it is, and how late each result is heard, as one document."""
    return {
        "findings": [
            {"rule": one.rule, "severity": one.severity, "where": one.where, "problem": one.problem,
             "consequence": one.consequence, "advice": one.advice, "fix": _fix(one.fix)}
            for one in findings
        ],
        "left": [
            {"rule": one.rule, "where": one.where, "problem": one.problem, "reason": one.reason,
             "since": one.since.isoformat()}
            for one in left
        ],
        "late": [{"kpi": one.kpi.id, "days": one.days, "earlier": list(one.earlier)} for one in late],
    }  # fmt: skip


def _fix(fix: Fix | None) -> dict[str, object] | None:
    if fix is None:
        return None
    return {"action": fix.action, "kpis": list(fix.kpi_ids), "other": fix.other, "asks": fix.asks, "words": fix.words}


def timeline_text(events: Sequence[Event], *, receipts: bool = True) -> str:
    """What happened to KPIs, the newest first: a line each, the reason below, at the end the codes behind baselines."""
    lines = []
    for one in events:
        about = f" ({one.about})" if one.about else ""
        lines += _wrapped(f"{day_text(one.day):11}  {one.name}{about}: {one.words}", 13)
        lines += _wrapped(f"{'':13}Because: {one.reason}", 13) if one.reason else []
    told = "\n".join(lines) or "Nothing has happened to it yet."
    return sections((told, receipts_text(_behind_baselines(events)) if receipts else ""))


def _behind_baselines(events: Sequence[Event]) -> list[tuple[str, str]]:
    """The codes of the numbers behind baselines, those that are behind several once, with the newest of these."""
    named: dict[str, str] = {}
    for one in events:
        for at, code in enumerate(one.receipts, 1):
            place = f", {at} of {len(one.receipts)}" if len(one.receipts) > 1 else ""
            named.setdefault(code, f"{one.name}, {one.about}{place}")
    return [(name, code) for code, name in named.items()]


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=" " * indent)


def timeline_json(events: Sequence[Event]) -> dict[str, object]:
    """What happened to KPIs as one document, the newest first."""
    return {"events": [
        {"day": one.day.isoformat(), "kind": one.kind, "kpi": one.kpi_id, "name": one.name, "words": one.words,
         "reason": one.reason, "version": one.version, "about": one.about, "receipts": list(one.receipts)}
        for one in events
    ]}  # fmt: skip
