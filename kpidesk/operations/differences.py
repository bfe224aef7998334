"""Why a sealed number is another one today, told from the rows that were sealed with it and those behind it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.fields import Outcome
from kpidesk.core.formats import sample_text
from kpidesk.core.kpis import MONEY_UNITS
from kpidesk.core.receipts import Receipt, ReceiptRow
from kpidesk.core.reviews import Difference, Line
from kpidesk.core.scorecards import Question, Row
from kpidesk.core.texts import folded
from kpidesk.operations.evaluation import scorecard
from kpidesk.operations.receipts import receipt_of
from kpidesk.operations.reviews import theirs
from kpidesk.operations.workspace import Workspace, settings
from kpidesk.store.reviews import credited_names

Cause = Literal["joined", "parted", "re-dated", "amount", "outcome", "owner", "new", "gone", "other"]
Cells = Mapping[str, str]
Names = frozenset[str]
Deal = tuple[str, str]
"""A deal by its source and key: its number may be given to another after an undo."""
WORDS: dict[Cause, tuple[str, str]] = {
    "joined": (
        "1 deal stands under another name that is the same person now",
        "{} deals stand under another name that is the same person now",
    ),
    "parted": (
        "1 deal stands under a name that is another person now",
        "{} deals stand under a name that is another person now",
    ),
    "re-dated": ("1 deal was re-dated", "{} deals were re-dated"),
    "amount": ("the amount of 1 deal changed", "the amounts of {} deals changed"),
    "outcome": ("the outcome of 1 deal changed", "the outcomes of {} deals changed"),
    "owner": ("the owner of 1 deal changed", "the owners of {} deals changed"),
    "new": ("1 deal was newly imported", "{} deals were newly imported"),
    "gone": ("1 deal is no longer there", "{} deals are no longer there"),
    "other": ("1 deal changed otherwise", "{} deals changed otherwise"),
}
_DATES = ("closed_at", "close_date", "created_at", "qualified_at", "first_contact_at", "stage_entered_at")
_NOBODY: Names = frozenset()
DEAL = "deal"
_TELLING = (*_DATES, "amount", "currency", "stage", "status")


@dataclass(frozen=True, slots=True)
class _Words:
    """What the words of files mean: outcomes by field and word, persons by every name they go by."""

    outcomes: Mapping[tuple[str, str], Outcome]
    people: Mapping[str, int]

    def outcome(self, cells: Cells) -> Outcome | None:
        by_status = self.outcomes.get(("status", cells.get("status", "")))
        return by_status or self.outcomes.get(("stage", cells.get("stage", "")))

    def owners(self, cells: Cells) -> tuple[object, ...]:
        """Who owns, shares and made a deal, as persons, so that another spelling of a name makes no difference."""
        shares = [part.rpartition(" ") for part in cells.get("owner_split", "").split("; ")]
        split = sorted((str(self._person(name)), share) for name, _, share in shares)
        return (self._person(cells.get("owner", "")), self._person(cells.get("created_by", "")), split)

    def _person(self, name: str) -> int | str:
        known = folded(name)
        return self.people.get(known, known)


@dataclass(frozen=True, slots=True)
class _Rep:
    """The rep of a sheet: who it is today, under which names then, and which names mean whom today."""

    number: int
    then: Names
    people: Mapping[str, int]

    def has_joined(self, names: Names) -> bool:
        """Whether a deal is the rep's by a name that was not theirs when the sheet was sealed."""
        return any(self.people.get(name) == self.number and name not in self.then for name in names)

    def has_parted(self, names: Names) -> bool:
        """Whether a deal was the rep's by a name that is not theirs any more."""
        return any(self.people.get(name) != self.number and name in self.then for name in names)

    def cause(self, names: Names, *, came: bool, left: bool, is_same: bool) -> Cause | None:
        """Whether a deal counts otherwise because two names became one person, or one fell apart."""
        if (came or is_same) and not left and self.has_joined(names):
            return "joined"
        return "parted" if is_same and not came and self.has_parted(names) else None


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is known of a sheet besides its lines: whose it is and under which name, and the data and money then.

    `person` is 0 where the sheet is of no single rep.
    """

    name: str
    as_of: date | None
    currency: str
    person: int = 0


@dataclass(frozen=True, slots=True)
class _Sides:
    """The rows of one KPI by their deal, as they were sealed and as they are now."""

    then: Mapping[Deal, tuple[ReceiptRow, ...]]
    now: Mapping[Deal, tuple[ReceiptRow, ...]]

    def changed(self) -> list[Deal]:
        """The deals that count otherwise than they did."""
        return [
            deal
            for deal in dict.fromkeys((*self.then, *self.now))
            if _weight(self.then.get(deal)) != _weight(self.now.get(deal))
        ]


def differences(ws: Workspace, review_id: int) -> tuple[Difference, ...]:
    """The sealed numbers of a one-on-one beside today's for the same rep, period and KPI; none for a draft.

    Raises:
        UserError: there is no such one-on-one, it was held with somebody else, or its sheet is damaged.
    """
    review = theirs(ws, review_id)
    if review.state == "draft":
        return ()
    sealed = store.load_sheet(ws.db, review_id)
    about = Sealed(sealed.rep, sealed.as_of, sealed.currency, review.scope.id)
    return differences_of(ws, about, sealed.lines, review.question)


def differences_of(ws: Workspace, sealed: Sealed, lines: tuple[Line, ...], asked: Question) -> tuple[Difference, ...]:
    """Sealed lines beside the same KPIs today; `asked` names their scope as it is today."""
    ids = tuple(line.row.kpi.id for line in lines)
    known = {row.kpi.id: row for row in scorecard(ws, asked, ids).rows} if ids else {}
    return tuple(_difference(ws, sealed, line, known[line.row.kpi.id], asked) for line in lines)


def _difference(ws: Workspace, sealed: Sealed, line: Line, now: Row, asked: Question) -> Difference:
    then = line.row
    is_recounted = then.kpi.unit in MONEY_UNITS and sealed.currency != settings(ws).currency
    money = ["the currency changed"] if is_recounted else []
    why = [*_rules(then, now), *money, *_rows(ws, sealed, line, now, asked)]
    return Difference(then.kpi.id, then.kpi.name, then.value_text, now.value_text, tuple(why))


def _rules(then: Row, now: Row) -> list[str]:
    found = []
    if (then.kpi.measured, then.kpi.builtin) != (now.kpi.measured, now.kpi.builtin):
        found.append("the definition changed")
    tiers = [one and (one.minimum, one.target, one.stretch) for one in (then.target, now.target)]
    if tiers[0] != tiers[1]:
        found.append("the target changed")
    return found


def _rows(ws: Workspace, sealed: Sealed, line: Line, now: Row, asked: Question) -> list[str]:
    """Why the rows differ; `asked` names the rep by the person they are today, after two were merged say."""
    if line.receipt is None:
        return []
    try:
        present: Receipt | None = receipt_of(ws, now.kpi, asked, first=1 if line.receipt.more else None)
    except UserError:
        present = None
    if present is None or line.row.kpi.formula != now.kpi.formula:
        return []
    if line.receipt.more:
        counts = [sample_text(one.count, noun=one.noun) for one in (line.receipt, present)]
        return [f"{counts[0]} then, {counts[1]} now"] if counts[0] != counts[1] else []
    if line.receipt.noun != DEAL:
        return _other_rows(line.receipt, present)
    sides = _Sides(_by_deal(ws, line.receipt.rows), _by_deal(ws, present.rows))
    counted = Counter(_causes(ws, sealed, sides))
    return [(one if counted[cause] == 1 else many).format(counted[cause])
            for cause, (one, many) in WORDS.items() if counted[cause]]  # fmt: skip


def _other_rows(then: Receipt, now: Receipt) -> list[str]:
    """Why rows that are no deals differ: they came, went, or count otherwise."""
    before, after = ({row.key: _weight((row,)) for row in one.rows} for one in (then, now))
    counts = {
        "newly imported": len(after.keys() - before.keys()),
        "no longer there": len(before.keys() - after.keys()),
        "changed": sum(before[key] != after[key] for key in before.keys() & after.keys()),
    }
    return [f"{sample_text(count, noun=then.noun)} {words}" for words, count in counts.items() if count]


def _by_deal(ws: Workspace, rows: Sequence[ReceiptRow]) -> dict[Deal, tuple[ReceiptRow, ...]]:
    """The rows of each deal. The source of a row whose import was undone is that of the only deal with its key."""
    sources = store.import_sources(ws.db)
    holders = store.deals_with(ws.db, {row.key for row in rows if row.import_id not in sources})
    found: dict[Deal, list[ReceiptRow]] = {}
    for row in rows:
        source = sources.get(row.import_id) or _source_of(row, holders.get(row.key, {}))
        found.setdefault((source, row.key), []).append(row)
    return {deal: tuple(its) for deal, its in found.items()}


def _source_of(row: ReceiptRow, holders: Mapping[int, str]) -> str:
    return holders.get(row.deal_id) or (next(iter(holders.values())) if len(holders) == 1 else "")


def _weight(rows: tuple[ReceiptRow, ...] | None) -> list[tuple[bool, float, float]]:
    return sorted((row.in_numerator, row.weight, row.value or 0.0) for row in rows or ())


def _causes(ws: Workspace, sealed: Sealed, sides: _Sides) -> list[Cause]:
    changed = sides.changed()
    if not changed:
        return []
    words = _Words(store.known_outcomes(ws.db), store.people_by_name(ws.db))
    before = _cells_on(ws, [deal for deal in changed if deal not in sides.then], sealed.as_of)
    after = _cells_on(ws, [deal for deal in changed if deal not in sides.now], None)
    names_then, names_now = _names_then(ws, changed, sides, sealed.as_of), _names_on(ws, changed, None)
    sole = {name for deal in sides.then for name in names_then.get(deal, ()) if len(names_then[deal]) == 1}
    rep = _Rep(sealed.person, frozenset((folded(sealed.name), *sole)), words.people)
    found = []
    for deal in changed:
        then = sides.then[deal][0].cells if deal in sides.then else before.get(deal)
        now = sides.now[deal][0].cells if deal in sides.now else after.get(deal)
        came, left = deal not in sides.then, deal not in sides.now
        cause: Cause | None = None
        is_named_alike = sealed.person and names_then.get(deal) == names_now.get(deal, _NOBODY)
        if then is not None and now is not None and is_named_alike:
            is_same = not _differ(then, now, _TELLING)
            cause = rep.cause(names_now[deal], came=came, left=left, is_same=is_same)
        found.append(cause or _cause(then, now, words, moved=came or left))
    return found


def _names_then(ws: Workspace, changed: list[Deal], sides: _Sides, day: date | None) -> dict[Deal, Names]:
    """Under which names people were credited when a sheet was sealed; not where a later import has corrected that."""
    deals = [*dict.fromkeys((*changed, *sides.then))]
    shown = store.values_by_source(ws.db, sorted({key for _, key in deals}), day)
    kept = [deal for deal in sides.then if deal in shown]
    rows = store.deal_rows(ws.db, [shown[deal] for deal in kept], day)
    other = {
        deal for deal, row in zip(kept, rows, strict=True) if row["import_id"] != str(sides.then[deal][0].import_id)
    }
    return {deal: names for deal, names in _names_on(ws, deals, day).items() if deal not in other}


def _names_on(ws: Workspace, deals: list[Deal], day: date | None) -> dict[Deal, Names]:
    """Under which names the exports up to a day (None: all) credit people with deals."""
    shown = store.values_by_source(ws.db, sorted({key for _, key in deals}), day)
    names = credited_names(ws.db, [shown[deal] for deal in deals if deal in shown])
    return {deal: names[shown[deal]] for deal in deals if shown.get(deal) in names}


def _cells_on(ws: Workspace, deals: list[Deal], day: date | None) -> dict[Deal, Cells]:
    """The cells of deals as the exports up to a day showed them (None: as they are now)."""
    if not deals:
        return {}
    shown = store.values_by_source(ws.db, sorted({key for _, key in deals}), day)
    values = {deal: shown[deal] for deal in deals if deal in shown}
    rows = store.deal_rows(ws.db, list(values.values()))
    return dict(zip(values, rows, strict=True))


def _cause(then: Cells | None, now: Cells | None, words: _Words, *, moved: bool) -> Cause:
    """Why a deal counts otherwise; `moved`: it was among the rows and is not, or the other way round."""
    if then is None:
        return "new"
    if now is None:
        return "gone"
    checks: dict[Cause, bool] = {
        "outcome": words.outcome(then) != words.outcome(now),
        "owner": words.owners(then) != words.owners(now),
        "re-dated": _differ(then, now, _DATES),
        "amount": _differ(then, now, ("amount", "currency")),
    }
    order: tuple[Cause, ...] = ("outcome", "re-dated", "owner", "amount")
    if not moved:
        order = ("amount", "owner", "outcome", "re-dated")
    return next((cause for cause in order if checks[cause]), "other")


def _differ(then: Cells, now: Cells, names: Iterable[str]) -> bool:
    return any(then.get(name, "") != now.get(name, "") for name in names)
