"""The commands `why` and `compare`: what a change is made of, and which reps differ by more than luck."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import (
    FILE,
    ask,
    copy_options,
    json_option,
    period_options,
    print_json,
    receipts_option,
    workspace_at,
)

if TYPE_CHECKING:
    from kpidesk.core.peers import By
    from kpidesk.core.redactions import Redaction

CHART_FORMS = (".pdf", ".png", ".svg", ".xlsx", ".html", ".csv")


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.option(
    "--against",
    default="previous",
    metavar="previous|last-year|target|SCOPE",
    help="What it is held against; a rate or an average also against another team or rep.",
)
@click.option("--to", "to", type=FILE, help="Write it to FILE.pdf, .png, .xlsx, .html or .csv as well.")
@click.option("--split", is_flag=True, help="Split it by its parts also where luck explains it.")
@click.option("--by", default="", metavar="FIELD", help="Split it by this field first, also where luck explains it.")
@copy_options
@period_options
@receipts_option
@json_option
def why(
    workspace: Path, kpi_id: str, against: str, to: Path | None, paper: str | None, redact: Redaction | None, *,
    split: bool, by: str, receipts: bool, as_json: bool, **options: Any,
) -> None:  # fmt: skip
    """Say why a KPI changed or lies off its target: nothing where luck explains it, else parts that add up."""
    from kpidesk import operations
    from kpidesk.exporting.cause_forms import why_json, why_text

    with workspace_at(workspace) as ws:
        if to is not None:
            operations.check_export_path(ws, to)
        held_against = operations.read_against(ws, against)
        question = ask(ws, {**options, "by": "", "periods": 1})
        found = operations.why(ws, kpi_id, question, held_against, whole=split or bool(by), by=by)
        redactor = operations.redactor(ws, redact) if redact else None
    if to is not None:
        from kpidesk.core.why_paper import why_paper
        from kpidesk.ui.painting.copies import Copying, write_copy
        from kpidesk.ui.painting.paper_size import read_paper

        write_copy(why_paper(found), to, Copying(read_paper(paper), redactor=redactor))
    print_json(why_json(found)) if as_json else click.echo(why_text(found, receipts=receipts))


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.option("--by", type=click.Choice(("rep", "team")), default="rep", help="Reps or teams.")
@click.option("--to", "to", type=FILE, help="Write it to FILE.pdf, .png, .svg, .xlsx, .html or .csv as well.")
@copy_options
@period_options
@receipts_option
@json_option
def compare(
    workspace: Path, kpi_id: str, by: By, to: Path | None, paper: str | None, redact: Redaction | None, *,
    receipts: bool, as_json: bool, **options: Any,
) -> None:  # fmt: skip
    """Compare reps or teams on one KPI, like for like: who differs by more than luck, and who does not."""
    from kpidesk import operations
    from kpidesk.exporting.cause_forms import comparison_json, comparison_text

    with workspace_at(workspace) as ws:
        if to is not None:
            operations.check_export_path(ws, to, CHART_FORMS)
        found = operations.compare(ws, kpi_id, ask(ws, {**options, "by": "", "periods": 1}), by)
        redactor = operations.redactor(ws, redact) if redact else None
    if to is not None:
        from kpidesk.ui.painting.copies import Copying, write_comparison
        from kpidesk.ui.painting.paper_size import read_paper

        write_comparison(found, to, Copying(read_paper(paper), redactor=redactor))
    print_json(comparison_json(found)) if as_json else click.echo(comparison_text(found, receipts=receipts))
