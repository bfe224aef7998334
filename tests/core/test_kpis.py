from __future__ import annotations

from dataclasses import replace

import pytest

from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Benchmark, Kpi, check_publishable, kpi_from_mapping, kpi_to_mapping

TABLE: dict[str, object] = {
    "id": "win_rate",
    "name": "Win rate",
    "formula": "count(deals where won on closed_at) / count(deals where closed on closed_at)",
    "sentence": "Won deals out of all that closed.",
    "unit": "percent",
    "direction": "higher",
    "indicator": "lagging",
    "dimension": "outcome",
    "kpi_class": "ratio",
}


def test_a_kpi_goes_to_a_table_and_back() -> None:
    kpi = kpi_from_mapping(
        {
            **TABLE,
            "levels": ["org", "rep"],
            "benchmarks": [{"text": "20–30 %", "source": "B", "low": 0.2, "high": 0.3}],
        },
        "win_rate.toml",
    )
    assert kpi.levels == ("org", "rep")
    assert kpi.benchmarks == (Benchmark("20–30 %", "B", low=0.2, high=0.3),)
    assert kpi_from_mapping(kpi_to_mapping(kpi), "again") == kpi


def test_a_plain_table_gets_the_defaults() -> None:
    kpi = kpi_from_mapping(TABLE, "win_rate.toml")
    assert (kpi.levels, kpi.cadence, kpi.status, kpi.version) == (("org", "team", "rep"), "monthly", "draft", 1)


@pytest.mark.parametrize("name", ["id", "name", "sentence", "unit", "direction", "indicator", "dimension", "kpi_class"])
def test_a_missing_field_is_named_with_its_place(name: str) -> None:
    table = {key: value for key, value in TABLE.items() if key != name}
    with pytest.raises(UserError, match=rf"win_rate.toml: the field '{name}' is missing"):
        kpi_from_mapping(table, "win_rate.toml")


def test_a_missing_formula_is_named_unless_built_in() -> None:
    with pytest.raises(UserError, match="the formula is missing"):
        kpi_from_mapping({**TABLE, "formula": " "}, "x")
    built_in = {key: value for key, value in TABLE.items() if key != "formula"} | {"builtin": "reps_at_quota"}
    assert kpi_from_mapping(built_in, "x").formula == ""


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("colour", "red", "has no field 'colour'"),
        ("unit", "furlongs", "unit cannot be 'furlongs'"),
        ("direction", "sideways", "direction cannot be 'sideways'"),
        ("status", "live", "status cannot be 'live'"),
        ("id", "Win rate", "'Win rate' cannot be an id"),
        ("id", "9lives", "cannot be an id"),
        ("range_low", "three", "range_low must be a number"),
        ("range_high", True, "range_high must be a number"),
        ("levels", "org", "levels must be a list"),
        ("benchmarks", 7, "benchmarks must be a list"),
    ],
)
def test_what_is_wrong_is_said(field: str, value: object, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        kpi_from_mapping({**TABLE, field: value}, "win_rate.toml")


@pytest.mark.parametrize(("field", "word"), [("objective", "objective"), ("decision", "decision"), ("owner", "owner")])
def test_a_number_without_objective_decision_or_owner_is_no_kpi(field: str, word: str) -> None:
    whole = replace(kpi_from_mapping(TABLE, "x"), objective="Win more", decision="Coach", owner="Sales lead")
    check_publishable(whole)
    with pytest.raises(UserError, match=f"cannot be active without .*{word}"):
        check_publishable(replace(whole, **{field: " "}))  # type: ignore[arg-type]  # a text field


def test_only_flows_are_prorated_and_only_shares_are_rates() -> None:
    kpi = kpi_from_mapping(TABLE, "x")
    classes: tuple[str, ...] = ("flow_count", "flow_money", "ratio", "cohort", "money_ratio", "stock", "median",
                                "mean_time", "distinct", "derived", "score")  # fmt: skip
    every: list[Kpi] = [replace(kpi, kpi_class=one) for one in classes]  # type: ignore[arg-type]  # literal words
    assert [one.kpi_class for one in every if one.prorated] == ["flow_count", "flow_money", "distinct"]
    assert [one.kpi_class for one in every if one.is_rate] == ["ratio", "cohort"]
