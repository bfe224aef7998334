"""The pages of the window, in the order of the rail; each is imported when it is first opened."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from kpidesk.ui.page import Page


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page: what the rail shows of it, and where its class is.

    `under` is the page below which it stands, or from which it is reached where the rail has no place for it. `keys`
    are its own; the others are numbered.
    """

    page_id: str
    title: str
    icon: str
    module: str
    class_name: str
    under: str = ""
    keys: tuple[str, ...] = ()

    def load(self) -> type[Page]:
        """The class of the page."""
        found = getattr(import_module(f"kpidesk.ui.pages.{self.module}"), self.class_name)
        if not (isinstance(found, type) and issubclass(found, Page)):
            raise TypeError(f"{self.class_name} is not a page")
        return found


PAGES: tuple[PageEntry, ...] = (
    PageEntry("scorecard", "Scorecard", "layout-dashboard", "scorecard", "ScorecardPage"),
    PageEntry("trends", "Trends", "trending-up", "trends", "TrendsPage"),
    PageEntry("pipeline", "Pipeline", "chart-bar-decreasing", "pipeline", "PipelinePage"),
    PageEntry("breakdown", "Breakdown", "table-2", "breakdown", "BreakdownPage"),
    PageEntry("one-on-ones", "One-on-ones", "users", "one_on_ones", "OneOnOnesPage"),
    PageEntry("reviews", "Reviews", "presentation", "reviews", "ReviewsPage"),
    PageEntry("goals", "KPIs & targets", "target", "goals", "GoalsPage"),
    PageEntry("changes", "Changes", "history", "changes", "ChangesPage"),
    PageEntry("data", "Data", "database", "data", "DataPage"),
)
# Below a page of the rail, or reached from one and from the palette.
INNER: tuple[PageEntry, ...] = (
    PageEntry(
        "calendar", "What is due", "calendar", "calendar", "CalendarPage", under="reviews", keys=("Ctrl+Shift+D",)
    ),
    PageEntry("why", "Why", "circle-question-mark", "why", "WhyPage", under="scorecard", keys=("Ctrl+Shift+W",)),
    PageEntry("compare", "Compare", "users", "compare", "ComparePage", under="scorecard"),
    PageEntry("forecast", "Forecast", "flag", "forecast", "ForecastPage", under="pipeline", keys=("Ctrl+Shift+F",)),
    PageEntry("people", "People & teams", "network", "people", "PeoplePage", under="data", keys=("Ctrl+Shift+P",)),
    PageEntry("hygiene", "Data hygiene", "list-filter", "hygiene", "HygienePage", under="data", keys=("Ctrl+Shift+H",)),
    PageEntry("initiatives", "Initiatives", "arrow-right", "initiatives", "InitiativesPage", under="trends"),
    PageEntry("editor", "Formula", "pencil", "editor", "EditorPage", under="goals"),
    PageEntry(
        "target-grid", "Targets", "grid-3x3", "target_grid", "TargetGridPage", under="goals", keys=("Ctrl+Shift+G",)
    ),
    PageEntry("objectives", "Objectives", "crosshair", "objectives", "ObjectivesPage", under="goals"),
    PageEntry("refresh", "Quarterly refresh", "refresh-cw", "refresh", "RefreshPage", under="goals"),
    PageEntry("catalogue", "Catalogue of KPIs", "search", "catalogue", "CataloguePage", under="goals"),
    PageEntry("check", "Check of the set", "check", "check", "CheckPage", under="goals"),
    PageEntry("numbers", "Numbers for formulas", "sliders-horizontal", "numbers", "NumbersPage", under="goals"),
)
BELOW = ("why", "forecast", "calendar", "target-grid", "hygiene")
"""What is most asked for of these: it stands in the rail too, below its page."""
# Shown in place of a page, not in the rail.
RECEIPT = PageEntry("receipt", "Rows", "receipt-text", "receipt", "ReceiptPage")
WELCOME = PageEntry("welcome", "Welcome", "sparkles", "welcome", "WelcomePage")


def in_rail() -> tuple[PageEntry, ...]:
    """The pages of the rail, each with those that stand below it."""
    below = [entry for entry in INNER if entry.page_id in BELOW]
    return tuple(one for top in PAGES for one in (top, *(entry for entry in below if entry.under == top.page_id)))


def place_in_rail(page_id: str) -> str:
    """The page of the rail that is marked while a page is on show."""
    return next((one.under for one in INNER if one.page_id == page_id and page_id not in BELOW), page_id)
