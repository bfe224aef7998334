"""Receipts: any number down to its rows, what it leaves out and why, and a printed one proven again."""

from __future__ import annotations

import csv
import itertools
import math
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl  # type: ignore[import-untyped]  # it has no type hints
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk import operations, store
from kpidesk.core.check_symbols import parity
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.parts import Part
from kpidesk.core.progress import Progress, finish
from kpidesk.core.receipt_codes import ALPHABET, grouped
from kpidesk.core.receipts import Order
from kpidesk.core.scorecards import Question
from kpidesk.engine import row_fields
from kpidesk.exporting import rows_form
from kpidesk.exporting.rows_form import write_rows, writing_rows
from kpidesk.exporting.stoppable import StoppedError
from kpidesk.operations import receipt_pages, receipt_texts
from kpidesk.store import details
from tests.operations.support import Line, bring_in, made, write
from tests.receipts import scopes_of, wrong

DEALS: list[Line] = [
    ("D1", "Ann", "Won", "1000", "2026-01-02", "2026-01-20"),
    ("D2", "Ann", "Lost", "2000", "2026-01-03", "2026-01-25"),
    ("D3", "Ben", "Won", "4000", "2026-01-04", "2026-02-01"),
    ("D4", "Ben", "Open", "8000", "2026-01-05", "2026-02-28"),
    ("D5", "", "Won", "500", "2026-01-06", "2026-02-02"),
    ("D6", "Ann", "Won", "", "2026-01-07", "2026-02-03"),
    ("D7", "Ann", "Won", "700", "2025-11-07", "2025-12-20"),
    ("D8", "Ann", "Won", "900", "2025-10-07", "2025-11-29"),
]
JANUARY = "2026-Q1"


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    with made(tmp_path) as opened:
        bring_in(opened, write(tmp_path / "deals.csv", DEALS))
        yield opened


def asked(ws: operations.Workspace, scope: str = "org", period: str = JANUARY) -> Question:
    return operations.question(ws, scope=scope, period=period)


def code(ws: operations.Workspace, kpi: str, scope: str = "org") -> str:
    return operations.rows(ws, kpi, asked(ws, scope)).code


# --- any number, and what it leaves out ----------------------------------------------------------------------------


def left_out(ws: operations.Workspace, kpi: str, scope: str = "org") -> dict[str, list[str]]:
    found = operations.left_out(ws, kpi, asked(ws, scope), with_rows=True)
    assert all(one.listing is not None and len(one.listing.rows) == one.count for one in found)
    return {one.reason: sorted(row.key for row in one.listing.rows) for one in found if one.listing is not None}


def test_what_a_number_leaves_out_is_told_by_the_reason(ws: operations.Workspace) -> None:
    assert left_out(ws, "bookings") == {
        "not won": ["D2"],
        "closed date up to 31 days before the period": ["D7"],
        "no amount, so it adds nothing": ["D6"],
    }
    assert left_out(ws, "win_rate") == {"closed date up to 31 days before the period": ["D7"]}
    assert left_out(ws, "win_rate", "rep:Ben") == {"of nobody we know": ["D5"]}
    found = operations.left_out_rows(ws, "bookings", asked(ws), "not won")
    assert [(row.key, row.file, row.line) for row in found.rows] == [("D2", "deals.csv", 3)]
    with pytest.raises(UserError, match="because of 'tired'"):
        operations.left_out_rows(ws, "bookings", asked(ws), "tired")


def test_a_row_below_the_line_says_why_it_is_not_above(ws: operations.Workspace) -> None:
    receipt = operations.rows(ws, "win_rate", asked(ws))
    assert {row.key: row.reason for row in receipt.rows} == {"D1": "", "D2": "not won", "D3": "", "D5": "", "D6": ""}


def test_a_part_of_a_breakdown_has_rows_and_a_code_of_its_own(ws: operations.Workspace) -> None:
    question = operations.question(ws, period=JANUARY, by="account")
    rows = operations.scorecard(ws, question, ("bookings",)).rows
    firm = next(row for row in rows if row.member == "Firm 3")
    part = replace(asked(ws), parts=(Part("account", "Firm 3"),))
    receipt = operations.rows(ws, "bookings", part)
    assert ([row.key for row in receipt.rows], receipt.result.value, receipt.reproduces) == (["D3"], 4000.0, True)
    found = operations.replay(ws, firm.receipt)
    assert (found.is_same, [row.key for row in found.receipt.rows]) == (True, ["D3"])
    assert operations.left_out(ws, "bookings", part) == ()


@pytest.mark.parametrize(
    ("scope", "period", "middle", "sides"),
    [("org", JANUARY, [1000.0], 1.0), ("rep:Ben", JANUARY, [4000.0], 0.0), ("org", "2025-Q4", [700.0, 900.0], 0.0)],
)
def test_a_median_names_its_middle_and_how_many_lie_on_either_side(
    ws: operations.Workspace, scope: str, period: str, middle: list[float], sides: float
) -> None:
    receipt = operations.rows(ws, "median_deal_size", asked(ws, scope, period))
    *rows, below, above = receipt.parts
    assert [value for _, value in rows] == middle
    named = {f"the middle deal, {row.cells['name']}": row.value for row in receipt.rows}
    assert all(named[words] == value for words, value in rows)
    assert (below, above) == (("deals below", sides), ("deals above", sides))


def test_people_behind_a_number_open_their_bookings(sample: operations.Workspace) -> None:
    question = operations.question(sample, period="2026-Q2")
    for kpi in ("reps_at_quota", "forecast_wape"):
        receipt = operations.rows(sample, kpi, question)
        assert receipt.reproduces, kpi
        first = receipt.rows[0]
        assert first.opens is not None, kpi
        behind = operations.rows(sample, first.opens.kpi_id, first.opens.question)
        shown = first.cells["Booked"].replace("$", "").replace(",", "")
        assert behind.result.value == float(shown), kpi
    reached = operations.rows(sample, "reps_at_quota", question)
    for row in reached.rows:
        assert row.in_numerator == (float(row.cells["Of quota"].rstrip("%")) >= 100), row.cells


# --- the proof, by other routes ------------------------------------------------------------------------------------


def test_rows_sql_and_the_replay_give_every_number(sample: operations.Workspace, sample_folder: Path) -> None:
    kpis = [entry.kpi.id for entry in operations.kpis(sample)]
    with closing(sqlite3.connect(f"file:{sample_folder / 'sample.kpidesk'}?mode=ro", uri=True)) as db:
        for at, scope in enumerate(scopes_of(sample)):
            question = operations.question(sample, scope=scope.key, period=("2026-Q2", "2026-05", "2025")[at % 3])
            for kpi in kpis[at % 40 :: 40]:
                assert list(wrong(sample, db, kpi, question)) == []


def test_pages_of_very_many_rows_are_those_of_the_whole(
    sample: operations.Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    question = operations.question(sample, period="2026-Q3")
    whole = operations.receipt_head(sample, "win_rate", question)
    assert (whole.more, whole.count) == (0, len(whole.rows))
    monkeypatch.setattr(receipt_pages, "AT_ONCE", 20)
    monkeypatch.setattr(receipt_pages, "PAGE", 7)
    head = operations.receipt_head(sample, "win_rate", question)
    assert (head.rows, head.count, head.import_ids) == (whole.rows[:7], whole.count, whole.import_ids)
    for column, key in (
        ("amount", lambda row: float(row.cells["amount"])),
        ("owner", lambda row: row.cells.get("owner", "").casefold()),
        ("name", lambda row: row.cells["name"].casefold()),
        ("line", lambda row: row.line),
    ):
        places = operations.receipt_order(sample, "win_rate", question, Order(column)).tolist()
        assert sorted(places) == list(range(whole.count))
        told = [key(row) for row in operations.receipt_rows(sample, "win_rate", question, places) if column in row.cells
                or column == "line"]  # fmt: skip
        assert told == sorted(told), column
    some = operations.receipt_order(sample, "win_rate", question, Order(text="tomasz", within="owner", above=True))
    wanted = [at for at, row in enumerate(whole.rows) if "Tomasz" in row.cells.get("owner", "") and row.in_numerator]
    assert some.tolist() == wanted
    assert wanted
    to = tmp_path / "rows.csv"
    assert finish(operations.export_rows(sample, "win_rate", question, to, wanted)) == len(wanted)
    with to.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["Id"] for line in lines] == [whole.rows[at].key for at in wanted]
    assert finish(operations.export_rows(sample, "win_rate", question, tmp_path / "rows.xlsx")) == whole.count
    with pytest.raises(UserError, match="known form"):
        finish(operations.export_rows(sample, "win_rate", question, tmp_path / "rows.pdf"))


@pytest.mark.parametrize("kpi", ["win_rate", "nrr", "pct_time_demoing", "reps_at_quota", "mrr"])
def test_rows_are_written_in_pages_as_at_once(
    sample: operations.Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kpi: str
) -> None:
    question = operations.question(sample, period="2026-Q2")
    whole = operations.rows(sample, kpi, question)
    for form in (".csv", ".xlsx"):
        write_rows(whole, whole.rows, tmp_path / f"at-once{form}")
    monkeypatch.setattr(receipt_pages, "PAGE", 1)
    monkeypatch.setattr(receipt_pages, "AT_A_TIME", 50)
    monkeypatch.setattr(receipt_pages, "WRITTEN_AT_A_TIME", 20)
    monkeypatch.setattr(rows_form, "MOST_IN_MEMORY", 60)
    steps: list[Progress] = []
    for form in (".csv", ".xlsx"):
        work = operations.export_rows(sample, kpi, question, tmp_path / f"pages{form}")
        assert finish(work, steps.append) == whole.count
    told = [done for done, _ in itertools.groupby(step.done for step in steps if step.total)]
    parts = [at for page in range(0, whole.count, 50) for at in range(page, min(page + 50, whole.count), 20)]
    assert told == [*parts, whole.count] * 2
    assert (tmp_path / "pages.csv").read_bytes() == (tmp_path / "at-once.csv").read_bytes()
    assert cells_of(tmp_path / "pages.xlsx") == cells_of(tmp_path / "at-once.xlsx")
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{name}{form}" for name in ("pages", "at-once") for form in (".csv", ".xlsx")
    }


@pytest.mark.parametrize("kpi", ["win_rate", "hygiene_share", "reps_at_quota"])
def test_the_rows_that_a_receipt_lists_are_not_read_again_for_a_file(
    sample: operations.Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kpi: str
) -> None:
    question = operations.question(sample, period="2026-Q3")
    some, whole = (operations.rows(sample, kpi, question, first=first) for first in (3, None))
    assert finish(operations.export_receipt(sample, some, tmp_path / "some.csv")) == whole.count
    monkeypatch.setattr(receipt_pages, "rows_of", None)
    monkeypatch.setattr(receipt_pages, "receipt_of", None)
    monkeypatch.setattr(receipt_pages, "WRITTEN_AT_A_TIME", 4)
    assert finish(operations.export_receipt(sample, whole, tmp_path / "whole.csv")) == whole.count
    assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "some.csv").read_bytes()
    with pytest.raises(UserError, match="no known form"):
        finish(operations.export_receipt(sample, whole, tmp_path / "whole.pdf"))


def cells_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.mark.parametrize("form", [".csv", ".xlsx"])
@pytest.mark.parametrize("steps", [2, 4])
def test_writing_rows_that_is_broken_off_leaves_what_stood_there(
    sample: operations.Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str, steps: int
) -> None:
    monkeypatch.setattr(receipt_pages, "AT_A_TIME", 10)
    monkeypatch.setattr(rows_form, "MOST_IN_MEMORY", 20)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "copies"))
    (tmp_path / "copies").mkdir()
    to = tmp_path / f"rows{form}"
    to.write_text("before")
    work = operations.export_rows(sample, "win_rate", operations.question(sample, period="2026-Q2"), to)
    for _ in range(steps):
        next(work)
    assert len([*tmp_path.iterdir()]) == 3
    assert any((tmp_path / "copies").iterdir()) == (form == ".xlsx")
    work.close()
    assert {path.name for path in tmp_path.iterdir()} == {"copies", to.name}
    assert (to.read_text(), [*(tmp_path / "copies").iterdir()]) == ("before", [])


@pytest.mark.parametrize("most_in_memory", [20, 20_000])
def test_a_workbook_that_is_stopped_while_it_is_finished_leaves_what_stood_there(
    sample: operations.Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, most_in_memory: int
) -> None:
    monkeypatch.setattr(rows_form, "MOST_IN_MEMORY", most_in_memory)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "copies"))
    (tmp_path / "copies").mkdir()
    to = tmp_path / "rows.xlsx"
    to.write_text("before")
    receipt = operations.rows(sample, "win_rate", operations.question(sample, period="2026-Q2"))

    def write_and_stop() -> None:
        with writing_rows(receipt, len(receipt.rows), to) as file:
            file.put(receipt.rows)
            file.stop()
            with pytest.raises(StoppedError):
                file.finish()
            raise EOFError  # the error of before is gone, and with it what was half made

    with pytest.raises(EOFError):
        write_and_stop()
    assert {path.name for path in tmp_path.iterdir()} == {"copies", to.name}
    assert (to.read_text(), [*(tmp_path / "copies").iterdir()]) == ("before", [])


def test_more_rows_than_a_sheet_holds_are_refused_before_any_is_read(
    sample: operations.Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(rows_form, "MOST_ROWS", 20)
    question = operations.question(sample, period="2026-Q2")
    for places, steps in ((range(21), 0), (None, 1)):
        work = operations.export_rows(sample, "win_rate", question, tmp_path / "rows.xlsx", places)
        assert len(list(itertools.islice(work, steps))) == steps
        with pytest.raises(UserError, match="more than a workbook holds"):
            next(work)
    assert not [*tmp_path.iterdir()]


def test_a_column_that_only_later_rows_fill_is_shown_and_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = write(tmp_path / "deals.csv", DEALS)
    *others, last = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*(line.replace("Inbound", "") for line in others), last]), encoding="utf-8")
    monkeypatch.setattr(receipt_pages, "PAGE", 1)
    monkeypatch.setattr(receipt_pages, "AT_ONCE", 1)
    monkeypatch.setattr(receipt_pages, "AT_A_TIME", 1)
    with made(tmp_path) as ws:
        bring_in(ws, path)
        question = operations.question(ws, period="2025-10-01..2026-03-31")
        whole, head = (ask(ws, "win_rate", question) for ask in (operations.rows, operations.receipt_head))
        finish(operations.export_rows(ws, "win_rate", question, tmp_path / "rows.csv"))
    assert "lead_source" not in head.rows[0].cells
    assert head.columns == whole.columns
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["Lead source"] for line in lines] == [*[""] * (len(lines) - 1), "Inbound"]
    assert not {"Type", "Currency"} & {*lines[0]}


def test_a_field_says_something_where_any_row_has_a_text_in_it(ws: operations.Workspace) -> None:
    ids = np.array(ws.db.rows("SELECT id FROM deal_values ORDER BY id")).ravel()
    assert not store.says_something(ws.db, "deals", "next_step", ids, ("",))
    with ws.db.writing("test", ""):
        ws.db.run("UPDATE deal_values SET next_step = 'Call' WHERE id = ?", (int(ids[-1]),))
    assert store.says_something(ws.db, "deals", "next_step", ids, ("",))
    assert not store.says_something(ws.db, "deals", "next_step", ids[:-1], ("",))
    assert store.says_something(ws.db, "deals", "owner", ids, ("", "Ben"))
    assert not store.says_something(ws.db, "deals", "owner", ids, ("", "Ben", "Ann"))


def test_very_many_working_days_are_listed_sorted_and_found(
    sample: operations.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = operations.question(sample, period="2026-Q2")
    whole = operations.rows(sample, "pct_time_demoing", question)
    assert {row.kind for row in whole.rows} == {"people", "activities"}
    monkeypatch.setattr(receipt_pages, "AT_ONCE", 20)
    head = operations.receipt_head(sample, "pct_time_demoing", question)
    assert (head.count, head.import_ids) == (whole.count, whole.import_ids)

    def order(wanted: Order) -> list[int]:
        return [int(at) for at in operations.receipt_order(sample, "pct_time_demoing", question, wanted)]

    for column in ("name", "person", "file", "line", "valid_from", "value"):
        assert sorted(order(Order(column))) == list(range(whole.count)), column
    lines = [whole.rows[at].line for at in order(Order("line"))]
    days = lines.count(0)
    assert lines == [*sorted(lines)[days:], *[0] * days]
    named = [at for at, row in enumerate(whole.rows) if "okonkwo" in row.cells.get("name", "").casefold()]
    assert order(Order(text="okonkwo", within="name")) == named != []


def test_rows_sort_and_are_found_by_any_name(ws: operations.Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["östlich", "Zebra", "", "open", "straße 2", "STRASSE 1", "a\x1fb", "zebra"]
    with ws.db.writing("test", ""):
        for (key, *_), name in zip(DEALS, names, strict=True):
            ws.db.run("UPDATE deal_values SET name=? WHERE deal_id = (SELECT id FROM deals WHERE key=?)", (name, key))
    question = operations.question(ws, period="2025-10-01..2026-03-31")
    rows = operations.rows(ws, "win_rate", question).rows
    told = [row.cells.get("name") or row.key for row in rows]
    wanted = sorted(range(len(rows)), key=lambda at: told[at].casefold())
    assert set(told) == {*names, "D3"} - {"", "open"}
    for most in (400_000_000, 0):
        monkeypatch.setattr(row_fields, "_MOST_BYTES", most)
        ws.memory.clear()
        assert operations.receipt_order(ws, "win_rate", question, Order("name")).tolist() == wanted
    assert operations.receipt_order(ws, "win_rate", question, Order(text="STRASSE", within="name")).tolist() == [
        at for at, name in enumerate(told) if name.startswith(("straße", "STRASSE"))
    ]


@given(
    st.lists(st.sampled_from([math.nan, 0.0, -1.0, 3.0, 2.5, 1e15, -4e18, 700.0]) | st.integers(-9, 9).map(float)),
    st.booleans(),
)
def test_rows_of_equal_keys_keep_their_order_and_empty_ones_stand_last(keys: list[float], down: bool) -> None:
    wanted = sorted(range(len(keys)), key=lambda at: (math.isnan(keys[at]), 0 if math.isnan(keys[at]) else (
        -keys[at] if down else keys[at])))  # fmt: skip
    assert receipt_pages._in_order(np.array(keys, dtype=np.float64), down=down).tolist() == wanted


def test_what_rows_are_sorted_and_found_by_is_read_ahead_in_steps(
    sample: operations.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = operations.question(sample, period="2025")
    sample.memory.clear()
    wanted = operations.receipt_order(sample, "win_rate", question, Order("name")).tolist()
    sample.memory.clear()
    monkeypatch.setattr(details, "_BLOCK", 500)
    blocks = -(-sample.db.one("SELECT max(id) + 1 FROM deal_values") // 500)
    steps = 1
    while operations.receipt_read_ahead(sample, "win_rate", question, ("name", "amount")):
        steps += 1
    assert steps == max(-(-blocks // receipt_texts.AT_A_TIME), 1) > 1
    monkeypatch.setattr(store, "texts_of_block", None)  # all is read by now
    assert operations.receipt_order(sample, "win_rate", question, Order("name")).tolist() == wanted
    names = [row.cells["name"] for row in operations.rows(sample, "win_rate", question).rows]
    word = names[0].split()[0].upper()
    some = operations.receipt_order(sample, "win_rate", question, Order(text=word, within="name")).tolist()
    assert some == [at for at, name in enumerate(names) if word.casefold() in name.casefold()] != []


# --- a printed receipt, later --------------------------------------------------------------------------------------


def later(ws: operations.Workspace, *lines: Line, day: date = date(2026, 2, 20)) -> int:
    """Import a further export of the day that the receipt is of; gives its number."""
    path = write(ws.path.parent / "later.csv", lines)
    return int(bring_in(ws, path, day, complete=False).import_id or 0)


def rename_definition(ws: operations.Workspace) -> None:
    kpi = replace(operations.find_kpi(ws, "bookings"), formula="sum(deals.amount where lost on closed_at)")
    today, ws.today = ws.today, date(2025, 12, 1)
    operations.save_kpi(ws, kpi)
    ws.today = today


def join_deals(ws: operations.Workspace) -> int:
    """Let D3 count as D1; gives the number of the merge."""
    numbers = [operations.find_mergeable(ws, "deal", key) for key in ("D1", "D3")]
    return operations.merge(ws, "deal", *numbers).merges[0]


def test_the_same_number_is_proven(ws: operations.Workspace) -> None:
    found = operations.replay(ws, code(ws, "win_rate").lower().replace("-", " "))
    assert (found.is_same, found.verdict, found.changes) == (True, "The same number from the same 5 rows.", ())
    row = operations.scorecard(ws, asked(ws), ("win_rate",)).rows[0]
    point = operations.trend(ws, "win_rate", asked(ws), 2).points[-1]
    assert row.receipt == point.receipt == code(ws, "win_rate")


CODE_TODAY = (
    "Printed today it bears another code: a code also names the last import and change of the workspace. "
    "Both prove this number."
)


def test_newer_data_leave_the_number_of_then(ws: operations.Workspace) -> None:
    printed = code(ws, "win_rate")
    later(ws, ("D2", "Ann", "Won", "2000", "2026-01-03", "2026-01-25"), day=date(2026, 3, 1))
    found = operations.replay(ws, printed)
    assert found.is_same
    came = "Newer data came in since (later.csv); the number is shown with what was known then."
    assert found.asides == (came, CODE_TODAY)
    assert found.receipt.code != printed
    again = operations.replay(ws, found.receipt.code)
    assert again.is_same
    assert CODE_TODAY not in again.asides, "the code of today is the one that was typed"


def test_an_import_that_changes_it_is_named_with_its_rows(ws: operations.Workspace) -> None:
    printed = code(ws, "bookings")
    number = later(ws, ("D2", "Ann", "Won", "2000", "2026-01-03", "2026-01-25"),
                   ("D1", "Ann", "Won", "1100", "2026-01-02", "2026-01-20"))  # fmt: skip
    before = operations.imports(ws)
    found = operations.replay(ws, printed)
    assert not found.is_same
    assert found.verdict == "The number is another one today: $7.60K from 5 rows. It was $5.50K from 4 rows."
    assert found.changes[:2] == (
        f"1 row is new, from import {number} (later.csv): Deal D2.",
        f"1 row was changed, from import {number} (later.csv): Deal D1.",
    )
    assert operations.imports(ws) == before, "nothing was changed to find that out"
    finish(operations.undo(ws, number))
    taken_back = operations.replay(ws, printed)
    assert (taken_back.verdict, taken_back.changes) == ("The same number from the same 4 rows.", ())


def test_a_number_that_differs_by_less_than_is_shown_is_told_in_full(ws: operations.Workspace) -> None:
    printed = code(ws, "bookings")
    later(ws, ("D1", "Ann", "Won", "1001", "2026-01-02", "2026-01-20"))
    told = operations.replay(ws, printed).verdict
    assert told == "The number is another one today: $5,501.00 from 4 rows. It was $5,500.00 from 4 rows."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda ws: finish(operations.undo(ws, 1)), "Import 1 (deals.csv) was undone"),
        (rename_definition, "The definition is version 2 now; the receipt is by version 1."),
        (lambda ws: operations.merge(ws, "person", *people(ws)), "Two names were made one person"),
        (join_deals, "Two deals were made one"),
    ],
)
def test_what_was_done_since_is_told(
    ws: operations.Workspace, change: Callable[[operations.Workspace], object], words: str
) -> None:
    printed = code(ws, "bookings")
    change(ws)
    told = operations.replay(ws, printed)
    assert any(words in one for one in told.changes), told


def test_a_target_that_was_set_anew_since_is_told_with_the_one_that_was_printed(ws: operations.Workspace) -> None:
    goal = {"scope": "org", "period": asked(ws).period.key}
    operations.set_baseline_from(ws, "bookings", value="1000", reason="by hand", **goal)
    operations.set_target_from(ws, "bookings", minimum="1000", target="345000", stretch="400000", **goal)
    printed = code(ws, "bookings")
    assert operations.replay(ws, printed).asides == ()
    operations.set_target_from(ws, "bookings", minimum="1", target="2", stretch="3", reason="A test", **goal)
    found = operations.replay(ws, printed)
    assert found.is_same
    assert found.asides[-1] == CODE_TODAY
    assert found.asides[:-1] == (
        f"The target was set to $2 (version 2) on {day_text(date.today())}; "
        "it was $345K (version 1) when this was printed.",
    )


def people(ws: operations.Workspace) -> tuple[int, int]:
    """Ann and Ben."""
    known = {person.name: person.id for person in operations.scopes(ws).people}
    return known["Ben"], known["Ann"]


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(UserError) as refused:
        act()
    return refused.value.problem


def test_a_receipt_of_somebody_who_was_merged_away_names_who_they_count_as_and_what_it_was(
    ws: operations.Workspace,
) -> None:
    """Ann won D1, D6 and no more in the quarter, Ben D3: told apart they tell what the receipt said."""
    of_ann, of_ben = code(ws, "bookings", "rep:Ann"), code(ws, "bookings", "rep:Ben")
    first = replay_words(ws, of_ann)
    merge = operations.merge(ws, "person", *people(ws)).merges[0]
    merged = operations.replay(ws, of_ann)
    assert merged.receipt.question.scope.name == "Ben"
    assert merged.verdict == "The number is another one today: $5.00K from 3 rows. It was $1.00K from 2 rows."
    assert merged.asides[0] == "Ann counts as Ben now: the number today is that of both."
    assert merged.changes[0] == "1 row is new, from import 1 (deals.csv): Deal D3."
    assert "'Ann' counts as Ben." in refusal(lambda: asked(ws, "rep:Ann"))
    assert "'ann' counts as Ben already." in refusal(lambda: operations.find_mergeable(ws, "person", "ann"))
    of_both = operations.replay(ws, of_ben)
    assert of_both.verdict == "The number is another one today: $5.00K from 3 rows. It was $4.00K from 1 row."
    assert of_both.asides == (), "Ben counts for himself"
    assert store.merges(ws.db), "they were told apart only to look"
    operations.split(ws, merge)
    assert replay_words(ws, of_ann) == first


def test_the_log_tells_the_numbers_of_all_that_was_joined_and_taken_back(ws: operations.Workspace) -> None:
    """The numbers are those that were asked for, whatever the text of an entry is; a file may be called anything."""
    mark = store.log_mark(ws.db)
    ann, ben = people(ws)
    merge = store.merge_people(ws.db, ann, ben)
    store.split(ws.db, merge)
    deals = [operations.find_mergeable(ws, "deal", key) for key in ("D1", "D3", "D6")]
    made = store.merge_deal_pairs(ws.db, [(deals[0], deals[1]), (deals[0], deals[2])])
    store.split_deals(ws.db, *made)
    entries = [(one.action, one.numbers) for one in store.log_since(ws.db, mark)]
    assert entries == [
        ("merge people", (ben,)),
        ("split", (merge,)),
        ("merge deals", tuple(deals[1:])),
        ("split deals", made),
    ]
    with ws.db.writing("undo", "12 7 into 3, 8.csv"):
        pass
    undone = store.log_since(ws.db, store.log_mark(ws.db) - 1)[0]
    assert (undone.numbers, undone.detail) == ((12,), "7 into 3, 8.csv")


def test_what_was_done_before_a_split_and_changed_nothing_is_no_reason(ws: operations.Workspace) -> None:
    operations.merge(ws, "person", *people(ws))
    printed = code(ws, "bookings")
    later(ws, ("D9", "Cid", "Open", "2000", "2026-01-03", "2026-01-25"))
    first = operations.replay(ws, printed)
    assert (first.verdict, first.changes) == ("The same number from the same 4 rows.", ())
    operations.split(ws, store.merges(ws.db)[0].id)
    told = [one.partition(", on")[0] for one in operations.replay(ws, printed).changes]
    assert told == ["2 rows count as Ann now: Deal D1; Deal D6.", "What was made one was parted again"]


def replay_words(ws: operations.Workspace, printed: str) -> tuple[str, tuple[str, ...]]:
    """The verdict and the reasons that a receipt gives."""
    found = operations.replay(ws, printed)
    return found.verdict, found.changes


def test_the_number_of_a_retired_kpi_is_proven_still(ws: operations.Workspace) -> None:
    printed = code(ws, "bookings")
    operations.retire_kpi(ws, "bookings")
    found = operations.replay(ws, printed)
    assert (found.is_same, found.receipt.kpi.id) == (True, "bookings")


def test_what_cannot_be_proven_says_why(ws: operations.Workspace, tmp_path: Path) -> None:
    printed, of_ann = code(ws, "bookings"), code(ws, "bookings", "rep:Ann")
    (tmp_path / "other").mkdir()
    with made(tmp_path / "other") as other:
        assert "another workspace" in refusal(lambda: operations.replay(other, printed))
    assert "cannot be right" in refusal(
        lambda: operations.replay(ws, f"{printed[:-1]}{'7' if printed[-1] != '7' else '8'}")
    )
    finish(operations.undo(ws, 1))
    assert "rep of this receipt is not in this workspace" in refusal(lambda: operations.replay(ws, of_ann))


def test_a_code_of_before_proves_its_number_and_a_zero_too_many_or_few_before_it_is_refused_with_the_right_one(
    ws: operations.Workspace,
) -> None:
    """Its check characters, which stood alone, do not notice the zero; half of the codes with one say something."""
    for kpi_id, period in itertools.product(("bookings", "win_rate", "deals_won"), ("2026-Q1", "2026-01", "2025")):
        found = operations.rows(ws, kpi_id, operations.question(ws, period=period))
        data = [ALPHABET.index(one) for one in found.code.replace("-", "")[:-4]]
        printed = grouped("".join(ALPHABET[one] for one in (*data, *parity(data))))
        assert operations.replay(ws, printed).is_same
        for typed in (f"0{printed}", printed.removeprefix("0")):
            with pytest.raises(UserError) as refused:
                operations.replay(ws, typed)
            assert f"Perhaps {printed} is meant" in refused.value.advice
