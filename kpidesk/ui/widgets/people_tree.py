"""The tree of teams and people: org, regions, teams of any depth, reps; people and teams are dragged onto teams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QBrush, QFont, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidgetItem

from kpidesk.core.formats import day_text
from kpidesk.core.people import ALWAYS, Team
from kpidesk.core.roster import Roster, RosterEntry, in_team_since, left_words, ramp_words, role_words
from kpidesk.ui import icons
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.drop_tree import WHAT, DropTree

NODE = WHAT
NAME, ROLE, SINCE, DEALS = range(4)
TITLES = ("Team or person", "Role", "In the team", "Deals")
ICONS = {"org": "building-2", "team": "users", "person": "user", "none": "user-x"}


@dataclass(frozen=True, slots=True)
class Node:
    """What a line of the tree stands for; `team_id` is the team it lies in (of a team: itself)."""

    kind: Literal["org", "team", "person", "none"]
    id: int = 0
    team_id: int = 0


class PeopleTree(DropTree[Node]):
    """The tree; a class because it is a widget.

    `chosen` and `opened` (Enter, double click) send a Node, `people_dropped` the ids of people and the team they were
    dropped on (0: none), `team_dropped` a team and the one it is to lie below (0: the top), `rename_wanted` a Node.
    """

    chosen = Signal(object)
    opened = Signal(object)
    people_dropped = Signal(object, int)
    team_dropped = Signal(int, int)
    rename_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._roster: Roster | None = None
        self._organisation, self._needle = "", ""
        self.setAccessibleName("Teams and people")
        self.setHeaderLabels(TITLES)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (ROLE, SINCE, DEALS):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.itemSelectionChanged.connect(self._choose)
        self.itemDoubleClicked.connect(lambda item: self.opened.emit(item.data(NAME, NODE)))
        theme.changed.connect(self._fill)

    def show_roster(self, roster: Roster, organisation: str) -> None:
        """Show everybody; what was open and selected stays so."""
        self._roster, self._organisation = roster, organisation
        self._fill()

    def keep(self, needle: str) -> None:
        """Show only the people and teams whose line holds a text, with the teams they lie in."""
        self._needle = needle.strip().casefold()
        self._hide()

    def nodes(self) -> tuple[Node, ...]:
        """What is selected."""
        return tuple(item.data(NAME, NODE) for item in self.selectedItems())

    def people(self) -> tuple[int, ...]:
        """The people that are selected."""
        return tuple(one.id for one in self.nodes() if one.kind == "person")

    def select(self, node: Node) -> None:
        """Select one line."""
        for item in self.lines():
            known: Node = item.data(NAME, NODE)
            if (known.kind, known.id) == (node.kind, node.id):
                self.setCurrentItem(item)
                return

    # --- filling -------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        roster = self._roster
        if roster is None:
            return
        closed = {item.data(NAME, NODE) for item in self.lines() if item.childCount() and not item.isExpanded()}
        chosen = {(one.kind, one.id) for one in self.nodes()}
        self.blockSignals(True)
        self.clear()
        root = self._line(Node("org"), (self._organisation, "", _people_words(len(roster.entries)), ""))
        self.addTopLevelItem(root)
        self._add_teams(root, roster, 0)
        alone = roster.members(0)
        if alone:
            none = self._line(Node("none"), ("Unassigned (in no team)", "", _people_words(len(alone)), ""))
            root.addChild(none)
            self._add_people(none, roster, alone)
        for item in self.lines():
            node: Node = item.data(NAME, NODE)
            item.setExpanded(node not in closed)
            item.setSelected((node.kind, node.id) in chosen)
        self.blockSignals(False)
        self._hide()

    def _add_teams(self, above: QTreeWidgetItem, roster: Roster, parent: int) -> None:
        teams = (team for team in roster.organisation.teams if team.parent_id == parent)
        for team in sorted(teams, key=_by_name):
            item = self._line(Node("team", team.id, team.id), (team.name, "", _people_words(roster.count(team.id)), ""))
            above.addChild(item)
            self._add_teams(item, roster, team.id)
            self._add_people(item, roster, roster.members(team.id))

    def _add_people(self, above: QTreeWidgetItem, roster: Roster, people: tuple[RosterEntry, ...]) -> None:
        for one in people:
            person = one.person
            texts = (
                person.name,
                role_words(person, roster.day),
                since_words(one, roster),
                f"{one.deals:,}" if one.deals else "",
            )
            above.addChild(self._line(Node("person", person.id, one.team_id), texts))

    def _line(self, node: Node, texts: tuple[str, str, str, str]) -> QTreeWidgetItem:
        item = QTreeWidgetItem([" ".join(text.split()) for text in texts])
        item.setData(NAME, NODE, node)
        item.setSizeHint(NAME, QSize(0, self.theme.px(34)))
        strong = node.kind != "person"
        item.setFont(NAME, self.theme.font(13, QFont.Weight.DemiBold if strong else QFont.Weight.Normal))
        tint = self.theme.tokens.ink if strong else self.theme.tokens.muted
        item.setIcon(NAME, icons.icon(ICONS[node.kind], tint, self.theme.px(16), 0))
        for column in (ROLE, SINCE, DEALS):
            item.setForeground(column, QBrush(self.theme.color("muted")))
            item.setFont(column, self.theme.font(12))
        item.setTextAlignment(DEALS, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setData(NAME, Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, texts)))
        flags = item.flags() | Qt.ItemFlag.ItemIsDropEnabled
        can_drag = node.kind in ("person", "team")
        item.setFlags(flags | Qt.ItemFlag.ItemIsDragEnabled if can_drag else flags & ~Qt.ItemFlag.ItemIsDragEnabled)
        return item

    def _hide(self) -> None:
        for at in range(self.topLevelItemCount()):
            item = self.topLevelItem(at)
            if item is not None:
                self._keep(item)

    def _keep(self, item: QTreeWidgetItem, *, is_inside: bool = False) -> bool:
        """Hide a line that is not looked for; whether it stays. What lies in a team that is looked for stays too."""
        text = " ".join(item.text(column) for column in (NAME, ROLE)).casefold()
        hit = is_inside or self._needle in text
        children = filter(None, (item.child(at) for at in range(item.childCount())))
        below = [self._keep(one, is_inside=hit and bool(self._needle)) for one in children]
        stays = hit or any(below)
        item.setHidden(not stays)
        if self._needle and any(below):
            item.setExpanded(True)
        return stays

    # --- choosing and dragging -----------------------------------------------------------------------------------

    def _choose(self) -> None:
        found = self.nodes()
        if found:
            self.chosen.emit(found[-1] if len(found) == 1 else found[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens what is selected, F2 renames it; letters find a name, arrows open and close teams."""
        item = self.currentItem()
        if item is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(item.data(NAME, NODE))
        elif item is not None and event.key() == Qt.Key.Key_F2:
            self.rename_wanted.emit(item.data(NAME, NODE))
        else:
            super().keyPressEvent(event)

    def drop_on(self, target: Node | None) -> None:
        """What is selected was dropped on a line: people go into its team, a team below it."""
        if target is None:
            return
        people = tuple(one.id for one in self.nodes() if one.kind == "person" and one.team_id != target.team_id)
        teams = [one.id for one in self.nodes() if one.kind == "team" and one.id != target.team_id]
        if people and target.kind != "org":
            self.people_dropped.emit(people, target.team_id)
        elif len(teams) == 1 and target.kind != "none":
            self.team_dropped.emit(teams[0], target.team_id)


def since_words(entry: RosterEntry, roster: Roster) -> str:
    """Since when a person is in their team, whether they are ramping, or when they left."""
    if left := left_words(entry.person, roster.day):
        return left
    start = in_team_since(entry.spells, roster.day)
    since = f"since {day_text(start)}" if start is not None and start != ALWAYS else ""
    return ramp_words(entry.person, roster.day) or since


def _people_words(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def _by_name(team: Team) -> str:
    return team.name.casefold()
