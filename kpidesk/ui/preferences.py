"""What is kept on this computer and changes no number: appearance, text size, window, and where files are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from PySide6.QtCore import QByteArray, QSettings

from kpidesk.core.periods import GRAINS, Grain
from kpidesk.core.trend_layers import AT_FIRST, LAYERS, Layer

if TYPE_CHECKING:
    from kpidesk.core.papers import PaperSize

Appearance = Literal["system", "light", "dark"]
Seen = Literal["put-off", "taken"]
RECENT = 8
MOST_SEEN = 200
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
    def paper(self) -> PaperSize | None:
        """The paper that was printed on last; None before the first choice."""
        from kpidesk.core.papers import PaperSize  # a window must not wait for it

        kept = self._text("paper")
        return next((one for one in get_args(PaperSize) if one == kept), None)

    @paper.setter
    def paper(self, size: PaperSize) -> None:
        self._kept.setValue("paper", size)

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
        return tuple(path for path in map(Path, self._list("recent")) if path.is_file())

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

    def period_of(self, path: Path) -> tuple[Grain, str] | None:
        """The grain that a workspace was left on and the period of it, none for the newest; None when never left."""
        kept = self._table("periods").get(str(path), "")
        grain, _, key = kept.partition(" ")
        return next(((one, key) for one in GRAINS if one == grain), None)

    def keep_period(self, path: Path, grain: Grain, key: str) -> None:
        """Remember the period that was chosen in a workspace; of very many workspaces the last ones."""
        kept = {name: text for name, text in self._table("periods").items() if name != str(path)}
        told = {**kept, str(path): f"{grain} {key}".strip()}
        self._kept.setValue("periods", json.dumps(dict(list(told.items())[-MOST_SEEN:])))

    @property
    def watched(self) -> Path | None:
        """The folder in which new exports are looked for; None when they are not."""
        kept = self._text("watched")
        return Path(kept) if kept else None

    @watched.setter
    def watched(self, folder: Path | None) -> None:
        self._kept.setValue("watched", str(folder or ""))

    @property
    def exports(self) -> Path | None:
        """The folder from which exports were chosen last, or the watched one, if it is still there."""
        kept = (self._text("exports"), self._text("watched"))
        return next((Path(one) for one in kept if one and Path(one).is_dir()), None)

    @exports.setter
    def exports(self, folder: Path) -> None:
        self._kept.setValue("exports", str(folder))

    @property
    def layers(self) -> frozenset[Layer]:
        """What charts of trends show beside their line, as it was chosen last."""
        if not self._kept.contains("layers"):
            return AT_FIRST
        kept = self._list("layers")
        return frozenset(one for one in LAYERS if one in kept)

    @layers.setter
    def layers(self, layers: frozenset[Layer]) -> None:
        self._kept.setValue("layers", json.dumps(sorted(layers)))

    def pack(self, of: str) -> tuple[str, ...]:
        """What was ticked last for a whole team to get, on a page of this kind."""
        return tuple(self._list(f"pack-{of}"))

    def keep_pack(self, of: str, what: Iterable[str]) -> None:
        """Remember what was ticked for a whole team to get."""
        self._kept.setValue(f"pack-{of}", json.dumps(list(what)))

    def seen(self, how: Seen) -> frozenset[str]:
        """The marks of files of the watched folder that were put off, or taken in hand."""
        return frozenset(self._list(how))

    def add_seen(self, how: Seen, marks: Iterable[str]) -> None:
        """Remember the marks of files; the oldest of very many are forgotten."""
        kept = list(dict.fromkeys([*self._list(how), *marks]))
        self._kept.setValue(how, json.dumps(kept[-MOST_SEEN:]))

    def _keep_recent(self, paths: Iterable[Path]) -> None:
        self._kept.setValue("recent", json.dumps([str(path) for path in paths][:RECENT]))

    def _list(self, name: str) -> list[str]:
        try:
            kept = json.loads(self._text(name) or "[]")
        except ValueError:
            return []
        return [one for one in kept if isinstance(one, str)] if isinstance(kept, list) else []

    def _table(self, name: str) -> dict[str, str]:
        try:
            kept = json.loads(self._text(name) or "{}")
        except ValueError:
            return {}
        return {str(one): str(text) for one, text in kept.items()} if isinstance(kept, dict) else {}

    def _text(self, name: str) -> str:
        kept = self._kept.value(name)
        return kept if isinstance(kept, str) else ""
