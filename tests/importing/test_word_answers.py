"""What the words of a CRM count as, and what the user says of those that no list knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions
from kpidesk.importing.profiles import completed, read_profile
from tests.importing.support import Imported, look, read, write

HEAD = "Id,Deal name,Owner,Stage,Amount,Created,Close date,Type\n"
WORDS = {
    "new": ("New Business", "newbusiness", "New Customer", "New Logo", "NEW"),
    "expansion": (
        "Existing Business",
        "existingbusiness",
        "Existing Customer - Upgrade",
        "Upsell",
        "Cross-Sell",
        "Add-on",
    ),
    "renewal": ("Renewal", "Existing Customer - Renewal"),
}


def deals(folder: Path, *types: str, **words: str) -> Imported:
    rows = (f"{at},A,Ann,Closed Won,10,2026-01-05,2026-02-13,{one}\n" for at, one in enumerate(types))
    said = {f"type:{word}": meant for word, meant in words.items()}
    return read(write(folder, HEAD + "".join(rows), "deals.csv"), ImportOptions(words=said))


def told(imported: Imported) -> list[str]:
    return [one for one in imported.plan.preview.notices if one.startswith("Type: ")]


@pytest.mark.parametrize("meant", WORDS)
def test_the_words_of_crms_for_the_type_of_a_deal_are_known(tmp_path: Path, meant: str) -> None:
    assert set(deals(tmp_path, *WORDS[meant]).column("type")) == {meant}


def test_what_a_word_of_deals_counts_as_is_told(tmp_path: Path) -> None:
    imported = deals(tmp_path, "Existing Business", "Existing Business", "New Logo", "renewal", "Partner")
    assert told(imported) == [
        "Type: 'Existing Business' counts as expansion, 'New Logo' as new; --word 'type:…=…' says otherwise.",
        "Type: 1 unknown word, kept as written: 'Partner' in 1 row. Counted as neither expansion, new nor renewal; "
        "--word 'type:Partner=…' says as which.",
    ]


def test_the_user_says_what_a_word_counts_as_and_it_is_remembered(tmp_path: Path) -> None:
    imported = deals(tmp_path, "partner", "Upsell", "New", Partner="New", Upsell="renewal")
    assert imported.column("type") == ["new", "renewal", "new"]
    again = completed(ImportOptions(words={"type:Upsell": "-"}), read_profile(imported.plan.profile), ())
    assert again.words == {"type:Partner": "New"}


@pytest.mark.parametrize(
    ("name", "word", "problem", "advice"),
    [
        ("type:Partner", "nwe", "'nwe' is not a word that 'type' counts as.", "Did you mean new?"),
        (
            "kind:Partner",
            "new",
            "No words of a field 'kind' of deals",
            "or segment or sourced_by_role or type.",
        ),
        ("lead_source:Web", " ", "No word is given that 'lead_source:Web' counts as.", "--word FIELD:VALUE=WORD"),
        ("type", "new", "--word FIELD:VALUE=WORD needs a word of the file.", "--word 'type:Other=new'"),
    ],
)
def test_an_answer_that_fits_nothing_is_refused(
    tmp_path: Path, name: str, word: str, problem: str, advice: str
) -> None:
    table = write(tmp_path, HEAD + "1,A,Ann,Won,10,2026-01-05,2026-02-13,Partner\n", "deals.csv")
    with pytest.raises(UserError) as raised:
        read(table, ImportOptions(words={name: word}))
    assert problem in raised.value.problem
    assert advice in raised.value.advice


def test_the_job_titles_of_a_people_file_are_roles_and_a_territory_is_no_team(tmp_path: Path) -> None:
    people = "Name,Team,Title,Territory\nAnn,North,Business Development Representative,West\nBob,North,AE,East\n"
    imported = read(write(tmp_path, people, "people.csv"))
    assert imported.column("role") == ["SDR", "AE"]
    assert imported.column("territory") == ["West", "East"]
    assert "parent_team" not in imported.rows[0]


@pytest.mark.parametrize(
    ("rows", "field", "why"),
    [
        ("Ann,North,West\nBob,North,West\nCat,South,West\nDan,South,\n", "parent_team", "each team lies in one"),
        ("Ann,North,West\nBob,NORTH,East\nCat,South,West\n", "territory", "'North' lies in 'West' and in 'East'"),
        ("Ann,,West\nBob,,East\n", "territory", "no row tells a team"),
        ("Ann,North,West\n" * 5000 + "Zoe,North,East\n", "territory", "'North' lies in 'West' and in 'East'"),
    ],
)
def test_a_region_is_a_team_only_where_each_team_lies_in_one(tmp_path: Path, rows: str, field: str, why: str) -> None:
    imported = read(write(tmp_path, f"Name,Team,Region\n{rows}", "people.csv"))
    (column,) = (one for one in imported.plan.preview.columns if one.header == "Region")
    assert (column.field, column.why.rpartition("; ")[2]) == (field, why)
    assert any("Column 'Region' tells" in one for one in imported.plan.preview.notices) is (field == "territory")
    said = read(
        write(tmp_path, f"Name,Team,Region\n{rows}", "people.csv"), ImportOptions(columns={"parent_team": "Region"})
    )
    assert said.column("parent_team")[0] == "West"


def test_a_region_without_teams_is_where_a_person_sells(tmp_path: Path) -> None:
    people = "Name,Job title,Region,Start date\nAnn,AE,West,2025-01-01\nBob,AE,East,2025-01-01\n"
    imported = read(write(tmp_path, people, "people.csv"), ImportOptions(kind="people"))
    assert imported.column("territory") == ["West", "East"]
    both = read(write(tmp_path, people.replace("Start date", "Territory").replace("2025-01-01", "T"), "b.csv"))
    assert both.column("territory") == ["T", "T"]


SOURCES = "Id,Deal name,Owner,Stage,Amount,Created,Close date,Lead source,Product\n"


def sourced(folder: Path, *sources: str, **words: str) -> Imported:
    rows = (f"{at},A,Ann,Closed Won,10,2026-01-05,2026-02-13,{one},Plan A\n" for at, one in enumerate(sources))
    said = {f"lead_source:{word}": meant for word, meant in words.items()}
    return read(write(folder, SOURCES + "".join(rows), "deals.csv"), ImportOptions(words=said))


def test_two_spellings_of_a_source_are_offered_and_never_made_one_silently(tmp_path: Path) -> None:
    imported = sourced(
        tmp_path, "Web", "web ", "WEB", "Website", "Partner", "partner-referral", "Event 2025", "Event 2026"
    )
    assert imported.column("lead_source")[3] == "Website"
    words = imported.plan.preview.words
    assert {one.word: (one.count, one.like) for one in words if one.field == "lead_source"} == {
        "Web": (3, ""), "Website": (1, "Web"), "Partner": (1, ""), "partner-referral": (1, ""),
        "Event 2025": (1, ""), "Event 2026": (1, ""),
    }  # fmt: skip
    assert [one for one in imported.plan.preview.notices if one.startswith("Lead source")] == [
        "Lead source: 'Website' in 1 row looks like 'Web'; --word 'lead_source:Website=Web' counts both as one."
    ]


def test_words_that_count_as_each_other_are_refused_and_what_is_said_later_wins(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="The words of 'lead_source' go round in a circle: web = Website = Web"):
        sourced(tmp_path, "Web", "Website", Web="Website", Website="Web")
    assert sourced(tmp_path, "Web", "WEB", web="Web").column("lead_source") == ["Web", "Web"]
    before = sourced(tmp_path, "Web", "Website", Website="Web").plan
    now = ImportOptions(words={"lead_source:Web": "Website"})
    plan = look(tmp_path / "deals.csv", now, profiles={before.profile_key: before.profile})
    assert plan.rules.known_words("lead_source") == {"web": "Website"}


def test_two_words_of_a_source_count_as_one_where_the_user_says_so(tmp_path: Path) -> None:
    imported = sourced(tmp_path, "Web", "Website", "Internet", website="Internet", Internet="Web")
    assert imported.column("lead_source") == ["Web", "Web", "Web"]
    told = [one for one in imported.plan.preview.notices if one.startswith("Lead source")]
    assert told == ["Lead source: 'Internet' counts as Web, 'Website' as Web; --word 'lead_source:…=…' says otherwise."]
    kept = read_profile(imported.plan.profile)
    assert completed(ImportOptions(words={"lead_source:WEBSITE": "-"}), kept, ()).words == {
        "lead_source:Internet": "Web"
    }


def test_a_source_that_is_its_own_is_not_asked_about_again(tmp_path: Path) -> None:
    imported = sourced(tmp_path, "Web", "Web", "Website", Website="Website")
    assert imported.column("lead_source") == ["Web", "Web", "Website"]
    assert not [one for one in imported.plan.preview.notices if one.startswith("Lead source")]


def test_a_source_may_still_be_the_same_in_all_rows(tmp_path: Path) -> None:
    rows = HEAD + "1,A,Ann,Won,10,2026-01-05,2026-02-13,New\n"
    said = ImportOptions(constants={"lead_source": "Fair"}, words={"lead_source:Web": "Internet"})
    imported = read(write(tmp_path, rows, "deals.csv"), said)
    assert imported.column("lead_source") == ["Fair"]
    assert next(one for one in imported.plan.preview.one_values if one.field == "lead_source").words == ()
