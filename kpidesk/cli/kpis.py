"""The commands about KPIs: `kpi list`, `show`, `add`, `retire`, `lint`, `packs`, `pack`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, day_option, json_option, pointing_into, print_json, workspace_at
from kpidesk.core.kpis import Direction


@main.group()
def kpi() -> None:
    """List, show, add, retire and check KPIs."""


@kpi.command("list")
@click.argument("workspace", type=FILE)
@json_option
def kpi_list(workspace: Path, as_json: bool) -> None:
    """List every KPI and whether the data can compute it."""
    from kpidesk import operations
    from kpidesk.exporting.kpi_forms import kpis_text

    with workspace_at(workspace) as ws:
        entries = operations.kpis(ws)
    if as_json:
        print_json({"kpis": [
            {"id": one.kpi.id, "name": one.kpi.name, "formula": one.kpi.formula or one.kpi.builtin,
             "status": one.kpi.status, "computable": one.computable, "needs": one.needs, "how": one.how}
            for one in entries
        ]})  # fmt: skip
        return
    click.echo(kpis_text((one.kpi, one.needs) for one in entries))


@kpi.command("show")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@day_option("--as-of", "As it was defined on this day.")
@json_option
def kpi_show(workspace: Path, kpi_id: str, as_of: date | None, as_json: bool) -> None:
    """Show one KPI with its formula in words."""
    from kpidesk import operations
    from kpidesk.exporting.text_form import kpi_text

    with workspace_at(workspace) as ws:
        shown = operations.show_kpi(ws, kpi_id, as_of)
    print_json(shown) if as_json else click.echo(kpi_text(shown))


@kpi.command("add")
@click.argument("workspace", type=FILE)
@click.argument("definition", metavar="KPI|FILE.toml")
@click.option("--name", default="", help="Name of a new KPI.")
@click.option("--formula", default="", help="Formula of a new KPI.")
@click.option("--objective", default="", help="The objective it measures.")
@click.option("--decision", default="", help="The decision it triggers.")
@click.option("--owner", default="", help="Who owns it.")
@click.option(
    "--direction",
    type=click.Choice(("higher", "lower", "range", "none")),
    default="higher",
    help="Which way is better; otherwise higher.",
)
@click.option("--draft", is_flag=True, help="Keep it as a draft.")
@json_option
def kpi_add(
    workspace: Path, definition: str, as_json: bool, draft: bool, direction: Direction, formula: str, **given: str
) -> None:
    """Activate a shipped KPI, or add one from a definition file or from a formula."""
    from kpidesk import operations

    with workspace_at(workspace) as ws, pointing_into(formula):
        added = operations.add_kpi(ws, definition, draft=draft, direction=direction, formula=formula, **given)
    print_json({"id": added.id, "status": added.status, "version": added.version}) if as_json else click.echo(
        f"{added.name} ({added.id}) is {added.status}, version {added.version}."
    )


@kpi.command("retire")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@json_option
def kpi_retire(workspace: Path, kpi_id: str, as_json: bool) -> None:
    """Take a KPI off the scorecards; it stays readable."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        gone = operations.retire_kpi(ws, kpi_id)
    print_json({"id": gone.id, "status": gone.status}) if as_json else click.echo(f"{gone.name} is retired.")


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
@json_option
def kpi_pack(workspace: Path, name: str, *, draft: bool, as_json: bool) -> None:
    """Take the KPIs of a pack into use and say what they still need; no other KPI is retired."""
    from kpidesk import operations
    from kpidesk.exporting.kpi_forms import start_json, start_text

    with workspace_at(workspace) as ws:
        done = operations.start_from(ws, name, draft=draft)
    needs = {one.kpi.id: (one.needs, one.how) for one in done.waiting}
    parts = (done.pack, done.activated, done.kept, done.drafts, needs)
    print_json(start_json(*parts)) if as_json else click.echo(start_text(*parts))


@kpi.command("lint")
@click.argument("workspace", type=FILE)
@json_option
@click.pass_context
def kpi_lint(ctx: click.Context, workspace: Path, as_json: bool) -> None:
    """Check the set of active KPIs against sales practice; exit 1 when there is an error."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        findings = operations.lint(ws)
    if as_json:
        print_json({"findings": [
            {"rule": one.rule, "severity": one.severity, "where": one.where, "problem": one.problem,
             "consequence": one.consequence, "advice": one.advice}
            for one in findings
        ]})  # fmt: skip
    else:
        for one in findings:
            click.echo(f"{one.severity}: {one.problem} {one.consequence} {one.advice}")
        click.echo(f"{len(findings)} to mend." if findings else "Nothing to mend.")
    ctx.exit(1 if any(one.severity == "error" for one in findings) else 0)
