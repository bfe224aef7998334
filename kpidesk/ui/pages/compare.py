"""Compare: reps or teams on one KPI, like for like, with what luck alone does drawn around them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.kpis import Kpi
from kpidesk.core.peers import By, Comparison, Peer
from kpidesk.core.people import ORG, Scope
from kpidesk.core.scorecards import Question
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import PageState
from kpidesk.ui.surroundings import single
from kpidesk.ui.widgets.compare_plot import ComparePlot
from kpidesk.ui.widgets.compare_text import HINT, TABLE_HINT, peer_sentence, table_of
from kpidesk.ui.widgets.compare_words import CompareWords
from kpidesk.ui.widgets.controls import Segments, button, card, row
from kpidesk.ui.widgets.export_dialog import PLOT_FORMS, ask_where
from kpidesk.ui.widgets.flow_row import FlowRow, Panes
from kpidesk.ui.widgets.page_kpi import KpiPage, computable
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.receipt_model import RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable
from kpidesk.ui.widgets.score_table import OPENING
from kpidesk.ui.widgets.type_ahead import Choice

View = Literal["plot", "table"]


@dataclass(frozen=True, slots=True)
class CompareAnswer:
    """What the page shows: the comparison, None for one rep, and the team of that rep; what can be chosen."""

    found: Comparison | None
    kpis: tuple[Kpi, ...]
    team: Scope | None = None


class ComparePage(KpiPage):
    """Reps side by side; a class because pages are widgets. `open_kpi` says on which KPI."""

    page_id: ClassVar[str] = "compare"
    title: ClassVar[str] = "Compare"
    depends: ClassVar[Change] = Change.EVERYTHING

    def build(self) -> None:
        """Choices above; the sentence, the plot or the table, the groups in words beside it."""
        self.answer: CompareAnswer | None = None
        self._by: By = "rep"
        self._group = ""
        self._shown: View = "plot"
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(24, 4, 24, 20)
        outer.setSpacing(12)
        outer.addLayout(self._build_choices())
        outer.addWidget(self._build_card(), 1)

    def _build_choices(self) -> FlowRow:
        self.by = Segments((("Reps", "rep"), ("Teams", "team")), "Compare")
        self.by.set_value(self._by)
        self.by.chosen.connect(self.compare_by)
        self.groups = PickButton(self.theme, "who is compared with whom", "users", "G")
        self.groups.chosen.connect(self.show_group)
        self.views = Segments((("Plot", "plot"), ("Table", "table")), "Show")
        self.views.set_value(self._shown)
        self.views.chosen.connect(self.show_view)
        return FlowRow(*self.build_pick(), self.by, self.groups, None, self.views, spacing=10)

    def _build_card(self) -> QWidget:
        frame, column = card(margins=(1, 14, 1, 12), spacing=6)
        self.heading = PlainLabel("", "heading", elide=True)
        self.sentence = PlainLabel("", wrap=True)
        self.window_label = PlainLabel("", "small", wrap=True)
        for label in (self.heading, self.sentence, self.window_label):
            label.setContentsMargins(17, 0, 17, 0)
            column.addWidget(label)
        self.plot = ComparePlot(self.theme)
        self.plot.moved.connect(self._on_moved)
        self.plot.opened.connect(self.open_peer)
        self.words = CompareWords(self.theme)
        side = Panes(self.theme)
        side.setContentsMargins(15, 0, 1, 0)
        for place, part in enumerate((self.plot, self.words)):
            side.addWidget(part)
            side.setStretchFactor(place, 1 - place)
        self.table = RecordTable(
            RecordModel[tuple[str, Peer]](()), self.theme, name="Everybody compared", sortable=False, finds=False,
            height=32,
        )  # fmt: skip
        self.table.doubleClicked.connect(lambda index: self.open_peer(self.table.records.record(index.row())[1]))
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._on_moved(self.here()))
        self.stack = QStackedWidget()
        self.stack.addWidget(side)
        self.stack.addWidget(self.table)
        column.addSpacing(4)
        column.addWidget(self.stack, 1)
        self.reading = PlainLabel("", "small", elide=True)
        self.rows_button = button("Show the rows", self._open_here, kind="link")
        self.why_button = button("Why?", self._open_why, kind="link", hint="Results or another mix of deals · W")
        foot = row(self.reading, self.why_button, self.rows_button, spacing=12)
        foot.setStretch(0, 1)
        foot.setContentsMargins(17, 0, 17, 0)
        column.addLayout(foot)
        return frame

    # --- what is shown ---------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The comparison of the KPI chosen; without a choice of the first that is a rate."""
        asked = single(workspace, question)
        known = computable(workspace)
        usual = next((kpi.id for kpi in known if kpi.is_rate), known[0].id if known else "")
        chosen = self._kpi_id or usual
        if not chosen:
            return None
        if asked.scope.kind not in ("org", "team"):
            team = operations.scopes(workspace).team_on(asked.scope.id, workspace.today)
            return CompareAnswer(None, known, Scope("team", team.name, team.id) if team is not None else None)
        return CompareAnswer(operations.compare(workspace, chosen, asked, self._by), known)

    def show_value(self, value: Any) -> None:
        """Show the comparison, or say why there is none."""
        if value is None:
            self.show_state(self._no_kpi("and reps can be compared on them"))
            return
        answer: CompareAnswer = value
        self.answer = answer
        found = answer.found
        if found is None:
            text = "Choose a team or the whole organisation above."
            state = PageState("One rep alone cannot be compared", text, "Everybody", self._whole)
            if (team := answer.team) is not None:
                act = partial(self.shell.set_scope, team)
                state = replace(state, button=f"The team {team.name}", act=act, other=state.button, other_act=state.act)
            self.show_state(state)
            return
        if found.as_of is None:
            self.show_state(self._no_deals("reps can be compared on its numbers"))
            return
        self.show_kpi(found.kpi, answer.kpis)
        self.heading.setText(found.title)
        self.sentence.setText(found.sentence)
        self.window_label.setText(" ".join((found.window_words, *found.notices)))
        self._offer_groups(found)
        self.words.show_comparison(found)
        rows, columns = table_of(found)
        self.table.records.show_rows(rows, columns)
        self._show_group()

    def _whole(self) -> None:
        self.shell.set_scope(ORG)

    def _offer_groups(self, found: Comparison) -> None:
        """The groups that have a plot, as choices where there are several."""
        labels = [one.label for one in found.groups if one.common is not None]
        if self._group not in labels:
            self._group = labels[0] if labels else ""
        self.groups.setVisible(len(labels) > 1)
        self.groups.offer([Choice(label, label) for label in labels], self._group, self._group)

    def show_group(self, label: str) -> None:
        """Draw another group."""
        self._group = label
        if self.answer is not None and self.answer.found is not None:
            self._offer_groups(self.answer.found)
        self._show_group()

    def _show_group(self) -> None:
        found = self._found()
        if found is None:
            return
        group = next((one for one in found.groups if one.label == self._group), None)
        self.plot.show_group(found, group or (found.groups[0] if found.groups else None))
        self._turn()

    def _turn(self) -> None:
        self.stack.setCurrentIndex(1 if self._shown == "table" else 0)
        self._on_moved(self.here())

    # --- choices ---------------------------------------------------------------------------------------------------

    def compare_by(self, by: By) -> None:
        """Compare reps, or teams."""
        self._by = by
        self.by.set_value(by)
        self.reload()

    def show_view(self, view: View) -> None:
        """Turn to the plot or the table."""
        self._shown = view
        self.views.set_value(view)
        self._turn()

    # --- who is in hand --------------------------------------------------------------------------------------------

    def here(self) -> Peer | None:
        """Who the cursor is on."""
        if self._shown == "plot":
            return self.plot.peer()
        index = self.table.currentIndex()
        return self.table.records.record(index.row())[1] if index.isValid() else None

    def _on_moved(self, peer: Peer | None) -> None:
        hint = TABLE_HINT if self._shown == "table" else HINT
        self.reading.setText(peer_sentence(peer) if peer is not None else hint)
        self.rows_button.setVisible(peer is not None)
        found = self._found()
        self.why_button.setVisible(peer is not None and found is not None and found.kpi.is_rate)

    def _open_here(self) -> None:
        self.open_peer(self.here())

    def open_peer(self, peer: Peer | None) -> None:
        """Show the rows behind somebody's value, of the whole window."""
        if peer is not None and self.answer is not None and self.answer.found is not None:
            self.shell.open_receipt(self.answer.found.kpi.id, peer.question)

    def _open_why(self) -> None:
        """Split what tells a rep or team from all that are compared into results and mix, over the same window."""
        peer, found = self.here(), self._found()
        if peer is not None and found is not None and found.kpi.is_rate:
            self.shell.open_why(found.kpi.id, peer.question, found.question.scope)

    def _found(self) -> Comparison | None:
        return self.answer.found if self.answer is not None else None

    # --- export and keys -------------------------------------------------------------------------------------------

    def to_hand_over(self) -> tuple[str, Comparison] | None:
        """What a copy for others is of, by name."""
        found = self._found() if self.shows_body else None
        return ("this comparison", found) if found is not None else None

    def picture(self) -> QWidget:
        """What is copied as a picture: the plot, or the table in its place."""
        return self.table if self._shown == "table" else self.plot

    def export(self) -> None:
        """Ask for a file and write the comparison to it."""
        found = self._found() if self.shows_body else None
        to = ask_where(self, found.title, PLOT_FORMS) if found is not None else None
        if to is not None:
            self.export_to(to)

    def export_to(self, to: Path) -> None:
        """Write the comparison to a file, in the form that its ending names."""
        found = self._found()
        if found is not None:
            self._write_file(lambda ws: _write(ws, found, to))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """T turns between plot and table, K chooses the KPI, G the group, W says why somebody differs."""
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = self.table.copy("\t", everything=self._shown != "table")
            self.shell.toast(f"{rows} rows copied.")
        elif event.key() == Qt.Key.Key_T:
            self.show_view("plot" if self._shown == "table" else "table")
            (self.table if self._shown == "table" else self.plot).setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif event.key() in (Qt.Key.Key_K, Qt.Key.Key_W):
            self.kpi.open_list() if event.key() == Qt.Key.Key_K else self._open_why()
        elif event.key() == Qt.Key.Key_G and self.groups.isVisible():
            self.groups.open_list()
        elif event.key() in OPENING and self._shown == "table":
            self._open_here()
        else:
            super().keyPressEvent(event)


def _write(workspace: Workspace, found: Comparison, to: Path) -> Path:
    """Write a comparison in one of its forms; on the database thread."""
    from kpidesk.ui.painting.copies import Copying, write_comparison
    from kpidesk.ui.painting.paper_size import usual_paper

    operations.check_export_path(workspace, to, tuple(ending for ending, _ in PLOT_FORMS))
    return write_comparison(found, to, Copying(usual_paper()))
