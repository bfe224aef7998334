"""Waiting in a test ends when what is waited for is so, and says when it is not."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from tests.ui import prompt_bot


def test_it_looks_after_every_event(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_bot, "LOOK", 60_000)
    done: list[int] = []
    begun = time.monotonic()
    QTimer.singleShot(0, lambda: done.append(1))
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)
    assert time.monotonic() - begun < 15


def test_it_looks_though_no_event_comes(qtbot: QtBot) -> None:
    begun = time.monotonic()
    ended = threading.Event()
    threading.Timer(0.02, ended.set).start()
    qtbot.waitUntil(ended.is_set, timeout=20_000)
    assert time.monotonic() - begun < 15


def test_what_is_never_so_and_what_goes_wrong_are_told(qtbot: QtBot) -> None:
    def asserted() -> None:
        assert qtbot is None

    for never in (lambda: False, asserted):
        with pytest.raises(qtbot.TimeoutError):
            qtbot.waitUntil(never, timeout=30)
    nothing: list[int] = []
    with pytest.raises(IndexError):
        qtbot.waitUntil(lambda: bool(nothing[0]), timeout=30)
