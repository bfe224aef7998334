"""Published and hand-checked cases put into deals: the tiny CRM, pooled roll-ups, medians, velocity, win rates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from kpidesk.core.goals import Target
from kpidesk.core.people import ORG, UNASSIGNED, Membership, Organisation, Person, Scope, Team
from kpidesk.core.periods import Period, span_period
from kpidesk.engine import Evaluator, behind
from tests.engine.support import Company, Deal, asked, evaluator_of, period, result, shipped
from tests.stats.vectors import cases, near

FORMULAS = {
    "deals_closed": "count(deals where closed on closed_at)",
    "coverage_start_amount": "sum(deals.amount where open and close_date in period as of start)",
}
IDS = {
    "median_cycle_days": "sales_cycle_length",
    "mean_cycle_days": "sales_cycle_mean",
    "open_pipeline_end": "open_pipeline",
}
NOT_WON = (
    "count(deals where open and close_date in period and not (final_outcome = 'won' and final_closed_at in period)"
    " as of start) / count(deals where open and close_date in period as of start)"
)
Q1 = period("2025-Q1")
Q2 = period("2025-Q2")


def golden() -> dict[str, Any]:
    return cases("V-GOLDEN")[0]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _crm(case: dict[str, Any]) -> tuple[Company, dict[str, Scope]]:
    """The tiny CRM as if it had been exported on every day on which anything changed."""
    people = {name: Person(at, name, role) for at, (name, role) in enumerate(case["people"], 1)}
    teams = {name: Team(at, name) for at, (name, _) in enumerate(case["teams"][1:], 1)}
    spells = tuple(
        Membership(people[who].id, teams[team].id, date.fromisoformat(since), _day(until) or date.max)
        for who, team, since, until in case["memberships"]
    )
    changes = {row[1] for row in case["deal_versions_open"]} | {row[3] for row in case["deal_owners"]}
    changes |= {deal[name] for deal in case["deals"] for name in ("created_at", "closed_at") if deal[name]}
    days = sorted(date.fromisoformat(text) for text in changes)
    deals = [
        _shown(case, at, deal, people, day)
        for at, deal in enumerate(case["deals"], 1)
        for day in days
        if day >= date.fromisoformat(deal["created_at"])
    ]
    scopes = {"org": ORG, "unassigned": UNASSIGNED}
    scopes |= {name: Scope("rep", name, one.id) for name, one in people.items()}
    scopes |= {name: Scope("team", name, one.id) for name, one in teams.items()}
    aims = tuple(Target("bookings", scopes[who], Q1, aim, aim, aim) for who, aim in case["targets_bookings"].items())
    whole = Organisation(tuple(people.values()), tuple(teams.values()), spells)
    return Company(tuple(deals), whole, tuple(days), targets=aims), scopes


def _shown(case: dict[str, Any], number: int, deal: dict[str, Any], people: dict[str, Person], day: date) -> Deal:
    def holds(since: str, until: str | None) -> bool:
        return date.fromisoformat(since) <= day and (until is None or day < date.fromisoformat(until))

    owners = [
        (people[who].id, round(share * 1_000_000))
        for key, who, share, since, until in case["deal_owners"]
        if key == deal["deal_id"] and holds(since, until)
    ]
    due = [row[3] for row in case["deal_versions_open"] if row[0] == deal["deal_id"] and holds(row[1], row[2])]
    is_closed = deal["closed_at"] is not None and date.fromisoformat(deal["closed_at"]) <= day
    creator = deal["created_by_id"]
    return Deal(
        number, day, deal["outcome"] if is_closed else "open", deal["amount"] * 100,
        owner=owners[0][0] if owners else 0, created_by=people[creator].id if creator else 0,
        created_at=_day(deal["created_at"]), close_date=_day(due[0] if due and not is_closed else deal["close_date"]),
        closed_at=_day(deal["closed_at"]) if is_closed else None, type=deal["type"], lead_source=deal["lead_source"],
        loss_reason=(deal["loss_reason"] or "") if is_closed else "", shares=tuple(owners) if len(owners) > 1 else (),
    )  # fmt: skip


def _kpi(name: str) -> Any:
    return asked(FORMULAS[name]) if name in FORMULAS else shipped()[IDS.get(name, name)]


@pytest.mark.parametrize("most_cells", [0, 4_000_000])
def test_the_tiny_crm_at_org_team_and_rep(most_cells: int) -> None:
    case = golden()
    company, scopes = _crm(case)
    evaluator = evaluator_of(company, most_cells=most_cells)
    tables = {name: table for name, table in case["expected"].items() if isinstance(table, dict)}
    assert len(tables) == 14
    for name, table in tables.items():
        level: Any = "team"
        got = {who: result(evaluator, _kpi(name), scopes[who], Q1, level).value for who in table}
        assert got == {who: near(value) for who, value in table.items()}, name
        if "unassigned" in table:
            assert result(evaluator, _kpi(name), UNASSIGNED, Q1, "rep").value == near(table["unassigned"]), name


def test_the_tiny_crm_from_snapshot_to_snapshot() -> None:
    case = golden()
    company, _ = _crm(case)
    evaluator = evaluator_of(company)
    expected = case["expected"]
    counts = {
        "open_count_start": "count(deals where open as of start)",
        "created_count": "count(deals on created_at)",
        "closed_count": FORMULAS["deals_closed"],
        "open_count_end": "count(deals where open as of end)",
    }
    got = {name: result(evaluator, asked(text), ORG, Q1).value for name, text in counts.items()}
    assert got == {name: expected[name] for name in counts}
    assert result(evaluator, shipped()["slippage_rate"], ORG, Q1).value == near(expected["slippage_rate_org"])
    assert result(evaluator, shipped()["slippage_value"], ORG, Q1).value == near(expected["slipped_value_share_org"])
    assert result(evaluator, asked(NOT_WON), ORG, Q1).value == near(expected["slippage_rate_org_notwon_variant"])


def test_the_rows_of_the_tiny_crm() -> None:
    case = golden()
    company, scopes = _crm(case)
    evaluator = evaluator_of(company)
    keys = {at: deal["deal_id"] for at, deal in enumerate(case["deals"], 1)}
    due = behind(evaluator, *asked("count(deals where open and close_date in period as of start)"), ORG, Q1)
    end = behind(evaluator, *asked("count(deals where open as of end)"), ORG, Q1)
    assert sorted(_keys(evaluator, due.value_ids, keys)) == sorted(case["expected"]["due_at_start"])
    assert sorted(_keys(evaluator, end.value_ids, keys)) == sorted(case["expected"]["open_ids_end"])
    kpi, formula = shipped()["bookings"]
    assert formula is not None
    won = behind(evaluator, kpi, formula, scopes["ana"], Q1)
    shares = dict(zip(_keys(evaluator, won.value_ids, keys), won.weights.tolist(), strict=True))
    assert shares == {"d1": 1.0, "d13": 0.5}


def _keys(evaluator: Evaluator, value_ids: Any, keys: dict[int, str]) -> list[str]:
    return [keys[int(deal)] for deal in evaluator.facts.columns["of"][value_ids]]


# --- cases given as numbers of deals -----------------------------------------------------------------------------


def _decided(closed: list[tuple[int, Deal]]) -> Company:
    """Deals of rep 1 and rep 2, in one team, numbered as they come."""
    deals = tuple(
        Deal(at, date(2025, 7, 1), one.outcome, one.amount, owner=who, created_at=one.created_at,
             closed_at=one.closed_at, close_date=one.close_date, loss_reason=one.loss_reason)
        for at, (who, one) in enumerate(closed, 1)
    )  # fmt: skip
    whole = Organisation(
        (Person(1, "Ann"), Person(2, "Bob")), (Team(1, "North"),), (Membership(1, 1), Membership(2, 1))
    )
    return Company(deals, whole, (date(2025, 7, 1),))


def _won(days: int = 30, amount: int = 100_000, on: date = date(2025, 5, 15), reason: str = "") -> Deal:
    """A deal won on a day, this many days after it was created."""
    return Deal(0, on, "lost" if reason else "won", amount, created_at=on - timedelta(days=days), closed_at=on,
                loss_reason=reason)  # fmt: skip


NORTH = Scope("team", "North", 1)


def test_rates_of_quarters_and_reps_are_pooled() -> None:
    quarters, reps = cases("V-ROLL")[0], cases("V-ROLL")[1]
    days = (date(2024, 8, 1), date(2024, 11, 1), date(2025, 2, 1), date(2025, 5, 1))
    history = [
        (1, _won(on=day, reason="" if at < won else "price"))
        for day, won, closed in zip(days, quarters["won"], quarters["closed"], strict=True)
        for at in range(closed)
    ]
    year = asked("rolling([win_rate], 1 year)")
    assert result(evaluator_of(_decided(history)), year, ORG, Q2).value == near(quarters["pooled"])
    both = [
        (who, _won(reason="" if at < won else "price"))
        for who, won, closed in zip((1, 2), reps["won"], reps["closed"], strict=True)
        for at in range(closed)
    ]
    assert result(evaluator_of(_decided(both)), shipped()["win_rate"], NORTH, Q2).value == near(reps["pooled"])


def test_medians_and_attainment_of_a_team_are_not_those_of_its_reps() -> None:
    cycle, quota = cases("V-ROLL")[2], cases("V-ROLL")[3]
    deals = [(1, _won(days)) for days in cycle["rep_a"]] + [(2, _won(days)) for days in cycle["rep_b"]]
    got = result(evaluator_of(_decided(deals)), shipped()["sales_cycle_length"], NORTH, Q2)
    assert got.value == near(cycle["pooled_median"])
    booked = _decided([(who, _won(amount=amount * 100)) for who, amount in enumerate(quota["bookings"], 1)])
    aim = float(sum(quota["quota"]))
    company = Company(booked.deals, booked.organisation, booked.data_dates,
                      targets=(Target("bookings", NORTH, Q2, aim, aim, aim),))  # fmt: skip
    attained = result(evaluator_of(company), shipped()["quota_attainment"], NORTH, Q2)
    assert attained.value == near(quota["team"])


def test_a_median_has_the_interval_of_its_ranks() -> None:
    for case in cases("V-MEDCI"):
        company = _decided([(1, _won(days)) for days in range(1, case["n"] + 1)])
        got = result(evaluator_of(company), shipped()["sales_cycle_length"], ORG, Q2)
        # the row of rank k took k days
        assert got.interval == (tuple(case["ranks"]) if case["ranks"] else None)
        assert got.value == (case["n"] + 1) / 2


def test_velocity() -> None:
    for case in cases("V-VEL"):
        won = round(case["win"] * 100)
        closed = [(1, _won(case["days"], case["size"] * 100, reason="" if at < won else "price")) for at in range(100)]
        stock = [(1, Deal(0, date(2025, 7, 1), created_at=date(2025, 6, 1))) for _ in range(case["n"])]
        got = result(evaluator_of(_decided(closed + stock)), shipped()["pipeline_velocity"], ORG, Q2)
        assert got.value == near(case["per_day"])


def test_one_pipeline_has_several_win_rates() -> None:
    cohort, narrow = cases("V-WINDEF")
    born = date(2025, 5, 1)
    deals = [(1, _won(14, on=date(2025, 5, 15))) for _ in range(cohort["won"])]
    deals += [(1, _won(14, on=date(2025, 5, 15), reason="price")) for _ in range(cohort["lost"])]
    deals += [(1, Deal(0, date(2025, 7, 1), created_at=born)) for _ in range(cohort["open"])]
    assert _rates(deals, "win_rate_cohort", "win_rate") == near((cohort["created_basis"], cohort["closed_basis"]))
    deals = [(1, _won()) for _ in range(narrow["won"])]
    deals += [(1, _won(reason="competitor")) for _ in range(narrow["lost"])]
    deals += [(1, _won(reason="No decision")) for _ in range(narrow["derailed"])]
    assert _rates(deals, "win_rate_competitive", "win_rate") == near((narrow["narrow"], narrow["broad"]))


def _rates(deals: list[tuple[int, Deal]], *kpi_ids: str) -> tuple[float | None, ...]:
    evaluator = evaluator_of(_decided(deals))
    span: Period = span_period(date(2025, 4, 1), date(2025, 6, 30))
    return tuple(result(evaluator, shipped()[one], ORG, span).value for one in kpi_ids)
