"""What the scorecard page shows, asked of the operations on the database thread, and how it is written to a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kpidesk import operations
from kpidesk.core.objectives import Focus
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.rate_words import ADD_RATE
from kpidesk.core.scorecards import Matrix, Question, Row, Scorecard
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.surroundings import single
from kpidesk.ui.widgets.score_actions import focus_first

if TYPE_CHECKING:  # the first scorecard is there before the first trend is asked for
    from kpidesk.core.trends import Trend

View = Literal["one", "team", "rep"]


@dataclass(frozen=True, slots=True)
class ScoreView:
    """What the page shows: the scorecard, the matrix where one is asked for, the last period with data.

    `elsewhere` names the KPIs in use that are not for scopes like this one, `focus` are those looked at first.
    `is_aimless`: the workspace has never had a target.
    """

    card: Scorecard
    matrix: Matrix | None
    covered: Period
    elsewhere: tuple[str, ...]
    focus: Focus
    is_aimless: bool = False


def level_for(scope: Scope, wanted: View) -> View:
    """What is shown of a scope: a rep has nothing to be divided by."""
    return wanted if scope.kind in ("org", "team") else "one"


def no_targets(rows: Iterable[Row], asked: Question, by: View = "one") -> str:
    """That none of the rows shown has a target, "No targets for teams in Q4 2026"; empty where one has."""
    if any(one.target is not None for one in rows):
        return ""
    whose = {"team": " for teams", "rep": " for reps", "one": ""}[by]
    return f"No targets{whose} in {asked.period.label}"


def view_of(workspace: Workspace, question: Question | None, wanted: View) -> ScoreView:
    """The scorecard, and the matrix of teams or reps where that is what is shown."""
    asked = single(workspace, question)
    focus = operations.focus(workspace, asked.scope)
    level = level_for(asked.scope, wanted)
    card, matrix = _shown(workspace, asked, focus, level)
    grain = "quarter" if asked.period.grain == "span" else asked.period.grain
    covered = operations.question(workspace, grain=grain, as_of=asked.as_of).period
    by = "" if level == "one" else level
    elsewhere = tuple(one.name for one in operations.kpis_elsewhere(workspace, asked.scope, by))
    return ScoreView(card, matrix, covered, elsewhere, focus, is_aimless=not operations.goals(workspace).targets)


def _shown(workspace: Workspace, asked: Question, focus: Focus, level: View) -> tuple[Scorecard, Matrix | None]:
    """The scorecard of a scope, by team or rep with the KPIs in use at that level, and the matrix of these."""

    def whole(kpi_ids: Iterable[str]) -> Scorecard:
        ids = tuple(dict.fromkeys(kpi_ids))
        card = operations.scorecard(workspace, asked, ids)
        return replace(card, rows=focus_first(card.rows, focus) if ids else ())

    if level == "team":
        parts = operations.scorecard(workspace, replace(asked, by="team"))
        card = whole(one.kpi.id for one in parts.rows)
        return card, with_somebody(matrix_of(parts, card))
    if level == "rep":
        matrix = operations.matrix(workspace, asked)
        card = whole(one.id for one in matrix.kpis)
        return card, with_somebody(in_order(matrix, tuple(one.kpi.id for one in card.rows)))
    card = operations.scorecard(workspace, asked)
    return replace(card, rows=focus_first(card.rows, focus)), None


def in_order(matrix: Matrix, kpi_ids: tuple[str, ...]) -> Matrix:
    """A matrix with its KPIs in another order."""
    order = sorted(range(len(matrix.kpis)), key=lambda at: kpi_ids.index(matrix.kpis[at].id))
    kpis = tuple(matrix.kpis[at] for at in order)
    return replace(matrix, kpis=kpis, cells=tuple(tuple(line[at] for at in order) for line in matrix.cells))


def matrix_of(parts: Scorecard, whole: Scorecard) -> Matrix:
    """The rows of a scorecard by member as a matrix, the whole scope as the last line."""
    members = tuple(dict.fromkeys(one.scope for one in parts.rows))
    cell = {(one.scope, one.kpi.id): one for one in parts.rows}
    kpis = tuple(one.kpi for one in whole.rows)
    cells = tuple(tuple(cell[member, kpi.id] for kpi in kpis) for member in members)
    return Matrix(
        parts.question, kpis, (*members, whole.question.scope), (*cells, whole.rows), parts.ramping, parts.notices
    )


def with_somebody(matrix: Matrix) -> Matrix:
    """A matrix without the line of Unassigned where nothing is unassigned."""
    kept = tuple(
        (member, cells) for member, cells in zip(matrix.members, matrix.cells, strict=True)
        if member.kind != "unassigned" or any(one.result.n for one in cells)
    )  # fmt: skip
    return replace(matrix, members=tuple(one for one, _ in kept), cells=tuple(cells for _, cells in kept))


def on_show(workspace: Workspace, card: Scorecard, by: View) -> Scorecard:
    """A scorecard with the rows that its table shows: its own, or under each KPI every member and then the whole."""
    if by == "one":
        return card
    parts = operations.scorecard(workspace, replace(card.question, by=by))
    matrix = with_somebody(matrix_of(parts, card))
    rows = [line[at] for at in range(len(card.rows)) for line in matrix.cells]
    return replace(parts, rows=tuple(rows))


def parts_of(workspace: Workspace, about: Row, question: Question) -> tuple[Row, ...]:
    """One KPI by team where there are several, else by rep; nothing for a rep."""
    levels = {"org": ("team", "rep"), "team": ("rep",)}.get(about.scope.kind, ())
    for by in levels:
        asked = replace(question, scope=about.scope, by=by)
        found = operations.scorecard(workspace, asked, (about.kpi.id,)).rows
        if sum(one.result.value is not None or ADD_RATE in one.reason for one in found) > 1:
            return found
    return ()


def write_card(workspace: Workspace, card: Scorecard, to: Path) -> Path:
    """Write a scorecard as PDF or picture with its first two trends, or in a form without drawings."""
    from kpidesk.ui.painting.document import export_pdf, export_png
    from kpidesk.ui.painting.paper_size import usual_paper

    operations.check_export_path(workspace, to)
    card = operations.with_luck(workspace, card)
    ending = to.suffix.lower()
    if ending not in (".pdf", ".png"):
        operations.export_scorecard(card, to)
        return to
    from kpidesk.core.trends import begun

    first = tuple(dict.fromkeys(one.kpi.id for one in card.rows))[:2]
    trends = begun([operations.trend(workspace, kpi_id, replace(card.question, by="")) for kpi_id in first])
    if ending == ".pdf":
        return export_pdf(card, trends, to, paper=usual_paper())
    return export_png(card, trends, to)


def trend_from_begin(workspace: Workspace, kpi_id: str, question: Question) -> Trend:
    """The trend of a KPI from where its data begin."""
    from kpidesk.core.trends import begun

    return begun([operations.trend(workspace, kpi_id, question)])[0]
