"""The command about the settings of a workspace: `settings`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, json_option, print_json, workspace_at
from kpidesk.core.parameters import parameters_text
from kpidesk.core.settings import SETTING_HELP, Settings, changed_settings


@main.command("settings")
@click.argument("workspace", type=FILE)
@click.argument("changes", metavar="[NAME=VALUE]...", nargs=-1)
@json_option
def settings_command(workspace: Path, changes: tuple[str, ...], *, as_json: bool) -> None:
    """Show how the workspace counts, or change it: `settings FILE currency=EUR fiscal_start_month=2`."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        if changes:
            operations.save_settings(ws, changed_settings(operations.settings(ws), changes))
        found = operations.settings(ws)
    print_json(_plain(found)) if as_json else click.echo(_text(found))


def _plain(found: Settings) -> dict[str, object]:
    return {"settings": {**asdict(found), "parameters": dict(found.parameters)}}


def _text(found: Settings) -> str:
    shown = asdict(found) | {"parameters": parameters_text(found.parameters)}
    return "\n".join(f"{name} = {shown[name]}".rstrip() + f"\n  {words}" for name, words in SETTING_HELP.items())
