"""What a receipt code stands for: its KPI, and the question that it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, period_of, span_period
from kpidesk.core.receipt_codes import KPI_BITS, Claim, decode, mark, with_other_zeros
from kpidesk.core.receipts import LogEntry
from kpidesk.core.scorecards import Question
from kpidesk.operations.formulas import definition_in_force
from kpidesk.operations.page_numbers import page_numbers
from kpidesk.operations.receipt_code import definition_mark, known_day, workspace_mark
from kpidesk.operations.replay_merged import claimed_scope, later_merges
from kpidesk.operations.replay_words import NOWHERE
from kpidesk.operations.workspace import Workspace, definitions, settings


@dataclass(frozen=True, slots=True)
class ReadCode:
    """What a code says, its KPI, and the question that it answers.

    `log` is what was done since it was printed, `merged` the merges of people in it that still hold by the number of
    the person merged away.
    """

    claim: Claim
    kpi: Kpi
    asked: Question
    log: tuple[LogEntry, ...]
    merged: Mapping[int, int]


def read_code(ws: Workspace, code: str) -> ReadCode:
    """What a code stands for; its question is asked with the knowledge of then where newer data came since.

    Raises:
        UserError: the code is mistyped or of another workspace, or its KPI, person, team or part is not there any more.
    """
    claim = decode(code)
    if claim.workspace != workspace_mark(ws):
        raise _of_another(ws, code)
    kpi = _kpi(ws, claim)
    log = store.log_since(ws.db, claim.log)
    merged = later_merges(ws, log)
    return ReadCode(claim, kpi, _as_defined(ws, claim, kpi, _question(ws, claim, kpi, merged)), log, merged)


def _of_another(ws: Workspace, code: str) -> UserError:
    meant = [other for other, claim in with_other_zeros(code) if claim.workspace == workspace_mark(ws)]
    if meant:
        return UserError(f"'{code.strip()}' is no code of this workspace.", f"Perhaps {meant[0]} is meant.")
    return UserError(
        "This receipt is from another workspace.",
        "Open the workspace that it was printed from; a workspace that was made anew is another one.",
    )


def _kpi(ws: Workspace, claim: Claim) -> Kpi:
    known = (*definitions(ws).values(), *page_numbers().values())
    found = [kpi for kpi in known if mark(kpi.id, KPI_BITS) == claim.kpi]
    if not found:
        raise UserError("The KPI of this receipt is not in this workspace any more.", NOWHERE)
    return max(found, key=lambda one: one.version >= claim.version)


def _question(ws: Workspace, claim: Claim, kpi: Kpi, merged: Mapping[int, int]) -> Question:
    period = _period(ws, claim)
    newest = known_day(ws, None)
    as_of = claim.known if newest is not None and claim.known is not None and claim.known < newest else None
    by = "rep" if claim.nobody_is_a_rep else ""
    asked = Question(period, _scope(ws, claim, merged), by, 1, as_of, "today" if claim.today_teams else "as-was")
    if not claim.parts:
        return asked
    if kpi.id in page_numbers():
        from kpidesk.operations.page_number_rows import with_named  # nor does any for these

        return with_named(ws, kpi, claim, asked)
    from kpidesk.operations.replay_parts import parted  # no other number waits for breakdowns

    return parted(ws, claim, kpi, asked)


def asked_again(ws: Workspace, read: ReadCode) -> Question:
    """The question of a code as the workspace is now, after something of the log was taken back in it.

    Raises:
        UserError: its person, team or part is not there.
    """
    merged = later_merges(ws, read.log)
    if read.claim.parts:
        return replace(_question(ws, read.claim, read.kpi, merged), as_of=read.asked.as_of, defined=read.asked.defined)
    return replace(read.asked, scope=_scope(ws, read.claim, merged))


def _as_defined(ws: Workspace, claim: Claim, kpi: Kpi, asked: Question) -> Question:
    """The question with the period by whose definitions it was answered, where that is a later one than its own.

    Long times are counted as the period beside which they stand, the past behind a baseline as the period it is for.
    """
    if _is_by(ws, claim, kpi, asked):
        return asked
    first = asked.period.start.isoformat()
    later = sorted({one.valid_from for one, _ in store.kpi_log(ws.db) if one.valid_from > first})
    days = (date.fromisoformat(day) for day in later)
    told = (replace(asked, defined=span_period(day, day)) for day in days)
    return next((one for one in told if _is_by(ws, claim, kpi, one)), asked)


def _is_by(ws: Workspace, claim: Claim, kpi: Kpi, asked: Question) -> bool:
    """Whether the definitions of a question are those that the code tells of."""
    then = definition_in_force(ws, kpi, asked.defined_in)
    return then.version == claim.version and definition_mark(ws, then, asked) == claim.definition


def _period(ws: Workspace, claim: Claim) -> Period:
    if claim.grain == "span" and claim.end is not None:
        return span_period(claim.start, claim.end)
    period = period_of(claim.start, claim.grain, settings(ws))
    if period.start != claim.start:
        raise UserError(
            f"The {claim.grain} of this receipt begins on {day_text(claim.start)}, as no {claim.grain} does any more.",
            "The calendar was changed in the settings; set it back to prove the number again.",
        )
    return period


def _scope(ws: Workspace, claim: Claim, merged: Mapping[int, int]) -> Scope:
    found = claimed_scope(ws, claim, merged)
    if found is None:
        raise UserError(
            f"The {claim.scope_kind} of this receipt is not in this workspace any more.",
            "An import may have been undone.",
        )
    return found
