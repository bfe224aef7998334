"""Scorecards and trends as CSV, HTML and XLSX: the same numbers, nothing that runs, whole files or none."""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # it has no type hints
import pytest

from kpidesk.core.errors import UserError
from kpidesk.core.people import Scope
from kpidesk.core.scorecards import Question, Scorecard
from kpidesk.exporting import write_scorecard, write_trend
from kpidesk.exporting.csv_form import scorecard_csv, trend_csv
from kpidesk.exporting.files import writing_to
from kpidesk.exporting.html_form import scorecard_html, trend_html
from kpidesk.exporting.xlsx_form import scorecard_xlsx, trend_xlsx
from tests.ui.samples import CASES, QUARTER, scorecard, trend
from tests.ui.samples import row as sample_row

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")  # openpyxl reads no sparklines
CARD = replace(scorecard(), currency="USD")
TREND = replace(trend(CASES[1]), currency="USD")
HOSTILE = "=cmd|'/c calc'!A1<script>alert(1)</script>\x1b[31m"


def hostile() -> Scorecard:
    """A scorecard broken down by a field whose values, like every other text in it, were written by an attacker."""
    rows = tuple(
        replace(row, member=HOSTILE, reason=HOSTILE, status_words=HOSTILE, kpi=replace(row.kpi, name=HOSTILE))
        for row in CARD.rows
    )
    question = Question(QUARTER, by="lead_source")
    return replace(CARD, rows=rows, title=HOSTILE, question=question, notices=(HOSTILE,), sources=(HOSTILE,))


def lines(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


class Tags(HTMLParser):
    """The tags and texts of a page; a class because the parser of the standard library calls methods."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "polyline", "rect", "circle", "line"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


# --- CSV --------------------------------------------------------------------------------------------------------


def test_a_csv_has_plain_numbers_and_the_text_as_shown() -> None:
    rate = next(line for line in lines(scorecard_csv(CARD)) if line["kpi"] == "win_rate")
    told = {name: rate[name] for name in ("value", "n", "interval_low", "minimum", "target", "stretch", "unit")}
    assert told == {
        "value": "0.271", "n": "96", "interval_low": "0.19", "minimum": "0.25", "target": "0.3", "stretch": "0.34",
        "unit": "percent",
    }  # fmt: skip
    assert (rate["scope"], rate["period_start"], rate["period_last_day"]) == ("org", "2026-07-01", "2026-09-30")
    assert (rate["shown"], rate["standing"], rate["status"]) == ("27%", "At risk", "at_risk")


def test_what_does_not_exist_is_an_empty_cell_with_its_reason() -> None:
    missing = next(line for line in lines(scorecard_csv(CARD)) if line["kpi"] == "response")
    assert (missing["value"], missing["interval_low"]) == ("", "")
    assert missing["reason"].startswith("no rows")


def test_a_trend_has_a_line_for_each_period() -> None:
    found = lines(trend_csv(TREND))
    assert [line["period"] for line in found] == [point.period.key for point in TREND.points]
    assert [float(line["value"]) for line in found] == [point.result.value for point in TREND.points]
    assert [line["partial"] for line in found] == ["no"] * 12 + ["yes"]


def test_a_negative_number_stays_a_number() -> None:
    row = replace(CARD.rows[0], result=replace(CARD.rows[0].result, value=-1250.5))
    assert lines(scorecard_csv(replace(CARD, rows=(row,))))[0]["value"] == "-1250.5"


# --- HTML -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [scorecard_html(CARD), trend_html(TREND)], ids=["scorecard", "trend"])
def test_a_page_is_whole_and_needs_nothing_else(page: bytes) -> None:
    found = Tags(page)
    assert found.open == []
    assert not {"script", "link", "img", "iframe", "a", "object"} & set(found.tags)
    assert not [name for name, _ in found.attributes if name in ("src", "href", "onload", "onclick", "style")]
    assert "default-src 'none'" in page.decode()
    assert "@media (prefers-color-scheme: dark)" in page.decode()


def test_a_page_shows_every_number_and_names_every_drawing() -> None:
    found = Tags(scorecard_html(CARD))
    text = " ".join(found.texts)
    for row in CARD.rows:
        for shown in (row.kpi.name, row.value_text, row.sample_text, row.target_text, row.status_words):
            assert shown in text
    labels = [value for name, value in found.attributes if name == "aria-label"]
    assert len(labels) == found.tags.count("svg") > len(CARD.rows)
    assert "27% against a target of 30%" in labels
    assert Tags(trend_html(TREND)).attributes.count(("aria-label", TREND.sentence)) == 1


def test_the_chart_of_a_page_leaves_a_gap_where_a_value_is_missing() -> None:
    broken = replace(trend(CASES[6]), currency="USD")
    assert sum(point.result.value is None for point in broken.points) == 1
    values = re.findall(r'<polyline class="line"', trend_html(broken).decode())
    assert len(values) == 2
    assert len(re.findall(r'<circle class="dot', trend_html(broken).decode())) == 12


def test_the_bar_of_a_page_is_as_long_as_the_value() -> None:
    page = scorecard_html(replace(CARD, rows=(CARD.rows[1],))).decode()
    bar = float(re.findall(r'<rect class="mark watch" [^>]*width="([\d.]+)"', page)[0])
    aim = float(re.findall(r'<rect class="aim" x="([\d.]+)"', page)[0]) + 1.7
    assert bar / aim == pytest.approx(0.271 / 0.30, abs=0.005)


# --- XLSX -------------------------------------------------------------------------------------------------------


def sheet(content: bytes, name: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))[name]


def table(found: Any) -> dict[str, dict[str, Any]]:
    """The cells of a written table by the name in its first column and its title."""
    titles = [cell.value for cell in found[5]]
    return {
        row[0].value: {title: cell for title, cell in zip(titles, row, strict=False) if title}
        for row in found.iter_rows(min_row=6)
        if row[0].value
    }


def test_a_workbook_has_real_numbers_under_formats() -> None:
    found = table(sheet(scorecard_xlsx(CARD), "Scorecard"))
    assert found["Bookings"]["Actual"].value == 1_284_500
    assert found["Bookings"]["Actual"].number_format == '"$"#,##0'
    rate = found["Win rate"]
    assert [rate[name].value for name in ("Actual", "From", "Low", "High", "Target")] == [0.271, 96, 0.19, 0.367, 0.30]
    assert rate["Actual"].number_format == "0.0%"
    assert rate["Status"].value == "At risk"
    assert found["Lead response time"]["Actual"].value is None


def test_a_workbook_keeps_the_values_of_its_sparklines() -> None:
    content = scorecard_xlsx(CARD)
    past = sheet(content, "Past")
    row = next(row for row in past.iter_rows(min_row=2) if row[0].value == "Win rate")
    assert [cell.value for cell in row[1:14]] == pytest.approx([point.value for point in CARD.rows[1].spark])
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert xml.count("<x14:sparkline>") == len(CARD.rows)


def test_a_trend_workbook_has_a_chart_and_the_numbers() -> None:
    content = trend_xlsx(TREND)
    found = table(sheet(content, "Trend"))
    assert found["Q2 2026"]["Actual"].value == pytest.approx(TREND.points[-2].result.value)
    assert found["Q3 2026"]["Remark"].value == "The period is not over."
    assert any(name.startswith("xl/charts/chart") for name in zipfile.ZipFile(io.BytesIO(content)).namelist())


def test_a_breakdown_names_each_kpi_once_above_its_members() -> None:
    members = (Scope("team", "North", 1), Scope("team", "South", 2))
    rows = tuple(sample_row(case, member) for case in CASES[:2] for member in members)
    texts = Tags(scorecard_html(replace(CARD, rows=rows, question=Question(QUARTER, by="team")))).texts
    names = [text for text in texts if text in ("Bookings", "Win rate", "North", "South")]
    assert names == ["Bookings", "North", "South", "Win rate", "North", "South", "Bookings", "Win rate"]


def test_a_page_and_each_line_of_a_table_say_what_a_kpi_counts() -> None:
    kpi = replace(CARD.rows[0].kpi, sentence="What was won & signed.", formula="sum(deals.amount where won)")
    card = replace(CARD, rows=tuple(replace(row, kpi=kpi) for row in CARD.rows[:2]))
    words = "What was won & signed. Formula: sum(deals.amount where won)"
    assert Tags(scorecard_html(card)).texts.count(words) == 1
    lines = list(csv.DictReader(io.StringIO(scorecard_csv(card).decode("utf-8-sig"))))
    assert [line["counted"] for line in lines] == [words, words]
    trend = replace(TREND, kpi=kpi)
    assert words in Tags(trend_html(trend)).texts
    assert {line["counted"] for line in csv.DictReader(io.StringIO(trend_csv(trend).decode("utf-8-sig")))} == {words}


# --- nothing runs -----------------------------------------------------------------------------------------------


def test_text_of_an_attacker_runs_nowhere() -> None:
    card = hostile()
    for line in lines(scorecard_csv(card)):
        assert not [cell for cell in line.values() if cell.startswith(("=", "+", "-", "@"))]
    page = Tags(scorecard_html(card))
    assert "script" not in page.tags
    assert any("<script>" in text for text in page.texts)
    assert not any("\x1b" in text for text in page.texts)
    book = openpyxl.load_workbook(io.BytesIO(scorecard_xlsx(card)))
    cells = [cell for one in book for row in one.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert any(str(cell.value).startswith("=cmd") for cell in cells)


# --- whole or not at all ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "html", "xlsx", "XLSX"])
def test_a_file_is_written_whole_over_an_older_one(tmp_path: Path, ending: str) -> None:
    to = tmp_path / f"card.{ending}"
    to.write_text("older")
    write_scorecard(CARD, to)
    assert to.stat().st_size > 500
    write_trend(TREND, tmp_path / f"trend.{ending}")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted((to.name, f"trend.{ending}"))


def test_a_file_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    taken = tmp_path / "taken.csv"
    taken.mkdir()
    (taken / "inside").write_text("kept")
    for to in (taken, tmp_path / "missing" / "card.html", taken / "inside" / "card.xlsx"):
        with pytest.raises(UserError, match="cannot be written"):
            write_scorecard(CARD, to)
    assert [path.name for path in tmp_path.rglob("*")] == ["taken.csv", "inside"]


@pytest.mark.parametrize(
    ("refused", "said"),
    [(None, "the file that stands there is read-only"), ("open", "Permission denied"), ("replace", "used by another")],
)
def test_a_file_that_is_protected_or_held_open_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str | None, said: str
) -> None:
    """A protected file, a folder that takes no new files, and a file that another program holds, as Windows has it."""
    to = tmp_path / "card.xlsx"
    to.write_text("older")
    if refused is None:
        to.chmod(0o444)
    else:

        def refuse(_: Path, *__: object) -> None:
            raise PermissionError(errno.EACCES, said)

        monkeypatch.setattr(Path, refused, refuse)
    with pytest.raises(UserError, match=f"card.xlsx cannot be written: {said}") as found:
        write_scorecard(CARD, to)
    monkeypatch.undo()
    assert "close the file where it is open" in found.value.advice
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("card.xlsx", "older")]


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no known form"):
        write_scorecard(CARD, tmp_path / "card.doc")
    with pytest.raises(UserError, match="no known form"):
        write_trend(TREND, tmp_path / "trend.pdf")
    assert list(tmp_path.iterdir()) == []


def test_what_the_system_refuses_is_told_with_what_helps(tmp_path: Path) -> None:
    helps = ((errno.ENOSPC, "Free some space"), (errno.ENAMETOOLONG, "shorter name"), (errno.EROFS, "choose another"),
             (errno.EACCES, "close the file where it is open"))  # fmt: skip
    for number, words in helps:
        with pytest.raises(UserError, match="cannot be written") as found, writing_to(tmp_path / "a.pdf"):
            raise OSError(number, os.strerror(number))
        assert words in found.value.advice
