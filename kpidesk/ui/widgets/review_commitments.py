"""One to three commitments: what, by whom, by when, and the deal or KPI that will show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QCalendarWidget,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidgetAction,
)

from kpidesk.core.kpis import Kpi
from kpidesk.core.reviews import MOST_COMMITMENTS, Commitment, Party
from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, Segments, button, icon_button, row
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.review_parts import Section, UndoKeys, bring_up
from kpidesk.ui.widgets.review_text import (
    WON,
    OpenDeal,
    due_words,
    party_name,
    stage_after,
    stages_of,
    typed_day,
)
from kpidesk.ui.widgets.type_ahead import Choice

LONGEST = 200
NARROW = 11
A_WEEK = timedelta(days=7)
UNCLEAR = "No such day. Try Fri, 12 Mar or 2 weeks."
Agreed = tuple[Commitment, ...]
Link = tuple[str, object]
"""What a commitment is linked to: ("deal", its number), ("kpi", its id) or ("", None)."""


@dataclass(frozen=True, slots=True)
class Linkable:
    """What commitments may be linked to: the rep's open deals and the KPIs of the sheet, and the day it is today.

    `named` are further deals of the sheet, by their number and name.
    """

    deals: tuple[OpenDeal, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    today: date = date.min
    named: tuple[tuple[int, str], ...] = ()

    def deal(self, deal_id: int) -> OpenDeal | None:
        """An open deal by its number."""
        return next((one for one in self.deals if one.deal_id == deal_id), None)

    def name_of(self, commitment: Commitment) -> str:
        """What a commitment is linked to, by name."""
        if commitment.deal_id:
            deal = self.deal(commitment.deal_id)
            known = commitment.deal_name or dict(self.named).get(commitment.deal_id)
            return deal.name if deal is not None else known or "A deal that is not open any more"
        kpi = next((one for one in self.kpis if one.id == commitment.kpi_id), None)
        return kpi.name if kpi is not None else commitment.kpi_id

    def choices(self) -> list[Choice]:
        """Everything that can be linked, for a list that narrows while typing."""
        found = [Choice("Nothing", ("", None), "settled by hand", "x")]
        for deal in self.deals:
            detail = " · ".join(part for part in (deal.amount_text, deal.stage) if part)
            found.append(Choice(deal.name, ("deal", deal.deal_id), detail, "receipt-text", keywords=deal.account))
        return [*found, *(Choice(kpi.name, ("kpi", kpi.id), "KPI", "target") for kpi in self.kpis)]


def linked(commitment: Commitment, link: Link, able: Linkable) -> Commitment:
    """A commitment linked to something else; one without words yet gets those that its deal suggests."""
    kind, value = link
    bare = replace(commitment, deal_id=0, deal_name="", kpi_id="", stage="")
    if kind == "kpi":
        return replace(bare, kpi_id=str(value))
    deal = able.deal(int(str(value))) if kind == "deal" else None
    if deal is None:
        return bare
    in_order = deal.likely is not None  # without probabilities nobody can tell which stage is next
    stage = stage_after(deal.stage, stages_of(able.deals)) if in_order else WON
    text = commitment.text.strip() or f"{deal.name} {'won' if stage == WON else f'to {stage}'}"[:LONGEST]
    return replace(bare, deal_id=deal.deal_id, deal_name=deal.name, stage=stage, text=text)


def numbered(agreed: Agreed, kept: Agreed) -> Agreed:
    """Commitments with the numbers under which they were kept; one that was changed since waits for the next time."""
    known = {replace(one, id=0, review_id=0): one for one in kept}
    return tuple(known.get(one, one) for one in agreed)


class CommitmentEditor(QFrame):
    """One commitment to type; a class because it is a widget.

    `changed` sends (commitment, what was edited); `dropped` that it is taken away.
    """

    changed = Signal(object, str)
    dropped = Signal()

    def __init__(self, theme: Theme, commitment: Commitment, able: Linkable, rep: str) -> None:
        super().__init__()
        self.setProperty("role", "well")
        self._theme, self.commitment, self._able = theme, commitment, able
        self.text = QLineEdit(commitment.text)
        self.text.setPlaceholderText("What will be done, as one sentence")
        self.text.setAccessibleName("What will be done")
        self.text.setMaxLength(LONGEST)
        self.text.textEdited.connect(lambda text: self._send(replace(self.commitment, text=text), "text"))
        self.drop = icon_button(theme, "trash-2", "Take this commitment away", self.dropped.emit)
        self.owner = Segments(((party_name("rep", rep), "rep"), ("Me", "manager")), "Done by")
        self.owner.chosen.connect(self._on_owner)
        self._build_due()
        self.link = PickButton(theme, "Deal or KPI", "receipt-text")
        self.link.chosen.connect(self._on_link)
        self.stage = ListBox()
        self.stage.setAccessibleName("Stage that settles it")
        self.stage.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.stage.setMinimumContentsLength(NARROW)
        self.stage.setMinimumWidth(theme.px(96))
        self.stage.activated.connect(self._on_stage)
        self._lay_out()
        self.show_commitment(commitment)

    def _build_due(self) -> None:
        self.due = QLineEdit()
        self.due.setAccessibleName("Due day, as Fri, 12 Mar or 2 weeks")
        self.due.setFixedWidth(self._theme.px(138))
        tip(self.due, "Type Fri, 12 Mar, 2 weeks or 2026-03-12")
        self.due.textEdited.connect(self._on_due)
        self.due.editingFinished.connect(self._show_due)
        self.pick = icon_button(self._theme, "calendar", "Pick the due day", self.open_calendar)
        self.unclear = PlainLabel(UNCLEAR, "problem")
        self.unclear.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(self.text)
        self.due_row = row(self.owner, PlainLabel("by", "muted"), self.due, self.pick, self.unclear, None)
        column.addLayout(self.due_row)
        self.reaching = PlainLabel("reaching", "muted")
        self.link_row = row(PlainLabel("Shown by", "muted"), self.link, self.reaching, self.stage, None, self.drop)
        column.addLayout(self.link_row)

    def offer(self, able: Linkable) -> None:
        """Offer other deals and KPIs; what is typed and not finished stays."""
        self._able = able
        self._show_link()

    def show_commitment(self, commitment: Commitment) -> None:
        """Show a commitment."""
        self.commitment = commitment
        if self.text.text() != commitment.text:
            self.text.setText(commitment.text)
        self.owner.set_value(commitment.owner)
        self._show_due()
        self._show_link()

    def _show_due(self) -> None:
        self._wrong(False)
        self.due.setText(due_words(self.commitment.due))

    def _show_link(self) -> None:
        said, deal = self.commitment, self._able.deal(self.commitment.deal_id)
        current: Link = ("deal", said.deal_id) if said.deal_id else ("kpi", said.kpi_id) if said.kpi_id else ("", None)
        self.link.offer(self._able.choices(), current, self._able.name_of(said) or "Link a deal or KPI")
        stages = [*stages_of(self._able.deals), WON]
        if said.stage and said.stage not in stages:
            stages.insert(0, said.stage)
        self.stage.clear()
        for stage in stages:
            self.stage.addItem("Won" if stage == WON else stage, stage)
        self.stage.setCurrentIndex(stages.index(said.stage) if said.stage else -1)
        for widget in (self.stage, self.reaching):
            widget.setVisible(bool(said.deal_id))
        tip(self.stage, f"It is in {deal.stage} now" if deal is not None and deal.stage else "")

    def _on_owner(self, owner: object) -> None:
        by: Party = "manager" if owner == "manager" else "rep"
        self._send(replace(self.commitment, owner=by), "owner")

    def _on_stage(self, _at: int) -> None:
        self._send(replace(self.commitment, stage=str(self.stage.currentData())), "stage")

    def _on_due(self, text: str) -> None:
        day = typed_day(text, self._able.today)
        self._wrong(day is None and bool(text.strip()))
        if day is not None:
            self._send(replace(self.commitment, due=day), "due")

    def _wrong(self, wrong: bool) -> None:
        restyle(self.due, "wrong", wrong)
        self.unclear.setVisible(wrong)

    def _on_link(self, link: Link) -> None:
        self._send(linked(self.commitment, link, self._able), "link")
        self.show_commitment(self.commitment)

    def _send(self, commitment: Commitment, edited: str) -> None:
        self.commitment = commitment
        self.changed.emit(commitment, edited)

    def open_calendar(self) -> None:
        """Open a calendar below the due day."""
        due, menu = self.commitment.due, QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget()
        calendar.setAccessibleName("Due day")
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setSelectedDate(QDate(due.year, due.month, due.day))
        calendar.activated.connect(lambda day: self._picked(day, menu))
        calendar.clicked.connect(lambda day: self._picked(day, menu))
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(calendar)
        menu.addAction(holder)
        menu.popup(self.due.mapToGlobal(self.due.rect().bottomLeft()))
        calendar.setFocus(Qt.FocusReason.PopupFocusReason)

    def _picked(self, day: QDate, menu: QMenu) -> None:
        menu.close()
        self._send(replace(self.commitment, due=date(day.year(), day.month(), day.day())), "due")
        self._show_due()


class CommitmentsCard(Section):
    """The commitments of the meeting; a class because it is a widget.

    `changed` sends all of them and the name of what was edited.
    """

    changed = Signal(object, str)

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        super().__init__(theme, "What we agree")
        self._theme, self._keys = theme, keys
        self._state: tuple[object, ...] = ()
        self._able, self._rep, self._read_only = Linkable(), "", False
        self.agreed: Agreed = ()
        self.editors: list[CommitmentEditor] = []
        self.column.setSpacing(8)
        self.more = button("Add a commitment", self.add)
        foot = QHBoxLayout()
        foot.addWidget(self.more)
        foot.addStretch(1)
        self.foot.addLayout(foot)

    def show_agreed(self, agreed: Agreed, able: Linkable, rep: str, *, read_only: bool) -> None:
        """Show the commitments; nothing is built anew where they are shown already."""
        state = (agreed, able, rep, read_only)
        if state == self._state:
            return
        only_links = (agreed, rep, read_only) == (self.agreed, self._rep, self._read_only) and not read_only
        self.agreed, self._able, self._rep, self._read_only = agreed, able, rep, read_only
        if not only_links or not self.editors:
            self._fill()
            return
        for editor in self.editors:
            editor.offer(able)
        self._remember()

    def take_numbers(self, agreed: Agreed) -> None:
        """Take the numbers under which the commitments on show were kept, without building anything anew."""
        self.agreed = agreed
        for editor, one in zip(self.editors, agreed, strict=True):
            editor.commitment = one
        self._remember()

    def add(self) -> None:
        """Add an empty one, due in a week, and go to it."""
        if len(self.agreed) < MOST_COMMITMENTS and not self._read_only:
            self._set((*self.agreed, Commitment("", self._able.today + A_WEEK)), "commitment:add")
            self.editors[-1].text.setFocus(Qt.FocusReason.OtherFocusReason)
            bring_up(self.editors[-1])

    def _fill(self) -> None:
        self.empty()
        self.editors = [] if self._read_only else [self._editor(at, one) for at, one in enumerate(self.agreed)]
        for editor in self.editors:
            self.column.addWidget(editor)
        if self._read_only:
            for one in self.agreed:
                self.column.addLayout(self._told(one))
        if not self.agreed:
            words = "Nothing was agreed." if self._read_only else "One to three things, each with a name and a day."
            self.column.addWidget(PlainLabel(words, "muted", wrap=True))
        self._remember()

    def _told(self, commitment: Commitment) -> QVBoxLayout:
        """A commitment of a closed meeting, which can only be read."""
        owner = party_name(commitment.owner, self._rep)
        about, stage = self._able.name_of(commitment), "Won" if commitment.stage == WON else commitment.stage
        shown = " → ".join(part for part in (about, stage) if part)
        told = " · ".join(part for part in (f"{owner}, by {due_words(commitment.due)}", shown) if part)
        lines = QVBoxLayout()
        lines.setSpacing(1)
        lines.addWidget(PlainLabel(commitment.text, "strong", wrap=True))
        lines.addWidget(PlainLabel(told, "muted", wrap=True))
        return lines

    def _remember(self) -> None:
        self._state = (self.agreed, self._able, self._rep, self._read_only)
        self.more.setVisible(not self._read_only and len(self.agreed) < MOST_COMMITMENTS)
        self.note.setText(f"{len(self.agreed)} of {MOST_COMMITMENTS}" if self.agreed else "")

    def _editor(self, at: int, commitment: Commitment) -> CommitmentEditor:
        made = CommitmentEditor(self._theme, commitment, self._able, self._rep)
        for field in (made.text, made.due):
            field.installEventFilter(self._keys)
        made.changed.connect(lambda one, edited: self._put(at, one, edited))
        made.dropped.connect(lambda: self._drop(at))
        return made

    def _put(self, at: int, commitment: Commitment, edited: str) -> None:
        self.agreed = (*self.agreed[:at], commitment, *self.agreed[at + 1 :])
        self._remember()
        self.changed.emit(self.agreed, f"commitment:{at}:{edited}")

    def _drop(self, at: int) -> None:
        self._set((*self.agreed[:at], *self.agreed[at + 1 :]), "commitment:drop")
        field = self.editors[min(at, len(self.editors) - 1)].text if self.editors else self.more
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set(self, agreed: Agreed, edited: str) -> None:
        self.agreed = agreed
        self._fill()
        self.changed.emit(agreed, edited)
