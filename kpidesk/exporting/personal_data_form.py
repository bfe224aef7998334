"""Everything held on one person as files to hand out, and what deleting them does as text and JSON."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from kpidesk.core.formats import day_text
from kpidesk.core.personal_data import Deletion, PersonData, PersonTable, mention_words
from kpidesk.exporting.html_form import safe, web_page
from kpidesk.exporting.one_on_one_html import one_on_one_html
from kpidesk.exporting.safe_text import guarded, printable

PAGE = "everything.html"
WIDTH = 110
MOST_SHOWN = 500
"""Rows of a part that stand on the page; the rest is in its CSV file."""


def person_files(data: PersonData) -> dict[str, bytes]:
    """A page to read, the same as JSON, a CSV file for each part, and a page for each one-on-one, by name."""
    files = {PAGE: _page(data), "everything.json": _json(data)}
    files |= {f"{one.name}.csv": _csv(one) for one in data.tables}
    return files | {name: one_on_one_html(sheet) for name, sheet in zip(_sheet_names(data), data.sheets, strict=True)}


def _sheet_names(data: PersonData) -> list[str]:
    return [f"one-on-one {number}.html" for number, _ in enumerate(data.sheets, 1)]


def _csv(part: PersonTable) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(map(guarded, part.header))
    writer.writerows([guarded(cell) for cell in row] for row in part.rows)
    return out.getvalue().encode("utf-8-sig")


def _json(data: PersonData) -> bytes:
    body = {
        "person": data.person,
        "on": data.on.isoformat(),
        "not_in_it": list(data.withheld),
        "parts": {one.name: [dict(zip(one.header, row, strict=True)) for row in one.rows] for one in data.tables},
        "one_on_ones": _sheet_names(data),
    }
    return json.dumps(body, ensure_ascii=False, indent=2).encode()


def _page(data: PersonData) -> bytes:
    aside = "".join(f"<li>{safe(text)}</li>" for text in data.withheld)
    names = ", ".join(_sheet_names(data))
    body = (
        f'<h1 dir="auto">{safe(data.person)}</h1>\n<p class="under">Everything that this workspace holds on you</p>\n'
        f'<p class="known">{safe(day_text(data.on))}. Others who are named appear as a colleague.</p>',
        f'<ul class="notes">{aside}</ul>' if aside else "",
        f"<p>Your copies of one-on-ones lie beside this page: {safe(names)}.</p>" if names else "",
        *(_part(one) for one in data.tables),
    )
    return web_page(f"Everything held on {data.person}", body)


def _part(part: PersonTable) -> str:
    head = "".join(f'<th scope="col">{safe(title)}</th>' for title in part.header)
    shown = part.rows[:MOST_SHOWN]
    rows = "\n".join(f"<tr>{''.join(f'<td>{safe(cell)}</td>' for cell in row)}</tr>" for row in shown)
    count = len(part.rows)
    more = f", the first {MOST_SHOWN:,} of {count:,}; all are in {part.name}.csv" if count > MOST_SHOWN else ""
    return (
        f'<div class="frame"><table>\n<caption>{safe(part.title + more)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>"
    )


def export_text(data: PersonData, files: int, to: str) -> str:
    """What was handed out, in words."""
    lines = [f"Everything held on {printable(data.person)}: {files:,} files in {to}."]
    lines += [f"  {len(one.rows):>7,}  {one.title}" for one in data.tables]
    lines += [f"  {len(data.sheets):>7,}  Copies of one-on-ones"] if data.sheets else []
    return "\n".join((*lines, *_wrapped(data.withheld)))


def export_json(data: PersonData, files: int, to: str) -> dict[str, object]:
    """What was handed out, as one document."""
    return {
        "person": data.person,
        "to": to,
        "files": files,
        "parts": [{"name": one.name, "title": one.title, "rows": len(one.rows)} for one in data.tables],
        "one_on_ones": len(data.sheets),
        "not_in_it": list(data.withheld),
    }


def deletion_text(found: Deletion) -> str:
    """What a deletion does or did, part by part."""
    who = printable(found.person)
    head = f"{who} was deleted." if found.done else f"Deleting {who} would do this (nothing was changed):"
    parts: tuple[tuple[str, Sequence[str]], ...] = (
        ("Deleted", found.deleted), ("Kept", found.kept), ("Named otherwise in", found.rewritten),
        ("Backups that hold the name", found.backups), ("To know", found.notes),
    )  # fmt: skip
    lines = [head]
    for title, texts in parts:
        if texts:
            lines += ["", title, *_wrapped(texts)]
    if found.mentions:
        left = "A part of the name still stands alone in" if found.done else "A part of the name stands alone in"
        lines += [
            "",
            left,
            *_wrapped(f"{at}. {mention_words(one)}: {one.text}" for at, one in enumerate(found.mentions, 1)),
        ]
        lines += [] if found.done else ["", "--note 1 replaces it in the first of them too, --note all in every one."]
    return "\n".join(lines)


def _wrapped(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from textwrap.wrap(printable(text), WIDTH, initial_indent="  ", subsequent_indent="  ",
                                 break_long_words=False, break_on_hyphens=False)  # fmt: skip


def deletion_json(found: Deletion) -> dict[str, object]:
    """What a deletion does or did, as one document."""
    return {
        "person": found.person,
        "placeholder": found.placeholder,
        "done": found.done,
        "deleted": list(found.deleted),
        "kept": list(found.kept),
        "rewritten": list(found.rewritten),
        "backups": list(found.backups),
        "notes": list(found.notes),
        "mentions": [
            {"number": at, "what": mention_words(one), "text": one.text} for at, one in enumerate(found.mentions, 1)
        ],
    }
