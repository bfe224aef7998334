"""The commands about people and teams: list, move and merge people, and say who works part-time."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, NUMBER, day_option, json_option, print_json, workspace_at

if TYPE_CHECKING:
    from kpidesk.core.roster import MergeKind

KIND_OPTIONS = {"person": "people", "account": "accounts", "deal": "deals"}
"""The option for each kind of what may be one."""


@main.group()
def people() -> None:
    """List people and teams, move people, say who works part-time, merge those that are one."""


@people.command("list")
@click.argument("workspace", type=FILE)
@day_option("--on", "The day whose teams are shown; otherwise today.")
@json_option
def people_list(workspace: Path, *, on: date | None, as_json: bool) -> None:
    """List teams with their people, owners in no team, names that may be one, and what was said of them."""
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

    kind = _kind(accounts=accounts, deals=deals)
    with workspace_at(workspace) as ws:
        both = [operations.find_mergeable(ws, kind, name) for name in (keep, other)]
        if dry_run:
            preview = operations.merge_preview(ws, kind, both[0], both[1])
            told = change_json(RosterChange(preview.words)) if as_json else preview_text(preview)
        else:
            done = operations.merge(ws, kind, both[0], both[1])
            told = change_json(done) if as_json else change_text(done)
    click.echo(told) if isinstance(told, str) else print_json(told)


def _kind(*, accounts: bool, deals: bool) -> MergeKind:
    if accounts and deals:
        raise click.UsageError("Use either --accounts or --deals.")
    return "deal" if deals else "account" if accounts else "person"


@people.command("merge-alike")
@click.argument("workspace", type=FILE)
@click.option("--people", is_flag=True, help="Merge the people that may be one.")
@click.option("--accounts", is_flag=True, help="Merge the accounts that may be one.")
@click.option("--deals", is_flag=True, help="Merge the deals of two sources that may be one.")
@click.option("--dry-run", is_flag=True, help="Say what it would merge, and change nothing.")
@json_option
def people_merge_alike(workspace: Path, *, dry_run: bool, as_json: bool, **kinds: bool) -> None:
    """Merge every pair that `people list` offers of a kind, the first leading; say before which of them are two."""
    from kpidesk import operations
    from kpidesk.core.roster import RosterChange
    from kpidesk.exporting.people_forms import change_json, change_text, pairs_text

    wanted = {kind for kind, option in KIND_OPTIONS.items() if kinds[option]}
    if not wanted:
        raise click.UsageError("Say what is merged: --people, --accounts or --deals.")
    with workspace_at(workspace) as ws:
        pairs = [one for one in operations.alike(ws) if one.kind in wanted]
        if dry_run or not pairs:
            told = f"{len(pairs)} pairs may be one." if len(pairs) != 1 else "1 pair may be one."
            change, shown = RosterChange(told), pairs_text(pairs) if pairs else told
        else:
            change = operations.merge_pairs(ws, pairs)
            shown = change_text(change)
    print_json(change_json(change)) if as_json else click.echo(shown)


@people.command("apart")
@click.argument("workspace", type=FILE)
@click.argument("one")
@click.argument("other")
@click.option("--accounts", is_flag=True, help="Speak of two accounts instead of two people.")
@click.option("--deals", is_flag=True, help="Speak of two deals instead, each by its id or as SOURCE:ID.")
@json_option
def people_apart(workspace: Path, one: str, other: str, *, accounts: bool, deals: bool, as_json: bool) -> None:
    """Say that ONE and OTHER are two, however alike: they are not offered as one again."""
    from kpidesk import operations
    from kpidesk.core.roster import Likeness
    from kpidesk.exporting.people_forms import change_json, change_text

    kind = _kind(accounts=accounts, deals=deals)
    with workspace_at(workspace) as ws:
        both = [operations.find_mergeable(ws, kind, name) for name in (one, other)]
        done = operations.keep_apart(ws, [Likeness(kind, both[0], one, both[1], other, 1.0, "")])
    print_json(change_json(done)) if as_json else click.echo(change_text(done))


@people.command("offer-again")
@click.argument("workspace", type=FILE)
@click.argument("pairs", type=NUMBER, nargs=-1, required=True)
@json_option
def people_offer_again(workspace: Path, pairs: tuple[int, ...], *, as_json: bool) -> None:
    """Take back that PAIRS are two, by their numbers in `people list`."""
    from kpidesk import operations
    from kpidesk.exporting.people_forms import change_json, change_text

    with workspace_at(workspace) as ws:
        done = operations.offer_again(ws, pairs)
    print_json(change_json(done)) if as_json else click.echo(change_text(done))


@people.command("split")
@click.argument("workspace", type=FILE)
@click.argument("merges", type=NUMBER, nargs=-1, required=True)
@json_option
def people_split(workspace: Path, merges: tuple[int, ...], *, as_json: bool) -> None:
    """Tell apart again what was merged: MERGES are its numbers in `people list`; all of them or none."""
    from kpidesk import operations
    from kpidesk.exporting.people_forms import change_json, change_text

    with workspace_at(workspace) as ws:
        done = operations.split_merges(ws, merges)
    print_json(change_json(done)) if as_json else click.echo(change_text(done))
