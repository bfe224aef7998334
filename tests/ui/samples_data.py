"""Files, goals and receipts as the pages get them, in the shapes a sales manager would meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from kpidesk.core.errors import ImportQuestion, Issue
from kpidesk.core.goals import Baseline, Proposal, Target
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.imports import ChangeCount, ColumnEvidence, ImportReport, Linked, LookAlike, Preview, StageFound
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import quarter_period
from kpidesk.core.receipts import Receipt, ReceiptRow
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings

HOSTILE = "<b>x</b><img src='file:///etc/hostname'>"
LONG = "Ludwigshafen-Oppauer " * 10
RIGHT_TO_LEFT = "שלום עולם \N{RIGHT-TO-LEFT OVERRIDE}gnp.exe"

QUARTER = quarter_period(2026, 4, Settings())

WIN_RATE = Kpi(
    id="win_rate", name="Win rate",
    formula="count(deals where won on closed_at) / count(deals where closed on closed_at)",
    sentence="Deals won out of deals won or lost, by the day they closed.", unit="percent", direction="higher",
    indicator="lagging", dimension="outcome", kpi_class="ratio", cadence="quarterly", status="active",
    objective="Win more of what we work on", decision="Coach qualification when below minimum", owner="Sales manager",
    first_day=2,
)  # fmt: skip
BOOKINGS = Kpi(
    id="bookings", name="Bookings", formula="sum(amount of deals where won on closed_at)",
    sentence="Value of the deals won, by the day they closed.", unit="money", direction="higher", indicator="lagging",
    dimension="outcome", kpi_class="flow_money", cadence="quarterly", status="active", objective="Make the year's plan",
    decision="Move effort to the deals that can still close", owner="Sales manager", first_day=1,
)  # fmt: skip
CYCLE = Kpi(
    id="sales_cycle", name="Sales cycle", formula="median(days(created_at, closed_at) of deals where won on closed_at)",
    sentence="Middle number of days from creation to won.", unit="days", direction="lower", indicator="lagging",
    dimension="outcome", kpi_class="median", status="active", objective="Shorter deals",
    decision="Review stalled deals", owner="Sales manager", first_day=3,
)  # fmt: skip
MEETINGS = Kpi(
    id="meetings_held", name="Meetings held", formula="count(activities where type = 'meeting' on held_at)",
    sentence="Meetings with customers that took place.", unit="count", direction="higher", indicator="leading",
    dimension="activity", kpi_class="flow_count", status="draft",
)  # fmt: skip


def column(
    header: str, name: str = "", why: str = "", evidence: str = "", samples: tuple[str, ...] = ()
) -> ColumnEvidence:
    """A column of a file with 8,800 rows."""
    return ColumnEvidence(header, name, why, evidence, samples, 8800)


SALES_COLUMNS = (
    column("opportunity_id", "key", "only column with a different value in every row", "8,800 different values",
           ("7QK2M9AB", "P31XW5CD", "H8RT0YEF")),
    column("sales_agent", "owner", "like 'sales agent'", "30 people", ("Moses Frame", "Darius Schumann")),
    column("product", "product_line", "header 'product'", "7 values", ("Press Basic", "Press Pro", "Folder One")),
    column("account", "account", "header 'account'", "85 accounts; 1,425 empty", ("Carwick", "Islay", "Codmere")),
    column("deal_stage", "stage", "header 'deal stage'", "4 values", ("Won", "Lost", "Engaging", "Prospecting")),
    column("engage_date", "created_at", "like 'engage date'", "8,300 rows written year first; 0 contradict",
           ("2016-10-20", "2016-10-25")),
    column("close_date", "closed_at", "filled only where the deal is closed", "6,711 rows written year first",
           ("2017-03-01", "2017-03-11")),
    column("close_value", "amount", "like 'close value'", "whole numbers, no separators", ("1054", "4514", "50")),
)  # fmt: skip

SALES_PREVIEW = Preview(
    file="sales_pipeline.csv",
    kind="deals",
    dialect="Plain CSV",
    source="sales_pipeline",
    data_date=date(2017, 12, 31),
    data_date_why="the last day on which a deal closed",
    encoding="UTF-8",
    delimiter=",",
    header_line=1,
    total_rows=8800,
    columns=SALES_COLUMNS,
    stages=(
        StageFound("Won", 4238, "won", "the word says so"),
        StageFound("Lost", 2473, "lost", "the word says so"),
        StageFound("Engaging", 1589, "open", "none of these has a close date"),
        StageFound("Prospecting", 500, "open", "none of these has a close date"),
    ),
    rows=tuple(
        ("7QK2M9AB", "Moses Frame", "Press Basic", "Carwick", "Won", "2016-10-20", "2017-03-01", f"{1054 + at}")
        for at in range(12)
    ),
    identity="the column opportunity_id",
    currency="USD",
    questions=(),
    notices=("No column says the currency: amounts are taken as USD, the currency of this workspace.",),
)

STAGE_QUESTION = ImportQuestion(
    "What does the stage 'On Hold' mean?", ("open", "won", "lost", "ignore"), "412 deals; 12 of them have a close date",
    "--stage 'On Hold'=open|won|lost|ignore",
)  # fmt: skip
DATE_QUESTION = ImportQuestion(
    "Which comes first in the dates of 'close_date', the day or the month?", ("dmy", "mdy"),
    "all 214 dates can be read both ways, for example 03/04/2017", "--date-order dmy|mdy",
)  # fmt: skip

OPEN_PREVIEW = replace(
    SALES_PREVIEW,
    stages=(
        *SALES_PREVIEW.stages[:2],
        StageFound("Engaging", 1177, "open", "none of these has a close date"),
        StageFound("On Hold", 412, None, "12 of 412 have a close date"),
        StageFound("Prospecting", 500, "open", "none of these has a close date"),
    ),
    questions=(STAGE_QUESTION, DATE_QUESTION),
)

WIDE_PREVIEW = replace(
    SALES_PREVIEW,
    file="Opportunities with Products and Schedules (All Regions) 2026-11-23.csv",
    columns=(
        *SALES_COLUMNS,
        *(
            column(f"Custom_Field_{at}__c", "", "kept as it is", "text", (f"value {at}", "another value"))
            for at in range(52)
        ),
        column(LONG, "", "kept as it is", "text", (LONG, HOSTILE)),
    ),
    rows=tuple(tuple(f"r{line}c{at}" for at in range(61)) for line in range(20)),
)

HOSTILE_PREVIEW = replace(
    SALES_PREVIEW,
    file=HOSTILE + ".csv",
    dialect=HOSTILE,
    source=HOSTILE,
    data_date_why=HOSTILE,
    identity=HOSTILE,
    columns=(column(HOSTILE, "owner", HOSTILE, HOSTILE, (HOSTILE, LONG)), column("R&D", "", "", "", (RIGHT_TO_LEFT,)),
             column("deal_stage", "stage")),
    stages=(StageFound(HOSTILE, 3, None, HOSTILE), StageFound(RIGHT_TO_LEFT, 2, "won", ""),
            StageFound(LONG, 1, "open", "")),
    rows=((HOSTILE, RIGHT_TO_LEFT, LONG),),
    questions=(ImportQuestion(f"What does the stage '{HOSTILE}' mean?", ("open", "won", "lost", "ignore"), HOSTILE,
                              "--stage"),),
    notices=(HOSTILE,),
)  # fmt: skip

REPORT = ImportReport(
    import_id=7, kind="deals", dialect="Plain CSV", file="sales_pipeline.csv", data_date=date(2017, 12, 31), read=8800,
    added=212, updated=431, unchanged=8141, rejected=4, skipped=12,
    issues=(
        Issue(17, "close_date", "31/02/2017", "There is no such day."),
        Issue(903, "close_value", "12k5", "Not an amount."),
        Issue(4411, "opportunity_id", "", "The id is empty."),
        Issue(8012, "close_value", "NaN", "Not an amount."),
    ),
    notices=("12 rows were left out because you said that 'Duplicate' does not count.",),
    changes=(
        ChangeCount("new", 212, 481200.0), ChangeCount("won", 96, 302500.0), ChangeCount("lost", 58, 171300.0),
        ChangeCount("pushed out", 41, 220400.0), ChangeCount("amount up", 19, 38000.0),
        ChangeCount("not in this file", 6, 12900.0),
    ),
    look_alikes=(
        LookAlike(12, "P9", "Folders", "P1", "Folders", "sales_pipeline", 0, "same account and name", is_own=True),
        LookAlike(40, "P8", "", "X2", "Paper", "hubspot", 0, "same account, amount and closed", is_own=False),
    ),
    linked=(Linked("deals", "lead", "leads", 31_000, 204, 296),),
)  # fmt: skip

MANY_REJECTS = replace(
    REPORT,
    read=9296,
    rejected=500,
    issues=tuple(Issue(12 + 3 * at, "close_value", f"{at}k5", "Not an amount.") for at in range(500)),
)


def entry(import_id: int, file: str, day: date, rejected: int = 0) -> ImportEntry:
    """An import of 1,000 rows."""
    return ImportEntry(
        import_id, "deals", file, "Salesforce", day, f"{day} 09:14:02", 1000, 40, 60, 900 - rejected, rejected, 0
    )


HISTORY = (
    entry(3, "Opportunities 2026-11-23.csv", date(2026, 11, 23), 4),
    entry(2, "Opportunities 2026-11-16.csv", date(2026, 11, 16)),
    entry(1, "Opportunities 2026-11-09.csv", date(2026, 11, 9), 2),
)


def file_named(folder: Path, name: str) -> Path:
    """A small export on disk."""
    path = folder / name
    path.write_text("opportunity_id,deal_stage\n1,Won\n", encoding="utf-8")
    return path


BASELINE = Baseline(
    "win_rate", ORG, QUARTER, 412 / 1873, "trailing_4", "Q4 2025 – Q3 2026", 1873.0, (0.2017, 0.2392), False,
    "The last four quarters are complete and the season explains little.",
)  # fmt: skip
PROPOSAL = Proposal(
    BASELINE, 412 / 1873, 412 / 1873 * 1.1, 412 / 1873 * 1.2, 0.10, 0.35,
    "96 closed deals a quarter can tell 22 % from 35 %, not from 24 %.",
    ("Four refreshes in a row of +10 % lead to 32.2 %.",),
)  # fmt: skip
BOOKINGS_PROPOSAL = Proposal(
    Baseline("bookings", ORG, QUARTER, 1_204_300.0, "trailing_4", "Q4 2025 – Q3 2026", 412.0, None, False,
             "The last four quarters are complete."),
    1_204_300.0, 1_324_730.0, 1_445_160.0, 0.10, None, "",
)  # fmt: skip
CYCLE_PROPOSAL = Proposal(
    Baseline("sales_cycle", ORG, QUARTER, 57.0, "trailing_4", "Q2 2026 – Q3 2026", 14.0, (41.0, 70.0), True,
             "Only two quarters are complete."),
    57.0, 51.3, 45.6, 0.10, None, "",
)  # fmt: skip
TARGET = Target("win_rate", ORG, QUARTER, 0.22, 0.25, 0.28, 2, "2026-10-01", "New pricing", "Ann Lee")


def receipt_rows(count: int) -> tuple[ReceiptRow, ...]:
    """Closed deals of which every third is won."""
    owners = ("Moses Frame", "Darius Schumann", "Zane Lavin", "Anna Sellwood")
    return tuple(
        ReceiptRow(
            at + 1, f"D{at:06d}", 1.0, 1.0 if at % 3 == 0 else 0.0, at % 3 == 0,
            {"name": f"Deal {at}", "account": f"Account {at % 85}", "owner": owners[at % 4],
             "stage": "Won" if at % 3 == 0 else "Lost", "amount": f"{(at * 7919) % 90000:,}.00", "currency": "USD",
             "closed_at": f"2026-{10 + at % 2}-{1 + at % 28:02d}"},
            7, "sales_pipeline.csv", at + 2, "2026-10-01",
        )
        for at in range(count)
    )  # fmt: skip


def receipt(count: int = 93, *, reproduces: bool = True) -> Receipt:
    """The win rate of `count` closed deals, a third of them won."""
    rows = receipt_rows(count)
    won = sum(row.in_numerator for row in rows)
    value = won / count
    return Receipt(
        Question(QUARTER, Scope("team", "North", 3)), WIN_RATE,
        Result(value, float(count), float(won), float(count), (0.24, 0.42)), f"{value:.1%}",
        "The number of deals that were won, dated by the day they closed, divided by the number of deals that were "
        "won or lost, dated by the day they closed.",
        rows, ("name", "account", "owner", "stage", "amount", "currency", "closed_at"),
        value if reproduces else value + 0.01, reproduces,
        (("deals won", float(won)), ("deals won or lost", float(count))), date(2026, 11, 23), 2, (3, 7),
    )  # fmt: skip
