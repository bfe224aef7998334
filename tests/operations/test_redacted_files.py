"""Files for others: no name and no exact amount in any byte of them, whatever they are of and whatever form."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.breakdown_paper import breakdown_paper
from kpidesk.core.breakdowns import View
from kpidesk.core.errors import UserError
from kpidesk.core.forecast_paper import forecast_paper
from kpidesk.core.pipeline_paper import pipeline_paper
from kpidesk.core.redactions import Redaction
from kpidesk.exporting.csv_form import scorecard_csv, trend_csv
from kpidesk.ui.painting.copies import Copying, Item, write_comparison, write_copy
from tests.exporting.sheets import recomputed
from tests.operations.support import bring_in, history, made, write

REPS = ("Ann Lee", "Bo Dahl", "Cy Oh")
NAMES = ("scorecard", "reps", "trend", "one-on-one", "pipeline", "breakdown", "over time", "forecast")
EDGES = frozenset((0, 1, 2, 5, 10, 20, 50, 100, 200, 500))
"""Where bands begin and end, before K or M."""
ODD = 7
"""Makes every amount one that could not be met by chance."""
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    folder = tmp_path_factory.mktemp("redacted")
    lines = [(key, owner, stage, str(int(amount) * 13 + ODD), created, closed)
             for key, owner, stage, amount, created, closed in history()]  # fmt: skip
    opened = [("O1", "Ann Lee", "Open", "91237", "2025-12-01", "2026-03-01"),
              ("O2", "Bo Dahl", "Open", "45679", "2025-11-01", "2026-02-15")]  # fmt: skip
    with made(folder) as ws:
        bring_in(ws, write(folder / "deals of Ann Lee.csv", [*lines, *opened]), date(2026, 1, 5))
        yield ws


@pytest.fixture(scope="module")
def items(ws: operations.Workspace) -> dict[str, Item]:
    """Everything that can be handed over."""
    asked = operations.question(ws, period="2025-Q4")
    by_rep = operations.question(ws, period="2025-Q4", by="rep")
    rep = operations.question(ws, period="2025-Q4", scope="rep:Ann Lee")
    return {
        "scorecard": operations.scorecard(ws, asked),
        "reps": operations.scorecard(ws, by_rep, ("bookings", "win_rate")),
        "trend": operations.trend(ws, "bookings", rep),
        "one-on-one": operations.sheet_for(ws, rep.scope, rep.period),
        "pipeline": pipeline_paper(operations.pipeline(ws, asked)),
        "breakdown": breakdown_paper(operations.pivot(ws, View("bookings", "rep"), asked)),
        "over time": breakdown_paper(operations.pivot(ws, View("bookings", "owner", "period"), asked)),
        "forecast": forecast_paper(operations.forecast(ws, operations.question(ws, period="2026-Q1"))),
    }


@pytest.fixture(scope="module")
def amounts(items: dict[str, Item]) -> frozenset[str]:
    """The exact amounts of money, as a machine writes them."""
    found = {"91237", "45679"}
    for content in (scorecard_csv(items["reps"]), scorecard_csv(items["scorecard"]), trend_csv(items["trend"])):  # type: ignore[arg-type]  # by name
        for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            found |= {row["value"]} if row["unit"] == "money" and len(row["value"]) > 4 else set()
    assert len(found) > 5
    return frozenset(found)


def as_read(pdf: Path) -> str:
    return subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout


def everything(path: Path) -> str:
    """Every text of a file: unpacked, in and out of its streams, and as a reader sees it."""
    content = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    if path.suffix != ".pdf":
        return content.decode("utf-8")
    told = as_read(path)
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            content += zlib.decompress(stream)
        except zlib.error:
            content += stream
    return told + content.decode("latin-1") + content.replace(b"\0", b"").decode("latin-1")


def forms_of(name: str) -> tuple[str, ...]:
    return (".pdf", ".html") if name == "one-on-one" else (".pdf", ".html", ".xlsx", ".csv")


@needs_poppler
@pytest.mark.parametrize("name", NAMES)
def test_no_byte_tells_a_name_or_an_amount(
    ws: operations.Workspace, items: dict[str, Item], amounts: frozenset[str], tmp_path: Path, name: str
) -> None:
    how = Copying(redactor=operations.redactor(ws, "both"))
    for form in forms_of(name):
        told = everything(write_copy(items[name], tmp_path / f"copy{form}", how))
        for rep in REPS:
            assert rep not in told, (form, rep)
            assert rep.encode("utf-16-be").decode("latin-1") not in told
        plain = told.replace(",", "")
        assert not [one for one in amounts if re.search(rf"(?<!\d){one}(?!\d)", plain)], form
        assert "<f>" not in told
        shown = as_read(tmp_path / "copy.pdf") if form == ".pdf" else plain
        # "Stages!$8:$8" names the titles that are printed on every page
        found = re.findall(r"(?<![!:])\$(\d+(?:\.\d+)?)[KMBT]?", shown.replace(",", ""))
        assert not [one for one in found if float(one) not in EDGES], form


@pytest.mark.parametrize(("how", "names", "exact"), [("initials", False, True), ("bands", True, False)])
def test_one_may_be_left_out_without_the_other(
    ws: operations.Workspace, items: dict[str, Item], tmp_path: Path, how: Redaction, names: bool, exact: bool
) -> None:
    copying = Copying(redactor=operations.redactor(ws, how))
    told = everything(write_copy(items["reps"], tmp_path / "copy.csv", copying))
    whole = everything(write_copy(items["reps"], tmp_path / "whole.csv", Copying()))
    [value] = [row["value"] for row in csv.DictReader(io.StringIO(whole.lstrip("\ufeff"), newline=""))
               if row["kpi"] == "bookings" and row["scope"] == "rep:Ann Lee"]  # fmt: skip
    assert ("Ann Lee" in told) is names
    assert (value in told) is exact
    codes = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){5,}")
    assert codes.search(whole)
    assert not codes.search(told), "a code tells whose number it is, in numbers"


@needs_poppler
def test_reps_compared_lose_their_names_and_amounts_cannot_be_plotted(ws: operations.Workspace, tmp_path: Path) -> None:
    how = Copying("Letter", redactor=operations.redactor(ws, "both"))
    asked = operations.question(ws, period="2025-Q4")
    shown = operations.compare(ws, "win_rate", asked, "rep")
    whole = everything(write_comparison(shown, tmp_path / "whole.pdf", Copying()))
    told = everything(write_comparison(shown, tmp_path / "plot.pdf", how))
    codes = {code for _, code in shown.receipts}
    assert len(codes) == len(shown.peers) > 1
    assert [one for one in codes if one not in whole or one in told] == []
    assert "A. L." in told
    assert not [rep for rep in REPS if rep in told]
    with pytest.raises(UserError, match="would tell them"):
        write_comparison(operations.compare(ws, "bookings", asked, "rep"), tmp_path / "amounts.pdf", how)
    assert not (tmp_path / "amounts.pdf").exists()
    found = operations.compare(ws, "bookings", asked, "rep")
    for ending in (".html", ".xlsx", ".csv"):
        told = everything(write_comparison(found, tmp_path / f"amounts{ending}", how))
        assert not [rep for rep in REPS if rep in told]
        assert not [one.value_text for one in found.peers if one.value_text in told]


@pytest.mark.filterwarnings("ignore:Unknown extension", "ignore:Conditional Formatting extension")
def test_the_totals_of_a_breakdown_can_be_checked(items: dict[str, Item], tmp_path: Path) -> None:
    for name, least in (("breakdown", 4), ("over time", 6)):
        content = write_copy(items[name], tmp_path / f"{name}.xlsx", Copying()).read_bytes()
        found = recomputed(content)
        assert len(found) >= least, name
        assert all(again == pytest.approx(shown, rel=1e-12) for _, _, again, shown in found)


def test_a_managers_copy_is_not_for_others(ws: operations.Workspace, items: dict[str, Item], tmp_path: Path) -> None:
    how = Copying(manager=True, redactor=operations.redactor(ws, "initials"))
    with pytest.raises(UserError, match="not for others"):
        write_copy(items["one-on-one"], tmp_path / "copy.pdf", how)
    assert list(tmp_path.iterdir()) == []
