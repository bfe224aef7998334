"""What changes only pixels and is kept on this computer: appearance, text size, window, recent workspaces."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, get_args

from PySide6.QtCore import QByteArray, QSettings

Appearance = Literal["system", "light", "dark"]
RECENT = 8
FILE_NAME = "window.ini"


class Preferences:
    """The remembered choices; a class because they are one file that stays open.

    Lists are kept as JSON, because QSettings gives a list of one back as a string.
    """

    def __init__(self, file: Path) -> None:
        self._kept = QSettings(str(file), QSettings.Format.IniFormat)

    @property
    def appearance(self) -> Appearance:
        """Light or dark as chosen, or as the system has it."""
        kept = self._text("appearance")
        return next((one for one in get_args(Appearance) if one == kept), "system")

    @appearance.setter
    def appearance(self, choice: Appearance) -> None:
        self._kept.setValue("appearance", choice)

    @property
    def scale(self) -> float:
        """Text size, 1.0 is the normal one."""
        try:
            return float(self._text("scale") or 1.0)
        except ValueError:
            return 1.0

    @scale.setter
    def scale(self, scale: float) -> None:
        self._kept.setValue("scale", f"{scale:.2f}")

    @property
    def geometry(self) -> QByteArray:
        """Where the window was, in Qt's own words; empty at first."""
        kept = self._kept.value("geometry")
        return kept if isinstance(kept, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._kept.setValue("geometry", geometry)

    @property
    def recent(self) -> tuple[Path, ...]:
        """Workspaces opened lately that are still there, the newest first."""
        try:
            names = json.loads(self._text("recent") or "[]")
        except ValueError:
            return ()
        if not isinstance(names, list):
            return ()
        return tuple(path for path in map(Path, filter(_is_text, names)) if path.is_file())

    @property
    def last(self) -> Path | None:
        """The workspace that was open when the window was closed, if it is still there."""
        kept = self._text("last")
        return Path(kept) if kept and Path(kept).is_file() else None

    def remember(self, path: Path) -> None:
        """A workspace was opened."""
        self._keep_recent([path, *(one for one in self.recent if one != path)])
        self._kept.setValue("last", str(path))

    def forget(self, path: Path) -> None:
        """A workspace could not be opened: do not offer it at the next start."""
        self._keep_recent(one for one in self.recent if one != path)
        if self.last == path:
            self._kept.remove("last")

    def _keep_recent(self, paths: Iterable[Path]) -> None:
        self._kept.setValue("recent", json.dumps([str(path) for path in paths][:RECENT]))

    def _text(self, name: str) -> str:
        kept = self._kept.value(name)
        return kept if isinstance(kept, str) else ""


def _is_text(value: object) -> bool:
    return isinstance(value, str)
