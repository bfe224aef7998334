"""The number of a receipt as it was printed: what was done since is taken back step by step to see what changed it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from kpidesk import engine, store
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.kpis import Kpi
from kpidesk.core.progress import finish
from kpidesk.core.receipt_codes import Claim
from kpidesk.core.receipts import LogEntry, Receipt
from kpidesk.core.scorecards import Question
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.receipt_code import value_mark
from kpidesk.operations.receipts import receipt_of
from kpidesk.operations.replay_codes import ReadCode, asked_again
from kpidesk.operations.replay_goals import goals_before, goals_read
from kpidesk.operations.replay_words import MERGES, SPLITS, is_other, quota_rows
from kpidesk.operations.workspace import Workspace

# --- what was done since ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """Something done on a day that can be taken back, in words without their end."""

    words: str
    day: date
    take_back: Callable[[], None]

    def __str__(self) -> str:
        """The step as a sentence."""
        return f"{self.words}, on {day_text(self.day)}."


@dataclass(frozen=True, slots=True)
class Since:
    """What was done since a receipt was printed.

    `steps` can be taken back, the newest first: merges and splits, then imports. `lost` are the splits of which it is
    not known any more what was one.
    """

    steps: tuple[Step, ...]
    lost: tuple[LogEntry, ...] = ()


def since(ws: Workspace, log: Sequence[LogEntry], imports: Sequence[ImportEntry]) -> Since:
    """The merges, splits and imports of a part of the log; what was merged and told apart again in it is neither."""
    mine, steps, lost = merge_numbers(ws, log), list[Step](), list[LogEntry]()
    parted = {number for entry in log if entry.action in SPLITS for number in entry.numbers}
    every = merge_numbers(ws, store.log_since(ws.db, 0)) if parted - mine.keys() else mine
    for entry in reversed(log):
        if entry.action in SPLITS and (before := [one for one in entry.numbers if one not in mine]):
            pairs = [_told_apart(entry, one, every.get(one)) for one in before]
            known = [one for one in pairs if one is not None]
            if len(known) == len(pairs):
                steps.append(_rejoined(ws, entry, known))
            else:
                lost.append(entry)
        else:
            own = [number for number, pair in mine.items() if pair.entry is entry and number not in parted]
            steps += [_parted(ws, entry, number) for number in sorted(own, reverse=True)]
    return Since((*steps, *(_without(ws, one) for one in reversed(imports))), tuple(lost))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two that were made one: the numbers of both, and the entry of the log."""

    keep: int
    drop: int
    entry: LogEntry


def merge_numbers(ws: Workspace, log: Iterable[LogEntry]) -> dict[int, Pair]:
    """The number of each merge in the newest part of the log with the two that it made one.

    They are counted up in the order of the log; those that an import made on its way are counted among them.
    """
    made = [Pair(keep, drop, entry) for entry in log if entry.action in MERGES for keep, drop in _pairs(entry)]
    if not made:
        return {}
    by_imports = store.merges_by_imports(ws.db)
    by_hand = (number for number in range(store.newest_merge(ws.db), 0, -1) if number not in by_imports)
    return dict(zip(islice(by_hand, len(made)), reversed(made), strict=False))


def _pairs(entry: LogEntry) -> Iterator[tuple[int, int]]:
    """The two of each merge of an entry: who stays, who was merged away."""
    for drop, part in zip(entry.numbers, entry.detail.split(", "), strict=True):
        yield int(part.rpartition(" ")[2]), drop


def _parted(ws: Workspace, entry: LogEntry, number: int) -> Step:
    apart = store.split_deals if entry.action == "merge deals" else store.split
    return Step(MERGES[entry.action], entry.day, lambda: apart(ws.db, number))


def _told_apart(entry: LogEntry, merge: int, made: Pair | None) -> Pair | None:
    """The two deals, or the numbers of texts of two people or accounts, that a split told apart; None where unknown."""
    if made is None or made.entry.action == "merge deals":
        return made
    told = next((one.split() for one in entry.detail.split(", ") if one.split()[0] == str(merge)), [])
    texts = [int(one) for one in told[1::2]]  # "12 7 into 9"; formerly "12"
    return replace(made, keep=texts[1], drop=texts[0]) if len(texts) == 2 else None


def _rejoined(ws: Workspace, entry: LogEntry, pairs: Sequence[Pair]) -> Step:
    def take_back() -> None:
        for pair in reversed(pairs):
            _join(ws, pair)

    return Step(SPLITS[entry.action], entry.day, take_back)


def _join(ws: Workspace, pair: Pair) -> None:
    if pair.entry.action == "merge deals":
        store.merge_deals(ws.db, pair.keep, pair.drop)
    elif pair.entry.action == "merge people":
        store.merge_people(ws.db, *(store.bearer(ws.db, "person", one) for one in (pair.keep, pair.drop)))
    else:
        store.merge_accounts(ws.db, *(store.bearer(ws.db, "account", one) for one in (pair.keep, pair.drop)))


def _without(ws: Workspace, came: ImportEntry) -> Step:
    def take_back() -> None:
        if any(one.import_id == came.import_id for one in store.import_history(ws.db)):  # or it went with another
            finish(store.undo_import(ws.db, came.import_id))

    return Step(_came_words(came), store.local_day(came.imported_at), take_back)


def _came_words(came: ImportEntry) -> str:
    if came.is_typed and came.kind == "people":
        return came.file
    return f"The rate {came.file} was set" if came.is_typed and came.kind == "rates" else f"{came.file} was imported"


# --- the number before each of it -------------------------------------------------------------------------------------


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
