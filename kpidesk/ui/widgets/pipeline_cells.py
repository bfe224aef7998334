"""The figures of the strip above a pipeline: coverage and forecast as they are shown, with their arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kpidesk.core.default_method import STANDS
from kpidesk.core.forecast_words import LIKELY_ENOUGH, chance_of_target, known_parts, verdict_of
from kpidesk.core.forecasts import RANGE, ForecastView, Method
from kpidesk.core.formats import NOTHING, format_value
from kpidesk.core.papers import MIDDLE, PaperMark, PaperRange
from kpidesk.core.pipeline import Coverage, Figure, Pick, Pipeline
from kpidesk.core.rate_words import ADD_RATE
from kpidesk.core.receipts import Opens

SUMS = "Shows how it is worked out"
DEALS = "Shows the deals"
MADE_OF = "Shows what it is made of, with its receipt"


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: its name, the text, a note below, and what a click on it shows.

    That is the rows of a KPI (`opens`), else deals (`pick`), else the arithmetic where it `has_sums`. `is_short` marks
    what is not enough.
    """

    name: str
    text: str
    note: str = ""
    pick: Pick | None = None
    opens: Opens | None = None
    has_sums: bool = False
    is_short: bool = False

    @property
    def can_open(self) -> bool:
        """Whether a click shows anything."""
        return self.has_sums or self.pick is not None or self.opens is not None

    @property
    def said(self) -> str:
        """The figure as a sentence."""
        return f"{self.name}: {self.text}{f', {self.note}' if self.note else ''}"

    @property
    def hint(self) -> str:
        """What a click does."""
        if self.opens is not None and self.opens.kpi_id.startswith(RANGE):
            return MADE_OF
        return DEALS if self.pick is not None or self.opens is not None else SUMS if self.has_sums else ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast as the strip shows it: heading, the range as text and drawn, and what is known.

    `details` are what it counts on besides, and how such forecasts did: they stand with the arithmetic.
    """

    heading: str
    text: str
    shown: PaperRange | None
    known: str
    sentence: str
    details: tuple[str, ...] = ()


def cells_of(found: Pipeline, view: ForecastView | None) -> tuple[Cell, ...]:
    """What is won, what is open and due, what that covers, and the pipeline still to create."""
    coverage = found.coverage
    period = found.question.period.label
    cells = [
        _amount(f"Open and due in {period}", coverage.due, _due_note(coverage)),
        _amount(f"Won in {period}", coverage.won, _won_note(coverage)),
        _rest(coverage, _verdict(view)),
    ]
    if view is not None and view.to_create is not None:
        cells.append(Cell("Pipeline still to create", view.to_create.text, f"for {period}", has_sums=True))
    elif view is not None and view.running and view.why_missing("to_create"):
        cells.append(Cell("Pipeline still to create", NOTHING, _reason(view.why_missing("to_create"))))
    return _advised_once(cells, is_told=any(ADD_RATE in one for one in found.notices))


def _advised_once(cells: Sequence[Cell], *, is_told: bool) -> tuple[Cell, ...]:
    """The figures, of which the first that lacks a rate says what to do, unless the page does already."""
    lacking = [at for at, one in enumerate(cells) if ADD_RATE in one.note][not is_told :]
    return tuple(
        replace(one, note=one.note.partition(f": {ADD_RATE}")[0]) if at in lacking else one
        for at, one in enumerate(cells)
    )


def _amount(name: str, figure: Figure, note: str) -> Cell:
    return Cell(
        name, figure.text, note if figure.value is not None else _reason(figure.reason), figure.pick, figure.opens
    )


def _due_note(coverage: Coverage) -> str:
    """What the open deals due cover of the whole target, and how much of them is qualified."""
    covers = f"{coverage.of_target.text} of the target" if coverage.of_target.value is not None else ""
    part = f"{coverage.qualified.text} qualified" if coverage.is_part else ""
    return " · ".join(one for one in (covers, part) if one)


def _won_note(coverage: Coverage) -> str:
    if coverage.target.value is None:
        return ""
    left = f"{coverage.left.text} left" if coverage.left.value is not None else coverage.left.reason
    return f"of the {coverage.target.text} target · {left}"


def _verdict(view: ForecastView | None) -> str:
    """What the forecast says of the target where it is likely to be reached; "" where it is not, or nothing is said."""
    method = view.forecast if view is not None else None
    if view is None or method is None or not view.running:
        return ""
    chance = chance_of_target(method)
    return verdict_of(view, method) if chance is not None and chance >= LIKELY_ENOUGH else ""


def _rest(coverage: Coverage, outlook: str) -> Cell:
    """How often the pipeline that counts covers what is left, against how often it must.

    What is open by now is not all that will be won: where the forecast sees the target reached (`outlook`), too little
    of it is no alarm.
    """
    name = "Qualified deals cover what is left" if coverage.is_part else "Covers what is left"
    judged, is_short = coverage.judged, coverage.is_enough is False
    if judged.value is None:
        return Cell(name, NOTHING, _reason(judged.reason))
    every = f" · {coverage.of_rest.text} with all open deals" if coverage.is_part else ""
    if coverage.needed.value is None:
        return Cell(name, judged.text, f"of {coverage.left.text}{every}", has_sums=True)
    verdict = "Enough" if not is_short else "Not enough alone" if outlook else "▼ Not enough alone"
    others = f". With deals due later or new: {outlook}" if is_short and outlook else ""
    whose = f"the win rate of {coverage.rate_of}" if coverage.rate_of else "your win rate"
    note = f"{verdict}: {whose} needs {coverage.needed.text}{every}{others}"
    return Cell(name, judged.text, note, has_sums=True, is_short=is_short and not outlook)


def _reason(text: str) -> str:
    """Why there is no figure, as it stands below one."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}"


def sums_of(coverage: Coverage, view: ForecastView | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The arithmetic of coverage and of the pipeline still to create, line by line under its name."""
    create = view.to_create if view is not None else None
    created = (*create.lines, *create.notes) if create is not None else ()
    found = (("Coverage", coverage.lines), ("Pipeline still to create", created))
    return tuple((name, lines) for name, lines in found if lines)


def outlook_of(view: ForecastView) -> Outlook:
    """The forecast that stands for a period; without one, in words why there is none."""
    period = view.question.period.label
    heading = f"{view.kpi.name} · {f'forecast for {period}' if view.running else period}"
    method = view.forecast
    if method is None or method.found is None:
        reason = next((one.reason for one in view.methods if one.reason), view.default_words)
        text = f"{view.won_text} won"
        return Outlook(heading, text, None, reason, f"{heading}: {text}. {reason}")
    shown = range_of(view, method)
    known, rest = known_parts(view)
    details = tuple(filter(None, (rest, view.default_words.partition(STANDS)[0])))
    sentence = shown.sentence if shown is not None else f"{heading}: {method.found.point_text}."
    return Outlook(heading, method.found.text or method.found.point_text, shown, known, sentence, details)


def range_of(view: ForecastView, method: Method) -> PaperRange | None:
    """A method's range with what is won so far and the target; None for a point without a range."""
    found = method.found
    if found is None or found.low is None or found.high is None:
        return None
    marks = [PaperMark("Won", view.won, view.won_text)]
    if view.target is not None:
        marks.append(PaperMark("Target", view.target, view.target_text))
    low, high = (format_value(end, "money", view.currency) for end in (found.low, found.high))
    aims = f" The target is {view.target_text}." if view.target is not None else ""
    sentence = f"{view.won_text} won so far; likely {found.text} by the end, {MIDDLE.lower()} {found.point_text}.{aims}"
    return PaperRange(sentence, found.low, found.point, found.high, low, found.point_text, high, tuple(marks))
