"""Preparing a one-on-one together: a form for the rep goes out as a file, and the answer comes back as one."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

from kpidesk import importing, store
from kpidesk.core.errors import Issue, UserError
from kpidesk.core.formats import day_text
from kpidesk.core.people import Scope
from kpidesk.core.preparations import (
    CODE_LENGTH,
    CODE_LETTERS,
    Prepared,
    PrepForm,
    agenda_with,
    is_empty,
    plain_code,
    points_of,
    wellbeing_of,
    wellbeing_with,
)
from kpidesk.core.reviews import UNSETTLED, Review
from kpidesk.core.texts import folded
from kpidesk.operations.exports import check_export_path
from kpidesk.operations.reviews import open_review, save_review, sheet
from kpidesk.operations.workspace import Workspace, all_or_none, scopes, stamp

FORMS = (".html", ".txt")


def preparation_form(ws: Workspace, scope: Scope) -> PrepForm:
    """The form for the one-on-one that is being prepared with a rep; the draft is begun where there is none.

    Raises:
        UserError: the scope is no rep of the workspace.
    """
    review = open_review(ws, scope)
    code = plain_code("".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)))
    asked = store.ask_preparation(ws.db, review.id, code, stamp(ws))
    shown = sheet(ws, review.id)
    promised = tuple(
        f"{one.commitment.text}, by {day_text(one.commitment.due)}"
        for one in shown.promises if one.settlement.state in UNSETTLED
    )  # fmt: skip
    return PrepForm(asked.code, shown.rep, review.question.period.label, promised, tuple(d.name for d in shown.risks))


def export_preparation(ws: Workspace, scope: Scope, to: Path) -> PrepForm:
    """Write the form as a web page that needs no network (.html) or as text for any editor (.txt).

    Raises:
        UserError: the name ends otherwise, it cannot be written there, or the scope is no rep.
    """
    from kpidesk.exporting import write_preparation

    check_export_path(ws, to, FORMS)
    form = preparation_form(ws, scope)
    write_preparation(form, to)
    return form


def looks_like_answer(path: Path) -> bool:
    """Whether a file is an answer to a form, by its first lines."""
    return importing.is_preparation(path)


def read_preparation(ws: Workspace, path: Path, scope: Scope | None = None) -> Prepared:
    """What a rep sent back, as it would be taken; nothing is kept. With a `scope` only from that rep.

    Raises:
        UserError: it is no answer, to no meeting of this workspace, of another rep, to a closed meeting, empty, or
            was taken already.
    """
    read = importing.read_preparation(path)
    asked = store.find_preparation(ws.db, read.code)
    whose = store.people_by_name(ws.db).get(store.waits_for(ws.db, read.code) or "") if asked is None else None
    if whose is not None:
        name = next((one.name for one in scopes(ws).people if one.id == whose), "the rep")
        raise UserError(f"The draft that {path.name} is for was deleted.",
                        f"Open a new one-on-one with {name}, which takes the form up, and read it again.")  # fmt: skip
    if asked is None:
        raise UserError(f"The code '{read.code}' in {path.name} belongs to no one-on-one here.",
                        "Leave the line 'Code:' as it came, or send the form anew.")  # fmt: skip
    review = store.load_review(ws.db, asked.review_id)
    name = review.scope.name
    if read.rep and not _is_called(ws, review.scope, read.rep):
        raise UserError(f"{path.name} is for '{read.rep}', but its code is that of a one-on-one with {name}.",
                        "Ask who filled it in, and send the right form.")  # fmt: skip
    if scope is not None and scope.id != review.scope.id:
        raise UserError(f"{path.name} is the answer of {name}, not of {scope.name}.", f"Open {name} and read it there.")
    if review.state == "closed":
        raise UserError(f"The one-on-one that {path.name} is for is closed.", "Send the form of the next one.")
    if is_empty(read.answer):
        raise UserError(f"{path.name} holds no answers.", "Ask whether the right file was sent.")
    if asked.answer == read.answer:
        raise UserError(f"The answers in {path.name} were taken already.", "They are on the agenda.")
    points, told = points_of(read.answer), wellbeing_of(read.answer)
    nameless = () if read.rep else (Issue(0, "For", "", f"The name is not in the file; by its code it is {name}'s."),)
    return Prepared(review, read.answer, points, told, (*nameless, *read.issues), is_again=asked.answer is not None)


def _is_called(ws: Workspace, scope: Scope, name: str) -> bool:
    """Whether a rep is shown under a name or known by it, as after a new name."""
    return folded(name) == folded(scope.name) or store.people_by_name(ws.db).get(folded(name)) == scope.id


def take_preparation(ws: Workspace, prepared: Prepared) -> Review:
    """Put the answer on the agenda as the rep's points; those of an earlier answer go, unless they were worked on.

    Raises:
        UserError: the meeting was closed meanwhile, or the workspace cannot be written; nothing is changed.
    """
    review = store.load_review(ws.db, prepared.review.id)
    asked = store.load_preparation(ws.db, review.id)
    before = asked.answer if asked is not None else None
    with all_or_none(ws):
        kept = save_review(
            ws,
            replace(
                review,
                agenda=agenda_with(review.agenda, prepared.answer, before),
                wellbeing=wellbeing_with(review.wellbeing, prepared.answer, before),
            ),
        )
        store.keep_answer(ws.db, review.id, prepared.answer, stamp(ws))
    return kept
