"""Packages that load a name, with the module it stands in, when it is first asked for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType


def on_demand(package: str, homes: Mapping[str, str]) -> None:
    """Let a package load each of its names from its module when it is first asked for: a start loads what it uses."""
    module = sys.modules[package]
    module.__class__ = OnDemand
    module.__dict__["homes_of_names"] = homes


class OnDemand(ModuleType):
    """A package that loads its names on demand; a class because Python asks a module's class for what it lacks."""

    homes_of_names: Mapping[str, str]

    def __getattr__(self, name: str) -> object:
        """What stands under a name, from now on at hand."""
        if name not in self.homes_of_names:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value: object = getattr(import_module(self.homes_of_names[name]), name)
        setattr(self, name, value)
        return value

    def __setattr__(self, name: str, value: object) -> None:
        """Keep a value, but never a module under one of the names: loading a module would hide what it holds."""
        if not (isinstance(value, ModuleType) and name in self.homes_of_names):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        """Every name, loaded or not."""
        return sorted({*super().__dir__(), *self.homes_of_names})
