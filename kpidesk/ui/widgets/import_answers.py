"""What is still open about a file, in words, and what an answer changes in the import options."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpidesk.core.errors import ImportQuestion, UserError
from kpidesk.core.fields import FIELD_BY_NAME, FIELDS, KIND_OF_RECORD, KINDS, Kind, Outcome
from kpidesk.core.imports import DATE_ORDERS, LEFT_OUT, NO_VALUE, ColumnEvidence, DateOrder, ImportOptions, Preview
from kpidesk.core.wording import capital, counted, listed

OUTCOME_WORDS: dict[Outcome, str] = {"open": "Open", "won": "Won", "lost": "Lost", "ignore": "Ignore"}
KIND_WORDS: dict[Kind, str] = {kind: known.many for kind, known in KIND_OF_RECORD.items()} | {
    "people": "people and teams"
}
MOST_BEFORE = 2
CUSTOM = "Kept as it is"
_DIALECTS = {"generic": "a plain table", "people": "a list of people", "hubspot": "a HubSpot export"}
ID_LABEL = "Id"
USUAL_CURRENCIES = ("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "JPY")
_CHOICE_WORDS: dict[tuple[str, str], str] = {
    ("--date-order", "dmy"): "Day first (31/12)",
    ("--date-order", "mdy"): "Month first (12/31)",
    ("--date-order", "ymd"): "Year first",
    ("--decimal", "."): "Point: 1,234.50",
    ("--decimal", ","): "Comma: 1.234,50",
    ("--map", NO_VALUE): "No column does",
} | {("--kind", kind): capital(words) for kind, words in KIND_WORDS.items()}


def option_name(question: ImportQuestion) -> str:
    """Which option answers a question, for example `--date-order`."""
    return question.option.partition(" ")[0].partition("=")[0]


def is_about_stages(question: ImportQuestion) -> bool:
    """Whether the table of stages asks the same already."""
    return option_name(question) == "--stage"


def choice_words(question: ImportQuestion, choice: str) -> str:
    """A choice as a person reads it."""
    return _CHOICE_WORDS.get((option_name(question), choice), choice)


def answered(options: ImportOptions, question: ImportQuestion, choice: str) -> ImportOptions:
    """The options after a question was answered with one of its choices."""
    name = option_name(question)
    if name == "--date-order":
        order = next((one for one in DATE_ORDERS if one == choice), None)
        own = {header: order for header in question.columns if order is not None}
        return replace(options, date_orders=options.date_orders | own) if own else replace(options, date_order=order)
    if name == "--decimal":
        return replace(options, decimal="," if choice == "," else ".")
    if name == "--currency":
        return replace(options, currency=choice.strip().upper())
    if name == "--kind":
        return replace(options, kind=next((kind for kind in KINDS if kind == choice), options.kind))
    if name == "--sheet":
        return replace(options, sheet=choice)
    if name == "--dialect":
        return replace(options, dialect=choice)
    if name == "--source":
        return replace(options, source=choice)
    if name == "--as-of":
        return replace(options, as_of=date.fromisoformat(choice))
    if name == "--map":
        return replace(options, columns=options.columns | {_field_asked(question): choice})
    return options


def choice_made(question: ImportQuestion, options: ImportOptions) -> str:
    """What options say to a question, the choice as `answered` takes it; empty where they say nothing."""
    said = {
        "--date-order": _order_said(question, options), "--decimal": options.decimal, "--currency": options.currency,
        "--kind": options.kind, "--map": options.columns.get(_field_asked(question)),
    }  # fmt: skip
    return said.get(option_name(question)) or ""


def _order_said(question: ImportQuestion, options: ImportOptions) -> DateOrder | None:
    """The order that was said of all columns that a question is about."""
    said = {options.date_orders.get(header, options.date_order) for header in question.columns}
    return options.date_order if not said else said.pop() if len(said) == 1 else None


def _field_asked(question: ImportQuestion) -> str:
    return re.sub(r"^--map\s+", "", question.option).partition("=")[0].strip()


def mapped(options: ImportOptions, preview: Preview, header: str, field: str) -> ImportOptions:
    """The options after a column was given a field (empty: kept as a custom column).

    A field stands for one column only, so the column that had it becomes custom.
    """
    none = {name: one for name, one in options.columns.items() if one == NO_VALUE}
    columns = {name: one for name, one in (none | _mapping(preview)).items() if one != header and name != field}
    if field:
        columns[field] = header
    constants = {name: text for name, text in options.constants.items() if name != field}
    return replace(options, columns=columns, constants=constants)


def _mapping(preview: Preview) -> dict[str, str]:
    return {column.field: column.header for column in preview.columns if column.field}


def at_sheet(options: ImportOptions, preview: Preview | None) -> ImportOptions:
    """The options with the sheet on show, where the file has several: the others need not be read again."""
    shown = preview.sheet if preview is not None and len(preview.sheets) > 1 else ""
    return replace(options, sheet=options.sheet or shown)


def told_of(options: ImportOptions, key: str, said: str) -> ImportOptions:
    """The options after it was said what a row with an id is: another record, the same as a known one, left out."""
    return replace(options, same=options.same | {key: said})


def staged(options: ImportOptions, value: str, outcome: Outcome) -> ImportOptions:
    """The options after a stage value was given an outcome."""
    return replace(options, stages=options.stages | {value: outcome})


def field_label(kind: Kind, name: str) -> str:
    """A field as a person reads it; the empty one is a column that is kept as it is."""
    if not name:
        return CUSTOM
    known = FIELD_BY_NAME[kind].get(name)
    return known.label if known else ID_LABEL


def field_choices(kind: Kind, columns: Sequence[ColumnEvidence]) -> tuple[str, ...]:
    """The fields a column can be given: none, the id as the file's reader calls it, then all of the kind."""
    known = {one.name for one in FIELDS[kind]}
    ids = {column.field for column in columns if column.field and column.field not in known}
    return ("", *(sorted(ids) or ["id"]), *(one.name for one in FIELDS[kind]))


def has_amounts(kind: Kind) -> bool:
    """Whether records of a kind hold amounts of money."""
    return any(one.kind == "money" for one in FIELDS[kind])


def open_stages(preview: Preview) -> tuple[str, ...]:
    """Stage values that have no outcome yet."""
    return tuple(stage.value for stage in preview.stages if stage.outcome is None)


def other_questions(preview: Preview) -> tuple[ImportQuestion, ...]:
    """The open questions that the table of stages does not ask."""
    return tuple(question for question in preview.questions if not is_about_stages(question))


def what_is_open(preview: Preview) -> str:
    """Why the import cannot run yet, in one sentence; empty when it can."""
    stages, others = open_stages(preview), other_questions(preview)
    parts = []
    if stages:
        named = ", ".join(f"“{_short(value)}”" for value in stages[:3]) + (" …" if len(stages) > 3 else "")
        noun = "means" if len(stages) == 1 else "mean"
        parts.append(f"say what {named} {noun}")
    if others:
        parts.append("answer the question above" if len(others) == 1 else f"answer the {len(others)} questions above")
    if not parts:
        unseen = [question for question in preview.questions if is_about_stages(question)]
        parts = [question.about for question in unseen[:1]]
    return f"Before this can be imported, {' and '.join(parts)}." if parts else ""


def ready_words(alike: int, words: int = 0, bad: int = 0) -> str:
    """That a file can be imported, and of what nothing was said.

    `alike` of its rows look like other records; `words` of it are in no list or look like another one; `bad` cells
    will have their rows rejected.
    """
    told = ["Ready. The import is all or nothing and can be undone later."]
    if bad:
        cells = f"{counted(bad, 'cell')} cannot be used"
        told.append(f"{cells}: {'its row' if bad == 1 else 'their rows'} will be rejected.")
    if alike:
        looks = "1 row looks like another record" if alike == 1 else f"{alike:,} rows look like other records"
        told.append(f"{looks}: both are kept unless you say otherwise under Look alike.")
    if words:
        others = "1 word may count as another one" if words == 1 else f"{words:,} words may count as others"
        told.append(f"{others}: say so under Words.")
    return " ".join(told)


def import_words(preview: Preview, taken: int | None, before: Sequence[str]) -> str:
    """What the import button says: how many rows come in, where that is known, and how many files before this one."""
    some = f"{taken:,} of " if taken is not None and taken < preview.total_rows else ""
    rows = f"Import {some}{counted(preview.total_rows, 'row')}" if taken is not None else "Import"
    if not before:
        return rows
    files = "file" if len(before) == 1 else f"{len(before)} files"
    return f"{rows} and the {files} before" if taken is not None else f"Import with the {files} before"


def left_out(same: Mapping[str, str]) -> int:
    """How many rows it was said of that they are to be left out."""
    return list(same.values()).count(LEFT_OUT)


def after_words(before: Sequence[str]) -> str:
    """After which files, that come in with it, one was checked; empty where nothing comes before it."""
    return f"Checked as it will be after {listed(before, MOST_BEFORE)}." if before else ""


def _short(text: str, most: int = 32) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def window_advice(advice: str) -> str:
    """Advice as it helps in the window, which has no command-line options."""
    if "--set restates" in advice:
        return "Undo the import of the other one first, or give Re-states the value yes in all rows, under Columns."
    if "--kind" in advice:
        return "Say what it holds; which column is what can then be said under Columns."
    return "Correct the file, or say under Columns which column holds what." if "--" in advice else advice


def window_notice(notice: str) -> str:
    """A notice as it helps in the window: where to say what the command line has an option for."""
    for pattern, words in _OPTIONS_IN_NOTICES:
        notice = pattern.sub(words, notice)
    return notice


_OPTIONS_IN_NOTICES = (
    (re.compile(r"; --same .*"), " unless the check says otherwise, under Look alike."),
    (re.compile(r'; --map \w+=".*" says otherwise'), "; say otherwise under Columns"),
    (re.compile(r"; --word '[^']*' says otherwise"), "; say otherwise under Words"),
    (re.compile(r"; --word '.+=…' says as which"), "; say as which under Words"),
    (re.compile(r"; --word '.+' counts both as one"), "; say under Words that both are one"),
    (re.compile(r"say (?:so with )?--as-of(?: [\d-]+)?"), "say so under Data as of"),
    (re.compile(r"--as-of says otherwise"), "another day can be said under Data as of"),
    (re.compile(r"--source (.+) says that they are others"), r"“\1” under Ids come from says that they are others"),
    (re.compile(r"--source (.+) makes them the same"), r"“\1” under Ids come from makes them the same"),
    (re.compile(r"--set (\w+)=(\w+) says so\. "), r"give the \1 the value \2 in all rows, under Columns. "),
    (re.compile(r", or with kpidesk .*"), "."),
    (re.compile(r"; --currency says otherwise"), "; say otherwise under Amounts in"),
    (re.compile(r"(No column names a currency: .*)\.$"), r"\1; say otherwise under Amounts in."),
    (re.compile(r"; kpidesk changes .* lists them\."), ": they are listed under What this import changed."),
    (re.compile(r"Map the one that does: --map .*"), "Say under Columns which one does."),
    (re.compile(r"map the columns that do: --map .*"), "say under Columns which ones do."),
    (re.compile(r"Map the column that tells them apart: --map .*"), "Say under Columns which column tells them apart."),
)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to read a file that was refused: what a button says, and the options to read it with."""

    words: str
    options: ImportOptions


def ways_to_read(options: ImportOptions, error: UserError) -> tuple[Way, ...]:
    """How a refused file can be read all the same: as a kind where it told none, with the id that is proposed.

    The kind that its columns speak for most comes first.
    """
    proposed = dict(error.answers)
    if "--kind" in proposed:
        ranked = sorted(KINDS, key=lambda kind: kind != proposed["--kind"])
        return tuple(Way(f"Read it as {KIND_WORDS[kind]}", replace(options, kind=kind)) for kind in ranked)
    field, _, header = proposed.get("--map", "").partition("=")
    if not field or options.columns:
        return ()
    return (Way(f"Take “{_short(header)}” as the {field}", replace(options, columns={field: header})),)


def encoding_words(encoding: str) -> str:
    """An encoding as people write it: `UTF-8`."""
    return encoding.removesuffix("-sig").upper()


def dialect_words(dialect: str) -> str:
    """What the file was read as: `a plain table`, `Salesforce report`."""
    return _DIALECTS.get(dialect) or capital(dialect).replace("-", " ")


def delimiter_words(delimiter: str) -> str:
    """A delimiter as a word."""
    return {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "": "none (workbook)"}.get(delimiter, delimiter)


def tab_words(name: str, count: int, asked: int) -> str:
    """The words on a tab: how many it lists, or how many of them an answer helps with."""
    return f"{name}  ·  {asked:,} to answer" if asked else f"{name}  ·  {count:,}"


def used_words(used: int, total: int) -> str:
    """How many columns of a file are used, and what becomes of the others."""
    if used == total:
        return "Every column is used."
    return f"{used} of {counted(total, 'column')} used; the others are kept for filters and breakdowns."
