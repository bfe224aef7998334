"""The stored tables of the parser are those of its grammar: they read every formula as newly worked out ones do."""

from __future__ import annotations

import pytest
from lark import __version__

from kpidesk.language import parser
from kpidesk.language.syntax import Node
from tests.language.definitions import KPIS
from tests.language.test_any_text import SEEDS

FORMULAS = tuple(dict.fromkeys((*SEEDS, *filter(None, KPIS.values()))))


def read_all() -> list[Node]:
    return [parser.parse.__wrapped__(text) for text in FORMULAS]


def test_stored_tables_read_as_the_grammar_does(monkeypatch: pytest.MonkeyPatch) -> None:
    place = parser.stored_tables()
    if not list(place.parent.glob(f"*-lark-{__version__}.tables")):
        pytest.skip("the tables are of another version of lark than is installed, so they are worked out")
    assert place.exists(), "python -m tests.architecture.documents stores the tables of a changed grammar"
    stored, anew = read_all(), parser.worked_out()
    monkeypatch.setattr(parser, "_grammar", lambda: anew)
    assert read_all() == stored
