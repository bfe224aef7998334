"""What a chart of a trend can show beside its line, for the choice that is remembered from one start to the next."""

from __future__ import annotations

from typing import Literal, get_args

Layer = Literal["usual", "benchmark", "year", "notes"]
LAYERS: tuple[Layer, ...] = get_args(Layer)
LAYER_WORDS: dict[Layer, str] = {
    "usual": "Usual range",
    "benchmark": "Benchmark",
    "year": "Last year",
    "notes": "Notes",
}
AT_FIRST: frozenset[Layer] = frozenset(("notes",))
"""What a chart shows beside its line, goals and baseline before anybody chooses."""
