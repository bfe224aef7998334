"""The rows behind a number as text, each with the file and line that showed it last."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import repeat
from typing import Any

import numpy as np

from kpidesk.core.fields import OF_VISITS, Field, Kind
from kpidesk.core.records import MILLION, minor_digits
from kpidesk.store.columns import Ints, day_text, view
from kpidesk.store.curation import words_of
from kpidesk.store.database import Database
from kpidesk.store.dated import STILL
from kpidesk.store.deal_keys import UNNAMED
from kpidesk.store.settings import load_settings
from kpidesk.store.shapes import NO_DAY, SHAPES, Shape, is_named
from kpidesk.store.shown_in import places_of

CALLED = (
    "coalesce(nullif(x.name, ''), CASE WHEN d.key LIKE '[%' AND json_valid(d.key) THEN"
    f" coalesce(d.key ->> 0, d.key ->> 1, '{UNNAMED}') ELSE d.key END)"
)
"""What the deal `d` is called by its value `x`, as `called` says it."""
_BLOCK = 10_000


def deal_rows(db: Database, value_ids: Sequence[int], as_of: date | None = None) -> list[dict[str, str]]:
    """Deals as text, as `rows_by_id` gives them."""
    return rows_by_id(db, "deals", value_ids, as_of)


def rows_by_id(db: Database, kind: Kind, value_ids: Sequence[int], as_of: date | None = None) -> list[dict[str, str]]:
    """Records as text, in the order of the values asked for, empty cells left out; `as_of`: no later export is named.

    Besides the fields (people and accounts by their present names, amounts in major units) and custom columns:
    `record_id` (of a deal `deal_id`), `key`, and of the newest import that showed this value `import_id`, `file` and
    `line`, empty when not known; `valid_from`, the first data date of the last time it came into force.
    """
    shape = SHAPES[kind]
    wanted = np.asarray(value_ids, np.int64)
    places = places_of(db, shape, wanted, as_of)
    shown = dict(_rows(db, shape, np.unique(wanted)))
    return [
        {**shown[value], "import_id": number, "file": file, "line": line, "valid_from": since}
        for value, (number, file, line, since) in zip(wanted.tolist(), places, strict=True)
    ]


def cells_of(db: Database, kind: Kind, columns: Mapping[str, Ints]) -> list[dict[str, str]]:
    """The cells of rows as text, by the numbers in which columns keep them; '' where there is nothing.

    An amount is in the currency beside it.
    """
    shape, digits = SHAPES[kind], _digits(db)
    texts: dict[str, Callable[[Any], str]] = {
        **_texts(db, shape, 0), **{one.name: day_text for one in (*shape.fields, *OF_VISITS) if one.kind == "date"},
    }  # fmt: skip
    money = {one.name for one in shape.fields if one.kind == "money"}
    codes = columns["currency"].tolist() if "currency" in columns else repeat(0)
    cells = dict[str, list[str]]()
    for name, numbers in columns.items():
        empty = shape.columns[name][1] if name in shape.columns else NO_DAY
        if name in money:
            pairs = zip(numbers.tolist(), codes, strict=False)
            cells[name] = ["" if one == empty else _major(one, digits[code or None]) for one, code in pairs]
        else:
            cells[name] = ["" if one == empty else texts[name](one) for one in numbers.tolist()]
    return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]


def deals_of_keys(db: Database, wanted: Sequence[tuple[str, str]]) -> list[tuple[str, dict[str, str]]]:
    """Deals as they are now by source and id, each with its source; what is not there is left out."""
    sql = (
        "SELECT s.name, n.value_id FROM json_each(?) j JOIN sources s ON s.name = j.value ->> 0"
        " JOIN deals d ON d.source_id = s.id AND d.key = j.value ->> 1"
        " JOIN deal_versions n ON n.deal_id = d.id WHERE n.valid_to = ?"
    )
    found = list(db.rows(sql, (json.dumps(wanted), STILL)))
    rows = deal_rows(db, [value for _, value in found])
    return [(source, row) for (source, _), row in zip(found, rows, strict=True)]


def has_next_steps(db: Database) -> bool:
    """Whether a next step is written down of any deal."""
    return bool(db.rows("SELECT 1 FROM deal_values WHERE next_step <> '' LIMIT 1"))


def values_with_step(db: Database, value_ids: Ints) -> Ints:
    """Those of these values of deals in which a next step is written down."""
    sql = "SELECT x.id FROM json_each(?) j JOIN deal_values x ON x.id = j.value WHERE x.next_step <> ''"
    return np.array([number for (number,) in db.rows(sql, (json.dumps(value_ids.tolist()),))], np.int64)


def deal_names(db: Database, value_ids: Sequence[int]) -> dict[int, str]:
    """The name of the deal in each of these values, its key where it has none."""
    sql = (
        f"SELECT x.id, {CALLED} FROM json_each(?) j JOIN deal_values x ON x.id = j.value"
        " JOIN deals d ON d.id = x.deal_id"
    )
    return dict(db.rows(sql, (json.dumps([int(value) for value in value_ids]),)))


def values_named(db: Database, words: Collection[str]) -> Ints:
    """The numbers of the values of deals whose name is one of these words, large or small letters alike."""
    sql = "SELECT id FROM deal_values WHERE name COLLATE NOCASE IN (SELECT value FROM json_each(?))"
    return np.array([number for (number,) in db.rows(sql, (json.dumps(sorted(words)),))], np.int64)


def deals_in_brief(db: Database, value_ids: Sequence[int]) -> dict[int, tuple[str, str, str, str]]:
    """Name, id, account and stage of the deal in each of these values; '' for an account or a stage that none has.

    A deal without a name has its id for one.
    """
    sql = (
        f"SELECT x.id, {CALLED}, d.key, coalesce(c.name, ''), coalesce(t.value, '')"
        " FROM json_each(?) j JOIN deal_values x ON x.id = j.value JOIN deals d ON d.id = x.deal_id"
        " LEFT JOIN account_aliases a ON a.id = x.account LEFT JOIN accounts c ON c.id = a.account_id"
        " LEFT JOIN terms t ON t.id = x.stage"
    )
    rows = db.rows(sql, (json.dumps([int(value) for value in value_ids]),))
    return {value: (name, key, account, stage) for value, name, key, account, stage in rows}


def deal_texts(db: Database, value_ids: Sequence[int]) -> list[tuple[str, str]]:
    """Name and id of the deal in each of these values, in their order; a deal without a name has its id for one."""
    sql = (
        f"SELECT {CALLED}, d.key FROM json_each(?) j"
        " CROSS JOIN deal_values x ON x.id = j.value JOIN deals d ON d.id = x.deal_id ORDER BY j.key"
    )
    return db.rows(sql, (json.dumps(value_ids),))


def account_ids(db: Database) -> Ints:
    """The number of every account, in order."""
    return np.array([number for (number,) in db.rows("SELECT id FROM accounts ORDER BY id")], np.int64)


def account_texts(db: Database, numbers: Sequence[int]) -> dict[int, str]:
    """The names of some accounts by their numbers, in the order of these."""
    sql = "SELECT c.id, c.name FROM json_each(?) j JOIN accounts c ON c.id = j.value ORDER BY j.key"
    return dict(db.rows(sql, (json.dumps(list(numbers)),)))


def import_sources(db: Database) -> dict[int, str]:
    """The source of every import by its number."""
    return dict(db.rows("SELECT i.id, s.name FROM imports i JOIN sources s ON s.id = source_id"))


def deals_with(db: Database, keys: Iterable[str]) -> dict[str, dict[int, str]]:
    """The deals that have each of these keys: their numbers, each with its source."""
    sql = (
        "SELECT d.key, coalesce(d.merged_into, d.id), s.name FROM json_each(?) j CROSS JOIN sources s"
        " CROSS JOIN deals d ON d.source_id = s.id AND d.key = j.value"
    )
    found: dict[str, dict[int, str]] = {}
    for key, number, source in db.rows(sql, (json.dumps(sorted(keys)),)):
        found.setdefault(key, {})[number] = source
    return found


def values_by_source(db: Database, keys: Sequence[str], day: date | None) -> dict[tuple[str, str], int]:
    """The value of every deal with one of these keys, by source and key, on a day or (None) now.

    A deal that no export had shown has none; nor has one that the newest complete export no longer lists.
    """
    sql = (
        "SELECT s.name, n.key, (SELECT value_id FROM deal_versions v WHERE v.deal_id = d.id AND valid_from <= ?"
        " ORDER BY valid_from DESC LIMIT 1)"
        " FROM json_each(?) j CROSS JOIN sources s CROSS JOIN deals n ON n.source_id = s.id AND n.key = j.value"
        " JOIN deals d ON d.id = coalesce(n.merged_into, n.id)"
        " WHERE d.first_seen <= ? AND (d.missing_from IS NULL OR d.missing_from > ?)"
    )
    last = day.isoformat() if day else STILL
    rows = db.rows(sql, (last, json.dumps(list(keys)), last, last))
    return {(source, key): value for source, key, value in rows if value is not None}


def value_texts(db: Database, kind: Kind, field: str) -> tuple[Ints, list[str]]:
    """A field of free text of every value, empty where there is none: the numbers of the values, and their texts.

    A record without a name has its id for one, as in a table of records.
    """
    ids, texts = [np.zeros(0, np.int64)], list[str]()
    for block in text_blocks(db, kind):
        numbers, found = texts_of_block(db, kind, field, block)
        ids.append(numbers)
        texts += found
    return np.concatenate(ids), texts


def says_something(db: Database, kind: Kind, field: str, value_ids: Ints, silent: Collection[str]) -> bool:
    """Whether a field of any of these values holds a text other than some that say nothing."""
    shape = SHAPES[kind]
    known = next((one for one in shape.fields if one.name == field), None)
    if known is None:
        return False
    if field not in shape.columns:
        return _has_text(db, shape, known, value_ids)
    numbers = view(db, shape, field)
    says = numbers != shape.columns[field][1]
    if is_named(known) and any(silent):
        texts, used = _texts(db, shape, 0)[field], np.bincount(numbers)
        loud = np.zeros(len(used), dtype=np.bool_)
        loud[[one for one in np.flatnonzero(used).tolist() if one and texts(one) not in silent]] = True
        return bool(loud.any() and loud[numbers[value_ids]].any())
    return bool(says.any() and says[value_ids].any())


def _has_text(db: Database, shape: Shape, field: Field, value_ids: Ints) -> bool:
    """Whether one of some values has a text in a field that has no column; few fields have none."""
    some = f"x.{field.name} IS NOT NULL AND x.{field.name} <> ''"
    if not db.one(f"SELECT EXISTS(SELECT 1 FROM {shape.values} x WHERE {some})"):
        return False
    sql = f"SELECT EXISTS(SELECT 1 FROM json_each(?) j CROSS JOIN {shape.values} x ON x.id = j.value WHERE {some})"
    return bool(db.one(sql, (json.dumps(value_ids.tolist()),)))


def text_blocks(db: Database, kind: Kind) -> tuple[int, ...]:
    """Where the blocks begin in which the texts of a kind are read."""
    return tuple(range(0, db.one(f"SELECT coalesce(max(id), 0) FROM {SHAPES[kind].values}") + 1, _BLOCK))


def texts_of_block(db: Database, kind: Kind, field: str, first: int) -> tuple[Ints, list[str]]:
    """The same as `value_texts` of one block of values."""
    shape, block = SHAPES[kind], (first, first + _BLOCK)
    query = f"SELECT id, {_free_text(shape, field)} AS text FROM {shape.values} x WHERE id >= ? AND id < ?"
    joined = f"SELECT count(*), min(id), max(id), group_concat(text, char(31)) FROM ({query})"
    count, low, high, text = db.rows(joined, block)[0]  # a string a block is read much faster than rows
    if not count:
        return np.zeros(0, np.int64), []
    found, numbers = text.split("\x1f"), np.arange(low, high + 1)
    if not len(found) == len(numbers) == count:
        rows = db.rows(f"{query} ORDER BY id", block)
        found, numbers = [str(one) for _, one in rows], np.array([number for number, _ in rows])
    return numbers, found


def _free_text(shape: Shape, field: str) -> str:
    """A field of free text in SQL."""
    key = f"(SELECT key FROM {shape.records} d WHERE d.id = x.{shape.record})"
    known = next((one for one in shape.fields if one.name == field), None)
    if known is None:
        return key if field == "key" else "''"
    return f"coalesce(nullif({_cell(known)}, ''), {key if field == 'name' else chr(39) * 2})"


def _rows(db: Database, shape: Shape, values: Ints) -> Iterator[tuple[int, dict[str, str]]]:
    """Value id and cells of each value."""
    texts = _texts(db, shape, len(values))
    splits = _splits(db, shape, texts["owner"]) if shape.shares else {}
    digits = _digits(db)
    names = [one.name for one in shape.fields]
    money = [at for at, one in enumerate(shape.fields) if one.kind == "money"]
    currency = names.index("currency") if "currency" in names else -1
    sql = (
        f"SELECT x.id, x.{shape.record}, d.key, x.custom, {', '.join(map(_cell, shape.fields))}"
        " FROM json_each(?) j"
        f" JOIN {shape.values} x ON x.id = j.value JOIN {shape.records} d ON d.id = x.{shape.record}"
    )
    for begin in range(0, len(values), _BLOCK):
        block = db.rows(sql, (json.dumps(values[begin : begin + _BLOCK].tolist()),))
        filled = [
            at for at, column in enumerate(list(zip(*block, strict=True))[4:]) if column.count(None) < len(column)
        ]
        fields = [(names[at], texts[names[at]], at) for at in filled if at not in money]
        for value, record, key, custom, *row in block:
            cells = json.loads(custom) if custom else {}
            cells.update({name: text(row[at]) for name, text, at in fields if row[at] is not None})
            cells.update({names[at]: _major(row[at], digits[row[currency]]) for at in money if row[at] is not None})
            if value in splits:
                cells["owner_split"] = splits[value]
            yield value, {**cells, shape.record: str(record), "key": key}


def _cell(field: Field) -> str:
    """A cell as it is read; ids of other records as text, for they may be too many to be known beforehand."""
    return f"(SELECT value FROM terms WHERE id = x.{field.name})" if field.kind == "reference" else f"x.{field.name}"


def _texts(db: Database, shape: Shape, count: int) -> dict[str, Callable[[Any], str]]:
    """How each field of so many records is written out."""
    terms = {number: text for number, _, text in words_of(db)}
    people = dict(db.rows("SELECT a.id, p.name FROM person_aliases a JOIN people p ON p.id = person_id"))
    by_kind: dict[str, Callable[[Any], str]] = {
        "person": people.__getitem__, "account": _account_names(db, count), "ratio": _percent, "score": _thousandths,
        "duration": _duration, "flag": _yes_or_no, "stamp": _stamp,
    }  # fmt: skip

    def how(one: Field) -> Callable[[Any], str]:
        if one.kind == "reference":
            return str
        return by_kind.get(one.kind, terms.__getitem__ if is_named(one) else str)

    return {one.name: how(one) for one in shape.fields}


def _account_names(db: Database, count: int) -> Callable[[Any], str]:
    """The name of an account by its number; for few records only theirs are read, for there may be very many."""
    sql = "SELECT %s FROM account_aliases a JOIN accounts c ON c.id = account_id"
    if count > _BLOCK:
        return dict(db.rows(sql % "a.id, c.name")).__getitem__
    return cache(lambda number: str(db.one(f"{sql % 'c.name'} WHERE a.id = ?", (number,))))


def _thousandths(score: int) -> str:
    return f"{score / 1000:g}"


def _duration(seconds: int) -> str:
    """Hours, minutes and seconds: 0:04:30."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _yes_or_no(flag: int) -> str:
    return "yes" if flag else "no"


def _stamp(text: str) -> str:
    return text.replace("T", " ")


def _percent(millionths: int) -> str:
    return f"{millionths * 100 / MILLION:g}%"


def _digits(db: Database) -> dict[int | None, int]:
    """Decimals of the minor unit by currency term; None is the currency of the workspace."""
    terms = db.rows("SELECT id, value FROM terms WHERE field='currency'")
    return {None: minor_digits(load_settings(db).currency), **{term: minor_digits(code) for term, code in terms}}


def _major(minor: int, digits: int) -> str:
    """An amount in major units, without decimals when it is whole: 120050 cents are 1200.50."""
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{Decimal(minor).scaleb(-digits)}" if rest else f"{'-' if minor < 0 else ''}{whole}"


def _splits(db: Database, shape: Shape, name: Callable[[Any], str]) -> dict[int, str]:
    """Who shares each shared value, largest share first."""
    parts: dict[int, list[str]] = {}
    sql = f"SELECT value_id, owner, share FROM {shape.shares} ORDER BY value_id, share DESC, owner"
    for value, owner, share in db.rows(sql):
        parts.setdefault(value, []).append(f"{name(owner)} {_percent(share)}")
    return {value: "; ".join(people) for value, people in parts.items()}
