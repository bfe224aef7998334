"""What a deal that two sources tell of is: the newest word on each thing counts, and the deal kept has the first say.

What belongs together is taken together: an amount with its currency, a stage with its outcome and days, an owner with
their team and the shares of others. When a source is first heard of, the deal kept says all that it can and another one
fills what is empty; from then on whatever a source changes counts. Won or lost outweighs open: a deal that is decided
stays so, with its close date, until a source that said so takes it back. A deal is as old as the oldest that is told
of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpidesk.core.fields import Outcome
from kpidesk.store.content import Content
from kpidesk.store.shapes import DEALS

CLOSES = ("close_date",)
STANDING = ("stage", "status", "closed_at", "pipeline", "stage_entered_at", "loss_reason")
TOGETHER: Mapping[tuple[str, ...], int] = {
    ("amount", "recurring_amount", "currency"): 2,
    STANDING: 3,
    ("owner", "shares", "team"): 1,
}
"""Fields that come from one source, and how many of the first of them say that a source tells of them at all."""
CUSTOM, SHARES, CREATED = "custom", "shares", "created_at"
Seen = tuple[int, int]
"""The day from which a deal was seen with a value, and that value."""
Parts = dict[tuple[str, ...], tuple[Any, ...]]
"""What a value holds, by the fields that belong together; a column of the file that is mapped to none is its own."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a joined deal is from a day on, and the values it was made of, that which changed it last."""

    day: int
    content: Content
    parts: tuple[int, ...]


def compose(
    histories: Sequence[Sequence[Seen]], contents: Mapping[int, Content], meant: Mapping[int, Outcome]
) -> tuple[Made, ...]:
    """The history of a joined deal from those of its deals, the one kept first; neighbours differ.

    `meant` is what the words of stages and statuses mean, by their numbers.
    """
    read = {value: _parts(contents[value]) for history in histories for _, value in history}
    told: dict[int, int] = {}
    state: Parts = {}
    found: list[Made] = []
    for day, number, value in _in_order(histories):
        before = read[told[number]] if number in told else None
        told[number] = value
        known = [read[told[other]] for other in sorted(told)]
        state = _taken(state, before, read[value], known, meant, leads=number == 0)
        content = _content(state | _created(known))
        if found and found[-1].day == day:  # of two sources that speak on one day both have been heard now
            found.pop()
        if not found or found[-1].content != content:
            others = [told[other] for other in sorted(told) if other != number]
            found.append(Made(day, content, (*others, value)))
    return tuple(found)


def _in_order(histories: Sequence[Sequence[Seen]]) -> list[tuple[int, int, int]]:
    """Day, number of the deal and value of everything seen; of one day the deal kept comes last."""
    seen = [(day, number, value) for number, history in enumerate(histories) for day, value in history]
    return sorted(seen, key=lambda one: (one[0], -one[1]))


def _taken(
    state: Parts, before: Parts | None, now: Parts, known: Iterable[Parts], meant: Mapping[int, Outcome], *, leads: bool
) -> Parts:
    """The state after a deal was seen: what it changed, or what it is the first to say."""
    found = dict(state)
    was, decides, decided = (_is_decided(parts, meant) for parts in (before or {}, now, state))
    outweighs = not was and decides != decided
    for fields in {**now, **(before or {})}:
        mine = now.get(fields)
        if outweighs and fields in (STANDING, CLOSES):
            if mine is not None and (decides or fields not in found):
                found[fields] = mine
        elif before is None:
            if mine is not None and (leads or fields not in found):
                found[fields] = mine
        elif before.get(fields) != mine:
            told = mine or next((one[fields] for one in known if fields in one), None)
            if told is None:
                found.pop(fields, None)
            else:
                found[fields] = told
    return found


def _is_decided(parts: Parts, meant: Mapping[int, Outcome]) -> bool:
    """Whether a deal is won or lost: by the meaning of its status where that has one, else of its stage."""
    stage, status = parts.get(STANDING, (None, None))[:2]
    return meant.get(status or 0, meant.get(stage or 0)) in ("won", "lost")


def _created(known: Iterable[Parts]) -> Parts:
    days = [one[CREATED,][0] for one in known if (CREATED,) in one]
    return {(CREATED,): (min(days),)} if days else {}


def _parts(content: Content) -> Parts:
    cells = dict(zip((*DEALS.cells, SHARES), content, strict=True))
    custom = json.loads(cells.pop(CUSTOM) or "{}")
    bundled = {name for fields in TOGETHER for name in fields}
    found: Parts = {}
    for fields in (*TOGETHER, *((name,) for name in cells if name not in bundled)):
        values = tuple(cells[name] for name in fields)
        if any(value not in (None, ()) for value in values[: TOGETHER.get(fields, 1)]):
            found[fields] = values
    return found | {(CUSTOM, header): (value,) for header, value in custom.items()}


def _content(parts: Parts) -> Content:
    custom = {fields[1]: values[0] for fields, values in parts.items() if fields[0] == CUSTOM}
    cells: dict[str, Any] = {SHARES: (), CUSTOM: json.dumps(custom, ensure_ascii=False) if custom else None}
    for fields, values in parts.items():
        if fields[0] != CUSTOM:
            cells.update(zip(fields, values, strict=True))
    return tuple(cells.get(name) for name in (*DEALS.cells, SHARES))
