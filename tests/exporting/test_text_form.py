"""Answers as text where the small export has no case for them: gaps, goals without rows, doubts, long lists."""

from __future__ import annotations

from dataclasses import replace

from kpidesk.core.errors import Issue
from kpidesk.core.people import UNASSIGNED, Scope
from kpidesk.core.scorecards import Question
from kpidesk.exporting.text_form import import_text, imports_text, receipt_text, scorecard_text, trend_text
from kpidesk.exporting.text_table import WIDTH, width_of
from tests.ui.samples import CASES, QUARTER, row, scorecard, trend
from tests.ui.samples_data import HISTORY, LONG, MANY_REJECTS, REPORT, receipt

CARD = replace(scorecard(), currency="USD")


def line_of(text: str, word: str) -> str:
    return next(line for line in text.splitlines() if word in line)


def test_each_status_has_its_own_sign_beside_its_words() -> None:
    text = scorecard_text(CARD)
    assert line_of(text, "Bookings  ").split() == [
        "●", "Bookings", "$1.28M", "31", "deals", "$1.05M", "$900K", "$1.20M", "$1.40M", "On", "track",
    ]  # fmt: skip
    assert line_of(text, "Win rate  ").startswith("▲")
    assert line_of(text, "Sales cycle  ").startswith("◆")
    assert line_of(text, "Maturing").startswith("–")


def test_what_qualifies_the_numbers_stands_below_them() -> None:
    text = scorecard_text(replace(CARD, notices=("Data begins on 1 Jul 2026.",)))
    assert "\nData begins on 1 Jul 2026.\n" in text
    assert "No value for Lead response time: no rows: nothing of kind 'leads' has been imported." in text
    assert "Lower is better: Sales cycle, Lead response time." in text


def test_a_notice_of_one_row_names_it() -> None:
    noted = replace(CARD.rows[1], result=replace(CARD.rows[1].result, notices=("Deals before 1 May are missing.",)))
    text = scorecard_text(replace(CARD, rows=(CARD.rows[0], noted)))
    assert "\nWin rate: Deals before 1 May are missing." in text


def test_a_breakdown_has_a_table_for_each_kpi_and_names_its_members() -> None:
    members = (Scope("rep", "Ann Lee", 1), Scope("rep", "Bo Dahl", 2), UNASSIGNED)
    rows = tuple(row(case, member) for case in CASES[:2] for member in members)
    text = scorecard_text(replace(CARD, rows=rows, question=Question(QUARTER, by="rep")))
    assert text.count("Rep  ") == 2
    assert [line[3:13].strip() for line in text.splitlines() if line[:1] in "●▲◆–" and line] == [
        "Ann Lee", "Bo Dahl", "Unassigned",
    ] * 2  # fmt: skip


def test_no_line_is_wider_than_a_terminal() -> None:
    wide = tuple(replace(one, kpi=replace(one.kpi, name=LONG)) for one in CARD.rows)
    for text in (scorecard_text(CARD), scorecard_text(replace(CARD, rows=wide)), trend_text(trend()),
                 receipt_text(receipt(50)), import_text(MANY_REJECTS)):  # fmt: skip
        assert max(width_of(line) for line in text.splitlines()) <= WIDTH


def test_an_empty_scorecard_says_so() -> None:
    assert "No KPI is active at this level." in scorecard_text(replace(CARD, rows=()))
    assert "No data has been imported yet." in scorecard_text(replace(CARD, rows=(), as_of=None))


def test_a_trend_marks_the_period_that_is_not_over_and_draws_to_scale() -> None:
    text = trend_text(replace(trend(CASES[0]), currency="USD"))
    running = line_of(text, "Q3 2026 *")
    best = line_of(text, "Q2 2026")
    assert (best.count("█"), running.count("░")) == (16, round(16 * 1_284_500 / 1_341_100))
    assert "* The period is not over." in text


def test_a_receipt_shouts_when_its_rows_do_not_give_the_number() -> None:
    assert "9 rows give the same number again: 3 ÷ 9 = 33.3333%." in receipt_text(receipt(9))
    assert "9 rows do NOT come to 33.3%: they give 3 ÷ 9 = 34.3333%." in receipt_text(receipt(9, reproduces=False))


def test_a_receipt_lists_every_row_with_its_line() -> None:
    text = receipt_text(receipt(93))
    assert text.count("sales_pipeline.csv:") == 93
    assert line_of(text, "D000092").endswith("sales_pipeline.csv:94")


def test_a_long_list_of_refused_rows_is_cut_and_counted() -> None:
    text = import_text(MANY_REJECTS)
    assert text.count("Not an amount.") == 20
    assert "… and 480 more; --json lists all." in text
    assert "9,296 rows read = 212 added + 431 updated + 8,141 unchanged + 500 rejected + 12 skipped" in text


def test_a_refused_value_cannot_steer_the_terminal() -> None:
    text = import_text(replace(REPORT, issues=(Issue(3, "a\x1b[2J", "b\nc\u202e", "No."),)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "b c" in text


def test_the_history_is_a_table_oldest_first() -> None:
    lines = imports_text(reversed(HISTORY)).splitlines()
    assert [line.split()[0] for line in lines] == ["No.", "1", "2", "3"]
    assert imports_text(()) == "Nothing has been imported yet."
