"""Settings, KPI versions, baselines and targets, outcomes and remembered shapes: what goes in comes out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.goals import Baseline, Target
from kpidesk.core.kpis import Benchmark, Kpi
from kpidesk.core.people import ORG, UNASSIGNED, Scope
from kpidesk.core.periods import month_period, quarter_period
from kpidesk.core.progress import finish
from kpidesk.core.settings import Settings
from tests.often import often
from tests.store.support import File, deal, deals, importing, outcomes, undo, workspace

KPI = Kpi(
    id="win_rate", name="Win rate", formula="count(deals where won on closed_at) / count(deals)",
    sentence="Won of closed.", unit="percent", direction="higher", indicator="lagging", dimension="outcome",
    kpi_class="ratio", levels=("org", "rep"), leading=("pipeline",), mistakes=("Counting open deals",),
    benchmarks=(Benchmark("20 to 30 %", "A survey", "B", low=0.2, high=0.3),), range_low=0.1, status="active",
)  # fmt: skip
Q1, MARCH = quarter_period(2026, 1, Settings()), month_period(2026, 3)


@hypothesis_settings(max_examples=often(7))
@given(
    st.builds(
        Settings, currency=st.sampled_from(("EUR", "JPY")), fiscal_start_month=st.integers(1, 12),
        week_start=st.integers(0, 6), minimum_n=st.integers(1, 50), organisation=st.text(min_size=1),
    )
)  # fmt: skip
def test_settings_come_back_as_they_were_saved(given_settings: Settings) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, workspace(Path(folder)) as db:
        version = store.data_version(db)
        store.save_settings(db, given_settings)
        assert store.load_settings(db) == given_settings
        assert store.data_version(db) > version
        again = store.data_version(db)
        store.save_settings(db, given_settings)
        assert store.data_version(db) == again


def test_settings_survive_reopening_and_foreign_values_are_refused(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        store.save_settings(db, Settings(currency="CHF"))
    with workspace(tmp_path) as db:
        assert store.load_settings(db).currency == "CHF"
        db.run("UPDATE settings SET value='[1]' WHERE name='currency'")
        with pytest.raises(UserError, match="damaged"):
            store.load_settings(db)


def test_kpis_keep_every_version(tmp_path: Path) -> None:
    second = replace(KPI, version=2, formula="count(deals where won on closed_at) / 2", valid_from="2026-04-01")
    other = replace(KPI, id="bookings", name="Bookings", benchmarks=())
    with workspace(tmp_path) as db:
        store.save_kpis(db, (KPI, other))
        store.save_kpi(db, second)
        assert store.load_kpis(db) == (other, second)
        assert store.kpi_versions(db, "win_rate") == (KPI, second)
        assert store.kpi_versions(db, "no_such") == ()


def test_baselines_and_targets_come_back_with_their_scope_period_and_inputs(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann", team="North"))
        (ann,), (north,) = store.load_organisation(db).people, store.load_organisation(db).teams
        scopes = (ORG, UNASSIGNED, Scope("team", "North", north.id), Scope("rep", "Ann", ann.id))
        of_q1 = (
            "trailing_4",
            "Q1 2025 to Q4 2025",
            96.5,
            (0.17, 0.35),
            True,
            "why",
            "2026-01-02",
            ("7QK2-AB", "8QK2-CD"),
        )
        baselines = tuple(Baseline("win_rate", scope, Q1, 0.25, *of_q1) for scope in scopes)  # type: ignore[arg-type]  # fields in order
        agreed = (1, "2026-02-01", "plan", "Zoe")
        targets = tuple(Target("win_rate", scope, MARCH, 0.2, 0.25, 0.3, *agreed) for scope in scopes)
        for baseline, target in zip(baselines, targets, strict=True):
            store.save_baseline(db, baseline)
            store.save_target(db, target)
        book = store.load_goals(db)
        assert book.baselines == baselines
        assert book.targets == targets
        store.rename_person(db, ann.id, "Ann Ray")
        assert store.load_goals(db).targets[-1].scope == Scope("rep", "Ann Ray", ann.id)


def test_the_newest_version_of_a_goal_is_in_force_and_older_ones_stay_in_the_file(tmp_path: Path) -> None:
    first = Target("bookings", ORG, Q1, 1, 2, 3)
    second = replace(first, version=2, target=2.5, reason="raised")
    base = Baseline("bookings", ORG, Q1, 1.5, "manual", "", 0, why="typed")
    with workspace(tmp_path) as db:
        for target in (first, second):
            store.save_target(db, target)
        for baseline in (base, replace(base, value=1.8)):
            store.save_baseline(db, baseline)
        book = store.load_goals(db)
        assert book.target("bookings", ORG, Q1) == second
        assert book.targets == (first, second)
        assert book.baselines == (replace(base, value=1.8),)
        assert db.rows("SELECT value, superseded FROM baselines ORDER BY id") == [(1.5, 1), (1.8, 0)]
        assert book.target("bookings", ORG, MARCH) is None


def test_outcomes_are_kept_with_the_import_and_stay_when_it_is_undone(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", stage="Won"), deal("B", stage="Talks"), outcomes=outcomes(Won="won", Talks="open"))
        assert store.known_outcomes(db) == {("stage", "Won"): "won", ("stage", "Talks"): "open"}
        curation = store.load_curation(db)
        assert {curation.terms[number][1]: outcome for number, outcome in curation.outcomes.items()} == {
            "Won": "won", "Talks": "open",
        }  # fmt: skip
        deals(db, 1, deal("A", stage="Won"), outcomes=outcomes(Talks="lost"))
        assert store.known_outcomes(db)["stage", "Talks"] == "lost"
        undo(db)
        undo(db)
        assert store.known_outcomes(db) == {("stage", "Won"): "won", ("stage", "Talks"): "lost"}
        assert store.load_curation(db).outcomes == {}


def test_a_cancelled_a_tried_and_a_failed_import_decide_nothing(tmp_path: Path) -> None:
    more: dict[str, Any] = {"outcomes": outcomes(Won="won"), "profile_key": "k", "profile": "{}"}
    with workspace(tmp_path) as db:
        version = store.data_version(db)
        deals(db, 0, deal("A", stage="Won"), dry_run=True, **more)
        work = importing(db, File([deal("A"), deal("B"), deal("C"), deal("D")]), **more)
        next(step for step in work if step.text.endswith("rows read"))
        work.close()
        broken = importing(db, File([deal("A"), ["too short"]]), chunk=1, **more)
        with pytest.raises(ValueError, match="shorter"):
            finish(broken)
        assert store.known_outcomes(db) == {}
        assert store.load_profiles(db) == {}
        assert store.import_history(db) == ()
        assert store.data_version(db) == version
        deals(db, 0, deal("A", stage="Won"), **more)
        assert store.load_profiles(db) == {"k": "{}"}
        deals(db, 1, deal("A", stage="Won"), profile_key="k", profile="[]")
        assert store.load_profiles(db) == {"k": "[]"}
