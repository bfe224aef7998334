"""How one CRM names its columns and writes its values: dialects, shipped or a user's own, from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from kpidesk.core.errors import UserError, nearest
from kpidesk.core.fields import FIELD_BY_NAME, KINDS, OUTCOMES, Kind, Outcome
from kpidesk.importing.flags import yes_words
from kpidesk.importing.languages import ALL_KINDS, languages
from kpidesk.paths import resources

KEYS = ("name", "label", "kind", "source", "extends", "formatted", "fill_down", "ids", "probability", "duration",
        "empty", "multiple", "recognise", "fields", "skip", "values", "constants", "status", "outcomes",
        "made", "rows", "cents", "hides_lost")  # fmt: skip
GENERIC: dict[Kind, str] = {kind: "generic" if kind == "deals" else kind for kind in KINDS}
"""The dialect of a plain table of each kind."""
OF_LANGUAGE = ("fields", "values", "outcomes", "words")
Words = Literal["telling", "measure", "booked"]
"""Of a table: that it is of a kind that needs such a word (`kinds.NEEDS`); what a quota is of; that it is bookings."""
DURATION_UNITS: dict[str, int] = {"milliseconds": 1, "seconds": 1_000, "minutes": 60_000, "hours": 3_600_000}
"""Units of a bare number in a column of durations, in milliseconds."""


@dataclass(frozen=True, slots=True)
class StatusRule:
    """How other columns become the word of a field: `rules` pair one pattern per column with a word.

    A pattern is `true` or `false` for a yes/no column, `filled` or `blank`, `*` for anything, or a text of the
    column without regard to case. The rule counts where no column feeds `field` nor one of the fields `unless`.
    """

    columns: tuple[str, ...]
    rules: tuple[tuple[str, ...], ...]
    field: str = "status"
    unless: tuple[str, ...] = ()

    def word(self, cells: Iterable[str]) -> str:
        """The word for the cells of the columns, empty when no rule fits."""
        found = [cell.strip().casefold() for cell in cells]
        for *patterns, word in self.rules:
            if all(_fits(pattern, cell) for pattern, cell in zip(patterns, found, strict=True)):
                return word
        return ""


@dataclass(frozen=True, slots=True)
class MadeColumn:
    """A column that the file does not have, made of others for a field: `first` filled one, or `join` of all."""

    field: str
    how: Literal["first", "join"]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowTraits:
    """Rows between the records of an export that are none.

    `groups`: a row with the name and size of a group and sums, "Won (12)". `titles`: the title of a group stands
    alone in a row. `nested`: the first header of a small table below a record, whose rows begin with an empty cell.
    `continued`: headers whose cells are all empty in a further row of the same record.
    """

    groups: bool = False
    titles: bool = False
    nested: str = ""
    continued: tuple[str, ...] = ()


def _fits(pattern: str, cell: str) -> bool:
    """Whether a cell in lower case is what a pattern of a status rule means."""
    if pattern in ("true", "false"):
        return (cell in yes_words()) == (pattern == "true")
    if pattern in ("filled", "blank"):
        return bool(cell) == (pattern == "filled")
    return pattern == "*" or pattern.casefold() == cell


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one CRM's exports look.

    `all_of`/`any_of`/`at_least` are headers that give it away ("A|B" is either of two); `fields` the headers of each
    field, best first, none where a field has no column though a usual name of it is there.
    `formatted`: header below a title, with sort arrows; `fill_down`: group cells are blank on following rows.
    `ids` "salesforce" lengthens ids of 15 characters; `probability` "percent" or "fraction" when always so;
    `duration` the unit of bare numbers in columns of durations when always so; `empty` cells that mean nothing;
    `multiple` fields whose cells may hold several values joined by `;`.
    `skip` values of a header that leave a row out ("" where it is empty); `values` by field the canonical word of each
    word in lower case; `constants` the text of fields that no column holds because it is the same in every row;
    `outcomes` words with a known meaning, in lower case.
    `made` columns made of others; `rows` what stands between the records; `cents` True: amounts are in hundredths;
    `hides_lost` True: the usual export leaves lost deals out; `cells` headers whose cells must be among some words;
    `foreign` the headers of each field in other languages than English, which no header is merely like; `words` what
    words of these say of a table.
    """

    name: str
    label: str
    kind: Kind
    source: str = ""
    formatted: bool = False
    fill_down: bool = False
    ids: str = ""
    probability: str = ""
    duration: str = ""
    empty: tuple[str, ...] = ()
    multiple: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    at_least: int = 0
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    skip: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    status: tuple[StatusRule, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    made: tuple[MadeColumn, ...] = ()
    rows: RowTraits = RowTraits()
    cents: bool = False
    hides_lost: bool = False
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    foreign: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[Words, tuple[str, ...]] = field(default_factory=dict)

    def recognises(self, shown: Mapping[str, frozenset[str]], *, formatted: bool) -> int:
        """How many of the telling headers are there, 0 when it is another CRM's file.

        `shown` holds, by header in lower case, the different cells in lower case of the first rows.
        """
        required = [any(one.casefold() in shown for one in names.split("|")) for names in self.all_of]
        found = sum(name.casefold() in shown for name in self.any_of)
        if not (required or found) or not all(required) or found < self.at_least or self.formatted > formatted:
            return 0
        for header, words in self.cells.items():
            cells = shown.get(header.casefold(), frozenset())
            if not cells or not cells <= {word.casefold() for word in words}:
                return 0
        return len(required) + found + (self.formatted and formatted) + len(self.cells)


def shipped() -> dict[str, Dialect]:
    """The dialects that come with the app, by name."""
    return dict(_in_folder(resources() / "dialects"))


@lru_cache(maxsize=2)
def _in_folder(folder: Path) -> Mapping[str, Dialect]:
    """The dialects of a folder by name; they do not change while the app runs."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))}
    tables = {name: _table(text, f"{name}.toml") for name, text in texts.items()}
    built = {name: _build(_extended(table, tables), f"{name}.toml") for name, table in tables.items()}
    for where, language in languages().items():
        for kind, words in _of_language(language, where).items():
            built[GENERIC[kind]] = _with_words(built[GENERIC[kind]], words)
    return built


def _of_language(language: Mapping[str, Any], where: str) -> dict[Kind, Dialect]:
    """The headers and words of a language by kind of record: `[deals.fields]`, `[deals.values.type]` and so on."""
    found: dict[Kind, Dialect] = {}
    for name, words in language.items():
        if name in ALL_KINDS:
            continue
        kind = next((one for one in KINDS if one == name), None)
        if kind is None:
            raise UserError(f"{where}: '{name}' is not a kind of record.", nearest(name, KINDS))
        for key in words:
            if key not in OF_LANGUAGE:
                raise UserError(f"{where}: {name}.{key} is not an entry of a language.", nearest(key, OF_LANGUAGE))
        built = _build({**words, "name": GENERIC[kind], "label": name, "kind": kind}, f"{where}: {name}")
        found[kind] = replace(built, words=_said(words.get("words", {}), f"{where}: {name}.words"))
    return found


def _said(table: Mapping[str, object], where: str) -> dict[Words, tuple[str, ...]]:
    for name in table:
        if name not in get_args(Words):
            raise UserError(f"{where}.{name} is not an entry of a language.", nearest(name, get_args(Words)))
    return {name: _texts(table.get(name, []), f"{where}.{name}") for name in get_args(Words)}


def _with_words(dialect: Dialect, language: Dialect) -> Dialect:
    """The dialect of a plain table that knows a language as well; what it knew before comes first."""
    fields = dialect.foreign.keys() | language.fields.keys()
    values = dialect.values.keys() | language.values.keys()
    return replace(
        dialect,
        foreign={name: (*dialect.foreign.get(name, ()), *language.fields.get(name, ())) for name in sorted(fields)},
        values={name: {**language.values.get(name, {}), **dialect.values.get(name, {})} for name in sorted(values)},
        outcomes={**language.outcomes, **dialect.outcomes},
        words={one: (*dialect.words.get(one, ()), *language.words.get(one, ())) for one in get_args(Words)},
    )


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


def recognise(
    dialects: Mapping[str, Dialect], shown: Mapping[str, frozenset[str]], *, formatted: bool
) -> Dialect | None:
    """The dialect whose telling headers are there, the most telling one first; None when it is none of them.

    `shown` holds, by header in lower case, the different cells in lower case of the first rows.
    """
    scored = [(dialect.recognises(shown, formatted=formatted), name) for name, dialect in dialects.items()]
    best, name = max(scored, default=(0, ""))
    return dialects[name] if best else None


def _parsed(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{where} is not valid TOML: {error}.", "Correct the line named.") from None


def _table(text: str, where: str) -> dict[str, Any]:
    table = _parsed(text, where)
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
        duration=_one_of(table, "duration", ("", *DURATION_UNITS), where),
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
        values=_values(kind, table.get("values", {}), where),
        constants=_constants(kind, table.get("constants", {}), where),
        status=tuple(_status(kind, rule, where) for rule in table.get("status", [])),
        outcomes=_outcomes(table.get("outcomes", {}), where),
        made=tuple(_made(kind, name, one, where) for name, one in table.get("made", {}).items()),
        rows=_traits(table.get("rows", {}), where),
        cents=bool(table.get("cents", False)),
        hides_lost=bool(table.get("hides_lost", False)),
        cells={head: _texts(one, f"{where}: recognise.cells") for head, one in signature.get("cells", {}).items()},
    )


def _made(kind: Kind, name: str, table: Mapping[str, object], where: str) -> MadeColumn:
    _known(name, FIELD_BY_NAME[kind], where)
    ways: tuple[Literal["first", "join"], ...] = ("first", "join")
    way = next((one for one in ways if list(table) == [one]), None)
    if way is None:
        raise UserError(f"{where}: made.{name} needs one of 'first' and 'join'.", 'Write first = ["…", "…"].')
    return MadeColumn(name, way, _texts(table[way], f"{where}: made.{name}.{way}"))


def _traits(table: Mapping[str, object], where: str) -> RowTraits:
    known = [one.name for one in dataclass_fields(RowTraits)]
    for key in table:
        if key not in known:
            raise UserError(f"{where}: rows.{key} is not an entry of a dialect.", nearest(key, known))
    return RowTraits(
        groups=bool(table.get("groups", False)),
        titles=bool(table.get("titles", False)),
        nested=str(table.get("nested", "")),
        continued=_texts(table.get("continued", []), f"{where}: rows.continued"),
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
    return {_known(name, known, where): _texts(heads, f"{where}: fields.{name}") for name, heads in table.items()}


def _known(name: str, known: Iterable[str], where: str) -> str:
    if name not in known:
        raise UserError(f"{where}: there is no field '{name}'.", nearest(name, known))
    return name


def _term(name: str, kind: Kind, where: str) -> str:
    return _known(name, [one.name for one in FIELD_BY_NAME[kind].values() if one.kind == "term"], where)


def _values(kind: Kind, table: Mapping[str, object], where: str) -> dict[str, dict[str, str]]:
    """By field the canonical word for each word in lower case; the canonical words stand for themselves."""
    found: dict[str, dict[str, str]] = {}
    for name, words in table.items():
        if not isinstance(words, Mapping):
            raise UserError(f"{where}: values.{name} is not a table.", 'Write word = ["…", "…"] below it.')
        of_field = found[_term(name, kind, where)] = {word.casefold(): word for word in words}
        for canonical, written in words.items():
            of_field |= {one.casefold(): canonical for one in _texts(written, f"{where}: values.{name}.{canonical}")}
    return found


def _constants(kind: Kind, table: Mapping[str, object], where: str) -> dict[str, str]:
    for name, value in table.items():
        _known(name, FIELD_BY_NAME[kind], where)
        if not isinstance(value, str):
            raise UserError(f"{where}: constants.{name} is not a text.", "Write it between quotation marks.")
    return {name: str(value) for name, value in table.items()}


def _status(kind: Kind, rule: Mapping[str, Any], where: str) -> StatusRule:
    columns = _texts(rule.get("columns", []), f"{where}: status.columns")
    rules = tuple(_texts(one, f"{where}: status.rules") for one in rule.get("rules", []))
    if not columns or any(len(one) != len(columns) + 1 for one in rules):
        raise UserError(f"{where}: a status rule needs one pattern per column and a word.", "See hubspot.toml.")
    unless = _texts(rule.get("unless", []), f"{where}: status.unless")
    for name in unless:
        _known(name, FIELD_BY_NAME[kind], where)
    return StatusRule(columns, rules, _term(str(rule.get("field", "status")), kind, where), unless)


def _outcomes(table: Mapping[str, object], where: str) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    for outcome, words in table.items():
        if outcome not in get_args(Outcome):
            raise UserError(f"{where}: '{outcome}' is not an outcome.", nearest(outcome, OUTCOMES))
        for word in _texts(words, f"{where}: outcomes.{outcome}"):
            found[word.casefold()] = next(one for one in OUTCOMES if one == outcome)
    return found
