"""The company of the benchmarks, its workspace, and how many deals it has (`KPIDESK_BENCH_DEALS`, 100,000)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from tests.benchmarks.company import STAGES, TODAY, Files, write

DEALS = int(os.environ.get("KPIDESK_BENCH_DEALS", "100000"))
ROUNDS = 5 if DEALS <= 200_000 else 3
LATER_DAY = TODAY.replace(day=8)
"""The day of the later files; that of the earlier is `TODAY` of the company."""
OPTIONS = ImportOptions(kind="deals", stages=STAGES, date_order="ymd", as_of=TODAY, source="bench")  # type: ignore[arg-type]  # outcomes by stage
LATER = ImportOptions(kind="deals", stages=STAGES, date_order="ymd", as_of=LATER_DAY, source="bench")  # type: ignore[arg-type]  # outcomes by stage
PEOPLE = ImportOptions(kind="people", as_of=TODAY)


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The export files."""
    return write(tmp_path_factory.mktemp("company"), DEALS)


@pytest.fixture(scope="session")
def workspace(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with people and deals."""
    path = tmp_path_factory.mktemp("bench") / "bench.kpidesk"
    finish(operations.import_into(path, [files.people], PEOPLE, today=TODAY))
    finish(operations.import_into(path, [files.deals], OPTIONS, today=TODAY))
    return path
