"""What changed between two days of data, told from the rows of the two exports themselves."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from kpidesk import operations
from kpidesk.core.deal_changes import MOVES, ChangeList, ChangeRow, Proof
from kpidesk.core.errors import UserError
from kpidesk.core.people import Scope
from kpidesk.engine import all_stages
from kpidesk.exporting.change_forms import changes_text
from kpidesk.exporting.text_form import import_text
from kpidesk.operations.changes import changes_of
from kpidesk.operations.evaluators import evaluator
from kpidesk.ui.widgets.import_answers import window_notice
from tests.operations.support import HEADER, TODAY, Line, bring_in, write

FIRST, SECOND, THIRD = date(2026, 1, 10), date(2026, 1, 20), date(2026, 1, 30)
JANUARY: tuple[Line, ...] = (
    ("D1", "Ann Lee", "Open", "1000", "2026-01-01", "2026-03-01"),
    ("D2", "Ann Lee", "Open", "2000", "2026-01-01", "2026-03-01"),
    ("D3", "Bo Dahl", "Open", "500", "2026-01-01", "2026-03-01"),
    ("D5", "Bo Dahl", "Lost", "900", "2026-01-01", "2026-01-05"),
)
LATER: tuple[Line, ...] = (
    ("D1", "Ann Lee", "Won", "1500", "2026-01-01", "2026-01-15"),
    ("D2", "Bo Dahl", "Open", "2500", "2026-01-01", "2026-04-01"),
    ("D4", "Bo Dahl", "Won", "700", "2026-01-12", "2026-01-18"),
    ("D5", "Bo Dahl", "Open", "900", "2026-01-01", "2026-05-01"),
    ("D6", "Cy Oh", "Won", "80", "2025-01-01", "2025-02-01"),
)


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    made = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    yield made
    operations.close(made)


@pytest.fixture
def two(ws: operations.Workspace, tmp_path: Path) -> operations.Workspace:
    bring_in(ws, write(tmp_path / "january.csv", JANUARY), FIRST)
    bring_in(ws, write(tmp_path / "later.csv", LATER), SECOND)
    return ws


def told(found: ChangeList) -> list[tuple[str, str, str, str]]:
    return [(row.kind, row.key, row.before, row.after) for row in found.rows]


def test_every_change_with_its_values(two: operations.Workspace) -> None:
    found = operations.changes_between(two)
    assert (found.start, found.end, found.source) == (FIRST, SECOND, "crm")
    assert (found.start_files, found.end_files) == (("january.csv",), ("later.csv",))
    assert told(found) == [
        ("new", "D4", "", "Won"),
        ("new", "D6", "", "Won"),
        ("pushed", "D2", "1 Mar 2026", "1 Apr 2026"),
        ("amount_up", "D2", "$2.00K", "$2.50K"),
        ("owner", "D2", "Ann Lee", "Bo Dahl"),
        ("won", "D1", "Open", "Won"),
        ("won", "D4", "", "Won"),
        ("reopened", "D5", "Lost", "Open"),
        ("vanished", "D3", "Open", ""),
    ]


def test_a_first_amount_is_told_apart_from_one_that_went_up(ws: operations.Workspace, tmp_path: Path) -> None:
    """D1 goes from 1,000 to 9,000, D2 and D3 from none to 70,000 and 8,000: by 86,000, 78,000 of it first amounts."""
    day = ("2026-01-01", "2026-03-01")
    for name, known, amounts in (("a", FIRST, ("1000", "", "")), ("b", SECOND, ("9000", "70000", "8000"))):
        lines = [(f"D{at}", "Ann Lee", "Open", amount, *day) for at, amount in enumerate(amounts, 1)]
        bring_in(ws, write(tmp_path / f"{name}.csv", lines), known)
    found = operations.changes_between(ws)
    (grown,) = (one for one in found.totals if one.kind == "amount_up")
    assert (grown.label, grown.text, grown.first) == ("Amount up or set", "+$86.0K", "2 first amounts, +$78.0K")
    assert "3 amount up or set (+$86.0K, with 2 first amounts, +$78.0K)" in " ".join(changes_text(found).split())
    moved = operations.pipeline(ws, operations.question(ws, period="2026-Q1")).moved
    assert "3 up in amount (with 2 first amounts, +$78.0K)" in moved.sentence
    (line,) = (one for one in moved.lines if one.kind == "amount_up")
    assert (line.deals, line.first_deals, line.first_amount) == (3, 2, 78_000)
    steps = [{one.key: (one.label, one.amount) for one in bridge.steps} for bridge in moved.bridges]
    assert [one["amount_set"] for one in steps] == [("First amount", 78_000)] * 2
    assert [one["amount_up"] for one in steps] == [("Amount up", 8_000)] * 2


def test_an_amount_that_only_went_up_is_called_so(two: operations.Workspace) -> None:
    (grown,) = (one for one in operations.changes_between(two).totals if one.kind == "amount_up")
    assert (grown.label, grown.first) == ("Amount up", "")


def test_a_row_names_days_raw_values_and_the_lines_that_prove_it(two: operations.Workspace) -> None:
    rows = {(row.kind, row.key): row for row in operations.changes_between(two).rows}
    pushed = rows["pushed", "D2"]
    assert (pushed.was, pushed.now, pushed.days) == ("2026-03-01", "2026-04-01", 31)
    assert (pushed.proof_before, pushed.proof_after) == (
        Proof(1, "january.csv", 3, FIRST), Proof(2, "later.csv", 3, SECOND),
    )  # fmt: skip
    grown = rows["amount_up", "D2"]
    assert (grown.was, grown.now, grown.delta, grown.amount) == (2000.0, 2500.0, 500.0, 2500.0)
    assert rows["won", "D1"].days == 14
    assert rows["won", "D4"].proof_before is None
    assert rows["vanished", "D3"].proof_after == Proof(2, "later.csv", 0, SECOND)


def test_the_totals_are_those_of_the_rows_and_of_the_import_report(ws: operations.Workspace, tmp_path: Path) -> None:
    bring_in(ws, write(tmp_path / "january.csv", JANUARY), FIRST)
    report = bring_in(ws, write(tmp_path / "later.csv", LATER), SECOND)
    found = operations.changes_between(ws)
    totals = {one.kind: (one.deals, one.amount) for one in found.totals}
    assert [(one.what, one.deals, one.amount, one.foreign) for one in report.changes] == [
        (MOVES[one.kind].label.lower(), one.deals, one.amount, one.foreign) for one in found.totals
    ]
    assert "owner changed" in [one.what for one in report.changes]
    for kind, (deals, _) in totals.items():
        assert deals == sum(row.kind == kind for row in found.rows)
    assert totals["won"] == (2, 2200.0)


def test_what_is_told_otherwise_of_a_deal_that_was_closed_is_listed_with_both_values(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    was = ("D1", "Ann Lee", "Won", "1000", "2025-10-01", "2025-12-30")
    bring_in(ws, write(tmp_path / "a.csv", [was, ("D2", "Bo Dahl", "Lost", "500", "2025-10-01", "2025-12-30")]), FIRST)
    now = ("D1", "Ann Lee", "Won", "1200", "2025-10-01", "2026-01-02")
    bring_in(ws, write(tmp_path / "b.csv", [now, ("D2", "Bo Dahl", "Lost", "400", "2025-10-01", "2025-12-30")]), SECOND)
    found = operations.changes_between(ws)
    assert [(one.label, one.deals, one.text) for one in found.totals] == [
        ("Won amount changed", 1, "+$200"),
        ("Lost amount changed", 1, "−$100"),
        ("Closing day changed", 1, "$1.20K"),
    ]
    assert told(found)[0] == ("won_amount", "D1", "$1.00K", "$1.20K")
    assert told(found)[2] == ("closed_day", "D1", "30 Dec 2025", "2 Jan 2026")
    assert found.rows[2].days == 3


def test_of_a_won_deal_that_is_lost_now_the_amount_that_went_is_told(ws: operations.Workspace, tmp_path: Path) -> None:
    days = ("2025-10-01", "2025-12-30")
    bring_in(ws, write(tmp_path / "a.csv", [("D1", "Ann Lee", "Won", "1000", *days)]), FIRST)
    report = bring_in(ws, write(tmp_path / "b.csv", [("D1", "Ann Lee", "Lost", "300", *days)]), SECOND)
    assert [(one.what, one.deals, one.amount) for one in report.changes] == [("was won, now lost", 1, -1000)]
    (told_past,) = (one for one in report.notices if "past periods" in one)
    assert told_past == (
        "Of deals that were closed before: 1 was won, now lost. Numbers of past periods change with them; "
        "kpidesk changes WORKSPACE --to 2 --kind won_lost lists them."
    )
    assert window_notice(told_past).endswith("change with them: they are listed under What this import changed.")
    assert "1 was won, now lost (−$1.00K)" in " ".join(import_text(report).split())
    found = operations.changes_between(ws)
    assert told(found) == [("won_lost", "D1", "Won, $1.00K", "Lost")]
    assert [(one.label, one.text) for one in found.totals] == [("Was won, now lost", "−$1.00K")]
    assert (found.rows[0].was, found.rows[0].now, found.rows[0].delta) == ("Won", "Lost", -1000)
    moved = operations.pipeline(ws, operations.question(ws, period="2026-Q1")).moved
    assert "1 was won, now lost" in moved.sentence


def test_a_scope_sees_its_own_deals_and_those_it_gave_away(two: operations.Workspace) -> None:
    ann = operations.scopes(two).find_scope("rep:Ann Lee")
    assert [(row.kind, row.key) for row in operations.changes_between(two, scope=ann).rows] == [
        ("owner", "D2"), ("won", "D1"),
    ]  # fmt: skip
    nobody = operations.changes_between(two, scope=Scope("unassigned"))
    assert len(nobody.rows) == 9  # no rep is in a team


def test_kinds_are_chosen_and_the_totals_stay(two: operations.Workspace) -> None:
    found = operations.changes_between(two, kinds=("amount-up", "pushed"))
    assert {row.kind for row in found.rows} == {"amount_up", "pushed"}
    assert len(found.totals) == 7
    with pytest.raises(UserError, match="Did you mean pushed"):
        operations.changes_between(two, kinds=("pusht",))


def test_imports_and_days_name_the_ends(two: operations.Workspace, tmp_path: Path) -> None:
    bring_in(two, write(tmp_path / "back.csv", (*LATER, JANUARY[2])), THIRD)
    assert told(operations.changes_between(two)) == [("came_back", "D3", "Open", "Open")]
    assert told(operations.changes_between(two, "1", "2")) == told(
        operations.changes_between(two, str(FIRST), str(SECOND))
    )
    between = operations.changes_between(two, "2026-01-12", "2026-01-25")
    assert told(between) == told(operations.changes_between(two, "1", "2"))
    assert "vanished" not in {row.kind for row in operations.changes_between(two, "1").rows}
    assert operations.changes_between(two, as_of=SECOND).end == SECOND


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (("7", ""), "There is no import 7 of deals. Known: 2, 1."),
        (("2026-01-20", "1"), "20 Jan 2026 is not before 10 Jan 2026."),
        (("2020-01-01", ""), "No import shows how the deals stood on 1 Jan 2020."),
        (("", "1"), "Nothing older than the data of 10 Jan 2026"),
    ],
)
def test_what_cannot_be_compared_is_refused(two: operations.Workspace, ends: tuple[str, str], words: str) -> None:
    with pytest.raises(UserError) as error:
        operations.changes_between(two, *ends)
    assert words in str(error.value)


def test_another_source_is_left_alone(two: operations.Workspace, tmp_path: Path) -> None:
    other = (("D1", "Di Roy", "Open", "5", "2026-01-02", "2026-06-01"),)
    bring_in(two, write(tmp_path / "other.csv", other), date(2026, 1, 15), source="erp")
    assert "Di Roy" not in {row.owner for row in operations.changes_between(two, "1", "2").rows}
    assert "Di Roy" in {row.owner for row in operations.changes_between(two, "2026-01-10", "2026-01-20").rows}


def test_the_first_file_of_another_source_tells_its_own_deals_alone(two: operations.Workspace, tmp_path: Path) -> None:
    """On the newest day of the other source, which changed nine deals by then."""
    first = write(tmp_path / "erp.csv", (("E1", "Di Roy", "Open", "5", "2026-01-02", "2026-06-01"),
                                         ("E2", "Di Roy", "Won", "7", "2026-01-02", "2025-07-01")))  # fmt: skip
    report = bring_in(two, first, SECOND, source="erp")
    assert [(one.what, one.deals) for one in report.changes] == [("new", 2)]
    found = operations.changes_between(two, end=str(report.import_id))
    assert (found.source, found.start_files, found.end_files) == ("erp", (), ("erp.csv",))
    assert [(row.kind, row.key) for row in found.rows] == [("new", "E1"), ("new", "E2")]
    both = operations.changes_between(two)
    assert (both.source, both.start, both.end) == ("", FIRST, SECOND)
    assert (both.start_files, both.end_files) == (("january.csv",), ("later.csv", "erp.csv"))
    assert len(both.rows) == 11
    more = write(tmp_path / "erp 2.csv", (("E3", "Di Roy", "Open", "9", "2026-01-02", "2026-06-01"),))
    again = bring_in(two, more, THIRD, source="erp")
    assert [(one.what, one.deals) for one in again.changes] == [("new", 1), ("no longer in the file", 2)]


def test_all_files_of_the_day_of_a_source_are_named(two: operations.Workspace, tmp_path: Path) -> None:
    bring_in(two, write(tmp_path / "more.csv", LATER[:1]), SECOND, complete=False)
    assert operations.changes_between(two).end_files == ("later.csv", "more.csv")


@pytest.mark.parametrize("seed", range(3))
def test_random_exports_are_compared_as_their_rows_are(ws: operations.Workspace, tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    before = {f"D{at}": _random_line(random, f"D{at}") for at in range(60) if random.random() < 0.8}
    after = {f"D{at}": _random_line(random, f"D{at}") for at in range(60) if random.random() < 0.8}
    for key in list(after)[::2]:
        after[key] = before.get(key, after[key])
    bring_in(ws, write(tmp_path / "a.csv", list(before.values())), FIRST)
    bring_in(ws, write(tmp_path / "b.csv", list(after.values())), SECOND)
    found = {(row.kind, row.key) for row in operations.changes_between(ws).rows}
    assert found == set(_expected(_read(tmp_path / "a.csv"), _read(tmp_path / "b.csv")))


def _random_line(random: Random, key: str) -> Line:
    closes = date(2026, 1, 1) + timedelta(days=random.randrange(60))
    return (
        key, random.choice(("Ann Lee", "Bo Dahl")), random.choice(("Open", "Open", "Won", "Lost")),
        str(random.randrange(1, 4) * 100), "2025-12-01", str(closes),
    )  # fmt: skip


def _read(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row[HEADER[0]]: row for row in csv.DictReader(file)}


def _expected(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> Iterator[tuple[str, str]]:
    """The changes as a person with both files would list them."""
    yield from (("vanished", key) for key in before.keys() - after.keys())
    for key, now in after.items():
        was = before.get(key)
        if was is None:
            yield "new", key
            if now["Stage"] != "Open" and date.fromisoformat(now["Close date"]) > FIRST:
                yield now["Stage"].lower(), key
            continue
        if was["Owner"] != now["Owner"]:
            yield "owner", key
        if now["Stage"] != was["Stage"]:
            is_gone = (was["Stage"], now["Stage"]) == ("Won", "Lost")
            yield "won_lost" if is_gone else {"Won": "won", "Lost": "lost", "Open": "reopened"}[now["Stage"]], key
        elif now["Stage"] == "Open":
            yield from _open_changes(key, was, now)
        else:
            yield from _closed_changes(key, was, now)


def _closed_changes(key: str, was: dict[str, str], now: dict[str, str]) -> Iterator[tuple[str, str]]:
    if now["Amount"] != was["Amount"]:
        yield f"{now['Stage'].lower()}_amount", key
    if now["Close date"] != was["Close date"]:
        yield "closed_day", key


def _open_changes(key: str, was: dict[str, str], now: dict[str, str]) -> Iterator[tuple[str, str]]:
    if now["Close date"] != was["Close date"]:
        yield "pushed" if now["Close date"] > was["Close date"] else "pulled_in", key
    if now["Amount"] != was["Amount"]:
        yield "amount_up" if int(now["Amount"]) > int(was["Amount"]) else "amount_down", key


# --- stages, probability, next steps, categories ------------------------------------------------------------------

WIDE = (*HEADER, "Probability", "Forecast category", "Next activity", "Pipeline")
OPEN_STAGES = {"Lead": "open", "Demo": "open", "Offer": "open", "Won": "won"}


def _wide(path: Path, lines: Sequence[tuple[str, ...]]) -> Path:
    """Key, stage, probability, category, next step, pipeline."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = [
            (key, key, "Ann Lee", "Firm", stage, "100", "2025-12-01", "2026-06-01", "Inbound", *more)
            for key, stage, *more in lines
        ]
        csv.writer(file).writerows([WIDE, *rows])
    return path


def test_open_deals_move_through_stages_and_pipelines(ws: operations.Workspace, tmp_path: Path) -> None:
    before = [("A", "Lead", "10%", "Pipeline", "", "New"), ("B", "Offer", "60%", "Best", "2026-02-01", "New"),
              ("C", "Demo", "30%", "Best", "", "New"), ("D", "Lead", "10%", "Best", "", "New")]  # fmt: skip
    after = [("A", "Demo", "30%", "Best", "2026-02-03", "New"), ("B", "Demo", "30%", "Best", "", "New"),
             ("C", "Demo", "30%", "Best", "", "New"), ("D", "Lead", "10%", "Best", "", "Renewal")]  # fmt: skip
    bring_in(ws, _wide(tmp_path / "a.csv", before), FIRST, stages=OPEN_STAGES)
    bring_in(ws, _wide(tmp_path / "b.csv", after), SECOND, stages=OPEN_STAGES)
    rows = operations.changes_between(ws).rows
    assert [(row.kind, row.key, row.before, row.after) for row in rows] == [
        ("stage_forward", "A", "Lead", "Demo"),
        ("stage_back", "B", "Offer", "Demo"),
        ("pipeline", "D", "New", "Renewal"),
        ("next_step", "A", "", "3 Feb 2026"),
        ("next_step", "B", "1 Feb 2026", ""),
        ("probability", "A", "10%", "30%"),
        ("probability", "B", "60%", "30%"),
        ("category", "A", "Pipeline", "Best"),
    ]
    assert _row(rows, "probability", "A").was == 0.1
    assert _row(rows, "stage_forward", "A").days == 10


def test_of_two_files_of_one_source_and_day_each_tells_its_own_changes(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    bring_in(ws, write(tmp_path / "january.csv", JANUARY), FIRST)
    whole = bring_in(ws, write(tmp_path / "later.csv", LATER), SECOND)
    alone = told(operations.changes_between(ws))
    added = ("D7", "Bo Dahl", "Open", "10", "2026-01-19", "2026-05-01")
    again = ("D2", "Bo Dahl", "Open", "2600", "2026-01-01", "2026-04-01")
    few = bring_in(ws, write(tmp_path / "few.csv", (added, LATER[0], again)), SECOND)
    assert {one.what: one.deals for one in few.changes} == {"new": 1, "amount up": 1}
    found = operations.changes_between(ws, end=str(few.import_id))
    assert [(row.kind, row.key) for row in found.rows] == [("new", "D7"), ("amount_up", "D2")]
    assert (found.rows[1].before, found.rows[1].after) == ("$2.50K", "$2.60K")
    assert found.end_files == ("few.csv",)
    first = operations.changes_between(ws, end=str(whole.import_id))
    assert told(first) == alone
    day = operations.changes_between(ws)
    assert day.end_files == ("later.csv", "few.csv")


def test_a_second_file_of_a_day_tells_what_it_changes_of_the_first(ws: operations.Workspace, tmp_path: Path) -> None:
    """A deal that was won by the first file of the day is not won again by the second, which lowers its amount."""
    bring_in(ws, write(tmp_path / "january.csv", JANUARY), FIRST)
    bring_in(ws, write(tmp_path / "morning.csv", LATER), SECOND)
    lower = ("D1", "Ann Lee", "Won", "1200", "2026-01-01", "2026-01-15")
    lost = ("D2", "Bo Dahl", "Lost", "2500", "2026-01-01", "2026-01-19")
    noon = bring_in(ws, write(tmp_path / "noon.csv", (lower, lost, *LATER[2:])), SECOND)
    assert [(one.what, one.deals, one.amount) for one in noon.changes] == [
        ("lost", 1, 2500.0), ("won amount changed", 1, -300.0),
    ]  # fmt: skip
    assert any("closed before: 1 won amount changed" in one for one in noon.notices)
    back = bring_in(ws, write(tmp_path / "evening.csv", (LATER[0], lost, *LATER[2:])), SECOND)
    assert [(one.what, one.deals, one.amount) for one in back.changes] == [("won amount changed", 1, 300.0)]
    listed = operations.changes_between(ws, end=str(noon.import_id))
    assert [(row.kind, row.key, row.before, row.after) for row in listed.rows][1:] == [
        ("won_amount", "D1", "$1.50K", "$1.20K")
    ]
    day = {(row.kind, row.key): (row.before, row.after) for row in operations.changes_between(ws).rows}
    assert ("won", "D1") in day
    assert ("won_amount", "D1") not in day


TRIED = (*WIDE, "Currency", "Status")
WORDS = {"Open": "open", "Won": "won", "Lost": "lost", "Spam": "ignore"}


def _tried(random: Random, key: str) -> tuple[str, ...]:
    """A deal that shows whatever a deal may show; the first ones may count for nothing."""
    status = random.choice(("Open", "Open", "Open", "Won", "Lost", "Spam" if len(key) == 2 else "Open"))
    stage = "Signed" if status == "Won" else random.choice(("Lead", "Demo", "Offer", ""))
    return (
        *(key, f"Deal {key}", random.choice(("Ann Lee", "Bo Dahl")), "Firm", stage, random.choice(("", "100", "250"))),
        *("2025-12-01", f"2026-0{random.randrange(1, 7)}-01", "Inbound", random.choice(("10%", "50%", "", ""))),
        *(random.choice(("Best", "Commit")), random.choice(("", "2026-02-01"))),
        *(random.choice(("New", "New", "Renewal", "")), random.choice(("USD", "EUR")), status),
    )


@pytest.mark.parametrize("seed", range(4))
def test_what_an_import_did_is_the_same_whether_or_not_all_deals_were_looked_at(
    ws: operations.Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    random = Random(seed)
    monkeypatch.setattr(all_stages, "PART", 7)
    operations.add_rate(ws, "EUR", "1.25", FIRST)
    deals, seen = {f"D{at}": _tried(random, f"D{at}") for at in range(90)}, set()
    for number, step in enumerate((0, 10, 20, 5, 30)):  # the one before the last is of a day gone by
        deals |= {key: _tried(random, key) for key in deals if random.random() < 0.3}
        file, source = tmp_path / f"{number}.csv", "erp" if number == 2 else "crm"
        with file.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([TRIED, *(line for line in deals.values() if random.random() < 0.95)])
        report = bring_in(ws, file, FIRST + timedelta(days=step), stages=WORDS, source=source)
        evaluator(ws, report.data_date)
        assert report.changes == changes_of(ws, report.import_id, 1)
        seen |= {change.what for change in report.changes}
    assert {"stage forward", "stage back"} & seen
    assert {"no longer in the file", "came back", "amount up", "owner changed"} <= seen


def test_a_deal_may_have_moved_meanwhile_though_neither_day_names_its_stage(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    others = [("B", "Lead", "10%", "Best", "", "New"), ("C", "Demo", "30%", "Best", "", "New")]
    for number, stage in enumerate(("Lead", "", "Demo", "")):
        line = ("A", stage, "", "Best", "", "New")
        bring_in(ws, _wide(tmp_path / f"{number}.csv", [line, *others]), FIRST + timedelta(number), stages=OPEN_STAGES)
    assert [(row.kind, row.key) for row in operations.changes_between(ws, "2", "4").rows] == [("stage_forward", "A")]


def _row(rows: tuple[ChangeRow, ...], kind: str, key: str) -> ChangeRow:
    return next(row for row in rows if (row.kind, row.key) == (kind, key))
