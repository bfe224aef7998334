"""Preparing a review: of which kind, about whom, and about which period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kpidesk.core.cadences import unheld
from kpidesk.core.meetings import KIND_WORDS, KINDS, MeetingKind
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import Period
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, Segments, row
from kpidesk.ui.widgets.meeting_loading import Desk
from kpidesk.ui.widgets.meeting_text import CONTENTS, entry_words
from kpidesk.ui.widgets.people_dialogs import AskDialog
from kpidesk.ui.widgets.pickers import PeriodPicker, scope_name

TEXT = "A draft follows the data until the review starts. Nothing is sent to anybody."
NAMES: dict[MeetingKind, str] = {"weekly": "Weekly team", "monthly": "Monthly leadership", "forecast": "Forecast call"}
WIDTH = 500


@dataclass(frozen=True, slots=True)
class WantedReview:
    """Of which kind, about whom and about which period a review is wanted."""

    kind: MeetingKind
    scope: Scope
    period: Period


class PrepareDialog(AskDialog):
    """The choices of a review; `wanted` sends a WantedReview."""

    wanted = Signal(object)

    def __init__(
        self, theme: Theme, desk: Desk, kind: MeetingKind, scope: Scope, today: date, parent: QWidget | None = None
    ) -> None:
        super().__init__("Prepare a review", TEXT, "Prepare it", parent)
        self.setMinimumWidth(theme.px(WIDTH))
        self._desk, self._today = desk, today
        self.kind = Segments(tuple((NAMES[one], one) for one in KINDS), "Kind of review")
        self.kind.set_value(kind)
        self.kind.chosen.connect(lambda _kind: self._show_kind())
        self.contents = PlainLabel("", "small", wrap=True)
        self.whom = ListBox()
        self.whom.setAccessibleName("With whom")
        for one in desk.scopes:
            self.whom.addItem(scope_name(one, desk.settings), one)
        self.whom.setCurrentIndex(desk.scopes.index(scope) if scope in desk.scopes else 0)
        self.whom.currentIndexChanged.connect(lambda _at: self._show_whom())
        self.picker = PeriodPicker(theme)
        self.picker.chosen.connect(self._show_period)
        self.known = PlainLabel("", "watch", wrap=True)
        self.add("Which review", self.kind)
        self.form.addWidget(self.contents)
        self.add("With whom", self.whom)
        self.form.addWidget(PlainLabel("About", "small"))
        self.form.addLayout(row(self.picker, None))
        self.form.addWidget(self.known)
        self._show_kind()
        self.yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def chosen_kind(self) -> MeetingKind:
        """The kind that is chosen."""
        return next(one for one in KINDS if one == self.kind.value())

    def _show_kind(self) -> None:
        kind = self.chosen_kind()
        self.contents.setText(CONTENTS[kind])
        self._propose()
        self._show_known()

    def _show_whom(self) -> None:
        if self._period == self._proposed:  # what was picked by hand stays
            self._propose()
        self._show_known()

    def _propose(self) -> None:
        kind, desk = self.chosen_kind(), self._desk
        usual = dict(desk.usual)[kind]
        self._proposed = unheld(usual, kind, self.whom.currentData() or ORG, desk.meetings, desk.settings)
        self._show_period(self._proposed)

    def _show_period(self, period: Period) -> None:
        self._period = period
        self.picker.show_period(period, self._desk.settings, self._desk.as_of or self._today)

    def _show_known(self) -> None:
        """Say that a review of that kind is not closed yet, for that one is opened then."""
        kind, scope = self.chosen_kind(), self.whom.currentData() or ORG
        open_one = next((one for one in self._desk.meetings
                         if (one.kind, one.scope) == (kind, scope) and one.state != "closed"), None)  # fmt: skip
        told = f"A {KIND_WORDS[kind].lower()} is not closed yet ({entry_words(open_one)}); it is opened." if open_one \
            else ""  # fmt: skip
        self.known.setText(told)
        self.known.setVisible(bool(told))
        self.picker.setEnabled(open_one is None)
        self.yes.setText("Open it" if open_one is not None else "Prepare it")

    def take(self) -> None:
        """Send the choices."""
        self.wanted.emit(WantedReview(self.chosen_kind(), self.whom.currentData() or ORG, self._period))
