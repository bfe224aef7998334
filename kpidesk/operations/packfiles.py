"""Hand definitions of KPIs on as a file, and take those of others in: all of them or none."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.lint_facts import crowded
from kpidesk.core.pack_files import (
    ENDING,
    NO_DEFINITIONS,
    NO_DEFINITIONS_ADVICE,
    DefinitionChange,
    PackFile,
    change_of,
    pack_file,
    pack_file_from_mapping,
)
from kpidesk.exporting.pack_form import pack_toml
from kpidesk.language import FormulaError, compile_formula
from kpidesk.language.compiling import references
from kpidesk.operations.catalogue import shipped_kpis, shipped_packs
from kpidesk.operations.dependencies import behind
from kpidesk.operations.exports import check_export_path, write_file
from kpidesk.operations.formulas import find_kpi, formula_texts
from kpidesk.operations.kpis import CROWDED_ADVICE, check_class, retire_kpi, save_kpi
from kpidesk.operations.workspace import Workspace, all_or_none, definitions

LARGEST = 2_000_000


@dataclass(frozen=True, slots=True)
class PackDifference:
    """What a file of definitions would change in a workspace, KPI by KPI in the order in which they are taken.

    `into_use` and `out_of_use` are the KPIs that would change if the same set were used here as where it comes from,
    `crowd` says that the set is more than anybody can act on (empty where it is not).
    """

    pack: PackFile
    changes: tuple[DefinitionChange, ...]
    into_use: tuple[str, ...] = ()
    out_of_use: tuple[str, ...] = ()
    crowd: str = ""


def definitions_to_hand_on(ws: Workspace, names: Sequence[str] = ()) -> PackFile:
    """The definitions of KPIs or packs by name, without names those in use; with all that they rest on.

    Raises:
        UserError: there is no such KPI or pack.
    """
    known = definitions(ws)
    packs = {word: pack for pack in shipped_packs() for word in (pack.id, pack.name.casefold())}
    wanted: list[str] = []
    for name in names:
        pack = packs.get(name.strip().casefold()) if name not in known else None
        wanted += pack.kpis if pack is not None else [find_kpi(ws, name).id]
    if not names:
        wanted = [kpi.id for kpi in known.values() if kpi.status == "active"]
    if not wanted:
        raise UserError("No KPI is in use.", "Name those that are to be handed on.")
    return pack_file(tuple(known[one] for one in _with_named(ws, wanted)), () if names else wanted)


def _with_named(ws: Workspace, wanted: Sequence[str]) -> set[str]:
    """KPIs with those they are counted from, and those of one's own that foretell them: no other workspace has them."""
    known, shipped = definitions(ws), {kpi.id for kpi in shipped_kpis()}
    found: set[str] = set()
    waiting = list(wanted)
    while waiting:
        one = waiting.pop()
        if one in known and one not in found:
            found.add(one)
            own = [other for other in known[one].leading if other not in shipped]
            waiting += [*behind(ws, one), *own]
    return found


def export_definitions(ws: Workspace, to: Path, names: Sequence[str] = ()) -> PackFile:
    """Write the definitions of KPIs or packs to a file, whole or not at all.

    Raises:
        UserError: there is no such KPI, or the file cannot be written.
    """
    pack = definitions_to_hand_on(ws, names)
    check_export_path(ws, to, (ENDING,))
    write_file(to, pack_toml(pack).encode("utf-8"))
    return pack


def read_definitions(path: Path) -> PackFile:
    """The definitions in a file.

    Raises:
        UserError: there is no such file, or it is no pack file that this version can read.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UserError(f"{path.name} is too large for a file of definitions.", "Check the path.")
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.", "Check the path.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        raise UserError(NO_DEFINITIONS.format(file=path.name), NO_DEFINITIONS_ADVICE) from None
    except OSError as error:
        raise UserError(f"{path.name} cannot be read: {error.strerror}.", "Ask for the file again.") from None
    return pack_file_from_mapping(table, path.name)


def definition_difference(ws: Workspace, path: Path, *, replace_formulas: bool = False) -> PackDifference:
    """What taking in a file would change; nothing is changed.

    Raises:
        UserError: the file is wrong, refers to a KPI that is nowhere, or would change how a KPI is counted while
            `replace_formulas` is not set.
    """
    pack, known = read_definitions(path), definitions(ws)
    called = {kpi.id: kpi.name for kpi in (*pack.kpis, *known.values())}
    changes = {kpi.id: change_of(known.get(kpi.id), kpi, called) for kpi in pack.kpis}
    _check(ws, pack, path.name)
    other = [one.kpi for one in changes.values() if one.kind == "changed" and one.counts_otherwise]
    if other and not replace_formulas:
        names = ", ".join(f"'{kpi.name}'" for kpi in other)
        raise UserError(
            f"{path.name} counts {names} otherwise than this workspace does.",
            "Look at the difference, then take it in with --replace, or give yours another id first.",
        )
    active = {kpi.id for kpi in known.values() if kpi.status == "active"}
    into = tuple(one for one in pack.in_use if one not in active)
    out = tuple(sorted(active - {*pack.in_use})) if pack.in_use else ()
    crowd = _crowd(known, {kpi.id: kpi for kpi in pack.kpis}, into, out)
    return PackDifference(pack, tuple(changes[one] for one in _in_order(pack)), into, out, crowd)


def _crowd(known: Mapping[str, Kpi], given: Mapping[str, Kpi], into: Sequence[str], out: Sequence[str]) -> str:
    retired = (replace(known[one], status="retired") for one in out)
    return crowded(
        known.values(), (*retired, *(replace(given.get(one) or known[one], status="active") for one in into))
    )


def _check(ws: Workspace, pack: PackFile, place: str) -> None:
    """That every formula can be read and every KPI it names is there, in the file or in the workspace."""
    there = {*definitions(ws), *(kpi.id for kpi in pack.kpis)}
    texts = {**formula_texts(ws), **{kpi.id: kpi.measured for kpi in pack.kpis if kpi.formula}}
    for kpi in pack.kpis:
        if absent := [one for one in kpi.leading if one not in there]:
            raise UserError(
                f"{place}: '{kpi.name}' names the KPI '{absent[0]}': it is neither in the file nor in the workspace.",
                "Ask for a file that holds it too.",
            )
        try:
            if kpi.formula:
                check_class(kpi, compile_formula(kpi.measured, texts))
        except FormulaError as error:
            raise UserError(f"{place}: the formula of '{kpi.name}' is wrong. {error.problem}", error.advice) from error


def _in_order(pack: PackFile) -> Iterator[str]:
    """The KPIs of a file, each after those that it is counted from."""
    given = {kpi.id: kpi for kpi in pack.kpis}
    done: set[str] = set()

    def visit(kpi_id: str) -> Iterator[str]:
        if kpi_id in done:
            return
        done.add(kpi_id)
        for other in references(given[kpi_id].formula, given):
            if other in given:
                yield from visit(other)
        yield kpi_id

    for kpi_id in given:
        yield from visit(kpi_id)


def import_definitions(
    ws: Workspace, path: Path, *, replace_formulas: bool = False, leave_others: bool = False, same_set: bool = False,
    reason: str = "",
) -> PackDifference:  # fmt: skip
    """Take in the definitions of a file, all or none: new ones as drafts, known ones keep whether they are in use.

    With `leave_others` those that would count otherwise stay as they are here. With `same_set` those in use where the
    file comes from are taken into use and every other one is retired; `reason` says why so many are needed, where they
    are. The answer holds what was changed.

    Raises:
        UserError: as for `definition_difference` and `need_reason`, or a KPI cannot be kept so.
    """
    found = definition_difference(ws, path, replace_formulas=replace_formulas or leave_others)
    if leave_others and not replace_formulas:
        kept = (one for one in found.changes if not (one.kind == "changed" and one.counts_otherwise))
        found = replace(found, changes=tuple(kept))
    if not same_set:
        found = replace(found, into_use=(), out_of_use=())
    source = f"Taken in from {path.name}, definitions {found.pack.code}."
    with all_or_none(ws):
        for one in found.changes:
            if one.kind != "same":
                save_kpi(ws, replace(one.kpi, reason=source))
        for kpi_id in found.out_of_use:
            retire_kpi(ws, kpi_id)
        if found.crowd and not reason.strip():
            raise UserError(found.crowd, CROWDED_ADVICE)
        why = f"{reason.strip().rstrip('.')}. {source}" if reason.strip() else source
        for kpi_id in found.into_use:
            save_kpi(ws, replace(find_kpi(ws, kpi_id), status="active", reason=why))
    return found
