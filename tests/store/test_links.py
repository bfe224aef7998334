"""Which record a reference means, which account a text means, and the columns that are mapped to nothing."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from kpidesk import store
from kpidesk.core.fields import Kind
from kpidesk.core.records import salesforce_id
from kpidesk.core.texts import folded
from kpidesk.store import custom
from tests.often import often
from tests.store.support import deal, deals, problems, record, records, undo, workspace


def meant(db: store.Database, kind: Kind, field: str) -> dict[tuple[str, str], tuple[str, str]]:
    """By source and text of a reference the source and key of the deal that it means."""
    sql = "SELECT x.id, s.name, {} FROM {} x JOIN sources s ON s.id = x.source_id"
    words = {number: (source, text) for number, source, text in db.rows(sql.format("value", "terms"))}
    holders = {number: (source, key) for number, source, key in db.rows(sql.format("key", "deals"))}
    return {words[term]: holders[record] for term, record in store.load_links(db, kind)[field].items()}


FIFTEEN = "006A0000001abcD"
DIGITS = "006000000000098"


def test_a_reference_means_its_own_source_then_one_other_then_a_name(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        records(db, 0, "deals", record("1", name="Big One"), record("2", name="Twice"), source="crm")
        records(db, 0, "deals", record("1", name="Other"), record("3", name="Twice"), source="erp")
        rows = [record(str(at), deal=text) for at, text in enumerate(("1", "3", "big one", "TWICE", "9"))]
        records(db, 1, "activities", *rows, source="crm")
        records(db, 1, "activities", record("a", deal="1"), record("b", deal="2"), source="phone")
        assert meant(db, "activities", "deal") == {
            ("crm", "1"): ("crm", "1"),
            ("crm", "3"): ("erp", "3"),
            ("crm", "big one"): ("crm", "1"),
            ("phone", "2"): ("crm", "2"),
        }
        assert store.link_counts(db, "activities") == {
            "deal": store.LinkCount(by_id=3, by_name=1, unlinked=3), "lead": store.LinkCount(0, 0, 0),
        }  # fmt: skip
        assert store.unlinked_rows(db, "activities", "deal") == (
            (2, "activities.csv", "1"), (5, "activities.csv", "TWICE"), (6, "activities.csv", "9"),
        )  # fmt: skip


@pytest.mark.parametrize("fifteen", [FIFTEEN, DIGITS])
@pytest.mark.parametrize("longer", ["key", "text"])
def test_salesforce_ids_mean_the_same_in_either_length(tmp_path: Path, fifteen: str, longer: str) -> None:
    key, text = (salesforce_id(fifteen), fifteen) if longer == "key" else (fifteen, salesforce_id(fifteen))
    with workspace(tmp_path) as db:
        records(db, 0, "deals", record(key))
        records(db, 0, "stage-history", record("1", deal=text, stage="Won"))
        assert meant(db, "stage-history", "deal") == {("crm", text): ("crm", key)}


ODD_NAMES = ("Bïg", "ＷＩＤＥ", "a  gap", " led", "end ", "no\0ne", "soft\xadly", FIFTEEN, "PLAIN")


def test_a_name_is_found_whatever_its_signs(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        records(db, 0, "deals", *(record(str(at), name=name) for at, name in enumerate(ODD_NAMES, start=1)))
        told = ("BÏG", "wide", "A gap", "led", "END", "none", "softly", salesforce_id(FIFTEEN), "plain", "plai")
        records(db, 0, "leads", *(record(str(at), deal=name) for at, name in enumerate(told, start=1)), source="other")
        keys = [key for _, key in meant(db, "leads", "deal").values()]
        assert sorted(keys, key=int) == [str(at) for at in range(1, 10)]
        assert store.link_counts(db, "leads")["deal"] == store.LinkCount(by_id=0, by_name=9, unlinked=1)


def by_hand(db: store.Database) -> dict[int, tuple[int, str]]:
    """The deal that each word means and by what, told from plain rows: own source, one other source, one name."""
    deals = db.rows("SELECT id, source_id, key FROM deals")
    sql = "SELECT deal_id, name FROM deal_values WHERE name IS NOT NULL"
    names = {(folded(name), deal) for deal, name in db.rows(sql)}
    found = {}
    for term, source, text in db.rows("SELECT id, source_id, value FROM terms WHERE field='deal'"):
        own = [deal for deal, of, key in deals if of == source and key == text]
        same = [(of, deal) for deal, of, key in deals if salesforce_id(key) == salesforce_id(text)]
        own = own or [deal for of, deal in same if of == source] or [deal for _, deal in same]
        alike = [deal for name, deal in names if name == folded(text)]
        if len(own) == 1:
            found[term] = own[0], "id"
        elif len(alike) == 1:
            found[term] = alike[0], "name"
    return found


@pytest.mark.parametrize("seed", range(often(3)))
@pytest.mark.parametrize("lost", [0.03, 0.6])
def test_words_are_joined_and_counted_as_by_hand(tmp_path: Path, seed: int, lost: float) -> None:
    draw = Random(seed)
    sources = ("crm", "erp")[: 1 + seed % 2]
    ids = [str(number) for number in range(40)] + [FIFTEEN, salesforce_id(DIGITS)]
    names = [*ODD_NAMES, *(f"Deal {number}" for number in range(20)), "two\nlines", ""]
    texts = [*(name.upper() for name in names if name and "\0" not in name), salesforce_id(FIFTEEN), DIGITS, "none"]
    with workspace(tmp_path, segment=16) as db:
        for at in range(2):
            rows = [
                record(key, name=draw.choice(names) or None) for key in draw.sample(ids, 30 if lost > 0.5 else len(ids))
            ]
            records(db, at, "deals", *rows, source=draw.choice(sources))
        told = [draw.choice(texts if draw.random() < lost else ids) for _ in range(120)]
        done = records(db, 0, "activities", *(record(str(at), deal=text) for at, text in enumerate(told)), source="crm")
        for import_id in (1, 2, done.import_id):
            meant = by_hand(db)
            assert store.load_links(db, "activities")["deal"] == {term: deal for term, (deal, _) in meant.items()}
            newest = "SELECT x.deal FROM activity_versions v JOIN activity_values x ON x.id = v.value_id"
            ways = [meant.get(term, (0, ""))[1] for (term,) in db.rows(f"{newest} WHERE v.valid_to = '9999-12-31'")]
            counted = store.LinkCount(ways.count("id"), ways.count("name"), ways.count(""))
            assert store.link_counts(db, "activities")["deal"] == counted
            assert len(store.unlinked_rows(db, "activities", "deal")) == counted.unlinked
            undo(db, import_id)


def test_a_corrected_reference_is_counted_as_it_is_now(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A"))
        records(db, 0, "leads", record("1", deal="X"))
        assert store.link_counts(db, "leads")["deal"] == store.LinkCount(0, 0, 1)
        fixed = records(db, 1, "leads", record("1", deal="A"))
        assert store.link_counts(db, "leads")["deal"] == store.LinkCount(1, 0, 0)
        assert store.unlinked_rows(db, "leads", "deal") == ()
        undo(db, fixed.import_id)
        assert store.unlinked_rows(db, "leads", "deal") == ((2, "leads.csv", "X"),)


def account_of(db: store.Database, kind: Kind, value: int) -> str:
    """The account that a value names, as it is shown."""
    curation = store.load_curation(db)
    return curation.account_names[curation.accounts[int(store.load_columns(db, kind)["account"][value])]]


def test_ids_and_names_of_an_account_export_are_one_account_and_an_undo_parts_them(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("D", account="acme inc"))
        records(db, 0, "subscriptions", record("S", account="A-1"), record("T", account="A-2"))
        assert account_of(db, "subscriptions", 1) == "A-1"
        done = records(db, 1, "accounts", record("A-1", account="Acme Inc"), record("A-2", account="Blue"))
        assert [account_of(db, "subscriptions", value) for value in (1, 2)] == ["Acme Inc", "Blue"]
        assert account_of(db, "deals", 1) == "Acme Inc"
        assert sorted(store.load_curation(db).account_names.values()) == ["Acme Inc", "Blue"]
        renamed = records(db, 2, "accounts", record("A-1", account="Acme Corp"))
        assert account_of(db, "deals", 1) == "Acme Corp", "it is one account still, under its newest name"
        assert problems(db) == ()
        undo(db, renamed.import_id)
        undo(db, done.import_id)
        assert sorted(store.load_curation(db).account_names.values()) == ["A-1", "A-2", "acme inc"]


def test_an_id_means_the_account_of_its_own_source(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        for source, name in (("crm", "Acme"), ("erp", "Blue")):
            records(db, 0, "accounts", record("1", account=name), source=source)
            records(db, 0, "contracts", record(f"{source} 1", account="1"), source=source)
        records(db, 0, "accounts", record("7", account="Cyan"), source="erp")
        records(db, 0, "contracts", record("z1", account="1"), record("z7", account="7"), source="zoo")
        assert [account_of(db, "contracts", value) for value in (1, 2, 3, 4)] == ["Acme", "Blue", "1", "Cyan"]


def test_accounts_are_merged_by_hand_and_split_again(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", account="Acme"), deal("B", account="ACME Ltd"), deal("C", account="Blue"))
        numbers = {name: number for number, name in store.load_curation(db).account_names.items()}
        first = store.merge_accounts(db, numbers["Acme"], numbers["ACME Ltd"])
        second = store.merge_accounts(db, numbers["Blue"], numbers["Acme"])
        assert [account_of(db, "deals", value) for value in (1, 2, 3)] == ["Blue"] * 3
        assert [(one.name, one.into) for one in store.merges(db)] == [("ACME Ltd", "Acme"), ("Acme", "Blue")]
        deals(db, 1, deal("D", account="acme ltd"))
        assert account_of(db, "deals", 4) == "Blue"
        store.split(db, second)
        assert [account_of(db, "deals", value) for value in (1, 2, 3, 4)] == ["Acme", "Acme", "Blue", "Acme"]
        store.split(db, first)
        assert len(store.load_curation(db).account_names) == 3
        assert store.merges(db) == ()
        assert problems(db) == ()


def test_a_merge_outlives_the_undo_of_what_it_is_about(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", account="Acme"))
        done = records(db, 0, "accounts", record("1", account="ACME Ltd"))
        numbers = {name: number for number, name in store.load_curation(db).account_names.items()}
        merge = store.merge_accounts(db, numbers["Acme"], numbers["ACME Ltd"])
        undo(db, done.import_id)
        assert list(store.load_curation(db).account_names.values()) == ["Acme"]
        records(db, 1, "accounts", record("1", account="ACME Ltd"))
        assert list(store.load_curation(db).account_names.values()) == ["Acme"]
        store.split(db, merge)
        assert sorted(store.load_curation(db).account_names.values()) == ["ACME Ltd", "Acme"]


def test_unmapped_columns_are_found_by_their_header(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        assert store.custom_headers(db, "deals") == ()
        deals(db, 0, deal("A", note="x"), deal("B"), deal("C", note="y"), deal("D", note="x"))
        assert store.custom_headers(db, "deals") == ("Note",)
        words, found = store.custom_column(db, "deals", "Note")
        assert [words[number] for number in found.tolist()] == ["", "x", "", "y", "x"]
        assert found.dtype == "int32"
        assert store.custom_column(db, "deals", "Else")[1].tolist() == [0] * 5


def test_unmapped_columns_are_read_in_blocks_whatever_their_texts_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(custom, "_BLOCK", 3)
    texts = ("x", "a\x1fb", "", "y", "x", "ä, y")
    with workspace(tmp_path) as db:
        deals(db, 0, *(deal(f"D{at}", note=text) if text else deal(f"D{at}") for at, text in enumerate(texts)))
        words, found = store.custom_column(db, "deals", "Note")
        assert [words[number] for number in found.tolist()] == ["", *texts]
        assert words == ("", "x", "a\x1fb", "y", "ä, y")


@pytest.mark.parametrize("header", ['a "b"', "a.b", "$", "ä\\b", "it's", ""])
def test_a_header_may_have_any_letters(tmp_path: Path, header: str) -> None:
    with workspace(tmp_path) as db:
        records(db, 0, "leads", record("1", note={header: "x", "Other": "y"}), record("2", note={"Other": "z"}))
        assert store.custom_headers(db, "leads") == tuple(sorted(("Other", header), key=str.casefold))
        words, found = store.custom_column(db, "leads", header)
        assert [words[number] for number in found.tolist()] == ["", "x", ""]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Ann Lee", "Lee, Ann", "Bob Ray"), {("Ann Lee", "Lee, Ann")}),
        (("Ann Lee", "ann.lee@x.org"), {("Ann Lee", "ann.lee@x.org")}),
        (("Katherine Jones", "Katharine Jones"), {("Katherine Jones", "Katharine Jones")}),
        (("Ann Lee", "Bob Lee"), set()),
        (("A. Kowalski", "Anna Kowalski"), {("A. Kowalski", "Anna Kowalski")}),
        (("Kowalski, A", "Anna Kowalski"), {("Kowalski, A", "Anna Kowalski")}),
        (("A. Kowalski", "Anna Kowalski", "Adam Kowalski"), set()),
        (("A. Kowalski", "Bea Kowalski"), set()),
        (("A. Kowalskiewicz-Nowak", "Bea Kowalskiewitz-Nowak"), set()),
        (("Rep 1", "Rep 2"), set()),
    ],
)
def test_people_who_may_be_one_are_offered(tmp_path: Path, names: tuple[str, ...], expected: set[object]) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, *(deal(name, owner=name) for name in names))
        found = store.suggestions(db)
        assert {(one.name, one.other_name) for one in found} == expected
        assert all(one.kind == "person" and one.likeness <= 1 for one in found)
        assert len(store.load_organisation(db).people) == len(names), "nothing is done unasked"


def test_accounts_that_differ_in_their_legal_form_are_offered(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        accounts = ("Acme", "Acme, Inc.", "Zebra", "Plant 1", "Plant 2")
        deals(db, 0, *(deal(name, account=name) for name in accounts))
        assert [(one.name, one.other_name, one.likeness) for one in store.suggestions(db)] == [
            ("Acme", "Acme, Inc.", 1.0)
        ]


@pytest.mark.parametrize(
    ("names", "offered"),
    [
        (("Acme Technology", "Acme Technolgy"), True),
        (("GTX Pro", "GTXPro"), True),
        (("Pellholt Instruments", "Veloholt Instruments"), False),
        (("Luminova Logistics", "Quinnova Logistics"), False),
    ],
)
def test_a_long_word_in_common_makes_no_accounts_alike(tmp_path: Path, names: tuple[str, ...], offered: bool) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, *(deal(name, account=name) for name in names))
        assert bool(store.suggestions(db)) is offered


def test_people_and_accounts_named_by_a_salesforce_id_are_one_in_both_lengths_and_never_by_case(tmp_path: Path) -> None:
    short, other = "0018Zs0mrQ2G0xa", "0018Zs0mrQ2G0xA"  # two accounts, though they differ by case alone
    long = salesforce_id(short)
    with workspace(tmp_path) as db:
        rows = [deal(str(at), account=text, owner=text.replace("001", "005")) for at, text in enumerate((short, other))]
        deals(db, 0, *rows)
        deals(db, 1, deal("2", account=long, owner=salesforce_id(short.replace("001", "005"))))
        curation = store.load_curation(db)
        columns = store.load_columns(db, "deals")
        accounts = [curation.accounts[int(columns["account"][value])] for value in (1, 2, 3)]
        assert accounts[0] == accounts[2] != accounts[1]
        people = [row[0] for row in db.rows("SELECT person_id FROM person_aliases ORDER BY id")]
        assert people[0] == people[2] != people[1]
        assert problems(db) == ()
