"""Tells that the names of a file stand above the wrong columns, and which column holds what which name says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kpidesk.core.errors import UserError
from kpidesk.core.fields import FIELD_BY_NAME, Field, Kind
from kpidesk.core.wording import listed
from kpidesk.importing.dates import SERIAL, looks_like_day
from kpidesk.importing.headers import Match, Passed
from kpidesk.importing.numbers import looks_like_number
from kpidesk.importing.samples import Sample

Content = Literal["dates", "numbers", "words", ""]
WORDED = ("term", "person")
"""Kinds of field that no column of dates or numbers belongs to; ids, names and other text may be anything."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column whose name is that of a field, with what its cells hold, one of them, and whether that is no doubt."""

    field: Field
    at: int
    content: Content
    cell: str
    is_sure: bool


def refuse_shifted(
    headers: Sequence[str],
    samples: Sequence[Sample],
    kind: Kind,
    found: Mapping[str, Match],
    passed: Iterable[Passed],
) -> None:
    """Refuse a file of which a column cannot be what its name says, while another such column could be.

    What the user mapped is taken as it is. A single column of another content is a mistake of its own.

    Raises:
        UserError: saying which columns hold what, and which fits which name.
    """
    named = {name: at for name, at, _ in passed if name not in found}
    named |= {name: match.column for name, match in found.items() if not match.chosen}
    chosen = {match.column for match in found.values() if match.chosen}
    fields = FIELD_BY_NAME[kind]
    told = [_column(fields[name], at, samples[at]) for name, at in named.items() if name in fields and at not in chosen]
    odd = sorted((one for one in told if one is not None), key=lambda one: one.at)
    fits = {one.field.name: [other.at for other in odd if _suits(one.field, other.content)] for one in odd}
    if not any(one.is_sure and fits[one.field.name] for one in odd):
        return
    holds = listed(f"'{headers[one.at]}' holds {one.content} ('{one.cell[:40]}')" for one in odd)
    raise UserError(f"The columns look shifted: {holds}.", _advice(headers, fits))


def _advice(headers: Sequence[str], fits: Mapping[str, Sequence[int]]) -> str:
    """What to do; where each name has one column that fits it, which."""
    taken = [columns[0] for columns in fits.values() if len(columns) == 1]
    if len(set(taken)) < len(fits):
        return "Put each name above its own column in the file, or say which column is which with --map FIELD=COLUMN."
    maps = " ".join(f'--map {name}="{headers[at]}"' for name, (at,) in fits.items())
    return f"Put each name above its own column in the file, or say so: {maps}."


def _column(field: Field, at: int, sample: Sample) -> _Column | None:
    """A column that does not hold what its name says; None where it may, or holds nothing clear."""
    cells = sample.filled
    content = _content(cells)
    if not content or not _is_judged(field) or _suits(field, content):
        return None
    serials = field.kind in ("date", "stamp") and all(map(SERIAL.fullmatch, cells))
    doubtful = content == "numbers" and (field.kind in WORDED or serials)
    return _Column(field, at, content, cells[0], not doubtful)


def _is_judged(field: Field) -> bool:
    return field.kind in ("date", "stamp", "money", *WORDED)


def _suits(field: Field, content: Content) -> bool:
    if field.kind in ("date", "stamp"):
        return content == "dates"
    return content == ("numbers" if field.kind == "money" else "words")


def _content(cells: Sequence[str]) -> Content:
    if not cells:
        return ""
    if all(map(looks_like_number, cells)):
        return "numbers"
    if all(map(looks_like_day, cells)):
        return "dates"
    return "words" if not any(looks_like_number(cell) or looks_like_day(cell) for cell in cells) else ""
