"""The stages of one pipeline: how many deals stand in each, go on, and how long they take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from kpidesk.core.errors import UserError, nearest
from kpidesk.core.formats import between_words, count_text, format_interval, format_value
from kpidesk.core.pipeline import (
    Against,
    Conversion,
    Figure,
    Pace,
    Pick,
    PickKind,
    PipelineChoice,
    StageDays,
    StageLine,
    Stages,
)
from kpidesk.core.status import RESOLVED_FROM
from kpidesk.engine.pipeline_stages import StageNumbers
from kpidesk.engine.values import Floats
from kpidesk.operations.pipeline_given import Given, count_figure, money_figure, track_key
from kpidesk.operations.workspace import settings
from kpidesk.stats.intervals import median_interval, newcombe, wilson
from kpidesk.stats.medians import median_difference

HALF_A_YEAR = 182
UNKNOWN_STAGE = "No stage known"
PACE_WORDS: dict[Pace, str] = {
    "slower": "slower than usual",
    "faster": "faster than usual",
    "as_usual": "as usual",
    "unknown": "",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the layout of the pipeline shown."""

    known: Given
    found: StageNumbers
    at: int
    key: str

    @property
    def stage(self) -> str:
        return self.found.layout.stage[self.at]

    def pick(self, kind: PickKind) -> Pick:
        return Pick(kind, self.key, self.stage)

    @property
    def is_removed(self) -> bool:
        """Whether no deal has been in the stage in the period or in the four before it, half a year at the least."""
        last, asked = int(self.found.layout.last_used[self.at]), self.known.asked
        return not self.found.open[self.at] and last < min(asked.past.start, asked.window.start - HALF_A_YEAR)

    @property
    def reason(self) -> str:
        """Why nothing is told of entries and exits; deals only pass through a stage that is out of use."""
        return self.found.reason or ("out of use" if self.is_removed else "")


def choices_of(known: Given, found: StageNumbers | None) -> tuple[PipelineChoice, ...]:
    """Every pipeline of every source, most open deals first; one of them has the deals of unknown stage as well."""
    if found is None:
        return ()
    tracks = found.layout.tracks
    if not tracks:
        return ()
    held = np.bincount(found.layout.track, weights=found.open, minlength=len(tracks))
    held[0] += found.deals.weight[found.open_line < 0].sum()
    several = len({one.source for one in tracks}) > 1
    made = []
    for one, deals in zip(tracks, held.tolist(), strict=True):
        key = track_key(known.ws, one.source, one.word)
        made.append(PipelineChoice(key, _label(key, one.word, several=several), deals))
    return tuple(sorted(made, key=lambda one: (-one.deals, one.label)))


def _label(key: str, word: str, *, several: bool) -> str:
    source = key.partition("/")[0]
    if not word:
        return source if several else "All stages"
    return f"{word} ({source})" if several else word


def chosen_of(choices: tuple[PipelineChoice, ...], name: str) -> PipelineChoice | None:
    """The pipeline of a name, or the one with most open deals.

    Raises:
        UserError: there is none of that name.
    """
    if not name:
        return choices[0] if choices else None
    wanted = name.strip().casefold()
    for one in choices:
        if wanted in (one.key.casefold(), one.label.casefold(), one.key.partition("/")[2].casefold()):
            return one
    raise UserError(f"There is no pipeline '{name}'.", nearest(name, [one.label for one in choices]))


def stages_of(known: Given, found: StageNumbers, choice: PipelineChoice) -> Stages:
    """The stages of a pipeline in their order, those that are out of use last."""
    layout = found.layout
    track = next(at for at, one in enumerate(layout.tracks) if track_key(known.ws, one.source, one.word) == choice.key)
    at = np.flatnonzero(layout.track == track).tolist()
    lines = [_stage(_Line(known, found, one, choice.key)) for one in at]
    lines.sort(key=lambda one: (one.removed, one.position))
    if track == 0 and (found.open_line < 0).any():
        lines.append(_unknown(known, found, choice.key))
    inside = _inside(found, track)
    pick = Pick("open", choice.key)
    count = _flow(float(found.deals.weight[inside].sum()), pick, found.deals.reason)
    amount = _money(known, found, found.deals.amount[inside], float(found.deals.unrated[inside].sum()), pick)
    sentence = _sentence(choice, lines, count, amount)
    return Stages(choice, tuple(lines), count, amount, _basis(known, found.usual.reason), found.reason, sentence)


def _inside(found: StageNumbers, track: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of the open deals are in a pipeline; those without a known stage stand with the first."""
    known = found.open_line >= 0
    here = np.zeros(len(known), dtype=np.bool_)
    here[known] = found.layout.track[found.open_line[known]] == track
    return here | (~known if track == 0 else False)


def _basis(known: Given, usual: str) -> str:
    """What conversion and days are of; `usual` is why nothing is known of the periods before."""
    period = known.question.period.label
    beside = f"; those of {known.span} are not known: {usual}" if usual else f", beside those of {known.span}"
    return (
        f"Went on: of the deals that came into the stage in {period}, those that have gone further."
        f" Days: stays that ended in {period}{beside}."
    )


def _sentence(choice: PipelineChoice, lines: list[StageLine], count: Figure, amount: Figure) -> str:
    used = [one for one in lines if not one.removed]
    if count.value is None:
        return f"{choice.label}: how many deals are open is not known, {count.reason}."
    worth = f" worth {amount.text}" if amount.value is not None else ""
    deals, stages = ("deal" if count.value == 1 else "deals"), ("stage" if len(used) == 1 else "stages")
    parts = [f"{choice.label}: {count.text} open {deals}{worth} in {len(used)} {stages}"]
    slow = [one.label for one in used if one.days.pace == "slower"]
    low = [one.label for one in used if one.conversion.against == "lower"]
    if slow:
        parts.append(f"▲ {' and '.join(slow)} {'takes' if len(slow) == 1 else 'take'} longer than usual")
    if low:
        parts.append(f"▼ {' and '.join(low)} {'passes' if len(low) == 1 else 'pass'} on fewer deals than usual")
    if not slow and not low and any(one.conversion.against != "unknown" for one in used):
        parts.append("no stage is worse than its own past")
    elif not slow and not low and any(one.days.pace != "unknown" for one in used):
        parts.append("no stage takes longer than usual")
    return "; ".join(parts) + "."


def _stage(line: _Line) -> StageLine:
    found, at = line.found, line.at
    open_, entered, exited = (float(one[at]) for one in (found.open, found.entered, found.exited))
    opening = float(found.opening[at])
    made = StageLine(
        stage=line.stage, label=line.stage, position=int(found.layout.position[at]), removed=line.is_removed,
        open=_flow(open_, line.pick("open"), found.deals.reason),
        amount=_money(line.known, found, _amounts(found, at), float(found.unrated[at]), line.pick("open")),
        opening=None if line.reason else opening, entered=_flow(entered, line.pick("entered"), line.reason),
        exited=_flow(exited, line.pick("exited"), line.reason),
        other=None if line.reason else round(open_ - opening - entered + exited, 9),
        conversion=_conversion(line), days=_days(line), sentence="",
    )  # fmt: skip
    return replace(made, sentence=_stage_sentence(made))


def _money(known: Given, found: StageNumbers, amounts: Floats, unrated: float, pick: Pick) -> Figure:
    """An open amount; none where the open deals of that day are not known."""
    if found.deals.reason:
        return Figure(None, known.money(None), None, found.deals.reason)
    return money_figure(known, amounts, unrated, pick)


def _amounts(found: StageNumbers, line: int) -> Floats:
    """The amount of a stage, unknown where it holds deals and none has one."""
    is_unknown = found.open[line] > 0 and not found.priced[line]
    return np.array([np.nan if is_unknown else found.amount[line]])


def _flow(value: float, pick: Pick, reason: str) -> Figure:
    return Figure(None, format_value(None, "count"), None, reason) if reason else count_figure(value, pick)


def _conversion(line: _Line) -> Conversion:
    found, at = line.found, line.at
    entered, advanced, waiting = (float(one[at]) for one in (found.cohort, found.advanced, found.waiting))
    told = line.reason
    reason = told or ("" if entered else "no deal entered it")
    value = None if reason else advanced / entered
    interval = None if reason else wilson(advanced, entered)
    mature = not reason and entered - waiting >= RESOLVED_FROM * entered
    few = not reason and entered < settings(line.known.ws).minimum_n
    usual, n = float(found.usual_advanced[at]), float(found.usual_decided[at])
    against = _against((advanced, entered - waiting), (usual, n)) if mature and not few else "unknown"
    return Conversion(
        value, format_value(value, "percent", n=entered), interval,
        format_interval(interval, "percent", n=entered),
        _flow(advanced, line.pick("advanced"), told), _flow(entered, line.pick("cohort"), told),
        _flow(waiting, line.pick("waiting"), told), mature, few,
        reason if reason else _conversion_words(advanced, entered, waiting, mature=mature, few=few), reason,
        usual / n if n else None, format_value(usual / n if n else None, "percent", n=n), n, against,
    )  # fmt: skip


def _against(now: tuple[float, float], before: tuple[float, float]) -> Against:
    """How the share that went on, of the deals that are decided, compares with that of the periods before."""
    change = newcombe(*now, *before)
    if change is None:
        return "unknown"
    return "lower" if change[1] < 0 else "higher" if change[0] > 0 else "as_usual"


def _conversion_words(advanced: float, entered: float, waiting: float, *, mature: bool, few: bool) -> str:
    words = f"{count_text(advanced)} of {count_text(entered)}"
    if waiting:
        words += f", {count_text(waiting)} still open"
    if not mature:
        words += ": too early to judge"
    return f"{words}: few" if few and mature else words


def _days(line: _Line) -> StageDays:
    now, before = line.found.lengths(line.at), line.found.lengths(line.at, before=True)
    change = median_difference(now, before)
    pace: Pace = "unknown"
    if change is not None:
        pace = "slower" if change[0] > 0 else "faster" if change[1] < 0 else "as_usual"
    none_now, none_before = (one.reason or "no stay ended" for one in (line.found.stays, line.found.usual))
    return StageDays(
        _median(now, line.pick("stays"), none_now), median_interval(sorted(now)), len(now),
        _median(before, line.pick("usual"), none_before), median_interval(sorted(before)), len(before),
        pace, _days_words(now, before, pace),
    )  # fmt: skip


def _median(values: list[float], pick: Pick, reason: str) -> Figure:
    if not values:
        return Figure(None, format_value(None, "days"), None, reason)
    return Figure(median(values), format_value(median(values), "days"), pick)


def _days_words(now: list[float], before: list[float], pace: Pace) -> str:
    """How the stays compare with the own past; nothing where either is not known."""
    if not now or not before:
        return ""
    usual = f"usually {format_value(median(before), 'days')}"
    return f"{usual}, too few to compare" if pace == "unknown" else f"{usual}: {PACE_WORDS[pace]}"


def _stage_sentence(one: StageLine) -> str:
    """The line in words, for screen readers and tooltips."""
    parts = [f"{one.label}: {one.open.text} open, {one.amount.text}"]
    if one.removed:
        parts.append("out of use")
    told = one.conversion
    if told.value is not None and told.interval is not None:
        spread = between_words(told.interval, "percent", n=told.entered.value)
        parts.append(f"{told.text} went further ({told.words}), allowing for luck {spread}")
    elif told.reason and not one.removed:
        parts.append(f"conversion not known, {told.reason}")
    if one.days.median.value is not None:
        parts.append(", ".join(filter(None, (f"{one.days.median.text} in the stage", one.days.words))))
    return "; ".join(parts) + "."


def _unknown(known: Given, found: StageNumbers, key: str) -> StageLine:
    """The open deals of which no stage is known, so that the lines add up."""
    here, nothing = found.open_line < 0, Figure(None, format_value(None, "count"))
    pick = Pick("open", key, step="unknown")
    none = Conversion(None, nothing.text, None, nothing.text, nothing, nothing, nothing, False, False, "", "no stage")
    made = StageLine(
        "", UNKNOWN_STAGE, 0, False, count_figure(float(found.deals.weight[here].sum()), pick),
        money_figure(known, found.deals.amount[here], float(found.deals.unrated[here].sum()), pick),
        None, nothing, nothing, None, none, StageDays(nothing, None, 0, nothing, None, 0, "unknown", ""), "",
    )  # fmt: skip
    return replace(made, sentence=f"{made.label}: {made.open.text} open, {made.amount.text}.")
