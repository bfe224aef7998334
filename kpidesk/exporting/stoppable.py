"""Files whose reading and writing can be stopped from another thread, by the next piece that is asked of them."""

from __future__ import annotations

from threading import Event
from typing import Any


class StoppedError(Exception):
    """Whoever waited for a file wants it no more."""


class Stoppable:
    """A file that refuses to be read or written once it is stopped; after `leave` it is one in name alone.

    A class because it stands in for a file. Whoever makes a file tidies up when that has failed, which must not fail
    again when the file is gone.
    """

    def __init__(self, file: Any, stopped: Event) -> None:
        self._file, self.stopped, self._place, self._is_left = file, stopped, 0, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def leave(self) -> None:
        """Touch the file no more, whatever is asked."""
        self._is_left = True

    def read(self, size: int = -1) -> Any:
        """The next piece."""
        self._refuse()
        return self._file.read(size)

    def write(self, piece: Any) -> int:
        """Put a piece at the end."""
        if not self._is_left:
            self._refuse()
            self._file.write(piece)
        return len(piece)

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to a place."""
        self._place = place if self._is_left else self._file.seek(place, whence)
        return self._place

    def tell(self) -> int:
        """At which place it is."""
        return self._place if self._is_left else int(self._file.tell())

    def flush(self) -> None:
        """Hand over what was written."""
        if not self._is_left:
            self._file.flush()

    def _refuse(self) -> None:
        if self.stopped.is_set():
            raise StoppedError
