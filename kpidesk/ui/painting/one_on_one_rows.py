"""The rows of a one-on-one on paper: a promise, the deals of a fact, a KPI, a deal at risk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from kpidesk.core.formats import day_text
from kpidesk.core.review_words import (
    SETTLED_STATUS,
    age_words,
    fact_count,
    has_ages,
    has_steps,
    more_text,
    owner_text,
    promise_told,
    proof_words,
    risk_text,
    words_beside,
)
from kpidesk.core.reviews import SETTLED_WORDS, Fact, FactDeal, Line, Promise, RiskDeal, Sheet
from kpidesk.core.wording import capital
from kpidesk.ui.painting.cells import paint_cell
from kpidesk.ui.painting.look import LEFT, MEDIUM, RIGHT, SEMIBOLD, Look, width_of
from kpidesk.ui.painting.marks import paint_badge
from kpidesk.ui.painting.pages import Block
from kpidesk.ui.painting.scorecard_page import LEAST_SPARK
from kpidesk.ui.painting.writing import broken, plain, stacked, write, write_lines

BADGE = 112.0
ASIDE = 170.0
STEP = 19.0
MOST_LINES = 3
MOST_STEP_LINES = 4
ROW, RISK_ROW = 46.0, 40.0
HEADER = 26.0
LABEL = 150.0
KPI_SHARES = (0.35, 0.1, 0.1, 0.15, 0.11, 0.19)
KPI_TITLES = ("KPI", "Actual", "Target", "Against target", "Trend", "Status")
CLOSES_AGE, NEXT = "Closes, age", "Next step"
RISK_SHARES = {"Deal": 0.285, "Value": 0.105, "Stage": 0.18, "Closes": 0.13, "Why": 0.30}
AGED_SHARES = {"Deal": 0.255, "Value": 0.105, "Stage": 0.16, CLOSES_AGE: 0.14, "Why": 0.34}
STEP_SHARES = {"Deal": 0.19, "Value": 0.105, "Stage": 0.13, CLOSES_AGE: 0.12, "Why": 0.295, NEXT: 0.16}
"""How wide the columns of the deals at risk are; sheets of older versions tell no age and no next step."""
_NUMBERS = frozenset(("Actual", "Target", "Value", "Trend"))


def promise_block(sheet: Sheet, promise: Promise, look: Look, width: float) -> Block:
    """A commitment of an earlier meeting: what became of it first, then the words, who, and by when."""
    commitment, settled = promise.commitment, promise.settlement
    inner = width - BADGE - ASIDE - 16
    lines = broken(commitment.text, look.font(13, SEMIBOLD), inner, 3) or [""]
    told = (broken(words, look.font(12), inner, 2) for words in (promise_told(promise), proof_words(promise)) if words)
    under = [line for lines in told for line in lines]

    def paint(painter: QPainter, rect: QRectF) -> None:
        top = rect.top() + 8
        badge = QRectF(rect.left(), top - 2, BADGE - 8, 24)
        paint_badge(painter, badge, SETTLED_WORDS[settled.state], SETTLED_STATUS[settled.state], look)
        box = QRectF(rect.left() + BADGE, top, inner, rect.height())
        write_lines(painter, box, lines, look.font(13, SEMIBOLD), look.color("ink"), STEP)
        below = box.translated(0, STEP * len(lines))
        write_lines(painter, below, under, look.font(12), look.color("muted"), 17)
        who = QRectF(rect.right() - ASIDE, top, ASIDE, STEP)
        write(painter, who, owner_text(sheet, commitment.owner), look.font(13, MEDIUM), look.color("ink"), RIGHT)
        due = f"due {day_text(commitment.due)}"
        write(painter, who.translated(0, STEP), due, look.font(12), look.color("muted"), RIGHT)
        _rule(painter, rect, look)

    return Block(max(STEP * len(lines) + 17 * len(under), 2 * STEP) + 15, paint)


def _rule(painter: QPainter, rect: QRectF, look: Look) -> None:
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.color("border"))


def fact_block(fact: Fact, look: Look, width: float, most: int) -> Block:
    """All that changed in one way: the kind and its total at the left, `most` of the deals beside it.

    One more takes no more room than the line that would say so.
    """
    most += len(fact.deals) == most + 1
    deals = [_fact_deal(deal, look, width - LABEL) for deal in fact.deals[:most]]
    if len(fact.deals) > most:
        deals.append(_more(len(fact.deals) - most, look))
    beside = stacked(deals) if deals else Block(STEP, lambda _painter, _rect: None)
    total = f"{fact_count(fact)}, {fact.amount_text}" if fact.amount_text else fact_count(fact)
    told = broken(total, look.font(12), LABEL - 12, MOST_LINES)

    def paint(painter: QPainter, rect: QRectF) -> None:
        head = QRectF(rect.left(), rect.top() + 6, LABEL - 12, STEP)
        write(painter, head, fact.label, look.font(13, SEMIBOLD), look.color("ink"))
        write_lines(painter, head.translated(0, STEP - 1), told, look.font(12), look.color("muted"), STEP - 2)
        beside.paint(painter, QRectF(rect.left() + LABEL, rect.top() + 6, rect.width() - LABEL, beside.height))
        _rule(painter, rect, look)

    return Block(max(beside.height, (1 + len(told)) * STEP) + 13, paint)


def _fact_deal(deal: FactDeal, look: Look, width: float) -> Block:
    """Name and account, value, and what changed, in columns; a long change goes on below."""
    named, worth = width * 0.44, width * 0.12
    left = named + worth + 16
    changed = broken(deal.change, look.font(12), width - left, MOST_LINES)
    told = broken(deal.amount_text, look.font(13), worth, 2)  # a band needs two lines

    def paint(painter: QPainter, rect: QRectF) -> None:
        name = QRectF(rect.left(), rect.top(), named, STEP)
        _name_and_account(painter, name, deal.name, deal.account, look)
        amount = QRectF(name.right(), rect.top(), worth, STEP)
        write_lines(painter, amount, told, look.font(13), look.color("ink"), STEP - 2, RIGHT)
        change = QRectF(rect.left() + left, rect.top(), rect.width() - left, STEP)
        write_lines(painter, change, changed, look.font(12), look.color("muted"), STEP - 2)

    return Block(STEP + (STEP - 2) * max(0, len(changed) - 1, len(told) - 1), paint)


def _more(count: int, look: Look) -> Block:
    def paint(painter: QPainter, rect: QRectF) -> None:
        write(painter, rect, more_text(count), look.font(12), look.color("muted"))

    return Block(STEP, paint)


def _name_and_account(painter: QPainter, rect: QRectF, name: str, account: str, look: Look) -> None:
    """A deal and whose it is on one line; a long name leaves the account out rather than cutting both."""
    font = look.font(13)
    wide = min(width_of(font, plain(name)) + 1, rect.width())
    write(painter, QRectF(rect.left(), rect.top(), wide, rect.height()), name, font, look.color("ink"))
    rest = rect.adjusted(wide + 8, 0, 0, 0)
    if account and account != name and rest.width() > 40:
        write(painter, rest, account, look.font(12), look.color("muted"))


def _columns(rect: QRectF, shares: tuple[float, ...]) -> Iterator[QRectF]:
    left = rect.left() - 8
    for share in shares:
        wide = share * (rect.width() + 16)
        yield QRectF(left, rect.top(), wide, rect.height())
        left += wide


def _header(titles: tuple[str, ...], shares: tuple[float, ...], look: Look) -> Block:
    def paint(painter: QPainter, rect: QRectF) -> None:
        for cell, title in zip(_columns(rect, shares), titles, strict=True):
            align: Qt.AlignmentFlag = RIGHT if title in _NUMBERS else LEFT
            write(painter, cell.adjusted(8, 0, -8, 0), title, look.font(12, MEDIUM), look.color("muted"), align)
        _rule(painter, rect, look)

    return Block(HEADER, paint)


def kpi_header(look: Look) -> Block:
    """The titles over the KPIs."""
    return _header(KPI_TITLES, KPI_SHARES, look)


def kpi_block(line: Line, look: Look, width: float) -> Block:
    """One KPI: its words first, then value, target, bullet, trend and status."""
    row, ground = line.row, look.color("surface")
    valued = sum(point.value is not None for point in row.spark)
    wide = _widths(width, KPI_SHARES)[0]
    told = " · ".join(part for part in (capital(words_beside(line)), line.team) if part)
    words = broken(told, look.font(12), wide, MOST_LINES + 1)
    called = broken(row.kpi.name, look.font(13, SEMIBOLD), wide, MOST_LINES)

    def paint(painter: QPainter, rect: QRectF) -> None:
        name, actual, target, bullet, trend, status = _columns(rect, KPI_SHARES)
        _named(painter, name.adjusted(8, 0, -8, 0), called, words, look)
        write(painter, actual.adjusted(8, 0, -8, 0), row.value_text, look.font(14, SEMIBOLD), look.color("ink"), RIGHT)
        paint_cell(painter, target, row, "target", look, ground)
        paint_cell(painter, bullet, row, "bullet", look, ground)
        if valued >= LEAST_SPARK:
            paint_cell(painter, trend, row, "trend", look, ground)
        paint_cell(painter, status, row, "status", look, ground)
        _rule(painter, rect, look)

    return Block(_row_height(len(words) + len(called)), paint)


def _row_height(lines: int) -> float:
    """How high a row with so many lines in one cell is."""
    return ROW + 17 * max(0, lines - 2)


def _widths(width: float, shares: tuple[float, ...]) -> list[float]:
    """How much of each column text can fill."""
    return [cell.width() - 16 for cell in _columns(QRectF(0, 0, width, 0), shares)]


def _middle(cell: QRectF, lines: int) -> QRectF:
    """Where lines begin that stand in the middle of a cell."""
    return QRectF(cell.left(), cell.center().y() - 8.5 * lines, cell.width(), 17)


def _named(painter: QPainter, rect: QRectF, name: Sequence[str], under: Sequence[str], look: Look) -> None:
    """A name with what belongs to it underneath."""
    top = QRectF(rect.left(), rect.center().y() - 9 * (len(under) + len(name)), rect.width(), 18)
    write_lines(painter, top, name, look.font(13, SEMIBOLD), look.color("ink"), 18)
    write_lines(painter, top.translated(0, 18 * len(name)), under, look.font(12), look.color("muted"), 17)


def risk_columns(sheet: Sheet, *, writable: bool) -> dict[str, float]:
    """The columns of the deals at risk with their widths: with the next step where one is told or may be written."""
    if has_steps(sheet) or (writable and has_ages(sheet)):
        return STEP_SHARES
    return AGED_SHARES if has_ages(sheet) else RISK_SHARES


def risk_header(columns: dict[str, float], look: Look) -> Block:
    """The titles over the deals at risk."""
    return _header(tuple(columns), tuple(columns.values()), look)


def risk_block(sheet: Sheet, deal: RiskDeal, columns: dict[str, float], look: Look, width: float) -> Block:
    """One deal to talk about, with its reasons in words."""
    shares = tuple(columns.values())
    wide = dict(zip(columns, _widths(width, shares), strict=True))
    texts = {
        "Stage": deal.stage, "Closes": deal.close_date, "Why": risk_text(deal),
        NEXT: sheet.review.next_step(deal.deal_id),
    }  # fmt: skip
    most = MOST_STEP_LINES if NEXT in columns else MOST_LINES
    cells = {name: broken(texts[name], look.font(12), wide[name], most) for name in columns if name in texts}
    if CLOSES_AGE in columns:
        cells[CLOSES_AGE] = [one for one in (deal.close_date, age_words(deal)) if one]
    called = broken(deal.name, look.font(13, SEMIBOLD), wide["Deal"], MOST_LINES)
    account = broken(deal.account, look.font(12), wide["Deal"], 1)
    amount = broken(deal.amount_text, look.font(12, SEMIBOLD), wide["Value"], 2)  # a band needs two lines

    def paint(painter: QPainter, rect: QRectF) -> None:
        inner = dict(zip(columns, (one.adjusted(8, 0, -8, 0) for one in _columns(rect, shares)), strict=True))
        _named(painter, inner["Deal"], called, account, look)
        worth = _middle(inner["Value"], len(amount))
        write_lines(painter, worth, amount, look.font(12, SEMIBOLD), look.color("ink"), 17, RIGHT)
        for name, lines in cells.items():
            write_lines(painter, _middle(inner[name], len(lines)), lines, look.font(12), look.color("ink"), 17)
        _rule(painter, rect, look)

    highest = max(len(called) + len(account), *(len(lines) for lines in cells.values()))
    return Block(RISK_ROW + 17 * max(0, highest - 2), paint)
