"""The cards of a one-on-one under each other, in the order of the meeting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import Signal

from kpidesk.core.reviews import Review, Sheet
from kpidesk.core.settings import Settings
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.page_parts import Column, fill
from kpidesk.ui.widgets.review_agenda import AgendaCard
from kpidesk.ui.widgets.review_commitments import CommitmentsCard
from kpidesk.ui.widgets.review_facts import FactsCard, RisksCard
from kpidesk.ui.widgets.review_goals import GoalsCard
from kpidesk.ui.widgets.review_lines import LinesCard, ThenAndNow
from kpidesk.ui.widgets.review_meeting import Held
from kpidesk.ui.widgets.review_notes import NotesCard, PrivateCard
from kpidesk.ui.widgets.review_parts import UndoKeys
from kpidesk.ui.widgets.review_prepared import PrepareRow
from kpidesk.ui.widgets.review_promises import PromisesCard
from kpidesk.ui.widgets.review_skill import SkillCard, WellbeingCard


class ReviewCards(Column):
    """All cards of a sheet; a class because it is a widget.

    `edited` sends the name of what was edited, by which typing is undone in one step, and the fields of the review
    with what was typed; `step` the number of a deal and its next step.
    """

    edited = Signal(str, object)
    step = Signal(int, str)

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        super().__init__(margins=(16, 0, 12, 0), widest=1040, centred=False)
        self.then, self.facts, self.promises = ThenAndNow(theme), FactsCard(theme), PromisesCard(theme)
        self.lines, self.goals, self.risks = LinesCard(theme), GoalsCard(theme), RisksCard(theme, keys)
        self.agenda, self.skill = AgendaCard(theme, keys), SkillCard(theme, keys)
        self.prepare = PrepareRow(self.agenda)
        self.notes, self.agreed = NotesCard(theme, keys), CommitmentsCard(theme, keys)
        self.wellbeing, self.private = WellbeingCard(theme, keys), PrivateCard(theme, keys)
        fill(self.column, self.then, self.promises, self.facts, self.lines, self.goals, self.risks, self.agenda,
             self.skill, self.notes, self.agreed, self.wellbeing, 8, self.private)  # fmt: skip
        self.column.addStretch(1)
        self._connect()

    def _connect(self) -> None:
        edited = self.edited.emit
        self.agenda.changed.connect(lambda items, name: edited(name, {"agenda": items}))
        self.agreed.changed.connect(lambda agreed, name: edited(name, {"commitments": agreed}))
        self.notes.typed.connect(lambda text: edited("notes", {"notes": text}))
        self.private.typed.connect(lambda text: edited("private", {"private": text}))
        self.wellbeing.typed.connect(lambda text: edited("wellbeing", {"wellbeing": text}))
        self.skill.typed.connect(lambda name, text: edited(name, {name: text}))
        self.skill.linked.connect(lambda shown: edited("skill:link", {"evidence": shown}))
        self.risks.typed.connect(self.step)

    def show_sheet(self, sheet: Sheet, held: Held, known: Settings) -> None:
        """Show what the data say, live or as it was sealed."""
        self.then.show_differences(held.differences)
        self.risks.show_rules(known.stall_days, known.minimum_n)
        self.promises.show_sheet(sheet, held.asked)
        for part in (self.facts, self.lines, self.goals, self.risks):
            part.show_sheet(sheet)

    def show_typed(self, review: Review, held: Held, today: date) -> None:
        """Show what was typed; of a closed meeting it can only be read."""
        closed, rep = review.state == "closed", held.sheet.rep
        able, shown = held.linkable(today), replace(held.sheet, review=review)
        self.agenda.show_items(review.agenda, rep, read_only=closed)
        self.prepare.setVisible(not closed)
        self.risks.show_steps(review)
        self.skill.show_review(shown, able, read_only=closed)
        self.wellbeing.show_review(shown, review, read_only=closed)
        self.notes.show_notes(review.notes, read_only=closed)
        self.private.show_notes(review.private, read_only=closed)
        self.agreed.show_agreed(review.commitments, able, rep, read_only=closed)
