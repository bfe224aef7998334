from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kpidesk.core.kpis import Benchmark, Kpi
from kpidesk.core.lint import Fix, LintFacts, LintFinding, how_late, lint, most_urgent
from kpidesk.core.packs import Pack
from kpidesk.core.people import ORG

TODAY = date(2026, 7, 1)
OUTCOME = Kpi(
    "bookings", "Bookings", "f", "s", "money", "higher", "lagging", "outcome", "flow_money", levels=("rep",),
    objective="Grow", decision="Hire", owner="Sales lead", status="active",
)  # fmt: skip
PIPELINE = replace(OUTCOME, id="pipeline", name="Pipeline", formula="p", indicator="leading", dimension="pipeline")
CALLS = replace(
    OUTCOME, id="calls", name="Calls made", formula="c", dimension="activity", indicator="leading", status="active"
)
MARK = Benchmark("20–30 %", "B")


def reps(count: int) -> tuple[Kpi, ...]:
    return (PIPELINE, *(replace(OUTCOME, id=f"kpi_{at}", formula=f"f{at}") for at in range(count - 1)))


def told(findings: tuple[LintFinding, ...]) -> list[tuple[str, str, str]]:
    return [(one.rule, one.severity, one.where) for one in findings]


def of(rule: str, facts: LintFacts) -> LintFinding:
    (found,) = (one for one in lint(facts) if one.rule == rule)
    return found


def rules(facts: LintFacts) -> set[str]:
    return {one.rule for one in lint(facts)}


@pytest.mark.parametrize(
    ("count", "expected"),
    [(5, []), (6, [("count", "warning", "rep")]), (7, [("count", "warning", "rep")]), (8, [("count", "error", "rep")]),
     (11, [("count", "error", "rep")])],
)  # fmt: skip
def test_three_to_five_per_level(count: int, expected: list[tuple[str, str, str]]) -> None:
    assert told(lint(LintFacts(reps(count)))) == expected


def test_of_too_many_the_one_that_is_needed_least_is_named() -> None:
    kpis = reps(6)
    spare = kpis[3]
    facts = LintFacts(kpis, target_days={one.id: TODAY for one in kpis if one is not spare}, today=TODAY)
    assert of("count", facts).fix == Fix("retire", (spare.id,), f"Retire '{spare.name}'")
    assert of("count", facts).advice.endswith(
        f"'{spare.name}' is needed least: it has no target and tells of what is over already."
    )
    focused = replace(facts, focus={ORG: ("pipeline", "kpi_0")})
    assert "needed least: it is in nobody's focus, has no target and " in of("count", focused).advice
    alike = LintFacts(tuple(one for one in reps(7) if one.indicator == "lagging"))
    assert of("count", alike).advice.endswith(
        "least: nothing tells it from the others but that it comes last among them."
    )


def test_what_foretells_is_not_to_go_while_it_is_the_fewer() -> None:
    kpis = reps(6)
    needed = {one.id: TODAY for one in kpis if one.indicator == "lagging"}
    fix = of("count", LintFacts(kpis, target_days=needed, today=TODAY)).fix
    assert fix is not None
    assert fix.kpi_ids != ("pipeline",)
    most = tuple(replace(one, indicator="leading") for one in kpis[:5]) + kpis[5:]
    fix = of("count", LintFacts(most, target_days={"kpi_4": TODAY}, today=TODAY)).fix
    assert fix is not None
    assert fix.kpi_ids[0] in {one.id for one in most[:5]}


def test_drafts_retired_kpis_and_coaching_metrics_do_not_count() -> None:
    extra = (
        replace(OUTCOME, id="draft", status="draft"), replace(OUTCOME, id="old", status="retired"),
        replace(OUTCOME, id="talk", formula="t", coaching=True, leading=()),
    )  # fmt: skip
    linked = replace(OUTCOME, id="kpi_0", formula="f0", leading=("talk", "pipeline"))
    assert lint(LintFacts((*reps(5)[:1], linked, *reps(5)[2:], *extra))) == ()
    assert lint(LintFacts(())) == ()


def test_results_alone_come_too_late_and_what_the_data_can_show_is_offered() -> None:
    assert told(lint(LintFacts((OUTCOME,)))) == [("balance", "warning", "rep")]
    draft = replace(PIPELINE, status="draft")
    other = replace(draft, id="aaa", name="Another")
    wanted = replace(OUTCOME, leading=("pipeline",))
    facts = LintFacts((wanted, other, draft), computable=frozenset(("pipeline", "aaa")))
    assert of("balance", facts).fix == Fix("activate", ("pipeline",), "Take 'Pipeline' into use")
    not_able = replace(facts, computable=frozenset(("aaa",)))
    assert of("balance", not_able).fix == Fix("activate", ("aaa",), "Take 'Another' into use")


def test_what_only_foretells_is_confirmed_by_nothing() -> None:
    assert told(lint(LintFacts((PIPELINE,)))) == [("balance", "warning", "rep")]


def test_an_activity_count_that_foretells_nothing_is_vanity() -> None:
    found = of("vanity", LintFacts((OUTCOME, CALLS)))
    assert (found.severity, found.where) == ("warning", "calls")
    assert found.fix == Fix("link", ("calls",), "Link it to 'Bookings'", other="bookings")
    assert lint(LintFacts((replace(OUTCOME, leading=("calls",)), CALLS))) == ()


def test_a_link_may_go_through_others_but_not_through_retired_ones() -> None:
    outcome = replace(OUTCOME, leading=("between",))
    between = replace(PIPELINE, id="between", status="draft", leading=("calls",))
    assert "vanity" not in rules(LintFacts((outcome, between, CALLS)))
    assert "vanity" in rules(LintFacts((outcome, replace(between, status="retired"), CALLS)))
    assert "vanity" in rules(LintFacts((replace(outcome, status="draft"), between, CALLS)))


def test_a_coaching_metric_is_only_noticed() -> None:
    talk = replace(CALLS, coaching=True)
    assert told(lint(LintFacts((PIPELINE, OUTCOME, talk)))) == [("coaching", "notice", "calls")]


@pytest.mark.parametrize("field", ["objective", "decision", "owner"])
def test_nobody_acts_on_what_nobody_owns(field: str) -> None:
    bare = replace(PIPELINE, **{field: ""})  # type: ignore[arg-type]  # a text field
    finding = lint(LintFacts((OUTCOME, bare)))[0]
    assert told((finding,)) == [(field, "error", "pipeline")]
    assert finding.fix is not None
    assert finding.fix.asks
    assert not replace(finding.fix, value="Ann").asks


def test_days_are_too_short_to_look_at_reps() -> None:
    daily = replace(OUTCOME, cadence="daily")
    assert of("daily", LintFacts((PIPELINE, daily))).fix == Fix("weekly", (daily.id,), "Look at it every week")
    for fine in (replace(daily, levels=("org", "team")), replace(daily, coaching=True), OUTCOME):
        assert "daily" not in rules(LintFacts((PIPELINE, fine)))


def test_every_finding_says_what_follows_and_what_to_do() -> None:
    for one in lint(LintFacts((*reps(11), replace(CALLS, owner="")), baselined=frozenset(), focus={})):
        assert all(text.endswith(".") for text in (one.problem, one.consequence, one.advice)), one


def test_baselines_that_are_missing_are_told_at_once() -> None:
    facts = LintFacts(reps(3), computable=frozenset(("pipeline", "kpi_0")), baselined=frozenset(("pipeline",)))
    assert of("baseline", facts).fix == Fix("set_baseline", ("kpi_0",), "Set from history")
    assert "baseline" not in rules(replace(facts, baselined=None))
    assert "baseline" not in rules(replace(facts, baselined=frozenset(("pipeline", "kpi_0"))))


def test_where_there_is_no_history_a_baseline_is_to_be_typed() -> None:
    facts = LintFacts(reps(2), computable=frozenset(("pipeline", "kpi_0")), baselined=frozenset(),
                      without_history=frozenset(("kpi_0",)))  # fmt: skip
    found = [one.fix for one in lint(facts) if one.rule == "baseline"]
    assert found == [
        Fix("type_baseline", ("kpi_0",), "Type a baseline…"), Fix("set_baseline", ("pipeline",), "Set from history"),
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "stale"), [(92, False), (93, True)])
def test_a_target_older_than_a_quarter_is_stale(days: int, stale: bool) -> None:
    facts = LintFacts(reps(2), target_days={"kpi_0": TODAY - timedelta(days=days)}, today=TODAY)
    assert ("stale" in rules(facts)) is stale
    if stale:
        assert of("stale", facts).problem == "The target of 'Bookings' was set 93 days ago."
        assert "stale" not in rules(replace(facts, today=None))


def test_one_side_of_the_business_is_not_all_of_it() -> None:
    kpis = tuple(replace(OUTCOME, id=f"k{at}", formula=str(at)) for at in range(3))
    assert of("dimensions", LintFacts(kpis)).where == "rep"
    assert "dimensions" not in rules(LintFacts((*kpis[:2], PIPELINE)))


def test_a_function_has_one_or_two_unless_the_focus_says_which() -> None:
    kpis = tuple(replace(one, functions=("sales",)) for one in reps(3))
    found = of("function", LintFacts(kpis))
    assert (found.severity, found.where, found.fix) == (
        "notice", "sales", Fix("choose_focus", ("kpi_0", "pipeline"), "Focus on 'Bookings' and 'Pipeline'"),
    )  # fmt: skip
    assert "function" not in rules(LintFacts(kpis[:2]))
    assert "function" not in rules(LintFacts(kpis, focus={ORG: ("pipeline",)}))


def test_two_are_to_be_looked_at_first() -> None:
    assert of("focus", LintFacts(reps(3), focus={})).severity == "notice"
    assert "focus" not in rules(LintFacts(reps(3)))
    assert "focus" not in rules(LintFacts(reps(2), focus={}))
    assert "focus" not in rules(LintFacts(reps(3), focus={ORG: ("kpi_0",)}))


def test_a_benchmark_holds_for_the_variant_it_was_published_for() -> None:
    shipped = replace(OUTCOME, benchmarks=(MARK,))
    facts = LintFacts((PIPELINE, shipped), shipped={"bookings": shipped})
    assert "variant" not in rules(facts)
    changed = replace(facts, kpis=(PIPELINE, replace(shipped, formula="other")))
    assert of("variant", changed).fix == Fix("drop_benchmarks", ("bookings",), "Take the benchmarks away")
    own = replace(shipped, id="mine", formula="other")
    assert of("variant", replace(facts, kpis=(PIPELINE, own))).where == "mine"
    assert "variant" not in rules(replace(facts, kpis=(PIPELINE, replace(own, benchmarks=()))))


def test_what_a_pack_shares_is_defined_as_the_pack_defines_it() -> None:
    pack = Pack("org", "Org", "w.", "level", "org", ("bookings",))
    facts = LintFacts((PIPELINE, OUTCOME), shipped={"bookings": OUTCOME}, packs=(pack,))
    assert "differs" not in rules(facts)
    assert of("differs", replace(facts, kpis=(PIPELINE, replace(OUTCOME, formula="x")))).severity == "notice"


def test_where_the_catalogue_moved_on_its_definition_is_offered_and_nobody_is_said_to_differ() -> None:
    pack, old = Pack("org", "Org", "w.", "level", "org", ("bookings",)), replace(OUTCOME, formula="x")
    shipped = replace(OUTCOME, sentence="All that was won.", benchmarks=(MARK,))
    facts = LintFacts((PIPELINE, old), shipped={"bookings": shipped}, packs=(pack,), overtaken=frozenset(("bookings",)))
    found = of("overtaken", facts)
    assert (found.severity, found.fix) == ("notice", Fix("take_definition", ("bookings",), "Take it"))
    assert found.consequence == "Now: All that was won."
    assert not {"differs", "variant"} & set(rules(facts))


def test_the_same_number_twice_takes_a_place() -> None:
    again = replace(OUTCOME, id="sales", name="Sales")
    assert of("twice", LintFacts((PIPELINE, OUTCOME, again))).fix == Fix("retire", ("sales",), "Retire 'Sales'")
    assert "twice" not in rules(LintFacts((PIPELINE, OUTCOME, replace(again, breakdown="segment"))))


def test_nothing_in_use_rests_on_what_is_retired() -> None:
    old = replace(OUTCOME, id="old", name="Old", status="retired")
    read = LintFacts((PIPELINE, OUTCOME, old), reads={"bookings": frozenset(("old", "pipeline"))})
    assert (of("retired", read).severity, of("retired", read).fix) == (
        "warning", Fix("bring_back", ("old",), "Keep 'Old' as a draft"),
    )  # fmt: skip
    foretold = LintFacts((PIPELINE, replace(OUTCOME, leading=("old", "pipeline")), old))
    assert of("retired", foretold).fix == Fix("unlink", ("old",), "Take 'Old' away", other="bookings")


def test_a_result_that_nothing_foretells_is_heard_late() -> None:
    early = replace(PIPELINE, id="early", name="Early", status="draft")
    outcome = replace(OUTCOME, leading=("early",))
    facts = LintFacts(
        (PIPELINE, outcome, early), computable=frozenset(("early",)), by_deals=frozenset(("bookings",)), cycle_days=73.4
    )
    found = of("late", facts)
    assert "73 days" in found.consequence
    assert found.fix == Fix("activate", ("early",), "Take 'Early' into use")
    assert "late" not in rules(replace(facts, kpis=(outcome, replace(early, status="active"))))


def test_how_late_each_result_is_heard() -> None:
    churn = replace(OUTCOME, id="churn", name="Churn", cadence="quarterly")
    facts = LintFacts(
        (replace(OUTCOME, leading=("pipeline",)), churn, PIPELINE), by_deals=frozenset(("bookings",)), cycle_days=73.4
    )
    assert [(one.kpi.id, one.days, one.earlier) for one in how_late(facts)] == [
        ("churn", 91, ()), ("bookings", 73.4, ("Pipeline",)),
    ]  # fmt: skip
    assert how_late(facts)[1].words == (
        "Bookings tells of a change after about 73 days, your median sales cycle. Pipeline tells earlier."
    )
    assert "about 59 days" in how_late(replace(facts, cycle_days=58.5))[1].words  # a half goes up, as on a card
    assert how_late(replace(facts, cycle_days=None))[1].days is None


def test_the_gravest_come_first_and_no_rule_twice_before_another() -> None:
    bare = [replace(one, owner="") for one in reps(2)]
    findings = lint(LintFacts((*bare, replace(CALLS, leading=())), focus={}))
    assert [(one.rule, one.severity) for one in findings][:3] == [
        ("owner", "error"), ("owner", "error"), ("vanity", "warning"),
    ]  # fmt: skip
    assert [one.where for one in most_urgent(findings)] == ["kpi_0", "pipeline", "calls"]
    vain = (OUTCOME, CALLS, replace(CALLS, id="mails", formula="m"), replace(CALLS, id="visits", formula="v"))
    urgent = most_urgent(lint(LintFacts(vain, target_days={"bookings": date(2026, 1, 1)}, today=TODAY)), 2)
    assert [one.rule for one in urgent] == ["stale", "vanity"]
