"""The command that looks for what is wrong in the deals: `hygiene`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, day_option, json_option, print_json, receipts_option, workspace_at


@main.command()
@click.argument("workspace", type=FILE)
@click.option("--scope", default="org", help="org, team:NAME, rep:NAME or unassigned.")
@day_option("--as-of", "With the knowledge of this day only.")
@click.option("--to", type=FILE, help="Write the fix list to a CSV or XLSX file.")
@receipts_option
@json_option
def hygiene(workspace: Path, scope: str, as_of: date | None, to: Path | None, *, receipts: bool, as_json: bool) -> None:
    """List the deals with something missing or wrong, by rep."""
    from kpidesk import operations
    from kpidesk.exporting.fix_list import fix_list_json, fix_list_text

    with workspace_at(workspace) as ws:
        found = operations.hygiene(ws, operations.scopes(ws).find_scope(scope), as_of)
        if to is not None:
            rows = operations.export_hygiene(ws, found, to)
    if as_json:
        print_json(fix_list_json(found) if to is None else {"file": str(to), "rows": rows})
    else:
        click.echo(fix_list_text(found, receipts=receipts) if to is None else f"{to}: {rows:,} deals to fix.")
