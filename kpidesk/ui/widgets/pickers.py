"""Above every page: whose numbers (org, team, rep) and of which period."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG, UNASSIGNED, Organisation, Scope
from kpidesk.core.periods import Grain, Period, parse_period, period_of, run_of, shift
from kpidesk.core.settings import Settings
from kpidesk.ui.messages import tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, Segments, icon_button, set_icon
from kpidesk.ui.widgets.elided_button import ElidedButton
from kpidesk.ui.widgets.type_ahead import Choice, TypeAhead

GRAIN_NAMES: tuple[tuple[str, Grain], ...] = (
    ("Week", "week"),
    ("Month", "month"),
    ("Quarter", "quarter"),
    ("Year", "year"),
)
_ICONS = {"org": "building-2", "team": "users", "rep": "user", "unassigned": "user-x"}
RECENT = 24
AHEAD = 2


def scope_name(scope: Scope, settings: Settings) -> str:
    """A scope as a person calls it."""
    if scope.kind == "org":
        return settings.organisation
    return "Unassigned" if scope.kind == "unassigned" else scope.name


def scope_path(scope: Scope, organisation: Organisation, settings: Settings, day: date) -> tuple[str, ...]:
    """The names from the org down to a scope, with the teams that stand above it on a day."""
    path = [scope_name(scope, settings)]
    parents = {team.id: team for team in organisation.teams}
    team = organisation.team_on(scope.id, day) if scope.kind == "rep" else None
    above = team.id if team else parents[scope.id].parent_id if scope.kind == "team" and scope.id in parents else 0
    while above in parents:
        path.insert(0, parents[above].name)
        above = parents[above].parent_id
    return tuple(path) if scope.kind == "org" else (settings.organisation, *path)


def scope_choices(organisation: Organisation, settings: Settings, day: date) -> tuple[Choice, ...]:
    """Org, teams under their parents, reps under their team, then those in no team, then Unassigned."""
    found = [Choice(settings.organisation, ORG, "everyone", _ICONS["org"], keywords="org organisation all")]
    members: dict[int, list[Scope]] = {}
    for person in organisation.people:
        team = organisation.team_on(person.id, day)
        members.setdefault(team.id if team else 0, []).append(Scope("rep", person.name, person.id))

    def add(parent: int, depth: int) -> None:
        for team in sorted((one for one in organisation.teams if one.parent_id == parent), key=lambda one: one.name):
            scope = Scope("team", team.name, team.id)
            found.append(Choice(team.name, scope, "team", _ICONS["team"], depth))
            add(team.id, depth + 1)
            for rep in sorted(members.get(team.id, ())):
                found.append(Choice(rep.name, rep, team.name, _ICONS["rep"], depth + 1))

    add(0, 1)
    found += [Choice(rep.name, rep, "no team", _ICONS["rep"], 1) for rep in sorted(members.get(0, ()))]
    found.append(Choice("Unassigned", UNASSIGNED, "without a rep", _ICONS["unassigned"], 1, "nobody"))
    return tuple(found)


class ScopePicker(ElidedButton):
    """A button with the scope in force that opens the list of all; `chosen` sends a Scope."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, around=52, widest=150, least=100, parent=parent)
        self._scope = ORG
        self._choices: tuple[Choice, ...] = ()
        set_icon(self, theme, "users", size=16)
        self.clicked.connect(self.open_list)

    @cached_property
    def popup(self) -> TypeAhead:
        """The list; made when it is first opened, because a window must not wait for it."""
        made = TypeAhead(self._theme, "Find a team or rep", self)
        made.chosen.connect(self.chosen)
        return made

    def show_scope(self, scope: Scope, organisation: Organisation, settings: Settings, day: date) -> None:
        """Show which scope is in force and offer those of an organisation."""
        self._scope = scope
        self._choices = scope_choices(organisation, settings, day)
        path = scope_path(scope, organisation, settings, day)
        self.show_words(path[-1])
        self.setAccessibleName(f"Scope: {' ▸ '.join(path)}")
        tip(self, " ▸ ".join(path))

    def open_list(self) -> None:
        """Open the list below the button."""
        corner = self.mapToGlobal(QPoint(0, self.height() + 4))
        rows = min(10, len(self._choices) + 1)
        size = QSize(self._theme.px(340), self._theme.px(36) * rows + self._theme.px(60))
        self.popup.open_at(corner, size, self._choices, self._scope)


class PeriodPicker(QFrame):
    """◀ Q3 2026 ▶ with a list of periods behind the name; `chosen` sends a Period."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "picker")
        self._theme = theme
        self._period: Period | None = None
        self._settings = Settings()
        self._today = date.today()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 1, 2, 1)
        layout.setSpacing(0)
        self.before = icon_button(theme, "chevron-left", "Period before (Ctrl+PgUp)", lambda: self.step(-1))
        self.name = ElidedButton(theme, around=28, least=96)
        self.name.setProperty("kind", "quiet")
        self.name.clicked.connect(self.open_list)
        self.after = icon_button(theme, "chevron-right", "Period after (Ctrl+PgDown)", lambda: self.step(1))
        for widget in (self.before, self.name, self.after):
            layout.addWidget(widget)

    @cached_property
    def popup(self) -> TypeAhead:
        """The list of periods; made when it is first opened."""
        made = TypeAhead(self._theme, "Find a period, or type 2025-Q3", self)
        made.otherwise = self._typed
        made.chosen.connect(self.chosen)
        return made

    def show_period(self, period: Period, settings: Settings, today: date) -> None:
        """Show which period is in force; `today` is the newest day the data knows."""
        self._period, self._settings, self._today = period, settings, today
        self.name.show_words(period.label)
        self.name.setAccessibleName(f"Period: {period.label}")
        tip(self.name, period.label)

    def parts(self) -> tuple[QWidget, ...]:
        """Its buttons from left to right."""
        return self.before, self.name, self.after

    def step(self, count: int) -> None:
        """Choose the period before or after."""
        if self._period is None:
            return
        try:
            self.chosen.emit(shift(self._period, count, self._settings))
        except UserError:
            return  # the calendar ends here

    def open_list(self) -> None:
        """Open the list of periods below the name."""
        if self._period is None:
            return
        corner = self.mapToGlobal(QPoint(0, self.height() + 4))
        last = shift(period_of(self._today, self._period.grain, self._settings), AHEAD, self._settings)
        if self._period.grain == "span":
            last = self._period
        found = [Choice(one.label, one, self._note(one)) for one in reversed(run_of(last, RECENT, self._settings))]
        self.popup.open_at(corner, QSize(self._theme.px(300), self._theme.px(400)), found, self._period)

    def _note(self, period: Period) -> str:
        if period.start > self._today:
            return "no data yet"
        return "running" if period.end > self._today else ""

    def _typed(self, text: str) -> tuple[Choice, ...]:
        try:
            found = parse_period(text, self._settings, self._today)
        except UserError:
            return ()
        return (Choice(found.label, found, found.key),)


class GrainPicker(QWidget):
    """Week, month, quarter or year: a row of buttons, or a drop-down list where there is little room."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.segments = Segments(GRAIN_NAMES, "Grain")
        self.segments.chosen.connect(self.chosen)
        self.combo = ListBox()
        self.combo.setAccessibleName("Grain")
        for text, _ in GRAIN_NAMES:
            self.combo.addItem(text)
        self.combo.activated.connect(self._picked)
        layout.addWidget(self.segments)
        layout.addWidget(self.combo)
        self.set_compact(False)

    @property
    def is_spread(self) -> bool:
        """Whether it is the row of buttons."""
        return not self.segments.isHidden()

    def set_compact(self, compact: bool) -> None:
        """Choose between the two forms."""
        self.segments.setVisible(not compact)
        self.combo.setVisible(compact)

    def widths(self) -> tuple[int, int]:
        """How wide the row of buttons is, and the drop-down list."""
        return self.segments.sizeHint().width(), self.combo.sizeHint().width()

    def set_grain(self, grain: Grain) -> None:
        """Show which grain is in force."""
        self.segments.set_value(grain)
        self.combo.setCurrentIndex([one for _, one in GRAIN_NAMES].index(grain) if grain != "span" else -1)

    def _picked(self, number: int) -> None:
        self.chosen.emit(GRAIN_NAMES[number][1])


def regrained(period: Period, grain: Grain, settings: Settings, known: date) -> Period:
    """The period of another grain that holds the last day of a period, or the last day known if that is earlier."""
    day = min(period.last_day, max(known, period.start))
    return period_of(day, grain, settings)
