"""Frozen sheets of one-on-ones as the operations give them: a full one, an empty one, a hostile one, a closed one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from kpidesk.core.coaching_goals import CoachingGoal, GoalReadout, GoalStart
from kpidesk.core.initiatives import Cell
from kpidesk.core.people import Scope
from kpidesk.core.periods import span_period
from kpidesk.core.receipts import Receipt, ReceiptRow
from kpidesk.core.results import Result
from kpidesk.core.reviews import (
    AgendaItem,
    Commitment,
    Difference,
    Evidence,
    Fact,
    FactDeal,
    FactKind,
    Line,
    NextStep,
    Promise,
    Review,
    RiskDeal,
    Settlement,
    Sheet,
)
from kpidesk.core.scorecards import Question, Row
from tests.ui.samples import AS_OF, CASES, QUARTER, row
from tests.ui.samples_data import HOSTILE, LONG, RIGHT_TO_LEFT

ANNA = Scope("rep", "Anna Sellwood", 10)
SOMEBODY_ELSE = "Boris Fay"
FILE = "deals-of-boris-faz.csv"
PRIVATE = "Salary talk due; thinks of leaving (do not print)."
FORMULA = "=cmd|'/c calc'!A1"
SINCE = date(2026, 8, 17)
CODE = "7F3A-19C2"


def line(at: int, words: str, *, sealed: bool = False, scope: Scope = ANNA) -> Line:
    """One KPI of the samples with its words; sealed ones keep the rows, which name a file and another rep."""
    found = replace(row(CASES[at], scope), kpi=replace(row(CASES[at]).kpi, owner=SOMEBODY_ELSE), sources=(FILE,))
    return Line(found, words, receipt(found) if sealed else None)


def receipt(shown: Row) -> Receipt:
    """The row behind a number, split with somebody else, from a file of theirs."""
    behind = ReceiptRow(7, "D-7", 0.5, None, True, {"owner": SOMEBODY_ELSE, "name": "Zeta"}, 3, FILE, 12, "2026-08-02")
    return Receipt(
        Question(QUARTER, ANNA), shown.kpi, shown.result, shown.value_text, shown.kpi.sentence, (behind,),
        ("owner", "name"), shown.result.value, True, (), AS_OF, 1, (3,), code=CODE, currency="USD",
    )  # fmt: skip


def lines(*, sealed: bool = False) -> tuple[Line, ...]:
    """Five KPIs, words first, one of them with too few rows to tell."""
    words = ("31 deals in Q3 2026, $1.28M", "26 of 96 in Q3 2026", "26 deals, half took longer", "142 of 150")
    return (
        *(line(at, told, sealed=sealed) for at, told in zip((0, 1, 2, 5), words, strict=True)),
        line(8, "3 of 7, too early to tell", sealed=sealed),
    )


FACTS = (
    Fact("won", (
        FactDeal(1, "Fleet renewal 2026", "Acme Logistics", "$84.0K", "won on 2 Sep 2026"),
        FactDeal(2, "Pilot, two sites", "Brightwater Foods", "$31.5K", "won on 9 Sep 2026"),
    ), "$115.5K"),
    Fact("lost", (FactDeal(3, "Spare parts", "Delta Works", "$12.0K", "lost on 28 Aug 2026: price"),), "$12.0K"),
    Fact("new", (
        FactDeal(4, "Second warehouse", "Acme Logistics", "$46.0K", "created on 1 Sep 2026"),
        FactDeal(5, "Line 4 retrofit", "Eastmoor Steel", "$120.0K", "created on 4 Sep 2026"),
        FactDeal(6, "Service contract", "Fairview Clinics", "$9.5K", "created on 11 Sep 2026"),
    ), "$175.5K"),
    Fact("pushed", (FactDeal(7, "Zeta rollout", "Zeta Group", "$240.0K", "30 Sep 2026 → 31 Oct 2026"),), "$240.0K"),
    Fact("amount_down", (FactDeal(8, "Cold chain", "Polar Foods", "$58.0K", "$71.0K → $58.0K"),), "$13.0K"),
    Fact("stage", (FactDeal(9, "Fleet insurance", "Harbour Mutual", "$33.0K", "Discovery → Proposal"),), "$33.0K"),
)  # fmt: skip

RISKS = (
    RiskDeal(7, "Zeta rollout", "Zeta Group", "$240.0K", "Negotiation", "31 Oct 2026", ("pushed", "large")),
    RiskDeal(5, "Line 4 retrofit", "Eastmoor Steel", "$120.0K", "Discovery", "25 Sep 2026", ("early_stage",)),
    RiskDeal(8, "Cold chain", "Polar Foods", "$58.0K", "Proposal", "11 Sep 2026", ("overdue", "quiet", "stalled")),
    RiskDeal(4, "Second warehouse", "Acme Logistics", "$46.0K", "Qualified", "30 Nov 2026", ("no_next_step",)),
)

AGENDA = (
    AgendaItem("Zeta: who can sign above procurement?"),
    AgendaItem("Two weeks off in October: who covers?"),
    AgendaItem("Well done on Acme: how did the pilot convince them?", "manager"),
    AgendaItem("Discovery notes are thin", "manager", done=True),
)

AGREED = (
    Commitment("Eastmoor to Proposal", date(2026, 9, 25), deal_id=5, stage="Proposal", id=21, review_id=3),
    Commitment("Join the Zeta call with their finance lead", date(2026, 9, 22), "manager", id=22, review_id=3),
    Commitment("Six first meetings a week", date(2026, 10, 12), kpi_id="new_deals", id=23, review_id=3),
)

PROMISES = (
    Promise(
        Commitment("ACME to Proposal", date(2026, 8, 28), deal_id=1, stage="Proposal", id=11, review_id=2),
        date(2026, 8, 17),
        Settlement("done", "in Proposal since 26 Aug 2026", date(2026, 8, 26), FILE, 12, 3),
        deal="Fleet renewal 2026", then="Qualified", now="Won",
    ),
    Promise(
        Commitment("Brightwater signed", date(2026, 8, 31), deal_id=2, stage="won", id=12, review_id=2),
        date(2026, 8, 17),
        Settlement("late", "won on 9 Sep 2026, 9 days late", date(2026, 9, 9), FILE, 13, 3),
        deal="Pilot, two sites", then="Proposal", now="Won",
    ),
    Promise(
        Commitment("Win rate back over 25%", date(2026, 9, 30), kpi_id="win_rate", id=13, review_id=2),
        date(2026, 8, 17),
        Settlement("open", "due in 16 days"),
        kpi="Win rate", then="22%", now="27%",
    ),
    Promise(
        Commitment("Write the Delta case", date(2026, 9, 4), "manager", overruled="dropped",
                   reason="the deal was lost", id=14, review_id=1),
        date(2026, 7, 20),
        Settlement("dropped", "the deal was lost"),
    ),
)  # fmt: skip

DRAFT = Review(
    3, ANNA, Question(QUARTER, ANNA), agenda=AGENDA, commitments=AGREED, private=PRIVATE,
    notes="Anna wants more say in pricing.\nNext step on Zeta is a call with finance before the 22nd.",
    created_at="2026-09-14T08:55:00",
)  # fmt: skip

RICH = Sheet(
    met_before=True, review=DRAFT, rep="Anna Sellwood", header="Account executive · East · 2 years 3 months",
    as_of=AS_OF, since=SINCE,
    facts=FACTS, promises=PROMISES, lines=lines(), risks=RISKS, currency="USD",
)  # fmt: skip
"""A draft with everything on it: five KPIs, facts of six kinds, promises of every outcome, risks, agenda, notes."""

START = GoalStart(
    row(CASES[1], ANNA).kpi, Result(0.22, 64.0, 14.0, 64.0, (0.13, 0.34)), (), "22%", "14 of 64", "521fa3562209", SINCE
)
GOAL = GoalReadout(
    CoachingGoal(4, ANNA, "win_rate", "Qualify budget first", span_period(date(2026, 7, 20), SINCE), START,
                 date(2026, 9, 14), 0.1, "2026-08-17T09:31:00", 2),
    AS_OF, span_period(date(2026, 8, 18), date(2026, 9, 13)), Cell(0.47, 60.0, (0.35, 0.59), "47%", "28 of 60"), 0.25,
    (0.08, 0.4), "+25.0 pp (+8.0 pp to +40.0 pp)", "better",
    "Change +25.0 pp (+8.0 pp to +40.0 pp). Changed for the better, more than luck explains.",
)  # fmt: skip
"""A coaching goal on the day on which it was judged."""

FULL = replace(
    RICH,
    manager="Dana Cruz",
    why=("Win rate rose because of inbound deals and of the second stage.",),
    goals=(GOAL,),
    monthly=True,
    skill_since=date(2026, 8, 17),
    lines=tuple(replace(one, team="team 24%") for one in lines()),
    risks=tuple(
        replace(one, age_days=40 + at, told=("pushed 3 times",) if at == 0 else ()) for at, one in enumerate(RISKS)
    ),
    review=replace(
        DRAFT,
        agenda=(AgendaItem("Reference for procurement", tag="discuss", since=date(2026, 8, 31)),
                AgendaItem("Send the price list", "manager", done=True, tag="doto")),
        next_steps=(NextStep(7, "Call their finance lead on Tuesday"),),
        skill="Ask for the budget before the demo.",
        evidence=Evidence(kpi_id="win_rate", name="Win rate"),
        praise="The pilot offer: they named the price first.",
        wellbeing="Wants to lead a pod next year.",
    ),
)  # fmt: skip
"""The rich draft with everything besides: manager, team values, a goal, next steps, skill, praise, wellbeing."""

STARTED = replace(
    RICH,
    review=replace(DRAFT, state="started", started_at="2026-09-14T09:00:00"),
    lines=lines(sealed=True),
    code=CODE,
)
"""The same sheet with its numbers sealed."""

CLOSED = replace(STARTED, review=replace(STARTED.review, state="closed", closed_at="2026-09-14T09:31:00"))
"""The same sheet frozen."""

EMPTY = Sheet(
    review=Review(1, ANNA, Question(QUARTER, ANNA), created_at="2026-09-14T08:55:00"),
    rep="Anna Sellwood", header="", as_of=None, since=None,
    facts=(), promises=(), lines=(), risks=(), currency="USD",
)  # fmt: skip
"""A first meeting with a rep who has no deals and no targets, before anything was typed or imported."""

UNTARGETED = replace(
    EMPTY,
    header="Hired yesterday",
    as_of=AS_OF,
    lines=(line(10, "No lead has been imported yet"), line(7, "79 of 184 in Q3 2026")),
)
"""A rep hired yesterday: KPIs without a value and without a target."""

HOSTILE_NAME = f"{RIGHT_TO_LEFT} {HOSTILE} {FORMULA} {LONG}"[:200]


def _fact(kind: FactKind) -> Fact:
    return Fact(kind, (FactDeal(1, HOSTILE, FORMULA, "$1", RIGHT_TO_LEFT), FactDeal(2, LONG, LONG, "$2", LONG)), "$3")


HOSTILE_SHEET = replace(
    STARTED,
    review=replace(
        STARTED.review,
        scope=Scope("rep", HOSTILE_NAME, 10),
        agenda=(AgendaItem(HOSTILE), AgendaItem(LONG, "manager"), AgendaItem(RIGHT_TO_LEFT)),
        notes=f"{HOSTILE}\n{FORMULA}\n{RIGHT_TO_LEFT}\n{LONG}\n\n{'unbroken' * 60}",
        private=f"{PRIVATE}\n{HOSTILE}",
        commitments=(
            Commitment(HOSTILE, date(2026, 9, 25), stage=HOSTILE, deal_id=5),
            Commitment(LONG, date(2026, 9, 25), "manager"),
            Commitment(f"{RIGHT_TO_LEFT} {FORMULA}", date(2026, 9, 25)),
        ),
    ),
    rep=HOSTILE_NAME,
    header=f"{HOSTILE} · {LONG}",
    facts=tuple(_fact(kind) for kind in ("won", "lost", "new", "pushed")),
    promises=tuple(
        replace(
            one,
            commitment=replace(one.commitment, text=text),
            settlement=replace(one.settlement, words=text),
            deal=text,
            then=text,
            now=text,
        )
        for one, text in zip(PROMISES, (HOSTILE, LONG, RIGHT_TO_LEFT, FORMULA), strict=True)
    ),
    lines=tuple(
        replace(one, words=text, row=replace(one.row, kpi=replace(one.row.kpi, name=text)))
        for one, text in zip(lines(sealed=True), (HOSTILE, LONG, RIGHT_TO_LEFT, FORMULA, HOSTILE), strict=True)
    ),
    risks=tuple(
        replace(one, name=text, account=text, stage=text)
        for one, text in zip(RISKS, (HOSTILE, LONG, RIGHT_TO_LEFT, FORMULA), strict=True)
    ),
)
"""A sheet whose every text was written by an attacker, or is as long as it may be."""

DIFFERENCES = (
    Difference("win_rate", "Win rate", "27%", "24%", ("3 deals were re-dated",)),
    Difference("bookings", "Bookings", "$1.28M", "$1.28M", ()),
)


def company(seed: int) -> tuple[Sheet, tuple[str, ...]]:
    """A sheet of one rep of a made-up company, with every place that could name somebody else filled with a name."""
    chance = random.Random(seed)
    names = [
        f"{first} {last}q{seed}" for first in ("Zoltan", "Xenia", "Quirin") for last in ("Ödön", "<b>Vex</b>", "O'N")
    ]
    chance.shuffle(names)
    mine, others = names[0], tuple(names[1:])
    scope = Scope("rep", mine, 10)
    given = chance.choice((RICH, STARTED, CLOSED))

    def odd(text: str) -> str:
        return f"{text} {chance.choice(others)}"

    lines = tuple(
        replace(
            line,
            row=replace(line.row, scope=scope, kpi=replace(line.row.kpi, owner=odd("Owner")), sources=(odd("file"),)),
        )
        for line in given.lines
    )
    promises = tuple(replace(one, settlement=replace(one.settlement, file=odd("export.csv"))) for one in given.promises)
    private = odd(f"Secret{seed}")
    review = replace(given.review, scope=scope, private=private, notes="Said together")
    return replace(given, rep=mine, review=review, lines=lines, promises=promises), (*others, private, f"Secret{seed}")
