"""Background work: one thread, the latest question of a name wins, cancelled work is undone on its own thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kpidesk.core.errors import UserError
from kpidesk.core.progress import Progress
from kpidesk.ui.jobs import NO_WORKSPACE, Jobs

closed: list[object] = []


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    closed.clear()
    made = Jobs(closed.append)
    yield made
    made.shutdown()


def fail(error: UserError) -> None:
    raise AssertionError(f"not expected: {error}")


def opened(qtbot: QtBot, jobs: Jobs, workspace: object) -> None:
    got: list[object] = []
    jobs.open(lambda: workspace, got.append, fail)
    qtbot.waitUntil(lambda: bool(got))


def steps(count: int, gate: threading.Event, left: list[str]) -> Generator[Progress, None, str]:
    """Work that says when it is closed, and on which thread."""
    try:
        for number in range(count):
            gate.wait(5)
            yield Progress(number, count, "Working")
        left.append("finished")
        return "result"
    except GeneratorExit:
        left.append(f"undone on {threading.current_thread().name.split('_')[0]}")
        raise


@pytest.mark.parametrize("goes_on", [True, False])
def test_work_that_is_held_waits_and_then_goes_on_or_is_undone(qtbot: QtBot, jobs: Jobs, goes_on: bool) -> None:
    gate, left, got, undone = threading.Event(), list[str](), list[str](), list[bool]()
    began = threading.Event()

    def work(_workspace: object) -> Generator[Progress, None, str]:
        began.set()
        return (yield from steps(3, gate, left))

    job = jobs.run("import", work, lambda _step: None, got.append, fail,
                   on_cancelled=lambda: undone.append(True), needs_workspace=False)  # fmt: skip
    began.wait(5)
    threading.Timer(0.05, gate.set).start()
    assert jobs.hold() == {"import"}  # the step under way is over, the others wait
    qtbot.wait(80)
    assert left == []
    if not goes_on:
        job.cancel()
    jobs.resume()
    qtbot.waitUntil(lambda: bool(got or undone))
    assert (got, undone) == ((["result"], []) if goes_on else ([], [True]))
    assert left == (["finished"] if goes_on else ["undone on database"])


@pytest.mark.parametrize("lasting", [True, False])
def test_lasting_work_that_is_cancelled_too_late_says_that_it_is_done(qtbot: QtBot, jobs: Jobs, lasting: bool) -> None:
    at_end, gate, got, undone = threading.Event(), threading.Event(), list[str](), list[bool]()

    def work(_workspace: object) -> Generator[Progress, None, str]:
        yield Progress(0, 1, "Working")
        at_end.set()
        gate.wait(5)
        return "written"

    job = jobs.run("import", work, lambda _step: None, got.append, fail,
                   on_cancelled=lambda: undone.append(True), needs_workspace=False, lasting=lasting)  # fmt: skip
    at_end.wait(5)
    job.cancel()
    gate.set()
    qtbot.waitUntil(lambda: not jobs.is_busy)
    assert (got, undone) == ((["written"] if lasting else []), [])


def test_work_that_has_become_certain_is_not_cancelled(qtbot: QtBot, jobs: Jobs) -> None:
    saving, gate, got, undone = threading.Event(), threading.Event(), list[str](), list[bool]()

    def work(_workspace: object) -> Generator[Progress, None, str]:
        yield Progress(0, 0, "Saving", certain=True)
        saving.set()
        gate.wait(5)
        yield Progress(0, 0, "Saving", certain=True)
        return "written"

    job = jobs.run("import", work, lambda _step: None, got.append, fail,
                   on_cancelled=lambda: undone.append(True), needs_workspace=False)  # fmt: skip
    saving.wait(5)
    job.cancel()
    gate.set()
    qtbot.waitUntil(lambda: not jobs.is_busy)
    assert (got, undone) == (["written"], [])


def test_work_that_is_over_is_not_held(qtbot: QtBot, jobs: Jobs) -> None:
    gate, got = threading.Event(), list[str]()
    gate.set()
    jobs.run("import", lambda _ws: steps(3, gate, []), lambda _step: None, got.append, fail, needs_workspace=False)
    done = threading.Event()
    jobs._pool.submit(done.set)
    done.wait(5)
    assert jobs.hold() == frozenset()  # finished, although nobody has been told yet
    jobs.resume()
    qtbot.waitUntil(lambda: bool(got))


def test_only_the_latest_question_of_a_name_is_answered(qtbot: QtBot, jobs: Jobs) -> None:
    gate, got, asked = threading.Event(), list[str](), list[str]()
    opened(qtbot, jobs, "workspace")

    def question(text: str) -> Any:
        def answer(workspace: object) -> str:
            gate.wait(5)
            asked.append(text)
            return f"{text} of {workspace}"

        return answer

    for text in ("first", "second", "third"):
        jobs.ask("page", question(text), got.append, fail)
    jobs.ask("other", question("aside"), got.append, fail)
    gate.set()
    qtbot.waitUntil(lambda: len(got) == 2)
    assert got == ["third of workspace", "aside of workspace"]
    assert "second" not in asked


def test_answers_come_on_the_thread_of_the_window(qtbot: QtBot, jobs: Jobs) -> None:
    where: list[str] = []
    here = threading.current_thread().name

    def work(_workspace: object) -> None:
        where.append(threading.current_thread().name)

    jobs.ask("where", work, lambda _none: where.append(threading.current_thread().name), fail, needs_workspace=False)
    qtbot.waitUntil(lambda: len(where) == 2)
    assert where[0].startswith("database")
    assert where[1] == here


def test_without_a_workspace_a_question_is_refused_in_words(qtbot: QtBot, jobs: Jobs) -> None:
    refused: list[UserError] = []
    jobs.ask("any", lambda workspace: workspace, fail_result, refused.append)
    qtbot.waitUntil(lambda: bool(refused))
    assert (refused[0].problem, refused[0].advice) == (NO_WORKSPACE.problem, NO_WORKSPACE.advice)
    assert not jobs.has_workspace


def fail_result(value: object) -> None:
    raise AssertionError(f"not expected: {value}")


def test_a_bug_goes_to_the_crash_hook_and_work_goes_on(
    qtbot: QtBot, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[BaseException | None] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: met.append(error))
    jobs.ask("bug", lambda _workspace: 1 // 0, fail_result, fail, needs_workspace=False)
    qtbot.waitUntil(lambda: bool(met))
    assert isinstance(met[0], ZeroDivisionError)
    got: list[object] = []
    jobs.ask("after", lambda _workspace: "alive", got.append, fail, needs_workspace=False)
    qtbot.waitUntil(lambda: got == ["alive"])


def test_long_work_reports_and_gives_its_result(qtbot: QtBot, jobs: Jobs) -> None:
    gate, left, shown, got = threading.Event(), list[str](), list[Progress](), list[str]()
    gate.set()
    jobs.run("import:1", lambda _ws: steps(40, gate, left), shown.append, got.append, fail, needs_workspace=False)
    assert jobs.running == {"import:1"}
    qtbot.waitUntil(lambda: bool(got))
    assert got == ["result"]
    assert left == ["finished"]
    assert shown[0] == Progress(0, 40, "Working")
    assert len(shown) < 40, "progress is not thinned"
    assert not jobs.running
    assert not jobs.is_busy


def test_cancelled_work_is_undone_on_the_database_thread(qtbot: QtBot, jobs: Jobs) -> None:
    gate, left, got = threading.Event(), list[str](), list[str]()
    job = jobs.run(
        "import:1", lambda _ws: steps(3, gate, left), lambda _step: None, fail_result, fail,
        on_cancelled=lambda: got.append("cancelled"), needs_workspace=False,
    )  # fmt: skip
    job.cancel()
    gate.set()
    qtbot.waitUntil(lambda: bool(got))
    assert got == ["cancelled"]
    assert left in ([], ["undone on database"])  # [] when it had not begun
    assert not jobs.running


def test_work_cancelled_after_its_first_step_is_undone(qtbot: QtBot, jobs: Jobs) -> None:
    gate, left, got = threading.Event(), list[str](), list[str]()
    gate.set()

    def stop_it(_step: Progress) -> None:
        gate.clear()
        job.cancel()
        gate.set()

    job = jobs.run(
        "import:1", lambda _ws: steps(10**9, gate, left), stop_it, fail_result, fail,
        on_cancelled=lambda: got.append("cancelled"), needs_workspace=False,
    )  # fmt: skip
    qtbot.waitUntil(lambda: bool(got))
    assert left == ["undone on database"]


def test_opening_another_workspace_closes_the_one_before(qtbot: QtBot, jobs: Jobs) -> None:
    opened(qtbot, jobs, "one")
    opened(qtbot, jobs, "two")
    assert closed == ["one"]
    jobs.shutdown()
    assert closed == ["one", "two"]


def test_a_workspace_that_cannot_be_opened_leaves_the_one_in_use(qtbot: QtBot, jobs: Jobs) -> None:
    opened(qtbot, jobs, "one")
    refused: list[UserError] = []

    def opener() -> object:
        raise UserError("It is locked.")

    jobs.open(opener, fail_result, refused.append)
    qtbot.waitUntil(lambda: bool(refused))
    got: list[object] = []
    jobs.ask("still", lambda workspace: workspace, got.append, fail)
    qtbot.waitUntil(lambda: got == ["one"])
    assert closed == []


def test_a_file_that_is_needed_for_itself_is_closed_first(qtbot: QtBot, jobs: Jobs) -> None:
    opened(qtbot, jobs, "one")
    seen: list[list[object]] = []
    got: list[object] = []

    def opener() -> object:
        seen.append(list(closed))
        return "one again"

    jobs.open(opener, got.append, fail, release_first=True)
    qtbot.waitUntil(lambda: got == ["one again"])
    assert seen == [["one"]]
    assert closed == ["one"]


def test_shutdown_undoes_what_runs_and_nothing_is_delivered_afterwards(qtbot: QtBot, jobs: Jobs) -> None:
    opened(qtbot, jobs, "one")
    gate, left = threading.Event(), list[str]()
    begun = threading.Event()

    def work(_workspace: object) -> Generator[Progress, None, str]:
        begun.set()
        return steps(10**9, gate, left)

    jobs.run("import:1", work, fail_result, fail_result, fail)
    assert begun.wait(5)
    gate.set()
    jobs.shutdown()
    assert left == ["undone on database"]
    assert closed == ["one"]
    qtbot.wait(20)
    jobs.ask("late", lambda workspace: workspace, fail_result, fail)
    qtbot.wait(20)


def test_what_is_certain_is_done_though_the_window_closes_or_asks_again(qtbot: QtBot, jobs: Jobs) -> None:
    opened(qtbot, jobs, "one")
    gate, kept, dropped = threading.Event(), list[str](), list[str]()
    jobs.ask("slow", lambda _workspace: gate.wait(5), lambda _done: None, fail)

    def into(place: list[str], text: str) -> Callable[[Any], None]:
        return lambda _workspace: place.append(text)

    for text in ("first", "second"):
        jobs.ask("keep", into(kept, text), lambda _done: None, fail, certain=True)
        jobs.ask("look", into(dropped, text), lambda _done: None, fail)
    gate.set()
    jobs.shutdown()
    assert kept == ["first", "second"]
    assert "first" not in dropped


def test_the_answer_for_a_widget_that_is_gone_is_dropped(qtbot: QtBot, jobs: Jobs) -> None:
    class Page(QObject):
        def show(self, value: object) -> None:
            raise AssertionError(f"delivered to a deleted page: {value}")

    gate = threading.Event()
    page = Page()
    jobs.ask("page", lambda _ws: gate.wait(5), page.show, fail, needs_workspace=False)
    page.deleteLater()
    qtbot.wait(20)
    gate.set()
    qtbot.waitUntil(lambda: not jobs.is_busy)


def test_what_is_asked_aside_waits_until_the_window_is_painted(qtbot: QtBot, jobs: Jobs) -> None:
    order: list[str] = []
    window: QWidget = type("Painted", (QWidget,), {"paintEvent": lambda *_: order.append("painted")})()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: bool(order))
    order.clear()
    window.update()
    ask = partial(jobs.ask, on_done=lambda _none: None, on_error=fail, needs_workspace=False)
    ask("aside", lambda _ws: order.append("aside"), aside=True)
    ask("now", lambda _ws: order.append("now"))
    assert jobs.is_busy
    qtbot.waitUntil(lambda: not jobs.is_busy)
    assert sorted(order) == ["aside", "now", "painted"]
    assert order[-1] == "aside"


def test_what_is_asked_aside_of_a_window_that_closes_is_not_asked(jobs: Jobs) -> None:
    asked: list[str] = []
    jobs.ask("aside", lambda _ws: asked.append("aside"), fail, fail, needs_workspace=False, aside=True)
    jobs.shutdown()
    QApplication.processEvents()
    assert not asked


def test_busy_is_told_once_for_a_burst_of_questions(qtbot: QtBot, jobs: Jobs) -> None:
    told: list[bool] = []
    jobs.busy.connect(told.append)
    for name in ("one", "two", "three"):
        jobs.ask(name, lambda _ws: None, lambda _none: None, fail, needs_workspace=False)
    qtbot.waitUntil(lambda: not jobs.is_busy)
    assert told == [True, False]
