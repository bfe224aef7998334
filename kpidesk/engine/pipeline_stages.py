"""What a page tells of each stage of each pipeline, line by line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpidesk.engine.evaluation import Evaluator
from kpidesk.engine.pipeline import Asked, Deals, Stays, deals_on, is_waiting, lines_of, stays_in
from kpidesk.engine.pipeline_layout import Layout
from kpidesk.engine.values import Floats, Ints, added


@dataclass(frozen=True, slots=True, eq=False)
class StageNumbers:
    """Sums by line of the layout, credit-weighted; `amount` in major units.

    `priced` counts the deals that have an amount, `unrated` those whose amount has no exchange rate.

    `open_line` is the line of each open deal, −1 where no stage is known. `waiting` of the `cohort` are still open
    and have not advanced; of those of the periods before, `usual_advanced` of `usual_decided`.
    `reason` says why nothing is known of visits.
    """

    layout: Layout
    deals: Deals
    open_line: Ints
    open: Floats
    amount: Floats
    priced: Floats
    unrated: Floats
    opening: Floats
    entered: Floats
    exited: Floats
    cohort: Floats
    advanced: Floats
    waiting: Floats
    stays: Stays
    usual: Stays
    reason: str
    notices: tuple[str, ...]
    usual_advanced: Floats
    usual_decided: Floats

    def lengths(self, line: int, *, before: bool = False) -> list[float]:
        """The days of the stays in a stage that ended in the period, or in those before it."""
        some = self.usual if before else self.stays
        return [] if not len(some.visit) else some.days[self._here(some, line)].tolist()

    def _here(self, some: Stays, line: int) -> Ints:
        return np.flatnonzero((self.layout.line[some.visit] == line) & ~np.isnan(some.days))


def stage_numbers(evaluator: Evaluator, layout: Layout, asked: Asked) -> StageNumbers:
    """Every stage of every pipeline as a page shows it."""
    facts, lines = evaluator.facts, len(layout.stage)
    deals, opening = deals_on(evaluator, asked, "open"), deals_on(evaluator, asked, "opening")
    entered, exited = stays_in(evaluator, asked, "entered"), stays_in(evaluator, asked, "exited")
    cohort, before = stays_in(evaluator, asked, "cohort"), stays_in(evaluator, asked, "cohort", before=True)
    here = lines_of(facts, layout, deals)
    visits = facts.visits()

    def on_lines(line: Ints, weight: Floats) -> Floats:
        known = line >= 0
        return added(line[known], weight[known], lines)

    def of(stays: Stays, weight: Floats) -> Floats:
        return on_lines(layout.line[stays.visit] if len(layout.line) else stays.visit, weight)

    return StageNumbers(
        layout, deals, here,
        open=on_lines(here, deals.weight), amount=on_lines(here, np.nan_to_num(deals.amount)),
        priced=on_lines(here, (~np.isnan(deals.amount)).astype(np.float64)),
        unrated=on_lines(here, deals.unrated.astype(np.float64)),
        opening=on_lines(lines_of(facts, layout, opening), opening.weight),
        entered=of(entered, entered.weight), exited=of(exited, exited.weight), cohort=of(cohort, cohort.weight),
        advanced=of(cohort, cohort.weight * visits.reached[cohort.visit]),
        waiting=of(cohort, cohort.weight * is_waiting(facts, cohort.visit)),
        stays=stays_in(evaluator, asked, "stays"), usual=stays_in(evaluator, asked, "stays", before=True),
        usual_advanced=of(before, before.weight * visits.reached[before.visit]),
        usual_decided=of(before, before.weight * ~is_waiting(facts, before.visit)),
        reason=entered.reason, notices=exited.notices,  # what is still open each line tells by itself
    )  # fmt: skip
