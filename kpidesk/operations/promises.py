"""What became of the commitments of earlier one-on-ones: settled by the rows of later imports, or by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.reviews import UNSETTLED, Commitment, Line, Promise, Review, Settled, Settlement
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import counted
from kpidesk.engine.promises import Course, course_of
from kpidesk.engine.standing import Standing
from kpidesk.operations.evaluation import scorecard
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.workspace import Workspace, data_date


@dataclass(frozen=True, slots=True)
class _Kept:
    """A commitment with the way its deal has gone (None: no deal, or none that the files still show)."""

    made: store.Made
    course: Course | None

    @property
    def proof(self) -> int:
        """The stored value that proves what became of it; 0 where none does."""
        course = self.course
        if course is None or not self.made.commitment.stage:
            return 0
        if self.is_undone:
            return course.now.value
        shown = course.came or (course.now if course.now.outcome == "lost" else None)
        return shown.value if shown else 0

    @property
    def is_undone(self) -> bool:
        """Whether a closed meeting showed it done and newer data show the deal back where it was before."""
        return self.made.settled_on is not None and self.course is not None and self.course.back is not None


def promises_of(ws: Workspace, question: Question, lines: tuple[Line, ...]) -> tuple[Promise, ...]:
    """Every commitment that closed meetings with a rep left open, with what the data say of it; no verdict by hand.

    One that a meeting showed settled comes back when the data do not settle it any more.
    """
    kept = _kept(ws, question.scope.id)
    proofs = [one.proof for one in kept if one.proof]
    rows = dict(zip(proofs, store.deal_rows(ws.db, proofs), strict=True)) if proofs else {}
    names = store.deal_names(ws.db, [one.course.now.value for one in kept if one.course])
    found = [(one, _promise(ws, one, question, lines, rows.get(one.proof, {}), names)) for one in kept]
    return tuple(told for one, told in found if one.made.settled_on is None or told.settlement.state in UNSETTLED)


def _kept(ws: Workspace, person_id: int) -> list[_Kept]:
    """Every commitment that closed meetings with a person left open, with the way its deal has gone."""
    facts = evaluator(ws).facts
    return [
        _Kept(made, course_of(facts, made.commitment.deal_id, made.commitment.stage, made.data_date))
        for made in store.open_commitments(ws.db, person_id)
    ]


def settlements(ws: Workspace, person_id: int) -> tuple[tuple[store.Made, Settlement], ...]:
    """How every such commitment stands, by the manager's own verdict where there is one, without any value of a KPI."""
    kept = _kept(ws, person_id)
    names = store.deal_names(ws.db, [one.course.now.value for one in kept if one.course])
    found = []
    for one in kept:
        name = names[one.course.now.value] if one.course else one.made.deal
        found.append((one.made, _by_hand(one.made.commitment) or _settlement(ws, one, name)))
    return tuple(found)


def _by_hand(said: Commitment) -> Settlement | None:
    return None if said.overruled is None else Settlement(said.overruled, f"by hand: {said.reason}")


def _promise(
    ws: Workspace,
    kept: _Kept,
    question: Question,
    lines: tuple[Line, ...],
    row: Mapping[str, str],
    names: Mapping[int, str],
) -> Promise:
    one, course = kept.made.commitment, kept.course
    name = names[course.now.value] if course else kept.made.deal
    now = value_text(ws, one.kpi_id, question, lines) if one.kpi_id else where(course.now) if course else ""
    return Promise(
        commitment=one,
        made_on=kept.made.made_on,
        settlement=_proved(_settlement(ws, kept, name), row),
        deal=name,
        kpi=_kpi_name(ws, one.kpi_id),
        then=kept.made.was,
        now=now,
    )


def _proved(settled: Settlement, row: Mapping[str, str]) -> Settlement:
    if not row:
        return settled
    return replace(settled, file=row["file"], line=int(row["line"] or 0), import_id=int(row["import_id"] or 0))


def _settlement(ws: Workspace, kept: _Kept, name: str) -> Settlement:
    made, course = kept.made, kept.course
    if not made.deal or not made.commitment.stage:
        return _pending(made, "", ws.today)
    known = data_date(ws) or ws.today
    if course is not None and course.came is not None and course.on is not None and not kept.is_undone:
        return _arrived(ws, made, course, course.came, course.on)
    if made.settled_on is not None:
        return _undone(made, course, name, known)
    if course is None:
        return _pending(made, "the deal is no longer in any file", known)
    if course.now.outcome == "lost":
        on = course.now.closed_on or course.now.seen
        return replace(_pending(made, f"lost on {day_text(on)}", known), on=on)
    moved = course.then is None or _place(course.then) != _place(course.now)
    still = f"{'in' if moved else 'still'} {_place(course.now)} on {day_text(known)}"
    return _pending(made, "the deal is no longer in the file" if not course.is_listed else "", known, still)


def _pending(made: store.Made, words: str, day: date, still: str = "") -> Settlement:
    """Not done yet; once its day has passed that is said first, with how things stand now."""
    due = made.commitment.due
    if day <= due:
        return Settlement("open", words or f"due on {day_text(due)}")
    over = f"{counted((day - due).days, 'day')} over"
    return Settlement("overdue", f"due {day_text(due)}, {words or still or over}")


def _undone(made: store.Made, course: Course | None, name: str, day: date) -> Settlement:
    """It was shown done in a closed meeting, and the files do not say so any more."""
    met = made.settled_on or made.made_on
    told = "the deal is no longer in any file"
    if course is not None and course.now.outcome == "lost":
        told = f"{name} was lost on {day_text(course.back or course.now.seen)}"
    elif course is not None and course.back is not None:
        told = f"{name} is back in {_place(course.now)} since {day_text(course.back)}"
    elif course is not None:
        told = f"{name} is in {_place(course.now)}"
    state: Settled = "overdue" if day > made.commitment.due else "open"
    on = course.back if course is not None else None
    return Settlement(state, f"was done on {day_text(met)}, is not any more: {told}", on)


def _place(deal: Standing) -> str:
    return deal.stage or deal.outcome


def _arrived(ws: Workspace, made: store.Made, course: Course, came: Standing, on: date) -> Settlement:
    if course.was_there:
        return Settlement("done", f"already {'won' if came.outcome == 'won' else f'in {where(came)}'}", made.made_on)
    over = (on - made.commitment.due).days
    if course.is_dated:
        words = f"{where(came)} on {day_text(on)}"
        late = Settlement("late", f"{words}, {counted(over, 'day')} late", on)
        return late if over > 0 else Settlement("done", words, on)
    words = f"{where(came)}, seen by {day_text(on)}"
    if over > 0 and course.short and _last_shown(ws, course.short, came.seen) >= made.commitment.due:
        return Settlement("late", f"{words}, late", on)
    return Settlement("done", words, on)


def _last_shown(ws: Workspace, deal: Standing, before: date) -> date:
    """The newest data date before a day whose export showed a deal like this."""
    (row,) = store.deal_rows(ws.db, [deal.value], before - timedelta(days=1))
    days = {str(number): day for number, day in store.data_dates(ws.db)}
    return days.get(row["import_id"], deal.seen)


def where(deal: Standing) -> str:
    """Where a deal stands: won, lost or its stage."""
    return deal.outcome if deal.outcome in ("won", "lost") else deal.stage or deal.outcome


def _kpi_name(ws: Workspace, kpi_id: str) -> str:
    try:
        return find_kpi(ws, kpi_id).name if kpi_id else ""
    except UserError:
        return kpi_id


def value_text(ws: Workspace, kpi_id: str, question: Question, lines: tuple[Line, ...]) -> str:
    """The value of a KPI with what it rests on and its period, from the lines of the sheet where it is among them.

    Two values of different periods stand beside each other: without both, one deal reads like a great success.
    """
    row = next((line.row for line in lines if line.row.kpi.id == kpi_id), None)
    try:
        row = row or scorecard(ws, question, (kpi_id,)).rows[0]
    except UserError:
        return ""
    about = ", ".join(part for part in (row.sample_text, row.period.label) if part)
    return f"{row.value_text} ({about})"


def stands(ws: Workspace, review: Review, lines: tuple[Line, ...]) -> dict[int, str]:
    """How things stand with each commitment of a meeting, by its number: the value of its KPI or where its deal is."""
    facts = evaluator(ws).facts
    found = {}
    for one in review.commitments:
        course = course_of(facts, one.deal_id, one.stage, None) if one.deal_id else None
        deal = where(course.now) if course else ""
        found[one.id] = value_text(ws, one.kpi_id, review.question, lines) if one.kpi_id else deal
    return found


def judged(promise: Promise, present: Commitment) -> Promise:
    """A promise with the manager's own verdict, where there is one; it wins over what the data say."""
    if present.overruled is None:
        return replace(promise, commitment=present)
    verdict = replace(promise.settlement, state=present.overruled, words=f"by hand: {present.reason}")
    return replace(promise, commitment=present, settlement=verdict)
