"""In which ways each deal differs between two days of data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidesk.core.deal_changes import MOVES, SIGNED, DealMove
from kpidesk.core.people import Scope
from kpidesk.engine.days import FAR, NO_DAY, day_number
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import LOST, NO_AMOUNT, OPEN, WON, column
from kpidesk.engine.standing import version_on, worth_now
from kpidesk.engine.values import Floats, Ints, Mask

KINDS: tuple[DealMove, ...] = tuple(MOVES)
_DATES: dict[DealMove, str] = {"pushed": "close_date", "pulled_in": "close_date", "next_step": "next_activity_at"}


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Changes of deals as arrays of one length, by kind (a place in `KINDS`) and then by deal.

    `deal` is the row of the deal, `before` and `after` are the numbers of its values on the two days (`before` 0
    where no export had shown it). `amount` counts minor units of the deal's own currency and `delta` by how many it
    grew, NO_AMOUNT where unknown; `days` as `ChangeRow` says, NO_DAY where unknown. `foreign` marks deals in
    another currency than the workspace's. `worth` is the amount, of a changed one by how much it grew, in minor units
    of the workspace's currency at the rate that counts for the deal now, NaN where there is no amount or no rate.
    """

    kind: Ints
    deal: Ints
    before: Ints
    after: Ints
    amount: Ints
    delta: Ints
    days: Ints
    foreign: Mask
    worth: Floats

    @property
    def unrated(self) -> Mask:
        """The deals in another currency for which no rate is known."""
        return np.asarray(self.foreign & np.isnan(self.worth) & (self.amount != NO_AMOUNT))

    def take(self, keep: Mask | Ints) -> Moves:
        """Some of the changes."""
        return Moves(*(getattr(self, name)[keep] for name in self.__slots__))

    def joined(self, others: Moves) -> Moves:
        """These changes and others."""
        both = (np.concatenate((getattr(self, name), getattr(others, name))) for name in self.__slots__)
        found = Moves(*both)
        return found.take(np.lexsort((found.deal, found.kind)))


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """Two versions of deals side by side: `deal` by row, `before` −1 where there is none, `since` a day number.

    `back` marks deals that had been missing before, `gone` those that went missing since.
    """

    facts: Facts
    deal: Ints
    before: Ints
    after: Ints
    since: int
    back: Mask
    gone: Mask

    @property
    def had(self) -> Mask:
        return self.before >= 0

    def both(self, name: str, empty: int) -> tuple[Ints, Ints]:
        """A field of both versions; where there is no earlier one, twice the same."""
        versions = self.facts.versions
        old = versions.value[np.where(self.had, self.before, self.after)]
        new = versions.value[self.after]
        return (
            column(self.facts.columns, name, old, empty).astype(np.int64),
            column(self.facts.columns, name, new, empty).astype(np.int64),
        )


def find_moves(facts: Facts, since: date, missing_before: Ints) -> Moves:
    """Every way in which the deals of `facts` differ from what was known on the data date `since`.

    `missing_before` tells by deal id since when a deal was missing, as known on `since`.
    """
    day, newest = day_number(since), facts.versions.newest
    before = version_on(facts, np.arange(len(facts.ids)), day)
    lacked = (before >= 0) & (missing_before[np.minimum(facts.ids, len(missing_before) - 1)] != NO_DAY)
    lacks = facts.missing < FAR
    back, gone = lacked & ~lacks, (before >= 0) & ~lacked & lacks
    deal = np.flatnonzero((before != newest) | back | gone)  # of the others, most of them, nothing can differ
    pair = _Pair(facts, deal, before[deal], newest[deal], day, back[deal], gone[deal])
    return _told(pair, *_found(pair))


def moves_by_version(facts: Facts, deal: int) -> list[tuple[DealMove, ...]]:
    """The kinds of change that brought each version of a deal (by row), oldest first."""
    versions = np.arange(facts.versions.first[deal], facts.versions.newest[deal] + 1)
    before = np.where(versions == versions[0], -1, versions - 1)
    never = np.zeros(len(versions), dtype=np.bool_)
    kinds, at = _found(_Pair(facts, np.full(len(versions), deal), before, versions, FAR, never, never))
    told: list[list[DealMove]] = [[] for _ in versions]
    for kind, place in zip(kinds.tolist(), at.tolist(), strict=True):
        told[place].append(KINDS[kind])
    return [tuple(one) for one in told]


def _found(pair: _Pair) -> tuple[Ints, Ints]:
    """Kind and place of every change, by kind."""
    found = sorted(((KINDS.index(kind), np.flatnonzero(mask)) for kind, mask in _masks(pair)), key=lambda one: one[0])
    kind = np.repeat([place for place, _ in found], [len(places) for _, places in found]).astype(np.int64)
    return kind, np.concatenate([places for _, places in found])


def _masks(pair: _Pair) -> Iterator[tuple[DealMove, Mask]]:
    """Each kind of change with the places where it happened."""
    facts, had = pair.facts, pair.had
    said = facts.versions.outcome
    now, was = said[pair.after], np.where(had, said[pair.before], -1)
    fresh = ~had & (facts.versions.closed[pair.after] > pair.since)
    yield "new", ~had
    yield "came_back", pair.back
    yield "vanished", pair.gone
    yield "won", (now == WON) & np.where(had, was != WON, fresh)
    yield "lost", (now == LOST) & np.where(had, (was != LOST) & (was != WON), fresh)
    yield "won_lost", had & (was == WON) & (now == LOST)
    yield "reopened", had & (now == OPEN) & (was != OPEN)
    yield "owner", had & _owner_changed(pair)
    yield from _closed_masks(pair, was, now)
    yield from _open_masks(pair, had & (now == OPEN) & (was == OPEN))


def _closed_masks(pair: _Pair, was: Ints, now: Ints) -> Iterator[tuple[DealMove, Mask]]:
    """What of a deal that was closed on both days is told otherwise now: numbers of past periods change with it."""
    had, other = pair.had, _grown(pair) != 0  # in another currency it is another amount, too
    yield "won_amount", had & (was == WON) & (now == WON) & other
    yield "lost_amount", had & (was == LOST) & (now == LOST) & other
    closed = pair.facts.versions.closed
    before, after = np.where(had, closed[pair.before], NO_DAY), closed[pair.after]
    yield "closed_day", had & (was == now) & (now != OPEN) & (before != after)


def _open_masks(pair: _Pair, still: Mask) -> Iterator[tuple[DealMove, Mask]]:
    """Changes that mean something only while a deal is open on both days."""
    was, now = pair.both("close_date", NO_DAY)
    dated = still & (was != NO_DAY) & (now != NO_DAY)
    yield "pushed", dated & (now > was)
    yield "pulled_in", dated & (now < was)
    was, now = pair.both("next_activity_at", NO_DAY)
    yield "next_step", still & (now != was)
    grown = _grown(pair)
    yield "amount_up", still & (grown > 0)
    yield "amount_down", still & (grown < 0) & (grown != NO_AMOUNT)
    was, now = pair.both("probability", -1)
    yield "probability", still & (now != was)
    was, now = pair.both("forecast_category", 0)
    yield "category", still & (now != was)
    was, now = pair.both("pipeline", 0)
    crossed = still & (was != now) & (was > 0) & (now > 0)
    yield "pipeline", crossed
    inside = still & ~crossed & _may_have_moved(pair)
    (track_was, place_was), (track, place) = (_places(pair, at, inside) for at in (pair.before, pair.after))
    inside &= (track == track_was) & (place_was > 0) & (place > 0)
    yield "stage_forward", inside & (place > place_was)
    yield "stage_back", inside & (place < place_was)


def _may_have_moved(pair: _Pair) -> Mask:
    """Which deals may stand in another stage; where one version follows another in the same stage, none does."""
    was, now = pair.both("stage", 0)
    return np.asarray((was != now) | (pair.after != pair.before + 1) | pair.facts.past.is_told[pair.deal])


def _owner_changed(pair: _Pair) -> Mask:
    """Whether a deal went to somebody else; another spelling of the same person is no change."""
    was, now = pair.both("owner", 0)
    if not len(now):
        return np.zeros(0, dtype=np.bool_)
    links = pair.facts.curation.people
    person = -np.arange(max(int(max(was.max(), now.max())), max(links, default=0)) + 1)
    for alias, number in links.items():
        person[alias] = number
    return np.asarray(person[was] != person[now], dtype=np.bool_)


def _grown(pair: _Pair) -> Ints:
    """By how many minor units the amount of each deal grew; NO_AMOUNT where its currency changed.

    An amount that one of the days does not give counts as nothing, as in the sum of an open pipeline.
    """
    was, now = pair.both("amount", NO_AMOUNT)
    codes = pair.facts.currency
    size = len(codes)
    own = pair.facts.settings.currency.upper()
    names = np.unique([code or own for code in codes], return_inverse=True)[1]
    old, new = (np.minimum(one, size - 1) for one in pair.both("currency", 0))
    grown = np.where(now == NO_AMOUNT, 0, now) - np.where(was == NO_AMOUNT, 0, was)
    return np.where(names[old] == names[new], grown, NO_AMOUNT)


def _places(pair: _Pair, version: Ints, asked: Mask) -> tuple[Ints, Ints]:
    """In which pipeline and how far on it, from 1, each deal is in a version; 0 where no stage is known.

    Where nothing is asked for the visits, which take long, are not worked out.
    """
    nothing = np.zeros(len(version), dtype=np.int64)
    if not asked.any():
        return nothing, nothing
    visits = pair.facts.visits()
    if not len(visits.version):
        return nothing, nothing
    shown = pair.facts.past.shown[visits.version]
    order = np.argsort(shown, kind="stable")
    at = np.searchsorted(shown[order], version, side="right") - 1
    visit = order[np.maximum(at, 0)]
    hit = (at >= 0) & (visits.deal[visit] == pair.deal)
    return np.where(hit, visits.pipeline[visit], 0), np.where(hit, visits.position[visit], 0)


def _told(pair: _Pair, kind: Ints, at: Ints) -> Moves:
    versions = pair.facts.versions
    before, value = pair.before[at], versions.value[pair.after[at]]
    changed = np.isin(kind, [KINDS.index(one) for one in SIGNED])
    amount = column(pair.facts.columns, "amount", value, NO_AMOUNT).astype(np.int64)
    delta = np.where(changed, _grown(pair)[at], NO_AMOUNT)
    worth = worth_now(pair.facts, pair.deal[at], value, np.where(changed, delta, amount))
    elsewhere = np.flatnonzero(changed & (delta == NO_AMOUNT))  # in another currency than before
    worth[elsewhere] = _worth_apart(pair, at[elsewhere])
    gone = np.flatnonzero(kind == KINDS.index("won_lost"))
    lost, worth[gone] = _won_before(pair, at[gone])
    delta[gone] = np.where(delta[gone] == NO_AMOUNT, NO_AMOUNT, lost)  # not in the currency that the deal has now
    return Moves(
        kind=kind,
        deal=pair.deal[at],
        before=np.where(before < 0, 0, versions.value[before]),
        after=value,
        amount=amount,
        delta=delta,
        days=_days(pair, kind, at),
        foreign=pair.facts.foreign[value],
        worth=worth,
    )


def _worth_apart(pair: _Pair, at: Ints) -> Floats:
    """By how much deals are worth more than before whose amount is in another currency now."""
    worth = []
    for version in (pair.before[at], pair.after[at]):
        value = pair.facts.versions.value[version]
        amount = column(pair.facts.columns, "amount", value, NO_AMOUNT).astype(np.int64)
        worth.append(worth_now(pair.facts, pair.deal[at], value, amount))
    return worth[1] - worth[0]


def _won_before(pair: _Pair, at: Ints) -> tuple[Ints, Floats]:
    """What went with deals that had been won, as less: in minor units of their own currency, and what it is worth."""
    value = pair.facts.versions.value[pair.before[at]]
    amount = column(pair.facts.columns, "amount", value, NO_AMOUNT).astype(np.int64)
    return np.where(amount == NO_AMOUNT, NO_AMOUNT, -amount), -worth_now(pair.facts, pair.deal[at], value, amount)


def _days(pair: _Pair, kind: Ints, at: Ints) -> Ints:
    """How many days each change is about, NO_DAY where none."""
    found = np.full(len(kind), NO_DAY, dtype=np.int64)
    versions = pair.facts.versions
    spans: dict[DealMove, tuple[Ints, Ints]] = {name: pair.both(field, NO_DAY) for name, field in _DATES.items()}
    stage = (versions.stage_since[pair.before], versions.stage_since[pair.after])
    closing = (pair.facts.created[pair.deal], versions.closed[pair.after])
    spans |= {"stage_forward": stage, "stage_back": stage, "pipeline": stage, "won": closing, "lost": closing,
              "won_lost": closing}  # fmt: skip
    spans["closed_day"] = (versions.closed[pair.before], versions.closed[pair.after])
    for name, (start, end) in spans.items():
        mine = kind == KINDS.index(name)
        first, last = start[at[mine]], end[at[mine]]
        found[mine] = np.where((first == NO_DAY) | (last == NO_DAY), NO_DAY, last - first)
    return found


def without_past(facts: Facts, moves: Moves, since: date) -> Moves:
    """Without the deals that are new to the data but had closed by a day: they moved nothing since."""
    return moves.take((moves.kind != KINDS.index("new")) | ~closed_by(facts, since)[moves.deal])


def closed_by(facts: Facts, day: date) -> Mask:
    """By row of the deal, whether it had been won or lost by a day."""
    closed = facts.versions.closed[facts.versions.newest]
    return np.asarray((closed != NO_DAY) & (closed <= day_number(day)))


def of_kinds(moves: Moves, kinds: Iterable[DealMove]) -> Moves:
    """Only the changes of some kinds."""
    return moves.take(np.isin(moves.kind, [KINDS.index(kind) for kind in kinds]))


def of_source(facts: Facts, moves: Moves, source: int) -> Moves:
    """Only the changes of deals of one source, by its number."""
    return moves.take(column(facts.columns, "source", facts.ids, 0)[moves.deal] == source)


def in_scope(facts: Facts, moves: Moves, scope: Scope) -> Moves:
    """Only the changes that concern a scope: that of who owns or shares the deal, of a change of owner also who had it.

    A person counts to the team they are in on the newest day of the data.
    """
    if scope.kind == "org":
        return moves
    handed = np.flatnonzero((moves.kind == KINDS.index("owner")) & (moves.before > 0))
    at = np.concatenate((np.arange(len(moves.kind)), handed))
    value = np.concatenate((moves.after, moves.before[handed]))
    at, person = _holders(facts, at, value)
    crew = facts.crew
    team = crew.team_on(person, facts.newest_data)
    if scope.kind == "rep":
        hit = person == crew.person_row.get(scope.id, -1)
    elif scope.kind == "unassigned":
        hit = (person == 0) | (team == 0)
    else:
        hit = crew.holding[team, crew.team_row[scope.id]] > 0 if scope.id in crew.team_row else person < 0
    found = np.zeros(len(moves.kind), dtype=np.bool_)
    found[at[hit]] = True
    return moves.take(found)


def _holders(facts: Facts, at: Ints, value: Ints) -> tuple[Ints, Ints]:
    """Who holds each value, one entry per person: the owner, or all who share it."""
    splits = facts.splits
    if not len(splits.value):
        return at, facts.owner[value].astype(np.int64)
    place = np.minimum(np.searchsorted(splits.value, value), len(splits.value) - 1)
    shared = splits.value[place] == value
    count = np.where(shared, np.diff(splits.at)[place], 1)
    repeated = np.repeat(np.arange(len(at)), count)
    step = np.arange(len(repeated)) - np.repeat(np.cumsum(count) - count, count)
    part = np.where(shared[repeated], splits.at[place[repeated]] + step, 0)
    person = np.where(shared[repeated], splits.person[part], facts.owner[value[repeated]])
    return at[repeated], person.astype(np.int64)
