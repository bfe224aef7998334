"""Everything to take along, on the command line: which paper, without names and amounts, and for a whole team."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.flow import ask, refused, run
from tests.small_export import DEALS, build, write

Q1 = ("--period", "2025-Q1")
REPS = ("Ann Lee", "Bo Dahl", "Cy Frey")
REPORTS = ("scorecard", "pipeline", "forecast", "accuracy", "weekly-review", "monthly-review", "forecast-call")
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("sales"))


def told(pdf: Path, program: str = "pdftotext") -> str:
    words = (program, pdf, "-") if program == "pdftotext" else (program, pdf)
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@needs_poppler
@pytest.mark.parametrize("what", REPORTS)
def test_every_report_is_printed_on_the_paper_asked_for(sales: Path, tmp_path: Path, what: str) -> None:
    to = tmp_path / f"{what}.pdf"
    ask("export", sales, what, "--to", to, "--paper", "letter")
    assert re.search(r"Page size: +612 x 792 pts \(letter\)", told(to, "pdfinfo"))
    text = told(to)
    assert "Page 1 of" in text
    assert "data as of 2 Apr 2025" in text


@pytest.mark.parametrize(
    ("what", "asked"), [("scorecard", ("--by", "rep")), ("pipeline", ("--scope", "rep:Ann Lee")),
                        ("one-on-one", ("--scope", "rep:Bo Dahl"))]
)  # fmt: skip
def test_a_copy_for_others_names_nobody(sales: Path, tmp_path: Path, what: str, asked: tuple[str, ...]) -> None:
    ask("export", sales, what, "--to", tmp_path / "open.html", *asked, *Q1)
    ask("export", sales, what, "--to", tmp_path / "closed.html", *asked, *Q1, "--redact", "both")
    assert any(rep in (tmp_path / "open.html").read_text() for rep in REPS)
    assert not [rep for rep in REPS if rep in (tmp_path / "closed.html").read_text()]


def test_a_breakdown_is_printed_and_redacted(sales: Path, tmp_path: Path) -> None:
    ask("pivot", sales, "bookings", "--rows", "rep", *Q1, "--to", tmp_path / "by.csv", "--redact", "both")
    text = (tmp_path / "by.csv").read_text(encoding="utf-8-sig")
    assert "A. L.,$20K–$50K" in text
    ask("pivot", sales, "bookings", "--rows", "rep", *Q1, "--to", tmp_path / "by.pdf")
    assert (tmp_path / "by.pdf").read_bytes().startswith(b"%PDF")


def test_a_pack_for_a_team(sales: Path, tmp_path: Path) -> None:
    answer = ask("export-pack", sales, "--what", "scorecards", "--to", tmp_path / "pack.zip", "--form", "html", *Q1)
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        assert sorted(archive.namelist()) == sorted(answer["files"])
        for rep in REPS:
            page = archive.read(f"Scorecard {rep} Q1 2025.html").decode()
            assert rep in page
            assert not [other for other in REPS if other != rep and other in page]
    several = ask(
        "export-pack", sales, "--what", "trends", "--what", "scorecards", "--what", "reviews",
        "--scope", f"rep:{REPS[0]}", "--to", tmp_path / "one.pdf", *Q1,
    )  # fmt: skip
    assert [one["what"] for one in several["copies"]] == ["Scorecard · Q1 2025", "Trends · Q1 2025"]
    assert [one["about"] for one in several["missing"]] == ["Reviews"]


@pytest.fixture(scope="module")
def corrected(sales: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same workspace after a file of 1 May that has a deal of Ann's at 90,000 for 10,000."""
    folder = tmp_path_factory.mktemp("corrected")
    path = Path(shutil.copy(sales, folder))
    deal = next(line for line in DEALS.splitlines() if line.startswith("D04"))
    text = "\n".join((DEALS.splitlines()[0], deal.replace("10000", "90000"), ""))
    ask("import", path, write(folder, "may.csv", text), "--as-of", "2025-05-01", "--partial")
    return path


def test_a_pack_as_of_a_past_day_tells_what_was_known_then(corrected: Path, tmp_path: Path) -> None:
    kinds = [word for kind in ("scorecards", "trends", "pipelines", "forecasts") for word in ("--what", kind)]
    asked = ("export-pack", corrected, *kinds, "--form", "html", *Q1)
    for day, words, amount in (("2025-04-02", "2 Apr 2025", "$22.4K"), ("2025-05-01", "1 May 2025", "$102K")):
        done = ask(*asked, "--to", tmp_path / day, "--as-of", day)
        assert {one["data_as_of"] for one in done["copies"]} == {day}
        pages = {one["file"]: (tmp_path / day / one["file"]).read_text("utf-8") for one in done["copies"]}
        assert len(pages) == 4 * 3 + 3 * 3, "each rep four, the organisation and both offices three"
        assert [name for name, page in pages.items() if f"ata as of {words}" not in page] == []
        for kind in ("Scorecard", "Trends"):
            assert amount in pages[f"{kind} Ann Lee Q1 2025.html"]


def test_what_was_held_is_not_had_as_of_another_day(corrected: Path, tmp_path: Path) -> None:
    day, to = ("--as-of", "2025-04-02"), tmp_path / "pack.pdf"
    assert "kept as they were held" in refused("export-pack", corrected, "--to", to, *Q1, *day)
    assert "kept as it was held" in refused("export", corrected, "weekly-review", "--to", to, *day)
    both = ("--what", "scorecards", "--what", "one-on-ones", "--scope", "rep:Ann Lee")
    done = ask("export-pack", corrected, *both, "--to", to, *Q1, *day)
    assert [one["what"] for one in done["copies"]] == ["Scorecard · Q1 2025"]
    assert [one["about"] for one in done["missing"]] == ["One-on-ones"]


def test_what_does_not_go_together_is_refused(sales: Path, tmp_path: Path) -> None:
    to = tmp_path / "x.pdf"
    assert "no manager's copy" in refused("export", sales, "trend", "--kpi", "bookings", "--manager-copy", "--to", to)
    assert "not for others" in refused(
        "export", sales, "weekly-review", "--manager-copy", "--redact", "initials", "--to", to
    )
    assert "no --by" in refused("export", sales, "pipeline", "--by", "rep", "--to", to)
    assert "too long" in refused("export", sales, "scorecard", "--to", tmp_path / f"{'long' * 80}.pdf")
    assert "exists already" in refused("export-pack", sales, "--to", sales.parent)
    assert run("export", sales, "scorecard", "--to", to, "--paper", "a5").exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_scorecard_of_one_function_holds_its_kpis_alone(sales: Path, tmp_path: Path) -> None:
    every, some = tmp_path / "every.csv", tmp_path / "some.csv"
    shown = {row["kpi"] for row in ask("scorecard", sales, *Q1, "--function", "finance")["rows"]}
    for to, more in ((every, ()), (some, ("--function", "finance"))):
        ask("export", sales, "scorecard", "--to", to, *Q1, *more)
    told = [{row["kpi"] for row in csv.DictReader(to.read_text("utf-8-sig").splitlines())} for to in (every, some)]
    assert told[1] == shown < told[0]
    assert "takes no --function" in refused("export", sales, "pipeline", "--to", some, "--function", "finance")
