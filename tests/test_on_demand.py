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

TELL = "import sys; {}; print(*(name for name in sys.modules if 'kpidesk' in name))"
FROM_STORE = "from kpidesk.store import load_columns, load_goals, load_organisation, load_rates"
FOR_NUMBERS = f"from kpidesk.engine import Evaluator, build_facts, evaluate; {FROM_STORE}"
OF_SOME_KPIS = {
    "engine.accounts", "engine.activities", "engine.capacity", "engine.forecasts", "engine.hygiene", "engine.quotas",
    "engine.ramping", "engine.revenue", "engine.splitting", "engine.staff", "engine.stage_changes", "engine.typed",
    "engine.visits", "store.identities", "store.people", "store.sightings", "store.spells", "store.veiling",
}  # fmt: skip
"""What only breakdowns, imports and KPIs of stages, quotas, people or other records need."""


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


def loaded_by(code: str) -> set[str]:
    """The modules of ours that a process of its own has loaded after some code."""
    done = subprocess.run([sys.executable, "-c", TELL.format(code)], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_number_is_counted_without_what_only_some_kpis_need() -> None:
    loaded = loaded_by(FOR_NUMBERS)
    assert {"kpidesk.engine.evaluation", "kpidesk.engine.facts", "kpidesk.store.organisation"} <= loaded
    assert not loaded & {f"kpidesk.{name}" for name in OF_SOME_KPIS}


def test_asking_for_a_verb_loads_what_it_needs() -> None:
    loaded = loaded_by("from kpidesk.operations import rates")
    assert "kpidesk.operations.rates" in loaded
    assert not loaded & {"kpidesk.operations.forecast", "kpidesk.importing.workbook", "kpidesk.exporting.paper_book"}


def test_what_is_not_there_is_refused_by_its_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        operations.nonsense  # type: ignore[attr-defined]  # noqa: B018  (that it is unknown is what is tried)
