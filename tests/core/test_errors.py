from __future__ import annotations

from collections.abc import Generator

import pytest

from kpidesk.core.errors import ImportQuestion, OpenQuestionsError, UserError, nearest
from kpidesk.core.progress import Progress, finish


def test_a_user_error_reads_as_one_text_and_keeps_its_parts() -> None:
    error = UserError("There is no team 'Nroth'.", "Did you mean North?")
    assert str(error) == "There is no team 'Nroth'. Did you mean North?"
    assert (error.problem, error.advice) == ("There is no team 'Nroth'.", "Did you mean North?")
    assert str(UserError("No.")) == "No."


def test_open_questions_travel_with_the_error() -> None:
    question = ImportQuestion("date order of Created", ("dmy", "mdy"), "12 rows fit both", "--date-order dmy|mdy")
    assert OpenQuestionsError("p", "a", (question,)).questions == (question,)


def test_near_names_are_offered() -> None:
    assert nearest("win rate", ["Win rate", "Bookings"]) == "Did you mean Win rate?"
    assert nearest("bookngs", ["Win rate", "Bookings", "Booking"]) == "Did you mean Bookings or Booking?"


def test_without_a_near_name_all_or_the_first_are_listed() -> None:
    assert nearest("zzz", ["b", "a"]) == "Known: a, b."
    assert nearest("zzz", (f"name {number}" for number in range(10))).endswith("name 7 …")
    assert nearest("zzz", []) == "There is none yet."


def steps(until: int) -> Generator[Progress, None, str]:
    for done in range(until):
        yield Progress(done, until, f"row {done}")
    return "done"


def test_long_work_is_run_to_its_result() -> None:
    seen: list[int] = []
    assert finish(steps(3), lambda step: seen.append(step.done)) == "done"
    assert seen == [0, 1, 2]
    assert finish(steps(0)) == "done"


def test_what_fails_inside_long_work_comes_out() -> None:
    def failing() -> Generator[Progress, None, None]:
        yield Progress(0, 1, "")
        raise UserError("The file is gone.")

    with pytest.raises(UserError, match="The file is gone"):
        finish(failing())
