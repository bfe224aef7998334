"""Made-up companies as the export files of a CRM, and the workspaces that come of importing them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from kpidesk import operations
from kpidesk.core.fields import FIELDS, Field, Kind, Outcome
from kpidesk.core.goals import Baseline, Target
from kpidesk.core.imports import ImportOptions
from kpidesk.core.people import Organisation, Scope
from kpidesk.core.progress import finish
from tests.engine.kinds import Books, Row
from tests.engine.support import STATUS, STRANGER, TODAY, Company, Deal

NAMES = {1: "Ann", 2: "Bob", 3: "Cat", 4: "Dan", 5: "Eve", 0: "", STRANGER: "Zed"}
STAGES: dict[str, Outcome] = {
    **{text: meaning for meaning, text in STATUS.items()},
    **{"won": "won", "lost": "lost", "open": "open", "X": "open", "Y": "open", "Z": "open"},
}


def company_workspace(folder: Path, company: Company) -> operations.Workspace:
    """A workspace that has imported what every data date of a company shows."""
    ws = _begun(folder, company.organisation)
    for day in company.data_dates:
        _bring_in(ws, folder, "deals", [_deal_cells(deal) for deal in company.deals if deal.seen == day], day)
    for target in company.targets:
        _aim(ws, target)
    return ws


def books_workspace(folder: Path, books: Books) -> operations.Workspace:
    """A workspace that has imported the books, each kind as it was seen on each data date."""
    ws = _begun(folder, books.organisation)
    for day in books.data_dates:
        for kind, rows in books.rows.items():
            shown = [row for row in rows if row.get("seen", books.data_dates[-1]) == day]
            if kind == "deals":  # a list of deals that lacks one says that it is gone
                shown = [row for row in rows if row.get("seen", day) <= day]  # type: ignore[operator]  # days
            if shown and kind not in ("absences", "holidays", "quotas"):
                _bring_in(ws, folder, kind, [_cells(kind, row) for row in shown], day)
    return ws


def _begun(folder: Path, organisation: Organisation) -> operations.Workspace:
    folder.mkdir(parents=True, exist_ok=True)
    ws = operations.open_workspace(folder / "made.kpidesk", create=True, today=TODAY)
    teams = {team.id: team for team in organisation.teams}
    rows = [
        {"Person": person.name, "Role": person.role, "Hired": _text(person.hire_at), "Left": _text(person.end_at),
         "Team": teams[spell.team_id].name,
         "Parent team": teams[parent].name if (parent := teams[spell.team_id].parent_id) else "",
         "In team from": "" if spell.start.year == 1 else _text(spell.start),
         "In team to": "" if spell.end.year == 9999 else _text(spell.end - timedelta(days=1))}
        for person in organisation.people for spell in organisation.memberships if spell.person_id == person.id
    ]  # fmt: skip
    _bring_in(ws, folder, "people", rows, date(2024, 1, 1))
    return ws


def _bring_in(ws: operations.Workspace, folder: Path, kind: Kind, rows: Sequence[dict[str, str]], day: date) -> None:
    path = folder / f"{kind}-{day}.csv"
    header = list(dict.fromkeys(name for row in rows for name in row)) or ["ID", "Owner", "Status", "Amount"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)
    columns = {one.name: one.label for one in FIELDS[kind] if one.label in header}
    columns |= {"id": "ID"} if kind != "people" else {}
    options = ImportOptions(
        kind, columns=columns, stages=STAGES, date_order="ymd", as_of=day, source="crm", currency="USD"
    )
    report = finish(operations.import_file(ws, path, options))
    assert report.added or report.updated or report.unchanged or not rows


def _deal_cells(deal: Deal) -> dict[str, str]:
    cells = _cells("deals", {"key": str(deal.id), **{name: getattr(deal, name) for name in (
        "amount", "created_at", "close_date", "closed_at", "qualified_at", "stage", "pipeline", "stage_entered_at",
        "next_activity_at", "last_activity_at", "forecast_category", "type", "lead_source", "loss_reason", "owner",
        "created_by", "currency",
    )}})  # fmt: skip
    shared = ";".join(f"{NAMES[person] or 'Zed'} {share / 10_000:.4f}%" for person, share in deal.shares)
    account = f"Firm {deal.account}" if deal.account else ""
    probability = "" if deal.probability is None else f"{deal.probability / 10_000:.4f}%"
    return cells | {"Status": STATUS[deal.outcome], "Owner": "" if shared else cells["Owner"], "Owner split": shared,
                    "Account": account, "Probability": probability}  # fmt: skip


def _cells(kind: Kind, row: Row) -> dict[str, str]:
    return {"ID": str(row["key"])} | {one.label: _cell(one, row.get(one.name)) for one in FIELDS[kind]
                                      if one.name != "owner_split"}  # fmt: skip


def _cell(field: Field, value: object) -> str:
    if value is None:
        return ""
    if field.kind == "person":
        return NAMES[int(str(value))]
    if field.kind == "money":
        return f"{int(str(value)) / 100:.2f}"
    if field.kind == "ratio":
        return f"{float(str(value)):.2%}"
    if field.kind == "duration":
        return f"{int(str(value)) / 60:g}"
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _aim(ws: operations.Workspace, target: Target) -> None:
    scope = next(one for one in scopes(ws) if one.key == target.scope.key)
    operations.set_baseline(ws, Baseline(target.kpi_id, scope, target.period, 1.0, "manual", "", 0, why="given"))
    operations.set_target(ws, replace(target, scope=scope))


def scopes(ws: operations.Workspace) -> Iterable[Scope]:
    """The org, every team and every rep."""
    known = operations.scopes(ws)
    yield Scope("org")
    yield from (Scope("team", team.name, team.id) for team in known.teams)
    yield from (Scope("rep", person.name, person.id) for person in known.people)
