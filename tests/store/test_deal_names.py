"""What a deal without a name is called, in Python and in a workspace alike."""

from __future__ import annotations

import json
import sqlite3

import pytest

from kpidesk.store.deal_keys import UNNAMED, called
from kpidesk.store.details import CALLED

CASES = [
    ("Renewal", "006A", "Renewal"),
    ("", "006A", "006A"),
    ("", json.dumps([None, "Torvbeck", "2026-10-07", "Ann", 1]), "Torvbeck"),
    ("", json.dumps(["Pilot", "Torvbeck", None, None, 2]), "Pilot"),
    ("", json.dumps([None, None, "2026-10-07", "Ann", 1]), UNNAMED),
    ("", "[x] 17", "[x] 17"),
]


@pytest.mark.parametrize(("name", "key", "told"), CASES)
def test_a_deal_is_called_by_its_name_its_account_or_its_id(name: str, key: str, told: str) -> None:
    assert called(name, key) == told
    with sqlite3.connect(":memory:") as db:
        asked = f"SELECT {CALLED} FROM (SELECT ? AS name) x, (SELECT ? AS key) d"
        assert db.execute(asked, (name, key)).fetchone() == (told,)
