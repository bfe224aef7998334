"""What is seen around the page: the title of the window, the rail, what was asked, and the offer of new exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpidesk import paths
from kpidesk.ui import commands
from kpidesk.ui.pages import RECEIPT, WELCOME, place_in_rail
from kpidesk.ui.surroundings import age_of

if TYPE_CHECKING:
    from kpidesk.ui.main_window import MainWindow


def show_workspace(window: MainWindow) -> None:
    """Name the workspace that is open, and turn on what can be done with it."""
    name = window.path.stem if window.path is not None else ""
    window.setWindowTitle(f"{name} – {paths.APP_NAME}" if name else paths.APP_NAME)
    window.rail.show_workspace(name)
    window.rail.setVisible(window.path is not None)
    commands.enable(window.actions_by_name, window.commands, has_workspace=window.path is not None)


def show_top(window: MainWindow, before: str) -> None:
    """Say above the page what it shows; `before` is the page that the rows behind a number were opened from."""
    page, around, question = window.pages.page, window.surroundings, window.question
    show_new(window)
    window.past.setVisible(window.past.isVisibleTo(window) and around is not None)
    on_show = before if window.pages.page_id == RECEIPT.page_id else window.pages.page_id
    window.rail.show_page(place_in_rail(on_show))
    window.top_bar.setVisible(page is not None and page.page_id not in (WELCOME.page_id, RECEIPT.page_id))
    if page is None:
        return
    window.top_bar.title.setText(page.title)
    window.top_bar.show_pickers(page.asks and question is not None, periods=page.periods)
    window.top_bar.export.setVisible(hasattr(page, "export"))
    if around is not None and question is not None:
        known = question.as_of or around.as_of
        window.top_bar.show_question(question, around.organisation, around.settings, known,
                                     age_of(known, window.today()), around.days)  # fmt: skip
        window.past.show_day(question.as_of, around.days, "" if page.only_now else page.past_words)


def show_new(window: MainWindow) -> None:
    """Offer the new exports of the watched folder where there is room for it."""
    page_id = window.pages.page_id
    has_room = page_id not in ("", WELCOME.page_id)
    window.new_exports.show_offer(window.watch.offer if has_room else None, is_at_home=page_id == "data")
