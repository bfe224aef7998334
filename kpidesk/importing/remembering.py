"""Which file before tells how to read this one: that with the same headers, else the one most like it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kpidesk.importing.headers import normalised
from kpidesk.importing.profiles import NO_COLUMN, NOTHING, Profile, read_profile

ALIKE = 0.6
"""So many of the headers of two files, counted once, are in both where one tells how to read the other."""
MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Changed:
    """What a file has not that the one before had: by field the `gone` header that fed it; and the `new` headers."""

    gone: Mapping[str, str] = field(default_factory=dict)
    new: tuple[str, ...] = ()


UNCHANGED = Changed()


def remembered(key: str, headers: Sequence[str], profiles: Mapping[str, str]) -> tuple[Profile, Changed]:
    """What is remembered of the file with these headers, else of the one most like it as far as its columns stayed.

    `profiles` holds texts of profiles by the key of their set of headers.
    """
    if key in profiles:
        return read_profile(profiles[key]), UNCHANGED
    known = ((other, read_profile(text)) for other, text in profiles.items())
    likeness, _, before = max(((_alike(one.headers, headers), other, one) for other, one in known), default=_NONE)
    if likeness < ALIKE:
        return NOTHING, UNCHANGED
    profile, known_names = _of_columns(before, headers), set(map(normalised, before.headers))
    gone = {name: header for name, header in before.columns.items() if name not in profile.columns}
    return profile, Changed(gone, tuple(one for one in headers if normalised(one) not in known_names))


_NONE = (0.0, "", NOTHING)


def same_columns(before: Sequence[str], now: Sequence[str], *, is_undone: bool) -> str:
    """Which of the columns of the file before are used again, in a sentence."""
    if is_undone:
        return (
            "A file like it was imported and taken back: its columns and answers are filled in; change what was wrong."
        )
    new, gone = _missing(now, before), _missing(before, now)
    if not before or not (new or gone):
        return "A file with these column names was imported before: its columns and answers are used again."
    told = "; ".join(f"{what}: {', '.join(names)}" for what, names in (("new", new), ("gone", gone)) if names)
    return f"A file with nearly these column names was imported before: the answers of the others count again ({told})."


def _missing(names: Sequence[str], others: Iterable[str]) -> list[str]:
    """The first names that are not among others, in quotes."""
    known = set(map(normalised, others))
    return [f"'{name}'" for name in names if normalised(name) not in known][:MOST_NAMES]


def _alike(before: Iterable[str], now: Iterable[str]) -> float:
    one, other = set(map(normalised, before)), set(map(normalised, now))
    return len(one & other) / max(1, len(one | other))


def _of_columns(before: Profile, headers: Iterable[str]) -> Profile:
    """What a profile says of the columns that are still there, and of fields that are to be fed by none."""
    there = set(map(normalised, headers))
    columns = {name: one for name, one in before.columns.items() if one == NO_COLUMN or normalised(one) in there}
    return replace(
        before,
        columns=columns,
        chosen=tuple(name for name in before.chosen if name in columns),
        orders={name: order for name, order in before.orders.items() if name in columns},
        marks={name: mark for name, mark in before.marks.items() if name in columns},
    )
