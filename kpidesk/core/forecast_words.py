"""What a forecast says in words: what is known and what it counts on besides, and what it means for the target."""

from __future__ import annotations

from kpidesk.core.forecasts import ForecastView, LateWins, Method
from kpidesk.core.formats import format_value, full_value
from kpidesk.core.receipts import Receipt
from kpidesk.core.wording import counted

LIKELY_ENOUGH = 0.65
"""From which chance on a target is probably reached."""
VERDICTS: tuple[tuple[float, str], ...] = (
    (0.9, "on track"), (LIKELY_ENOUGH, "probably on track"), (0.35, "could go either way"),
    (0.1, "probably short of it"), (0.0, "hardly within reach"),
)  # fmt: skip
"""From which chance of the target on a forecast is called what."""


def known_words(view: ForecastView) -> str:
    """What is booked with what the open deals due may add, and what the forecast counts on besides.

    "" for a period that is over, and where neither a deal is due nor a forecast made.
    """
    return " ".join(filter(None, known_parts(view)))


def known_parts(view: ForecastView) -> tuple[str, str]:
    """The same in two: what is known, and what the forecast counts on besides."""
    if not view.running or not view.weighted or view.as_of == view.question.period.last_day:
        return "", ""
    method = view.forecast
    if method is None or method.found is None:
        return _known_only(view), ""
    expected, point = view.weighted[-1], method.found.point
    together = view.won + expected.value
    due = f"{_due(view)} should bring {expected.text} {_lower(expected.name)}" if view.due else "no open deal is due"
    start = f"{view.won_text} is won; {due}"
    if _money(view, together) == method.found.point_text:
        return f"{start}, which makes the middle, {method.found.point_text}.", ""
    if together > point:
        more = _money(view, together - point)
        return f"{start}: together {more} more than the middle, {method.found.point_text}.", ""
    rest = f"The other {_money(view, point - together)} of the middle would be from elsewhere, such as deals due " \
           "later or not created yet"  # fmt: skip
    return f"{start}.", f"{rest}{_late(view, view.late) if view.late is not None else ''}."


def _known_only(view: ForecastView) -> str:
    if not view.due:
        return ""
    expected = view.weighted[-1]
    are = "is" if round(view.due) == 1 else "are"
    deals = counted(round(view.due), "open deal")
    return (f"What is known: {view.won_text} is booked, and {deals}, {view.due_text}, {are} due; "
            f"{_lower(expected.name)} they bring {expected.text}, {_money(view, view.won + expected.value)} "
            "together.")  # fmt: skip


def _due(view: ForecastView) -> str:
    return f"{counted(round(view.due), 'open deal')} due, {view.due_text},"


def _late(view: ForecastView, late: LateWins) -> str:
    """What such a rest of a period brought in the past, and how much of it nobody could know of on that day."""
    grain = view.question.period.grain
    noun = "period" if grain == "span" else grain
    many, whose = (counted(late.periods, noun), "their") if late.periods > 1 else (noun, "its")
    each = " on average" if late.periods > 1 else ""
    last = f"{whose} last day" if late.days == 1 else f"{whose} last {late.days:,} days"
    share = format_value(late.new / late.won, "percent", n=0) if late.won and late.new else "none"
    of_new = f", {share} of it from deals created then" if late.won else ""
    return f"; the last {many} won {_money(view, late.won / late.periods)}{each} in {last}{of_new}"


def _money(view: ForecastView, value: float) -> str:
    return format_value(value, "money", view.currency)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def range_again(receipt: Receipt) -> str:
    """The range of a forecast as its rows give it again, unshortened; "" for any other number."""
    if receipt.likely_again is None:
        return ""
    low, middle, high = (
        full_value(one, receipt.kpi.unit, receipt.currency)
        for one in (receipt.likely_again[0], receipt.reproduced, receipt.likely_again[1])
    )
    return f"{low} to {high}, with {middle} in the middle"


def chance_of_target(method: Method) -> float | None:
    """How likely the target is by a method; None where it has no range or there is no target."""
    return next((one.chance for one in method.chances if one.tier == "target"), None)


def verdict_of(view: ForecastView, method: Method) -> str:
    """What the forecast means for the target, in words."""
    if view.target is not None and view.won >= view.target:
        return "reached already"
    chance = chance_of_target(method)
    if chance is None:
        point = method.found.point if method.found is not None else view.won
        return "about there" if view.target is None or point >= view.target else "short of it"
    return next(words for least, words in VERDICTS if chance >= least)
