"""The number of a receipt as it was when it was printed, and what of all that was done since made it another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpidesk import engine, store
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.kpis import Kpi
from kpidesk.core.receipt_codes import Claim
from kpidesk.core.receipts import LogEntry, Receipt
from kpidesk.core.scorecards import Question
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.receipt_code import value_mark
from kpidesk.operations.receipts import receipt_of
from kpidesk.operations.replay_codes import ReadCode, asked_again
from kpidesk.operations.replay_goals import goals_before, goals_read
from kpidesk.operations.replay_rows import is_other, quota_rows
from kpidesk.operations.replay_steps import Since, since
from kpidesk.operations.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Then:
    """A number as it was printed: None where taking back what was done since does not give it again.

    `reasons` say, oldest first, what made it the number of today, and `lost` is what cannot be taken back to see.
    """

    receipt: Receipt | None
    reasons: tuple[str, ...] = ()
    lost: tuple[LogEntry, ...] = ()


def as_printed(ws: Workspace, read: ReadCode, now: Receipt, log: Sequence[LogEntry], *, is_past: bool) -> Then:
    """The number of a receipt with all of the log taken back, the goals and typed values first, then the newest.

    `is_past`: `now` is worked out with what had been set by its day, so goals that were set later have no part in it.
    """
    versions = {one.version: one for one in store.kpi_versions(ws.db, read.kpi.id)}
    defined = versions.get(read.claim.version, now.kpi)
    walk = _Walk(ws, read, defined, is_past)
    first = now if defined == now.kpi else walk.receipt(read.asked)
    if first is None:
        return Then(None)
    done = since_printed(ws, read, log)
    set_since = {} if is_past else goals_read(ws, defined, log)
    untold = Then(None, tuple(str(one) for one in reversed(done.steps)), done.lost)
    if ws.db.read_only and done.steps:
        return untold
    try:
        return _told(read.claim, first, walk.back(first, done, set_since), done.lost)
    except UserError:
        return untold


def since_printed(ws: Workspace, read: ReadCode, log: Sequence[LogEntry]) -> Since:
    """What was done since a receipt was printed that can be taken back."""
    return since(ws, log, later_imports(ws, read.claim, read.asked))


def later_imports(ws: Workspace, claim: Claim, asked: Question) -> tuple[ImportEntry, ...]:
    """The imports since then that the number can rest on: what is said of people counts whatever its day."""
    last = asked.as_of
    return tuple(
        one
        for one in store.import_history(ws.db)
        if one.import_id > claim.imports and (last is None or one.data_date <= last or one.kind in ("people", "rates"))
    )


def tried(ws: Workspace, kpi: Kpi, asked: Question, first: int | None = None) -> Receipt | None:
    """The receipt of a number; None where there is none."""
    try:
        return receipt_of(ws, kpi, asked, first=first)
    except UserError:
        return None


def _told(claim: Claim, now: Receipt, before: Sequence[tuple[str, Receipt | None]], lost: tuple[LogEntry, ...]) -> Then:
    """The receipt of then among those before each step, and the steps up to it that changed something."""
    states = [("", now), *before]
    ends = [at for at, (_, one) in enumerate(states) if one is not None and value_mark(one.result) == claim.value]
    end = ends[-1] if ends else len(states) - 1
    reasons, after = list[str](), now
    for words, one in states[1 : end + 1]:
        if one is None or _matters(one, after):
            reasons.append(words)
        after = one or after
    told = tuple(dict.fromkeys(reversed(reasons)))
    return Then(states[end][1] if ends else None, told, lost)


def _matters(before: Receipt, after: Receipt) -> bool:
    """Whether a step made another number, or the same one from other rows."""
    divides = after.kpi.id != engine.QUOTA  # the quotas beside bookings are their target alone
    return is_other(before, after) or (divides and any(quota_rows(before, after).values()))


@dataclass(frozen=True, slots=True)
class _Walk:
    """A number that is worked out again after each step back."""

    ws: Workspace
    read: ReadCode
    defined: Kpi
    is_past: bool

    def receipt(self, asked: Question, later: Sequence[LogEntry] = ()) -> Receipt | None:
        """The number as the workspace is now, without some goals and typed values."""
        ws = as_known(self.ws, asked.as_of, asked.teams) if self.is_past else self.ws
        return tried(goals_before(ws, later, asked) if later else ws, self.defined, asked)

    def back(
        self, now: Receipt, done: Since, set_since: Mapping[str, Sequence[LogEntry]]
    ) -> list[tuple[str, Receipt | None]]:  # fmt: skip
        """Each step in words with the number before it; all is left as it is.

        Raises:
            UserError: what was one cannot be made one again.
        """
        found = list(self._without_goals(now, set_since))
        if not done.steps:
            return found
        gone = [one for entries in set_since.values() for one in entries]
        try:
            with self.ws.db.writing(keep=False):
                for step in done.steps:
                    step.take_back()
                    found.append((str(step), self._again(gone)))
        finally:
            self.ws.memory.clear()  # the numbers of the versions that are gone are given again
            self.ws.version = -1
        return found

    def _again(self, gone: Sequence[LogEntry]) -> Receipt | None:
        try:
            return self.receipt(asked_again(self.ws, self.read), gone)
        except UserError:
            return None

    def _without_goals(
        self, now: Receipt, set_since: Mapping[str, Sequence[LogEntry]]
    ) -> Iterator[tuple[str, Receipt | None]]:  # fmt: skip
        """The number before each kind of goal that was set, told with the day of the newest that matters."""
        asked, gone, after = self.read.asked, list[LogEntry](), now
        for words, entries in set_since.items():
            before = self.receipt(asked, [*gone, *entries])
            if before is not None and is_other(before, after):
                each = (
                    (one, self.receipt(asked, [*gone, *entries[:count]])) for count, one in enumerate(entries, start=1)
                )
                first = next(one for one, then in each if then is None or is_other(then, after))
                yield f"{words}, on {day_text(first.day)}.", before
            gone, after = [*gone, *entries], before or after
