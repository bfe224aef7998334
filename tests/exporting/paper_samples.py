"""A paper with every kind of part, as a pipeline, a forecast and a review have them."""

from __future__ import annotations

from datetime import date, timedelta

from kpidesk.core.papers import (
    Paper,
    PaperCard,
    PaperCell,
    PaperChart,
    PaperColumn,
    PaperLine,
    PaperMark,
    PaperRange,
    PaperRow,
    PaperSection,
    PaperTable,
    PaperWords,
)
from tests.ui.samples import scorecard

DAY = date(2026, 9, 14)
STAGES = (("Qualification", 42, 812_400.0), ("Discovery", 31, 690_150.5), ("Proposal", 18, 455_000.0),
          ("Negotiation", 7, 236_900.25))  # fmt: skip
REPS = ("Ann Lee", "Álvaro Núñez", "王小明", "شيرين خليل", "Bartholomew Featherstonehaugh-Cholmondeley")
HOSTILE = '=HYPERLINK("http://x.invalid";"go")'


def money(value: float) -> PaperCell:
    return PaperCell(f"${value:,.0f}", value)


def stages() -> PaperTable:
    columns = (
        PaperColumn("stage", "Stage", share=1.4), PaperColumn("deals", "Deals", "count"),
        PaperColumn("amount", "Open amount", "money", share=1.6, bar=True),
        PaperColumn("mean", "Per deal", "money"), PaperColumn("share", "Share of deals", "percent"),
    )  # fmt: skip
    count, amount = sum(deals for _, deals, _ in STAGES), sum(value for _, _, value in STAGES)

    def cells(name: str, deals: int, value: float, *, strong: bool) -> PaperRow:
        first, second = ("SUM({deals:all})", "SUM({amount:all})") if strong else ("", "")
        return PaperRow((
            PaperCell(name), PaperCell(str(deals), deals, first), PaperCell(f"${value:,.0f}", value, second),
            PaperCell(f"${value / deals:,.0f}", value / deals, "{amount}/{deals}"),
            PaperCell(f"{deals / count:.0%}", deals / count, "{deals}/SUM({deals:all})"),
        ), strong=strong)  # fmt: skip

    rows = (*(cells(*one, strong=False) for one in STAGES), cells("All stages", count, amount, strong=True))
    return PaperTable(columns, rows, "98 deals are open; most of the amount lies early.")


def deals(count: int = 60) -> PaperTable:
    columns = (
        PaperColumn("deal", "Deal", share=2), PaperColumn("owner", "Owner"), PaperColumn("amount", "Amount", "money"),
        PaperColumn("closes", "Closes", "date"), PaperColumn("stalled", "In its stage", "days"),
        PaperColumn("why", "Why it is here", share=2.4), PaperColumn("note", "For me only", private=True),
    )  # fmt: skip

    def row(at: int) -> PaperRow:
        closes = DAY + timedelta(days=at)
        why = "Long in its stage and pushed twice; no next step." if at % 3 else "Close date has passed."
        return PaperRow((
            PaperCell(f"Deal {at} {'Donaudampfschifffahrtsgesellschaft' * (at == 5)}"), PaperCell(REPS[at % len(REPS)]),
            money(1_000.0 + 737 * at), PaperCell(f"{closes:%d %b %Y}", closes), PaperCell(f"{at + 20} days", at + 20),
            PaperCell(why), PaperCell("between us"),
        ))  # fmt: skip

    return PaperTable(columns, tuple(row(at) for at in range(count)))


def pacing() -> PaperChart:
    days = range(0, 91, 7)
    lines = (
        PaperLine("Q3 2025", tuple((float(day), 4_000.0 * day) for day in days), "faint"),
        PaperLine("Q3 2026", tuple((float(day), 6_100.0 * day) for day in days if day <= 75)),
        PaperLine("Needed", ((0.0, 0.0), (90.0, 600_000.0)), "dashed"),
        PaperLine("Usual", tuple((float(day), 4_900.0 * day) for day in days), "dotted"),
        PaperLine("Calls", ((30.0, 450_000.0), (60.0, 520_000.0)), "dots"),
    )
    places = ((0.0, "Day 1"), (30.0, "Day 30"), (60.0, "Day 60"), (90.0, "Day 90"))
    heights = tuple((value, f"${value / 1000:,.0f}K") for value in (0.0, 200_000.0, 400_000.0, 600_000.0))
    columns = (PaperColumn("day", "Day", "count"), PaperColumn("now", "Q3 2026", "money"))
    table = PaperTable(
        columns, tuple(PaperRow((PaperCell(str(day), day), money(6_100.0 * day))) for day in days if day <= 75)
    )
    return PaperChart("$457,500 is booked on day 75; the last quarters had $367,500 by then.", lines, places, heights,
                      table)  # fmt: skip


def sample_paper() -> Paper:
    between = PaperRange(
        "Between $480,000 and $640,000 will be booked, middle $560,000.", 480_000, 560_000, 640_000,
        "$480,000", "$560,000", "$640,000",
        (PaperMark("Booked so far", 457_500, "$457,500"), PaperMark("Target", 600_000, "$600,000")),
    )  # fmt: skip
    card = scorecard()
    sections = (
        PaperSection("Stages", (stages(),), "open on 14 Sep 2026"),
        PaperSection("Forecast: range [Q3/2026]", (between,)),
        PaperSection("Pacing", (pacing(),), "against the same day of earlier quarters"),
        PaperSection("Numbers", (PaperCard(card.rows),)),
        PaperSection("To talk about", (PaperWords(("Ann Lee: ask for the next step.", HOSTILE, "Second\nline"), True),
                                       PaperWords(("Nothing else stands out.",)))),
        PaperSection("Stalled deals", (deals(),)),
        PaperSection("Lost", (PaperTable((PaperColumn("deal", "Deal"),), (), empty="No deal was lost."),)),
        PaperSection("My pay", (PaperWords(("OTE $180,000",)),), private=True),
    )  # fmt: skip
    return Paper(
        "pipeline", "Pipeline", "Northwind Sales · team Atlas", DAY, sections, "USD",
        filters=("team Atlas", "new business only"), definitions="3f9a2c71", sources=("deals-2026-09-14.csv",),
        names=REPS,
    )  # fmt: skip
