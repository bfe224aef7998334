"""Who is on which team: every owner found in the files, with a team name to type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.people import Person
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import row
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.page_parts import button
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

NAME, TEAM = range(2)
ONE_TEAM = "Sales"


class TeamModel(RecordModel[Person]):
    """Owners and the team each belongs to; teams can be edited. A class because Qt asks the model what can be."""

    changed = Signal()

    def __init__(self) -> None:
        self.teams: dict[int, str] = {}
        name: Column[Person] = Column("Person", lambda person: person.name, strong=True)
        team: Column[Person] = Column("Team", lambda person: self.teams.get(person.id, ""))
        super().__init__((name, team))

    def show_people(self, people: Sequence[Person], teams: Mapping[str, str]) -> None:
        """Show owners; those without a team are put into one team together."""
        self.teams = {person.id: teams.get(person.name, "") or ONE_TEAM for person in people}
        self.show_rows(sorted(people, key=lambda person: person.name.casefold()))
        self.changed.emit()

    def assignment(self) -> dict[str, str]:
        """Person name → team name; people whose team was emptied are left out."""
        return {person.name: self.teams[person.id] for person in self.rows if self.teams[person.id]}

    def set_teams(self, rows: Sequence[int], team: str) -> None:
        """Put the people in several rows into one team; an empty name means none."""
        if not rows:
            return
        for at in rows:
            self.teams[self.record(at).id] = team.strip()[:80]
        self.forget_order()
        self.dataChanged.emit(self.index(min(rows), TEAM), self.index(max(rows), TEAM))
        self.changed.emit()

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The team can be edited."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.isValid() and index.column() == TEAM else found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text as usual; for editing, the name of the team."""
        if role == Qt.ItemDataRole.EditRole and index.isValid():
            return super().data(index, Qt.ItemDataRole.DisplayRole)
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Put a person into another team."""
        if role != Qt.ItemDataRole.EditRole or index.column() != TEAM:
            return False
        self.set_teams([index.row()], str(value))
        return True


class TeamEditor(QWidget):
    """The table of owners with a field that names the team of the selected ones; a class because it is a widget.

    `file_wanted`: the user would rather import a file of people and teams.
    """

    file_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.model = TeamModel()
        self.model.changed.connect(self._show_count)
        self.table = RecordTable(self.model, theme, name="People and their teams", stretch=(NAME, TEAM))
        triggers = QAbstractItemView.EditTrigger
        self.table.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.SelectedClicked)
        self.count = PlainLabel("", "small", elide=True)
        self.team = QLineEdit(placeholderText="Team of the selected people")
        self.team.setAccessibleName("Team of the selected people")
        self.team.setMaxLength(80)
        self.team.returnPressed.connect(self.put_selected)
        self.put = button("&Put into team", self.put_selected)
        self.file = button("Import a &teams file…", self.file_wanted.emit, "link")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        bar = row(self.team, self.put, self.file)
        bar.setStretch(0, 1)
        column.addLayout(bar)
        column.addWidget(self.table, 1)
        column.addWidget(self.count)

    def put_selected(self) -> None:
        """Put the selected people (all when none is selected) into the team that is typed."""
        team = self.team.text().strip()
        chosen = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        if team:
            self.model.set_teams(chosen or list(range(self.model.rowCount())), team)

    def _show_count(self) -> None:
        teams = set(self.model.assignment().values())
        people = self.model.rowCount()
        alone = people - len(self.model.assignment())
        words = f"{counted(people, 'person', 'people')} in {counted(len(teams), 'team')}"
        self.count.setText(f"{words}; {alone} in none" if alone else words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the table edits the team of the row."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.hasFocus():
            at = self.table.currentIndex().row()
            if at >= 0:
                self.table.edit(self.model.index(at, TEAM))
            return
        super().keyPressEvent(event)
