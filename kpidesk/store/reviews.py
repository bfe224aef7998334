"""One-on-ones: what was typed, what was promised, and the sheet as it was sealed.

Nothing here is a figure of the data, so the numbers computed before stay good when it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kpidesk.core.errors import UserError
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.reviews import UNSETTLED, AgendaItem, Commitment, Evidence, NextStep, Review, Settled, Sheet
from kpidesk.core.scorecards import Question
from kpidesk.core.texts import folded
from kpidesk.store.belongings import name_of
from kpidesk.store.database import Database, damaged, now
from kpidesk.store.frozen import from_json, to_json, tuple_from_json
from kpidesk.store.preparations import put_aside, take_up
from kpidesk.store.review_deals import (
    all_next_steps,
    deal_name,
    is_part_of,
    keep_steps,
    link_deal,
    next_steps,
    source_and_key,
)
from kpidesk.store.sealed import seal, sealed_sheet
from kpidesk.store.uncarried import note_uncarried

DAY = len("2026-09-14")
"""A stamp begins with its local day, also where the time of the day stands behind it."""
_REVIEWS = (
    "SELECT r.id, person_id, p.name, start, end, grain, key, label, state, agenda, notes, coalesce(n.text, ''),"
    " created_at, started_at, closed_at, skill, evidence, praise, wellbeing FROM reviews r"
    " JOIN people p ON p.id = person_id LEFT JOIN private_notes n ON n.review_id = r.id"
)
_COMMITMENTS = (
    "SELECT c.text, due, c.owner, kpi_id, coalesce(d.merged_into, d.id, 0), stage, overruled, reason, c.id,"
    " review_id, deal_name FROM commitments c LEFT JOIN sources s ON s.name = deal_source"
    " LEFT JOIN deals d ON d.source_id = s.id AND d.key = deal_key"
)


@dataclass(frozen=True, slots=True)
class _KeptEvidence:
    """What shows a skill, with its deal by source and key: the number of a deal may be given to another."""

    kpi_id: str = ""
    deal_source: str = ""
    deal_key: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A commitment of a closed meeting: on which day and with the data of which day it was made.

    `deal` is the name of its deal then, `was` the text of its KPI or the stage of its deal then. `settled_on` is the
    day of the later closed meeting that showed it settled.
    """

    commitment: Commitment
    made_on: date
    data_date: date | None
    deal: str
    was: str
    settled_on: date | None


def load_reviews(db: Database, person_id: int | None = None) -> tuple[Review, ...]:
    """Every one-on-one, or those with one person, newest first."""
    where, values = ("", ()) if person_id is None else (" WHERE person_id=?", (person_id,))
    promised: dict[int, list[Commitment]] = {}
    for one in map(_commitment, db.rows(f"{_COMMITMENTS} ORDER BY place")):
        promised.setdefault(one.review_id, []).append(one)
    steps = all_next_steps(db)
    rows = db.rows(f"{_REVIEWS}{where} ORDER BY r.id DESC", values)
    return tuple(_review(db, row, tuple(promised.get(row[0], ())), steps.get(row[0], ())) for row in rows)


def load_review(db: Database, review_id: int) -> Review:
    """One one-on-one.

    Raises:
        UserError: there is none with this number.
    """
    rows = db.rows(f"{_REVIEWS} WHERE r.id=?", (review_id,))
    if not rows:
        raise UserError(f"There is no one-on-one {review_id}.", "Choose one from the list.")
    promised = db.rows(f"{_COMMITMENTS} WHERE review_id=? ORDER BY place", (review_id,))
    return _review(db, rows[0], tuple(map(_commitment, promised)), next_steps(db, review_id))


def _review(
    db: Database, row: tuple[Any, ...], commitments: tuple[Commitment, ...], steps: tuple[NextStep, ...]
) -> Review:
    number, person, name, start, end, grain, key, label, state, agenda, notes, private, *rest = row
    created, started, closed, skill, evidence, praise, wellbeing = rest
    try:
        points = tuple_from_json(AgendaItem, agenda)
        period = Period(date.fromisoformat(start), date.fromisoformat(end), grain, key, label)
        shown = _evidence(db, from_json(_KeptEvidence, evidence)) if evidence else Evidence()
    except ValueError:
        raise damaged(db.path) from None
    scope = Scope("rep", name, person)
    return Review(
        number, scope, Question(period, scope), state, points, notes, private, commitments, created, started,
        closed, steps, skill, shown, praise, wellbeing,
    )  # fmt: skip


def _evidence(db: Database, kept: _KeptEvidence) -> Evidence:
    own = "SELECT coalesce(d.merged_into, d.id) FROM deals d JOIN sources s ON s.id = d.source_id"
    sql = f"{own} WHERE s.name=? AND d.key=?"
    deal = db.one(sql, (kept.deal_source, kept.deal_key)) if kept.deal_key else None
    return Evidence(kept.kpi_id, int(deal or 0), kept.name)


def _kept_evidence(db: Database, shown: Evidence, before: str) -> str:
    """What shows a skill as it is kept; a deal that an undo took away stays named until something else is chosen."""
    if shown == Evidence():
        return ""
    kept = from_json(_KeptEvidence, before) if before else _KeptEvidence()
    if before and not shown.deal_id and not shown.kpi_id and kept.name == shown.name:
        return before
    if is_part_of(db, (kept.deal_source, kept.deal_key), shown.deal_id):
        return to_json(replace(kept, kpi_id=shown.kpi_id))
    source, key = source_and_key(db, shown.deal_id)
    name = shown.name or (deal_name(db, shown.deal_id) if shown.deal_id else "")
    return to_json(_KeptEvidence(shown.kpi_id, source, key, name))


def _commitment(row: Sequence[Any]) -> Commitment:
    text, due, *rest = row
    return Commitment(text, date.fromisoformat(due), *rest)


def add_review(db: Database, person_id: int, period: Period, day: date | None) -> int:
    """Begin a one-on-one with a person about a period; gives its number.

    `day` is the day on which it was asked for; None for a draft that is only looked at.
    """
    days = (period.start.isoformat(), period.end.isoformat())
    asked = day.isoformat() if day is not None else ""
    values = (person_id, name_of(db, "rep", person_id), *days, period.grain, period.key, period.label, asked)
    sql = (
        "INSERT INTO reviews(person_id, held_with, start, end, grain, key, label, created_at, state, agenda, notes,"
        " started_at, closed_at, sheet_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'draft', '[]', '', '', '', '')"
    )
    with db.writing("one-on-one", f"with {person_id}", numbers=False):
        note_uncarried(db)
        number = int(db.connection.execute(sql, values).lastrowid or 0)
        take_up(db, number, _names_of(db, person_id) or [values[1]])
        return number


def ask_for_review(db: Database, review_id: int, day: date) -> None:
    """Say on which day a one-on-one that was only looked at was asked for, or first typed into."""
    with db.writing(numbers=False):
        db.run("UPDATE reviews SET created_at=? WHERE id=? AND created_at=''", (day.isoformat(), review_id))


def _names_of(db: Database, person_id: int) -> list[str]:
    return [folded(text) for (text,) in db.rows("SELECT value FROM person_aliases WHERE person_id=? ORDER BY id",
                                                (person_id,))]  # fmt: skip


def is_theirs(db: Database, review_id: int) -> bool:
    """Whether a one-on-one lies with somebody who bears the name it was held with."""
    sql = "SELECT person_id, held_with, p.name FROM reviews r JOIN people p ON p.id = person_id WHERE r.id=?"
    rows = db.rows(sql, (review_id,))
    return any(name in (_names_of(db, person) or [folded(shown)]) for person, name, shown in rows)


def credited_names(db: Database, value_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """Under which names, as the files spell them and as they are compared, values of deals credit people."""
    sql = (
        "SELECT x.id, a.value FROM json_each(?) j JOIN deal_values x ON x.id = j.value"
        " JOIN person_aliases a ON a.id IN (x.owner, x.created_by)"
        " OR a.id IN (SELECT o.owner FROM deal_value_owners o WHERE o.value_id = x.id)"
    )
    found: dict[int, frozenset[str]] = {}
    for value, text in db.rows(sql, (to_json([int(one) for one in value_ids]),)):
        found[value] = found.get(value, frozenset()) | {folded(text)}
    return found


def keep_review(db: Database, review: Review) -> None:
    """Keep what was typed into a one-on-one that is not closed; its period too."""
    period, number = review.question.period, review.id
    days = (period.start.isoformat(), period.end.isoformat())
    values = (*days, period.grain, period.key, period.label, to_json(review.agenda), review.notes)
    shown = _kept_evidence(db, review.evidence, str(db.one("SELECT evidence FROM reviews WHERE id=?", (number,)) or ""))
    typed = (review.skill, shown, review.praise, review.wellbeing)
    sql = "start=?, end=?, grain=?, key=?, label=?, agenda=?, notes=?, skill=?, evidence=?, praise=?, wellbeing=?"
    with db.writing(numbers=False):
        db.run(f"UPDATE reviews SET {sql} WHERE id=?", (*values, *typed, number))
        db.run("INSERT OR REPLACE INTO private_notes VALUES (?, ?)", (number, review.private))
        _keep_commitments(db, number, review.commitments)
        keep_steps(db, number, review.next_steps)
        _log_once_a_day(db, f"typed {number}")


def _log_once_a_day(db: Database, detail: str) -> None:
    """Saving as typed would fill the log; one entry a day tells that a backup is due."""
    newest = db.rows("SELECT substr(at, 1, 10), detail FROM audit ORDER BY id DESC LIMIT 1")
    if newest != [(now()[:10], detail)]:
        db.log("one-on-one", detail)


def _keep_commitments(db: Database, review_id: int, given: tuple[Commitment, ...]) -> None:
    known = {number for (number,) in db.rows("SELECT id FROM commitments WHERE review_id=?", (review_id,))}
    for number in known - {one.id for one in given}:
        db.run("DELETE FROM commitments WHERE id=?", (number,))
    for place, one in enumerate(given):
        number = one.id if one.id in known else _new_commitment(db, review_id)
        values = (place, one.text, one.due.isoformat(), one.owner, one.kpi_id, one.stage, one.overruled, one.reason)
        sql = "place=?, text=?, due=?, owner=?, kpi_id=?, stage=?, overruled=?, reason=?"
        db.run(f"UPDATE commitments SET {sql} WHERE id=?", (*values, number))
        link_deal(db, number, one.deal_id)


def _new_commitment(db: Database, review_id: int) -> int:
    sql = (
        "INSERT INTO commitments(review_id, place, text, due, owner, kpi_id, deal_source, deal_key, deal_name,"
        " stage, was, reason) VALUES (?, 0, '', '', 'rep', '', '', '', '', '', '', '')"
    )
    return int(db.connection.execute(sql, (review_id,)).lastrowid or 0)


def keep_start(db: Database, sheet: Sheet) -> None:
    """Seal the sheet of a one-on-one that starts."""
    stamp = sheet.review.started_at
    day = sheet.as_of.isoformat() if sheet.as_of else None
    with db.writing("one-on-one", f"started {sheet.review.id}", numbers=False):
        db.run("UPDATE reviews SET state='started', started_at=?, data_date=? WHERE id=?",
               (stamp, day, sheet.review.id))  # fmt: skip
        _keep_sheet(db, sheet)


def keep_close(db: Database, sheet: Sheet, was: dict[int, str]) -> None:
    """Freeze the sheet of a one-on-one for good; `was` is how things stand with each commitment, by its number."""
    number = sheet.review.id
    settled = [(number, one.commitment.id) for one in sheet.promises if one.settlement.state not in UNSETTLED]
    with db.writing("one-on-one", f"closed {number}", numbers=False):
        db.run("UPDATE reviews SET state='closed', closed_at=? WHERE id=?", (sheet.review.closed_at, number))
        db.connection.executemany("UPDATE commitments SET settled_in=? WHERE id=?", settled)
        db.connection.executemany("UPDATE commitments SET was=? WHERE id=?", [(text, at) for at, text in was.items()])
        _keep_sheet(db, sheet)


def _keep_sheet(db: Database, sheet: Sheet) -> None:
    """Private notes stay in their own table, wellbeing stays with what was typed: who copies a sheet copies neither."""
    seal(db, "review", sheet.review.id, replace(sheet, review=replace(sheet.review, private="", wellbeing="")))


def load_sheet(db: Database, review_id: int) -> Sheet:
    """The sheet of a started or closed one-on-one, as it was when that happened.

    Raises:
        UserError: there is none, or it is damaged.
    """
    sealed = sealed_sheet(db, "review", review_id, Sheet)
    private = str(db.one("SELECT text FROM private_notes WHERE review_id=?", (review_id,)) or "")
    wellbeing = str(db.one("SELECT wellbeing FROM reviews WHERE id=?", (review_id,)) or "")
    return replace(sealed, review=replace(sealed.review, private=private, wellbeing=wellbeing))


def last_data_date(db: Database, person_id: int) -> date | None:
    """The newest data date of the closed one-on-ones with a person that lies before the present data.

    It may be that of the present data where no file of deals was imported since that meeting started.
    """
    present = "SELECT max(data_date) FROM imports WHERE kind='deals'"
    started = "SELECT max(id) FROM audit WHERE action='one-on-one' AND detail='started ' || r.id"
    later = (
        "SELECT 1 FROM audit a JOIN imports i ON i.kind='deals' AND i.file_name = a.detail"
        f" WHERE a.action='import' AND a.id > ({started})"
    )
    sql = (
        "SELECT max(data_date) FROM reviews r WHERE person_id=? AND state='closed'"
        f" AND (data_date < ({present}) OR (data_date = ({present}) AND NOT EXISTS ({later})))"
    )
    return _day(db.one(sql, (person_id,)))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def has_met(db: Database, person_id: int) -> bool:
    """Whether there is a closed one-on-one with a person."""
    return bool(db.one("SELECT count(*) FROM reviews WHERE person_id=? AND state='closed'", (person_id,)))


def months_met(db: Database, person_id: int, but: int) -> frozenset[str]:
    """The local months ("2026-09") in which a person was met, but for one meeting."""
    sql = "SELECT substr(closed_at, 1, 7) FROM reviews WHERE person_id=? AND state='closed' AND id<>?"
    return frozenset(month for (month,) in db.rows(sql, (person_id, but)))


def open_commitments(db: Database, person_id: int) -> tuple[Made, ...]:
    """What was promised in closed meetings with a person, oldest first, without what was settled there by hand.

    What the data had settled is among them, for the import that settled it may have been undone.
    """
    settled = "(SELECT s.closed_at FROM reviews s WHERE s.id = settled_in)"
    more = f", closed_at, data_date, deal_name, was, {settled}"
    sql = _COMMITMENTS.replace(" FROM commitments c", f"{more} FROM commitments c JOIN reviews r ON r.id = review_id")
    is_open = "(settled_in IS NULL OR overruled IS NULL)"
    where = f" WHERE person_id=? AND state='closed' AND {is_open} ORDER BY review_id, place"
    return tuple(
        Made(_commitment(row), date.fromisoformat(closed[:DAY]), _day(day), deal, was, _day(done and done[:DAY]))
        for *row, closed, day, deal, was, done in db.rows(sql + where, (person_id,))
    )


def overrule(db: Database, commitment_id: int, state: Settled | None, reason: str) -> None:
    """Keep the manager's own verdict on a commitment, or take it back.

    One that an earlier meeting showed settled, and the data do not any more, is settled anew by the next.

    Raises:
        UserError: there is no such commitment.
    """
    with db.writing("one-on-one", f"overruled {commitment_id}", numbers=False):
        if not db.run("UPDATE commitments SET overruled=?, reason=? WHERE id=?", (state, reason, commitment_id)):
            raise UserError("There is no such commitment.", "Choose one from the list.")
        if state is not None:
            db.run("UPDATE commitments SET settled_in=NULL WHERE id=?", (commitment_id,))


def delete_review(db: Database, review_id: int) -> None:
    """Forget a one-on-one that was never started."""
    with db.writing("one-on-one", f"deleted {review_id}", numbers=False):
        put_aside(db, review_id)
        for table in ("commitments", "private_notes", "review_deals", "preparations"):
            db.run(f"DELETE FROM {table} WHERE review_id=?", (review_id,))
        db.run("UPDATE coaching_goals SET made_in=NULL WHERE made_in=?", (review_id,))
        db.run("DELETE FROM reviews WHERE id=?", (review_id,))
