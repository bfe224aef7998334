"""The help that ships with the app (`resources/help/*.md`): its pages, the search over them, one for each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kpidesk.paths import resources

FIRST = "first-steps"
PAGE_HELP = {
    "scorecard": "scorecard", "trends": "trends", "pipeline": "pipeline", "forecast": "forecast",
    "breakdown": "breakdowns", "one-on-ones": "one-on-ones", "reviews": "reviews", "calendar": "reviews",
    "goals": "targets", "changes": "changes", "data": "importing", "why": "why", "compare": "why",
    "people": "people", "hygiene": "hygiene", "initiatives": "signals", "editor": "formulas",
    "target-grid": "targets", "objectives": "objectives", "refresh": "targets", "catalogue": "kpis",
    "check": "definitions", "numbers": "formulas", "receipt": "receipts", "welcome": FIRST,
}  # fmt: skip
"""Which page of the help is about a page of the window."""
WORDS = {
    "currencies": "euro eur pound gbp dollar usd exchange rate rates foreign money convert",
    "people": "part time part-time fte hours ramp merge team",
    "changes": "moved pushed new lost gone compare data",
}
"""What else a page of the help is looked for by."""


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One page of the help: the name of its file without ending, its heading, and its text in Markdown."""

    name: str
    title: str
    text: str


@cache
def help_pages() -> tuple[HelpPage, ...]:
    """Every page of the help, the first steps before the others by their headings."""
    files = (resources() / "help").glob("*.md")
    pages = [_page(file.stem, file.read_text(encoding="utf-8")) for file in files]
    return tuple(sorted(pages, key=lambda page: (page.name != FIRST, page.title.casefold())))


def _page(name: str, text: str) -> HelpPage:
    return HelpPage(name, text.splitlines()[0].lstrip("# ").strip(), text)


def help_for(page_id: str) -> str:
    """The name of the page of the help about a page of the window; the first steps where there is none."""
    return PAGE_HELP.get(page_id, FIRST)


def matching(pages: Sequence[HelpPage], typed: str) -> list[HelpPage]:
    """The pages that hold every typed word; those with all of them in the heading come first."""
    words = typed.casefold().split()
    hits = [page for page in pages if all(word in page.text.casefold() for word in words)]
    return sorted(hits, key=lambda page: not all(word in page.title.casefold() for word in words))
