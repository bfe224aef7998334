"""Activities that name a deal: how many lead to one, and which deal the others may mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.fields import Kind
from kpidesk.core.imports import ImportOptions, link_words
from kpidesk.core.periods import quarter_period
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question
from kpidesk.operations.sources import oldest_of, sources_of
from tests.operations.test_duplicates import KNOWN, bring_in, written, ws

__all__ = ["ws"]

DAY = date(2026, 6, 8)
HEADER = "Activity ID,Type,Subject,Assigned To,Deal,Activity Date"
ROWS = (
    "A1,Call,Hi,Ann,D1,2026-03-01",
    "A2,Call,Ho,Ann,Gama,2026-03-01",  # a letter is missing: the nearest is offered and not taken
    "A3,Meeting,Ho,Ann,Gamma,2026-03-02",
    "A4,Meeting,Ho,Ann,,2026-03-02",
    "A5,Meeting,Ho,Ann,Something else,2026-03-02",
)


def test_what_leads_to_a_deal_is_counted_and_said(ws: operations.Workspace, tmp_path: Path) -> None:
    report = bring_in(ws, written(tmp_path, "activities.csv", ROWS, HEADER), DAY)
    (one,) = operations.links(ws, "activities")
    assert (one.kind, one.field, one.to, one.by_id, one.by_name, one.unlinked) == (
        ("activities", "deal", "deals", 1, 1, 2)
    )  # fmt: skip
    assert (one.linked, one.total) == (2, 4)
    assert link_words(one) == ("2 of 4 activities that name a deal belong to one (1 by its name); 2 do not.")
    assert report.linked == (one,)
    assert operations.links(ws, "deals") == (one,)  # of deals too: the activities lead to them
    assert operations.links(ws, "leads") == ()


def test_what_leads_nowhere_is_listed_with_the_nearest_name(ws: operations.Workspace, tmp_path: Path) -> None:
    bring_in(ws, written(tmp_path, "activities.csv", ROWS, HEADER), DAY)
    rows = operations.unlinked(ws, "activities", "deal")
    assert [(one.line, one.file, one.text, one.nearest) for one in rows] == [
        (3, "activities.csv", "Gama", "Gamma"),
        (6, "activities.csv", "Something else", ""),
    ]


def test_a_deal_that_comes_later_is_found(ws: operations.Workspace, tmp_path: Path) -> None:
    bring_in(ws, written(tmp_path, "activities.csv", ROWS, HEADER), DAY)
    more = (*KNOWN, "D8,Gama,Bolt,Bob,Closed Lost,20,2026-04-15,2026-02-02")
    bring_in(ws, written(tmp_path, "more.csv", more), DAY)
    assert [one.text for one in operations.unlinked(ws, "activities", "deal")] == ["Something else"]


def test_a_try_says_nothing_of_what_belongs_together(ws: operations.Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, "activities.csv", ROWS, HEADER)
    report = finish(operations.import_file(ws, path, ImportOptions(as_of=DAY), dry_run=True))
    assert report.linked == ()
    assert operations.links(ws) == ()


def test_a_field_that_leads_nowhere_is_refused(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="'subject' of activities leads to no other record"):
        operations.unlinked(ws, "activities", "subject")


def test_a_number_names_the_files_of_every_kind_it_rests_on_and_the_oldest_of_them(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    bring_in(ws, written(tmp_path, "activities.csv", ROWS, HEADER), date(2026, 4, 2))
    rests_on: frozenset[Kind] = frozenset(("activities", "deals", "holidays"))
    assert sources_of(ws, None, rests_on) == ("activities.csv (2026-04-02)", "first.csv (2026-06-01)")
    assert oldest_of(ws, None, rests_on) == date(2026, 4, 2)
    assert oldest_of(ws, None, frozenset(("deals",))) == date(2026, 6, 1)
    assert oldest_of(ws, None, frozenset(("holidays",))) is None

    formula = "count(activities where type = 'call' on occurred_at)"
    rate = operations.find_kpi(ws, "win_rate")
    calls = replace(rate, id="calls", name="Calls", formula=formula, unit="count", kpi_class="flow_count")
    operations.save_kpi(ws, replace(calls, status="active"))
    period = quarter_period(2026, 1, operations.settings(ws))
    rows = operations.scorecard(ws, Question(period), ("calls", "win_rate")).rows
    told = {row.kpi.id: (row.sources, row.age_days) for row in rows}
    assert told["calls"] == (("activities.csv (2026-04-02)",), 121)  # 2 April to 1 August
    assert told["win_rate"] == (("first.csv (2026-06-01)",), 61)
