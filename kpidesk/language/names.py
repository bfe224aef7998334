"""Looks up the names of a formula in the tables, and says what was meant when a name is unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kpidesk.core.errors import nearest
from kpidesk.core.parts import CUSTOM
from kpidesk.language.errors import FormulaError
from kpidesk.language.parser import parse
from kpidesk.language.schema import SavedFilter, Table, TableField
from kpidesk.language.syntax import Node, Path
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import Moment


@dataclass(frozen=True, slots=True)
class Rows:
    """Where a row expression stands: the table of its measure, and the moment the rows are read at.

    `here` is the table that bare names belong to and `prefix` the way to it; both differ from the measure's
    table inside a saved filter of a record it belongs to. `in_filter` marks the body of a saved filter.
    """

    table: Table
    here: Table
    moment: Moment = "end"
    prefix: tuple[str, ...] = ()
    in_filter: bool = False

    def dotted(self, way: tuple[str, ...], name: str) -> str:
        """A name as seen from the measure's table."""
        return ".".join((*self.prefix, *way, name))


Found = TableField | SavedFilter | Moment


def fail(code: str, problem: str, advice: str, node: Node) -> FormulaError:
    """An error about one node."""
    return FormulaError(code, problem, advice, node.start, node.end)


def find(path: Path, rows: Rows, *, condition: bool) -> tuple[Found, Rows]:
    """What a name stands for, and the table in which it was found.

    A name in backticks that the table does not have is a column of the files that is mapped to no field.

    Raises:
        FormulaError: E-TABLE, E-FANOUT, E-FIELD or E-FILTER; the last for an unknown `condition`.
    """
    names = tuple(name.lower() for name in path.names)
    if len(names) > 1 and names[0] == rows.table.name:
        names = names[1:]
    elif names[0] in TABLES and names[0] not in rows.here.by_name:
        raise _out_of_reach(path, names, rows)
    for name in names[:-1]:
        rows = _hop(path, name, rows)
    last = names[-1]
    if last in rows.here.by_name:
        return rows.here.by_name[last], rows
    if last in rows.here.filters:
        return rows.here.filters[last], rows
    if len(path.names) == 1 and last in ("start", "end", "now"):
        return _moment(last), rows
    if last in TABLES and rows.here.name in TABLES[last].belongs_to.values():
        raise _out_of_reach(path, (last,), rows)
    if path.quoted and len(names) == 1 and not rows.in_filter:
        header = path.names[-1]
        return TableField(CUSTOM + header, "term", header), rows
    raise _unknown(path, rows, condition=condition, alone=len(names) == 1 and not rows.in_filter)


def filter_body(saved: SavedFilter, rows: Rows) -> tuple[Node, Rows]:
    """The condition of a saved filter, and the context in which its names are looked up."""
    return parse(saved.formula), replace(rows, in_filter=True)


def _moment(name: str) -> Moment:
    return "start" if name == "start" else "now" if name == "now" else "end"


def _hop(path: Path, name: str, rows: Rows) -> Rows:
    field = rows.here.by_name.get(name)
    hop = field.name if field else name
    if hop in rows.here.belongs_to:
        return replace(rows, here=TABLES[rows.here.belongs_to[hop]], prefix=(*rows.prefix, hop))
    if name in TABLES:
        raise _out_of_reach(path, (name,), rows)
    known = ", ".join(f"{rows.here.name}.{one}" for one in rows.here.belongs_to)
    advice = f"From here one can reach {known}." if known else f"Use the fields of '{rows.here.name}' only."
    raise fail("E-FIELD", f"'{path.text}': '{rows.here.name}' leads to no record by '{name}'.", advice, path)


def _out_of_reach(path: Path, names: tuple[str, ...], rows: Rows) -> FormulaError:
    here, other = rows.here, TABLES[names[0]]
    ways = [way for way, target in here.belongs_to.items() if target == other.name]
    if not ways and here.name in other.belongs_to.values():
        return fail("E-FANOUT", f"One of '{here.name}' has many {other.noun}: '{path.text}' is not one value.",
                    f"Count {other.name} instead: start the measure with {other.name}.", path)  # fmt: skip
    if ways and len(names) > 1:
        way = ".".join((ways[0], *names[1:]))
        return fail("E-TABLE", f"This measure reads '{rows.table.name}', not '{other.name}'.", f"Write {way}.", path)
    if len(names) == 1:
        return fail("E-FIELD", f"'{other.name}' is a table; here belongs one of its fields.",
                    f"Fields of '{rows.table.name}': {', '.join(list(rows.table.fields)[:8])} …", path)  # fmt: skip
    return fail("E-TABLE", f"This measure reads '{rows.table.name}', so '{path.text}' is out of reach.",
                "Make it a measure of its own and join the two with ÷, + or −.", path)  # fmt: skip


def _unknown(path: Path, rows: Rows, *, condition: bool, alone: bool) -> FormulaError:
    """`alone` stands a name where the header of an unmapped column may stand in backticks."""
    here, name = rows.here, path.names[-1]
    if condition and len(path.names) == 1:
        known = [*here.filters, *(one.name for one in here.fields.values() if one.kind == "bool")]
        hint = nearest(name, known) if known else f"Compare a field, for example {here.dates[0]} in period."
        found = fail("E-FILTER", f"'{here.name}' has no saved filter '{name}'.", hint, path)
    else:
        problem = f"'{path.text}': table '{here.name}' has no field '{name}'."
        found = fail("E-FIELD", problem, nearest(name, here.fields), path)
    found.missing = (here.name, name) if alone else None
    return found
