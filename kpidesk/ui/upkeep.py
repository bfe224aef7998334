"""What the menu offers besides the pages: choose files, change settings, back up, check, go back to a backup."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from kpidesk import paths
from kpidesk.core.changes import Change
from kpidesk.core.settings import Settings
from kpidesk.ui.jobs import Work, Workspace
from kpidesk.ui.long_work import do_work, may_interrupt
from kpidesk.ui.messages import confirm, message
from kpidesk.ui.widgets.import_drop import choose_files

if TYPE_CHECKING:
    from kpidesk.ui.main_window import MainWindow

SUFFIX = ".kpidesk"
WORKSPACES = f"KPI Desk workspaces (*{SUFFIX})"
EVERYTHING = ";;All files (*)"


def choose_exports(window: MainWindow) -> None:
    """Let the user pick exports, and import them."""
    found = choose_files(window)
    if found:
        window.import_files(found)


def choose_existing(parent: QWidget) -> Path | None:
    """Let the user pick a workspace; None when cancelled."""
    name, _ = QFileDialog.getOpenFileName(parent, "Open a workspace", _documents(), WORKSPACES + EVERYTHING)
    return Path(name) if name else None


def choose_new(parent: QWidget) -> Path | None:
    """Let the user say where a new workspace is to be kept; None when cancelled."""
    offered = _free_name(Path(_documents()))
    title = "Keep your numbers in this file"
    name, _ = QFileDialog.getSaveFileName(parent, title, str(offered), WORKSPACES)
    if not name:
        return None
    path = Path(name)
    return path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX)


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)


def _free_name(folder: Path) -> Path:
    names = ("Sales", *(f"Sales {number}" for number in range(2, 100)))
    return next(
        (path for name in names if not (path := folder / f"{name}{SUFFIX}").exists()), folder / f"Sales{SUFFIX}"
    )


def edit_settings(window: MainWindow) -> None:
    """Show the settings of the workspace and keep what is changed."""
    from kpidesk.core.unfit_goals import UNFIT_ADVICE
    from kpidesk.ui.widgets.settings_dialog import SettingsDialog  # a window must not wait for it

    dialog = SettingsDialog(window.settings, window, window.preferences.watched)

    def save(new: Settings) -> None:
        window.jobs.ask(
            "settings",
            lambda workspace: _unfit_goals(workspace, new),
            lambda unfit: keep(new, unfit),
            dialog.show_error,
        )

    def keep(new: Settings, unfit: str) -> None:
        if unfit and not confirm(dialog, "Change how it counts", unfit, UNFIT_ADVICE, yes="Save anyway"):
            return
        window.jobs.ask(
            "settings", lambda workspace: _save_settings(workspace, new), lambda _none: saved(), dialog.show_error
        )

    def saved() -> None:
        window.watch.watch(dialog.watched.folder)
        dialog.accept()
        window.toast("Settings saved.")
        window.announce(Change.SETTINGS)

    dialog.wanted.connect(save)
    dialog.numbers_wanted.connect(lambda: window.show_page("numbers"))
    dialog.open()


def _unfit_goals(workspace: Workspace, new: Settings) -> str:
    from kpidesk import operations

    return operations.unfit_goals(workspace, new)


def _save_settings(workspace: Workspace, new: Settings) -> None:
    from kpidesk import operations

    operations.save_settings(workspace, new)


def back_up(window: MainWindow) -> None:
    """Write a verified copy into the backups folder."""
    window.jobs.ask("backup", _back_up, lambda copy: _backed_up(window, copy), window.show_error)


def _back_up(workspace: Workspace) -> Path:
    from kpidesk import operations

    return operations.backup(workspace)


def _backed_up(window: MainWindow, copy: Path) -> None:
    window.toast(f"Backed up and verified: {copy.name}", button="Where?", act=lambda: _tell_where(window, copy))


def _tell_where(window: MainWindow, copy: Path) -> None:
    message(window, "Backup", f"The copy is kept in {copy.parent}.", "It is a workspace like any other.")


def check(window: MainWindow) -> None:
    """Check that the file is whole, and say what was found; not while something is written: it would hide how far."""
    if not may_interrupt(window, "The file cannot be checked yet"):
        return
    do_work(
        window,
        "check",
        _check,
        lambda report: _checked(window, report),
        heading="Checking the file",
        promise="Nothing is changed.",
        needs_workspace=True,
    )


def _check(workspace: Workspace) -> Work:
    from kpidesk import operations

    return operations.check(workspace)


def _checked(window: MainWindow, report: Any) -> None:
    problems = tuple(report.problems)
    if problems:
        message(window, "Check", "Something is wrong with the file.", "\n".join(problems), tone="bad")
    else:
        window.toast("The file is whole: every import adds up and its history can be derived again.")


def choose_backup(parent: QWidget, path: Path) -> Path | None:
    """Let the user choose a backup for the workspace at `path`; None when cancelled or not agreed to."""
    name, _ = QFileDialog.getOpenFileName(parent, "Choose a backup", str(paths.data_folder() / "backups"), WORKSPACES)
    if not name:
        return None
    question = f"Put the backup {Path(name).name} in the place of {path.name}?"
    agreed = confirm(parent, "Go back to a backup", question, "The present file is kept beside it.", yes="Go back")
    return Path(name) if agreed else None
