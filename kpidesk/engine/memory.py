"""What has been worked out already: credited rows, cubes and answers, within bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TypeVar

from kpidesk.engine.answers import Answer, Reasons
from kpidesk.engine.credit import Entries
from kpidesk.engine.cubes import MAX_CELLS, Cube
from kpidesk.engine.days import Window
from kpidesk.engine.facts import Facts
from kpidesk.engine.scan import Picks, Prepared, held_on
from kpidesk.engine.values import Ints
from kpidesk.language.tree import Leaf

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
_ALL_CELLS = 12_000_000
_ALL_PREPARED = 64
_ALL_ANSWERS = 4_000_000
_ALL_GLANCED = 4_000
_ALL_HELD = 4
GLANCES = 3
"""A formula that is typed asks for its values, then for its rows; several looks cost less than a cube."""


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """The credited deals with a date on the days `start` to `end` (exclusive), and what was prepared of these."""

    start: int
    end: int
    entries: Entries
    prepared: dict[Leaf, Prepared] = field(default_factory=dict)

    def holds(self, window: Window) -> bool:
        """Whether every deal of a window is among them."""
        return self.start <= window.start and window.end <= self.end


class Memory:
    """Cubes and answers of one set of facts (a class because it fills up between questions).

    `most_cells` is the size from which a measure is scanned instead of kept as a cube.
    """

    def __init__(self, facts: Facts, most_cells: int = MAX_CELLS) -> None:
        self.facts = facts
        self.most_cells = most_cells
        self.reasons = Reasons()
        self.entries: dict[tuple[str, str, str], Entries] = {}
        self.prepared: dict[Leaf, Prepared] = {}
        self.cubes: dict[Leaf, Cube | None] = {}
        self.answers: dict[Hashable, Answer] = {}
        self.windows: dict[Hashable, tuple[Window, ...]] = {}
        self.held: dict[Hashable, Ints] = {}
        self.picked: dict[Hashable, tuple[Facts, Picks]] = {}
        self.due: dict[Hashable, object] = {}
        self.near: dict[tuple[str, str, str], Near] = {}
        self.glances: Counter[tuple[str, Hashable]] = Counter()

    def is_glance(self, way: str, asked: Hashable) -> bool:
        """Whether a measure has been asked in a way so seldom that what answers all of it is not worth making yet."""
        if len(self.glances) > _ALL_GLANCED:
            self.glances.clear()
        self.glances[way, asked] += 1
        return self.glances[way, asked] <= GLANCES

    def held_on(self, key: tuple[str, str, str], days: Ints) -> Ints:
        """Which of the kept entries of a key are states in force on any of some days.

        A formula that is typed asks for the same days with each key.
        """
        asked = (key, *days.tolist())
        if asked not in self.held:
            while len(self.held) >= _ALL_HELD:
                del self.held[next(iter(self.held))]
            self.held[asked] = held_on(self.entries[key], days)
        return self.held[asked]

    def remember(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer; when there are too many, forget them all."""
        if sum(one.value.size for one in self.answers.values()) > _ALL_ANSWERS:
            self.answers.clear()
        self.answers[key] = answer

    def keep(self, shelf: dict[K, T], key: K, found: T) -> None:
        """Keep what belongs to a measure; the oldest goes first."""
        while len(shelf) >= _ALL_PREPARED:
            del shelf[next(iter(shelf))]
        shelf[key] = found

    def keep_cube(self, leaf: Leaf, cube: Cube | None) -> None:
        """Keep a cube (or that there is none); the oldest goes first."""
        size = 0 if cube is None else cube.sums.size
        kept = sum(one.sums.size for one in self.cubes.values() if one is not None)
        while self.cubes and kept + size > _ALL_CELLS:
            oldest = self.cubes.pop(next(iter(self.cubes)))
            kept -= 0 if oldest is None else oldest.sums.size
        self.cubes[leaf] = cube
