"""People & teams: who is in which team since when, who is in none, and which names are one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.personal_data import Deletion
from kpidesk.core.roster import Likeness, Merged, MergeKind, Roster, RosterChange, SaidTwo
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import Page, PageState
from kpidesk.ui.widgets.controls import Segments, card, row
from kpidesk.ui.widgets.export_dialog import ask_where
from kpidesk.ui.widgets.flow_row import FlowRow, Panes
from kpidesk.ui.widgets.page_parts import button, fill
from kpidesk.ui.widgets.people_data import ZIP_FORMS, DeletePersonDialog, ExportPersonDialog
from kpidesk.ui.widgets.people_dialogs import AskDialog, MergeDialog, Move, MoveDialog, NameDialog
from kpidesk.ui.widgets.people_form import PersonForm, PersonInput
from kpidesk.ui.widgets.people_lists import AlikeView, MergedView, TwoView, UnmatchedView
from kpidesk.ui.widgets.people_pair import PairDialog, PairsDialog
from kpidesk.ui.widgets.people_team import TeamForm
from kpidesk.ui.widgets.people_tree import Node, PeopleTree

Act = Callable[[Workspace], RosterChange]
Pair = tuple[tuple[int, str], tuple[int, str]]
"""Two people or accounts, each with number and name."""
CHANGED = Change.PEOPLE | Change.DATA
PARTS = {"teams": "Teams", "unmatched": "In no list", "alike": "May be one", "merged": "Merged", "two": "Are two"}
HINT = "Choose a person or a team. Drag people onto a team to move them."


class PeoplePage(Page):
    """The tree with the form of what is chosen, and three lists; a class because pages are widgets.

    Every change is an import of its own and can be undone from the message bar or, later, on the Data page.
    """

    page_id: ClassVar[str] = "people"
    title: ClassVar[str] = "People & teams"
    past_words: ClassVar[str] = "People and teams are those of today."
    depends: ClassVar[Change] = CHANGED | Change.SETTINGS
    asks: ClassVar[bool] = False

    def build(self) -> None:
        """Head with the parts, then the tree beside the form, or a list."""
        self.roster: Roster | None = None
        self._numbers = itertools.count(1)  # no change takes the place of another
        self._chosen = Node("org")
        self._dialog: AskDialog | None = None
        column = QVBoxLayout(self.body)
        column.setContentsMargins(24, 4, 24, 20)
        column.setSpacing(12)
        self.parts = Segments([(words, part) for part, words in PARTS.items()], "Show")
        self.parts.set_value("teams")
        self.parts.chosen.connect(self.show_part)
        column.addLayout(row(self.parts, None))
        self.stack = QStackedWidget()
        column.addWidget(self.stack, 1)
        self.unmatched, self.alike, self.merged, self.two = (
            UnmatchedView(self.theme), AlikeView(self.theme), MergedView(self.theme), TwoView(self.theme),
        )  # fmt: skip
        for part in (self._build_teams(), self.unmatched, self.alike, self.merged, self.two):
            self.stack.addWidget(part)
        self._connect()

    def _build_teams(self) -> QWidget:
        split = Panes(self.theme, 760)
        left, column = card(margins=(1, 12, 1, 8), spacing=8)
        self.search = QLineEdit(placeholderText="Find a person or team")
        self.search.setAccessibleName("Find a person or team")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(self.theme.px(64))
        self.tree = PeopleTree(self.theme)
        self.search.textChanged.connect(self.tree.keep)
        head = FlowRow(self.search, button("New &person…", partial(self.ask_person, 0)),
                   button("New &team…", partial(self.ask_team, 0)))  # fmt: skip
        head.setContentsMargins(15, 0, 12, 0)
        column.addLayout(head)
        column.addWidget(self.tree, 1)
        right, inner = card(margins=(18, 14, 18, 14), spacing=8)
        self.detail = QStackedWidget()
        self.hint = PlainLabel(HINT, "muted", wrap=True)
        self.move_button = button("&Move…", self._move_chosen, "", "The selected people")
        self.several = QWidget()
        fill(several := QVBoxLayout(self.several), self.hint, row(self.move_button, None))
        several.setContentsMargins(0, 0, 0, 0)
        several.addStretch(1)
        self.person, self.team = PersonForm(self.theme), TeamForm(self.theme)
        for widget in (self.several, self.person, self.team):
            self.detail.addWidget(widget)
        inner.addWidget(self.detail, 1)
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes([530, 470])
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 4)
        return split

    def _connect(self) -> None:
        self.tree.chosen.connect(self._choose)
        self.tree.opened.connect(self._open)
        self.tree.rename_wanted.connect(self._open)
        self.tree.people_dropped.connect(self.ask_move)
        self.tree.team_dropped.connect(self._place_team)
        self.person.saved.connect(self._save_person)
        self.person.move_wanted.connect(lambda person: self.ask_move((person,), 0))
        self.person.merge_wanted.connect(self.ask_pair)
        self.person.export_wanted.connect(self.ask_export)
        self.person.delete_wanted.connect(self.ask_delete)
        self.team.renamed.connect(self._rename_team)
        self.team.placed.connect(self._place_team)
        self.team.person_wanted.connect(self.ask_person)
        self.team.team_wanted.connect(self.ask_team)
        self.unmatched.team_wanted.connect(lambda people: self.ask_move(people, 0))
        self.unmatched.merge_wanted.connect(self.ask_pair)
        self.alike.merge_wanted.connect(self._ask_alike)
        self.alike.two_wanted.connect(self._keep_apart)
        self.alike.accounts_wanted.connect(self.ask_accounts)
        self.two.offer_wanted.connect(self._offer_again)
        self.merged.split_wanted.connect(self._split)

    # --- what is shown -------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """Everybody, today."""
        del question
        return operations.roster(workspace), operations.settings(workspace).organisation

    def show_value(self, value: Any) -> None:
        """Show the roster; what was chosen stays chosen."""
        self.roster, self._organisation = value
        roster: Roster = value[0]
        if not roster.entries and not roster.organisation.teams:
            self.show_state(PageState(
                "Nobody is known yet", "Import an export: the owners of its deals are the first people.",
                "Import an export", self._go_to_data, "Add a person", partial(self.ask_person, 0),
            ))  # fmt: skip
            return
        self.tree.show_roster(roster, self._organisation)
        self.unmatched.show_roster(roster)
        for part in (self.alike, self.merged, self.two):
            part.show_roster(roster)
        counts = (0, *map(len, (roster.unmatched, roster.alike, roster.merged, roster.said_two)))
        for made, words, count in zip(self.parts.buttons(), PARTS.values(), counts, strict=True):
            made.setText(f"{words}  {count:,}" if count else words)
            made.setAccessibleName(f"Show {words} {count or ''}".strip())
        self._show_chosen()

    def show_part(self, part: object) -> None:
        """Show the tree or one of the lists."""
        self.parts.set_value(part)
        self.stack.setCurrentIndex(list(PARTS).index(str(part)))

    def _choose(self, node: Node) -> None:
        self._chosen = node
        self._show_chosen()

    def _show_chosen(self) -> None:
        roster = self.roster
        if roster is None:
            return
        people = self.tree.people()
        self.move_button.setVisible(len(people) > 1)
        entry = roster.entry(self._chosen.id) if self._chosen.kind == "person" else None
        team = next((one for one in roster.organisation.teams
                     if self._chosen.kind == "team" and one.id == self._chosen.id), None)  # fmt: skip
        if len(people) > 1:
            self.hint.setText(f"{counted(len(people), 'person', 'people')} selected.")
            self.detail.setCurrentWidget(self.several)
        elif entry is not None:
            self.person.show_person(entry, {one.id: one.name for one in roster.organisation.teams}, roster.day)
            self.detail.setCurrentWidget(self.person)
        elif team is not None:
            self.team.show_team(team, roster, self._organisation)
            self.detail.setCurrentWidget(self.team)
        else:
            self.hint.setText(HINT)
            self.detail.setCurrentWidget(self.several)

    def _open(self, node: Node) -> None:
        """Go to the fields of what is selected."""
        self._choose(node)
        field = {"person": self.person.editors["name"], "team": self.team.name}.get(node.kind)
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- changes -------------------------------------------------------------------------------------------------

    def _do(self, act: Act, on_error: Callable[[UserError], None]) -> None:
        """Change something; what it was is said, with a way back."""
        self.shell.jobs.ask(f"people:{next(self._numbers)}", act, self._done, on_error)

    def _done(self, change: RosterChange) -> None:
        self._close_dialog()
        words = change.words if change.words.endswith(".") else f"{change.words}."
        if change.can_be_undone:
            self.shell.toast(words, button="Undo", act=partial(self._take_back, change))
        else:
            self.shell.toast(words)
        self.shell.announce(CHANGED)

    def _take_back(self, change: RosterChange) -> None:
        self._do(lambda workspace: operations.take_back(workspace, change), self.shell.show_error)

    def _ask(self, dialog: AskDialog) -> None:
        self._dialog = dialog
        dialog.rejected.connect(self._forget_dialog)
        dialog.open()

    def _close_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.accept()
            self._dialog = None

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _team_names(self) -> tuple[str, ...]:
        teams = self.roster.organisation.teams if self.roster is not None else ()
        return tuple(sorted((one.name for one in teams), key=str.casefold))

    def _team_name(self, team_id: int) -> str:
        teams = self.roster.organisation.teams if self.roster is not None else ()
        return next((one.name for one in teams if one.id == team_id), "")

    def _person_name(self, person_id: int) -> str:
        entry = self.roster.entry(person_id) if self.roster is not None else None
        return entry.person.name if entry is not None else ""

    def _move_chosen(self) -> None:
        if people := self.tree.people():
            self.ask_move(people, 0)

    def ask_move(self, people: Sequence[int], team_id: int) -> None:
        """Ask into which team, from which day."""
        names = [self._person_name(one) for one in people]
        dialog = MoveDialog(
            names, tuple(people), self._team_names(), self._team_name(team_id), self.shell.today(), self
        )
        dialog.wanted.connect(partial(self._move, dialog))
        self._ask(dialog)

    def _move(self, dialog: MoveDialog, move: Move) -> None:
        self._do(lambda workspace: operations.move_people(workspace, move.people, move.team, move.day),
                 dialog.show_error)  # fmt: skip

    def ask_person(self, team_id: int) -> None:
        """Ask for the name of a new person."""
        dialog = NameDialog("New person", "Add", teams=self._team_names(), team=self._team_name(team_id), parent=self)
        dialog.wanted.connect(lambda name, team: self._do(
            lambda workspace: operations.add_person(workspace, name, team), dialog.show_error))  # fmt: skip
        self._ask(dialog)

    def ask_team(self, parent_id: int) -> None:
        """Ask for the name of a new team."""
        dialog = NameDialog("New team", "Add", teams=self._team_names(), team=self._team_name(parent_id),
                            team_words="Lies below (empty: at the top)", parent=self)  # fmt: skip
        dialog.wanted.connect(lambda name, team: self._do(
            lambda workspace: operations.add_team(workspace, name, team), dialog.show_error))  # fmt: skip
        self._ask(dialog)

    def _save_person(self, typed: PersonInput) -> None:
        self._do(lambda workspace: operations.save_person(
            workspace, typed.person_id, typed.edit, typed.spells, typed.name), self.person.show_error)  # fmt: skip

    def _rename_team(self, team_id: int, name: str) -> None:
        self._do(lambda workspace: operations.rename_team(workspace, team_id, name), self.team.show_error)

    def _place_team(self, team_id: int, parent_id: int) -> None:
        shown = self.detail.currentWidget() is self.team and self.team.team_id == team_id
        self._do(lambda workspace: operations.move_team(workspace, team_id, parent_id),
                 self.team.show_error if shown else self.shell.show_error)  # fmt: skip

    # --- the data of one person ----------------------------------------------------------------------------------

    def ask_export(self, person_id: int) -> None:
        """Ask how much of what is held on a person is handed out, and where to."""
        dialog = ExportPersonDialog(self._person_name(person_id), self)
        dialog.wanted.connect(partial(self._export, dialog, person_id))
        self._ask(dialog)

    def _export(self, dialog: ExportPersonDialog, person_id: int, private: bool) -> None:
        to = ask_where(self, f"Data of {self._person_name(person_id)}", ZIP_FORMS)
        if to is not None:
            words = f"Everything held on {self._person_name(person_id)} is in {to}."
            self.shell.jobs.ask(f"people:{next(self._numbers)}", lambda workspace: operations.export_person(
                workspace, person_id, to, private=private), lambda _: self._told(words), dialog.show_error)  # fmt: skip

    def _told(self, words: str) -> None:
        self._close_dialog()
        self.shell.toast(words)

    def ask_delete(self, person_id: int) -> None:
        """Show what deleting a person does, and do it once the name is typed."""
        dialog = DeletePersonDialog(self.theme, self._person_name(person_id), self)
        dialog.wanted.connect(partial(self._delete, dialog, person_id))
        self._ask(dialog)
        self.shell.jobs.ask("deletion", lambda workspace: operations.deletion_preview(workspace, person_id),
                            dialog.show_preview, dialog.show_error)  # fmt: skip

    def _delete(self, dialog: DeletePersonDialog, person_id: int, backups: bool, also: list[str]) -> None:
        self.shell.jobs.ask(f"people:{next(self._numbers)}", lambda workspace: operations.delete_person(
            workspace, person_id, backups=backups, also=also), self._was_deleted, dialog.show_error)  # fmt: skip

    def _was_deleted(self, done: Deletion) -> None:
        left = f" {counted(len(done.backups), 'backup', 'backups')} still hold the name." if done.backups else ""
        if done.mentions:
            left += f" A part of the name still stands in {counted(len(done.mentions), 'text', 'texts')}."
        self._told(f"Deleted. Their deals are credited to {done.placeholder}.{left}")
        self._choose(Node("org"))  # the fields of who was deleted cannot be saved any more
        self.shell.announce(Change.EVERYTHING)

    # --- merging -------------------------------------------------------------------------------------------------

    def _ask_alike(self, pairs: Sequence[Likeness]) -> None:
        if len(pairs) == 1:
            pair = pairs[0]
            self.ask_merge(pair.kind, (pair.one, pair.name), (pair.other, pair.other_name))
            return
        dialog = PairsDialog(self.theme, pairs, self)
        dialog.wanted.connect(lambda: self._do(
            lambda workspace: operations.merge_pairs(workspace, pairs), dialog.show_error))  # fmt: skip
        self._ask(dialog)

    def _keep_apart(self, pairs: Sequence[Likeness]) -> None:
        self._do(lambda workspace: operations.keep_apart(workspace, pairs), self.shell.show_error)

    def _offer_again(self, pairs: Sequence[SaidTwo]) -> None:
        numbers = tuple(one.id for one in pairs)
        self._do(lambda workspace: operations.offer_again(workspace, numbers), self.shell.show_error)

    def ask_pair(self, person_id: int) -> None:
        """Ask with whom a person is one."""
        self._ask_other("person", (person_id, self._person_name(person_id)))

    def ask_accounts(self) -> None:
        """Ask which two accounts are one."""
        self._ask_other("account", None)

    def _ask_other(self, kind: MergeKind, one: tuple[int, str] | None) -> None:
        def show(known: tuple[tuple[int, str, int], ...]) -> None:
            dialog = PairDialog(self.theme, kind, known, one, self)
            dialog.chosen.connect(lambda *two: self.ask_merge(kind, *self._better_known_first(kind, two)))
            dialog.open()

        self.shell.jobs.ask("mergeable", lambda workspace: operations.mergeable(workspace, kind), show,
                            self.shell.show_error)  # fmt: skip

    def _better_known_first(self, kind: str, pair: Pair) -> Pair:
        """Of two people first the one whom a list names, else who has more deals: that name is offered to stay."""
        entries = {one.person.id: one for one in self.roster.entries} if self.roster and kind == "person" else {}
        known = {number: (not one.is_unmatched, one.deals) for number, one in entries.items()}
        first, second = sorted(pair, key=lambda one: known.get(one[0], (False, 0)), reverse=True)
        return first, second

    def ask_merge(self, kind: MergeKind, one: tuple[int, str], other: tuple[int, str]) -> None:
        """Show what merging two would do, and do it when that is confirmed."""
        dialog = MergeDialog(self.theme, kind, one, other, self)
        dialog.preview_wanted.connect(partial(self._preview, dialog))
        dialog.wanted.connect(partial(self._merge, dialog))
        self._ask(dialog)
        dialog.ask()

    def _preview(self, dialog: MergeDialog, kind: MergeKind, keep: int, drop: int) -> None:
        self.shell.jobs.ask(
            "merge-preview", lambda workspace: operations.merge_preview(workspace, kind, keep, drop),
            dialog.show_preview, dialog.show_error,
        )  # fmt: skip

    def _merge(self, dialog: MergeDialog, kind: MergeKind, keep: int, drop: int) -> None:
        self._do(lambda workspace: operations.merge(workspace, kind, keep, drop), dialog.show_error)

    def _split(self, merges: Sequence[Merged]) -> None:
        numbers = tuple(one.id for one in merges)
        self._do(lambda workspace: operations.split_merges(workspace, numbers), self.shell.show_error)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+F finds a person or team, Escape goes back to the tree."""
        if event.matches(QKeySequence.StandardKey.Find):
            self.show_part("teams")
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif event.matches(QKeySequence.StandardKey.Cancel):
            self._show_chosen()
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)
