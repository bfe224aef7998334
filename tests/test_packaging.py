"""The wheel carries what the app needs, and the developer commands need nothing but Python."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
DEV = ROOT / "packaging" / "dev.py"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as hatchling builds it from this source tree."""
    from hatchling.builders.wheel import WheelBuilder

    folder = tmp_path_factory.mktemp("wheel")
    return Path(next(iter(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"]))))


@pytest.fixture(scope="module")
def dev() -> ModuleType:
    """packaging/dev.py as a module."""
    spec = importlib.util.spec_from_file_location("kpidesk_dev", DEV)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_wheel_holds_every_resource_and_module(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    shipped = [path for path in (ROOT / "resources").rglob("*") if path.is_file() and not path.name.startswith(".")]
    resources = {f"kpidesk/_resources/{path.relative_to(ROOT / 'resources').as_posix()}" for path in shipped}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "kpidesk").rglob("*.py")}
    assert resources - names == set()
    assert modules - names == set()
    assert not any(name.startswith(("tests/", "packaging/")) for name in names)
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_the_installed_app_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    asked = "from kpidesk.paths import resources as r; print(r()); print(len(list((r() / 'kpis').glob('*.toml'))))"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", asked], cwd=tmp_path, env=environment, capture_output=True, text=True,
                          check=True)  # fmt: skip
    folder, count = done.stdout.split()
    assert Path(folder) == tmp_path / "kpidesk" / "_resources"
    assert int(count) == len(list((ROOT / "resources" / "kpis").glob("*.toml")))


def test_the_developer_commands_need_only_the_standard_library() -> None:
    tree = ast.parse(DEV.read_text(encoding="utf-8"))
    roots = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    roots |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert roots <= sys.stdlib_module_names


def test_the_developer_commands_run_without_site_packages() -> None:
    command = [sys.executable, "-I", "-S", str(DEV)]
    done = subprocess.run([*command, "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"dev.py {name} " in done.stdout for name in ("demo", "test", "bench", "shots"))
    unknown = subprocess.run([*command, "nonsense"], capture_output=True, text=True, check=False)
    assert unknown.returncode == 2


@pytest.mark.parametrize(("version", "runs"), [((3, 10), False), ((3, 11), True), ((3, 14), True), ((3, 15), False)])
def test_a_python_that_is_too_old_or_new_is_refused(version: tuple[int, int], runs: bool, dev: ModuleType) -> None:
    if runs:
        dev.check_python(version)
    else:
        with pytest.raises(dev.SetupError, match=r"3\.11 to 3\.14"):
            dev.check_python(version)


def test_the_environment_is_used_again_until_the_dependencies_change(dev: ModuleType) -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    digest = dev.dependencies_digest(text, (3, 11))
    assert dev.dependencies_digest(text + '\n[tool.other]\nname = "x"\n', (3, 11)) == digest
    assert dev.dependencies_digest(text.replace('"click>=8.1"', '"click>=8.2"'), (3, 11)) != digest
    assert dev.dependencies_digest(text, (3, 12)) != digest


@pytest.mark.parametrize("environment", [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_a_display_is_recognised(environment: dict[str, str], dev: ModuleType) -> None:
    assert dev.has_display(environment)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Only Linux can lack a display.")
def test_no_display_is_recognised(dev: ModuleType) -> None:
    assert not dev.has_display({"HOME": "/root", "DISPLAY": ""})


def test_missing_qt_libraries_are_named_where_they_may_not_be_installed(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint = "ImportError: libEGL.so.1: cannot open shared object file: No such file or directory"
    monkeypatch.setattr(dev, "LINUX", True)
    monkeypatch.setattr(dev, "may_install", lambda: False)
    monkeypatch.setattr(dev, "qt_complaint", lambda _extra: complaint)
    with pytest.raises(dev.SetupError) as error:
        dev.provide(("libegl1", "libgl1"), {})
    assert "libEGL.so.1" in str(error.value)
    assert "sudo apt-get install libegl1 libgl1" in str(error.value)


def test_exit_codes_are_passed_on(dev: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    assert dev.run([sys.executable, "-c", "raise SystemExit(7)"], quiet=True) == 7
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    if os.name != "nt":
        assert dev.run([sys.executable, "-c", killed], quiet=True) == 143


def test_every_failing_check_is_named_and_the_first_decides(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = {"ruff": 0, "mypy": 3, "pytest": 5}
    ran: list[str] = []

    def pretend(command: list[str], **extra: str) -> int:
        name = command[2] if command[1:2] == ["-m"] else Path(command[0]).name
        ran.append(name)
        assert extra == {"QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": ""}
        return codes.get(name, 0)

    monkeypatch.setattr(dev, "run", pretend)
    monkeypatch.setattr(dev, "prepare", lambda _extra: None)
    monkeypatch.setattr(dev, "require_offscreen", lambda: None)
    assert dev.main(["test"]) == 3
    assert ran == ["ruff", "ruff", "mypy", "lint-imports", "pytest"]
    assert "Failed: mypy, pytest." in capsys.readouterr().out


@pytest.mark.skipif(shutil.which("bash") is None, reason="The script of the checking machine is for bash.")
def test_the_checking_machine_runs_the_test_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    commands = [line for line in script.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert commands[0] == "set -euo pipefail"
    assert commands[-1] == "python3 packaging/dev.py test"
    assert commands[-1] in (ROOT / "README.md").read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", str(script)], check=True)
