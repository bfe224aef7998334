"""The commands about numbers for formulas: `param set` and `param list`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, json_option, print_json, workspace_at

if TYPE_CHECKING:  # a command imports the operations when it runs, so that --help answers at once
    from kpidesk.operations import Parameter


@main.group()
def param() -> None:
    """Set and list the numbers that formulas need and no file tells."""


@param.command("set")
@click.argument("workspace", type=FILE)
@click.argument("name")
@click.argument("value")
@json_option
def param_set(workspace: Path, name: str, value: str, *, as_json: bool) -> None:
    """Set a number that formulas use by name: `param set FILE gross_margin 80%`."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        new = operations.set_parameter(ws, name, value)
    print_json(_plain(new)) if as_json else click.echo(_line(new))


@param.command("list")
@click.argument("workspace", type=FILE)
@json_option
def param_list(workspace: Path, *, as_json: bool) -> None:
    """List the numbers that formulas use, with their values and the KPIs that need them."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        found = operations.parameters(ws)
    if as_json:
        print_json({"parameters": [_plain(one) for one in found]})
        return
    for one in found:
        click.echo(_line(one))
    if not found:
        click.echo("No KPI needs a number that is not in the files.")


def _plain(one: Parameter) -> dict[str, object]:
    return {"name": one.name, "value": one.value, "help": one.help, "used_by": list(one.used_by)}


def _line(one: Parameter) -> str:
    value = "not set" if one.value is None else f"{one.value:.15g}"
    used = f"\n  Used by {', '.join(one.used_by)}." if one.used_by else ""
    return f"{one.name} = {value}. {one.help}".rstrip() + used
