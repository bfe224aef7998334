"""Deals and accounts in the palette: asked of the workspace while one types, opened with Enter."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from kpidesk.ui.widgets.type_ahead import Choice

if TYPE_CHECKING:
    from kpidesk.core.finding import Hit, Hits
    from kpidesk.ui.main_window import MainWindow


def look_up(window: MainWindow, typed: str) -> None:
    """Ask for the deals and accounts that what is typed names, and show them in the palette.

    While names are still to be read it is asked again and again, so that whatever else is asked meanwhile is answered.
    """
    from kpidesk import operations

    popup = window.palette_popup

    def ask() -> None:
        window.jobs.ask("palette", lambda ws: operations.find_named(ws, typed, blocks=1), show, window.show_error)

    def show(found: Hits) -> None:
        choices = [_choice(window, hit) for hit in found.first]
        popup.add_found(typed, choices, found.more_words, looking=found.unread > 0)
        if found.unread and popup.still_asks(typed):
            ask()

    if window.path is None:
        popup.add_found(typed, (), "")
    else:
        ask()


def _choice(window: MainWindow, hit: Hit) -> Choice:
    if hit.kind == "deal":
        return Choice(hit.name, partial(open_deal, window, hit.number), f"deal · {hit.about}", "history")
    return Choice(hit.name, partial(open_account, window, hit), "account", "building-2")


def open_deal(window: MainWindow, number: int) -> None:
    """Show every version of a deal, as all is known now."""
    window.back_to_now()
    page: Any = window.show_page("pipeline")
    if page is not None:
        page.open_deal(number, alone=True)


def open_account(window: MainWindow, hit: Hit) -> None:
    """Show all deals of an account, as all is known now."""
    window.back_to_now()
    page: Any = window.show_page("pipeline")
    if page is not None:
        page.open_account(hit.number, hit.name)
