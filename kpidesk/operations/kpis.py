"""Show, add, change and retire KPIs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.kpi_fields import kpi_from_mapping, kpi_to_mapping
from kpidesk.core.kpis import MANUAL, Direction, Kpi, check_publishable, check_said, check_shape, normalised
from kpidesk.core.people import ORG
from kpidesk.core.periods import Period, span_period
from kpidesk.language import Formula, FormulaError, class_of, fewer_is_better, formula_words, suits, unit_choices
from kpidesk.operations.benchmarks import benchmarks_for
from kpidesk.operations.dependencies import check_kept
from kpidesk.operations.formulas import (
    definition_in_force,
    entries_of,
    find_kpi,
    formula_of,
    formula_texts,
    kpi_of_formula,
    read_formula,
    unit_named,
)
from kpidesk.operations.workspace import Workspace, definitions

TYPED = Kpi("typed", "Typed in", "", "", "score", "higher", "lagging", "outcome", "derived", builtin=MANUAL)
"""A KPI whose values are typed in, before anything is said of it."""
CROWDED_ADVICE = "Retire one that nobody acts on, or give a reason (--reason) why all are needed."


def show_kpi(ws: Workspace, kpi_id: str, as_of: date | None = None) -> dict[str, object]:
    """Everything about one KPI as plain values; `words` is its formula, `applies` the benchmarks for your deals.

    `computable` says whether the data can compute it, `needs` what is missing and `how` where that comes from.
    With `as_of` as it was defined for a period that began on that day.
    """
    kpi = find_kpi(ws, kpi_id)
    day = span_period(as_of, as_of) if as_of is not None else None
    then = definition_in_force(ws, kpi, day) if day is not None else kpi
    applies = [{"words": one.words, "share": one.share} for one in benchmarks_for(ws, then, ORG)]
    (entry,) = entries_of(ws, (kpi,))
    able = {"computable": entry.computable, "needs": entry.needs, "how": entry.how}
    return {**kpi_to_mapping(then), "words": words_of(ws, then, day), "applies": applies, **able}


def words_of(ws: Workspace, kpi: Kpi, period: Period | None = None) -> str:
    """The formula of a KPI as a sentence, what it refers to as it was in a period (without one: as it is now).

    Where it cannot be read any more, because what it refers to has changed, the sentence it came with.
    """
    try:
        formula = formula_of(ws, kpi, period)
    except FormulaError:
        return kpi.sentence
    names = {one.id: one.name for one in definitions(ws).values()}
    return formula_words(formula, names) if formula else kpi.sentence


def save_kpi(ws: Workspace, kpi: Kpi) -> Kpi:
    """Keep a KPI as it now stands, as a new version; periods that began before keep the version they had.

    Raises:
        UserError: as for `check_kpi` and `need_reason`.
    """
    return save_kpis(ws, (kpi,))[0]


def save_kpis(ws: Workspace, kpis: Iterable[Kpi]) -> list[Kpi]:
    """Keep some KPIs one after the other; how many are in use is counted once all of them are kept.

    Raises:
        UserError: as for `check_kpi` and `need_reason`; those before the one that it names are kept.
    """
    kept, known = tuple(map(normalised, kpis)), definitions(ws)
    new_reasons = [one.reason for one in kept if one.id not in known or known[one.id].reason != one.reason]
    need_reason(ws, kept, " ".join(new_reasons))
    return [_save(ws, one) for one in kept]


def _save(ws: Workspace, kpi: Kpi) -> Kpi:
    check_kpi(ws, kpi)
    known = definitions(ws).get(kpi.id)
    kpi = replace(kpi, retired_on=(kpi.retired_on or ws.today.isoformat()) if kpi.status == "retired" else "")
    changed = known is not None and known.counted != kpi.counted and _was_used(ws, known)
    valid_from = ws.today.isoformat() if changed else (known.valid_from if known else "")
    store.save_kpi(ws.db, replace(kpi, version=(known.version + 1 if known else 1), valid_from=valid_from))
    return definitions(ws)[kpi.id]


def need_reason(ws: Workspace, wanted: Iterable[Kpi], reason: str) -> None:
    """Refuse to take one more into use than anybody can act on at a level, unless somebody says why.

    Raises:
        UserError: with how many there would be, at which level.
    """
    from kpidesk.core.lint_facts import crowded  # whoever reads what a KPI is does not wait for it

    words = "" if reason.strip() else crowded(definitions(ws).values(), tuple(wanted))
    if words:
        raise UserError(words, CROWDED_ADVICE)


def _was_used(ws: Workspace, kpi: Kpi) -> bool:
    """Whether a KPI is or ever was in use; one that is a draft again has periods behind it too."""
    return any(one.status != "draft" for one in (kpi, *store.kpi_versions(ws.db, kpi.id)))


def check_kpi(ws: Workspace, kpi: Kpi) -> None:
    """Refuse a KPI that could not be kept as it stands.

    Raises:
        UserError: its name or bounds are none, the formula is wrong or gives another unit or class, KPIs that refer to
            it would stop working, or an active KPI lacks objective, decision or owner.
    """
    check_shape(kpi)
    known = definitions(ws).get(kpi.id)
    if kpi.formula:
        formula = read_formula(ws, kpi.measured, {**formula_texts(ws), kpi.id: kpi.measured})
        _check_unit(kpi, formula)
        if known is not None and known.measured != kpi.measured:
            check_kept(ws, kpi.id, kpi.measured)
        if known is None or (known.measured, known.kpi_class) != (kpi.measured, kpi.kpi_class):
            check_class(kpi, formula)
    if kpi.status == "active":
        check_publishable(kpi)


def _check_unit(kpi: Kpi, formula: Formula) -> None:
    choices = unit_choices(formula)
    if kpi.unit not in choices:
        raise UserError(
            f"'{kpi.name}' cannot be shown in '{kpi.unit}': its formula gives something else.",
            f"Choose {' or '.join(choices)}.",
        )


def check_class(kpi: Kpi, formula: Formula) -> None:
    """Refuse a class that contradicts the formula: how a number is judged follows from it.

    Raises:
        UserError: naming the field, its value and what the formula gives.
    """
    if not suits(formula, kpi.kpi_class):
        found = class_of(formula)
        raise UserError(
            f"'{kpi.name}' cannot have kpi_class '{kpi.kpi_class}': its formula gives '{found}'.",
            f'Write kpi_class = "{found}".',
        )


def add_kpi(
    ws: Workspace,
    definition: str,
    *,
    name: str = "",
    formula: str = "",
    objective: str = "",
    decision: str = "",
    owner: str = "",
    direction: Direction | None = None,
    draft: bool = False,
    reason: str = "",
    fields: Mapping[str, object] | None = None,
    complete: bool = False,
) -> Kpi:
    """Activate a known KPI, or add one from a definition file (`FILE.toml`), from a formula, or one that is typed in.

    Without a `direction` that of one from a formula follows from what it counts: of lost deals fewer is better.
    `fields` are further ones that it is to have, such as `minimum_n`; `builtin` "manual" makes one whose values are
    typed in. With `complete` its indicator and its dimension must be among them, unless it is a draft.

    Raises:
        UserError: there is no such KPI and no formula, the file is wrong, its id is taken, something that makes a
            KPI is missing, or more would be in use at a level than anybody can act on and there is no `reason`.
    """
    status = "draft" if draft else "active"
    said = dict(fields or {})
    if definition.endswith(".toml"):
        kpi = _new(ws, _from_file(Path(definition)))
    elif formula or said.get("builtin") == MANUAL:
        kpi = _new(ws, _made(ws, definition, formula, name, direction))
        if complete and not draft:
            check_said(kpi.name, said)
    else:
        kpi = find_kpi(ws, definition)
    texts = {key: text for key, text in (("objective", objective), ("decision", decision), ("owner", owner)) if text}
    given = {**texts, **said, "status": status, "retired_on": "", "reason": reason.strip()}
    wanted = kpi_from_mapping({**kpi_to_mapping(kpi), **given}, f"'{kpi.name}'")
    return save_kpi(ws, wanted)


def added_words(ws: Workspace, kpi: Kpi) -> tuple[str, ...]:
    """What to know of a KPI that was added: what the data lack to compute it, and that a level has too many now."""
    (entry,) = entries_of(ws, (kpi,))
    needs = "" if entry.computable else f"Your data lack {entry.needs}. {entry.how}".rstrip()
    return tuple(filter(None, (needs, too_many_words(ws, (kpi,)))))


def too_many_words(ws: Workspace, added: Iterable[Kpi]) -> str:
    """That a level of KPIs that were added has more in use than anybody can act on; empty where none has."""
    from kpidesk.core.lint_facts import many_words

    return many_words(definitions(ws).values(), added)


def _new(ws: Workspace, kpi: Kpi) -> Kpi:
    if kpi.id in definitions(ws):
        raise UserError(f"A KPI '{kpi.id}' exists already.", "Change it, or choose another id.")
    return kpi


def _from_file(path: Path) -> Kpi:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.", "Check the path.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UserError(f"{path.name} cannot be read as TOML: {error}.", "Compare it with a shipped KPI.") from None
    if "target" in table or "minimum" in table:
        table = _without_goals(table)
    return kpi_from_mapping(table, path.name)


def _without_goals(_table: dict[str, object]) -> dict[str, object]:
    from kpidesk.core.goals import NO_BASELINE, NO_BASELINE_ADVICE

    raise UserError(NO_BASELINE, NO_BASELINE_ADVICE)


def _made(ws: Workspace, kpi_id: str, text: str, name: str, direction: Direction | None) -> Kpi:
    """A KPI of a formula, or without one a KPI whose values are typed in."""
    cleaned = re.sub(r"[^a-z0-9]+", "_", kpi_id.casefold()).strip("_")
    shaped = kpi_to_mapping(_of_formula(ws, text) if text else TYPED)
    values = {**shaped, "id": cleaned, "name": name or kpi_id, "direction": direction or shaped["direction"]}
    return kpi_from_mapping({**values, "sentence": name or kpi_id}, kpi_id)


def _of_formula(ws: Workspace, text: str) -> Kpi:
    formula = read_formula(ws, text, formula_texts(ws))
    likely: Direction = "lower" if fewer_is_better(formula.tree) else "higher"
    return replace(kpi_of_formula(formula, unit_named(ws, formula)), direction=likely)


def retire_kpi(ws: Workspace, kpi_id: str) -> Kpi:
    """Take a KPI off the scorecards; it stays readable in old periods."""
    return save_kpi(ws, retired(ws, find_kpi(ws, kpi_id)))


def retired(ws: Workspace, kpi: Kpi) -> Kpi:
    """A KPI as it is once it is taken off the scorecards today."""
    return replace(kpi, status="retired", retired_on=ws.today.isoformat(), reason="")
