"""One person: what is known of them and in which teams they were, in fields to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.part_time import FULL, share_text, shares_text
from kpidesk.core.people import ALWAYS, FOREVER
from kpidesk.core.periods import parse_day
from kpidesk.core.roster import MOTIONS, ROLES, PersonEdit, RosterEntry, Spell, ramp_words, role_words, territory_words
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import clear, icon_button, row
from kpidesk.ui.widgets.page_parts import Column, button
from kpidesk.ui.widgets.people_dialogs import team_box

DAY = timedelta(days=1)
LEAST = 356
FIELDS: tuple[tuple[str, str, str], ...] = (
    ("name", "Name", ""),
    ("email", "E-mail", "name@example.com"),
    ("external_id", "User id in the CRM", ""),
    ("role", "Role", "AE, SDR, AM, CSM, Manager"),
    ("motion", "Motion", "inbound, outbound, expansion"),
    ("territory", "Territory", ""),
    ("segment", "Segment", ""),
    ("hire_at", "Hired on", "31 Jan 2026"),
    ("end_at", "Left on", "31 Dec 2026"),
    ("ramp_months", "Ramp in months", "6"),
    ("fte", "Share of full time", "100%, 60% from 1 Mar 2026, 80% from 1 Sep 2026"),
)
"""Name of the field, its words, and an example."""
CHOICES = {"role": ROLES, "motion": MOTIONS}
DAYS = ("hire_at", "end_at")


@dataclass(frozen=True, slots=True)
class PersonInput:
    """What was typed about a person; `spells` None where the memberships are as they were."""

    person_id: int
    name: str
    edit: PersonEdit
    spells: tuple[Spell, ...] | None


class _SpellLine(QWidget):
    """One membership: team, first day, last day; a class because it is a widget."""

    def __init__(self, theme: Theme, teams: Sequence[str], spell: Spell | None) -> None:
        super().__init__()
        self.team = team_box(teams, spell.team if spell else "")
        field = self.team.lineEdit()
        if field is not None:
            field.setCursorPosition(0)
        self.start = _day_field("First day in the team", "the beginning")
        self.last = _day_field("Last day in the team", "still there")
        if spell is not None:
            self.start.setText("" if spell.start == ALWAYS else day_text(spell.start))
            self.last.setText("" if spell.end == FOREVER else day_text(spell.end - DAY))
        for field in (self.start, self.last):
            field.setMinimumWidth(theme.px(92))
            field.setMaximumWidth(theme.px(112))
        self.team.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.team.setMinimumWidth(theme.px(76))
        self.remove = icon_button(theme, "x", "Take this line away")
        line = row(self.team, self.start, PlainLabel("to", "muted"), self.last, self.remove)
        line.setStretch(0, 1)
        self.setLayout(line)

    def read(self) -> Spell:
        """The membership as typed.

        Raises:
            UserError: a day cannot be read.
        """
        start, last = self.start.text().strip(), self.last.text().strip()
        return Spell(
            " ".join(self.team.currentText().split()),
            parse_day(start) if start else ALWAYS,
            parse_day(last) + DAY if last else FOREVER,
        )


def _day_field(name: str, empty: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(f"{name}, as 1 Mar 2022")
    made.setPlaceholderText(empty)
    return made


class PersonForm(QWidget):
    """The fields of one person; a class because it is a widget.

    `saved` sends a PersonInput, all others the number of the person.
    """

    saved = Signal(object)
    move_wanted = Signal(int)
    merge_wanted = Signal(int)
    export_wanted = Signal(int)
    delete_wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._entry: RosterEntry | None = None
        self._teams: tuple[str, ...] = ()
        self._spells: tuple[Spell, ...] = ()
        self.lines: list[_SpellLine] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(10)
        self.title = PlainLabel("", "subheading", elide=True)
        self.known = PlainLabel("", "small", wrap=True)
        head = row(
            self.title,
            button("&Move…", lambda: self.move_wanted.emit(self.person_id), "", "Into another team from a day on"),
            button("Mer&ge…", lambda: self.merge_wanted.emit(self.person_id), "", "With another name of the person"),
        )
        head.setStretch(0, 1)
        outer.addLayout(head)
        outer.addWidget(self.known)
        scroll = Column(margins=(0, 4, 8, 8))
        scroll.setMinimumWidth(theme.px(LEAST))  # so that the two days of a membership can be read
        scroll.column.addLayout(self._grid())
        scroll.column.addWidget(PlainLabel("Teams, with first and last day", "small"))
        self.spells = QVBoxLayout()
        self.spells.setSpacing(6)
        scroll.column.addLayout(self.spells)
        self.add_line = button("Add a time in a &team", self._add_line, "link")
        scroll.column.addLayout(row(self.add_line, None))
        scroll.column.addStretch(1)
        outer.addWidget(scroll, 1)
        self.problem = PlainLabel("", "problem", wrap=True)
        self.problem.hide()
        self.save = button("&Save", self._save, "primary")
        outer.addWidget(self.problem)
        self.export = button("E&xport their data…", lambda: self.export_wanted.emit(self.person_id), "link")
        self.delete = button("&Delete their data…", lambda: self.delete_wanted.emit(self.person_id), "link")
        outer.addLayout(row(self.export, self.delete, None, self.save, spacing=12))

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        self.editors: dict[str, QLineEdit | QComboBox] = {}
        for at, (name, words, example) in enumerate(FIELDS):
            editor = _editor(name, words, example)
            self.editors[name] = editor
            box = QVBoxLayout()
            box.setSpacing(3)
            label = PlainLabel(words, "small")
            label.setBuddy(editor)
            box.addWidget(label)
            box.addWidget(editor)
            alone = at + 1 == len(FIELDS) and at % 2 == 0  # the last one has the line for itself
            grid.addLayout(box, at // 2, at % 2, 1, 2 if alone else 1)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        for editor in self.editors.values():
            editor.setMinimumWidth(self.theme.px(90))
            editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return grid

    @property
    def person_id(self) -> int:
        """Who is on show, 0 for nobody."""
        return self._entry.person.id if self._entry is not None else 0

    def show_person(self, entry: RosterEntry, teams: dict[int, str], on: date) -> None:
        """Show a person; `teams` are the names of all teams by number."""
        self._entry = entry
        self._teams = tuple(sorted(teams.values(), key=str.casefold))
        self._spells = tuple(Spell(teams[one.team_id], one.start, one.end) for one in entry.spells)
        self.title.setText(entry.person.name)
        self.known.setText(known_words(entry, on))
        for name, text in known_of(entry).items():
            _set(self.editors[name], text)
        clear(self.spells)
        self.lines = []
        for spell in self._spells:
            self._add_line(spell)
        self.problem.hide()

    def _add_line(self, spell: Spell | None = None) -> None:
        line = _SpellLine(self.theme, self._teams, spell)
        line.remove.clicked.connect(lambda _checked=False: self._remove_line(line))
        self.lines.append(line)
        self.spells.addWidget(line)
        line.show()
        if spell is None:
            line.team.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove_line(self, line: _SpellLine) -> None:
        self.lines.remove(line)
        line.hide()
        line.deleteLater()
        self.add_line.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_error(self, error: UserError) -> None:
        """Say why it was not saved."""
        self.problem.setText(str(error))
        self.problem.show()

    def read(self) -> PersonInput:
        """What is typed.

        Raises:
            UserError: a day cannot be read.
        """
        if self._entry is None:
            raise UserError("Nobody is chosen.", "Choose a person in the list.")
        texts = {name: _text(editor) for name, editor in self.editors.items()}
        was = known_of(self._entry)
        changed = {name: _plain(name, text) for name, text in texts.items() if text != was[name]}
        edit = PersonEdit(**{one.name: changed.get(one.name) for one in fields(PersonEdit)})
        spells = tuple(line.read() for line in self.lines)
        name = texts["name"] if "name" in changed else ""
        return PersonInput(self._entry.person.id, name, edit, None if spells == self._spells else spells)

    def _save(self) -> None:
        self.problem.hide()
        try:
            self.saved.emit(self.read())
        except UserError as error:
            self.show_error(error)


def _editor(name: str, words: str, example: str) -> QLineEdit | QComboBox:
    if name in CHOICES:
        made = team_box(CHOICES[name], what=words)
        field = made.lineEdit()
        if field is not None:
            field.setPlaceholderText(example)
        return made
    plain = QLineEdit()
    plain.setMaxLength(120)
    plain.setAccessibleName(words)
    plain.setPlaceholderText(example)
    return plain


def _text(editor: QLineEdit | QComboBox) -> str:
    text = editor.currentText() if isinstance(editor, QComboBox) else editor.text()
    return " ".join(text.split())


def _plain(name: str, text: str) -> str:
    """What was typed as it is kept: a day as year-month-day."""
    return parse_day(text).isoformat() if text and name in DAYS else text


def _set(editor: QLineEdit | QComboBox, text: str) -> None:
    if isinstance(editor, QComboBox):
        editor.setCurrentText(text)
    else:
        editor.setText(text)
        editor.setCursorPosition(0)


def known_of(entry: RosterEntry) -> dict[str, str]:
    """What is known of a person, as it is typed."""
    person = entry.person
    return {
        "name": person.name,
        "email": entry.emails[0] if entry.emails else "",
        "external_id": entry.user_ids[0] if entry.user_ids else "",
        "role": person.role,
        "motion": person.motion,
        "territory": person.territory,
        "segment": person.segment,
        "hire_at": day_text(person.hire_at) if person.hire_at else "",
        "end_at": day_text(person.end_at) if person.end_at else "",
        "ramp_months": str(person.ramp_months) if person.ramp_months else "",
        "fte": shares_text(person.fte),
    }


def known_words(entry: RosterEntry, on: date) -> str:
    """How much is theirs, whether they are ramping or part-time, and how else files call them."""
    told = [f"{entry.deals:,} {'deal' if entry.deals == 1 else 'deals'}"]
    if (role := role_words(entry.person, on)) != entry.person.role:
        told.insert(0, role)
    if territory := territory_words(entry.person, on):
        told.append(territory)
    if entry.activities:
        told.append(f"{entry.activities:,} {'activity' if entry.activities == 1 else 'activities'}")
    if ramp := ramp_words(entry.person, on):
        told.append(ramp)
    if (share := entry.person.fte_on(on)) < FULL:
        start = max(one.start for one in entry.person.fte if one.start <= on)
        told.append(f"{share_text(share)} of full time{f' since {day_text(start)}' if start != ALWAYS else ''}")
    others = [one for one in (*entry.names, *entry.emails[1:]) if one != entry.person.name]
    if others:
        told.append(f"in files also {', '.join(others)}")
    return " · ".join(told)
