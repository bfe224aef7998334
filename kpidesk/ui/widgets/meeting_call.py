"""The forecast call, rep by rep: what each says will be booked, typed here and frozen when it is submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from kpidesk.core.formats import day_text
from kpidesk.core.meeting_sheets import Amount, CallLine, ForecastPart
from kpidesk.core.meeting_words import NOTHING_SAID, OWN_CHANCES
from kpidesk.core.people import Scope
from kpidesk.core.submissions import full
from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, line
from kpidesk.ui.widgets.meeting_tables import SheetTable, number
from kpidesk.ui.widgets.receipt_model import Column
from kpidesk.ui.widgets.review_parts import Section

FIELDS: tuple[tuple[str, str], ...] = (("Commit", "amount"), ("Best case", "as commit"), ("Pipeline", "open deals"))
"""What is typed of a forecast, and what stands in an empty field."""
LEAST, MOST = 62, 104
SUM = "Sum of the reps"
FREEZES = "What is submitted is frozen with its day; a later one follows it."
AGAIN = "Says the same again today"
Typed = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WantedForecast:
    """A forecast as typed: commit, best case and pipeline, the last two perhaps empty."""

    scope: Scope
    typed: Typed


def said_texts(said: CallLine) -> Typed:
    """What was said last, as it stands in the fields.

    What is no more than an empty field says stays empty, so that it follows the next commit.
    """
    best = None if said.best == said.commit else said.best
    pipeline = None if said.pipeline_is_due else said.pipeline
    return tuple("" if one is None or one.value is None else full(one.value) for one in (said.commit, best, pipeline))


def last_words(said: CallLine) -> str:
    """The commit of last time, and by how much it has moved since: "$300K (−$50.0K)"."""
    moved = f" ({said.moved.text})" if said.moved is not None else ""
    return f"{said.commit_before.text}{moved}" if said.commit_before is not None else ""


def beside_words(said: CallLine) -> str:
    """What stands beside a forecast: won so far, last time, by own chances, and when it was said."""
    before = last_words(said)
    parts = (
        f"{said.won.text} won" if said.won is not None else "",
        f"last time {before}" if before else "",
        f"by own chances {said.expected.text}" if said.expected is not None else "",
        f"said on {day_text(said.said_on)}" if said.said_on is not None else NOTHING_SAID,
    )
    return " · ".join(part for part in parts if part)


class ForecastRow(QFrame):
    """One forecast to type; a class because it is a widget. `wanted` says that it is to be submitted.

    The first of several has the names of the fields above them.
    """

    wanted = Signal()

    def __init__(self, theme: Theme, said: CallLine, today: date, *, first: bool) -> None:
        super().__init__()
        self.said, self._today = said, today
        self.name = PlainLabel(said.name, "strong", elide=True)
        self.beside = PlainLabel("", "muted", wrap=True)
        self.past = PlainLabel("", "small", wrap=True)
        self.problem = PlainLabel("", "problem", wrap=True)
        self.fields = [self._field(theme, name, hint) for name, hint in FIELDS]
        self.submit = button("Submit", self.wanted.emit, hint=FREEZES)
        self.submit.setAccessibleName(f"Submit the forecast of {said.name}")
        top = QHBoxLayout()
        top.setSpacing(8)
        foot = Qt.AlignmentFlag.AlignBottom
        self.name.setContentsMargins(0, 0, 0, theme.px(8) if first else 0)
        top.addWidget(self.name, 1, foot if first else Qt.AlignmentFlag.AlignVCenter)
        for (name, _), field in zip(FIELDS, self.fields, strict=True):
            titled = QVBoxLayout()
            titled.setSpacing(3)
            if first:
                caption = PlainLabel(name, "small", elide=True)
                caption.setAlignment(Qt.AlignmentFlag.AlignRight)
                titled.addWidget(caption)
            titled.addWidget(field)
            top.addLayout(titled)
        top.addWidget(self.submit, 0, foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(2)
        column.addLayout(top)
        for label in (self.beside, self.past, self.problem):
            column.addWidget(label)
        self.problem.hide()
        self._fill(said_texts(said))
        self.show_said(said, today)

    def _field(self, theme: Theme, name: str, hint: str) -> QLineEdit:
        made = QLineEdit(placeholderText=hint)
        made.setAccessibleName(f"{name} of {self.said.name}")
        made.setMinimumWidth(theme.px(LEAST))
        made.setMaximumWidth(theme.px(MOST))
        made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        made.setMaxLength(40)
        made.textEdited.connect(lambda _text: self._typed())
        made.returnPressed.connect(self._enter)
        return made

    @property
    def typed(self) -> Typed:
        """What stands in the fields."""
        return tuple(field.text().strip() for field in self.fields)

    @property
    def is_new(self) -> bool:
        """Whether something was typed that is not submitted."""
        return self.typed != said_texts(self.said)

    def show_said(self, said: CallLine, today: date) -> None:
        """Show what was said; what is being typed stays."""
        self._today = today
        was_new, before = self.is_new, said_texts(self.said)
        self.said = said
        if not was_new or self.typed == said_texts(said) or before != said_texts(said):
            self._fill(said_texts(said))
        self.name.setText(said.name)
        self.beside.setText(beside_words(said))
        self.past.setText(said.past)
        self.past.setVisible(bool(said.past))
        self._show()

    def say(self, problem: str) -> None:
        """Say what is wrong with what was typed, or nothing."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _fill(self, texts: Typed) -> None:
        for field, text in zip(self.fields, texts, strict=True):
            field.setText(text)

    def _typed(self) -> None:
        self.say("")
        self._show()

    def _show(self) -> None:
        is_new, said_on = self.is_new, self.said.said_on
        is_again = not is_new and said_on is not None and said_on < self._today
        self.submit.setEnabled((is_new or is_again) and bool(self.typed[0]))
        restyle(self.submit, "kind", "primary" if is_new and self.submit.isEnabled() else "")
        tip(self.submit, AGAIN if is_again else FREEZES)

    def _enter(self) -> None:
        if self.submit.isEnabled():
            self.wanted.emit()


def _money(name: str) -> Column[CallLine]:
    """A column of amounts of a call, by the name of the field."""
    field = name.casefold().replace(" ", "_")

    def amount(one: CallLine) -> Amount | None:
        found: Amount | None = getattr(one, _FIELD_OF.get(name, field))
        return found

    return Column(name, lambda one: _text(amount(one)), lambda one: number(amount(one)), right=True)


def _text(amount: Amount | None) -> str:
    return "" if amount is None else amount.text


_FIELD_OF = {"Best case": "best", "Own chances": "expected"}
CLOSED: tuple[Column[CallLine], ...] = (
    Column("Who", lambda one: one.name, strong=True),
    _money("Won"),
    Column("Commit", lambda one: _text(one.commit) or NOTHING_SAID, lambda one: number(one.commit), right=True),
    Column("Last time", last_words, lambda one: number(one.commit_before), right=True),
    *(_money(name) for name in ("Best case", "Pipeline", "Own chances")),
)
"""The columns of a call that is closed, in which nothing can be typed any more."""


class CallCard(Section):
    """The call of the whole and of each rep; a class because it is a widget.

    `wanted` sends the WantedForecasts to submit. What is typed and not submitted stays while the page reloads.
    """

    wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "The call")
        self._theme = theme
        self.note.setText("what will be booked by the end, won deals included")
        self.rows: list[ForecastRow] = []
        self.sums: list[PlainLabel] = []
        self.own = PlainLabel("", "small", wrap=True)
        self.table = SheetTable(theme, "The call, as it was submitted", CLOSED)
        self.every = button("Submit all that was typed", self._submit_all, kind="primary", hint=FREEZES)
        self.freezes = PlainLabel(FREEZES, "small", wrap=True)
        foot = QHBoxLayout()
        foot.addWidget(self.freezes, 1)
        foot.addWidget(self.every)
        self.foot.addWidget(self.table)
        self.foot.addSpacing(6)
        self.foot.addWidget(self.own)
        self.foot.addLayout(foot)
        self.column.setSpacing(0)

    def show_part(self, part: ForecastPart | None, today: date, *, read_only: bool) -> None:
        """Show a call; what is typed and not submitted stays."""
        self.setVisible(part is not None)
        if part is None:
            return
        for widget in (self.every, self.freezes):
            widget.setVisible(not read_only)
        self.own.setText(part.own_words or OWN_CHANCES)
        self.own.setVisible(part.total.expected is not None)
        lines = (part.total, *part.lines)
        if read_only:
            self._empty()
            self.table.show_rows((part.total, part.summed, *part.lines))
            return
        self.table.hide()
        if [one.said.scope for one in self.rows] == [one.scope for one in lines]:
            for shown, said in zip(self.rows, lines, strict=True):
                shown.show_said(said, today)
        else:
            self._build(lines, today)
        for label, text in zip(self.sums, (SUM, sum_words(part)), strict=True):
            label.setText(text)
        self._count()

    def forget(self) -> None:
        """Another review is shown: nothing of what was typed into this one belongs to it."""
        self._empty()

    def unsubmitted(self) -> int:
        """How many forecasts were typed and not submitted."""
        return sum(one.is_new for one in self.rows)

    def show_problems(self, problems: Mapping[Scope, str]) -> None:
        """Say beside each forecast why it was refused."""
        for one in self.rows:
            one.say(problems.get(one.said.scope, ""))

    def _empty(self) -> None:
        self.empty()
        self.rows, self.sums = [], []

    def _build(self, lines: Sequence[CallLine], today: date) -> None:
        self._empty()
        self.rows = [ForecastRow(self._theme, one, today, first=not at) for at, one in enumerate(lines)]
        self.sums = [PlainLabel("", "strong"), PlainLabel("", "muted", wrap=True)]
        for at, one in enumerate(self.rows):
            one.wanted.connect(lambda one=one: self._submit([one]))
            for field in one.fields:
                field.textEdited.connect(lambda _text: self._count())
            if at:
                self.column.addWidget(line())
            self.column.addWidget(one)
            if not at:
                self.column.addWidget(line())
                self.column.addSpacing(6)
                for label in self.sums:
                    self.column.addWidget(label)
                self.column.addSpacing(6)

    def _count(self) -> None:
        ready = len(self._ready())
        self.every.setEnabled(ready > 0)
        self.every.setVisible(ready > 1)

    def _ready(self) -> list[ForecastRow]:
        """Those of which something was typed that can be submitted."""
        return [one for one in self.rows if one.is_new and one.submit.isEnabled()]

    def _submit_all(self) -> None:
        self._submit(self._ready())

    def _submit(self, rows: Sequence[ForecastRow]) -> None:
        self.wanted.emit(tuple(WantedForecast(one.said.scope, one.typed) for one in rows))


def sum_words(part: ForecastPart) -> str:
    """What the reps say together, who has said it, and what the data say of all of them."""
    said, every = part.summed, len(part.lines)
    given = sum(one.commit is not None for one in part.lines)
    amounts = (("commit", said.commit), ("best case", said.best), ("pipeline", said.pipeline))
    told = " · ".join(f"{name} {one.text}" for name, one in amounts if one is not None)
    if said.commit_before is not None:
        told += f" · last time {last_words(said)}"
    whose = f"all {every}" if given == every else f"{given} of {every}"
    own = f"All {every} by own chances: {said.expected.text}." if said.expected is not None else ""
    spoken = f"Said by {whose}: {told}." if told else "Nobody has said anything yet."
    return " ".join(filter(None, (spoken, part.apart, own)))
