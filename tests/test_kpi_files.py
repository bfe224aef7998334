"""The shipped KPI definitions: every file loads, compiles, speaks its own words and can be activated."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import pytest

from kpidesk.core.kpi_fields import kpi_from_mapping
from kpidesk.core.kpis import CLUSTERS, Kpi, check_publishable
from kpidesk.language import compile_formula, formula_words
from kpidesk.language.classing import class_of
from kpidesk.operations.catalogue import KEPT, shipped_kpis
from kpidesk.paths import resources

FILES = sorted((resources() / "kpis").glob("*.toml"))
FIRST_DAY = ["bookings", "win_rate", "avg_deal_size", "sales_cycle_length", "pipeline_created"]
FIELD_OF_BREAKDOWN = {
    "deals.lead_source": "lead_source", "stage_visits.stage_id": "stage", "accounts.segment": "segment",
    "accounts.vertical": "vertical", None: "",
}  # fmt: skip
OPENING_REVENUE = "sum(accounts.mrr_at_start where mrr_at_start > 0)"
OTHERWISE = {
    "avg_deal_size": "sum(deals.amount where won on closed_at) / count(deals where won and amount is not empty"
    " on closed_at)",
    "clv": "[arpa] * 12 * param(gross_margin) / max_of([logo_churn_rate], 20%)",
    "clv_to_cac": "[clv] / rolling([cac], 1 year)",
    "lead_response_1h": "count(leads where responded and business_hours(leads.created_at, leads.first_response_at) <= 1"
    " on created_at) / count(leads on created_at)",
    "lead_response_time": "median(business_hours(leads.created_at, leads.first_response_at) where responded "
    "on created_at)",
    "mrr": "sum(accounts.mrr_at_end where mrr_at_end > 0)",
    "grr": "rolling(sum(least(accounts.mrr_at_end, accounts.mrr_at_start) where mrr_at_start > 0)"
    f" / {OPENING_REVENUE}, 1 year)",
    "nrr": f"rolling(sum(accounts.mrr_at_end where mrr_at_start > 0) / {OPENING_REVENUE}, 1 year)",
    "revenue_churn_rate": "rolling(sum(greatest(accounts.mrr_at_start - accounts.mrr_at_end, 0) where mrr_at_start > 0)"
    f" / {OPENING_REVENUE}, 1 year)",
    "stalled_deals": "count(deals where open and long_in_stage as of end)",
    "stalled_value_share": "sum(deals.amount where open and long_in_stage as of end)"
    " / sum(deals.amount where open as of end)",
}
"""Formulas that put into words what the catalogue says beside its formula: a lifetime of at most five years, and the
year to the end of the period. An empty amount is unknown, so that its deal has no size. Response times are in working
hours, which are all hours until they are said. A stalled deal is long in its own stage, as the catalogue says. Monthly
revenue names the customers who pay, so that nobody who pays nothing is counted among those it rests on."""
SHARES_OF_MONEY = {"grr", "nrr", "revenue_churn_rate", "renewal_rate_value"}
"""Cohorts of the catalogue that are no x of n rows: the interval of a proportion would take each cent for a row."""
CLAIMS = re.compile(
    r"\b79\s?%|\b80\s?% higher|\b97\s?%|more likely|times likelier|\b5\s?[–-]\s?25\s?(?:×|x|times)"
    r"|higher (?:sales )?growth|profitab",
    re.IGNORECASE,
)
"""What vendor pages claim without saying where it is from."""


@cache
def load(path: Path) -> Kpi:
    return kpi_from_mapping(tomllib.loads(path.read_text(encoding="utf-8")), path.name)


def every() -> dict[str, Kpi]:
    return {path.stem: load(path) for path in FILES}


def of_every_file(test: Callable[[Path], None]) -> Callable[[], None]:
    """A test that asks the same of every file and says of which one it fails; one each would take longer to tell."""

    def asked_of_every_file() -> None:
        for path in FILES:
            try:
                test(path)
            except BaseException as error:
                error.add_note(f"In {path.name}")
                raise

    return asked_of_every_file


def texts(kpi: Kpi) -> list[str]:
    return [kpi.sentence, kpi.objective, kpi.decision, *kpi.mistakes, *(one.text for one in kpi.benchmarks)]


@pytest.fixture(scope="module")
def catalogue() -> dict[str, dict[str, object]]:
    path = Path(__file__).resolve().parents[2] / "shared" / "reference" / "catalogue.json"
    if not path.is_file():
        pytest.skip("The catalogue beside the project is not here.")
    return {one["id"]: one for one in json.loads(path.read_text(encoding="utf-8"))["kpis"]}


def test_the_whole_catalogue_is_shipped(catalogue: dict[str, dict[str, object]]) -> None:
    assert set(catalogue) <= set(every())


@of_every_file
def test_a_file_is_named_after_its_kpi(path: Path) -> None:
    assert load(path).id == path.stem


@of_every_file
def test_activating_needs_no_typing(path: Path) -> None:
    kpi = load(path)
    check_publishable(kpi)
    assert kpi.owner == "Sales manager"
    assert kpi.status == ("active" if kpi.first_day else "draft")


@of_every_file
def test_every_text_is_a_finished_sentence(path: Path) -> None:
    kpi = load(path)
    for text in (kpi.sentence, kpi.objective, kpi.decision, *kpi.mistakes):
        assert re.fullmatch(r"[A-Z0-9].*\.", text, re.DOTALL), text


@of_every_file
def test_a_benchmark_says_who_says_so(path: Path) -> None:
    for one in load(path).benchmarks:
        assert one.source
        assert one.grade
        assert re.fullmatch(r"(read )?20\d\d", one.year), one
        if one.low is not None and one.high is not None:
            assert one.low <= one.high


@of_every_file
def test_a_figure_for_a_size_lies_between_amounts_in_order(path: Path) -> None:
    for one in load(path).benchmarks:
        bounds = [one.from_amount, one.to_amount]
        assert one.size or bounds == [None, None], one
        assert None in bounds or bounds[0] < bounds[1], one  # type: ignore[operator]  # both are there


@of_every_file
def test_a_kpi_says_what_it_is_about_and_who_moves_it(path: Path) -> None:
    kpi = load(path)
    assert kpi.cluster in CLUSTERS
    assert 1 <= len(set(kpi.functions)) == len(kpi.functions) <= 3
    assert 1 <= len(set(kpi.influenced_by)) == len(kpi.influenced_by) <= 3


@of_every_file
def test_what_foretells_a_kpi_says_by_how_many_weeks(path: Path) -> None:
    kpi = load(path)
    assert len(kpi.lag_weeks) == len(kpi.leading) == len(set(kpi.leading))
    assert all(1 <= weeks <= 26 for weeks in kpi.lag_weeks)


def test_no_kpi_foretells_itself_by_way_of_others() -> None:
    shipped = every()
    for kpi_id in shipped:
        seen, waiting = set[str](), list(shipped[kpi_id].leading)
        while waiting:
            if (one := waiting.pop()) not in seen:
                seen.add(one)
                waiting += shipped[one].leading
        assert kpi_id not in seen


def test_what_is_only_done_and_leads_to_nothing_is_for_coaching() -> None:
    assert {kpi.id for kpi in every().values() if kpi.coaching} == {"calls_made", "emails_sent", "follow_up_calls"}
    packs = {path.stem: tomllib.loads(path.read_text())["kpis"] for path in (resources() / "packs").glob("*.toml")}
    for pack, kpis in packs.items():
        wanted = {"calls_made"} if pack == "rep" else set()  # what a rep does every week stands there without a verdict
        assert {"calls_made", "emails_sent", "follow_up_calls"} & set(kpis) == wanted


def test_no_claim_without_a_source_is_repeated() -> None:
    places = [path for folder in ("kpis", "packs", "help") for path in (resources() / folder).rglob("*.*")]
    read = {path.name: path.read_text(encoding="utf-8") for path in places if path.suffix in (".toml", ".md")}
    assert {name: CLAIMS.findall(text) for name, text in read.items() if CLAIMS.search(text)} == {}


@of_every_file
def test_named_kpis_exist(path: Path) -> None:
    kpi = load(path)
    named = {*kpi.leading, *re.findall(r"\[(\w+)\]", kpi.formula)}
    assert named <= set(every())
    assert kpi.id not in named


@of_every_file
def test_a_rate_is_shown_in_percent_and_a_range_has_ends(path: Path) -> None:
    kpi = load(path)
    if kpi.is_rate:
        assert kpi.unit == "percent"
    if kpi.direction == "range":
        assert kpi.range_low is not None
        assert kpi.range_high is not None
        assert kpi.range_low < kpi.range_high


def test_five_kpis_are_active_on_the_first_day() -> None:
    ordered = sorted((kpi for kpi in every().values() if kpi.first_day), key=lambda kpi: kpi.first_day)
    assert [kpi.id for kpi in ordered] == FIRST_DAY
    assert [kpi.first_day for kpi in ordered] == [1, 2, 3, 4, 5]


@of_every_file
def test_the_formula_compiles_to_the_unit_stated(path: Path) -> None:
    kpi = load(path)
    if kpi.builtin:
        assert not kpi.formula
        return
    formula = compile_formula(kpi.formula, {one.id: one.formula for one in every().values()})
    exponents = (formula.measure.money, formula.measure.time)
    expected = {"money": (1, 0), "money_per_day": (1, -1), "days": (0, 1), "hours": (0, 1)}.get(kpi.unit, (0, 0))
    assert exponents == expected


@of_every_file
def test_only_a_count_of_a_count_of_the_same_rows_gets_the_interval_of_a_proportion(path: Path) -> None:
    kpi = load(path)
    if kpi.is_rate and kpi.formula:
        assert class_of(compile_formula(kpi.formula, {one.id: one.formula for one in every().values()})) == "ratio"


@of_every_file
def test_the_formula_reads_as_words_without_signs_of_the_language(path: Path) -> None:
    kpi = load(path)
    if kpi.builtin:
        return
    shipped = every()
    formula = compile_formula(kpi.formula, {one.id: one.formula for one in shipped.values()})
    words = formula_words(formula, {one.id: one.name for one in shipped.values()})
    unquoted = re.sub("“.*?”", "", words)  # words of the files stand as they are
    assert not re.search(r"[\[\]_]|\bwhere\b|\bas of\b", unquoted), words


def test_the_definition_agrees_with_the_catalogue(catalogue: dict[str, dict[str, object]]) -> None:
    def agrees(path: Path) -> None:
        if known := catalogue.get(path.stem):
            _agrees(load(path), known)

    of_every_file(agrees)()


def _agrees(kpi: Kpi, known: dict[str, object]) -> None:
    over_a_year = known["default_window"] == "trailing 12 months"
    formula = f"rolling({known['formula']}, 1 year)" if over_a_year else known["formula"]
    if not kpi.builtin:
        assert kpi.formula == OTHERWISE.get(kpi.id, formula)
    assert kpi.unit == known["unit"]
    assert kpi.direction == known["direction"]
    assert kpi.indicator == known["indicator"]
    assert kpi.dimension == known["dimension"]
    assert kpi.kpi_class == ("money_ratio" if kpi.id in SHARES_OF_MONEY else known["class"])
    assert list(kpi.levels) == known["levels"]
    assert kpi.cadence == known["default_cadence"]
    assert kpi.breakdown == FIELD_OF_BREAKDOWN[known["breakdown"]]  # type: ignore[index]  # text or null


def test_no_text_is_copied_from_the_catalogue(catalogue: dict[str, dict[str, object]]) -> None:
    for kpi_id, known in catalogue.items():
        theirs = [str(known["formula_text"]), *map(str, known["mistakes"])]  # type: ignore[call-overload]  # a list
        for ours in texts(every()[kpi_id]):
            for other in theirs:
                assert not too_close(ours, other), f"{kpi_id}: {ours!r} is too close to {other!r}"


def too_close(ours: str, other: str) -> bool:
    found = SequenceMatcher(None, ours.casefold(), other.casefold())
    return found.quick_ratio() >= 0.75 and found.ratio() >= 0.75  # the quick one is never less


def test_a_text_that_was_copied_would_be_found() -> None:
    assert too_close("Deals won, of all that were closed.", "deals won of all that were closed")
    assert not too_close("Deals won, of all that were closed.", "Money booked in the period.")


def test_the_kpis_kept_in_one_file_are_those_of_their_files() -> None:
    kept = json.loads((resources() / "kpis" / KEPT).read_text(encoding="utf-8"))
    told = {file.name: tomllib.loads(file.read_text(encoding="utf-8")) for file in FILES}
    assert kept["kpis"] == told, "Run python -m tests.architecture.documents."
    assert repr(kept["kpis"]) == repr(told), "3 stays 3, and 3.0 stays 3.0"


def test_a_definition_file_that_was_changed_counts_whatever_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(resources() / "kpis", tmp_path / "kpis")
    file = tmp_path / "kpis" / "win_rate.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("where closed on", "where closee on"), encoding="utf-8")
    monkeypatch.setattr("kpidesk.operations.catalogue.resources", lambda: tmp_path)
    found = {kpi.id: kpi for kpi in shipped_kpis.__wrapped__()}
    assert "closee" in found["win_rate"].formula
    file.write_text(text, encoding="utf-8")
    assert shipped_kpis.__wrapped__() == shipped_kpis()
    (tmp_path / "kpis" / KEPT).unlink()
    assert shipped_kpis.__wrapped__() == shipped_kpis()
