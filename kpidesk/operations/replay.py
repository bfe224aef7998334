"""A receipt read again from its code: the same number proven, or what was changed since it was printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kpidesk import engine, store
from kpidesk.core.formats import full_value
from kpidesk.core.receipt_codes import Claim, encode
from kpidesk.core.receipts import LogEntry, Receipt, ReceiptRow, Replay
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import listed
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.formulas import definition_in_force, formula_then
from kpidesk.operations.overlapping import rolls
from kpidesk.operations.receipt_code import definition_mark, value_mark
from kpidesk.operations.receipts import receipt_of
from kpidesk.operations.replay_codes import ReadCode, read_code
from kpidesk.operations.replay_columns import changed_in_file, not_compared
from kpidesk.operations.replay_goals import baseline_words, target_words
from kpidesk.operations.replay_merged import merged_words
from kpidesk.operations.replay_then import Then, as_printed, since_printed, tried
from kpidesk.operations.replay_words import SPLITS, difference, log_words, quota_rows, rows_words, undone_words
from kpidesk.operations.workspace import Workspace, definitions

UNNOTED = "Nothing was noted that explains it; another version of KPI Desk may count otherwise."
ROLLED = (
    "Nothing was noted that explains it, but the rule may: in earlier versions of KPI Desk a rolling stretch ended "
    "with its period also while that ran, now it ends with the newest data and has all its days."
)
NAMED = 3
"""So many of what came in since are named."""
CODE_TODAY = (
    "Printed today it bears another code: a code also names the last import and change of the workspace. "
    "Both prove this number."
)


def replay(ws: Workspace, code: str, *, first: int | None = None) -> Replay:
    """Work out the number of a receipt again and say whether it is still the one printed; nothing is changed.

    With `first` only so many of its rows are listed and the rest counted, unless it takes all to tell what was changed.

    Raises:
        UserError: the code is mistyped or of another workspace, or its KPI, person, team or part is not there any more.
    """
    read = read_code(ws, code)
    claim = read.claim
    log = _without_taken_back(read.log, claim.imports)
    now, is_past = _today(ws, read, None if since_printed(ws, read, log).steps else first)
    in_file = changed_in_file(ws, now)
    is_same = value_mark(now.result) == claim.value
    then = as_printed(ws, replace(read, asked=now.question), now, log, is_past=is_past)
    found = _Found(ws, claim, now, then, log)
    is_proven = is_same and found.is_alike and not found.lost and not in_file
    asides = (
        *(undone_words(log) if is_proven else ()),
        *merged_words(ws, claim, read.merged, read.asked),
        *_sealed_words(ws, claim, replace(read.asked, defined=None), now),
        *_asides(ws, claim, read.asked),
        *target_words(ws, log, now),
        *baseline_words(log, now),
        *(found.quota_words() if is_proven else ()),
        *not_compared(now),
        *((CODE_TODAY,) if is_same and now.code not in ("", encode(claim)) else ()),
    )
    reasons = () if is_same and found.is_alike and not found.lost else found.changes()
    changes = (*in_file, *reasons)
    return Replay(code.strip(), now, is_same, found.verdict(is_same, is_proven), changes, asides)


def _today(ws: Workspace, read: ReadCode, first: int | None) -> tuple[Receipt, bool]:
    """The number as it is now, and whether with what had been set by its day: where that alone is the one printed."""
    claim, asked = read.claim, read.asked
    newest = definition_in_force(ws, read.kpi, asked.defined_in)
    first = None if newest.version != claim.version else first
    if (then := _proven_then(ws, read, asked, first)) is not None:
        return then, True
    now = receipt_of(ws, newest, asked, first=first)
    if asked.as_of is None and value_mark(now.result) != claim.value:  # or was it asked as of that day?
        then = _proven_then(ws, read, replace(asked, as_of=claim.known), first)
    return (then, True) if then is not None else (now, False)


def _sealed_words(ws: Workspace, claim: Claim, asked: Question, now: Receipt) -> list[str]:
    if not store.has_sheets(ws.db):
        return []
    from kpidesk.operations.replay_sealed import sealed_words  # nothing else here waits for meetings

    return sealed_words(ws, claim, asked, now)


def _without_taken_back(log: Iterable[LogEntry], last_import: int) -> list[LogEntry]:
    """The entries without the imports that came after the print and were taken back: nothing is left of them."""
    kept = list[LogEntry]()
    for entry in log:
        if entry.action == "undo" and entry.numbers[0] > last_import:
            came = next((one for one in reversed(kept) if (one.action, one.detail) == ("import", entry.detail)), None)
            if came is not None:
                kept.remove(came)
        else:
            kept.append(entry)
    return kept


def _proven_then(ws: Workspace, read: ReadCode, asked: Question, first: int | None) -> Receipt | None:
    """The number with what had been set by its day, where that alone is the one printed: asked as of that day."""
    then = as_known(ws, asked.as_of, asked.teams)
    if then is ws:
        return None
    kpi = definitions(then).get(read.kpi.id, read.kpi)
    found = tried(then, definition_in_force(then, kpi, asked.defined_in), asked, first)
    return found if found is not None and value_mark(found.result) == read.claim.value else None


# --- what is said of it -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """The number of now beside that of then, and what was done between them."""

    ws: Workspace
    claim: Claim
    now: Receipt
    then: Then
    log: Sequence[LogEntry]

    @property
    def is_alike(self) -> bool:
        """Whether the number of then is known and rests on the same rows."""
        then = self.then.receipt
        if then is None or any(difference(then, self.now).values()):
            return False
        return self.now.kpi.id == engine.QUOTA or not any(self._quotas().values())

    @property
    def lost(self) -> list[LogEntry]:
        """What parted rows and cannot be taken back to see whether they are the same."""
        return [one for one in self.log if one in self.then.lost]

    @property
    def is_undone(self) -> bool:
        """Whether an import was undone that may have shown these rows: which they were is not known any more."""
        return any(one.action == "undo" for one in self.log)

    def _quotas(self) -> Mapping[str, list[ReceiptRow]]:
        return quota_rows(self.then.receipt, self.now) if self.then.receipt is not None else {}

    def changes(self) -> tuple[str, ...]:
        """What was done since the receipt was printed that the number rests on, the plainest first."""
        now, claim, then = self.now, self.claim, self.then.receipt
        found: list[str] = []
        if now.kpi.version != claim.version:
            found.append(f"The definition is version {now.kpi.version} now; the receipt is by version {claim.version}.")
        elif definition_mark(self.ws, now.kpi, now.question) != claim.definition:
            found.append("What the KPI counts is defined otherwise than it was.")
        if then is not None:
            found += rows_words(difference(then, now), self._files(), claim.imports)
            found += self.quota_words()
        found += self.then.reasons
        if then is None:  # it may be by anything that cannot be taken back to see
            found += log_words([one for one in self.log if one.action not in SPLITS or one in self.then.lost])
        elif self.is_alike:
            found += log_words(self.lost)
        return tuple(found) or (self._unnoted(),)

    def _unnoted(self) -> str:
        """What may explain a number where nothing was done to it: another version, and of what it counted otherwise."""
        period, known = self.now.question.period, self.claim.known
        formula = formula_then(self.ws, self.now.kpi, period)
        was_running = known is not None and known < period.last_day
        return ROLLED if was_running and formula is not None and rolls(formula) else UNNOTED

    def quota_words(self) -> list[str]:
        """Which rows of quota files came, went and changed in what the number is compared with."""
        return rows_words(self._quotas(), self._files(), self.claim.imports, "quota row")

    def verdict(self, is_same: bool, is_proven: bool) -> str:
        """Whether the number is the same, in one sentence."""
        now, then = self.now, self.then.receipt
        plain = f": {now.value_text}{_from(now, '')}"
        if is_same and now.result.value is None:
            return f"There is still no number: {now.result.reason}."
        if is_same and is_proven:
            return f"The same number{plain if self.is_undone else _from(now)}."
        if is_same:
            return f"The same number{plain}, but not everything behind it is as it was."
        if then is None:
            return f"The number is another one today{plain}."
        texts = [one.value_text for one in (now, then)]
        if texts[0] == texts[1]:  # rounded they are the same
            texts = [full_value(one.result.value, one.kpi.unit, one.currency) for one in (now, then)]
        return (f"The number is another one today: {texts[0]}{_from(now, '')}. "
                f"It was {texts[1]}{_from(then, '')}.")  # fmt: skip

    def _files(self) -> dict[int, str]:
        return {one.import_id: one.file for one in store.import_history(self.ws.db)}


def _from(receipt: Receipt, same: str = "the same ") -> str:
    count = receipt.count
    return f" from {same}{count:,} {'row' if count == 1 else 'rows'}" if count else ""


def _asides(ws: Workspace, claim: Claim, asked: Question) -> tuple[str, ...]:
    """What makes no difference to the number but should be known."""
    found = []
    if store.log_mark(ws.db) < claim.log:
        found.append("This copy of the workspace is older than the receipt: it was restored from a backup.")
    if asked.as_of is not None:
        names = [one.file for one in store.import_history(ws.db) if one.import_id > claim.imports]
        came = f" ({listed(names, NAMED)})" if names else ""
        found.append(f"Newer data came in since{came}; the number is shown with what was known then.")
    return tuple(found)
