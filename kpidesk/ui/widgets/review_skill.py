"""What a one-on-one is for besides numbers: the skill in focus, what went well, and the rep's own part once a month."""

from __future__ import annotations

from PySide6.QtCore import Signal

from kpidesk.core.review_words import (
    NO_PRAISE,
    NO_SKILL,
    NO_WELLBEING,
    PRAISE_TITLE,
    SKILL_AND_PRAISE,
    SKILL_TITLE,
    WELLBEING_TITLE,
    skill_words,
)
from kpidesk.core.reviews import Evidence, Review, Sheet
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import row
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.review_commitments import Linkable
from kpidesk.ui.widgets.review_parts import GrowingText, Section, UndoKeys

NOTHING = "Link a deal or KPI"


class SkillCard(Section):
    """One skill with what shows it, and what went well; a class because it is a widget.

    `typed` sends (field of the review, text), `linked` the Evidence chosen.
    """

    typed = Signal(str, str)
    linked = Signal(object)

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        super().__init__(theme, SKILL_AND_PRAISE)
        self._able = Linkable()
        self.note.setText("on both copies")
        self.skill = self._field(theme, keys, "skill", SKILL_TITLE, "The one skill to work on")
        self.praise = self._field(theme, keys, "praise", PRAISE_TITLE, "Praise: what exactly, and what it brought")
        self.link = PickButton(theme, "What shows it", "receipt-text")
        self.link.chosen.connect(self._on_link)
        self.seen = PlainLabel("Seen in", "muted")
        self.shown = PlainLabel("", "muted", wrap=True)
        self.column.setSpacing(6)
        self.column.addWidget(PlainLabel(SKILL_TITLE, "small"))
        self.column.addWidget(self.skill)
        self.column.addLayout(row(self.seen, self.link, None))
        self.column.addWidget(self.shown)
        self.column.addSpacing(4)
        self.column.addWidget(PlainLabel(PRAISE_TITLE, "small"))
        self.column.addWidget(self.praise)

    def _field(self, theme: Theme, keys: UndoKeys, name: str, words: str, hint: str) -> GrowingText:
        made = GrowingText(theme, words, hint, lines=1)
        made.installEventFilter(keys)
        made.typed.connect(lambda text: self.typed.emit(name, text))
        return made

    def show_review(self, sheet: Sheet, able: Linkable, *, read_only: bool) -> None:
        """Show what was typed; what shows the skill can be chosen until the meeting is closed."""
        review = sheet.review
        self._able = able
        for field, text, nothing in ((self.skill, review.skill, NO_SKILL), (self.praise, review.praise, NO_PRAISE)):
            field.show_text(text)
            field.set_frozen(read_only, nothing)
        shown = review.evidence
        self.link.offer(able.choices(), _link_of(shown), shown.name or shown.kpi_id or NOTHING)
        for widget in (self.seen, self.link):
            widget.setVisible(not read_only)
        words = skill_words(sheet)
        self.shown.setText(words)
        self.shown.setVisible(bool(words) and (read_only or sheet.skill_since is not None))

    def _on_link(self, link: tuple[str, object]) -> None:
        self.linked.emit(evidence_of(link, self._able))


def _link_of(shown: Evidence) -> tuple[str, object]:
    if shown.deal_id:
        return "deal", shown.deal_id
    return ("kpi", shown.kpi_id) if shown.kpi_id else ("", None)


def evidence_of(link: tuple[str, object], able: Linkable) -> Evidence:
    """A chosen deal or KPI as what shows a skill, with its name."""
    kind, value = link
    if kind == "kpi":
        name = next((one.name for one in able.kpis if one.id == value), str(value))
        return Evidence(kpi_id=str(value), name=name)
    deal = able.deal(int(str(value))) if kind == "deal" else None
    return Evidence(deal_id=deal.deal_id, name=deal.name) if deal is not None else Evidence()


class WellbeingCard(Section):
    """The rep's own part, once a month; a class because it is a widget. `typed` sends the text."""

    typed = Signal(str)

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        super().__init__(theme, WELLBEING_TITLE)
        self.note.setText("monthly, the rep's own")
        self.text = GrowingText(theme, WELLBEING_TITLE, "How are you, and where do you want to go?", lines=2)
        self.text.installEventFilter(keys)
        self.text.typed.connect(self.typed)
        self.column.addWidget(self.text)
        words = "On the rep's own copy only, with a pack too: not on the presenter's screen, not in your own copy."
        self.foot.addWidget(PlainLabel(words, "small", wrap=True))
        self.hide()

    def show_review(self, sheet: Sheet, review: Review, *, read_only: bool) -> None:
        """Show what was typed; the card is there in the first meeting of a month, and where something was said."""
        asked = sheet.asks_wellbeing and (not read_only or bool(review.wellbeing.strip()))
        holds = self.holds_cursor(self)
        self.setVisible(asked or holds)
        self.text.show_text(review.wellbeing)
        self.text.set_frozen(read_only, NO_WELLBEING)
