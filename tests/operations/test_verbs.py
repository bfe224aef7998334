"""The verbs of the app are functions and values, never the modules of the same name."""

from __future__ import annotations

from types import ModuleType

from kpidesk import operations


def test_no_verb_is_hidden_by_a_module_of_its_name() -> None:
    assert [name for name in operations.__all__ if isinstance(getattr(operations, name), ModuleType)] == []
