"""Pictures of every page of the real window with the sample company, light and dark, at one and two pixels a point.

    python tests/screenshots.py [--to FOLDER] [--date DAY] [--only PAGE] [--size WIDTHxHEIGHT]

The scorecard's picture is also put into resources/help, where the README shows it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
HELP = ROOT / "resources" / "help"
DAY = "2026-09-14"
SIZE = (1280, 820)
USED_FOR = timedelta(days=21)
"""How long ago the files of the sample were imported, so that something is overdue."""
KEPT = ("scorecard-light.png", "scorecard-light.png")
"""Which picture of the scorecard the README shows, and what it is called there."""
NAMES = ("welcome", "scorecard", "scorecard-rep", "matrix", "trends", "trends-ahead",
         "trends-layers", "trends-cohort", "trends-cohort-leads", "trends-table", "trends-reps", "trends-note",
         "why", "why-field", "why-scope", "why-sum", "why-gap", "compare", "compare-table",
         "pipeline", "pipeline-moved", "pipeline-deals", "pipeline-sums",
         "forecast", "forecast-sure", "forecast-deals", "forecast-do", "forecast-given", "forecast-closed",
         "breakdown", "breakdown-beside", "breakdown-matrix", "one-on-ones",
         "one-on-one-below", "one-on-one-goal", "one-on-one-answer",
         "reviews-weekly", "reviews-below", "reviews-monthly", "reviews-agreed", "reviews-call", "reviews-closed",
         "reviews-prepare", "reviews-target", "calendar", "calendar-often",
         "presenter", "presenter-goals", "presenter-risks", "goals",
         "goals-history", "data", "preview", "words", "receipt", "receipt-left-out", "receipt-people", "receipt-replay",
         "receipt-code", "columns", "one-value", "sheets",
         "people", "people-team", "people-move", "people-merge", "people-export", "people-delete", "people-unmatched",
         "people-merge-deals", "people-alike", "people-merge-all",
         "palette", "settings", "team-pack", "shortcuts", "help", "first-steps", "changes", "deal-history", "as-of",
         "past", "new-exports",
         "hygiene", "hygiene-pairs", "hygiene-reps", "hygiene-history", "targets", "targets-share", "targets-role",
         "refresh", "objectives", "objectives-guide", "value", "signals", "rules", "initiatives", "initiative-new",
         "check", "check-ask", "catalogue", "catalogue-variants", "pack-difference",
         "editor-form", "editor-text", "editor-error", "editor-completion", "editor-details", "numbers")  # fmt: skip
EDITED = "count(deals where won and new_business on closed_at) / count(deals where closed on closed_at)"
"""A formula that says something else than the KPI as it is kept."""
SHEETS: dict[str, list[tuple[object, ...]]] = {
    "Deals": [("Deal ID", "Owner", "Stage", "Amount", "Created"), ("D1", "Amara Okonkwo", "Won", 4200, "2026-08-03"),
              ("D2", "Rafael Quintero", "Closed Lost", 900, "2026-08-04")],
    "Calls": [("Activity ID", "Assigned", "Subject", "Date", "Activity type"), ("A1", "Amara Okonkwo", "Offer",
              "2026-08-05", "Call")],
    "Team": [("Name", "Team"), ("Amara Okonkwo", "Enterprise"), ("Rafael Quintero", "Europe")],
    "Pivot": [("Sum of amount",), (5100,)],
}  # fmt: skip
WORDS = ("New Business,Web", "Partner,Website", "Existing Business,web", "Pilot,Referral", "Upsell,Trade fair")
"""Type and lead source of deals, in turn."""
ALIKE: tuple[tuple[Any, str, str, str], ...] = (
    ("deal", "Acme renewal 2026 (Salesforce)", "Acme - renewal 2026 (spreadsheet)",
     "same account, amount and owner, names alike, days near each other"),
    ("deal", "Beta rollout (Salesforce)", "Beta roll-out (spreadsheet)", "same account and amount, names alike"),
    ("account", "Northwind GmbH", "Northwind", "the same but for signs and legal form"),
    ("person", "Amara Okonkwo", "Okonkwo, Amara", "the same words in another order"),
)  # fmt: skip
"""Pairs that may be one: kind, both names, and why."""
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from kpidesk.ui.main_window import MainWindow


def main(arguments: list[str]) -> int:
    """Take all pictures: one process for each number of pixels a point, because Qt settles that at its start."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "shots")
    parser.add_argument("--date", type=date.fromisoformat, default=date.fromisoformat(DAY))
    parser.add_argument("--only", choices=NAMES, action="append", default=[])
    parser.add_argument("--size", type=_size, default=SIZE)
    parser.add_argument("--scale", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.to.mkdir(parents=True, exist_ok=True)
    if options.scale is not None:
        take(options.to, options.date, options.only or NAMES, options.scale, options.size)
        return 0
    for scale in (1, 2):
        command = [sys.executable, __file__, *arguments, f"--scale={scale}"]
        code = subprocess.run(command, env=environment(scale), check=False).returncode
        if code:
            return code
    if (options.to / KEPT[0]).exists():
        shutil.copy(options.to / KEPT[0], HELP / KEPT[1])
    sys.stdout.write(f"{len(list(options.to.glob('*.png')))} pictures in {options.to}\n")
    return 0


def environment(scale: int) -> dict[str, str]:
    """A process without a display and with a home of its own."""
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale)}


def _size(text: str) -> tuple[int, int]:
    """A size as it is typed, such as 1366x768."""
    width, height = text.split("x")
    return int(width), int(height)


def take(
    to: Path, day: date, names: Iterator[str] | tuple[str, ...] | list[str], scale: int, size: tuple[int, int]
) -> None:
    """Open the window with the sample and picture what is asked for, light and then dark."""
    from kpidesk import operations, paths
    from kpidesk.core.progress import finish
    from tests.operations.rhythm import imported_on

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        paths.data_folder = lambda: home
        demo = finish(operations.make_demo(home / "sample", day))
        workspace = operations.open_workspace(demo.workspace, today=day)
        imported_on(workspace, day - USED_FOR)
        operations.close(workspace)
        export = next((home / "sample" / "exports").glob("*/report*.csv"))
        for dark in (False, True):
            window = open_window(home, day, dark, size)
            scenes = scenes_of(window, demo.workspace, export)
            for name, show in scenes.items():
                show_everybody(window)
                picture = show()
                settle(window)
                if name in names:
                    suffix = f"{'dark' if dark else 'light'}{'' if scale == 1 else f'-{scale}x'}"
                    picture.grab().save(str(to / f"{name}-{suffix}.png"), "PNG", 0)
                if picture is not window:
                    picture.close()
            window.close()


def show_everybody(window: MainWindow) -> None:
    """Begin a picture with the whole organisation, whomever the one before chose."""
    from kpidesk.core.people import ORG

    if window.question is not None and window.question.scope != ORG:
        window.set_scope(ORG)
        settle(window)


def open_window(home: Path, day: date, dark: bool, size: tuple[int, int]) -> MainWindow:
    """The real window, empty."""
    from kpidesk.app import make_application
    from kpidesk.ui.appearance import Appearance
    from kpidesk.ui.main_window import MainWindow
    from kpidesk.ui.preferences import Preferences
    from kpidesk.ui.theme import Theme

    app = make_application()
    theme, preferences = Theme(), Preferences(home / f"window-{dark}.ini")
    appearance = Appearance(app, theme, preferences)
    appearance.choose_dark(dark)
    window = MainWindow(theme, appearance, preferences, today=day)
    window.showNormal()
    window.resize(*size)  # as on a large screen, whatever the one of the process is
    return window


def deals_of(path: Path) -> Path:
    """A file of deals some of whose words only a person can tell."""
    rows = (f"D{at},Won,{900 + at},2026-08-{1 + at % 28:02},{WORDS[at % 5]}" for at in range(60))
    path.write_text("\n".join(("Deal ID,Stage,Amount,Close date,Type,Lead source", *rows, "")), encoding="utf-8")
    return path


def settle(window: MainWindow) -> None:
    """Let everything that is under way arrive and be painted."""
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + 0.3
    while time.monotonic() < end or window.jobs.is_busy or window.watch.is_busy:
        QApplication.processEvents()
        time.sleep(0.005)
    for _ in range(3):  # what came last is laid out, and what that asks for too
        QApplication.processEvents()


def scenes_of(window: MainWindow, workspace: Path, export: Path) -> dict[str, Callable[[], Any]]:
    """What to show for each picture, in this order; each gives back the widget to picture."""
    from kpidesk import operations
    from kpidesk.core.changes import Change
    from kpidesk.core.kpi_fields import kpi_from_mapping
    from kpidesk.core.pack_files import pack_file
    from kpidesk.core.people import ORG, Organisation, Scope
    from kpidesk.core.periods import parse_period, shift
    from kpidesk.exporting.pack_form import pack_toml
    from kpidesk.ui import finding, handing_over, opening, upkeep
    from kpidesk.ui.widgets.help_window import HelpWindow
    from kpidesk.ui.widgets.import_one_value import OneValueDialog, in_all_rows
    from kpidesk.ui.widgets.meeting_dialog import PrepareDialog
    from kpidesk.ui.widgets.pack_dialog import PackDialog
    from kpidesk.ui.widgets.people_tree import NODE
    from kpidesk.ui.widgets.receipt_dialog import ReceiptDialog
    from kpidesk.ui.widgets.review_goal_dialog import GoalDialog
    from kpidesk.ui.widgets.review_prepared import AnswerDialog
    from kpidesk.ui.widgets.settings_dialog import SettingsDialog
    from kpidesk.ui.widgets.shortcut_sheet import ShortcutSheet
    from kpidesk.ui.widgets.target_share import ShareDialog

    def shown(act: Callable[..., Any], *arguments: Any) -> Callable[[], MainWindow]:
        def show() -> MainWindow:
            act(*arguments)
            settle(window)
            return window

        return show

    def dialog(act: Callable[[Any], object], kind: type[Any]) -> Callable[[], Any]:
        def show() -> Any:
            act(window)
            return window.findChildren(kind)[-1]

        return show

    def level(value: str) -> None:
        window.show_page("scorecard")
        settle(window)
        page: Any = window.pages.page
        page.levels.set_value(value)
        page.levels.chosen.emit(value)

    def rep_card() -> None:
        org = window.surroundings.organisation if window.surroundings is not None else Organisation()
        person = next(one for one in org.people if one.role)
        level("one")
        window.set_scope(Scope("rep", person.name, person.id))
        settle(window)
        page: Any = window.pages.page
        page.pane.table.selectRow(1)
        page.panel.luck_button.click()

    def receipt() -> None:
        level("one")
        settle(window)
        page: Any = window.pages.page
        window.open_receipt("win_rate", page.question)

    def receipt_left_out() -> None:
        receipt()
        settle(window)
        page: Any = window.pages.page
        page.rows.tabs.setCurrentIndex(1)
        settle(window)
        page.table.selectAll()

    def receipt_people() -> None:
        level("one")
        settle(window)
        page: Any = window.pages.page
        window.open_receipt("reps_at_quota", page.question)

    def receipt_replay() -> None:
        receipt()
        settle(window)
        page: Any = window.pages.page
        window.open_code(page.receipt.code)

    def receipt_code() -> Any:
        finding.ask_receipt(window)
        dialog: Any = window.findChild(ReceiptDialog)
        dialog.code.setText("0F9D-0810-15MF-DD66-H1Y3-2J0K-TTTM-KF")
        dialog.take()
        return dialog

    def meeting() -> Any:
        """The sheet of a rep with everything typed into it that a meeting holds."""
        page: Any = window.show_page("one-on-ones")
        settle(window)
        if page.meeting.skill:
            return page
        goal = operations.draft_coaching_goal
        window.jobs.ask("shot:goal", lambda ws: operations.save_coaching_goal(
            ws, goal(ws, page.scope, "win_rate", text="Qualify budget before the demo")), lambda _goal: None,
            window.show_error)  # fmt: skip
        settle(window)
        page.cards.agenda.new.setText("discuss: Procurement wants a second reference")
        page.cards.agenda.add()
        page.cards.agenda.new.setText("fyi: Two weeks off in October")
        page.cards.agenda.add()
        page.cards.skill.skill.setPlainText("Ask for the budget before the demo, and who signs.")
        page.cards.skill.praise.setPlainText("The pilot offer: the customer named the price first.")
        for field in list(page.cards.risks.steps.values())[:2]:
            field.setFocus()
            field.setText("Call with their finance lead on Tuesday")
            field.textEdited.emit(field.text())
        page.keep()
        settle(window)
        page.reload()
        settle(window)
        return page

    def below() -> None:
        page = meeting()
        page.cards.ensureWidgetVisible(page.cards.prepare, 0, 40)

    def goal_dialog() -> Any:
        page = meeting()
        page.set_goal()
        settle(window)
        return window.findChild(GoalDialog)

    def answer_dialog() -> Any:
        page = meeting()
        form = workspace.with_name("form.txt")
        window.jobs.ask("shot:form", lambda ws: operations.export_preparation(ws, page.scope, form),
                        lambda _form: None, window.show_error)  # fmt: skip
        settle(window)
        text = form.read_text(encoding="utf-8-sig")
        for asked, told in (("What went well since we last met?", "Harbour Mutual signed"),
                            ("One deal that does not move, and what you have tried.", "Cold chain: no reply"),
                            ("How are you, from 1 (empty) to 5 (full)? A word why, if you like.", "4, good quarter"),
                            ("What is in your way that somebody else must move?", "Legal takes ten days")):  # fmt: skip
            text = text.replace(f"({asked})\n", f"({asked})\n{told}\n")
        form.write_text(text.replace("## Third point", "## Third"), encoding="utf-8")
        page.read_answer(form)
        settle(window)
        return window.findChild(AnswerDialog)

    def presented(part: str) -> Any:
        meeting()
        shown_now = presenter()
        while part and shown_now.title.text() != part and shown_now.after.isEnabled():
            shown_now.go(1)
        return shown_now

    def presenter() -> Any:
        page: Any = window.show_page("one-on-ones")
        settle(window)
        page.present()
        page.presenter.showNormal()
        page.presenter.resize(*SIZE)
        return page.presenter

    def palette() -> Any:
        window.show_page("scorecard")
        settle(window)
        finding.open_palette(window)
        return window.palette_popup

    def deal_history() -> None:
        page: Any = window.show_page("changes")
        settle(window)
        row = next(at for at, row in enumerate(page.view.found.rows) if row.kind == "pushed")
        page.table.setCurrentIndex(page.table.records.index(row, 0))
        page.open_deal(page.view.found.rows[row].deal_id)

    def columns() -> Any:
        page: Any = window.show_page("data")
        settle(window)
        if page.preview.preview is None:
            window.import_files([export])
            settle(window)
        page.preview.show_tab("columns")
        settle(window)
        page.preview.changed.emit(in_all_rows(page.preview.options, "lead_source", "Partner"))
        settle(window)
        page.preview.columns.setCurrentIndex(page.preview.columns.records.index(0, 0))
        return page

    def sheets() -> None:
        import xlsxwriter

        page: Any = window.show_page("data")
        page._skip()
        settle(window)
        book = workspace.parent / "crm-export.xlsx"
        with xlsxwriter.Workbook(str(book)) as made:
            for title, rows in SHEETS.items():
                sheet = made.add_worksheet(title)
                for at, row in enumerate(rows):
                    sheet.write_row(at, 0, row)
        window.import_files([book])
        settle(window)

    def words() -> Any:
        page: Any = window.show_page("data")
        page._skip()
        settle(window)
        window.import_files([deals_of(workspace.parent / "deals.csv")])
        settle(window)
        page.preview.head.fold(True)
        page.preview.go_to_open()
        return page

    def one_value() -> Any:
        columns().preview.columns.one_value.emit("lead_source")
        return window.findChildren(OneValueDialog)[-1]

    def hygiene(by: str, *, line: int = 1, opens: bool = False) -> None:
        page: Any = window.show_page("hygiene")
        settle(window)
        page.by.buttons()[("rule", "rep").index(by)].click()
        page.list.selectRow(line)
        settle(window)
        if opens:
            page.open_deal(page.deals.table.records.record(0).deal_id)

    def people(kind: str, name: str) -> Any:
        page: Any = window.show_page("people")
        settle(window)
        page.show_part("teams")
        item = next(one for one in page.tree.lines() if one.data(0, NODE).kind == kind and name in one.text(0))
        page.tree.setCurrentItem(item)
        return page

    def people_move() -> Any:
        page = people("person", "")
        page.ask_move(page.tree.people(), 0)
        settle(window)
        return page._dialog

    def people_data(kind: str) -> Any:
        page = people("person", "")
        getattr(page, f"ask_{kind}")(page.tree.people()[0])
        settle(window)
        return page._dialog

    def people_merge() -> Any:
        page = people("person", "")
        one, other = page.roster.entries[:2]
        page.ask_merge("person", (one.person.id, one.person.name), (other.person.id, other.person.name))
        settle(window)
        return page._dialog

    def people_merge_deals() -> Any:
        page = people("person", "")
        page.ask_merge("deal", (1, "Acme renewal 2026 (Salesforce)"), (2, "Acme - renewal 2026 (spreadsheet)"))
        settle(window)
        return page._dialog

    def people_alike() -> Any:
        from kpidesk.core.roster import Likeness

        people_part("alike")
        page: Any = window.show_page("people")
        page.alike.show_rows([
            Likeness(kind, 2 * at, one, 2 * at + 1, other, 1.0, why) for at, (kind, one, other, why) in enumerate(ALIKE)
        ])  # fmt: skip
        page.alike.table.selectAll()
        return page

    def people_merge_all() -> Any:
        page = people_alike()
        page.alike.acting[0].click()
        return page._dialog

    def people_part(part: str) -> None:
        page: Any = window.show_page("people")
        settle(window)
        page.show_part(part)

    def past_days() -> Any:
        window.show_page("scorecard")
        settle(window)
        window.top_bar.age.open_list()
        return window.top_bar.age.popup

    def past() -> None:
        window.set_as_of(window.surroundings.days[-1].day if window.surroundings is not None else None)

    def new_exports() -> None:
        window.back_to_now()
        settle(window)
        folder = workspace.parent / "Downloads"
        folder.mkdir(exist_ok=True)
        for name in (export.name, "all-deals-2026-09-14.csv"):
            (folder / name).write_text(f"{name}\n", encoding="utf-8")
        window.watch.watch(folder)

    def editor(kpi_id: str, view: str, text: str = "", *, complete: bool = False, foot: bool = False) -> None:
        page: Any = window.show_page("editor")
        settle(window)
        page.open_kpi(kpi_id)
        settle(window)
        page.begin_again()
        page.show_view(view)
        if text:
            page.formula.text.setFocus()
            page.formula.text.show_text(text)
            page._text_changed(text)
        settle(window)
        if complete:
            page.formula.text.want_completion()
        bar = page.desk.left.verticalScrollBar()
        bar.setValue(bar.maximum() if foot else 0)

    def ahead() -> None:
        window.open_trend("bookings")
        settle(window)
        page: Any = window.show_page("trends")
        page.look_ahead("pipeline_created")

    def trends(kpi_id: str, layers: tuple[Any, ...], view: str = "chart") -> Any:
        def note(given: Any) -> None:
            if not operations.chart_notes(given):
                operations.add_note(given, date(2025, 2, 10), "New price list")
                operations.add_note(given, date(2026, 3, 2), "Two people left the Enterprise team", kpi_id="bookings")
                operations.add_note(given, date(2026, 7, 6), "Trade fair in Lisbon")
                moved = ("bookings", "win_rate")
                operations.add_initiative(given, "Call back within a day", date(2026, 4, 1), kpis=moved)

        window.jobs.ask("trends:note", note, lambda _: window.announce(Change.GOALS), window.show_error)
        window.open_trend(kpi_id)
        settle(window)
        page: Any = window.show_page("trends")
        page.look_ahead("")
        page.show_layers(frozenset(layers))
        page.show_view(view)
        settle(window)
        return page

    def trends_note() -> Any:
        page = trends("bookings", ("notes",))
        page.ask_note()
        page.noting.dialog.words.setText("New price list")
        return page.noting.dialog

    def targets() -> Any:
        in_period("2026-Q4")  # in which targets can still be set
        page: Any = window.show_page("target-grid")
        settle(window)
        return page

    def targets_typed() -> None:
        page = targets()
        reps = [line.scope for line in page.table.cells.grid.lines if line.kind == "rep"]
        typed = {(reps[0], "bookings"): "410000", (reps[1], "bookings"): "400 or so", (reps[2], "win_rate"): "30%"}
        page.type_in(typed)
        page.table.go_to((reps[0], "bookings"))

    def targets_share() -> Any:
        page = targets()
        page.undo_stack.undo()
        line = next(one for one in page.table.cells.grid.lines if one.name == "Enterprise")
        page.table.go_to((line.scope, "bookings"))
        page.ask_share()
        settle(window)
        dialog = page.findChildren(ShareDialog)[-1]
        dialog.how.buttons()[2].click()
        return dialog

    def targets_role() -> None:
        org = window.surroundings.organisation if window.surroundings is not None else Organisation()
        person = next(one for one in org.people if one.role)
        window.set_scope(Scope("rep", person.name, person.id))
        page: Any = window.show_page("goals")
        settle(window)
        page.choose_whom(True)
        settle(window)
        page.right.verticalScrollBar().setValue(10_000)

    def refresh() -> None:
        window.watch.watch(None)
        question = window.question
        if question is not None:
            later = shift(question.period, 1, window.settings)
            window.set_question(replace(question, period=later, scope=ORG))
        page: Any = window.show_page("refresh")
        settle(window)
        for _ in range(3):
            page.choose("accept")
        settle(window)

    def objectives() -> Any:
        def fill(workspace: Any) -> None:
            if operations.objectives(workspace).all:
                return
            grow = operations.add_objective(
                workspace, "Grow bookings", owner="Amara Okonkwo", why="The plan asks for a fifth more than last year.",
                kpi_ids=("bookings", "win_rate", "pipeline_created", "pipeline_coverage"),
            )  # fmt: skip
            operations.add_objective(workspace, "Win more of what Europe opens", under=str(grow.id),
                                     owner="Rafael Quintero", why="The win rate fell.",
                                     kpi_ids=("win_rate", "sales_cycle_length", "avg_deal_size"))  # fmt: skip
            operations.add_objective(workspace, "Enterprise deals that hold", under=str(grow.id))
            operations.add_objective(workspace, "Keep customers", owner="Amara Okonkwo", kpi_ids=("grr", "csat", "nps"),
                                     why="Customers who stay are cheaper than those who must be found.")  # fmt: skip

        in_period("2026-Q3")
        window.jobs.ask("objectives:fill", fill, lambda _: window.announce(Change.KPIS), window.show_error)
        page: Any = window.show_page("objectives")
        settle(window)
        return page

    def objectives_guide() -> Any:
        page = objectives()
        page.ask_new()
        page.dialog.aim.choices[0].setChecked(True)
        page.dialog.go_on()
        settle(window)
        return page.dialog

    def value() -> Any:
        table = {
            "id": "customer_health", "name": "Customer health", "builtin": "manual", "unit": "score",
            "sentence": "How customers rate us in the quarterly call, from 0 to 10.", "direction": "higher",
            "indicator": "leading", "dimension": "quality", "kpi_class": "score", "scale_low": 0, "scale_high": 10,
            "objective": "Keep customers.", "decision": "Visit whoever gives less than 7.", "owner": "Amara Okonkwo",
            "status": "active",
        }  # fmt: skip

        def fill(workspace: Any) -> None:
            operations.save_kpi(workspace, kpi_from_mapping(table, "a scene"))
            operations.set_focus(workspace, ORG, ("win_rate", "customer_health"))

        window.jobs.ask("value:fill", fill, lambda _: window.announce(Change.KPIS), window.show_error)
        if window.question is not None:
            window.set_question(replace(window.question, scope=ORG))
        page: Any = window.show_page("scorecard")
        settle(window)
        page.ask_value()
        page.acts.dialog.value.setText("8.6")
        page.acts.dialog.answers.setText("42")
        page.acts.dialog.evidence.setText("Calls of September, sheet 3")
        settle(window)
        return page.acts.dialog

    def check_ask() -> Any:
        page: Any = window.show_page("check")
        settle(window)
        page.ask_fix(page.view.findings[0].fix)
        return page.dialog

    def catalogue(kpi_id: str) -> Any:
        page: Any = window.show_page("catalogue")
        settle(window)
        page.tick({"deals_won", "open_pipeline", kpi_id})
        page.open_kpi(kpi_id)
        settle(window)
        return page

    def pack_difference() -> Any:
        page = catalogue("win_rate_cohort")
        path = workspace.parent / "north.kpipack"

        def write(given: Any) -> None:
            mine = operations.find_kpi(given, "win_rate")
            theirs = replace(mine, formula=EDITED, owner="Head of sales")
            new = replace(mine, id="win_rate_north", name="Win rate, North", formula=EDITED)
            same = operations.find_kpi(given, "bookings")
            path.write_text(pack_toml(pack_file((theirs, new, same))), encoding="utf-8")

        window.jobs.ask("pack:fill", write, lambda _: page.read_from(path), window.show_error)
        settle(window)
        return page.dialog

    def signals() -> Any:
        level("one")
        in_period("2026-Q2")  # in which something stands out
        page: Any = window.pages.page
        made = page.standing_out.open()
        for card in made.cards[:1]:
            card._ask()
        return made

    def rules() -> Any:
        level("one")
        settle(window)

        def fill(workspace: Any) -> None:
            if not operations.rules(workspace):
                operations.add_rule(workspace, "pipeline_coverage", "below", "3", "teams")
                operations.add_rule(workspace, "bookings", "tier", scope="reps", grain="quarter")

        window.jobs.ask("rules:fill", fill, lambda _: None, window.show_error)
        page: Any = window.pages.page
        page.show_rules()
        settle(window)
        return page.standing_out.rules

    def initiatives() -> Any:
        def fill(workspace: Any) -> None:
            if len(operations.initiatives(workspace)) < 2:  # the trend has one of its own
                operations.add_initiative(
                    workspace, "A second call within a day", date(2026, 4, 1), scope="team:Mid-market",
                    control="team:Enterprise", kpis=("win_rate=+10%", "bookings=+15%", "sales_cycle_length=-10%"),
                    for_reps="Call again before the next evening.", for_leaders="We lose deals that go quiet.",
                )  # fmt: skip
                operations.add_initiative(workspace, "New price list", date(2025, 10, 1), kpis=("avg_deal_size",))

        window.jobs.ask("initiatives:fill", fill, lambda _: window.announce(Change.DATA), window.show_error)
        page: Any = window.show_page("initiatives")
        settle(window)
        return page

    def initiative_new() -> Any:
        page = initiatives()
        page.ask_new()
        page.dialog.name.setText("Weekly deal review")
        return page.dialog

    def breakdown(kpi_id: str, rows_by: str, columns_by: str = "", *beside: str) -> None:
        page: Any = window.show_page("breakdown")
        settle(window)
        page.change(kpi_id=kpi_id, rows_by=rows_by, columns_by=columns_by, beside=beside)

    def pipeline(part: str = "") -> None:
        in_period("2026-Q3")
        page: Any = window.show_page("pipeline")
        page.close_deals()
        settle(window)
        page.outlook.show_sums(shown=part == "sums")
        end = page.cards.verticalScrollBar()
        end.setValue(end.maximum() if part == "moved" else 0)
        if part == "deals":
            page.stages.setCurrentIndex(page.stages.cells.index(1, 4))
            page.stages.open_at(page.stages.currentIndex())
            settle(window)
            page.rows.table.selectRow(2)
            page.open_deal(page.rows.table.records.record(2).deal_id)

    def team_review(kind: Any, whose: Any = ORG, act: str = "", at: str = "") -> Any:
        """The review of a kind; `act` is done to it, `at` is the card that is scrolled to."""
        page: Any = window.show_page("reviews")
        settle(window)
        page.open_kind(kind, whose)
        settle(window)
        if act:
            getattr(page, act)()
            settle(window)
        area = page.cards
        area.verticalScrollBar().setValue(0)
        if at:
            area.verticalScrollBar().setValue(getattr(area, at).y() - 40)
        return page

    def agreed() -> None:
        page = team_review("weekly")
        if not page.meeting.actions:
            page.cards.points.new.setText("Which proposals can be sent before Friday?")
            page.cards.points.add()
            page.cards.notes.text.setPlainText("Two proposals wait for the price list; Leila asks for it today.")
            page.cards.private.text.setPlainText("Talk to Mei-Lin alone about her calendar.")
            page.cards.agreed.add()
            page.cards.agreed.editors[0].text.setText("Ask every stalled deal for a next step")
            page.cards.agreed.editors[0].text.textEdited.emit("Ask every stalled deal for a next step")
            page.cards.agreed.editors[0].owner.setCurrentText("Leila Haddad")
            page.cards.agreed.add()
            page.cards.agreed.editors[1].text.setText("Book the trade fair")
            page.cards.agreed.editors[1].text.textEdited.emit("Book the trade fair")
            page.keep()
            settle(window)
        settle(window)
        page.cards.verticalScrollBar().setValue(page.cards.verticalScrollBar().maximum())

    def call() -> None:
        page = team_review("forecast")
        rows = page.cards.call.rows
        for row, typed in ((rows[1], ("240k", "300k", "")), (rows[2], ("390000", "", "")), (rows[3], ("9k", "8k", ""))):
            for field, text in zip(row.fields, typed, strict=True):
                field.setText(text)
                field.textEdited.emit(text)
        if rows[1].submit.isEnabled() and rows[1].said.commit is None:
            page.cards.call.every.click()
            settle(window)

    def closed_review() -> None:
        from tests.ui.driving import answer

        team_review("weekly")
        agreed()
        page = team_review("weekly", act="start")
        answer("Close and freeze")
        page.close_meeting()
        settle(window)

    def review_prepare() -> Any:
        page = team_review("weekly")
        page.prepare()
        return window.findChild(PrepareDialog)

    def review_target() -> Any:
        page = team_review("monthly")
        page.change_target()
        settle(window)
        return page.dialog

    def calendar(often: bool = False) -> Any:
        page: Any = window.show_page("calendar")
        settle(window)
        page.cards.verticalScrollBar().setValue(0)
        page.late.table.setCurrentIndex(page.late.table.records.index(1, 0))
        if often:
            page.ask_cadence()
        return page.dialog if often else window

    def forecast(*parts: str, period: str = "2026-Q3") -> None:
        in_period(period)
        page: Any = window.show_page("forecast")
        page.close_deals()
        settle(window)
        folds = {"sure": page.methods, "deals": page.deals, "categories": page.categories, "leading": page.leading,
                 "create": page.create_part, "drivers": page.later.drivers, "given": page.later.given,
                 "accuracy": page.later.accuracy, "returns": page.later.returns, "pay": page.later.pay}  # fmt: skip
        for name, fold in folds.items():
            fold.set_open(name in parts)
        settle(window)
        if "drivers" in parts:
            page.later.drivers.fields["win_rate"].set_value(0.1)
        at = folds[parts[0]].y() - 8 if parts and parts[0] not in ("drivers", "given") else 0
        at = page.later.y() + folds[parts[0]].y() - 8 if parts and parts[0] in ("drivers", "given") else at
        page.cards.verticalScrollBar().setValue(at)

    def goals_history() -> None:
        page: Any = window.show_page("goals")
        settle(window)
        page.right.verticalScrollBar().setValue(page.right.verticalScrollBar().maximum())

    def steps() -> None:
        window.watch.watch(None)
        page: Any = window.show_page("welcome")
        page.start_steps()

    def in_period(period: str) -> None:
        if window.question is not None:
            found = parse_period(period, window.settings, window.today())
            window.set_question(replace(window.question, period=found))
        settle(window)

    def why(kpi_id: str, against: str, period: str) -> None:
        page: Any = window.show_page("why")
        in_period(period)
        page.open_kpi(kpi_id)
        page.hold_against(next((one.value for one in page.others.choices if one.text == against), against))
        settle(window)
        page.turn_parts()

    def why_field() -> None:
        why("win_rate", "previous", "2025")
        page: Any = window.show_page("why")
        page.split_by(next(one for one in page.answer.found.fields if one.name == "account"))

    def compare(view: str) -> None:
        in_period("2026-Q3")
        page: Any = window.show_page("compare")
        settle(window)
        page.open_kpi("win_rate")
        settle(window)
        page.show_view(view)
        if view == "plot":
            page.plot.setFocus()
            page.plot.move_to(3)

    return {
        "welcome": shown(opening.start, window, None),
        "scorecard": shown(opening.open_workspace, window, workspace),
        "scorecard-rep": shown(rep_card),
        "matrix": shown(level, "rep"),
        "trends": shown(window.open_trend, "win_rate"),
        "trends-ahead": shown(ahead),
        "trends-layers": shown(trends, "bookings", ("notes", "usual", "year", "benchmark")),
        "trends-cohort": shown(lambda: trends("win_rate_cohort", ("notes", "benchmark"))),
        "trends-cohort-leads": shown(trends, "lead_to_opp", ("notes",)),
        "trends-table": shown(trends, "bookings", ("notes", "year"), "table"),
        "trends-reps": shown(trends, "bookings", ("notes",), "reps"),
        "trends-note": trends_note,
        "why": shown(why, "win_rate", "previous", "2025"),
        "why-field": shown(why_field),
        "why-scope": shown(why, "win_rate", "Jonah Whitfield", "2026-Q3"),
        "why-sum": shown(why, "bookings", "Jonah Whitfield", "2026-Q3"),
        "why-gap": shown(why, "bookings", "target", "2026-Q3"),
        "compare": shown(compare, "plot"),
        "compare-table": shown(compare, "table"),
        "pipeline": shown(pipeline),
        "pipeline-moved": shown(pipeline, "moved"),
        "pipeline-deals": shown(pipeline, "deals"),
        "pipeline-sums": shown(pipeline, "sums"),
        "forecast": shown(forecast),
        "forecast-sure": shown(forecast, "sure"),
        "forecast-deals": shown(forecast, "deals", "categories"),
        "forecast-do": shown(forecast, "leading", "create", "drivers"),
        "forecast-given": shown(forecast, "given", "accuracy"),
        "forecast-closed": shown(lambda: forecast(period="2026-Q2")),
        "breakdown": shown(breakdown, "bookings", "lead_source"),
        "breakdown-beside": shown(breakdown, "bookings", "lead_source", "", "win_rate", "avg_deal_size"),
        "breakdown-matrix": shown(breakdown, "win_rate", "lead_source", "rep"),
        "goals-history": shown(goals_history),
        "reviews-weekly": shown(team_review, "weekly"),
        "reviews-below": shown(lambda: team_review("weekly", at="pipeline")),
        "reviews-agreed": shown(agreed),
        "reviews-monthly": shown(team_review, "monthly"),
        "reviews-call": shown(call),
        "reviews-prepare": review_prepare,
        "reviews-target": review_target,
        "reviews-closed": shown(closed_review),
        "calendar": calendar,
        "calendar-often": lambda: calendar(often=True),
        "one-on-ones": shown(window.show_page, "one-on-ones"),
        "one-on-one-below": shown(below),
        "one-on-one-goal": goal_dialog,
        "one-on-one-answer": answer_dialog,
        "presenter": presenter,
        "presenter-goals": lambda: presented("Coaching goals"),
        "presenter-risks": lambda: presented("Deals to talk about"),
        "goals": shown(window.show_page, "goals"),
        "data": shown(window.show_page, "data"),
        "preview": shown(window.import_files, [export]),
        "columns": shown(columns),
        "one-value": one_value,
        "words": shown(words),
        "sheets": shown(sheets),
        "receipt": shown(receipt),
        "receipt-left-out": shown(receipt_left_out),
        "receipt-people": shown(receipt_people),
        "receipt-replay": shown(receipt_replay),
        "receipt-code": receipt_code,
        "palette": palette,
        "settings": dialog(upkeep.edit_settings, SettingsDialog),
        "team-pack": dialog(handing_over.ask_pack, PackDialog),
        "shortcuts": dialog(finding.show_shortcuts, ShortcutSheet),
        "help": dialog(lambda shown_in: finding.show_help(shown_in, "settings"), HelpWindow),
        "changes": shown(window.show_page, "changes"),
        "deal-history": shown(deal_history),
        "hygiene": shown(hygiene, "rule"),
        "hygiene-pairs": shown(lambda: hygiene("rule", line=2)),
        "hygiene-reps": shown(hygiene, "rep"),
        "hygiene-history": shown(lambda: hygiene("rule", opens=True)),
        "people": shown(people, "person", ""),
        "people-team": shown(people, "team", ""),
        "people-move": people_move,
        "people-export": lambda: people_data("export"),
        "people-delete": lambda: people_data("delete"),
        "people-merge": people_merge,
        "people-merge-deals": people_merge_deals,
        "people-unmatched": shown(people_part, "unmatched"),
        "people-alike": shown(people_alike),
        "people-merge-all": people_merge_all,
        "as-of": past_days,
        "past": shown(past),
        "new-exports": shown(new_exports),
        "editor-form": shown(editor, "win_rate", "form"),
        "editor-details": shown(lambda: editor("win_rate", "form", foot=True)),
        "editor-text": shown(editor, "win_rate", "text", EDITED),
        "editor-error": shown(editor, "win_rate", "text", EDITED.replace("closed_at) /", "close_at) /")),
        "editor-completion": shown(lambda: editor("win_rate", "text", "count(deals where won and ", complete=True)),
        "numbers": shown(window.show_page, "numbers"),
        "targets": shown(targets_typed),
        "targets-share": targets_share,
        "targets-role": shown(targets_role),
        "refresh": shown(refresh),
        "objectives": shown(objectives),
        "objectives-guide": objectives_guide,
        "value": value,
        "signals": signals,
        "rules": rules,
        "initiatives": shown(initiatives),
        "initiative-new": initiative_new,
        "check": shown(window.show_page, "check"),
        "check-ask": check_ask,
        "catalogue": shown(catalogue, "bookings"),
        "catalogue-variants": shown(catalogue, "win_rate"),
        "pack-difference": pack_difference,
        "first-steps": shown(steps),
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
