"""Preparing together: the form that goes to the rep, and the answer that is looked at before it is taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from kpidesk.core.preparations import Prepared
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.widgets.controls import button, row
from kpidesk.ui.widgets.export_dialog import ask_where
from kpidesk.ui.widgets.people_dialogs import AskDialog
from kpidesk.ui.widgets.review_parts import Section, fit

FORM_KINDS: tuple[tuple[str, str], ...] = ((".html", "Web page to fill in"), (".txt", "Text to fill in"))
FORM_HINT = "A file to fill in before the meeting; it holds only what the rep knows anyhow"
ANSWER_HINT = "Takes the file that the rep sent back; it can also be dropped on the window"


class PrepareRow(QWidget):
    """Two quiet buttons below the agenda; a class because it is a widget."""

    form_wanted = Signal()
    answer_wanted = Signal()

    def __init__(self, card: Section) -> None:
        super().__init__()
        self.form = button("Send the rep a form…", self.form_wanted.emit, kind="link", hint=FORM_HINT)
        self.answer = button("Read the answer…", self.answer_wanted.emit, kind="link", hint=ANSWER_HINT)
        line = row(self.form, self.answer, None, spacing=16)
        line.setContentsMargins(0, 4, 0, 0)
        self.setLayout(line)
        card.foot.addWidget(self)


class AnswerDialog(AskDialog):
    """What a rep sent back, before it is taken; `wanted` sends the Prepared."""

    wanted = Signal(object)

    def __init__(self, prepared: Prepared, parent: QWidget | None = None) -> None:
        name = prepared.review.scope.name
        text = "These become points on the agenda."
        if prepared.is_again:
            text = "This takes the place of the answer that was taken before; points you changed since stay."
        super().__init__(f"{name} has answered", text, "Take it", parent)
        self._prepared = prepared
        for point in prepared.points:
            tag = f"{point.tag_words}  " if point.tag_words else ""
            self.form.addWidget(PlainLabel(f"{tag}{point.text}", wrap=True))
        if prepared.wellbeing:
            self.form.addWidget(PlainLabel(f"{prepared.wellbeing} (in the rep's own part)", wrap=True))
        for issue in prepared.issues:
            self.form.addWidget(PlainLabel(f"{issue.column}: {issue.problem}", "watch", wrap=True))

    def take(self) -> None:
        """Take it; the dialog closes."""
        self.wanted.emit(self._prepared)
        self.accept()


def ask_form(parent: QWidget, rep: str) -> Path | None:
    """Ask where the form is to be written; None when left."""
    return ask_where(parent, f"preparation {rep}", FORM_KINDS)


def ask_answer(parent: QWidget) -> Path | None:
    """Ask for the file that the rep sent back; None when left."""
    chosen, _ = QFileDialog.getOpenFileName(parent, "The rep's answer", "", "Answers (*.txt);;All files (*)")
    return Path(chosen) if chosen else None


def show_answer(
    parent: QWidget, prepared: Prepared, take: Callable[[Prepared], None], then: Callable[[], None] = lambda: None
) -> None:
    """Show an answer before it is taken, and go on with `then` whether it is or not."""
    made = AnswerDialog(prepared, parent)
    made.wanted.connect(take)
    made.finished.connect(lambda _: then())
    made.resize(made.minimumWidth(), 0)
    fit(made)
    made.open()
