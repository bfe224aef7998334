"""Why a sealed number is another one today, told from the rows that were sealed with it and those behind it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.receipts import Receipt, ReceiptRow
from kpidesk.core.records import Outcome
from kpidesk.core.reviews import Difference, Line, Sheet
from kpidesk.core.scorecards import Row
from kpidesk.operations.evaluation import scorecard
from kpidesk.operations.receipts import receipt_of
from kpidesk.operations.workspace import Workspace, settings

Cause = Literal["re-dated", "amount", "outcome", "owner", "new", "gone", "other"]
Cells = Mapping[str, str]
WORDS: dict[Cause, tuple[str, str]] = {
    "re-dated": ("1 deal was re-dated", "{} deals were re-dated"),
    "amount": ("the amount of 1 deal changed", "the amounts of {} deals changed"),
    "outcome": ("the outcome of 1 deal changed", "the outcomes of {} deals changed"),
    "owner": ("the owner of 1 deal changed", "the owners of {} deals changed"),
    "new": ("1 deal was newly imported", "{} deals were newly imported"),
    "gone": ("1 deal is no longer there", "{} deals are no longer there"),
    "other": ("1 deal changed otherwise", "{} deals changed otherwise"),
}
_DATES = ("closed_at", "close_date", "created_at", "qualified_at", "first_contact_at", "stage_entered_at")


@dataclass(frozen=True, slots=True)
class _Sides:
    """The rows of one KPI by the key of their deal, as they were sealed and as they are now."""

    then: Mapping[str, tuple[ReceiptRow, ...]]
    now: Mapping[str, tuple[ReceiptRow, ...]]

    def changed(self) -> list[str]:
        """The deals that count otherwise than they did."""
        return [
            key
            for key in dict.fromkeys((*self.then, *self.now))
            if _weight(self.then.get(key)) != _weight(self.now.get(key))
        ]


def differences(ws: Workspace, review_id: int) -> tuple[Difference, ...]:
    """The sealed numbers of a one-on-one beside today's for the same rep, period and KPI; none for a draft.

    Raises:
        UserError: there is no such one-on-one, or its sheet is damaged.
    """
    review = store.load_review(ws.db, review_id)
    if review.state == "draft":
        return ()
    sealed = store.load_sheet(ws.db, review_id)
    ids = tuple(line.row.kpi.id for line in sealed.lines)
    known = {row.kpi.id: row for row in scorecard(ws, review.question, ids).rows} if ids else {}
    return tuple(_difference(ws, sealed, line, known[line.row.kpi.id]) for line in sealed.lines)


def _difference(ws: Workspace, sealed: Sheet, line: Line, now: Row) -> Difference:
    then = line.row
    money = ["the currency changed"] if sealed.currency != settings(ws).currency else []
    why = [*_rules(then, now), *money, *_rows(ws, sealed, line, now)]
    return Difference(then.kpi.id, then.kpi.name, then.value_text, now.value_text, tuple(why))


def _rules(then: Row, now: Row) -> list[str]:
    found = []
    if (then.kpi.formula, then.kpi.builtin) != (now.kpi.formula, now.kpi.builtin):
        found.append("the definition changed")
    tiers = [one and (one.minimum, one.target, one.stretch) for one in (then.target, now.target)]
    if tiers[0] != tiers[1]:
        found.append("the target changed")
    return found


def _rows(ws: Workspace, sealed: Sheet, line: Line, now: Row) -> list[str]:
    if line.receipt is None:
        return []
    try:
        present: Receipt | None = receipt_of(ws, now.kpi, sealed.review.question)
    except UserError:
        present = None
    if present is None or line.row.kpi.formula != now.kpi.formula:
        return []
    sides = _Sides(_by_key(line.receipt.rows), _by_key(present.rows))
    counted = Counter(_causes(ws, sealed.as_of, sides))
    return [(one if counted[cause] == 1 else many).format(counted[cause])
            for cause, (one, many) in WORDS.items() if counted[cause]]  # fmt: skip


def _by_key(rows: Iterable[ReceiptRow]) -> dict[str, tuple[ReceiptRow, ...]]:
    found: dict[str, tuple[ReceiptRow, ...]] = {}
    for row in rows:
        found[row.key] = (*found.get(row.key, ()), row)
    return found


def _weight(rows: tuple[ReceiptRow, ...] | None) -> list[tuple[bool, float, float]]:
    return sorted((row.in_numerator, row.weight, row.value or 0.0) for row in rows or ())


def _causes(ws: Workspace, sealed_on: date | None, sides: _Sides) -> list[Cause]:
    changed = sides.changed()
    if not changed:
        return []
    meanings = store.known_outcomes(ws.db)
    before = _cells_on(ws, [key for key in changed if key not in sides.then], sealed_on)
    after = _cells_on(ws, [key for key in changed if key not in sides.now], None)
    found = []
    for key in changed:
        then = sides.then[key][0].cells if key in sides.then else before.get(key)
        now = sides.now[key][0].cells if key in sides.now else after.get(key)
        found.append(_cause(then, now, meanings, moved=(key in sides.then) != (key in sides.now)))
    return found


def _cells_on(ws: Workspace, keys: list[str], day: date | None) -> dict[str, Cells]:
    """The cells of deals as the exports up to a day showed them (None: as they are now)."""
    if not keys:
        return {}
    values = store.values_on(ws.db, keys, day)
    rows = store.deal_rows(ws.db, list(values.values()))
    return dict(zip(values, rows, strict=True))


def _cause(then: Cells | None, now: Cells | None, meanings: Mapping[tuple[str, str], Outcome], *, moved: bool) -> Cause:
    """Why a deal counts otherwise; `moved`: it was among the rows and is not, or the other way round."""
    if then is None:
        return "new"
    if now is None:
        return "gone"
    checks: dict[Cause, bool] = {
        "outcome": _outcome(then, meanings) != _outcome(now, meanings),
        "owner": _differ(then, now, ("owner", "owner_split", "created_by")),
        "re-dated": _differ(then, now, _DATES),
        "amount": _differ(then, now, ("amount", "currency")),
    }
    order: tuple[Cause, ...] = ("outcome", "owner", "re-dated", "amount")
    if not moved:
        order = ("amount", "owner", "outcome", "re-dated")
    return next((cause for cause in order if checks[cause]), "other")


def _differ(then: Cells, now: Cells, names: Iterable[str]) -> bool:
    return any(then.get(name, "") != now.get(name, "") for name in names)


def _outcome(cells: Cells, meanings: Mapping[tuple[str, str], Outcome]) -> Outcome | None:
    by_status = meanings.get(("status", cells.get("status", "")))
    return by_status or meanings.get(("stage", cells.get("stage", "")))
