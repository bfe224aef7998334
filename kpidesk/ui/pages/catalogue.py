"""The catalogue: every KPI there is, by pack, subject, level and function, to be taken into use a few at a time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.choices import Choice
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import FUNCTION_WORDS, Kpi, unfilled
from kpidesk.core.lint import Fix
from kpidesk.core.pack_files import ENDING, PackFile
from kpidesk.core.packs import Pack
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel, ask_reason
from kpidesk.ui.page import Page
from kpidesk.ui.surroundings import single
from kpidesk.ui.widgets.catalogue_detail import Detail, KpiDetail, Variant
from kpidesk.ui.widgets.catalogue_list import CatalogueList
from kpidesk.ui.widgets.catalogue_packs import PackList
from kpidesk.ui.widgets.catalogue_text import (
    Wanted,
    after_words,
    clusters_of,
    family_of,
    pack_about,
    take_words,
    taken_words,
)
from kpidesk.ui.widgets.check_text import LEVEL_TITLES
from kpidesk.ui.widgets.choice_box import ChoiceBox
from kpidesk.ui.widgets.controls import card, row
from kpidesk.ui.widgets.editor_parts import Flow
from kpidesk.ui.widgets.export_dialog import ask_where
from kpidesk.ui.widgets.flow_row import FlowRow, Panes
from kpidesk.ui.widgets.goal_tabs import GoalTabs
from kpidesk.ui.widgets.page_parts import button, fill
from kpidesk.ui.widgets.taking_up import why_so_many

if TYPE_CHECKING:
    from kpidesk.ui.widgets.catalogue_difference import DifferenceDialog

KINDS = ("Leading", "Lagging", "Coaching")
PACK_FORMS = ((ENDING, "Definitions of KPIs"),)


@dataclass(frozen=True, slots=True)
class CatalogueView:
    """What the page shows: every KPI with whether the data can compute it, and the packs."""

    question: Question
    entries: tuple[operations.KpiEntry, ...]
    packs: tuple[Pack, ...]


class CataloguePage(Page):
    """Packs, cards and the KPI that is chosen, side by side; a class because pages are widgets."""

    page_id: ClassVar[str] = "catalogue"
    title: ClassVar[str] = "Catalogue of KPIs"
    past_words: ClassVar[str] = "Definitions are those of today."
    depends: ClassVar[Change] = Change.EVERYTHING
    keeps_place: ClassVar[bool] = True

    def build(self) -> None:
        """Tabs and files above; packs, cards and detail below."""
        self.view: CatalogueView | None = None
        self.dialog: DifferenceDialog | None = None
        self._kpi_id = ""
        self._numbers = itertools.count(1)  # no change takes the place of another
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(24, 4, 24, 20)
        outer.setSpacing(12)
        self.tabs = GoalTabs(self.shell, self.page_id)
        self.read = button("&Open file…", self.ask_read, "", "Definitions that someone sent you")
        self.write = button("&Save definitions…", self.ask_save, "", "To hand on: those ticked, else those in use")
        outer.addLayout(FlowRow(self.tabs, None, self.write, self.read))
        body = Panes(self.theme)
        left, column = card(margins=(1, 6, 1, 6))
        self.packs = PackList(self.theme)
        column.addWidget(self.packs)
        left.setMinimumWidth(self.theme.px(150))
        right, inner = card(margins=(1, 1, 1, 1))
        self.detail = KpiDetail(self.theme)
        inner.addWidget(self.detail)
        right.setMinimumWidth(self.theme.px(300))
        for part in (left, self._build_cards(), right):
            body.addWidget(part)
        body.setSizes([self.theme.px(width) for width in (196, 412, 412)])
        for place, stretch in enumerate((0, 1, 1)):
            body.setStretchFactor(place, stretch)
        outer.addWidget(body, 1)
        self._connect()

    def _build_cards(self) -> QWidget:
        frame, column = card(margins=(1, 12, 1, 10), spacing=8)
        self.cards = CatalogueList(self.theme)
        column.addLayout(self._build_search())
        column.addWidget(self.cards, 1)
        column.addLayout(self._build_foot())
        return frame

    def _build_search(self) -> QVBoxLayout:
        self.search = QLineEdit(placeholderText="Search the catalogue")
        self.search.setAccessibleName("Search the catalogue")
        self.search.setClearButtonEnabled(True)
        names = ("Subject", "Kind", "Level", "Function")
        self.boxes = self.cluster, self.kind, self.level, self.function = tuple(ChoiceBox(one, 5) for one in names)
        filters, flow = QWidget(), Flow()
        filters.setLayout(flow)
        for box in self.boxes:
            flow.addWidget(box)
        self.cluster.offer(_choices("Subject", {}), "")
        self.kind.offer(_choices("Kind", {one.casefold(): one for one in KINDS}), "")
        self.level.offer(_choices("Level", LEVEL_TITLES), "")
        self.function.offer(_choices("Function", FUNCTION_WORDS), "")
        self.about = PlainLabel("", "small", wrap=True)
        self.every = button("Tick &all of them", self._tick_shown, "link")
        about = row(self.about, self.every)
        about.setStretch(0, 1)
        head = QVBoxLayout()
        head.setContentsMargins(14, 0, 14, 0)
        head.setSpacing(8)
        fill(head, self.search, filters, about)
        return head

    def _build_foot(self) -> QVBoxLayout:
        self.after = PlainLabel("", "watch", wrap=True)
        self.none = button("Clear &ticks", lambda: self.tick(()), "link")
        self.take = button("Take in&to use", self.take_ticked, "primary")
        foot = QVBoxLayout()
        foot.setContentsMargins(14, 0, 14, 0)
        fill(foot, self.after, row(self.none, None, self.take, spacing=10))
        return foot

    def _connect(self) -> None:
        self.packs.pack_chosen.connect(lambda _pack: self._look())
        self.search.textChanged.connect(lambda _text: self._look())
        for box in self.boxes:
            box.picked.connect(self._look)
        self.cards.chosen.connect(self.open_kpi)
        self.cards.ticks_changed.connect(self._show_ticks)
        self.detail.opened.connect(self.open_kpi)
        self.detail.goal_wanted.connect(self._go_to_goal)

    # --- what is shown -------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """Every KPI; what is looked up for one of them is asked for when it is chosen."""
        asked = single(workspace, question)
        return CatalogueView(asked, tuple(operations.kpis(workspace)), operations.packs())

    def show_value(self, value: Any) -> None:
        """Show the catalogue; pack, search, ticks and the KPI in view stay."""
        view: CatalogueView = value
        is_first, self.view = self.view is None, view
        if is_first:
            self.packs.show_packs(view.packs)
        clusters = {one: one.capitalize() for one in clusters_of(view.entries)}
        self.cluster.offer(_choices("Subject", clusters), self.cluster.value())
        self.cards.cards.show_entries(view.entries)
        self._look()

    def _look(self) -> None:
        """Show what is looked for; the KPI in view stays chosen where it is among them."""
        pack = self.packs.pack
        wanted = Wanted(
            self.search.text(), self.cluster.value(), self.level.value(), self.function.value(), pack, self.kind.value()
        )
        shown = self.cards.cards
        shown.look_for(wanted)
        self.about.setText(pack_about(pack, len(shown.shown)))
        if not self.cards.select(self._kpi_id) and shown.shown:
            self.cards.select(shown.shown[0].kpi.id)
        self._show_ticks()

    def open_kpi(self, kpi_id: str) -> None:
        """Show a KPI whole; pack, search and filters are lifted where they hide it."""
        self._kpi_id = kpi_id
        entry = next((one for one in self.view.entries if one.kpi.id == kpi_id), None) if self.view else None
        if entry is None or self.view is None:
            return
        if not self.cards.select(kpi_id):
            self._lift()
        self.detail.show_entry(entry)
        view = self.view
        self.shell.jobs.ask("catalogue-detail", lambda workspace: detail_of(workspace, entry.kpi, view),
                            self.detail.show_detail, self.shell.show_error)  # fmt: skip

    def _lift(self) -> None:
        """Show all KPIs, the one in view chosen."""
        for one in (self.packs, self.search):
            one.blockSignals(True)
        self.packs.setCurrentRow(0)
        self.search.clear()
        for one in (self.packs, self.search):
            one.blockSignals(False)
        for box in self.boxes:
            box.setCurrentIndex(0)
        self._look()

    def _go_to_goal(self, kpi_id: str) -> None:
        if self.view is not None:
            self.shell.open_goal(kpi_id, self.view.question)

    # --- taking into use -----------------------------------------------------------------------------------------

    def tick(self, kpi_ids: Collection[str]) -> None:
        """Tick exactly these KPIs."""
        self.cards.cards.tick(kpi_ids)
        self._show_ticks()

    def _tick_shown(self) -> None:
        self.tick({*self.cards.cards.ticked, *(one.kpi.id for one in self.cards.cards.shown)})

    def _show_ticks(self) -> None:
        ticked = self.cards.cards.ticked
        key = self.take.shortcut()
        self.take.setText(take_words(len(ticked)))
        self.take.setShortcut(key)
        self.take.setEnabled(bool(ticked))
        self.none.setVisible(bool(ticked))
        self.every.setVisible(self.packs.pack is not None)
        words = after_words([one.kpi for one in self.view.entries], ticked) if self.view is not None else ""
        self.after.setText(words)
        self.after.setVisible(bool(words))

    def take_ticked(self) -> None:
        """Take the ticked KPIs into use; one that lacks objective, decision or owner is named and left out."""
        chosen = [one.kpi for one in self.cards.cards.entries if one.kpi.id in self.cards.cards.ticked]
        left = [kpi for kpi in chosen if unfilled(kpi)]
        ready = tuple(kpi.id for kpi in chosen if kpi not in left)
        reason = why_so_many(self, (one.kpi for one in self.cards.cards.entries), ready)
        if reason is None:
            return
        fix = Fix("activate", ready, take_words(len(ready)), value=reason)

        def act(workspace: Workspace) -> str:
            return operations.apply_fix(workspace, fix) if ready else ""

        self._ask(act, lambda told: self._taken(fix, taken_words(told, left)))

    def _taken(self, fix: Fix, words: str) -> None:
        back = replace(fix, action="bring_back")
        undo = partial(self._ask, lambda workspace: operations.apply_fix(workspace, back), self._told)
        self.shell.toast(words, button="Undo" if fix.kpi_ids else "", act=undo if fix.kpi_ids else None)
        self.shell.announce(Change.KPIS)

    def _told(self, words: str) -> None:
        self.shell.toast(words)
        self.shell.announce(Change.KPIS)

    def _ask(self, act: Callable[[Workspace], Any], done: Callable[[Any], None]) -> None:
        self.shell.jobs.ask(f"catalogue:{next(self._numbers)}", act, done, self.shell.show_error)

    # --- files of definitions ------------------------------------------------------------------------------------

    def ask_save(self) -> None:
        """Ask for a file and write the definitions to it."""
        to = ask_where(self, "KPI definitions", PACK_FORMS)
        if to is not None:
            self.save_to(to)

    def save_to(self, to: Path) -> None:
        """Write the definitions of the ticked KPIs to a file, of those in use where none is ticked."""
        names = sorted(self.cards.cards.ticked)

        def done(pack: PackFile) -> None:
            self.shell.toast(f"{counted(len(pack.kpis), 'definition')} written to {to.name}. Definitions {pack.code}.")

        self._ask(lambda workspace: operations.export_definitions(workspace, to, names), done)

    def ask_read(self) -> None:
        """Ask for a file and show what it would change."""
        name, _ = QFileDialog.getOpenFileName(self, "Take in definitions", "", f"Definitions of KPIs (*{ENDING})")
        if name:
            self.read_from(Path(name))

    def read_from(self, path: Path) -> None:
        """Show what a file of definitions would change; nothing is changed yet."""
        self._ask(lambda workspace: operations.definition_difference(workspace, path, replace_formulas=True),
                  partial(self._show_difference, path))  # fmt: skip

    def _show_difference(self, path: Path, found: operations.PackDifference) -> None:
        from kpidesk.ui.widgets.catalogue_difference import DifferenceDialog  # the page must not wait for it

        dialog = DifferenceDialog(self.theme, path.name, found, self)
        dialog.wanted.connect(partial(self._read, path, dialog))
        dialog.destroyed.connect(self._forget)
        self.dialog = dialog
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None

    def _read(self, path: Path, dialog: DifferenceDialog, replace_formulas: bool, same_set: bool) -> None:
        reason = ask_reason(dialog, dialog.crowd if same_set else "")
        if reason is None:
            dialog.show_error(UserError("Nothing was taken in yet.", "Say why all are needed, or keep your own set."))
            return

        def act(workspace: Workspace) -> operations.PackDifference:
            return operations.import_definitions(
                workspace, path, replace_formulas=replace_formulas, leave_others=not replace_formulas,
                same_set=same_set, reason=reason,
            )  # fmt: skip

        name = f"catalogue:{next(self._numbers)}"
        self.shell.jobs.ask(name, act, partial(self._taken_in, path), dialog.show_error)

    def _taken_in(self, path: Path, found: operations.PackDifference) -> None:
        from kpidesk.ui.widgets.catalogue_difference import taken_in_words

        if self.dialog is not None:
            self.dialog.accept()
        self.shell.toast(taken_in_words(path.name, found))
        self.shell.announce(Change.KPIS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+F finds, Down leads from the search into the cards."""
        if event.matches(QKeySequence.StandardKey.Find):
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.cards.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)


def _choices(name: str, words: Mapping[Any, str]) -> tuple[Choice, ...]:
    """The choices of a list, first that it does not matter."""
    return (Choice("", name, f"Any {name.lower()}"), *(Choice(value, shown) for value, shown in words.items()))


def detail_of(workspace: Workspace, kpi: Kpi, view: CatalogueView) -> Detail:
    """What is looked up for one KPI: formula in words, figures that hold here, its value and those of its variants."""
    words = str(operations.show_kpi(workspace, kpi.id)["words"])
    known, family = {one.kpi.id: one for one in view.entries}, family_of(kpi.id)
    ids = tuple(one for one in (family[1] if family is not None else (kpi.id,)) if one in known)
    able = tuple(one for one in ids if known[one].computable)
    rows = operations.scorecard(workspace, view.question, able).rows if able else ()
    values = {one.kpi.id: one for one in rows if one.result.value is not None}
    own = values.get(kpi.id)
    return Detail(
        kpi.id,
        words,
        operations.benchmarks_for(workspace, kpi, view.question.scope),
        own.result.value if own is not None else None,
        own.value_text if own is not None else "",
        view.question.period.label,
        tuple(Variant(known[one], values[one].value_text if one in values else "") for one in ids) if family else (),
    )
