"""What changed between two days of data, and the versions of a deal, as text for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpidesk.core.deal_changes import (
    MOVE_GROUPS,
    MOVES,
    ChangeList,
    ChangeRow,
    DealHistory,
    DealVersion,
    MoveTotal,
    Proof,
)
from kpidesk.core.formats import NOTHING, day_text
from kpidesk.core.imports import crm_name
from kpidesk.exporting.json_form import Json, number_json
from kpidesk.exporting.text_table import Column, paragraph, sections, table

SHOWN = 20
"""How many changes of a kind are listed where no kind was asked for."""


def totals_words(totals: Sequence[MoveTotal]) -> str:
    """Counts and values of some kinds of change in one line: "3 pushed ($40.0K), 1 won ($9.00K)"."""
    return ", ".join(f"{one.deals:,} {one.label.lower()} ({_value(one)})" for one in totals)


def _value(total: MoveTotal) -> str:
    first = f", with {total.first}" if total.first else ""
    return f"{total.text}{first}{f' and {total.foreign:,} without an exchange rate' if total.foreign else ''}"


def changes_text(found: ChangeList, *, whole: bool = False) -> str:
    """The changes as one table for each kind, leading signs first; `whole` lists all of them."""
    scope = "" if found.scope.kind == "org" else f", {found.scope.name or 'unassigned'}"
    crm = crm_name(found.source)
    source = f"{crm}: " if crm else ""
    heads = [
        f"What changed from {day_text(found.start)} to {day_text(found.end)}{scope}",
        f"{source}{', '.join(found.start_files) or 'nothing before'} compared with {', '.join(found.end_files)}.",
    ]
    return sections((
        "\n".join(map(paragraph, heads)),
        "\n".join(_summary(found)),
        *_tables(found, whole=whole),
        "\n".join(
            f"{one.file} ({one.kind}, {day_text(one.data_date)}): {one.added:,} added, {one.updated:,} updated."
            for one in found.others
        ),
    ))  # fmt: skip


def _summary(found: ChangeList) -> Iterator[str]:
    if not found.totals:
        yield "Nothing changed."
    for label in MOVE_GROUPS:
        mine = [one for one in found.totals if MOVES[one.kind].group == label]
        if mine:
            yield paragraph(f"{label}: {totals_words(mine)}.")


def _tables(found: ChangeList, *, whole: bool) -> Iterator[str]:
    for kind, words in MOVES.items():
        rows = [row for row in found.rows if row.kind == kind]
        shown = rows if whole else rows[:SHOWN]
        if rows:
            rest = len(rows) - len(shown)
            more = f"\n… and {rest:,} more; --kind {kind} lists all." if rest else ""
            yield f"{words.label}\n{table(_columns(shown))}{more}"


def _columns(rows: Sequence[ChangeRow]) -> tuple[Column, ...]:
    return (
        Column("Deal", tuple(row.name for row in rows)),
        Column("Account", tuple(row.account for row in rows)),
        Column("Owner", tuple(row.owner for row in rows)),
        Column("Amount", tuple("" if row.amount is None else row.amount_text for row in rows), right=True),
        Column("Before", tuple(row.before for row in rows)),
        Column("Now", tuple(row.after for row in rows)),
        Column("Days", tuple("" if row.days is None else f"{row.days:,}" for row in rows), right=True),
        Column("Line", tuple(_place(row.proof_after) for row in rows)),
    )


def _place(proof: Proof) -> str:
    """File and line that prove a value."""
    return f"{proof.file}:{proof.line}" if proof.line else proof.file


def changes_json(found: ChangeList) -> Json:
    """The changes with one object per deal and kind."""
    return {
        "from": found.start.isoformat(),
        "to": found.end.isoformat(),
        "from_files": list(found.start_files),
        "to_files": list(found.end_files),
        "source": found.source,
        "scope": found.scope.key,
        "currency": found.currency,
        "totals": [
            {"kind": one.kind, "leading": MOVES[one.kind].is_leading, "deals": one.deals,
             "amount": number_json(one.amount), "foreign": one.foreign}
            for one in found.totals
        ],
        "count": len(found.rows),
        "rows": [_row(row) for row in found.rows],
        "others": [
            {"import_id": one.import_id, "kind": one.kind, "file": one.file, "data_date": one.data_date.isoformat(),
             "added": one.added, "updated": one.updated}
            for one in found.others
        ],
    }  # fmt: skip


def _row(row: ChangeRow) -> Json:
    return {
        "kind": row.kind,
        "key": row.key,
        "source": row.source,
        "name": row.name,
        "account": row.account,
        "owner": row.owner,
        "team": row.team,
        "before": number_json(row.was) if isinstance(row.was, float) else row.was,
        "now": number_json(row.now) if isinstance(row.now, float) else row.now,
        "amount": number_json(row.amount),
        "currency": row.currency,
        "delta": number_json(row.delta),
        "days": row.days,
        "proof_before": _proof(row.proof_before) if row.proof_before else None,
        "proof_now": _proof(row.proof_after),
    }


def _proof(proof: Proof) -> Json:
    return {
        "import_id": proof.import_id,
        "file": proof.file,
        "line": proof.line,
        "data_date": proof.data_date.isoformat() if proof.data_date else None,
    }


def history_text(found: DealHistory) -> str:
    """The versions of a deal, newest first, each with what changed in it and the line that shows it."""
    about = ", ".join(part for part in (found.account, found.owner) if part)
    gone = f"No longer in the file since {day_text(found.missing_from)}." if found.missing_from else ""
    crm = crm_name(found.source)
    key = f"{found.key} in {crm}" if crm else found.key
    head = found.name if found.name == key else f"{found.name} ({key})"
    return sections((
        "\n".join(filter(None, (head, about, gone))),
        *(_version_text(one) for one in found.versions),
    ))  # fmt: skip


def _version_text(version: DealVersion) -> str:
    what = ", ".join(MOVES[kind].label.lower() for kind in version.what) or "other fields"
    head = f"{day_text(version.since)}: {what}  ({_place(version.proof)}, import {version.proof.import_id})"
    listed = table((
        Column("Field", tuple(one.label for one in version.changes)),
        Column("Before", tuple(one.before or NOTHING for one in version.changes)),
        Column("Now", tuple(one.after or NOTHING for one in version.changes)),
    ))  # fmt: skip
    return f"{head}\n{listed}"


def history_json(found: DealHistory) -> Json:
    """The versions of a deal, newest first."""
    return {
        "key": found.key,
        "source": found.source,
        "name": found.name,
        "account": found.account,
        "owner": found.owner,
        "missing_from": found.missing_from.isoformat() if found.missing_from else None,
        "versions": [
            {
                "from": one.since.isoformat(),
                "to": one.until.isoformat() if one.until else None,
                "kinds": list(one.what),
                "changes": [{"field": part.field, "before": part.before, "now": part.after} for part in one.changes],
                "cells": dict(one.cells),
                "proof": _proof(one.proof),
            }
            for one in found.versions
        ],
    }
