"""Which role, territory and motion people had, and which share of full time they worked, since when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import eq
from typing import Any, Literal

from kpidesk.core.people import FteSince, WordSince
from kpidesk.core.records import MILLION
from kpidesk.core.texts import folded
from kpidesk.store.database import Database
from kpidesk.store.dated import changes, told
from kpidesk.store.names import people_by_name


def words_by_person(db: Database, column: Literal["role", "territory", "motion"]) -> dict[int, tuple[WordSince, ...]]:
    """The roles, territories or motions of each person who had others before, the earliest first, by their number.

    One holds from the day that its row names for the team, else from the day of the data; the first from ever. Where a
    newer file says the same day of the present team again, another one beside it holds from the day of its data.
    """
    found = _by_person(db, column, _NOT_SAID_AGAIN, _same_word)
    return {person: tuple(WordSince(*one) for one in words) for person, words in found.items() if len(words) > 1}


def fte_by_person(db: Database) -> dict[int, tuple[FteSince, ...]]:
    """The shares of full time of each person who was not always full time, the earliest first.

    A share holds from the day that its row names for it, else from the day of the data, the first from ever; that a
    membership began long ago does not say since when. Only one that is still to begin brings its share with it.
    """
    since = "coalesce(fte_from, CASE WHEN valid_from > data_date THEN valid_from END)"
    found = _by_person(db, "fte", since, eq)
    return {
        person: tuple(FteSince(start, share / MILLION) for start, share in shares)
        for person, shares in found.items()
        if any(share != MILLION for _, share in shares)
    }


_NOT_SAID_AGAIN = """CASE
    WHEN valid_from IS max(valid_from) FILTER (WHERE valid_from <= data_date) OVER (PARTITION BY import_id, person)
    AND data_date > min(data_date) OVER (PARTITION BY person, valid_from) THEN NULL ELSE valid_from END"""
"""The day of a row for its team, none where it is that of the present team and was known before."""


def _same_word(one: str, other: str) -> bool:
    return folded(one) == folded(other)


def _by_person(
    db: Database, column: str, since: str, same: Callable[[Any, Any], bool]
) -> dict[int, list[tuple[date, Any]]]:
    """What rows about people say in a column, from which day on, by the number of the person.

    Of the rows of one file the one of the latest first day in a team counts last, of those of one day the last line.
    """
    known, found = people_by_name(db), dict[int, dict[date, Any]]()
    sql = (
        f"SELECT email, person, external_id, {column}, {since}, data_date FROM people_rows"
        f" JOIN imports ON id = import_id WHERE {column} IS NOT NULL AND person <> ''"
        " ORDER BY data_date, import_id, coalesce(valid_from, ''), line"
    )
    for *texts, value, start, day in db.rows(sql):
        person = next((known[key] for text in texts if text and (key := folded(text)) in known), 0)
        if person:
            found[person] = told(found.get(person, {}), value, start, date.fromisoformat(day), same)
    return {person: changes(values, same) for person, values in found.items()}
