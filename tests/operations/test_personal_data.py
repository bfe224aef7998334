"""The data of one person: everything handed out without anybody else, and deleted without a number changing."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.fields import KIND_OF_RECORD
from kpidesk.core.mentions import name_parts
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import parse_period
from kpidesk.core.personal_data import counted, deletion_notes, mention_words, mentions_chosen
from kpidesk.core.progress import finish
from kpidesk.core.reviews import AgendaItem
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.store.belongings import HANGINGS
from tests.flow import run
from tests.operations.private_company import LINES, PAY, Q4, SECRET, WELL, company_in, scope_of
from tests.operations.support import TODAY, made

Q1 = parse_period("2026-Q1", Settings(), TODAY)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return company_in(tmp_path_factory.getbasetemp())


@pytest.fixture
def ws(company: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    shutil.copy(company, tmp_path)
    with made(tmp_path) as opened:
        yield opened


def ann(ws: operations.Workspace) -> int:
    return operations.find_person(ws, "Ann Lee").id


def numbers(ws: operations.Workspace) -> list[tuple[Any, ...]]:
    """Every number of the organisation, each team and everybody but Ann Lee, on scorecards and in the pipeline."""
    teams = [Scope("team", team.name, team.id) for team in operations.scopes(ws).teams]
    reps = [scope_of(ws, name) for name in ("Bo Dahl", "Cy Oh")]
    found: list[tuple[Any, ...]] = []
    for scope in (ORG, *teams, *reps):
        for row in operations.scorecard(ws, Question(Q4, scope)).rows:
            target = row.target and row.target.target
            found.append((scope.name, row.kpi.id, row.value_text, row.result.n, target, row.status, row.baseline))
        open_deals = operations.pipeline(ws, Question(Q4, scope))
        found.append((scope.name, "pipeline", str(open_deals.stages), str(open_deals.coverage)))
    return found


def test_no_number_of_anybody_else_changes(ws: operations.Workspace) -> None:
    before = numbers(ws)
    assert any(value not in ("", "–") for _, _, value, *_ in before)
    done = operations.delete_person(ws, ann(ws))
    assert (done.person, done.placeholder, done.done) == ("Ann Lee", "Former rep 1", True)
    assert numbers(ws) == before
    assert finish(operations.check(ws)).problems == ()


def test_the_roster_shows_who_is_left_by_the_placeholder_alone(ws: operations.Workspace) -> None:
    number = ann(ws)
    operations.delete_person(ws, number)
    entry = operations.roster(ws).entry(number)
    assert entry is not None
    assert (entry.person.name, entry.names, entry.emails, entry.user_ids) == ("Former rep 1", (), (), ())
    assert (entry.deals, entry.team_id) == (9, operations.find_team(ws, "North").id)
    with pytest.raises(UserError, match="belonged to somebody who was deleted"):
        operations.add_person(ws, "Ann LEE")


def test_the_command_deletes_once(company: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(company, tmp_path))
    told = run("person", "delete", path, "ann lee")
    assert told.stdout.startswith("Ann Lee was deleted."), told.stderr
    again = run("person", "delete", path, "Ann Lee")
    assert (again.exit_code, "There is no person 'Ann Lee'" in again.stderr) == (1, True), again.stderr
    assert "was deleted before" in run("person", "delete", path, "Former rep 1").stderr
    assert b"Ann Lee" not in path.read_bytes()


def test_sheets_of_others_open_and_name_the_placeholder(ws: operations.Workspace) -> None:
    bo = operations.reviews(ws, scope_of(ws, "Bo Dahl").id)[0]
    team = operations.team_reviews(ws)[0]
    operations.delete_person(ws, ann(ws))
    assert operations.sheet(ws, bo.id).review.notes == "Former rep 1 shows how it is done"
    assert operations.team_review_sheet(ws, team.id).meeting.notes == "Former rep 1 is away next week"
    assert [one.scope.name for one in operations.reviews(ws)] == ["Bo Dahl"]


def with_notes(ws: operations.Workspace) -> int:
    """A second one-on-one of Bo Dahl with parts of the name of Ann Lee alone, and words that only begin like it."""
    operations.add_person(ws, "Ann Bo")
    draft = operations.open_review(ws, scope_of(ws, "Bo Dahl"), Question(Q1, scope_of(ws, "Bo Dahl")))
    points = (AgendaItem("Ask lee's lawyer"), AgendaItem("Announce it to Leeds, with Ann Bo"))
    operations.save_review(ws, replace(draft, notes="ANN was late, says Ann Bo", praise="Ann helped", agenda=points))
    operations.start_review(ws, draft.id)
    operations.close_review(ws, draft.id, without_commitment=True)
    return draft.id


def test_a_part_of_the_name_alone_is_replaced_only_where_that_is_chosen(ws: operations.Workspace) -> None:
    number = with_notes(ws)
    before = operations.sheet(ws, number).review
    told = operations.deletion_preview(ws, ann(ws))
    assert [one.text for one in told.mentions] == ["Ask lee's lawyer", "ANN was late, says Ann Bo", "Ann helped"]
    assert mention_words(told.mentions[1]) == "one-on-one, in 2 places"  # in the notes and in the sealed sheet
    assert operations.sheet(ws, number).review == before
    done = operations.delete_person(ws, ann(ws), also=mentions_chosen(told.mentions, ("2", "1")))
    assert [one.text for one in done.mentions] == ["Ann helped"]
    after = operations.sheet(ws, number).review
    assert (after.notes, after.praise) == ("Former rep 1 was late, says Ann Bo", "Ann helped")
    assert [one.text for one in after.agenda] == ["Ask Former rep 1's lawyer", before.agenda[1].text]
    assert next(one.notes for one in operations.reviews(ws) if one.id == number) == after.notes
    assert finish(operations.check(ws)).problems == ()


def test_the_command_numbers_the_notes_and_says_what_is_left(company: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(company, tmp_path))
    with made(tmp_path) as ws:
        with_notes(ws)
    assert "2. one-on-one, in 2 places: ANN was late" in run("person", "delete", path, "Ann Lee", "--dry-run").stdout
    refused = run("person", "delete", path, "Ann Lee", "--note", "4")
    assert "There is no text '4': a part of the name stands alone in 3 typed texts." in refused.stderr
    told = run("person", "delete", path, "Ann Lee", "--note", "2", "--note", "3", "--json")
    assert [one["text"] for one in json.loads(told.stdout)["mentions"]] == ["Ask lee's lawyer"]


def test_a_name_that_is_a_word_too_is_meant_where_it_is_capitalised_and_files_are_only_counted() -> None:
    parts = name_parts(["Will van Dyke", "will.dyke@firm.example"], ["Will Bo"], ["will"])
    assert parts is not None
    found = {
        text: parts.found_in(text) for text in ("Will said", "we will see", "WILL", "Will Bo", "van", "dyke", "Dykes")
    }
    assert [text for text, is_found in found.items() if is_found] == ["Will said", "WILL", "dyke"]
    assert name_parts(["Zebulon", "u-12 45"], [], []) is None
    assert "2 rows of files hold a part of the name alone" in deletion_notes("Former rep 1", 2)[-1]


TYPED = (
    ("note add", "2026-01-05", "Quuxa's note"),
    ("note add", "2026-01-05", "Quuxa's gone"),
    ("note delete", "2"),
    ("initiative add", "Quuxa's initiative", "--start", "2026-01-01", "--kpi", "win_rate=+10%",
     "--for-leaders", "Quuxa's leaders", "--for-reps", "Quuxa's reps"),
    ("objective add", "Quuxa's objective", "--why", "Quuxa's why", "--owner", "Quuxa", "--kpi", "win_rate"),
    ("kpi change", "win_rate", "--owner", "Quuxa's KPI", "--decision", "Quuxa's choice", "--objective", "Quuxa's aim"),
    ("pivot of", "win_rate", "--rows", "rep", "--period", "2026-Q1", "--save", "Quuxa wins"),
    ("pivot of", "win_rate", "--rows", "team", "--period", "2026-Q1", "--save", "Zed wins"),
    ("kpi lint", "--leave", "baseline", "--reason", "Quuxa's reason"),
)  # fmt: skip


def test_whatever_was_typed_is_offered_and_none_of_it_stays_where_it_is_ticked(company: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(company, tmp_path))
    with made(tmp_path) as ws:
        operations.add_person(ws, "Zed Quuxa", team="Quuxa's team")
    for words, *rest in TYPED:
        done = run(*words.split(), path, *rest)
        assert done.exit_code == 0, done.stderr
    told = json.loads(run("person", "delete", path, "Zed Quuxa", "--dry-run", "--json").stdout)
    assert told["notes"][-1].startswith("1 row of files holds a part of the name alone, such as a deal or a team.")
    texts = [one["text"] for one in told["mentions"]]
    typed = {text for _, *rest in TYPED for text in rest if text.startswith(("Quuxa", "Zed"))} - {"Quuxa's gone"}
    hand = "Former rep 1 joins Quuxa's team"
    assert set(texts) == {*typed, hand, "2026-01-05 Quuxa's gone org"}, "the log alone still has what was taken away"
    assert len(texts) == len(set(texts))
    one = str(texts.index("Quuxa's note") + 1)
    copy = Path(shutil.copy(path, tmp_path / "one.kpidesk"))
    left = json.loads(run("person", "delete", copy, "Zed Quuxa", "--note", one, "--json").stdout)["mentions"]
    assert {one["text"] for one in left} == set(texts) - {"Quuxa's note"}
    assert b"Quuxa's note" not in copy.read_bytes(), "the log repeats it"
    run("person", "delete", path, "Zed Quuxa", "--note", "all")
    assert re.findall(rb"(?:Quuxa|Zed)(?!'s team)", path.read_bytes()) == []
    with made(tmp_path) as ws:
        assert [one.name for one in operations.views(ws)] == ["Former rep 1 wins", "Former rep 1 wins (2)"]
        assert finish(operations.check(ws)).problems == ()


def test_no_word_of_the_kpis_that_the_app_brings_is_offered(ws: operations.Workspace) -> None:
    assert operations.kpis(ws)
    operations.add_person(ws, "Jana Groß")
    assert operations.deletion_preview(ws, operations.find_person(ws, "Jana Groß").id).mentions == ()


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("Jürgen Weiß", ("Weiß was late", "weiß", "WEISS", "WEIẞ", "Weiss, says Anna Bo")),
        ("JÜRGEN WEISS", ("Weiß was late",)),
        ("İpek Kaya", ("İpek was late", "IPEK", "ipek", "i\u0307pek")),
    ],
)
def test_a_name_is_found_however_capitals_write_it(name: str, texts: tuple[str, ...]) -> None:
    parts = name_parts([name], ["Anna Weiß", "İpek Bo"], [])
    assert parts is not None
    assert [text for text in texts if not parts.found_in(text)] == []
    assert parts.replaced(texts[0], "X") == "X was late"
    assert not any(map(parts.found_in, ("Anna Weiß", "ANNA WEISS", "IPEK BO", "Weise", "Weißer", "pek")))


def test_a_preview_counts_what_goes_and_changes_nothing(ws: operations.Workspace) -> None:
    before = ws.path.read_bytes()
    told = operations.deletion_preview(ws, ann(ws))
    assert ws.path.read_bytes() == before
    assert not told.done
    assert {"1 one-on-one", "1 private note", "1 commitment", "1 pay plan"} <= set(told.deleted)
    assert "1 sealed sheet of a one-on-one" in told.rewritten
    assert told.notes[0] == "This cannot be undone."
    assert replace(operations.delete_person(ws, ann(ws)), done=False) == told


def test_targets_go_on_under_the_placeholder(ws: operations.Workspace) -> None:
    number = ann(ws)
    about = {"scope": "rep:Ann Lee", "period": "2026-Q1"}
    operations.set_baseline_from(ws, "bookings", value="1000", reason="a start", **about)
    operations.set_target_from(ws, "bookings", minimum="1000", target="2000", stretch="3000", **about)
    operations.add_person(ws, "Eve New")  # from then on it is kept by the name as well

    def target() -> float | None:
        name = next(one.name for one in operations.scopes(ws).people if one.id == number)
        (row,) = operations.scorecard(ws, Question(Q1, Scope("rep", name, number)), ("bookings",)).rows
        return row.target.target if row.target is not None else None

    assert target() == 2000
    operations.delete_person(ws, number)
    assert target() == 2000, "the one-on-one was held under a spelling that no file has"


def test_nothing_is_due_with_somebody_who_was_deleted(ws: operations.Workspace) -> None:
    operations.delete_person(ws, ann(ws))
    done = finish(operations.prepare_one_on_ones(ws, TODAY.replace(year=2027)))
    assert "Former rep 1" not in [scope.name for scope, _ in (*done.made, *done.existing)]
    assert {one.whose: one.why for one in done.left_out} == {"Former rep 1": "deleted"}
    assert "Former rep 1" not in {one.whose for one in operations.agenda(ws, done.until).every}


def test_a_team_called_like_the_person_keeps_its_target(ws: operations.Workspace) -> None:
    operations.add_person(ws, "South")
    about = {"scope": "team:South", "period": "2026-Q1"}
    operations.set_baseline_from(ws, "bookings", value="1000", reason="a start", **about)
    operations.set_target_from(ws, "bookings", minimum="1000", target="2000", stretch="3000", **about)
    operations.add_person(ws, "Eve New")
    operations.delete_person(ws, operations.find_person(ws, "South").id)
    operations.add_person(ws, "Flo New")
    south = operations.find_team(ws, "South")
    (row,) = operations.scorecard(ws, Question(Q1, Scope("team", south.name, south.id)), ("bookings",)).rows
    assert row.target is not None
    assert row.target.target == 2000


@pytest.mark.parametrize("table", [*(one.many for one in KIND_OF_RECORD.values()), *(one.table for one in HANGINGS)])
def test_whatever_is_rewritten_is_told_in_words(table: str) -> None:
    one, many = counted(table, 1), counted(table, 2)
    assert (one[:2], many[:2]) == ("1 ", "2 ")
    assert one[2:] != many[2:]
    assert "_" not in one + many


def test_backups_that_hold_the_name_are_said_and_only_deleted_on_purpose(ws: operations.Workspace) -> None:
    kept = operations.backup(ws)
    assert operations.deletion_preview(ws, ann(ws)).backups == (str(kept),)
    assert operations.delete_person(ws, ann(ws)).backups == (str(kept),)
    assert operations.backups_naming(ws, "ann lee") == (str(kept),)
    assert operations.delete_backups(ws, [str(kept)]) == (str(kept),)
    assert not kept.exists()
    with pytest.raises(UserError, match="name is needed"):
        operations.backups_naming(ws, " ")
    second = operations.backup(ws)
    assert operations.delete_person(ws, scope_of(ws, "Bo Dahl").id, backups=True).backups == ()
    assert not second.exists()


def test_the_export_holds_everything_of_one_and_nobody_else(ws: operations.Workspace, tmp_path: Path) -> None:
    to = tmp_path / "ann.zip"
    data, count = operations.export_person(ws, ann(ws), to)
    with zipfile.ZipFile(to) as archive:
        files = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert len(files) == count
    own = [line for line in LINES if line[1] == "Ann Lee"]
    deals = json.loads(files["everything.json"])["parts"]["deals"]
    assert sorted(deal["Key"] for deal in deals) == sorted(line[0] for line in own)
    assert {deal["Owner"] for deal in deals} == {"Ann Lee"}
    assert "Ann Lee calls Firm 1" in files["commitments.csv"]
    assert WELL in files["one_on_ones.csv"]
    assert "North" in files["teams.csv"]
    assert "Ann Lee" in files["one-on-one 1.html"]
    everything = "".join(files.values())
    assert "Bo Dahl" not in everything
    assert "a colleague helps" in files["one-on-one 1.html"]
    assert "a colleague helps" in everything
    for secret in (SECRET, *PAY):
        assert secret not in "".join(files.values())
    assert data.withheld[:2] == (
        "Kept by the manager and not in it: 1 private note.",
        "Kept by the manager and not in it: 1 pay plan.",
    )


def test_what_the_workspace_keeps_for_itself_is_told_in_words(ws: operations.Workspace, tmp_path: Path) -> None:
    scope = scope_of(ws, "Ann Lee")
    goal = operations.save_coaching_goal(ws, operations.draft_coaching_goal(ws, scope, "opps_created"))
    form = tmp_path / "form.txt"
    operations.export_preparation(ws, scope, form)
    asks = "(What went well since we last met?)\n"
    form.write_text(form.read_text("utf-8-sig").replace(asks, f"{asks}Firm 1 signed with Bo Dahl"), encoding="utf-8")
    operations.take_preparation(ws, operations.read_preparation(ws, form))
    parts = {one.name: [dict(zip(one.header, row, strict=True)) for row in one.rows]
             for one in operations.person_data(ws, scope.id).tables}  # fmt: skip
    assert parts["coaching_goals"][0]["Start value"] == f"{goal.start.text} · {goal.start.sample}"
    assert parts["preparations"][0]["Answers"] == "Wins: Firm 1 signed with a colleague"
    assert parts["teams"] == [{"Team": "North"}], "no day stands for no end"
    assert not [cell for rows in parts.values() for row in rows for cell in row.values() if cell.startswith("{")]


def test_private_notes_go_along_only_on_purpose(ws: operations.Workspace, tmp_path: Path) -> None:
    to = tmp_path / "all of it"
    operations.export_person(ws, ann(ws), to, private=True)
    assert SECRET in (to / "private_notes.csv").read_text("utf-8-sig")
    assert "98765.00" in (to / "pay_plans.csv").read_text("utf-8-sig")
    assert "Kept by the manager" not in (to / "everything.html").read_text("utf-8")


def test_an_export_never_overwrites(ws: operations.Workspace, tmp_path: Path) -> None:
    full, plain = tmp_path / "full", tmp_path / "plain.txt"
    full.mkdir()
    (full / "mine").touch()
    plain.touch()
    for to in (full, plain, ws.path, tmp_path / "no" / "where"):
        with pytest.raises(UserError):
            operations.export_person(ws, ann(ws), to)
    assert [one.name for one in full.iterdir()] == ["mine"]
    assert not [one for one in tmp_path.iterdir() if one.name.endswith(".part")]
