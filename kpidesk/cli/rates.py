"""The commands about exchange rates: `rate set` and `rate list`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, day_option, json_option, print_json, workspace_at


@main.group()
def rate() -> None:
    """Set and list exchange rates."""


@rate.command("set")
@click.argument("workspace", type=FILE)
@click.argument("currency")
@click.argument("amount", metavar="RATE")
@click.option("--to", "into", default="", help="The currency it is told in; otherwise the workspace's.")
@day_option("--from", "The first day it holds; otherwise the first that lacks a rate, else today.")
@click.option("--restate", is_flag=True, help="Change amounts of months whose books are closed as well.")
@json_option
def rate_set(
    workspace: Path, currency: str, amount: str, *, into: str, restate: bool, as_json: bool, **given: date | None
) -> None:
    """Set what one unit of a currency is in the workspace's or another: `rate set FILE GBP 1.17 --to EUR`."""
    from kpidesk import operations
    from kpidesk.core.rates import closed_moved
    from kpidesk.exporting.rate_forms import added_text, rate_json

    with workspace_at(workspace) as ws:
        before = operations.rates(ws)
        new = operations.add_rate(ws, currency, amount, given["from"], into=into, restate=restate)
        moved = closed_moved(before, operations.rates(ws))
        own = operations.settings(ws).currency
    print_json(rate_json(new, own)) if as_json else click.echo(added_text(new, own, moved))


@rate.command("list")
@click.argument("workspace", type=FILE)
@json_option
def rate_list(workspace: Path, *, as_json: bool) -> None:
    """List the currencies of the data and the rates that are known, what is missing first."""
    from kpidesk import operations
    from kpidesk.exporting.rate_forms import rates_json, rates_text

    with workspace_at(workspace) as ws:
        found, known, own = operations.currencies(ws), operations.rates(ws), operations.settings(ws).currency
    print_json(rates_json(found, known, own)) if as_json else click.echo(rates_text(found, known, own))
