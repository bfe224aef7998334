"""The commands about how a workspace counts: `settings`, `calendar export` and `calendar import`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, json_option, print_json, workspace_at
from kpidesk.core.errors import UserError
from kpidesk.core.parameters import parameters_text
from kpidesk.core.settings import SETTING_HELP, Settings, changed_settings

ANYWAY = "Also where targets would fall on no period or count in another currency."


@main.command("settings")
@click.argument("workspace", type=FILE)
@click.argument("changes", metavar="[NAME=VALUE]...", nargs=-1)
@click.option("--anyway", is_flag=True, help=ANYWAY)
@json_option
def settings_command(workspace: Path, changes: tuple[str, ...], *, anyway: bool, as_json: bool) -> None:
    """Show how the workspace counts, or change it: `settings FILE currency=EUR fiscal_start_month=2`."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        if changes:
            new = changed_settings(operations.settings(ws), changes)
            if not anyway:
                operations.refuse_unfit(ws, new)
            operations.save_settings(ws, new)
        found = operations.settings(ws)
    print_json(_plain(found)) if as_json else click.echo(_text(found))


@main.group()
def calendar() -> None:
    """The periods of fiscal years as a table that you edit."""


@calendar.command("export")
@click.argument("workspace", type=FILE)
@click.argument("file", type=FILE)
@click.option("--years", metavar="FIRST-LAST", help="The fiscal years; otherwise two before and after this one.")
@json_option
def calendar_export(workspace: Path, file: Path, *, years: str | None, as_json: bool) -> None:
    """Write the periods of fiscal years as CSV: year, period, first and last day."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        written = operations.export_calendar(ws, file, _years(years))
    told = {"file": str(file), "years": [*written]}
    print_json(told) if as_json else click.echo(f"The fiscal years {written[0]} to {written[-1]} written to {file}.")


@calendar.command("import")
@click.argument("workspace", type=FILE)
@click.argument("file", type=FILE)
@click.option("--anyway", is_flag=True, help=ANYWAY)
@json_option
def calendar_import(workspace: Path, file: Path, *, anyway: bool, as_json: bool) -> None:
    """Count by the periods of a table with the columns year, period, first day and last day."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        own = operations.import_calendar(ws, file, anyway=anyway)
    told = {"file": str(file), "years": [*own.years]}
    text = f"Counted by the periods of the fiscal years {own.years[0]} to {own.years[-1]}; years around are of months."
    print_json(told) if as_json else click.echo(text)


def _years(text: str | None) -> range | None:
    if text is None:
        return None
    first, _, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit() and 0 < int(first) <= int(last or first) < 9999):
        raise UserError(f"'{text}' is no span of years.", "Write for example --years 2025-2027.")
    return range(int(first), int(last or first) + 1)


def _plain(found: Settings) -> dict[str, object]:
    return {"settings": {**asdict(found), "parameters": dict(found.parameters)}}


def _text(found: Settings) -> str:
    shown = asdict(found) | {"parameters": parameters_text(found.parameters)}
    return "\n".join(f"{name} = {shown[name]}".rstrip() + f"\n  {words}" for name, words in SETTING_HELP.items())
