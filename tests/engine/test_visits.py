"""Visits to stages: when they begin and end, which stage lies further on, and what one export cannot tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings

from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Organisation, Scope
from kpidesk.core.results import Result
from kpidesk.engine import Facts, all_stages, behind, breakdown, build_facts
from kpidesk.engine.stages import stage_positions
from kpidesk.language import Formula
from tests.engine.made import companies
from tests.engine.support import (
    EPOCH,
    PEOPLE,
    SPELLS,
    TEAMS,
    Company,
    Deal,
    asked,
    columns_of,
    evaluator_of,
    facts_of,
    period,
    result,
    shipped,
)
from tests.often import often

D1, D2, D3, D4 = (date(2025, 3, 31), date(2025, 4, 30), date(2025, 5, 31), date(2025, 6, 30))
BORN = date(2025, 4, 10)
CHANCES = {"Talk": 100_000, "Need": 300_000, "Offer": 500_000, "Deal": 800_000}


def shown(stage: str, seen: date, number: int = 1, **more: object) -> Deal:
    deal = Deal(number, seen, owner=1, created_at=BORN, stage=stage, probability=CHANCES.get(stage))
    return replace(deal, **more)  # type: ignore[arg-type]  # fields of a deal


def closed(stage: str, seen: date, day: date | None, outcome: str = "lost", number: int = 1) -> Deal:
    return shown(stage, seen, number, outcome=outcome, closed_at=day, close_date=day)


ALL_STAGES = tuple(
    shown(stage, D1, 90 + at, created_at=date(2025, 1, 1)) for at, stage in enumerate(CHANCES)
)  # fmt: skip
"""One deal in every stage when the history begins, so that the order of the stages is known."""


def company(*deals: Deal, seen: tuple[date, ...] = (D1, D2, D3, D4), **more: object) -> Company:
    about = Company((*ALL_STAGES, *deals), Organisation(PEOPLE, TEAMS, SPELLS), seen)
    return replace(about, **more)  # type: ignore[arg-type]  # fields of a company


def column(facts: Facts, field: str, number: int = 1) -> list[object]:
    """A field of the visits of one deal: days as dates, words as texts, None where empty."""
    rows = facts.visit_rows()
    found, mine = rows.column(field), np.flatnonzero(rows.column("deal").data == number)
    cells = [None if np.isnan(one) else float(one) for one in found.data[mine]]
    if field.endswith("_at"):
        return [None if one is None else date.fromordinal(int(one) + EPOCH) for one in cells]
    if found.words is not None:
        return [None if one is None else found.words.folded[int(one)] for one in cells]
    return list(cells)


def visits(*deals: Deal, number: int = 1) -> list[tuple[object, ...]]:
    """Stage, entry, exit and days of every visit of the deal."""
    facts = facts_of(company(*deals))
    columns = [column(facts, field, number) for field in ("stage", "entered_at", "exited_at", "days_in_stage")]
    return list(zip(*columns, strict=True))


def flags(field: str, *deals: Deal) -> list[tuple[object, bool]]:
    facts = facts_of(company(*deals))
    return list(zip(column(facts, "stage"), (bool(one) for one in column(facts, field)), strict=True))


# --- when a visit begins and ends --------------------------------------------------------------------------------


def test_a_visit_begins_with_the_deal_and_ends_when_the_next_is_seen() -> None:
    assert visits(shown("Talk", D2), shown("Need", D3)) == [
        ("talk", BORN, D3, (D3 - BORN).days),
        ("need", D3, None, None),
    ]


def test_what_the_file_states_comes_before_what_was_seen() -> None:
    entered = date(2025, 5, 12)
    assert visits(shown("Talk", D2), shown("Need", D3, stage_entered_at=entered)) == [
        ("talk", BORN, entered, (entered - BORN).days),
        ("need", entered, None, None),
    ]


def test_a_closed_deal_leaves_its_stage_on_the_day_of_closing() -> None:
    day = date(2025, 5, 20)
    assert visits(shown("Talk", D2), closed("Talk", D3, day)) == [("talk", BORN, day, (day - BORN).days)]
    assert visits(shown("Talk", D2), closed("Talk", D3, None)) == [("talk", BORN, D3, (D3 - BORN).days)]


def test_a_corrected_day_of_closing_counts() -> None:
    day = date(2025, 5, 20)
    told = visits(shown("Talk", D2), closed("Talk", D3, day), closed("Talk", D4, day + timedelta(days=2)))
    assert told == [("talk", BORN, day + timedelta(days=2), (day - BORN).days + 2)]


def test_words_changed_after_the_closing_are_no_move() -> None:
    day = date(2025, 5, 20)
    assert len(visits(shown("Talk", D2), closed("Talk", D3, day), closed("Offer", D4, day))) == 1


def test_a_deal_that_is_reopened_begins_another_visit() -> None:
    day = date(2025, 5, 20)
    assert visits(shown("Talk", D2), closed("Talk", D3, day), shown("Talk", D4)) == [
        ("talk", BORN, day, (day - BORN).days),
        ("talk", D4, None, None),
    ]


def test_a_deal_that_is_back_in_a_stage_had_left_it() -> None:
    again = date(2025, 5, 12)
    before = shown("Talk", D2, stage_entered_at=BORN)
    assert visits(before, shown("Talk", D3, stage_entered_at=again)) == [
        ("talk", BORN, again, (again - BORN).days),
        ("talk", again, None, None),
    ]
    assert len(visits(before, shown("Talk", D3, stage_entered_at=BORN + timedelta(days=1)))) == 1


def test_days_never_run_backwards() -> None:
    early = BORN - timedelta(days=9)
    assert visits(shown("Talk", D2), shown("Need", D3, stage_entered_at=early), closed("Need", D4, early)) == [
        ("talk", BORN, BORN, 0),
        ("need", BORN, BORN, 0),
    ]


def test_a_stage_left_out_by_a_file_is_no_move() -> None:
    assert visits(shown("Talk", D2), shown("", D3), shown("talk", D4)) == [("talk", BORN, None, None)]


def test_where_a_deal_was_lost_from_is_told_by_a_status_of_its_own() -> None:
    day = date(2025, 5, 20)
    assert visits(shown("Talk", D2), closed("Need", D3, day)) == [
        ("talk", BORN, day, (day - BORN).days),
        ("need", day, day, None),
    ]


def test_a_stage_in_which_deals_were_only_ever_won_or_only_ever_lost_is_an_end() -> None:
    day = date(2025, 5, 20)
    won = visits(shown("Deal", D2), closed("Closed Won", D3, day, "won"))
    assert won[-1] == ("deal", BORN, day, (day - BORN).days)
    assert visits(shown("Talk", D2), closed("Closed", D3, day)) == [("talk", BORN, day, (day - BORN).days)]
    either = (closed("Closed", D3, day), closed("Closed", D3, day, "won", number=2))
    assert "closed" in [one[0] for one in visits(shown("Talk", D2), *either)]


def test_a_stage_that_means_won_is_an_end_and_no_stage() -> None:
    about = company(shown("Talk", D2), shown("Signed", D3, close_date=date(2025, 5, 20)))
    columns, curation = columns_of(about)
    term = next(number for number, word in curation.terms.items() if word == ("stage", "Signed"))
    columns = {**columns, "status": np.zeros_like(columns["status"])}
    curation = replace(curation, outcomes={term: "won"})
    facts = build_facts(columns, curation, about.organisation, about.settings, list(enumerate((D1, D4), 1)))
    assert column(facts, "stage") == ["talk", "need", "offer", "deal"]
    assert column(facts, "exited_at") == [date(2025, 5, 20)] * 4
    assert column(facts, "exit_to") == ["need", "offer", "deal", "won"]


# --- further on --------------------------------------------------------------------------------------------------


def test_skipped_stages_count_as_passed_without_a_length() -> None:
    assert visits(shown("Talk", D2), shown("Deal", D3)) == [
        ("talk", BORN, D3, (D3 - BORN).days),
        ("need", D3, D3, None),
        ("offer", D3, D3, None),
        ("deal", D3, None, None),
    ]
    assert flags("reached_next", shown("Talk", D2), shown("Deal", D3)) == [
        ("talk", True), ("need", True), ("offer", True), ("deal", False),
    ]  # fmt: skip


def test_a_win_passes_what_is_left_and_a_loss_does_not() -> None:
    day = date(2025, 5, 20)
    won = (shown("Need", D2), closed("Need", D3, day, "won"))
    assert flags("reached_next", *won) == [("talk", True), ("need", True), ("offer", True), ("deal", True)]
    assert flags("reached_next", shown("Need", D2), closed("Need", D3, day)) == [("talk", True), ("need", False)]


def test_a_deal_that_is_new_has_passed_the_stages_before_the_first_one_it_is_seen_in() -> None:
    assert visits(shown("Offer", D2))[:2] == [("talk", BORN, BORN, None), ("need", BORN, BORN, None)]
    old = shown("Offer", D2, created_at=D1 - timedelta(days=5))
    assert visits(old) == [("offer", None, None, None)]


def test_going_back_is_a_visit_but_not_a_first_one() -> None:
    told = (shown("Talk", D2), shown("Offer", D3), shown("Need", D4))
    assert flags("first_visit", *told) == [("talk", True), ("need", True), ("offer", True), ("need", False)]
    assert flags("reached_next", *told) == [("talk", True), ("need", True), ("offer", False), ("need", False)]


def test_what_was_created_and_closed_between_two_exports_was_seen_nowhere() -> None:
    assert visits(closed("", D3, date(2025, 5, 20), "won")) == []


def test_pipelines_and_sources_have_stages_of_their_own() -> None:
    about = company(shown("Talk", D2), shown("Deal", D3), shown("Need", D2, 2, pipeline="Partners"),
                    shown("Deal", D3, 2, pipeline="Partners"))  # fmt: skip
    assert column(facts_of(about), "stage", 2) == ["need", "deal"]
    assert column(facts_of(about), "stage_order", 2) == [1, 2]
    columns, curation = columns_of(about)
    source = np.where(np.arange(len(columns["first_seen"])) == 1, 2, 1)
    dates = list(enumerate(about.data_dates, 1))
    facts = build_facts({**columns, "source": source}, curation, about.organisation, about.settings, dates)
    assert column(facts, "stage") == ["talk", "deal"]


NO = float("nan")


@pytest.mark.parametrize(
    ("likely", "moves", "positions"),
    [
        ([0.5, 0.1, 0.9], {}, [2, 1, 3]),
        ([0.5, 0.1, 0.9], {(2, 0): 50, (0, 1): 50}, [2, 1, 3]),
        ([NO, NO, NO], {(2, 0): 5, (0, 1): 1}, [2, 3, 1]),
        ([NO, NO, NO], {(2, 0): 6, (0, 2): 5}, [3, 2, 1]),
        ([NO, NO, NO, NO], {(3, 2): 1, (2, 1): 1, (1, 0): 1}, [4, 3, 2, 1]),
        ([0.2, NO, 0.1], {(2, 1): 3, (1, 0): 3}, [3, 2, 1]),
        ([0.5, 0.5, 0.1], {(1, 0): 2}, [3, 2, 1]),
        ([NO, NO, NO], {}, [1, 2, 3]),
        ([NO, NO, NO], {(0, 1): 1, (1, 2): 1, (2, 0): 1}, [1, 2, 3]),
        ([], {}, []),
    ],
    ids=("by probability", "probability beats moves", "by moves", "more forth than back", "chained",
         "both together", "moves where equally likely", "by name", "round in a circle", "none"),
)  # fmt: skip
def test_stages_in_order(likely: list[float], moves: Mapping[tuple[int, int], int], positions: list[int]) -> None:
    counts = np.zeros((len(likely), len(likely)), dtype=np.int64)
    for (start, end), deals in moves.items():
        counts[start, end] = deals
    assert stage_positions(np.array(likely, dtype=np.float64), counts).tolist() == positions


def test_without_probabilities_the_moves_of_deals_tell_the_order() -> None:
    told = [replace(one, probability=None) for one in (shown("Zero", D2), shown("Alpha", D3), shown("Mid", D4))]
    about = Company(tuple(told), Organisation(PEOPLE, TEAMS, SPELLS), (D1, D2, D3, D4))
    assert column(facts_of(about), "stage_order") == [1, 2, 3]


# --- credit ------------------------------------------------------------------------------------------------------


def test_entry_and_exit_belong_to_the_owner_of_the_day() -> None:
    evaluator = evaluator_of(company(shown("Talk", D2, owner=1), shown("Need", D3, owner=2)))
    ann, bob = Scope("rep", "Ann", 1), Scope("rep", "Bob", 2)
    talks = [asked(f"count(stage_visits where stage = 'talk' on {day})") for day in ("entered_at", "exited_at")]
    assert [result(evaluator, one, ann, period("2025-Q2")).value for one in talks] == [1, 0]
    assert [result(evaluator, one, bob, period("2025-Q2")).value for one in talks] == [0, 1]
    assert column(evaluator.facts, "owner_at_entry") == [1, 2]
    assert column(evaluator.facts, "owner_at_exit") == [2, None]


# --- what is known -----------------------------------------------------------------------------------------------

KPIS = ("stage_conversion", "stage_duration")
MOVED = (shown("Talk", D2), shown("Need", D3), shown("Talk", D2, 2), closed("Talk", D4, D4, number=2))


def number(about: Company, kpi_id: str, text: str = "2025-Q2") -> Result:
    return result(evaluator_of(about), shipped()[kpi_id], ORG, period(text))


def test_the_shipped_kpis_by_hand() -> None:
    conversion = number(company(*MOVED), "stage_conversion")
    assert (conversion.numerator, conversion.denominator) == (1, 3)
    assert conversion.notices == (
        "1 deal that came into its stage in this period is still there: it may yet move on.",
    )  # fmt: skip
    assert number(company(*MOVED), "stage_duration").value == ((D3 - BORN).days + (D4 - BORN).days) / 2


def test_a_deal_that_vanished_is_not_said_to_move_on() -> None:
    assert number(company(*MOVED, missing={1: D4}), "stage_conversion").notices == ()


@pytest.mark.parametrize("kpi_id", KPIS)
def test_one_export_does_not_tell_how_deals_move(kpi_id: str) -> None:
    entered = shown("Need", D1, created_at=date(2025, 1, 5), stage_entered_at=date(2025, 2, 1))
    for text in ("2025-Q1", "2025-03"):
        found = number(company(entered, seen=(D1,)), kpi_id, text)
        assert (found.value, found.reason) == (None, "needs history from 31 Mar 2025, the first import's date")
    assert number(company(entered, seen=(D1,)), kpi_id, "2025-Q2").reason == "no import covers Q2 2025"


@pytest.mark.parametrize("kpi_id", KPIS)
def test_before_the_first_export_nothing_is_told(kpi_id: str) -> None:
    assert (
        number(company(*MOVED), kpi_id, "2025-Q1").reason == "needs history from 31 Mar 2025, the first import's date"
    )


def test_a_period_in_which_the_history_begins_counts_from_there() -> None:
    early = shown("Need", D1, 3, created_at=date(2025, 1, 5), stage_entered_at=date(2025, 2, 1))
    about = company(*MOVED, early, replace(early, seen=D2, stage="Offer", stage_entered_at=D2))
    assert number(about, "stage_conversion", "2025").denominator == 4
    assert number(about, "stage_conversion", "2025").notices[0] == (
        "Data begins on 1 Apr 2025, inside this period: entries into stages before that day are not in the files."
    )
    lengths = sorted([(D3 - BORN).days, (D4 - BORN).days, (D2 - date(2025, 2, 1)).days])
    assert number(about, "stage_duration", "2025").value == lengths[1]


def test_a_stay_that_began_before_the_history_has_no_length() -> None:
    old = shown("Talk", D1, created_at=date(2025, 1, 5))
    assert visits(old, replace(old, seen=D2, stage="Need")) == [("talk", None, D2, None), ("need", D2, None, None)]


def test_nothing_to_tell_is_said_in_words() -> None:
    assert number(company(), "stage_conversion", "2025-05").reason == "no deal entered a stage in May 2025"
    assert number(company(), "stage_duration", "2025-05").reason == "no deal left a stage in May 2025"
    narrow = asked("avg(stage_visits.days_in_stage where stage = 'offer' on exited_at)")
    assert result(evaluator_of(company()), narrow, ORG, period("2025-05")).reason == (
        "no stage visit that meets the conditions in May 2025"
    )
    without = Company((shown("", D2),), Organisation(PEOPLE, TEAMS, SPELLS), (D1, D2))
    assert number(without, "stage_conversion").reason == "no deal in the files was seen in an open stage"


def test_a_column_with_too_many_words_is_no_list_of_stages() -> None:
    deals = tuple(shown(f"Stage {at:03}", D2, at) for at in range(1, 121))
    about = Company(deals, Organisation(PEOPLE, TEAMS, SPELLS), (D1, D2))
    assert number(about, "stage_conversion").reason == "needs stages: the files name 120 different ones"
    kpi, formula = _kpi("stage_conversion")
    assert [label for label, _ in breakdown(evaluator_of(about), kpi, formula, "stage", ORG, period("2025-Q2"))] == [""]


def _kpi(kpi_id: str) -> tuple[Kpi, Formula]:
    kpi, formula = shipped()[kpi_id]
    assert formula is not None
    return kpi, formula


@settings(max_examples=often(11))
@given(companies)
def test_later_exports_change_no_stay_that_had_ended(about: Company) -> None:
    endings = {(deal.id, deal.outcome, deal.closed_at) for deal in about.deals if deal.outcome != "open"}
    corrected = {one for one, count in Counter(number for number, *_ in endings).items() if count > 1}
    about = replace(about, deals=tuple(deal for deal in about.deals if deal.id not in corrected))
    before, after = (
        {
            (deal, stage, entered): (exited, days)
            for deal, stage, entered, exited, days, onward in zip(
                *(facts.visit_rows().column(field).data.tolist() for field in (
                    "deal", "stage", "entered_at", "exited_at", "days_in_stage")),
                facts.visits().next_stage.tolist(), strict=True)
            if days == days and onward >= 0  # noqa: PLR0124  # a length that is known
        }
        for facts in (facts_of(about, as_of=about.data_dates[-2:][0]), facts_of(about))
    )  # fmt: skip
    assert before.items() <= after.items()


@settings(max_examples=often(7))
@given(companies)
def test_stages_told_a_part_of_the_deals_at_a_time_are_those_told_at_once(about: Company) -> None:
    columns, curation = columns_of(about)
    dates = list(enumerate(about.data_dates, 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(all_stages, "PART", 3)
        facts = build_facts(columns, curation, about.organisation, about.settings, dates, every=lambda: columns)
        found, whole = facts.visits(), facts_of(about).visits()
    for name in whole.__slots__:
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))


# --- rows and parts ----------------------------------------------------------------------------------------------


def test_behind_a_number_stand_the_deals_of_its_visits() -> None:
    evaluator = evaluator_of(company(shown("Talk", D2), shown("Offer", D3)))
    found = behind(evaluator, *_kpi("stage_conversion"), ORG, period("2025-Q2"))
    assert evaluator.facts.columns["of"][found.value_ids].tolist() == [1, 1, 1]
    assert sorted(found.in_numerator.tolist()) == [False, True, True]
    assert found.reproduced == found.result.value == pytest.approx(2 / 3)
    lengths = behind(evaluator, *_kpi("stage_duration"), ORG, period("2025-Q2"))
    assert lengths.reproduced == lengths.result.value == (D3 - BORN).days


def test_stages_are_broken_down_in_their_order() -> None:
    parts = breakdown(evaluator_of(company(*MOVED)), *_kpi("stage_conversion"), "stage", ORG, period("2025-Q2"))
    assert [(label, part.numerator, part.denominator) for label, part in parts] == [("Talk", 1, 2), ("Need", 0, 1)]
    by_owner = breakdown(evaluator_of(company(*MOVED)), *_kpi("stage_duration"), "owner", ORG, period("2025-Q2"))
    assert [(label, part.n) for label, part in by_owner] == [("Ann", 2)]
