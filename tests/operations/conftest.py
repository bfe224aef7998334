"""Ready-made workspaces."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpidesk import operations
from tests.conftest import SAMPLE_DAY


@pytest.fixture(scope="session")
def sample(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """The sample company, opened once: what is worked out for one test is known in the next. Not to be written to."""
    path = Path(shutil.copy(sample_folder / "sample.kpidesk", tmp_path_factory.mktemp("open-sample")))
    opened = operations.open_workspace(path, today=SAMPLE_DAY)
    yield opened
    operations.close(opened)
