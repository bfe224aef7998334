"""Fixtures of the importer's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions
from tests.importing.support import read


@pytest.fixture
def refused() -> Callable[..., str]:
    """Reads a file that must be refused and gives the sentence shown; it must come with advice."""

    def attempt(path: Path, options: ImportOptions | None = None) -> str:
        with pytest.raises(UserError) as caught:
            read(path, options)
        assert caught.value.advice
        return caught.value.problem

    return attempt


@pytest.fixture(scope="session")
def plain_book(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], bytes]:
    """Gives the bytes of a small workbook of deals."""
    path = tmp_path_factory.mktemp("book") / "deals.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Deals")
        rows = (("id", "owner", "stage", "amount"), ("D1", "Ann", "Won", 12.5), ("D2", "Bob", "Lost", 3))
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    content = path.read_bytes()
    return lambda: content
