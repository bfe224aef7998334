"""The command line: each command calls one operation and prints its value as text or JSON."""

from kpidesk.cli import answers, changes, files, goals, hygiene, imports, kpis, parameters, people, rates, sql, window
from kpidesk.cli.group import main

__all__ = [
    "answers",
    "changes",
    "files",
    "goals",
    "hygiene",
    "imports",
    "kpis",
    "main",
    "parameters",
    "people",
    "rates",
    "sql",
    "window",
]
