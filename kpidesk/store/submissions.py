"""Forecasts that were given in the app, frozen, and those that files brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kpidesk.core.periods import Period
from kpidesk.core.records import minor_digits, to_minor
from kpidesk.core.submissions import Known, Submission
from kpidesk.store.database import Database, damaged
from kpidesk.store.frozen import digest_of, packed, unpacked
from kpidesk.store.reviews import DAY
from kpidesk.store.scopes import Names, period_of, scope_names, scope_of

_COLUMNS = (
    "scope_kind, scope_id, start, end, grain, key, label, commit_amount, best_amount, pipeline_amount, currency, note,"
    " submitted_at, data_date, import_id, meeting_id, body, digest"
)


@dataclass(frozen=True, slots=True)
class ImportedForecast:
    """A forecast of a file: whose (person), for the period that begins on `period_start`, in minor units.

    `given_on` is the day it is known from: that of its row, and where a later file changed the row that file's.
    """

    person_id: int
    category: str
    horizon: str
    amount: int
    currency: str
    period_start: date
    given_on: date | None


def add_submission(db: Database, one: Submission, at: str) -> int:
    """Keep a submission for good; gives its number. `at` is the stamp of its moment."""
    body = packed(one.known)
    period, known = one.period, one.known.data_date
    values = (
        one.scope.kind, one.scope.id, period.start.isoformat(), period.end.isoformat(), period.grain, period.key,
        period.label, *(minor_of(amount, one.currency) for amount in (one.commit, one.best_case, one.pipeline)),
        one.currency, one.note, at, known.isoformat() if known else None, one.import_id, one.meeting_id, body,
        digest_of(body),
    )  # fmt: skip
    sql = f"INSERT INTO submissions({_COLUMNS}) VALUES ({', '.join('?' * len(values))})"
    with db.writing("forecast", f"{one.scope.key} {period.key}", numbers=False, references=False):
        return int(db.connection.execute(sql, values).lastrowid or 0)


def next_submission(db: Database) -> int:
    """The number that the next submission will have."""
    return int(db.one("SELECT coalesce(max(id), 0) + 1 FROM submissions"))


def load_submissions(db: Database) -> tuple[Submission, ...]:
    """Every submission of a scope that there is, oldest first.

    Raises:
        UserError: one is not as it was given.
    """
    names = scope_names(db)
    imports = {number for (number,) in db.rows("SELECT id FROM imports")}
    rows = db.rows(f"SELECT id, {_COLUMNS} FROM submissions WHERE scope_id >= 0 ORDER BY id")
    return tuple(_submission(db, row, names, imports) for row in rows)


def _submission(db: Database, row: Sequence[Any], names: Names, imports: set[int]) -> Submission:
    number, kind, scope_id, *rest = row
    *period, commit, best, pipeline, currency, note, at, _, import_id, meeting_id, body, digest = rest
    try:
        if digest_of(body) != digest:
            raise ValueError("changed")
        known = unpacked(Known, body)
    except ValueError:
        raise damaged(db.path) from None
    return Submission(
        number, scope_of(names, kind, scope_id), period_of(*period), major_of(commit, currency),
        major_of(best, currency), major_of(pipeline, currency), currency, note, date.fromisoformat(at[:DAY]), at,
        known, import_id, import_id is not None and import_id not in imports, meeting_id,
    )  # fmt: skip


_IMPORTED = """
SELECT a.person_id, lower(coalesce(t.value, '')), coalesce(h.value, ''), x.amount, upper(coalesce(c.value, '')),
 x.period_at, x.submitted_at, v.valid_from
FROM forecasts f JOIN sources s ON s.id = f.source_id
JOIN forecast_versions v ON v.record_id = f.id JOIN forecast_values x ON x.id = v.value_id
JOIN person_aliases a ON a.id = x.person
LEFT JOIN terms t ON t.id = x.category LEFT JOIN terms h ON h.id = x.horizon LEFT JOIN terms c ON c.id = x.currency
WHERE s.name <> ? AND x.amount IS NOT NULL AND x.period_at IS NOT NULL AND f.first_seen <= ? AND v.valid_from <= ?
ORDER BY v.valid_from, f.id
"""


def imported_forecasts(db: Database, besides: str, as_of: date | None = None) -> tuple[ImportedForecast, ...]:
    """What files tell of the forecasts of people, all but those of one source, with the knowledge of a day."""
    day = as_of.isoformat() if as_of else date.max.isoformat()
    return tuple(
        ImportedForecast(person, category, horizon, amount, currency, date.fromisoformat(start), _given(told, since))
        for person, category, horizon, amount, currency, start, told, since in db.rows(_IMPORTED, (besides, day, day))
    )


def _given(told: str | None, since: str) -> date | None:
    """The later of the day a row tells and the data date from which it told so."""
    return date.fromisoformat(max(told, since)) if told else None


def has_imported_forecasts(db: Database, besides: str, person_id: int, period: Period, horizon: str) -> bool:
    """Whether files, all but those of one source, hold a forecast of a horizon of a person for days of a period."""
    sql = (
        "SELECT 1 FROM forecasts f JOIN sources s ON s.id = f.source_id JOIN forecast_versions v ON v.record_id = f.id"
        " JOIN forecast_values x ON x.id = v.value_id JOIN person_aliases a ON a.id = x.person"
        " JOIN terms h ON h.id = x.horizon"
        " WHERE s.name <> ? AND a.person_id = ? AND x.period_at >= ? AND x.period_at < ? AND h.value = ? LIMIT 1"
    )
    days = (period.start.isoformat(), period.end.isoformat())
    return db.one(sql, (besides, person_id, *days, horizon)) is not None


def minor_of(amount: float, currency: str) -> int:
    """An amount in minor units."""
    return to_minor(Decimal(str(amount)), currency)


def major_of(amount: int, currency: str) -> float:
    """An amount in major units."""
    return float(Decimal(amount).scaleb(-minor_digits(currency)))
