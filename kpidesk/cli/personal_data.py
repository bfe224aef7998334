"""The commands about the data of one person: handed out, deleted, and looked for in backups."""

from __future__ import annotations

from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, json_option, print_json, workspace_at
from kpidesk.core.personal_data import mentions_chosen


@main.group()
def person() -> None:
    """Hand out everything that is held on a person, or delete it."""


@person.command("export")
@click.argument("workspace", type=FILE)
@click.argument("name", metavar="PERSON")
@click.option("--to", required=True, type=click.Path(path_type=Path), help="A new folder, or a file ending with .zip.")
@click.option("--private", is_flag=True, help="Also what is the manager's own: private notes, the pay plan.")
@json_option
def person_export(workspace: Path, name: str, to: Path, *, private: bool, as_json: bool) -> None:
    """Write everything that the workspace holds on a person; others appear as a colleague."""
    from kpidesk import operations
    from kpidesk.exporting.personal_data_form import export_json, export_text

    with workspace_at(workspace) as ws:
        data, files = operations.export_person(ws, operations.find_person(ws, name).id, to, private=private)
    print_json(export_json(data, files, str(to))) if as_json else click.echo(export_text(data, files, str(to)))


@person.command("delete")
@click.argument("workspace", type=FILE)
@click.argument("name", metavar="PERSON")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and change nothing.")
@click.option("--backups", is_flag=True, help="Also delete the backups that hold the name.")
@click.option(
    "--note",
    "notes",
    multiple=True,
    metavar="NUMBER",
    help="Also replace a part of the name alone in this text of the list that --dry-run gives, or in all.",
)
@json_option
def person_delete(
    workspace: Path, name: str, *, dry_run: bool, backups: bool, notes: tuple[str, ...], as_json: bool
) -> None:
    """Delete what is about a person; their deals stay, credited to "Former rep 1". It cannot be undone."""
    from kpidesk import operations
    from kpidesk.exporting.personal_data_form import deletion_json, deletion_text

    with workspace_at(workspace) as ws:
        number = operations.find_person(ws, name).id
        found = operations.deletion_preview(ws, number) if dry_run or notes else None
        also = mentions_chosen(found.mentions, notes) if found is not None else ()
        if found is None or not dry_run:
            found = operations.delete_person(ws, number, backups=backups, also=also)
    print_json(deletion_json(found)) if as_json else click.echo(deletion_text(found))


@person.command("backups")
@click.argument("workspace", type=FILE)
@click.argument("name", metavar="PERSON")
@click.option("--delete", is_flag=True, help="Delete them for good.")
@json_option
def person_backups(workspace: Path, name: str, *, delete: bool, as_json: bool) -> None:
    """List the backups in which a name or address stands, also after the person was deleted."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        found = operations.backups_naming(ws, name)
        gone = operations.delete_backups(ws, found) if delete else ()
    if as_json:
        print_json({"name": name, "backups": list(found), "deleted": list(gone)})
    elif not found:
        click.echo("No backup of this workspace holds that name.")
    else:
        click.echo("\n".join(("Deleted:" if delete else "These backups hold that name:", *found)))
