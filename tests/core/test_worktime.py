from __future__ import annotations

import pytest

from kpidesk.core.errors import UserError
from kpidesk.core.settings import Settings, check_settings
from kpidesk.core.worktime import read_work_week, working_days

NINE_TO_FIVE = (540, 1020)


def test_days_and_hours_as_people_write_them() -> None:
    assert read_work_week("Mon-Fri 09:00-17:00") == (NINE_TO_FIVE,) * 5 + ((0, 0),) * 2
    assert read_work_week("mon – thursday 9:00–17:00, Fri 08:30-24:00") == (
        *(NINE_TO_FIVE,) * 4, (510, 1440), (0, 0), (0, 0)
    )  # fmt: skip
    assert working_days(read_work_week("Sun-Thu 08:00-16:00")) == (True, True, True, True, False, False, True)


def test_no_hours_are_around_the_clock_and_working_days_those_of_an_office() -> None:
    assert read_work_week("  ") is None
    assert working_days(None) == (True,) * 5 + (False,) * 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nine to five", "no days with their hours"),
        ("Mon-Fri", "no days with their hours"),
        ("Mon-Fri 9-17", "no days with their hours"),
        ("Mox-Fri 09:00-17:00", "names no day of the week: 'mox'"),
        ("Mon-Fri 17:00-09:00", "does not end later"),
        ("Mon-Fri 09:00-09:00", "does not end later"),
        ("Mon 09:75-17:00", "does not end later"),
        ("Mon 09:00-24:01", "does not end later"),
        ("Mon-Fri 09:00-17:00, Fri 09:00-15:00", "gives Fri two times"),
    ],
)
def test_other_texts_are_refused_with_an_example(text: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem) as caught:
        check_settings(Settings(business_hours=text))
    assert "Mon-Fri 09:00-17:00" in caught.value.advice
