"""What a trend shows beside its line, as chips that are on or off."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from kpidesk.core.term_words import term_words
from kpidesk.core.trend_layers import LAYER_WORDS, LAYERS, Layer
from kpidesk.core.trends import Trend
from kpidesk.ui.messages import PlainLabel, tip
from kpidesk.ui.widgets.controls import button
from kpidesk.ui.widgets.flow_row import FlowRow


class LayerChips(QWidget):
    """The chips; `changed` sends what is to be drawn. A class because it is a widget."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: dict[Layer, QPushButton] = {}
        self._layers: frozenset[Layer] = frozenset()
        for layer in LAYERS:
            chip = button(LAYER_WORDS[layer], kind="chip")
            chip.setCheckable(True)
            chip.setProperty("switch", True)
            chip.setAccessibleName(f"Show {LAYER_WORDS[layer].lower()}")
            chip.clicked.connect(partial(self._clicked, layer))
            self.chips[layer] = chip
        self.setLayout(FlowRow(PlainLabel("Show", "small"), *self.chips.values(), spacing=8))

    def show_layers(self, layers: frozenset[Layer], trend: Trend) -> None:
        """Show what is on, and what this trend has none of."""
        self._layers = layers
        for layer, chip in self.chips.items():
            why = missing_words(trend, layer)
            chip.setChecked(layer in layers and not why)
            chip.setEnabled(not why)
            sign = "" if why else "✓ " if chip.isChecked() else "+ "
            chip.setText(f"{sign}{LAYER_WORDS[layer]}")
            tip(chip, f"{term_words(LAYER_WORDS[layer])} {why}".strip())

    def _clicked(self, layer: Layer) -> None:
        self.changed.emit(self._layers ^ {layer})


def missing_words(trend: Trend, layer: Layer) -> str:
    """Why a trend has nothing to draw of a kind; empty where it has."""
    if layer == "usual" and (trend.usual is None or not trend.usual.is_known):
        return " ".join(trend.usual.words) if trend.usual is not None else "No usual range yet."
    if layer == "benchmark" and trend.benchmark is None:
        return "Nobody has published a number for this KPI that could be drawn."
    if layer == "year" and not any(line.kind == "year" for line in trend.lines):
        return "The data do not go back to the year before."
    return "" if layer != "notes" or trend.marks else "Nothing is noted in these periods. N adds a note."
