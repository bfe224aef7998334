"""A strict reader of web pages: what is nested wrongly, named twice, unnamed, out of order, or would be fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = frozenset(("meta", "br", "hr", "img", "link", "input"))
DRAWN = frozenset(("polyline", "rect", "circle", "line", "path"))
HEADINGS = ("h1", "h2", "h3", "h4")
INSIDE = {"tr": ("thead", "tbody"), "td": ("tr",), "th": ("tr",), "li": ("ul", "ol"), "caption": ("table",),
          "thead": ("table",), "tbody": ("table",), "dt": ("div", "dl"), "dd": ("div", "dl")}  # fmt: skip
BLOCKS = frozenset(("div", "p", "table", "ul", "ol", "section", "h1", "h2", "h3", "dl"))
NO_BLOCKS = frozenset(("p", "h1", "h2", "h3", "small", "span", "caption"))
FETCHING = ("src", "srcset", "href", "action", "data", "poster", "background", "xlink:href")


class Checker(HTMLParser):
    """What is wrong with a page; a class because the parser of the standard library calls methods."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self._open: list[str] = []
        self._ids: list[str] = []
        self._named: list[str] = []
        self._levels: list[int] = []
        self._columns = 0
        self._cells = 0
        self._below: list[tuple[int, int]] = []
        self._seen: set[str] = set()
        self.style = ""
        self.feed(page.decode("utf-8"))
        self.close()
        self._finish()

    def handle_decl(self, decl: str) -> None:
        self._seen.add(decl.casefold())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._begin(tag, attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in DRAWN and "svg" not in self._open:
            self.wrong.append(f"<{tag}/> is not closed")
        self._begin(tag, attrs)

    def _begin(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._seen.add(tag)
        if len(given) != len(attrs):
            self.wrong.append(f"<{tag}> has an attribute twice")
        parent = self._open[-1] if self._open else ""
        if tag in INSIDE and parent not in INSIDE[tag]:
            self.wrong.append(f"<{tag}> stands in <{parent}>")
        if tag in BLOCKS and NO_BLOCKS & set(self._open):
            self.wrong.append(f"<{tag}> stands inside {self._open[-3:]}")
        if tag in ("script", "iframe", "object", "embed", "form", "link", "base"):
            self.wrong.append(f"<{tag}> is not for a page that needs nothing else")
        self._check_attributes(tag, given)
        self._count(tag, given)

    def _check_attributes(self, tag: str, given: dict[str, str | None]) -> None:
        for name, value in given.items():
            if name.startswith("on") or (name in FETCHING and not (value or "").startswith("#")):
                self.wrong.append(f"<{tag} {name}={value!r}>")
            if name == "style" and "url(" in (value or ""):
                self.wrong.append(f"<{tag}> fetches {value!r}")
        self._ids += [given["id"] or ""] if "id" in given else []
        self._named += (given.get("aria-labelledby") or "").split()
        hidden = given.get("aria-hidden") == "true"
        if tag == "svg" and not hidden and not (given.get("role") == "img" and (given.get("aria-label") or "").strip()):
            self.wrong.append("a drawing has no words")
        if tag == "html" and not given.get("lang"):
            self.wrong.append("the page has no language")
        if tag == "th" and given.get("scope") not in ("col", "row", "rowgroup"):
            self.wrong.append("a header says not of what")

    def _count(self, tag: str, given: dict[str, str | None]) -> None:
        if tag in HEADINGS:
            level = int(tag[1])
            if level > (self._levels[-1] if self._levels else 0) + 1:
                self.wrong.append(f"<{tag}> skips a level")
            self._levels.append(level)
        if tag == "table":
            self._columns, self._below = 0, []
        if tag == "tr":
            self._cells = sum(wide for _, wide in self._below)
            self._below = [(rows - 1, wide) for rows, wide in self._below if rows > 1]
        if tag in ("th", "td"):
            wide, rows = int(given.get("colspan") or 1), int(given.get("rowspan") or 1)
            self._cells += wide
            self._below += [(rows - 1, wide)] if rows > 1 else []

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")
        if tag == "tr":
            self._columns = self._columns or self._cells
            if self._cells != self._columns:
                self.wrong.append(f"a row has {self._cells} cells under {self._columns} headers")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data
        if data.strip() and self._open and self._open[-1] in ("table", "tr", "thead", "tbody", "ul"):
            self.wrong.append(f"text stands in <{self._open[-1]}>: {data!r}")
        if data.strip() and self._open and self._open[-1] == "title":
            self._seen.add("a title")

    def _finish(self) -> None:
        for needed in ("doctype html", "html", "head", "title", "a title", "main", "h1", "meta"):
            if needed not in self._seen:
                self.wrong.append(f"{needed} is missing")
        if self._open:
            self.wrong.append(f"left open: {self._open}")
        if self._levels.count(1) != 1:
            self.wrong.append(f"{self._levels.count(1)} first headings")
        if len(set(self._ids)) != len(self._ids):
            self.wrong.append(f"the same id twice: {self._ids}")
        self.wrong += [f"no id {name!r}" for name in self._named if name not in self._ids]
        self.wrong += [f"the style fetches: {found}" for found in re.findall(r"url\(|@import|expression\(", self.style)]
        for needed in ("prefers-color-scheme: dark", "@media print"):
            if needed not in self.style:
                self.wrong.append(f"the style has no {needed}")


def problems(page: bytes) -> list[str]:
    """Everything that is wrong with a page."""
    return Checker(page).wrong
