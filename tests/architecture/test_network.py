"""The guard of conftest.py bites: no test can reach another computer unnoticed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests import conftest

CASES = """
import contextlib, socket

def test_swallows_the_refusal_of_a_lookup():
    with contextlib.suppress(OSError):
        socket.getaddrinfo("example.org", 443)

def test_swallows_the_refusal_of_a_connection():
    with socket.socket() as one, contextlib.suppress(OSError):
        one.connect(("192.0.2.1", 443))

def test_swallows_the_refusal_of_a_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, contextlib.suppress(OSError):
        one.sendto(b"hello", ("192.0.2.1", 9))

def test_stays_on_this_computer():
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()):
            pass
"""


def test_a_test_that_leaves_the_computer_fails_even_when_it_swallows_the_refusal(tmp_path: Path) -> None:
    shutil.copy(conftest.__file__, tmp_path / "conftest.py")
    (tmp_path / "test_cases.py").write_text(CASES)
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "-p", "no:qt", str(tmp_path)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    caught = {line.split("::")[1].split(" ")[0] for line in run.stdout.splitlines() if line.startswith("ERROR ")}
    assert caught == {
        "test_swallows_the_refusal_of_a_lookup",
        "test_swallows_the_refusal_of_a_connection",
        "test_swallows_the_refusal_of_a_datagram",
    }
    assert "PASSED test_cases.py::test_stays_on_this_computer" in run.stdout
    assert run.returncode == 1


@pytest.mark.parametrize(
    "address", [("127.0.0.1", 80), ("::1", 80, 0, 0), ("localhost", 80), "/tmp/a-socket-file", None]
)
def test_addresses_on_this_computer_are_allowed(address: object) -> None:
    assert conftest._is_local(address)


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80, 0, 0), ("example.org", 443)])
def test_addresses_elsewhere_are_not(address: object) -> None:
    assert not conftest._is_local(address)


def test_a_refused_look_up_names_the_host() -> None:
    with pytest.raises(PermissionError, match=r"example\.org"):
        socket.getaddrinfo("example.org", 443)
    assert conftest.contacts == ["socket.getaddrinfo example.org"]
    conftest.contacts.clear()
