"""How one CRM names its columns and writes its values: dialects, shipped or a user's own, from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

from kpidesk.core.errors import UserError, nearest
from kpidesk.core.records import FIELD_BY_NAME, KINDS, OUTCOMES, Kind, Outcome
from kpidesk.paths import resources

KEYS = ("name", "label", "kind", "source", "extends", "formatted", "fill_down", "ids", "probability", "empty",
        "multiple", "recognise", "fields", "skip", "status", "outcomes")  # fmt: skip
GENERIC = "generic"
PEOPLE = "people"
TRUE_WORDS = frozenset(("1", "true", "yes", "y", "t", "x", "✓", "wahr", "ja"))


@dataclass(frozen=True, slots=True)
class StatusRule:
    """How yes/no columns become a status: `rules` pair one pattern per column (true, false, *) with a word."""

    columns: tuple[str, ...]
    rules: tuple[tuple[str, ...], ...]

    def status(self, cells: Iterable[str]) -> str:
        """The status word for the cells of the columns, empty when no rule fits."""
        found = tuple("true" if cell.strip().casefold() in TRUE_WORDS else "false" for cell in cells)
        for *patterns, word in self.rules:
            if all(pattern in ("*", cell) for pattern, cell in zip(patterns, found, strict=True)):
                return word
        return ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one CRM's exports look.

    `all_of`/`any_of`/`at_least` are headers that give it away; `fields` the headers of each field, best first.
    `formatted`: header below a title, with sort arrows; `fill_down`: group cells are blank on following rows.
    `ids` "salesforce" lengthens ids of 15 characters; `probability` "percent" or "fraction" when always so;
    `empty` cells that mean nothing; `multiple` fields whose cells may hold several values joined by `;`.
    `skip` values of a header that leave a row out; `outcomes` words with a known meaning, in lower case.
    """

    name: str
    label: str
    kind: Kind
    source: str = ""
    formatted: bool = False
    fill_down: bool = False
    ids: str = ""
    probability: str = ""
    empty: tuple[str, ...] = ()
    multiple: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    at_least: int = 0
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    skip: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    status: tuple[StatusRule, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)

    def recognises(self, headers: Iterable[str], *, formatted: bool) -> int:
        """How many of the telling headers are there, 0 when it is another CRM's file."""
        present = {header.casefold() for header in headers}
        required = [name.casefold() in present for name in self.all_of]
        found = sum(name.casefold() in present for name in self.any_of)
        if not required or not all(required) or found < self.at_least or self.formatted > formatted:
            return 0
        return len(required) + found + (self.formatted and formatted)


def shipped() -> dict[str, Dialect]:
    """The dialects that come with the app, by name."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted((resources() / "dialects").glob("*.toml"))}
    tables = {name: _table(text, f"{name}.toml") for name, text in texts.items()}
    return {name: _build(_extended(table, tables), f"{name}.toml") for name, table in tables.items()}


def read_dialect(text: str, where: str) -> Dialect:
    """A dialect from TOML text; it may extend a shipped one.

    Raises:
        UserError: naming the file and the entry that is wrong.
    """
    folder = resources() / "dialects"
    table = _table(text, where)
    base = str(table.get("extends", ""))
    known = {path.stem: path for path in folder.glob("*.toml")}
    if base and base not in known:
        raise UserError(f"{where}: there is no dialect '{base}' to extend.", nearest(base, known))
    tables = {base: _table(known[base].read_text(encoding="utf-8"), f"{base}.toml")} if base else {}
    return _build(_extended(table, tables), where)


def find_dialect(name: str, dialects: Mapping[str, Dialect]) -> Dialect:
    """The dialect a user asked for by name, or by the path of a TOML file of their own.

    Raises:
        UserError: there is none of that name.
    """
    if name in dialects:
        return dialects[name]
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return read_dialect(path.read_text(encoding="utf-8-sig"), path.name)
    raise UserError(f"There is no dialect '{name}'.", nearest(name, dialects))


def recognise(dialects: Mapping[str, Dialect], headers: Iterable[str], *, formatted: bool) -> Dialect | None:
    """The dialect whose telling headers are there, the most telling one first; None when it is none of them."""
    names = list(headers)
    scored = [(dialect.recognises(names, formatted=formatted), name) for name, dialect in dialects.items()]
    best, name = max(scored, default=(0, ""))
    return dialects[name] if best else None


def _table(text: str, where: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{where} is not valid TOML: {error}.", "Correct the line named.") from None
    for key in table:
        if key not in KEYS:
            raise UserError(f"{where}: '{key}' is not an entry of a dialect.", nearest(key, KEYS))
    return table


def _extended(table: dict[str, Any], tables: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    base = tables.get(str(table.get("extends", "")))
    return {**base, **table} if base is not None else table


def _build(table: dict[str, Any], where: str) -> Dialect:
    kind = table.get("kind", "deals")
    if kind not in KINDS:
        raise UserError(f"{where}: '{kind}' is not a kind of record.", nearest(str(kind), KINDS))
    signature = table.get("recognise", {})
    plain = Dialect(
        name=_text(table, "name", where),
        label=_text(table, "label", where),
        kind=kind,
        source=str(table.get("source", "")),
        formatted=bool(table.get("formatted", False)),
        fill_down=bool(table.get("fill_down", False)),
        ids=_one_of(table, "ids", ("", "salesforce"), where),
        probability=_one_of(table, "probability", ("", "percent", "fraction"), where),
    )
    return replace(
        plain,
        empty=_texts(table.get("empty", []), f"{where}: empty"),
        multiple=_texts(table.get("multiple", []), f"{where}: multiple"),
        all_of=_texts(signature.get("all", []), f"{where}: recognise.all"),
        any_of=_texts(signature.get("any", []), f"{where}: recognise.any"),
        at_least=int(signature.get("at_least", 1 if signature.get("any") else 0)),
        fields=_fields(kind, table.get("fields", {}), where),
        skip={head: _texts(cells, f"{where}: skip.{head}") for head, cells in table.get("skip", {}).items()},
        status=tuple(_status(rule, where) for rule in table.get("status", [])),
        outcomes=_outcomes(table.get("outcomes", {}), where),
    )


def _text(table: dict[str, Any], key: str, where: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or not value:
        raise UserError(f"{where}: '{key}' is missing.", f'Add a line {key} = "…".')
    return value


def _one_of(table: dict[str, Any], key: str, choices: tuple[str, ...], where: str) -> str:
    value = str(table.get(key, ""))
    if value not in choices:
        raise UserError(f"{where}: {key} = '{value}' is not known.", nearest(value, [one for one in choices if one]))
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise UserError(f"{where} is not a list of texts.", 'Write it as ["…", "…"].')
    return tuple(value)


def _fields(kind: Kind, table: Mapping[str, object], where: str) -> dict[str, tuple[str, ...]]:
    known = ("id", *FIELD_BY_NAME[kind])
    for name in table:
        if name not in known:
            raise UserError(f"{where}: there is no field '{name}'.", nearest(name, known))
    return {name: _texts(headers, f"{where}: fields.{name}") for name, headers in table.items()}


def _status(rule: Mapping[str, Any], where: str) -> StatusRule:
    columns = _texts(rule.get("columns", []), f"{where}: status.columns")
    rules = tuple(_texts(one, f"{where}: status.rules") for one in rule.get("rules", []))
    if not columns or any(len(one) != len(columns) + 1 for one in rules):
        raise UserError(f"{where}: a status rule needs one pattern per column and a word.", "See hubspot.toml.")
    return StatusRule(columns, rules)


def _outcomes(table: Mapping[str, object], where: str) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    for outcome, words in table.items():
        if outcome not in get_args(Outcome):
            raise UserError(f"{where}: '{outcome}' is not an outcome.", nearest(outcome, OUTCOMES))
        for word in _texts(words, f"{where}: outcomes.{outcome}"):
            found[word.casefold()] = next(one for one in OUTCOMES if one == outcome)
    return found
