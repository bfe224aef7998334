"""Companies made up at random that keep books of every kind, with gaps, hand-overs and strangers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from kpidesk.core.fields import Kind
from kpidesk.core.goals import Target
from kpidesk.core.people import Organisation
from tests.engine.kinds import Books, Row, keyed
from tests.engine.support import PEOPLE, SPELLS, TEAMS

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
SEEN = (date(2025, 6, 30), LAST)
REPS = (None, 1, 1, 2, 3, 4, 5)
"""Who a record can belong to; None for nobody."""


def made_books(random: Random, size: int = 40) -> Books:
    """Books of 2025, seen at its middle and at its end."""
    rows: dict[Kind, list[Row]] = {
        "deals": _deals(random, size),
        "leads": _seen_twice(random, "owner", keyed(_lead(random, size) for _ in range(size))),
        "activities": _seen_twice(random, "person", keyed(_activity(random, size) for _ in range(3 * size))),
        "accounts": _seen_twice(random, "owner", keyed(
            {"account": f"A{at}", "owner": random.choice(REPS), "vertical": random.choice(("Retail", "Health", None)),
             "segment": random.choice(("SMB", "Mid")), "created_at": _day(random)} for at in range(6)
        )),
        "subscriptions": keyed(_subscription(random) for _ in range(size)),
        "contracts": keyed(
            {"account": _account(random), "term_end_at": _day(random), "owner": random.choice(REPS),
             "renewable_mrr": random.randrange(1, 90_000),
             "renewed_mrr": random.choice((None, random.randrange(90_000))),
             "status": random.choice(("renewed", "lost", "pending", "Renewed"))} for _ in range(size)
        ),
        "surveys": keyed(
            {"account": _account(random), "responded_at": _day(random), "owner": random.choice(REPS),
             "kind": random.choice(("nps", "csat", "implementation")), "score": random.randrange(11), "scale_max": 10}
            for _ in range(size)
        ),
        "costs": keyed(
            {"category": random.choice(("sdr", "tools", "marketing")), "motion": random.choice(("new", "existing")),
             "period_at": date(2025, random.randrange(1, 13), 1), "person": random.choice(REPS),
             "team": random.choice((None, "North", "Inside", "Unknown")), "amount": random.randrange(1, 500_000)}
            for _ in range(size)
        ),
        "forecasts": keyed(
            {"person": person, "category": category, "horizon": random.choice(("day_one", "mid")),
             "period_at": date(2025, month, 1), "amount": random.randrange(1, 900_000)}
            for person in (1, 2, 3, 4) for month in (1, 4, 7, 10) for category in ("commit", "pipeline")
        ),
        "quotas": keyed(
            {"person": person, "period_at": date(2025, month, 1), "amount": 50_000 * person}
            for person in (1, 2, 3, 4, 5) for month in range(1, 13)
        ),
        "absences": keyed(
            {"person": random.choice((1, 2, 3)), "starts_at": (start := _day(random)),
             "ends_at": random.choice((None, start + timedelta(days=random.randrange(9))))} for _ in range(8)
        ),
        "holidays": keyed({"day": _day(random)} for _ in range(6)),
    }  # fmt: skip
    return Books(rows, Organisation(PEOPLE, TEAMS, SPELLS), SEEN, TARGETS)


TARGETS: tuple[Target, ...] = ()


def _day(random: Random, first: date = FIRST) -> date:
    return first + timedelta(days=random.randrange((LAST - first).days + 1))


def _account(random: Random) -> str | None:
    return random.choice((None, *(f"A{at}" for at in range(8))))


def _deals(random: Random, size: int) -> list[Row]:
    found: list[Row] = []
    for at in range(1, size + 1):
        born = _day(random)
        status = random.choice(("open", "won", "won", "lost"))
        closed = min(born + timedelta(days=random.randrange(-6, 90)), LAST) if status != "open" else None
        found.append({
            "key": str(at), "status": status, "account": _account(random), "owner": random.choice(REPS),
            "created_by": random.choice(REPS), "amount": random.randrange(1, 900_000), "created_at": born,
            "closed_at": closed, "close_date": closed or _day(random, born),
            "type": random.choice(("new", "expansion")),
            "lead": random.choice((None, None, str(random.randrange(1, size + 1)))), "stage": random.choice("XYZ"),
            "forecast_category": random.choice(("commit", "pipeline")), "probability": random.choice((0.1, 0.5)),
            "lead_source": random.choice(("outbound", "inbound", None)), "qualified_at": born,
            "next_activity_at": random.choice((None, _day(random))),
            "loss_reason": "no decision" if status == "lost" else None, "sourced_by_role": random.choice(("SDR", "AE")),
            "stage_entered_at": born, "seen": SEEN[0] if born <= SEEN[0] else SEEN[1],
        })  # fmt: skip
    return found


def _lead(random: Random, size: int) -> Row:
    born = _day(random)
    stamp = datetime(born.year, born.month, born.day, random.randrange(24), random.randrange(60))
    answered = stamp + timedelta(minutes=random.choice((-90, 5, 59, 61, 600, 4000)))
    return {
        "created_at": stamp if random.random() < 0.8 else born,
        "first_response_at": random.choice((None, answered, answered.date())), "owner": random.choice(REPS),
        "account": _account(random), "source": random.choice(("web", "event", None)),
        "mql_at": random.choice((None, born)),
        "sql_at": random.choice((None, born + timedelta(days=120), born - timedelta(days=2), born)),
        "deal": random.choice((None, None, None, str(random.randrange(1, size + 1)))),
    }  # fmt: skip


def _activity(random: Random, size: int) -> Row:
    planned = _day(random)
    status = random.choice(("held", "held", "planned", "no_show", "cancelled"))
    return {
        "type": random.choice(("call", "call", "Call", "email", "meeting", "demo", "proposal")), "status": status,
        "direction": random.choice(("out", "in")), "person": random.choice(REPS), "account": _account(random),
        "deal": random.choice((None, None, str(random.randrange(1, size + 1)))),
        "lead": random.choice((None, None, str(random.randrange(1, size + 1)))),
        "occurred_at": random.choice((None, planned)) if status == "held" else None, "scheduled_at": planned,
        "created_at": planned - timedelta(days=random.randrange(9)), "duration": random.choice((None, 900, 1800, 3630)),
        "got_reply": random.choice((None, 0, 1)), "is_follow_up": random.choice((None, None, 0, 1)),
        "is_prospecting": random.choice((None, None, 0, 1)),
    }  # fmt: skip


def _subscription(random: Random) -> Row:
    start = _day(random) - timedelta(days=30)
    monthly = random.choice((True, True, False))
    return {
        "account": f"A{random.randrange(16)}", "product": random.choice(("Base", "Plus", None)),
        "mrr": random.randrange(1, 90_000) if monthly else None, "arr": None if monthly else 12 * random.randrange(900),
        "starts_at": start, "ends_at": random.choice((None, start + timedelta(days=random.randrange(200)))),
        "owner": random.choice((None, None, 1, 4)), "is_trial": random.choice((None, 0, 0, 1)),
    }  # fmt: skip


def _seen_twice(random: Random, whose: str, rows: list[Row]) -> list[Row]:
    """Some of the records change hands between the two exports."""
    found: list[Row] = []
    for row in rows:
        first = {**row, "seen": SEEN[0]}
        found.append(first)
        if random.random() < 0.3:
            found.append({**row, whose: random.choice(REPS), "seen": SEEN[1]})
    return found
