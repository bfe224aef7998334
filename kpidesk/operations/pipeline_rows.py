"""The deals behind each number of a pipeline page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from kpidesk import engine
from kpidesk.core.fields import Kind
from kpidesk.core.pipeline import Pick, PickKind
from kpidesk.core.receipts import Listing
from kpidesk.core.results import Result
from kpidesk.engine.days import day_number
from kpidesk.engine.history import LOST, NO_AMOUNT, OPEN
from kpidesk.engine.moves import KINDS
from kpidesk.engine.pipeline import Deals, Stays, deals_on, is_waiting, qualified, stays_in
from kpidesk.engine.pipeline_stages import StageNumbers
from kpidesk.engine.standing import version_on
from kpidesk.engine.values import Each, Floats, Ints, Mask
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.pipeline_given import Given, numbers, open_deals, track_key
from kpidesk.operations.pipeline_moves import bridged, moves_since
from kpidesk.operations.pipeline_stalled import is_long
from kpidesk.operations.receipt_rows import listing
from kpidesk.operations.workspace import Workspace

_STAYS: Mapping[str, tuple[str, bool]] = {
    "entered": ("entered", False), "exited": ("exited", False), "cohort": ("cohort", False),
    "advanced": ("cohort", False), "waiting": ("cohort", False), "stays": ("stays", False), "usual": ("stays", True),
}  # fmt: skip


def rows_of(known: Given, pick: Pick) -> Listing:
    """The deals behind one number, each with the file that shows it."""
    way = _WAYS.get(pick.kind, _of_stays)
    return listing(known.ws, way(known, pick), known.question.as_of)


def account_deals(ws: Workspace, account: int) -> Listing:
    """Every deal of an account as it is known now: those that are open first, then what closed last."""
    facts = evaluator(ws).facts
    versions, told = facts.versions, facts.columns.get("account")
    names = [alias for alias, number in facts.curation.accounts.items() if number == account]
    newest = versions.newest
    here = newest[np.isin(told[versions.value[newest]], names)] if told is not None else newest[:0]
    in_order = here[np.lexsort((-versions.closed[here].astype(np.int64), versions.outcome[here] != OPEN))]
    return listing(ws, _behind(versions.value[in_order], np.ones(len(in_order))), None)


def _behind(value: Ints, weight: Floats, adds: Floats | None = None, hit: Mask | None = None) -> engine.Behind:
    """Rows as a receipt lists them."""
    size = len(value)
    deals: Kind = "deals"
    above = np.ones(size, dtype=np.bool_) if hit is None else hit
    return engine.Behind(
        value, Each.alike(deals, size), Each.alike("", size), weight, adds, above, Each.alike(None, size),
        Each.alike("", size),
        Result(float(weight.sum()), float(weight.sum())), None, (),
    )  # fmt: skip


def _of_deals(known: Given, deals: Deals, here: Mask | None = None) -> engine.Behind:
    at = np.arange(len(deals.deal)) if here is None else np.flatnonzero(here)
    with np.errstate(invalid="ignore", divide="ignore"):
        adds = deals.amount[at] / deals.weight[at]
    found = _behind(deals.value[at], deals.weight[at], adds)
    return replace(found, stood=engine.stood_open(known.facts, deals.version[at]))


def _of_open(known: Given, pick: Pick) -> engine.Behind:
    found = numbers(known)
    if found is None or not pick.pipeline:
        return _of_deals(known, open_deals(known))
    if pick.step == "unknown":
        return _of_deals(known, found.deals, found.open_line < 0)
    lines = _lines(known, found, pick)
    here = np.isin(found.open_line, lines)
    if not pick.stage and _is_first(known, found, pick):
        here |= found.open_line < 0
    return _of_deals(known, found.deals, here)


def _lines(known: Given, found: StageNumbers, pick: Pick) -> Ints:
    """The lines of a stage, or of a whole pipeline."""
    layout = found.layout
    keys = [track_key(known.ws, one.source, one.word) for one in layout.tracks]
    of_track = np.array([key == pick.pipeline for key in keys], dtype=np.bool_)
    same = np.array([pick.stage in ("", one) for one in layout.stage], dtype=np.bool_)
    return np.flatnonzero(of_track[layout.track] & same) if len(layout.stage) else np.zeros(0, dtype=np.int64)


def _is_first(known: Given, found: StageNumbers, pick: Pick) -> bool:
    first = found.layout.tracks[0]
    return track_key(known.ws, first.source, first.word) == pick.pipeline


def _of_stays(known: Given, pick: Pick) -> engine.Behind:
    """The visits behind a number of a stage, each with its deal as it is now; a deal that came back has two."""
    name, before = _STAYS[pick.kind]
    shown = numbers(known)
    stays = stays_in(known.evaluator, known.asked, name, before=before)
    if shown is None or not len(stays.visit):
        none = np.zeros(0, dtype=np.int64)
        return _behind(none, np.zeros(0))
    keep = np.isin(shown.layout.line[stays.visit], _lines(known, shown, pick)) & _wanted(known, pick.kind, stays)
    at, visits, versions = np.flatnonzero(keep), known.facts.visits(), known.facts.versions
    adds = stays.days[at] if name == "stays" else None
    hit = visits.reached[stays.visit[at]] if name == "cohort" else None
    value = versions.value[versions.newest[visits.deal[stays.visit[at]]]]
    found = _behind(value, stays.weight[at], adds, hit)
    return found if hit is None else replace(found, reasons=_ended(known, stays.visit[at]))


def _ended(known: Given, visit: Ints) -> Each[str]:
    """Why a deal has not gone further from a stage: it is still open, or it ended there; empty where it has."""
    versions, visits = known.facts.versions, known.facts.visits()
    lost = versions.outcome[versions.newest[visits.deal[visit]]] == LOST
    state = np.where(is_waiting(known.facts, visit), 1, np.where(lost, 2, 3))
    return Each(("", "not yet", "lost", "no"), np.where(visits.reached[visit], 0, state))


def _wanted(known: Given, kind: PickKind, stays: Stays) -> Mask:
    if kind == "advanced":
        return known.facts.visits().reached[stays.visit]
    if kind == "waiting":
        return is_waiting(known.facts, stays.visit)
    return ~np.isnan(stays.days) if kind in ("stays", "usual") else np.ones(len(stays.visit), dtype=np.bool_)


def _of_measure(known: Given, pick: Pick) -> engine.Behind:
    deals = deals_on(known.evaluator, known.asked, "due" if pick.kind == "qualified" else pick.kind)
    return _of_deals(known, deals, qualified(known.facts, deals.value) if pick.kind == "qualified" else None)


def _of_long(known: Given, _pick: Pick) -> engine.Behind:
    deals = open_deals(known)
    return _of_deals(known, deals, is_long(known, deals))


def _of_move(known: Given, pick: Pick) -> engine.Behind:
    """The deals that moved in one way; of amounts up and down what each added."""
    if pick.since is None:
        return _behind(np.zeros(0, dtype=np.int64), np.zeros(0))
    moves = moves_since(known, pick.since)
    here = np.flatnonzero(moves.kind == [str(kind) for kind in KINDS].index(pick.step))
    told = moves.delta if pick.step in ("amount_up", "amount_down") else moves.amount
    adds = np.where(moves.foreign[here] | (told[here] == NO_AMOUNT), np.nan, told[here] / known.facts.scale)
    return _behind(moves.after[here], np.ones(len(here)), adds)


def _of_bridge(known: Given, pick: Pick) -> engine.Behind:
    """The deals of one step of a bridge, each with what it adds."""
    none = np.zeros(0, dtype=np.int64)
    if pick.since is None:
        return _behind(none, np.zeros(0))
    steps = bridged(known, pick.since, due_only=pick.due_only).steps
    step = next(one for one in steps if one.key == pick.step)
    facts = known.facts
    versions = facts.versions
    version = versions.newest[step.deal]
    if pick.step == "opening":
        version = version_on(facts, step.deal, day_number(pick.since))
    adds = step.parts / facts.whole / facts.scale
    return _behind(versions.value[version], np.ones(len(step.deal)), adds)


_WAYS: Mapping[PickKind, Callable[[Given, Pick], engine.Behind]] = {
    "open": _of_open,
    "stalled": _of_long,
    "due": _of_measure,
    "qualified": _of_measure,
    "move": _of_move,
    "bridge": _of_bridge,
}
