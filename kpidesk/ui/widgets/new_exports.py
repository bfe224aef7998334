"""New exports of the watched folder: a line across the window that offers to import them, and where to choose it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from kpidesk.core.wording import counted, listed
from kpidesk.ui.messages import Banner, plain_button_text, restyle, tip
from kpidesk.ui.widgets.controls import button

if TYPE_CHECKING:
    from kpidesk.operations import FolderFile
    from kpidesk.ui.folder_watch import Offer

NAMED = 3
LONGEST = 34
SHORTEST = 18


def offer_words(files: Sequence[FolderFile], folder: Path, *, are_new: bool) -> str:
    """What is offered: "2 new exports in Downloads: report….csv and leads.csv"."""

    names = [shortened(one.path.name) for one in files]
    what = "new export" if are_new else "export"
    rest = "" if are_new else " not imported yet"
    return f"{counted(len(files), what)} in {folder.name or folder}{rest}: {listed(names, NAMED)}"


def shortened(name: str, longest: int = LONGEST) -> str:
    """A name of bearable length, with its ending: what is cut out before that is …."""
    if len(name) <= longest:
        return name
    ending = Path(name).suffix[:SHORTEST]
    return f"{name[: max(1, longest - len(ending) - 1)]}…{ending}"


class NewExportsBar(QWidget):
    """The line with "Import" and "Not now"; on a page that `is_at_home` it is quiet and offers what was put off too.

    A class because it is a widget. `take` is given the files that are to be imported.
    """

    def __init__(self, take: Callable[[tuple[FolderFile, ...]], None], put_off: Callable[[], None]) -> None:
        super().__init__()
        self._take, self._put_off = take, put_off
        self.banner = Banner()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 0, 24, 12)
        column.addWidget(self.banner)
        self.hide()

    def show_offer(self, offer: Offer | None, *, is_at_home: bool) -> None:
        """Offer the files, or hide when there is nothing to say."""
        files = () if offer is None else offer.files if is_at_home else offer.fresh
        if offer is None or not files:
            self.hide()
            return
        words = offer_words(files, offer.folder, are_new=files == offer.fresh)
        later = "Not now" if offer.fresh and not is_at_home else ""
        self.banner.say(words, button="Import", act=lambda: self._take(files), other=later, other_act=self._put_off)
        if is_at_home:
            restyle(self.banner, "tone", "quiet")
        self.banner.setAccessibleName(words)
        tip(self.banner.label, "\n".join(one.path.name for one in files))
        self.show()


class FolderChoice(QWidget):
    """A button with the name of the folder that is watched, and one for none. A class because it is a widget."""

    def __init__(self, folder: Path | None) -> None:
        super().__init__()
        self.folder: Path | None = None
        self.choose = button("", self._choose)
        self.off = button("Off", lambda: self.show_folder(None), kind="quiet", hint="Look for new exports in no folder")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.choose, 1)
        line.addWidget(self.off)
        self.show_folder(folder)

    def show_folder(self, folder: Path | None) -> None:
        """Show which folder is chosen."""
        self.folder = folder
        name = "Choose a folder…" if folder is None else shortened(folder.name or str(folder), SHORTEST)
        self.choose.setText(plain_button_text(name))
        self.choose.setAccessibleName(f"Look for new exports in this folder: {folder or 'none'}")
        tip(self.choose, str(folder or ""))
        self.off.setVisible(folder is not None)

    def _choose(self) -> None:
        found = choose_folder(self, self.folder)
        if found is not None:
            self.show_folder(found)


def choose_folder(parent: QWidget, folder: Path | None) -> Path | None:
    """Let the user choose the folder in which new exports are looked for; None when cancelled."""
    at = folder or Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation))
    name = QFileDialog.getExistingDirectory(parent, "Look for new exports in this folder", str(at))
    return Path(name) if name else None
