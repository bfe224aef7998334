"""The value by which each picked row is put into its part, and what the parts are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

import numpy as np

from kpidesk.core.formats import fixed, money_symbol, round_text
from kpidesk.core.parts import CUSTOM, Part
from kpidesk.core.periods import Grain, period_of
from kpidesk.engine.days import day_number, day_of
from kpidesk.engine.deal_bands import band_labels, deal_bands, tells_band
from kpidesk.engine.facts import Facts
from kpidesk.engine.members import Crossed, Members
from kpidesk.engine.parts import CREDITED, DEAL_BANDS, PERSONAL, Rule, home_of, rule_of, split_field
from kpidesk.engine.personal import numbers_of, words_of
from kpidesk.engine.read_texts import read_texts
from kpidesk.engine.scan import OF_DEALS, Picks, money_data, rows_of
from kpidesk.engine.seen import spellings
from kpidesk.engine.values import Column, Floats, Ints, Mask, NotComputableError, Rows
from kpidesk.language.tables import TABLES, field_at
from kpidesk.language.tree import Leaf, On

NOT_LINKED = "(linked to nobody)"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_BANDS = 8
"""How many edges a ladder of bands has at most."""
GRAIN_OF: Mapping[Rule, Grain] = {"week": "week", "month": "month", "quarter": "quarter", "year": "year"}
_FEW_VALUES, _OFTEN, _LOOKED_AT = 12, 5, 1_000
_TINY = 1e-9  # below it two numbers are the same to everybody who reads them
_LADDERS = ((1.0, 2.0, 5.0), (1.0, 5.0), (1.0,))
_MONDAY = 3  # day 0, 1 January 1970, was a Thursday


def places_of(facts: Facts, leaf: Leaf, members: Members | Crossed, picks: Picks) -> Ints:
    """The member of a breakdown, or the pair of two, that each picked row belongs to."""
    if isinstance(members, Crossed):
        rows, columns = members.rows, members.columns
        return places_of(facts, leaf, rows, picks) * columns.size + places_of(facts, leaf, columns, picks)
    return members.place(keys_of(facts, leaf, members.field, picks))


def keys_of(facts: Facts, leaf: Leaf, field: str, picks: Picks) -> Floats:
    """What tells the picked rows apart in a breakdown, as the version in use has it; NaN where there is nothing.

    The number of a word, person or account, the first day of a period, the place of a band or of a weekday.

    Raises:
        NotComputableError: the data lack the field.
    """
    if field in CREDITED:
        whose = picks.person if field == "rep" else picks.team
        return np.where(whose > 0, whose, np.nan)
    if field in PERSONAL:
        return numbers_of(facts, field, picks.person, _credit_days(facts, leaf, picks))
    if field in DEAL_BANDS:
        return deal_bands(facts, leaf, field, picks)
    base, rule = rule_of(field)
    name = split_field(leaf.table, base)
    if rule == "band" and not base.startswith(CUSTOM):
        data = money_data(facts, leaf, name, picks.row, picks.day)
        return _in_bands(data / _factor(facts, leaf.table, name), edges_of(facts, leaf.table, base))
    rows = rows_of(facts, leaf)
    data = np.broadcast_to(_as_ruled(rows.column(name), base, rule).data, (rows.size,))[picks.row]
    if rule == "band":
        return _in_bands(data, edges_of(facts, leaf.table, base))
    return data if rule == "value" else _in_calendar(facts, data, rule)


def _as_ruled(column: Column, base: str, rule: Rule) -> Column:
    """A column that is mapped to no field as the numbers or the days that its texts are, where the rule is of these.

    What is none of them is unknown.
    """
    if rule == "value" or not base.startswith(CUSTOM):
        return column
    return read_texts("number" if rule == "band" else "date", base.removeprefix(CUSTOM), column, strict=False)


def _credit_days(facts: Facts, leaf: Leaf, picks: Picks) -> Ints:
    """The day on which each picked row is credited: its own, or that of an as-of measure."""
    if not isinstance(leaf.dated, On):
        return picks.day
    days = rows_of(facts, leaf).column(leaf.dated.field).data[picks.row]
    return np.where(np.isnan(days), picks.day, days).astype(np.int64)


def _table_rows(facts: Facts, table: str) -> Rows:
    if table == "stage_visits":
        return facts.visit_rows()
    return facts.deals if table in OF_DEALS else facts.table(table).rows


def _factor(facts: Facts, table: str, name: str) -> float:
    """What the numbers of a field are divided by to be read: minor units of money."""
    return float(facts.scale) ** _table_rows(facts, table).column(name).money


def edges_of(facts: Facts, table: str, field: str) -> Floats:
    """The round numbers at which the bands of a field begin: the same for every scope and period.

    Where a field has a few values only, each is its own band.
    """
    home, name = home_of(table, field)
    known = facts.edges.get((home, name))
    if known is None:
        known = facts.edges[home, name] = _round_edges_of(facts, home, name, field)
    return known


def _round_edges_of(facts: Facts, home: str, name: str, field: str) -> Floats:
    data = _as_ruled(_table_rows(facts, home).column(name), field, "band").data
    if home == "deals":
        data = np.concatenate((data, _as_ruled(facts.spans.column(name), field, "band").data))
    return round_edges(data[np.isfinite(data)] / _factor(facts, home, name))


def round_edges(known: Floats) -> Floats:
    """Round numbers that part a range of values: 1-2-5 ladders over wide ranges, even steps over narrow ones.

    Values below the first edge form a band of their own, as do those from the last edge on. Where there are only a few
    values and each comes again and again, as 0, 5, 10 and 15 percent do, they are the edges, with an infinite one last.
    """
    if not len(known):
        return np.zeros(0)
    known = np.where(np.abs(known) < _TINY, 0.0, known)
    low, high = float(known.min()), float(known.max())
    if high - low < _FEW_VALUES and bool((known == np.floor(known)).all()):
        return np.arange(low, high + 1)
    if len(few := _few_values(known)):
        return np.append(few, np.inf)
    positive = known[known > 0]
    least = float(positive.min()) if len(positive) else high
    if low < 0 or high < 20 * least:
        return _even(low, high)
    return _ladder(least, high)


def _few_values(known: Floats) -> Floats:
    """The different ones of some values where they are few and each comes again and again, else none."""
    none = np.zeros(0)
    if len(np.unique(known[:_LOOKED_AT])) > _FEW_VALUES:  # most columns of numbers, which need not be sorted whole
        return none
    found = np.unique(known)
    return found if len(found) <= _FEW_VALUES and len(known) >= _OFTEN * len(found) else none


def _even(low: float, high: float) -> Floats:
    """Edges an even round step apart that cover a range."""
    size = max(abs(low), abs(high))
    span = high - low if high - low > _TINY * size else size
    power = 10.0 ** np.floor(np.log10(span / MOST_BANDS))
    step = next(power * one for one in (1.0, 2.0, 5.0, 10.0) if span / (power * one) <= MOST_BANDS)
    first, last = np.floor(low / step), np.floor(high / step)
    return np.asarray(np.arange(first, last + 1) * step)


def _ladder(least: float, high: float) -> Floats:
    """Edges 1, 2, 5, 10, 20 … (or wider apart) from the top of a range down, as many as are still few."""
    top = int(np.floor(np.log10(high)))
    for steps in _LADDERS:
        powers = range(int(np.floor(np.log10(least))), top + 1)
        found = np.array([step * 10.0**power for power in powers for step in steps])
        found = found[(found > least) & (found <= high)]
        if len(found) <= MOST_BANDS:
            break
    return found[-MOST_BANDS:]


def _in_bands(data: Floats, edges: Floats) -> Floats:
    at = np.searchsorted(edges, data, side="right").astype(np.float64)
    return np.where(np.isnan(data), np.nan, at)


def _in_calendar(facts: Facts, days: Floats, rule: Rule) -> Floats:
    """The first day of the period that each day lies in, or its place in the week from Monday."""
    if rule == "weekday":
        return (days + _MONDAY) % 7
    known, back = np.unique(days[~np.isnan(days)], return_inverse=True)
    starts, at = np.zeros(len(known)), 0
    while at < len(known):  # one period after the other: there are far fewer of them than days
        period = period_of(day_of(int(known[at])), GRAIN_OF[rule], facts.settings)
        after = max(at + 1, int(np.searchsorted(known, day_number(period.end))))
        starts[at:after], at = day_number(period.start), after
    found = np.full(len(days), np.nan)
    found[~np.isnan(days)] = starts[back]
    return found


def in_parts(facts: Facts, tables: Sequence[str], leaf: Leaf, parts: Sequence[Part], picks: Picks) -> Mask:
    """Which of the picked rows are in each of some parts; `tables` are those that the whole formula measures.

    Raises:
        NotComputableError: the data lack a field.
    """
    held = np.ones(len(picks.row), dtype=np.bool_)
    for part in parts:
        known, at = np.unique(keys_of(facts, leaf, part.field, picks), return_inverse=True)
        numbers = known[~np.isnan(known)]
        is_in = [holds(part, label) for label in labels_of(facts, tables, part.field, numbers)]
        is_empty = [part.kind == "unknown"] * (len(known) - len(numbers))
        held &= np.array([*is_in, *is_empty], dtype=np.bool_)[at]
    return held


def holds(part: Part, label: str) -> bool:
    """Whether the rows with a value of this name are in a part."""
    if part.kind == "rest":
        return label not in part.listed
    return part.kind == "value" and label == part.label


def labels_of(facts: Facts, tables: Sequence[str], field: str, numbers: Floats) -> list[str]:
    """What each value of a field is called; two people or accounts of one name are told apart by a number.

    Several that are linked to nobody have the same name.
    """
    if field in CREDITED:
        return _crew_labels(facts, field, numbers)
    if field in PERSONAL:
        words = words_of(facts, field)
        return [words[int(one)] for one in numbers.tolist()]
    if field in DEAL_BANDS:
        bands = band_labels(facts, field)
        return [bands[int(one)] for one in numbers.tolist()]
    base, rule = rule_of(field)
    if rule == "band":
        sign = money_symbol(facts.settings.currency) if column_of(facts, tables, base).money else ""
        return [_band_label(edges_of(facts, tables[0], base), int(one), sign) for one in numbers.tolist()]
    if rule == "weekday":
        return [WEEKDAYS[int(one)] for one in numbers.tolist()]
    if rule != "value":
        grain, settings = GRAIN_OF[rule], facts.settings
        return [period_of(day_of(int(one)), grain, settings).label for one in numbers.tolist()]
    column = column_of(facts, tables, field)
    if column.names is not None:
        return _named(column.names, numbers)
    if column.words is None:
        flags = is_flag(tables, field)
        return [("yes" if one else "no") if flags else f"{one:g}" for one in numbers.tolist()]
    spelt = spellings(facts, field.rpartition(".")[2])
    folded = (column.words.folded[int(one)] for one in numbers.tolist())
    return [spelt.get(text, text) for text in folded]


def is_flag(tables: Sequence[str], field: str) -> bool:
    """Whether a field of these tables is a yes or a no."""
    found = (field_at(table, split_field(table, field)) for table in tables if table in TABLES)
    return any(one is not None and one.kind == "bool" for one in found)


def _crew_labels(facts: Facts, field: str, numbers: Floats) -> list[str]:
    crew, organisation = facts.crew, facts.crew.organisation
    if field == "rep":
        names = {person.id: person.name for person in organisation.people}
        return _named({at: names[one] for at, one in enumerate(crew.people, 1)}, numbers)
    teams = {team.id: team.name for team in organisation.teams}
    return [teams[crew.teams[int(one) - 1]] for one in numbers.tolist()]


def _named(known: Mapping[int, str], numbers: Floats) -> list[str]:
    """The name of each number; those that share theirs with another are counted from the second on."""
    names = known
    if len(set(known.values())) < len(known):
        seen: dict[str, int] = {}
        names = {}
        for number in sorted(known):
            name = known[number]
            seen[name] = seen.get(name, 0) + 1
            names[number] = f"{name} ({seen[name]})" if name and seen[name] > 1 else name
    return [names.get(int(one), "") or NOT_LINKED for one in numbers.tolist()]


def _band_label(edges: Floats, at: int, sign: str) -> str:
    """The words of a band: "under 1K", "1K to 2K", "50K or more"; a single whole value where each has its own."""
    if at > 0 and _is_each_whole(edges):
        return f"{sign}{fixed(float(edges[at - 1]), 0)}"
    if at > 0 and np.isinf(edges[-1]):
        return f"{sign}{fixed(float(edges[at - 1]), _places(edges[:-1]))}"
    texts = [round_text(edge, sign) for edge in edges.tolist()]
    if len(set(texts)) < len(texts):  # rounded they would be the same
        texts = [f"{sign}{fixed(edge, _places(edges))}" for edge in edges.tolist()]
    if not texts:
        return "any"
    if at == 0:
        return f"under {texts[0]}"
    if at == len(texts):
        return f"{texts[-1]} or more"
    return f"{texts[at - 1]} to {texts[at]}"


def _is_each_whole(edges: Floats) -> bool:
    """Whether every whole number of a narrow range is a band of its own."""
    return len(edges) > 0 and bool((np.diff(edges) == 1).all())


def has_each_value(facts: Facts, table: str, field: str) -> bool:
    """Whether a breakdown by the bands of a number shows each of its values, for there are only a few of them."""
    edges = edges_of(facts, table, rule_of(field)[0])
    return _is_each_whole(edges) or (len(edges) > 0 and bool(np.isinf(edges[-1])))


def _places(values: Floats) -> int:
    """With how many decimals some values can be told apart, at most four."""
    return next((digits for digits in range(4) if bool((np.round(values, digits) == values).all())), 4)


def column_of(facts: Facts, tables: Sequence[str], field: str) -> Column:
    """The field as the last measured table has it that has it at all: by then all of its words are known."""
    found = Column(np.zeros(0))
    for table in tables:
        with suppress(NotComputableError):
            found = _table_rows(facts, table).column(split_field(table, field))
    return found


def tells(facts: Facts, tables: Sequence[str], field: str) -> bool:
    """Whether the rows of all these tables have something in a field, so that a breakdown by it would say anything."""
    if field in CREDITED:
        return True
    if field in PERSONAL:
        return bool(words_of(facts, field))
    if field in DEAL_BANDS:
        return tells_band(facts, field)
    base, _ = rule_of(field)
    try:
        columns = [_table_rows(facts, table).column(split_field(table, base)) for table in tables]
    except NotComputableError:
        return False
    return all(bool(np.isfinite(column.data).any()) for column in columns)
