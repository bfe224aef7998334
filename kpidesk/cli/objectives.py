"""The commands about what is to be reached: `objective`, `focus`, and `value` for KPIs that are typed in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, json_option, print_json, workspace_at

if TYPE_CHECKING:  # a command imports the operations when it runs, so that --help answers at once
    from kpidesk.operations import Workspace


def _names(ws: Workspace) -> dict[str, str]:
    from kpidesk import operations

    return {entry.kpi.id: entry.kpi.name for entry in operations.kpis(ws)}


@main.group()
def objective() -> None:
    """Say what is to be reached, and which KPIs tell."""


@objective.command("list")
@click.argument("workspace", type=FILE)
@json_option
def objective_list(workspace: Path, *, as_json: bool) -> None:
    """List the objectives as a tree, with owner, KPIs and what is wrong with their number."""
    from kpidesk import operations
    from kpidesk.exporting.objective_forms import objectives_json, objectives_text

    with workspace_at(workspace) as ws:
        found, names = operations.objectives(ws), _names(ws)
    print_json(objectives_json(found)) if as_json else click.echo(objectives_text(found, names))


@objective.command("guide")
@click.argument("workspace", type=FILE)
@click.argument("aim")
@json_option
def objective_guide(workspace: Path, aim: str, *, as_json: bool) -> None:
    """Propose KPIs for an AIM: your own words, or bookings, customers, pipeline, winning, cost, ramping, forecast."""
    from kpidesk import operations
    from kpidesk.exporting.objective_forms import guide_json, guide_text

    with workspace_at(workspace) as ws:
        found = operations.propose_for(ws, aim)
    print_json(guide_json(found)) if as_json else click.echo(guide_text(found))


@objective.command("add")
@click.argument("workspace", type=FILE)
@click.argument("name")
@click.option("--why", default="", help="Why it matters.")
@click.option("--owner", default="", help="Whose it is.")
@click.option("--under", default="", help="The objective above: its name or number.")
@click.option("--kpi", "kpi_ids", multiple=True, help="A KPI that tells whether it is reached; several times.")
@json_option
def objective_add(workspace: Path, name: str, kpi_ids: tuple[str, ...], *, as_json: bool, **given: str) -> None:
    """Add an objective, at the top or under another one."""
    from kpidesk import operations
    from kpidesk.exporting.objective_forms import objective_json

    with workspace_at(workspace) as ws:
        done = operations.add_objective(ws, name, kpi_ids=kpi_ids, **given)
    print_json(objective_json(done)) if as_json else click.echo(f"Objective {done.id} added: {done.name}.")


@objective.command("change")
@click.argument("workspace", type=FILE)
@click.argument("objective_id", metavar="OBJECTIVE")
@click.option("--name", default=None, help="A new name.")
@click.option("--why", default=None, help="Why it matters.")
@click.option("--owner", default=None, help="Whose it is.")
@click.option("--under", default=None, help='The objective above; "" puts it at the top.')
@click.option("--attach", multiple=True, help="A KPI that tells whether it is reached; several times.")
@click.option("--detach", multiple=True, help="A KPI that no longer does; several times.")
@json_option
def objective_change(
    workspace: Path, objective_id: str, attach: tuple[str, ...], detach: tuple[str, ...], *, as_json: bool,
    **given: str | None,
) -> None:  # fmt: skip
    """Change an objective, named or by its number: what is not given stays."""
    from kpidesk import operations
    from kpidesk.exporting.objective_forms import objective_json

    with workspace_at(workspace) as ws:
        done = operations.change_objective(ws, objective_id, attach=attach, detach=detach, **given)
    print_json(objective_json(done)) if as_json else click.echo(f"Objective {done.id} changed: {done.name}.")


@objective.command("retire")
@click.argument("workspace", type=FILE)
@click.argument("objective_id", metavar="OBJECTIVE")
@click.option("--back", is_flag=True, help="Take it into use again.")
@json_option
def objective_retire(workspace: Path, objective_id: str, *, back: bool, as_json: bool) -> None:
    """Take an objective and those below it out of use; they stay readable."""
    from kpidesk import operations
    from kpidesk.exporting.objective_forms import objective_json

    with workspace_at(workspace) as ws:
        done = operations.retire_objective(ws, objective_id, back=back)
    if as_json:
        print_json({"objectives": [objective_json(one) for one in done]})
    else:
        words = "In use again" if back else "Out of use"
        click.echo(f"{words}: {', '.join(one.name for one in done)}." if done else "Nothing to change.")


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("kpi_ids", metavar="[KPI] [KPI]", nargs=-1)
@click.option("--scope", default="org", help="org, team:NAME or rep:NAME.")
@click.option("--none", "cleared", is_flag=True, help="Take the choice back: what is chosen above it holds again.")
@json_option
def focus(workspace: Path, kpi_ids: tuple[str, ...], scope: str, *, cleared: bool, as_json: bool) -> None:
    """Show, or choose, the two KPIs that a scope looks at first."""
    from kpidesk import operations
    from kpidesk.exporting.objective_forms import focus_json, focus_text

    if cleared and kpi_ids:
        raise click.UsageError("Name KPIs, or take the choice back with --none, not both.")
    with workspace_at(workspace) as ws:
        whose, names = operations.scopes(ws).find_scope(scope), _names(ws)
        found = operations.set_focus(ws, whose, kpi_ids) if kpi_ids or cleared else operations.focus(ws, whose)
    print_json(focus_json(found, whose)) if as_json else click.echo(focus_text(found, whose, names))


@main.group("value")
def typed_value() -> None:
    """Type in the values of KPIs that no file can tell."""


@typed_value.command("add")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.option("--scope", default="org", help="org, team:NAME or rep:NAME.")
@click.option("--period", default="", help="The period it is for; otherwise the last quarter with data.")
@click.option("--value", default="", help="For example 8.6 or 85%.  [required]")
@click.option("--n", default="", help="How many answers it rests on.")
@click.option("--evidence", default="", help="Where it comes from.  [required]")
@json_option
def value_add(workspace: Path, kpi_id: str, *, as_json: bool, **given: str) -> None:
    """Type in the value of a KPI for a scope and period; an earlier one stays readable."""
    from kpidesk import operations
    from kpidesk.exporting.objective_forms import entry_json

    if not (given["value"] and given["evidence"]):
        raise click.UsageError("A value needs --value and --evidence, for example --value 8.6 --evidence 'Survey'.")
    with workspace_at(workspace) as ws:
        done = operations.add_entry_from(ws, kpi_id, **given)
        words = operations.entry_words(ws, done)
    print_json(entry_json(done)) if as_json else click.echo(words)


@typed_value.command("list")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="[KPI]", required=False, default="")
@click.option("--replaced", is_flag=True, help="Also list what a newer value took the place of.")
@json_option
def value_list(workspace: Path, kpi_id: str, *, replaced: bool, as_json: bool) -> None:
    """List what is typed in, of one KPI or of all."""
    from kpidesk import operations
    from kpidesk.exporting.objective_forms import entries_json, entries_text

    with workspace_at(workspace) as ws:
        found = operations.list_entries(ws, kpi_id, replaced=replaced)
        words = [operations.entry_words(ws, one) for one in found]
    print_json(entries_json(found)) if as_json else click.echo(entries_text(words))
