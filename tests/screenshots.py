"""Pictures of every page of the real window with the sample company, light and dark, at one and two pixels a point.

    python tests/screenshots.py [--to FOLDER] [--date DAY] [--only PAGE]

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
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
HELP = ROOT / "resources" / "help"
DAY = "2026-09-14"
SIZE = (1280, 820)
KEPT = ("scorecard-light.png", "scorecard-light.png")
"""Which picture of the scorecard the README shows, and what it is called there."""
NAMES = ("welcome", "scorecard", "matrix", "trends", "one-on-ones", "presenter", "goals", "data", "preview", "receipt",
         "people", "people-team", "people-move", "people-merge", "people-unmatched",
         "palette", "settings", "shortcuts", "first-steps", "changes", "deal-history", "as-of", "past", "new-exports",
         "hygiene", "hygiene-reps", "hygiene-history")  # fmt: skip
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from kpidesk.ui.main_window import MainWindow


def main(arguments: list[str]) -> int:
    """Take all pictures: one process for each number of pixels a point, because Qt settles that at its start."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "shots")
    parser.add_argument("--date", type=date.fromisoformat, default=date.fromisoformat(DAY))
    parser.add_argument("--only", choices=NAMES, action="append", default=[])
    parser.add_argument("--scale", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.to.mkdir(parents=True, exist_ok=True)
    if options.scale is not None:
        take(options.to, options.date, options.only or NAMES, options.scale)
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


def take(to: Path, day: date, names: Iterator[str] | tuple[str, ...] | list[str], scale: int) -> None:
    """Open the window with the sample and picture what is asked for, light and then dark."""
    from kpidesk import operations, paths
    from kpidesk.core.progress import finish

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        paths.data_folder = lambda: home
        demo = finish(operations.make_demo(home / "sample", day))
        export = next((home / "sample" / "exports").glob("*/report*.csv"))
        for dark in (False, True):
            window = open_window(home, day, dark)
            scenes = scenes_of(window, demo.workspace, export)
            for name, show in scenes.items():
                picture = show()
                settle(window)
                if name in names:
                    suffix = f"{'dark' if dark else 'light'}{'' if scale == 1 else f'-{scale}x'}"
                    picture.grab().save(str(to / f"{name}-{suffix}.png"), "PNG", 0)
                if picture is not window:
                    picture.close()
            window.close()


def open_window(home: Path, day: date, dark: bool) -> MainWindow:
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
    window.resize(*SIZE)
    window.show()
    return window


def settle(window: MainWindow) -> None:
    """Let everything that is under way arrive and be painted."""
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + 0.3
    while time.monotonic() < end or window.jobs.is_busy or window.watch.is_busy:
        QApplication.processEvents()
        time.sleep(0.005)


def scenes_of(window: MainWindow, workspace: Path, export: Path) -> dict[str, Callable[[], Any]]:
    """What to show for each picture, in this order; each gives back the widget to picture."""
    from kpidesk.ui import finding, opening, upkeep
    from kpidesk.ui.widgets.people_tree import NODE
    from kpidesk.ui.widgets.settings_dialog import SettingsDialog
    from kpidesk.ui.widgets.shortcut_sheet import ShortcutSheet

    def shown(act: Callable[..., Any], *arguments: Any) -> Callable[[], MainWindow]:
        def show() -> MainWindow:
            act(*arguments)
            settle(window)
            return window

        return show

    def dialog(act: Callable[[Any], None], kind: type[Any]) -> Callable[[], Any]:
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

    def receipt() -> None:
        level("one")
        settle(window)
        page: Any = window.pages.page
        window.open_receipt("win_rate", page.question)

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

    def hygiene(by: str, *, opens: bool = False) -> None:
        page: Any = window.show_page("hygiene")
        settle(window)
        page.show_by(by)
        page.list.selectRow(1)
        if opens:
            page.open_deal(page.deals.table.records.record(0).deal_id)

    def people(kind: str, name: str) -> Any:
        page: Any = window.show_page("people")
        settle(window)
        page.show_part("teams")
        item = next(one for one in page.tree.items() if one.data(0, NODE).kind == kind and name in one.text(0))
        page.tree.setCurrentItem(item)
        return page

    def people_move() -> Any:
        page = people("person", "")
        page.ask_move(page.tree.people(), 0)
        settle(window)
        return page._dialog

    def people_merge() -> Any:
        page = people("person", "")
        one, other = page.roster.entries[:2]
        page.ask_merge("person", (one.person.id, one.person.name), (other.person.id, other.person.name))
        settle(window)
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

    def steps() -> None:
        window.watch.watch(None)
        page: Any = window.show_page("welcome")
        page.start_steps()

    return {
        "welcome": shown(opening.start, window, None),
        "scorecard": shown(opening.open_workspace, window, workspace),
        "matrix": shown(level, "rep"),
        "trends": shown(window.open_trend, "win_rate"),
        "one-on-ones": shown(window.show_page, "one-on-ones"),
        "presenter": presenter,
        "goals": shown(window.show_page, "goals"),
        "data": shown(window.show_page, "data"),
        "preview": shown(window.import_files, [export]),
        "receipt": shown(receipt),
        "palette": palette,
        "settings": dialog(upkeep.edit_settings, SettingsDialog),
        "shortcuts": dialog(finding.show_shortcuts, ShortcutSheet),
        "changes": shown(window.show_page, "changes"),
        "deal-history": shown(deal_history),
        "hygiene": shown(hygiene, "rule"),
        "hygiene-reps": shown(hygiene, "rep"),
        "hygiene-history": shown(lambda: hygiene("rule", opens=True)),
        "people": shown(people, "person", ""),
        "people-team": shown(people, "team", ""),
        "people-move": people_move,
        "people-merge": people_merge,
        "people-unmatched": shown(people_part, "unmatched"),
        "as-of": past_days,
        "past": shown(past),
        "new-exports": shown(new_exports),
        "first-steps": shown(steps),
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
