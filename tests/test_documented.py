"""What a person can type or set is written down: every command, option, setting, function and KPI."""

from __future__ import annotations

import re
from dataclasses import fields
from inspect import cleandoc
from pathlib import Path

import click
import pytest

from kpidesk.core.settings import SETTING_HELP, Settings
from kpidesk.language import FUNCTIONS
from tests.architecture.documents import HELP, commands, options, pages, shipped

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MEND = "Run python -m tests.architecture.documents and read what it changed."


def section(words: str) -> str:
    """The part of the command-line page about one command."""
    page = (HELP / "command-line.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(words)}(?: [^a-z\n][^\n]*)?$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"{words} has no section. {MEND}"
    return found[1]


GENERATED = ("command-line.md", "kpis.md", "formulas.md", "records.md", "settings.md", "hygiene.md")


@pytest.mark.parametrize("page", GENERATED)
def test_a_page_says_what_the_program_does(page: str) -> None:
    assert (HELP / page).read_text(encoding="utf-8") == pages()[HELP / page], MEND


@pytest.mark.parametrize(("words", "command"), list(commands()), ids=lambda one: one if isinstance(one, str) else "")
def test_a_command_is_documented_with_all_its_options(words: str, command: click.Command) -> None:
    assert f"`{words}`" in README
    text = section(words)
    assert command.help
    assert cleandoc(command.help) in text
    for option in options(command):
        for spelling in option.opts:
            assert re.search(rf"`{spelling}[` ]", text), f"{words} {spelling}. {MEND}"


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    known = {words for words, _ in commands()}
    named = set(re.findall(r"`(kpidesk [a-z]+(?: [a-z]+)?)`", README))
    named |= {" ".join(line.split()[:2]) for line in README.splitlines() if line.startswith("kpidesk ")}
    starts = {" ".join(words.split()[:2]) for words in known}
    assert named - known - starts == set()


def test_options_in_the_readme_exist() -> None:
    by_words = dict(commands())
    for line in README.splitlines():
        if line.startswith("kpidesk "):
            words = next(words for words in sorted(by_words, key=len, reverse=True) if line.startswith(f"{words} "))
            spelled = {spelling for option in options(by_words[words]) for spelling in option.opts}
            assert set(re.findall(r"(?<= )--[a-z-]+", line)) <= spelled


def test_options_of_the_commands_in_the_help_exist() -> None:
    by_words, told = dict(commands()), 0
    for page in HELP.glob("*.md"):
        text = page.read_text(encoding="utf-8") if page.name not in GENERATED else ""
        for line in (" ".join(one.split()) for one in re.findall(r"(?:`|^)(kpidesk [^`]+)`", text, re.MULTILINE)):
            words = max((one for one in by_words if f"{line} ".startswith(f"{one} ")), key=len, default="")
            given = set(re.findall(r"(?<= )--[a-z-]+", line))
            if words:
                known = {spelling for option in options(by_words[words]) for spelling in option.opts}
                assert given <= known, f"{page.name}: {line}"
            told += bool(words and given)
    assert told > 20


def test_every_setting_is_explained() -> None:
    page = (HELP / "settings.md").read_text(encoding="utf-8")
    for one in fields(Settings):
        assert re.search(rf"^\| `{one.name}` \|.*{re.escape(SETTING_HELP[one.name])}", page, re.MULTILINE)


def test_every_function_and_kpi_is_explained() -> None:
    formulas = (HELP / "formulas.md").read_text(encoding="utf-8")
    assert [name for name in FUNCTIONS if f"| `{name}` |" not in formulas] == []
    kpis = (HELP / "kpis.md").read_text(encoding="utf-8")
    assert [kpi.id for kpi in shipped() if f"(`{kpi.id}`" not in kpis or kpi.sentence not in kpis] == []


def test_links_between_the_papers_lead_somewhere() -> None:
    pictures_made_by_script = {"resources/help/scorecard-light.png"}
    for paper in (ROOT / "README.md", *HELP.glob("*.md")):
        for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", paper.read_text(encoding="utf-8")):
            assert (paper.parent / target).exists() or target in pictures_made_by_script, f"{paper.name}: {target}"


def test_the_commands_and_growth_points_of_the_readme_are_there() -> None:
    assert README.index("python3 packaging/dev.py demo") < README.index("python3 packaging/dev.py test")
    for place in re.findall(r"`((?:kpidesk|resources|tests|packaging)/[\w/.]*)`", README):
        assert (ROOT / place).exists(), place


def test_the_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", heading) for heading in headings[1:])
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
