"""Where things are: shipped resources (source tree, wheel, frozen app), backups, settings, log, temporary copies."""

from __future__ import annotations

import shutil
import sys
import tempfile
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

    By that lock `remove_abandoned` tells the folder of a program that was killed from one that is in use.
    """

    def __init__(self) -> None:
        super().__init__(prefix=PREFIX, ignore_cleanup_errors=True)
        self.lock = Path(self.name, IN_USE).open("wb")  # noqa: SIM115 - it stays open as long as the folder is there
        if sys.platform != "win32":
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def cleanup(self) -> None:
        """Remove the folder with all that is in it."""
        self.lock.close()
        super().cleanup()


def remove_abandoned() -> None:
    """Remove the temporary folders of programs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        mark = folder / IN_USE
        try:
            with mark.open("rb") as lock:
                if sys.platform != "win32":
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mark.unlink()  # Windows refuses this as long as it is open elsewhere
        except OSError:
            continue
        shutil.rmtree(folder, ignore_errors=True)


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
