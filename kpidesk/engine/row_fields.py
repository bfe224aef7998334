"""Fields of the rows behind a number as numbers, by which very many of them are sorted and filtered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.fields import Kind
from kpidesk.engine.behind import Behind
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import Columns
from kpidesk.engine.values import Column, Floats, Ints, Mask, NotComputableError

Reader = Callable[[Column], Floats | None]
_MOST_OF_KEY = 2**64
_MOST_BYTES = 400_000_000
"""Texts that would take more side by side, each as wide as the longest, are sorted one by one."""


def sort_keys(facts: Facts, found: Behind, field: str) -> Floats | None:
    """A number for every row by which a field sorts, NaN where it is empty; None for a field of free text."""
    return _by_kind(facts, found, field, _ranked)


def rows_with(facts: Facts, found: Behind, field: str, text: str) -> Mask | None:
    """Which rows have a word, person or account in a field that holds a text; None for every other field."""
    needle = text.casefold()

    def hits(column: Column) -> Floats | None:
        known = _texts(column)
        if known is None:
            return None
        wanted = [number for number, one in known.items() if needle in one.casefold()]
        return np.isin(column.data, wanted).astype(np.float64)

    hit = _by_kind(facts, found, field, hits)
    return None if hit is None else hit == 1


def text_ranks(texts: Sequence[str]) -> Floats:
    """The place of each text in the alphabet whatever its case, the same for equal ones; NaN where it is empty."""
    if any("\0" in text for text in texts):
        return _ranks_of_long(texts)
    return ranks_of_folded(folded_texts(texts))


def folded_texts(texts: Sequence[str]) -> bytes:
    """Texts without regard to case, one after the other with a zero byte behind each: as they are sorted and found."""
    whole = "\0".join(texts)
    if whole.count("\0") != max(len(texts) - 1, 0):
        whole = "\0".join(text.replace("\0", "\1") for text in texts)
    whole = whole.lower() if whole.isascii() else whole.casefold()  # the same of such text, and much faster
    return f"{whole}\0".encode("utf-8", "surrogatepass") if texts else b""


def ranks_of_folded(texts: bytes) -> Floats:
    """The place of each of these texts in the alphabet, the same for equal ones; NaN where it is empty."""
    body = np.frombuffer(texts, dtype=np.uint8)
    length = np.diff(np.flatnonzero(body == 0), prepend=-1) - 1
    wide = int(length.max(initial=0)) + 1
    if wide * len(length) > _MOST_BYTES:
        return _ranks_of_long(texts.decode("utf-8", "surrogatepass").split("\0")[:-1])
    beside = np.zeros((len(length), wide), dtype=np.uint8)
    beside[np.arange(wide) < length[:, None]] = body[body != 0]
    return np.where(length > 0, _ranks_of_bytes(beside), np.nan)  # UTF-8 sorts as its characters do


def folded_with(texts: bytes, text: str) -> Mask:
    """Which of these texts hold another one, without regard to case."""
    ends = np.flatnonzero(np.frombuffer(texts, dtype=np.uint8) == 0)
    needle = re.escape(text.replace("\0", "\1").casefold().encode("utf-8", "surrogatepass"))
    found = np.zeros(len(ends), dtype=np.bool_)
    found[np.searchsorted(ends, np.fromiter((one.start() for one in re.finditer(needle, texts)), np.int64))] = True
    return found


def _ranks_of_bytes(beside: NDArray[np.uint8]) -> Ints:
    """The place of each row of bytes among the different rows.

    Rows become numbers, each column a digit of as many values as it has different bytes: as few as hold them all.
    """
    keys, most = [np.zeros(len(beside), dtype=np.uint64)], 1
    for column in np.ascontiguousarray(beside.T):
        used = np.flatnonzero(np.bincount(column, minlength=256))
        if len(used) == 1:
            continue
        if most * len(used) >= _MOST_OF_KEY:
            keys.append(np.zeros(len(beside), dtype=np.uint64))
            most = 1
        digit = np.zeros(256, dtype=np.uint64)
        digit[used] = np.arange(len(used))
        keys[-1] = keys[-1] * np.uint64(len(used)) + digit[column]
        most *= len(used)
    order = np.argsort(keys[0]) if len(keys) == 1 else np.lexsort(keys[::-1])
    new = np.zeros(len(order), dtype=np.bool_)
    for key in keys:
        new[1:] |= key[order[1:]] != key[order[:-1]]
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.cumsum(new)
    return rank


def _ranks_of_long(texts: Sequence[str]) -> Floats:
    folded = [text.casefold() for text in texts]
    places = {text: float(place) for place, text in enumerate(sorted(set(folded)))}
    places[""] = np.nan
    return np.fromiter((places[text] for text in folded), np.float64, len(folded))


def _by_kind(facts: Facts, found: Behind, field: str, read: Reader) -> Floats | None:
    """What is read from the columns of each kind of record among the rows; NaN for kinds without the field."""
    result, is_known = np.full(len(found.value_ids), np.nan), False
    for kind, here in found.stored():
        try:
            column = facts.tables.cells.column(kind, _columns(facts, kind), field, found.value_ids[here])
        except NotComputableError:
            continue
        values = read(column)
        if values is None:
            return None
        result[here], is_known = values, True
    if found.stood is None or field not in found.stood.fields():
        return result if is_known else None
    values = read(found.stood.column(field))
    if values is not None:
        result[found.stood.places()] = values
    return result if values is not None else None


def _columns(facts: Facts, kind: Kind) -> Columns:
    return facts.columns if kind == "deals" else facts.tables.records(kind).columns


def _texts(column: Column) -> Mapping[int, str] | None:
    if column.names is not None:
        return column.names
    return None if column.words is None else dict(enumerate(column.words.folded))


def _ranked(column: Column) -> Floats:
    """Numbers and days as they are, words by their place in the alphabet, people and accounts by their names."""
    if column.names is None:
        return column.minutes if column.minutes is not None else column.data
    names = column.names
    ranks = np.full(max(names, default=0) + 2, np.nan)
    ranks[sorted(names, key=lambda one: names[one].casefold())] = np.arange(len(names))
    known = (column.data >= 0) & (column.data < len(ranks))
    return np.asarray(ranks[np.where(known, column.data, -1).astype(np.int64)])
