"""What happened since the last meeting, and the open deals to talk about; every line opens to its deals."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.formats import day_text
from kpidesk.core.review_words import NO_RISKS, age_words, facts_told, no_facts_text, no_newer, risk_rules, risk_text
from kpidesk.core.reviews import Fact, FactDeal, Review, RiskDeal, Sheet
from kpidesk.core.wording import counted, listed
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import row
from kpidesk.ui.widgets.review_parts import Fold, Section, UndoKeys

TOP = Qt.AlignmentFlag.AlignTop
NAMED = 3
LONGEST_STEP = 300


def fact_words(fact: Fact) -> str:
    """One fact in short: "Won 3, $120K"."""
    amount = f", {fact.amount_text}" if fact.amount_text else ""
    return f"{fact.label} {len(fact.deals)}{amount}"


def fact_names(fact: Fact) -> str:
    """The first deals of a fact by name, and how many more there are."""
    return listed((deal.name or deal.account for deal in fact.deals), NAMED)


def since_words(sheet: Sheet) -> str:
    """Between which days the facts lie, and how they are counted."""
    if sheet.since is None or sheet.as_of is None or no_newer(sheet):
        return ""
    return ", ".join(filter(None, (f"{day_text(sheet.since)} to {day_text(sheet.as_of)}", facts_told(sheet))))


def no_facts_words(sheet: Sheet) -> str:
    """What is said where nothing changed."""
    if sheet.as_of is None:
        return "No deals have been imported yet."
    if sheet.since is None or no_newer(sheet):
        return no_facts_text(sheet)
    return f"No deal has changed since {day_text(sheet.since)}."


def deal_name(name: str, account: str) -> str:
    """A deal with its account where that says more."""
    return name if not account or account in name else f"{name} · {account}"


class FactsCard(Section):
    """The facts as calm lines; a class because it is a widget."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Since we last met")
        self._theme = theme
        self.folds: list[Fold] = []

    def show_sheet(self, sheet: Sheet) -> None:
        """Show the facts of a sheet; what was open stays open."""
        opened = {fold.property("kind") for fold in self.folds if fold.is_open}
        self.empty()
        self.title.setText(sheet.facts_heading)
        self.setAccessibleName(sheet.facts_heading)
        self.note.setText(since_words(sheet))
        labels = [PlainLabel(fact_words(fact), "strong") for fact in sheet.facts]
        self.folds = [self._fold(fact, label) for fact, label in zip(sheet.facts, labels, strict=True)]
        widest = max((label.sizeHint().width() for label in labels), default=0)
        for fold, label in zip(self.folds, labels, strict=True):
            label.setMinimumWidth(max(widest + self._theme.px(12), self._theme.px(172)))
            self.column.addWidget(fold)
            fold.set_open(fold.property("kind") in opened)
        if not self.folds:
            self.column.addWidget(PlainLabel(no_facts_words(sheet), "muted", wrap=True))

    def _fold(self, fact: Fact, label: PlainLabel) -> Fold:
        made = Fold(self._theme, fact_words(fact))
        made.setProperty("kind", fact.kind)
        made.line.addWidget(label)
        made.line.addWidget(PlainLabel(fact_names(fact), "muted", elide=True), 1)
        for deal in fact.deals:
            made.inner.addLayout(_deal_line(self._theme, deal))
        return made


def _deal_line(theme: Theme, deal: FactDeal) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(12)
    amount = PlainLabel(deal.amount_text, "figure")
    amount.setAlignment(Qt.AlignmentFlag.AlignRight | TOP)
    amount.setMinimumWidth(theme.px(72))
    line.addWidget(PlainLabel(deal_name(deal.name, deal.account), elide=True), 4, TOP)
    line.addWidget(PlainLabel(deal.change, "muted", wrap=True), 5, TOP)
    line.addWidget(amount, 0, TOP)
    return line


class RisksCard(Section):
    """The deals to talk about with the plain reasons why and the rep's next step; a class because it is a widget.

    `typed` sends (number of the deal, next step).
    """

    typed = Signal(int, str)

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        super().__init__(theme, "Deals to talk about")
        self._theme, self._keys = theme, keys
        self.steps: dict[int, QLineEdit] = {}
        self.rules = Fold(theme, "why a deal is listed")
        self.rules.line.addWidget(PlainLabel("By which rules a deal is listed", "muted"), 1)
        self.rule_words = PlainLabel("", "muted", wrap=True)
        self.rules.inner.addWidget(self.rule_words)
        self.foot.addWidget(self.rules)

    def show_rules(self, stall_days: int, minimum_n: int) -> None:
        """Say by which rules deals are listed."""
        self.rule_words.setText("An open deal is listed when " + "; or ".join(risk_rules(stall_days, minimum_n)) + ".")

    def show_sheet(self, sheet: Sheet) -> None:
        """Show the deals at risk of a sheet."""
        self.empty()
        self.steps = {}
        self.note.setText(counted(len(sheet.risks), "deal") if sheet.risks else "")
        frozen = sheet.review.state == "closed"
        for deal in sheet.risks:
            step = sheet.review.next_step(deal.deal_id)
            self.column.addWidget(risk_line(self._theme, deal, step if frozen else ""))
            if not frozen and deal.deal_id:
                line = row(PlainLabel("Next step", "small"), self._step(deal, step), spacing=4)
                line.setContentsMargins(0, 0, 0, 6)
                self.column.addLayout(line)
        if not sheet.risks:
            self.column.addWidget(PlainLabel(NO_RISKS, "muted", wrap=True))

    def show_steps(self, review: Review) -> None:
        """Show next steps that were changed elsewhere, by undo say."""
        for deal_id, field in self.steps.items():
            if field.text() != review.next_step(deal_id):
                field.setText(review.next_step(deal_id))

    def _step(self, deal: RiskDeal, step: str) -> QLineEdit:
        made = QLineEdit(step)
        made.setProperty("role", "inline")
        made.setPlaceholderText("What the rep does next")
        made.setAccessibleName(f"Next step in {deal.name}")
        made.setMaxLength(LONGEST_STEP)
        made.setCursorPosition(0)
        made.installEventFilter(self._keys)
        made.textEdited.connect(lambda text: self.typed.emit(deal.deal_id, text))
        self.steps[deal.deal_id] = made
        return made


def risk_line(theme: Theme, deal: RiskDeal, step: str = "") -> QWidget:
    """A deal at risk in two lines: what it is, and why it is here; a third with the next step where there is one."""
    made = QWidget()
    across = QHBoxLayout(made)
    across.setContentsMargins(0, 5, 0, 5 if step else 1)
    across.setSpacing(12)
    words = QVBoxLayout()
    words.setSpacing(1)
    words.addWidget(PlainLabel(deal_name(deal.name, deal.account), "strong", elide=True))
    words.addWidget(PlainLabel(risk_text(deal), "watch", wrap=True))
    if step:
        words.addWidget(PlainLabel(f"Next step: {step}", wrap=True))
    words.addStretch(1)
    side = QVBoxLayout()
    side.setSpacing(1)
    aged = f"{age_words(deal)} old" if age_words(deal) else ""
    due = " · ".join(part for part in (deal.stage, aged, f"due {deal.close_date}" if deal.close_date else "") if part)
    for text, role in ((deal.amount_text, "figure"), (due, "small")):
        label = PlainLabel(text, role, wrap=role == "small")
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        side.addWidget(label)
    side.addStretch(1)
    across.addLayout(words, 5)
    across.addLayout(side, 4)
    made.setMinimumHeight(theme.px(40))
    told = f" Next step: {step}." if step else ""
    made.setAccessibleName(f"{deal.name}, {deal.amount_text}, {due}: {risk_text(deal)}.{told}")
    return made
