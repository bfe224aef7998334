"""What a file is taken for before it is imported: kind, columns, day, source, with the evidence; writes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from kpidesk import importing, store
from kpidesk.core.errors import UserError
from kpidesk.core.fields import OF_AMOUNTS, Outcome
from kpidesk.core.formats import day_text
from kpidesk.core.imports import ImportOptions, Preview
from kpidesk.core.progress import Progress, telling
from kpidesk.core.settings import Settings
from kpidesk.operations import chosen
from kpidesk.operations.known_ids import source_of_ids
from kpidesk.operations.rates import rates
from kpidesk.operations.workspace import Workspace, settings

_Outcomes = Mapping[tuple[str, str], Outcome]
BLOCK = 1 << 20
OUTCOME_WORDS: dict[Outcome, str] = {
    "open": "counts as open",
    "won": "counts as won",
    "lost": "counts as lost",
    "ignore": "is to be ignored",
}


def _remembered(ws: Workspace, options: ImportOptions) -> dict[str, str]:
    """What is remembered of files, where asked for also of those whose import was undone."""
    undone = store.undone_profiles(ws.db).items() if options.recall else ()
    return {key: importing.as_undone(text) for key, text in undone} | store.load_profiles(ws.db)


def plan_file(
    path: Path, options: ImportOptions, today: date, ws: Workspace | None
) -> Generator[Progress, None, importing.Plan]:
    """Read a file and say how it will be imported; writes nothing."""
    look = yield from telling(store.in_steps(lambda: importing.inspect), Progress(0, 0, f"Opening {path.name}"))
    known = store.known_outcomes(ws.db) if ws else {}
    before = (yield from _same_before(ws, path)) if ws and options.as_of is None else None
    profiles = _remembered(ws, options) if ws else {}
    merged = chosen.elsewhere(ws, options.same) if ws else {}
    own = {key: said for key, said in options.same.items() if key not in merged}

    counting = settings(ws) if ws else Settings()

    def read(options: ImportOptions) -> Generator[Progress, None, importing.Plan]:
        return look(
            path,
            replace(options, as_of=before or options.as_of, same=own),
            settings=counting,
            known_stages=known,
            today=today,
            header_profiles=profiles,
            people=store.people_by_name(ws.db) if ws else {},
        )

    plan = yield from read(options)
    if plan.leans and sets_currency(ws, plan.preview):  # read as it will be from then on, or it were another next time
        counting, plan = replace(counting, currency=plan.preview.currency), replace(plan, held=())
        plan = yield from read(options)
    if ws and not (options.source or plan.preview.questions):
        source, notice = yield from source_of_ids(ws, plan, profiles)
        if source:
            plan = replace(plan, held=())  # or its rows were in memory twice
            plan = yield from read(replace(options, source=source))
        plan = replace(plan, preview=replace(plan.preview, notices=(notice, *plan.preview.notices))) if notice else plan
    told = _changed_meanings(known, plan.outcomes)
    if before is None:
        return replace(plan, preview=replace(plan.preview, notices=plan.preview.notices + told))
    why = f"the same file was imported as of {day_text(before)}"
    told = (*told, f"{why[0].upper()}{why[1:]} before, so its data are of that day again; --as-of says otherwise.")
    return replace(plan, preview=replace(plan.preview, data_date_why=why, notices=plan.preview.notices + told))


def _same_before(ws: Workspace, path: Path) -> Generator[Progress, None, date | None]:
    """The day a file of the same bytes was of: being imported once more makes it no newer."""
    digest = yield from _digest(path, f"Opening {path.name}")
    return store.first_data_date(ws.db, digest) if digest else None


def _digest(path: Path, doing: str) -> Generator[Progress, None, str]:
    """The SHA-256 of a file; empty where it cannot be read: what is wrong with it is said where its rows are."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                yield Progress(0, 0, doing)
    except OSError:
        return ""
    return digest.hexdigest()


def refuse_exchanged(path: Path, plan: importing.Plan) -> Generator[Progress, None, None]:
    """Refuse a file of text with other bytes than those that were planned, whatever its size and time say."""
    if plan.table.form == "text" and (yield from _digest(path, f"Checking {path.name}")) != plan.table.sha256:
        raise UserError(f"'{path.name}' has changed while it was being read.", "Import it again.")


def _changed_meanings(before: _Outcomes, now: _Outcomes) -> tuple[str, ...]:
    """What is to be known when a word is answered otherwise than before: it is one answer for all deals."""
    return tuple(
        f"'{text}' {OUTCOME_WORDS[outcome]} from now on, in every period; it was {before[name, text]}."
        for (name, text), outcome in now.items()
        if before.get((name, text), outcome) != outcome
    )


def sets_currency(ws: Workspace | None, preview: Preview) -> bool:
    """Whether a workspace will count in the currency of a file: another one, of the first amounts that come into it."""
    known = settings(ws) if ws else Settings()
    is_other = preview.kind in OF_AMOUNTS and preview.currency not in ("", known.currency)
    return is_other and not (ws and (store.has_amounts(ws.db) or rates(ws)))
