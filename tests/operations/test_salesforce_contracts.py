"""The contracts of the Salesforce archive are of the accounts and owners that its other tables name."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations, store
from kpidesk.core.imports import ImportOptions, ImportReport
from kpidesk.core.progress import finish
from kpidesk.core.records import salesforce_id
from kpidesk.importing.dialects import shipped

STAMP = "2026-08-31 10:00:00"
OWNERS = {salesforce_id("0055e00000AnnAa"): "Ann Vale", salesforce_id("0055e00000AnnaA"): "Bob Hart"}
ACCOUNTS = {salesforce_id("0015e00000XyZ01"): "Halden", salesforce_id("0015e00000xyZ01"): "Kestrel"}
ANN, BOB = OWNERS
HALDEN, KESTREL = ACCOUNTS
TABLES: dict[str, list[tuple[str, ...]]] = {
    "Account": [("Id", "IsDeleted", "Name", "Industry", "BillingCountry", "AnnualRevenue", "OwnerId", "SystemModstamp"),
                *((key, "0", name, "IT", "DE", "1", ANN, STAMP) for key, name in ACCOUNTS.items())],
    "User": [("Id", "Username", "LastName", "FirstName", "IsActive", "SystemModstamp"),
             *((key, key, *reversed(name.split()), "1", STAMP) for key, name in OWNERS.items())],
    "Opportunity": [("Id", "AccountId", "Name", "StageName", "Amount", "IsClosed", "IsWon", "CloseDate", "OwnerId",
                     "CreatedDate"),
                    ("0065e00000AAAAAAA1", HALDEN, "First", "Closed Won", "10", "1", "1", "2025-06-30", ANN, STAMP)],
    "Contract": [("Id", "AccountId", "StartDate", "EndDate", "ContractTerm", "OwnerId", "Status", "StatusCode",
                  "IsDeleted", "ContractNumber", "SystemModstamp"),
                 *((salesforce_id(f"8005e00000XyZ0{at}"), account, "2025-07-01 00:00:00",
                    "2026-06-30 00:00:00", "12", owner, "Activated", "Activated", deleted, f"0000010{at}", STAMP)
                   for at, account, owner, deleted in ((1, HALDEN, ANN, "0"), (2, KESTREL, BOB, "0"),
                                                       (3, KESTREL, BOB, "1")))],
}  # fmt: skip


def written(folder: Path, name: str, *, short: bool = False) -> Path:
    """A table of the archive, or with ids of 15 characters as reports have them."""
    path, ids = folder / f"{name}.csv", {*ACCOUNTS, *OWNERS}
    with path.open("w", newline="", encoding="utf-8") as file:
        for line in TABLES[name]:
            cells = (cell[:15] if short and (cell in ids or cell.startswith("800")) else cell for cell in line)
            csv.writer(file, quoting=csv.QUOTE_ALL).writerow(cells)
    return path


def bring_in(ws: operations.Workspace, path: Path, day: int = 1) -> ImportReport:
    return finish(operations.import_file(ws, path, ImportOptions(as_of=date(2026, 9, day))))


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    """A workspace with all tables of the archive but the contracts."""
    opened = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=date(2026, 9, 1))
    for name in ("User", "Account", "Opportunity"):
        bring_in(opened, written(tmp_path, name))
    yield opened
    operations.close(opened)


def source(ws: operations.Workspace) -> str:
    """Of which source the newest import is."""
    return max(operations.imports(ws), key=lambda one: one.import_id).source


def contracts(ws: operations.Workspace) -> list[tuple[str, str]]:
    """Account and owner of every different state of a contract, by name."""
    names, columns = store.load_curation(ws.db), store.load_columns(ws.db, "contracts")
    people = dict(ws.db.rows("SELECT id, name FROM people"))
    accounts = [names.account_names[names.accounts[int(one)]] for one in columns["account"][1:]]
    owners = [people[names.people[int(one)]] for one in columns["owner"][1:]]
    return sorted(zip(accounts, owners, strict=True))


@pytest.mark.parametrize("short", [False, True])
def test_a_contract_is_of_the_account_and_the_owner_that_other_tables_name(
    ws: operations.Workspace, tmp_path: Path, short: bool
) -> None:
    report = bring_in(ws, written(tmp_path, "Contract", short=short))
    assert (source(ws), report.added, report.skipped) == ("salesforce", 2, 1)
    assert contracts(ws) == [("Halden", "Ann Vale"), ("Kestrel", "Bob Hart")]
    again = bring_in(ws, written(tmp_path, "Contract", short=not short), day=2)
    assert (again.added, set(contracts(ws))) == (0, {("Halden", "Ann Vale"), ("Kestrel", "Bob Hart")})


def test_the_status_of_a_contract_is_none_of_its_renewal(ws: operations.Workspace, tmp_path: Path) -> None:
    report = bring_in(ws, written(tmp_path, "Contract"))
    assert any(one.startswith("No column tells which contracts were renewed") for one in report.notices)
    asked = operations.question(ws, period="2026-Q2")
    (rate,) = operations.scorecard(ws, asked, ("renewal_rate",)).rows
    assert (rate.result.value, rate.result.n) == (None, 0)
    assert rate.result.reason


def test_contracts_that_came_in_before_they_were_recognised_are_not_doubled(
    ws: operations.Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = {name: one for name, one in shipped().items() if name != "salesforce-contracts"}
    with monkeypatch.context() as then:
        then.setattr("kpidesk.importing.inspecting.shipped", lambda: others)
        bring_in(ws, written(tmp_path, "Contract"))
    assert source(ws) == "generic"
    report = bring_in(ws, written(tmp_path, "Contract"), day=2)
    assert (source(ws), report.added, report.skipped) == ("generic", 0, 1)
    assert any("are known from the source 'generic'" in one for one in report.notices)
