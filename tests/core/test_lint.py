from __future__ import annotations

from dataclasses import replace

import pytest

from kpidesk.core.kpis import Kpi
from kpidesk.core.lint import LintFinding, lint

OUTCOME = Kpi(
    "bookings", "Bookings", "f", "s", "money", "higher", "lagging", "outcome", "flow_money", levels=("rep",),
    objective="Grow", decision="Hire", owner="Sales lead", status="active",
)  # fmt: skip


def reps(count: int) -> list[Kpi]:
    leading = replace(OUTCOME, id="pipeline", indicator="leading", dimension="pipeline")
    return [leading, *(replace(OUTCOME, id=f"kpi_{number}") for number in range(count - 1))]


def rules(findings: tuple[LintFinding, ...]) -> list[tuple[str, str, str]]:
    return [(one.rule, one.severity, one.where) for one in findings]


@pytest.mark.parametrize(
    ("count", "expected"),
    [(5, []), (6, [("count", "warning", "rep")]), (7, [("count", "warning", "rep")]), (8, [("count", "error", "rep")]),
     (11, [("count", "error", "rep")])],
)  # fmt: skip
def test_three_to_five_per_level(count: int, expected: list[tuple[str, str, str]]) -> None:
    assert rules(lint(reps(count))) == expected


def test_drafts_and_retired_kpis_do_not_count() -> None:
    extra = [replace(OUTCOME, id="draft", status="draft"), replace(OUTCOME, id="old", status="retired")]
    assert lint([*reps(5), *extra]) == ()
    assert lint([]) == ()


def test_results_alone_come_too_late() -> None:
    assert rules(lint([OUTCOME])) == [("balance", "warning", "rep")]


def test_an_activity_count_that_foretells_nothing_is_vanity() -> None:
    calls = replace(OUTCOME, id="calls", name="Calls made", dimension="activity", indicator="leading")
    assert ("vanity", "warning", "calls") in rules(lint([OUTCOME, calls]))
    linked = replace(OUTCOME, leading=("calls",))
    assert lint([linked, calls]) == ()


@pytest.mark.parametrize("field", ["objective", "decision", "owner"])
def test_nobody_acts_on_what_nobody_owns(field: str) -> None:
    bare = replace(reps(1)[0], **{field: ""})  # type: ignore[arg-type]  # a text field
    (finding,) = lint([bare])
    assert (finding.rule, finding.severity, finding.where) == (field, "error", "pipeline")
    assert finding.problem
    assert finding.consequence
    assert finding.advice
