"""What holds for every page: text from files stays text, every control has a name, every size is bearable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.benchmarks import Band
from kpidesk.core.breakdowns import Field, SavedView
from kpidesk.core.cadences import Due, LastMet, LeftOut, ReviewCalendar
from kpidesk.core.deal_changes import (
    MOVES,
    ChangeList,
    ChangeRow,
    DealHistory,
    DealVersion,
    FieldChange,
    MoveTotal,
    OtherImport,
    Proof,
)
from kpidesk.core.errors import Issue, UserError
from kpidesk.core.formula_form import Between, Condition, FormulaForm, MeasureForm
from kpidesk.core.goals import GoalBook
from kpidesk.core.hygiene import RULES, Finding, Hygiene, RepScore, RuleCount
from kpidesk.core.import_history import DataDay
from kpidesk.core.imports import ImportOptions
from kpidesk.core.initiatives import Cell, Initiative, KpiReadout, Readout
from kpidesk.core.kpis import Benchmark, Kpi
from kpidesk.core.lint import Fix, Lateness, LintFinding
from kpidesk.core.meetings import KINDS, MeetingKind
from kpidesk.core.pack_files import PackFile, change_of
from kpidesk.core.packs import Pack
from kpidesk.core.people import ORG, Membership, Organisation, Person, Scope, Team
from kpidesk.core.pipeline import Pick
from kpidesk.core.receipts import Receipt
from kpidesk.core.reviews import Difference, ReviewState, Sheet
from kpidesk.core.roster import Likeness, Merged, Roster, RosterEntry
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.core.signals import Acknowledgement, AlertRule, KpiSignal, RuleHit, Signals
from kpidesk.core.target_grid import EditPlan, GridProblem
from kpidesk.operations import FolderFile
from kpidesk.ui.folder_watch import Offer
from kpidesk.ui.page import Page, PageState
from kpidesk.ui.pages import PAGES
from kpidesk.ui.pages.breakdown import BreakdownPage
from kpidesk.ui.pages.calendar import CalendarPage
from kpidesk.ui.pages.catalogue import CataloguePage, CatalogueView
from kpidesk.ui.pages.changes import ChangesPage, ChangesView
from kpidesk.ui.pages.check import CheckPage, CheckView
from kpidesk.ui.pages.compare import CompareAnswer, ComparePage
from kpidesk.ui.pages.compare import View as CompareView
from kpidesk.ui.pages.data import DataPage
from kpidesk.ui.pages.editor import EditorPage, EditorView
from kpidesk.ui.pages.forecast import ForecastPage
from kpidesk.ui.pages.goals import GoalsPage
from kpidesk.ui.pages.hygiene import By, HygienePage
from kpidesk.ui.pages.initiatives import InitiativesPage, InitiativesView
from kpidesk.ui.pages.numbers import NumbersPage, NumbersView
from kpidesk.ui.pages.one_on_ones import OneOnOnesPage
from kpidesk.ui.pages.people import PeoplePage
from kpidesk.ui.pages.pipeline import PipelinePage
from kpidesk.ui.pages.receipt import ReceiptPage
from kpidesk.ui.pages.refresh import RefreshPage, RefreshView
from kpidesk.ui.pages.reviews import ReviewsPage
from kpidesk.ui.pages.target_grid import TargetGridPage
from kpidesk.ui.pages.welcome import StepsView, WelcomePage
from kpidesk.ui.pages.why import WhyAnswer, WhyPage
from kpidesk.ui.presenter import Presenter
from kpidesk.ui.tab_order import put_in_order
from kpidesk.ui.widgets.as_of import PastStrip
from kpidesk.ui.widgets.breakdown_loading import BreakdownAnswer
from kpidesk.ui.widgets.catalogue_detail import Detail, Variant
from kpidesk.ui.widgets.catalogue_difference import DifferenceDialog
from kpidesk.ui.widgets.check_findings import FixDialog
from kpidesk.ui.widgets.check_text import Rest
from kpidesk.ui.widgets.forecast_given import SubmitDialog
from kpidesk.ui.widgets.goal_loading import GoalsView
from kpidesk.ui.widgets.initiative_dialog import InitiativeDialog, Offered
from kpidesk.ui.widgets.meeting_cadence import CadenceDialog
from kpidesk.ui.widgets.meeting_dialog import PrepareDialog
from kpidesk.ui.widgets.meeting_loading import CalendarView, Held
from kpidesk.ui.widgets.meeting_loading import Desk as ReviewDesk
from kpidesk.ui.widgets.new_exports import NewExportsBar
from kpidesk.ui.widgets.people_tree import Node
from kpidesk.ui.widgets.rail import Rail
from kpidesk.ui.widgets.review_meeting import Desk
from kpidesk.ui.widgets.review_meeting import Held as RepHeld
from kpidesk.ui.widgets.review_text import OpenDeal, RepEntry
from kpidesk.ui.widgets.signal_dialog import SignalsDialog
from kpidesk.ui.widgets.signal_rules import RulesDialog, RulesView
from kpidesk.ui.widgets.signal_text import SignalsView
from kpidesk.ui.widgets.target_loading import GridView
from kpidesk.ui.widgets.target_share import ShareDialog
from kpidesk.ui.widgets.top_bar import TopBar
from tests import sheets
from tests.ui import samples, samples_forecast, samples_meetings, samples_pipeline, samples_targets
from tests.ui.leaks import rich_text_leaks
from tests.ui.samples import AS_OF
from tests.ui.samples_breakdown import judged, made_up
from tests.ui.samples_causes import made_up_comparison, made_up_why
from tests.ui.samples_data import (
    BASELINE,
    BOOKINGS,
    BOOKINGS_PROPOSAL,
    HISTORY,
    HOSTILE,
    HOSTILE_PREVIEW,
    LONG,
    PROPOSAL,
    QUARTER,
    REPORT,
    RIGHT_TO_LEFT,
    TARGET,
    WIDE_PREVIEW,
    WIN_RATE,
    receipt,
)
from tests.ui.shell import FakeShell, fake_shell
from tests.ui.tabbing import against_the_eye, places, stops

NAMES = (HOSTILE, LONG + HOSTILE, RIGHT_TO_LEFT + HOSTILE)
TEAM = Scope("team", HOSTILE, 3)
ODD = replace(
    WIN_RATE, name=HOSTILE, sentence=HOSTILE, objective=HOSTILE, decision=LONG + HOSTILE, owner=RIGHT_TO_LEFT + HOSTILE
)
PAGE_SIZES = ((788, 610), (1508, 930))
INTERACTIVE = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QProgressBar)
Fill = Callable[[FakeShell], QWidget]
Show = Callable[[Fill, int, int], QWidget]


def home(shell: FakeShell) -> QWidget:
    page = DataPage(shell)
    page.show_body()
    page.show_value(tuple(replace(one, file=name, source=HOSTILE) for one, name in zip(HISTORY, NAMES, strict=True)))
    page.history.show_rejects(3, [(Issue(7, HOSTILE, HOSTILE, HOSTILE), HOSTILE)])
    page.banner.say(HOSTILE, "watch", button=HOSTILE)
    return page


def preview(shell: FakeShell) -> QWidget:
    page = DataPage(shell)
    page.show_body()
    odd = replace(HOSTILE_PREVIEW, sheets=(HOSTILE, LONG), currency=HOSTILE, encoding=HOSTILE)
    page.preview.show_preview(odd, ImportOptions())
    page.steps.setCurrentWidget(page.preview)
    return page


def columns(shell: FakeShell) -> QWidget:
    page = preview(shell)
    assert isinstance(page, DataPage)
    page.preview.show_preview(WIDE_PREVIEW, ImportOptions())
    page.preview.show_tab("columns")
    return page


def progress(shell: FakeShell) -> QWidget:
    page = DataPage(shell)
    page.show_body()
    page.progress.start(HOSTILE, HOSTILE)
    page.steps.setCurrentWidget(page.progress)
    return page


def report(shell: FakeShell) -> QWidget:
    page = DataPage(shell)
    page.show_body()
    issues = tuple(replace(one, column=HOSTILE, value=HOSTILE, problem=HOSTILE) for one in REPORT.issues)
    page.report.show_report(replace(REPORT, file=HOSTILE, notices=(HOSTILE,), issues=issues), "USD")
    page.steps.setCurrentWidget(page.report)
    return page


def goals(shell: FakeShell) -> QWidget:
    page = GoalsPage(shell)
    page.show_body()
    baseline = replace(BASELINE, scope=TEAM, why=HOSTILE, window=LONG)
    book = GoalBook((baseline,), (replace(TARGET, scope=TEAM, reason=HOSTILE),))
    finding = LintFinding("owner", "error", ODD.id, HOSTILE, HOSTILE, HOSTILE)
    entries = (operations.KpiEntry(ODD, True, ""), operations.KpiEntry(BOOKINGS, False, HOSTILE))
    page.show_value(GoalsView(Question(QUARTER, TEAM), entries, book, Settings(organisation=HOSTILE), (finding,)))
    page.findings.details.show()
    return page


def check(shell: FakeShell) -> QWidget:
    page = CheckPage(shell)
    page.show_body()
    used, other = replace(ODD, status="active"), replace(BOOKINGS, name=LONG + HOSTILE, status="active")
    findings = tuple(LintFinding(f"rule{at}", "warning", ODD.id, LONG + HOSTILE, HOSTILE, LONG,
                                 Fix("set_owner", (ODD.id,), HOSTILE)) for at in range(5))  # fmt: skip
    late = (Lateness(used, 60.0, (HOSTILE, LONG), HOSTILE), Lateness(other, None, (), LONG))
    rests = (Rest(used, 0), Rest(other, 1, "goal"), Rest(ODD, 2, "value"))
    page.show_value(CheckView((used, other), (used, other), findings, late, rests, rests))
    page.findings.rest.show()
    return page


def catalogue(shell: FakeShell) -> QWidget:
    page = CataloguePage(shell)
    page.show_body()
    entries = (operations.KpiEntry(replace(ODD, cluster=HOSTILE, mistakes=(LONG, HOSTILE)), False, HOSTILE, LONG),
               operations.KpiEntry(BOOKINGS, True, ""))  # fmt: skip
    page.show_value(CatalogueView(Question(QUARTER, TEAM), entries, (Pack(HOSTILE, HOSTILE, LONG, "role", "rep", ()),)))
    page.open_kpi(ODD.id)
    mark = Benchmark(HOSTILE, LONG + HOSTILE, HOSTILE, HOSTILE, low=0.2)
    variants = tuple(Variant(one, HOSTILE) for one in entries)
    page.detail.show_detail(Detail(ODD.id, HOSTILE, (Band(mark, 0.5, HOSTILE),), 0.3, HOSTILE, HOSTILE, variants))
    page.tick((ODD.id,))
    return page


def pack_difference(shell: FakeShell) -> QWidget:
    other = replace(ODD, formula="1", owner=LONG)
    changed = replace(BOOKINGS, formula="2", owner=HOSTILE, decision=LONG)
    changes = (change_of(BOOKINGS, changed), change_of(None, other))
    return DifferenceDialog(shell.theme, HOSTILE, operations.PackDifference(PackFile((ODD,), "0" * 12), changes))


def mend(shell: FakeShell) -> QWidget:
    del shell
    return FixDialog(Fix("set_owner", (ODD.id,), HOSTILE), LONG, HOSTILE)


def targets(shell: FakeShell) -> QWidget:
    page = TargetGridPage(shell)
    page.show_body()
    page.show_value(GridView(samples_targets.named(samples_targets.grid(), LONG + HOSTILE), samples.SETTINGS))
    problem = GridProblem(samples_targets.BO, "win_rate", HOSTILE, HOSTILE, HOSTILE, HOSTILE, LONG)
    page.pending = {(samples_targets.BO, "win_rate"): HOSTILE, (samples_targets.ANN, "bookings"): LONG}
    plan = EditPlan(samples.QUARTER, (), (problem,))
    page.table.show_pending(page.pending, plan)
    page.bar.show_pending(page.pending, plan)
    return page


def share_out(shell: FakeShell) -> QWidget:
    grid = samples_targets.named(samples_targets.grid(), HOSTILE)
    dialog = ShareDialog(grid, "USD", shell.theme, (samples_targets.NORTH, "bookings"), {})
    dialog.show_plan(samples_targets.shared_out(HOSTILE))
    return dialog


def refresh(shell: FakeShell) -> QWidget:
    page = RefreshPage(shell)
    page.show_body()
    page.show_value(RefreshView(samples_targets.due(LONG + HOSTILE), samples.SETTINGS))
    page.panel.choose("edit")
    page.panel.show_problem(LONG + HOSTILE)
    return page


def _odd_kpi() -> Kpi:
    return replace(samples.kpi(samples.CASES[0]), name=LONG + HOSTILE)


def signals(shell: FakeShell) -> QWidget:
    period, kpi = samples.QUARTER, _odd_kpi()
    one = KpiSignal(kpi, TEAM, "week", "run", "below", period, period, AS_OF, 2.0, False, LONG + HOSTILE, 1.0, 2.0)
    hit = RuleHit(AlertRule(1, kpi.id, TEAM, "month", "tier", None), kpi, TEAM, period, period, AS_OF, 1.0, HOSTILE)
    said = Acknowledgement(1, kpi.id, TEAM, "week", "run", AS_OF, LONG + HOSTILE, AS_OF.isoformat())
    dialog = SignalsDialog(shell.theme, samples.SETTINGS)
    found = Signals(TEAM, AS_OF, (one, one), (), (one,), 120, 2.0, HOSTILE, ((HOSTILE, 3),))
    dialog.show_view(SignalsView(found, (hit,), ((one, said),)))
    return dialog


def own_rules(shell: FakeShell) -> QWidget:
    dialog = RulesDialog(shell.theme, samples.SETTINGS)
    rule = AlertRule(1, "x", TEAM, "month", "tier", None)
    dialog.show_view(RulesView(((rule, LONG + HOSTILE),), (_odd_kpi(),), (TEAM,)))
    dialog.show_error(UserError(HOSTILE, LONG))
    return dialog


def initiatives(shell: FakeShell) -> QWidget:
    page, kpi, period = InitiativesPage(shell), _odd_kpi(), samples.QUARTER
    one = Initiative(1, LONG + HOSTILE, AS_OF, None, TEAM, (), TEAM, HOSTILE, LONG + HOSTILE)
    cell = Cell(0.3, 10, (0.1, 0.5), "30%", HOSTILE)
    told = KpiReadout(kpi, 0.1, cell, cell, cell, cell, 0.1, (0.0, 0.2), HOSTILE, "changed", True, None, LONG + HOSTILE,
                      HOSTILE, (1.0, None, 2.0), (2.0, 3.0))  # fmt: skip
    page.show_body()
    page.show_value(
        InitiativesView((Readout(one, AS_OF, period, period, (told, told), HOSTILE),), Offered((kpi,), (TEAM,)))
    )
    return page


def initiative_dialog(shell: FakeShell) -> QWidget:
    one = Initiative(1, LONG + HOSTILE, AS_OF, None, TEAM)
    dialog = InitiativeDialog(one, Offered((_odd_kpi(),), (TEAM,)), TEAM, AS_OF, samples.SETTINGS)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    dialog.show_error(UserError(HOSTILE, LONG))
    del shell
    return dialog


def goals_refused(shell: FakeShell) -> QWidget:
    page = goals(shell)
    assert isinstance(page, GoalsPage)
    page.baseline.show_problem(UserError(HOSTILE, HOSTILE), None, "USD")
    page.definition.say(HOSTILE)
    page.target.say(HOSTILE)
    return page


def editor(view: str) -> Fill:
    def made(shell: FakeShell) -> QWidget:
        page = EditorPage(shell)
        page.show_body()
        page.open_kpi(ODD.id)
        odd = replace(ODD, dimension=HOSTILE, cluster=LONG, reason=HOSTILE, leading=(BOOKINGS.id,), lag_weeks=(6,))
        page.show_value(EditorView(Question(QUARTER, TEAM), (odd, replace(BOOKINGS, name=LONG + HOSTILE)), HOSTILE))
        where = (Condition("stage", "=", HOSTILE), Condition(Between("created_at", "closed_at"), "<=", 90.0))
        above = MeasureForm(filters=("won", "not stalled"), conditions=where, dated_by="closed_at")
        below = MeasureForm("median", "deals", Between("created_at", "closed_at"), dated_by="as of end")
        form = FormulaForm(above, below)
        page.formula.show_check(page.text, form, works=True)
        page.formula.say(HOSTILE, LONG, (3, 9))
        page.show_view(view)
        values = tuple(operations.DraftValue(one, 1.0, "$1.00M", 9, HOSTILE, True) for one in (QUARTER, QUARTER))
        page.live.show_sentence(HOSTILE)
        page.live.show_values(values, values, HOSTILE, changed=True)
        page.live.show_count(9, QUARTER.label, can_open=True)
        page.live.show_notices((HOSTILE, LONG))
        page.live.show_links((ODD,), (ODD, BOOKINGS))
        page.foot.say(HOSTILE)
        return page

    return made


def numbers(shell: FakeShell) -> QWidget:
    page = NumbersPage(shell)
    page.show_body()
    found = operations.Parameter("margin", None, HOSTILE, ("a", "b"))
    page.show_value(NumbersView((found,), {"a": HOSTILE, "b": LONG}))
    page.table.say("margin", HOSTILE)
    return page


def hygiene(by: By) -> Fill:
    def made(shell: FakeShell) -> QWidget:
        page = HygienePage(shell)
        page.show_body()
        findings = tuple(
            Finding(at, name, name, HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1.0, "2026-02-01", ("past_close", "stale"),
                    (f"Close date has passed: {HOSTILE}", LONG), HOSTILE, 7, at)
            for at, name in enumerate(NAMES, 1)
        )  # fmt: skip
        rules = tuple(RuleCount(rule, at % 3, 3, HOSTILE if at > 9 else "") for at, rule in enumerate(RULES))
        reps = tuple(RepScore(name, at, 3, 2) for at, name in enumerate(NAMES, 1))
        page.show_value(Hygiene(TEAM, AS_OF, 9, 6, rules, reps, findings, HOSTILE, "USD"))
        page.by.buttons()[("rule", "rep").index(by)].click()
        page.list.selectRow(1)
        return page

    return made


def changes(*, opens: bool) -> Fill:
    def made(shell: FakeShell) -> QWidget:
        page = ChangesPage(shell)
        page.show_body()
        proof = Proof(7, HOSTILE, 3, AS_OF)
        texts = (HOSTILE, LONG, RIGHT_TO_LEFT)
        listed = tuple(
            ChangeRow(kind, at, HOSTILE, HOSTILE, NAMES[at % 3], HOSTILE, LONG, HOSTILE, HOSTILE, texts[at % 3],
                      HOSTILE, LONG, 1.0, HOSTILE, "USD", 1.0, 9, proof, proof)
            for at, kind in enumerate(MOVES)
        )  # fmt: skip
        totals = tuple(MoveTotal(kind, 9, 1.0, 2, HOSTILE) for kind in MOVES)
        others = (OtherImport(8, "leads", HOSTILE, AS_OF, 5, 6),)
        found = ChangeList(AS_OF, AS_OF, NAMES, NAMES, HOSTILE, TEAM, "USD", totals, listed, others)
        page.show_value(ChangesView(found, None, (DataDay(AS_OF, 3, NAMES),)))
        if opens:
            fields = tuple(FieldChange(text, HOSTILE, text, HOSTILE) for text in texts)
            versions = (DealVersion(AS_OF, None, tuple(MOVES), fields, {}, proof),)
            page.show_history(DealHistory(1, HOSTILE, HOSTILE, LONG, HOSTILE, RIGHT_TO_LEFT, versions, AS_OF))
        return page

    return made


def new_exports(shell: FakeShell) -> QWidget:
    del shell
    made = NewExportsBar(lambda _files: None, lambda: None)
    files = tuple(FolderFile(Path("/d") / f"{name.replace('/', '_')}.csv", 1, 1) for name in NAMES)
    made.show_offer(Offer(Path("/d") / HOSTILE.replace("/", "_"), files, files[:1]), is_at_home=True)
    return made


def breakdown(shell: FakeShell) -> QWidget:
    page = BreakdownPage(shell)
    table = judged(made_up({HOSTILE: 60, LONG + HOSTILE: -10, RIGHT_TO_LEFT + HOSTILE: 50}), HOSTILE)
    saved = (SavedView(HOSTILE, table.view),)
    fields = (Field("lead_source", HOSTILE), Field("rep", LONG + HOSTILE))
    page.show_body()
    page.show_value(BreakdownAnswer(table.view, table, UserError(HOSTILE, HOSTILE), (ODD,), fields, saved))
    return page


def why(shell: FakeShell) -> QWidget:
    page = WhyPage(shell)
    page.show_body()
    page.show_value(WhyAnswer(made_up_why((HOSTILE, LONG + HOSTILE, RIGHT_TO_LEFT + HOSTILE), HOSTILE), (ODD,), ()))
    return page


def pipeline(*stages: str) -> Fill:
    """The page with these stages and a forecast, everything from files hostile."""

    def fill(shell: FakeShell) -> QWidget:
        page = PipelinePage(shell)
        page.show_body()
        found = samples_pipeline.pipeline(HOSTILE, stages)
        page.show_value(found)
        page.outlook.show_pipeline(found, samples_pipeline.forecast(LONG + HOSTILE))
        page.outlook.show_sums(shown=True)
        return page

    return fill


def forecast(shell: FakeShell) -> QWidget:
    page = ForecastPage(shell)
    page.show_body()
    name = LONG + HOSTILE
    leading = tuple(replace(row, kpi=replace(row.kpi, name=name)) for row in samples.scorecard().rows[:2])
    page.show_forecast(samples_forecast.view(name, leading=leading), samples_forecast.backtest(name))
    later, pay = page.later, samples_forecast.pay(name)
    for part in (page.methods, page.deals, page.categories, page.leading, page.create_part, later.drivers, later.given,
                 later.accuracy, later.returns, later.pay):  # fmt: skip
        part.set_open(True)
    later.drivers.show_what_if(samples_forecast.what_if(name))
    later.given.show_given(samples_forecast.given(name), shell.settings, can_submit=True)
    later.accuracy.show_given(samples_forecast.given(name))
    later.returns.show_groups(((name, name),))
    later.returns.show_return(samples_forecast.sdr(name))
    later.pay.show_reps((pay.scope,))
    later.pay.show_pay(pay)
    return page


def forecast_deals(shell: FakeShell) -> QWidget:
    page = ForecastPage(shell)
    page.show_body()
    page.rows.show_deals(HOSTILE, [samples_forecast.due_deal(name, at) for at, name in enumerate(NAMES)])
    page.pile.setCurrentWidget(page.rows)
    return page


def forecast_submission(shell: FakeShell) -> QWidget:
    dialog = SubmitDialog(samples_forecast.view(LONG), HOSTILE)
    dialog.show_error(UserError(HOSTILE, LONG))
    return dialog


def pipeline_deals(shell: FakeShell) -> QWidget:
    page = PipelinePage(shell)
    page.show_body()
    found = samples_pipeline.pipeline(HOSTILE)
    page.show_value(found)
    page.rows.show_rows(samples_pipeline.deals(*NAMES), Pick("cohort", stage=HOSTILE), HOSTILE, "USD")
    page.pile.setCurrentWidget(page.rows)
    return page


def compare(shown: CompareView) -> Fill:
    def fill(shell: FakeShell) -> QWidget:
        page = ComparePage(shell)
        page.show_body()
        names = (HOSTILE, LONG + HOSTILE, RIGHT_TO_LEFT + HOSTILE, "Ann")
        page.show_value(CompareAnswer(made_up_comparison(names, HOSTILE), (ODD,)))
        page.show_view(shown)
        return page

    return fill


def past(shell: FakeShell) -> QWidget:
    del shell
    made = PastStrip(lambda: None)
    made.show_day(AS_OF, (DataDay(AS_OF, 3, NAMES),), HOSTILE)
    return made


def rows(shell: FakeShell) -> QWidget:
    page = ReceiptPage(shell)
    page.show_body()
    page.show_receipt(hostile_receipt())
    return page


def hostile_receipt() -> Receipt:
    given = receipt(9)
    odd = tuple(
        replace(one, key=HOSTILE, file=HOSTILE, cells=dict.fromkeys(one.cells, NAMES[at % 3]), weight=0.5)
        for at, one in enumerate(given.rows)
    )
    return replace(
        given, kpi=ODD, rows=odd, words=HOSTILE, notices=(HOSTILE,), code=HOSTILE, parts=((HOSTILE, 1.0), (LONG, None)),
        value_text=HOSTILE, question=Question(QUARTER, TEAM),
    )  # fmt: skip


def start(shell: FakeShell) -> QWidget:
    page = WelcomePage(shell)
    page.show_recent([Path("/home") / name.replace("/", "_") for name in NAMES])
    return page


def step(number: int) -> Fill:
    def made(shell: FakeShell) -> QWidget:
        page = WelcomePage(shell)
        people = tuple(Person(at, name) for at, name in enumerate(NAMES, 1))
        proposals = (("bookings", BOOKINGS_PROPOSAL), ("win_rate", PROPOSAL))
        first = operations.FirstSteps(people, dict.fromkeys(NAMES, HOSTILE), QUARTER, 1_324_730.0, proposals)
        kpis: dict[str, Kpi] = {"bookings": replace(BOOKINGS, name=HOSTILE), "win_rate": ODD}
        page.show_steps(StepsView(first, kpis, Settings()))
        page.show_step(number)
        page.say(HOSTILE)
        return page

    return made


def people(part: str, node: Node) -> Fill:
    def made(shell: FakeShell) -> QWidget:
        page = PeoplePage(shell)
        page.show_body()
        staff = tuple(
            Person(at, name, LONG, AS_OF, None, HOSTILE, LONG, HOSTILE, 60) for at, name in enumerate(NAMES, 1)
        )
        teams = (Team(1, HOSTILE), Team(2, LONG, 1))
        spells = tuple(Membership(at, 2) for at in (1, 2))
        entries = tuple(RosterEntry(one, 2 * (one.id < 3), spells[one.id - 1 : one.id], NAMES, NAMES, NAMES, 9, 9)
                        for one in staff)  # fmt: skip
        alike = (Likeness("person", 1, HOSTILE, 2, LONG, 1.0, HOSTILE),)
        merged = (Merged(1, "account", HOSTILE, LONG, AS_OF),)
        page.show_value((Roster(AS_OF, Organisation(staff, teams, spells), entries, alike, merged), HOSTILE))
        page.show_part(part)
        page.tree.select(node)
        return page

    return made


def words(shell: FakeShell) -> QWidget:
    page = ReceiptPage(shell)
    page.show_state(PageState(HOSTILE, HOSTILE, HOSTILE, lambda: None))
    return page


def bar(shell: FakeShell) -> QWidget:
    made = TopBar(shell.theme)
    made.title.setText(GoalsPage.title)
    people = samples.organisation(NAMES)
    made.show_question(Question(QUARTER, Scope("rep", HOSTILE, 10)), people, samples.SETTINGS, samples.AS_OF, 9)
    return made


def rail(shell: FakeShell) -> QWidget:
    made = Rail(shell.theme, PAGES)
    made.show_workspace(HOSTILE)
    return made


def one_on_one(sheet: Sheet, differences: tuple[Difference, ...] = ()) -> Fill:
    def made(shell: FakeShell) -> QWidget:
        page = OneOnOnesPage(shell)
        page.show_body()
        people = tuple(RepEntry(Scope("rep", name, at), AS_OF, 2, "started") for at, name in enumerate(NAMES, 10))
        page.desk, page.scope = Desk(people, samples.SETTINGS, AS_OF), people[0].scope
        page.list.show_entries(people, 10)
        deals = (OpenDeal(5, HOSTILE, HOSTILE, HOSTILE, "$1", 20.0), OpenDeal(6, LONG, LONG, LONG, "$2"))
        page.show_held(RepHeld(sheet, (sheets.CLOSED.review,), differences, deals))
        for fold in (*page.cards.facts.folds, *page.cards.promises.folds):
            fold.set_open(True)
        return page

    return made


def review(kind: MeetingKind, state: ReviewState = "draft", differences: tuple[Difference, ...] = ()) -> Fill:
    def made(shell: FakeShell) -> QWidget:
        page = ReviewsPage(shell)
        page.show_body()
        sheet = samples_meetings.sheet(kind, LONG + HOSTILE, NAMES, state)
        page.desk = ReviewDesk((sheet.meeting,), samples.SETTINGS, AS_OF, names=NAMES)
        page.list.show_meetings(page.desk.meetings, page.desk.settings, sheet.meeting.id)
        page.show_held(Held(sheet, differences))
        for fold in page.cards.carried.folds:
            fold.set_open(True)
        for one in page.cards.call.rows:
            one.say(LONG + HOSTILE)
        return page

    return made


def prepare_review(shell: FakeShell) -> QWidget:
    meeting = samples_meetings.meeting("weekly", LONG + HOSTILE)
    usual = tuple((kind, QUARTER) for kind in KINDS)
    desk = ReviewDesk((meeting,), samples.SETTINGS, AS_OF, (ORG, meeting.scope), NAMES, usual)
    dialog = PrepareDialog(shell.theme, desk, "weekly", meeting.scope, AS_OF)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    dialog.show_error(UserError(HOSTILE, LONG))
    return dialog


def calendar(shell: FakeShell) -> QWidget:
    page = CalendarPage(shell)
    page.show_body()
    due = tuple(Due("weekly", LONG + HOSTILE, TEAM, one, AS_OF, "two_weeks", None, at, 1, True, LONG + HOSTILE)
                for at, one in enumerate(NAMES))  # fmt: skip
    met = (LastMet("weekly", LONG + HOSTILE, TEAM, HOSTILE, AS_OF, "week", True),)
    found = ReviewCalendar(AS_OF, AS_OF, due, due, met, (LeftOut(TEAM, LONG + HOSTILE, HOSTILE),))
    page.show_value(CalendarView(found, AS_OF, AS_OF, 3, samples.SETTINGS, AS_OF, due))
    for folded in (page.last, page.own, page.left):
        folded.fold.set_open(True)
    return page


def cadence(shell: FakeShell) -> QWidget:
    due = Due("weekly", LONG + HOSTILE, TEAM, HOSTILE, AS_OF, "week", own=True)
    dialog = CadenceDialog(shell.theme, due, (TEAM, ORG), samples.SETTINGS, AS_OF)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    return dialog


def presented(shell: FakeShell) -> QWidget:
    made = Presenter(shell.theme)
    made.show_sheet(sheets.HOSTILE_SHEET)
    return made


ODD_DIFFERENCE = Difference(HOSTILE, HOSTILE, LONG, RIGHT_TO_LEFT, (HOSTILE, LONG))
FILLED: dict[str, Fill] = {
    "data": home, "preview": preview, "columns": columns, "progress": progress, "report": report, "goals": goals,
    "editor form": editor("form"), "editor text": editor("text"), "numbers": numbers,
    "check": check, "catalogue": catalogue, "pack difference": pack_difference, "mend": mend,
    "goals refused": goals_refused, "targets": targets, "share out": share_out, "refresh": refresh,
    "hygiene": hygiene("rule"), "hygiene by rep": hygiene("rep"),
    "team": people("teams", Node("team", 2)), "person": people("teams", Node("person", 1)),
    "in no list": people("unmatched", Node("org")), "may be one": people("alike", Node("org")),
    "merged": people("merged", Node("org")),
    "changes": changes(opens=False), "history of a deal": changes(opens=True), "new exports": new_exports, "past": past,
    "breakdown": breakdown, "why": why, "pipeline": pipeline(HOSTILE),
    "pipeline of many stages": pipeline(*(f"{LONG} {name} {at}" for at in range(14) for name in NAMES)),
    "deals of the pipeline": pipeline_deals, "forecast": forecast, "deals of the forecast": forecast_deals,
    "submitting a forecast": forecast_submission, "compare": compare("plot"), "compare as a table": compare("table"),
    "signals": signals, "own rules": own_rules, "initiatives": initiatives, "new initiative": initiative_dialog,
    "rows": rows, "start": start, "step 1": step(0), "step 2": step(1),
    "step 3": step(2), "words": words, "top bar": bar, "rail": rail,
    "one-on-one": one_on_one(sheets.HOSTILE_SHEET), "empty one-on-one": one_on_one(sheets.EMPTY),
    "weekly review": review("weekly"), "monthly review": review("monthly", "started"),
    "forecast call": review("forecast"), "closed call": review("forecast", "closed", (ODD_DIFFERENCE,)),
    "prepare a review": prepare_review, "calendar": calendar, "cadence": cadence,
    "closed one-on-one": one_on_one(sheets.CLOSED, (ODD_DIFFERENCE,)), "presenter": presented,
}  # fmt: skip
EVERY = pytest.mark.parametrize("fill", FILLED.values(), ids=FILLED.keys())


def _no_history(*_: object, **__: object) -> None:
    raise UserError(HOSTILE, HOSTILE)


@pytest.fixture
def shell(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeShell]:
    for verb in ("digest", "propose", "applied", "ladder_of", "plan_edits", "currencies", "show_kpi", "check_text",
                 "draft", "values_of", "values_by_field", "own_columns", "forecast", "backtest",
                 "versions_before"):  # fmt: skip
        monkeypatch.setattr(operations, verb, _no_history)
    with fake_shell() as made:
        yield made


@pytest.fixture
def show(qtbot: QtBot, shell: FakeShell) -> Show:
    def shown(fill: Fill, width: int, height: int) -> QWidget:
        widget = fill(shell)
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        return widget

    return shown


@EVERY
def test_any_text_stays_text_in_its_room_and_every_control_has_a_name_and_its_place(
    show: Show, qapp: QApplication, fill: Fill
) -> None:
    before, widget = window_number(), None
    for page in PAGE_SIZES:
        width, height = 212 if fill is rail else page[0], 90 if fill is bar else page[1]
        widget = widget or show(fill, width, height)
        widget.resize(width, height)
        QApplication.processEvents()  # a scroll bar that has just come takes its room with the next event
        assert widget.width() == width
        assert wider_than_their_room(widget) == []
    assert widget is not None
    assert nameless(widget) == []
    widget.resize(1068, 730)
    QApplication.processEvents()
    put_in_order(widget)
    at = places(widget)
    assert against_the_eye(stops(widget), at) == []
    widget.resize(500, 400)  # narrow, so that what is cut goes into tool tips
    QApplication.processEvents()
    assert window_number() - before == 2, f"a part flashed as a window of its own: {flashing(qapp, show, fill)}"
    assert rich_text_leaks(widget) == []
    for table in widget.findChildren(QTableView):
        assert "<img" not in tips_of(table)


def window_number() -> int:
    """The number of a window made now; the platform without a screen counts them."""
    probe = QWidget()
    return int(probe.winId())


def flashing(qapp: QApplication, show: Show, fill: Fill) -> list[str]:
    """The windows that open with a page, which says what flashed; seeing every event takes a third of such a test."""
    windows = Windows()
    qapp.installEventFilter(windows)
    show(fill, *PAGE_SIZES[0])
    QApplication.processEvents()
    qapp.removeEventFilter(windows)
    return windows.opened


def tips_of(table: QTableView) -> str:
    """The tool tips that the model of a table would give for its first rows."""
    model = table.model()
    places = [(row, at) for row in range(min(9, model.rowCount())) for at in range(model.columnCount(QModelIndex()))]
    return "".join(str(model.index(*place).data(Qt.ItemDataRole.ToolTipRole) or "") for place in places)


def nameless(widget: QWidget) -> list[str]:
    """The controls of a page that a screen reader could not name."""
    controls = [
        one
        for one in widget.findChildren(QWidget)
        if isinstance(one, INTERACTIVE) and one.isVisible() and not is_part(one)
    ]
    return [f"{type(one).__name__} in {type(one.parent()).__name__}" for one in controls if not name_of(one)]


def wider_than_their_room(widget: QWidget) -> list[str]:
    """What of a page would have to be scrolled sideways."""
    areas = [(area, area.widget()) for area in widget.findChildren(QScrollArea) if area.isVisible()]
    return [
        type(area.parent()).__name__ for area, inside in areas if inside and inside.width() > area.viewport().width()
    ]


class Windows(QObject):
    """Watches for windows that open; a class because Qt hands events to objects only."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's own name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.opened.append(type(watched).__name__)
        return False


def is_part(widget: QWidget) -> bool:
    """Whether Qt made it as a part of another control, which speaks for it."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QLineEdit | QComboBox | QHeaderView):
            return True
        parent = parent.parentWidget()
    return isinstance(widget, QHeaderView) or widget.metaObject().className().startswith(("QTable", "QComboBoxPrivate"))


def name_of(widget: QWidget) -> str:
    """What a screen reader calls a control."""
    spoken = QAccessible.queryAccessibleInterface(widget)
    return spoken.text(QAccessible.Text.Name).strip() if spoken is not None else ""


def test_a_control_without_a_name_would_be_found(qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    assert name_of(field) == ""
    field.setAccessibleName("Owner")
    assert name_of(field) == "Owner"


PAGE_CLASSES = (
    CalendarPage, ReviewsPage,
    ChangesPage, DataPage, EditorPage, GoalsPage, HygienePage, NumbersPage, OneOnOnesPage, PeoplePage,
    ReceiptPage, RefreshPage, TargetGridPage,
    WelcomePage,
)  # fmt: skip


@pytest.mark.parametrize("page_class", PAGE_CLASSES)
def test_a_page_says_what_it_is(qtbot: QtBot, shell: FakeShell, page_class: type[Page]) -> None:
    page = page_class(shell)
    qtbot.addWidget(page)
    assert name_of(page) == page.title
