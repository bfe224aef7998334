"""The commands about initiatives: kept, listed, read out and dropped."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, day_option, json_option, print_json, workspace_at
from kpidesk.core.periods import parse_day


@main.group()
def initiative() -> None:
    """What was begun in order to move KPIs, and whether they moved."""


@initiative.command("add")
@click.argument("workspace", type=FILE)
@click.argument("name")
@click.option("--start", default="", metavar="DATE", help="The first day.  [required]")
@click.option("--end", default="", metavar="DATE", help="The last day; without one it goes on.")
@click.option("--scope", default="org", help="org, team:NAME or rep:NAME.")
@click.option("--control", default="", help="A team or rep that it was not begun for, to compare with.")
@click.option(
    "--kpi", "kpis", multiple=True, help="A KPI to move, with the change expected: win_rate=+10%; several times."
)
@click.option("--for-leaders", default="", help="How it is told upwards.")
@click.option("--for-reps", default="", help="How it is told to the reps.")
@json_option
def initiative_add(
    workspace: Path, name: str, start: str, end: str, kpis: tuple[str, ...], *, as_json: bool, **given: str
) -> None:
    """Add an initiative with the KPIs that it is to move."""
    from kpidesk import operations
    from kpidesk.exporting.initiative_forms import initiative_json

    if not start:
        raise click.UsageError("Say when it begins with --start.")
    last = parse_day(end) if end else None
    with workspace_at(workspace) as ws:
        done = operations.add_initiative(ws, name, parse_day(start), end=last, kpis=kpis, **given)
    print_json(initiative_json(done)) if as_json else click.echo(f"Initiative {done.id} added: {done.name}.")


@initiative.command("list")
@click.argument("workspace", type=FILE)
@click.option("--dropped", is_flag=True, help="Also those that were dropped.")
@json_option
def initiative_list(workspace: Path, *, dropped: bool, as_json: bool) -> None:
    """List the initiatives, the newest first."""
    from kpidesk import operations
    from kpidesk.exporting.initiative_forms import initiative_json, initiatives_text

    with workspace_at(workspace) as ws:
        found = operations.initiatives(ws, dropped=dropped)
    if as_json:
        print_json({"initiatives": [initiative_json(one) for one in found]})
    else:
        click.echo(initiatives_text(found))


@initiative.command("show")
@click.argument("workspace", type=FILE)
@click.argument("initiative_id", metavar="INITIATIVE")
@day_option("--as-of", "With the knowledge of this day only.")
@json_option
def initiative_show(workspace: Path, initiative_id: str, as_of: date | None, *, as_json: bool) -> None:
    """Tell whether the KPIs of an initiative, by its name or number, moved since it began."""
    from kpidesk import operations
    from kpidesk.exporting.initiative_forms import readout_json, readout_text

    with workspace_at(workspace) as ws:
        found = operations.readout(ws, operations.find_initiative(ws, initiative_id), as_of)
    print_json(readout_json(found)) if as_json else click.echo(readout_text(found))


@initiative.command("drop")
@click.argument("workspace", type=FILE)
@click.argument("initiative_id", metavar="INITIATIVE")
@click.option("--back", is_flag=True, help="Take it up again.")
@json_option
def initiative_drop(workspace: Path, initiative_id: str, *, back: bool, as_json: bool) -> None:
    """Put an initiative aside; it stays readable."""
    from kpidesk import operations
    from kpidesk.exporting.initiative_forms import initiative_json

    with workspace_at(workspace) as ws:
        done = operations.drop_initiative(ws, initiative_id, back=back)
    words = "Taken up again" if back else "Dropped"
    print_json(initiative_json(done)) if as_json else click.echo(f"{words}: {done.name}.")
