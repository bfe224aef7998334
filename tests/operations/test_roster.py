"""The roster: who is on which team since when, every change an import that can be undone, merges, switches of teams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kpidesk import operations, store
from kpidesk.core.breakdowns import View
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.people import ALWAYS, FOREVER, TeamView
from kpidesk.core.progress import finish
from kpidesk.core.roster import PersonEdit, Spell
from kpidesk.exporting.people_forms import roster_json, roster_text
from tests.operations.support import TODAY, bring_in, copied, made, options, write

JAN, MAR, JUN = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)
LINES = (
    ("D1", "Ann Lee", "Won", "1000", "2025-10-01", "2025-11-03"),
    ("D2", "Ann Lee", "Won", "2000", "2025-12-01", "2026-01-20"),
    ("D3", "Lee, Ann", "Open", "4000", "2026-01-10", "2026-04-01"),
    ("D4", "Bo Dahl", "Won", "8000", "2026-01-05", "2026-02-10"),
)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    with made(folder) as ws:
        bring_in(ws, write(folder / "deals.csv", LINES))
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path) as opened:
        yield opened


def number(ws: operations.Workspace, name: str) -> int:
    return operations.find_person(ws, name).id


def spells(ws: operations.Workspace, name: str) -> list[Spell]:
    """The memberships of a person, by the names of the teams."""
    entry = operations.roster(ws).entry(number(ws, name))
    assert entry is not None
    teams = {one.id: one.name for one in operations.scopes(ws).teams}
    return [Spell(teams[one.team_id], one.start, one.end) for one in entry.spells]


def test_a_move_keeps_the_team_that_only_deals_have_told(tmp_path: Path) -> None:
    file = tmp_path / "told.csv"
    file.write_text("Deal ID,Owner,Team,Stage,Amount,Created\nT1,Ann Lee,North,Open,10,2025-10-01\n", encoding="utf-8")
    opened = operations.open_workspace(tmp_path / "told.kpidesk", create=True, today=TODAY)
    finish(operations.import_file(opened, file, options()))
    operations.move_people(opened, [number(opened, "Ann Lee")], "South", JAN)
    assert spells(opened, "Ann Lee") == [Spell("North", ALWAYS, JAN), Spell("South", JAN, FOREVER)]
    operations.close(opened)


def tree(ws: operations.Workspace) -> dict[str, str]:
    """Each team with the one above it."""
    teams = {one.id: one for one in operations.scopes(ws).teams}
    return {one.name: teams[one.parent_id].name if one.parent_id else "" for one in teams.values()}


def test_owners_that_no_list_knows_are_unmatched_with_what_is_theirs(ws: operations.Workspace) -> None:
    found = operations.roster(ws).unmatched
    assert [(one.person.name, one.deals) for one in found] == [("Ann Lee", 2), ("Bo Dahl", 1), ("Lee, Ann", 1)]
    operations.move_people(ws, [number(ws, "Bo Dahl")], "North")
    assert [one.person.name for one in operations.roster(ws).unmatched] == ["Ann Lee", "Lee, Ann"]


def test_a_move_keeps_the_past_and_undoing_it_gives_the_team_back(ws: operations.Workspace) -> None:
    ann = number(ws, "Ann Lee")
    operations.move_people(ws, [ann], "North")
    done = operations.move_people(ws, [ann], "South", JAN)
    assert done.words == "Ann Lee is in South from 1 Jan 2026"
    assert spells(ws, "Ann Lee") == [Spell("North", ALWAYS, JAN), Spell("South", JAN, FOREVER)]
    entry = next(one for one in operations.imports(ws) if one.import_id == done.import_id)
    assert (entry.kind, entry.file) == ("people", done.words)
    finish(operations.undo(ws, done.import_id))
    assert spells(ws, "Ann Lee") == [Spell("North", ALWAYS, FOREVER)]


def test_a_move_before_a_later_membership_ends_where_that_begins(ws: operations.Workspace) -> None:
    ann = number(ws, "Ann Lee")
    operations.save_person(ws, ann, PersonEdit(), [Spell("North", ALWAYS, MAR), Spell("South", JUN)])
    operations.move_people(ws, [ann], "East", JAN)
    assert spells(ws, "Ann Lee") == [Spell("North", ALWAYS, JAN), Spell("East", JAN, JUN), Spell("South", JUN)]
    operations.move_people(ws, [ann], "", MAR)
    assert spells(ws, "Ann Lee") == [Spell("North", ALWAYS, JAN), Spell("East", JAN, MAR), Spell("South", JUN)]


def test_a_list_of_memberships_replaces_what_was_known(ws: operations.Workspace) -> None:
    ann = number(ws, "Ann Lee")
    operations.save_person(ws, ann, PersonEdit(), [Spell("North", ALWAYS, JAN), Spell("South", MAR, JUN)])
    assert spells(ws, "Ann Lee") == [Spell("North", ALWAYS, JAN), Spell("South", MAR, JUN)]
    operations.save_person(ws, ann, PersonEdit(), [])
    assert spells(ws, "Ann Lee") == []
    operations.save_person(ws, ann, PersonEdit(), [Spell("South")])
    assert spells(ws, "Ann Lee") == [Spell("South", ALWAYS, FOREVER)]


def test_overlapping_memberships_are_refused_with_both_named(ws: operations.Workspace) -> None:
    ann = number(ws, "Ann Lee")
    with pytest.raises(UserError) as refused:
        operations.save_person(ws, ann, PersonEdit(), [Spell("North", JAN, JUN), Spell("South", MAR)])
    assert refused.value.problem == (
        "Ann Lee would be in two teams at once: North (1 Jan 2026 to 31 May 2026) and South (from 1 Mar 2026)."
    )
    assert len(operations.imports(ws)) == 1
    with pytest.raises(UserError, match=r"before joining"):
        operations.save_person(ws, ann, PersonEdit(), [Spell("North", JUN, JAN)])


def test_teams_of_any_depth_are_made_moved_and_renamed_and_a_circle_is_refused(ws: operations.Workspace) -> None:
    operations.add_team(ws, "World")
    operations.add_team(ws, "Europe", "World")
    operations.add_team(ws, "North", "Europe")
    operations.move_people(ws, [number(ws, "Ann Lee")], "North")
    assert tree(ws) == {"World": "", "Europe": "World", "North": "Europe"}
    world, north = operations.find_team(ws, "World"), operations.find_team(ws, "North")
    with pytest.raises(UserError) as refused:
        operations.move_team(ws, world.id, north.id)
    assert refused.value.problem == "World cannot lie below itself: it is above North."
    renamed = operations.rename_team(ws, north.id, "Nordics")
    assert operations.find_team(ws, "Nordics").id == north.id
    assert spells(ws, "Ann Lee") == [Spell("Nordics", ALWAYS, FOREVER)]
    moved = operations.move_team(ws, north.id)
    assert tree(ws) == {"World": "", "Europe": "World", "Nordics": ""}
    for change in (moved, renamed):
        finish(operations.undo(ws, change.import_id))
    assert tree(ws) == {"World": "", "Europe": "World", "North": "Europe"}
    with pytest.raises(UserError, match="already a team 'Europe'"):
        operations.rename_team(ws, north.id, "europe")


def test_a_team_renamed_twice_and_back_is_the_same_team(ws: operations.Workspace) -> None:
    operations.move_people(ws, [number(ws, "Ann Lee")], "North")
    team = operations.find_team(ws, "North").id
    for name in ("Nordics", "Upper", "North", "Top"):
        operations.rename_team(ws, team, name)
        assert operations.find_team(ws, name).id == team
        assert tree(ws) == {name: ""}
    operations.move_people(ws, [number(ws, "Bo Dahl")], "north")
    assert spells(ws, "Bo Dahl") == [Spell("Top", ALWAYS, FOREVER)]


def test_costs_and_quotas_in_the_old_name_of_a_team_stay_its_own(ws: operations.Workspace, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("Name,Team\nAnn Lee,South\n")
    (tmp_path / "costs.csv").write_text("Cost ID,Category,Amount,Month,Team\nK1,marketing,500,2026-01-01,south\n")
    (tmp_path / "quotas.csv").write_text("Team,Period,Quota\nSouth,2026-01-01,900\n")
    for kind in ("people", "costs", "quotas"):
        bring_in(ws, tmp_path / f"{kind}.csv", kind=kind, stages={})
    for name in ("South", "Midday"):
        if name != "South":
            operations.rename_team(ws, operations.find_team(ws, "South").id, name)
        question = operations.question(ws, scope=f"team:{name}", period="2026-01")
        for formula, value in (("sum(costs.amount on period_at)", 500.0), ("target([bookings])", 900.0)):
            assert operations.evaluate(ws, formula, question).rows[0].result.value == value, (name, formula)


def test_what_is_known_of_a_person_is_changed_taken_away_and_undone(ws: operations.Workspace) -> None:
    ann = number(ws, "Ann Lee")
    edit = PersonEdit("ann@acme.com", "005A", "AE", "outbound", "DACH", "SMB", "2026-01-05", "", "6")
    done = operations.save_person(ws, ann, edit)
    assert done.words.startswith("Ann Lee: e-mail ann@acme.com, user id 005A, role AE")
    entry = operations.roster(ws).entry(ann)
    assert entry is not None
    found = entry.person
    assert (found.role, found.motion, found.territory, found.segment, found.hire_at, found.ramp_months) == (
        "AE", "outbound", "DACH", "SMB", date(2026, 1, 5), 6,
    )  # fmt: skip
    assert (entry.emails, entry.user_ids) == (("ann@acme.com",), ("005A",))
    taken = operations.save_person(ws, ann, PersonEdit(role="", hire_at="", ramp_months=""))
    found = operations.find_person(ws, "Ann Lee")
    assert (found.role, found.hire_at, found.ramp_months, found.motion) == ("", None, 0, "outbound")
    finish(operations.undo(ws, taken.import_id))
    assert operations.find_person(ws, "Ann Lee").role == "AE"
    assert operations.save_person(ws, ann, PersonEdit(role="AE")).import_id is None


def test_a_share_of_full_time_that_cannot_be_read_leaves_its_row_in(ws: operations.Workspace, tmp_path: Path) -> None:
    """Also where the row says since when the share holds."""
    path = tmp_path / "hr.csv"
    path.write_text("Name,Team,FTE,FTE from\nAnn Lee,South,120 %,2026-01-01\nBo Dahl,South,80 %,2026-01-01\n")
    report = bring_in(ws, path, kind="people")
    assert (report.rejected, report.issues) == (0, ())
    assert "line 2, '120 %': A share lies between 0 and 100%." in "".join(report.notices)
    ann, bo = (operations.find_person(ws, name) for name in ("Ann Lee", "Bo Dahl"))
    assert (ann.fte, bo.fte_on(ws.today)) == ((), 0.8)
    team = store.load_organisation(ws.db).team_on(ann.id, ws.today)
    assert team is not None
    assert team.name == "South"


def test_who_has_left_says_so_in_the_list(ws: operations.Workspace) -> None:
    operations.save_person(ws, number(ws, "Ann Lee"), PersonEdit(end_at="2026-03-31"))
    assert "Ann Lee, left 31 Mar 2026" in roster_text(operations.roster(ws, date(2026, 4, 1)))
    assert "left" not in roster_text(operations.roster(ws, date(2026, 3, 30)))


def test_shares_of_full_time_are_typed_with_their_days_and_taken_back(ws: operations.Workspace) -> None:
    ann, march = number(ws, "Ann Lee"), date(2026, 3, 1)

    def worked(*days: date) -> list[float]:
        return [operations.find_person(ws, "Ann Lee").fte_on(day) for day in days]

    done = operations.save_person(ws, ann, PersonEdit(fte="60 % from 2026-03-01"))
    assert done.words == "Ann Lee: share of full time 100%, then 60% from 1 Mar 2026"
    assert worked(date(2026, 2, 28), march) == [1.0, 0.6]
    operations.work_share(ws, ann, "80", date(2026, 5, 1))
    assert worked(date(2026, 4, 30), date(2026, 5, 1)) == [0.6, 0.8]
    operations.save_person(ws, ann, PersonEdit(fte="62,5 %, 100 % from 2026-04-01"))
    assert worked(date(2020, 1, 1), march, date(2026, 4, 1), date(2026, 5, 1)) == [0.625, 0.625, 1.0, 1.0]
    for text in ("62.5%,100 % from 1 Apr 2026", "62,5 %,100 % from 2026-04-01,100 % from 2026-05-01"):
        assert operations.save_person(ws, ann, PersonEdit(fte=text)).import_id is None
    assert operations.save_person(ws, ann, PersonEdit(fte="62.5 %, 100 % from 2026-04-01")).import_id is None
    finish(operations.undo(ws, operations.save_person(ws, ann, PersonEdit(fte="")).import_id))
    assert worked(march) == [0.625]
    shown = operations.roster(ws, march)
    assert "Ann Lee, 62.5% of full time" in roster_text(shown)
    told: Any = roster_json(shown)["people"]
    (mine,) = [one for one in told if one["name"] == "Ann Lee"]
    assert (mine["fte"], mine["fte_since"][1]) == (0.625, {"start": "2026-04-01", "share": 1.0})


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (PersonEdit(hire_at="soon"), "'soon' is not a day"),
        (PersonEdit(hire_at="2026-02-01", end_at="2026-01-01"), "before being hired on 1 Feb 2026"),
        (PersonEdit(ramp_months="-1"), "'-1' months"),
        (PersonEdit(fte="sixty"), "'sixty' is no share of full time"),
        (PersonEdit(fte="120 %"), "'120 %' is more than full time"),
        (PersonEdit(fte="1.5"), "'1.5' is more than full time"),
        (PersonEdit(fte="60 % from soon"), "'soon' is not a day"),
        (PersonEdit(fte="60 %, 80 %"), "Two shares of full time begin on one day"),
        (PersonEdit(email="nowhere"), "no e-mail address"),
        (PersonEdit(email="Bo Dahl@x"), ""),
        (PersonEdit(external_id="bo dahl"), "bo dahl stands for Bo Dahl"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    ws: operations.Workspace, edit: PersonEdit, problem: str
) -> None:
    if not problem:
        assert operations.save_person(ws, number(ws, "Ann Lee"), edit).import_id is not None
        return
    with pytest.raises(UserError, match=problem):
        operations.save_person(ws, number(ws, "Ann Lee"), edit)
    assert len(operations.imports(ws)) == 1


def test_people_are_added_and_renamed_but_never_into_somebody_else(ws: operations.Workspace) -> None:
    operations.add_person(ws, "Cy Oh", "North")
    assert spells(ws, "Cy Oh") == [Spell("North", ALWAYS, FOREVER)]
    with pytest.raises(UserError, match="already a person 'Bo Dahl'"):
        operations.add_person(ws, "bo dahl")
    with pytest.raises(UserError, match="already a person 'Bo Dahl'"):
        operations.save_person(ws, number(ws, "Cy Oh"), PersonEdit(), name="Bo Dahl")
    operations.save_person(ws, number(ws, "Cy Oh"), PersonEdit(), name="Cyrus Oh")
    assert spells(ws, "Cyrus Oh") == [Spell("North", ALWAYS, FOREVER)]


def test_two_spellings_are_offered_merged_and_told_apart_again(ws: operations.Workspace) -> None:
    (found,) = [one for one in operations.roster(ws).alike if one.kind == "person"]
    assert {found.name, found.other_name} == {"Ann Lee", "Lee, Ann"}
    assert found.why == "the same words in another order"
    keep, drop = number(ws, "Ann Lee"), number(ws, "Lee, Ann")
    preview = operations.merge_preview(ws, "person", keep, drop)
    assert preview.words == ("Lee, Ann counts as Ann Lee. Their 1 and 2 deals count together, from the beginning.")
    (made,) = operations.merge(ws, "person", keep, drop).merges
    assert [(one.name, one.into) for one in operations.roster(ws).merged] == [("Lee, Ann", "Ann Lee")]
    entry = operations.roster(ws).entry(keep)
    assert entry is not None
    assert entry.deals == 3
    assert not [one for one in operations.roster(ws).alike if one.kind == "person"]
    operations.split(ws, made)
    assert {one.person.name: one.deals for one in operations.roster(ws).entries} == {
        "Ann Lee": 2, "Bo Dahl": 1, "Lee, Ann": 1,
    }  # fmt: skip
    with pytest.raises(UserError, match="no such merge"):
        operations.split(ws, made)


def won(ws: operations.Workspace, teams: TeamView, by: str = "team", scope: str = "org") -> dict[str, float | None]:
    """Won amounts of 2025 Q4 and 2026 Q1 together, by member."""
    found: dict[str, float | None] = {}
    for period in ("2025-Q4", "2026-Q1"):
        asked = operations.question(ws, period=period, by=by, teams=teams, scope=scope)
        card = operations.evaluate(ws, "sum(deals.amount where won on closed_at)", asked)
        for row in card.rows:
            if row.result.value is not None:
                found[row.member] = (found.get(row.member) or 0) + row.result.value
    return found


def test_as_if_todays_teams_moves_rows_between_teams_and_never_the_total(ws: operations.Workspace) -> None:
    """Ann won 1,000 in North and, after moving on 1 Jan, 2,000 in South; Bo, who is in no team, 8,000."""
    ann = number(ws, "Ann Lee")
    operations.move_people(ws, [ann], "North")
    operations.move_people(ws, [ann], "South", JAN)
    assert won(ws, "as-was") == {"team:North": 1000, "team:South": 2000, "unassigned": 8000}
    assert won(ws, "today") == {"team:South": 3000, "unassigned": 8000}
    assert won(ws, "as-was", "") == won(ws, "today", "") == {"org": 11000}
    assert won(ws, "today", "rep", "team:South") == {"rep:Ann Lee": 3000}
    asked = operations.question(ws, period="2025-Q4", scope="team:South", teams="today")
    said = "As if today's teams had always been: every row counts for the team its person is in on 20 Feb 2026."
    assert said in operations.scorecard(ws, asked, ("bookings",)).notices
    assert said in operations.trend(ws, "bookings", asked).notices
    receipt = operations.rows(ws, "bookings", asked)
    assert said in receipt.notices
    assert (receipt.reproduces, [row.key for row in receipt.rows]) == (True, ["D1"])
    plain = replace(asked, teams="as-was")
    assert operations.rows(ws, "bookings", plain).rows == ()
    assert operations.rows(ws, "bookings", plain).code != receipt.code
    assert said not in operations.scorecard(ws, plain, ("bookings",)).notices


def test_as_of_a_day_teams_are_those_known_today_and_it_is_said_when_they_were_told_last(
    ws: operations.Workspace,
) -> None:
    operations.move_people(ws, [number(ws, "Ann Lee")], "North")
    told = operations.imports(ws)[-1]
    asked = operations.question(ws, period="2025-Q4", as_of=told.data_date - timedelta(days=1))
    said = f"Who was in which team is as known today, told last on {day_text(told.data_date)} ({told.file})."
    assert said in operations.scorecard(ws, asked, ("bookings",)).notices
    now = operations.question(ws, period="2025-Q4", as_of=told.data_date)
    assert said not in operations.scorecard(ws, now, ("bookings",)).notices


def test_a_rep_within_the_ramp_is_marked_and_left_out_of_counts_of_ramped_people(ws: operations.Workspace) -> None:
    """A sixth more of a full quota with each month since 5 January, so nothing until 4 February.

    February has 24 days of 1/6 in 28, March 4 of 1/6 and 27 of 2/6 in 31: 0.4547 of 3 months, or 15 %.
    """
    ann = number(ws, "Ann Lee")
    operations.move_people(ws, [ann, number(ws, "Bo Dahl")], "North")
    asked = operations.question(ws, period="2026-Q1", by="rep")

    def ramped() -> float | None:
        return (
            operations.evaluate(ws, "count(people where ramped as of now)", replace(asked, by="")).rows[0].result.value
        )

    assert ramped() == 3
    assert operations.scorecard(ws, asked, ("bookings",)).ramping == ()
    operations.save_person(ws, ann, PersonEdit(hire_at="2026-01-05", ramp_months="6"))
    card = operations.scorecard(ws, asked, ("bookings",))
    assert [one.name for one in card.ramping] == ["Ann Lee"]
    assert card.notices[0] == (
        "Ramping: Ann Lee until 5 Jul 2026 (15% of a full quota in Q1 2026). Their targets are not changed by it."
    )
    found = operations.matrix(ws, asked, ("bookings",))
    assert ([one.name for one in found.ramping], found.notices) == (["Ann Lee"], card.notices[:1])
    assert ramped() == 2
    assert operations.scorecard(ws, replace(asked, by="team"), ("bookings",)).ramping == ()
    sheet = operations.sheet_for(ws, card.ramping[0], asked.period)
    assert "ramping until 5 Jul 2026 (15% of a full quota in Q1 2026)" in sheet.header
    later = operations.question(ws, period="2025-Q4", by="rep")
    assert operations.scorecard(ws, later, ("bookings",)).ramping == ()


def territory_file(folder: Path, *rows: tuple[str, str]) -> Path:
    path = folder / f"territories-{len(list(folder.iterdir()))}.csv"
    path.write_text("\n".join(("Name,Territory", *map(",".join, rows))) + "\n", encoding="utf-8")
    return path


def by_territory(ws: operations.Workspace, period: str, teams: TeamView = "as-was") -> dict[str, float | None]:
    asked = replace(operations.question(ws, period=period), teams=teams)
    table = operations.pivot(ws, View("bookings", "rep.territory"), asked)
    return {row.label: cell.result.value for row, (cell,) in zip(table.rows, table.cells, strict=True)}


def test_a_territory_of_a_later_file_begins_with_its_day_and_undo_takes_it_back(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    """Ann booked 1,000 in November and 2,000 in January, Bo 8,000 in February."""
    bring_in(ws, territory_file(tmp_path, ("Ann Lee", "East"), ("Bo Dahl", "West")), date(2025, 10, 1), kind="people")
    later = bring_in(ws, territory_file(tmp_path, ("Ann Lee", "West")), JAN, kind="people")
    assert by_territory(ws, "2025-Q4") == {"East": 1000.0}
    assert by_territory(ws, "2026-Q1") == {"West": 10_000.0}
    assert by_territory(ws, "2025-Q4", "today") == {"West": 1000.0}
    told: Any = roster_json(operations.roster(ws, TODAY))["people"]
    (mine,) = [one["territory_since"] for one in told if one["name"] == "Ann Lee"]
    assert mine == [{"start": None, "territory": "East"}, {"start": "2026-01-01", "territory": "West"}]
    finish(operations.undo(ws, later.import_id))
    assert by_territory(ws, "2026-Q1") == {"East": 2000.0, "West": 8000.0}


def test_a_territory_goes_along_when_two_people_are_one_and_is_told_apart_again(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    rows = [("Ann Lee", "East"), ("Bo Dahl", "West")]
    bring_in(ws, territory_file(tmp_path, *rows), date(2025, 10, 1), kind="people")
    bring_in(ws, territory_file(tmp_path, ("Lee Ann", "North")), date(2026, 1, 10), kind="people")
    operations.merge(ws, "person", number(ws, "Ann Lee"), number(ws, "Lee Ann"))
    ann = operations.find_person(ws, "Ann Lee")
    assert [ann.territory_on(day) for day in (JAN, MAR)] == ["East", "North"]
    assert by_territory(ws, "2026-Q1") == {"North": 2000.0, "West": 8000.0}
    operations.split(ws, operations.roster(ws).merged[0].id)
    assert by_territory(ws, "2026-Q1") == {"East": 2000.0, "West": 8000.0}


def test_a_territory_that_is_typed_begins_today_and_the_first_one_holds_from_ever(ws: operations.Workspace) -> None:
    ann = number(ws, "Ann Lee")
    operations.save_person(ws, ann, PersonEdit(territory="East"))
    assert by_territory(ws, "2025-Q4") == {"East": 1000.0}
    operations.save_person(ws, ann, PersonEdit(territory="West"))
    found = operations.find_person(ws, "Ann Lee")
    assert (found.territory, found.territory_on(JAN), found.territory_on(TODAY)) == ("West", "East", "West")
    assert by_territory(ws, "2025-Q4") == {"East": 1000.0}
