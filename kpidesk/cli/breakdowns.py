"""The command `pivot`: a KPI broken down by any field, by two, or by a field over time; saved under a name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpidesk.cli.group import Told, main
from kpidesk.cli.options import (
    FILE,
    Decorated,
    ask,
    copy_options,
    json_option,
    period_options,
    print_json,
    receipts_option,
    workspace_at,
)
from kpidesk.core.breakdowns import MOST_ROWS, PivotTable, View

if TYPE_CHECKING:  # a command imports the operations when it runs, so that --help answers at once
    from kpidesk.core.scorecards import Question
    from kpidesk.core.side_by_side import SideBySide
    from kpidesk.operations import Workspace


class Pivots(Told):
    """Reads `pivot WORKSPACE KPI` as `pivot of WORKSPACE KPI`, so that the usual case needs no further word."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put in the word for the usual case where none is given."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["of", *args]
        return super().parse_args(ctx, args)


@main.group(cls=Pivots)
def pivot() -> None:
    """Break a KPI down by any field, by two, or by a field over time."""


def _question_options(command: Decorated) -> Decorated:
    to = click.option("--to", "to", type=FILE, help="Write it to FILE.pdf, .png, .xlsx, .html or .csv as well.")
    return period_options(to(command))


@pivot.command("of")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.argument("field", required=False, default="")
@click.option("--rows", default="", help="The same as FIELD: lead_source, amount, created_at, rep, a header …")
@click.option("--columns", default="", help="Another field, or period.")
@click.option("--where", default="", help="Only rows that meet this, for example amount > 1000.")
@click.option("--top", type=click.IntRange(1), default=MOST_ROWS, help="How many rows stand by themselves.")
@click.option("--periods", type=click.IntRange(1), default=6, help="How many periods are columns.")
@click.option("--beside", multiple=True, metavar="KPI", help="One more KPI by the same field; several may be given.")
@click.option("--save", "name", default="", help="Keep it under this name.")
@_question_options
@copy_options
@receipts_option
@json_option
def pivot_of(
    workspace: Path, kpi_id: str, field: str, rows: str, columns: str, where: str, name: str, *, top: int,
    periods: int, beside: tuple[str, ...], to: Path | None, as_json: bool, **options: Any,
) -> None:  # fmt: skip
    """Break a KPI down by a FIELD: every part with its share and what it rests on.

    Without a field those by which the KPI can be broken down are named.
    """
    if field and rows:
        raise click.UsageError("FIELD and --rows are the same: give one of them, and --columns for a second field.")
    if beside and columns:
        raise click.UsageError("--beside goes without --columns.")
    view = View(kpi_id, field or rows, columns, where, top, periods, beside)
    _answer(workspace, view, options, to, name=name, as_json=as_json)


@pivot.command("show")
@click.argument("workspace", type=FILE)
@click.argument("name")
@_question_options
@copy_options
@receipts_option
@json_option
def pivot_show(workspace: Path, name: str, *, to: Path | None, as_json: bool, **options: Any) -> None:
    """Show a breakdown that was saved, for any scope and period."""
    _answer(workspace, name, options, to, name="", as_json=as_json)


def _answer(
    workspace: Path, what: View | str, options: dict[str, Any], to: Path | None, *, name: str, as_json: bool
) -> None:
    copies = {name: options.pop(name) for name in ("paper", "redact")}
    receipts = options.pop("receipts")
    from kpidesk import operations
    from kpidesk.exporting.breakdown_forms import any_breakdown_json, any_breakdown_text

    with workspace_at(workspace) as ws:
        if to is not None:
            operations.check_export_path(ws, to)
        question = ask(ws, {**options, "by": "", "periods": 1})
        view = operations.find_view(ws, what).view if isinstance(what, str) else what
        found = _found(ws, view, question)
        if name:
            operations.save_view(ws, name, view, question)
        if to is not None:
            _write(ws, found, to, copies)
    print_json(any_breakdown_json(found)) if as_json else click.echo(any_breakdown_text(found, receipts=receipts))


def _found(ws: Workspace, view: View, question: Question) -> PivotTable | SideBySide:
    from kpidesk import operations

    if view.beside:
        return operations.pivots(ws, view, question)
    return operations.with_changes(ws, operations.pivot(ws, view, question))


def _write(ws: Workspace, found: PivotTable | SideBySide, to: Path, copies: dict[str, Any]) -> None:
    from kpidesk import operations
    from kpidesk.ui.painting.copies import Copying, write_breakdown
    from kpidesk.ui.painting.paper_size import read_paper

    redactor = operations.redactor(ws, copies["redact"]) if copies["redact"] else None
    write_breakdown(found, to, Copying(read_paper(copies["paper"]), redactor=redactor))


@pivot.command("list")
@click.argument("workspace", type=FILE)
@json_option
def pivot_list(workspace: Path, *, as_json: bool) -> None:
    """List the breakdowns that were saved."""
    from kpidesk import operations
    from kpidesk.exporting.breakdown_forms import views_json, views_text

    with workspace_at(workspace) as ws:
        found = operations.views(ws)
    print_json(views_json(found)) if as_json else click.echo(views_text(found))


@pivot.command("delete")
@click.argument("workspace", type=FILE)
@click.argument("name")
@json_option
def pivot_delete(workspace: Path, name: str, *, as_json: bool) -> None:
    """Forget a breakdown that was saved."""
    from kpidesk import operations
    from kpidesk.exporting.breakdown_forms import view_json

    with workspace_at(workspace) as ws:
        gone = operations.delete_view(ws, name)
    print_json(view_json(gone)) if as_json else click.echo(f"Deleted: {gone.name}.")
