"""The tables of a workspace as the imports up to a past day had filled them, under the names that they have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kpidesk.language.sql.asked import Past
from kpidesk.language.sql.writing import FOREVER, Parts, quoted

_RECORDS = {
    "deal_versions": ("deals", "deal_id"), "account_record_versions": ("account_records", "record_id"),
    "activity_versions": ("activities", "record_id"), "lead_versions": ("leads", "record_id"),
    "subscription_versions": ("subscriptions", "record_id"), "movement_versions": ("movements", "record_id"),
    "contract_versions": ("contracts", "record_id"), "survey_versions": ("surveys", "record_id"),
    "cost_versions": ("costs", "record_id"), "forecast_versions": ("forecasts", "record_id"),
    "holiday_versions": ("holidays", "record_id"),
}  # fmt: skip
"""By table of versions that of its records, and the column that names these."""
_READ = re.compile(r"\b(?:FROM|JOIN) ([a-z_]+)")


def tables_then(past: Past, bodies: Iterable[str]) -> Parts:
    """The parts that stand for the tables that are read, as they were on the day; each bears the name of its table."""
    parts, day = Parts(), quoted(past.day.isoformat())
    read = {table for body in bodies for table in _READ.findall(body)}
    if "imports" in read:
        words = f"The imports with data up to {past.day.isoformat()}."
        parts.add("imports", words, f"SELECT * FROM main.imports WHERE data_date <= {day}")
    for versions in sorted(read & _RECORDS.keys()):
        records, record = _RECORDS[versions]
        parts.add(
            versions,
            f"The versions that files of the {records.replace('_', ' ')} with data up to that day had told.",
            f"SELECT {record}, valid_from, CASE WHEN valid_to > {day} THEN {FOREVER} ELSE valid_to END AS valid_to,"
            f" value_id\nFROM main.{versions}\nWHERE valid_from <= {day}"
            f" AND {record} IN (SELECT id FROM main.{records} WHERE first_seen <= {day})",
        )
    if "deals" in read:
        _add_deals(parts, past, day)
    return parts


def _add_deals(parts: Parts, past: Past, day: str) -> None:
    missing, join = f"CASE WHEN d.missing_from <= {day} THEN d.missing_from END", ""
    if past.missing:
        parts.add(
            "missing_then",
            "Deals that were in no later file by then, and since when, or that were in the newest one, unlike now.",
            "\nUNION ALL ".join(_missing(past)),
        )
        missing = f"CASE WHEN m.id IS NULL THEN {missing} ELSE m.since END"
        join = " LEFT JOIN missing_then m ON m.id = d.id"
    parts.add(
        "deals",
        "The deals that files with data up to that day had told of.",
        f"SELECT d.id, d.source_id, d.key, d.first_seen, {missing} AS missing_from\n"
        f"FROM main.deals d{join}\nWHERE d.first_seen <= {day}",
    )


def _missing(past: Past) -> Iterator[str]:
    alike: dict[str | None, list[int]] = {}
    for deal, since in past.missing:
        alike.setdefault(since, []).append(deal)
    for since, deals in alike.items():
        day = "NULL" if since is None else quoted(since)
        yield f"SELECT value AS id, {day} AS since FROM json_each('{deals}')"
