"""What can go wrong in the user's own world: wrong requests are raised, wrong data is returned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class UserError(Exception):
    """A request that cannot be met, with what to do about it; shown to the user as written.

    `problem` says in one sentence what is wrong, with the place and the value; `advice` what to do next. `answers` are
    options with which it may be met all the same, each with its value: what is proposed, or `UNSAID`.
    """

    def __init__(self, problem: str, advice: str = "", answers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(f"{problem} {advice}".strip())
        self.problem = problem
        self.advice = advice
        self.answers = answers


class InUseError(UserError):
    """A workspace that another window or program has open: nothing is wrong with it."""


class NoRecordsError(UserError):
    """A file that can be read but holds no records of a known kind: among others it may be left out."""


class OtherTableError(NoRecordsError):
    """A table with columns and rows that are of no known kind: where it is left out among others, that is told."""


class OtherFieldError(UserError):
    """Something said of a `field` that the records of a file do not have: among others it may be meant for another."""

    def __init__(self, problem: str, advice: str, field: str) -> None:
        super().__init__(problem, advice)
        self.field = field


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong in one row of a file. `line` counts from 1 as an editor shows it."""

    line: int
    column: str
    value: str
    problem: str


UNSAID = "…"
"""What stands in an answer for what only the user can say; no option takes it as a value."""


@dataclass(frozen=True, slots=True)
class ImportQuestion:
    """Something only the user can answer before a file can be imported.

    `option` is the command-line answer, for example `--date-order dmy|mdy`. `columns` are those that the answer is
    about, where another one may be given for others. `answers` are the options to give with their values: what is
    suggested, or `UNSAID` where nothing is; empty where one line cannot answer it.
    """

    about: str
    choices: tuple[str, ...]
    evidence: str
    option: str
    columns: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()


class OpenQuestionsError(UserError):
    """An import that stopped, with nothing changed, because the file leaves questions open."""

    def __init__(self, problem: str, advice: str, questions: tuple[ImportQuestion, ...]) -> None:
        super().__init__(problem, advice)
        self.questions = questions


def nearest(name: str, known: Iterable[str], limit: int = 3) -> str:
    """Advice that offers the known names nearest to a mistyped one ("Did you mean …?")."""
    choices = sorted(set(known))
    folded = {choice.casefold(): choice for choice in choices}
    close = [folded[hit] for hit in get_close_matches(name.casefold(), list(folded), n=limit, cutoff=0.5)]
    if close:
        return f"Did you mean {' or '.join(close)}?"
    if not choices:
        return "There is none yet."
    shown = ", ".join(choices[:8])
    return f"Known: {shown}{' …' if len(choices) > 8 else '.'}"
