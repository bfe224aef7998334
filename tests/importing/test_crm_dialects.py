"""Exports of the CRMs: dirty samples against pages beside them, and known header lists filled in their style."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from kpidesk.core.errors import UserError
from kpidesk.core.fields import Kind
from kpidesk.core.imports import ImportOptions
from kpidesk.core.records import Cell
from kpidesk.importing.dialects import MadeColumn, RowTraits, read_dialect, recognise, shipped
from tests.importing.shown import shown
from tests.importing.support import SHARED, dated, look, read, write

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "dialects"
HEADERS = SHARED / "reference" / "headers"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.txt"))
Rows = Sequence[Sequence[object]]


def workbook(path: Path, rows: Rows, day_format: str = "yyyy-mm-dd", hidden: int = 0) -> Path:
    """A workbook of one sheet; the first `hidden` columns cannot be seen."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": day_format}) as book:
        sheet = book.add_worksheet("Sheet")
        if hidden:
            sheet.set_column(0, hidden - 1, None, None, {"hidden": True})
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return dated(path)


def dynamics(folder: Path) -> Path:
    """A view of opportunities with hidden columns, names in other capitals, twenty empty columns of one name."""
    header = (
        "(Do Not Modify) Opportunity", "(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On", "Topic",
        "Potential Customer", "Est. close date", "Est. revenue", "Probability", "Status", "Status Reason",
        "Actual Close Date", "Actual Revenue", "Owner", "Created On", "Pipeline Phase", "Modified on",
        " Full Name (Owning User) (User)", *["processid"] * 20,
    )  # fmt: skip
    stamp, day = datetime(2026, 8, 30, 9, 15), datetime(2026, 8, 1)
    rows: Rows = (
        header,
        ("5b1c9a40-0000-4000-8000-00000000000a", "aGFzaA==", stamp, "Kestrel fleet", "Kestrel", datetime(2026, 10, 1),
         12_000.5, 60, "Open", "On Hold", None, None, "Ines Moor", datetime(2026, 5, 1, 23, 30), "3-Propose", day),
        ("5b1c9a40-0000-4000-8000-00000000000b", "aGFzaB==", stamp, "Kestrel kit", "Kestrel", datetime(2026, 7, 1),
         900, 20, "Lost", "Out-Sold", datetime(2026, 7, 3), None, "Ines Moor", datetime(2026, 5, 2), "2-Develop", day),
        ("5b1c9a40-0000-4000-8000-00000000000c", "aGFzaC==", stamp, "Halden", "Halden AS", datetime(2026, 7, 9), 700,
         100, "Won", "Won", datetime(2026, 7, 5), 650, "Omar Adeyemi", datetime(2026, 5, 3), "4-Close", day),
        ("5b1c9a40-0000-4000-8000-00000000000d", "aGFzaD==", stamp, "No number", "Halden AS", None, "t.b.d.", 10,
         "Open", "In Progress", None, None, "Omar Adeyemi", datetime(2026, 5, 4), "1-Qualify", day),
    )  # fmt: skip
    return workbook(folder / "My Opportunities.xlsx", rows, "m/d/yyyy h:mm", hidden=3)


def sample(name: str, folder: Path) -> Path:
    """The dirty export of a dialect."""
    if name == "dynamics-opportunities":
        return dynamics(folder)
    return dated(Path(shutil.copy(SAMPLES / f"{name}.csv", folder)))


@pytest.mark.parametrize("name", NAMES)
def test_a_dirty_export_is_understood_as_the_page_beside_it_says(name: str, tmp_path: Path) -> None:
    assert shown(read(sample(name, tmp_path))) == (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Style:
    """How a CRM writes a file: quoting, line ends, encoding, and what stands in columns a case says nothing of."""

    quoted: bool = False
    end: str = "\n"
    encoding: str = "utf-8"
    salesforce: bool = False

    def cell(self, header: str) -> str:
        if not self.salesforce:
            return ""
        if header.endswith("Id"):
            return "000000000000000AAA"
        return "0" if header.startswith(("Is", "Has")) else "2026-05-01 10:00:00" if header.endswith("Stamp") else ""


SALESFORCE = Style(quoted=True, encoding="cp1252", salesforce=True)
LOADER = Style(quoted=True, salesforce=True)
PLAIN = Style()
ODOO = Style(quoted=True, end="\r\n")


@dataclass(frozen=True)
class Case:
    """A header list: its text or the file that has it, the cells of one row by header, and the record it makes."""

    name: str
    dialect: str
    kind: Kind
    header: str
    cells: dict[str, str]
    record: dict[str, Cell]
    key: str = ""
    style: Style = PLAIN

    def headers(self) -> list[str]:
        if not self.header.endswith((".csv", ".txt")):
            return next(csv.reader([self.header]))
        path = HEADERS / self.header
        if not path.exists():
            pytest.skip(f"{path} is not there")
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        return rows[0] if len(rows[0]) > 3 else [row[0] for row in rows if row and row[0] != "export_label"]

    def text(self) -> bytes:
        headers = self.headers()
        assert set(self.cells) <= set(headers)
        out = io.StringIO()
        end = self.style.end
        quoted = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=end)
        writer = quoted if self.style.quoted else csv.writer(out, lineterminator=end)
        writer.writerow(headers)
        writer.writerow([self.cells.get(header, self.style.cell(header)) for header in headers])
        return out.getvalue().encode(self.style.encoding)


def case(
    name: str, dialect: str, kind: Kind, header: str, cells: str, record: dict[str, Cell], *, key: str = "",
    style: Style = PLAIN,
) -> Case:  # fmt: skip
    """A case with its cells written one a line as `header: cell`."""
    pairs = (line.strip().partition(" := ") for line in cells.strip().splitlines())
    return Case(name, dialect, kind, header, {one: two for one, _, two in pairs}, record, key, style)


CASES = [
    case(
        "salesforce opportunities", "salesforce-export", "deals", "salesforce_dataexport_Opportunity.csv",
        """
        Id := 0065e00000AbCdEAAV
        Name := Torre Diseño
        StageName := Diseño Propuesta
        Amount := 9225.225
        Probability := 40
        CloseDate := 2026-09-30 00:00:00
        CurrencyIsoCode := MXN
        OwnerId := 0055e000001AaAaAAK
        CreatedDate := 2026-05-11 20:47:49
        ForecastCategoryName := Best Case
        """,
        {"name": "Torre Diseño", "stage": "Diseño Propuesta", "status": "Open", "amount": 922522, "currency": "MXN",
         "probability": 400_000, "close_date": "2026-09-30", "created_at": "2026-05-11",
         "owner": "0055e000001AaAaAAK", "forecast_category": "Best Case"},
        key="0065e00000AbCdEAAV", style=SALESFORCE,
    ),
    case(
        "salesforce tasks", "salesforce-tasks", "activities", "salesforce_dataexport_Task.csv",
        """
        Id := 00T5e00000AbCdEEAV
        WhoId := 00Q5e00000XyZ09AAA
        WhatId := 0065e00000AbCdEAAV
        Subject := Llamada a José
        ActivityDate := 2026-08-03 00:00:00
        Status := Completed
        Type := Call
        IsClosed := 1
        OwnerId := 0055e000001AaAaAAK
        CreatedDate := 2026-08-01 15:00:00
        CallDurationInSeconds := 754
        CallType := Outbound
        CompletedDateTime := 2026-08-03 15:59:00
        """,
        {"subject": "Llamada a José", "type": "call", "direction": "out", "status": "held", "duration": 754,
         "person": "0055e000001AaAaAAK", "deal": "0065e00000AbCdEAAV", "lead": "00Q5e00000XyZ09AAA",
         "contact": "00Q5e00000XyZ09AAA", "occurred_at": "2026-08-03", "scheduled_at": "2026-08-03",
         "created_at": "2026-08-01"},
        key="00T5e00000AbCdEEAV", style=SALESFORCE,
    ),
    case(
        "salesforce activity report", "salesforce-activity-report", "activities",
        "Activity ID,Subject,Assigned,Type,Date,Status,Priority,Opportunity ID,Company / Account,Meeting Place",
        """
        Activity ID := 00T5e00000AbCdE
        Subject := Call: Torres
        Assigned := José Ibáñez
        Type := Call
        Date := 8/25/2026
        Status := Completed
        Priority := High
        Opportunity ID := 0065e00000AbCdE
        Company / Account := Torres
        Meeting Place := On site
        """,
        {"subject": "Call: Torres", "person": "José Ibáñez", "type": "call", "status": "held",
         "scheduled_at": "2026-08-25", "deal": "0065e00000AbCdEAAV", "account": "Torres"},
        key="00T5e00000AbCdEEAV", style=LOADER,
    ),
    case(
        "salesforce lead report", "salesforce-lead-report", "leads",
        "Lead ID,Lead Name,Company,Lead Owner,Lead Source,Lead Status,Created Date,Converted Date,Converted,"
        "Converted Opportunity ID",
        """
        Lead ID := 00Q5e00000XyZ09
        Lead Name := Mara Lopez
        Company := Torres
        Lead Owner := José Ibáñez
        Lead Source := Web
        Lead Status := Closed - Converted
        Created Date := 5/29/2026
        Converted Date := 6/7/2026
        Converted := 1
        Converted Opportunity ID := 0065e00000AbCdE
        """,
        {"name": "Mara Lopez", "account": "Torres", "owner": "José Ibáñez", "source": "Web",
         "status": "Closed - Converted", "created_at": "2026-05-29", "converted_at": "2026-06-07",
         "deal": "0065e00000AbCdEAAV"},
        key="00Q5e00000XyZ09EAF", style=LOADER,
    ),
    case(
        "salesforce events", "salesforce-events", "activities", "salesforce_dataexport_Event.csv",
        """
        Id := 00U5e00000AbCdEEAV
        WhatId := 0065e00000AbCdEAAV
        Subject := Presentación
        ActivityDateTime := 2026-08-05 16:00:00
        ActivityDate := 2026-08-05 00:00:00
        DurationInMinutes := 45
        OwnerId := 0055e000001AaAaAAK
        CreatedDate := 2026-08-01 15:00:00
        """,
        {"subject": "Presentación", "type": "meeting", "duration": 2700, "person": "0055e000001AaAaAAK",
         "deal": "0065e00000AbCdEAAV", "scheduled_at": "2026-08-05", "created_at": "2026-08-01"},
        key="00U5e00000AbCdEEAV", style=SALESFORCE,
    ),
    case(
        "salesforce leads", "salesforce-leads", "leads", "salesforce_dataexport_Lead.csv",
        """
        Id := 00Q5e00000XyZ09AAA
        FirstName := José
        LastName := Ibáñez
        Company := Torres
        Email := jose@torres.example
        LeadSource := Web
        Status := Working
        IsConverted := 1
        ConvertedDate := 2026-08-20 00:00:00
        ConvertedOpportunityId := 0065e00000AbCdEAAV
        CreatedDate := 2026-08-02 15:04:05
        """,
        {"name": "José Ibáñez", "account": "Torres", "email": "jose@torres.example", "source": "Web",
         "status": "Working", "converted_at": "2026-08-20", "deal": "0065e00000AbCdEAAV",
         "created_at": "2026-08-02T15:04"},
        key="00Q5e00000XyZ09AAA", style=SALESFORCE,
    ),
    case(
        "salesforce accounts", "salesforce-accounts", "accounts", "salesforce_dataexport_Account.csv",
        """
        Id := 0015e00000XyZ01AAA
        Name := Torres Diseño
        Type := Customer
        BillingCountry := México
        Industry := Construction
        AnnualRevenue := 1250000.5
        NumberOfEmployees := 85
        CurrencyIsoCode := MXN
        CreatedDate := 2024-02-01 15:00:00
        AccountSource := Web
        """,
        {"account": "Torres Diseño", "segment": "Customer", "region": "México", "vertical": "Construction",
         "revenue": 125_000_050, "employees": 85, "currency": "MXN", "created_at": "2024-02-01", "source": "Web"},
        key="0015e00000XyZ01AAA", style=SALESFORCE,
    ),
    case(
        "salesforce users", "salesforce-users", "people", "salesforce_dataexport_User.csv",
        """
        Id := 0055e000001AaAaAAK
        Username := ana@torres.example.dev
        FirstName := Ana
        LastName := Núñez
        Title := Ejecutiva
        Email := ana@torres.example
        UserRoleId := 00E5e000000AbCdEAK
        """,
        {"person": "Ana Núñez", "external_id": "0055e000001AaAaAAK",
         "email": "ana@torres.example", "team": "00E5e000000AbCdEAK", "role": "Ejecutiva"},
        key="ana@torres.example", style=SALESFORCE,
    ),
    case(
        "salesforce roles", "salesforce-roles", "people", "salesforce_dataexport_UserRole.csv",
        """
        Id := 00E5e000000AbCdEAK
        Name := Ventas
        ParentRoleId := 00E5e000000AbCaEAK
        """,
        {"team": "Ventas", "parent_team": "00E5e000000AbCaEAK", "external_id": "00E5e000000AbCdEAK"},
        key="Ventas", style=SALESFORCE,
    ),
    case(
        "salesforce stage history", "salesforce-stage-history", "stage-history",
        "salesforce_dataexport_OpportunityHistory.csv",
        """
        Id := 0085e00000AbCdEAAV
        OpportunityId := 0065e00000AbCdEAAV
        CreatedById := 0055e000001AaAaAAK
        CreatedDate := 2026-06-01 10:00:00
        StageName := Diseño Propuesta
        FromOpportunityStageName := Interés
        Amount := 9225.225
        CloseDate := 2026-09-30 00:00:00
        Probability := 40
        CurrencyIsoCode := MXN
        """,
        {"deal": "0065e00000AbCdEAAV", "stage": "Diseño Propuesta", "from_stage": "Interés",
         "entered_at": "2026-06-01T10:00", "changed_by": "0055e000001AaAaAAK", "amount": 922522, "currency": "MXN",
         "close_date": "2026-09-30", "probability": 400_000},
        key="0085e00000AbCdEAAV", style=SALESFORCE,
    ),
    case(
        "salesforce currencies", "salesforce-rates", "rates", "salesforce_dataexport_CurrencyType.csv",
        """
        Id := 01L5e000000AbCdEAK
        IsoCode := COP
        ConversionRate := 4500
        """,
        {"to_currency": "COP", "rate": "4500"},
        key="01L5e000000AbCdEAK", style=SALESFORCE,
    ),
    case(
        "salesforce data loader", "salesforce-export", "deals",
        "ID,NAME,STAGENAME,AMOUNT,CLOSEDATE,OWNERID,ISCLOSED,ISWON,CREATEDDATE",
        """
        ID := 0065e00000AbCdEAAV
        NAME := Torre
        STAGENAME := Active
        AMOUNT := 10.5
        CLOSEDATE := 2026-05-11
        OWNERID := 0055e000001AaAaAAK
        ISCLOSED := true
        ISWON := true
        CREATEDDATE := 2026-03-11T21:24:33.000Z
        """,
        {"name": "Torre", "stage": "Active", "status": "Won", "amount": 1050, "currency": "USD",
         "close_date": "2026-05-11", "owner": "0055e000001AaAaAAK", "created_at": "2026-03-11"},
        key="0065e00000AbCdEAAV", style=LOADER,
    ),
    case(
        "salesforce report", "salesforce-report", "deals",
        "Owner Role,Opportunity Owner,Account Name,Opportunity Name,Stage,Fiscal Period,Amount,Expected Revenue,"
        "Probability (%),Age,Close Date,Created Date,Next Step,Lead Source,Type",
        """
        Owner Role := EMEA
        Opportunity Owner := Ines Moor
        Account Name := Kestrel
        Opportunity Name := Kestrel fleet
        Stage := Closed Won
        Amount := 1,234.00
        Expected Revenue := 1,234.00
        Probability (%) := 100
        Close Date := 8/31/2026
        Created Date := 9/30/2025
        """,
        {"team": "EMEA", "owner": "Ines Moor", "account": "Kestrel", "name": "Kestrel fleet", "stage": "Closed Won",
         "amount": 123_400, "currency": "USD", "probability": 1_000_000, "close_date": "2026-08-31",
         "created_at": "2025-09-30"},
    ),
    case(
        "salesforce report in several currencies", "salesforce-report", "deals",
        "Opportunity ID,Account Name,Opportunity Name,Close Date,Opportunity Owner,Opportunity Owner: Manager,"
        "Amount Currency,Amount,Amount (converted) Currency,Amount (converted),Created Date,Forecast Category,Stage,"
        "Contact: Email,Last Stage Change Date,Age,Last Activity,Stage Duration,Opportunity Owner Team",
        """
        Opportunity ID := 0065e00000AbCdE
        Account Name := Kestrel
        Opportunity Name := Kestrel fleet
        Close Date := 31.08.2026
        Opportunity Owner := Ines Moor
        Amount Currency := NOK
        Amount := 1.234,00
        Amount (converted) Currency := EUR
        Amount (converted) := 105,12
        Created Date := 30.09.2025
        Stage := Closed Lost
        Opportunity Owner Team := North
        """,
        {"account": "Kestrel", "name": "Kestrel fleet", "owner": "Ines Moor", "stage": "Closed Lost",
         "amount": 123_400, "currency": "NOK", "close_date": "2026-08-31", "created_at": "2025-09-30",
         "team": "North"},
        key="0065e00000AbCdEAAV",
    ),
    case(
        "hubspot deals", "hubspot", "deals", "hubspot_deals_label_to_internal.csv",
        """
        Record ID := 90071992547409931
        Deal Name := Lumen seats
        Deal Stage := Contract Sent
        Pipeline := Sales Pipeline
        Amount := 1200.5
        Currency := USD
        Deal probability := 0.9
        Close Date := 2026-10-01 17:00
        Create Date := 2026-08-01 09:30
        Deal owner := Pia Sand
        HubSpot Team := West
        Is Closed Won := false
        Is closed lost := false
        """,
        {"name": "Lumen seats", "stage": "Contract Sent", "status": "Open", "pipeline": "Sales Pipeline",
         "amount": 120_050, "currency": "USD", "probability": 900_000, "close_date": "2026-10-01",
         "created_at": "2026-08-01", "owner": "Pia Sand", "team": "West"},
        key="90071992547409931",
    ),
    case(
        "hubspot deals by internal names", "hubspot", "deals",
        "hs_object_id,dealname,dealstage,pipeline,amount,deal_currency_code,hs_deal_stage_probability,closedate,"
        "createdate,hubspot_owner_id,hubspot_team_id,hs_is_closed_won,hs_is_closed_lost,closed_lost_reason",
        """
        hs_object_id := 90071992547409933
        dealname := Nordlys
        dealstage := 3482933986
        pipeline := default
        amount := 10
        deal_currency_code := EUR
        hs_deal_stage_probability := 0
        closedate := 2026-08-30 09:30
        createdate := 2026-07-02 11:30
        hubspot_owner_id := 81234567
        hs_is_closed_won := false
        hs_is_closed_lost := true
        closed_lost_reason := Price
        """,
        {"name": "Nordlys", "stage": "3482933986", "status": "Lost", "pipeline": "default", "amount": 1000,
         "currency": "EUR", "probability": 0, "close_date": "2026-08-30", "created_at": "2026-07-02",
         "owner": "81234567", "loss_reason": "Price"},
        key="90071992547409933",
    ),
    case(
        "hubspot calls", "hubspot-calls", "activities",
        "Record ID,Call Title,Call direction,Call outcome,Call duration,Activity date,Activity assigned to,"
        "Associated Deal",
        """
        Record ID := 51001
        Call Title := Intro
        Call direction := Outbound
        Call outcome := Connected
        Call duration := 00:04:10
        Activity date := 2026-08-03 09:30
        Activity assigned to := Pia Sand
        Associated Deal := Lumen seats
        """,
        {"subject": "Intro", "type": "call", "direction": "out", "status": "held", "duration": 250,
         "occurred_at": "2026-08-03", "person": "Pia Sand", "deal": "Lumen seats"},
        key="51001",
    ),
    case(
        "pipedrive list view", "pipedrive-deals", "deals", "pipedrive_deals_listview.txt",
        """
        Deal - ID := 102
        Deal - Title := Oakline rollout
        Deal - Owner := Jon Ek
        Deal - Value := 8000.5
        Deal - Currency of Value := EUR
        Deal - Organization := Oakline
        Deal - Pipeline := Default
        Deal - Stage := Demo Scheduled
        Deal - Status := Won
        Deal - Deal created := 2026-05-20 22:30:00
        Deal - Won time := 2026-07-14 16:20:09
        """,
        {"name": "Oakline rollout", "owner": "Jon Ek", "amount": 800_050, "currency": "EUR", "account": "Oakline",
         "pipeline": "Default", "stage": "Demo Scheduled", "status": "Won", "created_at": "2026-05-20",
         "closed_at": "2026-07-14"},
        key="102",
    ),
    case(
        "pipedrive import sheet", "pipedrive-deals", "deals",
        "Deal - Title,Deal - Value,Organization,Contact person,Deal - Owner,Deal - Stage (pipeline),"
        "Deal - Expected close date,Deal - Currency of value,Deal - Label,Deal - Creation date,Deal - Closed on,"
        "Deal - Lost reason,Deal - Lost time,Deal - Probability,Deal - Status,Deal - Won time,Deal - Visible to,"
        "Deal - Pipedrive System ID",
        """
        Deal - Title := Tern Labs pilot
        Deal - Value := 12000
        Organization := Tern Labs
        Deal - Owner := Ana Prat
        Deal - Stage (pipeline) := Qualified
        Deal - Currency of value := EUR
        Deal - Creation date := 2026-05-02 11:00:00
        Deal - Lost time := 2026-06-30 00:15:00
        Deal - Lost reason := Price
        Deal - Probability := 10
        Deal - Status := Lost
        Deal - Pipedrive System ID := 103
        """,
        {"name": "Tern Labs pilot", "amount": 1_200_000, "account": "Tern Labs", "owner": "Ana Prat",
         "stage": "Qualified", "currency": "EUR", "created_at": "2026-05-02", "closed_at": "2026-06-30",
         "loss_reason": "Price", "probability": 100_000, "status": "Lost"},
        key="103",
    ),
    case(
        "pipedrive in Czech", "pipedrive-deals", "deals",
        "Obchod - ID,Obchod - Název,Obchod - Vlastník,Obchod - Hodnota,Obchod - Fáze,Obchod - Stav",
        """
        Obchod - ID := 7
        Obchod - Název := Střecha
        Obchod - Vlastník := Jana Nová
        Obchod - Hodnota := 8000
        Obchod - Fáze := Nabídka
        Obchod - Stav := Vyhrané
        """,
        {"name": "Střecha", "owner": "Jana Nová", "amount": 800_000, "currency": "USD", "stage": "Nabídka",
         "status": "Vyhrané"},
        key="7",
    ),
    case(
        "pipedrive activities", "pipedrive-activities", "activities",
        "Activity - Subject,Activity - Due date,Activity - Assigned to user,Activity - Note,Activity - Type,"
        "Activity - Done,Activity - Due time,Activity - Duration,Activity - Marked as done time,"
        "Activity - Creation date,Deal,Lead,Organization,Contact person",
        """
        Activity - Subject := First call
        Activity - Due date := 2026-08-03
        Activity - Assigned to user := Jon Ek
        Activity - Type := Call
        Activity - Done := Done
        Activity - Duration := 00:15
        Activity - Marked as done time := 2026-08-03 09:50:00
        Activity - Creation date := 2026-08-01 12:00:00
        Deal := Brightwell
        Organization := Brightwell AG
        Contact person := Pia Sand
        """,
        {"subject": "First call", "type": "call", "status": "held", "person": "Jon Ek", "deal": "Brightwell",
         "account": "Brightwell AG", "contact": "Pia Sand", "duration": 900, "scheduled_at": "2026-08-03",
         "occurred_at": "2026-08-03", "created_at": "2026-08-01"},
    ),
    case(
        "pipedrive leads", "pipedrive-leads", "leads",
        "Lead - Title,Lead - Labels,Contact person,Organization,Lead - Owner,Lead - Source channel",
        """
        Lead - Title := Tern inquiry
        Lead - Labels := Hot
        Contact person := Pia Sand
        Organization := Tern Labs
        Lead - Owner := Jon Ek
        Lead - Source channel := Chatbot
        """,
        {"name": "Tern inquiry", "account": "Tern Labs", "owner": "Jon Ek", "source": "Chatbot"},
    ),
    case(
        "zoho potentials", "zoho-deals", "deals",
        "Potential Name,Potential Owner,Created Time,Closing Date,Amount,Expected Revenue,Stage,Forecast Type,Type,"
        "Lead Source,Probability,Age in Days,Age Tier,Amount Tier,LEADID,Tasks Involved,Events Involved,"
        "Calls Involved,Activities Involved,Campaign Id",
        """
        Potential Name := Halden kit
        Potential Owner := Ravi Menon
        Created Time := 15 Apr, 2021 00:02:00
        Closing Date := 30 Apr, 2021
        Amount := $22,700.00
        Expected Revenue := $4,540.00
        Stage := Closed Won
        Probability := 20
        """,
        {"name": "Halden kit", "owner": "Ravi Menon", "created_at": "2021-04-15", "close_date": "2021-04-30",
         "amount": 2_270_000, "currency": "USD", "stage": "Closed Won", "probability": 200_000},
    ),
    case(
        "zoho deals", "zoho-deals", "deals",
        "Record Id,Deal Owner.id,Deal Owner,Amount,Deal Name,Closing Date,Account Name.id,Account Name,Stage,Type,"
        "Next Step,Lead Source,Contact Name.id,Contact Name,Probability (%),Expected Revenue,Campaign Source.id,"
        "Currency,Exchange Rate",
        """
        Record Id := zcrm_4150868000000225013
        Deal Owner.id := zcrm_4150868000000225001
        Deal Owner := Ravi Menon
        Amount := 22700
        Deal Name := Kestrel fleet
        Closing Date := 2026-09-30
        Account Name.id := zcrm_4150868000000225002
        Account Name := Kestrel
        Stage := Value Proposition
        Probability (%) := 40
        Expected Revenue := 9080
        Currency := INR
        """,
        {"owner": "Ravi Menon", "amount": 2_270_000, "name": "Kestrel fleet", "close_date": "2026-09-30",
         "account": "Kestrel", "stage": "Value Proposition", "probability": 400_000, "currency": "INR"},
        key="zcrm_4150868000000225013",
    ),
    case(
        "zoho calls", "zoho-calls", "activities",
        "TASKID,Call Start Time,Call Duration (in seconds),Call Owner,Call Owner Id,Subject,Call Type,Call Purpose,"
        "Billable,Created Time,Modified Time,CONTACTID,ACCOUNTID,POTENTIALID,LEADID,Call Duration (in minutes),"
        "Who Id Id,What Id,SEMODULE",
        """
        TASKID := 41508680000225101
        Call Start Time := 2021-04-15 23:03:00
        Call Duration (in seconds) := 754
        Call Owner := Ravi Menon
        Call Owner Id := 41508680000225001
        Subject := Kestrel call
        Call Type := Outbound
        Created Time := 2021-04-15 23:20:00
        POTENTIALID := 41508680000225013
        """,
        {"occurred_at": "2021-04-15", "duration": 754, "person": "Ravi Menon", "subject": "Kestrel call",
         "direction": "out", "type": "call", "created_at": "2021-04-15", "deal": "41508680000225013"},
        key="41508680000225101",
    ),
    case(
        "zoho events", "zoho-events", "activities",
        "EVENTID,Event Owner,Event Owner Id,Subject,Start DateTime,End DateTime,Created Time,Modified Time,CONTACTID,"
        "ACCOUNTID,POTENTIALID,LEADID,Who Id Id,What Id,SEMODULE",
        """
        EVENTID := 41508680000225201
        Event Owner := Ravi Menon
        Subject := Demo
        Start DateTime := 2021-04-20 10:00:00
        End DateTime := 2021-04-20 11:00:00
        Created Time := 2021-04-16 09:00:00
        LEADID := 41508680000225301
        """,
        {"person": "Ravi Menon", "subject": "Demo", "type": "meeting", "scheduled_at": "2021-04-20",
         "created_at": "2021-04-16", "lead": "41508680000225301"},
        key="41508680000225201",
    ),
    case(
        "zoho tasks", "zoho-tasks", "activities", "Task Owner,Subject,Created Time,Due Date,Status,Modified Time",
        """
        Task Owner := Ravi Menon
        Subject := Send papers
        Created Time := 2021-04-16 09:00:00
        Due Date := 2021-04-18
        Status := Completed
        Modified Time := 2021-04-17 10:00:00
        """,
        {"person": "Ravi Menon", "subject": "Send papers", "type": "task", "status": "held",
         "created_at": "2021-04-16", "scheduled_at": "2021-04-18"},
    ),
    case(
        "zoho leads", "zoho-leads", "leads",
        "LEADID,Last Name,Company,Lead Owner,Email,Mobile,Website,Industry,Lead Source,Lead Status,Created Time,"
        "CONVERTED,month_Created Time1",
        """
        LEADID := 41508680000225301
        Last Name := Lind
        Company := Halden
        Lead Owner := Ravi Menon
        Email := tove@halden.example
        Lead Source := Cold Call
        Lead Status := Contacted
        Created Time := 15 Apr, 2021 00:02:00
        CONVERTED := false
        """,
        {"name": "Lind", "account": "Halden", "owner": "Ravi Menon", "email": "tove@halden.example",
         "source": "Cold Call", "status": "Contacted", "created_at": "2021-04-15T00:02"},
        key="41508680000225301",
    ),
    case(
        "odoo labels", "odoo-opportunities", "deals",
        "Opportunity,Salesperson,Sales Team,Company,Stage,Tags,Expected Revenue,Prorated Revenue,Recurring Revenues,"
        "Expected MRR,Currency,Closed Date,Assignment Date,Days to Assign,Days to Close,Last Stage Update,"
        "Conversion Date,Expected Closing,Customer,Contact Name,Company Name,Email,Probability,Lost Reason,Active,"
        "Type,Priority",
        """
        Opportunity := '=Solar roof
        Salesperson := Marc Demo
        Sales Team := Europe
        Company := My Company
        Stage := Qualified
        Expected Revenue := 24000.0
        Prorated Revenue := 7200.0
        Currency := EUR
        Last Stage Update := 2026-06-01 08:30:00
        Expected Closing := 2026-10-15
        Customer := Helio AG
        Probability := 0.0
        Lost Reason := Too expensive
        Active := False
        Type := Opportunity
        """,
        {"name": "=Solar roof", "owner": "Marc Demo", "team": "Europe", "stage": "Qualified", "status": "Lost",
         "amount": 2_400_000, "currency": "EUR", "stage_entered_at": "2026-06-01", "close_date": "2026-10-15",
         "account": "Helio AG", "probability": 0, "loss_reason": "Too expensive"},
        style=ODOO,
    ),
    case(
        "odoo technical names", "odoo-opportunities", "deals",
        "id,name,user_id,team_id,stage_id,expected_revenue,probability,date_deadline,active",
        """
        id := __export__.crm_lead_7_a1
        name := Solar roof
        user_id := Marc Demo
        team_id := Europe
        stage_id := Won
        expected_revenue := 24000.0
        probability := 100.0
        date_deadline := 2026-10-15
        active := True
        """,
        {"name": "Solar roof", "owner": "Marc Demo", "team": "Europe", "stage": "Won", "status": "Won",
         "amount": 2_400_000, "currency": "USD", "probability": 1_000_000, "close_date": "2026-10-15"},
        key="__export__.crm_lead_7_a1", style=ODOO,
    ),
    case(
        "close", "close-opportunities", "deals",
        "date_created,lead_name,status,date_won,date_lost,confidence,user_name,note,value,value_period,status_type",
        """
        date_created := 2026-05-11 09:30:12.12345+02:00
        lead_name := Lumen Inc
        status := Proposal
        date_won := 2026-07-02 10:00:00.00000+00:00
        confidence := 100
        user_name := Kit Moss
        note := Annual plan
        value := 1250050
        value_period := one_time
        status_type := won
        """,
        {"created_at": "2026-05-11", "account": "Lumen Inc", "stage": "Proposal", "closed_at": "2026-07-02",
         "probability": 1_000_000, "owner": "Kit Moss", "name": "Annual plan", "amount": 1_250_050,
         "currency": "USD", "status": "won"},
    ),
    case(
        "copper", "copper-opportunities", "deals",
        "Copper ID,Name,Primary Contact,Company,Pipeline,Stage,Value,Currency,Close Date,Owned By,Status,"
        "Win Probability,Loss Reason,Priority,Source,Tags,Created At,Updated At",
        """
        Copper ID := 8801
        Name := Wharf lights
        Company := Wharf Co
        Pipeline := Sales
        Stage := Contract
        Value := $4,200.00
        Currency := USD
        Close Date := 10/31/2026
        Owned By := Kit Moss
        Status := Won
        Win Probability := 100
        Created At := 5/14/2026
        """,
        {"name": "Wharf lights", "account": "Wharf Co", "pipeline": "Sales", "stage": "Contract",
         "amount": 420_000, "currency": "USD", "close_date": "2026-10-31", "owner": "Kit Moss", "status": "Won",
         "probability": 1_000_000, "created_at": "2026-05-14"},
        key="8801",
    ),
    case(
        "freshsales", "freshsales-deals", "deals",
        "Deal Name,Deal Value,Type,Expected close date,Closed date,Product,Payment status,Probability,Owner,"
        "Deal Pipeline,Deal Stage,Account,Related Contacts,Source,Campaign",
        """
        Deal Name := Quay office
        Deal Value := 15000
        Expected close date := 2026-10-01
        Closed date := 2026-09-01
        Product := Desk
        Probability := 100
        Owner := rena@quay.example
        Deal Pipeline := Default Pipeline
        Deal Stage := Won
        Account := Quay
        Related Contacts := Tove Lind;Pia Sand
        """,
        {"name": "Quay office", "amount": 1_500_000, "currency": "USD", "close_date": "2026-10-01",
         "closed_at": "2026-09-01", "product_line": "Desk", "probability": 1_000_000, "owner": "rena@quay.example",
         "pipeline": "Default Pipeline", "stage": "Won", "account": "Quay"},
    ),
    case(
        "monday", "monday-deals", "deals",
        "Deal Name,Owner code,Client Code,Deal Status,Close Date (A),Closure Probability,Masked Deal value,"
        "Tentative Close Date,Deal Stage,Product deal,Sector/service,Created Date",
        """
        Deal Name := Naruto
        Owner code := OWNER_001
        Client Code := COMPANY089
        Deal Status := Won
        Close Date (A) := 2026-06-30
        Closure Probability := High
        Masked Deal value := 489360
        Tentative Close Date := 2026-07-31
        Deal Stage := G. Project Won
        Created Date := 2026-04-26
        """,
        {"name": "Naruto", "owner": "OWNER_001", "account": "COMPANY089", "status": "Won",
         "closed_at": "2026-06-30", "amount": 48_936_000, "currency": "USD", "close_date": "2026-07-31",
         "stage": "G. Project Won", "created_at": "2026-04-26"},
    ),
]  # fmt: skip


@pytest.mark.parametrize("one", CASES, ids=[one.name for one in CASES])
def test_a_known_header_list_is_imported_without_help(one: Case, tmp_path: Path) -> None:
    imported = read(write(tmp_path, one.text(), "export.csv"))
    preview = imported.plan.preview
    assert (preview.dialect, preview.kind, preview.questions) == (one.dialect, one.kind, ())
    assert imported.issues == []
    assert [{name: value for name, value in row.items() if value is not None} for row in imported.rows] == [one.record]
    if one.key:
        assert imported.keys == [one.key]


@pytest.mark.parametrize(
    "header",
    [
        "Deal Name,Deal Value,Deal Stage,Close Date,Owner",
        "Name,Stage,Amount,Expected Close Date,Sales Rep,Created",
        "Opportunity,Salesperson,Stage,Amount,Created",
        "Title,Value,Status,Owner,Organization,Closed",
        "First Name,Last Name,Email,Lead Status,Create Date,Lead Source",
        "Caller,Call duration,Call outcome,Date,Company,Type",
        "Id,Name,Industry,Country,Employees,Owner",
        "Task,Due Date,Status,Assigned to,Subject,Type",
        "Currency,Rate,From",
        "Name,Role,Team,Manager",
    ],
)
def test_a_plain_table_is_taken_for_no_crm(header: str) -> None:
    shown = {name.casefold(): frozenset({"x"}) for name in header.split(",")}
    assert recognise(shipped(), shown, formatted=False) is None


@pytest.mark.parametrize(
    "header",
    [
        "Id,ContactId,AccountId,CreatedDate,CreatedById,SystemModstamp,IsDeleted,Name,PurchaseDate,Status,Price,OwnerId",
        "Id,IsDeleted,Name,Type,Status,StartDate,EndDate,ExpectedRevenue,OwnerId,CreatedDate,SystemModstamp",
        "Id,CaseNumber,AccountId,Type,Status,Origin,IsClosed,ClosedDate,OwnerId,CreatedDate,SystemModstamp",
        "Id,AccountId,LastName,FirstName,Email,Title,LeadSource,OwnerId,CreatedDate,SystemModstamp",
        "Id,IsDeleted,OpportunityId,CreatedById,CreatedDate,Field,OldValue,NewValue",
    ],
    ids=["assets", "campaigns", "cases", "contacts", "changes of fields"],
)
def test_other_tables_of_salesforce_are_no_records(header: str, tmp_path: Path, refused: Callable[..., str]) -> None:
    """They stand beside the opportunities in the weekly archive, with a status, an owner and days like these."""
    days = ("date", "stamp")
    row = ",".join("2026-05-01 10:00:00" if name.lower().endswith(days) else "1" for name in header.split(","))
    export = write(tmp_path, f"{header}\n{row}\n")
    assert refused(export) == f"'{export.name}' is a table of Salesforce that no KPI reads."


@pytest.mark.parametrize(
    ("name", "header", "told"),
    [
        ("Order.csv", "Id,AccountId,EffectiveDate,EndDate,Status,Type,TotalAmount,OwnerId,SystemModstamp",
         "holds orders; bookings are counted from won opportunities"),
        ("OrderItem.csv", "Id,OrderId,Quantity,UnitPrice,ServiceDate,EndDate,SystemModstamp",
         "holds the products of orders"),
        ("OpportunityFieldHistory.csv", "Id,OpportunityId,CreatedDate,Field,OldValue,NewValue",
         "the history of stages is in OpportunityHistory.csv"),
        ("Invoice__c.csv", "Id,Name,Amount__c,SystemModstamp", "a table of Salesforce that your company made"),
    ],
)  # fmt: skip
def test_a_table_of_salesforce_without_records_says_what_it_is(
    name: str, header: str, told: str, tmp_path: Path, refused: Callable[..., str]
) -> None:
    export = write(tmp_path, f"{header}\n{','.join('1' * len(header.split(',')))}\n", name)
    assert told in refused(export)
    plain = write(tmp_path, "Id,Kind,Opened\n1,a,2026-05-01\n", name)
    assert "Salesforce" not in refused(plain)


def test_renewals_in_a_table_of_ones_own_are_contracts(tmp_path: Path) -> None:
    header = "Id,Account Name,Contract End Date,Renewable MRR,Renewal Status,IsDeleted,SystemModstamp"
    row = "a0F1,Kestrel,2026-05-01,10.00,Renewed,0,2026-05-01 10:00:00"
    plan = read(write(tmp_path, f"{header}\n{row}\n", "Renewal__c.csv")).plan
    assert (plan.kind, plan.preview.dialect, plan.preview.questions) == ("contracts", "contracts", ())


def test_a_table_of_salesforce_is_what_the_user_says(tmp_path: Path) -> None:
    export = write(tmp_path, "Id,Name,Status,OwnerId,SystemModstamp\na01,Kestrel,Won,Ann,2026-05-01 10:00:00\n")
    assert read(export, ImportOptions(kind="deals")).plan.kind == "deals"


def test_quotas_without_a_period_say_what_is_missing(tmp_path: Path, refused: Callable[..., str]) -> None:
    """The list of one real organisation has neither owner nor start of the period."""
    header = "Id,CompositeKeyId,CurrencyIsoCode,QuotaAmount,QuotaQuantity,CreatedDate,SystemModstamp"
    row = "0J95e00000AbCdECAV,x,USD,50000,,2026-05-01 10:00:00,2026-05-01 10:00:00"
    assert "what a quota needs: period" in refused(write(tmp_path, f"{header}\n{row}\n"))


def test_a_monday_board_is_read_through_its_groups_and_subitems(tmp_path: Path) -> None:
    header = ("Name", "Subitems", "Owner", "Stage", "Deal Value", "Close Date", "Item ID (auto generated)")
    rows: Rows = (
        ("Sales pipeline of the year",),
        (),
        ("Active deals",),
        header,
        ("Solar roof", "Visit", "Ana Prat", "Negotiation", 1200.5, datetime(2026, 10, 1), 880000000001),
        ("Subitems", "Name", "Owner", "Status", "Date", "Item ID (auto generated)"),
        ("", "Visit the site", "Ana Prat", "Done", datetime(2026, 8, 1), 880000000901),
        ("Depot lights", "", "Jon Ek", "Proposal", 300, None, 880000000002),
        ("", "", "", "", 1500.5, "", ""),
        (),
        ("Closed won",),
        header,
        ("Pump house", "", "Jon Ek", "Won", 800, datetime(2026, 7, 1), 880000000003),
    )
    imported = read(workbook(tmp_path / "board.xlsx", rows))
    preview = imported.plan.preview
    assert (preview.dialect, preview.questions, imported.issues) == ("monday-deals", (), [])
    assert imported.keys == ["880000000001", "880000000002", "880000000003"]
    assert imported.column("amount") == [120_050, 30_000, 80_000]
    assert [one is not None and '"Group":"' in one for one in imported.custom] == [True] * 3
    assert ['"Group":"Closed won"' in str(one) for one in imported.custom] == [False, False, True]
    assert "2 rows of a table below a record left out." in preview.notices
    assert "1 total row left out." in preview.notices


def test_a_long_board_keeps_its_groups_across_blocks(tmp_path: Path) -> None:
    header = "Name,Subitems,Owner,Deal Value,Item ID (auto generated)\n"
    item = "Deal {0},Visit,Ann,{0},{0}\nSubitems,Name,Owner,Status,Item ID (auto generated)\n,Visit,Ann,Done,9{0}\n"
    groups = {f"Group {n}": range(n * 10_000, n * 10_000 + 7_000) for n in (1, 2)}
    text = "Board\n" + "".join(
        f"{title}\n{header}{''.join(map(item.format, numbers))},,,{sum(numbers)},\n"
        for title, numbers in groups.items()
    )
    imported = read(write(tmp_path, text), ImportOptions(columns={"pipeline": "Group"}))
    assert imported.keys == [str(number) for numbers in groups.values() for number in numbers]
    assert imported.column("pipeline") == [title for title, numbers in groups.items() for _ in numbers]


def test_the_titles_of_a_board_can_be_its_stages(tmp_path: Path) -> None:
    table = (
        "Board\nWon\nName,Owner,Deal Value,Deal creation date,Item ID (auto generated)\nA,Ann,1,2026-05-01,1\n"
        "Lost\nName,Owner,Deal Value,Deal creation date,Item ID (auto generated)\nB,Ann,2,2026-05-01,2\n"
    )
    options = ImportOptions(columns={"stage": "Group"})
    imported = read(write(tmp_path, table), options)
    assert imported.column("stage") == ["Won", "Lost"]
    assert [one.outcome for one in imported.plan.preview.stages] == ["lost", "won"]


def test_an_item_that_has_only_a_name_is_no_title(tmp_path: Path) -> None:
    table = (
        "Board,,,\nGroup 1,,,\nName,Owner,Deal Value,Deal Stage\nA,Ann,1,Won\nOnly a name,,,\nB,Ann,2,Lost\n"
        "Group 2,,,\nName,Owner,Deal Value,Deal Stage\nC,Ann,1,Won\nLast,,,\n"
    )
    assert read(write(tmp_path, table), ImportOptions(dialect="monday-deals")).column("name") == [
        "A", "Only a name", "B", "C", "Last",
    ]  # fmt: skip


ODOO_HEADER = ("Opportunity", "Salesperson", "Sales Team", "Stage", "Expected Revenue", "Expected Closing")


def test_group_rows_of_an_odoo_workbook_are_left_out(tmp_path: Path) -> None:
    rows: Rows = (
        ODOO_HEADER,
        ("Europe (3)", "", "", "", 33_500.0, ""),
        ("    New (1)", "", "", "", 500.0, ""),
        ("Pumps (12)", "Lea Brun", "Europe", "New", 500.0, datetime(2026, 11, 1)),
        ("    Won (2)", "", "", "", 33_000.0, ""),
        ("Solar roof", "Marc Demo", "Europe", "Won", 24_000.0, datetime(2026, 7, 1)),
        ("Depot lights", "Marc Demo", "Europe", "Won", 9_000.0, datetime(2026, 7, 2)),
    )
    imported = read(workbook(tmp_path / "Lead_Opportunity (crm.lead).xlsx", rows))
    assert imported.column("name") == ["Pumps (12)", "Solar roof", "Depot lights"]
    assert sum(int(str(one)) for one in imported.column("amount")) == 3_350_000
    assert imported.plan.preview.questions == ()
    assert "3 group rows left out." in imported.plan.preview.notices


NO_LOST = "This export holds no lost deals: a win rate from it would be 100%."


@pytest.mark.parametrize(("reason", "told"), [("", True), ("Too expensive", False)])
def test_an_odoo_export_without_lost_deals_says_so(reason: str, told: bool, tmp_path: Path) -> None:
    text = (
        f"{','.join(ODOO_HEADER)},Lost Reason\nA,Lea Brun,Europe,Won,1.0,2026-07-01,\n"
        f"B,Lea Brun,Europe,Qualified,1.0,2026-07-01,{reason}\n"
    )
    preview = look(write(tmp_path, text)).preview
    assert preview.questions == ()
    assert any(one.startswith(NO_LOST) for one in preview.notices) is told


def test_leads_and_opportunities_of_one_odoo_file_are_told_apart_by_their_type(tmp_path: Path) -> None:
    head = "Opportunity,Salesperson,Sales Team,Stage,Expected Revenue,Type\n"
    lead, deal = "A,Lea,Europe,New,1.0,Lead\n", "B,Lea,Europe,New,1.0,Opportunity\n"
    assert look(write(tmp_path, head + lead)).preview.dialect == "odoo-leads"
    both = read(write(tmp_path, head + lead + deal))
    assert both.plan.preview.dialect == "odoo-opportunities"
    assert both.column("name") == ["B"]


def test_amounts_in_cents_follow_the_digits_of_their_currency(tmp_path: Path) -> None:
    text = (
        "date_created,lead_name,status_type,user_name,value,value_period,value_currency\n"
        "2026-05-11,A,won,Kit,1250050,one_time,USD\n2026-05-11,B,won,Kit,1250000,one_time,JPY\n"
        "2026-05-11,C,won,Kit,,one_time,EUR\n"
    )
    assert read(write(tmp_path, text)).column("amount") == [1_250_050, 12_500, None]


def test_ragged_rows_beside_made_columns_are_told_in_the_cells_of_the_file(tmp_path: Path) -> None:
    head = "Deal - ID,Deal - Title,Deal - Status,Deal - Won time,Deal - Lost time\n"
    rows = "1,A,Won,2026-05-01,\n2,B,Won\n3,C,Lost,,2026-05-02,more\n4,D,Lost,,2026-05-03,,\n"
    imported = read(write(tmp_path, head + rows))
    assert [(one.line, one.problem) for one in imported.issues] == [
        (3, "This row has 3 cells instead of 5."),
        (4, "This row has 6 cells instead of 5."),
    ]
    assert imported.keys == ["1", "4"]
    assert imported.column("closed_at") == ["2026-05-01", "2026-05-03"]


@pytest.mark.parametrize("name", ["pipedrive-deals", "salesforce-leads", "zoho-leads"])
def test_a_column_made_of_others_can_be_replaced_by_the_user(name: str, tmp_path: Path) -> None:
    path = dated(Path(shutil.copy(SAMPLES / f"{name}.csv", tmp_path)))
    field, header = ("closed_at", "Deal - Lost time") if name == "pipedrive-deals" else ("name", "Company")
    columns = {one.field: one.header for one in look(path, ImportOptions(columns={field: header})).preview.columns}
    assert columns[field] == header


def test_a_dialect_of_ones_own_can_make_columns_and_pass_over_rows() -> None:
    text = (
        'name = "own"\nlabel = "own list"\nkind = "deals"\n[recognise]\nall = ["Deal No|Deal Number"]\n'
        '[made.name]\njoin = ["Client", "Offer"]\n[rows]\ntitles = true\n[fields]\nid = ["Deal No", "Deal Number"]\n'
    )
    own = read_dialect(text, "own.toml")
    assert own.made == (MadeColumn("name", "join", ("Client", "Offer")),)
    assert own.rows == RowTraits(titles=True)
    assert recognise({"own": own}, {"deal number": frozenset()}, formatted=False) == own


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('[made.nam]\nfirst = ["A"]', "own.toml: there is no field 'nam'."),
        ('[made.name]\nlast = ["A"]', "own.toml: made.name needs one of 'first' and 'join'."),
        ('[made.name]\nfirst = "A"', "own.toml: made.name.first is not a list of texts."),
        ("[rows]\ntitle = true", "own.toml: rows.title is not an entry of a dialect."),
    ],
)
def test_a_wrong_entry_of_a_dialect_is_named(entry: str, problem: str) -> None:
    with pytest.raises(UserError) as caught:
        read_dialect(f'name = "own"\nlabel = "own list"\nkind = "deals"\n{entry}\n', "own.toml")
    assert caught.value.problem == problem
