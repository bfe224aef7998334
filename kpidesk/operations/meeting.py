"""What the data say for a one-on-one: what changed since the last one, at most five KPIs, deals to talk about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpidesk import store
from kpidesk.core.causes import why_words
from kpidesk.core.formats import day_text, format_difference, format_value, whole_percent
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Person, Scope
from kpidesk.core.periods import Period, span_period
from kpidesk.core.reviews import MOST_KPIS, RISK_WORDS, Fact, FactDeal, FactKind, Line, Risk, RiskDeal
from kpidesk.core.scorecards import Question, Row
from kpidesk.core.settings import Settings
from kpidesk.core.status import least_rows, too_few_words
from kpidesk.core.texts import folded
from kpidesk.core.wording import counted
from kpidesk.engine.risks import Ahead, AtRisk, deals_at_risk
from kpidesk.engine.since import BY_WEIGHT, DealChange, changes_since
from kpidesk.engine.standing import Standing
from kpidesk.operations.applying import held
from kpidesk.operations.causes import why
from kpidesk.operations.evaluation import scorecard
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import chosen_kpis
from kpidesk.operations.objectives import focus
from kpidesk.operations.pipeline_given import limits_on
from kpidesk.operations.presence import not_here
from kpidesk.operations.ramp import ramp_note, ramping
from kpidesk.operations.workspace import Workspace, data_date, date_before, scopes, settings

MOST_RISKS = 8
ALL_THAT_IS_LEFT = "as much as is left to the target, or more"
BOOKINGS = "bookings"
LEAST_TEAM = 3
"""Reps of a team whose value stands beside that of one of them."""
_ADDED = ("flow_count", "flow_money", "distinct", "stock")
_SUMS = ("count", "money")
_MONTH, _YEAR = 30.44, 24


@dataclass(frozen=True, slots=True)
class Told:
    """What the data say about a rep: in which words the page begins, and every part that is not typed."""

    header: str
    as_of: date | None
    since: date | None
    facts: tuple[Fact, ...]
    lines: tuple[Line, ...]
    risks: tuple[RiskDeal, ...]
    why: tuple[str, ...] = ()
    manager: str = ""


def told(ws: Workspace, scope: Scope, period: Period) -> Told:
    """What the data say about a rep and a period, since the last closed meeting or else the newest data before."""
    since = store.last_data_date(ws.db, scope.id) or date_before(ws)
    first = focus(ws, scope).kpi_ids
    return ws.remember(("one-on-one", scope, period, since, first), lambda: _told(ws, scope, period, since, first))


def _told(ws: Workspace, scope: Scope, period: Period, since: date | None, first: tuple[str, ...]) -> Told:
    asked, known = Question(period, scope), data_date(ws)
    shown = _few(chosen_kpis(ws, (), scope, period), first)
    card = scorecard(ws, asked, tuple(dict.fromkeys((*(kpi.id for kpi in shown), BOOKINGS))))
    booked = next(row.result.value for row in card.rows if row.kpi.id == BOOKINGS)
    rows = card.rows[: len(shown)]
    about = header(ws, scope, known or ws.today)
    counts = any(row.result.n for row in rows)
    ramp = ", ".join(f"ramping {ramp_note(one, period)}" for one in ramping(ws, asked, (scope,)))
    return Told(
        header=" · ".join(part for part in (about, ramp, first_day_words(ws, scope, period, counts=counts)) if part),
        as_of=known,
        since=since,
        facts=_facts(ws, scope, since, known),
        lines=_with_team(ws, scope, period, tuple(Line(row, line_words(row, settings(ws))) for row in rows)),
        risks=_risks(ws, scope, period, booked),
        why=tuple(text for row in rows if (text := why_words(why(ws, row.kpi.id, asked)))),
        manager=_manager(ws, scope, known or ws.today),
    )


def _few(kpis: tuple[Kpi, ...], focused: tuple[str, ...]) -> tuple[Kpi, ...]:
    """As many KPIs as a sheet shows, those in focus first; one that is retired since comes after all in use."""
    ahead = sorted(kpis, key=lambda kpi: focused.index(kpi.id) if kpi.id in focused else len(focused))
    return tuple(sorted(ahead, key=lambda kpi: kpi.status == "retired")[:MOST_KPIS])


def _manager(ws: Workspace, scope: Scope, day: date) -> str:
    """Who leads the team of a rep, by role; empty where the files name nobody or several."""
    organisation = scopes(ws)
    team = organisation.team_on(scope.id, day)
    now = [(one.team_id, one.person_id) for one in organisation.memberships if one.start <= day < one.end]
    for place in (team, *organisation.above(team.id)) if team is not None else ():
        led = [one.name for one in organisation.people if (place.id, one.id) in now and one.leads]
        if led:
            return led[0] if len(led) == 1 and led[0] != scope.name else ""
    return ""


def _with_team(ws: Workspace, scope: Scope, period: Period, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines with the value of the rep's team beside, of sums the average of its reps; who leads it is none.

    A team of fewer than three is left out: whoever knows one of two knows the other.
    """
    organisation = scopes(ws)
    day = min(period.last_day, data_date(ws) or period.last_day)
    team = organisation.team_on(scope.id, day)
    if team is None or not lines:
        return lines
    leading = {one.id for one in organisation.people if one.leads}
    away = {one.id for one in organisation.people if not_here(one, span_period(day, day))}
    reps = {one.person_id for one in organisation.spells(team.id) if one.start <= day < one.end} - leading - away
    if len(reps) < LEAST_TEAM:
        return lines
    asked = Question(period, Scope("team", team.name, team.id))
    card = scorecard(ws, asked, tuple(line.row.kpi.id for line in lines))
    told = (_team_text(row, len(reps), settings(ws)) for row in card.rows)
    return tuple(replace(line, team=text) for line, text in zip(lines, told, strict=True))


def _team_text(row: Row, reps: int, known: Settings) -> str:
    """The value of a team: "team 24%", "team $310K each"; empty where it has none, or none that can be parted."""
    if row.result.value is None or (row.kpi.kpi_class == "derived" and row.kpi.unit in _SUMS):
        return ""
    if row.kpi.kpi_class in _ADDED:
        return f"team {format_value(row.result.value / reps, row.kpi.display, known.currency)} each"
    return f"team {row.value_text}"


def line_words(row: Row, known: Settings) -> str:
    """A value in words: "31 of 96", "3 of 7, too early; 31 of 96 in 12 months", "$2.41M from 52 deals"."""
    result = row.result
    more = f"; {row.long_run.words}" if row.long_run is not None else ""
    if result.value is None:
        return f"{row.reason or 'No value'}{more}"
    if row.kpi.is_rate and result.numerator is not None:
        few = result.n < least_rows(row.kpi, known)
        return f"{too_few_words(result.numerator, result.n) if few else row.sample_text}{more}"
    return f"{row.value_text} from {row.sample_text}{more}" if row.sample_text and result.n else row.value_text


def header(ws: Workspace, scope: Scope, day: date) -> str:
    """Role, team and tenure of a rep on a day; a role or team that names somebody else is left out."""
    organisation = scopes(ws)
    person = next((one for one in organisation.people if one.id == scope.id), Person(scope.id, scope.name))
    team = organisation.team_on(scope.id, max(day, person.hire_at or day))
    others = {one.name for one in organisation.people if one.id != scope.id}
    others |= {text for text, number in store.people_by_name(ws.db).items() if number != scope.id}
    told = (text for text in (person.role, team.name if team else "") if not names_one_of(text, others))
    return " · ".join(part for part in (*told, _tenure(person, day)) if part)


def first_day_words(ws: Workspace, scope: Scope, period: Period, *, counts: bool) -> str:
    """What a period or data from before the first day of a rep say about them; empty where the rep was there before.

    `counts`: something counts in the period all the same, as for deals that were taken over.
    """
    known = data_date(ws)
    first = next((one.hire_at for one in scopes(ws).people if one.id == scope.id), None)
    if first is None or first <= min(period.start, known or ws.today):
        return ""
    told = f"first day {day_text(first)}"
    if known is None:
        return told
    if first >= period.end:
        rest = "was over before it, its numbers come from deals taken over" if counts else "has none of their numbers"
        return f"{told}: {period.label} {rest}"
    if first > known:
        return f"{told}: the data end before it, on {day_text(known)}"
    return f"{told}: {(period.end - first).days} of the {period.days} days of {period.label} are theirs"


def names_one_of(text: str, names: Iterable[str]) -> bool:
    """Whether one of these names stands in a text, whatever the case, the spaces and the order of its words."""
    plain = folded(text)
    words, joined = set(_words(plain)), "".join(_words(plain))
    return any(_names(words, joined, folded(name)) for name in names)


def _names(words: set[str], joined: str, name: str) -> bool:
    """A single word must stand by itself ("Lee" is not in "Leeds"), but in scripts without spaces it cannot."""
    parts = _words(name)
    is_telling = len(parts) > 1 or not name.isascii()
    return bool(parts) and (words.issuperset(parts) or (is_telling and "".join(parts) in joined))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _tenure(person: Person, day: date) -> str:
    if person.end_at is not None and person.end_at <= day:
        return f"left on {day_text(person.end_at)}"
    if person.hire_at is None:
        return ""
    days = (day - person.hire_at).days
    if days < 0:
        return ""  # the words about the first day say it
    if days < 2 * _MONTH:
        return "started today" if days == 0 else f"started {counted(days, 'day')} ago"
    months = int(days / _MONTH)
    return counted(months, "month") if months < _YEAR else counted(int(days / 365.25), "year")


def money(amount: float | None, currency: str, known: Settings) -> str:
    """An amount as text, in the currency of the workspace unless another is named."""
    return format_value(amount, "money", currency or known.currency)


def _amount_words(share: float, deal: Standing, known: Settings) -> str:
    """Which part of a shared deal is the rep's, and what it is worth here: "20% of €100K; €20K ≈ $21.6K"."""
    found = []
    if share < 1 and deal.amount is not None:
        found.append(f"{share * 100:.3g}% of {money(deal.amount, deal.currency, known)}")
    if deal.worth is not None:
        mine = money(_part(share, deal), deal.currency, known)
        found.append(f"{mine} ≈ {money(deal.worth * share, '', known)}")
    return "; ".join(found)


def _mine(change: DealChange, deal: Standing) -> float | None:
    """The rep's part of the amount of a deal, by the share that is theirs now."""
    return _part(change.share, deal)


def _part(share: float, deal: Standing) -> float | None:
    return None if deal.amount is None else deal.amount * share


def _facts(ws: Workspace, scope: Scope, since: date | None, known: date | None) -> tuple[Fact, ...]:
    if since is None or known is None:
        return ()
    changes = changes_since(evaluator(ws).facts, scope.id, since)
    names = store.deal_names(ws.db, [change.now.value for change in changes])
    found = []
    for kind in BY_WEIGHT:
        mine = sorted((one for one in changes if one.kinds[0] == kind), key=lambda one: -_worth(one, _told_of(one)))
        if mine:
            deals = tuple(_fact_deal(one, names[one.now.value], known, settings(ws)) for one in mine)
            found.append(Fact(kind, deals, _total(kind, mine, settings(ws))))
    return tuple(found)


def _fact_deal(change: DealChange, name: str, as_of: date, known: Settings) -> FactDeal:
    now, told = change.now, _told_of(change)
    texts = [_change_text(kind, change, as_of, known) for kind in change.kinds]
    texts.append(_amount_words(change.share, told, known))
    amount = money(_mine(change, told), told.currency, known)
    return FactDeal(now.deal_id, name, now.account, amount, "; ".join(text for text in texts if text))


def _told_of(change: DealChange) -> Standing:
    """The deal as its amount is told and added up: of one that was won and is lost now, or that was handed over, what
    it had been."""
    is_past = change.kinds[0] == "handed_over" or (_had_been_won(change) and change.kinds[0] == "lost")
    return change.before if is_past and change.before else change.now


def _had_been_won(change: DealChange) -> bool:
    return change.before is not None and change.before.outcome == "won"


def _change_text(kind: FactKind, change: DealChange, as_of: date, known: Settings) -> str:
    now, then = change.now, change.before or change.now
    worth = f" for {money(_mine(change, then), then.currency, known)}" if then.amount is not None else ""
    if kind in ("won", "lost"):
        is_gone = kind == "lost" and then.outcome == "won"
        was = f"was won{worth}, now " if is_gone else ""
        why = f": {now.loss_reason}" if kind == "lost" and now.loss_reason else ""
        return f"{was}{kind}{_on(now.closed_on, as_of)}{why}{_now_at(change, known) if is_gone else ''}"
    if kind in ("amount_up", "amount_down", "won_amount"):
        if then.amount is None:
            return f"first amount {money(_mine(change, now), now.currency, known)}"
        was = money(_mine(change, then), then.currency, known)
        return f"from {was} to {money(_mine(change, now), now.currency, known)}"
    if kind in ("pushed", "pulled_in"):
        return f"from {due_text(then)} to {due_text(now)}"
    if kind == "stage":
        return f"from {then.stage or 'no stage'} to {now.stage or 'no stage'}"
    if kind == "reopened":
        return f"was {then.outcome}{worth if then.outcome == 'won' else ''}, now {now.stage or 'open'}"
    if kind == "handed_over":
        return f"was in {then.stage}" if then.stage else f"was {then.outcome}"
    if kind == "taken_over" and now.outcome != "open":
        return now.outcome
    if kind == "gone":
        return f"was in {now.stage}" if now.stage else "was open"
    return f"{now.stage or 'Open'}, due {due_text(now)}" if now.close_date else now.stage or "Open"


def _now_at(change: DealChange, known: Settings) -> str:
    """With what amount a deal that had been won is lost now, where that is another one."""
    now, then = change.now, change.before or change.now
    if (now.amount, now.currency) == (then.amount, then.currency):
        return ""
    return f", with {money(_mine(change, now), now.currency, known) if now.amount is not None else 'no amount'} now"


def _on(day: date | None, as_of: date) -> str:
    """When a deal was closed; a day that the data have not reached is a plan, so no more than "by then" is known."""
    if day is None:
        return ""
    return f" on {day_text(day)}" if day <= as_of else f" by {day_text(as_of)}"


def due_text(deal: Standing) -> str:
    """The day on which a deal is to close."""
    return day_text(deal.close_date) if deal.close_date else "no date"


def _total(kind: FactKind, changes: Sequence[DealChange], known: Settings) -> str:
    """What the deals are worth together, for changed amounts by how much they changed; and how many have no rate."""
    valued = [one for one in changes if _is_valued(_told_of(one))]
    total = sum(_worth(one, _told_of(one)) for one in valued)
    if kind in ("amount_up", "amount_down", "won_amount"):
        grown = total - sum(_worth(one, one.before or one.now) for one in valued)
        first = sum(one.before is not None and one.before.amount is None for one in valued)
        told = f", with {counted(first, 'first amount')}" if first else ""
        text = f"{format_difference(grown, 'money', known.currency)}{told}"
    else:
        text = f"{money(total, '', known)}{_won_before(kind, changes, known)}"
    left_out = sum(_told_of(one).amount is not None and not _is_valued(_told_of(one)) for one in changes)
    return f"{text} and {left_out:,} without an exchange rate" if left_out else text


def _won_before(kind: FactKind, changes: Sequence[DealChange], known: Settings) -> str:
    """How much of the deals that are lost or open again had been won: ", $19.1K of it had been won"."""
    won = [one for one in changes if _had_been_won(one)] if kind in ("lost", "reopened") else []
    total = sum(_worth(one, one.before) for one in won if one.before is not None and _is_valued(one.before))
    if not total:
        return ""
    told = money(total, "", known)
    if kind == "reopened":
        return f", had been won for {told}"
    return f", {'all' if len(won) == len(changes) else told} of it had been won"


def _is_valued(deal: Standing) -> bool:
    """Whether the worth of a deal in the currency of the workspace is known, so far as it has an amount."""
    return not deal.currency or deal.worth is not None


def _worth(change: DealChange, deal: Standing) -> float:
    """The rep's part of a deal in the currency of the workspace; 0 without an amount or a rate."""
    amount = deal.worth if deal.currency else deal.amount
    return (amount or 0.0) * change.share


def _risks(ws: Workspace, scope: Scope, period: Period, booked: float | None) -> tuple[RiskDeal, ...]:
    target = held(ws, BOOKINGS, scope, period)
    left = target.target - (booked or 0.0) if target else None
    known = settings(ws)
    facts = evaluator(ws).facts
    found = deals_at_risk(
        facts, scope.id, Ahead(left, period.last_day), MOST_RISKS, limits_on(ws, facts, facts.newest_data)
    )
    names = store.deal_names(ws.db, [one.deal.value for one in found])
    return tuple(
        RiskDeal(
            deal_id=one.deal.deal_id,
            name=names[one.deal.value],
            account=one.deal.account,
            amount_text=money(_part(one.share, one.deal), one.deal.currency, known),
            stage=one.deal.stage,
            close_date=day_text(one.deal.close_date) if one.deal.close_date else "",
            risks=one.risks,
            shared=_amount_words(one.share, one.deal, known),
            age_days=one.age_days,
            told=tuple(_risk_words(risk, one, left) for risk in one.risks),
        )
        for one in found
    )


def _risk_words(risk: Risk, one: AtRisk, left: float | None) -> str:
    """A reason with its number: "close date passed 3 days ago", "41 days in its stage, more than 21 (34 stays)"."""
    if risk == "overdue" and one.days_over is not None:
        return f"close date passed {counted(one.days_over, 'day')} ago"
    if risk == "pushed":
        return f"pushed {one.pushes} times"
    if risk == "stalled":
        return f"{one.days_in_stage} days in its stage, more than {one.limit.text}"
    if risk == "quiet" and one.quiet_days is not None:
        return f"no activity for {one.quiet_days} days"
    if risk == "early_stage" and one.days_over is not None:
        ahead = "today" if not one.days_over else f"in {counted(-one.days_over, 'day')}"
        return f"due {ahead} in an early stage"
    mine = _part(one.share, one.deal)
    if risk == "large" and mine is not None and left:
        return ALL_THAT_IS_LEFT if mine >= left else f"{whole_percent(mine / left)}% of what is left to the target"
    return RISK_WORDS[risk]
