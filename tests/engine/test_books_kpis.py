"""Every other shipped KPI, most over further records than deals, against hand-written SQL, for all scopes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random

import pytest

from kpidesk.core.people import Organisation
from kpidesk.engine import Evaluator, evaluate
from kpidesk.engine.crew import UnassignedLevel
from tests.engine.book_tables import SQL, credit_books, sql_values
from tests.engine.kinds import Books, Row, evaluator_of, keyed
from tests.engine.made_books import REPS, made_books
from tests.engine.support import PEOPLE, SPELLS, TEAMS, Company, period, scopes_of, shipped
from tests.engine.tables import SQL as SQL_OF_DEALS
from tests.engine.tables import scope_key

SEEDS = (4, 17)
PERIODS = ("2025-Q1", "2025-Q2", "2025-08", "2025-Q4", "2025-06-10..2025-10-20")
KPIS = sorted(path.stem for path in SQL.glob("[!_]*.sql"))
HIRED = {1: date(2025, 2, 10), 4: date(2025, 3, 20)}


@cache
def books(seed: int) -> Books:
    """Made-up books with movements of their own, subscriptions since 2024 and two people hired in 2025."""
    random = Random(seed)
    made = made_books(random, 80)
    people = tuple(replace(one, hire_at=HIRED.get(one.id, one.hire_at)) for one in PEOPLE)
    rows = {
        **made.rows,
        "deals": [_deal(random, row) for row in made.rows["deals"]],
        "subscriptions": [_older(random, row) for row in made.rows["subscriptions"]],
        "movements": keyed(_movement(random) for _ in range(120)),
    }
    return replace(made, rows=rows, organisation=Organisation(people, TEAMS, SPELLS))


def _deal(random: Random, row: Row) -> Row:
    born, is_lost = row["created_at"], row["status"] == "lost"
    assert isinstance(born, date)
    reason = random.choice((None, "price", "no decision")) if is_lost else None
    touched = random.choice((None, born + timedelta(days=random.randrange(40))))
    return {**row, "first_contact_at": random.choice((None, born - timedelta(days=random.randrange(60)))),
            "loss_reason": reason, "last_activity_at": touched}  # fmt: skip


def _older(random: Random, row: Row) -> Row:
    start = date(2024, 1, 1) + timedelta(days=random.randrange(600))
    ends = random.choice((None, None, start + timedelta(days=random.randrange(30, 600))))
    return {**row, "starts_at": start, "ends_at": ends}


def _movement(random: Random) -> Row:
    kind = random.choice(("new", "expansion", "expansion", "contraction", "churn", "reactivation"))
    amount = random.randrange(1, 90_000) * (-1 if kind in ("contraction", "churn") else 1)
    return {
        "account": f"A{random.randrange(10)}", "effective_at": date(2025, 1, 1) + timedelta(days=random.randrange(365)),
        "kind": kind, "amount": amount, "owner": random.choice((*REPS, None, None)),
        "is_new_product": random.choice((0, 1)), "product": random.choice(("Base", "Plus")),
    }  # fmt: skip


spans = cache(lambda: tuple(map(period, PERIODS)))
evaluator = cache(lambda seed: evaluator_of(books(seed)))
tables = cache(lambda seed: credit_books(books(seed), spans()))


def answers(seed: int, kpi_id: str) -> dict[tuple[str, str], float | None]:
    """The engine's values by period and scope, at both levels of Unassigned."""
    known: Evaluator = evaluator(seed)
    found: dict[tuple[str, str], float | None] = {}
    levels: tuple[UnassignedLevel, ...] = ("team", "rep")
    for level in levels:
        scopes = scopes_of(Company((), books(seed).organisation), level)
        grid = evaluate(known, [shipped()[kpi_id]], scopes, spans(), unassigned_level=level)
        for s, scope in enumerate(scopes):
            for p, span in enumerate(spans()):
                found[span.key, scope_key(scope, level)] = grid.result(0, s, p).value
    return found


def test_every_shipped_kpi_has_its_statement() -> None:
    of_deals = {path.stem for path in SQL_OF_DEALS.glob("[!_]*.sql")}
    assert not of_deals & set(KPIS)
    assert of_deals | set(KPIS) == set(shipped())


@pytest.mark.parametrize("kpi_id", KPIS)
def test_as_the_sql_says(kpi_id: str) -> None:
    told = 0
    for seed in SEEDS:
        wanted, got = sql_values(tables(seed), kpi_id), answers(seed, kpi_id)
        assert set(wanted) == set(got)
        assert got == {key: _near(value) for key, value in wanted.items()}
        told += sum(value is not None and value not in (0, 1) for value in got.values())
    assert told, "no value that could have been wrong"


def _near(value: float | None) -> object:
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-6)
