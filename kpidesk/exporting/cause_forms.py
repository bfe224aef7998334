"""Why a KPI changed, and reps compared: as text for a terminal and as plain values."""

from __future__ import annotations

from kpidesk.core.cause_words import after_verdict, held_words
from kpidesk.core.causes import Contribution, LostReason, Split, Why, receipts_of
from kpidesk.core.luck_words import FOR_LUCK
from kpidesk.core.peers import SYMBOLS, Comparison, Peer, PeerGroup
from kpidesk.core.wording import capital
from kpidesk.exporting.json_form import Json, interval_json, number_json, period_json
from kpidesk.exporting.text_table import Column, explained, paragraph, paragraphs, receipts_text, table

SPLIT_HINT = "Its parts all the same: --split, or --by FIELD."


def why_text(found: Why, *, receipts: bool = True) -> str:
    """The verdict, then the parts with their sum where there is anything to explain.

    Without `receipts` no codes stand below.
    """
    head = f"{found.title}\n{paragraph(_head(found))}"
    told = after_verdict(found) if found.whole or found.certainty == "nothing" else ""
    is_luck = found.certainty in ("could be luck", "too early")
    has_parts = bool(found.fields) or found.kpi.unit == "money_per_day"  # velocity is split by steps alone
    hint = SPLIT_HINT if is_luck and has_parts and not found.whole and not found.splits else ""
    parts = [*(paragraph(one) for one in (told, hint) if one), *(_split_text(found, one) for one in found.splits)]
    if found.bridge is not None:
        parts.append(_split_text(found, found.bridge))
    remarks = paragraphs(_remarks(found), indent="  ", first="• ")
    codes = receipts_text(receipts_of(found)) if receipts else ""
    return explained((head, *parts, _lost_text(found), remarks), codes)


def _head(found: Why) -> str:
    return f"{held_words(found)} {found.verdict}".strip()


def _split_text(found: Why, split: Split) -> str:
    shown = [*split.parts]
    is_rate = split.kind == "rate and mix"
    title = capital(split.label)
    columns = [
        Column(title, (*(one.label for one in shown), "Together")),
        Column(found.difference or "Part of it", (*(one.text for one in shown), split.total_text), right=True),
        Column("Share", (*(one.share_text for one in shown), "100%" if split.total else ""), right=True),
        *_sides(found, split),
    ]
    if is_rate:
        columns.insert(3, Column("Results", (*(one.rate_text for one in shown), ""), right=True))
        columns.insert(4, Column("Mix", (*(one.mix_text for one in shown), ""), right=True))
    words = f"{split.words} {split.folded}".strip()
    return f"{table(columns)}\n{paragraph(words)}" if words else table(columns)


def _sides(found: Why, split: Split) -> tuple[Column, ...]:
    """What each part was and is; of two scopes in the order in which one is taken from the other."""
    then, now = found.names or ("Due" if split.kind == "gap" else "Before", "Now")
    was = Column(then, (*(one.before_text.removeprefix("due ") for one in split.parts), ""), right=True)
    is_now = Column(now, (*(one.now_text for one in split.parts), ""), right=True)
    return (is_now, was) if found.names else (was, is_now)


def _lost_text(found: Why) -> str:
    if not found.lost:
        return ""
    return table((
        Column("Lost because of", tuple(one.label for one in found.lost)),
        Column("Deals", tuple(one.text for one in found.lost), right=True),
    ))  # fmt: skip


def _remarks(found: Why) -> tuple[str, ...]:
    tried = (f"Looked at: {', '.join(found.tried)}.",) if found.tried else ()
    return (*found.remarks, *tried, *found.notices)


def why_json(found: Why) -> Json:
    """Everything a change is made of, as numbers; the parts of a split come to its total."""
    question = found.question
    return {
        "kpi": found.kpi.id,
        "scope": question.scope.key,
        "period": period_json(question.period),
        "against": found.against,
        "against_scope": found.other.key if found.other is not None else None,
        "before_period": period_json(found.period_before) if found.period_before is not None else None,
        "unit": found.kpi.unit,
        "currency": found.currency,
        "certainty": found.certainty,
        "verdict": found.verdict,
        "value": number_json(found.value),
        "before": number_json(found.before),
        "change": number_json(found.change),
        "receipt": found.receipt,
        "receipt_before": found.receipt_before,
        "splits": [_split_json(one) for one in found.splits],
        "bridge": _split_json(found.bridge) if found.bridge is not None else None,
        "lost": [_lost_json(one) for one in found.lost],
        "remarks": list(found.remarks),
        "tried": list(found.tried),
        "by": found.by.name if found.by is not None else None,
        "fields": [{"field": one.name, "label": one.label} for one in found.fields],
        "notices": list(found.notices),
    }


def _split_json(split: Split) -> Json:
    return {
        "kind": split.kind,
        "field": split.field,
        "label": split.label,
        "total": number_json(split.total),
        "words": split.words,
        "folded": split.folded,
        "parts": [_part_json(one) for one in split.parts],
    }


def _part_json(part: Contribution) -> Json:
    return {
        "label": part.label,
        "amount": number_json(part.amount),
        "share": number_json(part.share),
        "rate": number_json(part.rate),
        "mix": number_json(part.mix),
        "before": part.before_text,
        "now": part.now_text,
        "receipt": part.receipt,
        "receipt_before": part.receipt_before,
    }


def _lost_json(reason: LostReason) -> Json:
    return {"reason": reason.label, "count": number_json(reason.count), "amount": number_json(reason.amount)}


def comparison_text(found: Comparison, *, receipts: bool = True) -> str:
    """Who lies where, group by group and by name. Without `receipts` no codes stand below."""
    head = f"{found.title}\n{paragraph(found.window_words)}\n{paragraph(found.sentence)}"
    groups = [_group_text(found, one) for one in found.groups]
    if found.ramping:
        groups.append(f"Still ramping\n{_peers_text(found, found.ramping)}")
    codes = receipts_text(found.receipts) if receipts else ""
    return explained((head, *groups, paragraphs(found.notices)), codes)


def _group_text(found: Comparison, group: PeerGroup) -> str:
    together = f"{group.label}: {group.common_text} together. " if group.common_text else f"{group.label}. "
    return f"{paragraph(f'{together}{group.words}')}\n{_peers_text(found, group.peers)}"


def _peers_text(found: Comparison, peers: tuple[Peer, ...]) -> str:
    ranks = [Column("Rank", tuple(one.rank for one in peers))] if any(one.rank for one in peers) else []
    return table((
        Column(found.by.capitalize(), tuple(one.name for one in peers)),
        *ranks,
        Column(found.kpi.name, tuple(one.value_text for one in peers), right=True),
        Column("From", tuple(one.sample_text for one in peers), right=True),
        Column(FOR_LUCK, tuple(one.interval_text for one in peers), right=True),
        Column("Best guess", tuple(one.fair_text for one in peers), right=True),
        Column("", tuple(f"{SYMBOLS[one.place]} {one.place_words}" if one.place_words else "" for one in peers)),
    ))  # fmt: skip


def comparison_json(found: Comparison) -> Json:
    """Reps or teams on one KPI, by name in their groups."""
    question = found.question
    return {
        "kpi": found.kpi.id,
        "scope": question.scope.key,
        "period": period_json(question.period),
        "window": period_json(found.window),
        "window_words": found.window_words,
        "by": found.by,
        "unit": found.kpi.unit,
        "currency": found.currency,
        "sentence": found.sentence,
        "groups": [_group_json(one) for one in found.groups],
        "ramping": [_peer_json(one) for one in found.ramping],
        "notices": list(found.notices),
    }


def _group_json(group: PeerGroup) -> Json:
    return {
        "label": group.label,
        "common": number_json(group.common),
        "held_against": number_json(group.middle),
        "words": group.words,
        "alike": [list(names) for names in group.alike],
        "members": [_peer_json(one) for one in group.peers],
    }


def _peer_json(peer: Peer) -> Json:
    return {
        "scope": peer.scope.key,
        "value": number_json(peer.value),
        "size": number_json(peer.size),
        "interval": interval_json((peer.low, peer.high)) if peer.low is not None and peer.high is not None else None,
        "fair": number_json(peer.fair),
        "place": peer.place or None,
        "rank": peer.rank or None,
        "receipt": peer.receipt,
    }
