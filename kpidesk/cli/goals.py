"""The commands about goals: `baseline set` first, then `target set`."""

from __future__ import annotations

from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, json_option, print_json, workspace_at


@main.group()
def baseline() -> None:
    """Set the baseline that a target needs."""


@baseline.command("set")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.option("--scope", default="org", help="org, team:NAME or rep:NAME.")
@click.option("--period", default="", help="The period the target will be for; otherwise the next one.")
@click.option("--method", default="", help="trailing_4, same_period_last_year, seasonal …; otherwise chosen.")
@click.option("--value", default="", help="A value typed by hand, for example 25%; needs --reason.")
@click.option("--reason", default="", help="Where a value typed by hand comes from.")
@json_option
def baseline_set(workspace: Path, kpi_id: str, as_json: bool, **given: str) -> None:
    """Freeze a baseline from history, or one typed by hand."""
    from kpidesk import operations
    from kpidesk.exporting.json_form import baseline_json

    with workspace_at(workspace) as ws:
        told = operations.set_baseline_from(ws, kpi_id, **given)
        words = operations.baseline_words(ws, told)
    print_json(baseline_json(told)) if as_json else click.echo(words)


@main.group()
def target() -> None:
    """Set minimum, target and stretch."""


@target.command("set")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.option("--minimum", default="", help="For example 20%, 100000, +0%.  [required]")
@click.option("--target", "aim", default="", help="For example 25%, 120000, +10%, +3pp.  [required]")
@click.option("--stretch", default="", help="For example 30%, 140000, +20%.  [required]")
@click.option("--scope", default="org", help="org, team:NAME or rep:NAME.")
@click.option("--period", default="", help="The period the target is for; otherwise the next one.")
@click.option("--reason", default="", help="Why it is changed.")
@json_option
def target_set(workspace: Path, kpi_id: str, aim: str, as_json: bool, **given: str) -> None:
    """Set the target of a KPI for a scope and period; refused without a baseline."""
    from kpidesk import operations
    from kpidesk.exporting.json_form import target_json

    if not (aim and given["minimum"] and given["stretch"]):
        raise click.UsageError(
            "A target needs all three: --minimum, --target and --stretch, for example "
            "--minimum +0% --target +10% --stretch +20%."
        )
    with workspace_at(workspace) as ws:
        told = operations.set_target_from(ws, kpi_id, target=aim, **given)
        words = operations.target_words(ws, told)
    print_json(target_json(told)) if as_json else click.echo(words)
