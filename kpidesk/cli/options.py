"""What the commands share: their options, an open workspace, progress on a terminal, JSON."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click

from kpidesk.core.errors import UserError
from kpidesk.core.periods import parse_day
from kpidesk.core.progress import TAKING_BACK, Progress, finish
from kpidesk.core.redactions import Redaction

if TYPE_CHECKING:  # a command imports the operations when it runs, so that --help answers at once
    from kpidesk.core.scorecards import Question
    from kpidesk.operations import Workspace

T = TypeVar("T")
Decorated = Callable[..., None]
FILE = click.Path(path_type=Path, dir_okay=False)
STDERR = 2
TOO_LATE = "It is too late to cancel: it is being saved."
NUMBER = click.IntRange(0, 2**63 - 1)
"""The number of something in a workspace."""


def _read_day(_ctx: click.Context, _param: click.Parameter, text: str | None) -> date | None:
    return None if text is None else parse_day(text)


def day_option(name: str, words: str) -> Callable[[Decorated], Decorated]:
    """An option that takes a day, as year-month-day."""
    return click.option(name, metavar="DATE", callback=_read_day, help=words)


def json_option(command: Decorated) -> Decorated:
    """Add --json, by which a command prints one JSON document."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.", is_eager=True, callback=_remember)(
        command
    )


def receipts_option(command: Decorated) -> Decorated:
    """Add --no-receipts, by which no codes of receipts stand below what is printed as text."""
    words = "Leave out the codes that prove each number; --json has them all."
    return click.option("--no-receipts", "receipts", is_flag=True, flag_value=False, default=True, help=words)(command)


def _remember(ctx: click.Context, _param: click.Parameter, as_json: bool) -> bool:
    """Let an error know as well that JSON was asked for."""
    ctx.find_root().obj["json"] = as_json
    return as_json


_scope_option = click.option("--scope", default="org", help="org, team:NAME, rep:NAME or unassigned.")
_period_option = click.option("--period", default="", help="2017, 2017-Q2, 2017-04, 2017-P04, 2017-W14, last-quarter …")
_as_of_option = day_option("--as-of", "With the knowledge of this day only.")
_grain_option = click.option("--grain", default="", help="week, month, quarter or year.")
_teams_option = click.option("--teams", type=click.Choice(("as-was", "today")), default="as-was",
                             help="Count for the teams people were in then, or are in now.")  # fmt: skip


def question_options(command: Decorated) -> Decorated:
    """Add the options that say what is asked: scope, breakdown, period, grain, as-of."""
    by = click.option("--by", default="", help="Break down by team, rep or a field such as lead_source.")
    periods = click.option("--periods", type=int, default=0, help="How many periods, ending with the period.")
    return _scope_option(by(_period_option(periods(_grain_option(_as_of_option(_teams_option(command)))))))


def period_options(command: Decorated) -> Decorated:
    """Add the options that say whose number is asked and when, where a command says itself by what it is split."""
    return _scope_option(_period_option(_grain_option(_as_of_option(_teams_option(command)))))


def copy_options(command: Decorated) -> Decorated:
    """Add the options of what is handed over: on which paper, and what others may not see."""
    for option in (
        click.option("--redact", type=click.Choice(get_args(Redaction)), help="People as initials, amounts as bands."),
        click.option("--paper", type=click.Choice(("a4", "letter"), case_sensitive=False),
                     help="Of a PDF; as your country has it without."),
    ):  # fmt: skip
        command = option(command)
    return command


@contextmanager
def workspace_at(path: Path) -> Iterator[Workspace]:
    """An open workspace, closed again at the end of the command."""
    from kpidesk import operations

    ws = operations.open_workspace(path, today=date.today())
    try:
        yield ws
    finally:
        operations.close(ws)


def ask(ws: Workspace, options: dict[str, Any]) -> Question:
    """The question that the options of a command put."""
    from kpidesk import operations

    return operations.question(
        ws,
        scope=options["scope"],
        period=options["period"],
        by=options["by"],
        periods=options["periods"] or 1,
        grain=options["grain"],
        as_of=options["as_of"],
        teams=options["teams"],
    )


@contextmanager
def _cut_off_told(steps: Sequence[Progress]) -> Iterator[None]:
    """Let Ctrl+C say at once what becomes of work that has come to the last of some steps; a certain one goes on."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def tell(number: int, frame: FrameType | None) -> None:
        is_certain = bool(steps) and steps[-1].certain
        words = TOO_LATE if is_certain else TAKING_BACK
        line = f"\r{words}\033[K\n" if sys.stderr.isatty() else f"{words}\n"
        with suppress(OSError):  # to the stream itself nothing may be written in the midst of a writing to it
            os.write(STDERR, line.encode(sys.stderr.encoding, "replace"))
        if not is_certain:
            signal.signal(number, signal.default_int_handler)
            signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, tell)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def finish_written(work: Generator[Progress, None, T]) -> T:
    """Run long work that writes, as `finish_shown` does; Ctrl+C says at once what becomes of what was written."""
    steps: deque[Progress] = deque(maxlen=1)

    def noted() -> Generator[Progress, None, T]:
        while True:
            try:
                steps.append(next(work))
            except StopIteration as stop:
                result: T = stop.value
                return result
            yield steps[-1]

    with _cut_off_told(steps), closing(work):
        return finish_shown(noted())


def finish_shown(work: Generator[Progress, None, T]) -> T:
    """Run long work; on a terminal its progress is shown on one line."""
    if not sys.stderr.isatty():
        return finish(work)

    def show(step: Progress) -> None:
        share = f" {100 * step.done // step.total}%" if step.total else ""
        click.echo(f"\r{step.text}{share}\033[K", nl=False, err=True)

    try:
        return finish(work, show)
    finally:
        click.echo("\r\033[K", nl=False, err=True)


def print_json(value: object) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


@contextmanager
def pointing_into(formula: str) -> Iterator[None]:
    """Print a formula with marks under the place that an error is about, before the error itself."""
    from kpidesk import operations

    try:
        yield
    except UserError as error:
        if marks := operations.marked(formula, error):
            click.echo(marks, err=True)
        raise
