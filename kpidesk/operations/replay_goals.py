"""Goals and values typed in as they were before some entries of the log, and what is said where they are others now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kpidesk import store
from kpidesk.core.entries import EntryBook
from kpidesk.core.formats import day_text, format_value
from kpidesk.core.goals import GoalBook, Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.receipts import LogEntry, Receipt
from kpidesk.core.scorecards import Question
from kpidesk.operations.applying import applied
from kpidesk.operations.dependencies import behind, goals_behind
from kpidesk.operations.evaluators import by_goals
from kpidesk.operations.workspace import Workspace, definitions, entries, goals

SET, TAKEN_AWAY, TYPED, BASELINE = "target", "target taken away", "value typed in", "baseline"
_GOALS = {
    SET: "The target of '{name}' was set anew",
    TAKEN_AWAY: "The target of '{name}' was taken away",
    TYPED: "A value of '{name}' was typed in",
}


def goals_read(ws: Workspace, kpi: Kpi, log: Sequence[LogEntry]) -> dict[str, list[LogEntry]]:
    """The entries that set what a number of a KPI can be worked out from, by what they say in words, the newest first.

    Its own target is none: a number is only held against it.
    """
    typed = {kpi.id, *(name for name, through in behind(ws, kpi.id).items() if through == "value")}
    read = {SET: (aims := goals_behind(ws, kpi.id)), TAKEN_AWAY: aims, TYPED: typed}
    known, found = definitions(ws), dict[str, list[LogEntry]]()
    for entry in reversed(log):
        about = entry.detail.partition(" ")[0]
        if about in read.get(entry.action, ()):
            name = known[about].name if about in known else about
            found.setdefault(_GOALS[entry.action].format(name=name), []).append(entry)
    return found


def goals_before(ws: Workspace, later: Sequence[LogEntry], asked: Question) -> Workspace:
    """The same workspace without what some entries of the log set, from which every number and target then follows."""
    if not later:
        return ws
    return by_goals(ws, _targets_before(ws, later), _typed_before(entries(ws), later), asked.as_of, asked.teams)


def _targets_before(ws: Workspace, later: Sequence[LogEntry]) -> GoalBook:
    book = goals(ws)
    new = {entry.detail for entry in later if entry.action == SET}
    away = {entry.detail.partition(": ")[0] for entry in later if entry.action == TAKEN_AWAY}
    gone = {store.target_detail(one) for one in store.taken_away(ws.db, book.targets)} - away
    told = [(one, store.target_detail(one)) for one in book.targets]
    return GoalBook(book.baselines, tuple(
        replace(one, withdrawn=(one.withdrawn and detail not in away) or detail in gone)
        for one, detail in told
        if detail not in new
    ))  # fmt: skip


def _typed_before(book: EntryBook, later: Sequence[LogEntry]) -> EntryBook:
    since = Counter(entry.detail for entry in later if entry.action == TYPED)
    kept = []
    for one in reversed(book.entries):
        detail = store.entry_detail(one)
        since[detail] -= 1
        if since[detail] < 0:
            kept.append(one)
    return EntryBook(tuple(reversed(kept)))


def target_words(ws: Workspace, log: Sequence[LogEntry], now: Receipt) -> list[str]:
    """That the target which the number is held against is another one than when it was printed, and what it was."""
    kpi, asked = now.kpi, now.question
    mine = [one for one in log if one.action in (SET, TAKEN_AWAY) and one.detail.partition(" ")[0] == kpi.id]
    if not mine or asked.parts:
        return []
    held = applied(goals_before(ws, mine, asked), kpi, asked.scope, asked.period, asked.as_of, asked.teams)
    goal, then = now.target, held.target if held is not None else None
    if (goal and goal.tiers) == (then and then.tiers):
        return []
    was = f"it was {_goal_text(now, then)} when this was printed" if then else "there was none when this was printed"
    if goal is None:
        return [f"The target was taken away on {day_text(_day(mine, then))}; {was}."]
    return [f"The target was set to {_goal_text(now, goal)} on {day_text(_day(mine, goal))}; {was}."]


def _day(log: Sequence[LogEntry], goal: Target | None) -> date:
    """When a target was set or taken away, by the log; of one that came to hold otherwise when the newest was."""
    detail = store.target_detail(goal) if goal is not None else ""
    return next((one.day for one in reversed(log) if detail and one.detail.partition(": ")[0] == detail), log[-1].day)


def _goal_text(now: Receipt, goal: Target) -> str:
    version = f" (version {goal.version})" if goal.version else ""
    return f"{format_value(goal.target, now.kpi.display, now.currency)}{version}"


def baseline_words(log: Sequence[LogEntry], now: Receipt) -> list[str]:
    """That the baseline of just this number was set anew since it was printed."""
    asked = now.question
    about = f"{now.kpi.id} {asked.scope.kind} {asked.scope.id} {asked.period.key}"
    days = [one.day for one in log if one.action == BASELINE and one.detail == about and not asked.parts]
    return [f"The baseline that it is compared with was set on {day_text(days[-1])}."] if days else []
