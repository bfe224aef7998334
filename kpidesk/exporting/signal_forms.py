"""Signals, rules, digests, notes and prompts, as text for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpidesk.core.deal_changes import MOVES
from kpidesk.core.formats import day_text
from kpidesk.core.people import Scope
from kpidesk.core.signals import (
    Acknowledgement,
    AlertRule,
    ChartNote,
    CoachingPrompt,
    Digest,
    KpiSignal,
    LimitStart,
    RuleHit,
    Signals,
)
from kpidesk.exporting.change_forms import totals_words
from kpidesk.exporting.json_form import Json, number_json, period_json
from kpidesk.exporting.text_table import paragraph, receipts_text, sections

NOTHING_STANDS_OUT = "Nothing stands out that was not acknowledged."


def whose(scope: Scope) -> str:
    """A scope at the head of a line."""
    return {"org": "Organisation", "unassigned": "Unassigned"}.get(scope.kind, scope.name)


def signals_text(found: Signals, hits: Sequence[RuleHit] = (), *, whole: bool = False) -> str:
    """What stands out, at most five unless `whole`; then what the rules report and what is not looked at."""
    if found.as_of is None:
        return "Nothing has been imported yet."
    listed = found.every if whole else found.shown
    more = len(found.every) - len(listed)
    rest = f"\n… and {more} more; --all lists them." if more else ""
    aside = "" if whole or not found.noted else f"Acknowledged and not listed: {len(found.noted)}; --all lists them."
    return sections((
        paragraph(found.words) if found.words else "No chart is long enough yet.",
        "\n".join(signal_line(one) for one in listed) + rest if listed else NOTHING_STANDS_OUT,
        aside,
        _titled("Your rules", [_hit_line(one) for one in hits]),
        _titled("Acknowledged", [f"{signal_line(one)} ({one.noted})" for one in found.noted]) if whole else "",
        _titled("Not looked at", [_left_out(*one) for one in found.left_out]) if whole else "",
        _receipts((*listed, *hits, *(found.noted if whole else ()))),
    ))  # fmt: skip


def _left_out(why: str, count: int) -> str:
    return f"{count:,} lines {'with' if why.startswith('fewer') else 'where'} {why}"


def _titled(title: str, lines: Sequence[str]) -> str:
    return "\n".join((title, *(paragraph(line, first="  ", indent="    ") for line in lines))) if lines else ""


def signal_line(one: KpiSignal) -> str:
    """One signal: whose, of what, since when, and in words."""
    lead = "leading; " if one.is_leading else ""
    text = f"{whose(one.scope)} · {one.kpi.name} ({lead}since {one.since.label}): {one.words}"
    return paragraph(text, indent="  ")


def _hit_line(one: RuleHit) -> str:
    return f"{whose(one.scope)} · {one.kpi.name}: {one.words}"


def _receipts(found: Iterable[KpiSignal | RuleHit]) -> str:
    """The codes of the newest values, each after whose it is, of what and when."""
    named = {one.receipt: f"{whose(one.scope)} · {one.kpi.name}, {one.until.label}" for one in found if one.receipt}
    return receipts_text([(name, code) for code, name in named.items()])


def signals_json(found: Signals, hits: Sequence[RuleHit] = ()) -> Json:
    """Everything that stands out, those shown first, with how many would by luck."""
    return {
        "scope": found.scope.key,
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "charts": found.charts,
        "expected_by_luck": round(found.expected, 2),
        "words": found.words,
        "shown": len(found.shown),
        "signals": [signal_json(one) for one in found.every],
        "acknowledged": [signal_json(one) for one in found.noted],
        "hits": [hit_json(one) for one in hits],
        "left_out": [{"why": why, "charts": count} for why, count in found.left_out],
    }


def signal_json(one: KpiSignal) -> Json:
    """One signal."""
    return {
        "kpi": one.kpi.id,
        "scope": one.scope.key,
        "grain": one.grain,
        "rule": one.rule,
        "side": one.side,
        "since": period_json(one.since),
        "until": period_json(one.until),
        "leading": one.is_leading,
        "effect": round(one.effect, 3),
        "better": one.better,
        "value": number_json(one.value),
        "usual": number_json(one.usual),
        "words": one.words,
        "acknowledged": one.noted,
        "receipt": one.receipt,
    }


def hit_json(one: RuleHit) -> Json:
    """What one rule reports of one scope."""
    return {
        "rule": one.rule.id,
        "kpi": one.kpi.id,
        "scope": one.scope.key,
        "since": period_json(one.since),
        "until": period_json(one.until),
        "value": number_json(one.value),
        "words": one.words,
        "receipt": one.receipt,
    }


def acknowledgement_json(one: Acknowledgement) -> Json:
    """What was said of a signal."""
    return {"id": one.id, "kpi": one.kpi_id, "scope": one.scope.key, "grain": one.grain, "rule": one.rule,
            "since": one.since.isoformat(), "reason": one.reason, "at": one.at}  # fmt: skip


def limits_json(one: LimitStart) -> Json:
    """From which day on limits are worked out anew."""
    return {"id": one.id, "kpi": one.kpi_id, "scope": one.scope.key, "grain": one.grain, "from": one.day.isoformat(),
            "reason": one.reason, "at": one.at}  # fmt: skip


def rule_json(rule: AlertRule, words: str) -> Json:
    """One rule."""
    return {"id": rule.id, "kpi": rule.kpi_id, "scope": _rule_scope(rule), "grain": rule.grain, "kind": rule.kind,
            "threshold": number_json(rule.threshold), "words": words, "retired_on": rule.retired_on}  # fmt: skip


def _rule_scope(rule: AlertRule) -> str:
    return f"{rule.scope.kind}s" if rule.is_for_each else rule.scope.key


def rules_text(rules: Sequence[tuple[AlertRule, str]], hits: Sequence[RuleHit]) -> str:
    """The rules with their numbers, and what they report."""
    if not rules:
        return "There are no rules. Add one with: kpidesk rule add WORKSPACE KPI below 3"
    lines = []
    for rule, words in rules:
        out = f" (out of force since {rule.retired_on})" if rule.retired_on else ""
        lines.append(paragraph(f"{words}{out}", first=f"{rule.id:>3}  ", indent="     "))
    return sections(("\n".join(lines), _titled("What they report", [_hit_line(one) for one in hits]), _receipts(hits)))


def digest_text(found: Digest, *, whole: bool = False) -> str:
    """What an import brought, leading signs first; of signals five unless `whole`."""
    listed = (*found.signals, *found.others) if whole else found.signals
    rest = f"… and {len(found.others)} more; --all lists them." if found.others and not whole else ""
    if found.before is None:
        moved = "There are no earlier data to compare with."
    elif not found.has_deals:
        moved = "There are no deals among them."
    else:
        moved = paragraph(f"Deals: {totals_words(found.moves)}.") if found.moves else "No deals changed."
    return sections((
        paragraph(f"{found.title}."),
        paragraph(found.later_words) if found.later else "",
        moved,
        _titled("Stands out", [*(signal_line(one) for one in listed), *([rest] if rest else [])])
        or "Nothing new stands out.",
        _titled("Your rules", [_hit_line(one) for one in found.hits]),
        paragraph(found.luck) if found.luck and found.signals else "",
        _receipts((*listed, *found.hits)),
    ))  # fmt: skip


def digest_json(found: Digest) -> Json:
    """What an import brought."""
    return {
        "import_id": found.entry.import_id,
        "kind": found.entry.kind,
        "file": found.entry.file,
        "data_date": found.entry.data_date.isoformat(),
        "before": found.before.isoformat() if found.before else None,
        "files": list(found.files),
        "before_files": list(found.before_files),
        "words": found.words,
        "moves": [
            {"kind": one.kind, "leading": MOVES[one.kind].is_leading, "deals": one.deals,
             "amount": number_json(one.amount), "foreign": one.foreign}
            for one in found.moves
        ],
        "signals": [signal_json(one) for one in (*found.signals, *found.others)],
        "hits": [hit_json(one) for one in found.hits],
        "luck": found.luck,
    }  # fmt: skip


def notes_text(notes: Sequence[ChartNote]) -> str:
    """The notes by their day, with their numbers."""
    lines = []
    for one in notes:
        about = ", ".join(filter(None, (one.kpi_id, "" if one.scope.kind == "org" else one.scope.name)))
        words = f"{day_text(one.day)}: {one.text}{f' ({about})' if about else ''}"
        lines.append(paragraph(words, first=f"{one.id:>3}  ", indent="     "))
    return "\n".join(lines) or 'There are no notes. Add one with: kpidesk note add WORKSPACE 2026-05-01 "New prices"'


def note_json(one: ChartNote) -> Json:
    """One note."""
    return {"id": one.id, "day": one.day.isoformat(), "text": one.text, "scope": one.scope.key, "kpi": one.kpi_id}


def prompts_text(prompts: Sequence[CoachingPrompt], *, receipts: bool = True) -> str:
    """What to go through with a rep, deal by deal, with the codes of the rep's own numbers."""
    if not prompts:
        return "Nothing to go through: not behind, or not longer at work on lost deals than the others."
    told = (
        _titled(paragraph(one.words), [f"{deal.name}: {deal.touches:,.0f} touches" for deal in one.deals])
        or paragraph(one.words)
        for one in prompts
    )
    codes = [
        (name, code) for one in prompts
        for name, code in (("Bookings", one.goal_receipt), ("Touches in each lost deal", one.receipt)) if code
    ]  # fmt: skip
    return sections((*told, receipts_text(codes) if receipts else ""))


def prompts_json(scope: Scope, prompts: Sequence[CoachingPrompt]) -> Json:
    """What to go through with a rep."""
    return {
        "scope": scope.key,
        "prompts": [
            {"period": period_json(one.period), "words": one.words, "touches": one.touches, "usual": one.usual,
             "touches_receipt": one.receipt, "goal_receipt": one.goal_receipt,
             "usual_receipts": list(one.usual_receipts),
             "deals": [{"name": deal.name, "touches": deal.touches} for deal in one.deals]}
            for one in prompts
        ],
    }  # fmt: skip
