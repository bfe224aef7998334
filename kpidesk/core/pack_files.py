"""Definitions of KPIs to hand on in a file, without any data, and what such a file would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Literal

from kpidesk.core.definition_hash import content_hash
from kpidesk.core.errors import UserError
from kpidesk.core.kpi_fields import kpi_from_mapping, kpi_to_mapping
from kpidesk.core.kpis import LEVEL_WORDS, Kpi, normalised

FORMAT = 1
ENDING = ".kpipack"
NO_DEFINITIONS = f"{{file}} is not a file of KPI definitions ({ENDING})."
NO_DEFINITIONS_ADVICE = "Choose one that KPI Desk wrote: in the catalogue, or with `kpidesk kpi export`."
OWN = ("status", "version", "valid_from", "retired_on", "first_day", "reason")
"""The fields that say what a workspace does with a KPI; they are not handed on."""
HANDED_ON = tuple(one.name for one in fields(Kpi) if one.name not in OWN)
_COUNTED = ("formula", "builtin", "per_rep_per_week", "unit", "direction", "kpi_class", "range_low", "range_high",
            "minimum_n", "pace")  # fmt: skip
ChangeKind = Literal["new", "same", "changed"]


@dataclass(frozen=True, slots=True)
class PackFile:
    """The definitions in a file and the code of its content.

    `in_use` are the ids of those in use where the file comes from; empty where only some were handed on.
    """

    kpis: tuple[Kpi, ...]
    code: str
    in_use: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a KPI before and after, as text."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DefinitionChange:
    """What taking a definition from a file does: `kpi` is the KPI as it would then be."""

    kpi: Kpi
    kind: ChangeKind
    fields: tuple[FieldChange, ...] = ()

    @property
    def counts_otherwise(self) -> bool:
        """Whether a KPI that is there already would get another number, or be judged otherwise."""
        return any(one.field in _COUNTED for one in self.fields)


def pack_file(kpis: tuple[Kpi, ...], in_use: Iterable[str] = ()) -> PackFile:
    """Definitions to hand on, by id, with their code and, where all are handed on, which are in use."""
    ordered = tuple(sorted(kpis, key=lambda kpi: kpi.id))
    return PackFile(ordered, content_hash(definition_of(kpi) for kpi in ordered), tuple(sorted(in_use)))


def definition_of(kpi: Kpi) -> dict[str, object]:
    """The fields of a KPI that are handed on, as plain values without those that are empty."""
    table = kpi_to_mapping(kpi)
    kept = {name: table[name] for name in HANDED_ON if _is_filled(table[name])}
    marks = [{name: one for name, one in mark.items() if one not in ("", None)} for mark in _marks(table)]
    return {**kept, "benchmarks": marks} if marks else kept


def _is_filled(value: object) -> bool:
    """Whether there is something to hand on: a bound of 0 is, False is not."""
    return value is not False and value not in ("", None, (), [])


def _marks(table: Mapping[str, object]) -> list[dict[str, object]]:
    marks = table["benchmarks"]
    return [dict(one) for one in marks] if isinstance(marks, list | tuple) else []


def pack_file_from_mapping(table: Mapping[str, object], place: str) -> PackFile:
    """Read the table of a pack file; `place` is named in messages.

    Raises:
        UserError: it is no pack file, is of a newer version, was changed by hand, or a definition is wrong.
    """
    version, items = table.get("format"), table.get("kpis")
    if not isinstance(version, int) or isinstance(version, bool) or not isinstance(items, list) or not items:
        raise UserError(NO_DEFINITIONS.format(file=place), NO_DEFINITIONS_ADVICE)
    if version > FORMAT:
        raise UserError(f"{place} was written by a newer version of KPI Desk.", "Update KPI Desk to read it.")
    unknown = sorted(table.keys() - {"format", "code", "in_use", "kpis"})
    if unknown:
        raise UserError(f"{place}: a pack file has no field '{unknown[0]}'.", "It has format, code, in_use and kpis.")
    in_use = table.get("in_use", [])
    ids = {str(one["id"]) for one in items if isinstance(one, Mapping) and "id" in one}
    if not isinstance(in_use, list) or not ids.issuperset(map(str, in_use)):
        raise UserError(f"{place}: in_use names a KPI that is not in the file.", "Ask for the file again.")
    found = pack_file(tuple(_kpi(one, f"{place}, KPI {at}") for at, one in enumerate(items, 1)), map(str, in_use))
    twice = [one.id for one, other in zip(found.kpis, found.kpis[1:], strict=False) if one.id == other.id]
    if twice:
        raise UserError(f"{place} holds '{twice[0]}' twice.", "Leave one of them out.")
    if table.get("code", found.code) != found.code:
        raise UserError(
            f"{place} was changed after it was written: its code is {table['code']}, its content gives {found.code}.",
            "Ask for the file again, or delete the line 'code' if the change was yours.",
        )
    return found


def _kpi(table: object, place: str) -> Kpi:
    if not isinstance(table, Mapping):
        raise UserError(f"{place}: a definition must be a table.", "Compare it with a file that KPI Desk wrote.")
    own = sorted(table.keys() & set(OWN))
    if own:
        raise UserError(f"{place}: '{own[0]}' is not handed on.", "Every workspace has its own. Leave it out.")
    return kpi_from_mapping(table, place)


def change_of(known: Kpi | None, given: Kpi, names: Mapping[str, str] | None = None) -> DefinitionChange:
    """What taking a definition does to the KPI of its id, field by field; a new one comes as a draft.

    `names` are those of the KPIs by id, so that another KPI is called by its name.
    """
    if known is None:
        return DefinitionChange(given, "new")
    called = {**LEVEL_WORDS, **(names or {})}
    found = tuple(
        FieldChange(name, _text(getattr(known, name), called), _text(getattr(given, name), called))
        for name in HANDED_ON
        if getattr(known, name) != getattr(given, name)
    )
    values = {**kpi_to_mapping(given), **{name: getattr(known, name) for name in OWN}}
    kept = normalised(kpi_from_mapping(values, given.id))
    return DefinitionChange(kept if found else known, "changed" if found else "same", found)


def _text(value: object, names: Mapping[str, str]) -> str:
    """A value as a person reads it."""
    if isinstance(value, tuple):
        return ", ".join(names.get(str(one), str(getattr(one, "text", one))) for one in value)
    return "" if value is None else "yes" if value is True else "no" if value is False else str(value)
