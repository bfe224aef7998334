"""Ctrl+C in the midst of a command that writes says at once what goes on, and leaves everything as it was."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from kpidesk.cli.options import finish_written
from kpidesk.core.progress import TAKING_BACK, Progress
from kpidesk.store.records import RecordImport
from tests.flow import ask, run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="A process cannot send itself Ctrl+C elsewhere")
HEADER = "Deal ID,Deal name,Owner,Stage,Amount,Close date\n"


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Ctrl+C as a command meets it, also where many tests run at once."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_what_goes_on_is_told_before_anything_is_taken_back(capfd: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []

    def work() -> Generator[Progress, None, None]:
        try:
            yield Progress(1, 2, "1 row read")
            interrupt()
            yield Progress(2, 2, "2 rows read")
        finally:
            told.append(capfd.readouterr().err)

    with pytest.raises(KeyboardInterrupt):
        finish_written(work())
    assert told == [f"{TAKING_BACK}\n"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_is_certain_goes_on(capfd: pytest.CaptureFixture[str]) -> None:
    def work() -> Generator[Progress, None, str]:
        yield Progress(1, 1, "Saving", certain=True)
        interrupt()
        return "done"

    assert finish_written(work()) == "done"
    assert capfd.readouterr().err == "It is too late to cancel: it is being saved.\n"


def test_where_ctrl_c_is_to_be_ignored_it_is(capfd: pytest.CaptureFixture[str]) -> None:
    def work() -> Generator[Progress, None, str]:
        interrupt()
        yield Progress(1, 1, "1 row read")
        return "done"

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert finish_written(work()) == "done"
    assert capfd.readouterr().err == ""


def test_an_import_that_is_cut_off_leaves_the_workspace_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    workspace, first, second = tmp_path / "a.kpidesk", tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(HEADER + "D1,One,Ann,Won,10,2026-02-01\n")
    second.write_text(HEADER + "D1,One,Ann,Won,20,2026-02-01\nD2,Two,Bob,Won,30,2026-02-02\n")
    told = ("--date-order", "ymd", "--stage", "Won=won", "--currency", "USD", "--as-of")
    ask("import", workspace, first, *told, "2026-03-01", "--json")
    held = ask("imports", workspace, "--json")
    take = RecordImport.take

    def cut(self: RecordImport, *arguments: Any) -> Generator[None, None, None]:
        yield from take(self, *arguments)
        interrupt()

    with monkeypatch.context() as patched:
        patched.setattr(RecordImport, "take", cut)
        result = run("import", workspace, second, *told, "2026-03-08")
    assert (result.exit_code, "Aborted!" in result.output) == (1, True)
    assert capfd.readouterr().err == f"{TAKING_BACK}\n"
    assert ask("imports", workspace, "--json") == held
    assert ask("check", workspace, "--json")["ok"]
