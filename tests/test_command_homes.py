"""Each command is found in the module that `homes` names for it, and running one loads no other."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import click
import pytest
from click.testing import CliRunner

from kpidesk import cli
from kpidesk.cli.homes import HOMES


def modules_of(command: click.Command) -> Iterator[str]:
    """The modules in which a command and those below it are written."""
    if command.callback is not None:
        yield command.callback.__module__.rpartition(".")[2]
    for one in command.commands.values() if isinstance(command, click.Group) else ():
        yield from modules_of(one)


def test_every_command_is_where_it_is_looked_for() -> None:
    for one in iter_modules(cli.__path__):
        import_module(f"kpidesk.cli.{one.name}")
    found = {name: set(modules_of(command)) for name, command in cli.main.commands.items()}
    assert found == {name: set(modules) for name, modules in HOMES.items()}


def test_help_of_one_command_loads_no_other() -> None:
    code = "import sys; from kpidesk.cli import main; main(['receipt', '--help'], standalone_mode=False);" \
           "print('kpidesk.core.redaction' in sys.modules);" \
           "print(sorted(one for one in sys.modules if one.startswith('kpidesk.cli.')))"  # fmt: skip
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    redacts, loaded = told.strip().splitlines()[-2:]
    assert redacts == "False", "to name what may be left out of a copy nothing is left out yet"
    assert loaded == str([f"kpidesk.cli.{one}" for one in ("group", "homes", "options", "receipts")])


def test_a_command_searches_for_no_garbage_until_it_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpidesk.app.run", lambda _: int(gc.isenabled()))
    assert CliRunner().invoke(cli.main, ["open"]).exit_code == 0
    assert gc.isenabled()
