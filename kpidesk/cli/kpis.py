"""The commands about KPIs: `kpi list`, `show`, `add`, `change`, `undo`, `retire`, `affected`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, get_args

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import (
    FILE,
    day_option,
    json_option,
    pointing_into,
    print_json,
    receipts_option,
    workspace_at,
)
from kpidesk.core.kpis import DIMENSIONS, MANUAL, MOST_DECIMALS, Cadence, Direction, Indicator, PaceRule, Unit

USUAL = "usual"
"""The word by which a field is emptied that has another value as a rule."""


@main.group()
def kpi() -> None:
    """List, show, add, retire and check KPIs."""


def shown_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """How a KPI is shown and judged, where it is not as usual."""
    for option in (
        click.option("--pace", type=click.Choice((USUAL, *filter(None, get_args(PaceRule)))),
                     help="How much of its target is due within a running period."),
        click.option("--decimals", type=click.Choice((USUAL, *map(str, range(MOST_DECIMALS + 1)))),
                     help="With how many decimals it is shown."),
        click.option("--indicator", type=click.Choice(get_args(Indicator)),
                     help="Whether it foretells a result (leading) or is one (lagging)."),
        click.option("--minimum-n", type=int, metavar="N", help="Below so many rows no status; 0: as usual."),
        click.option("--per-rep-per-week/--whole", default=None, help="A count by the weeks that its people worked."),
        click.option("--note", help="What else should be known of it, such as for which customers it is meant."),
        click.option("--dimension", help=f"The side of the business: {', '.join(DIMENSIONS)}, or one of your own."),
    ):  # fmt: skip
        command = option(command)
    return command


def shown_fields(given_options: dict[str, Any]) -> dict[str, object]:
    """The fields that these options fill in or empty, taken out of what was given; none for one that is not given."""
    minimum_n, decimals, pace = (given_options.pop(name) for name in ("minimum_n", "decimals", "pace"))
    given: dict[str, object] = {"minimum_n": minimum_n or None} if minimum_n is not None else {}
    for name in ("note", "indicator", "dimension", "per_rep_per_week"):
        value = given_options.pop(name)
        given |= {name: value} if value is not None else {}
    if decimals is not None:
        given["decimals"] = None if decimals == USUAL else int(decimals)
    return given if pace is None else {**given, "pace": "" if pace == USUAL else pace}


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


def _which(_: click.Context, __: click.Parameter, definition: str | None) -> str:
    if not definition:
        raise click.UsageError(
            "Say which KPI, by its id, or a file. A new one needs an id of your own before its options, "
            'for example: kpidesk kpi add WORKSPACE demos_held --name "Demos held" --formula …'
        )
    return definition


@kpi.command("add")
@click.argument("workspace", type=FILE)
@click.argument("definition", metavar="KPI|FILE.toml", required=False, callback=_which)
@click.option("--name", default="", help="Name of a new KPI.")
@click.option("--formula", default="", help="Formula of a new KPI.")
@click.option("--objective", default="", help="The objective it measures.")
@click.option("--decision", default="", help="The decision it triggers.")
@click.option("--owner", default="", help="Who owns it.")
@click.option(
    "--direction",
    type=click.Choice(("higher", "lower", "range", "none")),
    help="Which way is better; otherwise lower of what is lost, costs or waits, and higher of all else.",
)
@shown_options
@click.option("--manual", is_flag=True, help="Its values are typed in with `kpidesk value add`; say --unit.")
@click.option("--unit", type=click.Choice(get_args(Unit)), help="The unit in which it is shown; else by the formula.")
@click.option("--scale", nargs=2, type=float, metavar="LOW HIGH", help="Between what typed values must lie.")
@click.option("--reason", default="", help="Why it is needed where more than seven are in use at a level.")
@click.option("--draft", is_flag=True, help="Keep it as a draft.")
@json_option
def kpi_add(
    workspace: Path, definition: str, *, as_json: bool, draft: bool, direction: Direction | None, formula: str,
    manual: bool, unit: str | None, scale: tuple[float, float] | None, **given: Any,
) -> None:  # fmt: skip
    """Activate a shipped KPI, or add one from a definition file, from a formula, or one whose values are typed in.

    Of a new one in use its --indicator and --dimension must be said.
    """
    from kpidesk import operations
    from kpidesk.exporting.kpi_forms import added_text

    fields = shown_fields(given)
    fields |= {"builtin": MANUAL} if manual else {}
    fields |= {"unit": unit} if unit is not None else {}
    fields |= dict(zip(("scale_low", "scale_high"), scale, strict=True)) if scale else {}
    with workspace_at(workspace) as ws, pointing_into(formula):
        added = operations.add_kpi(
            ws, definition, draft=draft, direction=direction, formula=formula, fields=fields, complete=True, **given
        )
        words = operations.added_words(ws, added)
    if as_json:
        print_json({"id": added.id, "status": added.status, "version": added.version})
        return
    click.echo(f"{added.name} ({added.id}) is {added.status}, version {added.version}.")
    if formula and "indicator" not in fields:
        click.echo(f"It counts as {added.indicator}: say --indicator leading where it foretells a result.")
    if formula and direction is None and added.direction == "lower":
        click.echo("Lower is better by what it counts: say --direction where it is not.")
    if words:
        click.echo(added_text(words))


@kpi.command("change")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.option("--name", help="A new name.")
@click.option("--formula", help="A new formula.")
@click.option("--objective", help="The objective it measures.")
@click.option("--decision", help="The decision it triggers.")
@click.option("--owner", help="Who owns it.")
@click.option("--direction", type=click.Choice(get_args(Direction)), help="Which way is better.")
@click.option("--unit", type=click.Choice(get_args(Unit)), help="The unit in which it is shown.")
@click.option("--levels", help="For whom it is shown: org, team, rep, with commas between them.")
@click.option("--cadence", type=click.Choice(get_args(Cadence)), help="How often it is looked at.")
@shown_options
@click.option("--reason", help="Why it is changed.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@receipts_option
@json_option
def kpi_change(
    workspace: Path, kpi_id: str, *, dry_run: bool, receipts: bool, as_json: bool, levels: str | None, **given: Any
) -> None:
    """Change a KPI: shows the last four periods before and after and what else changes, and keeps a new version."""
    from kpidesk import operations
    from kpidesk.exporting.draft_forms import change_json, change_text

    new = shown_fields(given)
    new |= {name: text for name, text in given.items() if text is not None}
    if levels is not None:
        new["levels"] = [one.strip() for one in levels.split(",") if one.strip()]
    with workspace_at(workspace) as ws, pointing_into(given["formula"] or ""):
        done = operations.change_kpi(ws, kpi_id, new, operations.question(ws), dry_run=dry_run)
    print_json(change_json(done)) if as_json else click.echo(change_text(done, receipts=receipts))


@kpi.command("undo")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.option("--version", type=click.IntRange(1), help="The version to go back to; otherwise before its last change.")
@click.option("--reason", default="", help="Why it is taken back.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@receipts_option
@json_option
def kpi_undo(
    workspace: Path, kpi_id: str, *, version: int | None, reason: str, dry_run: bool, receipts: bool, as_json: bool
) -> None:
    """Define a KPI as an earlier version did, as a new one; periods that have begun keep the definition they had."""
    from kpidesk import operations
    from kpidesk.exporting.draft_forms import change_json, change_text

    with workspace_at(workspace) as ws:
        asked = operations.question(ws)
        done = operations.change_back(ws, kpi_id, asked, version=version or 0, reason=reason, dry_run=dry_run)
    print_json(change_json(done)) if as_json else click.echo(change_text(done, receipts=receipts))


@kpi.command("affected")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@json_option
def kpi_affected(workspace: Path, kpi_id: str, *, as_json: bool) -> None:
    """List the KPIs that one rests on, and those that change when its formula or its goals change."""
    from kpidesk import operations
    from kpidesk.exporting.draft_forms import affected_text, links_json

    with workspace_at(workspace) as ws:
        known = operations.find_kpi(ws, kpi_id)
        reads, others = operations.rests_on(ws, kpi_id), operations.affected(ws, kpi_id)
    if as_json:
        print_json({"id": known.id, "reads": links_json(reads), "affected": links_json(others)})
        return
    click.echo(affected_text(known.name, reads, others))


@kpi.command("retire")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@json_option
def kpi_retire(workspace: Path, kpi_id: str, as_json: bool) -> None:
    """Take a KPI off the scorecards; it stays readable."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        gone = operations.retire_kpi(ws, kpi_id)
        left = [one.name for one in operations.affected(ws, gone.id) if one.status == "active"]
    if as_json:
        print_json({"id": gone.id, "status": gone.status})
        return
    click.echo(f"{gone.name} is retired." + (f" Still counted for {', '.join(left)}." if left else ""))
