"""When a one-on-one should go through lost deals together: behind the minimum, and long at work on what is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpidesk import engine, store
from kpidesk.core.errors import UserError
from kpidesk.core.formats import count_text, fixed
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.reviews import AgendaItem
from kpidesk.core.scorecards import Question, Row
from kpidesk.core.signals import CoachingDeal, CoachingPrompt
from kpidesk.language import compile_formula
from kpidesk.operations.evaluation import scorecard
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import formula_texts, kpi_of_formula
from kpidesk.operations.questions import last_covered
from kpidesk.operations.workspace import Workspace, data_date, organisation

TOUCHES = "touches_per_lost_deal"
GOAL = "bookings"
LEAST_COLLEAGUES = 4
MOST_DEALS = 8
_ON_LOST = "count(activities where touch and held and activities.deal.outcome = 'lost' on activities.deal.closed_at)"
_LOST = "count(deals where lost on closed_at)"


def coaching_prompts(
    ws: Workspace, rep: Scope, period: Period | None = None, as_of: date | None = None
) -> tuple[CoachingPrompt, ...]:
    """What to go through with a rep in a period, by default the last quarter that the data, known on a day, cover.

    One who is below the minimum of their bookings and has more touches in each lost deal than three quarters of the
    team gets the lost deals with the most touches.

    Raises:
        UserError: the scope is no rep.
    """
    if rep.kind != "rep":
        raise UserError(f"Coaching is for a rep, not for '{rep.key}'.", "Name one, for example rep:Ann Lee.")
    asked = Question(period or last_covered(ws, "quarter", as_of), rep, as_of=as_of)
    goal = scorecard(ws, asked, (GOAL,)).rows[0]
    if not _is_behind(goal):
        return ()
    compared = _touches(ws, asked)
    if compared is None or compared.mine <= compared.usual:
        return ()
    deals = _lost_deals(ws, asked)
    words = (
        f"{rep.name} is below the minimum of {goal.kpi.name.lower()} in {asked.period.label} and has"
        f" {_number(compared.mine)} touches in each lost deal, more than three quarters of"
        f" {compared.colleagues} colleagues"
        f" (up to {_number(compared.usual)}). Go through these deals: when could they have been left?"
    )
    return (
        CoachingPrompt(
            rep, asked.period, words, compared.mine, compared.usual, deals, compared.receipt, goal.receipt,
            compared.usual_receipts,
        ),
    )  # fmt: skip


def deals_to_go_through(ws: Workspace, rep: Scope, period: Period) -> tuple[AgendaItem, ...]:
    """The prompt as a point of a one-on-one, in words that the rep may read; none where there is no prompt."""
    found = []
    for prompt in coaching_prompts(ws, rep, period):
        deals = ", ".join(f"{one.name} ({count_text(one.touches)} touches)" for one in prompt.deals)
        found.append(AgendaItem(f"Lost deals to go through together: {deals}", by="manager", raised=True))
    return tuple(found)


def _is_behind(row: Row) -> bool:
    """Whether a rep is below the minimum: by the tier of a closed period, by pace in a running one."""
    return row.tier == "below_minimum" or (row.tier is None and row.status == "off_track")


@dataclass(frozen=True, slots=True)
class _Compared:
    """The touches per lost deal of a rep, and the upper quartile of the colleagues, with the codes of all of them."""

    mine: float
    usual: float
    receipt: str
    usual_receipts: tuple[str, ...]

    @property
    def colleagues(self) -> int:
        """How many others have a value."""
        return len(self.usual_receipts)


def _touches(ws: Workspace, asked: Question) -> _Compared | None:
    """None where the rep or too few of the others have a value; without enough in the team the whole org compares."""
    rep, last = asked.scope, asked.period.last_day
    team = organisation(ws, asked.as_of).team_on(rep.id, min(last, data_date(ws, asked.as_of) or last))
    places = [Scope("team", team.name, team.id)] if team is not None else []
    for whole in (*places, Scope("org")):
        rows = scorecard(ws, replace(asked, scope=whole, by="rep"), (TOUCHES,)).rows
        known = {row.scope.id: (row.result.value, row.receipt) for row in rows if row.scope.kind == "rep"}
        mine, code = known.pop(rep.id, (None, ""))
        others = [(value, receipt) for value, receipt in known.values() if value is not None]
        if mine is not None and len(others) >= LEAST_COLLEAGUES:
            values, codes = zip(*others, strict=True)
            return _Compared(mine, _upper_quartile(values), code, codes)
    return None


def _upper_quartile(values: Sequence[float]) -> float:
    import numpy as np

    return float(np.percentile(values, 75))


def _lost_deals(ws: Workspace, asked: Question) -> tuple[CoachingDeal, ...]:
    """The lost deals of a rep with the most touches, those first."""
    import numpy as np

    lost = {int(row["deal_id"]): row for row in _behind(ws, _LOST, asked)}
    touches = [int(row["record_id"]) for row in _behind(ws, _ON_LOST, asked)]
    touched = Counter(
        engine.deals_touched(evaluator(ws, asked.as_of).facts, np.asarray(touches, dtype=np.int64)).tolist()
    )
    ranked = sorted(lost, key=lambda deal: (-touched[deal], lost[deal]["key"]))[:MOST_DEALS]
    return tuple(
        CoachingDeal(deal, store.called(lost[deal].get("name", ""), lost[deal]["key"]), float(touched[deal]))
        for deal in ranked if touched[deal]
    )  # fmt: skip


def _behind(ws: Workspace, text: str, asked: Question) -> list[dict[str, str]]:
    """The rows behind a count, as text."""
    formula, engine_of = compile_formula(text, formula_texts(ws, asked.period)), evaluator(ws, asked.as_of)
    found = engine.behind(
        engine_of, kpi_of_formula(formula), formula, asked.scope, asked.period, unassigned_level="team"
    )
    kind = found.kinds[0] if len(found.kinds) else "deals"
    return store.rows_by_id(ws.db, kind, [int(one) for one in found.value_ids if one > 0])


def _number(value: float) -> str:
    return count_text(round(value, 1)) if value == int(value) else fixed(value, 1)
