"""What the window can be told to do, and the palette that finds it: page, KPI, team, rep, deal, period or action."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QSize

from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import parse_period
from kpidesk.ui import handing_over, incoming, opening, upkeep
from kpidesk.ui.commands import Command, keys_text
from kpidesk.ui.finding_records import look_up
from kpidesk.ui.help_pages import FIRST, WORDS, help_for, help_pages
from kpidesk.ui.page import open_first_steps
from kpidesk.ui.pages import INNER, PAGES, PageEntry
from kpidesk.ui.toast import REACH
from kpidesk.ui.widgets.pickers import scope_choices
from kpidesk.ui.widgets.type_ahead import Choice, TypeAhead, narrowed

if TYPE_CHECKING:
    from kpidesk.core.meetings import MeetingKind
    from kpidesk.ui.main_window import MainWindow
    from kpidesk.ui.widgets.help_window import HelpWindow

ONE_ON_ONES = "one-on-ones"
INNER_WORDS = {
    "why": "cause reason change gap contributors mix bridge lost explain",
    "forecast": "commit best case range backtest what if submit pay plan sdr return landing",
    "compare": "reps teams peers funnel luck ranking alike",
    "people": "team roster rep owner merge alias hire leave membership part time part-time fte",
    "data": "files imports currencies euro exchange rate rates",
    "hygiene": "quality missing wrong fix list cleanup duplicates stale",
    "editor": "kpi formula definition write own",
    "target-grid": "goals quota grid cascade share out copy paste",
    "objectives": "goal tree strategy guide focus",
    "initiatives": "experiment before after control test effect",
    "refresh": "quarterly baseline targets renew next quarter",
    "catalogue": "browse choose packs benchmarks library kpipack definitions share",
    "check": "lint too many kpis balance vanity stale",
    "numbers": "parameters gross margin assumptions",
}
PALETTE = QSize(640, 460)
SUGGESTED = 20
PLACEHOLDER = "Find a page, KPI, team, rep, deal, account, period or action"


def commands_of(window: MainWindow) -> tuple[Command, ...]:
    """Every command of the window, in the order in which they are listed."""
    return (*_going(window), *_writing(window), *_meeting(window), *_keeping(window), *_viewing(window))


def _going(window: MainWindow) -> tuple[Command, ...]:
    return (
        Command("palette", "Find anything…", partial(open_palette, window), ("Ctrl+K",), "search", "Find and go",
                needs_workspace=False, listed=False),
        *(_page_command(window, entry, (f"Ctrl+{number}",)) for number, entry in enumerate(PAGES, 1)),
        *(_page_command(window, entry, entry.keys) for entry in INNER),
        Command("back", "Back to what was asked before", partial(window.go, -1), ("Alt+Left",), "chevron-left",
                "Find and go"),
        Command("forth", "Forward again", partial(window.go, 1), ("Alt+Right",), "chevron-right", "Find and go"),
        Command("before", "Period before", partial(window.step_period, -1), ("Ctrl+PgUp",), "calendar",
                "Find and go"),
        Command("after", "Period after", partial(window.step_period, 1), ("Ctrl+PgDown",), "calendar",
                "Find and go"),
        Command("as-of", "Look at the data of an earlier day…", window.top_bar.age.open_list, ("Ctrl+Shift+E",),
                "calendar", "Find and go", "as of past history time travel"),
        Command("now", "Back to the newest data", window.back_to_now, ("Alt+Home",), "rotate-ccw", "Find and go"),
        Command("teams", "Today's teams, or teams as they were", window.top_bar.switch_teams, ("Ctrl+Shift+T",),
                "network", "Find and go", "as was as is reorganisation like for like switch"),
        Command("scope", "Choose a team or rep…", window.top_bar.scope.open_list, ("Ctrl+T",), "users", "Find and go"),
        Command("period", "Choose a period…", window.choose_period, ("Ctrl+E",), "calendar",
                "Find and go"),
        Command("notice", "Go to the notice at the foot", window.notice.reach, (REACH,), "undo-2", "Find and go",
                "undo take back toast", listed=False),
        Command("receipt", "Open a receipt…", partial(ask_receipt, window), (), "receipt-text", "Find and go",
                "code print prove same number replay"),
    )  # fmt: skip


def ask_receipt(window: MainWindow) -> None:
    """Ask for the code of a printed receipt, and show its number once it is known to be one."""
    from kpidesk import operations  # both are not needed before somebody asks
    from kpidesk.ui.widgets.receipt_dialog import ReceiptDialog

    dialog = ReceiptDialog(window)

    def prove(code: str) -> None:
        def show(_replay: object) -> None:
            dialog.accept()
            window.open_code(code)

        window.jobs.ask(
            "receipt:code", lambda workspace: operations.replay(workspace, code, first=1), show, dialog.show_error
        )

    dialog.wanted.connect(prove)
    dialog.open()


def _page_command(window: MainWindow, entry: PageEntry, keys: tuple[str, ...]) -> Command:
    words = f"page go to {INNER_WORDS.get(entry.page_id, '')}".strip()
    act = partial(window.show_page, entry.page_id)
    return Command(f"page-{entry.page_id}", entry.title, act, keys, entry.icon, "Find and go", words)


def _writing(window: MainWindow) -> tuple[Command, ...]:
    return (
        Command(
            "type-value",
            "Type a value…",
            partial(_on_scorecard, window, "ask_value"),
            (),
            "pencil",
            "Data",
            "manual entry survey score evidence",
        ),
        Command(
            "focus",
            "Focus on this KPI, or no longer",
            partial(_on_scorecard, window, "toggle_focus"),
            (),
            "crosshair",
            "Data",
            "two first important",
        ),
        Command(
            "signals",
            "What stands out",
            partial(_on_scorecard, window, "show_signals"),
            (),
            "circle-alert",
            "Data",
            "signals alerts change luck acknowledge noise",
        ),
        Command(
            "rules",
            "Your rules…",
            partial(_on_scorecard, window, "show_rules"),
            (),
            "circle-alert",
            "Data",
            "alerts level threshold notify",
        ),
        Command("new-kpi", "New KPI…", partial(_write_kpi, window), (), "plus", "Data", "write formula own metric add"),
    )


def _on_scorecard(window: MainWindow, verb: str) -> None:
    """Go to the scorecard and do something with the KPI selected there."""
    page: Any = window.show_page("scorecard")
    if page is not None:
        getattr(page, verb)()


def _write_kpi(window: MainWindow) -> None:
    """Go to where a new KPI is written."""
    page: Any = window.show_page("editor")
    if page is not None:
        page.new_kpi()


def _meeting(window: MainWindow) -> tuple[Command, ...]:
    return (
        Command("start-meeting", "Start the meeting", partial(_in_meeting, window, "start"), (), "users",
                keywords="one-on-one seal"),
        Command("close-meeting", "Close the meeting", partial(_in_meeting, window, "close_meeting"), (), "lock",
                keywords="one-on-one freeze"),
        Command("present", "Present", partial(_in_meeting, window, "present"), ("F11",), "presentation", "View",
                "one-on-one large screen"),
    )  # fmt: skip


def _in_meeting(window: MainWindow, verb: str) -> None:
    """Go to the one-on-one in view and do something with it."""
    page: Any = window.show_page(ONE_ON_ONES)
    if page is not None:
        page.when_shown(getattr(page, verb))


def _meet(window: MainWindow, scope: Scope) -> None:
    """Go to the one-on-one with a rep."""
    page: Any = window.pages.page_of(ONE_ON_ONES)
    if page is not None:
        page.open_rep(scope)
        window.show_page(ONE_ON_ONES)


def _keeping(window: MainWindow) -> tuple[Command, ...]:
    choose, new = partial(upkeep.choose_exports, window), partial(opening.new_workspace, window)
    other, sample = partial(opening.choose_workspace, window), partial(opening.explore_sample, window)
    return (
        Command("import", "Import an export…", choose, ("Ctrl+O",), "file-up", "Data", "csv xlsx crm file",
                needs_workspace=False),
        Command("undo", "Undo the last import…", partial(incoming.undo_last, window), (), "undo-2", "Data"),
        Command("watch", "Look for new exports in a folder…", partial(incoming.choose_watched, window), (),
                "folder-open", "Data", "watch downloads automatic offer"),
        Command("export", "Export this page…", window.export, ("Ctrl+P",), "download", "Data", "pdf png csv print"),
        Command("export-pack", "Export for the whole team…", partial(handing_over.ask_pack, window), (), "users",
                "Data", "pdf pack all reps everybody print one-on-ones scorecards initials redact"),
        Command("export-others", "Export this page with people or amounts hidden…",
                partial(handing_over.ask_for_others, window), (), "download", "Data",
                "redact initials bands anonymous share outside others"),
        Command("copy-picture", "Copy this page's chart as a picture", partial(handing_over.copy_page, window),
                ("Ctrl+Shift+C",), "chart-bar-decreasing", "Data", "image clipboard png slide paste"),
        Command("new", "New workspace…", new, ("Ctrl+Shift+N",), "plus", needs_workspace=False),
        Command("open", "Open a workspace…", other, ("Ctrl+Shift+O",), "folder-open", needs_workspace=False),
        Command("sample", "Explore the sample", sample, (), "sparkles", keywords="demo", needs_workspace=False),
        Command("sample-afresh", "Start the sample afresh…", partial(opening.start_sample_afresh, window), (),
                "rotate-ccw", keywords="demo reset new", needs_workspace=False),
        Command("settings", "Settings…", partial(upkeep.edit_settings, window), ("Ctrl+,",), "sliders-horizontal",
                keywords="currency fiscal year week time zone minimum"),
        Command("steps", "First steps…", partial(open_first_steps, window), (), "sparkles",
                keywords="team plan targets begin wizard set up setup start baseline get going"),
        Command("backup", "Back up now", partial(upkeep.back_up, window), (), "download", keywords="copy safe"),
        Command("check", "Check the file", partial(upkeep.check, window), (), "check", keywords="integrity damaged"),
        Command("restore", "Go back to a backup…", partial(opening.restore, window), (), "rotate-ccw"),
        Command("quit", "Quit", window.close, ("Ctrl+Q",), "x", needs_workspace=False),
    )  # fmt: skip


def _viewing(window: MainWindow) -> tuple[Command, ...]:
    appearance = window.appearance
    return (
        Command("reload", "Reload the page", window.reload, ("F5",), "refresh-cw", "View"),
        Command("dark", "Light or dark", lambda: appearance.choose_dark(not window.theme.dark), ("Ctrl+D",), "moon",
                "View", "theme appearance", needs_workspace=False),
        Command("system", "Light or dark as the system has it", appearance.follow_system, (), "sun", "View", "theme",
                needs_workspace=False),
        Command("larger", "Larger text", partial(appearance.change_text_size, 1), ("Ctrl++", "Ctrl+="), "plus", "View",
                "zoom font text size", needs_workspace=False),
        Command("smaller", "Smaller text", partial(appearance.change_text_size, -1), ("Ctrl+-",), "search", "View",
                "zoom font text size", needs_workspace=False),
        Command("normal", "Normal text size", partial(appearance.change_text_size, 0), ("Ctrl+0",), "search", "View",
                "zoom font text size", needs_workspace=False),
        Command("help", "Help", partial(show_help, window), (), "info", "Help", "manual guide documentation how to",
                needs_workspace=False),
        Command("help-page", "Help on this page", partial(_help_on_page, window), ("F1",), "info", "Help",
                needs_workspace=False),
        Command("shortcuts", "Keyboard shortcuts", partial(show_shortcuts, window), ("Ctrl+/", "?"), "keyboard", "Help",
                "help keys", needs_workspace=False),
    )  # fmt: skip


def show_shortcuts(window: MainWindow) -> None:
    """Show every shortcut."""
    from kpidesk.ui.widgets.shortcut_sheet import ShortcutSheet  # a window must not wait for it

    ShortcutSheet(window.commands, window).open()


def show_help(window: MainWindow, name: str = FIRST) -> HelpWindow:
    """Show a page of the help, in the help window that is open or in a new one."""
    from kpidesk.ui.widgets.help_window import HelpWindow  # a window must not wait for it

    found = next((one for one in window.findChildren(HelpWindow) if one.isVisible()), None)
    shown = found or HelpWindow(window.theme, window)
    shown.open_page(name)
    shown.show()
    shown.raise_()
    shown.activateWindow()
    return shown


def _help_on_page(window: MainWindow) -> None:
    """Show what the help says about the page in view."""
    show_help(window, help_for(window.pages.page_id))


def make_palette(window: MainWindow) -> TypeAhead:
    """The palette; what is chosen in it is done."""
    popup = TypeAhead(window.theme, PLACEHOLDER, window)
    popup.chosen.connect(_do)
    popup.otherwise = partial(_understood, window)
    popup.look_up = partial(look_up, window)
    return popup


def open_palette(window: MainWindow) -> None:
    """Open the palette in the upper middle of the window."""
    theme = window.theme
    size = QSize(theme.px(PALETTE.width()), theme.px(PALETTE.height())).boundedTo(window.size())
    corner = window.mapToGlobal(QPoint((window.width() - size.width()) // 2, min(theme.px(96), window.height() // 8)))
    window.palette_popup.open_at(corner, size, palette_choices(window))


def palette_choices(window: MainWindow) -> list[Choice]:
    """Pages and other commands that can be given now, with KPIs, teams and reps between them; last the help."""
    given = [one for one in window.commands if one.listed and window.actions_by_name[one.name].isEnabled()]
    choices = [Choice(one.text, one.act, keys_text(one.keys), one.icon, keywords=one.keywords) for one in given]
    pages = sum(one.name.startswith("page-") for one in given)
    scopes = _scope_choices(window)
    return [*choices[:pages], *_kpi_choices(window), *scopes, *_rep_choices(window), *_review_choices(window),
            *choices[pages:], *_help_choices(window)]  # fmt: skip


def _help_choices(window: MainWindow) -> list[Choice]:
    return [
        Choice(f"Help: {page.title}", partial(show_help, window, page.name), "", "info",
               keywords=WORDS.get(page.name, ""), last=True)
        for page in help_pages()
    ]  # fmt: skip


def _kpi_choices(window: MainWindow) -> list[Choice]:
    kpis = window.surroundings.kpis if window.surroundings is not None else ()
    return [
        Choice(kpi.name, partial(window.open_trend, kpi.id), "KPI", "trending-up", keywords=f"{kpi.id} {kpi.sentence}")
        for kpi in kpis
    ]


def _scope_choices(window: MainWindow) -> list[Choice]:
    around, question = window.surroundings, window.question
    if around is None or question is None:
        return []
    found = scope_choices(around.organisation, around.settings, question.period.start)
    return [
        Choice(one.text, partial(window.set_scope, one.value), one.detail, one.icon, keywords=one.keywords)
        for one in found
        if isinstance(one.value, Scope)
    ]


def _rep_choices(window: MainWindow) -> list[Choice]:
    people = window.surroundings.organisation.people if window.surroundings is not None else ()
    return [
        Choice(f"One-on-one with {person.name}", partial(_meet, window, Scope("rep", person.name, person.id)),
               "one-on-one", "users", keywords="meet meeting")
        for person in sorted(people, key=lambda one: one.name.casefold())
    ]  # fmt: skip


def _review_choices(window: MainWindow) -> list[Choice]:
    from kpidesk.core.meetings import KIND_WORDS  # a window must not wait for it

    if window.surroundings is None:
        return []
    return [
        Choice(words, partial(_review, window, kind), "meeting", "users", keywords="meet review team agenda")
        for kind, words in KIND_WORDS.items()
    ]


def _review(window: MainWindow, kind: MeetingKind) -> None:
    """Go to the review of a kind for the team in view, or for everybody."""
    page: Any = window.show_page("reviews")
    scope = window.question.scope if window.question is not None else ORG
    if page is not None:
        page.open_kind(kind, scope if scope.kind == "team" else ORG)


def _understood(window: MainWindow, text: str) -> list[Choice]:
    """What typed text that names nothing may mean: a period, or a KPI of a team or rep ("bookings amy")."""
    period = _typed_period(window, text)
    return [period] if period is not None else _kpis_of_scopes(window, text.split())[:SUGGESTED]


def _kpis_of_scopes(window: MainWindow, words: Sequence[str]) -> list[Choice]:
    """The KPIs that some of the words name, of the teams and reps that the others name, in either order."""
    kpis = [replace(one, keywords="") for one in _kpi_choices(window)]
    scopes = [replace(one, keywords="", detail="") for one in _scope_choices(window)]
    return [
        Choice(f"{kpi.text} · {scope.text}", partial(_in_turn, scope.value, kpi.value), kpi.detail, kpi.icon)
        for cut in range(1, len(words))
        for first, last in [(" ".join(words[:cut]), " ".join(words[cut:]))]
        for named, whose in ((first, last), (last, first))
        for kpi in narrowed(kpis, named)
        for scope in narrowed(scopes, whose)
    ]


def _in_turn(*acts: Any) -> None:
    for act in acts:
        act()


def _typed_period(window: MainWindow, text: str) -> Choice | None:
    """A period typed as `2025-Q3` or `last-month`."""
    around, question = window.surroundings, window.question
    if around is None or question is None:
        return None
    try:
        period = parse_period(text, around.settings, around.as_of or date.today())
    except UserError:
        return None
    return Choice(period.label, partial(window.set_period, period), "period", "calendar")


def _do(act: Callable[[], object]) -> None:
    act()
