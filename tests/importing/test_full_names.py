"""A person whose name stands in two columns is known by the whole of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kpidesk.core.imports import ImportOptions
from kpidesk.importing.profiles import read_profile
from tests.importing.support import look, read, write

PEOPLE = {
    "English": ("First name,Last name,Team\n Ann ,Lee,North\n,Poe,North\n", ["Ann Lee", "Poe"]),
    "the last name first": ("surname,given_name,team\nLee,Ann,North\n", ["Ann Lee"]),
    "German": ("Vorname;Nachname;Vertriebsteam\nAnn;von Weiß;Süd\n", ["Ann von Weiß"]),
    "German with a mere name": ("Name;Vorname;Abteilung\nWeiß;Ann;Süd\nMaaß;Jan;Süd\n", ["Ann Weiß", "Jan Maaß"]),
    "French": ("Prénom;Nom;Équipe\nZoé;Noël;Sud\n", ["Zoé Noël"]),
    "Spanish": ("Nombre;Apellidos;Equipo\nÍñigo;Peña Ruiz;Sur\n", ["Íñigo Peña Ruiz"]),
    "Spanish with two names": (
        "Nombre;Primer apellido;Segundo apellido;Equipo\nÍñigo;Peña;Ruiz;Sur\n",
        ["Íñigo Peña Ruiz"],
    ),
    "somebody's by its headers": ("Employee First Name,Employee Last Name,Team\nAnn,Lee,North\n", ["Ann Lee"]),
}
WHOLE = {
    "beside the whole name": "Full name,First name,Last name,Team\nAnn Lee,Ann,Lee,North\n",
    "in the column of the last name": "Name;Vorname;Abteilung\nAnn Lee;Ann;North\n",
}


@pytest.mark.parametrize("name", PEOPLE)
def test_a_person_is_known_by_first_and_last_name(name: str, tmp_path: Path) -> None:
    text, expected = PEOPLE[name]
    imported = read(write(tmp_path, text))
    assert (imported.plan.kind, imported.column("person")) == ("people", expected)


@pytest.mark.parametrize("name", WHOLE)
def test_parts_of_a_name_that_is_there_are_kept_beside_it(name: str, tmp_path: Path) -> None:
    imported = read(write(tmp_path, WHOLE[name]))
    assert imported.column("person") == ["Ann Lee"]
    assert [one.header for one in imported.plan.preview.columns] == WHOLE[name].splitlines()[0].replace(";", ",").split(
        ","
    )
    kept = json.loads(imported.custom[0] or "{}")
    assert kept.items() <= {"First name": "Ann", "Last name": "Lee", "Vorname": "Ann"}.items()


def test_the_report_says_of_what_a_name_is_made(tmp_path: Path) -> None:
    path = write(tmp_path, "Lead ID,First Name,Last Name,Created,Source\n1,Ben,Poe,2026-01-02,Web\n")
    imported = read(path)
    assert imported.column("name") == ["Ben Poe"]
    told = {one.header: (one.field, one.why) for one in imported.plan.preview.columns}
    assert told["First Name + Last Name"] == ("name", "first name and last name")
    assert json.loads(imported.custom[0] or "") == {"First Name": "Ben", "Last Name": "Poe"}


def test_the_owner_of_a_deal_and_who_is_away_are_named_in_full(tmp_path: Path) -> None:
    deals = (
        "Deal ID,Stage,Created,Owner First Name,Owner Last Name,First Name,Last Name\n1,Won,2026-01-02,Ann,Lee,C,D\n"
    )
    imported = read(write(tmp_path, deals))
    assert imported.column("owner") == ["Ann Lee"]
    assert set(json.loads(imported.custom[0] or "")) == {
        "Owner First Name", "Owner Last Name", "First Name", "Last Name",
    }  # fmt: skip
    away = "Nachname;Vorname;Abwesenheitsart;Von;Bis\nWeiß;Ann;Urlaub;13.08.2026;14.08.2026\n"
    assert read(write(tmp_path, away, "away.csv")).column("person") == ["Ann Weiß"]


def test_a_part_that_was_taken_before_or_is_chosen_stays(tmp_path: Path) -> None:
    path = write(tmp_path, "Lead-ID;Vorname;Nachname;Quelle;Erstellt am\n1;Ben;Weiß;Web;18.02.2026\n")
    assert read(path).column("name") == ["Ben Weiß"]
    assert read(path, ImportOptions(columns={"name": "Nachname"})).column("name") == ["Weiß"]
    first = look(path, ImportOptions(columns={"name": "Nachname"}))
    told = replace(read_profile(first.profile), chosen=())
    assert read(path, profiles={first.profile_key: told.text()}).column("name") == ["Weiß"]


def test_the_next_file_like_it_is_read_as_before(tmp_path: Path) -> None:
    first = look(write(tmp_path, "Lead-ID;Vorname;Nachname;Quelle;Erstellt am\n1;Ben;Weiß;Web;18.02.2026\n"))
    wider = "Lead-ID;Vorname;Nachname;Quelle;Erstellt am;Kampagne\n1;Ben;Weiß;Web;18.02.2026;Messe\n"
    second = read(write(tmp_path, wider), profiles={first.profile_key: first.profile})
    assert second.column("name") == ["Ben Weiß"]
    assert second.plan.preview.questions == ()
    assert not any("Vorname + Nachname" in one for one in second.plan.preview.notices)


def test_leads_that_were_known_without_a_name_stay_so(tmp_path: Path) -> None:
    path = write(tmp_path, "Forename,Surname,Email,Company,Created,Source\nBen,Poe,b@k.de,Auer,2026-01-02,Web\n")
    first = look(path, ImportOptions(columns={"name": "-"}))
    told = replace(read_profile(first.profile), columns={"email": "Email", "account": "Company"})
    assert read(path).column("name") == ["Ben Poe"]
    assert read(path, profiles={first.profile_key: told.text()}).column("name") == [None]
