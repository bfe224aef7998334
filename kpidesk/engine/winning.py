"""Open deals due in a period as they stood on a day, and which of them were won by its end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from kpidesk.engine.coverage import cover
from kpidesk.engine.days import NO_DAY, Window
from kpidesk.engine.evaluation import BOOKINGS, WON, Evaluator
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import NO_AMOUNT, column
from kpidesk.engine.history import WON as IS_WON
from kpidesk.engine.lifetimes import OPEN
from kpidesk.engine.pipeline import each_once
from kpidesk.engine.rowwise import conjuncts
from kpidesk.engine.scan import Picks, entries_of, pick, places_of_row, prepare, taken
from kpidesk.engine.values import Floats, Ints, Mask, NotComputableError
from kpidesk.language.tree import AllOf, AsOf, Expr, FieldRef, InPeriod, KpiRef, Leaf, RowExpr

DUE = InPeriod(FieldRef("deals", "close_date", "date"))


@dataclass(frozen=True, slots=True)
class DueSpan:
    """The state at the close of `day` of what is due in `first` to `last` (exclusive), as day numbers."""

    day: int
    first: int
    last: int
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """Open deals due, one entry per deal: arrays of one length.

    `deal` is the row of the deal among the facts, `version` the version of the past in force. `share` (0 to 1) is the
    part credited to the scope, `amount` the amount of the whole deal in major units (NaN for none). `stage` and
    `category` are places in alphabetical order, −1 for none, `crm` the chance that the CRM states (NaN for none),
    `unrated` whether the amount has no exchange rate. `won` tells which were won after the day and by the end of the
    span, as far as is known.
    """

    deal: Ints
    version: Ints
    share: Floats
    amount: Floats
    stage: Ints
    category: Ints
    crm: Floats
    unrated: Mask
    won: Mask

    @property
    def worth(self) -> Floats:
        """The credited amount of each, 0 where there is none."""
        return np.nan_to_num(self.amount) * self.share


def due_leaf(bookings: Expr) -> Leaf | None:
    """The measure of the open deals due that may still become bookings; None where these are no sum of won deals.

    Whatever else bookings ask of a deal (new business only) is asked of the open ones too.
    """
    tree = bookings
    while isinstance(tree, KpiRef):
        tree = tree.body
    if not isinstance(tree, Leaf) or (tree.aggregate, tree.table, tree.argument) != ("sum", "deals", BOOKINGS.argument):
        return None
    conditions = conjuncts(tree.where)
    rest: tuple[RowExpr, ...] = tuple(one for one in conditions if one not in (WON, WON.body))
    if len(rest) == len(conditions) or tree.dated != BOOKINGS.dated:
        return None
    return replace(tree, where=AllOf((OPEN, DUE, *rest)), dated=AsOf("end"))


def due_deals(evaluator: Evaluator, leaf: Leaf, span: DueSpan, row: int = 0) -> Due | str:
    """The open deals due of one row of an answer, or why the data cannot tell of that day."""
    memory = evaluator.memory
    if (leaf, span) not in memory.due:
        memory.keep(memory.due, (leaf, span), _of_everybody(evaluator, leaf, span))
    found = memory.due[leaf, span]
    if not isinstance(found, _Everybody):
        return str(found)
    at = places_of_row(found.picks, evaluator.facts.crew, row)
    first, share, _ = each_once(taken(found.picks, at), evaluator.facts.whole, found.size)
    at, due = at[first], found.due
    return Due(
        due.deal[at], due.version[at], share, due.amount[at], due.stage[at], due.category[at], due.crm[at],
        due.unrated[at], due.won[at],
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Everybody:
    """The rows picked for everybody, each with what is told of its deal: one rep after the other asks for their own."""

    picks: Picks
    due: Due
    size: int


def _of_everybody(evaluator: Evaluator, leaf: Leaf, span: DueSpan) -> _Everybody | str:
    try:
        covered = cover(evaluator.facts, leaf, _window(span))
        if covered.reason:
            return covered.reason
        _pick(evaluator, leaf, (span,))
    except NotComputableError as problem:
        return str(problem)
    facts, picks = evaluator.memory.picked[leaf, span]
    version = facts.states.version[picks.row]
    deal = facts.past.versions.deal[version]
    told = facts.past.versions.field(facts.columns, "amount", version, NO_AMOUNT)
    due = Due(
        deal, version, picks.weight / facts.whole, picks.x / float(facts.scale) ** picks.money,
        stage=_places(facts, "stage", picks.row), category=_places(facts, "forecast_category", picks.row),
        crm=facts.spans.column("probability").data[picks.row], unrated=np.isnan(picks.x) & (told != NO_AMOUNT),
        won=_won(facts, deal, span),
    )  # fmt: skip
    return _Everybody(picks, due, facts.spans.size)


def due_of_each(evaluator: Evaluator, leaf: Leaf, spans: Sequence[DueSpan]) -> list[Due | str]:
    """The same of the whole organisation for several spans, which are looked up together."""
    with suppress(NotComputableError):  # each says so itself
        _pick(evaluator, leaf, spans)
    return [due_deals(evaluator, leaf, one) for one in spans]


def _pick(evaluator: Evaluator, leaf: Leaf, spans: Sequence[DueSpan]) -> None:
    """Keep the rows of the whole organisation, which every one of its members is a part of, with their facts."""
    memory = evaluator.memory
    new = [one for one in spans if (leaf, one) not in memory.picked]
    if not new:
        return
    facts = evaluator.facts.open_on([one.day for one in new])
    days = np.array([one.day for one in new], dtype=np.int64)
    found = pick(facts, leaf, prepare(facts, leaf, entries_of(facts, leaf)), [_window(one) for one in new], days)
    for at, one in enumerate(new):
        mine = found if len(new) == 1 else taken(found, np.flatnonzero(found.window == at))
        memory.keep(memory.picked, (leaf, one), (facts, mine))


def _window(span: DueSpan) -> Window:
    return Window(min(span.first, span.day), span.day + 1, span.first, span.last, span.label)


def _places(facts: Facts, field: str, row: Ints) -> Ints:
    return np.nan_to_num(facts.spans.column(field).data[row], nan=-1).astype(np.int64)


def _won(facts: Facts, deal: Ints, span: DueSpan) -> Mask:
    newest = facts.versions.newest[deal]
    closed = facts.versions.closed[newest]
    won = (facts.versions.outcome[newest] == IS_WON) & (closed != NO_DAY)
    return np.asarray(won & (closed > span.day) & (closed < span.last), dtype=np.bool_)


def words_at(facts: Facts, field: str) -> dict[int, str]:
    """The words of a field by their place in alphabetical order, as a file first spelt them."""
    places = facts.deals.column(field).words
    found: dict[int, str] = {}
    if places is not None:
        for name, text in facts.curation.terms.values():
            if name == field and text:
                found.setdefault(int(places.place(text)), text)
    return found


def stage_places(facts: Facts) -> int:
    """How many places in alphabetical order a stage can have."""
    words = facts.deals.column("stage").words
    return 0 if words is None else len(words.folded)


def history_tells_of(facts: Facts, day: int) -> bool:
    """Whether histories of stages reach back to a day, for most of the deals that each source had by then.

    Of a source without one only the last close dates are known, and those of closed deals say how they ended.
    """
    past = facts.past
    if not NO_DAY < past.begins <= day:
        return False
    source = column(facts.columns, "source", facts.ids, 0).astype(np.int64)
    alive = facts.created <= day
    deals, told = np.bincount(source[alive]), np.bincount(source[alive & past.is_told])
    return len(told) == len(deals) and bool((2 * told >= deals).all())
