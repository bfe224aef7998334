"""A one-on-one as a web page: all of the rep's sheet, nothing of anybody else, nothing that runs."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kpidesk.core.carried import from_text
from kpidesk.core.errors import UserError
from kpidesk.core.review_words import skill_words
from kpidesk.core.reviews import Sheet
from kpidesk.exporting import write_one_on_one
from kpidesk.exporting.one_on_one_html import one_on_one_html
from tests.exporting.test_files import Tags
from tests.sheets import (
    CLOSED,
    CODE,
    EMPTY,
    FILE,
    FORMULA,
    FULL,
    HOSTILE_SHEET,
    PRIVATE,
    RICH,
    SOMEBODY_ELSE,
    STARTED,
    UNTARGETED,
)
from tests.ui.samples_data import HOSTILE

SHEETS = {
    "draft": RICH, "started": STARTED, "closed": CLOSED, "empty": EMPTY, "untargeted": UNTARGETED,
    "hostile": HOSTILE_SHEET, "full": FULL,
}  # fmt: skip
HEADINGS = [
    "What we agreed before", "What changed since 17 Aug 2026", "The numbers", "Deals to talk about", "Agenda", "Notes",
    "What we agree now",
]  # fmt: skip


def text_of(sheet: Sheet, *, manager: bool = False) -> str:
    """What a page says, its blanks made one."""
    return " ".join("".join(Tags(one_on_one_html(sheet, manager=manager)).texts).split())


def shown(sheet: Sheet) -> Iterator[str]:
    """Every text of a sheet that a reader must find on it."""
    for fact in sheet.facts:
        yield from (fact.label, fact.amount_text)
        yield from (part for deal in fact.deals for part in (deal.name, deal.account, deal.amount_text, deal.change))
    for promise in sheet.promises:
        yield from (promise.commitment.text, promise.deal, promise.kpi, promise.then, promise.now)
    for line in sheet.lines:
        yield from (line.words, line.row.kpi.name, line.row.value_text, line.row.target_text, line.row.status_words)
    for deal in sheet.risks:
        yield from (deal.name, deal.account, deal.amount_text, deal.stage, deal.close_date)
    yield from (item.text for item in sheet.review.agenda)
    yield from (from_text(item.since) for item in sheet.review.agenda)
    yield skill_words(sheet)
    yield from sheet.review.notes.splitlines()
    yield from (one.text for one in sheet.review.commitments)
    yield from (sheet.manager, *sheet.why, sheet.review.skill, sheet.review.praise, sheet.review.wellbeing)
    yield from (line.team for line in sheet.lines)
    yield from (text for found in sheet.goals for text in (found.goal.label, found.finding, found.goal.start.text))
    yield from (one.text for one in sheet.review.next_steps)
    yield from (f"{deal.age_days} days" for deal in sheet.risks if deal.age_days is not None)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_page_is_whole_and_needs_nothing_else(sheet: Sheet) -> None:
    page = one_on_one_html(sheet, manager=True)
    found = Tags(page)
    assert found.open == []
    assert not {"script", "link", "img", "iframe", "a", "object", "form"} & set(found.tags)
    assert not [name for name, _ in found.attributes if name in ("src", "href", "style") or name.startswith("on")]
    assert "default-src 'none'" in page.decode()
    assert "@media (prefers-color-scheme: dark)" in page.decode()
    assert "url(" not in page.decode()


@pytest.mark.parametrize("sheet", [RICH, CLOSED, UNTARGETED, FULL], ids=["draft", "closed", "untargeted", "full"])
def test_everything_on_the_sheet_is_on_the_page(sheet: Sheet) -> None:
    told = text_of(sheet)
    assert [text for text in shown(sheet) if text not in told] == []


def test_the_parts_stand_in_the_order_of_the_meeting() -> None:
    page = one_on_one_html(RICH).decode()
    titles = [re.sub(r" ?<span.*", "", part) for part in re.findall(r"<h2>(.*?)</h2>", page)]
    assert titles == HEADINGS
    told = text_of(RICH)
    assert "What changed since 17 Aug 2026 each deal once, under its most important change" in told
    assert "each deal once" not in text_of(EMPTY)
    assert told.index(RICH.review.agenda[1].text) < told.index("From the manager") < told.index("Well done on Acme")


def test_what_became_of_a_promise_is_told_with_who_and_when() -> None:
    told = text_of(CLOSED)
    assert "1 done, 1 done late, 1 open, 1 dropped" in told
    assert "Pilot, two sites: Proposal → Won · won on 9 Sep 2026, 9 days late" in told
    assert "due 31 Aug 2026" in told
    assert "Write the Delta caseThe deal was lostManagerdue 4 Sep 2026" in told


def test_a_commitment_says_how_it_will_be_seen() -> None:
    told = text_of(RICH)
    assert "Eastmoor to ProposalSeen by: Line 4 retrofit → ProposalAnna Sellwoodby 25 Sep 2026" in told
    assert "Six first meetings a weekSeen by: New deals created" in told


def test_every_kpi_with_a_target_and_a_value_has_its_drawings_named() -> None:
    found = Tags(one_on_one_html(RICH))
    labels = [value for name, value in found.attributes if name == "aria-label"]
    assert "27% against a target of 30%" in labels
    assert len(labels) == found.tags.count("svg") == 10


@pytest.mark.parametrize(
    ("sheet", "state", "foot"),
    [
        (RICH, "Draft", "KPI Desk · confidential · Anna Sellwood · Q3 2026 · draft · data as of 14 Sep 2026"),
        (
            STARTED,
            "Sealed on 14 Sep 2026, 09:00",
            f"sealed on 14 Sep 2026, 09:00 · code {CODE} · data as of 14 Sep 2026",
        ),
        (
            CLOSED,
            "Closed on 14 Sep 2026, 09:31",
            f"closed on 14 Sep 2026, 09:31 · code {CODE} · data as of 14 Sep 2026",
        ),
    ],
    ids=["draft", "started", "closed"],
)
def test_a_page_says_how_far_the_meeting_has_come(sheet: Sheet, state: str, foot: str) -> None:
    told = text_of(sheet)
    assert f"One-on-one {state}" in told
    assert told.endswith(foot)
    assert ("still follows the data" in told) is (state == "Draft")


def test_the_first_deals_of_many_are_seen_and_the_others_folded_away() -> None:
    fact = RICH.facts[0]
    many = replace(fact, deals=tuple(replace(fact.deals[0], name=f"Deal {at}.") for at in range(9)))
    page = one_on_one_html(replace(RICH, facts=(many,))).decode()
    seen, _, folded = page.partition("<details>")
    folded = folded.partition("</details>")[0]
    assert [f"Deal {at}." in seen for at in range(9)] == [True] * 6 + [False] * 3
    assert [f"Deal {at}." in folded for at in range(9)] == [False] * 6 + [True] * 3
    assert "<summary>and 3 more</summary>" in folded
    assert 'rowspan="7"' in seen


def test_a_page_without_anything_says_so() -> None:
    told = text_of(EMPTY)
    for words in (
        "This is the first meeting", "no earlier data to compare", "no KPIs to show", "No open deal stands out",
        "No points were written", "No notes were taken", "Nothing was agreed", "No data has been imported",
    ):  # fmt: skip
        assert words in told


def test_the_copy_of_the_rep_names_nobody_else() -> None:
    assert STARTED.lines[0].receipt is not None
    assert SOMEBODY_ELSE in repr(STARTED)
    for sheet in SHEETS.values():
        page = one_on_one_html(sheet).decode()
        assert not [secret for secret in (SOMEBODY_ELSE, FILE, PRIVATE, "Private", "Salary") if secret in page]


def test_the_managers_copy_has_the_private_notes_and_says_so() -> None:
    told = text_of(CLOSED, manager=True)
    assert f"Private notes Private, not for the rep {PRIVATE}" in told
    assert told.endswith("manager copy")
    assert SOMEBODY_ELSE not in told
    assert f"in Proposal since 26 Aug 2026Seen in {FILE}, line 12." in told


def test_text_of_an_attacker_is_only_text() -> None:
    page = Tags(one_on_one_html(HOSTILE_SHEET, manager=True))
    assert {"b", "img", "script"}.isdisjoint(page.tags)
    assert HOSTILE in " ".join(page.texts)
    assert FORMULA in " ".join(page.texts)
    assert not any("\u202e" in text for text in page.texts)
    assert any(text.startswith("One-on-one · שלום עולם gnp.exe <b>x</b>") for text in page.texts)


def test_an_empty_line_of_the_notes_stays_a_line() -> None:
    noted = replace(RICH, review=replace(RICH.review, notes="First.\n\nThird."))
    assert one_on_one_html(noted).decode().count('<p class="typed"') == 3


# --- files ------------------------------------------------------------------------------------------------------


def test_a_file_is_written_whole_over_an_older_one(tmp_path: Path) -> None:
    to = tmp_path / "anna.HTML"
    to.write_text("older")
    write_one_on_one(CLOSED, to)
    assert to.read_bytes() == one_on_one_html(CLOSED)
    assert [path.name for path in tmp_path.iterdir()] == ["anna.HTML"]


@pytest.mark.parametrize("name", ["anna.csv", "anna.xlsx", "anna"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="no form of a one-on-one") as told:
        write_one_on_one(CLOSED, tmp_path / name)
    assert ".pdf or .html" in told.value.advice
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_the_older_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    to = tmp_path / "anna.html"
    to.write_text("older")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="No space left"):
        write_one_on_one(CLOSED, to)
    assert to.read_text() == "older"
    assert [path.name for path in tmp_path.iterdir()] == ["anna.html"]


def test_what_the_rep_says_of_themself_is_on_their_copy_alone_and_private_notes_on_the_managers() -> None:
    wellbeing = FULL.review.wellbeing
    theirs, own = text_of(FULL), text_of(FULL, manager=True)
    assert (wellbeing in theirs, PRIVATE in theirs) == (True, False)
    assert (wellbeing in own, PRIVATE in own) == (False, True)


def test_a_sheet_of_an_older_version_has_no_column_that_it_does_not_fill() -> None:
    told = text_of(CLOSED)
    assert "DealValueStageClosesWhy Zeta rollout" in told
    assert "DealValueStageAgeClosesWhyNext step Zeta rollout" in text_of(FULL)
    for title in ("Coaching goals", "Skill in focus", "What went well", "Well-being"):
        assert title not in told
        assert title in text_of(FULL)


def test_a_tag_stands_before_its_point_until_it_is_done() -> None:
    told = text_of(FULL)
    assert "DISCUSS Reference for procurement" in told
    assert "DONE Send the price list" in told
