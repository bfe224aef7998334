"""What a formula says before any of its names is looked up: nodes with their place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kpidesk.language.tree import ArithmeticOp, CompareOp, SpanUnit


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a formula and the characters it covers, half-open."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as written; 25% is 0.25."""

    value: float


@dataclass(frozen=True, slots=True)
class Length(Node):
    """A length of time, `90d` or `1 year`."""

    count: int
    unit: SpanUnit


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """Names joined by dots, as typed; `quoted` says that the last one stood in backticks."""

    names: tuple[str, ...]
    quoted: bool = False

    @property
    def text(self) -> str:
        """The path as typed, for messages."""
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class KpiName(Node):
    """Another KPI, in square brackets."""

    name: str


@dataclass(frozen=True, slots=True)
class Function(Node):
    """A call; the last four are its clauses, None where they are not written."""

    name: str
    name_end: int
    arguments: tuple[Node, ...]
    where: Node | None = None
    on: Path | None = None
    as_of: Path | None = None
    credit: Path | None = None


@dataclass(frozen=True, slots=True)
class Operation(Node):
    """Two values added, subtracted, multiplied or divided."""

    op: ArithmeticOp
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Minus(Node):
    """A value with its sign turned."""

    body: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """Two values compared."""

    op: CompareOp
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Among(Node):
    """A value that is one of several."""

    value: Node
    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Within(Node):
    """A date that lies in the period."""

    value: Node


@dataclass(frozen=True, slots=True)
class Earlier(Node):
    """A date that lies before another."""

    value: Node
    other: Node


@dataclass(frozen=True, slots=True)
class Empty(Node):
    """A value that is missing, or present when `negated`."""

    value: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """The opposite of a condition."""

    body: Node


@dataclass(frozen=True, slots=True)
class Joined(Node):
    """Conditions joined by `and` or by `or`."""

    how: Literal["and", "or"]
    parts: tuple[Node, ...]


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside a node."""
    match node:
        case Function(arguments=arguments, where=where):
            return arguments if where is None else (*arguments, where)
        case Operation(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case Minus(body=body) | Negation(body=body):
            return (body,)
        case Among(value=value, options=options):
            return (value, *options)
        case Within(value=value) | Empty(value=value):
            return (value,)
        case Earlier(value=value, other=other):
            return (value, other)
        case Joined(parts=parts):
            return parts
    return ()


def depth(node: Node) -> int:
    """How many nodes lie below each other at the deepest place; counted without recursion."""
    deepest, level = 0, [node]
    while level:
        deepest += 1
        level = [child for one in level for child in children(one)]
    return deepest
