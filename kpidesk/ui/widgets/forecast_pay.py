"""The manager's own: what a rep's pay plan pays. Shut until it is opened, and on no print, picture or export."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text, format_value, plain_number
from kpidesk.core.papers import PaperCell, PaperColumn, PaperRow, PaperTable
from kpidesk.core.pay_plans import PayNow, PayPlan
from kpidesk.core.people import Scope
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, button, row
from kpidesk.ui.widgets.forecast_across import Across, named
from kpidesk.ui.widgets.forecast_fold import FoldCard
from kpidesk.ui.widgets.forecast_loading import Pay, TypedPlan
from kpidesk.ui.widgets.forecast_tables import TablePart, say

PRIVATE = "Only you see this: it is on no print, picture, export, one-on-one or copy for a rep."
LEAST = 165
"""How wide a field is at least (before text scaling)."""
NO_REPS = "A pay plan is for one rep; nobody is in what is chosen above."
FIELDS: tuple[tuple[str, str, str], ...] = (
    ("base", "Base a year", "60k"), ("variable", "Variable a year, at target", "60k"),
    ("minimum", "No variable below", "0%"), ("accelerators", "Faster from", "100%=1.5"),
    ("cap", "Never more than", "no cap"),
)  # fmt: skip


class PayPart(FoldCard):
    """The plan of a rep; `rep_chosen` sends a Scope, `plan_typed` a TypedPlan, `forgotten` the Scope. A widget."""

    rep_chosen = Signal(object)
    plan_typed = Signal(object)
    forgotten = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Private: what the pay plan pays", parent, "lock")
        self.say("for your eyes only")
        self.whom = ListBox()
        self.whom.setAccessibleName("Whose pay plan")
        self.whom.setMinimumWidth(theme.px(200))
        self.whom.currentIndexChanged.connect(lambda _at: self._choose())
        self.sentence = PlainLabel("", wrap=True)
        self.table = TablePart(theme, "What each attainment pays")
        self.plans = PlainLabel("", "small", wrap=True)
        self.fields: dict[str, QLineEdit] = {}
        self.problem = PlainLabel("", "problem", wrap=True)
        self.keep = button("Keep the plan", self._take, kind="primary", hint="From the first day of the period on")
        self.forget = button("Forget it", self._forget, kind="quiet", hint="All plans of this rep")
        self.form = self._build_form(theme)
        self.inner.addWidget(PlainLabel(PRIVATE, "small", wrap=True))
        self.inner.addLayout(row(PlainLabel("Whose"), self.whom, None))
        for widget in (self.sentence, self.table, self.plans, self.form, self.problem):
            self.inner.addWidget(widget)
        self.inner.addLayout(row(self.keep, self.forget, None))

    def _build_form(self, theme: Theme) -> QWidget:
        made = Across(theme, LEAST)
        cells = []
        for name, words, hint in FIELDS:
            field = QLineEdit()
            field.setMaxLength(60)
            field.setPlaceholderText(hint)
            self.fields[name] = field
            cells.append(named(words, field))
        made.show_widgets(cells)
        return made

    # --- what is shown ---------------------------------------------------------------------------------------------

    def set_open(self, shown: bool) -> None:
        """Nothing of it stays behind when it is shut."""
        super().set_open(shown)
        if not shown:
            self.empty()

    def empty(self) -> None:
        """Take away everything that was shown."""
        self.whom.blockSignals(True)
        self.whom.clear()
        self.whom.blockSignals(False)
        for field in self.fields.values():
            field.clear()
        for label in (self.sentence, self.plans, self.problem):
            say(label)
        self.table.show_table(PaperTable((), (), empty=""))

    def show_reps(self, reps: Sequence[Scope]) -> None:
        """Offer the reps whose plan can be seen; the plan of the first is asked for."""
        self.whom.blockSignals(True)
        self.whom.clear()
        for one in reps:
            self.whom.addItem(one.name, one)
        self.whom.blockSignals(False)
        for widget in (self.whom, self.form, self.keep):
            widget.setEnabled(bool(reps))
        self.forget.hide()
        say(self.sentence, "" if reps else NO_REPS)
        self._choose()

    def _choose(self) -> None:
        scope = self.whom.currentData()
        if isinstance(scope, Scope):
            self.rep_chosen.emit(scope)

    def show_pay(self, found: Pay) -> None:
        """Show the plan of a rep, or that there is none."""
        if found.scope != self.whom.currentData():
            return
        now = found.now
        say(self.sentence, now.sentence if now is not None else found.reason)
        say(self.problem)
        self.forget.setVisible(bool(found.plans))
        self.table.show_table(pay_table(now) if now is not None else PaperTable((), (), empty=""))
        self._show_fields(now.plan if now is not None else None)
        before = [one for one in found.plans if now is None or one.id != now.plan.id]
        say(self.plans, *(f"From {day_text(one.from_day)}: {_plan_words(one)}" for one in before))

    def _show_fields(self, plan: PayPlan | None) -> None:
        curve = plan.curve if plan is not None else None
        texts = {
            "base": plain_number(plan.base) if plan is not None else "",
            "variable": plain_number(plan.variable) if plan is not None else "",
            "minimum": _percent(curve.minimum) if curve is not None and curve.minimum else "",
            "accelerators": ", ".join(
                f"{_percent(one.attainment)}={plain_number(one.rate)}" for one in (curve.accelerators if curve else ())
            ),
            "cap": _percent(curve.cap) if curve is not None and curve.cap is not None else "",
        }  # fmt: skip
        for name, text in texts.items():
            self.fields[name].setText(text)

    def show_problem(self, error: UserError) -> None:
        """Say why a plan cannot be kept."""
        say(self.problem, str(error))

    # --- what can be done ------------------------------------------------------------------------------------------

    def _take(self) -> None:
        scope, typed = self.whom.currentData(), {name: field.text().strip() for name, field in self.fields.items()}
        if isinstance(scope, Scope):
            steps = tuple(part.strip() for part in typed["accelerators"].split(",") if part.strip())
            self.plan_typed.emit(
                TypedPlan(scope, typed["base"], typed["variable"], typed["minimum"], steps, typed["cap"])
            )

    def _forget(self) -> None:
        scope = self.whom.currentData()
        if isinstance(scope, Scope):
            self.forgotten.emit(scope)


def _percent(value: float) -> str:
    return f"{plain_number(value * 100)}%"


def _plan_words(plan: PayPlan) -> str:
    base, variable = (format_value(one, "money", plan.currency) for one in (plan.base, plan.variable))
    return f"{base} base, {variable} variable"


def pay_table(now: PayNow) -> PaperTable:
    """The curve: what an attainment earns of the variable pay, and all together in a year."""
    columns = (
        PaperColumn("at", "Attainment"), PaperColumn("share", "Of the variable", "percent"),
        PaperColumn("earned", "Earned in a year", "money", bar=True), PaperColumn("note", "", "text", 1.4),
    )  # fmt: skip
    rows = tuple(
        PaperRow((
            PaperCell(format_value(one.attainment, "percent", n=0), one.attainment),
            PaperCell(format_value(one.share, "percent", n=0), one.share),
            PaperCell(format_value(one.earned, "money", now.plan.currency), one.earned),
            PaperCell("now" if one.attainment == now.attainment else "at target" if one.attainment == 1 else ""),
        ))
        for one in now.points
    )  # fmt: skip
    return PaperTable(columns, rows)
