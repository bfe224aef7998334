"""The commands that look at the set of KPIs: `kpi lint`, `kpi timeline`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from kpidesk.cli.kpis import kpi
from kpidesk.cli.options import FILE, json_option, print_json, receipts_option, workspace_at

if TYPE_CHECKING:
    from kpidesk.core.lint import Left, LintFinding

One = TypeVar("One", "LintFinding", "Left")


@kpi.command("lint")
@click.argument("workspace", type=FILE)
@click.option("--leave", metavar="RULE[:WHERE]", help="Leave what a rule finds as it is; an error cannot stay.")
@click.option("--reason", default="", metavar="TEXT", help="Why it stays.")
@click.option("--look-again", metavar="RULE[:WHERE]", help="Tell again what was left as it is.")
@json_option
@click.pass_context
def kpi_lint(
    ctx: click.Context, workspace: Path, leave: str | None, reason: str, look_again: str | None, as_json: bool
) -> None:
    """Check the set of active KPIs against sales practice; exit 1 when there is an error."""
    from kpidesk import operations
    from kpidesk.exporting.lint_forms import lint_json, lint_text

    with workspace_at(workspace) as ws:
        if leave is not None:
            operations.leave_findings(ws, _named(leave, operations.lint(ws)), reason)
        if look_again is not None:
            operations.look_again(ws, _named(look_again, operations.left_findings(ws)))
        findings, late, left = operations.lint(ws), operations.lateness(ws), operations.left_findings(ws)
    print_json(lint_json(findings, late, left)) if as_json else click.echo(lint_text(findings, late, left))
    ctx.exit(1 if any(one.severity == "error" for one in findings) else 0)


def _named(text: str, found: Sequence[One]) -> list[One]:
    """What a rule found, everywhere or at one level, function or KPI.

    Raises:
        UserError: it found nothing there.
    """
    from kpidesk.core.errors import UserError

    rule, _, where = text.partition(":")
    chosen = [one for one in found if one.rule == rule and where in ("", one.where)]
    if not chosen:
        known = ", ".join(dict.fromkeys(f"{one.rule}:{one.where}" for one in found)) or "nothing"
        raise UserError(f"The check tells nothing by '{text}'.", f"It tells: {known}.")
    return chosen


@kpi.command("timeline")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="[KPI]", default="")
@receipts_option
@json_option
def kpi_timeline(workspace: Path, kpi_id: str, *, receipts: bool, as_json: bool) -> None:
    """Tell what happened to one KPI or to all: definitions, use, baselines and targets, the newest first."""
    from kpidesk import operations
    from kpidesk.exporting.lint_forms import timeline_json, timeline_text

    with workspace_at(workspace) as ws:
        events = operations.timeline(ws, kpi_id)
    print_json(timeline_json(events)) if as_json else click.echo(timeline_text(events, receipts=receipts))
