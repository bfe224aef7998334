"""The forecasts of a team from one small file, line by line: what cannot be one is refused with its line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kpidesk.core.errors import Issue, UserError
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, parse_period
from kpidesk.core.submissions import Submitted, SubmittedFile, check_period
from kpidesk.importing.named_lines import named_lines
from kpidesk.operations.submissions import submit_text
from kpidesk.operations.workspace import Workspace, all_or_none, scopes, settings

NEEDED = ("scope", "commit")
OTHERS = ("best", "pipeline", "period", "note")


def submit_file(ws: Workspace, path: Path, period: Period) -> SubmittedFile:
    """Give the forecasts of a file with the columns scope and commit, and maybe best, pipeline, period and note.

    `period` is that of lines that name none. A line that cannot be a forecast, such as one for a period that is over,
    is refused with what is wrong; the others are given all together or, where the workspace cannot be written, not.

    Raises:
        UserError: it is no such file, or no line of it can be used.
    """
    lines = tuple(named_lines(path, NEEDED, OTHERS, "forecasts"))
    given: dict[tuple[Scope, Period], int] = {}
    submitted: list[Submitted] = []
    issues: list[Issue] = []
    with all_or_none(ws):
        for line, told in lines:
            found = _line(ws, line, told, period, given)
            submitted += [found] if isinstance(found, Submitted) else []
            issues += [found] if isinstance(found, Issue) else []
    if not submitted:
        raise UserError(f"No line of '{path.name}' can be used. {_first(issues)}".strip(), "Nothing was given.")
    return SubmittedFile(tuple(submitted), tuple(issues))


def _first(issues: list[Issue]) -> str:
    return f"Line {issues[0].line}: {issues[0].problem}" if issues else ""


def _line(
    ws: Workspace, line: int, told: Mapping[str, str], default: Period, given: dict[tuple[Scope, Period], int]
) -> Submitted | Issue:
    """The forecast of one line, given, or what is wrong with it."""
    column = "scope"
    try:
        scope = scopes(ws).find_scope(told["scope"])
        column = "period"
        period = parse_period(told["period"], settings(ws), ws.today) if told["period"] else default
        check_period(period, ws.today)
        column = "scope"
        if (scope, period) in given:
            raise UserError(f"{scope.name or scope.key} stands on line {given[scope, period]} already.")
        column = "commit"
        done = submit_text(
            ws, scope, period, told["commit"], told["best"], told["pipeline"], note=told["note"]
        )  # fmt: skip
    except UserError as error:
        return Issue(line, column, told[column], str(error))
    given[scope, period] = line
    return done
