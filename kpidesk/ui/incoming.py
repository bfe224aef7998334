"""What comes into the workspace through the window: files dropped, chosen or found in a folder, and the way back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from kpidesk.core.wording import listed
from kpidesk.ui import opening, upkeep
from kpidesk.ui.messages import confirm
from kpidesk.ui.surroundings import Surroundings
from kpidesk.ui.widgets.new_exports import choose_folder

if TYPE_CHECKING:
    from kpidesk.core.import_history import ImportEntry
    from kpidesk.operations import FolderFile
    from kpidesk.ui.main_window import MainWindow

log = logging.getLogger("kpidesk")
MOST_NAMED = 4


def import_files(window: MainWindow, paths: Sequence[Path]) -> None:
    """Hand files to the Data page; a workspace among them is opened, and without one open it is made first.

    The answers of reps to preparation forms go to the page of one-on-ones, one after the other. Of several workspaces
    the first is opened, and the others are named.
    """
    workspaces = [path for path in paths if path.suffix.lower() == upkeep.SUFFIX]
    answers = [path for path in paths if window.path is not None and not workspaces and _is_answer(path)]
    exports = [path for path in paths if path not in workspaces and path not in answers]
    if answers:
        page: Any = window.show_page("one-on-ones")
        # a dialog must not open before the drag that may have brought the file is over
        QTimer.singleShot(0, page, lambda: page.read_answer(answers[0], answers[1:]))
    if workspaces:
        opening.open_workspace(window, workspaces[0], then=lambda: _opened(window, workspaces, exports))
    elif exports and window.path is None:
        # A dialog must not open before the drag that may have brought the files is over.
        QTimer.singleShot(0, window, lambda: opening.new_workspace(window, then=lambda: import_files(window, exports)))
    elif exports:
        data: Any = window.show_page("data")
        data.import_files(exports)


def _opened(window: MainWindow, workspaces: Sequence[Path], exports: Sequence[Path]) -> None:
    """Go on with the exports that came with a workspace, and say which other workspaces stay closed."""
    first, *others = (path.name for path in workspaces)
    if others:
        closed = f"{listed(others, MOST_NAMED)} {'is' if len(others) == 1 else 'are'} not"
        window.toast(f"{first} is open, {closed}: one workspace is open at a time.")
    import_files(window, exports)


def _is_answer(path: Path) -> bool:
    from kpidesk import operations  # not needed before a file comes

    return operations.looks_like_answer(path)


def take_new(window: MainWindow, files: tuple[FolderFile, ...]) -> None:
    """Take in what was found in the watched folder; each is shown before it is imported."""
    import_files(window, window.watch.take(files))


def choose_watched(window: MainWindow) -> None:
    """Let the user choose the folder in which new exports are looked for."""
    folder = choose_folder(window, window.preferences.watched)
    if folder is not None:
        window.watch.watch(folder)
        window.toast(f"New exports in {folder.name or folder} are offered from now on; none is imported by itself.")


def tell_newest(window: MainWindow, before: Surroundings | None, found: Surroundings) -> None:
    """Say what the newest imports did, with a way back for all of them, when the window did not know them.

    Once one of them is taken back, that is offered no more.
    """
    left = tuple(one for one in window.brought_last if one in found.imports)
    if left != window.brought_last:
        window.brought_last = left
        window.toast("")
    known = before.last_import.import_id if before is not None and before.last_import is not None else 0
    fresh = [one for one in found.imports if one.import_id > known]
    for one in fresh:
        counts = (one.read, one.added, one.updated, one.rejected)
        log.info("import of %s: %d read, %d added, %d updated, %d rejected", one.kind, *counts)
    if fresh:
        what, words = brought_words(fresh)
        numbers = tuple(one.import_id for one in fresh)
        window.brought_last = tuple(fresh)
        window.toast(words, button="Undo", act=lambda: undo_imports(window, numbers, what))


def brought_words(entries: Sequence[ImportEntry]) -> tuple[str, str]:
    """What was brought in, a file or how many, and a sentence on what that did, with the sums of the list of files.

    What one file brought besides its own records does not count as another file.
    """
    files = list(dict.fromkeys(one.file for one in entries))
    if len(files) > 1:
        what = f"{len(files):,} files"
        deals = {one.file for one in entries if one.kind == "deals"}
        own = [one for one in entries if one.kind != "stage-history" or one.file not in deals]
        added, updated = sum(one.added for one in own), sum(one.updated for one in own)
        return what, f"{what} imported: {added:,} added, {updated:,} updated."
    first = entries[0]
    return first.file, f"{first.file}: {first.added:,} added, {first.updated:,} updated."


def undo_imports(window: MainWindow, import_ids: Sequence[int], what: str) -> None:
    """Take imports back on the Data page, where the progress is seen."""
    page: Any = window.show_page("data")
    page.undo_imports(import_ids, what)


def undo_last(window: MainWindow) -> None:
    """Take the newest import back, after asking; files that came in together go together."""
    around = window.surroundings
    if around is None or around.last_import is None:
        window.toast("There is no import to undo.")
        return
    together = tuple(one for one in window.brought_last if one in around.imports)
    entries = together if around.last_import in together else (around.last_import,)
    what, _ = brought_words(entries)
    files = dict.fromkeys(one.file for one in entries)
    named = f"{listed(files, MOST_NAMED)}. " if len(files) > 1 else ""
    if confirm(window, "Undo an import", f"Undo the import of {what}?",
               f"{named}What other imports showed stays.", yes="Undo the import"):  # fmt: skip
        undo_imports(window, tuple(one.import_id for one in entries), what)
