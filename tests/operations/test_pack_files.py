"""Definitions handed on as a file: what it holds, what taking it in changes, what is refused and changes nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk import operations
from kpidesk.core.definition_hash import content_hash
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Benchmark, Kpi
from kpidesk.core.pack_files import pack_file, pack_file_from_mapping
from kpidesk.exporting.pack_form import pack_toml
from kpidesk.operations.catalogue import shipped_kpis
from tests.operations.support import TODAY

MINE = {"objective": "Win", "decision": "Coach", "owner": "Ann"}


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    made = operations.open_workspace(tmp_path / "a.kpidesk", create=True, today=TODAY)
    yield made
    operations.close(made)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[operations.Workspace]:
    made = operations.open_workspace(tmp_path / "b.kpidesk", create=True, today=TODAY)
    yield made
    operations.close(made)


def definitions(ws: operations.Workspace) -> list[Kpi]:
    return [entry.kpi for entry in operations.kpis(ws)]


def test_what_one_person_defines_another_takes_in(
    ws: operations.Workspace, other: operations.Workspace, tmp_path: Path
) -> None:
    operations.add_kpi(ws, "base", name='A "base" — 1', formula="count(deals where lost on closed_at)", draft=True)
    operations.add_kpi(ws, "upon", formula="[base] * 2", **MINE)  # type: ignore[arg-type]  # names of text fields
    file = tmp_path / "ours.kpipack"
    pack = operations.export_definitions(ws, file, ("upon",))
    assert [kpi.id for kpi in pack.kpis] == ["base", "upon"], "with what it is counted from"
    seen = operations.definition_difference(other, file)
    assert [(one.kpi.id, one.kind) for one in seen.changes] == [("base", "new"), ("upon", "new")]
    assert "upon" not in {kpi.id for kpi in definitions(other)}
    operations.import_definitions(other, file)
    taken = operations.find_kpi(other, "upon")
    assert (taken.formula, taken.status, taken.owner) == ("[base] * 2", "draft", "Ann")
    assert taken.reason == f"Taken in from ours.kpipack, definitions {pack.code}."
    assert operations.export_definitions(other, tmp_path / "theirs.kpipack", ("upon",)).code == pack.code
    again = operations.import_definitions(other, file)
    assert {one.kind for one in again.changes} == {"same"}
    assert operations.find_kpi(other, "upon").version == 1


def test_without_names_it_is_what_is_in_use_and_a_pack_is_all_of_its_kpis(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    used = operations.export_definitions(ws, tmp_path / "used.kpipack")
    assert {kpi.id for kpi in used.kpis} == {kpi.id for kpi in definitions(ws) if kpi.status == "active"}
    named = operations.export_definitions(ws, tmp_path / "team.kpipack", ("team",))
    assert {"quota_attainment", "bookings", "slippage_rate"} <= {kpi.id for kpi in named.kpis}
    table = tomllib.loads((tmp_path / "team.kpipack").read_text(encoding="utf-8"))
    assert not {"status", "version", "valid_from", "first_day"} & {name for kpi in table["kpis"] for name in kpi}


def test_another_formula_is_taken_only_when_that_is_meant(
    ws: operations.Workspace, other: operations.Workspace, tmp_path: Path
) -> None:
    mine = operations.find_kpi(ws, "win_rate")
    changed = replace(mine, owner="Dana", formula="count(deals where won on created_at) / count(deals on created_at)")
    operations.save_kpi(ws, changed)
    file = tmp_path / "x.kpipack"
    operations.export_definitions(ws, file, ("win_rate", "bookings"))
    with pytest.raises(UserError, match=r"counts 'Win rate \(closed deals\)' otherwise"):
        operations.import_definitions(other, file)
    found = operations.import_definitions(other, file, replace_formulas=True)
    (change,) = (one for one in found.changes if one.kind == "changed")
    assert [(one.field, one.before, one.after) for one in change.fields] == [
        ("formula", mine.formula, changed.formula), ("owner", "Sales manager", "Dana"),
    ]  # fmt: skip
    taken = operations.find_kpi(other, "win_rate")
    assert (taken.formula, taken.status, taken.version) == (changed.formula, "active", 2)


WRONG = {
    "newer": ("format = 1", "format = 2", "newer version"),
    "no pack": ("format = 1", "", "is not a file of KPI definitions"),
    "field at the top": ("format = 1", "format = 1\ncolour = 'red'", "no field 'colour'"),
    "field of a KPI": ('unit = "count"', 'unit = "count"\ncolour = "red"', "no field 'colour'"),
    "own field": ('unit = "count"', 'unit = "count"\nstatus = "active"', "'status' is not handed on"),
    "formula": ("[base] * 2", "[nowhere] * 2", "the formula of 'upon' is wrong"),
    "leading": ('unit = "count"', 'unit = "count"\nleading = ["nowhere"]', "neither in the file nor in the workspace"),
    "unit": ('unit = "count"', 'unit = "furlongs"', "unit cannot be 'furlongs'"),
    "no text": ('name = "upon"', "name = 5", "name must be a text"),
    "two measures": ('unit = "count"', 'unit = "count"\nbuiltin = "manual"', "and the built-in 'manual'"),
    "no TOML": ("format = 1", "format = ", r"x\.kpipack is not a file of KPI definitions \(\.kpipack\)"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_and_nothing_is_changed(
    ws: operations.Workspace, other: operations.Workspace, tmp_path: Path, case: str
) -> None:
    operations.add_kpi(ws, "base", formula="count(deals where lost on closed_at)", draft=True)
    operations.add_kpi(ws, "upon", formula="[base] * 2", draft=True)
    file = tmp_path / "x.kpipack"
    operations.export_definitions(ws, file, ("upon",))
    was, now, problem = WRONG[case]
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("code")]
    file.write_text("\n".join(lines).replace(was, now), encoding="utf-8")
    before = definitions(other)
    with pytest.raises(UserError, match=problem):
        operations.import_definitions(other, file)
    assert definitions(other) == before


def test_the_same_set_is_used_as_where_the_file_comes_from(
    ws: operations.Workspace, other: operations.Workspace, tmp_path: Path
) -> None:
    def used(where: operations.Workspace) -> set[str]:
        return {kpi.id for kpi in definitions(where) if kpi.status == "active"}

    operations.retire_kpi(ws, "win_rate")
    operations.add_kpi(ws, "deals_won")
    file = tmp_path / "ours.kpipack"
    operations.export_definitions(ws, file)
    seen = operations.definition_difference(other, file)
    assert (seen.into_use, seen.out_of_use) == (("deals_won",), ("win_rate",))
    operations.import_definitions(other, file)
    assert "win_rate" in used(other)
    operations.import_definitions(other, file, same_set=True)
    assert used(other) == used(ws)
    operations.export_definitions(ws, file, ("win_rate",))
    assert operations.definition_difference(other, file).out_of_use == ()


def test_what_counts_otherwise_can_be_left_out(
    ws: operations.Workspace, other: operations.Workspace, tmp_path: Path
) -> None:
    for one, formula in (("base", "lost"), ("upon", "won")):
        operations.add_kpi(ws, one, formula=f"count(deals where {formula} on closed_at)", draft=True)
    operations.add_kpi(other, "base", formula="count(deals where won on closed_at)", draft=True)
    operations.export_definitions(ws, tmp_path / "x.kpipack", ("base", "upon"))
    found = operations.import_definitions(other, tmp_path / "x.kpipack", leave_others=True)
    assert [one.kpi.id for one in found.changes] == ["upon"]
    assert operations.find_kpi(other, "base").formula == "count(deals where won on closed_at)"


def test_a_file_that_was_changed_is_refused(ws: operations.Workspace, tmp_path: Path) -> None:
    file = tmp_path / "x.kpipack"
    operations.export_definitions(ws, file)
    file.write_text(file.read_text(encoding="utf-8").replace("Sales manager", "Somebody", 1), encoding="utf-8")
    with pytest.raises(UserError, match="was changed after it was written"):
        operations.import_definitions(ws, file)


def test_a_definition_that_breaks_another_leaves_nothing_behind(
    ws: operations.Workspace, other: operations.Workspace, tmp_path: Path
) -> None:
    operations.add_kpi(ws, "base", formula="count(deals where won on closed_at)", draft=True)
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "avg_deal_size"), owner="Dana"))
    file = tmp_path / "x.kpipack"
    operations.export_definitions(ws, file, ("avg_deal_size", "base"))
    operations.add_kpi(other, "base", formula="sum(deals.amount where won on closed_at)", draft=True)
    operations.add_kpi(other, "upon", formula="[base] / 2", **MINE)  # type: ignore[arg-type]  # names of text fields
    before = definitions(other)
    with pytest.raises(UserError):
        operations.import_definitions(other, file, replace_formulas=True)
    assert definitions(other) == before


def test_a_file_elsewhere_or_of_another_ending_is_refused(ws: operations.Workspace, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file"):
        operations.import_definitions(ws, tmp_path / "none.kpipack")
    with pytest.raises(UserError, match="no known form"):
        operations.export_definitions(ws, tmp_path / "x.toml")
    with pytest.raises(UserError, match="no KPI 'nothing'"):
        operations.export_definitions(ws, tmp_path / "x.kpipack", ("nothing",))


def test_every_shipped_definition_survives_the_file() -> None:
    pack = pack_file(shipped_kpis())
    read = pack_file_from_mapping(tomllib.loads(pack_toml(pack)), "x")
    assert read.code == pack.code
    bare = [replace(kpi, status="draft", first_day=0) for kpi in pack.kpis]
    assert list(read.kpis) == bare


@given(st.text(), st.text(), st.floats(allow_nan=False, allow_infinity=False))
def test_any_text_survives_the_file(name: str, text: str, low: float) -> None:
    kpi = replace(shipped_kpis()[0], name=f"n{name}", status="draft", first_day=0,
                  benchmarks=(Benchmark(f"t{text}", "A", low=low),))  # fmt: skip
    (read,) = pack_file_from_mapping(tomllib.loads(pack_toml(pack_file((kpi,)))), "x").kpis
    assert read == kpi


def test_the_code_is_that_of_the_content_and_not_of_its_order() -> None:
    assert content_hash([{"a": 1, "b": "x"}]) == content_hash([{"b": "x", "a": 1}])
    assert content_hash([{"a": 1}]) != content_hash([{"a": "1"}])
    kpis = shipped_kpis()
    assert pack_file(kpis[:3]).code == pack_file(kpis[2::-1]).code


def test_a_kpi_is_handed_on_with_those_of_ones_own_that_foretell_it(
    ws: operations.Workspace, other: operations.Workspace, tmp_path: Path
) -> None:
    operations.add_kpi(ws, "early", formula="count(deals on created_at)", draft=True)
    operations.add_kpi(ws, "late", formula="count(deals where won on closed_at)", draft=True)
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "late"), leading=("early", "win_rate")))
    file = tmp_path / "x.kpipack"
    assert [kpi.id for kpi in operations.export_definitions(ws, file, ("late",)).kpis] == ["early", "late"]
    taken = operations.import_definitions(other, file)
    assert [(one.kpi.id, one.kind) for one in taken.changes] == [("early", "new"), ("late", "new")]


def test_another_direction_is_taken_only_when_that_is_meant(
    ws: operations.Workspace, other: operations.Workspace, tmp_path: Path
) -> None:
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "avg_deal_size"), direction="lower"))
    file = tmp_path / "x.kpipack"
    operations.export_definitions(ws, file, ("avg_deal_size",))
    with pytest.raises(UserError, match="counts 'Average deal size' otherwise"):
        operations.import_definitions(other, file)
    operations.import_definitions(other, file, replace_formulas=True)
    assert operations.find_kpi(other, "avg_deal_size").direction == "lower"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kpi_class": "ratio"}, "kpi_class 'ratio': its formula gives 'flow_count'"),
        ({"kpi_class": "flow_money"}, "kpi_class 'flow_money': its formula gives 'flow_count'"),
    ],
)
def test_a_class_that_contradicts_the_formula_is_refused(
    ws: operations.Workspace, other: operations.Workspace, tmp_path: Path, given: dict[str, str], words: str
) -> None:
    """How a number is judged follows from its class: a count that says it is a rate would be judged as one."""
    operations.add_kpi(ws, "base", formula="count(deals where lost on closed_at)", **MINE)  # type: ignore[arg-type]  # names of text fields
    wrong = replace(operations.find_kpi(ws, "base"), **given)  # type: ignore[arg-type]  # literal words
    file = tmp_path / "wrong.kpipack"
    file.write_text(pack_toml(pack_file((wrong,))), encoding="utf-8")
    with pytest.raises(UserError, match=words):
        operations.definition_difference(other, file)
    with pytest.raises(UserError, match=words):
        operations.import_definitions(other, file)
    assert "base" not in {kpi.id for kpi in definitions(other)}
    with pytest.raises(UserError, match=words) as caught:
        operations.save_kpi(ws, wrong)
    assert caught.value.advice == 'Write kpi_class = "flow_count".'


def test_how_a_kpi_is_shown_and_judged_is_handed_on(
    ws: operations.Workspace, other: operations.Workspace, tmp_path: Path
) -> None:
    operations.add_kpi(
        ws, "base", formula="count(deals where lost on closed_at)", **MINE,  # type: ignore[arg-type]  # names of text fields
        fields={"minimum_n": 3, "decimals": 0, "pace": "calendar", "note": "Enterprise only."},
    )  # fmt: skip
    file = tmp_path / "ours.kpipack"
    operations.export_definitions(ws, file, ("base",))
    operations.import_definitions(other, file)
    taken = operations.find_kpi(other, "base")
    assert (taken.minimum_n, taken.decimals, taken.pace, taken.note) == (3, 0, "calendar", "Enterprise only.")
    assert {"minimum_n", "decimals", "pace"} & set(tomllib.loads(file.read_text(encoding="utf-8"))["kpis"][0]) == {
        "minimum_n", "decimals", "pace",
    }  # fmt: skip


def test_a_set_that_is_more_than_anybody_can_act_on_is_taken_with_a_reason_only(
    ws: operations.Workspace, other: operations.Workspace, tmp_path: Path
) -> None:
    for kpi_id in ("nrr", "grr", "pipeline_coverage"):
        operations.add_kpi(ws, kpi_id, reason="The board asks for it")
    file = tmp_path / "ours.kpipack"
    operations.export_definitions(ws, file)
    before = definitions(other)
    assert operations.definition_difference(other, file).crowd.startswith("8 KPIs would be in use at org level")
    with pytest.raises(UserError, match="8 KPIs would be in use"):
        operations.import_definitions(other, file, same_set=True)
    assert definitions(other) == before
    operations.import_definitions(other, file, same_set=True, reason="One set for both offices")
    taken = operations.find_kpi(other, "nrr")
    assert (taken.status, taken.reason.split(". ")[0]) == ("active", "One set for both offices")
