"""The answers of the form kept in order: what still fits after another answer, and values as they are typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kpidesk.core.choices import Choice
from kpidesk.core.formula_form import (
    WITH_VALUES,
    WITHOUT_VALUE,
    Between,
    Condition,
    FormulaForm,
    MeasureChoices,
    MeasureForm,
    Plain,
)

FIRST_FORM = FormulaForm(MeasureForm(filters=("won",), dated_by="closed_at"))
"""What a new KPI starts with: the number of deals won."""
FIRST_SHARE = 0.8
NOT = "not "
OR = " or "
NUMBER_KINDS = frozenset({"money", "number", "ratio", "count", "days", "hours", "minutes", "score", ""})
"""Kinds of field that are compared with a number; "" is the time between two dates."""
_NUMBER = re.compile(r"^([-−]?)\s*([\d.,\s]*\d)\s*(%?)$")


def values(choices: Sequence[Choice]) -> tuple[str, ...]:
    """The values of choices."""
    return tuple(one.value for one in choices)


def settled(form: MeasureForm, choices: MeasureChoices) -> MeasureForm:
    """The answers that still fit the choices there are; what fits no more gives way to the likeliest.

    Filters turned round ("not stalled") and alternatives ("new or expansion") fit when the names in them do.
    """
    names, tested = set(values(choices.filters)), set(values(choices.tested))
    dates, roles = values(choices.dates), values(choices.credits)
    field = form.field
    if form.aggregate == "count":
        field = ""
    elif isinstance(field, str) and field not in values(choices.fields):
        field = choices.fields[0].value if choices.fields else ""
    return replace(
        form,
        field=field,
        percentile=(form.percentile or FIRST_SHARE) if form.aggregate == "percentile" else 0.0,
        filters=tuple(one for one in form.filters if filter_names(one) <= names),
        conditions=tuple(one for one in form.conditions if isinstance(one.field, Between) or one.field in tested),
        dated_by=form.dated_by if form.dated_by in dates else next(iter(dates), ""),
        credit=form.credit if form.credit in roles else "",
    )


def moved(form: MeasureForm, table: str) -> MeasureForm:
    """The same question asked of other records: what was about the old ones goes."""
    return MeasureForm(form.aggregate, table, percentile=form.percentile) if table != form.table else form


def filter_names(chip: str) -> set[str]:
    """The saved filters that a chip names."""
    return {one.strip().removeprefix(NOT) for one in chip.split(OR)}


def chip_words(chip: str, choices: Sequence[Choice]) -> str:
    """A chip in words: `won`, `not stalled`, `new business or expansion`."""
    known = set(values(choices))
    return OR.join(_one_chip(one.strip(), known) for one in chip.split(OR))


def _one_chip(name: str, known: set[str]) -> str:
    turned = name.startswith(NOT) and name.removeprefix(NOT) in known
    plain = name.removeprefix(NOT).removeprefix("is_").replace("_", " ").replace(".", " ")
    plain = plain.replace(" sql", " SQL").replace(" mql", " MQL").replace("sdr ", "SDR ")
    return f"{NOT}{plain}" if turned else plain


def plain_text(value: Plain, kind: str) -> str:
    """One value as it stands in a field: 0.25 of a ratio as `25%`."""
    if isinstance(value, str):
        return value
    return f"{value * 100:.15g}%" if kind == "ratio" else f"{value:.15g}"


def value_text(condition: Condition, kind: str) -> str:
    """The value of a condition as it stands in its field; several with commas between."""
    several = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return ", ".join(plain_text(one, kind) for one in several)


def typed_value(text: str, op: str, kind: str) -> Plain | tuple[Plain, ...]:
    """The value of a condition as typed; what is no number where one is wanted stays text, so that it is refused."""
    if op in WITHOUT_VALUE:
        return ""
    if op in WITH_VALUES:
        return tuple(_typed(part, kind) for part in text.split(",") if part.strip())
    return _typed(text, kind)


def _typed(text: str, kind: str) -> Plain:
    cleaned = text.strip()
    found = _NUMBER.match(cleaned) if kind in NUMBER_KINDS else None
    if found is None:
        return cleaned
    sign, digits, percent = found.groups()
    try:
        number = float(re.sub(r"[,\s]", "", digits))
    except ValueError:
        return cleaned
    return (-number if sign else number) / (100 if percent else 1)
