"""The commands about goals: `baseline set` first, then `target set`, and those for many targets at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, json_option, print_json, receipts_option, workspace_at
from kpidesk.core.cascade import HOWS

if TYPE_CHECKING:  # a command imports the operations when it runs, so that --help answers at once
    from kpidesk.core.refreshing import Decision, Refresh
    from kpidesk.operations import Workspace

PERIOD_HELP = "The period the targets are for; otherwise the next one."


@main.group()
def baseline() -> None:
    """Set the baseline that a target needs, and show what it rests on."""


@baseline.command("set")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.option("--scope", default="org", help="org, team:NAME, rep:NAME or role:NAME.")
@click.option("--period", default="", help="The period the target will be for; otherwise the next one.")
@click.option("--method", default="", help="trailing_4, same_period_last_year, seasonal …; otherwise chosen.")
@click.option("--value", default="", help="A value typed by hand, for example 25%; needs --reason.")
@click.option("--reason", default="", help="Where a value typed by hand comes from.")
@json_option
def baseline_set(workspace: Path, kpi_id: str, as_json: bool, **given: str) -> None:
    """Freeze a baseline from history, or one typed by hand."""
    from kpidesk import operations
    from kpidesk.exporting.json_form import baseline_json

    with workspace_at(workspace) as ws:
        told = operations.set_baseline_from(ws, kpi_id, **given)
        words = operations.baseline_words(ws, told)
    print_json(baseline_json(told)) if as_json else click.echo(words)


@baseline.command("show")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.option("--scope", default="org", help="org, team:NAME, rep:NAME or role:NAME.")
@click.option("--period", default="", help="The period the baseline is for; otherwise the next one.")
@json_option
def baseline_show(workspace: Path, kpi_id: str, scope: str, period: str, *, as_json: bool) -> None:
    """Show the baseline that is kept, the numbers it was worked out from, and whether their rows changed since."""
    from kpidesk import operations
    from kpidesk.exporting.goal_forms import baseline_numbers_json, baseline_numbers_text

    with workspace_at(workspace) as ws:
        kept = operations.find_baseline(ws, kpi_id, scope=scope, period=period)
        found, words = operations.baseline_numbers(ws, kept), operations.baseline_words(ws, kept)
    print_json(baseline_numbers_json(kept, found)) if as_json else click.echo(baseline_numbers_text(words, found))


@main.group()
def target() -> None:
    """Set minimum, target and stretch, of one scope or of many at once."""


@target.command("set")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.option("--minimum", default="", help="For example 20%, 100000, +0%.  [required]")
@click.option("--target", "aim", default="", help="For example 25%, 120000, +10%, +3pp.  [required]")
@click.option("--stretch", default="", help="For example 30%, 140000, +20%.  [required]")
@click.option("--scope", default="org", help="org, team:NAME, rep:NAME or role:NAME.")
@click.option("--period", default="", help="The period the target is for; otherwise the next one.")
@click.option("--reason", default="", help="Why it is changed.")
@json_option
def target_set(workspace: Path, kpi_id: str, aim: str, as_json: bool, **given: str) -> None:
    """Set the target of a KPI for a scope and period; refused without a baseline."""
    from kpidesk import operations
    from kpidesk.exporting.goal_forms import target_text
    from kpidesk.exporting.json_form import target_json

    if not (aim and given["minimum"] and given["stretch"]):
        raise click.UsageError(
            "A target needs all three: --minimum, --target and --stretch, for example "
            "--minimum +0% --target +10% --stretch +20%."
        )
    with workspace_at(workspace) as ws:
        told = operations.set_target_from(ws, kpi_id, target=aim, **given)
        words = (operations.target_words(ws, told), *operations.doubts_about(ws, told, aim))
    print_json(target_json(told)) if as_json else click.echo(target_text(words))


@target.command("list")
@click.argument("workspace", type=FILE)
@click.option("--period", default="", help=PERIOD_HELP)
@click.option("--kpi", "kpi_ids", multiple=True, help="Only this KPI; may be given several times.")
@json_option
def target_list(workspace: Path, period: str, kpi_ids: tuple[str, ...], *, as_json: bool) -> None:
    """List which target holds for whom, and whether those of parts come to that of the whole."""
    from kpidesk import operations
    from kpidesk.exporting.goal_forms import grid_json, grid_text

    with workspace_at(workspace) as ws:
        found = operations.target_grid(ws, operations.period_for_goals(ws, period), kpi_ids)
        currency = operations.settings(ws).currency
    print_json(grid_json(found, currency)) if as_json else click.echo(grid_text(found))


@target.command("ladder")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.option("--scope", default="org", help="org, team:NAME, rep:NAME or role:NAME.")
@click.option("--period", default="", help=PERIOD_HELP)
@click.option("--target", "aim", default="", help="A target to try, as for `target set`; otherwise the one that holds.")
@receipts_option
@json_option
def target_ladder(
    workspace: Path, kpi_id: str, scope: str, period: str, *, aim: str, receipts: bool, as_json: bool
) -> None:
    """Show where a target leads when its step is made at every refresh, and whether it can be reached and would show.

    Without a target it is the baseline with a tenth more; nothing is changed.
    """
    from kpidesk import operations
    from kpidesk.exporting.goal_forms import ladder_json, ladder_text

    with workspace_at(workspace) as ws:
        whose, span = operations.goal_scope(ws, scope), operations.period_for_goals(ws, period)
        found = operations.try_target(ws, kpi_id, whose, span, aim)
        told = tuple(filter(None, (operations.leads_to(found), *operations.doubts_of(found))))
        name = operations.find_kpi(ws, kpi_id).name
    heading = f"Where a target leads: {name}, {whose.key}, {span.label}"
    print_json(ladder_json(found, told)) if as_json else click.echo(
        ladder_text(found, heading, told, receipts=receipts)
    )


@target.command("import")
@click.argument("workspace", type=FILE)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--period", default="", help="The period of lines that name none; otherwise the next one.")
@click.option("--reason", default="", help="Why targets are changed; a line may say its own.")
@click.option("--with-baselines", is_flag=True, help="Set a missing baseline too, from the scope's own history.")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and change nothing.")
@json_option
def target_import(
    workspace: Path, file: Path, period: str, reason: str, *, with_baselines: bool, dry_run: bool, as_json: bool
) -> None:
    """Set the targets of a file, all of them or none: columns scope, kpi, target, and minimum, stretch, period, reason.

    A line without a baseline is refused, unless --with-baselines finds one in the history of its scope.
    """
    from kpidesk import operations
    from kpidesk.exporting.goal_forms import plans_json, plans_text

    with workspace_at(workspace) as ws:
        plans = operations.plan_target_file(ws, file, period, reason, with_baselines=with_baselines)
        if not dry_run:
            operations.apply_plans(ws, plans)
        names = {one.kpi.id: (one.kpi.name, one.kpi.unit) for one in operations.kpis(ws)}
        currency = operations.settings(ws).currency
    if as_json:
        print_json(plans_json(plans, dry_run=dry_run))
    else:
        click.echo(plans_text(plans, currency, dict(names), dry_run=dry_run))


def _read_share(_ctx: click.Context, _param: click.Parameter, text: str) -> float:
    from kpidesk.core.errors import UserError
    from kpidesk.core.goals import parse_amount

    if text.strip()[:1] in ("-", "\N{MINUS SIGN}"):
        raise UserError(f"A buffer of '{text.strip()}' would share out less than the target.", "Leave it out.")
    return parse_amount(text.strip().removeprefix("+"))


@target.command("cascade")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.option("--scope", default="org", help="Whose target is shared out to its teams and reps: org or team:NAME.")
@click.option("--period", default="", help=PERIOD_HELP)
@click.option("--by", "how", type=click.Choice(HOWS), default="capacity", help="How it is shared out.")
@click.option("--buffer", default="0%", callback=_read_share, help="How much more than the target is given: 10%.")
@click.option("--to-reps", is_flag=True, help="Share what each team gets out to its reps as well.")
@click.option("--reason", default="", help="Why targets are changed.")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and change nothing.")
@json_option
def target_cascade(
    workspace: Path, kpi_id: str, scope: str, period: str, *, how: str, buffer: float, to_reps: bool, reason: str,
    dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Share the target of a scope out to the teams and reps directly in it, or down to the reps."""
    from kpidesk import operations
    from kpidesk.exporting.goal_forms import cascade_json, cascade_text

    with workspace_at(workspace) as ws:
        whose, span = operations.goal_scope(ws, scope), operations.period_for_goals(ws, period)
        plan = operations.cascade(ws, kpi_id, whose, span, how, buffer, to_reps=to_reps)
        if not dry_run:
            operations.apply_cascade(ws, plan, reason)
    print_json(cascade_json(plan, dry_run=dry_run)) if as_json else click.echo(cascade_text(plan, dry_run=dry_run))


@target.command("refresh")
@click.argument("workspace", type=FILE)
@click.option("--period", default="", help=PERIOD_HELP)
@click.option("--accept", multiple=True, metavar="KPI", help="Take what is proposed for this KPI; all for every one.")
@click.option("--keep", multiple=True, metavar="KPI", help="Keep the old target of this KPI; needs --reason.")
@click.option("--reason", default="", help="Why old targets are kept.")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and change nothing.")
@receipts_option
@json_option
def target_refresh(
    workspace: Path, period: str, *, accept: tuple[str, ...], keep: tuple[str, ...], reason: str, dry_run: bool,
    receipts: bool, as_json: bool,
) -> None:  # fmt: skip
    """List targets that are due with new baselines and proposals beside the old ones; set what is accepted or kept."""
    from kpidesk import operations
    from kpidesk.exporting.goal_forms import refresh_json, refresh_text

    with workspace_at(workspace) as ws:
        span = operations.period_for_goals(ws, period)
        found = operations.refresh(ws, span)
        decided = _decisions(ws, found, accept, keep, reason)
        apply = operations.plan_refresh if dry_run else operations.apply_refresh
        done = apply(ws, span, decided) if decided else ()
        changed = len(done) if isinstance(done, tuple) else len(done.changes)
    told = refresh_json(found, changed, dry_run=dry_run)
    print_json(told) if as_json else click.echo(refresh_text(found, changed, dry_run=dry_run, receipts=receipts))


def _decisions(
    ws: Workspace, found: Refresh, accept: tuple[str, ...], keep: tuple[str, ...], reason: str
) -> tuple[Decision, ...]:
    """What to do with each target that is due; what is not named stays as it is, and so does what has no proposal."""
    from kpidesk import operations
    from kpidesk.core.refreshing import Decision

    kept = {operations.find_kpi(ws, one).id for one in keep}
    taken = {operations.find_kpi(ws, one).id for one in accept if one != "all"}
    decided = []
    for line in found.lines:
        if line.kpi.id in kept:
            decided.append(Decision(line.kpi.id, line.scope, "keep", reason=reason))
        elif line.kpi.id in taken or ("all" in accept and not line.hindrance):
            decided.append(Decision(line.kpi.id, line.scope, "accept"))
    return tuple(decided)
