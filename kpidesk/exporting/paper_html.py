"""A paper as one web page that needs nothing else: headings, tables with headers, drawings with words."""

from __future__ import annotations

from collections.abc import Iterator

from kpidesk.core.papers import (
    WORDY,
    Paper,
    PaperCard,
    PaperCell,
    PaperChart,
    PaperPart,
    PaperRange,
    PaperRow,
    PaperSection,
    PaperTable,
    PaperWords,
    card_of,
    foot_texts,
    known_text,
)
from kpidesk.exporting.html_form import card_html, safe, terms_html, web_page
from kpidesk.exporting.paper_svg import bar_svg, chart_svg, range_svg
from kpidesk.exporting.words import definitions_words

STYLES = ("page", "paper")


def paper_html(paper: Paper) -> bytes:
    """All sections under each other; what stands at the foot of a print stands at the end."""
    known = " ".join(part for part in (f"{known_text(paper)}.", definitions_words(paper.definitions)) if part)
    body = (
        f'<h1>{safe(paper.title)}</h1>\n<p class="under">{safe(paper.about)}</p>\n<p class="known">{safe(known)}</p>',
        *(_section(paper, section, at) for at, section in enumerate(paper.sections, 1)),
    )
    foot = f"<footer>{' · '.join(map(safe, foot_texts(paper)))}</footer>"
    return web_page(paper.title, (*body, terms_html(body), foot), STYLES)


def _section(paper: Paper, section: PaperSection, at: int) -> str:
    aside = f' <span class="aside">{safe(section.aside)}</span>' if section.aside else ""
    private = ' <span class="badge watch">Private</span>' if section.private else ""
    parts = "\n".join(_part(paper, section, part) for part in section.parts)
    head = f'<h2 id="section-{at}">{safe(section.heading)}{private}</h2>{aside}'
    return (
        f'<section class="part" aria-labelledby="section-{at}">\n<div class="heading">{head}</div>\n{parts}\n</section>'
    )


def _part(paper: Paper, section: PaperSection, part: PaperPart) -> str:
    if isinstance(part, PaperWords):
        return _words(part)
    if isinstance(part, PaperTable):
        return _said(part.sentence) + _table(part, part.sentence or section.heading)
    if isinstance(part, PaperRange):
        return _said(part.sentence) + range_svg(part)
    if isinstance(part, PaperChart):
        return _said(part.sentence) + chart_svg(part) + _table(part.table, part.table.sentence or section.heading)
    return _card(paper, section, part)


def _said(sentence: str) -> str:
    return f'<p class="said">{safe(sentence)}</p>\n' if sentence else ""


def _words(part: PaperWords) -> str:
    if part.listed:
        return f'<ul class="said">{"".join(f"<li>{safe(line)}</li>" for line in part.lines)}</ul>'
    return "\n".join(f'<p class="said">{safe(line)}</p>' for line in part.lines)


def _card(paper: Paper, section: PaperSection, part: PaperCard) -> str:
    card = card_of(paper, part)
    return card_html(card, section.heading) if card is not None else '<p class="known">Nothing to show.</p>'


def _table(table: PaperTable, caption: str) -> str:
    if not table.rows:
        return f'<p class="known">{safe(table.empty)}</p>'
    head = "".join(f'<th scope="col"{_kind(table, at)}>{safe(one.title)}</th>' for at, one in enumerate(table.columns))
    rows = "\n".join(f"<tr{_strength(row)}>{''.join(_cells(table, row))}</tr>" for row in table.rows)
    return (
        f'<div class="frame"><table class="paper">\n<caption>{safe(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>"
    )


def _kind(table: PaperTable, at: int) -> str:
    return "" if at == 0 or table.columns[at].unit in WORDY else ' class="number"'


def _strength(row: PaperRow) -> str:
    return ' class="strong"' if row.strong else ""


def _cells(table: PaperTable, row: PaperRow) -> Iterator[str]:
    for at, cell in enumerate(row.cells):
        if at == 0:
            yield f'<th scope="row">{safe(cell.text)}</th>'
        else:
            yield f"<td{_kind(table, at)}>{_bar(table, row, at, cell)}{safe(cell.text)}</td>"


def _bar(table: PaperTable, row: PaperRow, at: int, cell: PaperCell) -> str:
    if not table.columns[at].bar or row.strong or not isinstance(cell.value, (int, float)):
        return ""
    return bar_svg(table, at, float(cell.value))
