"""Whose a row is, in words: the rule of credit of a KPI as a receipt says it."""

from __future__ import annotations

from kpidesk.core.people import TeamView
from kpidesk.language import Formula, leaves
from kpidesk.language.tree import AsOf, Credit, Leaf

_DEALS: dict[Credit, str] = {
    "owner": "whoever owned it {day}",
    "creator": "whoever created it",
    "opener": "whoever owned it when it was created",
    "current": "whoever owns it now",
}
_MOMENTS = {"start": "at the start of the period", "end": "at the end of the period", "now": "on the day of the data"}


def credit_words(formula: Formula, teams: TeamView, *, is_shared: bool) -> str:
    """For whom and for which team a row counts; `is_shared`: some rows belong to several people."""
    told = dict.fromkeys(_of_leaf(leaf) for leaf in leaves(formula.tree) if leaf.table != "people")
    if not told:
        return ""
    team = "the team of today" if teams == "today" else "the team that person was in then"
    shares = " What several people share counts for each by their share." if is_shared else ""
    return f"A row counts for {'; or for '.join(told)}, and for {team}.{shares}"


def _of_leaf(leaf: Leaf) -> str:
    if leaf.table not in ("deals", "stage_visits"):
        return "the person it names"
    day = _MOMENTS[leaf.dated.moment] if isinstance(leaf.dated, AsOf) else "on the day by which it is counted"
    return _DEALS[leaf.credit].format(day=day)
