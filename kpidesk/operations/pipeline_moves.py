"""What moved in a pipeline since the data before or the last meeting, and the bridge from then to now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from kpidesk import store
from kpidesk.core.deal_changes import MOVES, SIGNED, UP_OR_SET, DealMove
from kpidesk.core.errors import UserError
from kpidesk.core.formats import NOTHING, day_text, format_difference, format_value
from kpidesk.core.meetings import KIND_WORDS, KINDS
from kpidesk.core.pipeline import BRIDGE_WORDS, Bridge, BridgeStep, Moved, MoveLine, Pick, Since
from kpidesk.core.wording import counted, listed
from kpidesk.engine.move_totals import first_amounts, totals
from kpidesk.engine.moves import Moves, find_moves, in_scope, without_past
from kpidesk.engine.pipeline_bridge import Bridged, Step, bridge
from kpidesk.engine.values import Ints
from kpidesk.operations.change_rows import first_words
from kpidesk.operations.pipeline_given import Given
from kpidesk.operations.reviews import reviews
from kpidesk.operations.workspace import Workspace, data_date

SHOWN: tuple[DealMove, ...] = (
    "new", "pulled_in", "pushed", "amount_up", "amount_down", "won", "lost", "won_lost", "vanished",
)  # fmt: skip
_RARE: tuple[DealMove, ...] = ("won_lost",)
"""Told only where it happened."""
_TOLD: dict[DealMove, str] = {"amount_up": "up in amount", "amount_down": "down in amount"}
_ENDS = ("opening", "closing")
_NAMED = 3
"""How many steps of a bridge its sentence names; a fourth is named where it is the only one left."""
_DAY = len("2026-09-14")


def moved_of(known: Given, since: date | None) -> Moved:
    """What moved since a day, by default since the data before the newest.

    Raises:
        UserError: no import shows how the deals stood on that day.
    """
    newest = data_date(known.ws, known.question.as_of)
    choices = tuple(_choices(known, newest)) if newest else ()
    if newest is None or not choices:
        reason = f"nothing older than the data of {day_text(newest)} has been imported" if newest else "no deals yet"
        return Moved(None, newest, (), (), (), f"What moved is not known: {reason}.", reason)
    chosen = choices[0] if since is None else _chosen(known, choices, since, newest)
    lines = tuple(_lines(known, moves_since(known, chosen.data), chosen))
    bridges = tuple(_bridge(known, chosen, due_only=due) for due in (True, False))
    return Moved(chosen, newest, choices, lines, bridges, _sentence(lines, chosen))


def moves_since(known: Given, day: date) -> Moves:
    """How the deals of the scope differ from those known on a data date; what had closed by then is not new."""
    facts, asked = known.facts, known.question
    key = ("pipeline moves", asked.as_of, asked.teams, day)
    found = known.ws.remember(key, lambda: without_past(facts, find_moves(facts, day, _missing(known, day)), day))
    return in_scope(facts, found, known.question.scope)


def bridged(known: Given, day: date, *, due_only: bool) -> Bridged:
    """The bridge of the scope from what was known on a data date."""
    period = known.question.period if due_only else None
    return bridge(known.facts, day, _missing(known, day), known.asked.row, period)


def _missing(known: Given, day: date) -> Ints:
    """Since when each deal was missing, as known on a day."""
    return known.ws.remember(("missing on", day), lambda: store.missing_on(known.ws.db, day))


def _data_days(ws: Workspace, newest: date) -> list[date]:
    """The days that deals are known of before the newest one, oldest first."""
    days = ws.remember("data days of deals", lambda: sorted({day for _, day in store.data_dates(ws.db)}))
    return [day for day in days if day < newest]


def _choices(known: Given, newest: date) -> Iterator[Since]:
    """The data before the newest, the last closed meeting about the scope, and the day before the period."""
    days = _data_days(known.ws, newest)
    if not days:
        return
    yield Since("import", days[-1], days[-1], f"data of {day_text(days[-1])}")
    met = max(_meetings(known), default=None)
    if met is not None and days[0] <= met[0] < newest:
        yield Since("meeting", met[0], _known_on(days, met[0]), f"{met[1]} of {day_text(met[0])}")
    before = known.question.period.start - timedelta(days=1)
    if days[0] <= before < newest and _known_on(days, before) != days[-1]:
        yield Since("period", before, _known_on(days, before), f"before {known.question.period.label} began")


def _meetings(known: Given) -> Iterator[tuple[date, str]]:
    """The day of each closed one-on-one with the rep of the question, or of the last closed reviews of its scope."""
    scope = known.question.scope
    if scope.kind == "rep":
        closed = (one.closed_at for one in reviews(known.ws, scope.id) if one.closed_at)
        yield from ((date.fromisoformat(at[:_DAY]), "one-on-one") for at in closed)
    for kind in KINDS:
        found = store.last_meeting(known.ws.db, kind, scope)
        if found is not None:
            yield found.day, KIND_WORDS[kind].lower()


def _known_on(days: list[date], day: date) -> date:
    """The newest data date up to a day."""
    return max(one for one in days if one <= day)


def _chosen(known: Given, choices: tuple[Since, ...], since: date, newest: date) -> Since:
    found = next((one for one in choices if one.day == since), None)
    if found is not None:
        return found
    days = _data_days(known.ws, newest)
    if since < days[0]:
        raise UserError(
            f"No import shows how the deals stood on {day_text(since)}.", f"The oldest one is of {day_text(days[0])}."
        )
    if since >= newest:
        raise UserError(
            f"{day_text(since)} is not before {day_text(newest)}, the day of the newest data.", "Name an earlier day."
        )
    return Since("day", since, _known_on(days, since), day_text(since))


def _lines(known: Given, moves: Moves, since: Since) -> Iterator[MoveLine]:
    """Each kind of move with its deals, also the usual ones that did not happen."""
    found = {kind: rest for kind, *rest in totals(moves)}
    first = first_words(known.facts, moves)
    set_deals, set_minor = first_amounts(known.facts, moves)
    for kind in SHOWN:
        if kind in _RARE and kind not in found:
            continue
        deals, minor, foreign = found.get(kind, [0, 0, 0])
        amount = minor / known.facts.scale
        shown = format_difference if kind in SIGNED else format_value
        told = NOTHING if deals and foreign == deals else shown(amount, "money", known.currency)
        yield MoveLine(
            kind, UP_OR_SET if kind == "amount_up" and first else MOVES[kind].label, deals, amount, told, foreign,
            Pick("move", step=kind, since=since.data),
            *((first, set_deals, set_minor / known.facts.scale) if kind == "amount_up" else ()),
        )  # fmt: skip


def _sentence(lines: tuple[MoveLine, ...], since: Since) -> str:
    told = [f"{one.deals:,} {_TOLD.get(one.kind, one.label.lower())}{_aside(one)}" for one in lines if one.deals]
    return f"Since {_the(since)}: {', '.join(told)}." if told else f"Nothing moved since {_the(since)}."


def _aside(line: MoveLine) -> str:
    """What of the value are first amounts, and how many deals are not in it."""
    told = [f"with {line.first}"] if line.first else []
    told += [f"{line.foreign:,} without a rate"] if line.foreign else []
    return f" ({', '.join(told)})" if told else ""


def _the(since: Since) -> str:
    return f"the {since.words}" if since.kind in ("import", "meeting") else since.words


def _bridge(known: Given, since: Since, *, due_only: bool) -> Bridge:
    found = bridged(known, since.data, due_only=due_only)
    label = f"Due in {known.question.period.label}" if due_only else "All open deals"
    steps = tuple(
        _step(known, one, Pick("bridge", step=one.key, due_only=due_only, since=since.data))
        for one in found.steps if len(one.deal) or one.key in _ENDS
    )  # fmt: skip
    return Bridge(due_only, label, steps, found.foreign, _bridge_sentence(label, steps, found, known.currency))


def _step(known: Given, one: Step, pick: Pick) -> BridgeStep:
    amount = one.total(known.facts.whole) / known.facts.scale
    shown = format_value if one.key in _ENDS else format_difference
    text = shown(amount, "money", known.currency)
    return BridgeStep(one.key, BRIDGE_WORDS[one.key], amount, text, len(one.deal), pick)


def _bridge_sentence(label: str, steps: tuple[BridgeStep, ...], found: Bridged, currency: str) -> str:
    """Where the bridge begins and ends with its largest steps, and all others in one, so that it adds up."""
    inner = sorted((one for one in steps[1:-1] if one.amount), key=lambda one: -abs(one.amount))
    named = inner if len(inner) <= _NAMED + 1 else inner[:_NAMED]
    told = "".join(f", {one.amount_text} {one.label.lower()}" for one in named) + _others(inner[len(named) :], currency)
    deals = f"{counted(found.foreign, 'deal')} in {listed(found.currencies)}"
    left_out = f", without {deals} for lack of a rate" if found.foreign else ""
    return f"{label}{left_out}: {steps[0].amount_text} then, {steps[-1].amount_text} now{told}."


def _others(steps: Sequence[BridgeStep], currency: str) -> str:
    """The steps that are not named, in one; empty where they come to nothing."""
    together = round(sum(one.amount for one in steps), 3)
    return f", {format_difference(together, 'money', currency)} in {len(steps)} other steps" if together else ""
