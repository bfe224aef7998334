"""The commands about the rows behind a number: `rows`, and `receipt`, which proves a printed one again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, ask, json_option, print_json, question_options, workspace_at
from kpidesk.core.errors import UserError

if TYPE_CHECKING:
    from kpidesk.core.scorecards import Question

LEFT_OUT = "List the rows that come near but do not count as well."


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
@click.option("--left-out", is_flag=True, help=LEFT_OUT)
@json_option
def rows(workspace: Path, kpi: str, left_out: bool, as_json: bool, **options: Any) -> None:
    """List every row behind one number: of one scope in one period."""
    from kpidesk import operations
    from kpidesk.exporting.receipt_forms import receipt_json, receipt_text

    with workspace_at(workspace) as ws:
        asked = _one_number(ask(ws, options))
        found = operations.rows(ws, kpi, asked)
        others = operations.left_out(ws, kpi, asked, with_rows=left_out)
    print_json(receipt_json(found, others)) if as_json else click.echo(receipt_text(found, others))


@main.command()
@click.argument("code")
@click.argument("workspace", type=FILE)
@click.option("--left-out", is_flag=True, help=LEFT_OUT)
@json_option
def receipt(code: str, workspace: Path, left_out: bool, as_json: bool) -> None:
    """Prove the number of a printed receipt again, or say what was changed since."""
    from kpidesk import operations
    from kpidesk.exporting.receipt_forms import replay_json, replay_text

    if Path(code).is_file():
        advice = "Write the code first: kpidesk receipt CODE WORKSPACE"
        raise UserError(f"'{code}' is a file and no receipt code.", advice)
    with workspace_at(workspace) as ws:
        found = operations.replay(ws, code)
        asked = found.receipt.question
        others = operations.left_out(ws, found.receipt.kpi.id, asked, with_rows=left_out)
    print_json(replay_json(found, others)) if as_json else click.echo(replay_text(found, others))
