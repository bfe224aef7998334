"""Every kind of record is told by its columns alone; where they fit several the user is asked, and answers once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kpidesk.core.errors import UNSAID, UserError
from kpidesk.core.fields import FIELDS, KINDS, FieldKind, Kind
from kpidesk.core.imports import ImportOptions
from kpidesk.core.settings import Settings
from kpidesk.importing import chunks, parse
from kpidesk.importing.kinds import ESSENTIAL, NEEDS
from kpidesk.importing.spans import period_start
from tests.importing.support import SHARED, look, read, write

TABLES: dict[str, tuple[Kind, str, str]] = {
    "a call list": ("activities", "Date,Rep,Type,Outcome", "2026-02-13,Ann,Call,Done"),
    "tasks": ("activities", "Subject,Due Date,Status,Assigned To,Account Name", "Call,2026-02-13,Open,Ann,Halden"),
    "web leads": ("leads", "Email,Source,Created", "a@b.example,Web,2026-02-13"),
    "qualified leads": ("leads", "Lead ID,Created Date,MQL Date,SQL Date", "1,2026-02-13,2026-02-14,"),
    "customers": ("accounts", "Customer ID,Company Name,Industry,Employees", "1,Halden,Energy,12"),
    "accounts with owners": ("accounts", "Account,Region,Account Owner", "Halden,NO,Ann"),
    "subscriptions": ("subscriptions", "Customer,Plan,MRR,Start,End", "Halden,Pro,100,2026-02-13,"),
    "yearly amounts": ("subscriptions", "Account,ARR,Start Date", "Halden,1200,2026-02-13"),
    "movements": ("movements", "Customer,Date,Movement Type,MRR Change", "Halden,2026-02-13,Upgrade,10"),
    "renewals": ("contracts", "Account,Renewal Date,Renewable MRR,Renewal Status", "Halden,2026-02-13,10,Renewed"),
    "answers": ("surveys", "Company,NPS,Response Date,Comment", "Halden,9,2026-02-13,Good"),
    "spend": ("costs", "Month,Cost Type,Spend", "2026-02,Tools,10"),
    "targets by quarter": ("quotas", "Rep,Quarter,Target", "Ann,2026-Q1,100"),
    "forecasts": ("forecasts", "Rep,Quarter,Forecast,Submitted On", "Ann,2026-Q1,100,2026-01-02"),
    "history": ("stage-history", "Deal ID,From Stage,To Stage,Changed On", "D1,Demo,Offer,2026-02-13"),
    "rates": ("rates", "Currency,Date,Exchange Rate", "EUR,2026-02-13,0.9"),
    "leave": ("absences", "Employee,First Day,Last Day,Reason", "Ann,2026-02-13,2026-02-14,Sick"),
    "holidays": ("holidays", "Date,Holiday", "2026-05-17,Constitution Day"),
    "a team list": ("people", "Name,Team", "Ann,East"),
    "reps with dates": ("people", "Rep,E-mail,Manager,Hire Date", "Ann,a@b.example,Bob,2026-02-13"),
    "a plain pipeline": ("deals", "Opportunity ID,Stage,Created Date", "1,Won,2026-02-13"),
    "sales by customer": ("deals", "Customer,Amount,Date,Status", "Halden,10,2026-02-13,Won"),
    "sales by rep": ("deals", "Rep,Amount,Date,Product,Region", "Ann,10,2026-02-13,Pro,NO"),
    "sales by segment": ("deals", "Account,Amount,Date,Segment,Owner", "Halden,10,2026-02-13,Large,Ann"),
    "people who left": ("people", "Employee,Start Date,End Date,Team,Role", "Ann,2026-02-13,,East,AE"),
    "a pipeline by due date": ("deals", "Deal,Owner,Stage,Value,Due Date", "A,Ann,Won,10,2026-02-13"),
}
ASKED = {
    "sales by customer": ["close_date"], "sales by rep": ["stage", "close_date"],
    "sales by segment": ["stage", "close_date"],
}  # fmt: skip
"""Of which fields the user is asked for the column."""


CELLS: dict[FieldKind, str] = {
    "date": "2026-02-13", "stamp": "2026-02-13 09:30", "money": "10.00", "ratio": "10%", "score": "9", "number": "3",
    "decimal": "1.1", "duration": "5", "flag": "yes",
}  # fmt: skip
"""A value of each kind of field that is no word."""


@pytest.mark.parametrize("name", TABLES)
def test_a_plain_table_is_known_by_its_columns(name: str, tmp_path: Path) -> None:
    kind, header, row = TABLES[name]
    imported = read(write(tmp_path, f"{header}\n{row}\n", "export.csv"))
    asked = [one.option.partition("=")[0] for one in imported.plan.preview.questions]
    assert asked == [f"--map {field}" for field in ASKED.get(name, [])]
    assert (imported.plan.kind, imported.issues) == (kind, [])
    assert len(imported.rows) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_labels_of_its_fields_tell_every_kind(kind: Kind, tmp_path: Path) -> None:
    labels, cells = [one.label for one in FIELDS[kind]], [CELLS.get(one.kind, "Won") for one in FIELDS[kind]]
    preview = look(write(tmp_path, f"{','.join(labels)}\n{','.join(cells)}\n", "export.csv")).preview
    found = {one.field for one in preview.columns}
    assert (preview.kind, preview.questions) == (kind, ())
    assert found == {one.name for one in FIELDS[kind]}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_of_a_kind_is_said_of_fields_that_it_has(kind: Kind) -> None:
    fields = {"id", *(one.name for one in FIELDS[kind])}
    asked = {name for groups in NEEDS[kind].must for group in groups for name in group.split("|")}
    assert asked | NEEDS[kind].typical | set(ESSENTIAL.get(kind, ())) <= fields


def test_columns_of_two_kinds_are_asked_about_and_the_answer_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path, "Rep,Month,Category,Amount\nAnn,2026-02,Commit,10\n", "export.csv")
    (question,) = look(path).preview.questions
    assert question.about == "Does this file hold costs or forecasts?"
    assert question.choices == ("costs", "forecasts")
    assert question.option == "--kind costs|forecasts"
    assert "4 columns ('Rep', 'Month', 'Category', 'Amount')" in question.evidence
    answered = look(path, ImportOptions(kind="forecasts"))
    assert (answered.kind, answered.preview.questions) == ("forecasts", ())
    again = look(path, profiles={answered.profile_key: answered.profile})
    assert (again.kind, again.preview.questions) == ("forecasts", ())


def test_tasks_and_deals_alike_are_asked_about(tmp_path: Path) -> None:
    path = write(tmp_path, "Title,Owner,Status,Due Date\nOffer,Ann,Open,2026-02-13\n", "export.csv")
    (question,) = look(path).preview.questions
    assert set(question.choices) == {"deals", "activities"}


def test_a_column_that_the_user_names_decides_the_kind(tmp_path: Path) -> None:
    path = write(tmp_path, "Who,When,Points\nHalden,2026-02-13,9\n", "export.csv")
    imported = read(path, ImportOptions(columns={"score": "Points", "account": "Who", "responded_at": "When"}))
    assert imported.plan.kind == "surveys"
    assert imported.rows[0]["score"] == 9000


def test_what_a_kind_cannot_do_without_is_asked_for(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = write(tmp_path, "Holiday,Country\nMidsummer,NO\n", "export.csv")
    assert "what a holiday needs: day" in refused(path, ImportOptions(kind="holidays"))


def test_a_kind_without_anything_to_tell_records_apart_is_refused(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = write(tmp_path, "Rate,Note\n1.1,x\n", "export.csv")
    assert "tells one exchange rate from another" in refused(path, ImportOptions(kind="rates"))


@pytest.mark.parametrize(
    ("header", "constants", "told", "kind"),
    [
        ("Direction", {}, "or the kind, most likely --kind activities.", "activities"),
        ("Baz", {}, "or the kind with --kind.", UNSAID),
        (
            "Baz",
            {"is_trial": "yes"},
            "or the kind with --kind.",
            UNSAID,
        ),  # leaves one kind, of which no column tells anything
    ],
)
def test_a_table_of_no_kind_is_refused_with_the_likeliest_if_there_is_one(
    header: str, constants: dict[str, str], told: str, kind: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as caught:
        look(write(tmp_path, f"{header},Foo,Bar\n1,2,x\n"), ImportOptions(constants=constants))
    assert caught.value.advice.endswith(told)
    assert caught.value.answers == (("--kind", kind),)


def test_a_time_in_a_team_may_be_headed_since_and_until(tmp_path: Path) -> None:
    text = "Name,Team,Since,Until\nAnn,North,2025-01-01,2025-05-31\nAnn,South,2025-06-01,\n"
    imported = read(write(tmp_path, text, "people.csv"))
    assert imported.plan.kind == "people"
    assert imported.column("valid_from") == ["2025-01-01", "2025-06-01"]
    assert imported.column("valid_to") == ["2025-05-31", None]


def test_who_is_named_twice_without_a_first_day_in_each_team_is_told_before_the_import(tmp_path: Path) -> None:
    """Ann moved; Bo says the same twice; Cy and Di stand in two teams and nothing tells since when."""
    text = (
        "Name,Team,Team since\nAnn,N,2025-01-01\nAnn,S,2025-06-01\nBo,N,2025-01-01\nBo,N,01/01/2025\nCy,N,\ncy,S,\n"
        "Di,N,2025-01-01\nDi,S,2025-01-01\nEd,N,\nEd,S,2026-01-01\n"
    )
    preview = read(write(tmp_path, text, "people.csv")).plan.preview
    (bad,) = preview.bad
    assert (bad.header, bad.count, bad.line, bad.text, preview.bad_cells) == ("Name", 2, 7, "cy", 2)
    assert preview.foretold[0].startswith("2 rows will be rejected: 'Name' names somebody again")
    assert "such as 'Team since'" in preview.foretold[1]
    assert set(preview.foretold) <= set(preview.notices)


@pytest.mark.parametrize(
    "header",
    ["Team since", "In team since", "Since", "From", "Valid from", "Start in team", "Member since", "Team start date"],
)
def test_the_first_day_in_a_team_goes_by_several_names(header: str, tmp_path: Path) -> None:
    """The file of a manager in whose team somebody moved: the day of hire beside it stays what it is."""
    text = f"Name,Email,Team,Manager,Start date,{header},Ramp months\nAnn,a@x.example,N,Bo,2023-04-03,2025-06-01,6\n"
    imported = read(write(tmp_path, text, "people.csv"))
    assert imported.plan.kind == "people"
    assert (imported.column("hire_at"), imported.column("valid_from")) == (["2023-04-03"], ["2025-06-01"])


@pytest.mark.parametrize(
    "header",
    [
        "Name;Team;Eintrittsdatum;Team seit", "Mitarbeiter;Team;Eintrittsdatum;Im Team seit",
        "Nom;Équipe;Date d'embauche;Équipe depuis", "Nom;Équipe;Date d'embauche;Depuis le",
        "Nombre;Equipo;Fecha de ingreso;Equipo desde", "Nombre;Equipo;Fecha de ingreso;Desde",
    ],
)  # fmt: skip
def test_the_first_day_in_a_team_is_known_in_other_languages(header: str, tmp_path: Path) -> None:
    imported = read(write(tmp_path, f"{header}\nAnn;N;2023-04-03;2025-06-01\n", "people.csv"))
    assert imported.plan.kind == "people"
    assert (imported.column("hire_at"), imported.column("valid_from")) == (["2023-04-03"], ["2025-06-01"])


def test_a_file_of_the_same_columns_stays_of_its_kind_and_asks_only_about_what_is_new(tmp_path: Path) -> None:
    header = "Activity ID,Type,Rep,Date"
    first = look(write(tmp_path, f"{header}\nA1,Call,Ann,13/02/2026\n", "one.csv"))
    profiles = {first.profile_key: first.profile}
    same = look(write(tmp_path, f"{header}\nA2,Call,Ann,03/02/2026\n", "two.csv"), profiles=profiles)
    assert (same.kind, same.preview.questions) == ("activities", ())
    changed = look(
        write(tmp_path, f"{header},Scheduled\nA2,Call,Ann,03/02/2026,04/02/2026\n", "three.csv"), profiles=profiles
    )
    (question,) = changed.preview.questions
    assert "'Scheduled'" in question.about
    assert any("nearly these column names" in one and "(new: 'Scheduled')" in one for one in changed.preview.notices)
    assert next(one.evidence for one in changed.preview.columns if one.field == "occurred_at").endswith("import before")


def test_a_file_that_shares_only_some_columns_is_not_read_like_another(tmp_path: Path) -> None:
    deals = look(write(tmp_path, "id,owner,stage,amount,close_date\nD1,Ann,Won,1,13/02/2026\n"))
    text = "id,owner,stage,value,due,region\nD1,Ann,Won,1,03/02/2026,x\n"
    other = look(write(tmp_path, text), profiles={deals.profile_key: deals.profile})
    assert not any("imported before" in one for one in other.preview.notices)


def test_a_list_of_won_deals_needs_no_answer(tmp_path: Path) -> None:
    imported = read(write(tmp_path, "deal_id,sr_id,won_date\n1,Ann,2026-02-13\n2,Bob,\n", "closed.csv"))
    assert imported.column("status") == ["Won", "Open"]
    assert imported.column("closed_at") == ["2026-02-13", None]
    assert imported.plan.preview.questions == ()
    assert "No column tells a stage or status, so 'won_date' does: filled counts as Won; blank counts as Open." in (
        imported.plan.preview.notices
    )


def test_a_stage_counts_before_the_day_of_winning(tmp_path: Path) -> None:
    imported = read(write(tmp_path, "deal_id,stage,won_date\n1,Lost,\n2,Won,2026-02-13\n", "closed.csv"))
    assert [one.value for one in imported.plan.preview.stages] == ["Lost", "Won"]
    assert "status" not in imported.rows[0]


@pytest.mark.parametrize(("start", "first"), [(1, "2026-04-01"), (2, "2025-05-01"), (10, "2026-01-01")])
def test_quarters_are_those_of_the_fiscal_year(start: int, first: str, tmp_path: Path) -> None:
    path = write(tmp_path, "Rep,Quarter,Quota\nAnn,2026-Q2,10\nAnn,Q2 2026,10\nAnn,Apr 2026,10\n", "quotas.csv")
    imported = read(path, settings=Settings(fiscal_start_month=start))
    assert imported.column("period_at") == [first, first, "2026-04-01"]


@pytest.mark.parametrize(
    "written",
    ["T{} 2026", "2026-T{}", "{}. Quartal 2026", "{}e trimestre 2026", "{}º trimestre de 2026", "{}nd quarter 2026"],
)
def test_a_quarter_is_read_as_other_languages_write_it(written: str) -> None:
    assert period_start(written.format(2), Settings()) == "2026-04-01"
    assert period_start(written.format(5), Settings()) is None


@pytest.mark.parametrize(
    ("header", "booked"), [("KPI", "bookings"), ("Metric", "Revenue"), ("Kennzahl", "Umsatz"), ("Indicateur", "CA")]
)
def test_quotas_of_anything_but_bookings_are_refused_by_name(header: str, booked: str, tmp_path: Path) -> None:
    rows = f"Ann,{booked},2026-04-01,90\nAnn,{{}},2026-04-01,30\n"
    path = write(tmp_path, f"Rep,{header},Period,Quota\n{rows.format('opps_created')}", "quotas.csv")
    with pytest.raises(UserError, match=f"has quotas of 'opps_created' in its column '{header}'") as caught:
        read(path)
    assert "target import" in caught.value.advice
    path = write(tmp_path, f"Rep,{header},Period,Quota\n{rows.format('Bookings')}", "quotas.csv")
    assert read(path).column("amount") == read(path).column("amount") != []


@pytest.mark.parametrize(
    ("header", "cell", "told", "wanted"),
    [("Category", "SDR", 1, "new"), ("Motion", "Existing", 0, "existing"), ("Motion", "", 0, None)],
)
def test_plain_costs_count_as_for_new_customers_and_say_so(
    header: str, cell: str, told: int, wanted: str | None, tmp_path: Path
) -> None:
    row = f"2026-04-01,{cell},1000\n2026-05-01,{'New' if header == 'Motion' else cell},1000\n"
    imported = read(write(tmp_path, f"Date,{header},Amount\n{row}", "costs.csv"), ImportOptions(kind="costs"))
    assert imported.rows[0].get("motion") == wanted
    said = [one for one in imported.plan.preview.notices if one.startswith("No column tells costs for new customers")]
    assert len(said) == told


def test_months_and_quarters_of_a_year_of_weeks_begin_with_their_first_week(tmp_path: Path) -> None:
    cells = ("2026-P02", "P2 2026", "Feb 2026", "2026-02", "Q2 2026", "2026-03-30")
    path = write(tmp_path, "Rep,Month,Quota\n" + "".join(f"Ann,{cell},10\n" for cell in cells), "quotas.csv")
    months = read(path).column("period_at")
    weeks = read(path, settings=Settings(calendar="4-4-5")).column("period_at")
    assert months == ["2026-02-01"] * 4 + ["2026-04-01", "2026-03-30"]
    assert weeks == ["2026-01-26"] * 4 + ["2026-03-30", "2026-03-30"]


@pytest.mark.parametrize(
    ("header", "cell", "seconds"),
    [
        ("Duration", "5", 300),
        ("Duration", "1.5", 90),
        ("Duration (in seconds)", "754", 754),
        ("DurationInSeconds", "754", 754),
        ("Duration (ms)", "90500", 90),
        ("Duration (hours)", "0,5", 1800),
        ("Duration", "00:12:30", 750),
        ("Duration", "12:30", 750),
        ("Duration (hours)", "1:30", 5400),
        ("Duration", "1h 05m", 3900),
        ("Duration", "5 min", 300),
        ("Duration", "PT1H5M", 3900),
    ],
)
def test_durations(header: str, cell: str, seconds: int, tmp_path: Path) -> None:
    path = write(tmp_path, f'Type,Rep,Date,{header}\nCall,Ann,2026-02-13,"{cell}"\n', "calls.csv")
    imported = read(path, ImportOptions(columns={"duration": header}))
    assert imported.column("duration") == [seconds]


@pytest.mark.parametrize("cell", ["-5", "5 fortnights", "12:75", "1:99:00", "soon", "99999999999999"])
def test_what_is_no_duration_is_rejected(cell: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"Type,Rep,Date,Duration\nCall,Ann,2026-02-13,{cell}\nCall,Ann,2026-02-13,1\n", "calls.csv")
    imported = read(path, ImportOptions(columns={"duration": "Duration"}))
    assert [(one.line, one.column) for one in imported.issues] == [(2, "Duration")]


@pytest.mark.parametrize(
    ("cell", "stamp"),
    [
        ("2026-02-13", "2026-02-13"),
        ("2026-02-13 09:30:59", "2026-02-13T09:30"),
        ("2026-02-13T23:30:00Z", "2026-02-14T00:30"),
        ("2026-02-13T23:30:00-05:00", "2026-02-14T05:30"),
        ("15 Apr, 2021 00:02:00", "2021-04-15T00:02"),
        ("2/13/2026 12:05 AM", "2026-02-13T00:05"),
        ("13.02.2026 14:05", "2026-02-13T14:05"),
        ("1776500000000", "2026-04-18T10:13"),
        ("2026-02-13 24:00", "2026-02-13T23:59"),
    ],
)
def test_times_of_day_are_those_of_the_workspace(cell: str, stamp: str, tmp_path: Path) -> None:
    path = write(tmp_path, f'Lead ID,MQL Date,Created Date\n1,2026-01-01,"{cell}"\n', "leads.csv")
    assert read(path, settings=Settings(time_zone="Europe/Berlin")).column("created_at") == [stamp]


@pytest.mark.parametrize(("cell", "value"), [("yes", 1), ("TRUE", 1), ("x", 1), ("done", 1), ("0", 0), ("undone", 0)])
def test_yes_and_no(cell: str, value: int, tmp_path: Path) -> None:
    path = write(tmp_path, f"Type,Rep,Date,Replied\nCall,Ann,2026-02-13,{cell}\n", "calls.csv")
    assert read(path).column("got_reply") == [value]


@pytest.mark.parametrize(
    ("cells", "rates"),
    [
        (("1.087", "0.925"), ["1.087", "0.925"]),
        (("1,087",), ["1.087"]),
        (("1.0870", "149.50"), ["1.087", "149.5"]),
        (("1,234.5",), ["1234.5"]),
        (("1e-2",), ["0.01"]),
    ],
)
def test_rates_have_no_thousands_unless_they_show_it(cells: tuple[str, ...], rates: list[str], tmp_path: Path) -> None:
    rows = "".join(f'EUR,2026-01-0{at},"{cell}"\n' for at, cell in enumerate(cells, start=1))
    imported = read(write(tmp_path, f"Currency,Date,Rate\n{rows}", "rates.csv"))
    assert (imported.column("rate"), imported.plan.preview.questions) == (rates, ())


@pytest.mark.parametrize(
    ("header", "cells", "shares"),
    [
        ("FTE", ("0.6", "1.2", "1"), (0.6, None, 1)),
        ("FTE", ("1", "0.5", "80"), (1, 0.5, None)),
        ("FTE", ("60", "80", "100"), (0.6, 0.8, 1)),
        ("FTE", ("60 %", "120 %", "0,625"), (0.6, None, 0.625)),
        ("FTE", ("100 %", "-0.5", "0"), (1, None, 0)),
        ("FTE %", ("40", "20", "1.5"), (0.4, 0.2, None)),
        ("Workload", ("40", "32", "1"), (None, None, 1)),
    ],
)
def test_each_share_of_full_time_is_read_by_itself_and_none_is_guessed(
    header: str, cells: tuple[str, ...], shares: tuple[float | None, ...], tmp_path: Path
) -> None:
    """What may be hours, or more than full time, is left out; the rows are kept."""
    rows = "".join(f'Rep {at},r{at}@x.com,North,"{cell}",2026-01-01\n' for at, cell in enumerate(cells))
    imported = read(write(tmp_path, f"Name,E-mail,Team,{header},FTE from\n{rows}", "people.csv"))
    told = [None if one is None else int(one) / 1_000_000 for one in imported.column("fte")]
    assert (tuple(told), imported.issues) == (shares, [])
    unread = [one for block in chunks(imported.plan) for one in parse(imported.plan, block).unread.values()]
    assert [one.value for one in unread] == [cell for cell, one in zip(cells, shares, strict=True) if one is None]


def test_the_first_of_several_deals_counts_and_ids_are_lengthened(tmp_path: Path) -> None:
    text = "Type,Rep,Date,Deal ID\nCall,Ann,2026-02-13,006a000000AbCdE;006a000000AbCdF\n"
    imported = read(write(tmp_path, text, "calls.csv"))
    assert imported.column("deal") == ["006a000000AbCdE"]
    sure = read(write(tmp_path, f"{text}Call,Ann,2026-02-14,006a000000AbCdE\n", "calls.csv"))
    assert sure.column("deal") == ["006a000000AbCdE", "006a000000AbCdE"]
    alone = read(write(tmp_path, f"{text.replace(';006a000000AbCdF', '')}", "calls.csv"))
    assert alone.column("deal") == ["006a000000AbCdEAAV"]


def test_amounts_of_several_columns_are_of_the_currency_that_one_names(tmp_path: Path) -> None:
    path = write(tmp_path, "Customer,Plan,MRR,ARR,Start\nHalden,Pro,10.00,€120.00,2026-02-13\n", "subscriptions.csv")
    (row,) = read(path).rows
    assert (row["mrr"], row["arr"], row["currency"]) == (1000, 12000, "EUR")


def test_an_amount_with_a_billing_frequency_is_left_to_the_user(tmp_path: Path) -> None:
    text = (
        "Subscription ID,Customer,Plan,Start,End,Seats,Price,Billing Frequency\nS1,Halden,Pro,2026-02-13,,3,9,annual\n"
    )
    preview = look(write(tmp_path, text, "subscriptions.csv")).preview
    told = next(one for one in preview.notices if "No column is known to hold" in one)
    assert "'Billing Frequency' tells how often an amount is billed" in told
    assert read(write(tmp_path, text, "s.csv"), ImportOptions(columns={"mrr": "Price"})).column("mrr") == [900]


SHARED_TABLES: tuple[tuple[str, Kind, int], ...] = (
    ("olist-funnel/olist_closed_deals_dataset.csv", "deals", 842),
    ("olist-funnel/olist_marketing_qualified_leads_dataset.csv", "leads", 8000),
    ("ravenstack/ravenstack_accounts.csv", "accounts", 500),
    ("ravenstack/ravenstack_subscriptions.csv", "subscriptions", 5000),
    ("ravenstack/ravenstack_churn_events.csv", "movements", 600),
    ("ravenstack/ravenstack_supports_ticket.csv", "surveys", 1175),
    ("maven-crm/accounts.csv", "accounts", 85),
    ("maven-crm/sales_teams.csv", "people", 35),
)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared CRM data are not on this machine")
@pytest.mark.parametrize(("name", "kind", "count"), SHARED_TABLES)
def test_public_tables_are_read_without_help(name: str, kind: Kind, count: int) -> None:
    imported = read(SHARED / "data" / name)
    assert (imported.plan.kind, imported.plan.preview.questions) == (kind, ())
    assert (len(imported.rows), imported.issues) == (count, [])


@pytest.mark.parametrize(
    ("kind", "header", "cells", "field", "who"),
    [
        ("leads", "Copper ID,Name,Email,Company,Owned By,Status,Source,Created At",
         "7,Pia Sand,pia@x.example,Kestrel,Ines Moor,New,Web,2026-05-01", "owner", "Ines Moor"),
        ("leads", "First name,Last name,Email,Account,Sales owner,Lifecycle stage,Status,Created at,Source",
         "Pia,Sand,pia@x.example,Kestrel,Ines Moor,Lead,New,2026-05-01,Web", "owner", "Ines Moor"),
        ("activities", "id,lead_id,user_name,direction,duration,date_created,disposition",
         "c1,l1,Ines Moor,outbound,120,2026-05-01,answered", "person", "Ines Moor"),
    ],
    ids=["Copper", "Freshsales", "Close"],
)  # fmt: skip
def test_whose_it_is_is_known_in_the_words_of_the_crms(
    kind: Kind, header: str, cells: str, field: str, who: str, tmp_path: Path
) -> None:
    found = read(write(tmp_path, f"{header}\n{cells}\n"))
    assert (found.plan.kind, found.column(field)) == (kind, [who])
