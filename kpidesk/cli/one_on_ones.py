"""The commands around one-on-ones: coaching goals, and the form a rep fills in before the meeting."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, NUMBER, day_option, json_option, print_json, workspace_at
from kpidesk.core.periods import parse_day


@main.group("coaching-goal")
def coaching_goal() -> None:
    """What a rep works on, by a KPI whose start value is frozen, and whether it really changed."""


@coaching_goal.command("add")
@click.argument("workspace", type=FILE)
@click.argument("rep")
@click.argument("kpi")
@click.option("--text", default="", help="What is worked on.")
@click.option("--due", default="", metavar="DATE", help="The day to look again; by default in a quarter.")
@click.option("--expect", default="", metavar="CHANGE", help="The change hoped for, such as +10%.")
@json_option
def coaching_goal_add(workspace: Path, rep: str, kpi: str, text: str, due: str, expect: str, *, as_json: bool) -> None:
    """Set a coaching goal; says which change could show at all with so few records."""
    from kpidesk import operations
    from kpidesk.exporting.one_on_one_forms import goal_json, goal_text

    with workspace_at(workspace) as ws:
        drafted = operations.draft_coaching_goal(
            ws, operations.scopes(ws).find_scope(rep), kpi, text=text, due=parse_day(due) if due else None,
            expected=operations.read_change(expect) if expect else None,
        )  # fmt: skip
        found = operations.goal_readout(ws, operations.save_coaching_goal(ws, drafted))
    print_json(goal_json(found)) if as_json else click.echo(goal_text(found))


@coaching_goal.command("list")
@click.argument("workspace", type=FILE)
@click.argument("rep", default="")
@click.option("--dropped", is_flag=True, help="Also those that were dropped.")
@day_option("--as-of", "With the knowledge of this day only.")
@json_option
def coaching_goal_list(workspace: Path, rep: str, as_of: date | None, *, dropped: bool, as_json: bool) -> None:
    """List the coaching goals of a rep, or of all, with what became of them."""
    from kpidesk import operations
    from kpidesk.exporting.one_on_one_forms import goal_json, goals_text

    with workspace_at(workspace) as ws:
        scope = operations.scopes(ws).find_scope(rep) if rep else None
        goals = operations.coaching_goals(ws, scope, as_of, dropped=dropped)
        found = [operations.goal_readout(ws, one, as_of) for one in goals]
    if as_json:
        print_json({"goals": [goal_json(one) for one in found]})
    else:
        click.echo(goals_text(found))


@coaching_goal.command("drop")
@click.argument("workspace", type=FILE)
@click.argument("goal", type=NUMBER)
@click.option("--back", is_flag=True, help="Take it up again.")
@json_option
def coaching_goal_drop(workspace: Path, goal: int, *, back: bool, as_json: bool) -> None:
    """Put a coaching goal aside; it stays readable."""
    from kpidesk import operations
    from kpidesk.exporting.one_on_one_forms import goal_json

    with workspace_at(workspace) as ws:
        found = operations.goal_readout(ws, operations.drop_coaching_goal(ws, goal, back=back))
    words = "Taken up again" if back else "Dropped"
    print_json(goal_json(found)) if as_json else click.echo(f"{words}: {found.goal.label}.")


@main.group()
def preparation() -> None:
    """A form that a rep fills in before a one-on-one, as a file, and the answer read back."""


@preparation.command("form")
@click.argument("workspace", type=FILE)
@click.argument("rep")
@click.option("--to", type=FILE, required=True, help="File to write, ending in .html or .txt.")
@json_option
def preparation_form(workspace: Path, rep: str, to: Path, *, as_json: bool) -> None:
    """Write the form for the next one-on-one with a rep; it holds nothing of anybody else."""
    from kpidesk import operations
    from kpidesk.exporting.one_on_one_forms import form_json, form_text

    with workspace_at(workspace) as ws:
        form = operations.export_preparation(ws, operations.scopes(ws).find_scope(rep), to)
    print_json(form_json(form, str(to))) if as_json else click.echo(form_text(form, str(to)))


@preparation.command("read")
@click.argument("workspace", type=FILE)
@click.argument("file", type=FILE)
@click.option("--take", is_flag=True, help="Put the answer on the agenda; without it, it is only shown.")
@json_option
def preparation_read(workspace: Path, file: Path, *, take: bool, as_json: bool) -> None:
    """Read what a rep sent back, and put it on the agenda of their one-on-one."""
    from kpidesk import operations
    from kpidesk.exporting.one_on_one_forms import prepared_json, prepared_text

    with workspace_at(workspace) as ws:
        found = operations.read_preparation(ws, file)
        if take:
            operations.take_preparation(ws, found)
    print_json(prepared_json(found, taken=take)) if as_json else click.echo(prepared_text(found, taken=take))
