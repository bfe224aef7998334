"""The list of KPIs, packs of them, and what starting from a pack did, as text and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from kpidesk.core.kpis import Kpi
from kpidesk.core.packs import Pack

Drafts = Sequence[tuple[Kpi, tuple[str, ...]]]
Needs = Mapping[str, tuple[str, str]]
"""What each KPI needs before it has a value, and where to get it."""


WIDTH = 120


def kpis_text(kpis: Iterable[tuple[Kpi, str]]) -> str:
    """KPIs with their state, a line each; what one still needs stands below it."""
    lines = []
    for kpi, needs in kpis:
        lines.append(f"{kpi.status:8} {kpi.id:28} {kpi.name}")
        lines += _wrapped(f"needs {needs}", 38) if needs else []
    return "\n".join(lines)


def _wrapped(text: str, indent: int = 0) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent)


def packs_text(packs: Sequence[Pack], computable: Mapping[str, bool]) -> str:
    """Packs with the KPIs of each; a star marks those that the data cannot compute yet."""
    lines = []
    for pack in packs:
        kpis = ", ".join(one if computable.get(one) else f"{one}*" for one in pack.kpis)
        lines += [f"{pack.id:20} {pack.name}: {pack.why}", *_wrapped(kpis, 21)]
    return "\n".join([*lines, "", "* needs data or a number that is not here yet: `kpidesk kpi list` says which."])


def packs_json(packs: Sequence[Pack], computable: Mapping[str, bool]) -> dict[str, object]:
    """Packs as one document."""
    return {"packs": [
        {"id": pack.id, "name": pack.name, "why": pack.why, "group": pack.group, "level": pack.level,
         "kpis": [{"id": one, "computable": bool(computable.get(one))} for one in pack.kpis]}
        for pack in packs
    ]}  # fmt: skip


def added_text(words: Iterable[str]) -> str:
    """What to know of a KPI that was added, each as a paragraph."""
    return "\n".join(part for line in words for part in _wrapped(line))


def start_text(pack: Pack, activated: Sequence[Kpi], kept: Sequence[Kpi], drafts: Drafts, needs: Needs) -> str:
    """What starting from a pack did, KPI by KPI."""
    lines = [f"{pack.name}: {pack.why}"]
    lines += [f"{kpi.name} ({kpi.id}) is active." for kpi in activated]
    lines += [f"{kpi.name} ({kpi.id}) was active already." for kpi in kept]
    for kpi, fields in drafts:
        still = f": still empty are {', '.join(fields)}" if fields else ""
        lines.append(f"{kpi.name} ({kpi.id}) is a draft{still}.")
    lines += [f"{kpi_id} needs {what}. {how}".rstrip() for kpi_id, (what, how) in needs.items()]
    return "\n".join(part for line in lines for part in _wrapped(line))


def start_json(
    pack: Pack, activated: Sequence[Kpi], kept: Sequence[Kpi], drafts: Drafts, needs: Needs
) -> dict[str, object]:
    """What starting from a pack did, as one document."""
    return {
        "pack": pack.id,
        "activated": [kpi.id for kpi in activated],
        "kept": [kpi.id for kpi in kept],
        "drafts": [{"id": kpi.id, "missing": list(fields)} for kpi, fields in drafts],
        "waiting": [{"id": one, "needs": what, "how": how} for one, (what, how) in needs.items()],
    }
