"""What a whole team gets in one go: of what and when, in which form, on which paper, and what others may not see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.export_packs import PackKind
from kpidesk.core.papers import PaperSize
from kpidesk.core.periods import Period
from kpidesk.core.redactions import Redaction
from kpidesk.core.settings import Settings
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.painting.paper_size import usual_paper
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, Segments, row
from kpidesk.ui.widgets.people_dialogs import AskDialog
from kpidesk.ui.widgets.pickers import PeriodPicker

TEXT = "A file for each with nothing of anybody else in it, a list of them, and one with all."
WHAT: dict[PackKind, str] = {
    "one-on-ones": "One-on-ones, of each rep",
    "scorecards": "Scorecards, of each rep",
    "trends": "Trends, of each team and rep",
    "pipelines": "Pipelines, of each team and rep",
    "forecasts": "Forecasts, of each team and rep",
    "reviews": "Reviews, the last of each team",
}
FORMS: tuple[tuple[str, str], ...] = (("A folder", ""), ("One archive", ".zip"), ("One PDF", ".pdf"))
SIZES: tuple[tuple[str, PaperSize], ...] = (("A4", "A4"), ("US Letter", "Letter"))
HIDDEN: tuple[tuple[str, Redaction | None], ...] = (
    ("Names and amounts as they are", None),
    ("People as initials", "initials"),
    ("Amounts as bands ($50K–$100K)", "bands"),
    ("People as initials, amounts as bands", "both"),
)
LEFT_OUT = HIDDEN[1:]
SEEN = "What others may see"
OTHERS = (
    "Your private notes and the names of files are left out. Names of deals and accounts stay, and typed words may tell"
    " more: read it before you pass it on."
)
WIDTH = 520


@dataclass(frozen=True, slots=True)
class WantedPack:
    """What was chosen; `ending` is empty for a folder."""

    what: tuple[PackKind, ...]
    period: Period
    ending: str
    size: PaperSize
    redact: Redaction | None


class PackDialog(AskDialog):
    """The choices of a pack; `wanted` sends them."""

    wanted = Signal(object)

    def __init__(
        self, theme: Theme, whose: str, what: Sequence[PackKind], period: Period, parent: QWidget | None = None
    ) -> None:
        super().__init__(f"Export for {whose}", TEXT, "Choose where…", parent)
        self.setMinimumWidth(theme.px(WIDTH))
        self.of = period
        self.picker = PeriodPicker(theme)
        self.what = {kind: QCheckBox(words) for kind, words in WHAT.items()}
        for kind in what:
            self.what[kind].setChecked(True)
        self.form_of = _choice(FORMS, "As", "")
        self.size_of = _choice(SIZES, "Paper", usual_paper())
        self.hidden = _listed(tuple(words for words, _ in HIDDEN), SEEN)
        self.form.addLayout(row(PlainLabel("Numbers of", "small"), self.picker, None))
        self.form.addLayout(_ticks("What each gets", tuple(self.what.values())))
        self.add_beside(("As", self.form_of), ("Paper", self.size_of))
        self.add(SEEN, self.hidden)
        self.what[what[0]].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_periods(self, settings: Settings, today: date) -> None:
        """Offer the periods of a workspace, of which `today` is the newest day with data."""
        self.picker.show_period(self.of, settings, today)
        self.picker.chosen.connect(lambda period: self._choose(period, settings, today))

    def _choose(self, period: Period, settings: Settings, today: date) -> None:
        self.of = period
        self.picker.show_period(period, settings, today)

    def take(self) -> None:
        """Send the choices, or say that none is made."""
        redact = HIDDEN[self.hidden.currentIndex()][1]
        what = tuple(kind for kind, tick in self.what.items() if tick.isChecked())
        if not what:
            self.show_error(UserError("Nothing is ticked.", "Tick what each is to get."))
            return
        size = cast(PaperSize, self.size_of.value())
        self.wanted.emit(WantedPack(what, self.of, str(self.form_of.value()), size, redact))


class OthersDialog(AskDialog):
    """What a copy for others leaves out; `wanted` sends it. A class because it is a widget."""

    wanted = Signal(object)

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(f"Export {title} for others", OTHERS, "Choose where…", parent)
        self.setMinimumWidth(theme.px(WIDTH))
        self.hidden = _listed(tuple(words for words, _ in LEFT_OUT), SEEN)
        self.hidden.setCurrentIndex(len(LEFT_OUT) - 1)
        self.add(SEEN, self.hidden)
        self.hidden.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self) -> None:
        """Send the choice."""
        self.wanted.emit(LEFT_OUT[self.hidden.currentIndex()][1])


def _listed(texts: Sequence[str], words: str) -> ListBox:
    made = ListBox()
    made.addItems(texts)
    made.setAccessibleName(words)
    return made


def _ticks(words: str, boxes: Sequence[QCheckBox]) -> QGridLayout:
    """Boxes to tick in two columns, read from the top down, below what they are about."""
    made, half = QGridLayout(), (len(boxes) + 1) // 2
    made.setVerticalSpacing(6)
    made.addWidget(PlainLabel(words, "small"), 0, 0, 1, 2)
    for at, box in enumerate(boxes):
        made.addWidget(box, at % half + 1, at // half)
    return made


def _choice(choices: tuple[tuple[str, object], ...], words: str, first: object) -> Segments:
    made = Segments(choices, words)
    made.set_value(first)
    return made
