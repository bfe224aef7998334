"""The commands about what stands out: `signals`, `acknowledge`, `limits`, `rule`, `digest`, `note`, `coaching`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpidesk.cli.group import main
from kpidesk.cli.options import FILE, NUMBER, day_option, json_option, print_json, receipts_option, workspace_at
from kpidesk.core.formats import day_text
from kpidesk.core.periods import parse_day

if TYPE_CHECKING:
    from kpidesk.core.periods import Period
    from kpidesk.operations import Workspace

_SCOPE = click.option("--scope", default="org", help="org, team:NAME or rep:NAME.")


def _period(ws: Workspace, text: str) -> Period | None:
    from kpidesk import operations

    return operations.question(ws, period=text).period if text else None


@main.command()
@click.argument("workspace", type=FILE)
@_SCOPE
@click.option("--period", default="", help="As it stood at the end of this period; otherwise now.")
@day_option("--as-of", "With the knowledge of this day only.")
@click.option("--all", "whole", is_flag=True, help="Not five only; also what was acknowledged and is not looked at.")
@json_option
def signals(workspace: Path, scope: str, period: str, as_of: date | None, *, whole: bool, as_json: bool) -> None:
    """List what stands out among the KPIs of a scope and those below it, leading ones first."""
    from kpidesk import operations
    from kpidesk.exporting.signal_forms import signals_json, signals_text

    with workspace_at(workspace) as ws:
        asked = operations.scopes(ws).find_scope(scope)
        found = operations.signals(ws, asked, _period(ws, period), as_of)
        hits = () if period else operations.rule_hits(ws, asked, as_of)
    print_json(signals_json(found, hits)) if as_json else click.echo(signals_text(found, hits, whole=whole))


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@_SCOPE
@click.option("--reason", default="", help="What is behind it, in words that a rep may read.  [required]")
@json_option
def acknowledge(workspace: Path, kpi_id: str, scope: str, reason: str, *, as_json: bool) -> None:
    """Say what is behind a signal: it leaves the list, and the next one-on-one brings it up, the rep's copy too."""
    from kpidesk import operations
    from kpidesk.exporting.signal_forms import acknowledgement_json

    with workspace_at(workspace) as ws:
        done = operations.acknowledge(ws, kpi_id, operations.scopes(ws).find_scope(scope), reason)
    words = f"Acknowledged: {done.kpi_id}, since {day_text(done.since)}: {done.reason}."
    print_json(acknowledgement_json(done)) if as_json else click.echo(words)


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@_SCOPE
@click.option("--from", "start", default="", metavar="DATE", help="The first day of the new limits.  [required]")
@click.option("--grain", default="", help="week or month; otherwise that of the chart.")
@click.option("--reason", default="", help="What has really changed.  [required]")
@json_option
def limits(workspace: Path, kpi_id: str, scope: str, start: str, grain: str, reason: str, *, as_json: bool) -> None:
    """Work the limits of a chart out anew from a day on, because something has really changed."""
    from kpidesk import operations
    from kpidesk.exporting.signal_forms import limits_json

    if not start:
        raise click.UsageError("Say from which day on with --from.")
    with workspace_at(workspace) as ws:
        asked = operations.scopes(ws).find_scope(scope)
        done = operations.restart_limits(ws, kpi_id, asked, parse_day(start), reason, grain)
    words = f"Limits of {done.kpi_id} start anew on {day_text(done.day)}: {done.reason}."
    print_json(limits_json(done)) if as_json else click.echo(words)


@main.group()
def rule() -> None:
    """Rules of your own: when a number is to be reported after an import."""


@rule.command("add")
@click.argument("workspace", type=FILE)
@click.argument("kpi_id", metavar="KPI")
@click.argument("kind", metavar="above|below|tier|change")
@click.argument("level", default="")
@click.option("--scope", default="org", help="org, team:NAME or rep:NAME; teams or reps for each of them.")
@click.option(
    "--grain", default="", help="week, month, quarter or year; otherwise month, for a tier the first that has targets."
)
@json_option
def rule_add(workspace: Path, kpi_id: str, kind: str, level: str, scope: str, grain: str, *, as_json: bool) -> None:
    """Add a rule: a level crossed, a tier reached or left, or a change by 20% against its own usual value."""
    from kpidesk import operations
    from kpidesk.exporting.signal_forms import rule_json

    with workspace_at(workspace) as ws:
        done = operations.add_rule(ws, kpi_id, kind, level, scope, grain)
        words = operations.rule_words(ws, done)
    print_json(rule_json(done, words)) if as_json else click.echo(f"Rule {done.id}: {words}.")


@rule.command("list")
@click.argument("workspace", type=FILE)
@click.option("--retired", is_flag=True, help="Also those out of force.")
@day_option("--as-of", "With the knowledge of this day only.")
@json_option
def rule_list(workspace: Path, as_of: date | None, *, retired: bool, as_json: bool) -> None:
    """List the rules and what they report."""
    from kpidesk import operations
    from kpidesk.exporting.signal_forms import hit_json, rule_json, rules_text

    with workspace_at(workspace) as ws:
        found = [(one, operations.rule_words(ws, one)) for one in operations.rules(ws, as_of, retired=retired)]
        hits = operations.rule_hits(ws, as_of=as_of)
    if as_json:
        print_json({"rules": [rule_json(*one) for one in found], "hits": [hit_json(one) for one in hits]})
    else:
        click.echo(rules_text(found, hits))


@rule.command("retire")
@click.argument("workspace", type=FILE)
@click.argument("number", metavar="RULE", type=NUMBER)
@json_option
def rule_retire(workspace: Path, number: int, *, as_json: bool) -> None:
    """Take a rule out of force, by its number; it stays readable."""
    from kpidesk import operations
    from kpidesk.exporting.signal_forms import rule_json

    with workspace_at(workspace) as ws:
        done = operations.retire_rule(ws, number)
        words = operations.rule_words(ws, done)
    print_json(rule_json(done, words)) if as_json else click.echo(f"Out of force: {words}.")


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("import_id", metavar="[IMPORT]", type=NUMBER, default=0)
@_SCOPE
@day_option("--as-of", "With the knowledge of this day only.")
@click.option("--all", "whole", is_flag=True, help="Every signal, not five only.")
@json_option
def digest(workspace: Path, import_id: int, scope: str, as_of: date | None, *, whole: bool, as_json: bool) -> None:
    """Tell what an import brought: deals that moved, new signals, rules that are met; otherwise the newest of deals."""
    from kpidesk import operations
    from kpidesk.exporting.signal_forms import digest_json, digest_text

    with workspace_at(workspace) as ws:
        found = operations.digest(ws, import_id, operations.scopes(ws).find_scope(scope), as_of)
    print_json(digest_json(found)) if as_json else click.echo(digest_text(found, whole=whole))


@main.group()
def note() -> None:
    """Notes on days, for the charts."""


@note.command("add")
@click.argument("workspace", type=FILE)
@click.argument("day", metavar="DATE")
@click.argument("text")
@_SCOPE
@click.option("--kpi", "kpi_id", default="", help="Only on the chart of this KPI.")
@json_option
def note_add(workspace: Path, day: str, text: str, scope: str, kpi_id: str, *, as_json: bool) -> None:
    """Note what happened on a day, such as a new price list."""
    from kpidesk import operations
    from kpidesk.exporting.signal_forms import note_json

    with workspace_at(workspace) as ws:
        done = operations.add_note(ws, parse_day(day), text, operations.scopes(ws).find_scope(scope), kpi_id)
    print_json(note_json(done)) if as_json else click.echo(f"Note {done.id}: {day_text(done.day)}, {done.text}.")


@note.command("list")
@click.argument("workspace", type=FILE)
@json_option
def note_list(workspace: Path, *, as_json: bool) -> None:
    """List the notes by their day."""
    from kpidesk import operations
    from kpidesk.exporting.signal_forms import note_json, notes_text

    with workspace_at(workspace) as ws:
        found = operations.chart_notes(ws)
    print_json({"notes": [note_json(one) for one in found]}) if as_json else click.echo(notes_text(found))


@note.command("delete")
@click.argument("workspace", type=FILE)
@click.argument("number", metavar="NOTE", type=NUMBER)
@json_option
def note_delete(workspace: Path, number: int, *, as_json: bool) -> None:
    """Take a note away, by its number."""
    from kpidesk import operations
    from kpidesk.exporting.signal_forms import note_json

    with workspace_at(workspace) as ws:
        gone = operations.delete_note(ws, number)
    print_json(note_json(gone)) if as_json else click.echo(f"Taken away: {day_text(gone.day)}, {gone.text}.")


@main.command()
@click.argument("workspace", type=FILE)
@click.argument("rep", metavar="REP")
@click.option("--period", default="", help="Otherwise the last quarter that the data cover.")
@day_option("--as-of", "With the knowledge of this day only.")
@receipts_option
@json_option
def coaching(
    workspace: Path, rep: str, period: str, as_of: date | None, *, receipts: bool, as_json: bool
) -> None:  # fmt: skip
    """Say whether a rep is behind and works long on lost deals, and which deals to go through."""
    from kpidesk import operations
    from kpidesk.exporting.signal_forms import prompts_json, prompts_text

    with workspace_at(workspace) as ws:
        scope = operations.scopes(ws).find_scope(rep)
        found = operations.coaching_prompts(ws, scope, _period(ws, period), as_of)
    print_json(prompts_json(scope, found)) if as_json else click.echo(prompts_text(found, receipts=receipts))
