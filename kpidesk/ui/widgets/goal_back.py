"""An earlier version of a KPI taken back into use on its page: what that changes is said, and why is asked."""

from __future__ import annotations

from PySide6.QtWidgets import QInputDialog

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.drafts import KpiChange
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.timeline import EarlierVersion
from kpidesk.ui.page import Page, Shell
from kpidesk.ui.widgets.goal_history import KpiHistory

LATER = "It counts from the next period on; periods that have begun keep their definition."
NO_REASON = "Nothing was changed: going back needs a reason, which stays in the history."


def show_versions(shell: Shell, history: KpiHistory, kpi: Kpi) -> None:
    """Offer the earlier versions of a KPI below its history."""
    shell.jobs.ask(
        "earlier-versions", lambda workspace: operations.versions_before(workspace, kpi.id),
        lambda found: history.show_versions(kpi.id, found), lambda _: history.show_versions(kpi.id, ()),
    )  # fmt: skip


def ask_back(shell: Shell, page: Page, wanted: EarlierVersion) -> None:
    """Say what going back changes and ask why; with a reason the version holds again."""
    changes = "\n".join(wanted.words)
    text = f"{changes}\n\n{LATER}\n\nWhy?"
    reason, agreed = QInputDialog.getText(page, f"Back to version {wanted.kpi.version} of {wanted.kpi.name}", text)
    question = page.question
    if not agreed or question is None:
        return
    if not reason.strip():
        shell.toast(NO_REASON)
        return

    def done(changed: KpiChange) -> None:
        shell.toast(f"{changed.after.name} is defined as in version {wanted.kpi.version} again.")
        shell.announce(Change.KPIS)

    def refused(error: UserError) -> None:
        shell.toast(str(error))

    shell.jobs.ask(
        "take-back-version",
        lambda workspace: operations.change_back(
            workspace, wanted.kpi.id, question, version=wanted.kpi.version, reason=reason
        ),
        done, refused,
    )  # fmt: skip
