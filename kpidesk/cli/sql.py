"""The command `sql`: a query that reads a workspace, the tables it can be put to, or the SQL of a KPI."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, day_option, finish_shown, json_option, print_json, workspace_at

if TYPE_CHECKING:
    from kpidesk.core.queries import TableInfo

DIALECTS = ("sqlite", "postgres", "duckdb", "spark", "snowflake", "bigquery")


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("kpi", default="")
@click.option("--scope", default="org", help="Of a KPI: org, team:NAME, rep:NAME or unassigned.")
@click.option("--period", default="", help="Of a KPI: 2017, 2017-Q2, 2017-04, 2017-W14, last-quarter …")
@click.option("--where", default="", help="Of a KPI: only rows that meet this, for example amount > 1000.")
@day_option("--as-of", "Of a KPI: as the data had it on that day.")
@click.option("--dialect", type=click.Choice(DIALECTS), default="sqlite", show_default=True, help="Of a KPI.")
@click.option("--query", help="SELECT …, WITH … or EXPLAIN …; nothing can be written.")
@click.option("--schema", "shows_schema", is_flag=True, help="List the tables and their columns.")
@click.option("--rows", type=click.IntRange(1), default=200, show_default=True, help="How many rows a table shows.")
@click.option("--seconds", type=click.FloatRange(0.1), default=30.0, show_default=True, help="Longest run of a query.")
@click.option("--csv", "as_csv", is_flag=True, help="Print every row as CSV.")
@json_option
def sql(
    workspace: Path,
    kpi: str,
    scope: str,
    period: str,
    where: str,
    as_of: date | None,
    dialect: str,
    query: str | None,
    shows_schema: bool,
    rows: int,
    seconds: float,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Ask a workspace in SQL (Ctrl+C ends a query), or print the SQL of a KPI for a scope in a period."""
    if (bool(kpi), query is not None, shows_schema).count(True) != 1:
        raise click.UsageError("Give a KPI, --query or --schema.")
    if as_csv and (as_json or query is None):
        raise click.UsageError("--csv goes with --query alone.")
    if kpi:
        _show_statement(workspace, kpi, (scope, period, where), as_of, dialect, as_json=as_json)
    elif query is None:
        _show_schema(workspace, as_json=as_json)
    else:
        _show_answer(workspace, query, None if as_csv or as_json else rows, seconds, as_csv=as_csv, as_json=as_json)


def _show_statement(
    workspace: Path, kpi: str, about: tuple[str, str, str], as_of: date | None, dialect: str, *, as_json: bool
) -> None:
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        scope, period, where = about
        asked = replace(operations.question(ws, scope=scope, period=period, as_of=as_of), where=where)
        found = operations.kpi_sql(ws, kpi, asked, dialect)
    if as_json:
        print_json({"kpi": kpi, "scope": asked.scope.key, "period": asked.period.key, "dialect": dialect, "sql": found})
    else:
        click.echo(found, nl=False)


def _show_answer(
    workspace: Path, query: str, limit: int | None, seconds: float, *, as_csv: bool, as_json: bool
) -> None:
    from kpidesk import operations
    from kpidesk.exporting.sql_forms import answer_csv, answer_json, answer_text

    with workspace_at(workspace) as ws:
        found = finish_shown(operations.sql(ws, query, limit=limit, seconds=seconds))
    if as_json:
        print_json(answer_json(found.columns, found.rows))
    elif as_csv:
        click.echo(answer_csv(found.columns, found.rows), nl=False)
    else:
        click.echo(answer_text(found.columns, found.rows, has_more=found.has_more))


def _show_schema(workspace: Path, *, as_json: bool) -> None:
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        tables = operations.tables(ws)
    if as_json:
        print_json({"tables": [
            {"name": one.name, "words": one.words,
             "columns": [{"name": part.name, "type": part.type, "leads_to": part.leads_to} for part in one.columns]}
            for one in tables
        ]})  # fmt: skip
    else:
        click.echo("\n\n".join(map(_table_text, tables)))


def _table_text(table: TableInfo) -> str:
    columns = (f"{one.name} {one.type}{f' -> {one.leads_to}' if one.leads_to else ''}" for one in table.columns)
    return f"{table.name}: {table.words}\n" + "\n".join(f"  {one}" for one in columns)
