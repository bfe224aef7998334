"""A receipt read again from its code: the same number proven, or what was changed since it was printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpidesk import engine, store
from kpidesk.core.errors import UserError
from kpidesk.core.fields import FIELD_BY_NAME
from kpidesk.core.formats import day_text, full_value
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, period_of, span_period
from kpidesk.core.progress import finish
from kpidesk.core.receipt_codes import KPI_BITS, Claim, decode, encode, mark, with_other_zeros
from kpidesk.core.receipts import LogEntry, Receipt, ReceiptRow, Replay
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import listed
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.formulas import definition_in_force
from kpidesk.operations.other_numbers import other_numbers
from kpidesk.operations.receipt_code import definition_mark, known_day, value_mark, workspace_mark
from kpidesk.operations.receipts import receipt_of
from kpidesk.operations.replay_merged import claimed_scope, later_merges, merged_words, merges_since, without_parted
from kpidesk.operations.replay_words import COUNTS_AS, NOWHERE, log_words, rows_words, target_words
from kpidesk.operations.workspace import Workspace, definitions, settings

NAMED = 3
"""So many of what came in since are named."""
CODE_TODAY = (
    "Printed today it bears another code: a code also names the last import and change of the workspace. "
    "Both prove this number."
)


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


def replay(ws: Workspace, code: str, *, first: int | None = None) -> Replay:
    """Work out the number of a receipt again and say whether it is still the one printed; nothing is changed.

    With `first` only so many of its rows are listed and the rest counted, unless it takes all to tell what was changed.

    Raises:
        UserError: the code is mistyped or of another workspace, or its KPI, person, team or part is not there any more.
    """
    read = read_code(ws, code)
    claim, kpi, asked = read.claim, read.kpi, read.asked
    newest = definition_in_force(ws, kpi, asked.defined_in)
    first = None if newest.version != claim.version or _later_imports(ws, claim, asked) else first
    now = _proven_then(ws, read, asked, first) or receipt_of(ws, newest, asked, first=first)
    if asked.as_of is None and value_mark(now.result) != claim.value:  # or was it asked as of that day?
        now = _proven_then(ws, read, replace(asked, as_of=claim.known), first) or now
    is_same = value_mark(now.result) == claim.value
    then = _as_printed(ws, read, now)
    log = without_parted(ws, _without_taken_back(read.log, claim.imports))
    quotas = _quotas(then.receipt, now) if then is not None else {}
    rests_on_quotas = any(quotas.values()) and kpi.id != engine.QUOTA
    is_alike = then is not None and not any(_difference(then.receipt, now).values()) and not rests_on_quotas
    remade = [entry for entry in log if entry.action in _REMAKING]
    is_proven = is_same and is_alike and not remade
    is_told = (is_same and is_alike) or (then is not None and then.by_merges)
    why = remade if is_told else log  # what else was done is seen to have changed nothing
    changes = () if is_proven else _changes(ws, claim, now, then, why)
    asides = (
        *merged_words(ws, claim, read.merged, asked.scope),
        *_sealed_words(ws, claim, replace(asked, defined=None), now),
        *_asides(ws, claim, asked),
        *target_words(ws, log, now),
        *(_quota_words(ws, quotas) if is_proven else ()),
        *((CODE_TODAY,) if is_same and now.code not in ("", encode(claim)) else ()),
    )
    return Replay(code.strip(), now, is_same, _verdict(now, then, is_same, is_proven), changes, asides)


def _sealed_words(ws: Workspace, claim: Claim, asked: Question, now: Receipt) -> list[str]:
    if not store.has_sheets(ws.db):
        return []
    from kpidesk.operations.replay_sealed import sealed_words  # nothing else here waits for meetings

    return sealed_words(ws, claim, asked, now)


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


_REMAKING = ("undo", "merge people", "merge accounts", "merge deals", "split", "split deals")
"""What takes away or puts together, after which no row can be told to be the same."""


def _proven_then(ws: Workspace, read: ReadCode, asked: Question, first: int | None) -> Receipt | None:
    """The number with what had been set by its day, where that alone is the one printed: asked as of that day."""
    then = as_known(ws, asked.as_of, asked.teams)
    if then is ws:
        return None
    kpi = definitions(then).get(read.kpi.id, read.kpi)
    found = _tried(then, definition_in_force(then, kpi, asked.defined_in), asked, first)
    return found if found is not None and value_mark(found.result) == read.claim.value else None


def _kpi(ws: Workspace, claim: Claim) -> Kpi:
    known = (*definitions(ws).values(), *other_numbers().values())
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
    if kpi.id in other_numbers():
        from kpidesk.operations.other_behind import with_named  # nor does any for these

        return with_named(ws, kpi, claim, asked)
    from kpidesk.operations.replay_parts import parted  # no other number waits for breakdowns

    return parted(ws, claim, kpi, asked)


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


# --- what it was when it was printed ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Then:
    """The number as printed, found by leaving out what came since; `by_merges`: no more than the merges since."""

    receipt: Receipt
    by_merges: bool = False


def _as_printed(ws: Workspace, read: ReadCode, now: Receipt) -> _Then | None:
    """The receipt as it was; None where leaving out later imports and definitions does not give the number back."""
    claim, asked = read.claim, read.asked
    versions = {one.version: one for one in store.kpi_versions(ws.db, read.kpi.id)}
    defined = versions.get(claim.version, now.kpi)
    later, merged = _later_imports(ws, claim, asked), merges_since(ws, read.log, read.merged)
    if not later and not merged:
        found = now if defined == now.kpi else _tried(ws, defined, asked)
        return _Then(found) if found is not None and value_mark(found.result) == claim.value else None
    if ws.db.read_only:
        return None
    if later and merged:
        apart = _without(ws, claim, defined, asked, (), merged)
        if apart is not None and value_mark(apart.result) == claim.value:
            return _Then(apart, by_merges=True)
    found = _without(ws, claim, defined, asked, later, merged)
    is_it = found is not None and value_mark(found.result) == claim.value
    return _Then(found, by_merges=not later) if found is not None and is_it else None


def _without(
    ws: Workspace, claim: Claim, defined: Kpi, asked: Question, later: Sequence[ImportEntry], merged: Sequence[int]
) -> Receipt | None:  # fmt: skip
    """The number as it is without some imports and merges, which are left as they are."""
    try:
        with ws.db.writing(keep=False):
            for entry in reversed(later):
                if any(one.import_id == entry.import_id for one in store.import_history(ws.db)):
                    finish(store.undo_import(ws.db, entry.import_id))
            if merged:
                store.split(ws.db, *merged)
            return _tried(ws, defined, replace(asked, scope=_scope(ws, claim, {})))
    finally:
        ws.memory.clear()  # the numbers of the versions that are gone are given again
        ws.version = -1


def _tried(ws: Workspace, kpi: Kpi, asked: Question, first: int | None = None) -> Receipt | None:
    try:
        return receipt_of(ws, kpi, asked, first=first)
    except UserError:
        return None


def _later_imports(ws: Workspace, claim: Claim, asked: Question) -> tuple[ImportEntry, ...]:
    """The imports since then that the number can rest on: what is said of people counts whatever its day."""
    last = asked.as_of
    return tuple(
        one
        for one in store.import_history(ws.db)
        if one.import_id > claim.imports and (last is None or one.data_date <= last or one.kind in ("people", "rates"))
    )


# --- what is said of it -------------------------------------------------------------------------------------------


def _verdict(now: Receipt, then: _Then | None, is_same: bool, proven: bool) -> str:
    """Whether the number is the same, in one sentence."""
    if is_same and now.result.value is None:
        return f"There is still no number: {now.result.reason}."
    if is_same and proven:
        return f"The same number{_from(now)}."
    if is_same:
        return f"The same number: {now.value_text}{_from(now, '')}, but not everything behind it is as it was."
    if then is None:
        return f"The number is another one today: {now.value_text}{_from(now, '')}."
    texts = [one.value_text for one in (now, then.receipt)]
    if texts[0] == texts[1]:  # rounded they are the same
        texts = [full_value(one.result.value, one.kpi.unit, one.currency) for one in (now, then.receipt)]
    return (f"The number is another one today: {texts[0]}{_from(now, '')}. "
            f"It was {texts[1]}{_from(then.receipt, '')}.")  # fmt: skip


def _from(receipt: Receipt, same: str = "the same ") -> str:
    count = receipt.count
    return f" from {same}{count:,} {'row' if count == 1 else 'rows'}" if count else ""


def _difference(then: Receipt, now: Receipt) -> Mapping[str, list[ReceiptRow]]:
    """The rows that came, went and changed."""
    return _rows_between(then.rows, now.rows) if then is not now else {}


def _rows_between(then: Sequence[ReceiptRow], now: Sequence[ReceiptRow]) -> Mapping[str, list[ReceiptRow]]:
    before, after = _by_record(then), _by_record(now)
    found: dict[str, list[ReceiptRow]] = {
        "new": [row for record, row in after.items() if record not in before],
        "gone": [row for record, row in before.items() if record not in after],
        "changed": [],
    }
    for record, row in after.items():
        if record in before and _told(row) != _told(before[record]):
            whose = _counts_as(row, before[record])
            found.setdefault(f"{COUNTS_AS}{whose}" if whose else "changed", []).append(row)
    return found


def _counts_as(row: ReceiptRow, before: ReceiptRow) -> str:
    """As whom or which account a row counts now in which nothing else is another; empty where anything is."""
    known, cells = FIELD_BY_NAME[row.kind], {**dict.fromkeys((*row.cells, *before.cells), ""), **row.cells}
    names = [name for name, text in cells.items() if text != before.cells.get(name, "")]
    same = (row.weight, row.value, row.in_numerator, row.import_id, row.line)
    is_as_read = same == (before.weight, before.value, before.in_numerator, before.import_id, before.line)
    if not is_as_read or any(name not in known or known[name].kind not in ("person", "account") for name in names):
        return ""
    return listed(dict.fromkeys(cells[name] for name in names if cells[name]))


def _quotas(then: Receipt, now: Receipt) -> Mapping[str, list[ReceiptRow]]:
    """The rows of quota files that came, went and changed in what the number is compared with."""
    before, after = (() if one.against is None else one.against.rows for one in (then, now))
    return _rows_between(before, after)


def _by_record(rows: Iterable[ReceiptRow]) -> dict[tuple[object, ...], ReceiptRow]:
    seen: Counter[tuple[object, ...]] = Counter()
    found = {}
    for row in rows:
        record = (row.kind, row.deal_id) if row.deal_id else (row.kind, row.cells.get("name", ""))
        seen[record] += 1
        found[*record, seen[record]] = row
    return found


def _told(row: ReceiptRow) -> tuple[object, ...]:
    return row.weight, row.value, row.in_numerator, row.cells


def _changes(ws: Workspace, claim: Claim, now: Receipt, then: _Then | None, log: Sequence[LogEntry]) -> tuple[str, ...]:
    """What was done since the receipt was printed that the number rests on, the plainest first."""
    found: list[str] = []
    if now.kpi.version != claim.version:
        found.append(f"The definition is version {now.kpi.version} now; the receipt is by version {claim.version}.")
    elif definition_mark(ws, now.kpi, now.question) != claim.definition:
        found.append("What the KPI counts is defined otherwise than it was.")
    if then is not None:
        found += rows_words(_difference(then.receipt, now), _files(ws))
        found += _quota_words(ws, _quotas(then.receipt, now))
    found += log_words(ws, log, now.kpi, claim.imports)
    return tuple(found) or ("Nothing was noted that explains it; another version of KPI Desk may count otherwise.",)


def _quota_words(ws: Workspace, quotas: Mapping[str, list[ReceiptRow]]) -> list[str]:
    return rows_words(quotas, _files(ws), "quota row")


def _files(ws: Workspace) -> dict[int, str]:
    return {one.import_id: one.file for one in store.import_history(ws.db)}


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
