"""Formulas over every kind of record: laws that hold whatever the books say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest

from kpidesk.core.fields import Kind
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, UNASSIGNED, Scope
from kpidesk.core.periods import Period
from kpidesk.engine import Evaluator, behind, breakdown, evaluate
from kpidesk.language import Formula, compile_formula
from tests.engine.kinds import Books, Row, evaluator_of, without
from tests.engine.made_books import SEEN, made_books
from tests.engine.support import PEOPLE, TEAMS, asked, period, result, shipped
from tests.flow import SHARED

Q2, Q3 = period("2025-Q2"), period("2025-Q3")
TOPS = tuple(Scope("team", team.name, team.id) for team in TEAMS if not team.parent_id)
REPS = tuple(Scope("rep", person.name, person.id) for person in PEOPLE)
ADDING = (
    "count(activities where call and outbound and held on occurred_at)",
    "sum(activities.duration_min where held on occurred_at)",
    "count(activities where follow_up on occurred_at)",
    "count(activities where is_prospecting and led_to_deal_at is not empty on occurred_at)",
    "count(activities where activities.deal.outcome = 'won' on activities.deal.closed_at)",
    "count(activities where meeting on scheduled_at)",
    "count(leads where mql on created_at)",
    "count(leads where converted_at is not empty on converted_at)",
    "sum(leads.deal.amount on created_at)",
    "sum(accounts.mrr_at_end)",
    "count(accounts where mrr_at_start > 0 and mrr_at_end = 0)",
    "count(accounts on first_won_at)",
    "sum(subscriptions.mrr as of end)",
    "count(subscriptions where paying as of start)",
    "sum(subscriptions.mrr on starts_at)",
    "sum(movements.amount on effective_at)",
    "count(movements where churn or contraction on effective_at)",
    "sum(contracts.renewable_mrr where up_for_renewal on term_end_at)",
    "sum(least(contracts.renewed_mrr, contracts.renewable_mrr) where renewed on term_end_at)",
    "count(surveys where nps and promoter on responded_at)",
    "count(surveys where surveys.account.vertical = 'Retail' on responded_at)",
    "sum(costs.amount where acquisition on period_at)",
    "sum(forecasts.amount where commit and day_one on period_at)",
    "sum(capacity.working_min on day_at)",
    "count(deals where deals.account.segment = 'SMB' on created_at)",
    "count(deals where deals.lead.source = 'web' on created_at)",
)
OTHERS = (
    "count_distinct(activities.account_id where held on occurred_at)",
    "median(hours(leads.created_at, leads.first_response_at) where responded on created_at)",
    "avg(surveys.score where implementation on responded_at)",
    "sum(accounts.mrr_at_end where mrr_at_start > 0) / sum(accounts.mrr_at_start)",
    "count(activities where held on occurred_at) / count(deals on created_at)",
    "sum(activities.duration_min where demo on occurred_at) / sum(capacity.working_min on day_at)",
    "at_start(sum(accounts.mrr_at_end))",
    "previous(sum(movements.amount on effective_at), 1 year)",
    "count(people where quota_carrying as of end)",
    "target([bookings])",
)


@cache
def books(seed: int) -> Books:
    return made_books(Random(seed), 80)


@cache
def evaluator(seed: int, *, most_cells: int = 4_000_000) -> Evaluator:
    return evaluator_of(books(seed), most_cells=most_cells)


def value(about: Evaluator, formula: str, scope: Scope = ORG, span: Period = Q2, level: str = "team") -> float | None:
    return result(about, asked(formula), scope, span, "rep" if level == "rep" else "team").value


@pytest.mark.parametrize("formula", ADDING)
def test_the_org_is_the_sum_of_its_teams_and_of_its_reps(formula: str) -> None:
    told = 0.0
    for seed in (1, 2):
        for span in (Q2, Q3):
            whole = value(evaluator(seed), formula, ORG, span)
            assert whole is not None, (formula, result(evaluator(seed), asked(formula), ORG, span).reason)
            for level, scopes in (("team", TOPS), ("rep", REPS)):
                parts = [value(evaluator(seed), formula, one, span, level) for one in (*scopes, UNASSIGNED)]
                assert sum(one or 0.0 for one in parts) == pytest.approx(whole)
            told += abs(whole)
    assert told, "nothing that could have been wrong"


@pytest.mark.parametrize("formula", ADDING + OTHERS)
def test_a_cube_says_what_a_scan_says(formula: str) -> None:
    scanned = evaluator(1, most_cells=0)
    for scope in (ORG, TOPS[0], REPS[0], UNASSIGNED):
        for span in (Q2, period("2025-05"), period("2025-02-10..2025-10-05")):
            by_cube, by_scan = (result(one, asked(formula), scope, span) for one in (evaluator(1), scanned))
            assert by_cube == replace(by_scan, value=_near(by_scan.value), n=_near(by_scan.n))


def _near(number: float | None) -> Any:
    return None if number is None else pytest.approx(number, abs=1e-6)


DATED = [one for one in ADDING if " on " in one]


@pytest.mark.parametrize("formula", DATED)
def test_periods_tile(formula: str) -> None:
    months = [value(evaluator(2), formula, TOPS[0], period(f"2025-{month:02}")) or 0.0 for month in (4, 5, 6)]
    assert sum(months) == pytest.approx(value(evaluator(2), formula, TOPS[0], Q2))


@pytest.mark.parametrize("formula", ADDING + OTHERS)
def test_every_number_is_worked_out_again_from_its_rows(formula: str) -> None:
    kpi, tree = asked(formula)
    if not tree.tables - {"people"}:
        return
    for scope in (ORG, TOPS[0], REPS[1]):
        found = behind(evaluator(1), kpi, tree, scope, Q2)
        assert found.reproduced == _near(found.result.value)
        size = len(found.value_ids)
        assert len(found.kinds) == len(found.labels) == len(found.weights) == size
        assert all(number > 0 or label for number, label in zip(found.value_ids, found.labels, strict=True))


@pytest.mark.parametrize(
    ("formula", "field"),
    [
        (ADDING[1], "direction"), (ADDING[0], "person"), (ADDING[1], "account"), (ADDING[0], "vertical"),
        (ADDING[6], "source"), (ADDING[9], "segment"), (ADDING[12], "product"), (ADDING[15], "kind"),
        (ADDING[17], "status"), (ADDING[5], "account"), (ADDING[21], "category"), (ADDING[24], "lead_source"),
    ],
)  # fmt: skip
def test_the_parts_of_a_breakdown_add_up(formula: str, field: str) -> None:
    parts = breakdown(evaluator(1), *asked(formula), field, ORG, Q2)
    assert len(parts) > 1
    assert sum(part.value or 0.0 for _, part in parts) == pytest.approx(value(evaluator(1), formula))


def _up_to(about: Books, day: date) -> Books:
    """The books as they were closed on a day."""
    rows: dict[Kind, list[Row]] = {
        kind: [row for row in kept if (row.get("seen") or SEEN[-1]) <= day]  # type: ignore[operator]  # it is a day
        for kind, kept in about.rows.items()
    }
    return replace(about, rows=rows, data_dates=tuple(one for one in about.data_dates if one <= day))


@pytest.mark.parametrize("formula", [one for one in ADDING + OTHERS if "subscriptions" not in one])
def test_the_future_changes_nothing(formula: str) -> None:
    for seed in (1, 2):
        then = evaluator_of(_up_to(books(seed), SEEN[0]))
        now = evaluator_of(books(seed), as_of=SEEN[0])
        for scope in (ORG, TOPS[0], REPS[0]):
            one, other = (result(about, asked(formula), scope, Q2) for about in (then, now))
            assert (one.value, one.reason) == (_near(other.value), other.reason), formula


# --- all KPIs of the methodology -----------------------------------------------------------------------------------

CATALOGUE = SHARED / "reference" / "catalogue.json"


@cache
def catalogue() -> dict[str, tuple[Kpi, Formula | None]]:
    if not CATALOGUE.is_file():
        return {}
    told = {one["id"]: one.get("formula") or "" for one in json.loads(CATALOGUE.read_text())["kpis"]}
    texts = {name: text for name, text in told.items() if text and not text.startswith("wape(")}
    plain = shipped()["deals_won"][0]
    found: dict[str, tuple[Kpi, Formula | None]] = {}
    for name in told:
        builtin = "" if name in texts else name
        kpi = replace(plain, id=name, name=name, formula=texts.get(name, ""), builtin=builtin, kpi_class="derived")
        found[name] = (kpi, compile_formula(texts[name], texts) if name in texts else None)
    return found


def _all(about: Evaluator, scopes: tuple[Scope, ...]) -> Iterator[tuple[str, float | None, str]]:
    known = catalogue()
    grid = evaluate(about, list(known.values()), scopes, [Q2, Q3])
    for k, name in enumerate(known):
        for s in range(len(scopes)):
            for p in range(2):
                found = grid.result(k, s, p)
                yield name, found.value, found.reason


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the catalogue is not beside the project")
def test_every_kpi_of_the_catalogue_has_a_value_or_a_reason() -> None:
    assert len(catalogue()) == 88
    told = list(_all(evaluator(1), (ORG, *TOPS, *REPS)))
    assert all(value is not None or reason for _, value, reason in told)
    silent = {name for name in catalogue() if all(value is None for one, value, _ in told if one == name)}
    # a goal that nobody has set, and periods of which no earlier year is known
    assert silent == {"net_new_revenue_attainment", "arr_growth"}


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the catalogue is not beside the project")
@pytest.mark.parametrize(
    ("kind", "lost", "reason"),
    [
        ("activities", "calls_made", "needs activities: import an export of calls, e-mails and meetings"),
        ("leads", "lead_response_time", "needs leads: import an export of leads"),
        ("subscriptions", "nrr", "needs subscriptions: import an export of subscriptions"),
        ("subscriptions", "net_new_mrr", "needs subscriptions: import an export of subscriptions"),
        ("contracts", "renewal_rate", "needs contracts: import an export of contracts with the end of their terms"),
        ("surveys", "nps", "needs survey answers: import an export of survey answers"),
        ("costs", "cac", "needs costs: import a table of costs"),
        ("forecasts", "forecast_wape", "needs forecasts: import a table of forecasts"),
    ],
)
def test_what_was_never_imported_is_named(kind: Kind, lost: str, reason: str) -> None:
    found = {name: (number, why) for name, number, why in _all(evaluator_of(without(books(1), kind)), (ORG,))}
    assert found[lost] == (None, reason)


# --- what is asked for and what is not covered ---------------------------------------------------------------------


def test_periods_beyond_the_data_and_before_them() -> None:
    calls = "count(activities where call on occurred_at)"
    after = result(evaluator(1), asked(calls), ORG, period("2026-Q1"))
    before = result(evaluator(1), asked(calls), ORG, period("2024-Q2"))
    assert (after.value, after.reason) == (None, "no import covers Q1 2026")
    assert (before.value, before.reason) == (None, "no import covers Q2 2024")


@pytest.mark.parametrize("most_cells", [0, 4_000_000])
@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("count(activities where demo on occurred_at)", "no activity in the files has 'demo' under 'Type'"),
        ("[demos_held]", "no activity in the files has 'demo' under 'Type'"),
        ("count(activities where type in ('demo', 'Fax') and held on occurred_at)",
         "no activity in the files has 'demo' or 'Fax' under 'Type'"),
        ("count(activities where demo or type = 'fax' on occurred_at)",
         "no activity in the files has 'demo' or 'fax' under 'Type'"),
        ("sum(costs.amount where category = 'gifts' on period_at)",
         "no cost in the files has 'gifts' under 'Category'"),
        ("count(activities where meeting and status = 'lost in the post' on occurred_at)", ""),
        ("count(activities where touch and person = 'Nobody At All' on occurred_at)", ""),
        ("count(activities where (demo or person = 'Nobody At All') on occurred_at)", ""),
        ("count(activities where not demo and person = 'Nobody At All' on occurred_at)", ""),
    ],
)  # fmt: skip
def test_a_sort_that_no_record_is_of_is_not_known(formula: str, reason: str, most_cells: int) -> None:
    about = evaluator_of(_without_demos(), most_cells=most_cells)
    for scope in (ORG, TOPS[0], REPS[0]):
        found = result(about, asked(formula), scope, Q2)
        assert (found.value, found.reason) == (None if reason else 0, reason)
    receipt = behind(about, *asked(formula), ORG, Q2)
    assert (receipt.reproduced, receipt.result.reason) == (None if reason else 0, reason)


def test_a_sort_that_somebody_has_in_some_period_counts_as_none_elsewhere() -> None:
    about, day = _without_demos(), date(2025, 2, 12)
    one: Row = {"key": "first", "type": "Demo", "occurred_at": day, "status": "held", "direction": "out"}
    known = evaluator_of(replace(about, rows={**about.rows, "activities": [*about.rows["activities"], one]}))
    demos = "count(activities where demo on occurred_at)"
    assert [value(known, demos, scope, Q2) for scope in (ORG, TOPS[0], REPS[0])] == [0, 0, 0]
    assert value(known, demos, ORG, period("2025-Q1")) == 1


def _without_demos() -> Books:
    about = books(1)
    return replace(about, rows={**about.rows, "activities": [
        row for row in about.rows["activities"] if row.get("type") != "demo"
    ]})  # fmt: skip


def test_a_field_that_no_record_has_is_named() -> None:
    about = books(1)
    mute = replace(about, rows={**about.rows, "activities": [
        {name: cell for name, cell in row.items() if name not in ("direction", "scheduled_at")}
        for row in about.rows["activities"]
    ]})  # fmt: skip
    found = result(evaluator_of(mute), asked("count(activities where outbound on occurred_at)"), ORG, Q2)
    assert (found.value, found.reason) == (None, "no activity in the files has 'Direction'")
    found = result(evaluator_of(mute), asked("count(activities on scheduled_at)"), ORG, Q2)
    assert found.reason == "no activity in the files has a date under 'scheduled'"


def test_what_lies_ahead_counts_from_its_day_on() -> None:
    late: Row = {"key": "late", "type": "call", "occurred_at": SEEN[-1] + timedelta(days=3), "status": "held"}
    about = books(1)
    more = evaluator_of(replace(about, rows={**about.rows, "activities": [*about.rows["activities"], late]}))
    for text in ("2025-Q4", "2025-12"):
        calls = "count(activities where call on occurred_at)"
        assert value(more, calls, ORG, period(text)) == value(evaluator(1), calls, ORG, period(text))
