"""From rows of text to records, column by column, as a plan says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import compress
from typing import cast
from zoneinfo import ZoneInfo

from kpidesk.core.errors import Issue
from kpidesk.core.records import Cell, ParsedRows, RawRows, salesforce_id
from kpidesk.importing.cells import (
    LONGEST_SHOWN,
    clean,
    clean_all,
    currency_value,
    day_value,
    first_value,
    money_value,
    ratio_value,
    split_value,
)
from kpidesk.importing.layout import rectangular
from kpidesk.importing.memo import Memo, Memos, Problem
from kpidesk.importing.numbers import Plain, currency_of, plain_money, take_apart
from kpidesk.importing.rules import Plan, Reading, Rules

Columns = list[tuple[str, ...]]
NO_ID = "This row has no id."


def parse(plan: Plan, rows: RawRows) -> ParsedRows:
    """The records of a block of rows, and what was wrong with the others.

    A row is rejected with one issue (its first) when a cell of a date, amount, share or currency cannot be read,
    when it has no id, or when it has too few or too many cells.
    """
    rules = plan.rules
    index, kept, rejected = rectangular(rows.rows, rows.lines, rules.headers)
    columns: Columns = list(zip(*kept, strict=True)) if kept else [()] * len(rules.headers)
    block = _Block(plan, rows.lines, index, columns, rejected)
    skipped = dict(_skipped(block))
    values = _values(block)
    keys = _keys(block, values)
    custom = _custom(block)
    dropped = rejected.keys() | skipped.keys()
    rejected = {at: rejected[at] for at in sorted(rejected) if at not in skipped}
    if not dropped or not kept:
        return ParsedRows(index, keys, values, custom, rejected, skipped, _ragged_keys(block, rows, rejected))
    stay = [at not in dropped for at in index]
    named = {at: key for at, key in zip(index, keys, strict=True) if at in rejected and at not in block.nameless}
    return ParsedRows(
        list(compress(index, stay)),
        list(compress(keys, stay)),
        {name: list(compress(column, stay)) for name, column in values.items()},
        list(compress(custom, stay)),
        rejected,
        skipped,
        named | _ragged_keys(block, rows, rejected),
    )


class _Block:
    """A block of rows while it is read; a class because issues gather in it.

    `nameless` are the places of rejected rows that do not tell which record they are about.
    """

    __slots__ = ("columns", "identity", "index", "lines", "memos", "nameless", "plan", "rejected", "rules")

    def __init__(
        self, plan: Plan, lines: list[int], index: list[int], columns: Columns, rejected: dict[int, Issue]
    ) -> None:
        self.plan, self.rules, self.memos = plan, plan.rules, plan.memos
        self.lines, self.index, self.columns, self.rejected = lines, index, columns, rejected
        found = (self.rules.reading(name) for name in self.rules.identity)
        self.identity = {reading.column for reading in found if reading is not None}
        self.nameless: set[int] = set()

    def reject(self, at: int, column: int, value: str, problem: str) -> None:
        """Note what is wrong with kept row `at`; the first problem of a row counts."""
        place = self.index[at]
        issue = Issue(self.lines[place], self.rules.headers[column], value[:LONGEST_SHOWN], problem)
        self.rejected.setdefault(place, issue)
        if column in self.identity or self.rules.kind != "deals":
            self.nameless.add(place)

    def read(
        self,
        name: str,
        column: int,
        reader: Callable[[str], Cell | Problem],
        cells: Sequence[str],
        places: Sequence[int] | None = None,
        plain: Plain | None = None,
    ) -> list[Cell]:
        """The values of cells, each different one read once; rows with a bad one are rejected.

        `places` are the positions of the cells among the kept rows, all of them when None. `plain` reads, faster
        than they could be remembered, the texts that it knows.
        """
        memo = self.memos.get(name)
        if memo is None:
            memo = self.memos[name] = Memo(reader)
        memo.trim()
        if plain is None:
            values = list(map(memo.__getitem__, cells))
        else:
            known, value = plain
            values = [value(cell) if known(cell) else memo[cell] for cell in cells]
        if memo.bad:
            bad = memo.bad.keys() & set(cells)
            for at, cell in enumerate(cells) if bad else ():
                if cell in bad:
                    self.reject(at if places is None else places[at], column, cell, memo.bad[cell])
        return values


def _values(block: _Block) -> dict[str, list[Cell]]:
    """The values of every field, by name."""
    rules = block.rules
    zone = ZoneInfo(rules.zone)
    values: dict[str, list[Cell]] = {}
    for reading in rules.readings:
        if reading.field == "id" or reading.kind == "money" or reading.field == "currency":
            continue
        cells = block.columns[reading.column]
        if reading.kind == "text" and reading.field != "owner_split":
            values[reading.field] = clean_all(cells)
        else:
            name = f"date {reading.order}" if reading.kind == "date" else reading.field  # one memory for all alike
            values[reading.field] = block.read(name, reading.column, _reader(reading, rules, zone), cells)
    if rules.kind == "deals":
        _read_money(block, values)
    if rules.status is not None and rules.reading("status") is None:
        values["status"] = _statuses(rules, block.columns, block.memos)
    return values


def _reader(reading: Reading, rules: Rules, zone: ZoneInfo) -> Callable[[str], Cell | Problem]:
    if reading.field == "owner_split":
        return split_value
    if reading.kind == "date":
        return _unless_empty(partial(day_value, reading=reading, zone=zone), rules.empty)
    if reading.kind == "ratio":
        return _unless_empty(partial(ratio_value, reading=reading), rules.empty)
    return partial(_word, empty=rules.empty, multiple=reading.multiple)


def _unless_empty(reader: Callable[[str], Cell | Problem], empty: tuple[str, ...]) -> Callable[[str], Cell | Problem]:
    return lambda text: None if text in empty else reader(text)


def _word(text: str, *, empty: tuple[str, ...], multiple: bool) -> Cell:
    body = clean(text)
    if not body or body in empty:
        return None
    return first_value(body) or None if multiple else body


def _read_money(block: _Block, values: dict[str, list[Cell]]) -> None:
    """Amounts with the currency of their row."""
    rules = block.rules
    amount, column = rules.reading("amount"), rules.reading("currency")
    count = len(block.index)
    if rules.currency_from == "column" and column is not None:
        reader = partial(currency_value, default=rules.currency)
        currencies = block.read("currency", column.column, reader, block.columns[column.column])
    elif rules.currency_from == "cells" and amount is not None:
        in_cell = partial(_currency_in_cell, default=rules.currency)
        currencies = block.read("currency", amount.column, in_cell, block.columns[amount.column])
    else:
        currencies = [rules.currency] * count
    values["currency"] = currencies
    if amount is None:
        return
    cells = block.columns[amount.column]
    codes = set(currencies)
    if len(codes) == 1:
        values["amount"] = _amounts(block, amount, currencies[0], cells)
        return
    amounts: list[Cell] = [None] * count
    for code in codes:
        places = [at for at, one in enumerate(currencies) if one == code]
        for at, minor in zip(places, _amounts(block, amount, code, cells, places), strict=True):
            amounts[at] = minor
    values["amount"] = amounts


def _amounts(
    block: _Block, amount: Reading, code: Cell, cells: Sequence[str], places: Sequence[int] | None = None
) -> list[Cell]:
    """Amounts of one currency, of the rows at `places` or of all rows."""
    currency = str(code or block.rules.currency)
    empty = block.rules.empty
    reader = _unless_empty(partial(money_value, reading=amount, currency=currency), empty)
    plain = plain_money(amount.mark, currency)
    picked = cells if places is None else [cells[at] for at in places]
    simple = None if any(map(plain[0], empty)) else plain
    return block.read(f"amount {currency}", amount.column, reader, picked, places, simple)


def _currency_in_cell(text: str, *, default: str) -> Cell:
    written = take_apart(text)
    return currency_of(written.unit, default) if written is not None else default


def _statuses(rules: Rules, columns: Columns, memos: Memos) -> list[Cell]:
    """The status that yes/no columns make, row by row."""
    if rules.status is None:
        return []
    places, rule = rules.status
    memo = memos.get("status")
    if memo is None:
        memo = memos["status"] = Memo(lambda cells: rule.status(cells) or None)
    return list(map(memo.__getitem__, zip(*(columns[at] for at in places), strict=True)))


def status_words(rules: Rules, columns: Columns, memos: Memos) -> list[Cell] | None:
    """The status of every row as it will be imported, None when the file has none."""
    reading = rules.reading("status")
    if reading is not None:
        memo = memos.get("status")
        if memo is None:
            memo = memos["status"] = Memo(partial(_word, empty=rules.empty, multiple=False))
        return list(map(memo.__getitem__, columns[reading.column]))
    return _statuses(rules, columns, memos) if rules.status is not None else None


def _skipped(block: _Block) -> Iterator[tuple[int, str]]:
    """Positions of rows that are left out on purpose, and why."""
    rules = block.rules
    for column, words in rules.skip:
        for at, cell in enumerate(block.columns[column]):
            if flag(cell) in words:
                yield block.index[at], f"{rules.headers[column]} is {cell.strip()}"
    if not rules.ignored:
        return
    stage = rules.reading("stage")
    stages: Sequence[str] = block.columns[stage.column] if stage is not None else [""] * len(block.index)
    statuses = status_words(rules, block.columns, block.memos) or [None] * len(block.index)
    for at, (status, written) in enumerate(zip(statuses, stages, strict=True)):
        word = status or clean(written)
        if word in rules.ignored:
            yield block.index[at], f"'{word}' is set to be ignored"


def flag(cell: str) -> str:
    """A yes/no cell as `true` or `false`, any other text in lower case."""
    word = cell.strip().casefold()
    return {"1": "true", "yes": "true", "0": "false", "no": "false"}.get(word, word)


def _keys(block: _Block, values: dict[str, list[Cell]]) -> list[str]:
    """The identity of every row."""
    rules, ordinals = block.rules, block.plan.ordinals
    if rules.kind == "people":
        return _people_keys(block, values)
    reading = rules.reading("id")
    lines = block.lines if len(block.index) == len(block.lines) else [block.lines[place] for place in block.index]
    if reading is None:
        parts = [values.get(name, [None] * len(lines)) for name in rules.identity]
        return [made_key([*cells, ordinals.get(line, 1)]) for line, *cells in zip(lines, *parts, strict=True)]
    keys = [cell.strip() for cell in block.columns[reading.column]]
    if rules.ids == "salesforce":
        keys = [salesforce_id(key) if len(key) == 15 else key for key in keys]
    if not all(keys):
        for at, key in enumerate(keys):
            if not key:
                block.reject(at, reading.column, "", NO_ID)
    return keys


def _ragged_keys(block: _Block, rows: RawRows, rejected: Mapping[int, Issue]) -> dict[int, str]:
    """The ids of rows with too few or too many cells, where there is a cell in the column of the id."""
    reading = block.rules.reading("id")
    if reading is None or len(rejected) == 0 or len(block.index) == len(rows.rows):
        return {}
    whole = set(block.index)
    cells = {at: rows.rows[at][reading.column : reading.column + 1] for at in rejected if at not in whole}
    return {at: _as_id(cell[0].strip(), block.rules) for at, cell in cells.items() if cell and cell[0].strip()}


def _as_id(key: str, rules: Rules) -> str:
    return salesforce_id(key) if rules.ids == "salesforce" else key


def made_key(parts: Sequence[Cell]) -> str:
    """The identity made of several fields, as text."""
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def _people_keys(block: _Block, values: dict[str, list[Cell]]) -> list[str]:
    count = len(block.index)
    emails, names = values.get("email", [None] * count), values.get("person", [None] * count)
    keys = [str(email or name or "") for email, name in zip(emails, names, strict=True)]
    column = next((one.column for one in block.rules.readings if one.field in ("person", "email")), 0)
    for at, key in enumerate(keys):
        if not key:
            block.reject(at, column, "", "This row names nobody.")
    return keys


def _custom(block: _Block) -> list[str | None]:
    """The cells of unmapped columns of each row as a JSON object."""
    rules = block.rules
    if not rules.custom:
        return [None] * len(block.index)
    pieces = [
        cast(list[str], block.read(f"custom {at}", at, partial(_piece, header=rules.headers[at]), block.columns[at]))
        for at in rules.custom
        if any(block.columns[at])
    ]
    if not pieces:
        return [None] * len(block.index)
    bodies = pieces[0] if len(pieces) == 1 else [",".join(filter(None, row)) for row in zip(*pieces, strict=True)]
    return [f"{{{body}}}" if body else None for body in bodies]


def _piece(text: str, *, header: str) -> str:
    body = clean(text)
    return f"{json.dumps(header, ensure_ascii=False)}:{json.dumps(body, ensure_ascii=False)}" if body else ""
