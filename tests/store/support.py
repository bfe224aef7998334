"""Small workspaces made through `run_import`, and what they hold without ids."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kpidesk import store
from kpidesk.core.errors import Issue
from kpidesk.core.fields import KIND_OF_RECORD, PERSON_FIELDS, Kind, Outcome
from kpidesk.core.progress import Progress, finish
from kpidesk.core.records import Cell, ParsedRows, RawRows
from kpidesk.core.texts import folded

DAY = date(2026, 3, 2)
FIELDS = ("name", "account", "owner", "team", "stage", "amount", "close_date", "owner_split", "note")
"""The cells of a row after its key; `note` is a custom column."""


def chunks(rows: Iterable[tuple[int, list[str]]], size: int = 4096) -> Iterator[RawRows]:
    """Numbered rows in chunks of `size`."""
    lines: list[int] = []
    cells: list[list[str]] = []
    for line, row in rows:
        lines.append(line)
        cells.append(row)
        if len(lines) == size:
            yield RawRows(lines, cells)
            lines, cells = [], []
    if lines:
        yield RawRows(lines, cells)


def day(number: int) -> date:
    """Data dates by number; 0 is 2 March 2026."""
    return DAY + timedelta(days=number)


def deal(key: str, **cells: object) -> list[str]:
    """One row of a file of deals."""
    assert set(cells) <= set(FIELDS)
    return [key, *(str(cells.get(name, "")) for name in FIELDS)]


def parse(rows: RawRows) -> ParsedRows:
    """Read rows as `deal` writes them: a bad amount rejects a row, the stage "Ignored" skips it."""
    index, custom = list[int](), list[str | None]()
    columns: dict[str, list[Cell]] = {name: [] for name in FIELDS if name != "note"}
    parsed = ParsedRows(index, [], columns, custom)
    for at, (key, *cells) in enumerate(rows.rows):
        row: dict[str, Cell] = {name: cell or None for name, cell in zip(FIELDS, cells, strict=True)}
        amount, note = row["amount"], row.pop("note")
        if row["stage"] == "Ignored":
            parsed.skipped[at] = "mapped to ignore"
            continue
        if amount is not None and not str(amount).lstrip("-").isdigit():
            parsed.rejected[at] = Issue(rows.lines[at], "amount", str(amount), "it is no amount")
            parsed.rejected_keys[at] = key
            continue
        row["amount"] = None if amount is None else int(amount)
        index.append(at)
        parsed.keys.append(key)
        custom.append(None if note is None else json.dumps({"Note": note}))
        for name, cell in row.items():
            columns[name].append(cell)
    return parsed


@dataclass(frozen=True)
class File:
    """One export to import."""

    rows: Sequence[Sequence[str]]
    data_date: date = DAY
    source: str = "crm"
    complete: bool = True
    recipe: str = "plain"
    name: str = "deals.csv"
    kind: Any = "deals"
    digest: str = ""
    """That of the file's bytes; empty: made from the rows."""


def importing(
    db: store.Database,
    file: File,
    *,
    chunk: int = 3,
    dry_run: bool = False,
    read: Callable[[RawRows], ParsedRows] | None = None,
    **more: Any,
) -> Generator[Progress, None, store.ImportOutcome]:
    """The running import of a file, `chunk` rows at a time."""
    sha256 = file.digest or hashlib.sha256(json.dumps(file.rows).encode()).hexdigest()
    header = store.ImportHeader(
        file.kind, file.source, file.data_date, file.complete, file.name, sha256, file.recipe, "generic",
        len(file.rows), **more,
    )  # fmt: skip
    rows = [list(row) for row in file.rows]
    read = read or (parse_people if file.kind == "people" else parse if file.recipe != "records" else parse_records)
    return store.run_import(db, header, chunks(enumerate(rows, start=2), chunk), read, dry_run=dry_run)


def load(db: store.Database, file: File, **more: Any) -> store.ImportOutcome:
    """Import a file."""
    return finish(importing(db, file, **more))


def deals(db: store.Database, number: int, *rows: list[str], **more: Any) -> store.ImportOutcome:
    """Import rows of deals with the data date `day(number)`."""
    return load(db, File(rows, day(number)), **more)


def record(key: str, **cells: Cell | dict[str, str]) -> list[str]:
    """One row of a file of any kind but people: its key, its fields as JSON; `note`: column Note, or several."""
    return [key, json.dumps(cells)]


def parse_records(rows: RawRows) -> ParsedRows:
    """Read rows as `record` writes them."""
    read = [json.loads(cells) for _, cells in rows.rows]
    notes = [one.pop("note", None) for one in read]
    custom = [
        None if note is None else json.dumps(note if isinstance(note, dict) else {"Note": note}) for note in notes
    ]
    names = sorted({name for one in read for name in one})
    columns: dict[str, list[Cell]] = {name: [one.get(name) for one in read] for name in names}
    return ParsedRows(list(range(len(read))), [key for key, _ in rows.rows], columns, custom)


def record_file(number: int, kind: Kind, *rows: list[str], source: str = "crm") -> File:
    """A file of any kind but people with the data date `day(number)`."""
    return File(rows, day(number), source, name=f"{kind}.csv", kind=kind, recipe="records")


def records(db: store.Database, number: int, kind: Kind, *rows: list[str], **more: Any) -> store.ImportOutcome:
    """Import rows of any kind but people."""
    return load(db, record_file(number, kind, *rows, **more))


def parse_people(rows: RawRows) -> ParsedRows:
    """Read rows that are JSON objects of person fields."""
    read = [json.loads(row[0]) for row in rows.rows]
    columns: dict[str, list[Cell]] = {one.name: [row.get(one.name) for row in read] for one in PERSON_FIELDS}
    return ParsedRows(list(range(len(read))), [""] * len(read), columns, [None] * len(read))


def people_file(number: int, *records: Mapping[str, str | int], source: str = "hr") -> File:
    """A file of people with the data date `day(number)`."""
    return File([[json.dumps(dict(one))] for one in records], day(number), source, name="people.csv", kind="people")


def people(db: store.Database, number: int, *records: Mapping[str, str], source: str = "hr") -> store.ImportOutcome:
    """Import rows about people."""
    return load(db, people_file(number, *records, source=source))


def undo(db: store.Database, number: int | None = None) -> store.UndoOutcome:
    """Undo an import."""
    return finish(store.undo_import(db, number))


def rename_team(db: store.Database, team_id: int, name: str) -> None:
    """Give a team another name as earlier versions of the app did; now it is said in rows like those of a file."""
    with db.writing("rename team", str(team_id)):
        db.run("UPDATE teams SET name=?, renamed=1 WHERE id=?", (name, team_id))
        db.run("INSERT OR IGNORE INTO team_aliases VALUES (?, ?)", (folded(name), team_id))


def problems(db: store.Database) -> tuple[str, ...]:
    """What a check finds."""
    return finish(store.check(db)).problems


@contextmanager
def workspace(folder: Path, name: str = "a.kpidesk", *, segment: int = 65_536) -> Generator[store.Database, None, None]:
    """A new or existing workspace, with so many numbers to a stored piece of a column."""
    with store.open_workspace(folder / name, create=True) as db:
        db.segment = segment
        yield db


_VALUE = """
SELECT x.id, s.name, d.key, x.name, a.value, o.value, t.value, g.value, x.amount, x.close_date, x.custom,
  (SELECT group_concat(sa.value || '=' || w.share) FROM
    (SELECT owner, share FROM deal_value_owners WHERE value_id = x.id ORDER BY share, owner) w
    JOIN person_aliases sa ON sa.id = w.owner)
FROM deal_values x JOIN deals d ON d.id = x.deal_id JOIN sources s ON s.id = d.source_id
LEFT JOIN account_aliases a ON a.id = x.account LEFT JOIN person_aliases o ON o.id = x.owner
LEFT JOIN terms t ON t.id = x.team LEFT JOIN terms g ON g.id = x.stage
"""
_SETS = {
    "terms": "SELECT s.name, field, value FROM terms JOIN sources s ON s.id = source_id",
    "people": "SELECT name, role, hire_at, end_at FROM people",
    "aliases": "SELECT s.name, kind, value, p.name FROM person_aliases a JOIN sources s ON s.id = source_id"
    " JOIN people p ON p.id = person_id",
    "accounts": "SELECT s.name, value, c.name FROM account_aliases a JOIN sources s ON s.id = source_id"
    " JOIN accounts c ON c.id = account_id",
    "teams": "SELECT t.name, coalesce(p.name, '') FROM teams t LEFT JOIN teams p ON p.id = t.parent_id",
    "team_aliases": "SELECT value, t.name FROM team_aliases JOIN teams t ON t.id = team_id",
    "memberships": "SELECT p.name, t.name, valid_from, valid_to FROM memberships JOIN people p ON p.id = person_id"
    " JOIN teams t ON t.id = team_id",
    "deals": "SELECT s.name, key, first_seen, coalesce(missing_from, '') FROM deals d"
    " JOIN sources s ON s.id = source_id",
}


TABLES: dict[Kind, str] = {
    "deals": "deal_values", "activities": "activity_values", "leads": "lead_values",
    "accounts": "account_record_values",
    "subscriptions": "subscription_values", "movements": "movement_values", "contracts": "contract_values",
    "surveys": "survey_values", "costs": "cost_values", "quotas": "quota_values", "forecasts": "forecast_values",
    "stage-history": "stage_change_values", "rates": "rate_values", "absences": "absence_values",
    "holidays": "holiday_values",
}  # fmt: skip
"""The table of the values of each kind; those of records and versions are named alike."""


HOLDERS = {"accounts": "account_records", "stage-history": "stage_changes"}


def tables_of(kind: Kind) -> tuple[str, str, str]:
    """The tables of records, values and versions of a kind."""
    return HOLDERS.get(kind, kind), TABLES[kind], TABLES[kind].replace("_values", "_versions")


_IN_USE = " UNION ALL ".join(
    f"SELECT '{kind}' WHERE " + " OR ".join(f"EXISTS(SELECT 1 FROM {table})" for table in tables_of(kind))
    for kind in TABLES
)


def records_of(db: store.Database, kind: Kind) -> list[tuple[Any, ...]]:
    """Every record of a kind by text: source, key, marks, and its versions with what they hold."""
    (holders, values, spans), record = tables_of(kind), "deal_id" if kind == "deals" else "record_id"
    terms = dict(db.rows("SELECT id, value FROM terms"))
    names = {
        "term": terms,
        "reference": terms,
        "person": dict(db.rows("SELECT id, value FROM person_aliases")),
        "account": dict(db.rows("SELECT id, value FROM account_aliases")),
    }
    fields = [one for one in KIND_OF_RECORD[kind].fields if one.name != "owner_split"]
    known = [names["term"] if one.name == "team" else names.get(one.kind) for one in fields]
    content = {}
    for number, custom, *row in db.rows(f"SELECT id, custom, {', '.join(one.name for one in fields)} FROM {values}"):
        cells = {
            one.name: cell if texts is None else texts[cell]
            for one, texts, cell in zip(fields, known, row, strict=True)
            if cell is not None
        }
        content[number] = repr((cells, custom))
    versions: dict[int, list[tuple[str, str, str]]] = {}
    sql = f"SELECT {record}, valid_from, valid_to, value_id FROM {spans} ORDER BY 1, 2"
    for holder, start, end, value in db.rows(sql):
        versions.setdefault(holder, []).append((start, end, content[value]))
    sql = f"SELECT r.id, s.name, key, first_seen, coalesce(missing_from, '') FROM {holders} r"
    rows = db.rows(f"{sql} JOIN sources s ON s.id = source_id")
    return sorted((*cells, versions.get(number, [])) for number, *cells in rows)


def canonical(db: store.Database) -> dict[str, Any]:
    """Everything a workspace knows, by text instead of by number: what the laws of importing speak of."""
    values = {row[0]: row[1:] for row in db.rows(_VALUE)}
    found: dict[str, Any] = {name: sorted(db.rows(sql)) for name, sql in _SETS.items()}
    found["values"] = sorted(map(repr, values.values()))
    versions = db.rows("SELECT value_id, valid_from, valid_to FROM deal_versions")
    found["versions"] = sorted(repr((values[value], start, end)) for value, start, end in versions)
    found |= {f"all {kind}": records_of(db, kind) or [("left behind",)] for (kind,) in db.rows(_IN_USE)}
    return found


def outcomes(**words: Outcome) -> dict[tuple[str, str], Outcome]:
    """What stages mean."""
    return {("stage", word): outcome for word, outcome in words.items()}
