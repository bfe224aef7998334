"""One measure in SQL: its records with the share of each that counts, then what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from kpidesk.core.fields import Kind
from kpidesk.core.wording import capital
from kpidesk.language.sql import deals, records
from kpidesk.language.sql.accounts import AT_EDGE, accounts_at, edge_day
from kpidesk.language.sql.asked import Asked, cannot, edge_of
from kpidesk.language.sql.conditions import Reading, Said, condition, value
from kpidesk.language.sql.making import Making
from kpidesk.language.sql.needed import REVENUE, names_read
from kpidesk.language.sql.people import people_on
from kpidesk.language.sql.worktime import free_days
from kpidesk.language.sql.writing import every, named, number, quoted
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import Leaf, On
from kpidesk.language.walk import needs_rows
from kpidesk.language.words import leaf_words

PLANNED = frozenset(("close_date", "next_activity_at", "scheduled_at", "term_end_at", "period_at"))
"""Dates that lie ahead by nature: they count beyond the newest data too."""
_MIDDLE = "nth IN ((n + 1) / 2, (n + 2) / 2)"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the records of a measure are read: a relation as `r`, its key, the day of credit, and which days count."""

    relation: str
    key: str
    day: str
    within: tuple[str, ...]


def measure(making: Making, leaf: Leaf, asked: Asked, place: int) -> str:
    """The part that holds the value and n of a measure; `place` numbers it."""
    if why := making.known.refusal(leaf, asked):
        raise cannot(why)
    source = _source(making, leaf, asked, place)
    reading = _reading(making, leaf, asked)
    argument = None if leaf.argument is None else value(leaf.argument, reading)
    rows = _rows(making, leaf, asked, source, reading, argument, place)
    return making.parts.add(
        f"m{place}", f"{_what(leaf)}: what they come to.", _totalled(leaf, rows, argument, making.known.scale)
    )


def _what(leaf: Leaf) -> str:
    words = leaf_words(leaf)
    return capital(words)


def _source(making: Making, leaf: Leaf, asked: Asked, place: int) -> Source:
    if isinstance(leaf.dated, On):
        return _dated(making, leaf, leaf.dated.field, asked, place)
    moment = asked.edge or leaf.dated.moment
    if leaf.table == "accounts":
        day = edge_day(making, "subscriptions", asked, moment)
        return Source(accounts_at(making, f"accounts_{place}", asked, f"(SELECT {day})"), "account_id", "r.day", ())
    day = edge_day(making, "deals", asked, moment)
    if leaf.table == "people":
        return Source(people_on(making, f"people_{place}", day, asked), "person", "r.day", ())
    if leaf.table != "deals":
        records.relation(making, leaf.table)
        raise cannot(f"the state of {TABLES[leaf.table].noun} on a day is worked out, not stored")
    edge = edge_of(asked, making.known.calendar, moment)
    return Source(deals.deals_on(making, f"deals_{place}", day, edge), "deal_id", "r.day", ())


def _dated(making: Making, leaf: Leaf, field: str, asked: Asked, place: int) -> Source:
    if leaf.table == "people":
        raise cannot("people are counted as of a day")
    if leaf.table == "accounts" and names_read(leaf) & REVENUE:
        relation = accounts_at(making, f"accounts_{place}", asked, "NULL")
    else:
        relation = records.relation(making, leaf.table)
    calendar = making.known.calendar
    day, first, end = _column(field), calendar.first_day(asked), calendar.end_day(asked)
    within = [f"{day} >= {quoted(first.isoformat())}", f"{day} < {quoted(end.isoformat())}"]
    if field.rpartition(".")[2] not in PLANNED:
        within.append(f"{day} <= {making.newest(_home(leaf.table, field))}")
    return Source(relation, records.key_of(leaf.table), day, tuple(within))


def _home(table: str, field: str) -> Kind:
    """The kind of record whose files tell of a field."""
    way, _, rest = field.partition(".")
    if rest:
        return _home(TABLES[table].belongs_to[way], rest)
    return "deals" if (table, field) == ("accounts", "first_won_at") else cast("Kind", table)


def _column(field: str) -> str:
    """The column of a field, of the record itself or of one it belongs to, which is joined under the way to it."""
    way, _, rest = field.partition(".")
    if "." in rest or rest in REVENUE:
        raise cannot(f"'{field}' goes by more than one other record")
    return f"{way}.{rest}" if rest else f"r.{named(field)}"


def _reading(making: Making, leaf: Leaf, asked: Asked) -> Reading:
    def stamp(field: str) -> str:
        way, _, rest = field.partition(".")
        table = TABLES[leaf.table].belongs_to[way] if rest else leaf.table
        column = records.stamp_column(table, rest or field)
        return f"{way if rest else 'r'}.{column}" if column else ""

    def column(field: str) -> str:
        """At another edge than its own a measure reads the revenue of that edge."""
        moved = asked.edge is not None and moment and leaf.table == "accounts" and field == AT_EDGE[moment]
        return _column(AT_EDGE[asked.edge] if moved and asked.edge else field)

    moment = "" if isinstance(leaf.dated, On) else leaf.dated.moment
    kinds: dict[str, Kind] = {"people": "deals", "accounts": "subscriptions"}
    kind = kinds.get(leaf.table) or cast("Kind", leaf.table)
    return Reading(making.known, asked, lambda: making.newest(kind), column, stamp, lambda: free_days(making), moment)


def _rows(
    making: Making, leaf: Leaf, asked: Asked, source: Source, reading: Reading, argument: Said | None, place: int
) -> str:
    """The records that count, each once with its share and the value of the argument."""
    joins = [_reached(making, leaf.table, way) for way in sorted(_ways(leaf))]
    conditions = [*source.within]
    if leaf.where is not None:
        conditions.append(condition(leaf.where, reading))
    share, group = "1.0", ""
    if asked.scope.kind != "org":
        if leaf.table == "costs" and not making.known.is_plain:
            raise cannot("SQL knows small and capital letters of plain English words only")
        joins.append(_credit(making, leaf, source))
        conditions.append(_whose(making, leaf, asked, source.day))
        share = "sum(o.share)" if leaf.table == "deals" else "1.0"
        group = f"\nGROUP BY r.{source.key}" if leaf.table == "deals" else ""
    x = "" if argument is None else f", {_argument(leaf, argument, making)} AS x"
    joined = "".join(f"\n{one}" for one in joins if one)
    where = f"\nWHERE {every(conditions, '  ')}" if conditions else ""
    return making.parts.add(
        f"rows_{place}",
        f"{_what(leaf)}: the records, each with the share of it that counts.",
        f"SELECT r.{source.key}, {share} AS share{x}\nFROM {source.relation} r{joined}{where}{group}",
    )


def _ways(leaf: Leaf) -> set[str]:
    return {name.partition(".")[0] for name in names_read(leaf) if "." in name}


def _reached(making: Making, table: str, way: str) -> str:
    target = TABLES[table].belongs_to[way]
    return f"LEFT JOIN {records.relation(making, target)} {way} ON {way}.{records.key_of(target)} = r.{way}"


def _credit(making: Making, leaf: Leaf, source: Source) -> str:
    if leaf.table == "people":
        return ""
    field = leaf.dated.field if isinstance(leaf.dated, On) else ""
    if leaf.table != "deals":
        return records.credit_join(making, leaf.table, field or "day", source.relation)
    if "." in field and leaf.credit not in ("current", "opener"):
        raise cannot("whose a deal was on the date of another record is not stored")
    return deals.credit_join(making, leaf.credit, field)


def _whose(making: Making, leaf: Leaf, asked: Asked, day: str) -> str:
    """That whoever is credited with a record counts for the scope on a day."""
    person = "r.person" if leaf.table == "people" else "o.person"
    if asked.scope.kind == "rep":
        return f"{person} = {asked.scope.id}"
    if asked.scope.kind == "unassigned" and asked.by_rep:
        return f"{person} IS NULL"
    member = (
        f"EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = {person}\n"
        f"              AND m.valid_from <= {day} AND {day} < m.valid_to"
    )
    if asked.scope.kind == "unassigned":
        borne = " AND (o.person IS NOT NULL OR r.team IS NULL)" if leaf.table == "costs" else ""
        return f"NOT {member}){borne}"
    team = f"(SELECT id FROM {_team(making, asked)})"
    found = f"{member} AND m.team_id IN {team})"
    return f"({found} OR o.person IS NULL AND r.team IN {team})" if leaf.table == "costs" else found


def _team(making: Making, asked: Asked) -> str:
    making.parts.is_recursive = True
    name = f"team_{asked.scope.id}"
    return making.parts.add(
        name, f"The team {' '.join(asked.scope.name.split())} and the teams below it.",
        f"SELECT {asked.scope.id} AS id\nUNION\nSELECT t.id FROM teams t JOIN {name} a ON t.parent_id = a.id",
    )  # fmt: skip


def _argument(leaf: Leaf, argument: Said, making: Making) -> str:
    if leaf.aggregate == "count_distinct" and argument.sort == "word":
        if not making.known.is_plain:
            raise cannot("SQL knows small and capital letters of plain English words only")
        return f"lower({argument.sql})"
    return argument.sql


def _totalled(leaf: Leaf, rows: str, argument: Said | None, scale: int) -> str:
    factor = number(scale ** abs(argument.money)) if argument is not None and argument.money else ""
    turn = "" if not factor else f" {'/' if argument is not None and argument.money > 0 else '*'} {factor}.0"
    match leaf.aggregate:
        case "count":
            return f"SELECT coalesce(sum(share), 0) AS value, coalesce(sum(share), 0) AS n FROM {rows}"
        case "sum" if needs_rows(leaf):
            return f"SELECT sum(share * coalesce(x, 0)){turn} AS value, coalesce(sum(share), 0) AS n FROM {rows}"
        case "sum":
            return f"SELECT coalesce(sum(share * x), 0){turn} AS value, coalesce(sum(share), 0) AS n FROM {rows}"
        case "count_distinct":
            return f"SELECT count(DISTINCT x) AS value, count(DISTINCT x) AS n FROM {rows}"
        case "avg" | "min" | "max":
            return f"SELECT {leaf.aggregate}(x){turn} AS value, count(x) AS n FROM {rows}"
    inner = f"SELECT x, row_number() OVER (ORDER BY x) AS nth, count(*) OVER () AS n FROM {rows} WHERE x IS NOT NULL"
    if leaf.aggregate == "median":
        return f"SELECT avg(x){turn} AS value, coalesce(max(n), 0) AS n\nFROM ({inner})\nWHERE {_MIDDLE}"
    spot = f"abs(nth - 1 - {number(leaf.rank)} * (n - 1))"
    return f"SELECT sum(x * (1 - {spot})){turn} AS value, coalesce(max(n), 0) AS n\nFROM ({inner})\nWHERE {spot} < 1"
