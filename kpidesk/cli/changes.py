"""The commands about what changed: `changes` between two imports, `history` of one deal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, day_option, json_option, print_json, workspace_at


@main.command()
@click.argument("workspace", type=FILE)
@click.option("--from", "start", default="", metavar="IMPORT|DATE", help="Compare with this; otherwise the one before.")
@click.option("--to", "end", default="", metavar="IMPORT|DATE", help="What is compared; otherwise the newest import.")
@click.option("--scope", default="org", help="org, team:NAME, rep:NAME or unassigned.")
@click.option("--kind", "kinds", multiple=True, help="Only this kind, all of it: new, pushed, won …; several times.")
@json_option
def changes(workspace: Path, start: str, end: str, scope: str, kinds: tuple[str, ...], as_json: bool) -> None:
    """List the deals that changed between two imports, leading signs first."""
    from kpidesk import operations
    from kpidesk.exporting.change_forms import changes_json, changes_text

    with workspace_at(workspace) as ws:
        found = operations.changes_between(ws, start, end, operations.scopes(ws).find_scope(scope), kinds)
    print_json(changes_json(found)) if as_json else click.echo(changes_text(found, whole=bool(kinds)))


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("deal")
@click.option("--source", default="", help="The CRM whose id it is, where several have it.")
@day_option("--as-of", "With the knowledge of this day only.")
@json_option
def history(workspace: Path, deal: str, source: str, as_of: date | None, as_json: bool) -> None:
    """Show every version of a deal, by its id, with the lines that prove them."""
    from kpidesk import operations
    from kpidesk.exporting.change_forms import history_json, history_text

    with workspace_at(workspace) as ws:
        found = operations.deal_history(ws, operations.find_deal(ws, deal, source), as_of)
    print_json(history_json(found)) if as_json else click.echo(history_text(found))
