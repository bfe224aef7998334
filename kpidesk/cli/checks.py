"""The commands that look at the set of KPIs: `kpi lint`, `kpi timeline`."""

from __future__ import annotations

from pathlib import Path

import click

from kpidesk.cli.kpis import kpi
from kpidesk.cli.options import FILE, json_option, print_json, workspace_at


@kpi.command("lint")
@click.argument("workspace", type=FILE)
@json_option
@click.pass_context
def kpi_lint(ctx: click.Context, workspace: Path, as_json: bool) -> None:
    """Check the set of active KPIs against sales practice; exit 1 when there is an error."""
    from kpidesk import operations
    from kpidesk.exporting.lint_forms import lint_json, lint_text

    with workspace_at(workspace) as ws:
        findings, late = operations.lint(ws), operations.lateness(ws)
    print_json(lint_json(findings, late)) if as_json else click.echo(lint_text(findings, late))
    ctx.exit(1 if any(one.severity == "error" for one in findings) else 0)


@kpi.command("timeline")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="[KPI]", default="")
@json_option
def kpi_timeline(workspace: Path, kpi_id: str, as_json: bool) -> None:
    """Tell what happened to one KPI or to all: definitions, use, baselines and targets, the newest first."""
    from kpidesk import operations
    from kpidesk.exporting.lint_forms import timeline_json, timeline_text

    with workspace_at(workspace) as ws:
        events = operations.timeline(ws, kpi_id)
    print_json(timeline_json(events)) if as_json else click.echo(timeline_text(events))
