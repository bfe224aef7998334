"""One measure for every scope and window: through its cube where it has one, else by scanning its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from kpidesk.engine.answers import Answer, Counted, Coverage, begun_before, nothing
from kpidesk.engine.coverage import counted_in, cover, covers, known_part, known_parts, said_of
from kpidesk.engine.credit import Entries
from kpidesk.engine.cubes import Cube, dated_cube, read_days, state_cube, sum_windows
from kpidesk.engine.days import Window
from kpidesk.engine.facts import Facts
from kpidesk.engine.members import Crossed, Members
from kpidesk.engine.memory import Memory
from kpidesk.engine.near import entries_key, glanced_near, prepared_near, shared_leaf
from kpidesk.engine.pooled import Pool, mean, median_bounds, pool, share_point
from kpidesk.engine.rowwise import conjuncts
from kpidesk.engine.scan import (
    OF_DEALS,
    Picks,
    Prepared,
    add_up,
    entries_of,
    is_late,
    of_row,
    pick,
    prepare,
    rows_of,
    taken,
)
from kpidesk.engine.unrated import lacks_rates, whatever_amount, without_unrated
from kpidesk.engine.values import Floats, Ints
from kpidesk.engine.words import date_field, no_rows, still_ahead, without_value
from kpidesk.language.tree import AllOf, AsOf, IsEmpty, Leaf, On
from kpidesk.language.walk import needs_rows

BORNE_BY_TEAMS = frozenset(("costs",))
"""Tables with rows of teams and not of people, which no cube of people can hold."""
FEW_DAYS = 5
"""On so many days a state that was never asked for is told from its rows; for more a cube is made."""
RANKS = {"median": 0.5, "min": 0.0, "max": 1.0}


def measure(memory: Memory, leaf: Leaf, windows: tuple[Window, ...], wide: bool) -> Answer:
    """A measure of any table but people by scope and window.

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
    covered = covers(facts, leaf, windows)
    if all(one.reason for one in covered):
        shape = (facts.crew.rows if wide else 1, len(windows))
        return _covered(memory, nothing(shape, 0), covered)
    days = np.array([one.day for one in covered], dtype=np.int64)
    ahead = _ahead(memory, leaf, windows, days, wide)
    windows = known_parts(facts, leaf, windows)
    answer = _in_windows(memory, leaf, windows, days, wide)
    answer = _without_rows(memory, answer, leaf, windows)
    if lacks_rates(facts, leaf):
        loose = whatever_amount(leaf)
        picks = pick(facts, loose, prepared_leaf(memory, loose), windows, days)
        answer = _rated(memory, answer, leaf, picks)
    answer = _covered(memory, answer, covered)
    return replace(answer, counted=(*counted_in(facts, covered, wide), *ahead, *answer.counted))


def _rated(memory: Memory, answer: Answer, leaf: Leaf, picks: Picks) -> Answer:
    """Take away what rests on amounts without a rate, and what was said of rows without a value there."""
    found = without_unrated(memory, answer, leaf, picks)
    stays = found.why == answer.why
    return replace(found, counted=tuple(replace(one, rows=np.where(stays, one.rows, 0)) for one in found.counted))


def _in_windows(memory: Memory, leaf: Leaf, windows: tuple[Window, ...], days: Ints, wide: bool) -> Answer:
    """A measure by scope and window, with what is to be said of its rows without a value."""
    facts = memory.facts
    if leaf.aggregate in ("count", "sum") and _is_glance(memory, leaf, days):
        return _glance(memory, leaf, windows, days, wide)
    if leaf.aggregate in ("count", "sum"):
        total = additive(memory, leaf, windows, days, wide, with_count=True)
        n = total.value if leaf.aggregate == "count" else measure(memory, counted(leaf), windows, wide).n
        answer = _answer(_told(leaf, total.value, n), n, total.money, memory)
        return replace(answer, counted=_gaps(leaf, total.gaps, n))
    if leaf.aggregate == "avg" and not len(facts.splits.value) and not is_late(facts, leaf, leaf.argument):
        return _mean_of_sums(memory, leaf, windows, days, wide)
    prepared = glanced_near(memory, leaf, windows) or _prepared_on(memory, leaf, days)
    picks = pick(facts, leaf, prepared, windows, days, teams=wide)
    return _pooled(memory, leaf, picks, len(windows), wide)


def _is_glance(memory: Memory, leaf: Leaf, days: Ints) -> bool:
    """Whether a state is asked for on few days and hardly was before: its rows are added up, no cube is made of them.

    A formula that is typed is asked while it is, and then never again.
    """
    if isinstance(leaf.dated, On) or len(days) > FEW_DAYS:
        return False
    key = replace(leaf, dated=AsOf("end"))
    return key not in memory.cubes and memory.is_glance("cube", key)


def _glance(memory: Memory, leaf: Leaf, windows: tuple[Window, ...], days: Ints, wide: bool) -> Answer:
    """A count or sum of a state, with what is to be said of its rows without a value, from the rows of few days."""
    crew, whole = memory.facts.crew, memory.facts.whole
    picks = pick(memory.facts, leaf, _prepared_on(memory, leaf, days), windows, days, teams=wide)
    n = add_up(picks, crew, len(windows), None, wide) / whole
    if leaf.aggregate == "count":
        return _answer(n, n, 0, memory)
    total = add_up(picks, crew, len(windows), picks.x, wide) / whole
    answer = _answer(_told(leaf, total, n), n, picks.money, memory)
    return replace(answer, counted=_gaps(leaf, add_up(_empty(picks), crew, len(windows), None, wide) / whole, n))


def _empty(picks: Picks) -> Picks:
    """The picked rows that have no value."""
    return taken(picks, np.flatnonzero(np.isnan(picks.x)))


def _prepared_on(memory: Memory, leaf: Leaf, days: Ints) -> Prepared:
    """As `prepared_leaf`, of a state that is asked for on few days and hardly was before for those days alone."""
    shared = shared_leaf(leaf)
    if isinstance(leaf.dated, On) or len(days) > FEW_DAYS or shared in memory.prepared:
        return prepared_leaf(memory, leaf)
    if not memory.is_glance("rows", shared):
        return prepared_leaf(memory, leaf)
    entries = _entries(memory, leaf)
    return prepare(memory.facts, leaf, entries, memory.held_on(entries_key(leaf), days))


def measure_members(memory: Memory, leaf: Leaf, window: Window, row: int, members: Members | Crossed) -> Answer:
    """A measure for one row of the answer in one window, with one column for each member of a breakdown.

    Raises:
        NotComputableError: the data lack a field that it reads.
    """
    from kpidesk.engine.splitting import places_of  # only a breakdown needs it

    covered = cover(memory.facts, leaf, window)
    if covered.reason:
        return _covered(memory, nothing((1, 1), 0), (covered,))
    days, picks = np.array([covered.day]), row_picks(memory, leaf, window, covered.day, row)
    ahead = (one.changed(lambda part: part[[row]]) for one in _ahead(memory, leaf, (window,), days, wide=row > 0))
    gaps = _gaps(leaf, *_of_all(picks, memory.facts.whole)) if leaf.aggregate == "sum" else ()
    said = tuple(filter(None, (one.text((0, 0)) for one in (*ahead, *gaps))))
    picks = replace(picks, window=places_of(memory.facts, leaf, members, picks))
    answer = _of_picks(memory, leaf, picks, members.size)
    answer = _without_rows(memory, answer, leaf, (window,))
    if lacks_rates(memory.facts, leaf):
        loose = whatever_amount(leaf)
        picks = row_picks(memory, loose, window, covered.day, row)
        picks = replace(picks, window=places_of(memory.facts, leaf, members, picks))
        answer = without_unrated(memory, answer, leaf, picks)
    answer = _covered(memory, answer, (covered,))
    return replace(answer, notices=((*said_of(memory.facts, covered, row), *said),))


def row_picks(memory: Memory, leaf: Leaf, window: Window, day: int, row: int) -> Picks:
    """The credited rows of a measure that count for one row of the answer; `day` is that of an as-of measure."""
    window = known_part(memory.facts, leaf, window)
    days = np.array([day], dtype=np.int64)
    prepared = prepared_near(memory, leaf, window) or _prepared_on(memory, leaf, days)
    picks = pick(memory.facts, leaf, prepared, (window,), days)
    return of_row(picks, memory.facts.crew, row)


def _of_picks(memory: Memory, leaf: Leaf, picks: Picks, windows: int) -> Answer:
    """A measure of picked rows, all of one scope, by scanning them."""
    if leaf.aggregate not in ("count", "sum"):
        return _pooled(memory, leaf, picks, windows, wide=False)
    crew, whole = memory.facts.crew, memory.facts.whole
    n = add_up(picks, crew, windows, None, wide=False) / whole
    if leaf.aggregate == "count":
        return _answer(n, n, 0, memory)
    total = add_up(picks, crew, windows, picks.x, wide=False) / whole
    return _answer(_told(leaf, total, n), n, picks.money, memory)


def _told(leaf: Leaf, total: Floats, n: Floats) -> Floats:
    """A sum, but not of what nobody told."""
    return np.where(n > 0, total, np.nan) if needs_rows(leaf) else total


def counted(leaf: Leaf) -> Leaf:
    """The count of the rows of a measure."""
    return replace(leaf, aggregate="count", argument=None)


def _answer(value: Floats, n: Floats, money: int, memory: Memory) -> Answer:
    value = value / float(memory.facts.scale) ** money if money else value
    none: tuple[tuple[str, ...], ...] = ((),) * value.shape[1]
    return Answer(value, n, np.zeros(value.shape, dtype=np.int64), none, begun_before(value.shape[1]))


@dataclass(frozen=True, slots=True, eq=False)
class Total:
    """A count or sum by scope and window, the factors of minor units in it, and the rows without a value (or None)."""

    value: Floats
    money: int
    gaps: Floats | None


def additive(
    memory: Memory, leaf: Leaf, windows: tuple[Window, ...], days: Ints, wide: bool, *, with_count: bool = False
) -> Total:  # fmt: skip
    """A count or sum by scope and window; `with_count`: the rows of a sum are counted next."""
    crew, whole = memory.facts.crew, memory.facts.whole
    near = glanced_near(memory, leaf, windows)
    cube = leaf_cube(memory, leaf, with_count=with_count) if near is None else None
    if cube is None:
        picks = pick(memory.facts, leaf, near or prepared_leaf(memory, leaf), windows, days, teams=wide)
        is_sum = leaf.aggregate == "sum"
        value = add_up(picks, crew, len(windows), picks.x if is_sum else None, wide) / whole
        gaps = add_up(_empty(picks), crew, len(windows), None, wide) / whole if is_sum else None
        return Total(value, picks.money, gaps)

    def read(one: Cube) -> Floats:
        is_dated = isinstance(leaf.dated, On)
        return (sum_windows(one, crew, windows, wide) if is_dated else read_days(one, crew, days, wide)) / whole

    return Total(read(cube), cube.money, None if cube.gaps is None else read(cube.gaps))


def _of_all(picks: Picks, whole: int) -> tuple[Floats, Floats]:
    """How many picked rows have no value, and how many there are."""
    empty = picks.weight[np.isnan(picks.x)]
    return np.array([[empty.sum() / whole]]), np.array([[picks.weight.sum() / whole]])


def _gaps(leaf: Leaf, gaps: Floats | None, rows: Floats) -> tuple[Counted, ...]:
    """What is to be said about rows of a sum that have no value."""
    return (Counted(partial(without_value, leaf), gaps, rows),) if gaps is not None and gaps.any() else ()


def _ahead(memory: Memory, leaf: Leaf, windows: tuple[Window, ...], days: Ints, wide: bool) -> tuple[Counted, ...]:
    """What is to be said about rows dated after the newest data, which do not count yet."""
    facts, field = memory.facts, date_field(leaf)
    if not field or not rows_of(facts, leaf).ends(field)[1] > facts.newest_of(leaf.table, field):
        return ()
    parts = known_parts(facts, leaf, windows)
    late = tuple(replace(window, start=part.end) for window, part in zip(windows, parts, strict=True))
    if late == windows:
        return ()
    rows = additive(memory, counted(leaf), late, days, wide).value
    return (Counted(partial(_still_ahead, leaf), rows, rows),)


def _still_ahead(leaf: Leaf, rows: float, _of: float) -> str:
    return still_ahead(leaf, rows)


def prepared_leaf(memory: Memory, leaf: Leaf) -> Prepared:
    """What of a measure holds for every window, remembered for as long as it is likely to be asked again."""
    shared = shared_leaf(leaf)
    found = memory.prepared.get(shared)
    if found is None:
        found = prepare(memory.facts, leaf, _entries(memory, leaf))
        memory.keep(memory.prepared, shared, found)
    return found


def _entries(memory: Memory, leaf: Leaf) -> Entries:
    key = entries_key(leaf)
    if key not in memory.entries:
        memory.entries[key] = entries_of(memory.facts, leaf)
        memory.near.pop(key, None)
    return memory.entries[key]


def leaf_cube(memory: Memory, leaf: Leaf, *, with_count: bool = False) -> Cube | None:
    """The cube of an additive measure that does not depend on the window; None when it has to be scanned.

    The rows it was made of are not kept: whatever is asked next, the cube answers. `with_count` makes that of their
    count besides.
    """
    if leaf.table in BORNE_BY_TEAMS or is_late(memory.facts, leaf, leaf.argument):
        return None
    if any(is_late(memory.facts, leaf, one) for one in conjuncts(leaf.where)):
        return None
    key = leaf if isinstance(leaf.dated, On) else replace(leaf, dated=AsOf("end"))
    if key not in memory.cubes:
        prepared = prepare(memory.facts, leaf, _entries(memory, leaf))
        if with_count and counted(key) not in memory.cubes:
            _make_cube(memory, counted(key), prepared)
        _make_cube(memory, key, prepared)
    return memory.cubes[key]


def _make_cube(memory: Memory, leaf: Leaf, prepared: Prepared) -> None:
    make, is_sum = dated_cube if isinstance(leaf.dated, On) else state_cube, leaf.aggregate == "sum"
    people = len(memory.facts.crew.people) + 1
    cube = make(prepared, people, prepared.column.data if is_sum else None, memory.most_cells)
    memory.keep_cube(leaf, None if cube is None else replace(cube, money=prepared.column.money if is_sum else 0))


def _mean_of_sums(memory: Memory, leaf: Leaf, windows: tuple[Window, ...], days: Ints, wide: bool) -> Answer:
    """A mean where nothing is shared: the sum over the count of rows that have a value."""
    filled = _filled(leaf)
    total = additive(memory, replace(leaf, aggregate="sum"), windows, days, wide)
    rows = additive(memory, filled, windows, days, wide).value
    with np.errstate(invalid="ignore"):
        value = np.where(rows > 0, total.value / np.where(rows > 0, rows, 1), np.nan)
    return _answer(value, rows, total.money, memory)


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
        begins=np.array([one.begins for one in covers]),
    )  # fmt: skip


def values_of(facts: Facts, leaf: Leaf, picks: Picks) -> Ints:
    """The value that each picked row was read from: the newest, the one in force, or the one that shows a visit.

    0 for a row of another table behind which no value is stored.
    """
    if leaf.table not in OF_DEALS:
        return facts.table(leaf.table).value[picks.row]
    versions = facts.past.versions
    if leaf.table == "stage_visits":
        version = facts.visits().version
    elif isinstance(leaf.dated, On):
        versions, version = facts.versions, facts.versions.newest
    else:
        version = facts.states.version
    return versions.value[version[picks.row]]
