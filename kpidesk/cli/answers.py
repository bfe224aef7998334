"""The commands that answer: `evaluate`, `scorecard`, `trend`, `rows`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import (
    FILE,
    ask,
    json_option,
    pointing_into,
    print_json,
    question_options,
    receipts_option,
    workspace_at,
)
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Function

if TYPE_CHECKING:  # a command imports the operations when it runs, so that --help answers at once
    from kpidesk.core.scorecards import Scorecard
    from kpidesk.core.trends import Trend
    from kpidesk.operations import Workspace

TREND_PERIODS = 13


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("formula")
@question_options
@json_option
def evaluate(workspace: Path, formula: str, as_json: bool, **options: Any) -> None:
    """Evaluate a formula, for example "count(deals where won on closed_at)"."""
    from kpidesk import operations

    with workspace_at(workspace) as ws, pointing_into(formula):
        card = operations.with_luck(ws, operations.evaluate(ws, formula, ask(ws, options)))
    show_card(card, as_json=as_json)


def show_card(card: Scorecard, *, receipts: bool = True, as_json: bool) -> None:
    """Print a scorecard as text, with or without the codes of its receipts, or as JSON."""
    from kpidesk.exporting.json_form import scorecard_json
    from kpidesk.exporting.text_form import scorecard_text

    print_json(scorecard_json(card)) if as_json else click.echo(scorecard_text(card, receipts=receipts))


@main.command()
@click.argument("workspace", type=FILE)
@click.option("--kpi", "kpi_ids", multiple=True, help="Only this KPI; may be given several times.")
@click.option("--function", type=click.Choice(get_args(Function)), help="Only the KPIs for this function.")
@question_options
@receipts_option
@json_option
def scorecard(
    workspace: Path, kpi_ids: tuple[str, ...], function: Function | None, *, receipts: bool, as_json: bool,
    **options: Any,
) -> None:  # fmt: skip
    """Show the active KPIs of a scope in a period."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        question = ask(ws, options)
        wanted = operations.kpis_for(ws, function, question, kpi_ids) if function else kpi_ids
        card = operations.with_luck(ws, operations.scorecard(ws, question, wanted))
    show_card(card, receipts=receipts, as_json=as_json)


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("kpi")
@question_options
@click.option("--ahead", metavar="KPI", default="", help="A leading KPI to show beside it, by the weeks it runs ahead.")
@receipts_option
@json_option
def trend(workspace: Path, kpi: str, ahead: str, *, receipts: bool, as_json: bool, **options: Any) -> None:
    """Show one KPI over periods."""
    from kpidesk import operations
    from kpidesk.exporting.text_form import trend_text
    from kpidesk.exporting.trend_forms import trend_answer

    with workspace_at(workspace) as ws:
        found = trend_of(ws, kpi, options)
        found = operations.look_ahead(ws, found, ahead) if ahead else found
    print_json(trend_answer(found)) if as_json else click.echo(trend_text(found, receipts=receipts))


def trend_of(ws: Workspace, kpi_id: str, options: dict[str, Any]) -> Trend:
    """The trend that the options of a command ask for."""
    from kpidesk import operations

    if options["by"]:
        raise UserError("A trend shows one scope.", "Name it with --scope and leave out --by.")
    shown = operations.trend(ws, kpi_id, ask(ws, options), options["periods"] or TREND_PERIODS)
    return operations.explain_trend(ws, shown)
