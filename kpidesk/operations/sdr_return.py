"""What SDRs or any other group of sourcing people brought in for what they cost, and when they pay for themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import NormalDist, median

import numpy as np

from kpidesk import engine, store
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.formats import count_text, day_text, format_interval, format_value, months_text, span_text
from kpidesk.core.parts import Part
from kpidesk.core.people import ORG, Person, Scope
from kpidesk.core.periods import Period, period_of, run_of, span_period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.sdr import (
    BASIS_WORDS,
    PLAN_WORDS,
    Basis,
    SdrReturn,
    SourcedMonth,
    even_at,
    even_day,
    monthly_rate,
    months_to_even,
    summed,
)
from kpidesk.language import compile_formula
from kpidesk.language.printing import quoted_text
from kpidesk.operations.evaluators import as_known, evaluator
from kpidesk.operations.formulas import kpi_of_formula, needs_of
from kpidesk.operations.page_numbers import GROUP, sourced_number
from kpidesk.operations.receipt_code import coder
from kpidesk.operations.workspace import Workspace, data_date, scopes, settings
from kpidesk.stats.intervals import CONFIDENCE

LONGEST_MONTHS = 36
SDR = "role:SDR"
WON = "sum(deals.amount where won on closed_at)"
MOST_RAMP = 60


@dataclass(frozen=True, slots=True)
class Group:
    """Who sources deals: the words for them, the people, and the role that names them in the files, if one does.

    `key` is the text by which they are found again, in small letters.
    """

    words: str
    people: tuple[Person, ...]
    role: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class _Costs:
    """What a group cost by month, and where that comes from."""

    by_month: tuple[float, ...]
    words: str


def sdr_return(
    ws: Workspace, group: str = SDR, *, monthly_cost: float | None = None, ramp_months: int | None = None,
    start: date | None = None, basis: Basis | None = None, as_of: date | None = None,
) -> SdrReturn:  # fmt: skip
    """The return of a group by month, up to the newest data: what its deals won over what it cost.

    A group is `role:SDR`, `motion:outbound`, `team:North` or `rep:Ann Lee`. Its cost comes from the costs that files
    tell, or is `monthly_cost` for all of it together. Without a `start` it is the first hire in the group, or the first
    month with a cost, at most three years back; without `ramp_months` what people's ramp is said to be, or the time to
    the first sourced deal that was won.

    Raises:
        UserError: nobody is in the group, or neither files nor anybody tell what it costs or which deals it sourced.
    """
    ws = as_known(ws, as_of)
    newest = data_date(ws, as_of)
    if newest is None:
        raise UserError("There are no deals yet.", "Import an export first.")
    _check(monthly_cost, ramp_months)
    who = find_group(ws, group)
    way = basis or _basis(ws, who)
    _check_basis(ws, who, way)
    history = run_of(period_of(newest, "month", settings(ws)), LONGEST_MONTHS, settings(ws))
    costs = _costs(ws, who, history, monthly_cost, as_of)
    known_from = store.first_lead(ws.db, [one.id for one in who.people]) if way == "lead" else None
    first = _first(who, history, costs, start, known_from)
    periods = history[first:]
    amounts = [_sourced(ws, who, way, one, as_of) for one in periods]
    months = summed(periods, [math.fsum(one) for one in amounts], [len(one) for one in amounts],
                    costs.by_month[first:])  # fmt: skip
    ramp, ramp_words = _ramp(who, months, ramp_months)
    together, said = [one for month in amounts for one in month], (costs.words, ramp_words)
    found = _made(ws, who, way, months, together, ramp, said, newest)
    return _with_codes(ws, found, who, as_of, is_typed=monthly_cost is not None)


def _with_codes(ws: Workspace, found: SdrReturn, who: Group, as_of: date | None, *, is_typed: bool) -> SdrReturn:
    """The same with the codes of what was won, and of the return where files tell what it cost."""
    span = span_period(found.months[0].period.start, found.months[-1].period.last_day)
    asked = Question(span, ORG, as_of=as_of, parts=(Part(GROUP, who.key),))
    coded, proven = coder(ws, asked), Result(found.multiple, found.deals, found.won, found.cost)
    won = coded(sourced_number(found.basis, is_return=False), asked, Result(found.won, found.deals))
    is_told = not is_typed and found.multiple is not None
    back = coded(sourced_number(found.basis, is_return=True), asked, proven) if is_told else ""
    return replace(found, won_receipt=won, multiple_receipt=back)


def _check(monthly_cost: float | None, ramp_months: int | None) -> None:
    if monthly_cost is not None and not 0 < monthly_cost <= 1e9:
        raise UserError("This is no cost of a month.", "Give what the group costs in a month, all included.")
    if ramp_months is not None and not 0 <= ramp_months <= MOST_RAMP:
        raise UserError(f"A ramp of {ramp_months} months is none.", "Give 0 to 60 months.")


def _check_basis(ws: Workspace, who: Group, way: Basis) -> None:
    """Refuse a way to tell the deals of a group that the files do not support."""
    known = {
        "role": bool(who.role) and _names_role(ws),
        "creator": bool(who.people) and _computable(ws, _people_text("created_by", who.people)),
        "lead": bool(who.people) and evaluator(ws).facts.tables.has("leads"),
        "owner": bool(who.people),
    }
    if not known[way]:
        raise UserError(
            f"The files do not tell the {BASIS_WORDS[way].format(group=who.words)}.",
            "Export 'Sourced by role' or 'Created by' with the deals, or the leads with owner and deal.",
        )


def find_group(ws: Workspace, text: str) -> Group:
    """The people that a text names: `role:SDR`, `motion:outbound`, a team or a rep.

    Raises:
        UserError: nobody is meant; the nearest are offered.
    """
    kind, _, name = text.strip().partition(":")
    known, wanted = scopes(ws), name.strip().casefold()
    if kind.casefold() in ("role", "motion") and wanted:
        attribute = kind.casefold()
        words = {getattr(one, attribute) for one in known.people} - {""}
        found = tuple(one for one in known.people if getattr(one, attribute).casefold() == wanted)
        role = name.strip() if attribute == "role" else ""
        if not found and not (role and _names_role(ws)):
            advice = f"{nearest(name.strip(), words)} People is where somebody is given a {attribute}."
            raise UserError(f"Nobody has the {attribute} '{name.strip()}'.", advice)
        shown = next((one for one in words if one.casefold() == wanted), name.strip())
        return Group(f"the {attribute} {shown}", found, shown if role else "", f"{attribute}:{shown.casefold()}")
    return _of_scope(ws, known.find_scope(text))


def _of_scope(ws: Workspace, scope: Scope) -> Group:
    known = scopes(ws)
    if scope.kind == "rep":
        return Group(scope.name, tuple(one for one in known.people if one.id == scope.id), key=scope.key.casefold())
    if scope.kind == "team":
        inside = {spell.person_id for spell in known.spells(scope.id)}
        return Group(scope.name, tuple(one for one in known.people if one.id in inside), key=scope.key.casefold())
    raise UserError("A return is counted for a group of people.", "Name a role, a motion, a team or a rep.")


def _names_role(ws: Workspace) -> bool:
    return _computable(ws, _role_text("SDR"))


def _computable(ws: Workspace, text: str) -> bool:
    return not needs_of(ws, compile_formula(text))[0]


def _role_text(role: str) -> str:
    return f"sum(deals.amount where won and sourced_by_role = {quoted_text(role)} on closed_at)"


def _people_text(field: str, people: Sequence[Person]) -> str:
    return f"sum(deals.amount where won and {field} in ({_names(people)}) on closed_at)"


def _names(people: Sequence[Person]) -> str:
    return ", ".join(quoted_text(one.name) for one in people)


def _basis(ws: Workspace, who: Group) -> Basis:
    """By what the deals of a group are told: the first that the files have, at last by who owns a deal."""
    if who.role and _names_role(ws):
        return "role"
    if who.people and _computable(ws, _people_text("created_by", who.people)):
        return "creator"
    return "lead" if _from_leads(ws, who) else "owner"


def _from_leads(ws: Workspace, who: Group) -> frozenset[int]:
    """The deals that the leads of a group led to."""
    people = tuple(one.id for one in who.people)
    return ws.remember(("sourced", people), lambda: store.deals_of_leads(ws.db, people))


def _sourced(ws: Workspace, who: Group, way: Basis, period: Period, as_of: date | None) -> list[float]:
    """The amounts of the deals of a group that were won in a period."""
    found = sourced_rows(ws, who, way, period, as_of)
    amounts = (found.values * found.weights).tolist() if found.values is not None else []
    return [one for one in amounts if math.isfinite(one)]


def sourced_rows(ws: Workspace, who: Group, way: Basis, period: Period, as_of: date | None) -> engine.Behind:
    """The deals of a group that were won in a period and have an amount."""
    texts: dict[Basis, str] = {"role": _role_text(who.role), "lead": WON}
    field = "created_by" if way == "creator" else "owner"
    formula = compile_formula(texts[way] if way in texts else _people_text(field, who.people))
    found = engine.behind(evaluator(ws, as_of), kpi_of_formula(formula), formula, ORG, period, unassigned_level="team")
    places = np.arange(len(found.value_ids))
    if found.values is not None:
        places = places[np.isfinite(found.values)]
    if way == "lead":
        wanted, values = _from_leads(ws, who), found.value_ids.tolist()
        deals = store.deal_of_values(ws.db, values)
        places = np.array([at for at in places.tolist() if deals[values[at]] in wanted], dtype=np.int64)
    return engine.rows_at(found, places)


def _costs(
    ws: Workspace, who: Group, periods: Sequence[Period], monthly: float | None, as_of: date | None
) -> _Costs:  # fmt: skip
    """What a group cost in every month: as typed, or what the costs of files say of its people and its role."""
    currency = settings(ws).currency
    if monthly is not None:
        told = format_value(monthly, "money", currency)
        return _Costs((monthly,) * len(periods), f"Cost: {told} a month for the group, as typed.")
    text = _cost_text(who)
    advice = "Give what the group costs in a month, all included."
    if not _computable(ws, text):
        raise UserError("No file tells what the group costs.", advice)
    formula = compile_formula(text)
    grid = engine.evaluate(evaluator(ws, as_of), [(kpi_of_formula(formula), formula)], (ORG,), tuple(periods))
    found = tuple(grid.result(0, 0, p).value or 0.0 for p in range(len(periods)))
    if not any(found):
        raise UserError(f"The costs of the files name nothing of {who.words}.", advice)
    return _Costs(found, f"Cost: what the files say of {who.words}.")


def _cost_text(who: Group) -> str:
    terms = [*([f"category = {quoted_text(who.role)}"] if who.role else []),
             *([f"person in ({_names(who.people)})"] if who.people else [])]  # fmt: skip
    return f"sum(costs.amount where {' or '.join(terms)} on period_at)"


def cost_rows(ws: Workspace, who: Group, period: Period, as_of: date | None) -> engine.Behind:
    """The costs of files that name a group in a period.

    Raises:
        UserError: no file tells what it costs.
    """
    text = _cost_text(who)
    if not _computable(ws, text):
        raise UserError("No file tells what the group costs.", "Give what the group costs in a month, all included.")
    formula = compile_formula(text)
    return engine.behind(evaluator(ws, as_of), kpi_of_formula(formula), formula, ORG, period)


def _first(
    who: Group, periods: Sequence[Period], costs: _Costs, start: date | None, known_from: date | None
) -> int:  # fmt: skip
    """The place of the month that a group is counted from; never before its first lead where leads tell the deals."""
    hired = min((one.hire_at for one in who.people if one.hire_at is not None), default=None)
    day = start or max((one for one in (hired, known_from) if one is not None), default=None)
    if day is None:
        return next((at for at, cost in enumerate(costs.by_month) if cost), 0)
    if day > periods[-1].last_day:
        raise UserError(f"{day_text(day)} is after the newest data.", "Give an earlier day.")
    return next(at for at, one in enumerate(periods) if one.end > day)


def _ramp(who: Group, months: Sequence[SourcedMonth], typed: int | None) -> tuple[int, str]:
    """How many months a group takes until it sells in full, and how that is known."""
    if typed is not None:
        return typed, f"Ramp: {months_text(typed)}, as typed."
    said = [one.ramp_months for one in who.people if one.ramp_months]
    if said:
        usual = round(median(said))
        return usual, f"Ramp: {months_text(usual)}, as the list of people says."
    first = next((at for at, one in enumerate(months) if one.deals), len(months))
    return first, f"Ramp: {months_text(first)} until the first sourced deal was won."


def _made(
    ws: Workspace, who: Group, way: Basis, months: tuple[SourcedMonth, ...], amounts: Sequence[float], ramp: int,
    said: tuple[str, str], newest: date,
) -> SdrReturn:  # fmt: skip
    last, currency = months[-1], settings(ws).currency
    rate, after = monthly_rate(months, ramp), even_at(months)
    more = months_to_even(months, rate) if after is None else None
    whole = after if after is not None else len(months) + more if more is not None else None
    multiple = last.won_so_far / last.cost_so_far if last.cost_so_far else None
    made = SdrReturn(
        group=who.words, people=tuple(one.name for one in who.people), basis=way, months=months,
        deals=float(len(amounts)), won=last.won_so_far, cost=last.cost_so_far, multiple=multiple,
        interval=_interval(amounts, last.cost_so_far), ramp_months=ramp, rate=rate, even_after=whole,
        even_on=even_day(months, whole) if whole is not None else None, projected=after is None and whole is not None,
        as_of=newest, currency=currency, inputs=(), sentence="", even_words="", notices=(),
    )  # fmt: skip
    return _told(made, said, settings(ws).minimum_n)


def _interval(amounts: Sequence[float], cost: float) -> tuple[float, float] | None:
    """The range of the return for luck in how many deals come and how large they are; never below 0.

    The variance of the sum of a Poisson number of amounts is the sum of their squares (Ross, Introduction to
    Probability Models, section 5.4.2).
    """
    if not amounts or not cost:
        return None
    half = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) * math.sqrt(math.fsum(one * one for one in amounts))
    won = math.fsum(amounts)
    return max(won - half, 0.0) / cost, (won + half) / cost


def _told(found: SdrReturn, said: tuple[str, str], enough: int) -> SdrReturn:
    """The same with its words."""
    cost_words, ramp_words = said
    won, cost = (format_value(one, "money", found.currency) for one in (found.won, found.cost))
    span = span_text(found.months[0].period.start, found.as_of or found.months[-1].period.last_day)
    people = f": {', '.join(found.people)}" if found.people not in ((), (found.group,)) else ""
    inputs = (
        f"Group: {found.group}{people}.",
        f"Won: {won} from {count_text(found.deals)} {BASIS_WORDS[found.basis].format(group=found.group)}.",
        f"{cost_words[:-1]}, {cost} in {months_text(len(found.months))} ({span}).",
        ramp_words,
    )
    return replace(
        found, inputs=inputs, sentence=_sentence(found, enough), even_words=_even_words(found), notices=(PLAN_WORDS,)
    )  # fmt: skip


def _sentence(found: SdrReturn, enough: int) -> str:
    if found.multiple is None:
        return "There is no cost yet, so there is no return."
    shown = format_value(found.multiple, "multiple")
    if found.interval is None:
        return f"{shown}: none of their deals was won yet."
    between = format_interval(found.interval, "multiple").replace(" to ", " and ")
    luck = f"luck alone could make it anything between {between}"
    few = f" From only {count_text(found.deals)} deals that is a first impression." if found.deals < enough else ""
    return f"They brought in {shown} what they cost; {luck}.{few}"


def _even_words(found: SdrReturn) -> str:
    """When a group pays, or paid, for itself."""
    if found.even_after is not None and found.even_on is not None:
        when = f"{months_text(found.even_after)} after the start, by {day_text(found.even_on)}"
        if not found.projected:
            return f"What they won made up for their cost {when}."
        rate = format_value(found.rate, "money", found.currency)
        return f"At {rate} a month more than they cost, they break even {when}."
    if found.rate is None:
        return "They have not broken even; too few months after the ramp to say when they will."
    return "They have not broken even, and at the rate of the months after the ramp they will not within ten years."
