"""Where the cells of a block of text stand, and which texts a column holds, without taking the rows apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.records import Coded, RawRows
from kpidesk.importing.memo import DAY

Numbers = NDArray[Any]
LONGEST = 32
"""So many bytes of a cell are compared; a column with longer ones is left to be read cell by cell."""
_PADDING = bytes(2 * LONGEST)
_ONES = np.array([(1 << (8 * size)) - 1 for size in range(9)], np.uint64)
"""By number of bytes what leaves so many first ones of eight."""
_TEXT_BYTES = 64
"""What a word and how often it comes take, about."""
_HIGH_BITS = np.uint64(0x8080808080808080)
_MIXERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93] * 4, np.uint64)
MOST_WHOLE = 12
"""So many digits an amount has at most before its decimals to be read with all others of a block."""
_SLOTS = 16
_HALF, _REST = np.uint64(32), np.uint64(64 - _SLOTS)
_POINT, _ZERO = 46, 48


@dataclass(frozen=True, slots=True)
class Words:
    """The different texts of a column of a block in the order in which they come first, and how often each does.

    `like` holds for each row the first row with the same text.
    """

    texts: list[str]
    counts: list[int]
    like: Numbers

    @property
    def codes(self) -> memoryview:
        """For each row the place of its text among all."""
        places = np.empty(len(self.like), np.int32)
        places[_firsts(self.like)] = np.arange(len(self.texts), dtype=np.int32)
        return places[self.like].data


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a block: the bytes of its text, and by column and row where each begins and how long it is.

    `shift`, empty for plain ASCII, tells how many places earlier than a byte its character stands. `known` are the
    words of columns, or of parts of them between two places, that were asked for.
    """

    text: str
    data: bytes
    starts: Numbers
    sizes: Numbers
    shift: Numbers
    known: dict[tuple[int, ...], Words | None] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.starts.shape[1])

    @property
    def size(self) -> int:
        """How many bytes all that takes, but for the text itself."""
        words = [one for one in self.known.values() if one is not None]
        arrays = (self.starts, self.sizes, self.shift, *(one.like for one in words))
        return len(self.data) + sum(one.nbytes for one in arrays) + _TEXT_BYTES * sum(len(one.texts) for one in words)

    def cells(self, column: int, rows: Numbers | None = None) -> list[str]:
        """The texts of a column, of some rows where these are given."""
        starts, sizes = self.starts[column], self.sizes[column]
        if rows is not None:
            starts, sizes = starts[rows], sizes[rows]
        return self._texts(starts, starts + sizes)

    def _texts(self, starts: Numbers, ends: Numbers) -> list[str]:
        if len(self.shift):
            starts, ends = starts - self.shift[starts], ends - self.shift[ends]
        text = self.text
        return [text[begin:end] for begin, end in zip(starts.tolist(), ends.tolist(), strict=True)]

    def row(self, at: int) -> list[str]:
        """The cells of one row."""
        return self._texts(self.starts[:, at], self.starts[:, at] + self.sizes[:, at])

    def coded(self, column: int) -> Sequence[str]:
        """The texts of a column, once those that come again; all of them where most do not."""
        words = self.words(column)
        if words is None or len(words.texts) * 2 > len(self):
            return self.cells(column)
        return Coded(words.texts, words.codes)

    def days_and_times(self, column: int) -> tuple[Words, Words] | None:
        """The days of a column of stamps and what is behind them; None where they cannot be cut apart."""
        if int(self.sizes[column].max()) > LONGEST:  # its end would be cut off
            return None
        days = self.part(column, 0, DAY)
        behind = self.part(column, DAY, LONGEST) if days is not None else None
        return None if days is None or behind is None else (days, behind)

    def filled(self) -> list[int]:
        """How many cells of each column hold any text."""
        return np.count_nonzero(self.sizes, axis=1).tolist()  # type: ignore[no-any-return]  # of integers

    def words(self, column: int) -> Words | None:
        """The different texts of a column; None where a cell is very long."""
        if (column,) not in self.known:
            self.known[column,] = self._words(self.starts[column], self.sizes[column])
        return self.known[column,]

    def part(self, column: int, begin: int, end: int) -> Words | None:
        """The different parts of the cells of a column between two places; None where one is long, or cut in vain.

        That is where not all is ASCII and so a place is not one of a character.
        """
        if not begin and int(self.sizes[column].max()) <= end:
            return self.words(column)
        if (column, begin, end) not in self.known:
            sizes = np.maximum(np.minimum(self.sizes[column], end) - begin, 0)
            self.known[column, begin, end] = self._words(self.starts[column] + begin, sizes, plain=True)
        return self.known[column, begin, end]

    def together(self, columns: Sequence[int]) -> tuple[Numbers, list[int]] | None:
        """The first row of each combination of the texts of some columns, and how many rows have it."""
        words = [self.words(column) for column in columns]
        keys = [one.like.astype(np.uint64) for one in words if one is not None]
        like = _like(keys) if len(keys) == len(columns) else None
        return None if like is None else _heads(like)

    def begins_with_digit(self, column: int) -> Numbers:
        """Which cells begin with a digit."""
        first = np.frombuffer(self.data, np.uint8)[self.starts[column]]
        found: Numbers = (self.sizes[column] > 0) & (first - _ZERO < 10)
        return found

    def decimals(self, column: int) -> Numbers:
        """Which cells are digits, a point, and one, two or more than three digits behind it."""
        starts, sizes = self.starts[column], self.sizes[column]
        found = (sizes > 2) & (sizes <= LONGEST // 2)
        low, high = _eight(self.data, starts, sizes), _eight(self.data, starts + 8, sizes - 8)
        signs = np.stack([low, high], axis=1).view(np.uint8)
        found &= np.count_nonzero(signs - _ZERO < 10, axis=1) == sizes - 1  # below zero turns into a large number
        found &= np.count_nonzero(signs == _POINT, axis=1) == 1
        data, ends = np.frombuffer(self.data, np.uint8), starts + sizes
        for at in (starts, ends - 1, np.maximum(ends - 4, starts)):
            found &= data[at] != _POINT
        return np.asarray(found)

    def minor_units(self, column: int, mark: str, digits: int) -> tuple[Numbers, Numbers]:
        """What cells are without their decimal mark that are digits with so many behind it, and the rows of others."""
        starts, sizes = self.starts[column], self.sizes[column]
        signs = np.stack([_eight(self.data, starts, sizes), _eight(self.data, starts + 8, sizes - 8)], axis=1).view(
            np.uint8
        )
        figures = signs - _ZERO  # below zero turns into a large number
        whole = sizes - digits - (digits > 0)
        is_plain = (whole > 0) & (whole <= MOST_WHOLE) & (sizes <= 2 * 8)
        is_plain &= np.count_nonzero(figures < 10, axis=1) == sizes - (digits > 0)
        if digits:
            is_plain &= signs[np.arange(len(self)), whole.clip(0, 2 * 8 - 1)] == ord(mark)
        found = np.zeros(len(self), np.int64)
        for figure in figures[:, : int(sizes.max(initial=0, where=is_plain))].T:
            found = np.where(figure < 10, found * 10 + figure, found)
        return found, np.flatnonzero(~is_plain)

    def has_spaces(self, column: int) -> bool:
        """Whether a cell may begin or end with what is no visible sign: all but printed ASCII counts as such."""
        rows = np.flatnonzero(self.sizes[column])
        starts, data = self.starts[column][rows], np.frombuffer(self.data, np.uint8)
        outer = np.concatenate([data[starts], data[starts + self.sizes[column][rows] - 1]])
        return bool(len(rows)) and not (32 < outer.min() <= outer.max() < 127)

    def hashes(self, column: int) -> Numbers:
        """A number of 64 bits for each cell of a column, the same for the same text, as `hashes_of` gives it."""
        starts, sizes = self.starts[column], self.sizes[column]
        mixed = np.zeros(len(self), np.uint64)
        last = len(self.data) - 8
        for at in range(0, int(sizes.max(initial=0)), 8):
            eight = _eight(self.data, np.minimum(starts + at, last), sizes - at)
            further = ((mixed ^ (mixed >> _HALF)) ^ eight) * _MIXERS[0]
            mixed = np.where(sizes > at, further, mixed)
        return (mixed ^ (mixed >> _HALF)).view(np.int64)

    def _words(self, starts: Numbers, sizes: Numbers, *, plain: bool = False) -> Words | None:
        """The different texts that begin and are as long as given; None where one is very long, or not `plain`."""
        longest = int(sizes.max())
        if not longest:
            return Words([""], [len(self)], np.zeros(len(self), np.int64))
        if longest > LONGEST:
            return None
        keys = [_eight(self.data, starts + at, sizes - at) for at in range(0, longest, 8)]
        if plain and any((key & _HIGH_BITS).any() for key in keys):
            return None
        like = _like(keys)
        if like is None:
            return None
        heads, counts = _heads(like)
        return Words(self._texts(starts[heads], (starts + sizes)[heads]), counts, like.astype(np.int32))


def grid_of(block: RawRows, width: int) -> Grid | None:
    """Where the cells of a block stand; None for rows of cells, and unless each row has as many as `width`."""
    if block.grid is None and width > 1 and block.text:
        block.grid = _measured(block, width)
    found: Grid | None = block.grid
    return found if found is not None and len(found.starts) == width else None


def alike(data: bytes, starts: Numbers, sizes: Numbers) -> Numbers | None:
    """For each stretch of bytes, one at least, the first with the same bytes; None where one is very long.

    Behind the last one there must be as many bytes again as are compared.
    """
    longest = int(sizes.max())
    return (
        _like([_eight(data, starts + at, sizes - at) for at in range(0, max(longest, 1), 8)])
        if longest <= LONGEST
        else None
    )


def hashes_of(texts: Sequence[str]) -> Numbers:
    """A number of 64 bits for each text, 0 for an empty one."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    sizes = np.fromiter(map(len, encoded), np.int64, len(encoded))
    starts = np.cumsum(sizes) - sizes
    grid = Grid("", b"".join(encoded) + _PADDING, starts[None], sizes[None], starts[:0])
    return grid.hashes(0)


def _measured(block: RawRows, width: int) -> Grid | None:
    shape = len(block), width
    if not (block.mark.isascii() and block.end.isascii()) or "\0" in block.text:  # zeros fill cells up
        return None
    text = block.text.encode("utf-8", "surrogatepass")
    data = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero((data == ord(block.mark)) | (data == ord(block.end)))
    last = data[ends] == ord(block.end)
    if len(ends) != len(block) * width or np.count_nonzero(last) != len(block) or not last[width - 1 :: width].all():
        return None
    places = (np.append(0, ends[:-1] + 1), ends)
    starts, behind = (np.ascontiguousarray(at.reshape(shape).T, dtype=np.int32) for at in places)
    is_plain = len(text) == len(block.text)
    shift = np.empty(0, np.int32) if is_plain else np.cumsum((data & 0xC0) == 0x80, dtype=np.int32)
    return Grid(block.text, text + _PADDING, starts, behind - starts, shift)


def _eight(data: bytes, starts: Numbers, sizes: Numbers) -> Numbers:
    """The first eight bytes of cells as one number each; behind the end of a cell are zeros."""
    overlapping = np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))
    first: Numbers = overlapping[starts]  # `take` would copy all of it, as it does with what is not aligned
    if sizes.min() < 8:
        first &= _ONES.take(sizes, mode="clip")
    return first


def _like(keys: Sequence[Numbers]) -> Numbers | None:
    """For each row the first one with the same keys; None in the hardly possible case that it is not found.

    Each row goes into a slot by a number made of its keys, whose first row it is compared with; those that differ
    from that try another slot.
    """
    mixed = keys[0] * _MIXERS[0]
    for key in keys[1:]:
        mixed ^= mixed >> _HALF
        mixed = (mixed ^ key) * _MIXERS[0]
    mixed ^= mixed >> _HALF
    like = left = np.arange(len(mixed))
    table = np.empty(1 << _SLOTS, np.int64)
    for mixer in _MIXERS:
        slots = ((mixed * mixer) >> _REST).view(np.int64)
        table[slots[::-1]] = left[::-1]  # of several rows the last written stays: the first
        heads = table[slots]
        same = keys[0][heads] == keys[0][left]
        for key in keys[1:]:
            same &= key[heads] == key[left]
        if left is like:
            like = np.where(same, heads, left)
        else:
            like[left[same]] = heads[same]
        other = np.flatnonzero(~same)
        if not len(other):
            return like
        left, mixed = left[other], mixed[other]
    return None


def _firsts(like: Numbers) -> Numbers:
    """The rows that are like no row before them."""
    return np.flatnonzero(like == np.arange(len(like)))


def _heads(like: Numbers) -> tuple[Numbers, list[int]]:
    """The rows that are like no row before them, and how many are like each of these."""
    heads = _firsts(like)
    return heads, np.bincount(like, minlength=len(like))[heads].tolist()
