"""What a workspace holds on one person: all of it to hand out, and what deleting it would do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kpidesk.core.errors import UserError
from kpidesk.core.fields import KIND_OF_RECORD
from kpidesk.core.mentions import Mention
from kpidesk.core.reviews import Sheet

COLLEAGUE = "a colleague"
"""Stands in an export for everybody else who is named in it."""
PRIVATE_WORDS = {
    "private_notes": ("private note", "private notes"),
    "pay_plans": ("pay plan", "pay plans"),
}
"""What is the manager's own about a person, and is handed out only on purpose."""
TABLE_WORDS = {
    "names": ("name, address or user id", "names, addresses and user ids"),
    "reviews": ("one-on-one", "one-on-ones"),
    "private_notes": ("private note", "private notes"),
    "preparations": ("answer given before a one-on-one", "answers given before one-on-ones"),
    "commitments": ("commitment", "commitments"),
    "coaching_goals": ("coaching goal", "coaching goals"),
    "pay_plans": ("pay plan", "pay plans"),
    "cadences": ("rhythm of meetings", "rhythms of meetings"),
    "acknowledgements": ("acknowledged signal", "acknowledged signals"),
    "chart_notes": ("note on charts", "notes on charts"),
    "chart_limits": ("reset of chart limits", "resets of chart limits"),
    "alert_rules": ("rule for signals", "rules for signals"),
    "focus": ("KPI in focus", "KPIs in focus"),
    "merges": ("merge of names", "merges of names"),
    "kept_apart": ("pair of names said to be two", "pairs of names said to be two"),
    "targets.reason": ("reason for a target", "reasons for targets"),
    "kpi_entries.evidence": ("evidence of a value", "evidence of values"),
    "submissions.note": ("note on a forecast", "notes on forecasts"),
    "review_sheets sealed anew": ("sealed sheet of a one-on-one", "sealed sheets of one-on-ones"),
    "meeting_sheets sealed anew": ("sealed sheet of a team review", "sealed sheets of team reviews"),
    "submissions sealed anew": ("sealed forecast", "sealed forecasts"),
    "rejected_rows": ("row of a file that could not be used", "rows of files that could not be used"),
    "imports": ("name or setting of an import", "names or settings of imports"),
    "audit": ("entry of the log", "entries of the log"),
    "terms": ("word of files", "words of files"),
    "meta": ("unfinished KPI, finding left or mark", "unfinished KPIs, findings left or marks"),
    "profiles": ("remembered answer about columns", "remembered answers about columns"),
    "kpi_definitions": ("version of a KPI", "versions of KPIs"),
    "meeting_actions": ("action of a team review", "actions of team reviews"),
    "meeting_notes": ("note of a team review", "notes of team reviews"),
    "meetings": ("team review", "team reviews"),
    "account_aliases": ("name of an account", "names of accounts"),
    "accounts": ("account", "accounts"),
    "baselines": ("baseline", "baselines"),
    "initiatives": ("initiative", "initiatives"),
    "kpi_entries": ("value that was typed in", "values that were typed in"),
    "objectives": ("objective", "objectives"),
    "outcomes": ("meaning of a stage", "meanings of stages"),
    "people_rows": ("row of a list of people", "rows of lists of people"),
    "review_deals": ("next step of a deal", "next steps of deals"),
    "roles": ("role", "roles"),
    "settings": ("setting", "settings"),
    "sources": ("name of a CRM", "names of CRMs"),
    "submissions": ("forecast that was given", "forecasts that were given"),
    "targets": ("target", "targets"),
    "team_aliases": ("name of a team", "names of teams"),
    "teams": ("team", "teams"),
    "views": ("saved view", "saved views"),
    **{kind.many: (kind.one, kind.many) for kind in KIND_OF_RECORD.values() if kind.many != "accounts"},
}
"""One and many of what a table or kind of record holds, in the words of a manager."""


@dataclass(frozen=True, slots=True)
class PersonTable:
    """One part of what is held on a person: `name` for a file, `title` for a reader, cells as text."""

    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PersonData:
    """Everything that a workspace holds on a person, as it may be handed to them.

    `sheets` are their one-on-ones as the rep's copy; `withheld` says in words what else there is and is not in it.
    """

    person: str
    on: date
    tables: tuple[PersonTable, ...]
    sheets: tuple[Sheet, ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deletion:
    """What deleting a person does, or (`done`) has done, each part in words.

    `placeholder` is who they go on as; `backups` are the files that still hold the name, `mentions` the typed texts in
    which a part of it stands alone.
    """

    person: str
    placeholder: str
    done: bool
    deleted: tuple[str, ...]
    kept: tuple[str, ...]
    rewritten: tuple[str, ...]
    backups: tuple[str, ...]
    notes: tuple[str, ...]
    mentions: tuple[Mention, ...] = ()


def counted(table: str, count: int) -> str:
    """How much of a table or kind of record: "3 commitments"; a name that has no words stands for itself."""
    one, many = TABLE_WORDS.get(table, ("", ""))
    return f"{count:,} {(one if count == 1 else many) or table.replace('_', ' ')}"


def mention_words(one: Mention) -> str:
    """What a typed text is, in words: "one-on-one, in 2 places"."""
    what = TABLE_WORDS.get(one.where, (one.where.replace("_", " "), ""))[0]
    return f"{what}, in {one.count:,} places" if one.count > 1 else what


def mentions_chosen(mentions: Sequence[Mention], said: Sequence[str]) -> tuple[str, ...]:
    """The texts of some mentions by their numbers in the list, from 1 on, or of all.

    Raises:
        UserError: the list has no such number.
    """
    if "all" in said:
        return tuple(one.text for one in mentions)
    for text in said:
        if not (text.isdecimal() and 1 <= int(text) <= len(mentions)):
            count = f"{len(mentions):,}" if mentions else "no"
            raise UserError(f"There is no text '{text}': a part of the name stands alone in {count} typed texts.",
                            "Look at the list with --dry-run first.")  # fmt: skip
    return tuple(mentions[int(text) - 1].text for text in said)


def deletion_notes(placeholder: str, in_files: int) -> tuple[str, ...]:
    """What is to be known before a person is deleted; a part of the name stands in `in_files` texts of files."""
    rows = "1 row" if in_files == 1 else f"{in_files:,} rows"
    files = (
        f"{rows} of files {'holds' if in_files == 1 else 'hold'} a part of the name alone, such as a deal or a team."
        " It stays: correct it in the CRM and import again.",
    )
    return (
        "This cannot be undone.",
        f"Later files that name them are read as {placeholder}; the workspace keeps only a fingerprint of the name.",
        "Exports, prints and copies outside this workspace cannot be found from here; delete them yourself.",
        "A first name or surname alone in a text is replaced only where you choose that text; a nickname is not found."
        " Other people's sealed sheets that name them are sealed anew, with the day on which that was done.",
        *(files if in_files else ()),
    )


def kept_words(deals: int, placeholder: str, team_count: int) -> tuple[str, ...]:
    """What stays when a person is deleted."""
    words = [f"{deals:,} deals and all that was counted from files stay, credited to {placeholder}."]
    if team_count:
        words.append("Teams, role and working dates stay, so that team numbers do not change.")
    words.append("Targets, baselines and forecasts stay as numbers, without what was written beside them.")
    return tuple(words)


def table(name: str, title: str, header: Sequence[str], rows: Iterable[Iterable[object]]) -> PersonTable:
    """A part with its cells as text; columns that are empty throughout are left out."""
    cells = [tuple("" if cell is None else str(cell) for cell in row) for row in rows]
    used = [at for at in range(len(header)) if any(row[at] for row in cells)]
    return PersonTable(name, title, tuple(header[at] for at in used), tuple(tuple(row[at] for at in used)
                                                                             for row in cells))  # fmt: skip
