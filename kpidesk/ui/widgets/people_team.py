"""One team: its name, the team it lies in, who is in it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.people import Team
from kpidesk.core.roster import Roster
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import row
from kpidesk.ui.widgets.page_parts import button
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.type_ahead import Choice

TOP = 0


class TeamForm(QWidget):
    """Name and place of a team; a class because it is a widget.

    `renamed` sends the team and its new name, `placed` the team and the one to lie below (0: the top), `person_wanted`
    and `team_wanted` the team in which a person or a team is to be made.
    """

    renamed = Signal(int, str)
    placed = Signal(int, int)
    person_wanted = Signal(int)
    team_wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.team_id = 0
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(10)
        self.title = PlainLabel("", "subheading", elide=True)
        self.words = PlainLabel("", "small", wrap=True)
        self.name = QLineEdit()
        self.name.setMaxLength(120)
        self.name.setAccessibleName("Name of the team")
        self.name.returnPressed.connect(self._rename)
        self.rename = button("&Rename", self._rename)
        self.above = PickButton(theme, "Lies below", "network")
        self.above.chosen.connect(lambda parent: self.placed.emit(self.team_id, int(parent)))
        outer.addWidget(self.title)
        outer.addWidget(self.words)
        outer.addWidget(PlainLabel("Name", "small"))
        line = row(self.name, self.rename)
        line.setStretch(0, 1)
        outer.addLayout(line)
        outer.addWidget(PlainLabel("Lies below", "small"))
        outer.addLayout(row(self.above, None))
        outer.addSpacing(8)
        outer.addLayout(row(
            button("New &person here…", lambda: self.person_wanted.emit(self.team_id)),
            button("New &team below…", lambda: self.team_wanted.emit(self.team_id)), None,
        ))  # fmt: skip
        self.problem = PlainLabel("", "problem", wrap=True)
        self.problem.hide()
        outer.addWidget(self.problem)
        outer.addStretch(1)

    def show_team(self, team: Team, roster: Roster, organisation: str) -> None:
        """Show a team; it can be put below any other but those below it."""
        self.team_id = team.id
        self.title.setText(team.name)
        inside = roster.organisation.descendants(team.id)
        below = len(inside) - 1
        people = roster.count(team.id)
        self.words.setText(
            f"{people:,} {'person' if people == 1 else 'people'}"
            + (f" in it and in {below} {'team' if below == 1 else 'teams'} below it" if below else "")
        )
        self.name.setText(team.name)
        names = {one.id: one.name for one in roster.organisation.teams if one.id not in inside}
        choices = [Choice(f"{organisation} (at the top)", TOP, icon="building-2")]
        choices += [Choice(name, one, icon="users") for one, name in sorted(names.items(), key=_by_name)]
        self.above.offer(choices, team.parent_id, names.get(team.parent_id, organisation))
        self.problem.hide()

    def show_error(self, error: UserError) -> None:
        """Say why it was not done."""
        self.problem.setText(str(error))
        self.problem.show()

    def _rename(self) -> None:
        self.renamed.emit(self.team_id, self.name.text())


def _by_name(item: tuple[int, str]) -> str:
    return item[1].casefold()
