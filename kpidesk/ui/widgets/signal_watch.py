"""The line above a page that says what stands out, and the panel that it opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG, Scope
from kpidesk.core.scorecards import Question
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import slim_banner
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.signal_text import SignalsView, banner_words, digest_words

if TYPE_CHECKING:
    from kpidesk.core.signals import Acknowledgement, Digest, KpiSignal, RuleHit
    from kpidesk.ui.widgets.signal_dialog import SignalsDialog
    from kpidesk.ui.widgets.signal_rules import RuleInput, RulesDialog, RulesView


class SignalWatch(QObject):
    """The line and its panel; a class because it answers signals. `banner` is the widget to put on a page.

    `ask` looks for a scope and period, `ask_digest` for what is new with the newest import.
    """

    def __init__(self, shell: Shell, page: QWidget) -> None:
        super().__init__(page)
        self._shell, self._page = shell, page
        self._name = f"signals:{id(self)}"
        self._asked: Question | None = None
        self._again: Callable[[], None] = _not_asked
        self.banner = slim_banner()
        self.view: SignalsView | None = None
        self.dialog: SignalsDialog | None = None
        self.rules: RulesDialog | None = None
        self._wanted = False

    def ask(self, question: Question) -> None:
        """Look for what stands out of a scope, by the end of its period."""
        self._asked, self._again = question, lambda: self.ask(question)
        self._shell.jobs.ask(
            self._name, lambda workspace: view_of(workspace, question), self._show, self._nothing, aside=True
        )

    def ask_digest(self, import_id: int = 0, question: Question | None = None) -> None:
        """Look for what an import, by default the newest, is the first to show of a scope."""
        self._asked, self._again = question, lambda: self.ask_digest(import_id, question)
        scope, day = (question.scope, question.as_of) if question is not None else (ORG, None)
        self._shell.jobs.ask(
            self._name, lambda workspace: _digest(workspace, import_id, scope, day), self._show_digest, self._nothing
        )

    def hide(self) -> None:
        """Say nothing any more."""
        self.banner.say("")

    def _nothing(self, _error: UserError) -> None:
        """What stands beside the numbers is left out where it cannot be had."""
        self.banner.say("")

    def _show(self, view: SignalsView) -> None:
        self.view = view
        words = banner_words(view.found, view.hits, self._shell.settings)
        self.banner.say(words, "info", button="Look at it", act=self._open)
        if self.dialog is not None:
            self.dialog.show_view(view)
        elif self._wanted:
            self.open()

    def _show_digest(self, answer: tuple[Digest, SignalsView]) -> None:
        found, self.view = answer
        self.banner.say(digest_words(found), "info", button="Look at it", act=self._open)
        if self.dialog is not None:
            self.dialog.show_view(self.view)

    # --- the panel -------------------------------------------------------------------------------------------------

    def open(self) -> SignalsDialog | None:
        """Open the panel, at once or as soon as there is something to show."""
        self._wanted = self.view is None
        if self.view is None:
            return None
        from kpidesk.ui.widgets.signal_dialog import SignalsDialog  # a first scorecard must not wait for it

        made = self.dialog = SignalsDialog(self._shell.theme, self._shell.settings, self._page.window())
        made.said.connect(self._say)
        made.taken_back.connect(self._take_back)
        made.trend.connect(self._open_trend)
        made.rows.connect(self._open_rows)
        made.initiatives.connect(self._open_initiatives)
        made.rules.connect(self.open_rules)
        made.destroyed.connect(self._closed)
        made.show_view(self.view)
        made.open()
        return made

    def _open(self) -> None:
        self.open()

    def _closed(self) -> None:
        self.dialog = None

    def _close(self) -> None:
        if self.dialog is not None:
            self.dialog.accept()

    def _say(self, one: KpiSignal | RuleHit, reason: str) -> None:
        self._shell.jobs.ask(
            "acknowledge", lambda workspace: operations.acknowledge_signal(workspace, one, reason), self._said,
            self._shell.show_error, certain=True,
        )  # fmt: skip

    def _said(self, said: Acknowledgement) -> None:
        if said.scope.kind == "rep":
            words = f"Put aside. The next one-on-one with {said.scope.name} brings it up."
        else:
            words = "Put aside."
        self._shell.toast(words, button="Undo", act=lambda: self._take_back(said))
        self._changed()

    def _take_back(self, said: Acknowledgement) -> None:
        self._shell.jobs.ask(
            "acknowledge", lambda workspace: operations.take_back_acknowledgement(workspace, said.id),
            lambda _done: self._changed(), self._shell.show_error, certain=True,
        )  # fmt: skip

    def _changed(self) -> None:
        self._shell.announce(Change.REVIEWS)
        self._again()

    def _open_trend(self, one: KpiSignal | RuleHit) -> None:
        self._close()
        self._shell.set_scope(one.scope)
        self._shell.open_trend(one.kpi.id)

    def _open_initiatives(self) -> None:
        self._close()
        self._shell.show_page("initiatives")

    # --- the rules -------------------------------------------------------------------------------------------------

    def open_rules(self) -> None:
        """Open the manager's own rules."""
        from kpidesk.ui.widgets.signal_rules import RulesDialog  # a first scorecard must not wait for it

        self._close()
        made = self.rules = RulesDialog(self._shell.theme, self._shell.settings, self._page.window())
        made.wanted.connect(self._add_rule)
        made.retired.connect(self._retire_rule)
        made.destroyed.connect(self._rules_closed)
        made.open()
        self._ask_rules()

    def _rules_closed(self) -> None:
        self.rules = None

    def _ask_rules(self) -> None:
        self._shell.jobs.ask("rules", rules_view, self._show_rules, self._shell.show_error)

    def _show_rules(self, view: RulesView) -> None:
        if self.rules is not None:
            self.rules.show_view(view)

    def _add_rule(self, given: RuleInput) -> None:
        self._shell.jobs.ask(
            "rule", lambda ws: operations.add_rule(ws, given.kpi_id, given.kind, given.level, given.scope, given.grain),
            lambda _rule: self._rules_changed(), self._refused, certain=True,
        )  # fmt: skip

    def _refused(self, error: UserError) -> None:
        if self.rules is not None:
            self.rules.show_error(error)
        else:
            self._shell.show_error(error)

    def _retire_rule(self, number: int) -> None:
        self._shell.jobs.ask(
            "rule", lambda ws: operations.retire_rule(ws, number), lambda _rule: self._rules_changed(), self._refused,
            certain=True,
        )  # fmt: skip

    def _rules_changed(self) -> None:
        self._ask_rules()
        self._again()

    def _open_rows(self, one: KpiSignal | RuleHit) -> None:
        self._close()
        asked = Question(one.until, one.scope)
        as_of = self._asked.as_of if self._asked is not None else None
        self._shell.open_receipt(one.kpi.id, replace(asked, as_of=as_of))


def view_of(workspace: Workspace, question: Question) -> SignalsView:
    """What stands out of a scope by the end of a period, what the rules report, and what was put aside."""
    from kpidesk.core.signals import is_acknowledged

    found = operations.signals(workspace, question.scope, question.period, question.as_of)
    is_now = found.as_of is None or question.period.end > found.as_of
    hits = operations.rule_hits(workspace, question.scope, question.as_of) if is_now else ()
    said = operations.acknowledgements(workspace)
    pairs = tuple((one, words) for one in found.noted for words in said if is_acknowledged(one, words))
    return SignalsView(found, hits, pairs)


def rules_view(workspace: Workspace) -> RulesView:
    """The rules in force with their words, and what a new one may be about."""
    from kpidesk.ui.widgets.signal_rules import RulesView

    found = tuple((one, operations.rule_words(workspace, one)) for one in operations.rules(workspace))
    entries = (one for one in operations.kpis(workspace) if one.computable and one.kpi.status != "retired")
    scopes = tuple(one for one in operations.scopes(workspace).scopes() if one.kind != "unassigned")
    return RulesView(found, tuple(one.kpi for one in entries), scopes)


def _digest(workspace: Workspace, import_id: int, scope: Scope, as_of: date | None) -> tuple[Digest, SignalsView]:
    found = operations.digest(workspace, import_id, scope, as_of)
    whole = operations.signals(workspace, scope, as_of=as_of)
    return found, SignalsView(replace(whole, shown=found.signals, others=found.others, noted=()), found.hits, ())


def _not_asked() -> None:
    """Nothing was asked that could be asked again."""
