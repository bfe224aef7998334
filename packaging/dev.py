"""The commands of a developer: `demo`, `test`, `bench` and `shots`; needs nothing but Python 3.11 or newer.

    python3 packaging/dev.py demo     make the environment, import the sample company, show its scorecard
    python3 packaging/dev.py test     style, types, architecture and every test
    python3 packaging/dev.py bench    speed beside its peers
    python3 packaging/dev.py shots    pictures of every page, light and dark

The environment is `.venv` beside pyproject.toml. It is made once and used again until the dependencies change,
so all of this works without a network once it is complete. Exit codes of the commands are passed on.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST, NEWEST = (3, 11), (3, 14)
COMMANDS = ("demo", "test", "bench", "shots")
LINUX = sys.platform.startswith("linux")

OFFSCREEN_PACKAGES = ("libgl1", "libegl1", "libxkbcommon0", "libglib2.0-0", "libfreetype6", "libfontconfig1",
                      "libdbus-1-3")  # fmt: skip
"""What Qt needs from Debian and Ubuntu to draw without a display."""
WINDOW_PACKAGES = ("libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-render-util0",
                   "libxcb-render0", "libxcb-shape0", "libxcb-util1", "libxcb-xkb1", "libxkbcommon-x11-0")  # fmt: skip
"""What Qt needs besides to open a window under X11."""

START_QT = "from PySide6 import QtSvg; from PySide6.QtWidgets import QApplication; QApplication([])"
MISSING = """
import json, sys
from importlib.metadata import PackageNotFoundError, distribution, requires
from pip._vendor.packaging.requirements import Requirement
extra, place = sys.argv[1:]
def lacking(text):
    wanted = Requirement(text)
    if wanted.marker and not wanted.marker.evaluate({"extra": extra}):
        return False
    try:
        return distribution(wanted.name).version not in wanted.specifier
    except PackageNotFoundError:
        return True
try:
    origin = json.loads(distribution("kpidesk").read_text("direct_url.json") or "{}").get("url", "")
except PackageNotFoundError:
    origin = ""
missing = [text for text in (requires("kpidesk") if origin else []) if lacking(text)]
sys.exit(0 if origin == place and not missing else 1)
"""


class SetupError(Exception):
    """The environment cannot be made; the text says what to do about it."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code for the shell."""
    if not arguments or arguments[0] not in COMMANDS:
        print(__doc__)
        return 0 if arguments and arguments[0] in ("-h", "--help") else 2
    command, rest = arguments[0], list(arguments[1:])
    try:
        check_python(sys.version_info[:2])
        return {"demo": demo, "test": test, "bench": bench, "shots": shots}[command](rest)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def demo(rest: list[str]) -> int:
    """Import the sample company and show it: in a window where there is a display, else as files."""
    prepare("")
    options = list(rest)
    windowed = has_display(os.environ) and "--headless" not in options
    if windowed and not qt_starts({}):
        try:
            provide((*OFFSCREEN_PACKAGES, *WINDOW_PACKAGES), {})
        except SetupError as error:
            print(f"{error}\nGoing on without a window.")
            windowed = False
    if not windowed:
        require_offscreen()
        options += [] if "--headless" in options else ["--headless"]
    return run([str(PYTHON), "-m", "kpidesk", "demo", *options])


def test(rest: list[str]) -> int:
    """Style, types, architecture and every test; the first failure decides the exit code, all are shown."""
    prepare("dev")
    require_offscreen()
    module = [str(PYTHON), "-m"]
    steps: tuple[list[str], ...] = (
        [*module, "ruff", "check", "."],
        [*module, "ruff", "format", "--check", "."],
        [*module, "mypy"],
        [str(PYTHON.parent / "lint-imports")],
        [*module, "pytest", "-n", "auto", "--maxprocesses", "8", "--dist", "worksteal", *rest],
    )
    # Neighbours stay on one worker, which then makes what a module shares only once.
    # Without compiled files that are kept, each worker compiles every test anew, which takes it ten seconds.
    codes = [run(step, QT_QPA_PLATFORM="offscreen", PYTHONDONTWRITEBYTECODE="") for step in steps]
    failed = [
        Path(step[2] if step[1:2] == ["-m"] else step[0]).name for step, code in zip(steps, codes, strict=True) if code
    ]
    print(f"\nFailed: {', '.join(failed)}." if failed else "\nAll checks passed.")
    return next((code for code in codes if code), 0)


def bench(rest: list[str]) -> int:
    """Measure speed beside its peers."""
    prepare("dev")
    require_offscreen()
    options = ["-o", "addopts=--strict-markers -p no:cacheprovider", "-s"]
    return run([str(PYTHON), "-m", "pytest", *options, "tests/benchmarks", *rest], QT_QPA_PLATFORM="offscreen")


def shots(rest: list[str]) -> int:
    """Draw every page into build/shots; the picture that the README shows goes into resources/help."""
    prepare("dev")
    require_offscreen()
    return run([str(PYTHON), "tests/screenshots.py", *rest], QT_QPA_PLATFORM="offscreen")


# --- the environment ---------------------------------------------------------------------------------------------


def check_python(version: tuple[int, int]) -> None:
    """Refuse a Python that the app does not run on."""
    if not OLDEST <= version <= NEWEST:
        have, low, high = (".".join(map(str, one)) for one in (version, OLDEST, NEWEST))
        raise SetupError(f"This is Python {have}. KPI Desk runs on {low} to {high}: start this file with one of them.")


def dependencies_digest(text: str, version: tuple[int, int]) -> str:
    """A digest of what decides the environment: the project and build tables, and the Python version."""
    import tomllib

    tables = tomllib.loads(text)
    decisive = {name: tables.get(name) for name in ("project", "build-system")}
    return hashlib.sha256(json.dumps([decisive, version], sort_keys=True).encode()).hexdigest()


def prepare(extra: str) -> None:
    """Make `.venv` with the project (and an extra) in it, unless it is there already."""
    digest = dependencies_digest((ROOT / "pyproject.toml").read_text(encoding="utf-8"), sys.version_info[:2])
    marks = [VENV / f"kpidesk-{name}.sha256" for name in dict.fromkeys((extra or "run", "dev"))]
    if PYTHON.exists() and any(mark.is_file() and mark.read_text() == digest for mark in marks):
        return
    if not PYTHON.exists():
        make_venv()
    if not complete(extra):
        install(extra)
    marks[0].write_text(digest)


def make_venv() -> None:
    """Make the virtual environment, with the Debian package that is lacking for it where that can be installed."""
    print("Making the environment .venv …", flush=True)
    made = run([sys.executable, "-m", "venv", str(VENV)], quiet=True)
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if made and may_install():
        apt_install([package])
        made = run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if made:
        advice = f"On Debian and Ubuntu: sudo apt-get install {package}." if LINUX else "Is there space on the disk?"
        raise SetupError(f"The environment {VENV} could not be made. {advice}")


def complete(extra: str) -> bool:
    """Whether the environment holds this project and everything it needs; asks no network."""
    return run([str(PYTHON), "-c", MISSING, extra, ROOT.as_uri()], quiet=True) == 0


def install(extra: str) -> None:
    """Install the project, editable, with what it needs."""
    print("Installing what the project needs (about 450 MB the first time) …", flush=True)
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if run([*pip, "--editable", target]):
        raise SetupError("The packages could not be installed; pip says why above. It needs a network the first time.")


# --- what Qt needs from the system -------------------------------------------------------------------------------


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether a window can be opened at all."""
    return not LINUX or any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def qt_starts(extra: Mapping[str, str]) -> bool:
    """Whether Qt finds its libraries and starts, tried in a process of its own because failing ends it."""
    return run([str(PYTHON), "-c", START_QT], quiet=True, **extra) == 0


def require_offscreen() -> None:
    """Make sure that Qt can draw without a display."""
    if not qt_starts({"QT_QPA_PLATFORM": "offscreen"}):
        provide(OFFSCREEN_PACKAGES, {"QT_QPA_PLATFORM": "offscreen"})


def provide(packages: Sequence[str], extra: Mapping[str, str]) -> None:
    """Install the system packages Qt needs where that is allowed, else say which they are."""
    if may_install():
        apt_install(packages)
        if qt_starts(extra):
            return
    words = qt_complaint(extra)
    if LINUX:
        listed = " ".join(packages)
        raise SetupError(f"Qt cannot start: {words}\nOn Debian and Ubuntu: sudo apt-get install {listed}")
    raise SetupError(f"Qt cannot start: {words}")


def qt_complaint(extra: Mapping[str, str]) -> str:
    """The last line Qt or the loader writes when it cannot start."""
    done = subprocess.run([str(PYTHON), "-c", START_QT], env={**os.environ, **extra}, capture_output=True, text=True,
                          check=False)  # fmt: skip
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return next(
        (line for line in lines if "cannot open shared object" in line), lines[-1] if lines else "no reason given"
    )


def may_install() -> bool:
    """Whether system packages may be installed without asking: as root on Debian or Ubuntu."""
    return LINUX and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> None:
    """Install Debian packages without questions, one by one when a release lacks one of them.

    What could not be installed shows when Qt is tried again.
    """
    print(f"Installing system packages: {' '.join(packages)} …", flush=True)
    run(["apt-get", "update", "-qq"], quiet=True, DEBIAN_FRONTEND="noninteractive")
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    if run([*command, *packages], quiet=True, DEBIAN_FRONTEND="noninteractive"):
        for package in packages:
            run([*command, package], quiet=True, DEBIAN_FRONTEND="noninteractive")


def run(command: Sequence[str], *, quiet: bool = False, **extra: str) -> int:
    """Run a command in the project folder and return its exit code (128 + signal when it was ended by one)."""
    if not quiet:
        shown = [Path(command[0]).name, *command[1:]]
        print(f"\n$ {' '.join(shown)}", flush=True)
    hush = subprocess.DEVNULL if quiet else None
    code = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **extra}, stdout=hush, stderr=hush, check=False
    ).returncode
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
