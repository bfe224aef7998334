"""A one-on-one on paper: everything of the sheet findable, two pages, private notes on a page of their own."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import zlib
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path

import pytest
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.meeting_sheets import MeetingSheet, SignalLine
from kpidesk.core.papers import PaperSize
from kpidesk.core.reviews import AgendaItem, Commitment, Sheet
from kpidesk.exporting.meeting_forms import sheet_json, sheet_text
from kpidesk.exporting.one_on_one_html import one_on_one_html
from kpidesk.store.frozen import from_json, to_json
from kpidesk.ui.painting.document import export_one_on_one_pdf
from kpidesk.ui.painting.look import Look
from kpidesk.ui.painting.one_on_one_page import build_one_on_one
from kpidesk.ui.painting.one_on_one_rows import fact_block
from kpidesk.ui.painting.pages import room_of
from kpidesk.ui.painting.writing import broken, remark_lines, ruled, section
from kpidesk.ui.theme import LIGHT, Theme
from kpidesk.ui.widgets.meeting_sections import SignalsCard
from kpidesk.ui.widgets.meeting_text import about_words
from tests.exporting.test_one_on_one import HEADINGS, SHEETS, shown
from tests.flow import ask, refused
from tests.sheets import (
    CLOSED,
    CODE,
    EMPTY,
    FILE,
    FULL,
    HOSTILE_SHEET,
    PRIVATE,
    RICH,
    SOMEBODY_ELSE,
    STARTED,
    company,
)
from tests.small_export import DEALS, TODAY, build, write
from tests.ui import samples_meetings

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
pytestmark = pytest.mark.usefixtures("qapp")
PAPERS: tuple[PaperSize, ...] = ("A4", "Letter")
FEW = "12 of 19, too early"

PRINTED = re.compile(r"printed .{1,20}, \d\d:\d\d")
"""The moment at which a page was put on paper; the minute may turn between two of them."""


def pages_of(pdf: Path) -> list[str]:
    """The text of every page in the order it was drawn, blanks made one."""
    done = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, text=True, check=True)
    return [" ".join(page.split()) for page in done.stdout.split("\f")[:-1]]


def written(folder: Path, sheet: Sheet, *, manager: bool = False, paper: PaperSize = "A4") -> list[str]:
    return pages_of(export_one_on_one_pdf(sheet, folder / "sheet.pdf", manager, paper=paper))


def unpacked(pdf: Path) -> bytes:
    """Every byte of a PDF, its streams unpacked, so that nothing can hide in them."""
    content = pdf.read_bytes()
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            content += zlib.decompress(stream)
        except zlib.error:
            content += stream
    return content


def spellings(text: str) -> list[bytes]:
    """A text as the bytes of a PDF could hold it."""
    return [text.encode(), text.encode("utf-16-be"), text.encode("utf-16-be").hex().encode()]


@needs_poppler
@pytest.mark.parametrize("paper", PAPERS)
def test_everything_on_the_sheet_is_found_on_two_pages(tmp_path: Path, paper: PaperSize) -> None:
    pages = written(tmp_path, CLOSED, paper=paper)
    assert len(pages) == 2
    told = " ".join(pages)
    assert [text for text in shown(CLOSED) if text not in told] == []
    assert [told.index(title) for title in HEADINGS] == sorted(told.index(title) for title in HEADINGS)


@needs_poppler
def test_every_page_carries_its_stamp(tmp_path: Path) -> None:
    for number, page in enumerate(written(tmp_path, CLOSED), 1):
        stamp = f"closed on 14 Sep 2026, 09:31 · code {CODE} · data as of 14 Sep 2026"
        assert re.search(rf"{stamp} Page {number} of 2 printed \d+ \w{{3}} \d{{4}}, \d\d:\d\d$", page)
    assert "draft · data as of 14 Sep 2026" in written(tmp_path, RICH)[0]


@needs_poppler
def test_a_promise_stands_with_its_outcome_who_and_when(tmp_path: Path) -> None:
    told = written(tmp_path, CLOSED)[0]
    assert (
        "Done late Brightwater signed Pilot, two sites: Proposal → Won · won on 9 Sep 2026, 9 days late"
        " Anna Sellwood due 31 Aug 2026"
    ) in told


@needs_poppler
def test_words_come_before_numbers(tmp_path: Path) -> None:
    assert "Win rate 26 of 96 in Q3 2026 27% 30% At risk" in written(tmp_path, CLOSED)[0]


@needs_poppler
@pytest.mark.parametrize("paper", PAPERS)
def test_everything_besides_the_numbers_is_printed_too(tmp_path: Path, paper: PaperSize) -> None:
    """Texts of a table may go on in a second line, so they are looked for word by word."""
    told = " ".join(written(tmp_path, FULL, paper=paper))
    words = {word for text in shown(FULL) for word in text.split()}
    assert sorted(word for word in words if word not in told) == []
    titles = ["Coaching goals", "Deals to talk about", "Agenda", "Skill in focus and praise", "What we agree now",
              "Well-being and career"]  # fmt: skip
    assert [told.index(title) for title in titles] == sorted(told.index(title) for title in titles)
    assert "Changed for the better" in told


@needs_poppler
def test_what_the_rep_says_of_themself_is_printed_for_them_alone(tmp_path: Path) -> None:
    wellbeing = FULL.review.wellbeing
    assert wellbeing in " ".join(written(tmp_path, FULL))
    to = export_one_on_one_pdf(FULL, tmp_path / "own.pdf", manager=True)
    assert wellbeing not in " ".join(pages_of(to))
    assert not [spelling for spelling in spellings(wellbeing) if spelling in unpacked(to)]


@needs_poppler
@pytest.mark.parametrize("paper", PAPERS)
def test_the_words_of_a_status_and_the_name_of_a_change_are_never_cut(tmp_path: Path, paper: PaperSize) -> None:
    line = replace(CLOSED.lines[1], row=replace(CLOSED.lines[1].row, status="no_target", status_words=FEW))
    gone = replace(CLOSED.facts[0], kind="gone")
    told = written(tmp_path, replace(CLOSED, lines=(line,), facts=(gone,)), paper=paper)[0]
    assert FEW in told
    assert "No longer in the file" in told


@needs_poppler
def test_the_copy_of_the_rep_names_nobody_else(tmp_path: Path) -> None:
    assert SOMEBODY_ELSE in repr(STARTED)
    for sheet in (STARTED, CLOSED, HOSTILE_SHEET):
        to = export_one_on_one_pdf(sheet, tmp_path / "sheet.pdf")
        content, told = unpacked(to), " ".join(pages_of(to))
        for secret in (SOMEBODY_ELSE, FILE, PRIVATE, "Salary", "Private"):
            assert secret not in told
            assert not [spelling for spelling in spellings(secret) if spelling in content]
        assert "manager copy" not in told


def test_the_search_for_secrets_sees_the_title(tmp_path: Path) -> None:
    """The title is the one text that a PDF holds as it is, so the search above must find it."""
    content = unpacked(export_one_on_one_pdf(CLOSED, tmp_path / "sheet.pdf"))
    assert any(spelling in content for spelling in spellings("Anna Sellwood"))


@needs_poppler
def test_private_notes_stand_on_a_marked_page_of_the_managers_copy(tmp_path: Path) -> None:
    *shared, last = written(tmp_path, CLOSED, manager=True)
    assert len(shared) == 2
    assert last.startswith("Private notes Private, not for the rep Anna Sellwood · Q3 2026")
    assert PRIVATE in last
    assert not [page for page in shared if PRIVATE in page]
    assert "manager copy Page 3 of 3" in last
    assert SOMEBODY_ELSE not in " ".join((*shared, last))


@needs_poppler
def test_only_the_managers_copy_names_the_rows_that_prove_what_became_of_promises(tmp_path: Path) -> None:
    told = " ".join(written(tmp_path, CLOSED, manager=True))
    assert f"Fleet renewal 2026: Qualified → Won · in Proposal since 26 Aug 2026 Seen in {FILE}, line 12." in told
    assert f"Seen in {FILE}, line 13." in told
    assert told.count("Seen in") == 2, "nothing proves the other two"
    assert "Seen in" not in " ".join(written(tmp_path, CLOSED))


@needs_poppler
@pytest.mark.parametrize("paper", PAPERS)
def test_what_was_agreed_is_never_parted(tmp_path: Path, paper: PaperSize) -> None:
    """Notes of any length push it down; wherever the page ends, all of it stands together."""
    places = set()
    for lines in range(1, 44, 4):
        noted = replace(CLOSED, review=replace(CLOSED.review, notes="\n".join(["A line."] * lines)))
        pages = written(tmp_path, noted, paper=paper)
        (page,) = (page for page in pages if "What we agree now" in page)
        assert [one.text for one in noted.review.commitments if one.text not in page] == []
        places.add(pages.index(page))
    assert len(places) == 2, "the notes must be long enough to push it overleaf"


@needs_poppler
@pytest.mark.parametrize("paper", PAPERS)
def test_a_sheet_with_everything_on_it_fits_two_pages(tmp_path: Path, paper: PaperSize) -> None:
    risks = tuple(replace(FULL.risks[0], name=f"Risk {at}") for at in range(8))
    noted = replace(FULL.review, notes="A line of notes.\n" * 3)
    pages = written(tmp_path, replace(FULL, review=noted, risks=risks), paper=paper)
    assert len(pages) == 2
    assert [one.name for one in risks if one.name not in " ".join(pages)] == []


@needs_poppler
@pytest.mark.parametrize("paper", PAPERS)
def test_no_band_of_a_copy_for_others_is_cut(tmp_path: Path, paper: PaperSize) -> None:
    band = "CA$200K–CA$500K"
    risks = tuple(replace(one, amount_text=band) for one in FULL.risks[:2])
    deals = tuple(replace(one, amount_text=band) for one in FULL.facts[0].deals[:2])
    told = " ".join(
        written(tmp_path, replace(FULL, risks=risks, facts=(replace(FULL.facts[0], deals=deals),)), paper=paper)
    )
    assert told.replace(" ", "").count(band) == len(risks) + len(deals)


@needs_poppler
def test_without_private_notes_there_is_no_page_for_them(tmp_path: Path) -> None:
    bare = replace(CLOSED, review=replace(CLOSED.review, private=" \n"))
    assert len(written(tmp_path, bare, manager=True)) == 2


@needs_poppler
@pytest.mark.parametrize("paper", PAPERS)
def test_a_first_meeting_fits_one_page_and_says_what_is_missing(tmp_path: Path, paper: PaperSize) -> None:
    (page,) = written(tmp_path, EMPTY, paper=paper)
    assert "This is the first meeting" in page
    assert "No data has been imported yet" in page
    assert "What Who By when" in page  # room to write on by hand
    closed = replace(EMPTY, review=replace(EMPTY.review, state="closed", closed_at="2026-09-14T09:31:00"))
    (page,) = written(tmp_path, closed, paper=paper)
    assert "Nothing was agreed" in page
    assert "By when" not in page


@needs_poppler
def test_what_is_typed_is_never_cut(tmp_path: Path) -> None:
    words = [f"word{at}" for at in range(900)]
    long = replace(
        CLOSED.review,
        notes="\n".join((" ".join(words), "x" * 700)),
        agenda=(AgendaItem(" ".join(reversed(words))), AgendaItem("second", "manager")),
    )
    pages = written(tmp_path, replace(CLOSED, review=long))
    told = " ".join(pages)
    assert all(told.split().count(word) == 2 for word in words)
    assert sum(len(run) for run in re.findall(r"x{20,}", told)) == 700
    assert len(pages) > 3


@needs_poppler
def test_a_rep_with_very_many_changes_gets_the_first_of_them(tmp_path: Path) -> None:
    fact = RICH.facts[0]
    many = replace(fact, deals=tuple(replace(fact.deals[0], name=f"Deal {at}") for at in range(40)))
    risks = tuple(replace(RICH.risks[0], name=f"Risk {at}") for at in range(30))
    pages = written(tmp_path, replace(RICH, facts=(many,) * 8, risks=risks))
    told = " ".join(pages)
    assert "40 deals, $115.5K" in told
    left = [int(count) for count in re.findall(r"and (\d+) more", told)]
    assert left[-1] == 22, "of the deals to talk about"
    assert len(left) == 9
    assert len(set(left[:8])) == 1, "of every kind as many are named"
    assert left[0] in range(34, 39), "two to six"
    assert len(pages) == 2


@needs_poppler
def test_the_names_of_deals_and_kpis_are_never_cut(tmp_path: Path) -> None:
    deal = replace(RICH.risks[0], name="Northwind Traders Chicago platform renewal and extension")
    line = replace(RICH.lines[0], row=replace(RICH.lines[0].row, kpi=replace(RICH.lines[0].row.kpi, name="K " * 40)))
    told = " ".join(written(tmp_path, replace(RICH, risks=(deal,), lines=(line,))))
    assert all(word in told for word in deal.name.split())
    assert told.count("K") >= 40


def test_the_room_for_notes_has_a_line_less_where_it_would_go_over_for_want_of_one() -> None:
    look = Look(LIGHT, page=True)
    whole, shorter = (section("Notes", look, [ruled(lines, look)])[0] for lines in (3, 2))
    seen = set()
    for height in range(500, 900, 10):
        first, *others = build_one_on_one(EMPTY, height, 700, look).pages
        filled = sum(block.height + (block.gap if at else 0.0) for at, block in enumerate(first))
        seen |= {one.height for one in first}
        if others and others[0][0].height == whole.height:
            assert filled + others[0][0].gap + shorter.height > room_of(height), height
    assert {whole.height, shorter.height} <= seen


def test_a_remark_of_several_lines_is_one_text() -> None:
    look = Look(LIGHT, page=True)
    one, two = (remark_lines("word " * count, look, 400).height for count in (5, 20))
    assert two - one == 18
    assert remark_lines("word " * 500, look, 400).height == one + 2 * 18, "three lines at most"


def test_one_deal_more_than_named_is_named_too() -> None:
    deals = [replace(RICH.facts[0].deals[0], name=f"Deal {at}", change="") for at in range(4)]
    three, four = (
        fact_block(replace(RICH.facts[0], deals=tuple(deals[:at])), Look(LIGHT, page=True), 700, 2) for at in (3, 4)
    )
    assert three.height == four.height, "three deals, or two and that there are more"


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
@pytest.mark.parametrize("paper", PAPERS)
def test_every_sheet_can_be_written(tmp_path: Path, sheet: Sheet, paper: PaperSize) -> None:
    to = export_one_on_one_pdf(sheet, tmp_path / "sheet.pdf", manager=True, paper=paper)
    assert len(re.findall(rb"/Type\s*/Page\b", to.read_bytes())) <= 4


@needs_poppler
def test_text_of_an_attacker_is_only_text(tmp_path: Path) -> None:
    to = export_one_on_one_pdf(HOSTILE_SHEET, tmp_path / "sheet.pdf", manager=True)
    told = " ".join(pages_of(to))
    assert "<b>x</b><img src='file:///etc/hostname'>" in told
    assert b"/URI" not in unpacked(to)
    assert b"/JavaScript" not in unpacked(to)


def test_lines_are_broken_at_their_width_and_lose_nothing() -> None:
    font = Look(LIGHT, page=True).font(13)
    text = f"Emoji 🚀 and a {'very' * 60} long word, then רגיל, then the rest of it. {'🚀' * 80}"
    lines = broken(text, font, 200)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(QFontMetricsF(font).horizontalAdvance(line) for line in lines) <= 201
    assert broken(text, font, 200, 3)[:2] == lines[:2]
    assert broken(text, font, 200, 3)[2].endswith("…")
    assert broken(" \u202e ", font, 200) == []


# --- files ------------------------------------------------------------------------------------------------------


def test_a_place_that_cannot_be_written_is_told_and_left_clean(tmp_path: Path) -> None:
    taken = tmp_path / "taken.pdf"
    taken.mkdir()
    for to in (taken, tmp_path / "missing" / "sheet.pdf"):
        with pytest.raises(UserError, match="cannot be written"):
            export_one_on_one_pdf(CLOSED, to)
    assert [path.name for path in tmp_path.rglob("*")] == ["taken.pdf"]


def test_a_full_disk_is_told_and_the_older_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    to = tmp_path / "sheet.pdf"
    to.write_text("older")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="No space left"):
        export_one_on_one_pdf(CLOSED, to)
    assert to.read_text() == "older"
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.pdf"]


# --- the command ------------------------------------------------------------------------------------------------

ANN = ("one-on-one", "--scope", "rep:Ann Lee", "--period", "2025-Q1")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small export as a workspace; tests that write take a copy."""
    return build(tmp_path_factory.mktemp("meetings"))


@pytest.fixture
def sales(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(built, tmp_path / "sales.kpidesk"))


def met(path: Path, *, close: bool) -> None:
    """Meet Ann about the first quarter, with private notes."""
    ws = operations.open_workspace(path, today=TODAY)
    try:
        asked = operations.question(ws, scope="rep:Ann Lee", period="2025-Q1")
        review = operations.open_review(ws, asked.scope, asked)
        promised = (Commitment("Call Odal", date(2025, 4, 18)),)
        operations.save_review(ws, replace(review, notes="Calm.", private=PRIVATE, commitments=promised))
        if close:
            operations.close_review(ws, review.id)
    finally:
        operations.close(ws)


@needs_poppler
@pytest.mark.parametrize("ending", ["pdf", "html"])
def test_without_a_meeting_the_command_writes_a_draft_and_keeps_nothing(
    sales: Path, tmp_path: Path, ending: str
) -> None:
    before = sales.read_bytes()
    to = tmp_path / f"ann.{ending}"
    assert ask("export", sales, *ANN, "--to", to) == {"file": str(to)}
    told = " ".join(pages_of(to)) if ending == "pdf" else to.read_text(encoding="utf-8")
    # Ann won 10,000 and 12,400 in the quarter and lost nothing
    for text in ("Ann Lee", "Draft", "$22.4K", "2 of 2"):
        assert text in told
    for other in ("Bo Dahl", "Cy Frey", "Eli Stone", "pipeline.csv", "teams.csv"):
        assert other not in told
    assert sales.read_bytes() == before


@needs_poppler
def test_no_copy_of_the_sample_company_names_another_rep(sample: Path, tmp_path: Path) -> None:
    ws = operations.open_workspace(sample, today=date(2026, 9, 14))
    try:
        asked = operations.opening(ws)
        names = [person.name for person in operations.scopes(ws).people]
        reps = [scope for scope in operations.scopes(ws).scopes() if scope.kind == "rep"]
        assert len(reps) > 10
        for scope in reps:
            found = operations.sheet_for(ws, scope, asked.period)
            page, paper = tmp_path / "sheet.html", tmp_path / "sheet.pdf"
            operations.export_one_on_one(found, page)
            export_one_on_one_pdf(found, paper)
            told = page.read_text(encoding="utf-8") + " ".join(pages_of(paper))
            assert [name for name in names if name in told] == [scope.name]
    finally:
        operations.close(ws)


@needs_poppler
def test_the_command_prints_the_meeting_that_was_closed(sales: Path, tmp_path: Path) -> None:
    met(sales, close=True)
    first = written_by_command(sales, tmp_path / "first.pdf")
    ask("import", sales, write(tmp_path, "later.csv", DEALS.replace("12400", "99000")), "--as-of", "2025-05-01")
    second = written_by_command(sales, tmp_path / "second.pdf")
    assert [PRINTED.sub("", page) for page in second] == [PRINTED.sub("", page) for page in first]
    told = " ".join(first)
    for text in ("Closed on 5 May 2025", "$22.4K", "Calm.", "Call Odal", "by 18 Apr 2025"):
        assert text in told
    assert PRIVATE not in told
    *_, last = written_by_command(sales, tmp_path / "manager.pdf", "--manager-copy")
    assert last.startswith("Private notes")
    assert PRIVATE in last


@needs_poppler
def test_a_draft_is_printed_with_what_was_typed(sales: Path, tmp_path: Path) -> None:
    met(sales, close=False)
    told = " ".join(written_by_command(sales, tmp_path / "draft.pdf"))
    for text in ("Draft", "Calm.", "Call Odal"):
        assert text in told
    assert PRIVATE not in told


def written_by_command(sales: Path, to: Path, *more: str) -> list[str]:
    ask("export", sales, *ANN, "--to", to, *more)
    return pages_of(to)


@pytest.mark.parametrize(
    ("words", "problem", "advice"),
    [
        (("one-on-one", "--to", "ann.pdf"), "with a rep, not with 'org'", "Ann Lee"),
        (("one-on-one", "--scope", "team:Dana Ortiz", "--to", "ann.pdf"), "not with 'team:Dana Ortiz'", "Ann Lee"),
        (("one-on-one", "--scope", "rep:Ann Leo", "--to", "ann.pdf"), "no team or rep 'Ann Leo'", "Ann Lee"),
        ((*ANN, "--to", "ann.csv"), "cannot be written as 'ann.csv'", ".pdf or .html"),
        ((*ANN, "--to", "ann.pdf", "--by", "team"), "takes no --by", "which period only"),
        ((*ANN, "--to", "ann.pdf", "--kpi", "win_rate"), "takes no --kpi", "which period only"),
        ((*ANN, "--to", "ann.pdf", "--as-of", "2025-04-01"), "takes no --as-of", "which period only"),
        (("scorecard", "--to", "card.pdf", "--manager-copy"), "no manager's copy", "--manager-copy"),
    ],
)
def test_what_a_one_on_one_cannot_be_is_refused(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], problem: str, advice: str
) -> None:
    monkeypatch.chdir(tmp_path)
    told = refused("export", built, *words)
    assert problem in told
    assert advice in told
    assert list(tmp_path.iterdir()) == []


@needs_poppler
def test_no_copy_of_any_company_names_anybody_else(tmp_path: Path) -> None:
    for seed in range(18):
        sheet, hidden = company(seed)
        page = one_on_one_html(sheet)
        pdf = export_one_on_one_pdf(sheet, tmp_path / "copy.pdf")
        told, every_byte = " ".join(pages_of(pdf)), unpacked(pdf) + page
        assert sheet.rep in told
        for secret in hidden:
            assert secret not in told
            assert escape(secret).encode() not in page
            assert not any(spelling in every_byte for spelling in spellings(secret)), secret
        if seed % 6 == 0:
            whole = " ".join(pages_of(export_one_on_one_pdf(sheet, tmp_path / "own.pdf", manager=True)))
            assert f"Secret{seed}" in whole, "the search would find it"


def test_a_review_lists_five_signals_and_every_other_one_when_asked(qtbot: QtBot) -> None:
    found = tuple(SignalLine(f"KPI {at}", "North", "higher") for at in range(8))
    sheet = replace(samples_meetings.sheet("weekly", "North", ("Bo Dahl",)), signals=found)
    card = SignalsCard(Theme())
    qtbot.addWidget(card)
    card.show_sheet(sheet)
    assert (card.table.records.rowCount(), card.more.text()) == (5, "and 3 more")
    card.more.click()
    assert (card.table.records.rowCount(), card.more.isHidden()) == (8, True)
    told = sheet_text(sheet)
    assert "The first 5 of 8." in told
    assert ("KPI 4" in told, "KPI 5" in told) == (True, False)
    assert "KPI 7" in sheet_text(sheet, whole=True)
    assert str(sheet_json(sheet)["signals"]).count("higher") == 8


def test_a_sheet_that_was_sealed_anew_says_so_on_screen_on_paper_and_in_json() -> None:
    gone, day = "a name was removed on 5 Nov 2026 at the person's wish, numbers unchanged", date(2026, 11, 5)
    sheet = replace(samples_meetings.sheet("weekly", "North", ("Bo Dahl",), "closed"), redacted=day)
    assert gone in about_words(sheet)
    assert gone in " ".join(sheet_text(sheet).split())
    assert sheet_json(sheet)["redacted"] == "2026-11-05"
    assert gone in one_on_one_html(replace(CLOSED, redacted=day)).decode().replace("&#x27;", "'")
    assert "was removed" not in one_on_one_html(CLOSED).decode()
    assert from_json(MeetingSheet, to_json(sheet)).redacted == day
