"""The commands about what selling pays: pay plans, which are the manager's alone, and the return of sourcing people."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, day_option, json_option, print_json, workspace_at
from kpidesk.core.sdr import BASES, Basis


@main.group("pay-plan")
def pay_plan() -> None:
    """What a rep earns at which attainment; only you see it."""


@pay_plan.command("set")
@click.argument("workspace", type=FILE)
@click.argument("rep", metavar="REP")
@click.option("--base", default="", metavar="AMOUNT", help="Paid in a year whatever happens.  [required]")
@click.option("--variable", default="", metavar="AMOUNT", help="Paid in a year at 100% of the target.  [required]")
@click.option("--kpi", default="bookings", show_default=True, help="The KPI whose attainment counts.")
@click.option("--minimum", default="", help="Attainment below which nothing of it is paid: 50%.")
@click.option("--accelerator", "accelerators", multiple=True, help="A steeper rate from an attainment on: 100%=1.5.")
@click.option("--cap", default="", help="The largest share of it that is ever paid: 200%.")
@day_option("--from", "The first day it holds; otherwise today.")
@json_option
def pay_plan_set(
    workspace: Path, rep: str, base: str, variable: str, kpi: str, minimum: str, accelerators: tuple[str, ...],
    cap: str, *, as_json: bool, **day: date | None,
) -> None:  # fmt: skip
    """Set what a rep earns, from a day on."""
    from kpidesk import operations
    from kpidesk.exporting.pay_plan_forms import plan_json, plan_text

    if not (base and variable):
        raise click.UsageError("Say what is paid with --base and --variable, for example --base 60k --variable 60k.")
    with workspace_at(workspace) as ws:
        done = operations.set_pay_plan_text(
            ws, operations.scopes(ws).find_scope(rep), base, variable, kpi=kpi, minimum=minimum,
            accelerators=accelerators, cap=cap, from_day=day["from"],
        )  # fmt: skip
    print_json(plan_json(done)) if as_json else click.echo(plan_text(done))


@pay_plan.command("show")
@click.argument("workspace", type=FILE)
@click.argument("rep", metavar="REP")
@click.option("--period", default="", help="The period whose pay is told; otherwise the last in the data.")
@day_option("--as-of", "With the knowledge of this day only.")
@json_option
def pay_plan_show(workspace: Path, rep: str, period: str, as_of: date | None, *, as_json: bool) -> None:
    """Show the curve of a rep and what the attainment of a period pays."""
    from kpidesk import operations
    from kpidesk.exporting.pay_plan_forms import pay_json, pay_text

    with workspace_at(workspace) as ws:
        asked = operations.question(ws, scope=rep, period=period, as_of=as_of)
        found = operations.pay_plan(ws, asked.scope, asked.period, as_of)
    print_json(pay_json(found)) if as_json else click.echo(pay_text(found))


@pay_plan.command("delete")
@click.argument("workspace", type=FILE)
@click.argument("rep", metavar="REP")
@json_option
def pay_plan_delete(workspace: Path, rep: str, *, as_json: bool) -> None:
    """Forget all pay plans of a rep."""
    from kpidesk import operations

    with workspace_at(workspace) as ws:
        gone = operations.delete_pay_plans(ws, operations.scopes(ws).find_scope(rep))
    print_json({"deleted": gone}) if as_json else click.echo(f"{gone} deleted.")


@main.command("sdr-return")
@click.argument("workspace", type=FILE)
@click.option("--group", default="role:SDR", show_default=True, help="role:NAME, motion:NAME, team:NAME or rep:NAME.")
@click.option("--cost", default="", metavar="AMOUNT", help="What the group costs in a month; otherwise as files tell.")
@click.option(
    "--ramp", type=int, help="Months until they sell in full; otherwise as the people's list or the data tell."
)
@click.option(
    "--by", type=click.Choice(BASES), help="How deals are told as theirs; otherwise the first that files have."
)
@day_option("--from", "The day they began; otherwise the first hire or cost, at most three years back.")
@day_option("--as-of", "With the knowledge of this day only.")
@json_option
def sdr(
    workspace: Path, group: str, cost: str, ramp: int | None, by: Basis | None, as_of: date | None, *, as_json: bool,
    **day: date | None,
) -> None:  # fmt: skip
    """Tell what a group of sourcing people brought in for what they cost, and when they break even."""
    from kpidesk import operations
    from kpidesk.exporting.sdr_forms import sdr_json, sdr_text

    with workspace_at(workspace) as ws:
        found = operations.sdr_return(
            ws, group, monthly_cost=operations.read_amount(cost) if cost else None, ramp_months=ramp,
            start=day["from"], basis=by, as_of=as_of,
        )  # fmt: skip
    print_json(sdr_json(found)) if as_json else click.echo(sdr_text(found))
