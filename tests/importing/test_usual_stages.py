"""What is suggested for a stage that nobody knows; it counts only once the user says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpidesk.importing.outcomes import BOTH_HAVE
from kpidesk.importing.usual_stages import suggested
from tests.importing.support import look, write


@pytest.mark.parametrize(
    ("word", "dated", "said"),
    [
        ("Proposal Sent", 3, ("open", "usually open")), ("2 - Negotiation/Review", 0, ("open", "usually open")),
        ("DEMO", 1, ("open", "usually open")), ("6. Won (Renewal)", 3, ("won", "its name says won")),
        ("Lost to competition", 0, ("lost", "its name says lost")), ("On Hold", 3, (None, "")),
        ("On Hold", 0, ("open", "so probably open")), ("Not won", 3, (None, "")), ("To be won", 3, (None, "")),
        ("Won / Lost", 3, (None, "")), ("Proposal declined", 0, (None, "")), ("Disqualified", 0, (None, "")),
        ("Qualified out", 2, (None, "")), ("Wonderful", 2, (None, "")), ("Signed", 3, (None, "")),
        ("???", 3, (None, "")),
    ],
)  # fmt: skip
def test_a_name_suggests_what_it_usually_means(word: str, dated: int, said: tuple[str | None, str]) -> None:
    assert suggested(word, 3, dated, others_closed=True) == said


def test_where_no_row_has_a_close_date_its_lack_suggests_nothing() -> None:
    assert suggested("On Hold", 3, 0, others_closed=False) == (None, "")


def test_a_suggestion_is_told_and_answers_nothing(tmp_path: Path) -> None:
    rows = "D1,Demo,2026-03-01\nD2,On Hold,\nD3,Gone,2026-03-01\nD4,Won,2026-03-01\n"
    plan = look(write(tmp_path, f"Deal ID,Stage,Close date\n{rows}"))
    (question,) = plan.preview.questions
    assert plan.outcomes == {("stage", "Won"): "won"}
    assert {one.value: one.outcome for one in plan.preview.stages} == {
        "Demo": None, "Gone": None, "On Hold": None, "Won": "won"
    }  # fmt: skip
    assert [one.why for one in plan.preview.stages[:3]] == [
        "only you can say; usually open", "only you can say", "only you can say; probably open"
    ]  # fmt: skip
    assert question.evidence.splitlines() == [
        "'Demo': 1 row, every one with a close date; usually open", "'Gone': 1 row, every one with a close date",
        "'On Hold': 1 row, none with a close date, so probably open", BOTH_HAVE,
    ]  # fmt: skip
    assert question.answers == (("--stage", "Demo=open"), ("--stage", "Gone=…"), ("--stage", "On Hold=open"))


def test_the_day_of_closing_itself_is_not_said_to_be_expected(tmp_path: Path) -> None:
    plan = look(write(tmp_path, "Deal ID,Stage,Closed at\nD1,Gone,2026-03-01\nD2,Won,2026-03-01\n"))
    (question,) = plan.preview.questions
    assert question.evidence == "'Gone': 1 row, every one with a close date"
