"""The part of a breakdown that a receipt code is about: found again by the marks of its field and its value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from kpidesk import engine
from kpidesk.core.breakdowns import Field
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.parts import REST, UNKNOWN, ChosenBy, Part
from kpidesk.core.periods import Period, run_of, shift, span_period
from kpidesk.core.receipt_codes import Claim
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.language import Formula
from kpidesk.operations.breakdowns import fields_of
from kpidesk.operations.cause_halves import OTHERWISE, of_scopes
from kpidesk.operations.cause_noise import Two
from kpidesk.operations.chosen_by import chosen_by, counts_alone
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import definition_in_force, formula_of
from kpidesk.operations.receipt_code import part_mark, value_mark
from kpidesk.operations.receipts import receipt_of
from kpidesk.operations.replay_merged import merged_value
from kpidesk.operations.replay_words import NOWHERE
from kpidesk.operations.workspace import Workspace, data_date, settings

OVER_TIME = (6, 2, 3, 4, 5, 8, 12)
"""Over how many periods a breakdown usually goes, which decides what stands alone in it; the likeliest first."""
MOST_ALONE = 60
"""Of more values than that nobody lets each stand alone."""
NOT_FOUND = (
    "The part of the number that this receipt is about cannot be found: no row has its value now, or it is everything "
    "beside values that cannot be told from the code."
)
Marks = tuple[int, int]


def parted(ws: Workspace, claim: Claim, kpi: Kpi, asked: Question) -> Question:
    """The question for the parts that a code stands for; of several that its marks fit the one with its number.

    Raises:
        UserError: nothing in this number has such a field and value.
    """
    version = definition_in_force(ws, kpi, asked.defined_in)
    formula = formula_of(ws, version, asked.defined_in)
    if formula is None:
        raise _not_found()
    known = _Split(ws, version, formula, asked, claim.chosen)
    found = [replace(asked, parts=parts) for parts in product(*(tuple(known.meant(one)) for one in claim.parts))]
    if not found:
        raise _not_found()
    return found[0] if len(found) == 1 else next((one for one in found if _is_it(ws, claim, version, one)), found[0])


def _not_found() -> UserError:
    return UserError(NOT_FOUND, NOWHERE)


def _is_it(ws: Workspace, claim: Claim, version: Kpi, asked: Question) -> bool:
    try:
        return value_mark(receipt_of(ws, version, asked).result) == claim.value
    except UserError:
        return False


@dataclass(frozen=True, slots=True, eq=False)
class _Split:
    """A number that was broken down, in which marks are looked for."""

    ws: Workspace
    kpi: Kpi
    formula: Formula
    asked: Question
    chosen: tuple[int, ...] = ()

    def meant(self, marks: Marks) -> list[Part]:
        """The parts that two marks can stand for: values with rows, else one without, else those taken together.

        The value of somebody or of an account that was merged away since is that of whom it counts as now.
        Where the code says how those that stand alone were chosen, what is taken together comes first. Fields are tried
        by the name of their column first.
        """
        names = [one.name for one in fields_of(self.ws, self.kpi.id, self.asked)]
        bare = (one for one in names if _field_mark(one.removeprefix(engine.CUSTOM)) == marks[0])
        fields = tuple(dict.fromkeys((*bare, *(one for one in names if _field_mark(one) == marks[0]))))
        for ways in (self._rest_as_chosen, self._values, self._without_rows, self._merged_away, self._rest):
            if found := [part for field in fields for part in ways(field, marks)]:
                return found
        return []

    def _values(self, field: str, marks: Marks) -> Iterator[Part]:
        unknown = Part(field, UNKNOWN, "unknown")
        if part_mark(unknown)[1] == marks[1]:
            yield unknown
        else:
            yield from self._of_labels(field, self._labels(field, self.asked.period), marks)

    def _labels(self, field: str, period: Period) -> list[str]:
        known = evaluator(self.ws, self.asked.as_of, self.asked.teams)
        parts = engine.breakdown(known, self.kpi, self.formula, field, self.asked.scope, period)
        return [label for label, _ in parts]

    def _of_labels(self, field: str, labels: list[str], marks: Marks) -> Iterator[Part]:
        parts = (Part(field, label) for label in labels)
        yield from (part for part in parts if part_mark(part)[1] == marks[1])

    def _rest_as_chosen(self, field: str, marks: Marks) -> Iterator[Part]:
        """What is taken together beside the values that were chosen as the code says."""
        chosen = chosen_by(self.ws, self.asked, self.chosen)
        if chosen is None:
            return
        for count in dict.fromkeys(counts_alone(self.chosen)):
            listed = self._alone(field, chosen, count)
            parts = (Part(field, label, "rest", listed, chosen) for label in (REST, OTHERWISE["rest"]))
            yield from (part for part in parts if count and part_mark(part)[1] == marks[1])

    def _alone(self, field: str, chosen: ChosenBy, count: int) -> tuple[str, ...]:
        """So many values of a field, those that stand alone where they are chosen so."""
        if len(chosen.scopes) == 1:
            return self._biggest(field, chosen.periods)[:count]
        other, own = chosen.scopes
        none, asked = Result(None, 0.0), replace(self.asked, scope=own)
        two = Two(self.kpi, self.formula, asked, asked.period, none, none, other)
        parts = (one.part for one in of_scopes(self.ws, two, other, Field(field, field), count).halves)
        return next((part.listed for part in parts if part.kind == "rest"), ())

    def _merged_away(self, field: str, marks: Marks) -> Iterator[Part]:
        """The account or person as which the one counts now that had this value."""
        then = merged_value(self.ws, field, marks)
        if then is not None:
            yield Part(field, then.now)

    def _rest(self, field: str, marks: Marks) -> Iterator[Part]:
        """What is taken together, by the values that stood alone: the biggest in the period or in several with it."""
        for periods in self._windows():
            first = self._biggest(field, periods)
            for count in range(1, min(len(first), MOST_ALONE)):
                part = Part(field, REST, "rest", first[:count])
                if part_mark(part)[1] == marks[1]:
                    yield part
                    return

    def _biggest(self, field: str, periods: tuple[Period, ...]) -> tuple[str, ...]:
        asked = self.asked
        key = ("biggest first", self.kpi.measured, field, asked.scope, periods, asked.as_of, asked.teams)
        known = evaluator(self.ws, asked.as_of, asked.teams)
        return self.ws.remember(key, lambda: engine.biggest_first(known, self.formula, field, asked.scope, periods))

    def _windows(self) -> Iterator[tuple[Period, ...]]:
        """The period alone, then several that it is among."""
        period, counting = self.asked.period, settings(self.ws)
        yield (period,)
        for count in OVER_TIME if period.grain != "span" else ():
            yield from (run_of(shift(period, later, counting), count, counting) for later in range(count))

    def _without_rows(self, field: str, marks: Marks) -> Iterator[Part]:
        """A value that has rows in other periods only."""
        period, known = self.asked.period, data_date(self.ws, self.asked.as_of)
        last = max(period.last_day, known or period.last_day)
        whole = span_period(period.start.replace(year=period.start.year - 3, day=1), last)
        yield from self._of_labels(field, self._labels(field, whole), marks)


def _field_mark(field: str) -> int:
    return part_mark(Part(field, ""))[0]
