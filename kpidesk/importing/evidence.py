"""What all rows of a file show about its columns, gathered in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import compress

import numpy as np

from kpidesk.core.fields import FIELD_BY_NAME
from kpidesk.core.records import Cell, RawRows, is_salesforce_id
from kpidesk.importing.cells import clean
from kpidesk.importing.columns import Columns
from kpidesk.importing.dates import DateTally
from kpidesk.importing.grids import Numbers, hashes_of
from kpidesk.importing.headers import normalised
from kpidesk.importing.layout import rectangular
from kpidesk.importing.mapping import flag, status_words
from kpidesk.importing.memo import LARGEST, Memo, Memos
from kpidesk.importing.numbers import NumberTally, is_blank
from kpidesk.importing.outcomes import StageTally
from kpidesk.importing.rules import WITHOUT_LIST, Reading, Rules
from kpidesk.importing.spans import holds_periods, is_period
from kpidesk.importing.zoned import ZonedTally

SAMPLES = 5
PREVIEW_ROWS = 50
SALESFORCE_SIGNS = 15
ENTERED_AT = "entered_at"
NO_KEYS = np.empty(0, np.int64)
OWNER_WORDS = frozenset(("owner", "rep", "salesperson", "seller", "agent", "user"))


@dataclass(slots=True)
class Evidence:
    """What was seen of a file so far; filled block by block.

    `twins` are pairs of columns with one name of which the first feeds a field; `unlike` the first line on which
    a pair differs, with both cells; `skipped` counts by column the rows that it leaves out. `salesforce_ids` counts the
    ids of that form; `references` tells by how many cells ids of that form outnumber others in columns that lead to
    another kind; `words` counts by field the texts of columns some words of which are known or may be two spellings of
    one; `dates` and `zoned` also hold, under ENTERED_AT, what the columns of `Rules.wide` show. `owners` are the
    different owners with the address in the column `address`, which is -1 when there is none. `currencies` counts the
    texts of that column in rows with an amount, `flags` by field those of columns of yes and no.
    """

    rules: Rules
    twins: tuple[tuple[int, int], ...] = ()
    total: int = 0
    ragged: int = 0
    filled: list[int] = field(default_factory=list)
    samples: list[dict[str, None]] = field(default_factory=list)
    rows: list[tuple[str, ...]] = field(default_factory=list)
    dates: dict[str, DateTally] = field(default_factory=dict)
    zoned: dict[str, ZonedTally] = field(default_factory=dict)
    numbers: dict[str, NumberTally] = field(default_factory=dict)
    stages: StageTally = field(default_factory=StageTally)
    currencies: Counter[str] = field(default_factory=Counter)
    words: dict[str, Counter[str]] = field(default_factory=dict)
    flags: dict[str, Counter[str]] = field(default_factory=dict)
    references: Counter[str] = field(default_factory=Counter)
    unlike: dict[tuple[int, int], tuple[int, str, str]] = field(default_factory=dict)
    several: int = 0
    skipped: Counter[int] = field(default_factory=Counter)
    salesforce_ids: int = 0
    address: int = -1
    owners: set[tuple[str, str]] = field(default_factory=set)
    keys: list[Numbers] = field(default_factory=list)
    key_lines: list[Numbers] = field(default_factory=list)
    memos: Memos = field(default_factory=dict)


def begin(rules: Rules, twins: tuple[tuple[int, int], ...], *, serials: bool) -> Evidence:
    """Nothing seen yet, with a tally for every column that needs one."""
    evidence = Evidence(rules, twins)
    width = len(rules.headers)
    evidence.filled = [0] * width
    evidence.samples = [{} for _ in range(width)]
    evidence.address = _address_column(rules)
    for reading in rules.readings:
        if reading.kind in ("date", "stamp"):
            also = is_period if holds_periods(FIELD_BY_NAME[rules.kind][reading.field]) else None
            zoned = evidence.zoned[reading.field] = ZonedTally(rules.zone)
            evidence.dates[reading.field] = DateTally(serials=serials, also=also, heard=zoned.count)
        elif reading.kind in ("money", "ratio", "score", "decimal"):
            small = reading.kind in ("score", "decimal")
            evidence.numbers[reading.field] = NumberTally(shares=reading.kind == "ratio", small=small)
        elif reading.kind == "flag":
            evidence.flags[reading.field] = Counter()
        elif rules.known_words(reading.field) or reading.field in WITHOUT_LIST.get(rules.kind, ()):
            evidence.words[reading.field] = Counter()
    if rules.wide is not None:
        zoned = evidence.zoned[ENTERED_AT] = ZonedTally(rules.zone)
        evidence.dates[ENTERED_AT] = DateTally(serials=serials, heard=zoned.count)
    return evidence


def _address_column(rules: Rules) -> int:
    """The column that holds, by its header, the e-mail address of the owner; -1 when there is none."""
    owner = rules.reading("owner")
    if rules.kind != "deals" or owner is None:
        return -1
    own = set(normalised(rules.headers[owner.column]).split())
    words = {at: set(normalised(rules.headers[at].replace("-", "")).split()) for at in rules.custom}
    return next((at for at, said in words.items() if {"email", "mail"} & said and said & (OWNER_WORDS | own)), -1)


def same_names(evidence: Evidence) -> dict[str, list[str]]:
    """The owners, by name as first written, that stand with more than one e-mail address."""
    spelled: dict[str, str] = {}
    found: dict[str, dict[str, str]] = {}
    for name, address in sorted(evidence.owners):
        key = " ".join(name.casefold().split())
        if key and "@" in address:
            spelled.setdefault(key, " ".join(name.split()))
            found.setdefault(key, {}).setdefault(address.strip().casefold(), address.strip())
    return {spelled[key]: list(addresses.values()) for key, addresses in found.items() if len(addresses) > 1}


def gather(evidence: Evidence, block: RawRows) -> None:
    """Take in one block of rows."""
    rules = evidence.rules
    begin_with(evidence, block)
    index, whole, _ = rectangular(block, rules.headers)
    evidence.ragged += len(block) - len(index)
    lines = block.lines if len(index) == len(block.lines) else [block.lines[at] for at in index]
    if not lines:
        return
    _count(evidence, whole, lines)
    columns, lines = _without_skipped(evidence, whole, lines)
    if not lines:
        return
    _tally(evidence, columns, lines)
    note_keys(evidence, columns, lines)


def begin_with(evidence: Evidence, block: RawRows) -> None:
    """Count the rows of a block, and keep the first of a file to show."""
    evidence.total += len(block)
    if len(evidence.rows) < PREVIEW_ROWS:
        evidence.rows += map(tuple, block.rows[: PREVIEW_ROWS - len(evidence.rows)])


def keep_samples(samples: dict[str, None], texts: Iterable[str]) -> None:
    """Keep the first few texts of a column that are not blank, to show them."""
    for text in texts:
        if len(samples) >= SAMPLES:
            return
        if shown := text.strip():
            samples[shown] = None


def _count(evidence: Evidence, columns: Columns, lines: list[int]) -> None:
    for at, column in enumerate(columns):
        evidence.filled[at] += len(column) - (0 if all(column) else column.count(""))
        samples = evidence.samples[at]
        if len(samples) < SAMPLES and sum(map(column.count, samples)) < len(column):
            keep_samples(samples, dict.fromkeys(column))
    for one, two in evidence.twins:
        if (one, two) not in evidence.unlike and columns[one] != columns[two]:
            at = next(at for at in range(len(lines)) if columns[one][at] != columns[two][at])
            evidence.unlike[one, two] = (lines[at], columns[one][at], columns[two][at])


def _without_skipped(evidence: Evidence, columns: Columns, lines: list[int]) -> tuple[Columns, list[int]]:
    for column, words in evidence.rules.skip:
        stay = [flag(cell) not in words for cell in columns[column]]
        if not all(stay):
            evidence.skipped[column] += stay.count(False)
            columns = [list(compress(cells, stay)) for cells in columns]
            lines = list(compress(lines, stay))
    return columns, lines


def _tally(evidence: Evidence, columns: Columns, lines: list[int]) -> None:
    rules = evidence.rules
    for reading in rules.readings:
        cells = columns[reading.column]
        if reading.field in evidence.dates:
            evidence.dates[reading.field].add(cells, lines)
        elif reading.field in evidence.numbers:
            evidence.numbers[reading.field].add(cells, lines)
        elif reading.field == "currency":
            evidence.currencies.update(_with_amount(cells, [columns[one] for one in amount_columns(rules)]))
        elif reading.kind == "reference":
            evidence.references[reading.field] += salesforce_lead(cells)
        elif reading.field in evidence.words:
            count_words(evidence.words[reading.field], cells)
        elif reading.field in evidence.flags:
            count_words(evidence.flags[reading.field], cells)
        if reading.multiple and ";" in "".join(cells):
            evidence.several += sum(";" in cell for cell in cells)
    if rules.wide is not None:
        for at, _ in rules.wide.stages:
            evidence.dates[ENTERED_AT].add(columns[at], lines)
    owner = rules.reading("owner")
    if evidence.address >= 0 and owner is not None:
        evidence.owners.update(zip(columns[owner.column], columns[evidence.address], strict=True))
    if rules.kind == "deals":
        tally_stages(evidence, columns, len(lines))


def salesforce_lead(cells: Sequence[str]) -> int:
    """How many more cells hold a Salesforce id than hold another text."""
    texts = list(map(str.strip, cells))
    found = sum(map(is_salesforce_id, texts)) if {15, 18} & set(map(len, texts)) else 0
    return 2 * found - (len(cells) if all(cells) else len(cells) - cells.count(""))


def amount_columns(rules: Rules) -> list[int]:
    """The columns that hold amounts."""
    return [one.column for one in rules.readings if one.kind == "money"]


def _with_amount(cells: Sequence[str], amounts: Sequence[Sequence[str]]) -> list[str]:
    """Those of the cells in whose rows one of the columns of amounts holds any."""
    return [cell for cell, *row in zip(cells, *amounts, strict=True) if not all(map(is_blank, row))]


def count_words(words: Counter[str], cells: Sequence[str] | Mapping[str, int]) -> None:
    """Count the texts of a column, or add what was counted, until they are too many."""
    if len(words) < LARGEST:
        words.update(cells)


def written(evidence: Evidence, name: str) -> list[tuple[str, int]]:
    """The words of a field whatever their case, as first written and with their rows, the most frequent first."""
    empty = {one.casefold() for one in evidence.rules.empty}
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for text, count in evidence.words[name].items():
        word = clean(text)
        if word and word.casefold() not in empty:
            spelled.setdefault(word.casefold(), word)
            counts[word.casefold()] += count
    return sorted(((spelled[word], count) for word, count in counts.items()), key=lambda item: (-item[1], item[0]))


def tally_stages(evidence: Evidence, columns: Columns, count: int, times: Sequence[int] | None = None) -> None:
    """Take in the stages and statuses of `count` rows, each as often as `times` says."""
    rules = evidence.rules
    stage, close = rules.reading("stage"), rules.reading("close_date") or rules.reading("closed_at")
    same: Sequence[Cell] = [clean(rules.constant("stage")) or None] * count
    statuses = status_words(rules, columns, evidence.memos) or [None] * count
    stages = _read(evidence, "stage", stage, columns, partial(_stage_word, empty=rules.empty)) or same
    evidence.stages.add(statuses, stages, [None] * count if close is None else columns[close.column], times)


def stage_columns(rules: Rules) -> list[int]:
    """The columns that tell the stage and status of a deal, and whether it has a close date."""
    making = rules.making("status")
    readings = (
        rules.reading("status"),
        rules.reading("stage"),
        rules.reading("close_date") or rules.reading("closed_at"),
    )
    found = [reading.column for reading in readings if reading is not None]
    return sorted({*found, *(making.columns if making is not None else ())})


def _read(
    evidence: Evidence, name: str, reading: Reading | None, columns: Columns, read: Callable[[str], Cell]
) -> Sequence[Cell]:
    """The values of a column, each different text read once; none without such a column."""
    if reading is None:
        return ()
    memo = evidence.memos.setdefault(name, Memo(read))
    memo.trim()
    return list(map(memo.__getitem__, columns[reading.column]))


def _stage_word(text: str, *, empty: tuple[str, ...]) -> Cell:
    return None if text.strip() in empty else clean(text) or None


def note_keys(evidence: Evidence, columns: Columns, lines: list[int]) -> None:
    """Note which ids the rows have, to find those that come again."""
    reading = evidence.rules.reading("id")
    if reading is None:
        return
    cells: list[str] = list(map(str.strip, columns[reading.column]))
    if evidence.rules.ids != "salesforce" and {15, 18} & set(map(len, cells)):
        evidence.salesforce_ids += sum(map(is_salesforce_id, cells))
    if evidence.rules.ids == "salesforce" or evidence.salesforce_ids:
        cells = [cell[:SALESFORCE_SIGNS] if len(cell) in (15, 18) else cell for cell in cells]
    evidence.keys.append(hashes_of(cells))
    evidence.key_lines.append(np.asarray(lines, np.int64))


def repeated_ids(evidence: Evidence) -> dict[int, int]:
    """The line of the first row with the same id, by the line of each later row; rows without an id left out."""
    keys = np.concatenate([NO_KEYS, *evidence.keys])
    ordered = np.sort(keys)
    several = ordered[1:][(ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)]
    if not len(several):
        return {}
    first: dict[int, int] = {}
    again: dict[int, int] = {}
    here = np.flatnonzero(np.isin(keys, several))
    lines = np.concatenate(evidence.key_lines)[here]
    for key, line in zip(keys[here].tolist(), lines.tolist(), strict=True):
        before = first.setdefault(key, line)
        if before != line:
            again[line] = before
    return again
