"""Copies for a whole team and single prints, beside what was aimed at: 50 reps in 30 s, a print in 2 s."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.export_packs import PackKind
from kpidesk.core.progress import finish
from kpidesk.ui.painting.copies import Copying, pack_writers, write_copy
from tests.benchmarks.company import TODAY
from tests.exporting.paper_samples import deals, sample_paper

MOST_PACK, MOST_PRINT, REPS = 30.0, 2.0, 50


@pytest.fixture(scope="module")
def ws(workspace: Path) -> Iterator[operations.Workspace]:
    opened = operations.open_workspace(workspace, today=TODAY)
    yield opened
    operations.close(opened)


@pytest.mark.parametrize(
    "kinds",
    [
        ("one-on-ones",),
        ("scorecards",),
        ("trends",),
        ("pipelines",),
        ("forecasts",),
        ("one-on-ones", "scorecards", "trends"),
    ],
    ids=" ".join,
)
def test_a_pack(ws: operations.Workspace, tmp_path: Path, kinds: tuple[PackKind, ...]) -> None:
    """The reps of the whole company, scaled to as many as a large team has."""
    question = operations.question(ws, period="2025-Q4")
    pack = operations.ExportPack(kinds, question, tmp_path / "pack", *pack_writers("A4", None))
    begun = time.perf_counter()
    done = finish(operations.export_pack(ws, pack))
    taken = time.perf_counter() - begun
    count = len({one.whose for one in done.entries})
    print(
        f"\n{' '.join(kinds)}: {count} reps in {taken:.1f} s, "
        f"{REPS} reps {taken / count * REPS:.1f} s (at most {MOST_PACK:.0f})"
    )


def test_a_print(tmp_path: Path) -> None:
    """A paper with every kind of part, and one with a thousand rows."""
    paper = sample_paper()
    long = replace(paper, sections=(replace(paper.sections[5], parts=(deals(1_000),)),))
    for name, one in (("everything", paper), ("1,000 rows", long)):
        for ending in ("pdf", "html", "xlsx"):
            begun = time.perf_counter()
            write_copy(one, tmp_path / f"p.{ending}", Copying())
            taken = time.perf_counter() - begun
            print(f"\n{name} as {ending}: {1000 * taken:.0f} ms (at most {1000 * MOST_PRINT:.0f})")
