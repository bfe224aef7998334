"""The command line: each command calls one operation and prints its value as text or JSON."""

from kpidesk.cli import answers, files, goals, imports, kpis, window
from kpidesk.cli.group import main

__all__ = ["answers", "files", "goals", "imports", "kpis", "main", "window"]
