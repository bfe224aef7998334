"""What one-on-ones say of deals: next steps, commitments and evidence, each by the source and key of its deal.

The number of a deal may be given to another, and a deal that counts as another may be told apart again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kpidesk.core.reviews import NextStep
from kpidesk.store.database import Database

BETWEEN = "; "
"""Stands between the next steps of deals that count as one, where each has its own."""
Key = tuple[str, str]
"""Source and key of a deal, both empty for none."""
_STEPS = (
    "SELECT review_id, coalesce(d.merged_into, d.id) AS head, deal_source, deal_key, next_step FROM review_deals"
    " JOIN sources s ON s.name = deal_source JOIN deals d ON d.source_id = s.id AND d.key = deal_key{where}"
    " ORDER BY head, d.merged_into IS NOT NULL, d.id"
)


def all_next_steps(db: Database) -> dict[int, tuple[NextStep, ...]]:
    """The next steps of every one-on-one, by its number, of the deals that there still are."""
    return _by_review(db.rows(_STEPS.format(where="")))


def next_steps(db: Database, review_id: int) -> tuple[NextStep, ...]:
    """The next steps typed in a one-on-one, of the deals that there still are; one for deals that count as one."""
    return _by_review(db.rows(_STEPS.format(where=" WHERE review_id=?"), (review_id,))).get(review_id, ())


def _by_review(rows: Iterable[Sequence[Any]]) -> dict[int, tuple[NextStep, ...]]:
    found: dict[int, dict[int, list[str]]] = {}
    for review_id, deal_id, _, _, text in rows:
        found.setdefault(review_id, {}).setdefault(deal_id, []).append(text)
    return {number: tuple(NextStep(deal_id, BETWEEN.join(dict.fromkeys(texts))) for deal_id, texts in of.items())
            for number, of in found.items()}  # fmt: skip


def keep_steps(db: Database, review_id: int, given: tuple[NextStep, ...]) -> None:
    """Keep the next steps; those of deals that an undo took away, and those that nobody changed, stay as they are."""
    keys: dict[int, list[Key]] = {}
    for _, deal_id, source, key, _ in db.rows(_STEPS.format(where=" WHERE review_id=?"), (review_id,)):
        keys.setdefault(deal_id, []).append((source, key))
    known = {one.deal_id: one.text for one in next_steps(db, review_id)}
    wanted = {_head(db, one.deal_id): one.text.strip() for one in given}
    for deal_id in known.keys() | wanted.keys():
        text, mine = wanted.get(deal_id, ""), keys.get(deal_id, [])
        if text == known.get(deal_id, ""):
            continue
        for of in mine:
            db.run("DELETE FROM review_deals WHERE review_id=? AND deal_source=? AND deal_key=?", (review_id, *of))
        source, key = mine[0] if mine else source_and_key(db, deal_id)
        if text and key:
            db.run("INSERT OR REPLACE INTO review_deals VALUES (?, ?, ?, ?)", (review_id, source, key, text))


def carry_steps(db: Database, review_id: int, person_id: int) -> None:
    """Let a new draft begin with the next steps and the evidence of the newest closed meeting with the same person."""
    before = "(SELECT max(id) FROM reviews WHERE person_id=? AND state='closed')"
    sql = (
        "INSERT OR IGNORE INTO review_deals SELECT ?, deal_source, deal_key, next_step FROM review_deals"
        f" WHERE review_id={before}"
    )
    evidence = f"coalesce((SELECT evidence FROM reviews WHERE id={before}), '')"
    with db.writing(numbers=False):
        db.run(sql, (review_id, person_id))
        db.run(f"UPDATE reviews SET evidence={evidence} WHERE id=?", (person_id, review_id))


def link_deal(db: Database, commitment_id: int, deal_id: int) -> None:
    """Remember a deal by source, key and name; one that an undo took away stays linked until another is chosen.

    A deal that counts as the one given stays linked too.
    """
    rows = db.rows("SELECT deal_source, deal_key FROM commitments WHERE id=?", (commitment_id,))
    if any(is_part_of(db, (source, key), deal_id) for source, key in rows):
        return
    source, key = source_and_key(db, deal_id)
    if key:
        values = (source, key, deal_name(db, deal_id) or key, commitment_id)
        db.run("UPDATE commitments SET deal_source=?, deal_key=?, deal_name=? WHERE id=?", values)
        return
    gone = "(deal_source, deal_key) NOT IN (SELECT s.name, d.key FROM deals d JOIN sources s ON s.id = d.source_id)"
    if not db.one(f"SELECT 1 FROM commitments WHERE id=? AND deal_key<>'' AND {gone}", (commitment_id,)):
        db.run("UPDATE commitments SET deal_source='', deal_key='', deal_name='' WHERE id=?",
               (commitment_id,))  # fmt: skip


def is_part_of(db: Database, of: Key, deal_id: int) -> bool:
    """Whether a deal known by source and key counts as another one, the one with this number."""
    sql = "SELECT merged_into FROM deals d JOIN sources s ON s.id = d.source_id WHERE s.name=? AND d.key=?"
    return bool(deal_id) and db.one(sql, of) == _head(db, deal_id)


def _head(db: Database, deal_id: int) -> int:
    """The number of the deal that a deal counts as: its own, where it is by itself."""
    return int(db.one("SELECT coalesce(merged_into, id) FROM deals WHERE id=?", (deal_id,)) or deal_id)


def source_and_key(db: Database, deal_id: int) -> Key:
    """By what a deal is known whatever its number; both empty where there is none."""
    rows = db.rows("SELECT s.name, d.key FROM deals d JOIN sources s ON s.id = source_id WHERE d.id=?", (deal_id,))
    return (rows[0][0], rows[0][1]) if rows else ("", "")


def deal_name(db: Database, deal_id: int) -> str:
    """What a deal is called now; empty where it has no name."""
    sql = (
        "SELECT coalesce(x.name, '') FROM deal_versions v JOIN deal_values x ON x.id = value_id"
        " WHERE v.deal_id=? ORDER BY valid_from DESC LIMIT 1"
    )
    return str(db.one(sql, (deal_id,)) or "")
