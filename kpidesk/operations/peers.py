"""Reps or teams of a scope compared on one KPI: like for like, over a window long enough, and never ranked by luck."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from kpidesk import engine
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import DAYS_OF_A_WEEK, Kpi
from kpidesk.core.peers import OFTEN, PLACE_WORDS, By, Comparison, Peer, PeerGroup
from kpidesk.core.people import Person, Scope
from kpidesk.core.periods import Grain, Period, shift, span_period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question, names_in_row
from kpidesk.core.wording import listed
from kpidesk.language import Formula, compile_formula
from kpidesk.operations.definition_code import definitions_code
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.evaluators import as_known, evaluator
from kpidesk.operations.formulas import definition_in_force, find_kpi, formula_then, kpi_of_formula
from kpidesk.operations.peer_middle import Middle, common_of, lines_round, middle_of
from kpidesk.operations.peer_words import (
    MOST_NAMED,
    Kind,
    One,
    Shown,
    group_words,
    not_compared,
    sentence,
    window_words,
)
from kpidesk.operations.presence import not_here
from kpidesk.operations.questions import members_of
from kpidesk.operations.ramp import part_time_notices, ramping
from kpidesk.operations.receipt_code import coder
from kpidesk.operations.workspace import Workspace, data_date, scopes, settings, view_notices
from kpidesk.stats.amount_groups import (
    mean_groups,
    sum_groups,
    sum_interval,
)
from kpidesk.stats.grouping import (
    FunnelPlace,
    Grouping,
    count_groups,
    groups,
    median_groups,
)
from kpidesk.stats.intervals import mean_interval
from kpidesk.stats.shrinkage import shrunk

WINDOWS: dict[Grain, tuple[int, ...]] = {
    "week": (1, 4, 13, 26, 52), "month": (1, 3, 6, 12), "quarter": (1, 2, 3, 4), "year": (1, 2), "span": (1,),
}  # fmt: skip
"""How many periods a window may have, the shortest first."""
LEAST_COUNT, LEAST_ROWS = 10.0, 30.0
"""How many rows half of the members need in a window: what is counted or summed, and the rate of one rep."""
WEEKS = "count(capacity on day_at)"
WORKING_SHARE = DAYS_OF_A_WEEK / 7
RAMPING = "still ramping, compared with nobody"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One comparison to make: whose, by what kind of test, over which window."""

    ws: Workspace
    kpi: Kpi
    kind: Kind
    question: Question

    @property
    def shown(self) -> Shown:
        return Shown(self.kpi, self.kind, settings(self.ws).currency)

    def over(self, window: Period) -> _Asked:
        return replace(self, question=replace(self.question, period=window, defined=self.question.period))


def compare(ws: Workspace, kpi_id: str, question: Question, by: By = "rep") -> Comparison:
    """The reps or teams of a scope on one KPI, ranked by who differs by more than luck, else by name.

    Reps are compared with those of the same role and segment; who is ramping stands apart. The window is the shortest
    that ends with the period and in which most of them have rows enough.

    Raises:
        UserError: no such KPI, or a scope in which there is nobody to compare.
    """
    ws = as_known(ws, question.as_of, question.teams)
    kpi = definition_in_force(ws, find_kpi(ws, kpi_id), question.period)
    if question.scope.kind not in ("org", "team"):
        raise UserError("One rep alone cannot be compared.", "Choose a team or the whole organisation.")
    asked = _Asked(ws, kpi, kind_of(kpi), replace(question, by=by, periods=1, parts=(), where=""))
    return ws.remember(("compare", kpi.id, kpi.version, asked.question), lambda: _compare(asked, by))


def kind_of(kpi: Kpi) -> Kind:
    """By which test reps are compared on a KPI."""
    if kpi.is_manual:
        return "other"
    if kpi.is_rate:
        return "rate"
    if kpi.kpi_class in ("flow_count", "distinct"):
        return "count"
    if kpi.kpi_class == "flow_money":
        return "sum"
    if kpi.kpi_class in ("money_ratio", "mean_time"):
        return "mean"
    return "median" if kpi.kpi_class == "median" else "other"


def _compare(asked: _Asked, by: By) -> Comparison:
    ws, question = asked.ws, asked.question
    wide, found = _fair(asked)
    if not all(_is_made_of(asked.kind, one) for one in found):
        asked = replace(asked, kind="other")
        wide, found = _fair(asked)
    within = {person.id for person in ramping(ws, question, [one.scope for one in found])}
    new = [one for one in found if one.scope.kind == "rep" and one.scope.id in within]
    full = [one for one in found if one not in new]
    made = tuple(_group(wide, label, members) for label, members in _alike(ws, full, by))
    known = data_date(ws, question.as_of)
    return Comparison(
        kpi=asked.kpi, question=question, by=by,
        title=f"{asked.kpi.name} · {scope_name(ws, question.scope)} · by {by}", window=wide.question.period,
        window_words=window_words(asked.shown, question.period, wide.question.period, known),
        size_words=asked.shown.size,
        groups=made, ramping=tuple(replace(one, ramping=True, place_words=RAMPING) for one in _plain(wide, new)),
        sentence=sentence(asked.kind, made, by), currency=settings(ws).currency, as_of=known,
        notices=(*view_notices(ws, question.as_of, question.teams),
                 *part_time_notices(ws, question, [one.scope for one in full]), *_left_out(wide, found)),
        definitions=definitions_code(ws, [asked.kpi], question.period),
    )  # fmt: skip


# --- the window -----------------------------------------------------------------------------------------------------


def _fair(asked: _Asked) -> tuple[_Asked, list[One]]:
    """The shortest window in which at least half of all have rows enough, else the longest; and what each came to.

    It stays shorter where a longer one loses somebody, as it does where no target is set for the whole of it.
    """
    period, wide, found = asked.question.period, asked, list[One]()
    for count in WINDOWS[period.grain]:
        first = shift(period, 1 - count, settings(asked.ws))
        longer = asked.over(period if count == 1 else span_period(first.start, period.last_day))
        there = _members(longer)
        if len(there) < len(found):
            break
        wide, found = longer, there
        enough = [
            one.x if asked.kind == "count" else len(one.values) if asked.kind == "sum" else one.size for one in found
        ]
        if enough and median(enough) >= (LEAST_ROWS if asked.kind == "rate" else LEAST_COUNT):
            break
    return wide, found


def _wanted(asked: _Asked) -> list[Scope]:
    """The reps or teams of a scope."""
    question = asked.question
    return [one for one in members_of(asked.ws, question) if one.kind == question.by and one != question.scope]


def _left_out(asked: _Asked, found: Sequence[One]) -> tuple[str, ...]:
    """Who was there in the window but has nothing to compare, in a sentence."""
    compared = {one.scope for one in found}
    names = [one.name for one in _wanted(asked) if one not in compared and _is_there(asked, one)]
    return (f"Not in the list, for there is nothing of theirs to compare: {names_in_row(names)}.",) if names else ()


def _members(asked: _Asked) -> list[One]:
    """Everybody with something to compare."""
    ws, question, wanted = asked.ws, asked.question, _wanted(asked)
    if not wanted:
        return []
    formula, weeks = formula_then(ws, asked.kpi, question.defined_in), compile_formula(WEEKS)
    grid = engine.evaluate(
        evaluator(ws, question.as_of, question.teams), [(asked.kpi, formula), (kpi_of_formula(weeks), weeks)], wanted,
        (question.period,), unassigned_level="team",
    )  # fmt: skip
    found = [
        _one(asked, formula, scope, grid.result(0, at, 0), grid.result(1, at, 0).value)
        for at, scope in enumerate(wanted)
    ]
    return [one for one in found if one is not None]


def _one(asked: _Asked, formula: Formula | None, scope: Scope, result: Result, days: float | None) -> One | None:
    """What somebody brings, None for nothing; `days` are the days worked."""
    if result.value is None:
        return None
    if asked.kind == "rate" or (asked.kind == "count" and asked.kpi.per_rep_per_week):
        return One(scope, result, result.numerator or 0.0, result.denominator or 0.0)
    if asked.kind == "count":
        worked = _worked(asked, days)
        counts = worked > 0 and (result.value or _is_there(asked, scope))
        return One(scope, result, result.value, worked / DAYS_OF_A_WEEK) if counts else None
    if asked.kind == "other" or formula is None:
        return One(scope, result, 0.0, result.n) if result.n else None
    values = _values(asked, formula, scope)
    if asked.kind == "sum":
        worked = _worked(asked, days)
        counts = worked > 0 and (result.value or _is_there(asked, scope))
        return One(scope, result, math.fsum(values), worked / DAYS_OF_A_WEEK, values) if counts else None
    return One(scope, result, math.fsum(values), result.n, values) if result.n else None


def _worked(asked: _Asked, days: float | None) -> float:
    """The days worked; without working days known, those of a five-day week."""
    return days if days is not None else asked.question.period.days * WORKING_SHARE


def _is_made_of(kind: Kind, one: One) -> bool:
    """Whether the amounts behind a sum or a mean make it up, so that their luck is that of the number."""
    value = one.result.value or 0.0
    if kind == "sum":
        return math.isclose(one.x, value, rel_tol=1e-6, abs_tol=0.01)
    return kind != "mean" or (bool(one.values) and math.isclose(one.x / len(one.values), value, rel_tol=1e-6))


def _is_there(asked: _Asked, scope: Scope) -> bool:
    """Whether nothing counted is a number of its own: of a rep with a role who was there, not of a name in a file."""
    people, period = scopes(asked.ws).people, asked.question.period
    here = (one.role and not not_here(one, period) for one in people if one.id == scope.id)
    return scope.kind == "team" or any(here)


def _values(asked: _Asked, formula: Formula, scope: Scope) -> tuple[float, ...]:
    question = asked.question
    known = evaluator(asked.ws, question.as_of, question.teams)
    found = engine.behind(known, asked.kpi, formula, scope, question.period, unassigned_level="team")
    if found.values is None:
        return ()
    pairs = zip(found.values.tolist(), found.weights.tolist(), strict=True)
    counted = [(value, weight) for value, weight in pairs if math.isfinite(value) and weight > 0]
    return tuple(value * weight if asked.kind == "sum" else value for value, weight in counted)


# --- like for like --------------------------------------------------------------------------------------------------


def _alike(ws: Workspace, found: Sequence[One], by: By) -> list[tuple[str, list[One]]]:
    """Those who may be compared with each other: teams, or reps of one role and segment; the largest set first."""
    if by == "team":
        return [("Teams", list(found))] if found else []
    people = {person.id: person for person in scopes(ws).people}
    sets: dict[str, list[One]] = {}
    for one in found:
        sets.setdefault(_traits(people.get(one.scope.id)), []).append(one)
    return sorted(sets.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _traits(person: Person | None) -> str:
    traits = [person.role, person.segment] if person is not None else []
    return " · ".join(one for one in traits if one.strip()) or "No role known"


def _group(asked: _Asked, label: str, members: Sequence[One]) -> PeerGroup:
    members = sorted(members, key=lambda one: one.scope.name.casefold())
    peers, why_not = _plain(asked, members), not_compared(asked.kind, members)
    if why_not:
        peers = [replace(one, place_words="not compared") for one in peers]
        return PeerGroup(label, tuple(peers), None, "", (), why_not)
    common, kind, middle = common_of(members, asked.kind), asked.kind, middle_of(asked.kind, members)
    placed = [_placed(peer, middle.place(one)) for peer, one in zip(peers, members, strict=True)]
    if kind == "rate":
        pulled = shrunk([one.x for one in members], [one.size for one in members])
        placed = [
            replace(peer, fair=one.rate, fair_text=asked.shown.value(one.rate, peer.size))
            for peer, one in zip(placed, pulled, strict=True)
        ]
    told = _grouping(members, kind)
    sets = told.groups[::-1] if asked.kpi.direction == "lower" else told.groups
    alike = (sorted((members[at].scope.name for at in one), key=str.casefold) for one in sets if len(one) > 1)
    return PeerGroup(
        label, _ranked(placed, sets), common, asked.shown.value(common, sum(one.size for one in members)),
        tuple(tuple(names) for names in alike),
        f"{group_words(placed, told)} {_apart_words(asked, middle)}".strip(),
        lines_round(middle, max(one.size for one in members)), middle.common, _middle_text(asked, middle), middle.apart,
    )  # fmt: skip


def _ranked(peers: Sequence[Peer], sets: Sequence[Sequence[int]]) -> tuple[Peer, ...]:
    """Everybody by the sets of those who cannot be told apart, the best first; by name within them."""
    if len(sets) < 2:
        return tuple(peers)
    within = [[rank for rank, one in enumerate(sets, 1) if at in one] for at in range(len(peers))]
    ranked = [
        replace(peer, rank=f"{ranks[0]}–{ranks[-1]}" if len(ranks) > 1 else f"{ranks[0]}" if ranks else "")
        for peer, ranks in zip(peers, within, strict=True)
    ]
    order = sorted(range(len(peers)), key=lambda at: (within[at] or [len(sets) + 1], at))
    return tuple(ranked[at] for at in order)


def _grouping(members: Sequence[One], kind: Kind) -> Grouping:
    values, sizes = [one.values for one in members], [one.size for one in members]
    if kind in ("median", "mean"):
        return median_groups(values) if kind == "median" else mean_groups(values)
    if kind == "sum":
        return sum_groups(values, sizes)
    made = groups if kind == "rate" else count_groups
    return made([one.x for one in members], sizes)


def _middle_text(asked: _Asked, middle: Middle) -> str:
    return asked.shown.value(middle.common, sum(one.size for one in middle.members))


def _apart_words(asked: _Asked, middle: Middle) -> str:
    """What the others are held against where somebody is so far off that it is left out of it; else empty."""
    if not middle.apart:
        return ""
    return f"Held against what all came to without {listed(middle.apart, MOST_NAMED)}: {_middle_text(asked, middle)}."


def _placed(peer: Peer, found: FunnelPlace | None) -> Peer:
    if found is None:
        return replace(peer, place_words=PLACE_WORDS[""])
    often = OFTEN.get(found.place, "")
    words = f"{PLACE_WORDS[found.place]} ({often})" if often else PLACE_WORDS[found.place]
    return replace(peer, place=found.place, place_words=words)


def _plain(asked: _Asked, members: Sequence[One]) -> list[Peer]:
    """Each with value, rows and range, by name, not compared yet."""
    shown, found, coded = asked.shown, [], coder(asked.ws, asked.question)
    for one in sorted(members, key=lambda one: one.scope.name.casefold()):
        value, ends = _value(asked, one)
        question = replace(asked.question, scope=one.scope, by="")
        found.append(Peer(
            scope=one.scope, name=one.scope.name, value=value, value_text=shown.value(value, one.size), size=one.size,
            sample_text=shown.sample(one), low=ends[0] if ends else None, high=ends[1] if ends else None,
            interval_text=shown.ends(ends, one.size), fair=None, fair_text="", place="", place_words="",
            question=question, receipt=coded(asked.kpi, question, one.result),
        ))  # fmt: skip
    return found


def _value(asked: _Asked, one: One) -> tuple[float | None, tuple[float, float] | None]:
    """The value that is compared, a count or a sum by its weeks, and its range."""
    value, ends = one.result.value, one.result.interval
    if asked.kind == "sum":
        return one.x / one.size, sum_interval(one.values, one.size)
    if asked.kind == "mean":
        return value, mean_interval(one.values) if len(one.values) >= LEAST_COUNT else None
    if asked.kind != "count" or asked.kpi.per_rep_per_week:
        return value, ends
    return (value or 0.0) / one.size, (ends[0] / one.size, ends[1] / one.size) if ends else None
