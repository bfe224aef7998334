"""The commands about forecasts: what will be booked, what other drivers would bring, and how that went in the past."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, day_option, finish_shown, json_option, print_json, workspace_at

PERIOD = "2017, 2017-Q2, 2017-04, 2017-P04, 2017-W14, this-quarter …"


@main.command()
@click.argument("workspace", type=FILE)
@click.option("--scope", default="org", help="org, team:NAME, rep:NAME or unassigned.")
@click.option("--period", default="", help=PERIOD)
@day_option("--as-of", "With the knowledge of this day only.")
@click.option("--split", default="equal", help="Split pipeline to create over the reps: equal, target or history.")
@click.option(
    "--what-if", "changes", multiple=True, metavar="DRIVER=CHANGE",
    help="Try another driver, for example win_rate=+10%; several times. Also opportunities, deal_size, cycle, "
    "open_deals.",
)  # fmt: skip
@click.option("--quick", is_flag=True, help="Do not check the methods against the past.")
@json_option
def forecast(
    workspace: Path, scope: str, period: str, as_of: date | None, split: str, changes: tuple[str, ...], *,
    quick: bool, as_json: bool,
) -> None:  # fmt: skip
    """Say what a scope will have booked by the end of a period, as ranges, and what that rests on."""
    from kpidesk import operations
    from kpidesk.exporting.forecast_forms import forecast_json, forecast_text

    with workspace_at(workspace) as ws:
        asked = operations.question(ws, scope=scope, period=period, as_of=as_of)
        tried = operations.what_if(ws, asked, operations.read_what_if(changes)) if changes else None
        if not quick:
            finish_shown(operations.backtest(ws, asked))
        found = operations.forecast(ws, asked, split)
    print_json(forecast_json(found, tried)) if as_json else click.echo(forecast_text(found, tried))


@main.command("forecast-backtest")
@click.argument("workspace", type=FILE)
@click.option("--scope", default="org", help="org, team:NAME, rep:NAME or unassigned.")
@click.option("--period", default="", help=PERIOD)
@day_option("--as-of", "With the knowledge of this day only.")
@json_option
def forecast_backtest(workspace: Path, scope: str, period: str, as_of: date | None, *, as_json: bool) -> None:
    """Check each way to forecast against the last closed periods, with only what was known then."""
    from kpidesk import operations
    from kpidesk.exporting.backtest_forms import backtest_json, backtest_text

    with workspace_at(workspace) as ws:
        asked = operations.question(ws, scope=scope, period=period, as_of=as_of)
        found = finish_shown(operations.backtest(ws, asked))
    print_json(backtest_json(found)) if as_json else click.echo(backtest_text(found))


@main.command("forecast-chances")
@click.argument("workspace", type=FILE)
@click.option("--period", default="", help=PERIOD)
@day_option("--as-of", "With the knowledge of this day only.")
@json_option
def forecast_chances(workspace: Path, period: str, as_of: date | None, *, as_json: bool) -> None:
    """Show how often open deals were won in time, by stage and by how many weeks were left."""
    from kpidesk import operations
    from kpidesk.exporting.backtest_forms import chances_json, chances_text

    with workspace_at(workspace) as ws:
        found = operations.win_chances(ws, operations.question(ws, period=period, as_of=as_of))
    print_json(chances_json(found)) if as_json else click.echo(chances_text(found))
