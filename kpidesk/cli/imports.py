"""The commands that bring exports in and take them back: `import`, `imports`, `undo`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, NUMBER, day_option, finish_written, json_option, print_json, workspace_at
from kpidesk.core.errors import UserError
from kpidesk.core.fields import KINDS, OUTCOMES, Kind, field_named
from kpidesk.core.imports import DATE_ORDERS, DateOrder, ImportOptions


def _pairs(texts: tuple[str, ...], option: str, form: str) -> dict[str, str]:
    found = {}
    for text in texts:
        name, equals, value = text.rpartition("=") if option in ("--stage", "--word") else text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UserError(f"{option} {text} is not understood.", f"Write {option} {form}.")
        found[name.strip()] = value.strip()
    return found


def _by_field(texts: tuple[str, ...], option: str, form: str, kind: Kind | None) -> dict[str, str]:
    return {field_named(name, kind): value for name, value in _pairs(texts, option, form).items()}


def _outcomes(texts: tuple[str, ...]) -> dict[str, Any]:
    found = _pairs(texts, "--stage", "VALUE=open|won|lost|ignore")
    for name, outcome in found.items():
        if outcome not in OUTCOMES:
            raise UserError(f"A stage cannot be '{outcome}'.", f"Write --stage '{name}=open|won|lost|ignore'.")
    return found


def _order(text: str) -> tuple[str, DateOrder]:
    """The column, empty for all, and the order of its dates."""
    column, equals, said = text.rpartition("=")
    order = next((one for one in DATE_ORDERS if one == said.strip()), None)
    if order is None or (equals and not column.strip()):
        form = f'Write --date-order {"|".join(DATE_ORDERS)}, or --date-order "COLUMN=dmy" for one column.'
        raise click.BadParameter(f"'{text}' is no order of dates. {form}", param_hint="--date-order")
    return column.strip(), order


@main.command("import")
@click.argument("workspace", type=FILE)
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--kind", type=click.Choice(KINDS), help="What the rows are; otherwise found from the headers.")
@click.option("--dialect", default="", help="Which CRM wrote the file; otherwise recognised.")
@click.option("--map", "maps", multiple=True, metavar="FIELD=COLUMN",
              help="Which column holds a field, called as in the report (\"close date\"); - for none.")  # fmt: skip
@click.option("--set", "constants", multiple=True, metavar="FIELD=VALUE", help="One value for all rows; - for none.")
@click.option("--stage", "stages", multiple=True, metavar="VALUE=OUTCOME", help="open, won, lost or ignore.")
@click.option("--word", "words", multiple=True, metavar="FIELD:VALUE=WORD", help="What a word counts as; - for none.")
@click.option(
    "--date-order",
    "date_orders",
    multiple=True,
    metavar="[COLUMN=]dmy|mdy|ymd",
    help="Day, month and year order of ambiguous dates, in one column or in all others.",
)
@click.option("--decimal", type=click.Choice((".", ",")), help="Decimal sign of ambiguous amounts.")
@click.option("--currency", default="", help="Currency of amounts that name none, for example EUR.")
@click.option("--source", default="", help="Name of the CRM that the ids belong to.")
@click.option("--sheet", default="", help="Sheet of a workbook; otherwise all that hold records.")
@click.option(
    "--same", "same", multiple=True, metavar="ID=ID", help="A row is a known record or SOURCE:ID; - leaves it out."
)
@click.option("--partial", is_flag=True, help="The file holds only some of the deals.")
@day_option("--as-of", "The day on which the export was made.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@json_option
def import_command(workspace: Path, files: tuple[Path, ...], as_json: bool, dry_run: bool, **given: Any) -> None:
    """Import CRM exports, all or none, into a workspace, which is made when it is missing.

    A zip is unpacked, and of a workbook every sheet with records is taken; people come before deals, deals before
    what happened to them.
    """
    from kpidesk import operations
    from kpidesk.exporting.json_form import import_json
    from kpidesk.exporting.text_form import import_text

    orders = [_order(text) for text in given["date_orders"]]
    options = ImportOptions(
        kind=given["kind"],
        dialect=given["dialect"],
        columns=_by_field(given["maps"], "--map", "FIELD=COLUMN", given["kind"]),
        stages=_outcomes(given["stages"]),
        date_order=next((order for column, order in orders if not column), None),
        date_orders={column: order for column, order in orders if column},
        decimal=given["decimal"] or "",
        currency=given["currency"].upper(),
        as_of=given["as_of"],
        sheet=given["sheet"],
        source=given["source"],
        complete=not given["partial"],
        constants=_by_field(given["constants"], "--set", "FIELD=VALUE", given["kind"]),
        words=_pairs(given["words"], "--word", "FIELD:VALUE=WORD, for example 'type:Partner=new'"),
        same=_pairs(given["same"], "--same", "ID=ID, or ID=- to leave a row out"),
    )
    reports = finish_written(operations.import_into(workspace, files, options, today=date.today(), dry_run=dry_run))
    if as_json:
        shown = [import_json(report) for report in reports]
        print_json(shown[0] if len(shown) == 1 else shown)
    else:
        click.echo("\n\n".join(map(import_text, reports)))


@main.command()
@click.argument("workspace", type=FILE)
@json_option
def imports(workspace: Path, as_json: bool) -> None:
    """List the imports of a workspace."""
    from kpidesk import operations
    from kpidesk.exporting.json_form import imports_json
    from kpidesk.exporting.text_form import imports_text

    with workspace_at(workspace) as ws:
        entries = operations.imports(ws)
    print_json(imports_json(entries)) if as_json else click.echo(imports_text(entries))


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("import_id", metavar="[IMPORT]", type=NUMBER, required=False)
@click.option("--dry-run", is_flag=True, help="Only say which import it would take back.")
@json_option
def undo(workspace: Path, import_id: int | None, *, dry_run: bool, as_json: bool) -> None:
    """Take an import back: the newest brought in, or the one named; what the same file brought with it goes too."""
    from kpidesk import operations
    from kpidesk.exporting.json_form import undo_json
    from kpidesk.exporting.text_form import undo_text, undo_words

    with workspace_at(workspace) as ws:
        taken = operations.undo_preview(ws, import_id, dry_run=dry_run)
        if dry_run:
            print_json(undo_json(taken)) if as_json else click.echo(undo_words(taken, dry_run=True))
            return
        if import_id is None and not as_json:
            click.echo(undo_words(taken), err=True)
        done = finish_written(operations.undo(ws, import_id))
        known = operations.data_date(ws)
    if as_json:
        told = {"import_id": done.import_id, "file": done.file, "data_date": done.data_date.isoformat()}
        print_json(told | ({"with_it": done.with_it} if done.with_it is not None else {}))
    else:
        click.echo(undo_text(done.import_id, done.file, done.data_date, known, done.with_it))
