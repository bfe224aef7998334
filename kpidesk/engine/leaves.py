"""One measure for every scope and window: through its cube where it has one, else by scanning its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kpidesk.engine.answers import Answer, Coverage, nothing
from kpidesk.engine.coverage import cover
from kpidesk.engine.credit import Entries
from kpidesk.engine.cubes import Cube, dated_cube, read_days, state_cube, sum_windows
from kpidesk.engine.days import Window
from kpidesk.engine.facts import Facts
from kpidesk.engine.members import Members
from kpidesk.engine.memory import Memory
from kpidesk.engine.pooled import Pool, mean, median_bounds, pool, share_point
from kpidesk.engine.rowwise import conjuncts, fields_of, varies
from kpidesk.engine.scan import Picks, Prepared, add_up, entries_of, of_row, pick, prepare, rows_of, taken
from kpidesk.engine.values import Floats, Ints, NotComputableError
from kpidesk.engine.words import no_rows, other_currency
from kpidesk.language.tree import AllOf, AsOf, IsEmpty, Leaf, On

RANKS = {"median": 0.5, "min": 0.0, "max": 1.0}
MONEY_FIELDS = frozenset(("amount", "created_amount"))


def measure(memory: Memory, leaf: Leaf, windows: tuple[Window, ...], wide: bool) -> Answer:
    """A measure of deals or of their visits to stages by scope and window.

    Raises:
        NotComputableError: the data lack a field that it reads.
    """
    key = (leaf, windows, wide)
    found = memory.answers.get(key)
    if found is None:
        found = _measure(memory, leaf, windows, wide)
        memory.remember(key, found)
    return found


def _measure(memory: Memory, leaf: Leaf, windows: tuple[Window, ...], wide: bool) -> Answer:
    facts = memory.facts
    covers = [cover(facts, leaf, window) for window in windows]
    if all(one.reason for one in covers):
        shape = (facts.crew.rows if wide else 1, len(windows))
        return _covered(memory, nothing(shape, 0), covers)
    days = np.array([one.day for one in covers], dtype=np.int64)
    if leaf.aggregate in ("count", "sum"):
        value, money = additive(memory, leaf, windows, days, wide)
        n = value if leaf.aggregate == "count" else measure(memory, counted(leaf), windows, wide).n
        answer = _answer(value, n, money, memory)
    elif leaf.aggregate == "avg" and not len(facts.splits.value) and not varies(leaf.argument):
        answer = _mean_of_sums(memory, leaf, windows, days, wide)
    else:
        picks = pick(facts, leaf, prepared_leaf(memory, leaf), windows, days)
        answer = _pooled(memory, leaf, picks, len(windows), wide)
    answer = _covered(memory, _without_rows(memory, answer, leaf, windows), covers)
    if not may_be_foreign(facts, leaf):
        return answer
    picks = pick(facts, leaf, prepared_leaf(memory, leaf), windows, days)
    return _without_foreign(memory, answer, leaf, picks)


def measure_members(memory: Memory, leaf: Leaf, window: Window, row: int, members: Members) -> Answer:
    """A measure for one row of the answer in one window, with one column for each member of a breakdown.

    Raises:
        NotComputableError: the data lack a field that it reads.
    """
    covered = cover(memory.facts, leaf, window)
    if covered.reason:
        return _covered(memory, nothing((1, 1), 0), (covered,))
    picks = row_picks(memory, leaf, window, covered.day, row)
    picks = replace(picks, window=members.place(member_data(memory.facts, leaf, members.field, picks)))
    answer = _of_picks(memory, leaf, picks, members.size)
    answer = _covered(memory, _without_rows(memory, answer, leaf, (window,)), (covered,))
    return _without_foreign(memory, answer, leaf, picks)


def row_picks(memory: Memory, leaf: Leaf, window: Window, day: int, row: int) -> Picks:
    """The credited rows of a measure that count for one row of the answer; `day` is that of an as-of measure."""
    picks = pick(memory.facts, leaf, prepared_leaf(memory, leaf), (window,), np.array([day], dtype=np.int64))
    return of_row(picks, memory.facts.crew, row)


def member_data(facts: Facts, leaf: Leaf, field: str, picks: Picks) -> Floats:
    """A field of the picked rows, as the version in use has it."""
    rows = rows_of(facts, leaf)
    return np.broadcast_to(rows.column(field).data, (rows.size,))[picks.row]


def _of_picks(memory: Memory, leaf: Leaf, picks: Picks, windows: int) -> Answer:
    """A measure of picked rows, all of one scope, by scanning them."""
    if leaf.aggregate not in ("count", "sum"):
        return _pooled(memory, leaf, picks, windows, wide=False)
    crew, whole = memory.facts.crew, memory.facts.whole
    n = add_up(picks, crew, windows, None, wide=False) / whole
    if leaf.aggregate == "count":
        return _answer(n, n, 0, memory)
    return _answer(add_up(picks, crew, windows, picks.x, wide=False) / whole, n, picks.money, memory)


def counted(leaf: Leaf) -> Leaf:
    """The count of the rows of a measure."""
    return replace(leaf, aggregate="count", argument=None)


def _answer(value: Floats, n: Floats, money: int, memory: Memory) -> Answer:
    value = value / float(memory.facts.scale) ** money if money else value
    none: tuple[tuple[str, ...], ...] = ((),) * value.shape[1]
    return Answer(value, n, np.zeros(value.shape, dtype=np.int64), none, np.zeros(value.shape[1], dtype=np.bool_))


def additive(memory: Memory, leaf: Leaf, windows: tuple[Window, ...], days: Ints, wide: bool) -> tuple[Floats, int]:
    """A count or sum by scope and window, and the factors of minor units in it."""
    crew, whole = memory.facts.crew, memory.facts.whole
    cube = leaf_cube(memory, leaf)
    if cube is not None:
        is_dated = isinstance(leaf.dated, On)
        total = sum_windows(cube, crew, windows, wide) if is_dated else read_days(cube, crew, days, wide)
        return total / whole, cube.money
    picks = pick(memory.facts, leaf, prepared_leaf(memory, leaf), windows, days)
    amounts = picks.x if leaf.aggregate == "sum" else None
    return add_up(picks, crew, len(windows), amounts, wide) / whole, picks.money


def prepared_leaf(memory: Memory, leaf: Leaf) -> Prepared:
    """What of a measure holds for every window, remembered for as long as it is likely to be asked again."""
    shared = replace(leaf, aggregate="count" if leaf.argument is None else "sum", rank=0.5)
    found = memory.prepared.get(shared)
    if found is None:
        found = prepare(memory.facts, leaf, _entries(memory, leaf))
        memory.keep(memory.prepared, shared, found)
    return found


def _entries(memory: Memory, leaf: Leaf) -> Entries:
    key = (leaf.table, leaf.dated.field if isinstance(leaf.dated, On) else "", leaf.credit)
    if key not in memory.entries:
        memory.entries[key] = entries_of(memory.facts, leaf)
    return memory.entries[key]


def leaf_cube(memory: Memory, leaf: Leaf) -> Cube | None:
    """The cube of an additive measure that does not name the period; None when it has to be scanned.

    The rows it was made of are not kept: whatever is asked next, the cube answers.
    """
    if varies(leaf.argument) or any(varies(one) for one in conjuncts(leaf.where)):
        return None
    key = leaf if isinstance(leaf.dated, On) else replace(leaf, dated=AsOf("end"))
    if key not in memory.cubes:
        prepared = prepare(memory.facts, leaf, _entries(memory, leaf))
        make = dated_cube if isinstance(leaf.dated, On) else state_cube
        amounts = prepared.column.data if leaf.aggregate == "sum" else None
        people = len(memory.facts.crew.people) + 1
        cube = make(prepared, people, amounts, memory.most_cells)
        memory.keep_cube(key, None if cube is None else replace(cube, money=prepared.column.money))
    return memory.cubes[key]


def _mean_of_sums(memory: Memory, leaf: Leaf, windows: tuple[Window, ...], days: Ints, wide: bool) -> Answer:
    """A mean where nothing is shared: the sum over the count of rows that have a value."""
    filled = _filled(leaf)
    total, money = additive(memory, replace(leaf, aggregate="sum"), windows, days, wide)
    rows, _ = additive(memory, filled, windows, days, wide)
    with np.errstate(invalid="ignore"):
        value = np.where(rows > 0, total / np.where(rows > 0, rows, 1), np.nan)
    return _answer(value, rows, money, memory)


def _filled(leaf: Leaf) -> Leaf:
    """The count of the rows of a measure whose argument has a value."""
    if leaf.argument is None:
        return counted(leaf)
    has_value = IsEmpty(leaf.argument, negated=True)
    where = has_value if leaf.where is None else AllOf((leaf.where, has_value))
    return replace(leaf, aggregate="count", argument=None, where=where)


def _pooled(memory: Memory, leaf: Leaf, picks: Picks, windows: int, wide: bool) -> Answer:
    """A measure of the rows pooled at each level."""
    distinct = leaf.aggregate == "count_distinct"
    rows = pool(picks, memory.facts.crew, windows, wide, distinct=distinct)
    counts = rows.counts.reshape(rows.shape).astype(np.float64)
    if distinct:
        return _answer(counts, counts, 0, memory)
    if leaf.aggregate == "avg":
        return _answer(mean(rows), counts, picks.money, memory)
    answer = _answer(share_point(rows, RANKS.get(leaf.aggregate, leaf.rank)), counts, picks.money, memory)
    return _with_bounds(answer, rows, memory, picks) if leaf.aggregate == "median" else answer


def _with_bounds(answer: Answer, rows: Pool, memory: Memory, picks: Picks) -> Answer:
    factor = float(memory.facts.scale) ** picks.money
    low, high = median_bounds(rows)
    return replace(answer, low=low / factor, high=high / factor)


def _without_rows(memory: Memory, answer: Answer, leaf: Leaf, windows: Sequence[Window]) -> Answer:
    """Say why where a measure has no rows to take a value from."""
    empty = np.isnan(answer.value)
    if not empty.any():
        return answer
    why = memory.reasons.row(no_rows(leaf, window.label) for window in windows)
    return replace(answer, why=np.where(empty, why, answer.why))


def _covered(memory: Memory, answer: Answer, covers: Sequence[Coverage]) -> Answer:
    """Take away what no import covers and add what qualifies the rest."""
    why = memory.reasons.row(one.reason for one in covers)
    gone = why > 0
    shape = answer.value.shape
    return replace(
        answer,
        value=np.where(gone, np.nan, answer.value), n=np.where(gone, 0.0, answer.n),
        why=np.where(gone, np.broadcast_to(why, shape), answer.why),
        notices=tuple(one.notices for one in covers),
        inside=np.array([one.inside for one in covers], dtype=np.bool_),
    )  # fmt: skip


def may_be_foreign(facts: Facts, leaf: Leaf) -> bool:
    """Whether a measure reads money and some deal is in another currency."""
    reads = {field.removeprefix("deal.") for _, field in fields_of(leaf.argument) | fields_of(leaf.where)}
    return bool(reads & MONEY_FIELDS) and bool(facts.foreign.any())


def values_of(facts: Facts, leaf: Leaf, picks: Picks) -> Ints:
    """The value that each picked row was read from: the newest, the one in force, or the one that shows a visit."""
    if leaf.table == "stage_visits":
        version = facts.visits().version
    else:
        version = facts.versions.newest if isinstance(leaf.dated, On) else facts.states.version
    return facts.versions.value[version[picks.row]]


def _without_foreign(memory: Memory, answer: Answer, leaf: Leaf, picks: Picks) -> Answer:
    """Take away sums of money that hold rows in another currency."""
    facts = memory.facts
    value = values_of(facts, leaf, picks)
    other = np.flatnonzero(facts.foreign[value])
    if not len(other) or not may_be_foreign(facts, leaf):
        return answer
    some = replace(taken(picks, other), x=picks.row[other].astype(np.float64), money=0)
    rows = pool(some, facts.crew, answer.value.shape[1], answer.value.shape[0] > 1)
    counts = rows.counts.reshape(rows.shape)
    codes = {facts.currency[term] for term in np.unique(facts.columns["currency"][value[other]])}
    why = answer.why.copy()
    for number in np.unique(counts[counts > 0]):
        text = other_currency(int(number), codes, facts.settings.currency)
        why[(counts == number) & (answer.why == 0)] = memory.reasons.number(text)
    return replace(answer, value=np.where(counts > 0, np.nan, answer.value), why=why)


def check_table(leaf: Leaf, known: frozenset[str]) -> None:
    """Refuse a measure of records that no import has brought.

    Raises:
        NotComputableError: naming the records.
    """
    if leaf.table not in known:
        raise NotComputableError(f"needs {leaf.table.replace('_', ' ')}")
