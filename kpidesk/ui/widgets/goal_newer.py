"""Taking the newer definition of the catalogue on the page of a KPI: what it changes is said before."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.lint import Fix, LintFinding
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.check_findings import FixDialog
from kpidesk.ui.widgets.check_text import before_fixing


def ask_newer(shell: Shell, page: QWidget, finding: LintFinding) -> None:
    """Say what the newer definition changes; on a yes the KPI is counted by it from the next period on."""
    if finding.fix is None:
        return
    dialog = FixDialog(finding.fix, finding.problem, before_fixing(finding.fix), page)

    def done(words: str) -> None:
        dialog.accept()
        shell.toast(words)
        shell.announce(Change.KPIS | Change.GOALS)

    def take(fix: Fix) -> None:
        shell.jobs.ask("take-newer", lambda workspace: operations.apply_fix(workspace, fix), done, dialog.show_error)

    dialog.wanted.connect(take)
    dialog.open()
