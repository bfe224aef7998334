"""Groups of leads and contracts of which some have no outcome yet: how large that share is, by hand."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.settings import Settings
from tests.operations.support import bring_in, made

LEADS = [
    ("L1", "Ann", "2025-11-10", ""), ("L2", "Ann", "2025-11-25", ""), ("L3", "Ann", "2025-11-12", "2025-12-01"),
    ("L4", "Ann", "2025-11-13", "2025-12-02"), ("L5", "Ann", "2026-01-05", "2026-01-20"),
    ("L6", "Ann", "2026-01-06", ""),
]  # fmt: skip
"""By 20 February 2026 the 90 days of L1 are over, those of L2 and L6 are not."""
CONTRACTS = [
    ("C1", "Firm 1", "2025-01-01", "2025-12-31", "renewed"), ("C2", "Firm 2", "2025-01-10", "2026-01-10", "renewed"),
    ("C3", "Firm 3", "2025-01-11", "2026-01-11", "lost"), ("C4", "Firm 4", "2025-01-12", "2026-01-12", "pending"),
]  # fmt: skip


def brought(ws: operations.Workspace, path: Path, kind: str, lines: list[tuple[str, ...]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(lines)
    bring_in(ws, path, kind=kind)


def test_a_group_of_leads_or_contracts_says_how_much_of_it_is_still_open(tmp_path: Path) -> None:
    with made(tmp_path) as ws:
        brought(ws, tmp_path / "leads.csv", "leads", [("Lead ID", "Lead owner", "Created", "Converted date"), *LEADS])
        head = ("Contract ID", "Account", "Start date", "End date", "Status")
        brought(ws, tmp_path / "contracts.csv", "contracts", [head, *CONTRACTS])
        asked = operations.question(ws, period="2026-01", periods=4)
        for kpi, shares in (
            ("lead_to_opp", {"2025-11": 1 / 4, "2026-01": 1 / 2}),
            ("renewal_rate", {"2026-01": 1 / 3}),
        ):
            shown = operations.explain_trend(ws, operations.trend(ws, kpi, asked))
            found = {point.period.key: point.still_open for point in shown.points if point.still_open is not None}
            assert found == pytest.approx(shares)
            assert "of Jan 2026 is still open." in " ".join(shown.remarks)


ANSWERED = [
    ("L1", "Ann", "2026-02-19 23:30", ""), ("L2", "Ann", "2026-02-20 08:00", ""),
    ("L3", "Ann", "2026-02-20 09:00", "2026-02-20 09:30"), ("L4", "Ann", "2026-02-19 10:00", ""),
    ("L5", "Ann", "2026-02-19 16:00", "2026-02-19 19:00"), ("L6", "Ann", "2026-02-10 10:00", ""),
    ("L7", "Ann", "2026-02-19 16:45", ""),
]  # fmt: skip
"""Of seven leads of February; the file is of Friday 20 February 2026, nobody knows of what time of day."""


@pytest.mark.parametrize(("hours", "waiting"), [
    ("", ("L1", "L2")),  # every hour counts: at midnight L1 had waited for half an hour, L7 for more than seven hours
    ("Mon-Fri 09:00-17:00", ("L1", "L2", "L7")),  # of L7's hour a quarter had passed when the office closed
])  # fmt: skip
def test_leads_whose_hour_is_not_over_are_still_open(tmp_path: Path, hours: str, waiting: tuple[str, ...]) -> None:
    day = date(2026, 2, 20)
    with made(tmp_path, day) as ws:
        operations.save_settings(ws, replace(Settings(), business_hours=hours))
        with (tmp_path / "leads.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("Lead ID", "Lead owner", "Created", "First response time"), *ANSWERED])
        bring_in(ws, tmp_path / "leads.csv", day, kind="leads")
        shown = operations.explain_trend(
            ws, operations.trend(ws, "lead_response_1h", operations.question(ws, period="2026-02", periods=2))
        )
        found = {point.period.key: point.still_open for point in shown.points if point.still_open is not None}
        assert found == {"2026-02": pytest.approx(len(waiting) / 7)}
        assert f"{round(100 * len(waiting) / 7)}% of Feb 2026 is still open." in " ".join(shown.remarks)
