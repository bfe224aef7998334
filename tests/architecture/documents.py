"""Pages and modules that repeat what the program knows; `python -m tests.architecture.documents` writes them anew."""

from __future__ import annotations

import ast
import json
import tempfile
import tomllib
from collections.abc import Iterator
from datetime import date
from inspect import cleandoc
from pathlib import Path

import click

import kpidesk
from kpidesk import operations
from kpidesk.cli import main
from kpidesk.core.hygiene import RULES
from kpidesk.core.kpi_fields import kpi_from_mapping
from kpidesk.core.kpis import Kpi
from kpidesk.core.settings import SETTING_HELP, Settings
from kpidesk.language import FUNCTIONS, TABLES
from kpidesk.language.parser import stored_tables, worked_out
from kpidesk.operations.catalogue import KEPT, mark_of
from kpidesk.store.table_words import UNITS

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
HELP = RESOURCES / "help"
PROGRAM = Path(kpidesk.__file__).parent
ON_DEMAND = ("operations", "importing", "store", "engine", "language")
"""The packages that load their names when they are asked for."""
ABOUT = {"open": "open deals", "won": "won deals", "lost": "lost deals", "closed": "closed deals", "all": "all deals"}
DIMENSIONS = ("activity", "pipeline", "outcome", "quality", "cost", "forecast")
HOMES = '''\
"""The module of each name of this package, by its imports; `python -m tests.architecture.documents` writes it."""

HOMES = {{
{}}}
'''
COMMAND_LINE = """# The command line

The window and the command line do the same things. A command ends with 0 when it is done, with 1 when it cannot be
done (what is wrong and what to do about it is printed, and nothing has changed), with 2 when it is written wrongly.
With `--json` it prints one JSON document: rates are fractions, money is in major units, a value that does not exist is
null with its reason. `resources/schema/` describes the document of each command.

Periods are written `2025`, `2025-Q2`, `2025-04`, `2025-W14`, `this-quarter`, `last-month`; scopes `org`, `team:NAME`,
`rep:NAME`, `unassigned`.
"""
KPIS = """# The KPIs

What each one measures and the decision it is for. Those marked are active in a new workspace; the others are activated
with `kpidesk kpi add WORKSPACE KPI` or on the page KPIs & targets.

## Write one of your own

New KPI and Edit the formula on the page KPIs & targets open the page Formula; Ctrl+K finds it as well. A formula is
written in one of two views of the same thing, and turning from one to the other loses nothing:

- **Form**: what is measured, only where, in which period a record falls, whose it is, divided by what, over which time.
  Filters are chips to click; a condition offers the values seen in your data. As long as one has no value, nothing is
  counted and the KPI cannot be kept; what is empty in your data is found with "is empty".
- **Text**: the formula itself, see [formulas](formulas.md). What may come next is offered while you type; Ctrl+Space
  asks for it, Tab or Enter takes it, Escape puts it away. A wave marks a mistake, with advice below. Where the text
  says more than the form can, the form says so and the text stays as it is.

**Typed in** is for what no export tells, such as the quality of pitches: a unit and a scale take the place of the
formula, and somebody types each value with its evidence.

Beside it stands, while you write, what the formula says in words, what it comes to in the last four periods, the rows
behind the newest value, which KPIs it refers to and which change with it. When a KPI that exists is changed, the
values as they are stand beside the values as written: the effect is seen before anything is kept.

Below are unit, direction, levels, decimals, the fewest rows for a status, what is due by now, and the words that make
a number a KPI. Objective, decision and owner are needed before it can be in use: *Fill in the rest* goes to the first
that is missing and says below each what it is to hold. A coaching metric is talked about and never judged. A changed
formula is a new version: periods that began before that day keep the old one. A formula that refers to itself through
other KPIs is refused. What you began and did not keep is there when you come back, also after closing the window. A
new KPI says then since when; *Start afresh* puts it away.

**Numbers for formulas** (Ctrl+K) lists the numbers that formulas read by name, such as `param(gross_margin)`, with the
KPIs that wait for them; type a value, or add a number of your own.
"""
PACKS = """A few KPIs to start from. `kpidesk kpi pack WORKSPACE NAME`, or Packs on the page KPIs & targets, takes them
into use beside those that are.
"""
SCHEMA = """# The tables of a workspace

`kpidesk sql WORKSPACE --query "SELECT …"` puts a question to a workspace; `--csv` and `--json` give every row. Nothing
can be written, no other file can be reached, and a query ends after 30 seconds or with Ctrl+C. An arrow names the table
whose numbers a column holds. What deals are worth now, for example:

```sql
SELECT t.value AS stage, count(*) AS deals, sum(x.amount) / 100.0 AS amount
FROM deal_versions v JOIN deal_values x ON x.id = v.value_id JOIN terms t ON t.id = x.stage
WHERE v.valid_to = '9999-12-31' GROUP BY t.value
```
"""


def commands(group: click.Group = main, path: str = "kpidesk") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it, groups left out."""
    with click.Context(group) as context:
        found = {name: group.get_command(context, name) for name in sorted(group.list_commands(context))}
    for name, command in found.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        elif command is not None:
            yield f"{path} {name}", command


def options(command: click.Command) -> Iterator[click.Option]:
    """The options of a command."""
    return (one for one in command.params if isinstance(one, click.Option))


def arguments(command: click.Command) -> str:
    """The arguments of a command as they are written: `WORKSPACE FILES...`."""
    with click.Context(command) as context:
        return " ".join(one.make_metavar(context) for one in command.params if isinstance(one, click.Argument))


def shipped() -> list[Kpi]:
    """The shipped KPIs: those of the first day in their order, then by name."""
    paths = sorted((RESOURCES / "kpis").glob("*.toml"))
    found = [kpi_from_mapping(tomllib.loads(path.read_text(encoding="utf-8")), path.name) for path in paths]
    return sorted(found, key=lambda kpi: (kpi.first_day or 99, kpi.name))


def kept_kpis() -> str:
    """The tables of the shipped KPIs in one file."""
    paths = sorted((RESOURCES / "kpis").glob("*.toml"))
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    tables = ((json.dumps(name), tomllib.loads(text)) for name, text in texts.items())
    lines = ",\n".join(f"{name}: {json.dumps(table, ensure_ascii=False)}" for name, table in tables)
    return f'{{"of": "{mark_of(texts)}", "kpis": {{\n{lines}\n}}}}\n'


def command_line_page() -> str:
    """The page that lists every command and option."""
    parts = [COMMAND_LINE]
    for words, command in commands():
        parts.append(f"## {words} {arguments(command)}".rstrip() + "\n")
        parts.append(f"{cleandoc(command.help or '')}\n")
        parts.append("\n".join(_option_line(one) for one in options(command)) + "\n")
    return "\n".join(parts)


def _option_line(option: click.Option) -> str:
    with click.Context(main) as context:
        value = "" if option.is_flag else f" {option.make_metavar(context)}"
    return f"- `{option.opts[0]}{value}` {option.help or ''}".rstrip()


def kpi_page() -> str:
    """The page that lists every shipped KPI."""
    parts = [KPIS]
    for dimension in DIMENSIONS:
        kpis = [kpi for kpi in shipped() if kpi.dimension == dimension]
        if kpis:
            parts.append(f"## {dimension.capitalize()}\n")
        for kpi in kpis:
            mark = ", active at first" if kpi.first_day else ""
            parts.append(f"**{kpi.name}** (`{kpi.id}`{mark}). {kpi.sentence} {kpi.decision}\n")
    parts.append(f"## Packs\n\n{PACKS}")
    parts += [f"**{one.name}** (`{one.id}`). {one.why} {', '.join(one.kpis)}.\n" for one in operations.packs()]
    return "\n".join(parts)


def function_table() -> str:
    """The functions of the formula language as a table."""
    rows = [f"| `{one.name}` | {one.help} | `{one.example}` |" for one in FUNCTIONS.values()]
    return "\n".join(["| function | what it gives | example |", "|---|---|---|", *rows]) + "\n"


def schema_page() -> str:
    """The page that describes every table that a query may read."""
    with tempfile.TemporaryDirectory() as folder:
        ws = operations.open_workspace(Path(folder) / "empty.kpidesk", create=True, today=date(2026, 1, 1))
        tables = operations.tables(ws)
        operations.close(ws)
    parts = [SCHEMA, f"{UNITS}\n"]
    for one in tables:
        columns = ", ".join(f"`{part.name}`{f' → {part.leads_to}' if part.leads_to else ''}" for part in one.columns)
        parts.append(f"**{one.name}**. {one.words} {columns}.\n")
    return "\n".join(parts)


def record_table() -> str:
    """The tables of the formula language with their fields, saved filters and the records they lead to."""
    rows = [
        f"| `{one.name}` | {', '.join(one.fields)} | {', '.join(one.filters) or '–'} | "
        f"{', '.join(f'{way} → {target}' for way, target in one.belongs_to.items()) or '–'} |"
        for one in TABLES.values()
    ]
    return "\n".join(["| table | fields | saved filters | leads to |", "|---|---|---|---|", *rows]) + "\n"


def setting_table() -> str:
    """The settings of a workspace as a table."""
    usual = Settings()
    rows = [
        f"| `{name}` | {'–' if getattr(usual, name) in ((), '') else getattr(usual, name)} | {words} |"
        for name, words in SETTING_HELP.items()
    ]
    return "\n".join(["| setting | at first | what it does |", "|---|---|---|", *rows]) + "\n"


def hygiene_table() -> str:
    """The rules of data hygiene as a table."""
    rows = [f"| {one.name} | {ABOUT[one.about]} | {one.means} | {one.fix} |" for one in RULES]
    return "\n".join(["| problem | looked for in | what it says | what to do |", "|---|---|---|---|", *rows]) + "\n"


def with_table(page: Path, table: str) -> str:
    """A page with the table in it replaced."""
    lines = page.read_text(encoding="utf-8").splitlines(keepends=True)
    first = next(at for at, line in enumerate(lines) if line.startswith("|"))
    last = max(at for at, line in enumerate(lines) if line.startswith("|"))
    return "".join([*lines[:first], table, *lines[last + 1 :]])


def homes(package: str) -> str:
    """The module of every name of a package, as its imports say it to whoever reads or checks them."""
    tree = ast.parse((PROGRAM / package / "__init__.py").read_text(encoding="utf-8"))
    for_types = (node for node in tree.body if isinstance(node, ast.If))
    imports = (node for block in for_types for node in block.body if isinstance(node, ast.ImportFrom))
    found = sorted((name.name, node.module) for node in imports for name in node.names)
    return HOMES.format("".join(f'    "{name}": "{module}",\n' for name, module in found))


def pages() -> dict[Path, str]:
    """Every page that repeats what the program knows, with the text it should have."""
    return {
        HELP / "command-line.md": command_line_page(),
        HELP / "kpis.md": kpi_page(),
        HELP / "schema.md": schema_page(),
        HELP / "formulas.md": with_table(HELP / "formulas.md", function_table()),
        HELP / "records.md": with_table(HELP / "records.md", record_table()),
        HELP / "settings.md": with_table(HELP / "settings.md", setting_table()),
        HELP / "hygiene.md": with_table(HELP / "hygiene.md", hygiene_table()),
        RESOURCES / "kpis" / KEPT: kept_kpis(),
        **{PROGRAM / package / "homes.py": homes(package) for package in ON_DEMAND},
    }


def write_tables() -> None:
    """Store the tables of the formula parser in place of those of an earlier grammar or lark."""
    place = stored_tables()
    place.parent.mkdir(exist_ok=True)
    for old in place.parent.iterdir():
        old.unlink()
    with place.open("wb") as file:
        worked_out().save(file)


if __name__ == "__main__":
    for place, text in pages().items():
        place.write_text(text, encoding="utf-8")
    if not stored_tables().exists():
        write_tables()
