"""From rows of text to records, column by column, as a plan says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import cast
from zoneinfo import ZoneInfo

from kpidesk.core.errors import Issue
from kpidesk.core.fields import KIND_OF_RECORD
from kpidesk.core.imports import LEFT_OUT
from kpidesk.core.records import Cell, Coded, ParsedRows, RawRows, different, minor_digits, salesforce_id
from kpidesk.core.wording import with_article
from kpidesk.importing.block import Block, block_of
from kpidesk.importing.cells import (
    all_references,
    clean,
    clean_all,
    currency_value,
    highest_value,
    money_value,
    word_value,
)
from kpidesk.importing.columns import Columns, repeated, without, without_some
from kpidesk.importing.kinds import ESSENTIAL
from kpidesk.importing.memo import Memo, Memos
from kpidesk.importing.numbers import currency_of, plain_money, take_apart
from kpidesk.importing.readers import constant_value, is_plain_date, memory_of, unless_empty
from kpidesk.importing.rules import Making, Plan, Reading, Rules

NO_ID = "This row has no id."
LEFT_OUT_WHY = "left out by you"


def parse(plan: Plan, rows: RawRows) -> ParsedRows:
    """The records of a block of rows, and what was wrong with the others.

    A row is rejected with one issue (its first) when a cell of anything but a text or word cannot be read, when it
    has no id, or when it has too few or too many cells. One whose share of full time cannot be read is kept without it.
    """
    rules, block = plan.rules, block_of(plan, rows)
    skipped = dict(_skipped(block))
    values = _values(block)
    keys = _keys(block, values)
    if rules.same:
        keys = _same_records(block, keys, skipped)
    custom = _custom(block)
    index, dropped = block.index, block.rejected.keys() | skipped.keys()
    rejected = {at: block.rejected[at] for at in sorted(block.rejected) if at not in skipped}
    if not dropped or not index:
        ragged = _ragged_keys(block, rows, rejected)
        return ParsedRows(index, keys, values, custom, rejected, skipped, ragged, block.unread)
    gone = sorted(dropped) if len(index) == len(rows) else [at for at, place in enumerate(index) if place in dropped]
    named = {at: key for at, key in zip(index, keys, strict=True) if at in rejected and at not in block.nameless}
    return ParsedRows(
        without_some(index, gone),
        without_some(keys, gone),
        {name: without(column, gone) for name, column in values.items()},
        without(custom, gone),
        rejected,
        skipped,
        named | _ragged_keys(block, rows, rejected),
        {at: issue for at, issue in block.unread.items() if at not in dropped},
    )


def _values(block: Block) -> dict[str, Sequence[Cell]]:
    """The values of every field, by name."""
    rules = block.rules
    zone = ZoneInfo(rules.zone)
    values: dict[str, Sequence[Cell]] = {}
    for reading in rules.readings:
        if reading.field == "id" or reading.kind == "money" or (reading.field == "currency" and holds_money(rules)):
            continue
        if reading.kind == "text" and reading.field != "owner_split":
            values[reading.field] = clean_all(block.columns[reading.column], rules.empty)
        elif reading.kind == "reference" and not reading.lengthen:
            values[reading.field] = all_references(block.columns[reading.column], rules.empty)
        else:
            name = f"date {reading.order}" if is_plain_date(reading, rules) else reading.field  # one memory for alike
            values[reading.field] = block.read_column(name, reading.column, partial(memory_of, reading, rules, zone))
    if holds_money(rules):
        _read_money(block, values)
    for making in rules.made:
        values[making.rule.field] = _made(making, block.columns, block.memos)
    _read_highest(block, values)
    for name, text in rules.constants:
        values[name] = repeated(constant_value(name, text, rules, zone), len(block.index))
    _refuse_empty(block, values)
    return values


def _refuse_empty(block: Block, values: Mapping[str, Sequence[Cell]]) -> None:
    """Reject the rows that leave a field empty without which they say nothing."""
    for name in ESSENTIAL.get(block.rules.kind, ()):
        reading = block.rules.reading(name)
        if reading is None or None not in values[name]:
            continue
        problem = f"{with_article(KIND_OF_RECORD[block.rules.kind].one).capitalize()} needs a value here."
        for at, value in enumerate(values[name]):
            if value is None:
                block.reject(at, reading.column, "", problem)


def holds_money(rules: Rules) -> bool:
    """Whether a currency of the rows is that of their amounts: always for deals, else where a column holds amounts."""
    return rules.kind == "deals" or any(reading.kind == "money" for reading in rules.readings)


def _read_highest(block: Block, values: dict[str, Sequence[Cell]]) -> None:
    """The highest score of rows that are written as 9/10 where no column holds it."""
    score = block.rules.reading("score")
    if score is not None and block.rules.reading("scale_max") is None:
        cells = block.columns[score.column]
        make = partial(Memo[str], partial(highest_value, reading=score))
        values["scale_max"] = block.read("scale_max", score.column, make, cells)


def _read_money(block: Block, values: dict[str, Sequence[Cell]]) -> None:
    """Amounts with the currency of their row."""
    rules = block.rules
    amounts, column = [one for one in rules.readings if one.kind == "money"], rules.reading("currency")
    if rules.currency_from == "column" and column is not None:
        make = partial(Memo[str], partial(currency_value, default=rules.currency))
        currencies: Sequence[Cell] = block.read("currency", column.column, make, block.columns[column.column])
    elif rules.currency_from == "cells" and amounts:
        currencies = _currencies_in_cells(block, amounts)
    else:
        currencies = repeated(rules.currency, len(block.index))
    values["currency"] = currencies
    for amount in amounts:
        values[amount.field] = _in_currencies(block, amount, currencies)


def _currencies_in_cells(block: Block, amounts: Sequence[Reading]) -> Sequence[Cell]:
    """The currency of each row by the first of its amounts that names one."""
    in_cell = partial(_currency_in_cell, default="" if len(amounts) > 1 else block.rules.currency)
    make = partial(Memo[str], in_cell)
    found = [block.read(f"currency {one.field}", one.column, make, block.columns[one.column]) for one in amounts]
    if len(found) == 1:
        return found[0]
    return [next(filter(None, row), block.rules.currency) for row in zip(*found, strict=True)]


def _in_currencies(block: Block, amount: Reading, currencies: Sequence[Cell]) -> Sequence[Cell]:
    """The amounts of a column, each in the currency of its row."""
    codes = set(different(currencies))
    if len(codes) == 1:
        return _amounts(block, amount, codes.pop())
    amounts: list[Cell] = [None] * len(block.index)
    for code in codes:
        places = [at for at, one in enumerate(currencies) if one == code]
        for at, minor in zip(places, _amounts(block, amount, code, places), strict=True):
            amounts[at] = minor
    return amounts


def _amounts(block: Block, amount: Reading, code: Cell, places: Sequence[int] | None = None) -> Sequence[Cell]:
    """Amounts of one currency, of the rows at `places` or of all rows."""
    currency = str(code or block.rules.currency)
    empty = block.rules.empty
    reader = unless_empty(partial(money_value, reading=amount, currency=currency), empty)
    is_simple = not (amount.cents or any(map(str.isdigit, "".join(empty))))
    name, make = f"amount {amount.mark} {currency}", partial(Memo[str], reader)
    if places is None and block.grid is not None and is_simple:
        numbers, odd = block.grid.minor_units(amount.column, amount.mark, minor_digits(currency))
        found: list[Cell] = numbers.tolist()
        places = odd.tolist()
        others = block.read(name, amount.column, make, block.grid.cells(amount.column, odd), places)
        for at, minor in zip(places, others, strict=True):
            found[at] = minor
        return found
    cells = block.columns[amount.column]
    picked = cells if places is None else [cells[at] for at in places]
    plain = plain_money(amount.mark, currency) if is_simple else None
    return block.read(name, amount.column, make, picked, places, plain)


def _currency_in_cell(text: str, *, default: str) -> Cell:
    written = take_apart(text)
    return currency_of(written.unit, default) if written is not None else default


def _made(making: Making, columns: Columns, memos: Memos) -> list[Cell]:
    """The words that other columns make, row by row."""
    memo = memos.get(f"made {making.rule.field}")
    if memo is None:
        memo = memos[f"made {making.rule.field}"] = Memo(lambda cells: making.rule.word(cells) or None)
    memo.trim()
    return list(map(memo.__getitem__, zip(*(columns[at] for at in making.columns), strict=True)))


def status_words(rules: Rules, columns: Columns, memos: Memos) -> list[Cell] | None:
    """The status of every row as it will be imported, None when the file has none."""
    reading, making = rules.reading("status"), rules.making("status")
    if same := clean(rules.constant("status")):
        return [rules.known_words("status").get(same.casefold(), same)] * len(columns[0])
    if reading is not None:
        memo = memos.get("status")
        if memo is None:
            read = partial(word_value, known=rules.known_words("status"), empty=rules.empty, multiple=False)
            memo = memos["status"] = Memo(read)
        return list(map(memo.__getitem__, columns[reading.column]))
    return _made(making, columns, memos) if making is not None else None


def _skipped(block: Block) -> Iterator[tuple[int, str]]:
    """Positions of rows that are left out on purpose, and why."""
    rules = block.rules
    for column, words in rules.skip:
        cells = block.columns[column]
        for at, cell in () if set(words).isdisjoint(map(flag, different(cells))) else enumerate(cells):
            if flag(cell) in words:
                yield block.index[at], f"{rules.headers[column]} is {cell.strip() or 'empty'}"
    if not rules.ignored:
        return
    stage = rules.reading("stage")
    same = rules.constant("stage")
    stages: Sequence[str] = block.columns[stage.column] if stage is not None else [same] * len(block.index)
    statuses = status_words(rules, block.columns, block.memos) or [None] * len(block.index)
    for at, (status, written) in enumerate(zip(statuses, stages, strict=True)):
        word = status or clean(written)
        if word in rules.ignored:
            yield block.index[at], f"'{word}' is set to be ignored"


def flag(cell: str) -> str:
    """A yes/no cell as `true` or `false`, any other text in lower case."""
    word = cell.strip().casefold()
    return {"1": "true", "yes": "true", "0": "false", "no": "false"}.get(word, word)


def _keys(block: Block, values: dict[str, Sequence[Cell]]) -> list[str]:
    """The identity of every row."""
    rules, ordinals = block.rules, block.plan.ordinals
    if rules.kind == "people":
        return _people_keys(block, values)
    reading = rules.reading("id")
    lines = block.lines if len(block.index) == len(block.lines) else [block.lines[place] for place in block.index]
    if reading is None:
        parts = [values.get(name, [None] * len(lines)) for name in rules.identity]
        return [made_key([*cells, ordinals.get(line, 1)]) for line, *cells in zip(lines, *parts, strict=True)]
    keys = list(map(str.strip, block.columns[reading.column]))
    if rules.ids == "salesforce":
        keys = [salesforce_id(key) if len(key) == 15 else key for key in keys]
    if not all(keys):
        for at, key in enumerate(keys):
            if not key:
                block.reject(at, reading.column, "", NO_ID)
    return keys


def _same_records(block: Block, keys: list[str], skipped: dict[int, str]) -> list[str]:
    """The identities with those of rows that count as another record; what is to be left out is skipped."""
    same = dict(block.rules.same)
    for place, key in zip(block.index, keys, strict=True):
        if same.get(key) == LEFT_OUT:
            skipped.setdefault(place, LEFT_OUT_WHY)
    return [key if (other := same.get(key, key)) == LEFT_OUT else other for key in keys]


def _ragged_keys(block: Block, rows: RawRows, rejected: Mapping[int, Issue]) -> dict[int, str]:
    """The ids of rows with too few or too many cells, where there is a cell in the column of the id."""
    reading = block.rules.reading("id")
    if reading is None or len(rejected) == 0 or len(block.index) == len(rows):
        return {}
    whole = set(block.index)
    cells = {at: rows.rows[at][reading.column : reading.column + 1] for at in rejected if at not in whole}
    return {at: _as_id(cell[0].strip(), block.rules) for at, cell in cells.items() if cell and cell[0].strip()}


def _as_id(key: str, rules: Rules) -> str:
    return salesforce_id(key) if rules.ids == "salesforce" else key


def made_key(parts: Sequence[Cell]) -> str:
    """The identity made of several fields, as text."""
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def _people_keys(block: Block, values: dict[str, Sequence[Cell]]) -> list[str]:
    count = len(block.index)
    emails, names = values.get("email", [None] * count), values.get("person", [None] * count)
    keys = [str(email or name or "") for email, name in zip(emails, names, strict=True)]
    names_people = bool({"email", "person"} & values.keys()) or "team" not in values
    if not names_people:
        keys = [str(team or "") for team in values.get("team", names)]
    column = next((one.column for one in block.rules.readings if one.field in ("person", "email", "team")), 0)
    for at, key in enumerate(keys):
        if not key:
            block.reject(at, column, "", "This row names nobody." if names_people else "This row names no team.")
    return keys


def _custom(block: Block) -> Sequence[str | None]:
    """The cells of unmapped columns of each row as a JSON object."""
    rules = block.rules
    pieces = [
        cast(Sequence[str], block.read(f"custom {at}", at, partial(_pieces_of, rules.headers[at]), block.columns[at]))
        for at in rules.custom
        if any(different(block.columns[at]))
    ]
    if not pieces:
        return repeated(None, len(block.index))
    if len(pieces) == 1 and isinstance(pieces[0], Coded):
        return pieces[0].of(_objects(pieces[0].values))
    return _objects(
        pieces[0] if len(pieces) == 1 else [",".join(filter(None, row)) for row in zip(*pieces, strict=True)]
    )


def _objects(bodies: Sequence[str]) -> list[str | None]:
    return [f"{{{body}}}" if body else None for body in bodies]


def _pieces_of(header: str) -> Memo[str]:
    """What is remembered of an unmapped column: its cells as members of a JSON object, "" for an empty one."""
    name = json.dumps(header, ensure_ascii=False)

    def piece(text: str) -> str:
        body = clean(text)
        return f"{name}:{json.dumps(body, ensure_ascii=False)}" if body else ""

    return Memo(piece)
