"""Objectives with their KPIs, what the guide proposes, the focus of a scope and values typed in, as text and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpidesk.core.entries import Entry
from kpidesk.core.guide import Proposed
from kpidesk.core.objectives import Focus, Objective, Objectives, flag_of
from kpidesk.core.people import Scope
from kpidesk.exporting.json_form import number_json
from kpidesk.exporting.text_table import Column, paragraph, paragraphs, sections, table

Json = dict[str, object]
Names = Mapping[str, str]
"""The name of every KPI by its id."""
LEVELS = {"org": "For the organisation", "team": "For a team", "rep": "For a rep"}


def objectives_text(found: Objectives, names: Names) -> str:
    """The tree of objectives, each with its owner, its KPIs and what is wrong with their number."""
    if not found.all:
        return "No objective yet. Add one with `objective add`, or see what `objective guide` proposes."
    return "\n".join(_branch(depth, one, names) for depth, one in found.in_order())


def _branch(depth: int, one: Objective, names: Names) -> str:
    pad = "  " * depth
    facts = [one.owner, f"out of use since {one.retired_on}" if one.is_retired else ""]
    head = f"{one.id} {', '.join(filter(None, (one.name, *facts)))}"
    kpis = ", ".join(names.get(kpi_id, kpi_id) for kpi_id in one.kpi_ids)
    lines = [line for line in (one.why, f"KPIs: {kpis}" if kpis else "", flag_of(one)) if line]
    return "\n".join((
        paragraph(head, first=pad, indent=f"{pad}  "),
        *(paragraph(line, first=f"{pad}    ", indent=f"{pad}    ") for line in lines),
    ))  # fmt: skip


def objectives_json(found: Objectives) -> Json:
    """Every objective, each right before those below it."""
    return {"objectives": [{**objective_json(one), "depth": depth} for depth, one in found.in_order()]}


def objective_json(one: Objective) -> Json:
    """One objective; `under` is the number of the one above, 0 at the top."""
    return {
        "id": one.id, "name": one.name, "why": one.why, "owner": one.owner, "under": one.parent_id,
        "kpis": list(one.kpi_ids), "retired_on": one.retired_on, "flag": flag_of(one),
    }  # fmt: skip


def guide_text(proposed: Sequence[Proposed]) -> str:
    """What the guide proposes, level by level: what the data can compute, and what else it would need."""
    if not proposed:
        return "No KPI speaks of that. Say it in other words, or name a common aim: see `objective guide --help`."
    parts = []
    for level, heading in LEVELS.items():
        here = [one for one in proposed if one.level == level]
        usable = [one for one in here if one.computable]
        lines = table((
            Column("KPI", tuple(one.kpi.id for one in usable)),
            Column("Tells", tuple("early" if one.kpi.indicator == "leading" else "afterwards" for one in usable)),
            Column("Why", tuple(one.why for one in usable)),
        ))  # fmt: skip
        needs = [paragraph(f"{one.kpi.name} would need {one.needs}.") for one in here if not one.computable]
        parts.append("\n".join((heading, *([lines] if usable else []), *needs)) if here else "")
    return sections(parts)


def guide_json(proposed: Sequence[Proposed]) -> Json:
    """What the guide proposes."""
    return {
        "proposed": [
            {"kpi": one.kpi.id, "name": one.kpi.name, "level": one.level, "indicator": one.kpi.indicator,
             "why": one.why, "computable": one.computable, "needs": one.needs}
            for one in proposed
        ]
    }  # fmt: skip


def focus_text(found: Focus, scope: Scope, names: Names) -> str:
    """What a scope looks at first, and for whom that was chosen."""
    if not found.kpi_ids:
        return f"{scope.key}: no KPI is in focus."
    chosen = " and ".join(names.get(one, one) for one in found.kpi_ids)
    return f"{scope.key}: {', '.join(filter(None, (chosen, found.words(scope, found.chosen_for.key))))}."


def focus_json(found: Focus, scope: Scope) -> Json:
    """What a scope looks at first; `chosen_for` is the scope that it was chosen for."""
    return {"scope": scope.key, "kpis": list(found.kpi_ids), "chosen_for": found.chosen_for.key}


def entries_text(words: Sequence[str]) -> str:
    """Values typed in, a sentence each."""
    return paragraphs(words, indent="  ") if words else "Nothing is typed in."


def entries_json(entries: Sequence[Entry]) -> Json:
    """Values typed in."""
    return {"values": [entry_json(one) for one in entries]}


def entry_json(one: Entry) -> Json:
    """A value typed in; shares are fractions, money is in major units."""
    return {
        "kpi": one.kpi_id, "scope": one.scope.key, "period": one.period.key, "value": number_json(one.value),
        "n": number_json(one.n), "evidence": one.evidence, "entered_on": one.entered_on, "replaced": one.superseded,
    }  # fmt: skip
