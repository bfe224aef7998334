"""Every receipt of the sample against SQL and against its own rows added up by pandas: `python -m tests.receipts`.

The whole takes some minutes, periods named after it take a part of them; `tests/operations/test_receipts.py` checks a
part of it.
"""

from __future__ import annotations

import math
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import pandas as pd

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.people import Scope
from kpidesk.core.progress import finish
from kpidesk.core.receipts import Receipt
from kpidesk.core.scorecards import Question

PERIODS = ("2026-Q3", "2026-Q2", "2026-05", "2025", "2026-W30", "2026-02-10..2026-04-20")
ONE = re.compile(r"(count|sum|median|avg|count_distinct)\([^()]*(?:\([^()]*\)[^()]*)*\)")


def from_rows(receipt: Receipt) -> float | None:
    """The number from the rows alone, for KPIs of one measure or of one count over another; NaN for others."""
    parts = [part.strip() for part in receipt.kpi.measured.split(" / ")]
    kinds = [found[1] for part in parts if (found := ONE.fullmatch(part))]
    frame = pd.DataFrame(
        [(row.weight, row.value, row.in_numerator) for row in receipt.rows], columns=["weight", "value", "above"]
    ).astype({"weight": float, "value": float, "above": bool})
    if kinds == ["count", "count"] and len({row.kind for row in receipt.rows}) == 1:
        below = float(frame["weight"].sum())
        return float(frame.loc[frame["above"], "weight"].sum()) / below if below else None
    if len(parts) != 1 or len(kinds) != 1:
        return math.nan
    if kinds == ["count"]:
        return float(frame["weight"].sum())
    known = frame.dropna(subset=["value"])
    if kinds == ["sum"]:
        return float((known["weight"] * known["value"]).sum())
    if kinds == ["count_distinct"] or known.empty:
        return math.nan
    return float(known["value"].median() if kinds == ["median"] else known["value"].mean())


def from_sql(ws: operations.Workspace, db: sqlite3.Connection, kpi_id: str, asked: Question) -> float | None:
    """The number as the SQL of the KPI gives it; NaN where it has none."""
    try:
        statement = operations.kpi_sql(ws, kpi_id, asked)
    except UserError:
        return math.nan
    value = db.execute(statement).fetchone()[0]
    return None if value is None else float(value)


def wrong(ws: operations.Workspace, db: sqlite3.Connection, kpi_id: str, asked: Question) -> Iterator[str]:
    """What is wrong with a receipt, each in a sentence."""
    receipt = operations.rows(ws, kpi_id, asked)
    about, value = f"{kpi_id} {asked.scope.key} {asked.period.key}", receipt.result.value
    if not receipt.reproduces:
        yield f"{about}: the rows give {receipt.reproduced}, the number is {value}"
    if value is not None:
        for way, again in (("SQL", from_sql(ws, db, kpi_id, asked)), ("pandas", from_rows(receipt))):
            if again is None or not (math.isnan(again) or math.isclose(again, value, rel_tol=1e-9, abs_tol=1e-9)):
                yield f"{about}: {way} gives {again}, the number is {value}"
    found = operations.replay(ws, receipt.code)
    if not found.is_same or found.changes:
        yield f"{about}: its receipt {receipt.code} says {found.verdict} {found.changes}"


def told(answer: object) -> Iterator[tuple[str, object]]:
    """Every receipt code in an answer as JSON with the value that stands beside it; codes without one with NaN."""
    if isinstance(answer, dict):
        for name, part in answer.items():
            if name == "receipt" and isinstance(part, str):
                yield part, answer.get("value", answer.get("score", math.nan))
            elif name == "receipts" and isinstance(part, dict):
                yield from ((code, answer["values"][kpi_id]) for kpi_id, code in part.items())
            elif name.endswith("_receipt"):
                yield part, answer[name.removesuffix("_receipt")]
            elif "receipt" in name and isinstance(part, str | list):
                yield from ((code, math.nan) for code in ([part] if isinstance(part, str) else part))
            else:
                yield from told(part)
    elif isinstance(answer, list):
        for part in answer:
            yield from told(part)


def wrong_code(ws: operations.Workspace, db: sqlite3.Connection, code: str, value: object) -> Iterator[str]:
    """What is wrong with a code that was told beside a value: it must give it again, by SQL and from its rows too."""
    found = operations.replay(ws, code)
    again = found.receipt.result.value
    if not found.is_same or found.changes:
        yield f"{code}: {found.verdict} {found.changes}"
    if isinstance(value, float | int) and not math.isnan(value) and not math.isclose(again or 0.0, value, rel_tol=1e-6):
        yield f"{code}: {again} is proven, {value} was told"
    yield from wrong(ws, db, found.receipt.kpi.id, found.receipt.question)


def wrong_longer(ws: operations.Workspace, db: sqlite3.Connection, kpi_id: str, asked: Question) -> Iterator[str]:
    """What is wrong with the receipt of the number over a longer time beside one, if there is any."""
    for row in operations.scorecard(ws, asked, (kpi_id,)).rows:
        longer, over = row.long_question(asked), row.long_run
        if longer is None or over is None:
            continue
        yield from wrong(ws, db, kpi_id, longer)
        again = operations.replay(ws, over.receipt).receipt
        if not math.isclose(again.result.value or 0.0, over.value) or again.result.n != over.n:
            about = f"{kpi_id} {asked.scope.key} {asked.period.key} over {over.months} months"
            yield f"{about}: its receipt gives {again.result.value}, the number is {over.value}"


def scopes_of(ws: operations.Workspace) -> Sequence[Scope]:
    """The org, every team and every rep, and what belongs to nobody."""
    return [one for one in operations.scopes(ws).scopes() if one.kind != "role"]


def main(periods: Sequence[str]) -> None:
    """Check every KPI for every scope in some periods."""
    count = 0
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        made = finish(operations.make_demo(Path(folder) / "sample", date(2026, 9, 14)))
        path = Path(shutil.copy(made.workspace, Path(folder) / "copy.kpidesk"))
        ws = operations.open_workspace(Path(made.workspace), today=date(2026, 9, 14))
        try:
            with closing(sqlite3.connect(path)) as db:
                for period in periods:
                    for scope in scopes_of(ws):
                        asked = operations.question(ws, scope=scope.key, period=period)
                        for entry in operations.kpis(ws):
                            problems += wrong(ws, db, entry.kpi.id, asked)
                            problems += wrong_longer(ws, db, entry.kpi.id, asked)
                            count += 1
                    sys.stdout.write(f"{period}: {count:,} receipts, {len(problems)} wrong\n")
                    sys.stdout.flush()
        finally:
            operations.close(ws)
    sys.stdout.write("\n".join(problems) or "Every receipt is right.\n")
    raise SystemExit(bool(problems))


if __name__ == "__main__":
    main(sys.argv[1:] or PERIODS)
