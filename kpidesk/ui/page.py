"""A page: asks one question on the database thread and shows one frozen value, or says in words why it cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QStackedLayout, QVBoxLayout, QWidget

from kpidesk.core.changes import Change
from kpidesk.core.formats import day_text
from kpidesk.ui.kept_place import kept_place
from kpidesk.ui.messages import PlainLabel, plain_button_text

if TYPE_CHECKING:
    from kpidesk.core.errors import UserError
    from kpidesk.core.people import Scope
    from kpidesk.core.receipts import Receipt
    from kpidesk.core.scorecards import Question
    from kpidesk.core.settings import Settings
    from kpidesk.ui.jobs import Jobs, Work, Workspace
    from kpidesk.ui.preferences import Preferences
    from kpidesk.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Sealed:
    """The rows behind a number as a meeting sealed them, and the day on which both saw them."""

    receipt: Receipt
    day: date


class Shell(Protocol):
    """What a page may ask of the window around it; the main window is the one real implementation."""

    jobs: Jobs
    theme: Theme
    preferences: Preferences

    @property
    def question(self) -> Question | None:
        """Scope and period chosen above the page; None before a workspace is open."""

    @property
    def settings(self) -> Settings:
        """Settings of the open workspace."""

    def today(self) -> date:
        """The day the window counts from."""

    def announce(self, change: Change) -> None:
        """Tell every page what a writing operation changed; those that depend on it reload."""

    def set_question(self, question: Question) -> None:
        """Choose another scope or period above the pages."""

    def set_scope(self, scope: Scope) -> None:
        """Choose another scope and keep the period."""

    def show_page(self, page_id: str) -> QWidget | None:
        """Go to a page by its id (`scorecard`, `trends`, `goals` …); gives it back, None when there is none."""

    def open_receipt(self, kpi_id: str, question: Question, sealed: Sealed | None = None) -> None:
        """Show the rows behind a number: today's, or first those that a meeting sealed."""

    def open_code(self, code: str) -> None:
        """Show the number of a receipt code again, with the rows behind it."""

    def open_trend(self, kpi_id: str) -> None:
        """Show the trend of a KPI for the scope and period chosen above."""

    def open_breakdown(self, kpi_id: str) -> None:
        """Break a KPI down by a field, for the scope and period chosen above."""

    def open_why(self, kpi_id: str, question: Question | None = None, against: Scope | None = None) -> None:
        """Say why a KPI changed for what is chosen above, or of another question why it differs from a scope."""

    def open_compare(self, kpi_id: str) -> None:
        """Compare the reps or teams of the scope chosen above on a KPI."""

    def open_goal(self, kpi_id: str, question: Question) -> None:
        """Go to where baseline and target of a KPI are set."""

    def import_files(self, paths: Sequence[Path]) -> None:
        """Hand files to the Data page."""

    def close_receipt(self) -> None:
        """Go back from the rows to the page they were opened from."""

    def go(self, count: int) -> None:
        """Go back (-1) or forth (1) through what was asked."""

    def back_to_now(self) -> None:
        """Show the newest data again where the data of an earlier day are on show."""

    def toast(self, text: str, *, button: str = "", act: Callable[[], None] | None = None) -> None:
        """Say something short at the foot of the window."""

    def show_error(self, error: UserError) -> None:
        """Show a problem and its advice in a dialog."""

    def do_work(
        self, name: str, work: Callable[[Workspace], Work], on_done: Callable[[Any], None], heading: str, promise: str
    ) -> None:
        """Do long work on the workspace with its progress and Cancel in place of the page, which then comes back."""


@dataclass(frozen=True, slots=True)
class PageState:
    """What a page says while it has nothing to show: a heading, words, and up to two things to do."""

    heading: str
    text: str = ""
    button: str = ""
    act: Callable[[], None] | None = None
    other: str = ""
    other_act: Callable[[], None] | None = None


def open_first_steps(shell: Shell) -> None:
    """Go to the three first steps, which set the team and the first targets."""
    start = getattr(shell.show_page("welcome"), "start_steps", None)
    if start is not None:
        start()


class Page(QWidget):
    """Base of every page; a class because pages are widgets.

    Subclasses set `page_id`, `title` and `depends`, build their widgets into `self.body` in `build()`,
    answer the question in `load()` (database thread: no widgets there) and show the answer in `show_value()`.
    Pages without a question of their own (`asks` False) get `load` called as well whenever what they depend on
    changed. `only_now` pages have nothing to show of an earlier day and say so; `past_words` is what the others add
    to the words about it. With `keeps_place` focus and scrolled place stay while it is loaded anew for the same
    question. `is_step` pages are a step aside from another one: Escape goes back to it. `kept_whole` is
    never squeezed below its least height: where text is large, the page scrolls instead. `given` is what `load`
    would give for a question, where that is known before the page asks: it is shown once in place of an answer.
    """

    page_id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    depends: ClassVar[Change] = Change.EVERYTHING
    asks: ClassVar[bool] = True  # whether scope and period above the page matter to it
    periods: ClassVar[bool] = True  # whether the period does
    only_now: ClassVar[bool] = False
    past_words: ClassVar[str] = "Teams and roles go by their own dates; merges and notes are those of today."
    keeps_place: ClassVar[bool] = False
    is_step: ClassVar[bool] = False

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seen: Question | None = None  # what it was last shown for
        self.shell = shell
        self.theme = shell.theme
        self.question: Question | None = None
        self.given: tuple[Question, Any] | None = None
        self.kept_whole: tuple[QWidget, ...] = ()
        self.body = QWidget()
        self._state = _StateView()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._state)
        self._stack.addWidget(self.body)
        self.build()
        self.setAccessibleName(self.title)

    def build(self) -> None:
        """Make the widgets of the page inside `self.body`; called once."""

    def load(self, workspace: Workspace, question: Question | None) -> Any:  # noqa: ARG002  # for subclasses
        """Ask the operations for what the page shows; runs on the database thread."""
        return None

    def show_value(self, value: Any) -> None:
        """Show what `load` gave; call `show_state` instead when there is nothing to show."""

    def entered(self) -> None:
        """The user goes to the page, perhaps while it is on show; what is over and done with can give way."""

    def keep(self) -> None:
        """Keep what was typed and is not kept yet; pages that save while one types do it here."""

    def unset(self) -> str:
        """What was typed and is lost with the page, in words; empty when nothing is."""
        return ""

    def ask(self, question: Question | None) -> None:
        """Load the page anew for a question; an answer still on its way is dropped."""
        self.question = question
        if self.only_now and question is not None and question.as_of is not None:
            self.show_state(_not_in_the_past(self.title, question.as_of, self.shell.back_to_now))
            return
        given, self.given = self.given, None
        if given is not None and given[0] == question:
            self._show(given[1])
            return
        self.shell.jobs.ask(
            f"page:{self.page_id}", lambda workspace: self.load(workspace, question), self._show, self._fail
        )

    def reload(self) -> None:
        """Ask the last question again."""
        self.ask(self.question)

    def show_state(self, state: PageState) -> None:
        """Show words instead of the page."""
        self._state.show_state(state)
        self._stack.setCurrentWidget(self._state)

    def show_body(self) -> None:
        """Show the page itself."""
        self._stack.setCurrentWidget(self.body)

    @property
    def shows_body(self) -> bool:
        """Whether the page shows itself, not a state in words."""
        return self._stack.currentWidget() is self.body

    def state_text(self) -> str:
        """The words shown instead of the page, for tests and screen readers."""
        return self._state.text()

    def _show(self, value: Any) -> None:
        is_same, self._seen = self.shows_body and self._seen == self.question, self.question
        self.show_body()
        with kept_place(self) if self.keeps_place and is_same else nullcontext():
            self.show_value(value)

    def _fail(self, error: UserError) -> None:
        self.show_state(PageState(error.problem, error.advice, "Try again", self.reload))

    # --- what several pages say and do alike -----------------------------------------------------------------------

    def _no_deals(self, then: str) -> PageState:
        """What a page says before there are any deals: how to get them, and what happens `then` on the page."""
        text = f"Import a deals export from your CRM, and {then} here."
        return PageState("No deals have been imported yet", text, "Import an export", self._go_to_data)

    def _no_kpi(self, then: str) -> PageState:
        """What a page says while no KPI is in use, and what happens `then` on the page."""
        text = f"Choose the KPIs that are to be measured, {then} here."
        return PageState("No KPI is in use", text, "Choose KPIs", self._go_to_goals)

    def _go_to_data(self) -> None:
        self.shell.show_page("data")

    def _go_to_goals(self) -> None:
        self.shell.show_page("goals")

    def _write_file(self, write: Callable[[Workspace], Path]) -> None:
        """Write what is on show to a file on the database thread, and say so."""
        self.shell.jobs.ask("export", write, self._written, self.shell.show_error)

    def _written(self, to: Path) -> None:
        self.shell.toast(f"Written to {to.name}.")


def _not_in_the_past(title: str, day: date, back: Callable[[], None]) -> PageState:
    """What a page says that has nothing to show of an earlier day."""
    words = f"You are looking at {day_text(day)}. What is agreed and written down belongs to today."
    return PageState(f"{title} are held with the newest data", words, "Back to now", back)


class _StateView(QWidget):
    """Centred words with a button; a class because it is a widget."""

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(48, 48, 48, 96)
        outer.setSpacing(8)
        outer.addStretch(1)
        self._heading = PlainLabel("", "heading", wrap=True)
        self._text = PlainLabel("", "muted", wrap=True)
        for label in (self._heading, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            outer.addWidget(label)
        self._button, self._other = QPushButton(), QPushButton()
        self._button.setProperty("kind", "primary")
        outer.addSpacing(8)
        for made, pressed in ((self._button, self._pressed), (self._other, self._other_pressed)):
            made.clicked.connect(pressed)
            made.hide()
            outer.addWidget(made, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(2)
        self._state = PageState("")

    def show_state(self, state: PageState) -> None:
        self._heading.setText(state.heading)
        self._text.setText(state.text)
        for made, words in ((self._button, state.button), (self._other, state.other)):
            made.setText(plain_button_text(words))
            made.setVisible(bool(words))
        self._state = state
        self.setAccessibleName(self.text())

    def text(self) -> str:
        return f"{self._heading.text()} {self._text.text()}".strip()

    def _pressed(self) -> None:
        if self._state.act is not None:
            self._state.act()

    def _other_pressed(self) -> None:
        if self._state.other_act is not None:
            self._state.other_act()
