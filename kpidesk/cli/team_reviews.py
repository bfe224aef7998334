"""The commands about team reviews: prepared, shown, started, closed, and what they agreed settled."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, NUMBER, day_option, json_option, print_json, workspace_at
from kpidesk.core.meetings import KINDS

if TYPE_CHECKING:  # a command imports the operations when it runs, so that --help answers at once
    from kpidesk.core.meetings import Meeting

SCOPE = click.option("--scope", default="org", help="org or team:NAME.")
REVIEW = click.argument("review_id", metavar="REVIEW", type=NUMBER)


@main.group()
def review() -> None:
    """Weekly team reviews, monthly leadership reviews and forecast calls."""


@review.command("list")
@click.argument("workspace", type=FILE)
@click.option("--kind", default="", help="Only weekly, monthly or forecast ones.")
@click.option("--scope", default="", help="Only those with org or team:NAME.")
@json_option
def review_list(workspace: Path, kind: str, scope: str, *, as_json: bool) -> None:
    """List the reviews, the newest first."""
    from kpidesk import operations
    from kpidesk.core.meetings import read_kind
    from kpidesk.exporting.meeting_forms import meeting_json, meetings_text

    with workspace_at(workspace) as ws:
        whose = operations.scopes(ws).find_scope(scope) if scope else None
        found = operations.team_reviews(ws, read_kind(kind) if kind else None, whose)
    if as_json:
        print_json({"reviews": [meeting_json(one) for one in found]})
    else:
        click.echo(meetings_text(found))


@review.command("prepare")
@click.argument("workspace", type=FILE)
@click.option("--kind", type=click.Choice(KINDS), default="weekly", help="Which kind of review.")
@SCOPE
@click.option("--period", default="", help="What it is about; otherwise the last week, month or quarter of the data.")
@json_option
def review_prepare(workspace: Path, kind: str, scope: str, period: str, *, as_json: bool) -> None:
    """Begin a review as a draft that follows the data; one that is not closed yet is taken up again."""
    from kpidesk import operations
    from kpidesk.core.meetings import read_kind

    with workspace_at(workspace) as ws:
        whose = operations.scopes(ws).find_scope(scope)
        about = operations.question(ws, period=period).period if period else None
        done = operations.open_team_review(ws, read_kind(kind), whose, about)
    _print(done, as_json=as_json)


def _print(done: Meeting, *, as_json: bool) -> None:
    from kpidesk.exporting.meeting_forms import meeting_json, meeting_text

    print_json(meeting_json(done)) if as_json else click.echo(meeting_text(done))


@review.command("show")
@click.argument("workspace", type=FILE)
@REVIEW
@click.option("--private", is_flag=True, help="With your own notes.")
@click.option(
    "--all",
    "whole",
    is_flag=True,
    help="Every signal and every deal long in its stage, not the first alone.",
)
@json_option
def review_show(workspace: Path, review_id: int, *, private: bool, whole: bool, as_json: bool) -> None:
    """Show everything that a review shows: as the data are while it is a draft, as they were once it was started."""
    from kpidesk import operations
    from kpidesk.exporting.meeting_forms import sheet_json, sheet_text

    with workspace_at(workspace) as ws:
        found = operations.team_review_sheet(ws, review_id)
    if as_json:
        print_json(sheet_json(found, private=private))
    else:
        click.echo(sheet_text(found, private=private, whole=whole))


@review.command("action")
@click.argument("workspace", type=FILE)
@REVIEW
@click.argument("text")
@click.option("--owner", default="", help="Who will do it.  [required]")
@day_option("--due", "Until when.  [required]")
@click.option("--kpi", "kpi_id", default="", help="The KPI by which it will show.")
@json_option
def review_action(
    workspace: Path, review_id: int, text: str, *, owner: str, due: date | None, kpi_id: str, as_json: bool
) -> None:
    """Write down an action with its owner and day; a review holds five at most."""
    from dataclasses import replace

    from kpidesk import operations
    from kpidesk.core.errors import UserError
    from kpidesk.core.meetings import Action

    if not owner or due is None:
        raise click.UsageError("Say who will do it with --owner, and until when with --due.")
    if not text.strip():
        raise UserError("An action needs words.", "Say what is to be done.")
    with workspace_at(workspace) as ws:
        known = next((one for one in operations.team_reviews(ws) if one.id == review_id), None)
        known = known or operations.team_review_sheet(ws, review_id).meeting
        kpi = operations.find_kpi(ws, kpi_id).id if kpi_id else ""
        done = operations.save_team_review(ws, replace(known, actions=(*known.actions, Action(text, owner, due, kpi))))
    _print(done, as_json=as_json)


@review.command("settle")
@click.argument("workspace", type=FILE)
@click.argument("action_id", metavar="ACTION", type=NUMBER)
@click.argument("state", type=click.Choice(("done", "dropped", "open")))
@click.option("--reason", default="", help="What came of it; not needed for open.")
@json_option
def review_settle(workspace: Path, action_id: int, state: str, reason: str, *, as_json: bool) -> None:
    """Say what became of an action, by its number in `review show --json`."""
    from kpidesk import operations
    from kpidesk.core.meetings import read_action_state
    from kpidesk.exporting.meeting_forms import settled_text

    with workspace_at(workspace) as ws:
        operations.settle_action(ws, action_id, read_action_state(state), reason)
    told = {"id": action_id, "state": state, "reason": reason}
    print_json(told) if as_json else click.echo(settled_text(action_id, state))


@review.command("start")
@click.argument("workspace", type=FILE)
@REVIEW
@json_option
def review_start(workspace: Path, review_id: int, *, as_json: bool) -> None:
    """Seal the numbers of a review; they do not follow the data any more."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        done = operations.start_team_review(ws, review_id).meeting
    _print(done, as_json=as_json)


@review.command("close")
@click.argument("workspace", type=FILE)
@REVIEW
@click.option("--without-action", is_flag=True, help="Close it although nothing was agreed.")
@json_option
def review_close(workspace: Path, review_id: int, *, without_action: bool, as_json: bool) -> None:
    """Freeze a review for good; its open actions are carried to the next one of its kind."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        done = operations.close_team_review(ws, review_id, without_action=without_action).meeting
    _print(done, as_json=as_json)


@review.command("delete")
@click.argument("workspace", type=FILE)
@REVIEW
@json_option
def review_delete(workspace: Path, review_id: int, *, as_json: bool) -> None:
    """Forget a draft; a review that was started is kept."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        operations.delete_team_review(ws, review_id)
    print_json({"deleted": review_id}) if as_json else click.echo(f"Review {review_id} is deleted.")
