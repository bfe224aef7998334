"""The company in pandas, and every shipped KPI worked out from it by groups and sums: a third way to the number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from kpidesk.core.periods import Period
from tests.engine.stays import limits_of, stays_of
from tests.engine.support import Company, Deal

if TYPE_CHECKING:
    from pandas import DataFrame

DECIDED = ("won", "lost")


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """`credit` has a row per deal, event and scope; `standing` one per day, open deal and scope; `stays` per stay."""

    company: Company
    credit: DataFrame
    standing: DataFrame
    stays: DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One scope in one period: the rows that a KPI may be worked out from."""

    frames: Frames
    scope: str
    span: Period

    def happened(self, event: str, first: date | None = None) -> DataFrame:
        rows = self.frames.credit
        day, begin = rows["day"], first or self.span.start
        return rows[(rows["event"] == event) & (rows["scope"] == self.scope) & (day >= begin) & (day < self.span.end)]

    def stayed(self, event: str) -> DataFrame:
        rows = self.frames.stays
        rows = rows[(rows["event"] == event) & (rows["scope"] == self.scope)]
        return rows[rows["day"].map(self.holds).astype(bool)]

    def won(self, first: date | None = None) -> DataFrame:
        rows = self.happened("closed", first)
        return rows[rows["outcome"] == "won"]

    def open_on(self, day: date) -> DataFrame:
        rows = self.frames.standing
        return rows[(rows["on"] == day) & (rows["scope"] == self.scope)]

    @property
    def before(self) -> date:
        return self.span.start - timedelta(days=1)

    @property
    def at_end(self) -> date:
        return min(self.span.last_day, self.frames.company.newest_data)

    def due(self, day: date) -> DataFrame:
        rows = self.open_on(day)
        return rows[rows["close_date"].map(self.holds).astype(bool)]

    def holds(self, day: date | None) -> bool:
        return day is not None and day in self.span

    def target(self, kpi_id: str, scope: str = "") -> float | None:
        return next((one.target for one in self.frames.company.targets
                     if (one.kpi_id, one.scope.key, one.period.key) == (kpi_id, scope or self.scope, self.span.key)),
                    None)  # fmt: skip

    def carriers(self, *, ramped: bool) -> list[str]:
        """The scope keys of the people of this scope who carry a quota on the last day; `ramped`: one of their own."""
        company, day = self.frames.company, self.at_end
        year_ago = date(self.span.end.year - 1, self.span.end.month, self.span.end.day)
        return [
            f"rep:{one.name}" for one in company.organisation.people
            if (self.target("bookings", f"rep:{one.name}") is not None or (not ramped and one.role in ("AE", "AM")))
            and (one.hire_at is None or one.hire_at <= (year_ago if ramped else day))
            and (one.hire_at is None or one.hire_at <= day) and (one.end_at is None or one.end_at > day)
            and self.scope in _scopes(company, one.id, day)
        ]  # fmt: skip


def frames_of(company: Company, spans: Sequence[Period]) -> Frames:
    """The company with everything credited, for these periods."""
    from pandas import DataFrame

    histories: dict[int, list[Deal]] = {}
    for deal in company.versions():
        histories.setdefault(deal.id, []).append(deal)
    days = {span.start - timedelta(days=1) for span in spans} | {
        min(span.last_day, company.newest_data) for span in spans
    }
    credit = [row for seen in histories.values() for row in _credited(company, seen)]
    limits = {day: limits_of(company, day) for day in days}
    standing = [
        row for seen in histories.values() for day in days for row in _standing(company, seen, day, limits[day])
    ]
    return Frames(company, DataFrame(credit), DataFrame(standing), DataFrame(_stayed(company)))


def closing_day(deal: Deal) -> date | None:
    return (deal.closed_at or deal.close_date) if deal.outcome in DECIDED else None


def _credited(company: Company, seen: list[Deal]) -> Iterator[dict[str, object]]:
    dates: dict[str, Callable[[Deal], date | None]] = {
        "closed": closing_day,
        "created": lambda deal: deal.created_at,
        "qualified": lambda deal: deal.qualified_at,
    }
    last = seen[-1]
    for event, day_of in dates.items():
        day = day_of(last)
        if day is None or day > company.newest_data:
            continue
        ends = [*(deal.seen for deal in seen[1:]), date.max]
        telling = next((deal for deal, end in zip(seen, ends, strict=True) if end > day and day_of(deal) == day), last)
        first_amount = next((deal.amount for deal in seen if deal.amount is not None), None)
        ran = event == "closed" and last.created_at is not None and last.created_at <= day
        cycle = (day - last.created_at).days if ran and last.created_at else None
        for scope, share in _shares(company, telling, day).items():
            yield {
                "event": event, "day": day, "scope": scope, "share": share, "outcome": last.outcome, "cycle": cycle,
                "money": _major(last.amount), "first_money": _major(first_amount), "type": last.type.lower(),
                "source": last.lead_source.lower(), "reason": last.loss_reason.lower(),
            }  # fmt: skip


def _stayed(company: Company) -> Iterator[dict[str, object]]:
    for stay in stays_of(company):
        for event, day, shown in (("entered", stay.entered, stay.shown), ("exited", stay.exited, stay.left)):
            if day is not None and day <= company.newest_data and shown is not None:
                for scope, share in _shares(company, shown, day).items():
                    yield {"event": event, "day": day, "scope": scope, "share": share, "days": stay.days,
                           "first": stay.first, "advanced": stay.advanced}  # fmt: skip


def _standing(
    company: Company, seen: list[Deal], day: date, limits: dict[int, tuple[int, int]]
) -> Iterator[dict[str, object]]:
    last, first = seen[-1], seen[0]
    version = next((deal for deal in reversed(seen) if deal.seen <= day), first)
    gone = company.missing.get(last.id, date.max)
    told = next(deal for deal in seen if deal.outcome == last.outcome)
    unknown = date.min if told is first else told.seen
    shut = date.max if last.outcome not in DECIDED else closing_day(last) or unknown
    if not (last.created_at or first.seen) <= day < min(shut, gone):
        return
    known = seen[: seen.index(version) + 1]
    pushes = sum(
        before.close_date is not None and after.close_date is not None and after.close_date > before.close_date
        for before, after in pairwise(known)
    )
    stay = next((at for at in range(len(known) - 1, 0, -1) if known[at - 1].stage != version.stage), 0)
    since = version.stage_entered_at or known[stay].seen
    limit, _ = limits.get(last.id, (company.settings.stall_days, 0))
    for scope, share in _shares(company, version, day).items():
        yield {
            "on": day, "scope": scope, "share": share, "money": _major(version.amount), "deal": last.id,
            "close_date": version.close_date, "probability": (version.probability or 0) / 1e6, "pushes": pushes,
            "idle": version.next_activity_at is None, "commit": version.forecast_category.lower() == "commit",
            "stalled": (day - since).days > limit, "final": last.outcome,
            "final_day": closing_day(last),
        }  # fmt: skip


def _major(cents: int | None) -> float | None:
    return None if cents is None else cents / 100


def _shares(company: Company, deal: Deal, day: date) -> dict[str, float]:
    """The share of a version's credit that each scope has on a day."""
    found: dict[str, float] = {}
    for person, share in deal.shares or ((deal.owner, 1_000_000),):
        for scope in _scopes(company, person, day):
            found[scope] = found.get(scope, 0) + share / 1e6
    return found


def _scopes(company: Company, person: int, day: date) -> list[str]:
    """Every scope that a person belongs to on a day."""
    organisation = company.organisation
    names = {one.id: one.name for one in organisation.people}
    team = organisation.team_on(person, day)
    found = ["org", f"rep:{names[person]}" if person in names else "nobody"]
    if team is None:
        return [*found, "unassigned"]
    parents = {one.id: one for one in organisation.teams}
    while team is not None:
        found.append(f"team:{team.name}")
        team = parents.get(team.parent_id)
    return found


def _money(rows: DataFrame, column: str = "money") -> float:
    return float((rows["share"] * rows[column].astype(float)).sum())


def _count(rows: DataFrame) -> float:
    return float(rows["share"].sum())


def _size(rows: DataFrame) -> float | None:
    """What a deal of a known amount is worth."""
    return _over(_money(rows), _count(rows[rows["money"].notna()]))


def _over(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None


def _one(number: float) -> float | None:
    return None if number != number else float(number)  # noqa: PLR0124  # not a number is no value


def _new(rows: DataFrame) -> DataFrame:
    return rows[rows["type"] == "new"]


def _decided(a: Asked) -> DataFrame:
    rows = a.happened("closed")
    return rows[(rows["outcome"] == "won") | ~rows["reason"].isin(["no decision", "timing", "budget withdrawn"])]


def _won_of(rows: DataFrame) -> float | None:
    return _over(_count(rows[rows["outcome"] == "won"]), _count(rows))


def _net_new(a: Asked) -> float:
    rows = a.won()
    return _money(rows[rows["type"].isin(["new", "expansion"])])


def _kept(a: Asked, *, won: bool = False) -> DataFrame:
    """The deals due at the start that closed in the period after all."""
    rows = a.due(a.before)
    inside = rows["final_day"].map(a.holds).astype(bool)
    return rows[inside & (rows["final"] == "won")] if won else rows[inside]


def _slipped(whole: float, kept: float) -> float | None:
    return _over(whole - kept, whole)


def _to_go(a: Asked) -> float | None:
    target = a.target("bookings")
    rest = None if target is None else target - _money(a.won())
    return _over(_money(a.due(a.at_end)), rest if rest is not None and rest > 0 else None)


def _velocity(a: Asked) -> float | None:
    first = a.at_end - timedelta(days=89)
    won, closed = a.won(first), a.happened("closed", first)
    rate, size = _over(_count(won), _count(closed)), _size(won)
    days = _one(won["cycle"].astype(float).mean())
    return None if rate is None or size is None else _over(_count(a.open_on(a.at_end)) * rate * size, days)


def _committed(a: Asked) -> float | None:
    due, won = a.due(a.before), _kept(a, won=True)
    return _over(_money(won[won["commit"].astype(bool)]), _money(due[due["commit"].astype(bool)]))


def _at_quota(a: Asked) -> float | None:
    people = a.carriers(ramped=True)
    booked = {one: _money(Asked(a.frames, one, a.span).won()) for one in people}
    reached = [one for one in people if booked[one] >= (a.target("bookings", one) or 0)]
    return _over(len(reached), len(people))


def _outbound(a: Asked) -> float | None:
    rows = a.happened("created")
    return _over(_count(rows[rows["source"].isin(["outbound", "sdr_outbound"])]), _count(rows))


def _stalled(a: Asked) -> DataFrame:
    rows = a.open_on(a.at_end)
    return rows[rows["stalled"].astype(bool)]


def _idle(a: Asked) -> float | None:
    rows = a.open_on(a.at_end)
    return _over(_count(rows[rows["idle"].astype(bool)]), _count(rows))


def _weighted(a: Asked) -> float:
    rows = a.due(a.at_end)
    return float((rows["share"] * rows["money"].astype(float) * rows["probability"].astype(float)).sum())


def _mean_cycle(a: Asked) -> float | None:
    return _one(a.won()["cycle"].astype(float).mean())


def _converted(a: Asked) -> float | None:
    rows = a.stayed("entered")
    rows = rows[rows["first"].astype(bool)]
    return _over(_count(rows[rows["advanced"].astype(bool)]), _count(rows))


VALUES: dict[str, Callable[[Asked], float | None]] = {
    "avg_deal_size": lambda a: _size(a.won()),
    "avg_push_count": lambda a: _over(_money(a.due(a.at_end), "pushes"), _count(a.due(a.at_end))),
    "bookings": lambda a: _money(a.won()),
    "commit_conversion": _committed,
    "coverage_to_go": _to_go,
    "deal_velocity_days": _mean_cycle,
    "deals_won": lambda a: _count(a.won()),
    "median_deal_size": lambda a: _one(a.won()["money"].astype(float).median()),
    "net_new_revenue": _net_new,
    "net_new_revenue_attainment": lambda a: _over(_net_new(a), a.target("net_new_revenue")),
    "open_deals_no_next_step": _idle,
    "open_pipeline": lambda a: _money(a.open_on(a.at_end)),
    "opps_by_source": lambda a: _count(a.happened("created")),
    "opps_created": lambda a: _count(a.happened("created")),
    "outbound_share": _outbound,
    "pipeline_coverage": lambda a: _over(_money(a.due(a.before)), a.target("bookings")),
    "pipeline_created": lambda a: _money(a.happened("created"), "first_money"),
    "pipeline_created_per_rep": lambda a: _over(_money(a.happened("created"), "first_money"),
                                                len(a.carriers(ramped=False))),
    "pipeline_velocity": _velocity,
    "qualified_opps_created": lambda a: _count(a.happened("qualified")),
    "quota_attainment": lambda a: _over(_money(a.won()), a.target("bookings")),
    "reps_at_quota": _at_quota,
    "revenue_by_source": lambda a: _over(_money(a.won()), _money(a.won())),
    "sales_cycle_length": lambda a: _one(a.won()["cycle"].astype(float).median()),
    "sales_cycle_mean": _mean_cycle,
    "slippage_rate": lambda a: _slipped(_count(a.due(a.before)), _count(_kept(a))),
    "slippage_value": lambda a: _slipped(_money(a.due(a.before)), _money(_kept(a))),
    "stage_conversion": _converted,
    "stage_duration": lambda a: _one(a.stayed("exited")["days"].astype(float).median()),
    "stalled_deals": lambda a: _count(_stalled(a)),
    "stalled_value_share": lambda a: _over(_money(_stalled(a)), _money(a.open_on(a.at_end))),
    "weighted_pipeline": _weighted,
    "win_rate": lambda a: _won_of(a.happened("closed")),
    "win_rate_by_source": lambda a: _won_of(_new(a.happened("closed"))),
    "win_rate_cohort": lambda a: _won_of(a.happened("created")),
    "win_rate_competitive": lambda a: _won_of(_decided(a)),
    "win_rate_new": lambda a: _won_of(_new(a.happened("closed"))),
    "win_rate_rolling": lambda a: _won_of(a.happened("closed", a.at_end - timedelta(days=89))),
    "win_rate_value": lambda a: _over(_money(a.won()), _money(a.happened("closed"))),
}  # fmt: skip
"""Every shipped KPI of deals by its sentence, for one scope in one period."""
