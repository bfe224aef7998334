"""Answers as text where the small export has no case for them: gaps, goals without rows, doubts, long lists."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from kpidesk.core.errors import Issue
from kpidesk.core.imports import ChangeCount, ColumnEvidence
from kpidesk.core.people import UNASSIGNED, Scope
from kpidesk.core.scorecards import Question
from kpidesk.exporting.receipt_forms import receipt_text
from kpidesk.exporting.text_form import import_text, imports_text, scorecard_text, trend_text
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


def test_a_period_that_is_over_although_the_data_end_in_it_is_not_called_running() -> None:
    assert "The period is not over." in scorecard_text(replace(CARD, running=True)).replace("\n", " ")
    over = replace(CARD, running=True, age_days=60)
    assert "The period is over, but the data end on 14 Sep 2026." in scorecard_text(over).replace("\n", " ")


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


def test_what_a_reader_wants_comes_first_and_the_codes_last_each_with_what_it_says() -> None:
    """Numbers, what signs and words mean, and only then the codes; what is not shown is not explained."""
    proven = replace(CARD.rows[0], receipt="7QK2-0000")
    text = scorecard_text(replace(CARD, rows=(proven, *CARD.rows[1:]), definitions="3f9a2c415d60"))
    order = ["Actual", "Signs: ", "Allowing for luck: ", "Definitions 3f9a2c415d60: ", "Each code proves"]
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
    signs = next(line for line in text.splitlines() if line.startswith("Signs: "))
    before = {line[0] for line in text.splitlines() if line[:1] in "●▲◆–" and line}
    assert {one[0] for one in signs.removeprefix("Signs: ").split(", ")} == before
    plain = replace(CARD.rows[0], status="on_track")
    assert "Signs: ● on track." in scorecard_text(replace(CARD, rows=(plain,))).splitlines()


def test_changes_in_another_currency_are_named_and_not_added() -> None:
    report = replace(REPORT, changes=(ChangeCount("won", 4, 1_200.0, 1), ChangeCount("new", 2, 50.0)), currency="USD")
    assert "4 won ($1.20K and 1 in another currency), 2 new ($50)" in import_text(report).replace("\n", " ")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text is written to a terminal of 110 columns."""
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)


@pytest.mark.usefixtures("terminal")
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


def test_why_a_period_has_no_value_stands_beside_it() -> None:
    known = trend(CASES[0])
    gone = replace(known.points[0], result=replace(known.points[0].result, value=None, reason="data begin later"))
    lines = trend_text(replace(known, points=(gone, *known.points[1:]))).splitlines()
    head = next(line for line in lines if line.startswith("Period"))
    row = next(line for line in lines if "data begin later" in line)
    assert row.index("data begin later") == head.index("From")


def test_a_receipt_shouts_when_its_rows_do_not_give_the_number() -> None:
    assert "9 rows give the same number again: 3 ÷ 9 = 33.3333%." in receipt_text(receipt(9))
    assert "9 rows do NOT come to 33.3%: they give 3 ÷ 9 = 34.3333%." in receipt_text(receipt(9, reproduces=False))


def test_of_a_sum_of_numbers_each_row_tells_what_it_adds() -> None:
    one = receipt(3)
    kpi = replace(one.kpi, kpi_class="flow_money", unit="count")
    seats = replace(one, kpi=kpi, rows=tuple(replace(row, value=70.0 + at) for at, row in enumerate(one.rows)))
    lines = receipt_text(seats).splitlines()
    (head,) = (line for line in lines if line.startswith("Key"))
    assert "Adds" in head.split()
    assert [at for at in (70, 71, 72) if any(f" {at} " in line for line in lines)] == [70, 71, 72]
    assert "Adds" not in receipt_text(one)


def test_a_receipt_lists_every_row_with_its_line() -> None:
    text = receipt_text(receipt(93))
    assert text.count("sales_pipeline.csv:") == 93
    assert line_of(text, "D000092").endswith("sales_pipeline.csv:94")


def test_a_long_list_of_refused_rows_is_cut_and_counted() -> None:
    text = import_text(MANY_REJECTS)
    assert text.count("Not an amount.") == 20
    assert "… and 480 more; --json lists all." in text
    assert "9,296 rows read = 212 added + 431 updated + 8,141 unchanged + 500 rejected + 12 skipped" in text


def test_what_leads_to_another_record_is_counted_in_a_sentence() -> None:
    told = "31,204 of 31,500 deals that name a lead belong to one (204 by its name); 296 do not."
    assert told in import_text(REPORT).replace("\n", " ")


def test_every_column_is_named_with_what_it_was_taken_for() -> None:
    def column(header: str, field: str = "", why: str = "kept as a field of its own") -> ColumnEvidence:
        return ColumnEvidence(header, field, why, "", (), 1)

    columns = (column("Deal", "name"), column("Ref\x1b[2J"), column("Old", why="rows with Yes are left out"))
    told = import_text(replace(REPORT, columns=(*columns, *(column(f"C{at}") for at in range(13)))))
    assert "Columns: Deal as deal name." in told
    assert "Not taken, rows with Yes are left out: Old." in told
    kept = next(line for line in told.splitlines() if line.startswith("Not taken, kept as a field of its own: Ref"))
    assert "C10 and 2 more." in told
    assert "C11" not in told
    assert "\x1b" not in kept


def test_a_refused_value_cannot_steer_the_terminal() -> None:
    text = import_text(replace(REPORT, issues=(Issue(3, "a\x1b[2J", "b\nc\u202e", "No."),)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "b c" in text


def test_the_history_is_a_table_oldest_first() -> None:
    listed, _, note = imports_text(reversed(HISTORY)).rpartition("\n\n")
    assert [line.split()[0] for line in listed.splitlines()] == ["No.", "1", "2", "3"]
    assert note.startswith("The counts are those of the moment of each import")
    assert "undone." not in note
    with_gap = imports_text((HISTORY[-1], replace(HISTORY[0], import_id=5)))
    assert " ".join(with_gap.split()).endswith("No. 2, 3 and 4 were undone.")
    assert "The counts" not in imports_text(HISTORY[:1])
    assert imports_text(()) == "Nothing has been imported yet."


@pytest.mark.usefixtures("terminal")
def test_the_day_by_which_a_kpi_counts_is_never_left_out_for_want_of_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "64")
    wide = receipt(3)
    more = {
        **dict.fromkeys(("owner", "account", "stage"), LONG),
        "created_at": "2026-01-02",
        "close_date": "2026-10-02",
    }
    rows = tuple(replace(one, cells={**one.cells, **more}) for one in wide.rows)
    by_close = replace(wide.kpi, formula="count(deals where won on closed_at)")
    by_birth = replace(wide.kpi, formula="count(deals on created_at)")
    columns = ("owner", "account", "stage", "amount", "created_at", "close_date")
    told = [receipt_text(replace(wide, kpi=kpi, rows=rows, columns=columns)) for kpi in (by_close, by_birth)]
    assert ["Close date" in text for text in told] == [True, False]
    assert ["Created" in text for text in told] == [False, True]


@pytest.mark.usefixtures("terminal")
def test_a_row_without_a_stated_day_shows_the_close_date_it_counts_by() -> None:
    found = receipt(2)
    first, second = found.rows
    second = replace(second, cells={**second.cells, "closed_at": "", "close_date": "2026-11-30"})
    both = replace(found, rows=(first, second), columns=(*found.columns, "close_date"))
    assert "30 Nov 2026" in line_of(receipt_text(both), "D000001")
    born = replace(both, kpi=replace(found.kpi, formula="count(deals on created_at)"))
    assert "2026-11-30" not in line_of(receipt_text(born), "D000001"), "a close date is no day of closing there"


def test_the_whole_among_its_parts_is_named_as_such() -> None:
    north, inner = Scope("team", "North", 1), Scope("team", "Inner North", 2)
    rows = tuple(row(CASES[0], member) for member in (inner, north))
    text = scorecard_text(replace(CARD, rows=rows, question=Question(QUARTER, north, by="team")))
    assert line_of(text, "  Inner North  ")
    assert line_of(text, "  all of North  ")


def test_a_column_of_the_users_own_keeps_its_capitals_above_its_parts() -> None:
    text = scorecard_text(replace(CARD, question=Question(QUARTER, by="Region EMEA")))
    assert "Region EMEA" in text
