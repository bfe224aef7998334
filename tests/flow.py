"""Helpers that drive the app as a person with a terminal does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from kpidesk.cli import main

SHARED = Path(__file__).resolve().parents[2] / "shared"
MAVEN = SHARED / "data" / "maven-crm"
VARIANTS = SHARED / "data" / "maven-crm-variants"
OPEN_STAGES = ("--stage", "Engaging=open", "--stage", "Prospecting=open")


def run(*arguments: object) -> Result:
    """One command; nothing about its outcome is assumed."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


def ask(*arguments: object) -> Any:
    """The JSON answer of a command that must succeed."""
    done = run(*arguments, "--json")
    assert done.exit_code == 0, f"{arguments}: {done.stderr} {done.exception!r}"
    return json.loads(done.stdout)


def refused(*arguments: object) -> str:
    """What a command that must be refused tells the user."""
    done = run(*arguments)
    assert done.exit_code == 1, f"{arguments}: exit {done.exit_code}, {done.exception!r}\n{done.output}"
    return done.stderr


def by_member(answer: Any, field: str = "value") -> dict[str, Any]:
    """One field of every row of an answer by the scope of the row."""
    return {row["scope"]: row[field] for row in answer["rows"]}
