"""The commands about people and teams: list, move and merge people, and say who works part-time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, NUMBER, day_option, json_option, print_json, workspace_at


@main.group()
def people() -> None:
    """List people and teams, move people, say who works part-time, merge those that are one."""


@people.command("list")
@click.argument("workspace", type=FILE)
@day_option("--on", "The day whose teams are shown; otherwise today.")
@json_option
def people_list(workspace: Path, *, on: date | None, as_json: bool) -> None:
    """List teams with their people, owners in no team, names that may be one, and what was merged."""
    from kpidesk import operations
    from kpidesk.exporting.people_forms import roster_json, roster_text

    with workspace_at(workspace) as ws:
        found = operations.roster(ws, on)
    print_json(roster_json(found)) if as_json else click.echo(roster_text(found))


@people.command("move")
@click.argument("workspace", type=FILE)
@click.argument("person")
@click.argument("team")
@day_option("--from", "The first day in the team; otherwise from the beginning.")
@json_option
def people_move(workspace: Path, person: str, team: str, *, as_json: bool, **given: date | None) -> None:
    """Put a person into a team, which is made when there is none of that name; "" puts them into none."""
    from kpidesk import operations
    from kpidesk.exporting.people_forms import change_json, change_text

    with workspace_at(workspace) as ws:
        done = operations.move_people(ws, [operations.find_person(ws, person).id], team, given["from"])
    print_json(change_json(done)) if as_json else click.echo(change_text(done))


@people.command("part-time")
@click.argument("workspace", type=FILE)
@click.argument("person")
@click.argument("share")
@day_option("--from", "The first day on which it holds; otherwise always.")
@json_option
def people_part_time(workspace: Path, person: str, share: str, *, as_json: bool, **given: date | None) -> None:
    """Say which SHARE of full time a person works, such as 60%: of the target of their role they carry as much."""
    from kpidesk import operations
    from kpidesk.exporting.people_forms import change_json, change_text

    with workspace_at(workspace) as ws:
        done = operations.work_share(ws, operations.find_person(ws, person).id, share, given["from"])
    print_json(change_json(done)) if as_json else click.echo(change_text(done))


@people.command("merge")
@click.argument("workspace", type=FILE)
@click.argument("keep")
@click.argument("other")
@click.option("--accounts", is_flag=True, help="Merge two accounts instead of two people.")
@click.option("--deals", is_flag=True, help="Merge two deals instead, each by its id or as SOURCE:ID.")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and change nothing.")
@json_option
def people_merge(
    workspace: Path, keep: str, other: str, *, accounts: bool, deals: bool, dry_run: bool, as_json: bool
) -> None:
    """Let OTHER count as KEEP from the beginning: two names of one person or account, or two deals that are one."""
    from kpidesk import operations
    from kpidesk.core.roster import RosterChange
    from kpidesk.exporting.people_forms import change_json, change_text, preview_text

    if accounts and deals:
        raise click.UsageError("Use either --accounts or --deals.")
    kind: operations.MergeKind = "deal" if deals else "account" if accounts else "person"
    with workspace_at(workspace) as ws:
        both = [operations.find_mergeable(ws, kind, name) for name in (keep, other)]
        if dry_run:
            preview = operations.merge_preview(ws, kind, both[0], both[1])
            told = change_json(RosterChange(preview.words)) if as_json else preview_text(preview)
        else:
            done = operations.merge(ws, kind, both[0], both[1])
            told = change_json(*done) if as_json else change_text(*done)
    click.echo(told) if isinstance(told, str) else print_json(told)


@people.command("split")
@click.argument("workspace", type=FILE)
@click.argument("merge", type=NUMBER)
@json_option
def people_split(workspace: Path, merge: int, *, as_json: bool) -> None:
    """Tell apart again what was merged: MERGE is its number in `people list`."""
    from kpidesk import operations
    from kpidesk.exporting.people_forms import change_json, change_text

    with workspace_at(workspace) as ws:
        done = operations.split(ws, merge)
    print_json(change_json(done)) if as_json else click.echo(change_text(done))
