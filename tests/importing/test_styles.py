"""Any table of plain records, written in any style that exports use, is read back as the same records."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Literal

import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpidesk.core.imports import DateOrder, ImportOptions, Preview
from tests.importing.support import Imported, dated, look, read, write
from tests.often import often

HEADER = ("id", "owner", "stage", "amount", "created_at", "close_date", "note")
LETTERS = 'abcXYZ 019,;|"/.-ëüßñÉ'
ORDERS: dict[str, DateOrder] = {
    "%Y-%m-%d": "ymd", "%d/%m/%Y": "dmy", "%m/%d/%Y": "mdy", "%d.%m.%Y": "dmy", "%d-%m-%y": "dmy", "%d %b %Y": "dmy",
    "%Y-%m-%dT23:30:00": "ymd", "%m/%d/%Y 11:05 PM": "mdy", "%Y%m%d": "ymd",
}  # fmt: skip


@dataclass(frozen=True)
class Deal:
    """A record: `cents` a whole number, the days as dates, the texts as typed."""

    id: str
    owner: str
    stage: str
    cents: int | None
    created: date
    close: date | None
    note: str


@dataclass(frozen=True)
class Style:
    """How a program writes a table."""

    encoding: str
    delimiter: str
    end: str
    quoted: bool
    day: str
    mark: str
    group: str
    whole: bool


TEXTS = st.text(LETTERS, max_size=12).map(str.strip)
DAYS = st.dates(date(1990, 1, 1), date(2068, 12, 31))
DEALS = st.lists(
    st.builds(
        Deal, st.text("ABab019-", min_size=1, max_size=6), TEXTS, st.sampled_from(["Won", "Lost", "Open"]),
        st.none() | st.integers(-10_000_000, 10_000_000_000), DAYS, st.none() | DAYS, TEXTS,
    ),
    min_size=1, max_size=8, unique_by=lambda deal: deal.id,
)  # fmt: skip
STYLES = st.builds(
    Style, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]), st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(),
    st.sampled_from(list(ORDERS)), st.sampled_from([".", ","]), st.sampled_from(["", "mark", " ", "'"]), st.booleans(),
)  # fmt: skip


def amount(cents: int | None, style: Style) -> str:
    """An amount as the style writes it, with two decimals or, where it is whole, with none."""
    if cents is None:
        return ""
    text = f"{Decimal(cents) / 100:{',' if style.group else ''}.{0 if style.whole else 2}f}"
    group = {"mark": "." if style.mark == "," else ","}.get(style.group, style.group)
    return text.replace(".", "\0").replace(",", group).replace("\0", style.mark)


def table(deals: list[Deal], style: Style) -> bytes:
    """The file that a program of that style writes."""
    text = StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if style.quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=style.delimiter, lineterminator=style.end, quoting=quoting)
    writer.writerow(HEADER)
    for deal in deals:
        days = (deal.created.strftime(style.day), deal.close.strftime(style.day) if deal.close else "")
        writer.writerow((deal.id, deal.owner, deal.stage, amount(deal.cents, style), *days, deal.note))
    return text.getvalue().encode(style.encoding)


def answered(preview: Preview, style: Style) -> ImportOptions:
    """What a person who knows the style answers to the questions of a preview, and nothing else."""
    asked = " ".join(question.option for question in preview.questions)
    return ImportOptions(
        date_order=ORDERS[style.day] if "--date-order" in asked else None,
        decimal=("," if style.mark == "," else ".") if "--decimal" in asked else "",
    )


def deals_of(imported: Imported) -> list[Deal]:
    """The records that were read."""
    assert imported.issues == []
    assert imported.plan.preview.questions == ()
    return [
        Deal(
            key, str(row["owner"] or ""), str(row["stage"]), None if row["amount"] is None else int(row["amount"]),
            date.fromisoformat(str(row["created_at"])),
            date.fromisoformat(str(row["close_date"])) if row["close_date"] else None,
            str(json.loads(custom or "{}").get("note", "")),
        )
        for key, row, custom in zip(imported.keys, imported.rows, imported.custom, strict=True)
    ]  # fmt: skip


@settings(max_examples=often(17), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(deals=DEALS, style=STYLES)
def test_every_style_gives_the_same_records(deals: list[Deal], style: Style, tmp_path: Path) -> None:
    if style.whole:
        deals = [replace(deal, cents=None if deal.cents is None else deal.cents // 100 * 100) for deal in deals]
    path = write(tmp_path, table(deals, style))
    options = answered(look(path).preview, style)
    assert deals_of(read(path, options)) == deals


@settings(max_examples=often(3), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(deals=DEALS)
def test_a_workbook_gives_the_same_records(deals: list[Deal], tmp_path: Path) -> None:
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Deals")
        sheet.write_row(0, 0, HEADER)
        for at, deal in enumerate(deals, start=1):
            for column, text in enumerate((deal.id, deal.owner, deal.stage)):
                sheet.write_string(at, column, text)
            if deal.cents is not None:
                sheet.write_number(at, 3, deal.cents / 100)
            sheet.write_datetime(at, 4, deal.created)
            if deal.close is not None:
                sheet.write_datetime(at, 5, deal.close)
            sheet.write_string(at, 6, deal.note)
    assert deals_of(read(dated(path))) == deals
