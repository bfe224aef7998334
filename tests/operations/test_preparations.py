"""The form a rep fills in: it holds nothing of anybody else, and what comes back is looked at before it is taken."""

from __future__ import annotations

import base64
import hashlib
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields, replace
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk import operations, store
from kpidesk.core.errors import UserError
from kpidesk.core.people import Scope
from kpidesk.core.preparations import QUESTIONS, Answer, PrepForm, form_text, is_empty, points_of, read_form
from kpidesk.core.progress import finish
from kpidesk.core.reviews import AgendaItem, Commitment
from kpidesk.core.roster import PersonEdit
from kpidesk.exporting.one_on_one_html import one_on_one_html
from kpidesk.exporting.preparation_forms import SCRIPT, preparation_html
from tests.operations.support import Line, bring_in, copied, made, write

KNOWN = date(2026, 2, 20)
READABLE = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn"))
DEALS: list[Line] = [
    ("A1", "Ann Lee", "Open", "10000", "2026-01-05", "2026-02-01"),
    ("A2", "Ann Lee", "Won", "5000", "2026-01-05", "2026-02-10"),
    ("B1", "Bo Dahl", "Open", "9000", "2026-01-08", "2026-02-02"),
    ("B2", "Bo Dahl", "Won", "9000", "2025-01-08", "2025-04-20"),
]
ANSWERS = {
    "Wins": "ACME signed\n- and Bolt",
    "First point": "Pricing of the pilot",
    "Stuck deal": "Deal A1: no reply",
    "Energy": "4, good week",
    "Blockers": "Legal takes ten days",
}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    with made(folder) as ws:
        bring_in(ws, write(folder / "deals.csv", DEALS), KNOWN)
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path) as opened:
        yield opened


def ann(ws: operations.Workspace) -> Scope:
    return operations.scopes(ws).find_scope("rep:Ann Lee")


def sent(ws: operations.Workspace, folder: Path) -> str:
    """The form for Ann as text."""
    operations.export_preparation(ws, ann(ws), folder / "form.txt")
    return (folder / "form.txt").read_text(encoding="utf-8-sig")


def filled(text: str, answers: dict[str, str]) -> str:
    """A form with answers under their questions, as a person leaves it: the asking stays."""
    for one in QUESTIONS:
        asks = f"({one.asks})\n"
        text = text.replace(asks, f"{asks}{answers.get(one.heading, '')}\n")
    return text


def saved(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "answers.txt"
    path.write_text(text, encoding=encoding, newline="")
    return path


def test_the_answer_becomes_the_reps_points_and_energy_stays_theirs(ws: operations.Workspace, tmp_path: Path) -> None:
    path = saved(tmp_path, filled(sent(ws, tmp_path), ANSWERS))
    found = operations.read_preparation(ws, path)
    assert found.issues == ()
    assert operations.sheet(ws, found.review.id).review.agenda == (), "looking at it keeps nothing"
    kept = operations.take_preparation(ws, found)
    assert kept.agenda == (
        AgendaItem("Wins: ACME signed; and Bolt", tag="fyi"),
        AgendaItem("Pricing of the pilot", tag="discuss"),
        AgendaItem("Stuck: Deal A1: no reply", tag="discuss"),
        AgendaItem("Blockers: Legal takes ten days", tag="doto"),
    )
    assert kept.wellbeing == "Energy: 4, good week"
    asked = store.load_preparation(ws.db, kept.id)
    assert asked is not None
    assert asked.answer == found.answer


def test_a_word_in_front_of_an_answer_is_its_tag_and_energy_off_the_scale_is_not_taken() -> None:
    form = form_text(PrepForm("ABCD-EFGH", "Ann Lee", "Q1 2026"))
    read = read_form(filled(form, {"First point": "discuss: Holiday cover", "Second point": "FYI: away in May",
                                   "Third point": "Deal: A1", "Energy": "9"}))  # fmt: skip
    assert points_of(read.answer) == (
        AgendaItem("Holiday cover", tag="discuss"), AgendaItem("away in May", tag="fyi"),
        AgendaItem("Deal: A1", tag="discuss"),
    )  # fmt: skip
    assert read.answer.energy == ""
    assert [(one.column, one.value) for one in read.issues] == [("Energy", "9")]
    assert [bool(read_form(filled(form, {"Energy": text})).answer.energy) for text in
            ("1", "5 (full)", "3.5", "fine", "0", "5,5", "9, great")] == [True] * 4 + [False] * 3  # fmt: skip


def test_a_form_that_was_sent_belongs_to_the_next_draft_when_its_own_is_deleted(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    path = saved(tmp_path, filled(sent(ws, tmp_path), ANSWERS))
    first = operations.read_preparation(ws, path).review
    operations.delete_review(ws, first.id)
    with pytest.raises(UserError, match="was deleted") as refused:
        operations.read_preparation(ws, path)
    assert "Open a new one-on-one with Ann Lee" in refused.value.advice
    again = operations.open_review(ws, ann(ws))
    found = operations.read_preparation(ws, path)
    assert found.review.id == again.id
    assert operations.take_preparation(ws, found).agenda[1].text == "Pricing of the pilot"
    assert operations.preparation_form(ws, ann(ws)).code in path.read_text(encoding="utf-8"), "the code stays the same"


def test_a_draft_that_is_brought_back_has_its_answer_again(ws: operations.Workspace, tmp_path: Path) -> None:
    path = saved(tmp_path, filled(sent(ws, tmp_path), ANSWERS))
    kept = operations.take_preparation(ws, operations.read_preparation(ws, path))
    asked = store.load_preparation(ws.db, kept.id)
    back = operations.restore_review(ws, kept, operations.delete_review(ws, kept.id))
    again = store.load_preparation(ws.db, back.id)
    assert asked is not None
    assert again == replace(asked, review_id=back.id)
    with pytest.raises(UserError, match="were taken already"):
        operations.read_preparation(ws, path)


def test_a_form_that_waits_goes_to_nobody_else_and_follows_a_name_that_was_merged(tmp_path: Path) -> None:
    with made(tmp_path) as ws:
        first = bring_in(ws, write(tmp_path / "a.csv", DEALS[:2]), KNOWN)
        path = saved(tmp_path, filled(sent(ws, tmp_path), ANSWERS))
        number = ann(ws).id
        operations.delete_review(ws, operations.read_preparation(ws, path).review.id)
        finish(operations.undo(ws, first.import_id or 0))
        bring_in(ws, write(tmp_path / "b.csv", DEALS[2:]), KNOWN)
        bo = operations.scopes(ws).find_scope("rep:Bo Dahl")
        assert bo.id == number, "the number was given again"
        assert store.load_preparation(ws.db, operations.open_review(ws, bo).id) is None
        with pytest.raises(UserError, match="belongs to no one-on-one here"):
            operations.read_preparation(ws, path)
        bring_in(ws, write(tmp_path / "a.csv", [*DEALS[:2], ("A9", "A. Lee", *DEALS[0][2:])]), KNOWN, source="again")
        people = operations.scopes(ws)
        whole = people.find_scope("rep:A. Lee")
        operations.merge(ws, "person", whole.id, people.find_scope("rep:Ann Lee").id)
        with pytest.raises(UserError, match="was deleted") as refused:
            operations.read_preparation(ws, path)
        assert "with A. Lee" in refused.value.advice
        review = operations.open_review(ws, operations.scopes(ws).find_scope("rep:A. Lee"))
        assert store.load_preparation(ws.db, review.id) is not None
        assert operations.read_preparation(ws, path).review == review


def test_another_answer_takes_the_place_of_the_first_but_not_of_what_was_worked_on(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    form = sent(ws, tmp_path)
    first = operations.take_preparation(
        ws, operations.read_preparation(ws, saved(tmp_path, filled(form, ANSWERS)))
    )  # fmt: skip
    with pytest.raises(UserError, match="were taken already"):
        operations.read_preparation(ws, saved(tmp_path, filled(form, ANSWERS)))
    worked = (replace(first.agenda[0], done=True), *first.agenda[1:], AgendaItem("Mine", "manager"))
    operations.save_review(ws, replace(first, agenda=worked, wellbeing=f"{first.wellbeing}\nSleeps badly"))
    again = filled(form, {"Wins": "Delta too", "Energy": "2", "First point": "Pricing of the pilot"})
    found = operations.read_preparation(ws, saved(tmp_path, again))
    assert found.is_again
    kept = operations.take_preparation(ws, found)
    assert [(one.text, one.done) for one in kept.agenda] == [
        ("Wins: ACME signed; and Bolt", True), ("Mine", False), ("Wins: Delta too", False),
        ("Pricing of the pilot", False),
    ]  # fmt: skip
    assert kept.wellbeing == "Sleeps badly\nEnergy: 2"


def test_the_form_holds_only_what_the_rep_knows(ws: operations.Workspace, tmp_path: Path) -> None:
    review = operations.open_review(ws, ann(ws))
    promised = Commitment("Call Firm 1", date(2026, 3, 1))
    operations.save_review(ws, replace(review, private="SECRET", wellbeing="TIRED", commitments=(promised,)))
    operations.close_review(ws, review.id)
    text = sent(ws, tmp_path)
    operations.export_preparation(ws, ann(ws), tmp_path / "form.html")
    page = (tmp_path / "form.html").read_text(encoding="utf-8")
    for form in (text, page):
        assert "Call Firm 1, by 1 Mar 2026" in form
        assert "Deal A1" in form
        for hidden in ("Bo Dahl", "Deal B1", "9000", "9.00K", "SECRET", "TIRED"):
            assert hidden not in form
    plain = re.search(r'<pre id="plain" dir="auto">(.*?)</pre>', page, re.DOTALL)
    assert plain is not None
    assert read_form(unescape(plain[1])) == read_form(text), "the page carries the form as text, line by line"


def test_the_page_asks_for_nothing_from_anywhere_and_runs_only_its_own_script() -> None:
    hostile = "<script>alert(1)</script> & </pre>"
    page = preparation_html(PrepForm("AAAA-BBBB", hostile, "Q1", (hostile,), (hostile,))).decode()
    tags: list[tuple[str, dict[str, str | None]]] = []

    class Tags(HTMLParser):
        """Every tag with its attributes; a class because the parser calls back."""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, dict(attrs)))

    Tags().feed(page)
    assert [name for name, _ in tags].count("script") == 1
    assert not any({"src", "href", "action", "onclick"} & set(told) for _, told in tags)
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = next(told["content"] for _, told in tags if told.get("http-equiv"))
    assert policy is not None
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    asked = {told["id"] for name, told in tags if name == "textarea"}
    assert asked == {one.name for one in fields(Answer)} == {told["for"] for name, told in tags if name == "label"}


def test_script_in_an_answer_is_only_text(ws: operations.Workspace, tmp_path: Path) -> None:
    attack = "<img src=x onerror=alert(1)> =cmd|'/c calc'!A1 \u202etxt"
    found = operations.read_preparation(ws, saved(tmp_path, filled(sent(ws, tmp_path), {"Wins": attack})))
    assert "\u202e" not in found.answer.wins, "a sign that turns text round"
    kept = operations.take_preparation(ws, found)
    page = one_on_one_html(operations.sheet(ws, kept.id)).decode()
    assert "<img" not in page
    assert "&lt;img src=x" in page


Change = Callable[[str], str]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: re.sub(r"Code: .*", "Code: AAAA-AAAA", text), "The code 'AAAA-AAAA'"),
        (lambda text: re.sub(r"Code: .*\n", "", text), "The line 'Code:' is missing"),
        (lambda text: text.replace("For: Ann Lee", "For: Bo Dahl"), "is for 'Bo Dahl', but its code is that of"),
        (lambda text: text.replace("(What do you want to talk about?)", "x" * 381), "'First point' from line"),
        (lambda text: text.replace("## Second point", "## Wins"), "'Wins' is in the file twice"),
        (lambda text: text.replace("KPI Desk", "Other"), "is no answer to a preparation form"),
        (lambda text: "<!DOCTYPE html><html>" + text, "is the form itself"),
        (lambda text: text.replace("ACME", "AC\0ME"), "is no text file"),
        (lambda text: text * 400, "far more than an answer"),
        (lambda _text: "", "is no answer to a preparation form"),
    ],
)  # fmt: skip
def test_an_answer_edited_by_hand_is_refused_in_words(
    ws: operations.Workspace, tmp_path: Path, change: Change, problem: str
) -> None:
    path = saved(tmp_path, change(filled(sent(ws, tmp_path), ANSWERS)))
    before = operations.sheet(ws, operations.open_review(ws, ann(ws)).id)
    with pytest.raises(UserError) as refused:
        operations.read_preparation(ws, path)
    assert problem in refused.value.problem
    assert refused.value.advice
    assert operations.sheet(ws, before.review.id) == before


def test_a_missing_and_an_unknown_question_are_named_and_the_rest_is_read(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    text = filled(sent(ws, tmp_path), ANSWERS).replace("## Blockers", "## Hobbies")
    line = text.splitlines().index("## Hobbies") + 1
    found = operations.read_preparation(ws, saved(tmp_path, text))
    assert [(one.line, one.column) for one in found.issues] == [(line, "Hobbies"), (0, "Blockers")]
    assert "was not read" in found.issues[0].problem
    assert (found.answer.blockers, found.answer.energy) == ("", "4, good week")
    assert not any("Legal" in one.text for one in found.points)


def test_a_question_whose_line_is_gone_leaves_nothing_in_the_answer_above() -> None:
    form = form_text(PrepForm("AAAA-BBBB", "Ann Lee", "Q1"))
    read = read_form(filled(form, {"Energy": "4"}).replace("## Blockers\n", ""))
    assert (read.answer.energy, read.answer.blockers) == ("4", "")


@pytest.mark.parametrize("width", [40, 50, 60, 72, 76, 80, 5000])
def test_a_form_that_a_mail_program_wrapped_anew_is_read(width: int) -> None:
    answers = {
        "Wins": "Signed ACME after four calls",
        "Energy": "4, good week",
        "Stuck deal": "Caldewick (pilot): the buyer is on leave, and nobody else may sign there before the new year",
    }
    written = filled(form_text(PrepForm("AAAA-BBBB", "Henrik Solvang-Amundsen", "Q1", ("Call Bo",))), answers)
    paragraphs = [" ".join(one.split()) for one in re.split(r"\n\s*\n", written)]
    mailed = "\n\n".join(textwrap.fill(one, width, break_on_hyphens=False) for one in paragraphs)
    assert "(What went well since we last met?)\n" not in mailed
    read = read_form(mailed)
    assert (read.code, read.rep, read.issues) == ("AAAA-BBBB", "Henrik Solvang-Amundsen", ())
    texts = {"wins": answers["Wins"], "energy": answers["Energy"], "stuck": answers["Stuck deal"]}
    found = {key: " ".join(text.replace(";", "").split()) for key, text in asdict(read.answer).items() if text}
    assert found == texts
    assert read_form(" ".join(mailed.split())).answer.wins == answers["Wins"], "even on a single line"


def test_a_name_that_is_missing_is_not_the_line_below() -> None:
    form = form_text(PrepForm("AAAA-BBBB", "Ann Lee", "Q1"))
    assert read_form(form.replace("For: Ann Lee", "For:")).rep == ""


@pytest.mark.parametrize("sign", ["\u2028", "\x0b", "\x85", "\u3000"])
def test_whatever_parts_words_goes_on_parting_them(sign: str) -> None:
    form = form_text(PrepForm("AAAA-BBBB", "Ann Lee", "Q1"))
    assert read_form(filled(form, {"Wins": f"ACME{sign}signed"})).answer.wins == "ACME signed"


def test_a_rep_who_was_renamed_is_still_known_and_a_missing_name_is_said(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    text = filled(sent(ws, tmp_path), ANSWERS)
    operations.save_person(ws, ann(ws).id, PersonEdit(), name="Ann Lee-Berg")
    assert operations.read_preparation(ws, saved(tmp_path, text)).issues == ()
    found = operations.read_preparation(ws, saved(tmp_path, text.replace("For: Ann Lee\n", "")))
    assert [one.problem for one in found.issues] == ["The name is not in the file; by its code it is Ann Lee-Berg's."]


def test_an_answer_of_another_rep_or_to_a_closed_meeting_or_with_nothing_in_it_is_refused(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    form = sent(ws, tmp_path)
    path = saved(tmp_path, filled(form, ANSWERS))
    bo = operations.scopes(ws).find_scope("rep:Bo Dahl")
    with pytest.raises(UserError, match="is the answer of Ann Lee, not of Bo Dahl"):
        operations.read_preparation(ws, path, bo)
    found = operations.read_preparation(ws, path, ann(ws))
    with pytest.raises(UserError, match="holds no answers"):
        operations.read_preparation(ws, saved(tmp_path, form))
    operations.close_review(ws, found.review.id, without_commitment=True)
    with pytest.raises(UserError, match="is closed"):
        operations.read_preparation(ws, saved(tmp_path, filled(form, ANSWERS)))
    with pytest.raises(UserError, match="is closed"):
        operations.take_preparation(ws, found)
    assert store.load_preparation(ws.db, found.review.id).answer is None  # type: ignore[union-attr]  # it was asked for


def test_a_missing_file_and_another_encoding_are_told(ws: operations.Workspace, tmp_path: Path) -> None:
    text = filled(sent(ws, tmp_path), {**ANSWERS, "Wins": "Müller"})
    with pytest.raises(UserError, match="cannot be read"):
        operations.read_preparation(ws, tmp_path / "none.txt")
    with pytest.raises(UserError, match="cannot be read"):
        operations.read_preparation(ws, tmp_path)
    with pytest.raises(UserError, match="is not saved as UTF-8"):
        operations.read_preparation(ws, saved(tmp_path, text, "cp1252"))
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path = saved(tmp_path, text.replace("\n", "\r\n"), encoding)
        assert operations.looks_like_answer(path)
        assert operations.read_preparation(ws, path).answer.wins == "Müller"
    assert not operations.looks_like_answer(write(tmp_path / "deals.txt", DEALS))


def test_a_form_is_asked_for_once_and_outlives_its_draft(ws: operations.Workspace, tmp_path: Path) -> None:
    first, second = operations.preparation_form(ws, ann(ws)), operations.preparation_form(ws, ann(ws))
    assert first.code == second.code
    operations.delete_review(ws, operations.open_review(ws, ann(ws)).id)
    assert operations.preparation_form(ws, ann(ws)).code == first.code
    with pytest.raises(UserError, match="has no known form"):
        operations.export_preparation(ws, ann(ws), tmp_path / "form.pdf")


@given(st.tuples(*[st.text(READABLE, max_size=60) for _ in QUESTIONS]))
def test_what_is_written_comes_back(texts: tuple[str, ...]) -> None:
    answers = {one.heading: text for one, text in zip(QUESTIONS, texts, strict=True)}
    read = read_form(filled(form_text(PrepForm("AAAA-BBBB", "Ann Lee", "Q1", ("## Wins",), ("## End",))), answers))
    assert (read.code, read.rep) == ("AAAA-BBBB", "Ann Lee")
    for one in QUESTIONS:
        written = answers[one.heading].strip()
        if not written.startswith("##") and not written.startswith(("(", "-", "*", "•")):
            assert getattr(read.answer, one.key) == written.strip(" -*•\t")
    assert is_empty(read.answer) == (not points_of(read.answer) and not read.answer.energy)
