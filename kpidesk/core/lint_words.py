"""The findings about a set of KPIs as they are told and counted: what holds alike for several levels is said once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import get_args

from kpidesk.core.kpis import LEVEL_WORDS
from kpidesk.core.lint_facts import LintFinding, Severity
from kpidesk.core.wording import counted, listed

CLEAN = "Nothing to mend"


def mend_words(told: Sequence[LintFinding], first: int = 0) -> str:
    """How many things there are to mend, as `grouped` tells them: "1 thing to mend, 5 could be better".

    Args:
        told: the findings that are told.
        first: how many of them are told before all others, 0 where all are: "7 things to mend, 3 of them first".
    """
    if not told:
        return CLEAN
    better = sum(one.severity == "notice" for one in told)
    if better == len(told):
        return f"{counted(better, 'thing')} you could do better"
    grave = len(told) - better
    begin = f", {first} of them first" if 0 < first < grave else ""
    return f"{counted(grave, 'thing')} to mend{begin}{f', {better} could be better' if better else ''}"


def grouped(findings: Sequence[LintFinding]) -> tuple[LintFinding, ...]:
    """The findings, the gravest first; what holds alike for several levels is said once."""
    return tuple(map(_as_one, _alike(findings)))


def behind(shown: LintFinding, findings: Sequence[LintFinding]) -> tuple[LintFinding, ...]:
    """The findings that are said as one by `grouped`."""
    return next((tuple(each) for each in _alike(findings) if _as_one(each) == shown), ())


def _alike(findings: Sequence[LintFinding]) -> Iterable[Sequence[LintFinding]]:
    groups: dict[tuple[str, str], list[LintFinding]] = {}
    for one in sorted(findings, key=lambda one: get_args(Severity).index(one.severity)):
        groups.setdefault((one.severity, one.problem.replace(one.where, "\0")), []).append(one)
    return groups.values()


def _as_one(each: Sequence[LintFinding]) -> LintFinding:
    problem = _for_levels(each[0].problem.replace(each[0].where, "\0"), each)
    return replace(each[0], problem=problem.replace("\0", listed([one.where for one in each])))


def _for_levels(problem: str, each: Sequence[LintFinding]) -> str:
    """The levels by their names: "for the organisation and reps" in place of "at org and rep level"."""
    return problem.replace("at \0 level", f"for {listed([LEVEL_WORDS.get(one.where, one.where) for one in each])}")
