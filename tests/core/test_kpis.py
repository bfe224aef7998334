from __future__ import annotations

from dataclasses import replace

import pytest

from kpidesk.core.definition_hash import definition_hash
from kpidesk.core.errors import UserError
from kpidesk.core.kpi_fields import kpi_from_mapping, kpi_to_mapping
from kpidesk.core.kpis import Benchmark, Kpi, check_publishable, check_shape, completed

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
        ("range_low", float("nan"), "range_low must be a number"),
        ("scale_high", 10**400, "scale_high must be a number"),
        ("name", 5, "name must be a text"),
        ("formula", 5, "formula must be a text"),
        ("owner", ["Ann"], "owner must be a text"),
        ("first_day", "1", "first_day must be a whole number"),
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


@pytest.mark.parametrize(
    ("mark", "problem"),
    [(7, "needs a text and a source"), ({"text": "a"}, "needs a text and a source"),
     ({"text": "a", "source": "b", "colour": "red"}, "no field 'colour'"),
     ({"text": "a", "source": "b", "low": "ten"}, "low of a benchmark cannot be 'ten'"),
     ({"text": "a", "source": "b", "size": "huge"}, "size cannot be 'huge'")],
)  # fmt: skip
def test_a_benchmark_that_is_none_is_refused(mark: object, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        kpi_from_mapping({**TABLE, "benchmarks": [mark]}, "win_rate.toml")


def test_a_count_per_rep_and_week_is_counted_by_the_weeks_worked() -> None:
    kpi = kpi_from_mapping(
        {**TABLE, "formula": "count(deals on created_at)", "unit": "count", "kpi_class": "flow_count",
         "per_rep_per_week": True}, "x",
    )  # fmt: skip
    assert (kpi.unit, kpi.kpi_class) == ("count_per", "money_ratio")
    assert kpi.measured == "(count(deals on created_at)) / (sum(capacity.working_min on day_at) / 2400)"
    assert replace(kpi, per_rep_per_week=False).measured == kpi.formula
    with pytest.raises(UserError, match="no count"):
        kpi_from_mapping({**TABLE, "per_rep_per_week": True}, "x")


def test_a_kpi_kept_earlier_says_what_the_shipped_one_says_now() -> None:
    kept = replace(kpi_from_mapping(TABLE, "x"), leading=("a", "b"), owner="Ann")
    shipped = replace(
        kept, owner="Nobody", cluster="conversion", functions=("sales",), influenced_by=("rep",), lag_weeks=(3, 4)
    )
    assert completed(kept, shipped) == replace(shipped, owner="Ann")
    own = replace(kept, cluster="mine", leading=("b",))
    assert completed(own, shipped) == replace(shipped, owner="Ann", cluster="mine", leading=("b",), lag_weeks=())


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": "Win\nrate"}, "cannot be a name"),
        ({"name": "x" * 201}, "cannot be a name"),
        ({"range_low": 5, "range_high": 1}, "The range of 'Win rate' runs from 5.0 to 1.0"),
        ({"scale_low": 5, "scale_high": 1}, "The scale of 'Win rate' runs"),
        ({"builtin": "manual"}, "has a formula and the built-in 'manual'"),
        ({"formula": "", "builtin": "nonsense"}, "no built-in measure 'nonsense'"),
    ],
)
def test_a_kpi_that_cannot_be_kept_is_refused(fields: dict[str, object], problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        check_shape(kpi_from_mapping({**TABLE, **fields}, "x"))


def test_a_bound_written_whole_is_the_same_definition() -> None:
    whole, point = (kpi_from_mapping({**TABLE, "range_low": low, "range_high": 5}, "x") for low in (3, 3.0))
    assert definition_hash([whole]) == definition_hash([point])
