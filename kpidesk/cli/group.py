"""The group that every command belongs to: what to do without a command, and how an error is told."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

import click

from kpidesk import __version__
from kpidesk.cli.homes import HOMES
from kpidesk.core.errors import UNSAID, ImportQuestion, OpenQuestionsError, UserError, nearest
from kpidesk.core.progress import collector_off
from kpidesk.core.wording import capital, listed

LONGEST = 1000
"""So many characters of a sentence on a command are shown: all of it."""
_Answers = tuple[tuple[str, str], ...]
SAID = "kpidesk.said"
"""Under what click keeps the words of the command as they were typed."""


class Told(click.Group):
    """Lists its commands with the whole sentence on each; click cuts them at the end of the line."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The names of the commands, and what each does."""
        known = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, one.get_short_help_str(LONGEST)) for name, one in known if one is not None and not one.hidden]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


class Commands(Told):
    """Opens the window when no command is named, so that a workspace file can be given alone.

    A command is loaded when it is asked for.
    """

    group_class = Told

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click asks with it
        """Every command by its name, loaded or not."""
        return sorted(HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name, with all that belongs to it."""
        for module in HOMES.get(cmd_name, ()):
            import_module(f"kpidesk.cli.{module}")
        return super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read `kpidesk` as `kpidesk open` and `kpidesk FILE` as `kpidesk open FILE`."""
        ctx.meta[SAID] = list(args)
        known = {"--help", "--version", *HOMES}
        if not args or (args[0] not in known and not args[0].startswith("-")):
            if args and _is_mere_word(args[0]):
                ctx.fail(f"There is no command or file '{args[0]}'. {nearest(args[0], HOMES)}")
            args = ["open", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a user's error is printed with its advice and ends with exit code 1.

        A command ends soon, so nothing is searched for garbage meanwhile: only a window that opens begins with that.
        """
        try:
            with collector_off():
                return super().invoke(ctx)
        except UserError as error:
            _print_error(error, ctx.meta[SAID], as_json=bool(ctx.obj and ctx.obj.get("json")))
            ctx.exit(1)


def _is_mere_word(text: str) -> bool:
    """Whether it is a command that is not there, and cannot be a file to open."""
    return text.replace("-", "").isalpha() and not Path(text).exists()


def _print_error(error: UserError, said: Sequence[str], *, as_json: bool) -> None:
    asked = error.questions if isinstance(error, OpenQuestionsError) else ()
    reasons = [f"{capital(one.evidence)}." for one in asked if one.evidence and one.evidence not in error.problem]
    answers = _answers_to(asked) or error.answers
    again = command_again(said, answers)
    ready = f"Ready to copy once {_still_to_do(answers)}:\n  {again}" if again else ""
    click.echo("\n".join(filter(None, (error.problem, *reasons, error.advice, ready))), err=True)
    if not as_json:
        return
    told: dict[str, object] = {"error": {"problem": error.problem, "advice": error.advice}}
    if asked:
        told["questions"] = [
            {"about": one.about, "choices": list(one.choices), "evidence": one.evidence} for one in asked
        ]
    told |= {"command": again} if again else {}
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def _answers_to(asked: Sequence[ImportQuestion]) -> _Answers:
    """An option for every answer that is asked for, each once; none where one line cannot answer all."""
    if not all(one.answers for one in asked):
        return ()
    found = {(option, value.rpartition("=")[0]): (option, value) for one in asked for option, value in one.answers}
    return tuple(found.values())


def command_again(said: Sequence[str], answers: _Answers) -> str:
    """The command with these options besides; empty without any."""
    if not answers:
        return ""
    return " ".join(("kpidesk", *map(_quoted, (*said, *(part for pair in answers for part in pair)))))


def _still_to_do(answers: _Answers) -> str:
    """What a line with answers needs before it is used: nothing that is suggested counts unseen."""
    is_said = [not value.endswith(UNSAID) for _, value in answers]
    parts = (
        "" if all(is_said) else f"each {UNSAID} is filled in",
        "each suggestion is checked" if any(is_said) else "",
    )
    return listed(filter(None, parts))


def _quoted(text: str) -> str:
    """A word of a command as a shell reads it again, in double quotes where these do, as every shell knows them."""
    if re.fullmatch(r"[\w@%+=:,./…-]+", text):
        return text
    return shlex.quote(text) if set(text) & set('"$`!\\') and os.name != "nt" else f'"{text}"'


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="kpidesk")
@click.pass_context
def main(ctx: click.Context) -> None:
    """KPI Desk: sales KPIs, targets and one-on-ones from CRM exports, offline, in one file."""
    ctx.ensure_object(dict)
    for stream in (sys.stdout, sys.stderr):
        _make_printable(stream)


def _make_printable(stream: TextIO) -> None:
    """Let a stream carry signs such as ● and −: files and pipes in UTF-8; a terminal that lacks them shows ?."""
    if isinstance(stream, TextIOWrapper) and stream.encoding.lower() not in ("utf-8", "utf8"):
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8")
