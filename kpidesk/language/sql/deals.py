"""Deals in SQL: every version of them, what they came to, how they stand now or on a day, and whose they were then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kpidesk.core.fields import FIELD_BY_NAME
from kpidesk.language.sql.asked import cannot
from kpidesk.language.sql.making import Making, link_join, stored
from kpidesk.language.sql.money import converted
from kpidesk.language.sql.needed import needs
from kpidesk.language.sql.stage_limits import stage_limit
from kpidesk.language.sql.writing import FOREVER, listed, named
from kpidesk.language.tree import Credit

_SEEN = "max(v.valid_from, d.first_seen)"  # the first version is in force from '', that is from ever
_PLAIN = (
    "v.deal_id", "v.value_id", "v.valid_from AS since", "v.valid_to AS until", f"{_SEEN} AS seen", "d.first_seen",
    "d.missing_from", "x.created_at", "x.close_date", "x.closed_at",
    "coalesce(a.outcome, b.outcome, 'open') AS outcome",
)  # fmt: skip
_CLOSED_ON = "CASE WHEN outcome IN ('won', 'lost') THEN coalesce(closed_at, close_date) END AS closed_on"
_OUTCOME_SINCE = "min(since) OVER (PARTITION BY deal_id, outcome) AS outcome_since"
_OVER_VERSIONS = {
    "push_count": (
        "x.close_date > lag(x.close_date) OVER past AS is_push",
        "coalesce(sum(is_push) OVER (PARTITION BY deal_id ORDER BY seen), 0) AS push_count",
    ),
    "stage_entered_at": (
        "x.stage_entered_at,\n         "
        f"CASE WHEN x.stage IS NOT lag(x.stage, 1, -1) OVER past THEN {_SEEN} END AS moved_on",
        "coalesce(stage_entered_at, max(moved_on) OVER (PARTITION BY deal_id ORDER BY seen)) AS stage_since",
    ),
    "created_amount": (
        "",
        "first_value(amount) OVER (PARTITION BY deal_id ORDER BY amount IS NULL, seen) AS created_amount,\n       "
        "first_value(currency_term) OVER (PARTITION BY deal_id ORDER BY amount IS NULL, seen) AS created_currency",
    ),
}
"""Fields told over all versions of a deal: what each version notes for them, and what comes of the notes."""
_MADE = {
    "created_amount": "h.created_amount", "push_count": "h.push_count", "stage_entered_at": "h.stage_since",
}  # fmt: skip
"""Fields that are worked out, and what each is in a row of deals."""
_STATED = {"closed_at": "h.closed_on", "stage_entered_at": "h.stage_since", "final_closed_at": ""}
"""What a version states as the date of an event, where that is no field as the file has it."""


_ENDINGS = frozenset(("outcome", "closed_at", "final_outcome", "final_closed_at"))
_ANYWAY = frozenset(("created_at", "close_date", "closed_at"))
_NO_COLUMNS = frozenset(("deal_id", "stall_days", "stage_limit"))
_MONEY = frozenset(("created_amount", *(one.name for one in FIELD_BY_NAME["deals"].values() if one.kind == "money")))


def _read(making: Making) -> list[str]:
    """The stored fields of deals that a statement needs besides the dates."""
    fields = needs(making.needed, "deals") - _MADE.keys() - _ENDINGS - _ANYWAY - _NO_COLUMNS
    return sorted(fields | ({"amount"} if "created_amount" in needs(making.needed, "deals") else set()))


def history(making: Making) -> str:
    """Every version of every deal with what it says."""
    read = _read(making)
    over = [_OVER_VERSIONS[name] for name in sorted(needs(making.needed, "deals") & _OVER_VERSIONS.keys())]
    plain = [*_PLAIN, "x.currency AS currency_term"] if _MONEY & needs(making.needed, "deals") else [*_PLAIN]
    if "stage_limit" in needs(making.needed, "deals"):
        plain += ["x.stage AS stage_term", "coalesce(x.pipeline, 0) AS pipeline_term"]
    found = [
        *plain,
        *(f"{stored('deals', name)} AS {named(name)}" for name in read),
        *(noted for noted, _ in over if noted),
    ]
    made = [_CLOSED_ON, _OUTCOME_SINCE, *(told for _, told in over)]
    _meanings(making)
    links = "".join(f"\n  {join}" for name in read if (join := link_join(making, "deals", name)))
    return making.parts.add(
        "history",
        "Every version of every deal: in force from `since` until the day before `until`, first seen on `seen`.",
        f"SELECT *,\n       {listed(made, '       ')}\nFROM (\n  SELECT {listed(found, '         ')}\n"
        "  FROM deal_versions v JOIN deals d ON d.id = v.deal_id JOIN deal_values x ON x.id = v.value_id\n"
        "  LEFT JOIN meanings a ON a.term = x.status LEFT JOIN meanings b ON b.term = x.stage"
        f"{links}\n  WINDOW past AS (PARTITION BY v.deal_id ORDER BY v.valid_from)\n)",
    )


def _meanings(making: Making) -> None:
    making.parts.add(
        "meanings",
        "What the words of stages and statuses mean: open, won, lost or ignore.",
        "SELECT t.id AS term, o.outcome FROM terms t JOIN outcomes o ON o.field = t.field AND o.value = t.value",
    )


_CREATED = "coalesce(h.created_at, h.first_seen)"
_LIFE = f"""{_CREATED} AS exists_from,
       coalesce(h.missing_from, {FOREVER}) AS missing_from,
       CASE WHEN h.outcome = 'open' THEN {FOREVER} ELSE coalesce(h.closed_on, h.outcome_since) END AS shut_from
FROM history h
WHERE h.until = {FOREVER} AND h.outcome <> 'ignore'
GROUP BY h.deal_id"""
"""From when to when a deal is there, told from its newest version.

Each deal stands once anyway; the GROUP BY lets SQLite see it and join by an index, which is 20 times as fast.
"""


def _columns(making: Making, endings: Mapping[str, str], day: str, created: str) -> list[str]:
    """The columns of deals; `endings` says what outcome and closing day are, now and in the end.

    Money is converted at the rate of the `day`, or that of the day a deal was `created` on.
    """
    needed = needs(making.needed, "deals")
    money = {
        name: converted(making, f"h.{name}", "h.currency_term", day, created) for name in needed & _MONEY - _MADE.keys()
    }
    first = converted(making, "h.created_amount", "h.created_currency", created, created)
    made = [f"{first if name == 'created_amount' else _MADE[name]} AS {name}" for name in sorted(needed & _MADE.keys())]
    kept = [
        f"{money[name]} AS {name}" if name in money else f"h.{named(name)}"
        for name in sorted(needed - _MADE.keys() - _ENDINGS - _NO_COLUMNS)
    ]
    ended = [f"{sql} AS {name}" for name, sql in endings.items() if name in needed]
    return ["h.deal_id", "h.value_id", *ended, *kept, *made]


def deals_now(making: Making) -> str:
    """Every deal as the newest file has it."""
    history(making)
    now, closed = "h.outcome", "h.closed_on"
    endings = {"outcome": now, "closed_at": closed, "final_outcome": now, "final_closed_at": closed}
    shut = f"max(coalesce(h.closed_on, h.outcome_since), {_CREATED})"
    day = f"CASE WHEN h.outcome = 'open' THEN {making.newest('deals')} ELSE {shut} END"
    columns = [*_columns(making, endings, day, _CREATED), "h.value_id AS newest_value", _LIFE]
    return making.parts.add(
        "deals_now",
        "Every deal as the newest file has it, and from when to when it is there.",
        f"SELECT {listed(columns, '       ')}",
    )


def deals_on(making: Making, name: str, day: str, edge: date) -> str:
    """Every deal as the version in force at the close of a day has it; `day` is SQL, the earlier of `edge` and now."""
    ends = _ends(making)
    endings = {
        "outcome": "CASE WHEN d.day < e.shut_from THEN 'open' ELSE e.final_outcome END",
        "closed_at": "CASE WHEN d.day >= e.shut_from THEN e.final_closed_at END",
        "final_outcome": "e.final_outcome",
        "final_closed_at": "e.final_closed_at",
    }
    rated = "CASE WHEN d.day < e.shut_from THEN d.day ELSE max(e.shut_from, e.exists_from) END"
    columns = ["d.day", *_columns(making, endings, rated, "e.exists_from"), "e.exists_from", "e.newest_value"]
    limits = ""
    if "stage_limit" in needs(making.needed, "deals"):
        limit, limits = stage_limit(making, name, edge)
        columns.append(f"{limit} AS stage_limit")
    return making.parts.add(
        name,
        "Every deal as the version in force on that day has it: open until the day it closed.",
        f"""
SELECT {listed(columns, "       ")}
FROM (SELECT {day} AS day) d
JOIN {ends} e ON e.exists_from <= d.day AND (d.day < e.missing_from OR d.day >= e.shut_from)
JOIN history h ON h.deal_id = e.deal_id AND h.since <= d.day AND d.day < h.until{limits}""",
    )


def _ends(making: Making) -> str:
    history(making)
    columns = ["h.deal_id", "h.value_id AS newest_value", "h.outcome AS final_outcome",
               "h.closed_on AS final_closed_at", _LIFE]  # fmt: skip
    return making.parts.add(
        "deal_ends",
        "What every deal came to by the newest file, and from when to when it is there.",
        f"SELECT {listed(columns, '       ')}",
    )


def credit_join(making: Making, credit: Credit, field: str) -> str:
    """The joins that give rows `r` of deals their people `o.person` with a share each, on the day under `field`.

    Without a field rows stand for the version in force already.
    """
    people = _creators(making) if credit == "creator" else _owners(making)
    if credit == "current":
        return f"JOIN {people} o ON o.value_id = r.newest_value"
    if credit == "opener":
        return (
            "JOIN history b ON b.deal_id = r.deal_id AND b.since <= r.exists_from AND r.exists_from < b.until\n"
            f"JOIN {people} o ON o.value_id = b.value_id"
        )
    if not field:
        return f"JOIN {people} o ON o.value_id = r.value_id"
    decider = _deciding(making, field)
    return f"JOIN {decider} c ON c.deal_id = r.deal_id\nJOIN {people} o ON o.value_id = c.value_id"


def _deciding(making: Making, field: str) -> str:
    known = FIELD_BY_NAME["deals"].get(field)
    if field not in _STATED and (known is None or known.kind != "date"):
        raise cannot(f"'{field}' of deals is no date of theirs")
    stated = _STATED.get(field, f"h.{field}")
    states = f"{stated} = r.{field} OR " if stated else ""
    return making.parts.add(
        f"deciding_{field}",
        f"Which version tells whose a deal was on {field}: the one of that day, or the first later one that knows it.",
        f"""
SELECT deal_id, value_id
FROM (
  SELECT r.deal_id, h.value_id, row_number() OVER (PARTITION BY r.deal_id ORDER BY h.since) AS place
  FROM {deals_now(making)} r JOIN history h ON h.deal_id = r.deal_id AND h.until > r.{field}
  WHERE {states}h.until = {FOREVER}
)
WHERE place = 1""",
    )


def _owners(making: Making) -> str:
    return making.parts.add(
        "owners",
        "Who owns a deal by each of its values, with their shares; nobody where no person is linked.",
        """
SELECT s.value_id, p.id AS person, s.share / 1000000.0 AS share
FROM deal_value_owners s
LEFT JOIN person_aliases a ON a.id = s.owner LEFT JOIN people p ON p.id = a.person_id
UNION ALL
SELECT x.id, p.id, 1.0
FROM deal_values x
LEFT JOIN person_aliases a ON a.id = x.owner LEFT JOIN people p ON p.id = a.person_id
WHERE x.id NOT IN (SELECT value_id FROM deal_value_owners)""",
    )


def _creators(making: Making) -> str:
    return making.parts.add(
        "creators",
        "Who created a deal by each of its values.",
        """
SELECT x.id AS value_id, p.id AS person, 1.0 AS share
FROM deal_values x
LEFT JOIN person_aliases a ON a.id = x.created_by LEFT JOIN people p ON p.id = a.person_id""",
    )
