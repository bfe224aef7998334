"""Why a KPI changed or lies off its target: parts that add up to the whole, each with the way to its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kpidesk.core.breakdowns import Field
from kpidesk.core.kpis import Kpi, Unit
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import capital

Held = Literal["previous", "last-year", "target"]
Against = Literal[Held, "scope"]
Certainty = Literal["real", "could be luck", "too early", "nothing"]
SplitKind = Literal["amounts", "rate and mix", "steps", "gap"]
WITHIN = "Within usual variation"
MOST_PARTS = 6
"""How many parts of a field stand by themselves."""
MOST_CHOSEN = 12
"""How many of a field that was chosen."""
WORTH_SAYING = 0.05
"""How large a part of the whole must be to be said to offset it."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one part adds to a change or a gap, in the unit of the KPI (rates in fractions).

    `share` is its part of the whole (1 is all of it; negative works against it). `rate` and `mix` are the two halves of
    a part of a rate: its own results, and how much of the whole it makes up. `before_text` and `now_text` are the part
    itself then and now. `question` asks for its rows now, `question_before` for those of then; None where a part is no
    set of rows. `rows_of` is the KPI whose rows they are where that is another than of the whole split. `receipt` and
    `receipt_before` are the codes by which the two are proven again. `is_rest` is said of what stands together as
    everything else.
    """

    label: str
    amount: float
    text: str
    share: float | None = None
    share_text: str = ""
    rate: float | None = None
    mix: float | None = None
    rate_text: str = ""
    mix_text: str = ""
    before_text: str = ""
    now_text: str = ""
    question: Question | None = field(default=None, compare=False)
    question_before: Question | None = field(default=None, compare=False)
    rows_of: str = field(default="", compare=False)
    receipt: str = field(default="", compare=False)
    receipt_before: str = field(default="", compare=False)
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """A change or a gap split by one field, or by the steps that make up the KPI; the parts sum to `total` exactly.

    `field` is named as in a breakdown (empty for steps), `label` as it reads. `words` say what matters most in it.
    `rows_of` is the KPI whose rows the questions of the parts ask for, `unit` that of its amounts. `folded` says how
    many values stand together as everything else; empty where each stands by itself.
    """

    kind: SplitKind
    field: str
    label: str
    parts: tuple[Contribution, ...]
    total: float
    total_text: str
    words: str
    rows_of: str = ""
    unit: Unit = "count"
    folded: str = ""


@dataclass(frozen=True, slots=True)
class LostReason:
    """Why deals were lost: how many, for how much, and the question for their rows."""

    label: str
    count: float
    amount: float | None
    text: str
    question: Question


@dataclass(frozen=True, slots=True)
class Why:
    """Why a KPI changed or lies off its target.

    `certainty` says whether there is anything to explain: only a `real` change has parts, unless they were asked for
    all the same (`whole`). `really` names parts that moved by more than luck although the whole may not. `before` is
    the value that it is measured against, `change` the value less that.
    `splits` are the fields that explain most, `bridge` the steps that make up the KPI or the bookings it drives.
    `rows_of_lost` is the KPI whose rows the reasons ask for. `as_of` is the day of the data, `definitions` the code of
    how the KPI is defined. `other` is the scope that it is measured against in the same period, if it is one; `names`
    are then those of the other scope and of this one. `receipt` and `receipt_before` are the codes by which the value
    and what it is measured against are proven again; a target has none. `question_before` asks for the rows of the
    latter, None for a target. `fields` are all by which it can be split, `by` the one that was chosen: its split stands
    first; `by_words` say why there is none.
    """

    kpi: Kpi
    question: Question
    against: Against
    title: str
    against_words: str
    certainty: Certainty
    verdict: str
    value: float | None
    value_text: str
    before: float | None
    before_text: str
    change: float | None
    change_text: str
    splits: tuple[Split, ...] = ()
    bridge: Split | None = None
    lost: tuple[LostReason, ...] = ()
    rows_of_lost: str = ""
    concentration: tuple[str, ...] = ()
    spread: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    period_before: Period | None = None
    currency: str = ""
    notices: tuple[str, ...] = ()
    as_of: date | None = None
    definitions: str = ""
    other: Scope | None = None
    names: tuple[str, ...] = ()
    whole: bool = False
    really: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    by: Field | None = None
    by_words: str = ""
    question_before: Question | None = field(default=None, compare=False)
    receipt: str = field(default="", compare=False)
    receipt_before: str = field(default="", compare=False)

    @property
    def sides(self) -> tuple[str, str]:
        """What the two sides are called: the period before and this one, what was due, or two scopes."""
        if self.names:
            return self.names[0], self.names[1]
        before = self.period_before.label if self.period_before is not None else "Due"
        return before, self.question.period.label

    @property
    def difference(self) -> str:
        """What is split where two scopes are held against each other: "Bo Dahl − Ann Lee"; empty for a change."""
        return f"{self.names[1]} − {self.names[0]}" if self.names else ""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is said beside the parts: why a field chosen splits nothing, and what weighs most."""
        return (*((self.by_words,) if self.by_words else ()), *self.concentration, *self.spread)

    @property
    def is_explained(self) -> bool:
        """Whether there is any part to show."""
        return bool(self.splits or self.bridge)

    @property
    def contributors(self) -> tuple[Contribution, ...]:
        """The two parts of the field that explains most which moved it most, without everything else."""
        parts = self.splits[0].parts if self.splits else ()
        return largest_first(one for one in parts if not one.is_rest)[:2]


def receipts_of(found: Why) -> tuple[tuple[str, str], ...]:
    """What each number that is told of a change is, with the code by which it is proven again."""
    before, now = found.sides
    named = [(now, found.receipt), (before, found.receipt_before)] if found.change is not None else []
    for split in (*found.splits, *((found.bridge,) if found.bridge is not None else ())):
        for part in split.parts:
            whose = f"{capital(split.label)} {part.label}"
            named += [(f"{whose}, {now}", part.receipt), (f"{whose}, {before}", part.receipt_before)]
    known: dict[str, str] = {}
    for name, code in named:
        known.setdefault(code, name)  # a step may be the number itself
    return tuple((name, code) for code, name in known.items() if code)


def why_words(found: Why) -> str:
    """A real change with the two parts that moved it most, for one line of a sheet; empty where there is none."""
    if found.certainty != "real" or not found.splits:
        return ""
    split = found.splits[0]
    parts = " and ".join(f"{one.label} {one.text}" for one in found.contributors)
    told = f"{found.kpi.name} {found.change_text} {found.against_words}, by {split.label}: {parts}."
    return f"{told} {rest_words(split.parts, split.total, split.total_text)}".strip()


def largest_first(parts: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """Parts from the one that moved most down; everything else is none of them and comes last, whatever its size."""
    return tuple(sorted(parts, key=lambda one: (one.is_rest, -abs(one.amount))))


def offset_words(parts: tuple[Contribution, ...], total: float) -> str:
    """What moved the whole and what worked against it: "Win rate −$12K, offset by Deal size +$30K"; "" for nothing.

    Everything else has no name to look behind, so it is not among them.
    """
    worth = WORTH_SAYING * abs(total)
    named = [one for one in parts if not one.is_rest]
    with_it = [one for one in named if one.amount * total > 0]
    against = [one for one in named if one.amount * total < 0 and abs(one.amount) >= worth]
    if not with_it:
        return ""

    def listed(found: list[Contribution]) -> str:
        return " and ".join(f"{one.label} {one.text}" for one in largest_first(found)[:2])

    return f"{listed(with_it)}, offset by {listed(against)}." if against else f"{listed(with_it)}."


def rest_words(parts: Iterable[Contribution], total: float, total_text: str) -> str:
    """That most of a change is from what stands together: "Most of −12 is from everything else: −9"; else ""."""
    rest = next((one for one in parts if one.is_rest), None)
    if rest is None or rest.amount * total <= 0 or abs(rest.amount) <= abs(total) / 2:
        return ""
    how_much = "Most" if abs(rest.amount) < abs(total) else "All"
    return f"{how_much} of {total_text} is from {rest.label.lower()}: {rest.text}."
