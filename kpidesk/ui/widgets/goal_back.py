"""An earlier version of a KPI taken back into use on its page: what that changes is said, and why is asked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.drafts import KpiChange
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.timeline import EarlierVersion
from kpidesk.ui.page import Page, Shell
from kpidesk.ui.widgets.goal_history import KpiHistory
from kpidesk.ui.widgets.people_dialogs import AskDialog

LATER = "It counts from the next period on; periods that have begun keep their definition."
NO_REASON = UserError("Going back needs a reason.", "It stays in the history.")


def show_versions(shell: Shell, history: KpiHistory, kpi: Kpi) -> None:
    """Offer the earlier versions of a KPI below its history."""
    shell.jobs.ask(
        "earlier-versions", lambda workspace: operations.versions_before(workspace, kpi.id),
        lambda found: history.show_versions(kpi.id, found), lambda _: history.show_versions(kpi.id, ()),
    )  # fmt: skip


class BackDialog(AskDialog):
    """What going back to a version changes, and why; `wanted` sends the reason. A class because it is a dialog."""

    wanted = Signal(str)

    def __init__(self, version: EarlierVersion, parent: QWidget | None = None) -> None:
        title = f"Back to version {version.kpi.version} of {version.kpi.name}"
        super().__init__(title, "\n".join((*version.words, "", LATER)), "Go back", parent)
        self.reason = QLineEdit()
        self.add("Why?", self.reason)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self) -> None:
        """Send the reason; without one, say that it is needed."""
        if not self.reason.text().strip():
            self.show_error(NO_REASON)
            return
        self.yes.setEnabled(False)
        self.wanted.emit(self.reason.text().strip())


def ask_back(shell: Shell, page: Page, wanted: EarlierVersion) -> None:
    """Say what going back changes and ask why; with a reason the version holds again."""
    dialog = BackDialog(wanted, page)

    def done(changed: KpiChange) -> None:
        dialog.accept()
        shell.toast(f"{changed.after.name} is defined as in version {wanted.kpi.version} again.")
        shell.announce(Change.KPIS)

    def take_back(reason: str) -> None:
        question, version = page.question, wanted.kpi.version
        if question is not None:
            shell.jobs.ask(
                "take-back-version",
                lambda workspace: operations.change_back(
                    workspace, wanted.kpi.id, question, version=version, reason=reason
                ),
                done, dialog.show_error,
            )  # fmt: skip

    dialog.wanted.connect(take_back)
    dialog.open()
