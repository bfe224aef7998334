"""The commands about the rows behind a number: `rows`, and `receipt`, which proves a printed one again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import (
    FILE,
    Decorated,
    ask,
    finish_shown,
    json_option,
    print_json,
    question_options,
    workspace_at,
)
from kpidesk.core.errors import UserError
from kpidesk.core.wording import counted

if TYPE_CHECKING:
    from kpidesk.core.receipts import Receipt
    from kpidesk.core.scorecards import Question
    from kpidesk.operations import Workspace

HEAD = 100
"""So many rows are listed on a terminal."""


def _listing_options(command: Decorated) -> Decorated:
    """Add the options that say which rows are listed, and where."""
    for option in (
        click.option("--to", type=FILE, help="Write every row behind the number to FILE.csv or .xlsx as well."),
        click.option("--all", "whole", is_flag=True,
                     help=f"Every row on a terminal too, not the first {HEAD}; a pipe, a file and --json have all."),
        click.option("--left-out", is_flag=True, help="List the rows that come near but do not count as well."),
    ):  # fmt: skip
        command = option(command)
    return command


def _listed(*, whole: bool, as_json: bool) -> int | None:
    """How many rows are listed; None for all."""
    from kpidesk.exporting.receipt_forms import rows_listed

    return None if whole or as_json else rows_listed(HEAD)


def _check_place(ws: Workspace, to: Path | None) -> None:
    """Refuse a file that cannot be written before the rows are looked for."""
    from kpidesk import operations
    from kpidesk.core.receipts import ROW_FORMS

    if to is not None:
        operations.check_export_path(ws, to, ROW_FORMS)


def _written(ws: Workspace, found: Receipt, to: Path | None) -> str:
    """Write every row where a file is wanted, and say how many; empty where none is."""
    from kpidesk import operations

    return f"\n\n{to}: {counted(finish_shown(operations.export_receipt(ws, found, to)), 'row')}." if to else ""


def _one_number(asked: Question) -> Question:
    """A question about one scope in one period; any other is refused."""
    if asked.by:
        raise UserError("The rows are those behind one number.", "Name its scope with --scope and leave out --by.")
    if asked.periods > 1:
        raise UserError(
            "The rows are those behind one number.",
            "Name its period with --period and leave out --periods and --grain.",
        )
    return asked


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("kpi")
@question_options
@_listing_options
@json_option
def rows(
    workspace: Path, kpi: str, left_out: bool, whole: bool, to: Path | None, as_json: bool, **options: Any
) -> None:
    """List every row behind one number: of one scope in one period."""
    from kpidesk import operations
    from kpidesk.exporting.receipt_forms import receipt_json, receipt_text, with_first

    with workspace_at(workspace) as ws:
        asked = _one_number(ask(ws, options))
        _check_place(ws, to)
        first = _listed(whole=whole, as_json=as_json)
        found = operations.rows(ws, kpi, asked, first=first)
        written = _written(ws, found, to)
        others = operations.left_out(ws, kpi, asked, with_rows=left_out, first=first)
    print_json(receipt_json(found, others)) if as_json else click.echo(
        receipt_text(with_first(found, first), others) + written
    )


@main.command()
@click.argument("code")
@click.argument("workspace", type=FILE)
@_listing_options
@json_option
def receipt(code: str, workspace: Path, left_out: bool, whole: bool, to: Path | None, as_json: bool) -> None:
    """Prove the number of a printed receipt again, or say what was changed since."""
    from kpidesk import operations
    from kpidesk.exporting.receipt_forms import replay_json, replay_text, with_first

    if Path(code).is_file():
        advice = "Write the code first: kpidesk receipt CODE WORKSPACE"
        raise UserError(f"'{code}' is a file and no receipt code.", advice)
    with workspace_at(workspace) as ws:
        _check_place(ws, to)
        first = _listed(whole=whole, as_json=as_json)
        found = operations.replay(ws, code, first=first)
        kpi_id, asked = found.receipt.kpi.id, found.receipt.question
        written = _written(ws, found.receipt, to)
        others = operations.left_out(ws, kpi_id, asked, with_rows=left_out, first=first)
    shown = replace(found, receipt=with_first(found.receipt, first))
    print_json(replay_json(found, others)) if as_json else click.echo(replay_text(shown, others) + written)
