"""A history of stages: the past it tells is that which an export of every day would have shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk.core.fields import Outcome
from kpidesk.core.people import ORG, Organisation, Person
from kpidesk.core.results import Result
from kpidesk.engine import Facts, behind
from kpidesk.engine.values import Column
from kpidesk.language import Formula
from tests.engine.kinds import EPOCH, Books, Row, evaluator_of, facts_of
from tests.engine.support import asked, period, result, shipped
from tests.often import often

START = date(2025, 1, 1)
END = date(2025, 6, 30)
CHANCES = {"Talk": 0.1, "Need": 0.3, "Offer": 0.5, "Deal": 0.8}
ENDS: Mapping[str, Outcome] = {"Closed Won": "won", "Closed Lost": "lost", "won": "won", "lost": "lost"}
PEOPLE = Organisation((Person(1, "Ann"), Person(2, "Bob")))
SPANS = ("2025-01", "2025-02", "2025-Q1", "2025-04", "2025-Q2", "2025-W20", "2025")


# --- a company lived day by day ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """A deal on the evening of a day."""

    day: date
    stage: str
    amount: int | None
    close_date: date
    closed_at: date | None = None
    status: str = ""


def lived(random: Random, *, by_status: bool) -> list[Day]:
    """The days of a deal from its creation on: at most one change a day; `by_status`: closed in the stage it is in."""
    born = START + timedelta(days=random.randrange(1, 120))
    now = Day(born, random.choice(tuple(CHANCES)), random.choice((None, 100_00, 500_00)), born + timedelta(days=60))
    days = [now]
    while now.day < END:
        now = replace(now, day=now.day + timedelta(days=1))
        if now.closed_at is not None:
            if not by_status and random.random() < 0.02:
                now = replace(now, stage=random.choice(tuple(CHANCES)), closed_at=None)
        elif random.random() < 0.08:
            now = changed(random, now, by_status=by_status)
        days.append(now)
    return days


def changed(random: Random, now: Day, *, by_status: bool) -> Day:
    how = random.random()
    if how < 0.45:
        return replace(now, stage=random.choice(tuple(CHANCES)))
    if how < 0.65:
        return replace(now, amount=random.randrange(1, 900_000))
    if how < 0.8:
        return replace(now, close_date=now.close_date + timedelta(days=random.randrange(-20, 60)))
    end = random.choice(("won", "lost"))
    stage = now.stage if by_status else f"Closed {end.title()}"
    return replace(now, stage=stage, closed_at=now.day, status=end if by_status else "")


def export(deals: Sequence[Sequence[Day]], seen: date) -> Iterator[Row]:
    """What an export of the deals shows in the evening of a day."""
    yield {"key": "D0", "seen": seen, "owner": 1, "created_at": START, "status": "open"}
    for number, days in enumerate(deals, 1):
        known = [one for one in days if one.day <= seen]
        if known:
            now = known[-1]
            yield {
                "key": f"D{number}", "seen": seen, "owner": 1 + number % 2, "created_at": days[0].day,
                "stage": now.stage, "amount": now.amount, "close_date": now.close_date, "closed_at": now.closed_at,
                "status": now.status, "probability": CHANCES.get(now.stage),
            }  # fmt: skip


def history(deals: Sequence[Sequence[Day]]) -> Iterator[Row]:
    """A row for every change of stage, amount or close date."""
    for number, days in enumerate(deals, 1):
        for before, now in pairwise([None, *days]):
            assert now is not None
            what = [(one.stage, one.amount, one.close_date) for one in (before, now) if one is not None]
            if before is None or what[0] != what[1]:
                yield {
                    "key": f"H{number}.{now.day}", "deal": f"D{number}", "stage": now.stage, "entered_at": now.day,
                    "amount": now.amount, "close_date": now.close_date, "probability": CHANCES.get(now.stage),
                }  # fmt: skip


def books(deals: Sequence[Sequence[Day]], dates: Sequence[date], *, with_history: bool) -> Books:
    last: dict[object, Row] = {}
    rows = []
    for row in (one for day in dates for one in export(deals, day)):
        if row["key"] == "D0" or {**row, "seen": None} != last.get(row["key"]):
            rows.append(row)
            last[row["key"]] = {**row, "seen": None}
    told = {"stage-history": list(history(deals))} if with_history else {}
    return Books({"deals": rows, **told}, PEOPLE, tuple(dates), outcomes={**ENDS, "open": "open"})  # type: ignore[dict-item]  # the kinds are literals


DAILY = [START + timedelta(days=one) for one in range((END - START).days + 1)]
ONCE = [END]
NOW_AND_THEN = [date(2025, 2, 14), date(2025, 4, 1), date(2025, 4, 2), END]

lives = st.builds(
    lambda seed, size, by_status: sorted(
        (lived(Random(seed + at), by_status=by_status) for at in range(size)), key=lambda days: days[0].day
    ),
    st.integers(0, 2**32), st.integers(1, 5), st.booleans(),
)  # fmt: skip
VISIT_FIELDS = (
    "deal", "stage", "stage_order", "entered_at", "exited_at", "days_in_stage", "reached_next", "first_visit",
    "owner_at_entry", "owner_at_exit",
)  # fmt: skip


def visits(facts: Facts) -> list[tuple[object, ...]]:
    """Every visit: numbers as numbers, words as words."""
    columns = [texts(facts, field) for field in (*VISIT_FIELDS, "exit_to")]
    return sorted(zip(*columns, strict=True), key=repr)


def texts(facts: Facts, field: str) -> list[object]:
    found = cells(facts.visit_rows().column(field))
    is_day = field.endswith("_at")
    return [date.fromordinal(int(one) + EPOCH) if is_day and isinstance(one, float) else one for one in found]


def cells(column: Column) -> list[object]:
    """Numbers as numbers, words as words, None where empty."""
    found = [None if np.isnan(one) else float(one) for one in column.data]
    if column.words is None:
        return list(found)
    return [None if one is None else column.words.folded[int(one)] for one in found]


STAGE_FORMULAS = tuple(
    asked(text)
    for text in (
        "count(stage_visits where first_visit on entered_at)",
        "sum(stage_visits.deal.amount where exit_to = 'won' on exited_at)",
        "count(stage_visits where stage = 'Offer' and advanced on exited_at)",
        "count(deals where open and stage = 'Need' as of start)",
        "sum(deals.amount where open and stage != 'Talk' as of end)",
        "sum(deals.amount * probability where open as of end)",
        "count(deals where open and close_date < end as of end)",
        "max(deals.push_count where open as of end)",
        "sum(deals.created_amount on created_at)",
        "avg(deals.push_count where won on closed_at)",
    )
)


@settings(max_examples=often(4))
@given(lives)
def test_a_history_tells_what_an_export_of_every_day_would_have_shown(deals: list[list[Day]]) -> None:
    every_day = evaluator_of(books(deals, DAILY, with_history=False))
    for dates in (ONCE, NOW_AND_THEN):
        told = evaluator_of(books(deals, dates, with_history=True))
        assert visits(told.facts) == visits(every_day.facts)
        for kpi in (*STAGE_FORMULAS, *(shipped()[one] for one in ("stage_conversion", "stage_duration"))):
            for text in SPANS:
                expected, found = (result(one, kpi, ORG, period(text)) for one in (every_day, told))
                if found.reason != expected.reason:
                    assert period(text).start <= deals[0][0].day
                else:
                    assert (kpi[0].formula, text, found.value) == (kpi[0].formula, text, expected.value)


@settings(max_examples=often(5))
@given(lives)
def test_what_was_open_and_came_less_what_closed_is_what_is_open(deals: list[list[Day]]) -> None:
    told = evaluator_of(books(deals, ONCE, with_history=True))
    opened, created, closed, left = (
        asked(text) for text in (
            "count(deals where open as of start)", "count(deals on created_at)",
            "count(deals where final_outcome != 'open' on final_closed_at)", "count(deals where open as of end)",
        )
    )  # fmt: skip
    for text in ("2025-02", "2025-Q2", "2025-W20"):
        span = period(text)
        begins = result(told, opened, ORG, span)
        if not begins.reason.startswith("no import"):
            parts = [result(told, one, ORG, span).value or 0 for one in (opened, created, closed, left)]
            assert parts[0] + parts[1] - parts[2] == parts[3]


@settings(max_examples=often(5))
@given(lives)
def test_a_history_that_repeats_the_exports_changes_nothing_of_today(deals: list[list[Day]]) -> None:
    alone, told = (facts_of(books(deals, NOW_AND_THEN, with_history=one)) for one in (False, True))
    for field in ("stage", "amount", "close_date", "outcome", "closed_at", "owner", "probability"):
        assert cells(alone.deals.column(field)) == cells(told.deals.column(field))


# --- by hand -------------------------------------------------------------------------------------------------------

BORN = date(2025, 2, 3)


def change(stage: str, entered: date, number: int = 1, **more: object) -> Row:
    return {"key": f"{number}{stage}{entered}{len(more)}", "deal": f"D{number}", "stage": stage,
            "entered_at": entered, **more}  # fmt: skip


def deal(stage: str, seen: date = END, number: int = 1, **more: object) -> Row:
    return {"key": f"D{number}", "seen": seen, "owner": 1, "created_at": BORN, "stage": stage, "status": "open",
            "amount": 1000, "close_date": date(2025, 9, 1), "probability": CHANCES.get(stage), **more}  # fmt: skip


ALL_STAGES = tuple(
    deal(stage, END, 90 + at, created_at=date(2024, 1, 1)) for at, stage in enumerate(CHANCES)
)  # fmt: skip


def kept(deals: Sequence[Row], changes: Sequence[Row], *dates: date) -> Books:
    rows = [*deals, *ALL_STAGES]
    return Books({"deals": rows, "stage-history": changes}, PEOPLE, dates or (END,), outcomes={**ENDS, "open": "open"})


def told(kept_books: Books, number: int = 1) -> list[tuple[object, ...]]:
    """Stage, entry, exit and days of every visit of a deal, in order."""
    facts = facts_of(kept_books)
    rows = zip(*(texts(facts, field) for field in ("deal", "stage", "entered_at", "exited_at", "days_in_stage")),
               strict=True)  # fmt: skip
    return [tuple(row[1:]) for row in rows if row[0] == number]


MARCH, APRIL, MAY = date(2025, 3, 1), date(2025, 4, 1), date(2025, 5, 1)


def test_visits_of_a_deal_that_only_one_export_has_seen() -> None:
    about = kept([deal("Need")], [change("Talk", BORN), change("Need", MARCH)])
    assert told(about) == [("talk", BORN, MARCH, 26), ("need", MARCH, None, None)]


def test_rows_that_repeat_a_stage_are_one_visit() -> None:
    about = kept([deal("Need")], [change("Talk", BORN, amount=100), change("Talk", MARCH, amount=200),
                                  change("Need", APRIL, amount=200), change("Need", MAY, amount=900)])  # fmt: skip
    assert told(about) == [("talk", BORN, APRIL, 57), ("need", APRIL, None, None)]


def test_changes_of_one_day_come_in_the_order_of_time_and_without_times_of_their_numbers() -> None:
    ten, noon = (datetime(2025, 3, 1, hour) for hour in (10, 12))
    about = kept([deal("Need")], [change("Need", noon), change("Talk", ten), change("Talk", BORN)])
    assert told(about) == [("talk", BORN, MARCH, 26), ("need", MARCH, None, None)]
    about = kept([deal("Talk")], [change("Need", MARCH), change("Talk", MARCH)])
    assert [one[0] for one in told(about)] == ["need", "talk"]


def test_the_stage_a_first_change_came_from_was_that_of_the_creation() -> None:
    about = kept([deal("Need")], [change("Need", MARCH, from_stage="Talk")])
    assert told(about) == [("talk", BORN, MARCH, 26), ("need", MARCH, None, None)]
    about = kept([deal("Need")], [change("Need", MARCH)])
    assert told(about) == [("need", MARCH, None, None)]


def test_the_closing_ends_the_last_visit() -> None:
    gone = deal("Need", status="lost", closed_at=MAY)
    assert told(kept([gone], [change("Talk", BORN), change("Need", MARCH)]))[-1] == ("need", MARCH, MAY, 61)


def test_a_stage_told_after_the_last_closing_opens_nothing_again() -> None:
    gone = deal("Offer", status="lost", closed_at=APRIL)
    about = kept([gone], [change("Talk", BORN), change("Need", MARCH), change("Offer", MAY)])
    assert [one[:3] for one in told(about)] == [("talk", BORN, MARCH), ("need", MARCH, APRIL)]


def test_a_closed_stage_in_between_is_an_end_and_then_a_new_beginning() -> None:
    about = kept([deal("Need")], [change("Need", BORN), change("Closed Lost", MARCH), change("Need", APRIL)])
    assert [one for one in told(about) if one[0] == "need"] == [("need", BORN, MARCH, 26), ("need", APRIL, None, None)]


def test_exports_continue_after_the_last_change() -> None:
    about = kept([deal("Talk", MARCH), deal("Offer", MAY), deal("Deal")], [change("Talk", BORN), change("Need", APRIL)])
    assert [one[:3] for one in told(about)] == [
        ("talk", BORN, APRIL), ("need", APRIL, MAY), ("offer", MAY, END), ("deal", END, None),
    ]  # fmt: skip


def test_between_changes_the_history_is_the_truth() -> None:
    about = kept([deal("Offer", MARCH), deal("Need")], [change("Talk", BORN), change("Need", APRIL)])
    assert [one[:3] for one in told(about)] == [("talk", BORN, APRIL), ("need", APRIL, None)]


def test_an_export_of_the_morning_is_no_move_back() -> None:
    about = kept([deal("Talk", APRIL), deal("Need")], [change("Talk", BORN), change("Need", APRIL)])
    assert [one[:2] for one in told(about)] == [("talk", BORN), ("need", APRIL)]


def test_a_stated_day_of_the_export_does_not_part_a_visit() -> None:
    off_by_one = deal("Need", stage_entered_at=APRIL + timedelta(days=1))
    assert [one[:2] for one in told(kept([off_by_one], [change("Talk", BORN), change("Need", APRIL)]))] == [
        ("talk", BORN), ("need", APRIL),
    ]  # fmt: skip


def test_deals_without_changes_keep_to_their_exports() -> None:
    about = kept([deal("Talk"), deal("Talk", MARCH, 2), deal("Need", END, 2)], [change("Talk", BORN)], MARCH, END)
    assert told(about, 2) == [("talk", None, END, None), ("need", END, None, None)]


def test_what_names_no_deal_or_lies_ahead_of_the_data_tells_nothing() -> None:
    ahead = END + timedelta(days=1)
    about = kept([deal("Talk")], [change("Talk", BORN), change("Need", MARCH, 7), change("Offer", ahead)])
    assert told(about) == [("talk", BORN, None, None)]


def number(about: Books, formula: str, text: str) -> Result:
    return result(evaluator_of(about), asked(formula), ORG, period(text))


CLOSES = (
    change("Talk", BORN, close_date=date(2025, 5, 1), amount=10_000, probability=0.1),
    change("Talk", MARCH, close_date=date(2025, 6, 1), amount=20_000, probability=0.1),
    change("Need", APRIL, close_date=date(2025, 5, 15), amount=50_000, probability=0.4),
    change("Need", MAY, close_date=date(2025, 8, 1), amount=70_000, probability=0.4),
)  # fmt: skip
CLOSING = kept([deal("Need", lead_source="mine", amount=70_000, close_date=date(2025, 8, 1), probability=0.4)], CLOSES)


@pytest.mark.parametrize(
    ("formula", "text", "value"),
    [
        ("sum(deals.amount where open and lead_source = 'mine' as of end)", "2025-02", 100),
        ("sum(deals.amount where open and lead_source = 'mine' as of end)", "2025-03", 200),
        ("sum(deals.amount * probability where open and lead_source = 'mine' as of end)", "2025-04", 200),
        ("sum(deals.amount where open and lead_source = 'mine' and stage = 'Need' as of start)", "2025-05", 500),
        (
            "sum(deals.amount where open and lead_source = 'mine' and close_date < '2025-05-02' as of end)",
            "2025-02",
            100,
        ),
        ("sum(deals.push_count where open and lead_source = 'mine' as of end)", "2025-04", 1),
        ("sum(deals.push_count where open and lead_source = 'mine' as of end)", "2025-05", 2),
        ("sum(deals.push_count where lead_source = 'mine' on created_at)", "2025-02", 2),
        ("sum(deals.created_amount where lead_source = 'mine' on created_at)", "2025-02", 100),
        ("sum(deals.amount where lead_source = 'mine' on created_at)", "2025-02", 700),
    ],
)
def test_amounts_close_dates_and_chances_in_force_on_past_days(formula: str, text: str, value: float) -> None:
    assert number(CLOSING, formula, text).value == value


def test_every_export_knows_the_pushes_and_the_time_in_stage_up_to_its_day() -> None:
    early, later = date(2025, 2, 10), date(2025, 3, 20)
    shown = [("Talk", early, date(2025, 5, 1)), ("Talk", later, date(2025, 6, 1)), ("Need", END, date(2025, 8, 1))]
    deals = [deal(stage, day, close_date=close) for stage, day, close in shown]
    facts = facts_of(kept(deals, CLOSES, early, later, END))
    mine = facts.versions.deal == 0
    assert facts.versions.pushes[mine].tolist() == [0, 1, 2]
    days = [date.fromordinal(one + EPOCH) for one in facts.versions.stage_since[mine].tolist()]
    assert days == [BORN, BORN, APRIL]


# --- what is known -------------------------------------------------------------------------------------------------

OPEN_NEEDS = "count(deals where open and stage = 'Need' as of end)"
ENTRIES = "count(stage_visits on entered_at)"


def test_a_state_put_together_from_the_history_says_so() -> None:
    about = kept([deal("Need")], [change("Talk", BORN), change("Need", MARCH)])
    found = number(about, OPEN_NEEDS, "2025-04")
    assert (found.value, found.reason) == (2, "")
    assert found.notices == (
        "Reconstructed: before 30 Jun 2025, stages and what else the stage history gives come from there, owners and "
        "the rest from the first import.",
        "4 deals are not in the stage history: their stages before 30 Jun 2025 are not known.",
    )


def test_before_the_history_begins_nothing_is_told() -> None:
    about = kept([deal("Need")], [change("Need", MARCH)])
    assert number(about, OPEN_NEEDS, "2025-02").reason == "needs history from 30 Jun 2025, the first import's date"
    assert number(about, ENTRIES, "2025-02").reason == "the stage history begins on 1 Mar 2025"
    assert number(about, ENTRIES, "2025-Q1").value == 1
    assert number(about, ENTRIES, "2025-Q1").notices[0] == (
        "Data begins on 1 Mar 2025, inside this period: entries into stages before that day are not in the files."
    )


def test_what_the_history_does_not_give_still_needs_exports() -> None:
    about = kept([deal("Need")], [change("Need", MARCH)])
    late = "count(deals where open and close_date < '2026-01-01' as of end)"
    assert number(about, late, "2025-04").reason == "needs history from 30 Jun 2025, the first import's date"


def test_as_of_a_day_before_the_history_came_it_was_not_known() -> None:
    early = deal("Need", APRIL)
    changes = [change("Talk", BORN), change("Need", MARCH)]
    rows = [early, deal("Need"), *({**one, "seen": APRIL} for one in ALL_STAGES)]
    about = Books({"deals": rows, "stage-history": changes}, PEOPLE, (APRIL, END), outcomes={**ENDS, "open": "open"})
    before = facts_of(about, as_of=APRIL)
    assert before.past.versions is before.versions
    assert len(facts_of(about).past.versions.deal) > len(before.past.versions.deal)


def test_behind_a_visit_of_the_history_stands_its_deal() -> None:
    evaluator = evaluator_of(kept([deal("Need")], [change("Talk", BORN), change("Need", MARCH)]))
    kpi, formula = shipped()["stage_duration"]
    assert isinstance(formula, Formula)
    found = behind(evaluator, kpi, formula, ORG, period("2025-03"))
    assert evaluator.facts.columns["of"][found.value_ids].tolist() == [1]
    assert found.reproduced == found.result.value == 26
