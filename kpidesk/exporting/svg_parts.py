"""The strokes of small drawings for a web page: lines, boxes, words, and where numbers lie; coloured by classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

PLOT = (84.0, 12.0, 856.0, 270.0)
"""Left, top, right and floor of a chart."""
Place = tuple[float, float]


def svg(size: Place, label: str, inside: str, kind: str = "") -> str:
    """A drawing with words for those who do not see it."""
    wide, high = size
    name = f' class="{kind}"' if kind else f' width="{wide:g}" height="{high:g}"'
    words = escape(label)
    return f'<svg{name} viewBox="0 0 {wide:g} {high:g}" role="img" aria-label="{words}">{inside}</svg>'


def line(places: Sequence[Place], kind: str) -> str:
    """A line through places."""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline class="{kind}" points="{points}"/>'


def box(left: float, top: float, wide: float, high: float, kind: str) -> str:
    """A rectangle."""
    return f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:.1f}"/>'


def text(x: float, y: float, words: str, anchor: str = "start") -> str:
    """Words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def runs(places: Sequence[Place | None]) -> list[list[Place]]:
    """Points as runs without a gap."""
    found: list[list[Place]] = [[]]
    for place in places:
        if place is None:
            found.append([])
        else:
            found[-1].append(place)
    return [run for run in found if run]


@dataclass(frozen=True, slots=True)
class Scale:
    """Where periods and values lie in a chart: period i of `count` at `x(i)`, a value at `y(value)`."""

    ticks: tuple[float, ...]
    count: int

    def x(self, at: float) -> float:
        """Where a period stands, half a period of room at both ends."""
        left, _, right, _ = PLOT
        return left + (at + 0.5) / max(1, self.count) * (right - left)

    def y(self, value: float) -> float:
        """How high a value stands."""
        _, top, _, floor = PLOT
        low, high = self.ticks[0], self.ticks[-1]
        return floor - (value - low) / (high - low) * (floor - top)

    def holds(self, value: float) -> bool:
        """Whether a value lies inside the scale."""
        return self.ticks[0] <= value <= self.ticks[-1]
