"""Names of people that a file has in two columns, first name and last name, joined into one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kpidesk.core.fields import FIELDS, KIND_OF_RECORD, Kind
from kpidesk.importing.between import Made
from kpidesk.importing.headers import Match, names_of, normalised
from kpidesk.importing.languages import languages
from kpidesk.importing.layout import Layout, made_header, unique_headers
from kpidesk.importing.profiles import Profile

WHY = "first name and last name"
ENGLISH = {
    "first": ("First name", "Firstname", "Given name", "Forename"),
    "last": ("Last name", "Lastname", "Surname", "Family name"),
}
OWN_NAME: dict[Kind, str] = {
    "people": "person", "leads": "name", "absences": "person", "costs": "person", "quotas": "person",
    "forecasts": "person",
}  # fmt: skip
"""The field of a record's own person, which a first and last name of nobody in particular are of."""


@dataclass(frozen=True, slots=True)
class FullName:
    """A column made of the `parts` of a name, by positions; `of` says whose, as its headers do, empty if nobody's."""

    column: int
    of: str
    parts: tuple[int, ...]


def with_full_names(layout: Layout, kind: Kind | None) -> tuple[Layout, tuple[FullName, ...]]:
    """A layout with a column for each name that stands in parts, behind the others, unless it has one already.

    Where the kind of its records is known, only names that it has a field for.
    """
    headers, made, found = list(layout.headers), list(layout.made), list[FullName]()
    for of, parts in _in_parts(layout.headers[: layout.own_width]):
        one = Made("join", parts)
        if one in made or (kind is not None and not _field_of(of, kind)) or _is_whole(parts, layout.first):
            continue
        headers.append(made_header([layout.headers[at] for at in parts], "join"))
        made.append(one)
        found.append(FullName(len(headers) - 1, of, parts))
    names = unique_headers(headers)
    raw = (*layout.raw, *names[layout.width :])
    return replace(layout, headers=names, raw=raw, made=tuple(made)), tuple(found)


def named_in_full(
    matches: Mapping[str, Match], kind: Kind, found: Sequence[FullName], said: Collection[str], profile: Profile
) -> dict[str, Match]:
    """Which column feeds each field, with whole names for fields that none feeds or only a part of a name.

    What the user has `said` of a field stays, and what was taken before: by another name all records would be new ones.
    """
    named = dict(matches)
    for one in found:
        field = _field_of(one.of, kind)
        match = named.get(field)
        if not field or field in {*said, *profile.columns} or _told_apart_without(field, kind, profile):
            continue
        if match is None or match.column in one.parts:
            named[field] = Match(one.column, WHY)
    return named


def _told_apart_without(field: str, kind: Kind, profile: Profile) -> bool:
    """Whether the records of the file before are known by other fields than a name that they would be known by now."""
    return profile.taken_for == kind and "id" not in profile.columns and field in KIND_OF_RECORD[kind].identity


def _field_of(whose: str, kind: Kind) -> str:
    if not whose:
        return OWN_NAME.get(kind, "")
    people = {one.name for one in FIELDS[kind] if one.kind == "person" or one.name in ("contact", OWN_NAME.get(kind))}
    fitting = (name for name, known in names_of(kind).items() if name in people and whose in map(normalised, known))
    return next(fitting, "")


def _in_parts(headers: Sequence[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Whose name stands in parts, and in which columns, in each language."""
    places = {normalised(header): at for at, header in reversed(list(enumerate(headers)))}
    for words in _words():
        for header, at in places.items():
            for first in words["first"]:
                if (frame := _around(first, header)) is None:
                    continue
                parts = [places.get(frame.format(word), -1) for word in words["last"]]
                last = [part for part in parts if part >= 0][:1] + _second(places, frame, words)
                if last and at not in last:
                    yield " ".join(frame.format("").split()), (at, *last)


def _second(places: Mapping[str, int], frame: str, words: Mapping[str, tuple[str, ...]]) -> list[int]:
    parts = (places.get(frame.format(word), -1) for word in words.get("second", ()))
    return [at for at in parts if at >= 0][:1]


def _around(word: str, header: str) -> str | None:
    """What stands around a word that a header begins or ends with, as a pattern; None if it does not."""
    if header == word:
        return "{}"
    rest = header.replace("{", "").replace("}", "")
    if rest.endswith(f" {word}"):
        return f"{rest.removesuffix(word)}{{}}"
    return f"{{}}{rest.removeprefix(word)}" if rest.startswith(f"{word} ") else None


def _is_whole(parts: Sequence[int], first: Sequence[Sequence[str]]) -> bool:
    """Whether what is called the last name mostly holds the first one as well, as `Name` beside `Vorname` may."""
    rows = [row for row in first if len(row) > max(parts) and row[parts[0]].strip()]
    held = sum(row[parts[0]].strip().casefold() in row[parts[1]].casefold() for row in rows)
    return held * 2 > len(rows) > 0


@lru_cache(maxsize=1)
def _words() -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """The headers of first and last names, as `normalised`, by language."""
    told = (ENGLISH, *(one["names"] for one in languages().values() if "names" in one))
    return tuple({part: tuple(map(normalised, words)) for part, words in one.items()} for one in told)
