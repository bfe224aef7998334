"""A sales manager sets up the right few KPIs from the sample, with nothing but what can be seen and pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import pytest
from PySide6.QtWidgets import QApplication

from kpidesk import operations
from kpidesk.core.kpis import Level
from kpidesk.core.people import ORG, Scope
from kpidesk.ui.main_window import MainWindow
from tests.conftest import SAMPLE_DAY
from tests.ui.conftest import settled
from tests.ui.person import Person
from tests.ui.setting_up import BY_FORM, BY_TEXT, LARGE, NEW, SIZE, set_up, share

LAST, NEXT = "2026-Q2", "2026-Q4"


@pytest.fixture
def quick_clicks(qapp: QApplication) -> Iterator[None]:
    """A list that dropped down takes a click sooner than a hand can give it."""
    before = qapp.doubleClickInterval()
    qapp.setDoubleClickInterval(20)
    yield
    qapp.setDoubleClickInterval(before)


def win_rate(path: Path, period: str) -> float | None:
    """The win rate of the organisation as the scorecard of a period shows it."""
    with opened(path) as ws:
        return operations.scorecard(ws, operations.question(ws, period=period), ("win_rate",)).rows[0].result.value


@contextmanager
def opened(path: Path) -> Iterator[operations.Workspace]:
    ws = operations.open_workspace(path, today=SAMPLE_DAY)
    yield ws
    operations.close(ws)


def test_four_kpis_for_each_level_with_targets_and_nothing_to_mend_within_ten_minutes(
    make_window: Callable[..., MainWindow], sample: Path, quick_clicks: None
) -> None:
    before = win_rate(sample, LAST)
    window = make_window(sample)
    window.resize(*SIZE)
    person = Person(window, lambda: not settled(window))
    set_up(person)
    assert person.reads("Nothing to mend")
    assert person.minutes < 10, person.done
    window.close()

    assert win_rate(sample, LAST) == before, "last quarter keeps the definition it had"
    with opened(sample) as ws:
        assert operations.lint(ws) == ()
        assert operations.find_kpi(ws, "win_rate").formula == share(NEW)
        assert operations.evaluate(ws, share(NEW), operations.question(ws, period=LAST)).rows[0].result.value != before
        active = [entry.kpi for entry in operations.kpis(ws) if entry.kpi.status == "active"]
        period = operations.question(ws, period=NEXT).period
        for level, scope in zip(get_args(Level), (ORG, *some_scopes(ws)), strict=True):
            own = [kpi for kpi in active if level in kpi.levels]
            assert len(own) == 4, level
            for kpi in own:
                held = operations.applied(ws, kpi, scope, period)
                assert held is not None, (kpi.name, scope)
                assert operations.goals(ws).baseline(kpi.id, held.target.scope, period) is not None
        new = {kpi.name: (kpi.levels, kpi.formula) for kpi in active}
        assert new[BY_FORM] == (("team", "rep"), "sum(deals.amount where new_business on created_at)")
        assert new[BY_TEXT] == (("org",), share(LARGE))


def some_scopes(ws: operations.Workspace) -> tuple[Scope, Scope]:
    """A team and one of its reps."""
    team, rep = (operations.question(ws, scope=text).scope for text in ("team:Enterprise", "rep:Amara Okonkwo"))
    return team, rep
