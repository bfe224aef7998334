"""What the pipeline page shows in each place of its table of stages, and the words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kpidesk.core.formats import NOTHING, count_text, day_text
from kpidesk.core.pipeline import BridgeStep, Conversion, Figure, Pick, PickKind, StageDays, StageLine, Stages
from kpidesk.core.term_words import term_words

Tone = Literal["", "muted", "good", "watch"]
TOTAL = "All stages"
NO_STAGE = "Without a stage"
GONE = "no longer in the CRM"
PACES: dict[str, tuple[str, Tone]] = {"slower": ("▲ slower", "watch"), "faster": ("▼ faster", "good")}
AGAINST: dict[str, tuple[str, Tone]] = {"lower": ("▼ now lower", "watch"), "higher": ("▲ now higher", "good")}
_NO_PACE: tuple[str, Tone] = ("", "")
PICKED: dict[PickKind, str] = {
    "open": "Open deals", "entered": "Came into the stage", "exited": "Left the stage",
    "cohort": "Came into the stage in the period", "advanced": "Went on to the next stage or further",
    "waiting": "Not decided yet", "stays": "Stays that ended in the period", "usual": "Stays before",
    "stalled": "Long in their stage", "move": "What moved", "bridge": "How the pipeline changed",
    "due": "Open and due in the period", "qualified": "Open, qualified and due in the period",
    "account": "All its deals, open ones first",
}  # fmt: skip
"""What the deals behind a number are called above their list."""


@dataclass(frozen=True, slots=True)
class Face:
    """One place of the table: its text, a smaller line below, and the deals behind it.

    `bar` is a fraction of the longest one, None for no bar; `tone` colours the line below, which says it in words too;
    `said` is the place as a sentence.
    """

    text: str
    below: str = ""
    pick: Pick | None = None
    bar: float | None = None
    tone: Tone = ""
    said: str = ""
    is_pale: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table; `note` is the smaller line below its name."""

    name: str
    faces: tuple[Face, ...]
    note: str = ""
    said: str = ""
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Laid:
    """The stages laid out: titles above the columns, the lines with the total last; `wide` is the column of bars."""

    titles: tuple[str, ...]
    lines: tuple[Line, ...]
    wide: int = 0


def laid_out(stages: Stages) -> Laid:
    """The stages as they stand in the table; without a history only what is open."""
    has_past = not stages.reason
    longest, by_amount = _longest(stages.lines)
    titles: tuple[str, ...] = ("Open pipeline", "Deals") if by_amount else ("Open deals",)
    if has_past:
        titles += ("Came in", "Left", "Went on to the next", "Usually went on", "Still open", "Days in stage")
    lines = [_line(one, longest, by_amount=by_amount, has_past=has_past) for one in stages.lines]
    if len(stages.lines) > 1:
        lines.append(_total(stages, len(titles), by_amount=by_amount))
    return Laid(titles, tuple(lines))


def stage_terms(stages: Stages) -> str:
    """What the terms mean that stand in the table of stages."""
    faces = (one for line in laid_out(stages).lines for one in line.faces)
    return term_words(*(text for one in faces for text in (one.below, one.said)))


def _longest(lines: Sequence[StageLine]) -> tuple[float, bool]:
    """The largest amount, or the largest count where no file gives an amount."""
    amounts = max((line.amount.value or 0.0 for line in lines), default=0.0)
    return (amounts, True) if amounts > 0 else (max((line.open.value or 0.0 for line in lines), default=0.0), False)


def _line(line: StageLine, longest: float, *, by_amount: bool, has_past: bool) -> Line:
    name = line.label or line.stage or NO_STAGE
    size = line.amount if by_amount else line.open
    bar = max(0.0, size.value or 0.0) / longest if longest > 0 else None
    faces = [replace(_face(size, f"{name}: {size.text} open"), bar=bar)]
    if by_amount:
        faces.append(_face(line.open, f"{name}: {line.open.text} deals open"))
    if has_past:
        faces += (
            _face(line.entered, f"{name}: {line.entered.text} came in"),
            _face(line.exited, f"{name}: {line.exited.text} left"),
            _conversion(line.conversion, name),
            _usual(line.conversion, name),
            _face(line.conversion.waiting, f"{name}: {line.conversion.waiting.text} still open"),
            _days(line.days, name),
        )
    return Line(name, tuple(faces), GONE if line.removed else "", line.sentence)


def _face(figure: Figure, said: str) -> Face:
    """A number with its deals; one that nothing stands behind is pale."""
    return Face(figure.text or NOTHING, pick=figure.pick, said=said, is_pale=not figure.value)


def _conversion(found: Conversion, name: str) -> Face:
    if found.value is None:
        said = f"{name}: no share that went on to the next stage. {found.reason}".strip()
        return Face(found.text or NOTHING, "", found.entered.pick, said=said, is_pale=True)
    counts = f"{found.advanced.text} of {found.entered.text}{'' if found.mature else ' so far'}"
    below = " · ".join(part for part in (found.interval_text, counts) if part)
    said = f"{name}: {found.text} went on to the next stage, {found.words}"
    between = f", likely {found.interval_text}" if found.interval_text else ""
    return Face(found.text, below, found.entered.pick, said=said + between, is_pale=found.few)


def _usual(found: Conversion, name: str) -> Face:
    """The share of the periods before; that the present one is lower or higher is said where luck hardly brings it."""
    early: tuple[str, Tone] = ("too early to compare", "") if not found.mature and found.value is not None else _NO_PACE
    words, tone = AGAINST.get(found.against, early)
    said = f"{name}: usually {found.usual_text} of {count_text(found.usual_n)} went on"
    if found.usual is None:
        return Face(NOTHING, said=f"{name}: how many usually went on is not known", is_pale=True)
    return Face(found.usual_text, words, tone=tone, said=f"{said}, {words}" if words else said)


def _days(found: StageDays, name: str) -> Face:
    if found.median.value is None:
        usual = f"usually {found.usual.text}" if found.usual.value is not None else ""
        said = f"{name}: {found.words or 'no stay ended in the period'}"
        return Face(found.median.text or NOTHING, usual, found.usual.pick, said=said, is_pale=True)
    words, tone = PACES.get(found.pace, _NO_PACE)
    usual = f"usually {found.usual.text}" if found.usual.value is not None else ""
    below = " · ".join(part for part in (words, usual) if part)
    return Face(found.median.text, below, found.median.pick, tone=tone, said=f"{name}: {found.words}")


def _total(stages: Stages, columns: int, *, by_amount: bool) -> Line:
    faces = [_face(stages.total_open, f"{TOTAL}: {stages.total_open.text} deals open")]
    if by_amount:
        faces.insert(0, _face(stages.total_amount, f"{TOTAL}: {stages.total_amount.text} open"))
    faces += [Face("") for _ in range(columns - len(faces))]
    return Line(TOTAL, tuple(faces), is_total=True)


def step_sentence(step: BridgeStep) -> str:
    """A step of a bridge for screen readers: "Pushed −$40.0K, 3 deals"."""
    return f"{step.label} {step.amount_text}, {step.deals:,} {'deal' if step.deals == 1 else 'deals'}"


def picked_title(pick: Pick, label: str = "") -> str:
    """What a list of deals is called: "Proposal · Open deals"."""
    since = f"since {day_text(pick.since)}" if pick.since is not None else ""
    return " · ".join(part for part in (label, PICKED[pick.kind], since) if part)


def as_sentence(text: str) -> str:
    """A reason as a sentence of its own: "needs history" becomes "Needs history."."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}." if text else ""
