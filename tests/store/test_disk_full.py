"""A disk that fills up while writing changes nothing and says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.settings import Settings
from tests.store.support import canonical, deal, deals, people, problems, undo, workspace

MANY = range(900)
WRITES: dict[str, Callable[[store.Database], object]] = {
    "a later file": lambda db: deals(db, 2, *(deal(f"N{at}", owner=f"Rep {at}", note="x" * 60) for at in MANY)),
    "an earlier file": lambda db: deals(db, -2, *(deal(f"D{at}", owner="Bob", note="y" * 60) for at in MANY)),
    "people": lambda db: people(db, 2, *({"person": f"P{at}" * 20, "team": f"T{at}" * 20} for at in range(200))),
    "settings": lambda db: store.save_settings(db, Settings(organisation="O" * 100_000)),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRITES)
@pytest.mark.parametrize("room", [0, 3, 20])
def test_a_full_disk_changes_nothing(tmp_path: Path, kind: str, room: int) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, *(deal(f"D{at}", owner="Ann", amount=at) for at in range(100)), chunk=64)
        held, before = canonical(db), store.load_settings(db)
        pages = db.one("PRAGMA page_count")
        db.one(f"PRAGMA max_page_count={pages + room}")
        with pytest.raises(UserError, match="disk is full") as caught:
            WRITES[kind](db)
        assert "MB on that disk" in caught.value.advice
        assert canonical(db) == held
        assert store.load_settings(db) == before
        assert problems(db) == ()
        db.one("PRAGMA max_page_count=1000000")
        WRITES[kind](db)
        assert problems(db) == ()
    with store.open_workspace(tmp_path / "a.kpidesk") as again:
        assert problems(again) == ()


def test_an_undo_needs_no_room_to_speak_of(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, *(deal(f"D{at}", amount=at) for at in range(300)), chunk=64)
        held = canonical(db)
        deals(db, 1, *(deal(f"D{at}", amount=-at) for at in range(300)), chunk=64)
        db.one(f"PRAGMA max_page_count={db.one('PRAGMA page_count')}")
        undo(db)
        assert canonical(db) == held
