"""The commands that open the window: `open` and `demo`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, finish_shown, json_option
from kpidesk.core.errors import UserError

if TYPE_CHECKING:  # a command imports the operations when it runs, so that --help answers at once
    from kpidesk.operations import Demo

MOST_WEEKS = 26


@main.command("open")
@click.argument("workspace", type=FILE, required=False)
def open_window(workspace: Path | None) -> None:
    """Open the window, with a workspace when one is named."""
    from kpidesk import app

    if workspace is not None and not workspace.exists():
        raise UserError(f"There is no workspace '{workspace}'.", "Check the name, or import a file to make one.")
    sys.exit(app.run(workspace))


@main.command()
@click.option("--headless", is_flag=True, help="Do not open the window.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("kpidesk-demo"),
    help="Folder to write to; otherwise kpidesk-demo.",
)
@click.option(
    "--weeks",
    type=click.IntRange(0, MOST_WEEKS),
    default=0,
    help=f"As many weekly exports of the deals before today's, up to {MOST_WEEKS}, to try weekly reviews with.",
)
@json_option
def demo(headless: bool, out: Path, weeks: int, as_json: bool) -> None:
    """Import the sample company's exports, set targets, and show the scorecard."""
    from kpidesk import app, operations
    from kpidesk.cli.answers import show_card

    shows_window = not (as_json or headless) and _has_display()
    if shows_window:
        app.make_application()  # painting makes one without a display where there is none yet
    found = finish_shown(operations.make_demo(out, date.today(), weeks))
    names = _paint_demo(found, out)
    show_card(found.scorecard, as_json=as_json)
    if not as_json:
        click.echo(f"\nWritten to {out}: {found.workspace.name}, {', '.join(names)}")
    if shows_window:
        sys.exit(app.run(found.workspace))


def _paint_demo(found: Demo, out: Path) -> tuple[str, ...]:
    """The demo's scorecard as a page and as pictures; gives their names."""
    from kpidesk.ui.painting.document import export_pdf, export_png
    from kpidesk.ui.painting.paper_size import usual_paper

    names = ("scorecard.pdf", "scorecard-light.png", "scorecard-dark.png")
    export_pdf(found.scorecard, found.trends, out / names[0], paper=usual_paper())
    for name, dark in zip(names[1:], (False, True), strict=True):
        export_png(found.scorecard, found.trends, out / name, dark=dark)
    return names


def _has_display() -> bool:
    import os

    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
