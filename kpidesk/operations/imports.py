"""Bring an export in, see what it did, take it back."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from kpidesk import importing, store
from kpidesk.core.errors import Issue, OpenQuestionsError, UserError
from kpidesk.core.formats import day_text
from kpidesk.core.imports import ChangeCount, ImportEntry, ImportOptions, ImportReport, Preview
from kpidesk.core.progress import Progress, finish
from kpidesk.core.records import Outcome
from kpidesk.core.settings import Settings
from kpidesk.operations.changes import changes_of
from kpidesk.operations.exports import check_export_path
from kpidesk.operations.workspace import Workspace, close, open_workspace, settings

_Outcomes = Mapping[tuple[str, str], Outcome]
OUTCOME_WORDS: dict[Outcome, str] = {
    "open": "counts as open",
    "won": "counts as won",
    "lost": "counts as lost",
    "ignore": "is to be ignored",
}


def inspect(
    path: Path, options: ImportOptions, *, today: date, ws: Workspace | None = None
) -> Generator[Progress, None, Preview]:
    """Read a file and say what it is taken for, with the evidence; writes nothing."""
    plan = yield from _plan(path, options, today, ws)
    return plan.preview


def _plan(
    path: Path, options: ImportOptions, today: date, ws: Workspace | None
) -> Generator[Progress, None, importing.Plan]:
    known = store.known_outcomes(ws.db) if ws else {}
    before = _same_before(ws, path) if ws and options.as_of is None else None
    plan = yield from importing.inspect(
        path,
        replace(options, as_of=before) if before else options,
        settings=settings(ws) if ws else Settings(),
        known_stages=known,
        today=today,
        header_profiles=store.load_profiles(ws.db) if ws else {},
    )
    told = _changed_meanings(known, plan.outcomes)
    if before is None:
        return replace(plan, preview=replace(plan.preview, notices=plan.preview.notices + told))
    why = f"the same file was imported as of {day_text(before)}"
    told = (*told, f"{why[0].upper()}{why[1:]} before, so its data are of that day again; --as-of says otherwise.")
    return replace(plan, preview=replace(plan.preview, data_date_why=why, notices=plan.preview.notices + told))


def _same_before(ws: Workspace, path: Path) -> date | None:
    """The day a file of the same bytes was of: being imported once more makes it no newer."""
    return store.first_data_date(ws.db, _digest(path)) if path.is_file() else None


def _changed_meanings(before: _Outcomes, now: _Outcomes) -> tuple[str, ...]:
    """What is to be known when a word is answered otherwise than before: it is one answer for all deals."""
    return tuple(
        f"'{text}' {OUTCOME_WORDS[outcome]} from now on, in every period; it was {before[name, text]}."
        for (name, text), outcome in now.items()
        if before.get((name, text), outcome) != outcome
    )


def import_file(
    ws: Workspace, path: Path, options: ImportOptions, *, dry_run: bool = False
) -> Generator[Progress, None, ImportReport]:
    """Import one export file: all of it or nothing.

    Closing the generator before its end leaves the workspace as it was.

    Raises:
        OpenQuestionsError: the file leaves something open that only the user can answer.
        UserError: the file cannot be read.
    """
    plan = yield from _plan(path, options, ws.today, ws)
    _refuse_open_questions(path, plan.preview)
    before = settings(ws)
    first = not dry_run and not store.import_history(ws.db)
    if first and plan.preview.kind == "deals" and plan.preview.currency not in ("", before.currency):
        store.save_settings(ws.db, replace(before, currency=plan.preview.currency))
    try:
        outcome = yield from _run(ws, path, options, plan, dry_run=dry_run)
    except BaseException:
        if store.load_settings(ws.db) != before:
            store.save_settings(ws.db, before)
        raise
    counts = not dry_run and plan.preview.kind == "deals"
    changes = changes_of(ws, outcome.import_id, outcome.added + outcome.updated) if counts else ()
    return _report(plan.preview, outcome, changes, settings(ws).currency, dry_run=dry_run)


def _refuse_open_questions(path: Path, preview: Preview) -> None:
    if not preview.questions:
        return
    abouts = " ".join(question.about for question in preview.questions)
    answers = " ".join(question.option for question in preview.questions)
    raise OpenQuestionsError(
        f"{path.name} leaves something open. {abouts}",
        f"Nothing was imported. Answer with: {answers}",
        preview.questions,
    )


def _run(
    ws: Workspace, path: Path, options: ImportOptions, plan: importing.Plan, *, dry_run: bool
) -> Generator[Progress, None, store.ImportOutcome]:
    preview = plan.preview
    header = store.ImportHeader(
        kind=preview.kind,
        source=plan.source,
        data_date=preview.data_date,
        complete=options.complete,
        file_name=path.name,
        sha256=_digest(path),
        recipe=plan.recipe,
        dialect=preview.dialect,
        total_rows=preview.total_rows,
        outcomes=plan.outcomes,
        profile_key=plan.profile_key,
        profile=plan.profile,
        ordinals=plan.ordinals,
        columns={column.field: column.header for column in preview.columns if column.field},
    )
    return (
        yield from store.run_import(
            ws.db, header, importing.chunks(plan), lambda rows: importing.parse(plan, rows), dry_run=dry_run
        )
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _report(
    preview: Preview, outcome: store.ImportOutcome, changes: tuple[ChangeCount, ...], currency: str, *, dry_run: bool
) -> ImportReport:
    return ImportReport(
        import_id=outcome.import_id,
        kind=preview.kind,
        dialect=preview.dialect,
        file=preview.file,
        data_date=preview.data_date,
        read=outcome.read,
        added=outcome.added,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        rejected=outcome.rejected,
        skipped=outcome.skipped,
        issues=outcome.issues,
        notices=preview.notices + outcome.notices,
        changes=changes,
        dry_run=dry_run,
        currency=currency,
    )


def import_into(
    path: Path, files: Sequence[Path], options: ImportOptions, *, today: date, dry_run: bool = False
) -> Generator[Progress, None, tuple[ImportReport, ...]]:
    """Import files, one after the other, into the workspace at `path`, which is made when it is missing: all or none.

    Raises:
        UserError: one of them cannot be imported. Those before it are taken back, and a workspace made for them goes.
    """
    is_new = not path.exists()
    ws = open_workspace(path, create=True, today=today)
    before = settings(ws), store.known_outcomes(ws.db)
    reports: list[ImportReport] = []
    done = False
    try:
        for file in files:
            reports.append((yield from import_file(ws, file, options, dry_run=dry_run)))
        done = not dry_run
    except UserError as error:
        if len(files) > 1:
            error.advice = f"{error.advice} None of the {len(files)} files was imported.".strip()
        raise
    finally:
        if reports and not (done or dry_run or is_new):
            _take_back(ws, reports, *before)
        close(ws)
        if is_new and not done:
            path.unlink(missing_ok=True)
    return tuple(reports)


def _take_back(ws: Workspace, reports: Sequence[ImportReport], was: Settings, answers: _Outcomes) -> None:
    """Undo imports, the newest first, with the settings and answers that they brought."""
    for report in reversed(reports):
        finish(undo(ws, report.import_id))
    if settings(ws) != was:
        store.save_settings(ws.db, was)
    store.replace_outcomes(ws.db, answers)


def imports(ws: Workspace) -> tuple[ImportEntry, ...]:
    """The imports of a workspace, oldest first."""
    return store.import_history(ws.db)


def rejected(ws: Workspace, import_id: int) -> tuple[tuple[Issue, str], ...]:
    """The rows of an import that could not be read: what is wrong, and the row as text."""
    return store.rejected_rows(ws.db, import_id)


def save_rejected(ws: Workspace, import_id: int, to: Path) -> int:
    """Write the rows that an import refused as CSV, each with its line and what is wrong; gives how many.

    Raises:
        UserError: the file cannot be written there.
    """
    from kpidesk.exporting.files import write_whole
    from kpidesk.exporting.rejects import rejects_csv

    check_export_path(ws, to)
    rows = rejected(ws, import_id)
    write_whole(to, rejects_csv(rows))
    return len(rows)


def undo(ws: Workspace, import_id: int | None = None) -> Generator[Progress, None, store.UndoOutcome]:
    """Take an import back, the newest unless one is named; what other imports showed stays.

    Raises:
        UserError: there is no such import.
    """
    return (yield from store.undo_import(ws.db, import_id))
