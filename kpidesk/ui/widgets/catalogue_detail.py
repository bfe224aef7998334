"""One KPI of the catalogue whole: how it is counted, what it needs, what others reach, mistakes, its variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kpidesk.core.benchmarks import Band
from kpidesk.ui.messages import PlainLabel, restyle
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets import controls
from kpidesk.ui.widgets.catalogue_bands import Bands
from kpidesk.ui.widgets.catalogue_text import family_of, for_whom, judged_words
from kpidesk.ui.widgets.controls import clear, line, row
from kpidesk.ui.widgets.facts_text import kind_icon, kind_words
from kpidesk.ui.widgets.goal_filters import Entry
from kpidesk.ui.widgets.page_parts import Column, Mark, fill

NO_FIGURES = "No published figure that can be traced. Your own history is the better yardstick."
COLUMNS = 2


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several KPIs that go by one name, with what it comes to here; `value` is empty where it cannot be said."""

    entry: Entry
    value: str


@dataclass(frozen=True, slots=True)
class Detail:
    """What is looked up for one KPI: its formula in words, the figures that hold here, its own value, its variants.

    `own` is the raw value of the period `period`, None where there is none, `own_text` as it is shown.
    """

    kpi_id: str
    words: str
    bands: tuple[Band, ...]
    own: float | None
    own_text: str
    period: str
    variants: tuple[Variant, ...]


class KpiDetail(Column):
    """The KPI; a class because it is a widget. `opened` sends the id of a KPI, `goal_wanted` asks for its targets."""

    opened = Signal(str)
    goal_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(margins=(18, 16, 18, 18))
        self.theme = theme
        self.entry: Entry | None = None
        self.name = PlainLabel("", "heading", wrap=True)
        self.sign = Mark(theme, "check", "muted", 15)
        self.kind = PlainLabel("", "small", wrap=True)
        self.sentence = PlainLabel("", wrap=True)
        self.words = PlainLabel("", "muted", wrap=True)
        self.judged = PlainLabel("", "small", wrap=True)
        self.data_sign = Mark(theme, "check", "good", 15)
        self.data = PlainLabel("", wrap=True)
        self.how = PlainLabel("", "small", wrap=True)
        self.own = PlainLabel("", wrap=True)
        self.go = controls.button("Baseline and target", self._go, kind="link")
        self.purpose = PlainLabel("", wrap=True)
        self.bands = Bands(theme)
        self.no_bands = PlainLabel(NO_FIGURES, "small", wrap=True)
        self.family = PlainLabel("", "subheading", wrap=True)
        self.variants = QGridLayout()
        self.variants.setSpacing(8)
        self.mistakes = QVBoxLayout()
        self.mistakes.setSpacing(4)
        self.mistakes_title = PlainLabel("Common mistakes", "subheading")
        self._arrange()

    def _arrange(self) -> None:
        kind, data = row(self.sign, self.kind, spacing=6), row(self.data_sign, self.data, spacing=6)
        for each in (kind, data):
            each.setStretch(1, 1)
        self.column.setSpacing(6)
        fill(self.column, self.name, kind, self.sentence, self.words, self.judged, 4, data, self.how, self.own,
             row(self.go, None), 4, self.family, self.variants, 4, line(), 4,
             PlainLabel("What others reach", "subheading"), self.bands, self.no_bands, 4, line(), 4,
             self.mistakes_title, self.mistakes, PlainLabel("What it is for", "subheading"), self.purpose)  # fmt: skip
        self.column.addStretch(1)

    def show_entry(self, entry: Entry) -> None:
        """Show a KPI; what must be looked up follows with `show_detail`."""
        self.entry, kpi = entry, entry.kpi
        self.name.setText(kpi.name)
        self.sign.show_icon(kind_icon(kpi), "accent" if kpi.indicator == "leading" else "muted")
        self.kind.setText(f"{kind_words(kpi)} · {for_whom(kpi)}")
        self.judged.setText(judged_words(kpi))
        self.judged.setVisible(bool(self.judged.text()))
        self.sentence.setText(kpi.sentence)
        self.words.setText("")
        self.data_sign.show_icon(*(("check", "good") if entry.computable else ("info", "watch")))
        self.data.setText("Computable from your data" if entry.computable else f"Needs {entry.needs}")
        self.how.setText(entry.how)
        self.how.setVisible(bool(entry.how) and not entry.computable)
        self.own.hide()
        self.go.setVisible(kpi.status == "active")
        self.purpose.setText("\n".join(filter(None, (kpi.objective, kpi.decision, kpi.note))))
        self._show_mistakes(kpi.mistakes)
        self._show_variants((), "")
        self.bands.show_bands((), None, "")
        self.no_bands.setVisible(not kpi.benchmarks)
        self.verticalScrollBar().setValue(0)

    def show_detail(self, detail: Detail) -> None:
        """Show what was looked up, unless another KPI was chosen meanwhile."""
        if self.entry is None or self.entry.kpi.id != detail.kpi_id:
            return
        sentence = self.entry.kpi.sentence.rstrip(". ").casefold()
        self.words.setText("" if detail.words.rstrip(". ").casefold() == sentence else f"Counted as: {detail.words}")
        self.words.setVisible(bool(self.words.text()))
        self.own.setText(f"{detail.own_text} in {detail.period}")
        self.own.setVisible(detail.own is not None)
        self.bands.show_bands(detail.bands, detail.own, f"{detail.own_text} in {detail.period}")
        family = family_of(detail.kpi_id)
        self._show_variants(detail.variants, family[0] if family is not None else "")

    def _show_mistakes(self, mistakes: Sequence[str]) -> None:
        clear(self.mistakes)
        for one in mistakes:
            sign = Mark(self.theme, "triangle-alert", "watch", 13)
            said = row(sign, PlainLabel(one, wrap=True), spacing=6)
            said.setStretch(1, 1)
            said.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
            self.mistakes.addLayout(said)
        self.mistakes_title.setVisible(bool(mistakes))

    def _show_variants(self, variants: Sequence[Variant], name: str) -> None:
        """The ways to count that go by one name, side by side so that they are not taken for each other."""
        clear(self.variants)
        self.family.setText(f"{len(variants)} numbers go by the name {name.lower()}")
        self.family.setVisible(bool(variants))
        for at, one in enumerate(variants):
            self.variants.addWidget(self._variant(one), at // COLUMNS, at % COLUMNS)

    def _variant(self, one: Variant) -> QWidget:
        frame, column = controls.card(margins=(12, 8, 12, 10), spacing=2)
        restyle(frame, "role", "well")
        kpi, is_shown = one.entry.kpi, self.entry is not None and one.entry.kpi.id == self.entry.kpi.id
        value = PlainLabel(one.value or "No value", "heading" if one.value else "muted", wrap=True)
        fill(column, PlainLabel(kpi.name, "strong", wrap=True), value, PlainLabel(kpi.sentence, "small", wrap=True))
        column.addStretch(1)
        look = controls.button("Look at it", partial(self.opened.emit, kpi.id), kind="link")
        look.setAccessibleName(f"Look at {kpi.name}")
        fill(column, row(PlainLabel("Shown here", "small") if is_shown else look, None))
        return frame

    def _go(self) -> None:
        if self.entry is not None:
            self.goal_wanted.emit(self.entry.kpi.id)
