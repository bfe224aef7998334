"""The commands about what is due: the calendar, how often, and preparing all one-on-ones of a week."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, day_option, finish_written, json_option, print_json, workspace_at
from kpidesk.core.cadences import KPI, MEETINGS

SCOPE = click.option("--scope", default="org", help="org, team:NAME or rep:NAME.")


@main.command()
@click.argument("workspace", type=FILE)
@day_option("--until", "The last day to look at; otherwise two weeks ahead.")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="Write the meetings to a FILE.ics as well.")
@json_option
def due(workspace: Path, until: date | None, to: Path | None, *, as_json: bool) -> None:
    """List which one-on-ones, reviews and KPIs are due or overdue, and which promises are still open."""
    from kpidesk import operations
    from kpidesk.core.errors import UserError
    from kpidesk.exporting.cadence_forms import calendar_file, calendar_json, calendar_text

    if to is not None and to.suffix.casefold() != ".ics":
        raise UserError(f"'{to.name}' is no calendar file.", "Let its name end with .ics.")
    with workspace_at(workspace) as ws:
        found, promised = operations.agenda(ws, until), operations.still_open(ws)
    if to is not None:
        operations.write_file(to, calendar_file(found).encode())
    print_json(calendar_json(found, promised)) if as_json else click.echo(calendar_text(found, promised))


@main.command("prepare-one-on-ones")
@click.argument("workspace", type=FILE)
@day_option("--until", "Those due by this day; otherwise by the end of this week.")
@json_option
def prepare_one_on_ones(workspace: Path, until: date | None, *, as_json: bool) -> None:
    """Make a draft of the one-on-one with every rep with whom one is due."""
    from kpidesk import operations
    from kpidesk.exporting.cadence_forms import prepared_json, prepared_text

    with workspace_at(workspace) as ws:
        done = finish_written(operations.prepare_one_on_ones(ws, until))
    print_json(prepared_json(done)) if as_json else click.echo(prepared_text(done))


@main.group()
def cadence() -> None:
    """How often meetings are held and KPIs looked at."""


@cadence.command("list")
@click.argument("workspace", type=FILE)
@json_option
def cadence_list(workspace: Path, *, as_json: bool) -> None:
    """List how often something is due, where you have said so."""
    from kpidesk import operations
    from kpidesk.exporting.cadence_forms import cadence_json, cadences_text

    with workspace_at(workspace) as ws:
        found = operations.cadences(ws)
    if as_json:
        print_json({"cadences": [cadence_json(one) for one in found]})
    else:
        click.echo(cadences_text(found))


@cadence.command("set")
@click.argument("workspace", type=FILE)
@click.argument("what")
@click.argument("every")
@SCOPE
@day_option("--from", "Nothing is due before this day; otherwise from today on.")
@json_option
def cadence_set(workspace: Path, what: str, every: str, scope: str, as_json: bool, **given: date | None) -> None:
    """Say how often: WHAT is one-on-one, weekly, monthly, forecast or a KPI, EVERY week, two_weeks, month … never."""
    from kpidesk import operations
    from kpidesk.core.cadences import read_every
    from kpidesk.exporting.cadence_forms import cadence_json, cadences_text

    with workspace_at(workspace) as ws:
        whose, about = operations.scopes(ws).find_scope(scope), operations.read_what(ws, what)
        done = operations.set_cadence(ws, about, whose, read_every(every), given["from"])
        advice = operations.cadence_advice(ws, about)
    if as_json:
        print_json({**cadence_json(done), "advice": advice})
    else:
        click.echo("\n".join(filter(None, (cadences_text((done,)), advice))))


@cadence.command("clear")
@click.argument("workspace", type=FILE)
@click.argument("what")
@SCOPE
@json_option
def cadence_clear(workspace: Path, what: str, scope: str, *, as_json: bool) -> None:
    """Let something be due as often as usual again."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        whose, about = operations.scopes(ws).find_scope(scope), operations.read_what(ws, what)
        operations.clear_cadence(ws, about, whose)
    if as_json:
        print_json({"what": about.removeprefix(KPI), "scope": whose.key})
    else:
        name = MEETINGS[about][0] if about in MEETINGS else about.removeprefix(KPI)
        click.echo(f"As usual again: {name}, {whose.name or 'Organisation'}.")
