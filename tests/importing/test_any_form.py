"""Broken files of every form are understood or refused in words; `python -m tests.fuzz` reads as many as one likes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import Form, forms, run

FILES = {
    "csv": 250,
    "sample": 100,
    "noise": 60,
    "utf-16": 150,
    "html": 200,
    "zip": 200,
    "plain-xlsx": 15,
    "xlsx": 15,
    "ods": 15,
    "xls": 15,
}
"""How many of each form; some two thousand more are made by the properties of `test_any_bytes`."""


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.name)
def test_broken_files(form: Form, tmp_path: Path) -> None:
    found, failed = run(form, FILES[form.name], 2, tmp_path)
    assert failed == []
    assert found["refused"] > 0
