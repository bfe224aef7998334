"""What a cell of a breakdown or a part of Why leaves out: with what counts it is every row of the part, as SQL says."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.breakdowns import BY_PERIOD, View
from kpidesk.core.parts import Part
from kpidesk.core.scorecards import Question
from tests.conftest import SAMPLE_DAY
from tests.flow import ask
from tests.operations.support import NAME, Line, bring_in, made, write

CLOSED = """
WITH firms AS (
  SELECT b.account_id AS account, y.segment
  FROM account_record_versions n JOIN account_record_values y ON y.id = n.value_id
  JOIN account_aliases b ON b.id = y.account WHERE n.valid_to = '9999-12-31')
SELECT d.key, lower(s.value) IN ('closed won', 'gewonnen', 'won') AS won, coalesce(x.closed_at, x.close_date) AS closed,
  coalesce(l.value, '') AS lead_source, coalesce(g.value, '') AS "account.segment"
FROM deal_versions v JOIN deal_values x ON x.id = v.value_id JOIN deals d ON d.id = v.deal_id
JOIN terms s ON s.id = x.stage LEFT JOIN terms l ON l.id = x.lead_source
LEFT JOIN account_aliases a ON a.id = x.account LEFT JOIN firms f ON f.account = a.account_id
LEFT JOIN terms g ON g.id = f.segment
WHERE v.valid_to = '9999-12-31'
  AND lower(s.value) IN ('closed won', 'gewonnen', 'won', 'closed lost', 'verloren', 'lost')
"""
BEFORE, AFTER = (f"closed date up to 31 days {word} the period" for word in ("before", "after"))


@pytest.fixture(scope="module")
def ws(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    path = Path(shutil.copy(sample_folder / "sample.kpidesk", tmp_path_factory.mktemp("parts") / "s.kpidesk"))
    opened = operations.open_workspace(path, today=SAMPLE_DAY)
    yield opened
    operations.close(opened)


@pytest.fixture(scope="module")
def closed(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """Every deal that is closed, read by SQL alone from a copy."""
    path = shutil.copy(sample_folder / "sample.kpidesk", tmp_path_factory.mktemp("sql") / "s.kpidesk")
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(CLOSED)]


def told(ws: operations.Workspace, kpi_id: str, asked: Question) -> tuple[set[str], dict[str, set[str]]]:
    """The keys of the rows that count, and of those left out by the reason."""
    receipt = operations.rows(ws, kpi_id, asked)
    found = operations.left_out(ws, kpi_id, asked, with_rows=True)
    assert receipt.reproduces
    return {row.key for row in receipt.rows}, {
        one.reason: {row.key for row in one.listing.rows} for one in found if one.listing is not None
    }


def by_sql(closed: list[dict[str, str]], asked: Question) -> tuple[set[str], dict[str, set[str]]]:
    """The same of bookings, for a part of the lead source, of the segment, or of both."""

    def is_in(row: dict[str, str]) -> bool:
        return all(
            row[one.field] not in one.listed if one.kind == "rest" else row[one.field] == one.label
            for one in asked.parts
        )  # fmt: skip

    own = [row for row in closed if is_in(row)]
    start, end, near = asked.period.start, asked.period.end, timedelta(days=31)
    periods = ((start, end), (start - near, start), (end, end + near))
    now, before, after = (
        [row for row in own if first.isoformat() <= row["closed"] < until.isoformat()] for first, until in periods
    )
    groups = {"not won": {row["key"] for row in now if not row["won"]}}
    groups |= {name: {row["key"] for row in rows if row["won"]} for name, rows in ((BEFORE, before), (AFTER, after))}
    counted = {row["key"] for row in now if row["won"]}
    assert counted | groups["not won"] == {row["key"] for row in now}
    return counted, {reason: keys for reason, keys in groups.items() if keys}


@pytest.mark.parametrize(
    "view",
    [View("bookings", "lead_source", "segment", top=2), View("bookings", "segment"),
     View("bookings", "lead_source", BY_PERIOD, top=3, periods=3)],
    ids=["two fields", "one field", "over time"],
)  # fmt: skip
def test_a_cell_counts_and_leaves_out_all_deals_of_its_part(
    ws: operations.Workspace, closed: list[dict[str, str]], view: View
) -> None:
    table = operations.pivot(ws, view, operations.question(ws, period="2026-Q2"))
    cells = [cell for line in (*table.cells, table.column_totals, table.row_totals) for cell in line]
    assert any(part.kind == "rest" for cell in cells for part in cell.question.parts) or view.rows_by == "segment"
    for cell in cells:
        found = told(ws, "bookings", cell.question)
        assert found == by_sql(closed, cell.question), cell.question.parts
        assert found[1]["not won"]


def test_a_part_of_why_leaves_out_what_sql_says_in_both_periods(
    ws: operations.Workspace, closed: list[dict[str, str]]
) -> None:
    asked = operations.question(ws, period="2026-Q2")
    found = operations.why(ws, "bookings", asked, whole=True, by="lead_source")
    split = next(one for one in found.splits if one.field == "lead_source")
    questions = [one for part in split.parts for one in (part.question, part.question_before) if one is not None]
    assert len(questions) == 2 * len(split.parts)
    for question in questions:
        assert told(ws, "bookings", question) == by_sql(closed, question)


def test_the_deals_of_a_team_are_left_out_as_for_the_team_by_itself(ws: operations.Workspace) -> None:
    whole = operations.question(ws, period="2026-Q2")
    part = replace(whole, parts=(Part("team", "Enterprise"),))
    counted, groups = told(ws, "bookings", part)
    of_team, others = told(ws, "bookings", operations.question(ws, scope="team:Enterprise", period="2026-Q2"))
    assert counted == of_team
    assert groups == {reason: others[reason] for reason in ("not won", BEFORE, AFTER) if reason in others}
    assert groups["not won"]


def test_a_rate_leaves_out_what_is_dated_near_its_part(ws: operations.Workspace, closed: list[dict[str, str]]) -> None:
    asked = replace(operations.question(ws, period="2026-Q2"), parts=(Part("lead_source", "Event"),))
    counted, groups = told(ws, "win_rate", asked)
    of_sql = [row for row in closed if row["lead_source"] == "Event"]
    assert counted == {row["key"] for row in of_sql if "2026-04-01" <= row["closed"] < "2026-07-01"}
    assert groups[BEFORE] == {row["key"] for row in of_sql if "2026-03-01" <= row["closed"] < "2026-04-01"}


SMALL: list[Line] = [
    ("D1", "Ann", "Won", "1000", "2026-01-02", "2026-01-20"),
    ("D2", "Ann", "Lost", "2000", "2026-01-03", "2026-01-25"),
    ("D3", "Ben", "Won", "", "2026-01-04", "2026-02-01"),
    ("D4", "Ben", "Lost", "8000", "2026-01-05", "2026-02-05"),
    ("D5", "", "Won", "500", "2025-12-06", "2025-12-20"),
]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[operations.Workspace]:
    with made(tmp_path) as opened:
        bring_in(opened, write(tmp_path / "deals.csv", SMALL))
        yield opened


@pytest.mark.parametrize(
    ("part", "counted", "groups"),
    [
        (Part("rep", "Ann"), {"D1"}, {"not won": {"D2"}}),
        (Part("rep", "Ben"), {"D3"}, {"not won": {"D4"}, "no amount, so it adds nothing": {"D3"}}),
        (Part("rep", "Unassigned", "unknown"), set(), {BEFORE: {"D5"}}),
        (Part("account", "Firm 2"), set(), {"not won": {"D2"}}),
        (Part("rep", "Everything else", "rest", ("Ann",)), {"D3"},
         {"not won": {"D4"}, "no amount, so it adds nothing": {"D3"}}),
        (Part("closed_at:month", "Feb 2026"), {"D3"}, {"not won": {"D4"}, "no amount, so it adds nothing": {"D3"}}),
    ],
    ids=lambda one: one.label if isinstance(one, Part) else "",
)  # fmt: skip
def test_a_zero_says_which_rows_of_its_part_do_not_count(
    small: operations.Workspace, part: Part, counted: set[str], groups: dict[str, set[str]]
) -> None:
    asked = replace(operations.question(small, period="2026-Q1"), parts=(part,))
    assert told(small, "bookings", asked) == (counted, groups)


def test_a_kpi_that_is_split_in_part_leaves_out_of_the_whole_what_the_whole_does(tmp_path: Path) -> None:
    """Below the line stands the whole organisation, which no part narrows."""
    with made(tmp_path) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", SMALL))
        formula = "sum(deals.amount where won on closed_at) / total(sum(deals.amount where won on closed_at))"
        operations.add_kpi(ws, "share", formula=formula, name="Share", draft=True)
        asked = replace(operations.question(ws, period="2026-Q1"), parts=(Part("rep", "Ann"),))
        assert told(ws, "share", asked)[1]["not won"] == {"D2", "D4"}


def test_the_terminal_lists_them_behind_the_code_of_a_cell(tmp_path: Path) -> None:
    with made(tmp_path) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", SMALL))
    place = tmp_path / NAME
    [row] = [row for row in ask("pivot", "of", place, "bookings", "--rows", "rep")["rows"] if row["label"] == "Ben"]
    [group, _] = ask("receipt", row["cells"][0]["receipt"], place, "--left-out")["receipt"]["left_out"]
    assert (group["reason"], [one["key"] for one in group["rows"]]) == ("not won", ["D4"])


UNDATED: list[Line] = [
    ("D1", "Ann", "Won", "1000", "2026-01-02", "2026-01-20"),
    ("D2", "Ann", "Won", "300", "2026-01-06", ""),
    ("D3", "Ben", "Won", "300", "2026-01-06", ""),
    ("D4", "", "Won", "300", "2026-01-06", ""),
    ("D5", "Ben", "Lost", "300", "2026-01-06", ""),
    ("D6", "Cid", "Won", "300", "2026-01-06", ""),
]
GIVEN_AWAY = [("D2", "Ben", *line[2:]) if (line := one)[0] == "D2" else one for one in UNDATED]
PEOPLE = "Name,Team\nAnn,East\nBen,West\n"
LEADS = """Lead ID,Name,Owner,Created,SQL date
L1,One,Ann,2026-01-05,2026-01-09
L2,Two,Ann,2026-01-05,
L3,Three,,2026-01-06,
"""
OWNERS = """
SELECT r.key, coalesce(p.name, '') AS rep, coalesce(t.name, '') AS team
FROM {versions} v JOIN {values} x ON x.id = v.value_id JOIN {records} r ON r.id = v.{record}
LEFT JOIN person_aliases a ON a.id = x.owner LEFT JOIN people p ON p.id = a.person_id
LEFT JOIN memberships m ON m.person_id = p.id AND m.valid_from <= '2026-02-20' AND m.valid_to > '2026-02-20'
LEFT JOIN teams t ON t.id = m.team_id LEFT JOIN terms s ON s.id = {stage}
WHERE v.valid_to = '9999-12-31' AND {where}
"""
UNDATED_SQL = {
    "deals_won": OWNERS.format(versions="deal_versions", values="deal_values", records="deals", record="deal_id",
                               stage="x.stage",
                               where="s.value = 'Won' AND coalesce(x.closed_at, x.close_date) IS NULL"),
    "sqls": OWNERS.format(versions="lead_versions", values="lead_values", records="leads", record="record_id",
                          stage="NULL", where="x.sql_at IS NULL"),
}  # fmt: skip
TODAYS = ", by today's owner"


@pytest.fixture(scope="module")
def undated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """Deals won and leads without the day by which they count; one of the deals was given to another rep since."""
    folder = tmp_path_factory.mktemp("undated")
    with made(folder) as ws:
        for name, text, kind in (("people.csv", PEOPLE, "people"), ("leads.csv", LEADS, "leads")):
            (folder / name).write_text(text, encoding="utf-8")
            bring_in(ws, folder / name, kind=kind, stages={})
        bring_in(ws, write(folder / "january.csv", UNDATED), date(2026, 1, 31))
        bring_in(ws, write(folder / "february.csv", GIVEN_AWAY))
        operations.add_kpi(ws, "sqls", formula="count(leads on sql_at)", name="SQLs", draft=True)
        yield ws


@pytest.mark.parametrize("kpi_id", UNDATED_SQL)
def test_rows_without_a_date_are_those_of_their_owner_today_behind_a_team_a_rep_and_a_part_of_either(
    undated: operations.Workspace, kpi_id: str
) -> None:
    rows = undated.db.connection.execute(UNDATED_SQL[kpi_id]).fetchall()
    assert len({rep for _, rep, _ in rows}) > 1
    whole = operations.question(undated, period="2026-Q1")
    date_of = {"deals_won": "closed date", "sqls": "sales qualification date"}[kpi_id]
    assert told(undated, kpi_id, whole)[1][f"no {date_of}"] == {key for key, _, _ in rows}
    for at, field in ((1, "rep"), (2, "team")):
        for name in {row[at] for row in rows}:
            part = Part(field, name) if name else Part(field, "unknown", "unknown")
            scope = f"{field}:{name}" if name else "unassigned"
            own = operations.question(undated, scope=scope, period="2026-Q1", by="" if name else field)
            expected = {row[0] for row in rows if row[at] == name}
            for asked in (replace(whole, parts=(part,)), own):
                assert told(undated, kpi_id, asked)[1][f"no {date_of}{TODAYS}"] == expected, asked
