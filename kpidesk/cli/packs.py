"""The commands about packs and files of definitions: `kpi packs`, `pack`, `export`, `import`."""

from __future__ import annotations

from pathlib import Path

import click

from kpidesk.cli.kpis import kpi
from kpidesk.cli.options import FILE, json_option, print_json, workspace_at


@kpi.command("packs")
@click.argument("workspace", type=FILE)
@json_option
def kpi_packs(workspace: Path, as_json: bool) -> None:
    """List the packs: a few KPIs each for a level, a role, a meeting, a motion or a stage of the company."""
    from kpidesk import operations
    from kpidesk.exporting.kpi_forms import packs_json, packs_text

    with workspace_at(workspace) as ws:
        entries = {one.kpi.id: one.computable for one in operations.kpis(ws)}
    found = operations.packs()
    print_json(packs_json(found, entries)) if as_json else click.echo(packs_text(found, entries))


@kpi.command("pack")
@click.argument("workspace", type=FILE)
@click.argument("name")
@click.option("--draft", is_flag=True, help="Keep them as drafts.")
@click.option("--reason", default="", help="Why all are needed where more than seven are in use at a level.")
@json_option
def kpi_pack(workspace: Path, name: str, *, draft: bool, reason: str, as_json: bool) -> None:
    """Take the KPIs of a pack into use and say what they still need; no other KPI is retired."""
    from kpidesk import operations
    from kpidesk.exporting.kpi_forms import start_json, start_text

    with workspace_at(workspace) as ws:
        done = operations.start_from(ws, name, draft=draft, reason=reason)
        words = operations.too_many_words(ws, done.activated)
    needs = {one.kpi.id: (one.needs, one.how) for one in done.waiting}
    parts = (done.pack, done.activated, done.kept, done.drafts, needs)
    print_json(start_json(*parts)) if as_json else click.echo("\n".join(filter(None, (start_text(*parts), words))))


@kpi.command("export")
@click.argument("workspace", type=FILE)
@click.argument("file", type=FILE)
@click.argument("names", metavar="[KPI|PACK]...", nargs=-1)
@json_option
def kpi_export(workspace: Path, file: Path, names: tuple[str, ...], as_json: bool) -> None:
    """Write definitions, without any data, to a file that ends with .kpipack; without names those in use."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        pack = operations.export_definitions(ws, file, names)
    if as_json:
        print_json({"file": str(file), "code": pack.code, "kpis": [one.id for one in pack.kpis]})
    else:
        click.echo(f"{len(pack.kpis)} definitions written to {file}. Definitions {pack.code}.")


@kpi.command("import")
@click.argument("workspace", type=FILE)
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@click.option("--replace", "replace_formulas", is_flag=True, help="Also where a KPI is counted otherwise here.")
@json_option
def kpi_import(workspace: Path, file: Path, *, dry_run: bool, replace_formulas: bool, as_json: bool) -> None:
    """Take in definitions that others wrote with `kpi export`; new ones become drafts."""
    from kpidesk import operations
    from kpidesk.exporting.pack_form import difference_json, difference_text

    with workspace_at(workspace) as ws:
        if dry_run:
            found = operations.definition_difference(ws, file, replace_formulas=True)
        else:
            found = operations.import_definitions(ws, file, replace_formulas=replace_formulas)
    if as_json:
        print_json(difference_json(found.pack, found.changes, saved=not dry_run))
    else:
        click.echo(difference_text(file.name, found.pack, found.changes, saved=not dry_run))
