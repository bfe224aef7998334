"""Open deals due on a day against the formula that says the same, for every scope, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.people import Scope
from kpidesk.core.progress import finish
from kpidesk.engine import DueSpan, day_number, due_deals, due_leaf, history_tells_of
from kpidesk.language import compile_formula
from kpidesk.operations.evaluators import evaluator
from tests.conftest import SAMPLE_DAY

BOOKED = compile_formula("sum(deals.amount where won on closed_at)").tree
DUE = "sum(deals.amount where open and close_date in period as of {})"


@pytest.fixture(scope="module")
def ws(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """The sample, which has deals that people share and amounts in two currencies."""
    path = tmp_path_factory.mktemp("winning") / "w.kpidesk"
    path.write_bytes((sample_folder / operations.SAMPLE_FILE).read_bytes())
    opened = operations.open_workspace(path, today=SAMPLE_DAY)
    yield opened
    operations.close(opened)


def _span(day: date, first: date, end: date) -> DueSpan:
    return DueSpan(day_number(day), day_number(first), day_number(end), "Q3 2026")


def _scopes(ws: operations.Workspace) -> list[Scope]:
    known = operations.scopes(ws)
    return [Scope("org"), *(Scope("team", one.name, one.id) for one in known.teams),
            *(Scope("rep", one.name, one.id) for one in known.people)]  # fmt: skip


@pytest.mark.parametrize(("moment", "day"), [("end", SAMPLE_DAY), ("start", date(2026, 6, 30))])
def test_due_deals_are_those_of_the_formula(ws: operations.Workspace, moment: str, day: date) -> None:
    known, leaf = evaluator(ws), due_leaf(BOOKED)
    assert leaf is not None
    for scope in _scopes(ws):
        asked = operations.question(ws, scope=scope.key, period="2026-Q3")
        wanted = operations.evaluate(ws, DUE.format(moment), asked).rows[0].result
        row = known.facts.crew.row_of(scope, "team")
        found = due_deals(known, leaf, _span(day, date(2026, 7, 1), date(2026, 10, 1)), row)
        assert not isinstance(found, str)
        assert float(found.worth.sum()) == pytest.approx(wanted.value or 0)
        assert float(found.share.sum()) == pytest.approx(wanted.n)


def test_what_was_won_of_them_is_what_the_formula_of_slippage_says(ws: operations.Workspace) -> None:
    known, leaf = evaluator(ws), due_leaf(BOOKED)
    assert leaf is not None
    text = ("count(deals where open and close_date in period and final_outcome = 'won' and final_closed_at in period "
            "as of start)")  # fmt: skip
    for scope in _scopes(ws):
        asked = operations.question(ws, scope=scope.key, period="2026-Q3")
        row = known.facts.crew.row_of(scope, "team")
        found = due_deals(known, leaf, _span(date(2026, 6, 30), date(2026, 7, 1), date(2026, 10, 1)), row)
        assert not isinstance(found, str)
        wanted = operations.evaluate(ws, text, asked).rows[0].result.value
        assert float(found.share[found.won].sum()) == pytest.approx(wanted or 0)


def test_a_day_before_the_first_export_is_told_of_by_stage_histories_of_all_sources(
    sample_folder: Path, tmp_path: Path
) -> None:
    leaf = due_leaf(BOOKED)
    assert leaf is not None
    span = _span(date(2026, 5, 15), date(2026, 4, 1), date(2026, 7, 1))
    copy = tmp_path / "w.kpidesk"
    copy.write_bytes((sample_folder / operations.SAMPLE_FILE).read_bytes())
    ws = operations.open_workspace(copy, today=SAMPLE_DAY)
    assert not isinstance(due_deals(evaluator(ws), leaf, span), str)
    assert history_tells_of(evaluator(ws).facts, span.day)
    for one in operations.imports(ws):
        if one.kind == "stage-history":
            finish(operations.undo(ws, one.import_id))
            assert not history_tells_of(evaluator(ws).facts, span.day)
    assert due_deals(evaluator(ws), leaf, span) == "needs history from 30 Jun 2026, the first import's date"
    operations.close(ws)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("sum(deals.amount where outcome = 'won' on closed_at)", True),
        ("sum(deals.amount where won and new_business on closed_at)", True),
        ("sum(deals.amount where won on created_at)", False),
        ("sum(deals.amount where closed on closed_at)", False),
        ("count(deals where won on closed_at)", False),
        ("sum(deals.amount where won on closed_at) / 2", False),
    ],
)
def test_only_sums_of_won_deals_can_be_held_against_open_ones(text: str, fits: bool) -> None:
    assert (due_leaf(compile_formula(text).tree) is not None) is fits
