"""Files on their way in: all are read first, then shown one by one, those that others name before these."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.imports import IMPORT_ORDER, ImportOptions, ImportReport, Preview, in_order, sheet_name

Given = tuple[tuple[Path, ImportOptions], ...]
"""Files with what was said about each."""
State = Literal["waiting", "read", "imported", "skipped", "refused", "undone"]
Found = Preview | operations.Unpacked | operations.Sheets
NO_PLACE = (len(IMPORT_ORDER), date.max)
PENDING: tuple[State, ...] = ("waiting", "read")


@dataclass(slots=True)
class WaitingFile:
    """A file on its way in: what has been said about it, how it was last understood, and what became of it.

    `told` says why it is left out, `error` what is wrong with it where reading it told so; `report` is what importing
    it did, `before` what that did the times before it.
    `after` are the files, with what was said of them, that it was checked as coming after. `is_stale` once its check
    holds no more, because of an import since or of what comes before it: it is read again before it is shown.
    `alone` is its place among others as it was understood with nothing before it: what comes before changes no order.
    `archive` is what it was unpacked from.
    """

    path: Path
    options: ImportOptions = field(default_factory=ImportOptions)
    preview: Preview | None = None
    state: State = "waiting"
    after: Given = ()
    alone: tuple[int, date] = NO_PLACE
    is_stale: bool = False
    told: str = ""
    error: UserError | None = None
    report: ImportReport | None = None
    before: tuple[ImportReport, ...] = ()
    archive: Path | None = None

    @property
    def name(self) -> str:
        """The file as shown, with the sheet of it that is meant."""
        return sheet_name(self.path.name, self.options.sheet)

    @property
    def place(self) -> tuple[int, date]:
        """Where it stands among files that come in together: people before deals, the older data first."""
        kind, day = self.alone
        said = self.options.kind
        return kind if said is None else IMPORT_ORDER.index(said), self.options.as_of or day

    @property
    def reports(self) -> tuple[ImportReport, ...]:
        """What each import of it did that was not taken back."""
        return (*self.before, self.report) if self.report is not None else ()

    @property
    def is_open(self) -> bool:
        """Whether something has to be answered before it can be imported."""
        return self.preview is not None and bool(self.preview.questions)

    def understood(self, preview: Preview, after: Given = ()) -> None:
        """Note how the file was understood just now, as coming after others."""
        self.preview, self.after, self.is_stale = preview, after, False
        self.alone = self.alone if after else in_order(preview)
        if self.state == "waiting":
            self.state = "read"


@dataclass(slots=True)
class FileQueue:
    """The files that wait; a class because the one in hand moves through it.

    `files` are all of this round, also those that are done; `folders` those in which archives were unpacked.
    """

    unread: deque[WaitingFile] = field(default_factory=deque)
    read: deque[WaitingFile] = field(default_factory=deque)
    files: list[WaitingFile] = field(default_factory=list)
    folders: list[operations.Unpacked] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.unread) + len(self.read)

    def add(self, paths: Iterable[Path], options: ImportOptions | None = None) -> tuple[Path, ...]:
        """Let files wait to be read; gives those that are on their way already, which stand once and are read anew.

        One that was left out or taken back waits again.
        """
        known: list[Path] = []
        for path in map(Path, paths):
            same = [one for one in self.files if _is_of(one, path)]
            if any(one.state in PENDING for one in same):
                known.append(path)
                self._read_anew([one for one in self.read if one in same and one.archive is None])
                continue
            fresh = WaitingFile(path, options or ImportOptions(recall=True))
            self.unread.append(fresh)
            self._put(fresh, [one for one in same if one.state != "imported"])
        return tuple(dict.fromkeys(known))

    def _put(self, fresh: WaitingFile, instead: Sequence[WaitingFile]) -> None:
        """List a file where the first of those stood which it takes the place of, else last."""
        at = next((at for at, one in enumerate(self.files) if one in instead), len(self.files))
        self.files.insert(at, fresh)
        self.files = [one for one in self.files if one not in instead]

    def _read_anew(self, files: Iterable[WaitingFile]) -> None:
        for one in files:
            self.read.remove(one)
            one.state = "waiting"
            self.unread.append(one)

    @property
    def pending(self) -> tuple[WaitingFile, ...]:
        """The files that wait behind the one in hand."""
        return (*self.unread, *self.read)

    def take_in(self, file: WaitingFile, found: Found) -> None:
        """Note what reading a file told: it waits to be shown, or what is inside it does."""
        if isinstance(found, Preview):
            file.understood(found)
            self.read.append(file)
        else:
            self.take_apart(file, found)

    @property
    def refused(self) -> tuple[WaitingFile, ...]:
        """The files of this round that are left out because reading them told what is wrong."""
        return tuple(one for one in self.files if one.state == "refused" and one.error is not None)

    def refuse(self, file: WaitingFile, error: UserError) -> None:
        """Leave a file out because of what is wrong with it."""
        file.error = error
        self.mark(file, "refused", error.problem)

    def mark(self, file: WaitingFile | None, state: State, told: str = "") -> None:
        """Note what became of a file; one that is in stays so unless it is imported again."""
        if file is not None and (file.report is None or state == "imported"):
            file.state, file.told = state, told

    def done_with(self, file: WaitingFile | None, report: ImportReport) -> None:
        """Note what importing a file did; it waits no more."""
        self.mark(file, "imported")
        if file is not None:
            file.before += (file.report,) if file.report is not None else ()
            file.report = report
            self.read = deque(one for one in self.read if one is not file)

    def done_together(self, reports: Iterable[tuple[Path, ImportReport]]) -> None:
        """Note what importing several files at hand did."""
        done = {(path, report.file): report for path, report in reports}
        for one in self.at_hand():
            if (report := done.get((one.path, one.name))) is not None:
                self.done_with(one, report)

    def reported(self, report: ImportReport | None) -> WaitingFile | None:
        """The file that a report is about."""
        return next((one for one in self.files if report is not None and one.report is report), None)

    def unsaid(self, report: ImportReport) -> int:
        """How many words of the file of a report may count as others, with nothing said of them."""
        file = self.reported(report)
        return file.preview.unsaid_words if file is not None and file.preview is not None else 0

    def imported(self) -> tuple[int, ...]:
        """The numbers of the imports of this round."""
        return tuple(done.import_id for one in self.files for done in one.reports)

    def taken_back(self, import_ids: Iterable[int]) -> None:
        """Note which files were undone: there is no report of them any more; a round that is all done is forgotten."""
        for one in self.files:
            left = [done for done in one.reports if done.import_id not in import_ids]
            if one.report is not None and not left:
                one.state = "undone"
            one.before, one.report = tuple(left[:-1]), left[-1] if left else None
        if not len(self) and not self.imported():
            self.clear()

    def at_hand(self) -> list[WaitingFile]:
        """The files that were read and neither imported nor left out."""
        return [one for one in self.files if one.state == "read"]

    def in_turn(self) -> list[WaitingFile]:
        """Those at hand in the order in which they would come in together."""
        return sorted(self.at_hand(), key=_place_of)

    def before(self, file: WaitingFile) -> Given:
        """What comes in before a file, as far as it leaves nothing open: it is checked as coming after that."""
        turn = self.in_turn()
        return given(one for one in turn[: turn.index(file)] if not one.is_open) if file in turn else ()

    def settle(self) -> None:
        """Note of which files the check holds no more, because other files come before them than did then."""
        for one in self.at_hand():
            one.is_stale |= one.after != self.before(one)

    def to_look_at(self) -> list[WaitingFile]:
        """The files up to the last that is to be checked again, in their order; empty where every check holds."""
        turn = self.in_turn()
        last = max((at for at, one in enumerate(turn) if one.is_stale), default=-1)
        return turn[: last + 1]

    def looked_at(self, found: Iterable[tuple[WaitingFile, Preview | UserError]]) -> None:
        """Note what those to be checked again are taken for; one that cannot be read now tells it when it comes in."""
        again = [(file, one) for file, one in found if file.is_stale]
        for file, one in again:
            file.preview = one if isinstance(one, Preview) else file.preview
        for file, _ in again:
            if file.preview is not None:
                file.understood(file.preview, self.before(file))

    def change_over(self, now: WaitingFile | None, wanted: WaitingFile) -> None:
        """Take a file that waits instead of the one in hand, which waits again."""
        self.read.remove(wanted)
        if now is not None and now.report is None:
            self.read.append(now)

    def take_apart(self, whole: WaitingFile, parts: operations.Unpacked | operations.Sheets) -> None:
        """Let the members of an archive, yet to be read, or the sheets of a workbook that were read take its place.

        Where several sheets hold records of one kind, none of them lists every record.
        """
        if isinstance(parts, operations.Unpacked):
            self.folders.append(parts)
            inside = [WaitingFile(path, whole.options, archive=whole.path) for path in parts.files]
            others = [
                WaitingFile(Path(one.name), state="refused", told=f"{one.why}.", archive=whole.path)
                for one in parts.left_out
            ]
            self.unread.extendleft(reversed(inside))
        else:
            inside = list(_of_sheets(whole, parts.previews))
            others = [
                WaitingFile(whole.path, replace(whole.options, sheet=sheet), state="refused", told=why)
                for sheet, why in parts.left_out.items()
            ]
            self.read.extend(inside)
        at = next((at for at, one in enumerate(self.files) if one is whole), len(self.files))
        self.files[at : at + 1] = [*inside, *others]

    def next_to_show(self) -> WaitingFile:
        """Take the next file that was read: people before deals, the older data first."""
        chosen = min((one for one in self.files if one in self.read), key=_place_of)
        self.read.remove(chosen)
        return chosen

    def doubt(self) -> None:
        """An import may have changed what the other files mean: all but those of people are to be read again."""
        for one in self.read:
            if one.preview is not None and one.preview.kind != "people":
                one.is_stale = True

    def clear(self) -> None:
        """Nothing waits any more: forget the files, and remove what was unpacked."""
        for folder in self.folders:
            folder.remove()
        self.folders.clear()
        self.files.clear()


def given(files: Iterable[WaitingFile]) -> Given:
    """Files with what was said about each, as they are handed over."""
    return tuple((one.path, one.options) for one in files)


def most_to_tell(report: ImportReport) -> tuple[bool, bool, date]:
    """By which the report to show first of several is chosen: deals that changed, by the newest data."""
    return report.kind == "deals", bool(report.changes), report.data_date


def _is_of(file: WaitingFile, path: Path) -> bool:
    """Whether a file is the one at a path, by whichever way, or was inside it."""
    return path.resolve() in {one.resolve() for one in (file.path, file.archive) if one is not None}


def _of_sheets(book: WaitingFile, previews: Sequence[Preview]) -> Iterator[WaitingFile]:
    kinds = Counter(one.kind for one in previews)
    for one in previews:
        complete = book.options.complete and kinds[one.kind] == 1
        file = WaitingFile(book.path, replace(book.options, sheet=one.sheet, complete=complete))
        file.understood(one)
        yield file


def _place_of(file: WaitingFile) -> tuple[int, date]:
    return file.place
