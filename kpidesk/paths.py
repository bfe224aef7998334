"""Where things are: shipped resources (source tree, wheel, frozen app), backups, settings and log."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).resolve().parent
APP_NAME = "KPI Desk"


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
