"""Bring an export in as it was planned, see what it did, take it back."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from kpidesk import importing, store
from kpidesk.core.errors import ImportQuestion, Issue, OpenQuestionsError
from kpidesk.core.fields import KIND_OF_RECORD, Kind
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.imports import ChangeCount, ImportOptions, ImportReport, LookAlike, Preview, sheet_name
from kpidesk.core.progress import Progress, telling
from kpidesk.core.rate_words import unrated_records
from kpidesk.core.rates import Rate
from kpidesk.core.records import ParsedRows, RawRows
from kpidesk.operations import chosen, duplicates
from kpidesk.operations.changes import changes_of, past_changed
from kpidesk.operations.event_order import told_backwards
from kpidesk.operations.exports import check_export_path
from kpidesk.operations.links import links_of
from kpidesk.operations.planning import plan_file, refuse_exchanged, sets_currency
from kpidesk.operations.rates import rates, refuse_unsaid, tried
from kpidesk.operations.workspace import Workspace, all_or_none, kept_whole, settings


def import_file(
    ws: Workspace, path: Path, options: ImportOptions, *, dry_run: bool = False
) -> Generator[Progress, None, ImportReport]:
    """Import one export file: all of it or nothing.

    Closing the generator before its end leaves the workspace as it was.

    Raises:
        OpenQuestionsError: the file leaves something open that only the user can answer.
        UserError: the file cannot be read.
    """
    plan = yield from plan_file(path, options, ws.today, ws)

    def linked() -> Generator[Progress, None, ImportReport]:
        return (yield from with_links(ws, (yield from import_planned(ws, path, options, plan))))

    return (yield from import_planned(ws, path, options, plan, dry_run=True) if dry_run else kept_whole(ws, linked()))


def import_planned(
    ws: Workspace,
    path: Path,
    options: ImportOptions,
    plan: importing.Plan,
    *,
    dry_run: bool = False,
    before: Collection[Rate] | None = None,
) -> Generator[Progress, None, ImportReport]:
    """Import a file as it was planned: all of it or nothing. What its records lead to is not told, see `with_links`.

    `before` are the rates from before the files that came with it: those of all of them are one list.

    Raises:
        OpenQuestionsError: the plan leaves something open that only the user can answer.
        UserError: the file has changed since, or cannot be read.
    """
    _refuse_open_questions(path, plan.preview)
    watched, merged = duplicates.watch(ws, plan), chosen.merges_of(ws, plan, options.same)
    own = {key: said for key, said in options.same.items() if key not in merged}
    yield from chosen.refuse_unknown(ws, plan, own)
    known = rates(ws) if plan.kind == "rates" else ()
    tries = dry_run and plan.kind == "rates"  # what they move is seen once they are in
    with tried(ws) if tries else nullcontext() if dry_run else all_or_none(ws):
        if not dry_run:
            _take_currency(ws, plan.preview)
        counts = dry_run and not tries
        (_, outcome), *others = yield from _run(ws, _parts(path, options, plan, merged), watched, dry_run=counts)
        yield from refuse_exchanged(path, plan)
        if known:
            listed = () if before is None else tuple(one for one in known if one not in before)
            refuse_unsaid(ws, known, "--set restates=yes", listed)
        found = (yield from compared(ws, watched)) if watched else ()
        if not dry_run:
            chosen.keep_apart(ws, found, plan, outcome.import_id)
        changes = (yield from _changes(ws, outcome)) if plan.kind == "deals" and not dry_run else ()
    currency = plan.preview.currency if dry_run and sets_currency(ws, plan.preview) else settings(ws).currency
    report = _report(plan.preview, outcome, changes, currency, dry_run=dry_run)
    report = replace(report, file=sheet_name(report.file, options.sheet))
    with_it = tuple(_report(preview, other, (), currency, dry_run=dry_run) for preview, other in others)
    alike = chosen.unsaid(found, plan, merged)
    told = (*map(_also, with_it), *duplicates.told(plan.kind, alike), *_counted_twice(ws, plan.kind))
    told += past_changed(changes, outcome.import_id)
    lacking = () if dry_run else (*told_backwards(ws, plan.kind), *_without_rates(ws))
    return replace(report, with_it=with_it, look_alikes=alike, notices=report.notices + told + lacking)


def compared(ws: Workspace, watched: duplicates.Watched) -> Generator[Progress, None, tuple[LookAlike, ...]]:
    """What the new rows of a file look like."""
    step = Progress(0, 0, "Looking for records that are there already")
    return (yield from telling(ws.db.aside(lambda: duplicates.compared(ws, watched)), step))


def _changes(ws: Workspace, outcome: store.ImportOutcome) -> Generator[Progress, None, tuple[ChangeCount, ...]]:
    """What an import of deals changed since the one before."""
    work = ws.db.aside(lambda: changes_of(ws, outcome.import_id, outcome.added + outcome.updated))
    return (yield from telling(work, Progress(0, 0, "Counting what changed")))


def _without_rates(ws: Workspace) -> tuple[str, ...]:
    """Which currencies of the data no rate at all is known for; that a day lacks one is told where it matters."""
    known = {rate.currency for rate in rates(ws)}
    counts = store.currency_counts(ws.db)
    return tuple(unrated_records(rows, code) for code, rows in sorted(counts.items()) if code not in known)


def _counted_twice(ws: Workspace, kind: Kind) -> tuple[str, ...]:
    """What is to be known where a file of forecasts holds some that were given in the app as well."""
    if kind != "forecasts":
        return ()
    from kpidesk.operations.submissions import counted_twice  # it asks for the engine, which others have no use for

    return counted_twice(ws)


def with_links(ws: Workspace, report: ImportReport) -> Generator[Progress, None, ImportReport]:
    """A report with what its records lead to, once every file is in: a lead may name a deal of a later one."""
    work = ws.db.aside(lambda: links_of(ws, report.kind))
    return replace(report, linked=(yield from telling(work, Progress(0, 0, "Counting what belongs together"))))


def _take_currency(ws: Workspace, preview: Preview) -> None:
    """Let a workspace count in the currency of the first amounts that come into it, as deals have them."""
    if sets_currency(ws, preview):
        store.save_settings(ws.db, replace(settings(ws), currency=preview.currency))


def _also(report: ImportReport) -> str:
    """What else of a file was imported, in a sentence."""
    many = KIND_OF_RECORD[report.kind].many
    return (
        f"Of the {report.read:,} {many} in the same file {report.added:,} are new, {report.updated:,} changed, "
        f"{report.unchanged:,} unchanged and {report.rejected:,} could not be read."
    )


def _run(
    ws: Workspace,
    parts: Iterable[tuple[importing.Plan, store.ImportHeader]],
    watched: duplicates.Watched | None,
    *,
    dry_run: bool,
) -> Generator[Progress, None, list[tuple[Preview, store.ImportOutcome]]]:
    """Import what a file holds, part after part; `watched` looks at the first of them alone."""
    outcomes: list[tuple[Preview, store.ImportOutcome]] = []
    for plan, header in parts:
        parse = partial(_parse, plan, None if outcomes else watched)
        outcome = yield from store.run_import(ws.db, header, importing.chunks(plan), parse, dry_run=dry_run)
        outcomes.append((plan.preview, outcome))
    return outcomes


def _parse(plan: importing.Plan, watched: duplicates.Watched | None, rows: RawRows) -> ParsedRows:
    parsed = importing.parse(plan, rows)
    return watched.note(rows, parsed) if watched else parsed


def _parts(
    path: Path, options: ImportOptions, plan: importing.Plan, merged: chosen.Elsewhere
) -> Iterator[tuple[importing.Plan, store.ImportHeader]]:
    """What a file holds: what it was planned for, and after it what stands in other columns of its rows."""
    yield plan, _header(path, options, plan, merged)
    yield from ((other, _header(path, options, other, {})) for other in importing.companions(plan))


def _header(path: Path, options: ImportOptions, plan: importing.Plan, merged: chosen.Elsewhere) -> store.ImportHeader:
    preview = plan.preview
    return store.ImportHeader(
        kind=preview.kind,
        source=plan.source,
        data_date=preview.data_date,
        complete=options.complete and not preview.is_partial,
        file_name=path.name,
        sha256=plan.sha256,
        recipe=plan.recipe,
        dialect=preview.dialect,
        total_rows=preview.total_rows,
        outcomes=plan.outcomes,
        profile_key=plan.profile_key,
        profile=plan.profile,
        ordinals=plan.ordinals,
        columns={column.field: column.header for column in preview.columns if column.field},
        once=plan.once,
        merged=merged,
    )


def _refuse_open_questions(path: Path, preview: Preview) -> None:
    if not preview.questions:
        return
    abouts = " ".join(question.about for question in preview.questions)
    answers = "; ".join(dict.fromkeys(map(how_to_answer, preview.questions)))
    raise OpenQuestionsError(
        f"{path.name} leaves something open. {abouts}",
        f"Nothing was imported. Answer with: {answers}",
        preview.questions,
    )


def how_to_answer(question: ImportQuestion) -> str:
    """The option that answers a question, and whether it is given several times."""
    return f"{question.option}, once for each word" if question.option.startswith("--stage") else question.option


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
        notices=(*(one for one in preview.notices if dry_run or one not in preview.foretold), *outcome.notices),
        changes=changes,
        dry_run=dry_run,
        currency=currency,
        columns=preview.columns,
    )


def rejected(ws: Workspace, import_id: int) -> tuple[tuple[Issue, str], ...]:
    """The rows of an import that could not be read: what is wrong, and the row as text."""
    return store.rejected_rows(ws.db, import_id)


def save_rejected(ws: Workspace, import_id: int, to: Path) -> int:
    """Write the rows that an import refused as CSV, each with what is wrong beside its own columns; gives how many.

    Corrected, the file can be imported like any other: its rows are then taken in, and no other record changes.

    Raises:
        UserError: the file cannot be written there.
    """
    from kpidesk.exporting.files import write_whole
    from kpidesk.exporting.rejects import rejects_csv

    check_export_path(ws, to)
    rows = rejected(ws, import_id)
    recipe, day = store.import_recipe(ws.db, import_id)
    write_whole(to, rejects_csv(rows, importing.headers_of(recipe), day))
    return len(rows)


def undo_preview(
    ws: Workspace, import_id: int | None = None, *, dry_run: bool = True
) -> tuple[ImportEntry, ...]:  # fmt: skip
    """The imports that an undo would take back, the one named or the newest first; nothing is changed.

    Raises:
        UserError: there is no such import; or, where it is to follow, the workspace is read-only.
    """
    if not dry_run:
        ws.db.require_writable()
    number, together = store.undone_with(ws.db, import_id)
    taken = [one for one in store.import_history(ws.db) if one.import_id in together]
    return tuple(sorted(taken, key=lambda one: one.import_id != number))


def undo(ws: Workspace, import_id: int | None = None) -> Generator[Progress, None, store.UndoOutcome]:
    """Take an import back, the newest unless one is named; what other imports showed stays.

    The stage history in the columns of a file of deals goes with the deals, and they with it.

    Raises:
        UserError: there is no such import.
    """
    return (yield from kept_whole(ws, store.undo_import(ws.db, import_id)))
