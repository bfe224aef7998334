"""Rules for every test: offscreen windows, no network, repeatable random cases."""

from __future__ import annotations

import gc
import ipaddress
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

IN_MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory. A workspace waits for the disk at every change, and the tests change thousands."""
ROOM = 2 * 2**30
if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))
_HOME = Path(tempfile.mkdtemp(prefix="kpidesk-tests-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
os.environ["TMPDIR"] = tempfile.tempdir = str(_HOME)  # a workspace that closes looks through all that lies there
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("XDG_RUNTIME_DIR", str(_HOME))
for _name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
    os.environ[_name] = str(_HOME)
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its other threads spin on a core that another worker needs
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # every worker and every child would compile a thousand files again
sys.dont_write_bytecode = False

import pytest  # noqa: E402  (the environment must be set before Qt or the app is imported)
from hypothesis import settings  # noqa: E402

from tests.often import FACTOR, often  # noqa: E402

settings.register_profile("kpidesk", max_examples=often(10), derandomize=FACTOR == 1, deadline=None, database=None)
settings.load_profile("kpidesk")
gc.set_threshold(50_000, 20, 50)  # by its own measure the collector takes a tenth of a run, and frees little

SAMPLE_DAY = date(2026, 9, 14)
LONGEST_SAMPLE = 240
"""Seconds that a worker waits for the sample company, which takes a few, longer on a busy machine."""
_LOOKUPS = frozenset(
    ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo", "urllib.Request")
)
_TRAFFIC = frozenset(("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"))
contacts: list[str] = []
"""What the running test has tried to reach outside this computer."""


def _is_local(address: object) -> bool:
    """Whether an address stays on this computer: a path (Unix socket), loopback, or nothing at all."""
    if not isinstance(address, tuple) or not address:
        return True
    host = str(address[0]).split("%")[0]
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    """Note every look-up of a name and every contact with another computer, and refuse it."""
    if event in _TRAFFIC:
        address = arguments[1]
        outside = not _is_local(address)
    elif event in _LOOKUPS:
        address = arguments[0]
        outside = event == "urllib.Request" or not _is_local((address,) if address else None)
    else:
        return
    if outside:
        contacts.append(f"{event} {address}")
        raise PermissionError(f"Tests stay on this computer: {event} {address}")


sys.addaudithook(_listen)


def pytest_collection(session: pytest.Session) -> None:
    """Load the tests of a whole run from their end in every other worker: each finds compiled what another has read."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    if worker % 2 == 0 or session.config.args != session.config.getini("testpaths"):
        return
    tests = Path(__file__).parent
    for path in sorted((one for one in tests.rglob("test_*.py") if one.parent.name != "benchmarks"), reverse=True):
        with suppress(Exception, pytest.skip.Exception):  # collecting it will tell
            import_module(".".join(("tests", *path.relative_to(tests).with_suffix("").parts)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, without a factor, what only a thorough run tries."""
    if FACTOR == 1 and (left := [one for one in items if one.get_closest_marker("thorough")]):
        config.hook.pytest_deselected(items=left)
        items[:] = [one for one in items if not one.get_closest_marker("thorough")]


def pytest_collection_finish() -> None:
    """Spare the collector of garbage the thousands of collected tests, which stay until the end anyway."""
    gc.freeze()


def pytest_unconfigure() -> None:
    """Remove the home folder of this run."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company of `SAMPLE_DAY`, made once for all workers: exports and workspace. Not to be written to."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample-company"
    try:
        folder.mkdir()
    except FileExistsError:
        return _made_by_another(folder)
    from kpidesk import operations
    from kpidesk.core.progress import finish

    try:
        finish(operations.make_demo(folder / "sample", SAMPLE_DAY))
    finally:
        (folder / "done").touch()
    return folder / "sample"


def _made_by_another(folder: Path) -> Path:
    """The sample that another worker is making, once it is there."""
    until = time.monotonic() + LONGEST_SAMPLE
    while not (folder / "done").exists():
        if time.monotonic() > until:
            pytest.fail("No worker has made the sample company.")
        time.sleep(0.1)
    return folder / "sample"


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Fail a test that tried to leave this computer, even when the code swallowed the refusal."""
    contacts.clear()
    yield
    if contacts:
        pytest.fail(f"This test tried to reach the network: {'; '.join(contacts)}")
