"""Scorecards and trends as one web page that needs nothing else: no script, no link, light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from kpidesk import paths
from kpidesk.core.scorecards import Row, Scorecard
from kpidesk.core.status import status_symbol
from kpidesk.core.trends import Trend, TrendPoint
from kpidesk.exporting.safe_text import printable
from kpidesk.exporting.svg_form import bullet, chart, sparkline
from kpidesk.exporting.words import (
    family_of,
    goal_texts,
    heading,
    interval_text,
    key_cells,
    key_lines,
    known_words,
    notes,
    point_goals,
    point_interval,
)

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
RIGHT = ' class="number"'
CARD_TITLES = ("Actual", "Baseline", "Minimum", "Target", "Stretch", "Against target", "Trend", "Status")
NUMBER_TITLES = frozenset(("Actual", "Baseline", "Minimum", "Target", "Stretch"))


def scorecard_html(card: Scorecard) -> bytes:
    """A scorecard as a page: each KPI with its goals, a bullet graph, its trend and its standing."""
    titles = (*key_cells(card), *CARD_TITLES)
    lines = [_card_line(card, row, names) for row, names in zip(card.rows, key_lines(card), strict=True)]
    known = known_words(card.as_of, card.age_days, running=card.running)
    body = (
        _head("Sales scorecard", heading(card), known),
        _table(heading(card), titles, lines),
        _notes(notes(card)),
        _foot(card.sources),
    )
    return _page(card.title, body)


def trend_html(trend: Trend) -> bytes:
    """A trend as a page: the chart, what it shows in words, and its numbers as a table."""
    titles = ("Period", "Actual", "95% interval", "Minimum", "Target", "Stretch")
    body = (
        _head(trend.kpi.name, trend.sentence, known_words(trend.as_of)),
        chart(trend),
        _table(trend.title, titles, [_trend_line(trend, point) for point in trend.points]),
        _notes(trend.notices),
        _foot(()),
    )
    return _page(trend.title, body)


def _page(title: str, body: Iterable[str]) -> bytes:
    style = (paths.resources() / "themes" / "page.css").read_text(encoding="utf-8")
    return "\n".join((
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_safe(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>",
        *(part for part in body if part),
        "</main>\n</body>\n</html>\n",
    )).encode()  # fmt: skip


def _safe(text: str) -> str:
    return escape(printable(text))


def _head(title: str, under: str, known: str) -> str:
    return f'<h1>{_safe(title)}</h1>\n<p class="under">{_safe(under)}</p>\n<p class="known">{_safe(known)}</p>'


def _table(caption: str, titles: Sequence[str], lines: Iterable[str]) -> str:
    head = "".join(f'<th scope="col"{RIGHT if title in NUMBER_TITLES else ""}>{_safe(title)}</th>' for title in titles)
    rows = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f'<div class="frame"><table>\n<caption>{_safe(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>"
    )


def _card_line(card: Scorecard, row: Row, names: Sequence[str]) -> str:
    goals, family = goal_texts(row, card.currency), family_of(row)
    interval = interval_text(row, card.currency)
    rests = " · ".join(part for part in (row.sample_text, interval) if part)
    first = _name(names[0], row.kpi.sentence if names[0] == row.kpi.name else "")
    cells = [first, *(f"<td>{_safe(name)}</td>" for name in names[1:])]
    cells.append(f'<td class="number actual">{_safe(row.value_text)}{_small(rests)}</td>')
    cells += [f"<td{RIGHT}>{_safe(text)}</td>" for text in (goals.baseline, goals.minimum, goals.target, goals.stretch)]
    cells += [f"<td>{bullet(row, family)}</td>", f"<td>{sparkline(row.spark, family)}</td>"]
    cells.append(f'<td><span class="badge {family}">{status_symbol(row.status)} {_safe(row.status_words)}</span></td>')
    return "".join(cells)


def _name(name: str, sentence: str) -> str:
    return f'<th scope="row">{_safe(name)}{_small(sentence)}</th>'


def _small(text: str) -> str:
    return f"<small>{_safe(text)}</small>" if text else ""


def _trend_line(trend: Trend, point: TrendPoint) -> str:
    label = point.period.label + (", not over" if point.partial else "")
    cells = [_name(label, ""), f'<td class="number actual">{_safe(point.value_text)}{_small(point.sample_text)}</td>']
    cells.append(f"<td>{_safe(point_interval(trend, point))}</td>")
    cells += [f"<td{RIGHT}>{_safe(text)}</td>" for text in point_goals(trend, point)]
    return "".join(cells)


def _notes(texts: Iterable[str]) -> str:
    listed = "".join(f"<li>{_safe(text)}</li>" for text in texts)
    return f'<ul class="notes">{listed}</ul>' if listed else ""


def _foot(sources: Sequence[str]) -> str:
    return f"<footer>{' · '.join(_safe(text) for text in ('KPI Desk', 'confidential', *sources))}</footer>"
