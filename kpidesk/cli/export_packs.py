"""The command that writes copies for a whole team: `export-pack`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import ask, copy_options, day_option, finish_shown, json_option, print_json, workspace_at
from kpidesk.core.export_packs import PACK_FORMS, PackKind, in_order

if TYPE_CHECKING:
    from kpidesk.core.redactions import Redaction


@main.command("export-pack")
@click.argument("workspace", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--what",
    type=click.Choice(get_args(PackKind)),
    multiple=True,
    default=("one-on-ones",),
    help="What each gets; again for more.",
)
@click.option("--to", "to", type=click.Path(path_type=Path), required=True, help="A new folder, FILE.zip or FILE.pdf")
@click.option("--form", type=click.Choice(PACK_FORMS), default="pdf", help="Of the file for each rep.")
@click.option("--scope", default="org", help="org, team:NAME or rep:NAME.")
@click.option("--period", default="", help="2017, 2017-Q2, 2017-04, last-quarter …")
@day_option("--as-of", "With the knowledge of this day only; not of one-on-ones and reviews.")
@copy_options
@json_option
def export_pack(
    workspace: Path, what: tuple[PackKind, ...], to: Path, form: str, paper: str | None, redact: Redaction | None, *,
    as_json: bool, **options: Any,
) -> None:  # fmt: skip
    """Write a file for each rep of a team with nothing of anybody else in it, a list of them, and one with all.

    Of trends, pipelines and forecasts each team gets one too; of reviews each team gets the last of every kind.
    """
    from kpidesk import operations
    from kpidesk.exporting.export_pack_forms import pack_json, pack_text
    from kpidesk.ui.painting.copies import pack_writers
    from kpidesk.ui.painting.paper_size import read_paper

    plain = {"by": "", "periods": 1, "grain": "", "teams": "as-was"}
    with workspace_at(workspace) as ws:
        question = ask(ws, {**plain, **options})
        redactor = operations.redactor(ws, redact) if redact else None
        write, together = pack_writers(read_paper(paper), redactor)
        done = finish_shown(
            operations.export_pack(
                ws, operations.ExportPack(in_order(what), question, to, write, together, f".{form}", redactor)
            )
        )
    print_json(pack_json(done, str(to))) if as_json else click.echo(pack_text(done, str(to)))
