"""Copies for a whole team in one go: a file for each rep with nothing of anybody else, a list, and one with all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kpidesk import paths
from kpidesk.core.errors import UserError
from kpidesk.core.export_packs import (
    CONTENTS,
    NAMES,
    TOGETHER,
    Copy,
    NoCopy,
    PackDone,
    PackEntry,
    PackKind,
    contents_paper,
    entry_title,
)
from kpidesk.core.file_names import file_name, file_names
from kpidesk.core.formats import period_text
from kpidesk.core.progress import Progress
from kpidesk.core.redaction import Redactor
from kpidesk.core.scorecards import Question
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.pack_copies import Wanted, copy_about, wanted_of
from kpidesk.operations.workspace import Workspace

Write = Callable[[Copy, Path], object]
WriteTogether = Callable[[Sequence[Copy], Path], object]


@dataclass(frozen=True, slots=True)
class ExportPack:
    """Copies to write: of what, of whom, to which folder, .zip or .pdf, each copy in a form (`.pdf`, `.html`).

    Of several kinds everybody's copies stand together. `write` writes one copy to a file, `together` all of them into
    one PDF.
    """

    kinds: tuple[PackKind, ...]
    question: Question
    to: Path
    write: Write
    together: WriteTogether
    form: str = ".pdf"
    redactor: Redactor | None = None


def export_pack(ws: Workspace, pack: ExportPack) -> Generator[Progress, None, PackDone]:
    """Write a copy for each rep (and team) of a scope, a list of them and one file with all.

    Left early or refused, nothing is written.

    Raises:
        UserError: nobody is in the scope, or the place is taken or cannot be written to.
    """
    from kpidesk.exporting import writing_to

    with writing_to(pack.to):
        _check_place(ws, pack.to)
        wanted, gone = wanted_of(ws, pack.kinds, pack.question)
        with _beside(pack.to) as folder:
            done = yield from _fill(ws, pack, wanted, gone, folder)
            _put(folder, done.files[-1], pack.to)
    return done


def _fill(
    ws: Workspace, pack: ExportPack, wanted: Sequence[Wanted], gone: tuple[NoCopy, ...], folder: Path
) -> Generator[Progress, None, PackDone]:
    """Write the copies into a folder."""
    alone = pack.to.suffix.lower() == ".pdf"
    copies, entries, missing, titles = [], [], [*gone], []
    for at, one in enumerate(wanted):
        name = scope_name(ws, one.scope)
        name = f"{NAMES[one.kind]} of {name}" if len(pack.kinds) > 1 else name
        yield Progress(at, len(wanted) + 1, _shown(pack, name))
        try:
            entry, copy = copy_about(ws, pack.question, one)
        except UserError as error:  # what the data do not tell of one rep keeps nobody else from a copy
            missing.append(NoCopy(name, error.problem))
            continue
        titles.append(entry_title(entry, _shown(pack, entry.whose)))
        file = "" if alone else file_names(titles, pack.form)[-1]
        if file:
            pack.write(copy, folder / file)
        copies.append(copy)
        entries.append(replace(entry, file=file))
    if not copies:
        raise UserError(f"There is nothing to write: {missing[0].whose}: {missing[0].why}", "")
    yield Progress(len(wanted), len(wanted) + 1, "One file with everybody")
    files = _list_and_whole(ws, pack, copies, (entries, missing), folder)
    return PackDone(files, tuple(entries), tuple(missing))


def _list_and_whole(
    ws: Workspace, pack: ExportPack, copies: Sequence[Copy], told: tuple[list[PackEntry], list[NoCopy]], folder: Path
) -> tuple[str, ...]:
    """Write what the pack holds as a list, and all copies in one file behind the same list; gives every file's name."""
    entries, missing = told
    about = f"{scope_name(ws, pack.question.scope)} · {period_text(pack.question.period)}"
    contents = contents_paper(pack.kinds, about, entries, missing)
    whole = file_name(f"{NAMES[pack.kinds[0]]} {TOGETHER}" if len(pack.kinds) == 1 else TOGETHER, ".pdf")
    pack.together([contents, *copies], folder / whole)
    if pack.to.suffix.lower() == ".pdf":
        return (whole,)
    listed = f"{CONTENTS}{pack.form}"
    pack.write(contents, folder / listed)
    return (listed, *(entry.file for entry in entries), whole)


def _shown(pack: ExportPack, name: str) -> str:
    return pack.redactor.text(name) if pack.redactor is not None else name


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
    with paths.written_beside(to) as folder:
        try:
            yield folder
        except UserError as error:  # who reads it knows the place chosen, not the one beside it
            raise UserError(error.problem.replace(str(folder), str(to.absolute())), error.advice) from error


def _put(folder: Path, whole: str, to: Path) -> None:
    """Put what was written in its place in one step."""
    ending = to.suffix.lower()
    if ending == ".pdf":
        (folder / whole).replace(to)
    elif ending == ".zip":
        Path(shutil.make_archive(str(folder), "zip", folder)).replace(to)
    else:
        if to.is_dir():
            to.rmdir()
        folder.rename(to)
