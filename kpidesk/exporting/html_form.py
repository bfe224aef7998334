"""Scorecards and trends as one web page that needs nothing else: no script, no link, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape, unescape

from kpidesk import paths
from kpidesk.core.counted import counted_words
from kpidesk.core.kpis import Kpi
from kpidesk.core.receipt_codes import PROVEN
from kpidesk.core.scorecards import COACHING, Row, Scorecard, begins_coaching
from kpidesk.core.status import status_symbol
from kpidesk.core.term_words import terms_unsaid
from kpidesk.core.trend_words import explanations
from kpidesk.core.trends import Trend, TrendPoint
from kpidesk.exporting.safe_text import printable
from kpidesk.exporting.svg_form import bullet, chart, sparkline
from kpidesk.exporting.trend_forms import note_texts, part_texts, part_titles
from kpidesk.exporting.words import (
    LUCK,
    card_receipts,
    change_text,
    family_of,
    goal_texts,
    heading,
    interval_text,
    known_words,
    long_run_text,
    member_cells,
    notes,
    point_goals,
    point_interval,
    point_rests,
)

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
RIGHT = ' class="number"'
CARD_TITLES = ("Actual", "Baseline", "Minimum", "Target", "Stretch", "Against target", "Trend", "Status")
GOALS = ("Baseline", "Minimum", "Target", "Stretch")
NUMBER_TITLES = frozenset(("Actual", *GOALS))


def scorecard_html(card: Scorecard) -> bytes:
    """A scorecard as a page: each KPI with its goals, a bullet graph, its trend and its standing."""
    known = known_words(card.as_of, card.age_days, running=card.running_words, definitions=card.definitions)
    body = (
        _head("Sales scorecard", heading(card), known),
        card_html(card, heading(card)),
        _notes(notes(card)),
        _counted_html(row.kpi for row in card.rows),
        receipts_html(card_receipts(card)),
    )
    return web_page(card.title, (*body, terms_html(body), _foot(card.sources)))


def trend_html(trend: Trend) -> bytes:
    """A trend as a page: the chart, what it shows in words, and its numbers as a table."""
    titles = ("Period", "Actual", LUCK, "Minimum", "Target", "Stretch", *part_titles(trend))
    body = (
        _head(trend.kpi.name, trend.sentence, known_words(trend.as_of, definitions=trend.definitions)),
        _notes(explanations(trend)),
        chart(trend),
        _noted(trend),
        _table(trend.title, titles, [_trend_line(trend, at, point) for at, point in enumerate(trend.points)]),
        _notes(trend.notices),
        _counted_html((trend.kpi,)),
        receipts_html(trend.receipts),
    )
    return web_page(trend.title, (*body, terms_html(body), _foot(())))


def card_html(card: Scorecard, caption: str) -> str:
    """The rows of a scorecard as a table; goals that no row has are no columns."""
    shown = _goals_shown(card)
    titles = (*member_cells(card), *(title for title in CARD_TITLES if title not in GOALS or title in shown))
    return _table(caption, titles, _card_lines(card, shown, len(titles)))


def _goals_shown(card: Scorecard) -> tuple[str, ...]:
    """Which of the goals any row has; the target always."""
    found = [dict(zip(GOALS, _goal_cells(card, row), strict=True)) for row in card.rows]
    return tuple(title for title in GOALS if title == "Target" or any(cells[title] for cells in found))


def _goal_cells(card: Scorecard, row: Row) -> tuple[str, ...]:
    goals = goal_texts(row, card.currency)
    return goals.baseline, goals.minimum, goals.target, goals.stretch


def web_page(title: str, body: Iterable[str], styles: Sequence[str] = ("page",)) -> bytes:
    """A whole page with the style sheets written into it, and nothing that could run or be fetched."""
    themes = paths.resources() / "themes"
    style = "".join((themes / f"{name}.css").read_text(encoding="utf-8") for name in styles)
    return "\n".join((
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{safe(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>",
        *(part for part in body if part),
        "</main>\n</body>\n</html>\n",
    )).encode()  # fmt: skip


def safe(text: str) -> str:
    """Text of unknown origin as it may stand in a page."""
    return escape(printable(text))


def _head(title: str, under: str, known: str) -> str:
    return f'<h1>{safe(title)}</h1>\n<p class="under">{safe(under)}</p>\n<p class="known">{safe(known)}</p>'


def _table(caption: str, titles: Sequence[str], lines: Iterable[str]) -> str:
    head = "".join(f'<th scope="col"{RIGHT if title in NUMBER_TITLES else ""}>{safe(title)}</th>' for title in titles)
    rows = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f'<div class="frame"><table>\n<caption>{safe(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>"
    )


def _card_lines(card: Scorecard, goals: Sequence[str], width: int) -> Iterator[str]:
    """The rows; in a breakdown those of each KPI under a line with its name, coaching metrics under theirs."""
    before = None
    for at, (row, names) in enumerate(zip(card.rows, zip(*member_cells(card).values(), strict=True), strict=True)):
        if begins_coaching(card, at):
            yield f'<th scope="rowgroup" class="group" colspan="{width}">{COACHING}</th>'
        if card.question.by and row.kpi != before:
            title = f"{safe(row.kpi.name)}{small(row.kpi.sentence)}"
            yield f'<th scope="rowgroup" class="group" colspan="{width}">{title}</th>'
            before = row.kpi
        yield _card_line(card, row, names, goals)


def _card_line(card: Scorecard, row: Row, names: Sequence[str], shown: Sequence[str]) -> str:
    family, goals = family_of(row), dict(zip(GOALS, _goal_cells(card, row), strict=True))
    interval = interval_text(row, card.currency)
    luck = f"{LUCK.lower()} {interval}" if interval else ""
    rests = " · ".join(part for part in (row.sample_text, long_run_text(row), luck) if part)
    first = _name(names[0], row.kpi.sentence if names[0] == row.kpi.name else "")
    cells = [first, *(f"<td>{safe(name)}</td>" for name in names[1:])]
    cells.append(f'<td class="number actual">{safe(row.value_text)}{small(rests)}</td>')
    cells += [f"<td{RIGHT}>{safe(goals[title])}</td>" for title in shown]
    cells += [f"<td>{bullet(row, family)}</td>", f"<td>{sparkline(row.spark, family, adds_up=row.kpi.prorated)}</td>"]
    badge = f'<span class="badge {family}">{status_symbol(row.status)} {safe(row.status_words)}</span>'
    cells.append(f"<td>{badge}{small(change_text(row))}{small(row.noticeable)}</td>")
    return "".join(cells)


def _name(name: str, sentence: str) -> str:
    return f'<th scope="row">{safe(name)}{small(sentence)}</th>'


def small(text: str) -> str:
    """What stands in small letters under something; nothing where there is nothing to say."""
    return f"<small>{safe(text)}</small>" if text else ""


def _trend_line(trend: Trend, at: int, point: TrendPoint) -> str:
    label = point.period.label + (f", {point.not_over_note}" if point.partial else "")
    cells = [_name(label, ""), f'<td class="number actual">{safe(point.value_text)}{small(point_rests(point))}</td>']
    cells.append(f"<td>{safe(point_interval(trend, point))}</td>")
    cells += [f"<td{RIGHT}>{safe(text)}</td>" for text in (*point_goals(trend, point), *part_texts(trend, at))]
    return "".join(cells)


def _noted(trend: Trend) -> str:
    """What happened, as a list under the numbers of the chart."""
    listed = "".join(f"<li>{safe(text)}</li>" for text in note_texts(trend))
    return f'<h2 class="noted">Notes</h2>\n<ul class="notes">{listed}</ul>' if listed else ""


def _notes(texts: Iterable[str]) -> str:
    listed = "".join(f"<li>{safe(text)}</li>" for text in texts)
    return f'<ul class="notes">{listed}</ul>' if listed else ""


def _counted_html(kpis: Iterable[Kpi]) -> str:
    """What each KPI counts, in a sentence and as its formula; nothing of one that says neither."""
    each = {kpi.name: counted_words(kpi) for kpi in kpis}
    listed = "".join(f"<div><dt>{safe(name)}</dt><dd>{safe(words)}</dd></div>" for name, words in each.items() if words)
    return f'<section class="counted">\n<h2>How these are counted</h2>\n<dl>{listed}</dl>\n</section>' if listed else ""


def receipts_html(receipts: Sequence[tuple[str, str]]) -> str:
    """The codes of the numbers of a page as a list in small letters; nothing without any."""
    if not receipts:
        return ""
    listed = "".join(f"<div><dt>{safe(name)}</dt><dd>{safe(code)}</dd></div>" for name, code in receipts)
    head = f'<h2>Receipts</h2>\n<p class="known">{safe(PROVEN)}</p>'
    return f'<section class="receipts">\n{head}\n<dl>{listed}</dl>\n</section>'


def terms_html(body: Iterable[str]) -> str:
    """What the terms in the parts of a page mean."""
    told = terms_unsaid(unescape(re.sub(r"<[^>]*>", " ", part)) for part in body)
    return f'<p class="known">{safe(told)}</p>' if told else ""


def _foot(sources: Sequence[str]) -> str:
    return f"<footer>{' · '.join(safe(text) for text in ('KPI Desk', 'confidential', *sources))}</footer>"
