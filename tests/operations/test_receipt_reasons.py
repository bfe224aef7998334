"""What a receipt names as done since it was printed: whatever touches its number or target, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kpidesk import operations
from kpidesk.core.people import Person
from kpidesk.core.periods import Period
from kpidesk.core.progress import finish
from kpidesk.core.receipts import Replay
from kpidesk.core.roster import PersonEdit
from kpidesk.core.settings import Settings
from kpidesk.engine import days
from kpidesk.operations.merging import merged
from kpidesk.operations.replay import CODE_TODAY, ROLLED
from tests.often import often
from tests.operations.support import bring_in, copied, made

Change = Callable[[operations.Workspace], object]
HEADER = "Deal ID,Deal name,Owner,Account,Stage,Amount,Currency,Created,Close date"
DEALS = """D1,One,Ann,Firm 1,Won,1000,USD,2026-01-02,2026-01-20
D2,Two,Ann,Firm 2,Won,2000,EUR,2026-01-03,2026-01-25
D3,Three,Ben,Firm 3,Won,4000,USD,2026-01-04,2026-02-01
D4,Four,Ben,Firm 4,Won,500,GBP,2026-01-06,2026-02-02
D5,Five,Cid,Firm 5,Won,700,USD,2026-01-06,2026-02-03
D6,Six,Cid,Firm 6,Lost,800,USD,2026-01-06,2026-02-04"""
QUARTER, NEXT = "2026-Q1", "2026-Q2"
ANN = "rep:Ann"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reasons")
    with made(folder) as ws:
        (folder / "people.csv").write_text("Name,Team,From\nAnn,North,2025-01-01\nBen,South,2025-01-01\n")
        bring_in(ws, folder / "people.csv", kind="people", stages={})
        bring_in(ws, _deals(folder / "deals.csv", DEALS.splitlines()))
        for currency, rate in (("EUR", "1.1"), ("GBP", "1.3")):
            operations.add_rate(ws, currency, rate, date(2026, 1, 1))
        _goal(ws, "rep:Ben", QUARTER)
        _goal(ws, ANN, QUARTER)
        _merge(ws, "account", "Firm 5", "Firm 6")
    return folder


@contextmanager
def printed(built: Path) -> Iterator[tuple[operations.Workspace, dict[str, str]]]:
    """A copy of the workspace with the codes of numbers of Ann."""
    with TemporaryDirectory() as folder, copied(built, Path(folder)) as ws:
        asked = operations.question(ws, scope=ANN, period=QUARTER)
        yield ws, {kpi: operations.rows(ws, kpi, asked).code for kpi in ("bookings", "quota_attainment")}


def _deals(path: Path, lines: Sequence[str]) -> Path:
    path.write_text("\n".join([HEADER, *lines]))
    return path


def _later(ws: operations.Workspace, *lines: str) -> int:
    number = len(operations.imports(ws))
    return bring_in(ws, _deals(ws.path.parent / f"later{number}.csv", lines), complete=False).import_id or 0


def _goal(ws: operations.Workspace, scope: str, period: str, target: str = "5000", kpi: str = "bookings") -> None:
    about = {"scope": scope, "period": period}
    operations.set_baseline_from(ws, kpi, value="1000", reason="by hand", **about)
    operations.set_target_from(ws, kpi, minimum="1", target=target, stretch="9000", reason="A test", **about)


def _merge(ws: operations.Workspace, kind: str, keep: str, drop: str) -> int:
    numbers = [operations.find_mergeable(ws, kind, one) for one in (keep, drop)]  # type: ignore[arg-type]  # a kind
    return operations.merge(ws, kind, *numbers).merges[0]  # type: ignore[arg-type]


def _merge_where_apart(kind: str, keep: str, drop: str) -> Change:
    """Merge two, where that was not done already."""

    def change(ws: operations.Workspace) -> None:
        if not any((one.kind, one.name) == (kind, drop) for one in merged(ws)):
            _merge(ws, kind, keep, drop)

    return change


def _person(ws: operations.Workspace, name: str) -> Person:
    return next(one for one in operations.scopes(ws).people if one.name.startswith(name))


def _quota(scope: str, amount: int) -> Change:
    def change(ws: operations.Workspace) -> None:
        months = "".join(f"{scope},2026-0{month}-01,{amount}\n" for month in (1, 2, 3))
        path = ws.path.parent / f"quotas{len(operations.imports(ws))}.csv"
        path.write_text(f"Person,Month,Quota\n{months}")
        bring_in(ws, path, kind="quotas", stages={}, complete=False)

    return change


def _settings(**changes: int) -> Change:
    return lambda ws: operations.save_settings(ws, replace(operations.settings(ws), **changes))  # type: ignore[arg-type]


def _rejoined_and_parted(ws: operations.Workspace) -> None:
    operations.split(ws, _merge(ws, "account", "Firm 1", "Firm 3"))


def _imported_and_undone(ws: operations.Workspace) -> None:
    finish(operations.undo(ws, _later(ws, "D1,One,Ann,Firm 1,Won,9999,USD,2026-01-02,2026-01-20")))


def _split_of_others(ws: operations.Workspace) -> None:
    for one in merged(ws):
        if one.name == "Firm 6":
            operations.split(ws, one.id)


NO_PART: dict[str, Change] = {
    "a target of another quarter": lambda ws: _goal(ws, ANN, NEXT),
    "a target of another rep": lambda ws: _goal(ws, "rep:Ben", QUARTER, "7000"),
    "a target of the organisation": lambda ws: _goal(ws, "org", QUARTER),
    "a target of another KPI": lambda ws: _goal(ws, ANN, QUARTER, "12", "deals_won"),
    "two other accounts made one": _merge_where_apart("account", "Firm 3", "Firm 4"),
    "two other accounts told apart": _split_of_others,
    "two other deals made one": _merge_where_apart("deal", "D3", "D4"),
    "merged and told apart again": _rejoined_and_parted,
    "imported and undone": _imported_and_undone,
    "a rate of another currency": lambda ws: operations.add_rate(ws, "GBP", "1.5", date(2026, 1, 1), restate=True),
    "a rate of nothing": lambda ws: operations.add_rate(ws, "JPY", "0.01", date(2026, 1, 1)),
    "a quota of another rep": _quota("Ben", 500),
    "a deal of another rep": lambda ws: _later(ws, "D3,Three,Ben,Firm 3,Won,4100,USD,2026-01-04,2026-02-01"),
    "an open deal": lambda ws: _later(ws, "D7,Seven,Ann,Firm 7,Open,4100,USD,2026-01-04,2026-03-01"),
    "another rep renamed": lambda ws: operations.save_person(ws, _person(ws, "Cid").id, PersonEdit(), name="Cid Cole"),
    "another rep moved": lambda ws: operations.move_people(ws, [_person(ws, "Ben").id], "West", date(2026, 1, 15)),
    "a team renamed": lambda ws: operations.rename_team(ws, operations.scopes(ws).teams[0].id, "Nord"),
    "a setting of certainty": _settings(minimum_n=12, solid_n=40),
}
TOUCHING: dict[str, tuple[Change, str, dict[str, str]]] = {
    "its target": (
        lambda ws: _goal(ws, ANN, QUARTER, "6000"), "The target of 'Bookings' was set anew",
        {"bookings": "The target was set to $6.00K (version 2)"},
    ),
    "its rate": (
        lambda ws: operations.add_rate(ws, "EUR", "1.2", date(2026, 1, 1), restate=True),
        "The rate 1 EUR = 1.2 USD from 1 Jan 2026 was set", {},
    ),
    "its deal": (
        lambda ws: _later(ws, "D1,One,Ann,Firm 1,Won,1100,USD,2026-01-02,2026-01-20"), "was imported", {},
    ),
    "its rep": (lambda ws: _merge(ws, "person", "Ann", "Ben"), "Two names were made one person", {}),
    "its account": (lambda ws: _merge(ws, "account", "Firm 3", "Firm 1"), "Two accounts were made one", {}),
    "its deals made one": (lambda ws: _merge(ws, "deal", "D1", "D2"), "Two deals were made one", {}),
}  # fmt: skip


def _reasons(found: Replay) -> set[str]:
    """What is told as done, without its day; what happened to rows is told apart."""
    return {one.partition(", on ")[0] for one in found.changes if not one[0].isdigit()}


@example(list(NO_PART))
@given(st.lists(st.sampled_from(sorted(NO_PART)), max_size=5, unique=True))
@settings(max_examples=often(2), deadline=None)
def test_what_has_no_part_in_a_number_is_no_reason(built: Path, chosen: list[str]) -> None:
    with printed(built) as (ws, codes):
        for name in chosen:
            NO_PART[name](ws)
        for kpi, code in codes.items():
            found = operations.replay(ws, code)
            assert found.changes == (), (kpi, chosen)
            assert found.verdict.startswith("The same number from the same 2 rows"), (kpi, chosen, found.verdict)
            assert set(found.asides) <= {CODE_TODAY}, (kpi, chosen)


@pytest.mark.parametrize("name", list(TOUCHING))
def test_what_touches_a_number_or_its_target_is_the_one_reason_among_all_else(built: Path, name: str) -> None:
    change, words, asides = TOUCHING[name]
    before, after = list(NO_PART.values())[::2], list(NO_PART.values())[1::2]
    with printed(built) as (ws, codes):
        for other in before:
            other(ws)
        change(ws)
        if name not in ("its rep", "its account"):  # of which others speak by their names
            for other in after:
                other(ws)
        for kpi, code in codes.items():
            found = operations.replay(ws, code)
            if kpi in asides:
                assert _reasons(found) == set()
                assert any(asides[kpi] in one for one in found.asides), found.asides
            else:
                assert len(_reasons(found)) == 1, (kpi, found.changes)
                assert words in "".join(_reasons(found)), (kpi, found.changes)


def _of_ben(ws: operations.Workspace, amount: int) -> int:
    """Import a deal of Ben from another source, always under the same name."""
    path = _deals(ws.path.parent / "ben.csv", [f"B1,Eight,Ben,Firm 8,Won,{amount},USD,2026-01-05,2026-01-28"])
    return bring_in(ws, path, source="other").import_id or 0


@pytest.mark.parametrize(("scope", "is_same"), [(ANN, True), ("rep:Ben", False), ("org", False)])
def test_an_import_that_is_undone_is_a_reason_only_where_the_number_is_another_one(
    built: Path, scope: str, is_same: bool
) -> None:
    with printed(built) as (ws, _):
        number, asked = _of_ben(ws, 900), operations.question(ws, scope=scope, period=QUARTER)
        code = operations.rows(ws, "bookings", asked).code
        finish(operations.undo(ws, number))
        found = operations.replay(ws, code)
        undone = f"Import {number} (ben.csv) was undone"
        assert found.is_same is is_same
        assert _reasons(found) == (set() if is_same else {undone})
        told = [one.partition(", on ")[0] for one in found.asides if "undone" in one]
        assert told == ([undone] if is_same else [])
        assert found.verdict.startswith("The same number: $3.20K from 2 rows." if is_same else "The number is another")


@pytest.mark.parametrize("scope", [ANN, "rep:Ben", "org"])
def test_an_import_that_is_undone_and_done_again_is_no_reason(built: Path, scope: str) -> None:
    with printed(built) as (ws, _):
        number, asked = _of_ben(ws, 900), operations.question(ws, scope=scope, period=QUARTER)
        code = operations.rows(ws, "bookings", asked).code
        finish(operations.undo(ws, number))
        _of_ben(ws, 900)
        found = operations.replay(ws, code)
        assert (found.is_same, found.changes) == (True, ())
        assert f"Import {number} (ben.csv) was undone and imported again since." in found.asides


def test_done_again_with_another_number_it_is_a_reason(built: Path) -> None:
    with printed(built) as (ws, _):
        number, asked = _of_ben(ws, 900), operations.question(ws, scope="rep:Ben", period=QUARTER)
        code = operations.rows(ws, "bookings", asked).code
        finish(operations.undo(ws, number))
        _of_ben(ws, 1200)
        assert _reasons(operations.replay(ws, code)) == {
            f"Import {number} (ben.csv) was undone", "ben.csv was imported",
        }  # fmt: skip


def test_what_was_undone_before_a_code_was_printed_is_no_reason(built: Path) -> None:
    with printed(built) as (ws, _):
        asked = operations.question(ws, scope="rep:Ben", period=QUARTER)
        finish(operations.undo(ws, _of_ben(ws, 900)))
        code = operations.rows(ws, "bookings", asked).code
        found = operations.replay(ws, code)
        assert (found.verdict, found.changes, found.asides) == ("The same number from the same 2 rows.", (), ())
        _of_ben(ws, 900)
        assert _reasons(operations.replay(ws, code)) == {"ben.csv was imported"}


def _as_it_was(
    period: Period, context: days.Context, shown: Settings, newest: int, *, is_now: Callable[..., days.Window]
) -> days.Window:
    """The window by the rule of before: one that is rolling ends with its period, whatever is known."""
    return is_now(period, context, shown, max(newest, days.day_number(period.last_day)))


def test_a_rolling_number_printed_by_the_rule_of_before_says_that_the_rule_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"O{at},Old {at},Ann,Firm 1,Won,10,USD,2025-11-01,2025-12-1{at}" for at in range(5)]
    with made(tmp_path) as ws:
        bring_in(ws, _deals(tmp_path / "deals.csv", [*DEALS.splitlines(), *lines]))
        asked, over = (operations.question(ws, period=one) for one in (QUARTER, "2025-Q4"))
        with monkeypatch.context() as then:
            then.setattr(days, "_window", partial(_as_it_was, is_now=days._window))
            numbers = (("win_rate_rolling", asked), ("win_rate", asked), ("win_rate_rolling", over))
            codes = [operations.rows(ws, kpi, one).code for kpi, one in numbers]
        ws.memory.clear()
        rolling, *others = (operations.replay(ws, one) for one in codes)
        assert (rolling.is_same, rolling.changes) == (False, (ROLLED,))
        assert [one.is_same for one in others] == [True, True], "a period that was over is the same by both rules"
