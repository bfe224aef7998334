"""Amounts in another currency with what they are worth: in the report of an import and on the sheet of a one-on-one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.imports import ImportReport, change_amount
from kpidesk.core.periods import parse_period
from kpidesk.core.rate_words import ADD_RATE
from kpidesk.core.review_words import risk_text
from kpidesk.core.settings import Settings
from kpidesk.exporting.pipeline_forms import pipeline_text
from kpidesk.exporting.text_form import import_text
from kpidesk.operations.team_review_pipeline import pipeline_part
from kpidesk.ui.widgets.pipeline_cells import cells_of
from tests.operations.support import STAGES, bring_in, made

JAN, FEB = date(2026, 1, 31), date(2026, 2, 28)
HEAD = "Deal ID,Deal name,Owner,Stage,Amount,Currency,Created,Close date"
BEFORE = """
D1,Dollars,Ann,Open,1000,USD,2026-01-05,2026-02-10
D2,Euros,Ann,Open,20000,EUR,2026-01-05,2026-02-10
D3,Grown,Ann,Open,10000,EUR,2026-01-05,2026-02-20
D4,Pounds,Ann,Open,500,GBP,2026-01-05,2026-02-10
D5,Late,Ann,Open,2000000,JPY,2026-01-05,2026-02-01
"""
AFTER = """
D1,Dollars,Ann,Won,1000,USD,2026-01-05,2026-02-10
D2,Euros,Ann,Won,40000,EUR,2026-01-05,2026-02-10
D3,Grown,Ann,Open,15000,EUR,2026-01-05,2026-02-20
D4,Pounds,Ann,Won,500,GBP,2026-01-05,2026-02-10
D5,Late,Ann,Open,2000000,JPY,2026-01-05,2026-02-01
"""
Told = tuple[operations.Workspace, ImportReport]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Two exports with rates of EUR and JPY, and none of GBP."""
    folder = tmp_path_factory.mktemp("foreign")
    with made(folder, FEB) as ws:
        for name, rows, day in (("a", BEFORE, JAN), ("b", AFTER, FEB)):
            (folder / f"{name}.csv").write_text(HEAD + rows, encoding="utf-8")
            report = bring_in(ws, folder / f"{name}.csv", day, stages=STAGES, currency="USD", decimal=".")
            if day == JAN:
                operations.add_rate(ws, "EUR", "1.08", date(2026, 1, 1))
                operations.add_rate(ws, "JPY", "0.0067", date(2026, 1, 1))
        yield ws, report


def test_a_report_says_what_other_currencies_come_to_and_are_worth(told: Told) -> None:
    _, report = told
    amounts = {one.what: change_amount(f"{one.amount:,.0f} USD", one) for one in report.changes}
    assert amounts == {
        "amount up": "€5.00K ≈ $5.40K",
        "won": "1,000 USD and €40.0K ≈ $43.2K and 1 in another currency",
    }


def test_a_change_from_one_currency_to_another_is_told_by_what_both_are_worth(tmp_path: Path) -> None:
    """In dollars: D1 was won for $1,000 and has gone, D2 for €500, D3 is worth €200 for $300, D4 €100 for $50."""
    before = """
D1,Gone,Ann,Won,1000,USD,2026-01-05,2026-01-10
D2,Gone too,Ann,Won,500,EUR,2026-01-05,2026-01-10
D3,Less,Ann,Won,300,USD,2026-01-05,2026-01-10
D4,More,Ann,Won,50,USD,2026-01-05,2026-01-10
D5,Same,Ann,Won,10,EUR,2026-01-05,2026-01-10
"""
    after = """
D1,Gone,Ann,Lost,1000,EUR,2026-01-05,2026-01-10
D2,Gone too,Ann,Lost,,,2026-01-05,2026-01-10
D3,Less,Ann,Won,200,EUR,2026-01-05,2026-01-10
D4,More,Ann,Won,100,EUR,2026-01-05,2026-01-10
D5,Same,Ann,Won,15,EUR,2026-01-05,2026-01-10
"""
    with made(tmp_path, FEB) as ws:
        for name, rows, day in (("a", before, JAN), ("b", after, FEB)):
            (tmp_path / f"{name}.csv").write_text(HEAD + rows, encoding="utf-8")
            report = bring_in(ws, tmp_path / f"{name}.csv", day, stages=STAGES, currency="USD", decimal=".")
            if day == JAN:
                operations.add_rate(ws, "EUR", "1.2", date(2026, 1, 1))
        amounts = {one.what: change_amount(f"{one.amount:,.0f} USD", one) for one in report.changes}
        assert amounts == {
            "was won, now lost": f"{-1000 - 500 * 1.2:,.0f} USD",
            "won amount changed": f"{200 * 1.2 - 300 + 100 * 1.2 - 50:,.0f} USD and €5 ≈ $6",
        }
        gone = {
            one.key: (one.before, one.delta) for one in operations.changes_between(ws).rows if one.kind == "won_lost"
        }
        assert gone == {"D1": ("Won, $1.00K", None), "D2": ("Won, €500", None)}
        ann, period = operations.scopes(ws).find_scope("rep:Ann"), parse_period("2026-Q1", Settings(), FEB)
        lost, changed = operations.sheet_for(ws, ann, period).facts
        assert (changed.label, changed.amount_text) == ("Won amount changed", "+$6")
        assert [(one.name, one.change) for one in changed.deals] == [("Same", "from €10 to €15; €15 ≈ $18")]
        assert {one.name: one.change.partition(";")[0] for one in lost.deals} == {
            "Gone": "was won for $1.00K, now lost on 10 Jan 2026, with €1.00K now",
            "Gone too": "was won for €500, now lost on 10 Jan 2026, with no amount now",
        }


def test_what_had_been_won_is_added_up_as_its_line_says_it(tmp_path: Path) -> None:
    """In dollars: won for $1,000 and €500 (at 1.2), lost now; lost without a win for $70; won for $300, open again."""
    before = """
D1,Gone,Ann,Won,1000,USD,2026-01-05,2026-01-10
D2,Gone too,Ann,Won,500,EUR,2026-01-05,2026-01-10
D3,Never,Ann,Open,90,USD,2026-01-05,2026-02-10
D4,Back,Ann,Won,300,USD,2026-01-05,2026-01-10
"""
    after = """
D1,Gone,Ann,Lost,20,USD,2026-01-05,2026-01-10
D2,Gone too,Ann,Lost,,,2026-01-05,2026-01-10
D3,Never,Ann,Lost,70,USD,2026-01-05,2026-02-10
D4,Back,Ann,Open,250,USD,2026-01-05,2026-03-10
"""
    with made(tmp_path, FEB) as ws:
        for name, rows, day in (("a", before, JAN), ("b", after, FEB)):
            (tmp_path / f"{name}.csv").write_text(HEAD + rows, encoding="utf-8")
            bring_in(ws, tmp_path / f"{name}.csv", day, stages=STAGES, currency="USD", decimal=".")
            if day == JAN:
                operations.add_rate(ws, "EUR", "1.2", date(2026, 1, 1))
        ann, period = operations.scopes(ws).find_scope("rep:Ann"), parse_period("2026-Q1", Settings(), FEB)
        lost, back = operations.sheet_for(ws, ann, period).facts
    assert lost.amount_text == "$1.67K, $1.60K of it had been won"
    assert [(one.name, one.amount_text, one.change) for one in lost.deals] == [
        ("Gone", "$1.00K", "was won for $1.00K, now lost on 10 Jan 2026, with $20 now"),
        ("Gone too", "€500", "was won for €500, now lost on 10 Jan 2026, with no amount now; €500 ≈ $600"),
        ("Never", "$70", "lost on 10 Feb 2026"),
    ]
    assert (back.amount_text, back.deals[0].amount_text) == ("$250, had been won for $300", "$250")
    assert back.deals[0].change.startswith("was won for $300, now Open")


def test_a_sheet_says_what_a_deal_in_another_currency_is_worth(told: Told) -> None:
    ws, _ = told
    ann, period = operations.scopes(ws).find_scope("rep:Ann"), parse_period("2026-Q1", Settings(), FEB)
    found = operations.sheet_for(ws, ann, period)
    won, grown = found.facts
    assert won.amount_text == "$44.2K and 1 without an exchange rate"
    assert [(deal.name, deal.amount_text, deal.change) for deal in won.deals] == [
        ("Euros", "€40.0K", "won on 10 Feb 2026; €40.0K ≈ $43.2K"),
        ("Dollars", "$1.00K", "won on 10 Feb 2026"),
        ("Pounds", "£500", "won on 10 Feb 2026"),
    ]
    assert (grown.amount_text, grown.deals[0].change) == ("+$5.40K", "from €10.0K to €15.0K; €15.0K ≈ $16.2K")
    assert [one.name for one in found.risks] == ["Grown", "Late"]
    late = found.risks[1]
    assert (late.amount_text, late.shared) == ("¥2.00M", "¥2.00M ≈ $13.4K")
    assert risk_text(late).endswith("¥2.00M ≈ $13.4K")


def test_changes_add_what_other_currencies_are_worth_and_count_those_without_a_rate(told: Told) -> None:
    ws, _ = told
    found = operations.changes_between(ws)
    assert {one.kind: (one.deals, one.amount, one.foreign) for one in found.totals} == {
        "won": (3, 1000 + 40_000 * 1.08, 1),
        "amount_up": (1, 5000 * 1.08, 0),
    }
    shown = {one.name: one.amount_text for one in found.rows}
    assert shown == {"Dollars": "$1.00K", "Euros": "€40.0K ≈ $43.2K", "Pounds": "£500", "Grown": "€15.0K ≈ $16.2K"}


def test_the_bridge_of_a_pipeline_in_several_currencies_adds_up_and_names_what_has_no_rate(told: Told) -> None:
    ws, _ = told
    question = operations.question(ws, scope="org", period="2026-Q1")
    whole = next(one for one in operations.pipeline(ws, question).moved.bridges if not one.due_only)
    assert {step.key: step.amount for step in whole.steps} == {
        "opening": 1000 + 20_000 * 1.08 + 10_000 * 1.08 + 2_000_000 * 0.0067,
        "amount_up": 5000 * 1.08,
        "repriced": 20_000 * 1.08,
        "won": -1000 - 40_000 * 1.08,
        "closing": 15_000 * 1.08 + 2_000_000 * 0.0067,
    }
    assert whole.sentence.startswith("All open deals, without 1 deal in GBP for lack of a rate: $46.8K then")


def test_what_lacks_a_rate_is_told_where_it_is_missed(told: Told) -> None:
    ws, report = told
    assert report.notices[-1] == (
        "1 record is in GBP without an exchange rate, and no sum of money holds them: add one with Data → Currencies."
    )
    assert "or `kpidesk rate set`." in " ".join(import_text(report).split())
    page = operations.pipeline(ws, operations.question(ws, scope="org", period="2026-Q1"))
    moved = {one.kind: one.worth for one in page.moved.lines if one.deals}
    assert moved["won"] == "$44.2K, 1 without a rate"
    assert "3 won (1 without a rate)" in page.moved.sentence
    assert not [one for one in page.notices if "GBP" in one], "the deal is won: every open one has its rate"
    assert "All open deals, without 1 deal in GBP" in pipeline_text(page)


def test_open_deals_without_a_rate_are_counted_once_with_what_to_do(tmp_path: Path) -> None:
    with made(tmp_path, JAN) as ws:
        (tmp_path / "a.csv").write_text(HEAD + BEFORE, encoding="utf-8")
        bring_in(ws, tmp_path / "a.csv", JAN, stages=STAGES, currency="USD", decimal=".")
        operations.add_rate(ws, "JPY", "0.0067", date(2026, 1, 1))
        question = operations.question(ws, scope="org", period="2026-Q1")
        page = operations.pipeline(ws, question)
        [notice] = (one for one in page.notices if "rate" in one)
        assert notice.startswith("3 of 5 open deals are in EUR and GBP without an exchange rate")
        assert notice in pipeline_part(ws, question.scope, None).coverage
        cells = cells_of(page, operations.forecast(ws, question))
        assert not [one for one in cells if ADD_RATE in one.note], "the page says it already"
        lone = cells_of(replace(page, notices=()), operations.forecast(ws, question))
        assert sum(ADD_RATE in one.note for one in lone) <= 1
