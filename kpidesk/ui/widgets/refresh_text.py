"""The quarterly refresh in words: what is due, what was decided, what accepting all of it would mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpidesk.core.formats import NOTHING, format_value, full_value
from kpidesk.core.people import Scope
from kpidesk.core.refreshing import Choice, Decision, RefreshLine
from kpidesk.core.wording import counted, listed

Key = tuple[str, Scope]
"""A line by its KPI and scope."""
Decisions = Mapping[Key, Decision]
CHOICES: tuple[tuple[str, Choice], ...] = (("Accept", "accept"), ("Edit", "edit"), ("Keep the old", "keep"))
OPEN = "To decide"


def key_of(line: RefreshLine) -> Key:
    """What a decision about a line is kept under."""
    return line.kpi.id, line.scope


def arrow(before: str, after: str) -> str:
    """Old and new side by side: "24.0% → 25.1%"."""
    return f"{before or NOTHING} → {after or NOTHING}"


def note_of(line: RefreshLine) -> str:
    """In few words what to look at before accepting; empty when nothing speaks against it."""
    if line.hindrance:
        return "No baseline"
    found = len(line.warnings) + bool(line.capability)
    if line.is_stale:
        return "Old target" if not found else f"Old target, {counted(found, 'note')}"
    return counted(found, "note") if found else ""


def decided_words(decision: Decision | None, shown: str = "") -> str:
    """What was decided about a line."""
    if decision is None:
        return OPEN
    return {"accept": "Accepted", "edit": f"Typed: {shown or decision.text}", "keep": "Kept"}[decision.choice]


def progress_words(lines: Sequence[RefreshLine], decisions: Decisions) -> str:
    """How far one is: "8 of 12 decided"."""
    return f"{sum(key_of(one) in decisions for one in lines)} of {len(lines)} decided"


def acceptable(lines: Sequence[RefreshLine], decisions: Decisions) -> tuple[RefreshLine, ...]:
    """What is not decided yet and has a proposal."""
    return tuple(one for one in lines if one.proposed is not None and key_of(one) not in decisions)


def accept_words(lines: Sequence[RefreshLine], decisions: Decisions) -> str:
    """What accepting all that is open would mean, before it is agreed to."""
    taken = acceptable(lines, decisions)
    noted = sum(bool(one.warnings or one.capability) for one in taken)
    left = sum(one.proposed is None and key_of(one) not in decisions for one in lines)
    parts = [f"{counted(len(taken), 'target')} would take the proposal."]
    if noted:
        parts.append(f"{noted} of them {'has' if noted == 1 else 'have'} a note that is worth reading first.")
    if left:
        parts.append(f"{counted(left, 'target')} without a proposal {'stays' if left == 1 else 'stay'} to be decided.")
    return " ".join(parts)


def bare_words(names: Sequence[str]) -> str:
    """Which KPIs in use have no target yet: "2 KPIs have no target yet: A and B."."""
    return f"{counted(len(names), 'KPI')} {'has' if len(names) == 1 else 'have'} no target yet: {listed(names)}."


def exact_words(line: RefreshLine, currency: str) -> tuple[str, ...]:
    """What minimum, target and stretch would come to unrounded: "Exactly $3,456,210.44"; empty where it is the same."""
    told = ([full_value(one, line.kpi.unit, currency) for one in tiers or ()] for tiers in (line.exact, line.proposed))
    return tuple("" if exact == rounded else f"Exactly {exact}" for exact, rounded in zip(*told, strict=False))


def compared(line: RefreshLine, currency: str) -> tuple[tuple[str, str, str], ...]:
    """Baseline, minimum, target and stretch as they are and as they are proposed."""
    unit = line.kpi.display
    new = line.proposed or ()
    rows = [("Baseline", line.old_baseline_text or NOTHING, line.baseline_text or NOTHING)]
    for at, name in enumerate(("Minimum", "Target", "Stretch")):
        after = format_value(new[at], unit, currency) if new else NOTHING
        rows.append((name, format_value(line.old.tiers[at], unit, currency), after))
    return tuple(rows)
