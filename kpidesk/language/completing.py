"""What may come next in a formula that is being typed: names, values and words, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Literal, get_args

from kpidesk.core.formula_form import Elapsed
from kpidesk.core.parts import CUSTOM
from kpidesk.language import syntax, units
from kpidesk.language.choosing import operators_for
from kpidesk.language.cursor import OPERAND_MAY_FOLLOW, Bracket, Cursor, cursor_at, path_before
from kpidesk.language.errors import FormulaError
from kpidesk.language.functions import FUNCTIONS
from kpidesk.language.leaves import COUNTABLE
from kpidesk.language.names import Rows
from kpidesk.language.printing import field_text, quoted_text
from kpidesk.language.row_words import MOMENT_WORDS, date_words, noun_words
from kpidesk.language.rows import condition
from kpidesk.language.schema import Table, TableField
from kpidesk.language.tables import TABLES, field_at, home_of
from kpidesk.language.words import HISTORY_WORDS

Kind = Literal["function", "table", "field", "filter", "date", "moment", "credit", "value", "kpi", "word", "operator"]
SeenValues = Mapping[tuple[str, str], Sequence[str]]
MOST = 100
_TIMES: frozenset[str] = frozenset(get_args(Elapsed))
_LENGTHS = {"previous": ("1 month", "1 quarter", "1 year"), "rolling": ("30d", "90d", "1 quarter", "1 year"),
            "to_date": ("week", "month", "quarter", "year"), "percentile": ("80%", "90%")}  # fmt: skip
_CLAUSE_HELP = {"where": "Only the records that meet a condition.", "on": "Which date puts a record in a period.",
                "credit": "Whose it is."}  # fmt: skip
_BEFORE_TEST = frozenset({"WHERE", "AND", "OR", "NOT", "LPAR"})
_SIGNS = {"/": "divided by", "*": "times", "+": "plus", "-": "minus"}


@dataclass(frozen=True, slots=True)
class Completion:
    """Something that may stand at the cursor: `text` replaces the characters from `start` to `end`."""

    text: str
    kind: Kind
    help: str
    start: int
    end: int


_Offer = tuple[str, Kind, str]


def completions(
    text: str, position: int, kpis: Mapping[str, str], values: SeenValues | None = None
) -> tuple[Completion, ...]:
    """What may be typed at a position of a formula, which may be unfinished.

    `kpis` gives the names of KPIs by id, `values` what is seen in the data by table and field, the most frequent
    first. Names that begin with what is typed come before those that contain it. Nothing where nothing fits.
    """
    try:
        place = cursor_at(text, position)
    except FormulaError:
        return ()
    if place is None:
        return ()
    found = dict.fromkeys(_ranked(_offers(place, kpis, values or {}), place.typed))
    return tuple(Completion(*one, place.start, place.end) for one in list(found)[:MOST])


def _ranked(offers: Iterable[_Offer], typed: str) -> list[_Offer]:
    wanted = typed.strip().casefold()
    ranked = ((_rank(one, wanted), one) for one in offers)
    return [one for rank, one in sorted(ranked, key=lambda pair: pair[0]) if rank < _NO_MATCH]


_NO_MATCH = 4


def _rank(offer: _Offer, wanted: str) -> int:
    """How near an offer is: 0 begins with it, 1 a part of it does, 2 contains it, 3 its explanation does."""
    text = offer[0].strip("'[]`").casefold()
    if text.startswith(wanted):
        return 0
    if any(part.startswith(wanted) for part in text.replace("_", " ").replace(".", " ").split()):
        return 1
    if wanted in text:
        return 2
    return (
        3 if len(wanted) > 2 and offer[1] in ("kpi", "filter", "field") and wanted in offer[2].casefold() else _NO_MATCH
    )


def _offers(place: Cursor, kpis: Mapping[str, str], values: SeenValues) -> Iterator[_Offer]:
    if place.quote == "kpi":
        return _kpi_names(kpis)
    measure = place.measure
    if measure is None:
        return iter(()) if place.quote else _outside(place, kpis)
    if place.quote == "text" or _wants_value(place):
        return _values(place, measure, values)
    if place.last == "ON" or (place.way and measure.clause == "on"):
        return _dates(measure, place.way)
    if place.last == "AS_OF":
        return _moments()
    if place.last == "CREDIT":
        return ((one, "credit", "") for one in _table(measure).credits)
    if place.last in OPERAND_MAY_FOLLOW or place.way:
        return chain(_operands(place, measure), _unmapped(place, measure, values))
    return _following(place, measure)


def _kpi_names(kpis: Mapping[str, str]) -> Iterator[_Offer]:
    return ((f"[{kpi_id}]", "kpi", name) for kpi_id, name in kpis.items())


def _outside(place: Cursor, kpis: Mapping[str, str]) -> Iterator[_Offer]:
    """Outside every measure: functions and KPIs, or what joins them."""
    inner = place.brackets[-1] if place.brackets else None
    if inner is not None and inner.commas and inner.name in _LENGTHS:
        return ((one, "value", "") for one in _LENGTHS[inner.name])
    if place.words and place.last not in OPERAND_MAY_FOLLOW:
        return ((sign, "operator", words) for sign, words in _SIGNS.items())
    if inner is not None and inner.group == "goal":
        return _kpi_names(kpis)
    return _starts(kpis)


def _starts(kpis: Mapping[str, str]) -> Iterator[_Offer]:
    for one in FUNCTIONS.values():
        if one.group != "row":
            yield f"{one.name}(", "function", one.help
    yield from _kpi_names(kpis)


def _table(measure: Bracket) -> Table:
    return TABLES.get(measure.table, TABLES["deals"])


def _operands(place: Cursor, measure: Bracket) -> Iterator[_Offer]:
    """Where a name belongs inside a measure."""
    if place.last == "NOT" and _is_after_operand(place):
        return iter([("in (", "operator", ""), ("in period", "operator", "")])
    if place.last == "NOT" and len(place.words) > 1 and place.words[-2].kind == "IS":
        return iter([("empty", "operator", "has a value")])
    if place.last == "IN":
        return iter([("(", "operator", "one of several"), ("period", "operator", "in the period asked for")])
    if place.last == "IS":
        return iter([("empty", "operator", "has no value"), ("not empty", "operator", "has a value")])
    if measure.clause == "argument":
        return _arguments(place, measure)
    return _conditions(place, measure)


def _unmapped(place: Cursor, measure: Bracket, values: SeenValues) -> Iterator[_Offer]:
    """Columns of the files that are mapped to no field, in backticks, where a condition on one may stand."""
    is_listed = place.brackets[-1].name == "in"
    if measure.clause != "where" or place.way or is_listed or place.last not in _BEFORE_TEST:
        return
    for table, field in values:
        if table == _table(measure).name and field.startswith(CUSTOM):
            yield field_text(field), "field", "a column of the files"


def _is_after_operand(place: Cursor) -> bool:
    return len(place.words) > 1 and place.words[-2].kind in ("NAME", "QUOTED", "RPAR")


def _arguments(place: Cursor, measure: Bracket) -> Iterator[_Offer]:
    inner = place.brackets[-1]
    if inner.commas and inner.name in _LENGTHS:
        yield from ((one, "value", "") for one in _LENGTHS[inner.name])
        return
    if place.way:
        yield from _names_on_way(place, measure, _wanted_kinds(inner, measure))
        return
    dot = "" if measure.name == "count" else "."
    tables = [TABLES[measure.table]] if measure.table else list(TABLES.values())
    yield from ((f"{one.name}{dot}", "table", one.noun) for one in tables)
    if inner.name in _TIMES:
        yield from _moments()
    elif measure.name not in ("count", "count_distinct"):
        yield from _row_functions()


def _wanted_kinds(inner: Bracket, measure: Bracket) -> frozenset[str]:
    if inner.name in _TIMES:
        return frozenset({"date"})
    return COUNTABLE if measure.name == "count_distinct" else frozenset(units.NUMERIC_KINDS)


def _row_functions() -> Iterator[_Offer]:
    return ((f"{one.name}(", "function", one.help) for one in FUNCTIONS.values() if one.group == "row")


def _conditions(place: Cursor, measure: Bracket) -> Iterator[_Offer]:
    inner, table = place.brackets[-1], _table(measure)
    if inner.name in _TIMES or place.last == "BEFORE":
        way = place.way[1:] if place.way[:1] == (table.name,) else place.way
        yield from _fields(table, way, frozenset({"date"}))
        if not way:
            yield from _moments()
            yield f"{table.name}.", "table", table.noun
        return
    if place.way:
        yield from _names_on_way(place, measure, None)
        return
    yield from _filters(table.name)
    yield from _fields(table, (), None)
    yield from _row_functions()
    yield "not", "word", "the opposite of what follows"
    yield f"{table.name}.", "table", table.noun


def _names_on_way(place: Cursor, measure: Bracket, kinds: frozenset[str] | None) -> Iterator[_Offer]:
    first = place.way[0]
    table = _table(measure) if measure.table else TABLES.get(first, TABLES["deals"])
    way = place.way[1:] if first == table.name else place.way
    yield from _fields(table, way, kinds)
    if kinds is None and (found := _reached(table, way)):
        yield from _filters(found.name)


def _reached(table: Table, way: tuple[str, ...]) -> Table | None:
    home = home_of(table.name, ".".join((*way, "")))
    return None if home is None else home[0]


def _fields(table: Table, way: tuple[str, ...], kinds: frozenset[str] | None) -> Iterator[_Offer]:
    """The fields of the table a way leads to, then the records from which one can go further."""
    found = _reached(table, way)
    if found is None:
        return
    for one in found.fields.values():
        if kinds is None or (one.kind in kinds and not one.setting):
            yield one.name, "date" if one.kind == "date" else "field", one.label
    for name, other in found.belongs_to.items():
        yield f"{name}.", "field", f"of its {TABLES[other].noun.rstrip('s')}"


@cache
def _filters(table: str) -> tuple[_Offer, ...]:
    """The saved filters of a table with what they leave."""
    rows = Rows(TABLES[table], TABLES[table])
    return tuple(
        (name, "filter", noun_words(TABLES[table], condition(syntax.Path(0, len(name), (name,)), rows)))
        for name in TABLES[table].filters
    )


def _dates(measure: Bracket, way: tuple[str, ...]) -> Iterator[_Offer]:
    table = _table(measure)
    way = way[1:] if way and way[0] == table.name else way
    for name, kind, label in _fields(table, way, frozenset({"date"})):
        full = ".".join((*way, name))
        yield name, kind, date_words(table.name, full) if kind == "date" else label
    if not way:
        yield f"{table.name}.", "table", table.noun


def _moments() -> Iterator[_Offer]:
    return ((one, "moment", words) for one, words in MOMENT_WORDS.items())


# --- after a name ----------------------------------------------------------------------------------------------


def _wants_value(place: Cursor) -> bool:
    inner = place.brackets[-1] if place.brackets else None
    is_listed = inner is not None and inner.name == "in" and place.last in ("LPAR", "COMMA")
    return not place.way and (place.last == "CMP" or is_listed)


def _values(place: Cursor, measure: Bracket, values: SeenValues) -> Iterator[_Offer]:
    """The values of the field that is compared."""
    inner = place.brackets[-1]
    at = inner.opened_at - 2 if inner.name == "in" else len(place.words) - 1
    if at > 0 and place.words[at - 1].kind == "NOT":
        at -= 1
    field = _field(path_before(place.words, at)[0], measure, quoted=at > 0 and place.words[at - 1].kind == "QUOTED")
    if field is None:
        return
    home, known = field
    if known.kind == "date":
        yield from _moments()
        yield from _fields(_table(measure), (), frozenset({"date"}))
    seen = values.get((home, known.name)) or _of_header(home, known.name, values)
    for one in known.choices or seen:
        yield quoted_text(one), "value", known.label


def _of_header(table: str, field: str, values: SeenValues) -> Sequence[str]:
    """What is seen in a column of the files, however its header is written."""
    wanted = (table, field.casefold())
    return next((texts for (home, name), texts in values.items() if (home, name.casefold()) == wanted), ())


def _field(path: str, measure: Bracket, *, quoted: bool) -> tuple[str, TableField] | None:
    table = _table(measure)
    path = path.removeprefix(f"{table.name}.")
    home, known = home_of(table.name, path), field_at(table.name, path)
    if known is None and home is not None:
        known = home[0].by_name.get(home[1])
    if known is None and quoted:
        return table.name, TableField(CUSTOM + path, "term", path)
    return None if known is None or home is None else (home[0].name, known)


def _following(place: Cursor, measure: Bracket) -> Iterator[_Offer]:
    """What may come after a finished value inside a measure."""
    if place.words[-1].text.lower() == "as":
        yield from ((f"of {one}", "moment", HISTORY_WORDS[one]) for one in ("end", "start", "now"))
        return
    if measure.clause == "where":
        kind = _untested(place, measure)
        if kind is not None:
            yield from ((f"{one} (" if one in ("in", "not in") else one, "operator", "") for one in operators_for(kind))
            return
        yield from (("and", "word", "both must hold"), ("or", "word", "one is enough"))
    table = _table(measure)
    if place.brackets[-1] is not measure:
        return
    if measure.clause == "argument":
        yield "where", "word", _CLAUSE_HELP["where"]
    if measure.clause in ("argument", "where"):
        yield "on", "word", _CLAUSE_HELP["on"]
        if table.keeps_history:
            yield from ((f"as of {one}", "moment", HISTORY_WORDS[one]) for one in ("end", "start", "now"))
    if measure.clause != "credit" and len(table.credits) > 1:
        yield "credit", "word", _CLAUSE_HELP["credit"]


def _untested(place: Cursor, measure: Bracket) -> str | None:
    """The kind of the field before the cursor that is not compared with anything yet; "" for a length of time."""
    if place.last == "RPAR":
        return "" if place.closed in _TIMES else None
    path, first = path_before(place.words, len(place.words))
    if not path or (first and place.words[first - 1].kind not in ("WHERE", "AND", "OR", "NOT", "LPAR")):
        return None
    found = _field(path, measure, quoted=place.last == "QUOTED")
    return None if found is None or found[1].kind == "bool" else found[1].kind
