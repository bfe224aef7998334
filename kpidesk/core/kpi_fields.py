"""A KPI as plain fields, the way a definition file and a stored row hold it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import get_args

from kpidesk.core.errors import UserError
from kpidesk.core.kpis import (
    MOST_DECIMALS,
    MOST_ROWS_ASKED,
    Benchmark,
    Cadence,
    Direction,
    Function,
    Indicator,
    Influence,
    Kpi,
    KpiClass,
    KpiStatus,
    Level,
    PaceRule,
    Size,
    Unit,
    normalised,
)

LARGEST = 1.7976931348623157e308
"""The largest number that a bound can be; NaN and infinity are not below it."""
_CHOICES: dict[str, tuple[str, ...]] = {
    "unit": get_args(Unit),
    "direction": get_args(Direction),
    "indicator": get_args(Indicator),
    "kpi_class": get_args(KpiClass),
    "cadence": get_args(Cadence),
    "pace": get_args(PaceRule),
    "status": get_args(KpiStatus),
}
_NUMBERS = ("range_low", "range_high", "scale_low", "scale_high")
_WHOLE = {"minimum_n": (1, MOST_ROWS_ASKED), "decimals": (0, MOST_DECIMALS)}
"""The whole numbers that may be left out, with the smallest and the largest."""
_FIELDS = frozenset(one.name for one in fields(Kpi))
_OF_BENCHMARKS = tuple(one.name for one in fields(Benchmark))
_MARKED = ("low", "high", "from_amount", "to_amount")
_FLAGS = ("coaching", "per_rep_per_week")
_TEXTS = ("id", "name", "formula", "sentence", "dimension", "objective", "decision", "owner", "cluster", "breakdown",
          "note", "builtin", "valid_from", "retired_on", "reason")  # fmt: skip
_LISTS: dict[str, tuple[str, ...]] = {
    "levels": get_args(Level), "functions": get_args(Function), "influenced_by": get_args(Influence),
    "leading": (), "mistakes": (),
}  # fmt: skip
"""The fields that hold several words, with those that may be (none: any)."""


def kpi_from_mapping(table: Mapping[str, object], place: str) -> Kpi:
    """Build a KPI from the table of a definition file or a stored row; `place` is named in messages.

    Raises:
        UserError: a field is missing, unknown or of the wrong kind.
    """
    values: dict[str, object] = dict(table)
    _check_fields(values, place)
    leading = _words(values.get("leading", ()), (), "leading", place)
    for name, allowed in _LISTS.items():
        values[name] = _words(values.get(name, ()), allowed, name, place)
    values["lag_weeks"] = _weeks(values.get("lag_weeks", ()), len(leading), place)
    if not values["levels"]:
        values["levels"] = get_args(Level)
    marks = _items(values.get("benchmarks", ()), "benchmarks", place)
    values["benchmarks"] = tuple(_benchmark(one, place) for one in marks)
    if not str(values.get("formula", "")).strip() and not values.get("builtin"):
        raise UserError(
            f"{place}: the formula is missing.",
            'For example count(deals where won on closed_at). A KPI whose values are typed in has builtin = "manual".',
        )
    values.setdefault("formula", "")
    values |= _as_floats(values, _NUMBERS)
    return normalised(Kpi(**values))  # type: ignore[arg-type]  # every field was checked above


def _benchmark(value: object, place: str) -> Benchmark:
    if isinstance(value, Benchmark):
        return value
    if not isinstance(value, Mapping) or not value.get("text") or not value.get("source"):
        raise UserError(f"{place}: a benchmark needs a text and a source.", f"It has {', '.join(_OF_BENCHMARKS)}.")
    for name, one in value.items():
        if name not in _OF_BENCHMARKS:
            raise UserError(f"{place}: a benchmark has no field '{name}'.", f"It has {', '.join(_OF_BENCHMARKS)}.")
        is_right = (one is None or _is_number(one)) if name in _MARKED else isinstance(one, str)
        if not is_right:
            raise UserError(f"{place}: {name} of a benchmark cannot be '{one}'.", "")
    if value.get("size", "") not in get_args(Size):
        raise UserError(f"{place}: size cannot be '{value['size']}'.", "Choose small, mid-market or enterprise.")
    return Benchmark(**{**value, **_as_floats(value, _MARKED)})


def _check_fields(values: Mapping[str, object], place: str) -> None:
    """That no field is unknown, missing or of the wrong kind, but for those that are lists."""
    for name in values:
        if name not in _FIELDS:
            raise UserError(f"{place}: a KPI has no field '{name}'.", f"Fields: {', '.join(sorted(_FIELDS))}.")
    _check_kinds(values, place)
    for name in ("id", "name", "sentence", "unit", "direction", "indicator", "dimension", "kpi_class"):
        if not str(values.get(name, "")).strip():
            raise UserError(f"{place}: the field '{name}' is missing.", "Every KPI needs it.")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", str(values["id"])):
        raise UserError(f"{place}: '{values['id']}' cannot be an id.", "Use small letters, digits and underscores.")
    for name, choices in _CHOICES.items():
        if name in values and values[name] not in choices:
            offered = ", ".join(filter(None, choices))
            raise UserError(f"{place}: {name} cannot be '{values[name]}'.", f"Choose one of {offered}.")


def _check_kinds(values: Mapping[str, object], place: str) -> None:
    """That what is to be a text, a number or a flag is one."""
    for name in _TEXTS:
        if not isinstance(values.get(name, ""), str):
            raise UserError(f"{place}: {name} must be a text, not '{values[name]}'.", "Put it in quotes.")
    for name in ("first_day", "version"):
        if type(values.get(name, 0)) is not int:
            raise UserError(f"{place}: {name} must be a whole number, not '{values[name]}'.", "")
    for name, (least, most) in _WHOLE.items():
        value = values.get(name)
        if value is not None and (type(value) is not int or not least <= value <= most):
            raise UserError(f"{place}: {name} cannot be '{value}'.", f"Give a whole number from {least} to {most}.")
    for name in _NUMBERS:
        value = values.get(name)
        if value is not None and not _is_number(value):
            raise UserError(f"{place}: {name} must be a number, not '{value}'.", "")
    for name in _FLAGS:
        if not isinstance(values.get(name, False), bool):
            raise UserError(f"{place}: {name} must be true or false, not '{values[name]}'.", "")


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and abs(value) <= LARGEST


def _as_floats(values: Mapping[str, object], names: tuple[str, ...]) -> dict[str, object]:
    """Numbers in one form: 3 and 3.0 are the same bound and give the same code."""
    return {name: float(value) for name in names if isinstance(value := values.get(name), int | float)}


def _words(value: object, allowed: tuple[str, ...], name: str, place: str) -> tuple[str, ...]:
    found = tuple(str(item) for item in _items(value, name, place))
    for one in found:
        if allowed and one not in allowed:
            raise UserError(f"{place}: {name} cannot be '{one}'.", f"Choose from {', '.join(allowed)}.")
    return found


def _weeks(value: object, leading: int, place: str) -> tuple[int, ...]:
    """By how many weeks each leading KPI runs ahead; none given means not known."""
    found = _items(value, "lag_weeks", place)
    if not all(isinstance(one, int) and not isinstance(one, bool) and 0 <= one <= 104 for one in found):
        raise UserError(f"{place}: lag_weeks must be whole weeks from 0 to 104.", "Name one for each leading KPI.")
    if found and len(found) != leading:
        raise UserError(f"{place}: lag_weeks names {len(found)} and leading {leading} KPIs.", "Name one for each.")
    return tuple(one for one in found if isinstance(one, int))


def _items(value: object, name: str, place: str) -> tuple[object, ...]:
    if isinstance(value, list | tuple):
        return tuple(value)
    raise UserError(f"{place}: {name} must be a list.", "")


def kpi_to_mapping(kpi: Kpi) -> dict[str, object]:
    """The KPI as plain values, the inverse of `kpi_from_mapping`."""
    return asdict(kpi)
