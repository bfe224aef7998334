"""Values as bytes for years: JSON with sorted keys, read back by the type hints of the dataclasses they are made of.

A key that this version does not know is passed over, one that an older version did not write takes its default.
"""

from __future__ import annotations

import hashlib
import json
import types
import zlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[Any], Any]
MOST_BYTES = 256 * 2**20


def to_json(value: object) -> str:
    """Dataclasses, tuples, texts, numbers, days and nothing as JSON; equal values give equal text."""
    return json.dumps(value, default=_plain, sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    raise TypeError(f"{type(value).__name__} cannot be kept")


def from_json(hint: type[T], text: str) -> T:
    """A value of this type from its JSON.

    Raises:
        ValueError: the text does not hold one.
    """
    return _read(hint, text)  # type: ignore[no-any-return]  # its reader was made from the hint


def tuple_from_json(hint: type[T], text: str) -> tuple[T, ...]:
    """Values of one type from a JSON list.

    Raises:
        ValueError: the text does not hold them.
    """
    return tuple(_read(tuple[hint, ...], text))  # type: ignore[valid-type]  # a hint made at run time


def _read(hint: Any, text: str) -> Any:
    try:
        return _reader(hint)(json.loads(text))
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"this is no {getattr(hint, '__name__', hint)}: {error}") from error


@cache
def _reader(hint: Any) -> Reader:
    """How to turn what JSON holds into a value of this type."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _or_nothing(next(one for one in inside if one is not types.NoneType))
    if origin is tuple:
        return _run(inside[0]) if inside[-1] is Ellipsis else _row(inside)
    if hint is date:
        return date.fromisoformat
    return _record(hint) if is_dataclass(hint) else lambda value: value


def _or_nothing(hint: Any) -> Reader:
    read = _reader(hint)
    return lambda value: None if value is None else read(value)


def _run(hint: Any) -> Reader:
    read = _reader(hint)
    return lambda values: tuple(map(read, values))


def _row(hints: tuple[Any, ...]) -> Reader:
    readers = [_reader(hint) for hint in hints]
    return lambda values: tuple(read(value) for read, value in zip(readers, values, strict=True))


def _record(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {one.name: _reader(hints[one.name]) for one in fields(kind)}
    return lambda cells: kind(**{name: readers[name](cell) for name, cell in cells.items() if name in readers})


def packed(value: object) -> bytes:
    """A value as compressed bytes."""
    return zlib.compress(to_json(value).encode("ascii"))


def unpacked(hint: type[T], body: bytes) -> T:
    """A value of this type from its compressed bytes.

    Raises:
        ValueError: the bytes do not hold one.
    """
    try:
        return from_json(hint, zlib.decompressobj().decompress(body, MOST_BYTES).decode("ascii"))
    except zlib.error as error:
        raise ValueError(str(error)) from error


def digest_of(body: bytes) -> str:
    """By which changed bytes are told."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()
