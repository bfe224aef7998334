"""The life of every deal of the sample company, and how it stood on any day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from kpidesk.exporting.sample_company import Company, Rep, Unit, add_months, quarter_start

STAGES = 5
PROBABILITIES = (0.1, 0.25, 0.5, 0.75, 0.9)
CATEGORIES = ("Pipeline", "Pipeline", "Pipeline", "Best Case", "Commit")
TYPES = (("New", 0.73, 0.0, 1.0), ("Expansion", 0.20, 0.08, 0.8), ("Renewal", 0.07, 0.32, 1.15))
SOURCES = (
    ("Inbound", 0.34, 0.03),
    ("Outbound", 0.30, -0.05),
    ("Referral", 0.14, 0.07),
    ("Partner", 0.12, 0.02),
    ("Event", 0.10, -0.02),
)
LOSS_REASONS = (
    ("Price", 26),
    ("Competitor", 24),
    ("No decision", 22),
    ("Timing", 13),
    ("Missing feature", 10),
    ("Budget withdrawn", 5),
)
SEGMENT_SIZE: dict[Unit, float] = {"Enterprise": 60_000, "Mid-market": 36_000, "Europe": 46_000}
MONTH_WEIGHT = (1.05, 1.0, 1.1, 1.0, 1.05, 0.95, 0.85, 0.75, 1.15, 1.15, 1.1, 0.75)
_ROOTS = ("Bram", "Velo", "Quin", "Torv", "Mira", "Calde", "Oster", "Fenn", "Lumi", "Kasto", "Pell", "Ardu", "Havel",
          "Siro", "Wend", "Zuri", "Norra", "Tala", "Eike", "Jova")  # fmt: skip
_ENDINGS = ("beck", "tar", "dale", "nova", "mark", "lund", "rin", "vale", "holt", "sen", "wick", "mont")
_TRADES = ("Foods", "Logistics", "Textiles", "Instruments", "Clinics", "Energy", "Printing", "Tools")
_THINGS = ("rollout", "pilot", "platform", "second site", "upgrade", "service plan", "training", "extension")


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal from creation to decision.

    `entered[i]` is the day it entered open stage i (as many as it reached); `expected` the close dates promised
    one after the other; `owners` (from day, name). `first_amount` until `settled`, then `amount`; either may be
    None while nobody has typed it. `chance` is a fixed draw for what depends on the day asked for.
    """

    number: int
    unit: Unit
    account: str
    name: str
    type: str
    source: str
    created: date
    entered: tuple[date, ...]
    closed: date
    won: bool
    expected: tuple[date, ...]
    first_amount: int | None
    amount: int | None
    settled: date
    owners: tuple[tuple[date, str], ...]
    loss_reason: str
    chance: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A deal as an export of one day shows it. `outcome` is open, won or lost; `stage` counts from 0."""

    deal: Deal
    outcome: str
    stage: int
    owner: str
    amount: int | None
    close_date: date
    closed_at: date | None
    stage_entered: date
    qualified_at: date | None
    last_activity: date
    next_activity: date | None
    probability: float
    category: str


def deals(firm: Company, rng: Random) -> tuple[Deal, ...]:
    """Every deal created up to today, by creation day."""
    sketches = [(day, rep) for rep in (*firm.reps, firm.stranger) for day in _creation_days(rep, firm, rng)]
    sketches.sort(key=lambda one: (one[0], one[1].name))
    accounts = _accounts(rng)
    return tuple(_deal(number, rep, day, firm, accounts, rng) for number, (day, rep) in enumerate(sketches, 1))


def standing(deal: Deal, day: date) -> Standing | None:
    """How a deal stood at the close of a day; None when it did not exist yet."""
    if deal.created > day:
        return None
    owner = [name for start, name in deal.owners if start <= day][-1]
    closed = deal.closed <= day
    stage = max(index for index, entered in enumerate(deal.entered) if entered <= day)
    amount = deal.amount if closed or deal.settled <= day else deal.first_amount
    qualified = deal.entered[1] if len(deal.entered) > 1 and deal.entered[1] <= day else None
    if closed:
        return Standing(deal, "won" if deal.won else "lost", stage, owner, amount, deal.closed, deal.closed,
                        deal.closed, qualified, deal.closed, None, 1.0 if deal.won else 0.0,
                        "Closed" if deal.won else "Omitted")  # fmt: skip
    return Standing(deal, "open", stage, owner, amount, _promised(deal, day), None, deal.entered[stage], qualified,
                    _last_activity(deal, day), _next_activity(deal, day), PROBABILITIES[stage],
                    CATEGORIES[stage])  # fmt: skip


def _creation_days(rep: Rep, firm: Company, rng: Random) -> Iterator[date]:
    """The days on which a rep opened deals: more each year, fewer in summer, ramping when new."""
    month = firm.first_day.replace(day=1)
    while month <= firm.today:
        age = (month - firm.first_day).days / 365
        tenure = (month - rep.hired).days / 30
        ramp = min(1.0, 0.25 + 0.25 * max(tenure, 0.0))
        mean = rep.pace * MONTH_WEIGHT[month.month - 1] * (1 + 0.11 * max(age, 0.0)) * ramp
        for _ in range(max(0, round(rng.gauss(mean, mean**0.5)))):
            day = workday(month + timedelta(days=rng.randrange(28)))
            if firm.first_day <= day <= firm.today and rep.unit_on(day):
                yield day
        month = add_months(month, 1)


def _deal(number: int, rep: Rep, created: date, firm: Company, accounts: tuple[str, ...], rng: Random) -> Deal:
    unit = rep.unit_on(created) or "Europe"
    kind, _, bonus, size = rng.choices(TYPES, weights=[one[1] for one in TYPES])[0]
    source, _, lift = rng.choices(SOURCES, weights=[one[1] for one in SOURCES])[0]
    amount = max(1_500, 100 * round(rng.lognormvariate(0, 0.65) / 123.5 * SEGMENT_SIZE[unit] * size))
    large = -0.05 if amount > 1.8 * SEGMENT_SIZE[unit] else 0.0
    won = rng.random() < rep.skill + bonus + lift + large
    closed = _decision_day(created, won, rep, kind, rng)
    entered = _stage_days(created, closed, won, rng)
    settled = created + (closed - created) * 3 // 5
    first: int | None = max(1_000, 100 * round(amount / 100 * rng.lognormvariate(0.05, 0.2)))
    blank = rng.random()
    account = rng.choice(accounts)
    return Deal(number, unit, account, f"{account.split()[0]} {rng.choice(_THINGS)}", kind, source, created,
                entered, closed, won, _promises(created, closed, rep, rng), None if blank < 0.06 else first,
                None if blank < 0.01 and not won else amount, settled, _owners(rep, created, closed, firm, rng),
                "" if won else rng.choices([one for one, _ in LOSS_REASONS], [w for _, w in LOSS_REASONS])[0],
                rng.random())  # fmt: skip


def _decision_day(created: date, won: bool, rep: Rep, kind: str, rng: Random) -> date:
    """When a deal is decided: 20 to 90 days for most wins, longer for losses, and some that nobody ends."""
    typical = (60 if won else 72) * rep.speed * (0.75 if kind == "Renewal" else 1.0)
    length = max(6, min(190, round(rng.lognormvariate(0, 0.42) * typical)))
    if not won and rng.random() < 0.03:
        length = 240 + rng.randrange(120)
    day = created + timedelta(days=length)
    end = add_months(quarter_start(day), 3) - timedelta(days=1)
    if (end - day).days <= 45 and rng.random() < 0.44:
        day = max(day, end - timedelta(days=rng.randrange(9)))
    return max(workday(day), created)


def _stage_days(created: date, closed: date, won: bool, rng: Random) -> tuple[date, ...]:
    """The days on which a deal entered its open stages; a lost deal stops on the way."""
    reached = STAGES if won else rng.choices(range(1, STAGES + 1), weights=(16, 30, 26, 18, 10))[0]
    length = (closed - created).days
    cuts = sorted(rng.uniform(0.05, 0.92) for _ in range(reached - 1))
    return (created, *(workday(created + timedelta(days=round(cut * length))) for cut in cuts))


def _promises(created: date, closed: date, rep: Rep, rng: Random) -> tuple[date, ...]:
    """The close dates a rep named: each too early one is replaced by a later one."""
    days = [workday(created + timedelta(days=round(rng.uniform(28, 75) * rep.speed)))]
    while days[-1] < closed + timedelta(days=400):
        days.append(workday(days[-1] + timedelta(days=rng.randrange(18, 46))))
    return tuple(days)


def _owners(rep: Rep, created: date, closed: date, firm: Company, rng: Random) -> tuple[tuple[date, str], ...]:
    """Who owned a deal from when: colleagues take over what a leaver leaves, and now and then another deal."""
    colleagues = [one.name for one in firm.reps if one is not rep and one.left is None
                  and one.unit_on(closed) == rep.unit_on(created)]  # fmt: skip
    if rep.left and rep.left < closed and colleagues:
        return (created, rep.name), (rep.left, rng.choice(colleagues))
    middle = created + (closed - created) // 2
    if rng.random() < 0.02 and colleagues and middle > created:
        return (created, rep.name), (middle, rng.choice(colleagues))
    return ((created, rep.name),)


def _promised(deal: Deal, day: date) -> date:
    """The close date an open deal carries; one in eight is forgotten when its day has passed."""
    if deal.chance < 0.12:
        return deal.expected[0]
    return next(promise for promise in deal.expected if promise > day)


def _last_activity(deal: Deal, day: date) -> date:
    ago = int(deal.chance * 997) % 26
    return max(deal.created, day - timedelta(days=ago))


def _next_activity(deal: Deal, day: date) -> date | None:
    """What is planned next: for three in four deals within three weeks, for a few already past, else nothing."""
    draw = deal.chance * 613 % 1
    if draw > 0.78:
        return None
    return workday(day + timedelta(days=round(draw * 28) - 1))


def _accounts(rng: Random) -> tuple[str, ...]:
    """Invented customers."""
    names = {f"{rng.choice(_ROOTS)}{rng.choice(_ENDINGS)} {rng.choice(_TRADES)}" for _ in range(620)}
    return tuple(sorted(names))


def workday(day: date) -> date:
    """The day itself, or the Friday before when it falls on a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
