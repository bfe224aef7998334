"""Lint a copy of the package again and again, each time with other lines planted; run as a process of its own.

The first argument is the folder that holds the copy and pyproject.toml. Standard input holds a JSON list of
plants, each a JSON object of file name → line to add. Standard output gets a JSON list of the contract ids broken.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path

from importlinter import api
from importlinter.cli import lint_imports


def broken(plant: Mapping[str, str]) -> list[str]:
    """Which contracts break when these lines are added to these files; the files are put back afterwards."""
    before = {name: Path(name).read_text(encoding="utf-8") if Path(name).exists() else None for name in plant}
    for name, line in plant.items():
        Path(name).write_text(f"{before[name] or ''}\n{line}\n", encoding="utf-8")
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            lint_imports(cache_dir="cache", no_logo=True)  # reads anew what has another time of change
    finally:
        for name, text in before.items():
            Path(name).unlink() if text is None else Path(name).write_text(text, encoding="utf-8")
    words = " ".join(said.getvalue().split())
    contracts = api.read_configuration("pyproject.toml")["contracts_options"]
    judged = {one["id"]: [word for word in ("KEPT", "BROKEN") if f"{one['name']} {word}" in words] for one in contracts}
    if any(len(verdict) != 1 for verdict in judged.values()):
        raise RuntimeError(f"A contract was not judged: {words}")
    return sorted(name for name, verdict in judged.items() if verdict == ["BROKEN"])


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    sys.path.insert(0, sys.argv[1])
    answers = [broken(plant) for plant in json.load(sys.stdin)]
    Path("answers.json").write_text(json.dumps(answers), encoding="utf-8")
