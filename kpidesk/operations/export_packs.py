"""Copies for a whole team in one go: a file for each rep with nothing of anybody else, and one with everything."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kpidesk.core.errors import UserError
from kpidesk.core.export_packs import NAMES, TOGETHER, Copy, PackKind
from kpidesk.core.file_names import file_name, file_names
from kpidesk.core.people import Scope
from kpidesk.core.progress import Progress
from kpidesk.core.redaction import Redactor
from kpidesk.core.scorecards import Question
from kpidesk.operations.evaluation import scorecard
from kpidesk.operations.reviews import sheet_for
from kpidesk.operations.row_luck import with_luck
from kpidesk.operations.workspace import Workspace

Write = Callable[[Copy, Path], object]
WriteTogether = Callable[[Sequence[Copy], Path], object]


@dataclass(frozen=True, slots=True)
class ExportPack:
    """Copies to write: of what, of whom, to which folder, .zip or .pdf, each copy in a form (`.pdf`, `.html`).

    `write` writes one copy to a file, `together` all of them into one PDF.
    """

    kind: PackKind
    question: Question
    to: Path
    write: Write
    together: WriteTogether
    form: str = ".pdf"
    redactor: Redactor | None = None


@dataclass(frozen=True, slots=True)
class PackDone:
    """What was written: the folder or file, and the files in it by name."""

    to: Path
    files: tuple[str, ...]


def export_pack(ws: Workspace, pack: ExportPack) -> Generator[Progress, None, PackDone]:
    """Write a copy for each rep of a scope and one file with all; left early or refused, nothing is written.

    Raises:
        UserError: nobody is in the scope, or the place is taken or cannot be written to.
    """
    from kpidesk.exporting import writing_to

    with writing_to(pack.to):
        _check_place(ws, pack.to)
        reps = _reps(ws, pack.question)
        with _beside(pack.to) as folder:
            names = yield from _fill(ws, pack, reps, folder)
            _put(folder, names[-1], pack.to)
    return PackDone(pack.to, names)


def _fill(
    ws: Workspace, pack: ExportPack, reps: Sequence[Scope], folder: Path
) -> Generator[Progress, None, tuple[str, ...]]:
    """Write the copies into a folder; gives their names, last that of the one with all."""
    copies: list[Copy] = []
    alone = pack.to.suffix.lower() == ".pdf"
    names = file_names((_title(pack, rep) for rep in reps), pack.form)
    for at, (rep, name) in enumerate(zip(reps, names, strict=True)):
        yield Progress(at, len(reps) + 1, _shown(pack, rep.name))
        copies.append(_copy(ws, pack, rep))
        if not alone:
            pack.write(copies[-1], folder / name)
    yield Progress(len(reps), len(reps) + 1, "One file with everybody")
    whole = file_name(f"{NAMES[pack.kind]} {TOGETHER}", ".pdf")
    pack.together(copies, folder / whole)
    return (whole,) if alone else (*names, whole)


def _shown(pack: ExportPack, name: str) -> str:
    return pack.redactor.text(name) if pack.redactor is not None else name


def _title(pack: ExportPack, rep: Scope) -> str:
    """What a copy is called: "Scorecard Ann Lee Q3 2026"."""
    return f"{NAMES[pack.kind]} {_shown(pack, rep.name)} {pack.question.period.label}"


def _reps(ws: Workspace, question: Question) -> tuple[Scope, ...]:
    """Everybody who has a row of their own in a scope."""
    if question.scope.kind == "rep":
        return (question.scope,)
    rows = scorecard(ws, replace(question, by="rep", periods=1)).rows
    found = tuple(dict.fromkeys(row.scope for row in rows if row.scope.kind == "rep"))
    if not found:
        raise UserError("Nobody is in this team in this period.", "Choose another team or period.")
    return found


def _copy(ws: Workspace, pack: ExportPack, rep: Scope) -> Copy:
    question = replace(pack.question, scope=rep, by="")
    if pack.kind == "one-on-ones":
        return sheet_for(ws, rep, question.period)
    card = with_luck(ws, scorecard(ws, question))
    return replace(card, rows=tuple(replace(row, kpi=replace(row.kpi, owner="")) for row in card.rows))


# --- the place ------------------------------------------------------------------------------------------------------


def _check_place(ws: Workspace, to: Path) -> None:
    if not to.absolute().parent.is_dir():
        raise UserError(f"The folder {to.absolute().parent} does not exist.", "Make it, or choose another.")
    if to.exists() and to.resolve() == ws.path.resolve():
        raise UserError(f"{to} is the open workspace.", "Choose another name.")
    if to.suffix.lower() in (".zip", ".pdf"):
        if to.is_dir():
            raise UserError(f"{to} is a folder.", "Choose a file name.")
    elif to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise UserError(f"{to} exists already.", "Choose a new folder, or one that is empty.")


@contextmanager
def _beside(to: Path) -> Iterator[Path]:
    """A folder to write in beside the place, gone at the end whatever happens."""
    made = Path(tempfile.mkdtemp(prefix=".kpidesk-", dir=to.absolute().parent))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put(folder: Path, whole: str, to: Path) -> None:
    """Put what was written in its place in one step."""
    ending = to.suffix.lower()
    if ending == ".pdf":
        (folder / whole).replace(to)
    elif ending == ".zip":
        with tempfile.TemporaryDirectory(prefix=".kpidesk-", dir=to.absolute().parent) as place:
            Path(shutil.make_archive(str(Path(place) / "pack"), "zip", folder)).replace(to)
    else:
        if to.is_dir():
            to.rmdir()
        folder.rename(to)
