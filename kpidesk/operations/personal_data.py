"""The data of one person: handed out as files, and deleted where only they are concerned."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.fields import KIND_OF_RECORD
from kpidesk.core.mentions import Mention, leaves
from kpidesk.core.people import ALWAYS, FOREVER
from kpidesk.core.personal_data import (
    PRIVATE_WORDS,
    Deletion,
    PersonData,
    PersonTable,
    counted,
    deletion_notes,
    kept_words,
    table,
)
from kpidesk.core.preparations import QUESTIONS
from kpidesk.core.records import minor_digits
from kpidesk.core.reviews import Review, Sheet, for_the_rep
from kpidesk.core.texts import folded
from kpidesk.operations.catalogue import shipped_kpis
from kpidesk.operations.reviews import reviews, sheet
from kpidesk.operations.roster import roster
from kpidesk.operations.workspace import Workspace, definitions
from kpidesk.paths import written_beside
from kpidesk.store.frozen import from_json, to_json

TITLES = {
    "names": "How files name you", "person": "What is known of you", "teams": "Your teams",
    "people_rows": "What lists of people say", "baselines": "Baselines", "targets": "Targets",
    "kpi_entries": "Values typed in", "focus": "KPIs in focus", "initiatives": "Initiatives for you",
    "acknowledgements": "Signals that were acknowledged", "chart_limits": "Chart limits that were reset",
    "alert_rules": "Rules for signals", "chart_notes": "Notes on charts", "coaching_goals": "Coaching goals",
    "meetings": "Reviews about you", "cadences": "How often you meet", "submissions": "Your forecasts",
    "pay_plans": "Pay plan", "preparations": "Your answers before one-on-ones", "private_notes": "Private notes",
    "meeting_actions": "What you are to do after team reviews", "rejected_rows": "Rows of files that could not be used",
}  # fmt: skip
AMOUNTS = frozenset(("commit_amount", "best_amount", "pipeline_amount", "base", "variable"))
"""Columns of whole minor units."""
KEPT_AS_JSON = frozenset(("start_body", "body"))
OPEN_ENDS = frozenset((ALWAYS.isoformat(), FOREVER.isoformat()))
"""Days that stand for no day."""
SHEETS_WITHHELD = "Sheets of team reviews are not in it: they are about the team. What you are to do after them is."


def person_data(ws: Workspace, person_id: int, *, private: bool = False) -> PersonData:
    """Everything that the workspace holds on a person, with everybody else as "a colleague".

    `private` adds what is the manager's own about them: private notes and the pay plan.

    Raises:
        UserError: there is no such person.
    """
    names = store.names_of(ws.db, person_id)
    others = store.redaction(ws.db, person_id)
    said = {one.name: one for one in store.person_rows(ws.db, person_id)}
    held = reviews(ws, person_id)
    shown = [one for name, one in said.items() if private or name not in PRIVATE_WORDS]
    kpis = {kpi_id: kpi.name for kpi_id, kpi in definitions(ws).items()}
    tables = (
        *(_said(one, others.cell, kpis) for one in shown if one.rows),
        *_meetings(held, others.cell, kpis),
        *_records(ws, person_id),
    )
    sheets = tuple(_copy(sheet(ws, one.id), others.inside) for one in held if one.state != "draft")
    return PersonData(names[0], ws.today, tables, sheets, tuple(_withheld(said, private=private)))


def _copy(shown: Sheet, hide: Callable[[Any], Any]) -> Sheet:
    """The rep's copy of a one-on-one, with everybody else as a colleague in what was typed too."""
    return from_json(Sheet, to_json(hide(json.loads(to_json(for_the_rep(shown))))))


def _withheld(said: Mapping[str, store.Rows], *, private: bool) -> Iterator[str]:
    for name, (one, many) in PRIVATE_WORDS.items():
        count = sum(any(str(cell).strip() for cell in row) for row in said[name].rows)
        if count and not private:
            yield f"Kept by the manager and not in it: {count:,} {one if count == 1 else many}."
    yield SHEETS_WITHHELD


def _said(rows: store.Rows, hide: Callable[[str], str], kpis: Mapping[str, str]) -> PersonTable:
    """A table of the workspace as a part to hand out."""
    lines = [_line(dict(zip(rows.header, row, strict=True)), kpis) for row in rows.rows]
    cells = [[hide(cell) if isinstance(cell, str) else cell for cell in line.values()] for line in lines]
    return table(rows.name, TITLES.get(rows.name, rows.name), [_heading(name) for name in rows.header], cells)


def _line(row: dict[str, object], kpis: Mapping[str, str]) -> dict[str, object]:
    """A row with KPIs by their names and amounts in major units."""
    digits = minor_digits(str(row.get("currency", "")))
    found = dict(row)
    for name, cell in row.items():
        if name == "kpi_id":
            found[name] = kpis.get(str(cell), cell)
        elif name in AMOUNTS and isinstance(cell, int):
            found[name] = f"{cell / 10**digits:.{digits}f}"
        elif name in KEPT_AS_JSON and cell:
            found[name] = _told(json.loads(str(cell)))
        elif cell in OPEN_ENDS:
            found[name] = ""
    return found


def _told(kept: Mapping[str, Any]) -> str:
    """A start value, or the answers of a form, in words."""
    if "sample" in kept:
        return " · ".join(str(kept[name]) for name in ("text", "sample") if kept[name])
    return "; ".join(f"{one.heading}: {kept[one.key]}" for one in QUESTIONS if kept.get(one.key))


def _heading(name: str) -> str:
    return {"kpi_id": "KPI", "start_body": "Start value", "body": "Answers"}.get(
        name, name.replace("_", " ").capitalize()
    )


def _meetings(held: Sequence[Review], hide: Callable[[str], str], kpis: Mapping[str, str]) -> Iterator[PersonTable]:
    """One-on-ones as a list, and what was promised in them."""
    header = ("Period", "State", "Created", "Started", "Closed", "Points", "Notes", "Skill", "What went well",
              "Wellbeing and career", "Next steps")  # fmt: skip
    rows = [
        (one.question.period.label, one.state, one.created_at, one.started_at, one.closed_at,
         "; ".join(item.text for item in one.agenda), one.notes, one.skill, one.praise, one.wellbeing,
         "; ".join(step.text for step in one.next_steps))
        for one in held
    ]  # fmt: skip
    if rows:
        yield table("one_on_ones", "One-on-ones", header, [map(hide, row) for row in rows])
    promised = [
        (one.question.period.label, each.text, each.due.isoformat(), each.owner, kpis.get(each.kpi_id, each.kpi_id),
         each.deal_name, each.stage, each.overruled or "", each.reason)
        for one in held for each in one.commitments
    ]  # fmt: skip
    if promised:
        titles = ("One-on-one", "Commitment", "Due", "Whose", "KPI", "Deal", "Stage", "Settled by hand", "Reason")
        yield table("commitments", "Commitments", titles, [map(hide, row) for row in promised])


def _records(ws: Workspace, person_id: int) -> Iterator[PersonTable]:
    """The records that name them, every state that a file showed."""
    others = store.redaction(ws.db, person_id)
    for kind, values in store.person_values(ws.db, person_id).items():
        rows = store.person_records(ws.db, kind, values, others)
        header = list(dict.fromkeys(name for row in rows for name in row))
        many = KIND_OF_RECORD[kind].many
        cells = ([row.get(name, "") for name in header] for row in rows)
        yield table(kind.replace("-", "_"), many.capitalize(), [_heading(name) for name in header], cells)


def export_person(ws: Workspace, person_id: int, to: Path, *, private: bool = False) -> tuple[PersonData, int]:
    """Write everything held on a person into a new folder, or into one file that ends with .zip.

    Gives what was written and in how many files. A page to read, a CSV file for each part, all of it as JSON, and the
    rep's copy of each one-on-one.

    Raises:
        UserError: there is no such person, or it cannot be written there; nothing half-written stays.
    """
    from kpidesk.exporting.personal_data_form import person_files

    _check_place(ws, to)
    data = person_data(ws, person_id, private=private)
    files = person_files(data)
    _write(to, files)
    return data, len(files)


def _check_place(ws: Workspace, to: Path) -> None:
    if to.exists() and to.is_file() and (to.samefile(ws.path) or to.suffix.lower() != ".zip"):
        raise UserError(f"'{to.name}' is a file already.", "Name a new folder, or a file that ends with .zip.")
    if to.is_dir() and (to.suffix.lower() == ".zip" or any(to.iterdir())):
        raise UserError(f"'{to.name}' is a folder that holds something.", "Name a new folder.")
    if not to.absolute().parent.is_dir():
        raise UserError(f"The folder {to.absolute().parent} does not exist.", "Make it, or choose another.")


def _write(to: Path, files: Mapping[str, bytes]) -> None:
    """Write beside the place and rename, so that nothing broken ever stands under its name."""
    try:
        with written_beside(to) as folder:
            for name, content in files.items():
                (folder / name).write_bytes(content)
            if to.suffix.lower() == ".zip":
                Path(shutil.make_archive(str(folder), "zip", folder)).replace(to)
            else:
                if to.exists():
                    to.rmdir()
                folder.rename(to)
    except OSError as error:
        advice = "Choose another folder, or close the file where it is open."
        raise UserError(f"{to} cannot be written: {error.strerror or error}.", advice) from error


def deletion_preview(ws: Workspace, person_id: int) -> Deletion:
    """What deleting a person would do, and which backups hold the name; nothing is changed.

    Raises:
        UserError: there is no such person, or they were deleted before.
    """
    return _deletion(ws, person_id, done=False)


def delete_person(ws: Workspace, person_id: int, *, backups: bool = False, also: Collection[str] = ()) -> Deletion:
    """Delete what is about a person and let everything else that names them name "Former rep 1" instead.

    It is all of it or nothing, and cannot be undone. `backups` deletes the backups that hold the name as well; no
    backup is made before, for it would hold it too. `also` are typed texts, of the mentions that the preview tells, in
    which a part of the name that stands alone is replaced too; the answer tells those that are left.

    Raises:
        UserError: there is no such person, they were deleted before, or the workspace cannot be written.
    """
    return _deletion(ws, person_id, done=True, backups=backups, also=also)


def _deletion(
    ws: Workspace, person_id: int, *, done: bool, backups: bool = False, also: Collection[str] = ()
) -> Deletion:
    entry = roster(ws).entry(person_id)
    texts = store.names_of(ws.db, person_id)
    holding = store.naming(store.copies(ws.db), texts)
    erased = store.erase_person(ws.db, person_id, ws.today, keep=done, also=also)
    ws.memory.clear()
    if backups and done:
        gone = set(store.delete_copies(ws.db, holding))
        holding = tuple(path for path in holding if path not in gone)
    deleted = [counted("names", len({folded(text) for text in texts}))]
    deleted += [counted(name, count) for name, count in erased.deleted.items() if count and _is_told(name)]
    rewritten = [counted(name, count) for name, count in erased.rewritten.items() if count]
    return Deletion(
        texts[0], erased.placeholder, done, tuple(deleted),
        kept_words(entry.deals if entry else 0, erased.placeholder, len(entry.spells) if entry else 0),
        tuple(rewritten), tuple(map(str, holding)), deletion_notes(erased.placeholder, erased.in_files),
        _own(erased.mentions),
    )  # fmt: skip


def _own(mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Those that are no words of the KPIs that the app brings: "Gross margin" speaks of nobody called Groß."""
    shipped = set(leaves(json.loads(to_json(shipped_kpis())))) if mentions else set()
    return tuple(one for one in mentions if one.text not in shipped)


def _is_told(name: str) -> bool:
    return name not in ("review_sheets", "review_deals")


def backups_naming(ws: Workspace, name: str) -> tuple[str, ...]:
    """The backups of this workspace, and files that one has replaced, in which a name or address stands.

    Raises:
        UserError: the name is empty.
    """
    if not name.strip():
        raise UserError("A name is needed.", "Give the name or address to look for.")
    return tuple(map(str, store.naming(store.copies(ws.db), (name.strip(),))))


def delete_backups(ws: Workspace, paths: Sequence[str]) -> tuple[str, ...]:
    """Delete backups of this workspace for good; gives those that are gone.

    Raises:
        UserError: one is no backup of this workspace, or cannot be deleted.
    """
    return tuple(map(str, store.delete_copies(ws.db, [Path(one) for one in paths])))
