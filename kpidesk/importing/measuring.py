"""What the rows of a file show, from the different texts of each column where a block is plain enough to count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

import numpy as np

from kpidesk.core.records import RawRows
from kpidesk.importing.dates import DateTally
from kpidesk.importing.evidence import (
    ENTERED_AT,
    SAMPLES,
    Evidence,
    amount_columns,
    begin_with,
    count_words,
    gather,
    keep_samples,
    note_keys,
    salesforce_lead,
    stage_columns,
    tally_stages,
)
from kpidesk.importing.grids import Grid, Numbers, grid_of
from kpidesk.importing.numbers import NumberTally, is_blank

TOGETHER, CHARACTERS = 4, 3 << 18
"""So many blocks are measured and read as one, with so many characters: a step of less than a tenth of a second."""


def take_in(evidence: Evidence, blocks: Iterable[RawRows]) -> Generator[None, None, None]:
    """Gather what the blocks of a file show."""
    for block in blocks:
        rules = evidence.rules
        grid = grid_of(block, len(rules.headers)) if measures(evidence) else None
        if grid is None:
            gather(evidence, block)
        else:
            begin_with(evidence, block)
            _count(evidence, grid)
            _tally(evidence, grid, block.lines)
            _note_keys(evidence, grid, block.lines)
        yield


def measures(evidence: Evidence) -> bool:
    """Whether the blocks of a file are measured: not where some of its rows or columns are left out."""
    return not (evidence.rules.skip or evidence.twins)


def in_large(
    blocks: Iterable[RawRows],
    is_time: Callable[[], bool] = lambda: True,
    most: int = TOGETHER,
    longest: int = CHARACTERS,
) -> Generator[RawRows, None, None]:
    """Blocks of text put together, at most so many and with so many characters, but for the first, that of the header.

    Those that would be put together with one from before it is time come as they are: put together later, they end
    where they would have.
    """
    held: list[RawRows] = []
    is_apart = False
    for at, block in enumerate(blocks):
        if held and not _fits(block, held, most, longest):
            if not is_apart:
                yield RawRows.together(held)
            held = []
        is_single = not (at and block.text)
        is_apart = is_apart if held else not is_time()
        if not is_single:
            held.append(block)
        if is_single or is_apart:
            yield block
    if held and not is_apart:
        yield RawRows.together(held)


def _fits(block: RawRows, held: Sequence[RawRows], most: int, longest: int) -> bool:
    is_alike = (block.mark, block.end) == (held[0].mark, held[0].end)
    all_of_them = (*held, block)
    is_small = sum(one.parts for one in all_of_them) <= most and sum(len(one.text) for one in all_of_them) <= longest
    return is_alike and is_small


def _column_of(evidence: Evidence, name: str) -> int:
    reading = evidence.rules.reading(name)
    return -1 if reading is None else reading.column


def _only(grid: Grid, wanted: Sequence[int], rows: Numbers | None = None) -> list[Sequence[str]]:
    """The cells of the wanted columns, at their places among all columns."""
    columns: list[Sequence[str]] = [()] * len(grid.starts)
    for at in wanted:
        if at >= 0:
            columns[at] = grid.cells(at, rows)
    return columns


def _count(evidence: Evidence, grid: Grid) -> None:
    """Count the filled cells of each column, and keep its first few texts."""
    for at, filled in enumerate(grid.filled()):
        evidence.filled[at] += filled
        if filled and len(evidence.samples[at]) < SAMPLES:
            keep_samples(evidence.samples[at], _different(grid, at))


def _different(grid: Grid, column: int) -> Iterable[str]:
    words = grid.words(column)
    return dict.fromkeys(grid.cells(column)) if words is None else words.texts


def _counted(grid: Grid, column: int) -> Mapping[str, int]:
    """The different texts of a column with how many cells hold each."""
    words = grid.words(column)
    return Counter(grid.cells(column)) if words is None else dict(zip(words.texts, words.counts, strict=True))


def _tally(evidence: Evidence, grid: Grid, lines: list[int]) -> None:
    rules = evidence.rules
    for reading in rules.readings:
        at = reading.column
        if reading.field in evidence.dates:
            _tally_dates(evidence.dates[reading.field], grid, at, lines)
        elif reading.field in evidence.numbers:
            _tally_numbers(evidence.numbers[reading.field], grid, at, lines)
        elif reading.field == "currency":
            without = _without_amount(grid, amount_columns(rules))
            evidence.currencies.update(Counter(_counted(grid, at)) - Counter(grid.cells(at, without)))
        elif reading.kind == "reference":
            evidence.references[reading.field] += _salesforce_lead(grid, at)
        elif reading.field in evidence.words:
            count_words(evidence.words[reading.field], _counted(grid, at))
        elif reading.field in evidence.flags:
            count_words(evidence.flags[reading.field], _counted(grid, at))
        if reading.multiple and ";" in grid.text:
            evidence.several += sum(";" in cell for cell in grid.cells(at))
    if rules.wide is not None:
        for at, _ in rules.wide.stages:
            _tally_dates(evidence.dates[ENTERED_AT], grid, at, lines)
    owner = _column_of(evidence, "owner")
    if evidence.address >= 0 and owner >= 0:
        evidence.owners.update(zip(grid.cells(owner), grid.cells(evidence.address), strict=True))
    if rules.kind == "deals":
        _tally_stages(evidence, grid)


def _without_amount(grid: Grid, amounts: Sequence[int]) -> Numbers:
    """The rows in which none of some columns holds an amount."""
    rows = np.arange(len(grid))
    for at in amounts:
        rows = rows[~grid.begins_with_digit(at)[rows]]
        blank = np.fromiter(map(is_blank, grid.cells(at, rows)), np.bool_, len(rows))
        rows = rows[blank]
    return rows


def _tally_dates(tally: DateTally, grid: Grid, column: int, lines: list[int]) -> None:
    cut = grid.days_and_times(column)
    if cut is not None and tally.are_quiet(set(cut[0].texts), set(cut[1].texts)):
        days = cut[0]
        tally.count(dict(zip(days.texts, days.counts, strict=True)).get("", 0), len(grid))
        return
    tally.add_counted(_counted(grid, column), lambda: grid.cells(column), lines)


def _tally_numbers(tally: NumberTally, grid: Grid, column: int, lines: list[int]) -> None:
    if tally.shares:
        tally.count(_counted(grid, column), 0)
    else:
        plain = grid.decimals(column)
        others = np.flatnonzero(~plain)
        tally.count(Counter(grid.cells(column, others)), len(grid) - len(others))
    if tally.is_open:
        tally.place(grid.cells(column), lines)


def _salesforce_lead(grid: Grid, column: int) -> int:
    """How many more cells hold a Salesforce id than hold another text."""
    if _may_be_salesforce(grid, column):
        return salesforce_lead(grid.cells(column))
    return -int(np.count_nonzero(grid.sizes[column]))


def _may_be_salesforce(grid: Grid, column: int) -> bool:
    """Whether a cell may be an id of Salesforce, or has to be looked at without the spaces around it."""
    return grid.has_spaces(column) or bool(np.isin(grid.sizes[column], (15, 18)).any())


def _note_keys(evidence: Evidence, grid: Grid, lines: list[int]) -> None:
    column = _column_of(evidence, "id")
    if column < 0:
        return
    if evidence.rules.ids == "salesforce" or evidence.salesforce_ids or _may_be_salesforce(grid, column):
        note_keys(evidence, _only(grid, [column]), lines)
    else:
        evidence.keys.append(grid.hashes(column))
        evidence.key_lines.append(np.asarray(lines, np.int64))


def _tally_stages(evidence: Evidence, grid: Grid) -> None:
    """Count the stages and statuses, each combination of them and the close date once."""
    wanted = stage_columns(evidence.rules)
    found = grid.together(wanted) if wanted else None
    rows, times = found if found is not None else (np.arange(len(grid)), None)
    tally_stages(evidence, _only(grid, [0, *wanted], rows), len(rows), times)
