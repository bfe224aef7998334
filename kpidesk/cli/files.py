"""The commands that write and keep files: `export`, `check`, `backup`, `restore`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from kpidesk.cli.answers import trend_of
from kpidesk.cli.group import main
from kpidesk.cli.options import (
    FILE,
    ask,
    copy_options,
    finish_shown,
    json_option,
    print_json,
    question_options,
    workspace_at,
)
from kpidesk.cli.reports import REPORTS, paper_about
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Function
from kpidesk.core.trend_layers import LAYERS, Layer
from kpidesk.core.trends import Trend, begun

if TYPE_CHECKING:  # a command imports the operations when it runs, so that --help answers at once
    from kpidesk.core.redactions import Redaction
    from kpidesk.core.reviews import Sheet
    from kpidesk.core.scorecards import Scorecard
    from kpidesk.operations import Workspace
    from kpidesk.ui.painting.copies import Item

ONE_ON_ONE = "one-on-one"
WHAT = ("scorecard", "trend", ONE_ON_ONE, *REPORTS)
TRENDS_BESIDE = 2
ONE_ON_ONE_FORMS = (".pdf", ".html")


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("what", type=click.Choice(WHAT))
@click.option(
    "--to", "to", type=FILE, required=True, help="FILE.pdf, .xlsx, .html, .csv or .png; of a one-on-one .pdf or .html."
)
@click.option("--kpi", "kpi_ids", multiple=True, help="The KPI of a trend, or only these on a scorecard.")
@click.option("--function", type=click.Choice(get_args(Function)), help="On a scorecard, only the KPIs for this one.")
@click.option("--manager-copy", "manager", is_flag=True, help="With private notes and pay: not for others.")
@click.option("--show", "layers", multiple=True, type=click.Choice(LAYERS), help="On a trend; only notes without.")
@copy_options
@question_options
@json_option
def export(
    workspace: Path, what: str, to: Path, kpi_ids: tuple[str, ...], manager: bool, layers: tuple[Layer, ...],
    paper: str | None, redact: Redaction | None, function: Function | None, as_json: bool, **options: Any,
) -> None:  # fmt: skip
    """Write a scorecard, a trend, the one-on-one with a rep (as it was sealed, else a draft) or a report to a file."""
    from kpidesk import operations
    from kpidesk.ui.painting.copies import Copying, write_copy
    from kpidesk.ui.painting.paper_size import read_paper

    if manager and what in ("scorecard", "trend"):
        raise UserError(f"A {what} has no manager's copy.", "Leave --manager-copy out.")
    if function and what != "scorecard":
        raise UserError(f"A {what} takes no --function.", "Give it with a scorecard, or leave it out.")
    if what == ONE_ON_ONE and to.suffix.lower() not in ONE_ON_ONE_FORMS:  # before others are offered
        raise UserError(f"A one-on-one cannot be written as '{to.name}'.", "End the name with .pdf or .html.")
    with workspace_at(workspace) as ws:
        operations.check_export_path(ws, to)
        if function:
            kpi_ids = operations.kpis_for(ws, function, ask(ws, options), kpi_ids)
        item, trends = _item(ws, what, kpi_ids, layers, options)
        redactor = operations.redactor(ws, redact) if redact else None
        write_copy(item, to, Copying(read_paper(paper), manager, redactor, trends))
    print_json({"file": str(to)}) if as_json else click.echo(f"Written to {to}.")


def _item(
    ws: Workspace, what: str, kpi_ids: tuple[str, ...], layers: tuple[Layer, ...], options: dict[str, Any]
) -> tuple[Item, tuple[Trend, ...]]:
    """What is to be written, with the trends that are drawn below it."""
    from kpidesk import operations

    if what == ONE_ON_ONE:
        return _one_on_one(ws, kpi_ids, options), ()
    if what == "scorecard":
        card = operations.with_luck(ws, operations.scorecard(ws, ask(ws, options), kpi_ids))
        return card, _trends_beside(ws, card)
    if what != "trend":
        return paper_about(ws, what, options), ()
    if len(kpi_ids) != 1:
        raise UserError("A trend shows one KPI.", "Name it with --kpi, for example --kpi win_rate.")
    found = trend_of(ws, kpi_ids[0], options)
    return replace(found, layers=frozenset(layers)) if layers else found, ()


def _trends_beside(ws: Workspace, card: Scorecard) -> tuple[Trend, ...]:
    """The trends of the first KPIs of a scorecard that is not broken down."""
    from kpidesk import operations

    if card.question.by:
        return ()
    first = list(dict.fromkeys(row.kpi.id for row in card.rows))[:TRENDS_BESIDE]
    return begun([operations.trend(ws, kpi_id, card.question) for kpi_id in first])


def _one_on_one(ws: Workspace, kpi_ids: tuple[str, ...], options: dict[str, Any]) -> Sheet:
    from kpidesk import operations

    given = [name for name in ("by", "periods", "as_of") if options[name]] + (["kpi"] if kpi_ids else [])
    if given:
        raise UserError(
            f"A one-on-one takes no --{given[0].replace('_', '-')}.", "Say which rep and which period only."
        )
    asked = ask(ws, options)
    return operations.sheet_for(ws, asked.scope, asked.period)


@main.command()
@click.argument("workspace", type=FILE)
@json_option
@click.pass_context
def check(ctx: click.Context, workspace: Path, as_json: bool) -> None:
    """Check that a workspace is whole and that its history adds up."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        report = finish_shown(operations.check(ws))
    if as_json:
        print_json({"ok": report.ok, "problems": list(report.problems)})
    else:
        click.echo("The workspace is whole." if report.ok else "\n".join(report.problems))
    ctx.exit(0 if report.ok else 1)


@main.command()
@click.argument("workspace", type=FILE)
@click.option("--to", "to", type=FILE, help="Where to write it; otherwise the backups folder.")
@json_option
def backup(workspace: Path, to: Path | None, as_json: bool) -> None:
    """Write a verified copy of a workspace."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        made = operations.backup(ws, to)
    print_json({"file": str(made)}) if as_json else click.echo(f"Backed up to {made}.")


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("backup_file", metavar="BACKUP", type=FILE)
@json_option
def restore(workspace: Path, backup_file: Path, as_json: bool) -> None:
    """Put a backup in the place of a workspace; the replaced file is kept beside it."""
    from kpidesk import operations

    kept = operations.restore(workspace, backup_file)
    if as_json:
        print_json({"file": str(workspace), "replaced": str(kept) if kept else None})
    else:
        click.echo(f"{workspace} is restored." + (f" The file it replaced is {kept}." if kept else ""))
