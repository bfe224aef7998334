"""A package that loads its names on demand has all of them, none hidden by a module, each only when it is asked for."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest

from kpidesk import operations
from tests.architecture.documents import ON_DEMAND, PROGRAM, homes

TELL = "import sys; from kpidesk.operations import {}; print(*(name for name in sys.modules if 'kpidesk' in name))"


@pytest.mark.parametrize("name", ON_DEMAND)
def test_every_name_has_its_module(name: str) -> None:
    package = import_module(f"kpidesk.{name}")
    assert (PROGRAM / name / "homes.py").read_text(encoding="utf-8") == homes(name)
    assert set(dir(package)) >= import_module(f"kpidesk.{name}.homes").HOMES.keys()


@pytest.mark.parametrize("name", ON_DEMAND)
def test_no_name_is_hidden_by_a_module(name: str) -> None:
    package = import_module(f"kpidesk.{name}")
    for module in iter_modules(package.__path__, f"kpidesk.{name}."):
        if not module.name.endswith("_child"):
            import_module(module.name)
    names = import_module(f"kpidesk.{name}.homes").HOMES
    assert [word for word in names if isinstance(getattr(package, word), ModuleType)] == []


def test_asking_for_a_verb_loads_what_it_needs() -> None:
    done = subprocess.run([sys.executable, "-c", TELL.format("rates")], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "kpidesk.operations.rates" in loaded
    assert not loaded & {"kpidesk.operations.forecast", "kpidesk.importing.workbook", "kpidesk.exporting.paper_book"}


def test_what_is_not_there_is_refused_by_its_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        operations.nonsense  # type: ignore[attr-defined]  # noqa: B018  (that it is unknown is what is tried)
