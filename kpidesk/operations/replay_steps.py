"""What was done since a receipt was printed, taken back step by step to see what of it changed the number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from kpidesk import store
from kpidesk.core.formats import day_text
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.progress import finish
from kpidesk.core.receipts import LogEntry
from kpidesk.operations.workspace import Workspace

MERGES: Mapping[str, str] = {
    "merge people": "Two names were made one person",
    "merge accounts": "Two accounts were made one",
    "merge deals": "Two deals were made one",
}
"""What gives numbers to merges, one for each pair, in words."""
SPLITS: Mapping[str, str] = {
    "split": "What was made one was parted again",
    "split deals": "Deals that were made one were parted again",
}
"""What takes merges back, in words."""


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
