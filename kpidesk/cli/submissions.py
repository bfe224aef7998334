"""The commands about forecasts that people give: given, listed, and how near they came."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, day_option, json_option, print_json, workspace_at

SCOPE = click.option("--scope", default="org", help="org, team:NAME or rep:NAME.")


@main.command()
@click.argument("workspace", type=FILE)
@SCOPE
@click.option("--period", default="", help="The period it is for; otherwise the running quarter.")
@click.option(
    "--commit", default="", metavar="AMOUNT", help="What will be booked by its end, won included.  [required]"
)
@click.option("--best", default="", metavar="AMOUNT", help="The same if all goes well; otherwise the commit.")
@click.option("--pipeline", default="", metavar="AMOUNT", help="Open deals due; otherwise as the data have it.")
@click.option("--note", default="", help="What it rests on.")
@json_option
def submit(
    workspace: Path, scope: str, period: str, commit: str, best: str, pipeline: str, note: str, *, as_json: bool
) -> None:
    """Give the forecast of a rep, a team or the org, today; it stays as it is."""
    from kpidesk import operations
    from kpidesk.exporting.submission_forms import submitted_json, submitted_text

    if not commit:
        raise click.UsageError("Say what will be booked with --commit, for example --commit 240k.")
    with workspace_at(workspace) as ws:
        asked = operations.question(ws, scope=scope, period=period or "this-quarter")
        done = operations.submit_text(ws, asked.scope, asked.period, commit, best, pipeline, note=note)
    print_json(submitted_json(done)) if as_json else click.echo(submitted_text(done))


@main.command("submit-file")
@click.argument("workspace", type=FILE)
@click.argument("file", type=FILE)
@click.option("--period", default="", help="The period of lines that name none; otherwise the running quarter.")
@json_option
def submit_file(workspace: Path, file: Path, period: str, *, as_json: bool) -> None:
    """Give the forecasts of a file with columns scope and commit, and maybe best, pipeline, period and note."""
    from kpidesk import operations
    from kpidesk.exporting.submission_forms import submitted_file_json, submitted_file_text

    with workspace_at(workspace) as ws:
        asked = operations.question(ws, period=period or "this-quarter")
        done = operations.submit_file(ws, file, asked.period)
    print_json(submitted_file_json(done)) if as_json else click.echo(submitted_file_text(done))


@main.command()
@click.argument("workspace", type=FILE)
@click.option("--scope", default="", help="Only those of org, team:NAME or rep:NAME.")
@click.option("--period", default="", help="Only those for this period.")
@day_option("--as-of", "Only those given by this day.")
@json_option
def submissions(workspace: Path, scope: str, period: str, as_of: date | None, *, as_json: bool) -> None:
    """List the forecasts that were given, the newest first, with what was known then."""
    from kpidesk import operations
    from kpidesk.exporting.submission_forms import submission_json, submissions_text

    with workspace_at(workspace) as ws:
        asked = operations.question(ws, scope=scope or "org", period=period)
        found = operations.submissions(
            ws, asked.scope if scope else None, asked.period if period else None, as_of
        )  # fmt: skip
    if as_json:
        print_json({"submissions": [submission_json(one) for one in found]})
    else:
        click.echo(submissions_text(found))


@main.command("forecast-accuracy")
@click.argument("workspace", type=FILE)
@SCOPE
@click.option("--period", default="", help="The last period to look at; otherwise the newest closed quarter.")
@click.option("--periods", default=8, show_default=True, help="How many closed periods.")
@day_option("--as-of", "With the knowledge of this day only.")
@json_option
def accuracy(workspace: Path, scope: str, period: str, periods: int, as_of: date | None, *, as_json: bool) -> None:
    """Tell by how much commits missed what was booked, by the weeks that were left when they were given."""
    from kpidesk import operations
    from kpidesk.exporting.submission_forms import accuracy_json, accuracy_text

    with workspace_at(workspace) as ws:
        asked = operations.question(ws, scope=scope, period=period, as_of=as_of)
        found = operations.forecast_accuracy(ws, asked, periods)
    print_json(accuracy_json(found)) if as_json else click.echo(accuracy_text(found))
