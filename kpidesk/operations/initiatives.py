"""Initiatives: kept, listed, dropped, and what became of the KPIs that they are to move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kpidesk import store
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.goals import parse_amount
from kpidesk.core.initiatives import Expected, Initiative, check_initiative
from kpidesk.core.people import Scope
from kpidesk.operations.charting import scopes_below
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.workspace import Workspace, scopes


def initiatives(ws: Workspace, *, dropped: bool = False) -> tuple[Initiative, ...]:
    """The initiatives, the newest first; with `dropped` those that were put aside too."""
    return tuple(one for one in store.load_initiatives(ws.db) if dropped or not one.dropped_at)


def find_initiative(ws: Workspace, text: str) -> Initiative:
    """An initiative by its number or name.

    Raises:
        UserError: there is none.
    """
    known, wanted = initiatives(ws, dropped=True), text.strip()
    found = next((one for one in known if str(one.id) == wanted or one.name.casefold() == wanted.casefold()), None)
    if found is None:
        raise UserError(f"There is no initiative '{wanted}'.", nearest(wanted, (one.name for one in known)))
    return found


def save_initiative(ws: Workspace, one: Initiative) -> Initiative:
    """Keep an initiative as it now stands; one with number 0 is new.

    Raises:
        UserError: it has no name or KPI, or the name of another, ends before it starts, or is compared with itself.
    """
    kept = replace(
        one, name=" ".join(one.name.split()), for_leaders=one.for_leaders.strip(), for_reps=one.for_reps.strip(),
        kpis=tuple({part.kpi_id: replace(part, kpi_id=find_kpi(ws, part.kpi_id).id) for part in one.kpis}.values()),
    )  # fmt: skip
    check_initiative(kept)
    if is_inside_control(ws, kept):
        raise UserError(
            "What an initiative is compared with must have nobody of those it is for: else it is held against itself.",
            "Name a team or rep outside it, or none.",
        )
    if any(other.name.casefold() == kept.name.casefold() and other.id != kept.id for other in initiatives(ws)):
        raise UserError(f"There is an initiative '{kept.name}' already.", "Give this one another name.")
    number = store.save_initiative(ws.db, kept)
    return find_initiative(ws, str(number))


def add_initiative(
    ws: Workspace, name: str, start: date, *, end: date | None = None, scope: str = "org", control: str = "",
    kpis: Sequence[str] = (), for_leaders: str = "", for_reps: str = "",
) -> Initiative:  # fmt: skip
    """Add an initiative as typed; each KPI may say by how much it is to move: `win_rate=+10%`.

    `end` is its last day.

    Raises:
        UserError: as for `save_initiative`, or a scope, KPI or expected change cannot be read.
    """
    found = scopes(ws)
    return save_initiative(
        ws,
        Initiative(
            0, name, start, date.fromordinal(end.toordinal() + 1) if end is not None else None,
            found.find_scope(scope), tuple(read_expected(ws, one) for one in kpis),
            _control(ws, control), for_leaders, for_reps,
        ),
    )  # fmt: skip


def is_inside_control(ws: Workspace, one: Initiative) -> bool:
    """Whether somebody an initiative is for was, on its first day, also of those it is compared with."""
    if one.control is None:
        return False
    mine, others = (set(scopes_below(ws, scope, one.start)) for scope in (one.scope, one.control))
    return "org" in (one.scope.kind, one.control.kind) or not mine.isdisjoint(others)


def _control(ws: Workspace, text: str) -> Scope | None:
    return scopes(ws).find_scope(text) if text.strip() else None


def read_expected(ws: Workspace, text: str) -> Expected:
    """A KPI with the change expected of it, as typed: `win_rate`, `win_rate=+10%`, `sales_cycle_length=-15%`.

    Raises:
        UserError: there is no such KPI, or the change is no share.
    """
    name, _, change = text.partition("=")
    kpi = find_kpi(ws, name)
    return Expected(kpi.id, read_change(change) if change.strip() else None)


def read_change(text: str) -> float:
    """An expected change as typed: `+10%`, `-15%`, `10`.

    Raises:
        UserError: it is no number, or less than everything.
    """
    bare = text.strip().removesuffix("%").strip()
    try:
        share = parse_amount(bare.removeprefix("+")) / 100
    except UserError:
        raise UserError(f"'{text.strip()}' is no change.", "Write for example +10% or -15%.") from None
    if share <= -1:
        raise UserError(f"A change of {text.strip()} leaves nothing.", "Write for example -15%.")
    return share


def drop_initiative(ws: Workspace, text: str, *, back: bool = False) -> Initiative:
    """Put an initiative aside; it stays readable. With `back` it is taken up again.

    Raises:
        UserError: there is no such initiative.
    """
    found = find_initiative(ws, text)
    store.drop_initiative(ws.db, found.id, back=back)
    return find_initiative(ws, str(found.id))
