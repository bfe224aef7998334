"""Numbers picked at random, printed in every form and proven by their codes: `python -m tests.printed FILE.kpidesk`.

Further words are the periods to pick from (2017-Q4 2017-05 …) and, as a bare number, the seed. `pdftotext` is needed.
"""

from __future__ import annotations

import html
import json
import math
import random
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from kpidesk import operations
from kpidesk.cli import main as command
from kpidesk.core.errors import UserError
from kpidesk.core.scorecards import Row

MANY, MOST_TRIES = 20, 600
FORMS, RAW = ("pdf", "xlsx", "html", "csv"), ("xlsx", "csv")
"""All forms with words in them, and those that hold a value as a number instead of its text."""


def run(*words: object) -> Result:
    """The answer of a command."""
    return CliRunner().invoke(command, [str(word) for word in words])


@contextmanager
def closing_workspace(path: Path) -> Iterator[operations.Workspace]:
    """A workspace that is closed in the end."""
    ws = operations.open_workspace(path)
    try:
        yield ws
    finally:
        operations.close(ws)


def picked(path: Path, periods: list[str], seed: int) -> list[tuple[str, Row]]:
    """Numbers that exist, by turns of the organisation, a team and a rep, with the period as typed."""
    draw = random.Random(seed)
    with closing_workspace(path) as ws:
        scopes = [one.key for one in operations.scopes(ws).scopes()]
        levels = [[one for one in scopes if one.startswith(kind)] for kind in ("org", "team:", "rep:")]
        kpis = [one.kpi.id for one in operations.kpis(ws) if one.computable and one.kpi.status != "retired"]
        found: list[tuple[str, Row]] = []
        for _ in range(MOST_TRIES):
            period = draw.choice(periods)
            scope = draw.choice(levels[len(found) % len(levels)] or ["org"])
            try:
                asked = operations.question(ws, scope=scope, period=period)
                (row,) = operations.scorecard(ws, asked, (draw.choice(kpis),)).rows
            except UserError:
                continue
            found += [(period, row)] if row.result.value is not None and row.receipt else []
            if len(found) == MANY:
                break
    return found


def words_of(file: Path) -> str:
    """All the words of a file, without any room between them."""
    if file.suffix == ".pdf":
        done = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True)
        text = done.stdout
    elif file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as book:
            sheets = [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
        text = " ".join(re.sub(r"<[^>]+>", " ", sheet) for sheet in sheets)
    else:
        text = file.read_text(encoding="utf-8-sig")
    return close_up(html.unescape(text))


def close_up(text: str) -> str:
    """A text without any room in it, as it may be broken anywhere."""
    return re.sub(r"\s+", "", text)


def missing_in(path: Path, folder: Path, period: str, row: Row, *, trend: bool) -> list[str]:
    """The forms in which a number or its code does not stand."""
    found = []
    codes = [row.receipt] if trend else [code for _, code in row.receipts("")]
    what = ("trend", "--periods", "4") if trend else ("scorecard",)
    for form in FORMS:
        file = folder / f"number.{form}"
        file.unlink(missing_ok=True)
        run("export", path, *what, "--kpi", row.kpi.id, "--scope", row.scope.key, "--period", period, "--to", file)
        text = words_of(file) if file.exists() else ""
        is_told = form in RAW or close_up(row.value_text) in text
        found += [] if is_told and all(close_up(code) in text for code in codes) else [form]
    return found


def is_proven(path: Path, row: Row) -> bool:
    """Whether the codes, that of a longer time too, give the same numbers again, and their rows add up to them."""
    over = row.long_run
    longer = [(over.receipt, over.value)] if over is not None else []
    return all(is_same(path, code, value) for code, value in [(row.receipt, row.result.value or 0.0), *longer])


def is_same(path: Path, code: str, value: float) -> bool:
    """Whether a code gives a number again, and its rows add up to it."""
    answer = json.loads(run("receipt", code, path, "--json").output)
    again = answer["receipt"]
    return bool(answer["same"] and again["reproduces"] and math.isclose(again["value"], value))


def main(words: list[str]) -> int:
    """Print each number with what became of it; 1 where one failed."""
    path, seed = Path(words[0]), next((int(one) for one in words[1:] if one.isdecimal() and len(one) < 4), 7)
    periods = [one for one in words[1:] if not (one.isdecimal() and len(one) < 4)] or ["last-quarter"]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for at, (period, row) in enumerate(picked(path, periods, seed)):
            missing = missing_in(path, Path(folder), period, row, trend=at % 4 == 3)
            proven = is_proven(path, row)
            failed += bool(missing) or not proven
            where = f"not in {', '.join(missing)}" if missing else "in every form"
            told = f"{row.kpi.id} {row.scope.key} {period} {row.value_text}"
            print(f"{told}: {where}, {'proven' if proven else 'NOT proven'}")
    print(f"{failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
