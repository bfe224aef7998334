"""The files of one round, each with what it holds and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStyleOptionViewItem, QVBoxLayout, QWidget

from kpidesk.core.fields import KIND_OF_RECORD, Kind
from kpidesk.core.formats import day_text
from kpidesk.core.imports import ImportReport
from kpidesk.core.wording import counted, listed
from kpidesk.ui.icons import pixmap
from kpidesk.ui.messages import Banner, PlainLabel, confirm
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card
from kpidesk.ui.widgets.import_answers import KIND_WORDS, Way, ways_to_read, window_advice
from kpidesk.ui.widgets.import_queue import WaitingFile
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.page_parts import button, say_on
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable, RowDelegate

SHOWN, ROW, HEADER = 5, 28, 36
STATE, SIGN = 3, 16
FOOT = 46
MOST_LINES = 4
Offer = tuple[str, Callable[[], None]]
PARTS = ("added", "updated", "unchanged", "rejected", "skipped")
STATES = {
    "waiting": "waits to be read", "read": "read", "imported": "imported", "skipped": "left out by you",
    "refused": "left out", "undone": "taken back",
}  # fmt: skip


def holds(file: WaitingFile) -> str:
    """What a file was taken for: "1,200 rows of deals"; a dash before it was read."""
    if file.preview is None:
        return "–"
    return f"{counted(file.preview.total_rows, 'row')} of {KIND_WORDS[file.preview.kind]}"


def day_words(file: WaitingFile) -> str:
    """The day that the data of a file are of; a dash before it was read."""
    return "–" if file.preview is None else day_text(file.preview.data_date)


def _other_day(file: WaitingFile) -> date | None:
    """The day in the name of a file that was read, where its data are taken to be of another."""
    named = file.preview.named_day if file.state == "read" and file.preview is not None else None
    return named if file.preview is not None and named != file.preview.data_date else None


def waiting_words(files: Sequence[WaitingFile]) -> str:
    """What is to be checked behind the file in hand, to stand beside the step: one with its name, more as a number."""
    if not files:
        return ""
    names = f": {files[0].name}" if len(files) == 1 else ""
    return f"   ·   {counted(len(files), 'more file')} to check{names}"


def known_words(paths: Sequence[Path]) -> str:
    """That files were dropped again which are on their way in already."""
    return f"{listed((path.name for path in paths), MOST_LINES)}: in the list already, and read again."


def of_one_day(files: Iterable[WaitingFile]) -> tuple[WaitingFile, ...]:
    """Of the files that wait, the deals of one source that are of one day as well: they tell no history."""
    read = [(one, one.preview) for one in files if one.state == "read" and one.preview is not None]
    days = Counter((shown.source, shown.data_date) for _, shown in read if shown.kind == "deals")
    return tuple(one for one, shown in read if shown.kind == "deals" and days[shown.source, shown.data_date] > 1)


def has_doubtful_day(file: WaitingFile, files: Iterable[WaitingFile]) -> bool:
    """Whether the day of its data may be another: its name carries one, or other deals are of that day as well."""
    return _other_day(file) is not None or file in of_one_day(files)


def state_words(file: WaitingFile) -> str:
    """What became of a file, with the reason when it is left out."""
    if file.report is not None:
        words = file.preview.unsaid_words if file.preview is not None else 0
        told = f"imported: {figures(file.report)}{beside([file.report])}"
        return told + (f"; {counted(words, 'word')} to answer" if words else "")
    if file.state == "read" and file.preview is not None and file.is_open:
        asked = file.preview.questions
        needed = "needs an answer" if len(asked) == 1 else f"needs {len(asked)} answers"
        return f"{needed}: {asked[0].about}"
    if (named := _other_day(file)) is not None:
        return f"read, but its name carries {day_text(named)}"
    told = reason_words(file)
    return f"{STATES[file.state]}: {told}" if told else STATES[file.state]


def figures(report: ImportReport) -> str:
    """What became of the rows of a file, without what did not happen."""
    parts = [(part, int(getattr(report, part))) for part in PARTS]
    return ", ".join(f"{count:,} {part}" for part, count in parts if count) or "no rows"


def beside(reports: Iterable[ImportReport]) -> str:
    """What files brought besides their own records, to stand behind their figures: "; with them 29 stage changes"."""
    added: Counter[Kind] = Counter()
    for one in (other for report in reports for other in report.with_it):
        added[one.kind] += one.added
    known = [(KIND_OF_RECORD[kind], count) for kind, count in added.items() if count]
    told = listed(counted(count, kind.one, kind.many) for kind, count in known)
    return f"; with them {told}" if told else ""


NAME_WIDTH = 260
"""Pixels for the name of a file at most, which is whole above its check: what is asked of it needs the room."""
COLUMNS: tuple[Column[WaitingFile], ...] = (
    Column("File", lambda file: file.name, strong=True, most=NAME_WIDTH),
    Column("Holds", holds),
    Column("Data of", day_words),
    Column("State", state_words),
)


class _Delegate(RowDelegate):
    """Draws a sign before what is still to be answered or is wrong; a class because Qt paints cells with one."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The cell as usual, with the sign where there is one."""
        super().paint(painter, option, index)
        if self._has_sign(index):
            size = self.theme.px(SIGN)
            at = super().inner(option.rect, index)
            sign = pixmap("triangle-alert", self.theme.tokens.watch, size, self.table.devicePixelRatioF())
            painter.drawPixmap(at.left(), at.center().y() - size // 2 + 1, sign)

    def inner(self, rect: QRect, index: Index) -> QRect:
        """The text begins behind the sign."""
        found = super().inner(rect, index)
        return found.adjusted(self.theme.px(SIGN + 6), 0, 0, 0) if self._has_sign(index) else found

    def _has_sign(self, index: Index) -> bool:
        file: WaitingFile = self.table.records.record(index.row())
        is_doubtful = _is_asking(file) or file.state == "refused" or _other_day(file) is not None
        return index.column() == STATE and is_doubtful


class FileList(QWidget):
    """The list, seen only when there are several files; a class because it is a widget with signals.

    `chosen` sends a file that was clicked, `together` asks to import all that were read, all or none, and `undo_all`
    to take all back that were imported.
    """

    chosen = Signal(object)
    together = Signal()
    undo_all = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.table = RecordTable(
            RecordModel(COLUMNS), theme, name="Files on their way in", stretch=(STATE,), sortable=False, height=ROW
        )
        self._own = _Delegate(self.table, theme)
        self.table.setItemDelegate(self._own)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        frame, inner = card(margins=(1, 4, 1, 4), spacing=0)
        self.words = PlainLabel("", "muted", elide=True)
        self.all_button = button(
            "Import a&ll together", self._ask_together, "", "All of them or none, in the right order"
        )
        self.undo_button = button("Undo a&ll", self.undo_all.emit, "quiet", "Take back all files of this list")
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(16, 4, 12, 6)
        foot.addWidget(self.words, 1)
        foot.addWidget(self.undo_button)
        foot.addWidget(self.all_button)
        inner.addWidget(self.table)
        inner.addWidget(self._foot)
        self.table.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.table.clicked.connect(lambda index: self.chosen.emit(self.table.records.record(index.row())))
        self.table.activated.connect(lambda index: self.chosen.emit(self.table.records.record(index.row())))
        column.addWidget(frame)
        self.hide()

    def _ask_together(self) -> None:
        doubtful = first_to_look_at(self, [one for one in self.table.records.rows if one.state == "read"])
        if doubtful is None:
            self.together.emit()
        else:
            self.chosen.emit(doubtful)

    def show_files(self, files: Sequence[WaitingFile], now: WaitingFile | None = None) -> None:
        """Show the files of this round, with the one that is `now` in hand; one alone needs no list.

        They stand in the order in which they come in; where that is not known yet, last and as they were given.
        """
        self.setVisible(len(files) > 1)
        self.table.records.show_rows(sorted(files, key=lambda one: one.place))
        for at in range(self.table.records.rowCount()):
            if self.table.records.record(at) is now:
                self.table.selectRow(at)
                self.table.scrollTo(self.table.records.index(at, 0))
        ready = [one for one in files if one.state == "read"]
        done = [one.report for one in files if one.state == "imported" and one.report is not None]
        waiting, asking, unchecked = (
            sum(test(one) for one in files) for test in (_is_waiting, _is_asking, _is_unchecked)
        )
        is_done = len(done) > 1 and not (ready or waiting)
        self._foot.setVisible(len(ready) > 1 or is_done)
        self.all_button.setVisible(not is_done)
        self.all_button.setEnabled(not (waiting or asking))
        say_on(self.all_button, "Import both together" if len(ready) == 2 else f"Import all {len(ready)} together")
        self.undo_button.setVisible(is_done)
        say_on(self.undo_button, "Undo both" if len(done) == 2 else f"Undo all {len(done)}")
        words = _together_words(waiting, asking, unchecked, of_one_day(files))
        self.words.setText(done_words(done) if is_done else words)
        foot = FOOT if len(ready) > 1 or is_done else 0
        self.setFixedHeight(self.theme.px(HEADER + ROW * min(len(files), SHOWN) + 12 + foot))


def done_words(reports: Sequence[ImportReport]) -> str:
    """What importing several files did, in a sentence, the sums of the list: "3 files imported: 12 added."."""
    sums = {part: sum(int(getattr(one, part)) for one in reports) for part in PARTS}
    told = ", ".join(f"{count:,} {part}" for part, count in sums.items() if count) or "no rows"
    files = counted(len(reports), "file")
    return f"{files} imported: {told}{beside(reports)}. Click one for its report and what changed."


def _is_waiting(file: WaitingFile) -> bool:
    return file.state == "waiting"


def _is_asking(file: WaitingFile) -> bool:
    return file.state == "read" and file.is_open


def _is_unchecked(file: WaitingFile) -> bool:
    return file.state == "read" and file.is_stale


def _together_words(waiting: int, asking: int, unchecked: int, alike: Sequence[WaitingFile]) -> str:
    if waiting:
        return f"{counted(waiting, 'file')} still to be read."
    if asking:
        return f"{counted(asking, 'file')} with questions to answer first: click one to see it."
    if alike:
        return f"{counted(len(alike), 'file')} of deals of one day: they tell no history. Click one to change its day."
    if unchecked:
        return f"{counted(unchecked, 'file')} still to be checked, as coming after those before."
    return "Imported in this order, one by one or all together: then all of them or none. Click a file to see it."


def doubt_words(file: WaitingFile) -> str:
    """What the check of a file leaves open without holding it up: "2 words to answer"; empty where it is nothing."""
    if file.preview is None:
        return ""
    words, bad = file.preview.unsaid_words, file.preview.bad_cells
    told = [f"{counted(words, 'word')} to answer"] if words else []
    told += [f"{counted(bad, 'cell')} that cannot be used"] if bad else []
    return " and ".join(told)


def first_to_look_at(parent: QWidget, files: Sequence[WaitingFile]) -> WaitingFile | None:
    """The file to look at before all are imported, None to import them; asked only where a check leaves doubts."""
    doubts = [(one, words) for one in files if (words := doubt_words(one))]
    if not doubts:
        return None
    told = "; ".join(f"{words} in {one.name}" for one, words in doubts[:MOST_LINES])
    more = f"; and more in {counted(len(doubts) - MOST_LINES, 'other file')}" if len(doubts) > MOST_LINES else ""
    advice = "A word without an answer counts as nothing; a row with such a cell is rejected."
    go_on = confirm(parent, "Import together", f"{told}{more}.", advice, yes="Import anyway", no="Look")
    return None if go_on else doubts[0][0]


def reason_words(file: WaitingFile) -> str:
    """Why a file is left out, without its name in front."""
    return file.told.removeprefix(f"'{file.path.name}' ")


def refusal(files: Sequence[WaitingFile]) -> str:
    """What is wrong with files that cannot be read, on a few lines: one for all with the same fault."""
    alike: dict[tuple[str, str], list[WaitingFile]] = {}
    for file in files:
        advice = window_advice(file.error.advice) if file.error is not None else ""
        alike.setdefault((reason_words(file), advice), []).append(file)
    lines = [_fault(same, *fault) for fault, same in alike.items()]
    if len(lines) > MOST_LINES:
        left = sum(len(same) for same in list(alike.values())[MOST_LINES:])
        lines[MOST_LINES:] = [f"… and {counted(left, 'more file')} left out."]
    return "\n".join(lines)


def _fault(files: Sequence[WaitingFile], reason: str, advice: str) -> str:
    names = listed((one.path.name for one in files), MOST_LINES)
    is_named = len(files) == 1 and names in files[0].told
    told = files[0].told if is_named else f"{names}: {reason}"
    return f"{told} {advice} Nothing was imported."


def say_refused(banner: Banner, files: Sequence[WaitingFile], read_as: Callable[[Path, Way], None]) -> None:
    """Name files with what is wrong, and offer to read by hand those of which only the columns are unknown."""
    offers = {
        one.name: [(way.words, partial(read_as, one.path, way)) for way in ways_to_read(one.options, one.error)]
        for one in files
        if one.error is not None
    }
    if len(files) > 1:
        by_hand = {name: ways for name, ways in offers.items() if ways}
        words = "Say what one holds…" if by_hand else ""
        banner.say(refusal(files), "watch", button=words, act=partial(_offer_files, banner, by_hand))
        return
    (ways,) = offers.values()
    if len(ways) > 2:
        ways = [ways[0], ("Another kind…", partial(_offer_kinds, banner, ways[1:]))]
    (button, act), (other, other_act), *_ = *ways, ("", None), ("", None)
    banner.say(refusal(files), "watch", button=button, act=act, other=other, other_act=other_act)


def _offer_files(banner: Banner, offers: Mapping[str, Sequence[Offer]]) -> None:
    """Open a menu of files, each with the ways in which it can be read."""
    menu = QMenu(banner)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for name, ways in offers.items():
        inner = menu.addMenu(name.replace("&", "&&"))
        for words, act in ways:
            inner.addAction(words).triggered.connect(act)
    menu.popup(banner.button.mapToGlobal(banner.button.rect().bottomLeft()))


def _offer_kinds(banner: Banner, offers: Sequence[Offer]) -> None:
    """Open a menu of the kinds of record that a file can be read as."""
    menu = QMenu(banner)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for words, act in offers:
        menu.addAction(words).triggered.connect(act)
    menu.popup(banner.other.mapToGlobal(banner.other.rect().bottomLeft()))
