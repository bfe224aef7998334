"""Where things are: shipped resources (source tree, wheel, frozen app), backups, settings, log, temporary copies."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs

if sys.platform != "win32":
    import fcntl

PACKAGE = Path(__file__).resolve().parent
APP_NAME = "KPI Desk"
PREFIX = "kpidesk-"
IN_USE = ".in-use"


class PrivateFolder(tempfile.TemporaryDirectory[str]):
    """A temporary folder for copies of data; a class because it holds a lock that ends with the program, however.

    By that lock `remove_abandoned` tells the folder of a program that was killed from one that is in use. It is made
    where temporary ones are, or hidden in another folder; where nothing can be locked, such as on some shares, it is
    taken to be in use.
    """

    def __init__(self, inside: Path | None = None) -> None:
        super().__init__(prefix=_prefix(inside), dir=inside, ignore_cleanup_errors=True)
        mark = Path(self.name, IN_USE)
        if sys.platform == "win32":
            self.lock = mark.open("wb")
            return
        unseen = mark.with_name(f"{IN_USE}-soon")
        self.lock = unseen.open("wb")  # it stays open as long as the folder is there
        with suppress(OSError):
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        unseen.rename(mark)

    def cleanup(self) -> None:
        """Remove the folder with all that is in it."""
        self.lock.close()
        super().cleanup()


def _prefix(inside: Path | None) -> str:
    return PREFIX if inside is None else f".{PREFIX}"


def remove_abandoned(inside: Path | None = None) -> None:
    """Remove the temporary folders of programs that were killed: where such are made, or hidden in another folder."""
    for folder in (inside or Path(tempfile.gettempdir())).glob(f"{_prefix(inside)}*"):
        mark = folder / IN_USE
        try:
            with mark.open("rb") as lock:
                if sys.platform != "win32":
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mark.unlink()  # Windows refuses this as long as it is open elsewhere
        except OSError:
            continue
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def written_beside(to: Path) -> Iterator[Path]:
    """A folder, in a hidden one beside a place, to fill and then move there; gone at the end whatever happens.

    What a program that was killed left there is removed first.
    """
    inside = to.absolute().parent
    remove_abandoned(inside)
    with PrivateFolder(inside) as made:
        folder = Path(made, "files")
        folder.mkdir(mode=0o700)
        yield folder


def resources() -> Path:
    """The folder of shipped resources, wherever the app runs from."""
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [Path(frozen) / "kpidesk" / "_resources"] if frozen else []
    candidates += [PACKAGE / "_resources", PACKAGE.parent / "resources"]
    return next((folder for folder in candidates if folder.is_dir()), candidates[-1])


def data_folder() -> Path:
    """The user's own folder for backups and the log; made when first needed, readable by the user only."""
    folder = Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def backups_folder(workspace_id: str) -> Path:
    """Where the backups of one workspace are kept."""
    folder = data_folder() / "backups" / workspace_id
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def log_file() -> Path:
    """The log: counts and errors, no names and no figures."""
    return data_folder() / "kpidesk.log"
