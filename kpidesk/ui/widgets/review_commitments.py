"""One to three commitments: what, by whom, by when, and the deal or KPI that will show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtWidgets import QComboBox

from kpidesk.core.kpis import Kpi
from kpidesk.core.reviews import MOST_COMMITMENTS, Commitment, Party
from kpidesk.ui.messages import PlainLabel, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, Segments, row
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.review_agreed import A_WEEK, LONGEST, AgreedCard, AgreedEditor
from kpidesk.ui.widgets.review_parts import UndoKeys
from kpidesk.ui.widgets.review_text import (
    WON,
    OpenDeal,
    due_words,
    party_name,
    stage_after,
    stages_of,
)
from kpidesk.ui.widgets.type_ahead import Choice

NARROW = 11
WHAT = "commitment"
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


class CommitmentEditor(AgreedEditor[Commitment]):
    """One commitment to type; a class because it is a widget."""

    def __init__(self, theme: Theme, commitment: Commitment, able: Linkable, rep: str, keys: UndoKeys) -> None:
        super().__init__(theme, commitment, able.today, keys, WHAT)
        self._able = able
        self.owner = Segments(((party_name("rep", rep), "rep"), ("Me", "manager")), "Done by")
        self.owner.chosen.connect(self._on_owner)
        self.link = PickButton(theme, "Deal or KPI", "receipt-text")
        self.link.chosen.connect(self._on_link)
        self.stage = ListBox()
        self.stage.setAccessibleName("Stage that settles it")
        self.stage.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.stage.setMinimumContentsLength(NARROW)
        self.stage.setMinimumWidth(theme.px(96))
        self.stage.activated.connect(self._on_stage)
        self.column.addWidget(self.text)
        self.column.addLayout(row(self.owner, PlainLabel("by", "muted"), self.due, None))
        self.column.addWidget(self.due.told)
        self.reaching = PlainLabel("reaching", "muted")
        self.column.addLayout(
            row(PlainLabel("Shown by", "muted"), self.link, self.reaching, self.stage, None, self.drop)
        )
        self.show_commitment(commitment)

    def offer(self, able: Linkable) -> None:
        """Offer other deals and KPIs; what is typed and not finished stays."""
        self._able = able
        self._show_link()

    def show_commitment(self, commitment: Commitment) -> None:
        """Show a commitment."""
        self.agreed = commitment
        if self.text.text() != commitment.text:
            self.text.setText(commitment.text)
        self.owner.set_value(commitment.owner)
        self.due.show_day(commitment.due)
        self._show_link()

    def _show_link(self) -> None:
        said, deal = self.agreed, self._able.deal(self.agreed.deal_id)
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
        self.send("owner", owner=by)

    def _on_stage(self, _at: int) -> None:
        self.send("stage", stage=str(self.stage.currentData()))

    def _on_link(self, link: Link) -> None:
        self.agreed = linked(self.agreed, link, self._able)
        self.send("link")
        self.show_commitment(self.agreed)


class CommitmentsCard(AgreedCard[Commitment, CommitmentEditor]):
    """The commitments of the meeting; a class because it is a widget."""

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        self._able, self._rep = Linkable(), ""
        super().__init__(theme, keys, WHAT, MOST_COMMITMENTS)

    def show_agreed(self, agreed: Agreed, able: Linkable, rep: str, *, read_only: bool) -> None:
        """Show the commitments; nothing is built anew where they are shown already."""
        is_same = (agreed, rep, read_only) == (self.agreed, self._rep, self.read_only)
        if is_same and able == self._able:
            return
        self.agreed, self._able, self._rep, self.read_only = agreed, able, rep, read_only
        if not is_same or not self.editors:
            self.fill()
            return
        for editor in self.editors:
            editor.offer(able)

    def new_one(self) -> Commitment:
        """A commitment of the rep, due in a week."""
        return Commitment("", self._able.today + A_WEEK)

    def editor_of(self, one: Commitment) -> CommitmentEditor:
        """The fields of a commitment."""
        return CommitmentEditor(self.theme, one, self._able, self._rep, self.keys)

    def told(self, one: Commitment) -> str:
        """Who does it by when, and what shows it."""
        about, stage = self._able.name_of(one), "Won" if one.stage == WON else one.stage
        shown = " → ".join(part for part in (about, stage) if part)
        return " · ".join(filter(None, (f"{party_name(one.owner, self._rep)}, by {due_words(one.due)}", shown)))

    def nothing_words(self) -> str:
        """What may be agreed, or that nothing was."""
        return "Nothing was agreed." if self.read_only else "One to three things, each with a name and a day."
