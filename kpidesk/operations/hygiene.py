"""What is wrong in the deals of the CRM, deal by deal, with the share of each rep's deals that is in order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine, store
from kpidesk.core.fields import FIELD_BY_NAME, Kind
from kpidesk.core.formats import day_text, format_value
from kpidesk.core.hygiene import (
    PLACEHOLDERS,
    RULE_BY_ID,
    RULES,
    TWICE_DAYS,
    Finding,
    Hygiene,
    Refused,
    RepScore,
    RuleCount,
    RuleId,
)
from kpidesk.core.imports import id_text
from kpidesk.core.people import ORG, UNASSIGNED, Scope
from kpidesk.core.periods import period_of
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.texts import folded
from kpidesk.core.wording import listed
from kpidesk.engine.days import NO_DAY, day_of
from kpidesk.engine.history import NO_AMOUNT
from kpidesk.operations.entered_twice import Entry, pairs_entered_twice
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.evaluators import as_known, data_limit, evaluator
from kpidesk.operations.exports import check_export_path
from kpidesk.operations.page_numbers import check_number
from kpidesk.operations.receipt_code import coder
from kpidesk.operations.workspace import Workspace, data_date, definitions, scopes, settings

NO_DATE = "no date"
STEP_IS_PAST = "Next step is past"
SHARE = "hygiene_share"
"""What works out the KPI of deals in order."""
Marks = dict[int, set[RuleId]]
Twins = dict[tuple[int, RuleId], set[int]]
"""By place of a deal and a rule about two deals, the places of those that it is like."""
Rows = NDArray[np.int64]
Good = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """The deals that were looked at, what is wrong in each by its place, and which are like which."""

    checked: engine.Checked
    marks: Marks
    twins: Twins

    @property
    def good(self) -> Good:
        """Which of the deals have nothing wrong."""
        found = np.ones(len(self.checked.deal), dtype=np.bool_)
        found[list(self.marks)] = False
        return found


def hygiene(ws: Workspace, scope: Scope = ORG, as_of: date | None = None) -> Hygiene:
    """The fix list of a scope, the largest deals first, and the share of deals with nothing wrong."""
    ws = as_known(ws, as_of)
    facts = evaluator(ws, as_of).facts
    look = _look(ws, facts, scope)
    if scope == ORG:
        _kept(ws, as_of, lambda: look)
    checked, good = look.checked, look.good
    findings = _findings(ws, facts, look, as_of)
    counts = Counter(rule for one in findings for rule in one.rules)
    found = Hygiene(
        scope=scope,
        as_of=data_date(ws, as_of),
        deals=len(good),
        clean=int(good.sum()),
        rules=tuple(
            RuleCount(rule, counts[rule.id], int(checked.of[rule.id].sum()), _skipped(checked.unknown.get(rule.id)))
            for rule in RULES
        ),
        reps=_reps(ws, facts, checked, good),
        findings=findings,
        title=f"Data hygiene · {scope_name(ws, scope)}",
        currency=settings(ws).currency,
        refused=_refused(ws, as_of),
    )
    return _with_codes(ws, found, as_of)


def _refused(ws: Workspace, as_of: date | None) -> tuple[Refused, ...]:
    """The rows that did not come in and that no later file has brought, import by import, the newest first."""
    by_import: dict[int, list[store.OpenReject]] = defaultdict(list)
    for one in store.open_rejects(ws.db, data_limit(ws, as_of) or date.max):
        by_import[one.import_id].append(one)
    return tuple(
        Refused(number, rows[0].kind, rows[0].file, rows[0].day, len(rows), rows[0].issue, rows[0].key)
        for number, rows in by_import.items()
    )


def _with_codes(ws: Workspace, found: Hygiene, as_of: date | None) -> Hygiene:
    """The number of each check, and the scores that the KPI of deals in order comes to as well, with their codes."""
    if found.as_of is None or not found.deals:
        return found
    month = period_of(found.as_of, "month", settings(ws))
    asked = Question(month, found.scope, as_of=as_of, by="rep" if found.scope == UNASSIGNED else "")
    return replace(_with_scores(ws, found, asked), rules=_proven(ws, found.rules, asked))


def _proven(ws: Workspace, rules: tuple[RuleCount, ...], asked: Question) -> tuple[RuleCount, ...]:
    coded = coder(ws, asked)
    return tuple(
        replace(one, receipt=coded(check_number(one.rule.id), asked, _counted(one.deals))) if not one.skipped else one
        for one in rules
    )


def _counted(deals: int) -> Result:
    return Result(float(deals), float(deals))


def behind_check(ws: Workspace, rule: RuleId, scope: Scope, as_of: date | None) -> engine.Behind:
    """The deals in which one check of the fix list of a scope found something."""
    facts = evaluator(ws, as_of).facts
    look = _look(ws, facts, scope)
    checked = look.checked
    places = np.array(sorted(at for at, rules in look.marks.items() if rule in rules), dtype=np.int64)
    size, missing = len(places), _skipped(checked.unknown.get(rule))
    result = Result(None, 0.0, reason=f"not looked for: {missing}") if missing else _counted(size)
    deals: Kind = "deals"
    return engine.Behind(
        checked.value[places], engine.Each.alike(deals, size), engine.Each.alike("", size), np.ones(size), None,
        np.ones(size, dtype=np.bool_), engine.Each.alike(None, size), engine.Each.alike("", size), result,
        float(np.unique(checked.value[places]).size), (),
    )  # fmt: skip


def _with_scores(ws: Workspace, found: Hygiene, asked: Question) -> Hygiene:
    kpi = next((one for one in definitions(ws).values() if one.builtin == SHARE), None)
    if kpi is None:
        return found
    month, as_of = asked.period, asked.as_of
    each = {one.person_id: Scope("rep", one.name, one.person_id) if one.person_id else UNASSIGNED for one in found.reps}
    scopes_told = (found.scope, *each.values())
    grid = engine.evaluate(evaluator(ws, as_of), [(kpi, None)], scopes_told, (month,), unassigned_level="rep")
    coded = coder(ws, asked)
    codes = {}
    for at, scope in enumerate(scopes_told):
        result = grid.result(0, at, 0)
        question = replace(asked, scope=scope, by="rep" if scope == UNASSIGNED else "")
        codes[scope] = result, coded(kpi, question, result)

    def code(scope: Scope, clean: int, deals: int) -> str:
        result, known = codes[scope]
        return known if (result.numerator, result.denominator) == (clean, deals) else ""

    reps = (replace(one, receipt=code(each[one.person_id], one.clean, one.deals)) for one in found.reps)
    return replace(found, receipt=code(found.scope, found.clean, found.deals), reps=tuple(reps))


def in_order(ws: Workspace, facts: engine.Facts, as_of: date | None = None) -> tuple[Rows, Good]:
    """The deals that are looked at, by row among the facts, and which have nothing wrong; as the fix list has it."""
    return _kept(ws, as_of, lambda: _look(ws, facts, ORG))


def _kept(ws: Workspace, as_of: date | None, look: Callable[[], _Look]) -> tuple[Rows, Good]:
    """What the whole organisation was found to have in order, looked for once in each state of a workspace."""

    def found() -> tuple[Rows, Good]:
        once = look()
        return once.checked.deal, once.good

    return ws.remember(("deals in order", data_limit(ws, as_of)), found)


def _look(ws: Workspace, facts: engine.Facts, scope: Scope) -> _Look:
    """Look through the deals of a scope; a next step that is written down is one, though it has no date."""
    checked = engine.check_hygiene(facts, scope, has_steps=store.has_next_steps(ws.db))
    marks = _marks(ws, checked)
    return _Look(checked, marks, _mark_namesakes(ws, facts, checked, marks))


def _skipped(field: str | None) -> str:
    return f"no deal has '{FIELD_BY_NAME['deals'][field].label}'" if field else ""


def _marks(ws: Workspace, checked: engine.Checked) -> Marks:
    """The rules that each checked deal, by position, breaks; those about two deals are left to `_mark_namesakes`."""
    found: Marks = defaultdict(set)
    for rule, mask in checked.found.items():
        if rule == "duplicate":
            continue
        places = np.flatnonzero(mask)
        if rule == "no_next_step":
            places = places[~np.isin(checked.value[places], store.values_with_step(ws.db, checked.value[places]))]
        for at in places.tolist():
            found[at].add(rule)
    for at in np.flatnonzero(np.isin(checked.value, store.values_named(ws.db, PLACEHOLDERS))).tolist():
        found[at].add("placeholder")
    return found


def _mark_namesakes(ws: Workspace, facts: engine.Facts, checked: engine.Checked, marks: Marks) -> Twins:
    """Mark deals of one account that may be one: of one name and entered twice, open or won, or of one amount and day.

    Gives which are like which. Those of which somebody said that they are two are none.
    """
    two = {frozenset((one.one, one.other)) for one in store.kept_apart(ws.db) if one.kind == "deal"}
    numbers = facts.ids[checked.deal].tolist()
    like: Twins = defaultdict(set)
    entry = partial(_entry, checked)

    def mark(rule: RuleId, one: int, other: int) -> None:
        if frozenset((numbers[one], numbers[other])) not in two:
            for each, its in ((one, other), (other, one)):
                marks[each].add(rule)
                like[each, rule].add(its)

    for places in _twins(checked):
        for one, other in combinations(places, 2) if two else pairwise(places):
            mark("duplicate", one, other)
    for places in _namesakes(ws, facts, checked, "duplicate"):
        for one, other in pairs_entered_twice(places, entry):
            mark("duplicate", one, other)
    for places in _namesakes(ws, facts, checked, "won_twice"):
        for one, other in pairs_entered_twice(places, entry):
            if abs(checked.closes[other] - checked.closes[one]) <= TWICE_DAYS:
                mark("won_twice", one, other)
    return like


def _entry(checked: engine.Checked, place: int) -> Entry:
    created, closes = (
        None if day == NO_DAY else day for day in (int(checked.created[place]), int(checked.closes[place]))
    )
    amount = int(checked.amount[place])
    return Entry(0 if amount == NO_AMOUNT else amount, int(checked.owner[place]), created, closes)


def _twins(checked: engine.Checked) -> Iterator[list[int]]:
    """The places of open deals of one account that agree in amount and close date."""
    groups: dict[int, list[int]] = defaultdict(list)
    for place in np.flatnonzero(checked.found["duplicate"]).tolist():
        groups[int(checked.twins[place])].append(place)
    yield from groups.values()


def _namesakes(ws: Workspace, facts: engine.Facts, checked: engine.Checked, rule: RuleId) -> Iterator[list[int]]:
    """The places of deals of one account and name of which a rule can be true, where there is more than one."""
    at, account = engine.sharing_account(facts, checked, rule)
    names = store.deal_names(ws.db, checked.value[at].tolist())
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, number in zip(at.tolist(), account.tolist(), strict=True):
        groups[number, folded(names[int(checked.value[place])])].append(place)
    yield from (places for places in groups.values() if len(places) > 1)


def _findings(ws: Workspace, facts: engine.Facts, look: _Look, as_of: date | None) -> tuple[Finding, ...]:
    checked, places = look.checked, sorted(look.marks)
    people = (0, *facts.crew.people)
    rows = store.deal_rows(ws.db, checked.value[places].tolist(), as_of)
    ids = {place: _id_of(row) for place, row in zip(places, rows, strict=True)}
    like = {at: listed(sorted(ids[other] for other in others)) for at, others in look.twins.items()}
    found = [
        _finding(
            ws,
            row,
            tuple(rule.id for rule in RULES if rule.id in look.marks[place]),
            people[int(checked.owner[place])],
            int(checked.touched[place]),
            {rule: like[place, rule] for rule in look.marks[place] if (place, rule) in like},
        )
        for place, row in zip(places, rows, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (-(one.amount_value or 0.0), one.name.casefold(), one.deal_id)))


def _id_of(row: dict[str, str]) -> str:
    """The id of a deal; where its file has none, where it stands there."""
    return id_text(row["key"]) or f"line {row['line']} of {row['file']}"


def _finding(
    ws: Workspace, row: dict[str, str], rules: tuple[RuleId, ...], person_id: int, touched: int,
    like: Mapping[RuleId, str],
) -> Finding:  # fmt: skip
    amount = float(row["amount"]) if row.get("amount") else None
    code = row.get("currency") or settings(ws).currency
    return Finding(
        deal_id=int(row["deal_id"]),
        key=row["key"],
        name=store.called(row.get("name", ""), row["key"]),
        account=row.get("account", ""),
        owner=row.get("owner", ""),
        stage=row.get("stage") or row.get("status", ""),
        amount="" if amount is None else format_value(amount, "money", code),
        amount_value=amount,
        close_date=row.get("closed_at") or row.get("close_date", ""),
        rules=rules,
        detail=tuple(_detail(rule, row, touched, like.get(rule, "")) for rule in rules),
        file=row["file"],
        line=int(row["line"] or 0),
        person_id=person_id,
        currency="" if amount is None else code,
    )


def _detail(rule: RuleId, row: dict[str, str], touched: int, like: str) -> str:
    """The rule with the values of the deal that break it.

    `touched` is the day of its last activity, `like` the ids of the deals that it looks like by this rule.
    """
    said = RULE_BY_ID[rule].name
    due, created = row.get("close_date", ""), row.get("created_at", "")
    match rule:
        case "past_close":
            return f"{said}: {_day(due)}"
        case "stale":
            last = day_text(day_of(touched)) if touched != NO_DAY else _day(row.get("stage_entered_at", ""))
            return f"No activity since {last}" if last != NO_DATE else said
        case "no_next_step" if row.get("next_activity_at"):
            return f"{STEP_IS_PAST}: {_day(row['next_activity_at'])}"
        case "closed_before_created":
            return f"{said}: closed {_day(row.get('closed_at') or due)}, created {_day(created)}"
        case "placeholder":
            return f"{said}: {', '.join(_placeholders(row))}"
        case _:
            return f"{said}: see {like}" if like else said


def _day(text: str) -> str:
    return day_text(date.fromisoformat(text)) if text else NO_DATE


def _placeholders(row: dict[str, str]) -> Iterator[str]:
    for name, field in FIELD_BY_NAME["deals"].items():
        if (field.kind in ("term", "account") or name == "name") and row.get(
            name, ""
        ).strip().casefold() in PLACEHOLDERS:
            yield f"{field.label} '{row[name]}'"


def _reps(ws: Workspace, facts: engine.Facts, checked: engine.Checked, good: Good) -> tuple[RepScore, ...]:
    """Every rep who owns one of the deals, who has most of them to put in order first; deals of nobody come last.

    Not by the share in order: of few deals it says little, and the list is one of work, not of merit.
    """
    names = {person.id: person.name for person in scopes(ws).people}
    found = []
    for row in np.unique(checked.owner).tolist():
        mine = checked.owner == row
        person = facts.crew.people[row - 1] if row else 0
        found.append(RepScore(names.get(person, "Unassigned"), person, int(mine.sum()), int((mine & good).sum())))
    return tuple(sorted(found, key=lambda one: (one.person_id == 0, one.clean - one.deals, one.name.casefold())))


def export_hygiene(ws: Workspace, found: Hygiene, to: Path) -> int:
    """Write a fix list as CSV or XLSX, one row per deal, sorted by rep; gives how many rows.

    Raises:
        UserError: the file cannot be written there, or its ending is not one of the two.
    """
    from kpidesk.exporting.files import write_whole
    from kpidesk.exporting.fix_list import fix_list_bytes

    check_export_path(ws, to)
    write_whole(to, fix_list_bytes(found, to.suffix))
    return len(found.findings)
