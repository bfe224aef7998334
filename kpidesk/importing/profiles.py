"""What is remembered of an imported file, so that the next one like it asks nothing, or only about what is new."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from kpidesk.core.fields import KINDS, Kind
from kpidesk.core.imports import DATE_ORDERS, DateOrder, ImportOptions
from kpidesk.importing.numbers import MARKS, Mark

VERSION = 1
NO_COLUMN = "-"
"""What is said instead of a column when a field is to be fed by none."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How a file was read, kept under the key of its set of headers.

    `columns` maps a field to its header, `chosen` names the fields that the user mapped. `orders` and `marks`
    hold the date order and the decimal mark of the fields that need one. `kind`, `dialect`, `source` and `currency`
    are what the user said, empty when nothing was said; `taken_for` is the kind that the file was read as and
    `headers` are all its headers. `same` maps ids of rows to those of the records that they are, `constants`
    fields to their value in all rows, `words` words of fields to those that they count as. `is_undone`: the import was
    undone, and maybe for what was said.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    orders: Mapping[str, DateOrder] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    kind: Kind | None = None
    dialect: str = ""
    source: str = ""
    currency: str = ""
    taken_for: Kind | None = None
    headers: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    is_undone: bool = False

    def text(self) -> str:
        """The profile as canonical JSON."""
        return json.dumps({"version": VERSION, **asdict(self)}, sort_keys=True, ensure_ascii=False)


NOTHING = Profile()


def read_profile(text: str) -> Profile:
    """A profile from its JSON; a text that is none remembers nothing."""
    try:
        found = json.loads(text)
    except ValueError:
        return NOTHING
    if not isinstance(found, dict) or found.get("version") != VERSION:
        return NOTHING
    orders, marks = _words(found.get("orders")), _words(found.get("marks"))
    return Profile(
        columns=_words(found.get("columns")),
        chosen=_texts(found.get("chosen")),
        orders={name: one for name, word in orders.items() for one in DATE_ORDERS if one == word},
        marks={name: one for name, word in marks.items() for one in MARKS if one == word},
        kind=_kind(found.get("kind")),
        dialect=_word(found.get("dialect")),
        source=_word(found.get("source")),
        currency=_word(found.get("currency")),
        taken_for=_kind(found.get("taken_for")),
        headers=_texts(found.get("headers")),
        same=_words(found.get("same")),
        constants=_words(found.get("constants")),
        words=_words(found.get("words")),
        is_undone=found.get("is_undone") is True,
    )


def as_undone(text: str) -> str:
    """What a profile says of a file whose import was undone: all but what no page shows once it is decided.

    That is the order of dates and the decimal mark, which the rows decide or the user says again.
    """
    return replace(read_profile(text), orders={}, marks={}, is_undone=True).text()


def _kind(value: Any) -> Kind | None:
    return next((one for one in KINDS if one == value), None)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _words(value: Any) -> dict[str, str]:
    return {key: word for key, word in value.items() if isinstance(word, str)} if isinstance(value, dict) else {}


def completed(options: ImportOptions, profile: Profile, dialects: Collection[str]) -> ImportOptions:
    """What the user says of a file, and where nothing is said, what was said of the file before it."""
    known = profile.dialect in dialects or Path(profile.dialect).is_file()
    return replace(
        options,
        kind=options.kind or profile.kind,
        dialect=options.dialect or (profile.dialect if known else ""),
        source=options.source or profile.source,
        currency=options.currency or profile.currency,
        same={**profile.same, **options.same},
        constants=_constants(options, profile),
        words=_answers(options, profile),
    )


def _answers(options: ImportOptions, profile: Profile) -> dict[str, str]:
    """What words count as: as said now, else as before; a word is the same in any case."""
    said = {name.casefold() for name in options.words}
    before = {name: word for name, word in profile.words.items() if name.casefold() not in said}
    return {name: word for name, word in (before | options.words).items() if word != NO_COLUMN}


def _constants(options: ImportOptions, profile: Profile) -> dict[str, str]:
    """What is the same in all rows: as said now, else as before unless a column is named now."""
    before = {name: text for name, text in profile.constants.items() if name not in options.columns}
    return {name: text for name, text in (before | options.constants).items() if text != NO_COLUMN}
