"""What all parts of a pipeline page share: whose it is, in which days, and the stages of the files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine, store
from kpidesk.core.formats import count_text, format_value
from kpidesk.core.periods import Period, run_of, span_period
from kpidesk.core.pipeline import Figure, Pick
from kpidesk.core.rate_words import unrated_open
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.engine.pipeline import Asked, Deals, asked_of, deals_on
from kpidesk.engine.pipeline_layout import Layout, layout_of
from kpidesk.engine.pipeline_stages import StageNumbers, stage_numbers
from kpidesk.engine.stage_limits import StageLimits, stage_limits
from kpidesk.engine.values import NotComputableError
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.workspace import Workspace, settings

PAST_PERIODS = 4
"""How many periods before the one asked for make up the own past."""


@dataclass(frozen=True, slots=True)
class Given:
    """A question with the engine to answer it; `past` are the days of the four periods before, `span` names them."""

    ws: Workspace
    question: Question
    evaluator: engine.Evaluator
    asked: Asked
    past: Period
    span: str

    @property
    def facts(self) -> engine.Facts:
        """The facts behind it."""
        return self.evaluator.facts

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return settings(self.ws).currency

    def money(self, value: float | None) -> str:
        """An amount as shown."""
        return format_value(value, "money", self.currency)


def given(ws: Workspace, question: Question) -> Given:
    """Prepare to answer a question.

    Raises:
        UserError: a scope that the workspace does not have.
    """
    first, *_ = run_of(question.period, PAST_PERIODS + 1, settings(ws))
    past, span = own_past(question.period, settings(ws))
    known = evaluator(ws, question.as_of, question.teams)
    asked = asked_of(known, question.scope, question.period, first, level_of_nobody(question))
    return Given(ws, question, known, asked, past, span)


def own_past(period: Period, settings: Settings) -> tuple[Period, str]:
    """The days of the four periods before one, and their name: "Q1 2025 to Q4 2025"."""
    first, *_, last = run_of(period, PAST_PERIODS + 1, settings)[:-1]
    return span_period(first.start, last.last_day), f"{first.label} to {last.label}"


def layout(known: Given) -> Layout:
    """The stages of every pipeline, worked out once for the data.

    Raises:
        NotComputableError: what the files name as stages are too many to be stages.
    """
    key = ("pipeline layout", known.question.as_of, known.question.teams)
    return known.ws.remember(key, lambda: layout_of(known.facts))


def numbers(known: Given) -> StageNumbers | None:
    """The numbers of every stage of a question, worked out once; None where the files name no stages that are any."""
    key = ("pipeline numbers", _key(known))
    return known.ws.remember(key, lambda: _numbers(known))


def limits_on(ws: Workspace, facts: engine.Facts, day: int, as_of: date | None = None) -> StageLimits:
    """From when on each deal is long in its stage, worked out once for a day; `facts` are those known on `as_of`."""
    return ws.remember(("stage limits", as_of, day), lambda: stage_limits(facts, day))


def _key(known: Given) -> tuple[object, ...]:
    asked = known.question
    return asked.scope, asked.period, asked.as_of, asked.teams, asked.by


def _numbers(known: Given) -> StageNumbers | None:
    try:
        return stage_numbers(known.evaluator, layout(known), known.asked)
    except NotComputableError:
        return None


def open_deals(known: Given) -> Deals:
    """The deals that are open at the end of the period, or on the newest data day in it."""
    found = numbers(known)
    return found.deals if found is not None else deals_on(known.evaluator, known.asked, "open")


def track_key(ws: Workspace, source: int, word: str) -> str:
    """What names a pipeline: the source and the word of the file ("crm/New business")."""
    names = ws.remember("names of sources", lambda: {at: name for name, at in store.source_numbers(ws.db).items()})
    return f"{names.get(source, '')}/{word}"


def count_figure(value: float, pick: Pick) -> Figure:
    """A number of deals that can be opened."""
    return Figure(value, count_text(value), pick)


def money_figure(known: Given, amounts: NDArray[np.float64], unrated: float, pick: Pick) -> Figure:
    """The sum of amounts in major units; none while any has no exchange rate, or where no deal has an amount."""
    if len(amounts) and np.isnan(amounts).all() and not unrated:
        return Figure(None, format_value(None, "money"), pick, "no deal has an amount")
    if unrated:
        return Figure(None, format_value(None, "money"), pick, f"no exchange rate for {count_text(unrated)} of them")
    value = float(np.nansum(amounts))
    return Figure(value, known.money(value), pick)


def unrated_notice(known: Given, deals: Deals) -> tuple[str, ...]:
    """That some of the open deals have an amount without an exchange rate; nothing where all have theirs."""
    values = deals.value[deals.unrated]
    terms = set(known.facts.columns["currency"][values].tolist()) if len(values) else set()
    codes = sorted(known.facts.currency[term] for term in terms)
    return (unrated_open(len(values), count_text(deals.weight.sum()), codes),) if codes else ()
