"""Several exports in one go, also those of an archive: each recognised, in the right order, all or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kpidesk import importing, store
from kpidesk.core.errors import (
    ImportQuestion,
    NoRecordsError,
    OpenQuestionsError,
    OtherFieldError,
    OtherTableError,
    UserError,
)
from kpidesk.core.fields import KIND_OF_RECORD, Kind, Outcome
from kpidesk.core.imports import ImportOptions, ImportReport, Preview, in_order
from kpidesk.core.progress import Progress
from kpidesk.core.rates import Rate
from kpidesk.core.settings import Settings
from kpidesk.importing import Unpacked
from kpidesk.operations.imports import how_to_answer, import_planned, with_links
from kpidesk.operations.planning import plan_file
from kpidesk.operations.rates import rates, tried
from kpidesk.operations.workspace import Workspace, close, kept_whole, open_workspace, settings

WHOSE: tuple[tuple[Kind, str], ...] = (("deals", "owner"), ("activities", "person"))
_Answers = tuple[Settings, Mapping[tuple[str, str], Outcome]]


@dataclass(frozen=True, slots=True)
class _Found:
    """A file, or a sheet of one, to import: what was said about it, and its plan when `answers` were known.

    `archive` is the name of that in which it came; `left_out` says which of its other sheets are not imported, and why.
    """

    path: Path
    archive: str
    options: ImportOptions
    plan: importing.Plan
    answers: _Answers
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheets of a workbook that hold records, as they are understood, and why each of the others is left out."""

    previews: tuple[Preview, ...]
    left_out: Mapping[str, str]


def look_into(
    path: Path, options: ImportOptions, *, today: date, ws: Workspace | None = None
) -> Generator[Progress, None, Preview | Unpacked | Sheets]:
    """Read a file and say what it is taken for; an archive is unpacked into a folder, for `Unpacked.remove` to remove.

    Of a workbook, unless a sheet was asked for, every visible sheet is read; one alone that holds records is told as
    any other file.

    Raises:
        UserError: the file cannot be read, or the archive holds something that no export does.
    """
    if importing.is_archive(path):
        return (yield from importing.unpack(path))
    plans, left_out = yield from _sheet_plans(path, options, today, ws)
    if len(plans) == 1 and not left_out:
        return plans[0].preview
    return Sheets(tuple(one.preview for one in plans), left_out)


def import_into(
    path: Path, files: Sequence[Path], options: ImportOptions, *, today: date, dry_run: bool = False
) -> Generator[Progress, None, tuple[ImportReport, ...]]:
    """Import files and archives into the workspace at `path`, which is made when it is missing: all or none.

    What others name comes first: people, accounts, deals, then what happened to them; of one kind the older data.
    Members of an archive that hold no records of a known kind are left out, and the first report of that archive says
    so.

    Raises:
        UserError: one of them cannot be imported. Then none is, and a workspace made for them goes.
    """
    is_new = not path.exists()
    ws = open_workspace(path, create=True, today=today)
    done = False
    with ExitStack() as folders:
        try:
            found, left_out = yield from _looked_at(ws, files, options, folders)
            reports = yield from _tried_out(ws, found) if dry_run else kept_whole(ws, _all_brought_in(ws, found))
            done = not dry_run
        except UserError as error:
            if len(files) > 1:
                alone = _alone(error)
                error.advice = f"{error.advice}{alone} None of the {len(files)} files was imported.".strip()
                error.answers = ()  # they would be said of all files
                if alone and isinstance(error, OpenQuestionsError):
                    error.questions = tuple(replace(one, answers=()) for one in error.questions)
            raise
        finally:
            close(ws)
            if is_new and not done:
                path.unlink(missing_ok=True)
    told = (one.left_out + left_out.pop(one.archive, ()) + (_other_day(one) if len(found) > 1 else ()) for one in found)
    return tuple(replace(report, notices=report.notices + more) for report, more in zip(reports, told, strict=True))


def import_together(
    ws: Workspace, files: Sequence[tuple[Path, ImportOptions]], *, dry_run: bool = False
) -> Generator[Progress, None, tuple[tuple[Path, ImportReport], ...]]:
    """Import files, each with what was said about it, into an open workspace: all or none, in the right order.

    `dry_run` tells what that would do and writes nothing.

    Raises:
        UserError: one of them cannot be imported; then none is.
    """
    before, found = _answers(ws), list[_Found]()
    try:
        for path, options in files:
            plan = yield from plan_file(path, options, ws.today, ws)
            plan = plan if len(files) == 1 else replace(plan, held=())  # the rows of many would take much memory
            found.append(_Found(path, "", options, plan, before))
        found.sort(key=lambda one: in_order(one.plan.preview))
        reports = yield from _tried_out(ws, found) if dry_run else kept_whole(ws, _all_brought_in(ws, found))
    except UserError as error:
        error.advice = f"{error.advice} None of the {len(files)} files was imported.".strip()
        raise
    return tuple((one.path, report) for one, report in zip(found, reports, strict=True))


def _all_brought_in(ws: Workspace, found: Sequence[_Found]) -> Generator[Progress, None, list[ImportReport]]:
    """Import files in their order; gives the report on each, once all are in with what its records lead to."""
    before = rates(ws) if any(one.plan.kind == "rates" for one in found) else ()
    reports = []
    for at in range(len(found)):
        reports.append((yield from _brought_in(ws, found, at, before, dry_run=False)))
    for at, report in enumerate(tuple(reports)):
        reports[at] = yield from with_links(ws, report)
    return reports


def _tried_out(ws: Workspace, found: Sequence[_Found]) -> Generator[Progress, None, list[ImportReport]]:
    """What importing files would do: nothing is written.

    Several are all brought in and taken back, since an earlier one tells of whom, of which stages and of which currency
    a later one speaks.
    """
    if len(found) == 1:
        return [(yield from _brought_in(ws, found, 0, (), dry_run=True))]
    with tried(ws):
        reports = yield from _all_brought_in(ws, found)
    return [_as_tried(one) for one in reports]


def _as_tried(report: ImportReport) -> ImportReport:
    return replace(report, dry_run=True, with_it=tuple(map(_as_tried, report.with_it)))


def _alone(error: UserError) -> str:
    """Where an answer names a column, which the other files do not have, that it is given for its file alone."""
    asked = error.questions if isinstance(error, OpenQuestionsError) else ()
    return "; import that file alone with it." if any(one.option.startswith("--map") for one in asked) else ""


def _other_day(one: _Found) -> tuple[str, ...]:
    """That a day said for several files is another than the one in the name of this file."""
    said, named = one.options.as_of, one.plan.preview.named_day
    if said is None or named in (None, said):
        return ()
    return (
        f"The file name carries {named}, but --as-of {said} was said for all files of this import: import it alone "
        "where that is not its day.",
    )


def undo_together(ws: Workspace, import_ids: Sequence[int]) -> Generator[Progress, None, tuple[store.UndoOutcome, ...]]:
    """Take several imports back, the newest first: all or none. What the same file brought with one goes with it.

    Raises:
        UserError: one of them is not there; then none is taken back.
    """

    def undone() -> Generator[Progress, None, tuple[store.UndoOutcome, ...]]:
        done: list[store.UndoOutcome] = []
        gone: set[int | None] = set()
        for number in sorted(set(import_ids), reverse=True):
            if number not in gone:
                done.append((yield from store.undo_import(ws.db, number)))
                gone.add(done[-1].with_it)
        return tuple(done)

    return (yield from kept_whole(ws, undone()))


def _answers(ws: Workspace) -> _Answers:
    return settings(ws), store.known_outcomes(ws.db)


def _looked_at(
    ws: Workspace, files: Sequence[Path], options: ImportOptions, folders: ExitStack
) -> Generator[Progress, None, tuple[list[_Found], dict[str, tuple[str, ...]]]]:
    """All files with their plans in the order of import, and what was left out of each archive."""
    found: list[_Found] = []
    left_out: dict[str, tuple[str, ...]] = {}
    others: dict[str, OtherFieldError] = {}
    for file in files:
        if importing.is_archive(file):
            unpacked = yield from importing.unpack(file)
            folders.callback(unpacked.remove)
            members, told = yield from _members(ws, unpacked, file.name, options, others)
            found += members
            left_out[file.name] = tuple(one.sentence for one in unpacked.left_out) + told
        elif len(files) > 1:
            found += yield from _one_of_many(ws, file, "", options, others)
        else:
            found += yield from _planned(ws, file, "", options)
    meant = {name.partition(":")[0] for one in found for name in one.options.words}
    for field, error in others.items():
        if field not in meant:
            raise error
    return sorted(found, key=lambda one: in_order(one.plan.preview)), left_out


def _members(
    ws: Workspace,
    unpacked: Unpacked,
    archive: str,
    options: ImportOptions,
    others: dict[str, OtherFieldError],
) -> Generator[Progress, None, tuple[list[_Found], tuple[str, ...]]]:
    """The members of an archive that hold records, and why each of the others is left out; `others` is added to.

    Raises:
        UserError: a member is damaged, or none holds records.
    """
    found: list[_Found] = []
    left_out: list[str] = []
    for file in unpacked.files:
        try:
            planned = yield from _one_of_many(ws, file, archive, options, others)
        except NoRecordsError as error:
            named = file.name in error.problem
            left_out.append(f"Left out: {error.problem}" if named else f"'{file.name}' is left out: {error.problem}")
            continue
        except UserError as error:
            raise _within(archive, error) from None
        if any(question.option.startswith("--kind") for one in planned for question in one.plan.preview.questions):
            left_out.append(f"'{file.name}' is left out: what it holds is not clear. Import it alone with --kind.")
        else:
            found += planned
    if not found:
        told = " ".join((*(one.sentence for one in unpacked.left_out), *left_out))
        raise UserError(f"'{archive}' holds no file with records of a known kind. {told}", "Import a CRM export.")
    return found, tuple(left_out)


def _one_of_many(
    ws: Workspace, path: Path, archive: str, options: ImportOptions, others: dict[str, OtherFieldError]
) -> Generator[Progress, None, list[_Found]]:
    """A file among others, without the words said of fields that it does not have; `others` takes those fields."""
    while True:
        try:
            planned = yield from _planned(ws, path, archive, options)
            return [replace(one, plan=replace(one.plan, held=())) for one in planned]  # see `import_together`
        except OtherFieldError as error:
            others[error.field] = error
            words = {name: word for name, word in options.words.items() if name.partition(":")[0] != error.field}
            if words == options.words:
                raise
            options = replace(options, words=words)


def _planned(
    ws: Workspace, path: Path, archive: str, options: ImportOptions
) -> Generator[Progress, None, list[_Found]]:
    """A file as it will be imported; of a workbook, unless a sheet was asked for, every sheet that holds records.

    Raises:
        OpenQuestionsError: two sheets hold records of one kind.
        UserError: the file, or every sheet of it, cannot be imported.
    """
    plans, left_out = yield from _sheet_plans(path, options, ws.today, ws)
    if len(plans) == 1 and not left_out:
        return [_Found(path, archive, options, plans[0], _answers(ws))]
    _refuse_doubt(path, plans)
    found = [_Found(path, archive, replace(options, sheet=one.table.sheet), one, _answers(ws)) for one in plans]
    told = tuple(f"Sheet '{sheet}' is left out: {why}" for sheet, why in left_out.items())
    return [replace(found[0], left_out=told), *found[1:]]


def _sheet_plans(
    path: Path, options: ImportOptions, today: date, ws: Workspace | None
) -> Generator[Progress, None, tuple[list[importing.Plan], dict[str, str]]]:
    """How a file will be imported; of a workbook, unless a sheet was asked for, every visible sheet with records.

    Beside the plans stands why others are left out; where the largest alone holds records, only of
    those that are tables too.

    Raises:
        UserError: the file, or every sheet of it, cannot be imported; it is that of the largest.
    """
    refused, first = None, None
    try:
        first = yield from plan_file(path, options, today, ws)
    except UserError as error:
        if options.sheet:
            raise
        refused = error
    table = first.table if first is not None else (yield from importing.open_source(path, options.sheet))
    others = [one for one in table.sheets if one != table.sheet and one not in table.hidden and not options.sheet]
    plans, left_out = [first] if first is not None else [], {table.sheet: refused} if refused else {}
    for sheet in others:
        try:
            plans.append((yield from plan_file(path, replace(options, sheet=sheet), today, ws)))
        except UserError as error:
            left_out[sheet] = error
    if refused is not None and not plans:
        raise refused
    if first is not None and len(plans) == 1:
        return plans, {sheet: error.problem for sheet, error in left_out.items() if _is_table(error)}
    if first is not None:
        plans[0] = yield from plan_file(path, replace(options, sheet=table.sheet), today, ws)
    return plans, {sheet: error.problem for sheet, error in left_out.items()}


def _is_table(error: UserError) -> bool:
    """Whether what cannot be imported is a table with rows, and no note or picture beside the records."""
    return not isinstance(error, NoRecordsError) or isinstance(error, OtherTableError)


def _refuse_doubt(path: Path, plans: Sequence[importing.Plan]) -> None:
    kinds = Counter(one.kind for one in plans)
    double, count = kinds.most_common(1)[0]
    if count == 1:
        return
    sheets = [one.table.sheet for one in plans if one.kind == double]
    named = ", ".join(f"'{one.table.sheet}' ({one.total_rows:,} rows)" for one in plans if one.kind == double)
    about = f"{count} sheets of '{path.name}' hold {KIND_OF_RECORD[double].many}: {named}. Which is to be imported?"
    option = "--sheet " + "|".join(f'"{sheet}"' for sheet in sheets)
    raise OpenQuestionsError(
        f"{path.name} leaves something open. {about}",
        f"Nothing was imported. Answer with: {option}",
        (ImportQuestion(about, tuple(sheets), named, option),),
    )


def _within(archive: str, error: UserError) -> UserError:
    return UserError(f"In '{archive}': {error.problem}", error.advice)


def _brought_in(
    ws: Workspace, found: Sequence[_Found], at: int, before: Collection[Rate], *, dry_run: bool
) -> Generator[Progress, None, ImportReport]:
    """Import one of the files, as planned unless those before it have brought answers that change its meaning.

    Raises:
        OpenQuestionsError: it leaves something open; what the following files leave open is asked with it.
    """
    one = found[at]
    plan = one.plan
    if plan.preview.questions or one.answers != _answers(ws) or (at and _names_nobody(plan)):
        plan = yield from plan_file(one.path, one.options, ws.today, ws)
    try:
        return (yield from import_planned(ws, one.path, one.options, plan, dry_run=dry_run, before=before))
    except OpenQuestionsError as error:
        raise _with_those_of(found[at + 1 :], error) from None
    except UserError as error:
        raise _within(one.archive, error) if one.archive else error from None


def _names_nobody(plan: importing.Plan) -> bool:
    """Whether deals or activities are nobody's: people who came in before them may stand in another column."""
    return any(plan.kind == kind and not plan.rules.is_given(field) for kind, field in WHOSE)


def _with_those_of(following: Sequence[_Found], error: OpenQuestionsError) -> OpenQuestionsError:
    asked: list[ImportQuestion] = list(error.questions)
    told, answers = error.problem, error.advice
    for other in following:
        fresh = [one for one in other.plan.preview.questions if one.about not in {known.about for known in asked}]
        if fresh:
            told += f" {other.path.name} leaves something open. {' '.join(one.about for one in fresh)}"
            answers += "".join(f"; {how_to_answer(one)}" for one in fresh if one.option not in answers)
            asked += fresh
    return OpenQuestionsError(told, answers, tuple(asked))
