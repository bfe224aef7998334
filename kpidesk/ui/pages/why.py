"""Why: what a change of a KPI, or its gap to the target, is made of; one step from every part to its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.breakdowns import Field, same_field
from kpidesk.core.cause_words import after_verdict, tried_words
from kpidesk.core.causes import Held, LostReason, Why
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.papers import Paper
from kpidesk.core.people import UNASSIGNED, Scope
from kpidesk.core.periods import period_of
from kpidesk.core.scorecards import Question
from kpidesk.core.term_words import terms_unsaid
from kpidesk.core.why_paper import why_paper
from kpidesk.core.wording import capital
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.surroundings import single
from kpidesk.ui.widgets.controls import Segments, button, card, clear, row
from kpidesk.ui.widgets.export_dialog import FORMS, ask_where
from kpidesk.ui.widgets.flow_row import FlowRow
from kpidesk.ui.widgets.page_kpi import KpiPage, computable
from kpidesk.ui.widgets.page_parts import Column
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.pickers import scope_choices
from kpidesk.ui.widgets.type_ahead import Choice
from kpidesk.ui.widgets.why_card import LostCard, SplitCard
from kpidesk.ui.widgets.why_text import HINT, against_words, change_words

OTHERS = "Another team or rep"
ANY_FIELD = "What tells most"
SHOW_PARTS, HIDE_PARTS = "Show the parts anyway", "Hide the parts"


@dataclass(frozen=True, slots=True)
class WhyAnswer:
    """What the page shows: the change with its parts, and what can be chosen."""

    found: Why
    kpis: tuple[Kpi, ...]
    others: tuple[Choice, ...]
    lacks: str = ""
    """That the field that is kept is not one of this KPI."""


class WhyPage(KpiPage):
    """The parts of a change; a class because pages are widgets. `open_kpi` says of which KPI."""

    page_id: ClassVar[str] = "why"
    title: ClassVar[str] = "Why"
    depends: ClassVar[Change] = Change.EVERYTHING

    def build(self) -> None:
        """Choices above; the change in words; below it the parts, side by side."""
        self.answer: WhyAnswer | None = None
        self.cards: list[SplitCard] = []
        self._against: Held | Scope = "previous"
        self._whole: tuple[str, Question, Held | Scope] | None = None
        self._by: Field | None = None
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(24, 4, 0, 0)
        outer.setSpacing(12)
        choices = self._build_choices()
        choices.setContentsMargins(0, 0, 24, 0)
        outer.addLayout(choices)
        outer.addWidget(self._build_scroll(), 1)

    def _build_scroll(self) -> Column:
        """What the page says, and below it two columns of cards."""
        scroll = Column(margins=(0, 0, 24, 20))
        scroll.column.addWidget(self._build_head())
        self.made_of = PlainLabel("What it is made of", "subheading")
        self.by = PickButton(self.theme, "field to split by", "table-properties", "F")
        self.by.chosen.connect(self.split_by)
        scroll.column.addLayout(row(self.made_of, self.by, None, spacing=12))
        self._columns = (QVBoxLayout(), QVBoxLayout())
        pair = QHBoxLayout()
        pair.setSpacing(12)
        for one in self._columns:
            one.setSpacing(12)
            pair.addLayout(one, 1)
        scroll.column.addLayout(pair)
        scroll.column.addStretch(1)
        return scroll

    def _build_choices(self) -> FlowRow:
        choices = (("Period before", "previous"), ("Year ago", "last-year"), ("Target", "target"))
        self.against = Segments(choices, "Against")
        self.against.set_value(self._against)
        self.against.chosen.connect(self.hold_against)
        self.others = PickButton(self.theme, "another team or rep", "users", "A")
        self.others.chosen.connect(self.hold_against)
        self.breakdown = button("Breakdown", self._open_breakdown, hint="Break it down by any other field · B")
        self.compare = button("Compare reps", self._open_compare, hint="Which reps differ by more than luck · C")
        return FlowRow(*self.build_pick(), self.against, self.others, None, self.compare, self.breakdown, spacing=10)

    def _build_head(self) -> QWidget:
        frame, column = card()
        self.heading = PlainLabel("", "small", elide=True)
        self.change = PlainLabel("", "number", wrap=True)
        self.held = PlainLabel("", "muted", wrap=True)
        self.verdict = PlainLabel("", "heading", wrap=True)
        self.after = PlainLabel("", "muted", wrap=True)
        self.remarks = PlainLabel("", wrap=True)
        self.year = button("Look at the whole year", self.look_at_year, kind="link")
        self.rows = button("Show the rows", self.open_rows, kind="link", hint="What the value rests on · R")
        self.rows_before = button("", partial(self.open_rows, before=True), kind="link",
                                  hint="What it is held against rests on · Shift+R")  # fmt: skip
        self.parts = button(SHOW_PARTS, self.turn_parts, hint="What it is made of, luck or not · P")
        sides = QHBoxLayout()
        sides.setSpacing(30)
        left, right = (self.heading, self.change, self.held), (self.verdict, self.after, self.remarks)
        for labels, links, stretch in (
            (left, (self.rows, self.rows_before), 2), (right, (self.parts, self.year), 4)
        ):  # fmt: skip
            side = QVBoxLayout()
            side.setSpacing(2)
            for label in labels:
                side.addWidget(label)
            side.addSpacing(6 if links[0] is self.parts else 0)
            side.addLayout(row(*links, None, spacing=16))
            side.addStretch(1)
            sides.addLayout(side, stretch)
        column.addLayout(sides)
        return frame

    # --- what is shown ---------------------------------------------------------------------------------------------

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """Why the KPI chosen changed; without a choice the first in use."""
        asked = single(workspace, question)
        known = computable(workspace)
        chosen = self._kpi_id or (known[0].id if known else "")
        if not chosen:
            return None
        others = scope_choices(
            operations.scopes(workspace), operations.settings(workspace), operations.data_date(workspace) or date.max
        )
        against = self._held_against(asked.scope)
        whole = self._whole == (chosen, question, self._against)
        by = _field_here(workspace, chosen, asked, self._by)
        found = operations.why(workspace, chosen, asked, against, whole=whole, by=by.name if by else "")
        lacks = f"{found.kpi.name} has no {self._by.label} to be split by." if self._by and not by else ""
        return WhyAnswer(found, known, others, lacks if found.fields else "")

    def show_value(self, value: Any) -> None:
        """Show the parts, or say that there is nothing to explain."""
        if value is None:
            self.show_state(self._no_kpi("and why they change can be seen"))
            return
        answer: WhyAnswer = value
        self.answer = answer
        found = answer.found
        if found.as_of is None:
            self.show_state(self._no_deals("why its numbers change can be seen"))
            return
        self.show_kpi(found.kpi, answer.kpis)
        self.compare.setVisible(found.question.scope.kind in ("org", "team"))
        self._offer_others(found, answer.others)
        self._offer_fields(found)
        self._show_head(found, answer.lacks)
        self._show_parts(found)

    def _offer_others(self, found: Why, others: tuple[Choice, ...]) -> None:
        """The teams and reps that it can be held against."""
        here = found.question.scope
        choices = [one for one in others if one.value not in (here, UNASSIGNED)]
        self.others.setVisible(bool(choices))
        self.others.offer(choices, found.other, found.names[0] if found.names else OTHERS)
        self.against.set_value(self._held_against(here))

    def _held_against(self, scope: Scope) -> Held | Scope:
        """What a scope is held against: never itself, and for that what was chosen is not forgotten."""
        return "previous" if self._against == scope else self._against

    def _offer_fields(self, found: Why) -> None:
        """The fields by which it can be split; the one chosen stays so on other KPIs."""
        choices = [Choice(ANY_FIELD, None, "the page chooses"),
                   *(Choice(capital(one.label), one, keywords=one.name) for one in found.fields)]  # fmt: skip
        for widget in (self.made_of, self.by):
            widget.setVisible(bool(found.fields))
        self.by.offer(choices, found.by, f"By {found.by.label}" if found.by else "By any field")

    def _show_head(self, found: Why, lacks: str) -> None:
        self.heading.setText(found.title)
        self.change.setText(change_words(found))
        self.held.setText(against_words(found))
        self.rows.setVisible(found.value is not None)
        self.rows_before.setText(f"Those of {found.sides[0]}")
        self.rows_before.setVisible(found.before is not None and found.question_before is not None)
        self.verdict.setText(found.verdict)
        told = after_verdict(found)
        self.after.setText(told or (f"{tried_words(found)} {HINT}".strip() if found.is_explained else ""))
        self.after.setVisible(bool(self.after.text()))
        is_luck = found.certainty in ("could be luck", "too early")
        self.year.setVisible(is_luck and found.question.period.grain != "year")
        self.parts.setText(HIDE_PARTS if found.whole else SHOW_PARTS)
        self.parts.setVisible(is_luck and (found.certainty == "could be luck" or found.against != "target"))
        beside = (*([lacks] if lacks else []), *found.remarks, *found.notices)
        parts = (part.text for split in found.splits for part in split.parts)
        terms = terms_unsaid((found.kpi.name, found.change_text, found.verdict, self.after.text(), *parts, *beside))
        remarks = (*beside, *([terms] if terms else []))
        self.remarks.setText("\n".join(f"•  {text}" for text in remarks))
        self.remarks.setVisible(bool(remarks))

    def _show_parts(self, found: Why) -> None:
        for column in self._columns:
            clear(column)
        splits = [*found.splits, *([found.bridge] if found.bridge is not None else [])]
        self.cards = [SplitCard(self.theme, split, found) for split in splits]
        shown: list[QWidget] = list(self.cards)
        for made in self.cards:
            made.opened.connect(self.shell.open_receipt)
        if found.lost:
            lost = LostCard(found.lost)
            lost.opened.connect(self.open_lost)
            shown.append(lost)
        heights = [0, 0]
        for widget in shown:
            at = heights.index(min(heights))
            heights[at] += widget.sizeHint().height()
            self._columns[at].addWidget(widget)
        for column in self._columns:
            column.addStretch(1)

    # --- what can be done ------------------------------------------------------------------------------------------

    def hold_against(self, against: Held | Scope) -> None:
        """Measure against the period before, the same a year ago, the target, or another team or rep."""
        self._against = against
        self.against.set_value(against)
        if self.question is not None:
            self.reload()

    def turn_parts(self) -> None:
        """Show the parts of a change that luck may explain, or hide them again."""
        found = self._found()
        if found is not None and self.question is not None and not self.parts.isHidden():
            self._whole = None if found.whole else self._here(found)
            self.reload()

    def _here(self, found: Why) -> tuple[str, Question, Held | Scope] | None:
        return (found.kpi.id, self.question, self._against) if self.question is not None else None

    def split_by(self, field: Field | None) -> None:
        """Split it by a field first, here also where luck may explain it, and other KPIs by it too; None ends that."""
        found = self._found()
        self._by = field
        if found is not None and field is not None and found.certainty != "real":
            self._whole = self._here(found)
        if self.question is not None:
            self.reload()

    def open_kpi(self, kpi_id: str, against: Scope | None = None) -> None:
        """Show another KPI, or why it differs from that of a scope."""
        self._against = against or self._against
        super().open_kpi(kpi_id)

    def open_fields(self) -> None:
        """Open the list of fields by which it can be split."""
        if not self.by.isHidden():
            self.by.open_list()

    def look_at_year(self) -> None:
        """Choose the year of the period above the page, in which more can be told from luck."""
        if self.question is not None:
            year = period_of(self.question.period.start, "year", self.shell.settings)
            self.shell.set_question(replace(self.question, period=year))

    def open_rows(self, *, before: bool = False) -> None:
        """Show the rows of the value, or of the one `before` that it is held against."""
        found = self._found()
        asked = (found.question_before if before else found.question) if found is not None else None
        if found is not None and asked is not None:
            self.shell.open_receipt(found.kpi.id, asked)

    def open_lost(self, reason: LostReason) -> None:
        """Show the deals that were lost for a reason."""
        if self.answer is not None:
            self.shell.open_receipt(self.answer.found.rows_of_lost, reason.question)

    def _open_breakdown(self) -> None:
        self.shell.open_breakdown(self._kpi_id)

    def _open_compare(self) -> None:
        self.shell.open_compare(self._kpi_id)

    def _found(self) -> Why | None:
        return self.answer.found if self.answer is not None else None

    # --- export and keys -------------------------------------------------------------------------------------------

    def to_hand_over(self) -> tuple[str, Paper] | None:
        """What a copy for others is of, by name."""
        found = self._found() if self.shows_body else None
        return ("this change", why_paper(found)) if found is not None else None

    def export(self) -> None:
        """Ask for a file and write the change with its parts to it."""
        found = self._found() if self.shows_body else None
        to = ask_where(self, f"Why {found.title}") if found is not None else None
        if to is not None:
            self.export_to(to)

    def export_to(self, to: Path) -> None:
        """Write the change with its parts to a file, in the form that its ending names."""
        found = self._found()
        if found is not None:
            self._write_file(lambda ws: _write(ws, found, to))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """K chooses the KPI, A whom it is held against, F by what it is split; P, R, C and B as their buttons say."""
        act = {Qt.Key.Key_K: self.kpi.open_list, Qt.Key.Key_C: self._open_compare, Qt.Key.Key_B: self._open_breakdown,
               Qt.Key.Key_A: self.others.open_list, Qt.Key.Key_P: self.turn_parts,
               Qt.Key.Key_F: self.open_fields, Qt.Key.Key_R: self.open_rows}  # fmt: skip
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        found = act.get(Qt.Key(event.key()))
        if found is not None and plain:
            found()
        elif event.key() == Qt.Key.Key_R and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.open_rows(before=True)
        else:
            super().keyPressEvent(event)


def _field_here(workspace: Workspace, kpi_id: str, asked: Question, kept: Field | None) -> Field | None:
    """The field that was chosen, as this KPI has it; None where none was, or it has none such."""
    if kept is None:
        return None
    try:
        return same_field(operations.fields_of(workspace, kpi_id, asked), kept)
    except UserError:
        return None  # what is typed in is not split by any


def _write(workspace: Workspace, found: Why, to: Path) -> Path:
    """Write a change in one of its forms; on the database thread."""
    from kpidesk.ui.painting.copies import Copying, write_copy
    from kpidesk.ui.painting.paper_size import usual_paper

    operations.check_export_path(workspace, to, tuple(ending for ending, _ in FORMS))
    return write_copy(why_paper(found), to, Copying(usual_paper()))
