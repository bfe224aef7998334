"""The command about the pipeline: its stages, what is stuck, what moved, and whether it is enough."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, day_option, json_option, print_json, workspace_at


@main.command()
@click.argument("workspace", type=FILE)
@click.option("--scope", default="org", help="org, team:NAME, rep:NAME or unassigned.")
@click.option("--period", default="", help="2017, 2017-Q2, 2017-04, 2017-P04, 2017-W14, last-quarter …")
@click.option("--pipeline", "name", default="", help="Whose stages; otherwise those of the one with most open deals.")
@day_option("--since", "Tell what moved since this day; otherwise since the data before the newest.")
@day_option("--as-of", "With the knowledge of this day only.")
@click.option("--all", "whole", is_flag=True, help="Every deal that is long in its stage, not the first ten alone.")
@json_option
def pipeline(
    workspace: Path, scope: str, period: str, name: str, since: date | None, as_of: date | None, *, whole: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Show stages, deals long in their stage, what moved, and coverage of the target."""
    from kpidesk import operations
    from kpidesk.exporting.pipeline_forms import pipeline_json, pipeline_text

    with workspace_at(workspace) as ws:
        asked = operations.question(ws, scope=scope, period=period, as_of=as_of)
        found = operations.pipeline(ws, asked, pipeline=name, since=since, whole=whole)
    print_json(pipeline_json(found)) if as_json else click.echo(pipeline_text(found, whole=whole))
