"""The cells of a stretch of a plain sheet, taken from its XML all at once; what is not plain is refused, never guessed.

Plain is what programs write: rows and cells in order, each with its place, a value in `<v>` or a text in `<is><t>`.
Every byte between tags is accounted for, so nothing can hide between cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from kpidesk.importing.cell_texts import DATE, NUMBER, TRUTH, NotPlainError, plain_text, require, text_of_value
from kpidesk.importing.grids import LONGEST, Numbers, alike

SHARED, WRITTEN, INLINE, CLOSED = 10, 11, 12, 13
"""What a cell holds beside a value: the number of a shared text, a text, a text in tags of its own, nothing at all."""
MOST_COLUMNS, MOST_ROWS = 16_384, 1_048_576
MOST_REMEMBERED = 200_000
ROW, CELL, VALUE, VALUE_END, CELL_END, ROW_END = b'<row r="', b'<c r="', b"<v>", b"</v>", b"</c>", b"</row>"
INLINE_TAGS = ((b"<is>",), (b"<t>", b"<t "), (b"</t>",), (b"</is>",), (CELL_END,))
CELL_REST = re.compile(r'"(?: s="(\d{1,6})")?(?: t="(\w{1,9})")?(?: s="(\d{1,6})")? ?(/?)>')
ROW_REST = re.compile(rb'"(?: [\w:.]+="[^"<>&]*")* ?/?>')
KEPT_SPACES = re.compile(rb'<t xml:space="preserve">')
TYPES = {"s": SHARED, "b": TRUTH, "str": WRITTEN, "inlineStr": INLINE}
_PADDING = bytes(2 * LONGEST)
_FARTHEST = 6
"""So many tags behind a cell are looked at."""
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(9)], np.uint64)
"""By number of bytes what leaves so many first ones of eight."""
_LANES = ((10, 8, 0x00FF00FF00FF00FF), (100, 16, 0x0000FFFF0000FFFF), (10_000, 32, 0xFFFFFFFF))
"""How eight digits become one number: neighbours are put together, then neighbours of these, and again."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The filled cells of some rows: row and column of each, counted from 1, and the number of its text.

    Numbers below the count of the shared texts are of these, those from there on of `texts`. `hides` is whether a row
    may be hidden.
    """

    rows: Numbers
    columns: Numbers
    places: Numbers
    texts: list[str]
    hides: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """What cells refer to: the number of shared texts, and by style whether a number is a DATE; None is not known.

    `known` are the texts of values met before, by what they are.
    """

    shared: int
    styles: Sequence[int | None]
    known: dict[int, dict[str, str]] = field(default_factory=lambda: {NUMBER: {}, DATE: {}, TRUTH: {}})


@dataclass(frozen=True, slots=True)
class _Tags:
    """A stretch of XML, where each tag begins and its first eight bytes; `eights` are those from every place on."""

    xml: bytes
    eights: Numbers
    at: Numbers
    heads: Numbers

    def are(self, places: Numbers, *tags: bytes) -> bool:
        """Whether all these tags begin like one of those, which are as long as each other."""
        heads = self.heads[places] & _MASKS[len(tags[0])]
        like = heads == _number(tags[0])
        for tag in tags[1:]:
            like |= heads == _number(tag)
        return bool(like.all())


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a stretch: the place of their tag among all tags, their number, and its digits up to the quote."""

    tags: Numbers
    numbers: Numbers
    digits: Numbers
    words: Numbers
    hides: bool


def read_stretch(xml: bytes, reader: Reader) -> Stretch:
    """The filled cells of whole rows, from the first `<row` to behind the last `</row>`.

    Raises:
        NotPlainError: something in it is not of the plain form.
    """
    tags = _tags_of(xml)
    rows = _rows_of(tags)
    cells = np.flatnonzero((tags.heads & _MASKS[len(CELL)]) == _number(CELL))
    firsts = np.searchsorted(cells, rows.tags)
    counts = np.diff(np.append(firsts, len(cells)))
    row_of = np.repeat(np.arange(len(counts)), counts)
    columns, rests = _columns_of(tags, tags.at[cells], rows.words[row_of], rows.digits[row_of])
    require(bool(((np.diff(columns) > 0) | (np.diff(row_of) > 0)).all()))
    kinds = _coded(tags, rests, tags.at[cells + 1] - rests, lambda rest: _kind(rest, reader.styles))
    _require_nothing_between(tags, rows.tags, cells, firsts, counts, _sizes(tags, cells, kinds))
    places, texts = _values(tags, cells, kinds, reader)
    filled = np.flatnonzero(places >= 0)
    return Stretch(rows.numbers[row_of[filled]], columns[filled], places[filled], texts, rows.hides)


def _number(tag: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(tag, "little"))


def _tags_of(xml: bytes) -> _Tags:
    padded = xml + _PADDING
    at = np.flatnonzero(np.frombuffer(padded, np.uint8) == ord("<"))
    eights = np.ndarray((len(padded) - 7,), "<u8", padded, strides=(1,))
    behind = np.full(_FARTHEST, len(xml))
    return _Tags(
        padded,
        eights,
        np.append(at, behind),
        np.append(eights[at], np.zeros(_FARTHEST, np.uint64)),
    )


def _rows_of(tags: _Tags) -> _Rows:
    rows = np.flatnonzero(tags.heads == _number(ROW))
    require(len(rows) > 0 and rows[0] == 0)
    begin = tags.at[rows] + len(ROW)
    eight = tags.eights[begin]
    quotes = eight ^ _number(b'"' * 8)
    low = (quotes - _number(b"\x01" * 8)) & ~quotes & _number(b"\x80" * 8)
    require(bool(low.all()))
    digits = np.log2((low & (~low + np.uint64(1))).astype(np.float64)).astype(np.int64) // 8  # of the first quote
    numbers = _whole(tags, begin + digits, digits)
    require(bool(numbers[0] > 0 and (np.diff(numbers) > 0).all() and numbers[-1] <= MOST_ROWS))
    xml, ends = tags.xml, tags.at[rows + 1]
    rests = {xml[one:other] for one, other in zip((begin + digits).tolist(), ends.tolist(), strict=True)}
    require(all(ROW_REST.fullmatch(rest) for rest in rests))
    return _Rows(rows, numbers, digits, eight & _MASKS[digits + 1], any(b"hidden=" in rest for rest in rests))


def _whole(tags: _Tags, ends: Numbers, sizes: Numbers) -> Numbers:
    """Whole numbers of one to seven digits that end before these places."""
    require(not len(sizes) or bool(sizes.min() > 0 and sizes.max() < 8))
    found = (tags.eights[ends - 8] ^ _number(b"0" * 8)) & ~_MASKS[8 - sizes]
    require(not ((found | (found + _number(b"\x76" * 8))) & _number(b"\x80" * 8)).any())  # a byte above nine
    for factor, shift, lanes in _LANES:
        found = (found * np.uint64(factor) + (found >> np.uint64(shift))) & np.uint64(lanes)
    whole: Numbers = found.view(np.int64)
    return whole


def _columns_of(tags: _Tags, at: Numbers, words: Numbers, digits: Numbers) -> tuple[Numbers, Numbers]:
    """The column of each cell and where the quote behind its place stands; that must name the row it stands in."""
    begin = at + len(CELL)
    eight = tags.eights[begin].view(np.int64)
    first, second, third = eight & 0xFF, (eight >> 8) & 0xFF, (eight >> 16) & 0xFF
    two = second >= ord("A")
    three = two & (third >= ord("A"))
    columns = first - 64
    columns = np.where(two, columns * 26 + second - 64, columns)
    columns = np.where(three, columns * 26 + third - 64, columns)
    outer = [letter.max(initial=0) for letter in (first, second, third, 255 - first)]
    require(max(outer[:3]) <= ord("Z") and outer[3] <= 255 - ord("A") and columns.max(initial=0) <= MOST_COLUMNS)
    begin += 1 + two + three
    require(not ((tags.eights[begin] & _MASKS[digits + 1]) != words).any())
    return columns, begin + digits


def _coded(tags: _Tags, begin: Numbers, sizes: Numbers, code: Callable[[str], int]) -> Numbers:
    """A number for each stretch of text, found once for each different one."""
    if not len(begin):
        return begin
    like = alike(tags.xml, begin, sizes)
    if like is None:
        raise NotPlainError
    heads = np.flatnonzero(like == np.arange(len(like)))
    places = zip(begin[heads].tolist(), (begin + sizes)[heads].tolist(), strict=True)
    codes = np.empty(len(like), np.int64)
    codes[heads] = [code(tags.xml[one:other].decode("latin-1")) for one, other in places]
    coded: Numbers = codes[like]
    return coded


def _kind(rest: str, styles: Sequence[int | None]) -> int:
    """What a cell holds, by what its tag says behind its place."""
    found = CELL_REST.fullmatch(rest)
    if found is None or (found[1] and found[3]):
        raise NotPlainError
    if found[4]:
        return CLOSED
    if found[2] not in (None, "n"):
        if found[2] not in TYPES:
            raise NotPlainError
        return TYPES[found[2]]
    style = found[1] or found[3]
    if style is None:
        return NUMBER
    kind = styles[int(style)] if int(style) < len(styles) else None
    if kind is None:
        raise NotPlainError
    return kind


def _sizes(tags: _Tags, cells: Numbers, kinds: Numbers) -> Numbers:
    """How many tags each cell takes: one if closed, two if empty, else with the tags of its value."""
    sizes = np.full(len(cells), 4)
    closed, inline = kinds == CLOSED, kinds == INLINE
    sizes[closed], sizes[inline] = 1, 6
    sizes[~closed & ((tags.heads[cells + 1] & _MASKS[4]) == _number(CELL_END))] = 2
    valued, inline = cells[sizes == 4], cells[sizes == 6]
    require(tags.are(valued + 1, VALUE) and tags.are(valued + 2, VALUE_END) and tags.are(valued + 3, CELL_END))
    require(bool((tags.at[valued + 3] - tags.at[valued + 2] == len(VALUE_END)).all()))
    for further, those in enumerate(INLINE_TAGS, start=1):
        require(tags.are(inline + further, *those))
    for further, size in ((1, 4), (3, 4), (4, 5)):
        require(bool((tags.at[inline + further + 1] - tags.at[inline + further] == size).all()))
    ends = (cells + sizes)[~closed]
    require(bool((tags.at[ends] - tags.at[ends - 1] == len(CELL_END)).all()))
    return sizes


def _require_nothing_between(
    tags: _Tags, rows: Numbers, cells: Numbers, firsts: Numbers, counts: Numbers, sizes: Numbers
) -> None:
    """Each cell follows the one before or the begin of its row, and the end of the row follows the last."""
    following = np.append(rows[1:], len(tags.at) - _FARTHEST)
    closed = np.frombuffer(tags.xml, np.uint8)[tags.at[rows + 1] - 2] == ord("/")
    ends = following - 1
    require(bool(((ends == rows) == closed).all()))
    ended = ends[~closed]
    require(tags.are(ended, ROW_END) and bool((tags.at[ended + 1] - tags.at[ended] == len(ROW_END)).all()))
    held = counts > 0
    require(bool((closed | held | (ends == rows + 1)).all() and (cells[firsts[held]] == rows[held] + 1).all()))
    wanted = np.append(cells[1:], 0)
    wanted[(firsts + counts - 1)[held]] = ends[held]
    require(bool((cells + sizes == wanted).all()))


def _values(tags: _Tags, cells: Numbers, kinds: Numbers, reader: Reader) -> tuple[Numbers, list[str]]:
    """The number of the text of each cell, -1 for none, and the texts that are not shared ones."""
    places = np.full(len(cells), -1)
    begin, ends = tags.at[cells + 1] + len(VALUE), tags.at[cells + 2]
    is_empty = (tags.heads[cells + 1] & _MASKS[4]) == _number(CELL_END)
    texts: list[str] = []
    for kind in np.flatnonzero(np.bincount(kinds)).tolist():
        which = np.flatnonzero((kinds == kind) & ~is_empty)
        if kind in (SHARED, NUMBER, DATE):
            which = which[ends[which] > begin[which]]
        if kind == CLOSED or not len(which):
            continue
        if kind == SHARED:
            places[which] = _whole(tags, ends[which], ends[which] - begin[which])
            require(int(places[which].max()) < reader.shared)
            continue
        if kind in (WRITTEN, INLINE):
            found = _written(tags, cells[which], kind)
            places[which] = reader.shared + len(texts) + np.arange(len(which))
        else:
            found = []
            codes = _coded(tags, begin[which], (ends - begin)[which], _noting(found, kind, reader))
            places[which] = reader.shared + len(texts) + codes
        texts += found
    return places, texts


def _noting(found: list[str], kind: int, reader: Reader) -> Callable[[str], int]:
    """Puts the text of a value at the end of a list, and gives its place."""
    known = reader.known[kind]
    if len(known) > MOST_REMEMBERED:
        known.clear()

    def note(value: str) -> int:
        text = known.get(value)
        if text is None:
            text = known[value] = text_of_value(value, kind)
        found.append(text)
        return len(found) - 1

    return note


def _written(tags: _Tags, cells: Numbers, kind: int) -> list[str]:
    """The texts that stand in the cells themselves."""
    before = 1 if kind == WRITTEN else 2
    texts = []
    for begin, end in zip(tags.at[cells + before].tolist(), tags.at[cells + before + 1].tolist(), strict=True):
        kept = kind == WRITTEN or KEPT_SPACES.match(tags.xml, begin)
        size = len(VALUE) if not isinstance(kept, re.Match) else len(kept[0])
        require(tags.xml[begin + size - 1] == ord(">"))
        texts.append(plain_text(tags.xml[begin + size : end].decode("utf-8"), keeps_spaces=bool(kept)))
    return texts
