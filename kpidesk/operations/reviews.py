"""One-on-ones: prepared as a draft, sealed when they start, frozen when they close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kpidesk import store
from kpidesk.core.carried import left_over, with_raised
from kpidesk.core.coaching_goals import GoalReadout
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.people import Scope
from kpidesk.core.periods import Grain, Period
from kpidesk.core.preparations import Preparation
from kpidesk.core.review_words import meeting_day
from kpidesk.core.reviews import AgendaItem, Evidence, Promise, Review, Settled, Sheet, check_review, is_untouched
from kpidesk.core.scorecards import Question
from kpidesk.operations.coaching import deals_to_go_through
from kpidesk.operations.coaching_goals import goals_to_show
from kpidesk.operations.definition_code import definitions_code
from kpidesk.operations.meeting import told
from kpidesk.operations.promises import judged, promises_of, stands
from kpidesk.operations.questions import last_covered, opening
from kpidesk.operations.sealing import code_of, with_receipts
from kpidesk.operations.signals import points_to_raise
from kpidesk.operations.workspace import Workspace, all_or_none, scopes, settings, stamp


def reviews(ws: Workspace, person_id: int | None = None) -> tuple[Review, ...]:
    """The one-on-ones with one rep, or with all, newest first; none whose name its rep does not bear."""
    return tuple(one for one in store.load_reviews(ws.db, person_id) if store.is_theirs(ws.db, one.id))


def review_for(ws: Workspace, scope: Scope, period: Period) -> Review | None:
    """The newest one-on-one with a rep about a period that was started or closed."""
    return next((one for one in reviews(ws, scope.id) if one.state != "draft" and one.question.period == period), None)


def open_review(ws: Workspace, scope: Scope, question: Question | None = None) -> Review:
    """The one-on-one with a rep that is not closed yet, or a new draft about the period of the question.

    Without a question it is that of `next_question`. From here on it is prepared.

    Raises:
        UserError: the scope is no rep of the workspace.
    """
    return _asked_for(ws, look_at_review(ws, scope, question))


def _asked_for(ws: Workspace, review: Review) -> Review:
    if review.created_at:
        return review
    store.ask_for_review(ws.db, review.id, ws.today)
    return store.load_review(ws.db, review.id)


def look_at_review(ws: Workspace, scope: Scope, question: Question | None = None) -> Review:
    """As `open_review`, but a new draft is not prepared before somebody types into it, starts it or asks for it.

    Raises:
        UserError: the scope is no rep of the workspace.
    """
    _check_rep(ws, scope)
    unfinished = next((one for one in reviews(ws, scope.id) if one.state != "closed"), None)
    if unfinished is not None:
        return _with_left_over(ws, unfinished)
    period = (question or next_question(ws, scope)).period
    number = store.add_review(ws.db, scope.id, period, None)
    store.carry_steps(ws.db, number, scope.id)
    draft = store.load_review(ws.db, number)
    begun = _begun(ws, draft)
    if begun != draft:
        store.keep_review(ws.db, begun)
    return begun


def _begun(ws: Workspace, draft: Review) -> Review:
    """A new draft with what has to be talked about whatever else is, and with what the last meeting left over.

    Left over are the points that were not ticked, and the skill in focus.
    """
    before = next(iter(_closed_before(ws, draft)), None)
    left = _left_to(ws, draft)
    raised = (*points_to_raise(ws, draft.scope), *deals_to_go_through(ws, draft.scope, draft.question.period))
    begun = replace(draft, agenda=with_raised(left, raised))
    return replace(begun, skill=before.skill, evidence=before.evidence) if before is not None else begun


def _with_left_over(ws: Workspace, review: Review) -> Review:
    """A meeting that was begun before anything was carried over, once with what the one before it left over."""
    before = next(iter(_closed_before(ws, review)), None)
    if review.state != "draft" or before is None or not store.take_uncarried(ws.db, "reviews", review.id):
        return review
    full = replace(review, agenda=with_raised(_left_to(ws, review), review.agenda))
    if not review.skill and review.evidence == Evidence():
        full = replace(full, skill=before.skill, evidence=before.evidence)
    return save_review(ws, full)


def _left_to(ws: Workspace, review: Review) -> tuple[AgendaItem, ...]:
    """The points that the meeting before did not come to."""
    before = next(iter(_closed_before(ws, review)), None)
    return left_over(before.agenda, meeting_day(before) or ws.today) if before is not None else ()


def is_untouched_draft(ws: Workspace, review: Review) -> bool:
    """Whether a one-on-one is a draft as it was begun: nothing typed, and what was carried over is as it was."""
    same_skill = skill_since(ws, review) is not None
    return is_untouched(review, same_skill=same_skill, carried=_left_to(ws, review))


def _closed_before(ws: Workspace, review: Review) -> tuple[Review, ...]:
    """The closed meetings with the same rep before this one, newest first."""
    known = reviews(ws, review.scope.id)
    return tuple(one for one in known if one.state == "closed" and (not review.id or one.id < review.id))


def skill_since(ws: Workspace, review: Review) -> date | None:
    """The day of the first of the meetings right before this one that had the same skill in focus.

    None where the skill is new, or there is none.
    """
    found = None
    for one in _closed_before(ws, review):
        if not review.skill.strip() or one.skill.strip() != review.skill.strip():
            break
        found = meeting_day(one)
    return found


def next_question(ws: Workspace, scope: Scope) -> Question:
    """What to talk about with a rep next: the last period that the data covers, as long as the one of last time.

    Before the first meeting it is the period that the window opens with.
    """
    met: Grain = next((one.question.period.grain for one in reviews(ws, scope.id) if one.state != "draft"), "span")
    return Question(opening(ws).period if met == "span" else last_covered(ws, met), scope)


def _check_rep(ws: Workspace, scope: Scope) -> None:
    people = scopes(ws).people
    if scope.kind != "rep" or scope.id not in {person.id for person in people}:
        raise UserError(f"A one-on-one is with a rep, not with '{scope.key}'.",
                        nearest(scope.name, (person.name for person in people)))  # fmt: skip


def save_review(ws: Workspace, review: Review) -> Review:
    """Keep what was typed; a commitment without words is not kept yet, and only a draft may change its period.

    Raises:
        UserError: the one-on-one is closed, or holds what it cannot.
    """
    known = store.load_review(ws.db, review.id)
    if known.state == "closed":
        raise UserError("This one-on-one is closed and does not change any more.", "Write it into the next one.")
    worded = replace(review, commitments=tuple(one for one in review.commitments if one.text.strip()))
    check_review(worded)
    store.keep_review(ws.db, worded if known.state == "draft" else replace(worded, question=known.question))
    kept = store.load_review(ws.db, review.id)
    return kept if kept.created_at or is_untouched_draft(ws, kept) else _asked_for(ws, kept)


def theirs(ws: Workspace, review_id: int) -> Review:
    """A one-on-one, if its rep bears the name it was held with.

    Raises:
        UserError: there is no such one-on-one, or it was held with somebody else.
    """
    review = store.load_review(ws.db, review_id)
    if not store.is_theirs(ws.db, review_id):
        raise UserError(f"This one-on-one was not held with {review.scope.name}.", "Choose one from the list.")
    return review


def sheet(ws: Workspace, review_id: int) -> Sheet:
    """Everything a one-on-one shows: live for a draft, with sealed numbers once started, frozen once closed.

    Raises:
        UserError: there is no such one-on-one, it was held with somebody else, or its sheet is damaged.
    """
    review = theirs(ws, review_id)
    if review.state == "closed":
        return store.load_sheet(ws.db, review_id)
    if review.state == "started":
        sealed = store.load_sheet(ws.db, review_id)
        now = replace(sealed, review=review, goals=_present_goals(ws, sealed), skill_since=skill_since(ws, review))
        return _judged(ws, now)
    return _judged(ws, _live(ws, review))


def _present_goals(ws: Workspace, sealed: Sheet) -> tuple[GoalReadout, ...]:
    """The goals of a meeting that runs: as they were sealed, without those dropped since, with those made since."""
    known = {one.goal.id: one for one in sealed.goals}
    now = goals_to_show(ws, sealed.review.scope, sealed.review.id)
    return tuple(known.get(one.goal.id, one) for one in now)


def sheet_for(ws: Workspace, scope: Scope, period: Period) -> Sheet:
    """The sheet about a rep and a period: the newest that was started or closed, else the draft, else a live one.

    Nothing is kept: where no one-on-one was prepared, the draft that is shown is gone again.

    Raises:
        UserError: the scope is no rep of the workspace, or the sheet is damaged.
    """
    _check_rep(ws, scope)
    drafts = (one for one in reviews(ws, scope.id) if one.question.period == period)
    found = review_for(ws, scope, period) or next(drafts, None)
    if found is not None:
        return sheet(ws, found.id)
    return _judged(ws, _live(ws, _begun(ws, Review(0, scope, Question(period, scope)))))


def _live(ws: Workspace, review: Review) -> Sheet:
    data = told(ws, review.scope, review.question.period)
    return Sheet(
        review=review,
        rep=review.scope.name,
        header=data.header,
        as_of=data.as_of,
        since=data.since,
        facts=data.facts,
        promises=promises_of(ws, review.question, data.lines),
        lines=data.lines,
        risks=data.risks,
        currency=settings(ws).currency,
        met_before=store.has_met(ws.db, review.scope.id),
        definitions=definitions_code(ws, (line.row.kpi for line in data.lines), review.question.period),
        why=data.why,
        manager=data.manager,
        goals=goals_to_show(ws, review.scope, review.id),
        monthly=is_monthly(ws, review),
        skill_since=skill_since(ws, review),
    )


def is_monthly(ws: Workspace, review: Review) -> bool:
    """Whether a meeting is the first with its rep in its month, in which wellbeing and career have their place."""
    day = meeting_day(review) or ws.today
    return f"{day:%Y-%m}" not in store.months_met(ws.db, review.scope.id, review.id)


def _judged(ws: Workspace, shown: Sheet) -> Sheet:
    """The verdicts given by hand may change until the meeting is closed."""
    present = {one.commitment.id: one.commitment for one in store.open_commitments(ws.db, shown.review.scope.id)}

    def now(promise: Promise) -> Promise:
        return judged(promise, present.get(promise.commitment.id, promise.commitment))

    return replace(shown, promises=tuple(now(promise) for promise in shown.promises))


def start_review(ws: Workspace, review_id: int) -> Sheet:
    """Seal the numbers with their rows and definitions; starting again changes nothing.

    Raises:
        UserError: there is no such one-on-one, or the workspace cannot be written.
    """
    review = _asked_for(ws, store.load_review(ws.db, review_id))
    if review.state == "draft":
        live = _live(ws, replace(review, state="started", started_at=stamp(ws)))
        sealed = replace(live, lines=with_receipts(ws, live.lines, review.question))
        store.keep_start(ws.db, replace(sealed, code=_code(sealed)))
    return sheet(ws, review_id)


def _code(sealed: Sheet) -> str:
    return code_of((sealed.rep, sealed.as_of, sealed.facts, sealed.promises, sealed.lines, sealed.risks, sealed.goals))


def close_review(ws: Workspace, review_id: int, *, without_commitment: bool = False) -> Sheet:
    """Freeze the whole sheet, after starting it where that was left out; closing again changes nothing.

    Raises:
        UserError: nothing was agreed, unless that is as it should be.
    """
    review = store.load_review(ws.db, review_id)
    if review.state == "closed":
        return sheet(ws, review_id)
    if not (review.commitments or review.next_steps or without_commitment):
        raise UserError("Nothing was agreed.", "Write down one commitment, or close without one.")
    with all_or_none(ws):
        sealed = start_review(ws, review_id)
        frozen = replace(sealed, review=replace(sealed.review, state="closed", closed_at=stamp(ws)))
        store.keep_close(ws.db, frozen, stands(ws, frozen.review, frozen.lines))
    return sheet(ws, review_id)


def overrule(ws: Workspace, commitment_id: int, state: Settled | None, reason: str) -> None:
    """Settle a commitment by hand, with a reason; None takes the verdict back.

    Raises:
        UserError: there is no such commitment, or no reason.
    """
    if state is not None and not reason.strip():
        raise UserError("A commitment cannot be settled by hand without a reason.", "Say why in a few words.")
    store.overrule(ws.db, commitment_id, state, reason.strip() if state is not None else "")


def restore_review(ws: Workspace, review: Review, form: Preparation | None = None) -> Review:
    """Bring a draft back that was deleted, with all that was typed into it; it may get another number.

    `form` is what deleting it gave: the answer that was taken comes back too.

    Raises:
        UserError: another one-on-one with the rep was begun since, or the rep is no more.
    """
    present = open_review(ws, review.scope, review.question)
    if not is_untouched_draft(ws, present):
        raise UserError(f"Another one-on-one with {review.scope.name} was begun since.", "Delete or close it first.")
    with all_or_none(ws):
        known = store.load_preparation(ws.db, present.id)
        if form is not None and form.answer is not None and known is not None and known.code == form.code:
            store.keep_answer(ws.db, present.id, form.answer, form.answered_at)
        return save_review(ws, replace(review, id=present.id))


def delete_review(ws: Workspace, review_id: int) -> Preparation | None:
    """Forget a draft; gives its form, if one was sent, as bringing it back needs it.

    Raises:
        UserError: it was started, or there is none.
    """
    if store.load_review(ws.db, review_id).state != "draft":
        raise UserError("A one-on-one that was started is kept.", "Close it, without a commitment if need be.")
    form = store.load_preparation(ws.db, review_id)
    store.delete_review(ws.db, review_id)
    return form
