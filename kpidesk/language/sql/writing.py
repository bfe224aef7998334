"""Pieces of SQL text: literals, lists, and the named parts of a statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kpidesk.core.parts import CUSTOM

FOREVER = "'9999-12-31'"


def quoted(text: str) -> str:
    """A text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """A field as a column is called: the header of one that is mapped to no field in quotes."""
    return '"' + name.replace('"', '""') + '"' if name.startswith(CUSTOM) else name


def number(value: float) -> str:
    """A number as a literal; whole numbers without a point."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(float(value))


def listed(items: Iterable[str], indent: str) -> str:
    """Items one below the other, with commas."""
    return f",\n{indent}".join(items)


def every(conditions: Iterable[str], indent: str = "    ") -> str:
    """Conditions that must all hold, one below the other."""
    return f"\n{indent}AND ".join(conditions)


@dataclass(slots=True)
class Parts:
    """The named parts of a statement, each after those it rests on; a class because the measures share them."""

    found: dict[str, str] = field(default_factory=dict)
    is_recursive: bool = False

    def add(self, name: str, words: str, body: str) -> str:
        """Put a part in unless it stands there; `words` say what it is. Gives back its name."""
        if name not in self.found:
            inside = body.strip("\n").replace("\n", "\n  ")
            self.found[name] = f"-- {' '.join(words.split())}\n{name} AS (\n  {inside}\n)"
        return name

    def text(self, first: Iterable[str] = ()) -> str:
        """All parts, after the `first` of others, as the beginning of a statement; nothing without any."""
        found = [*first, *self.found.values()]
        if not found:
            return ""
        return f"WITH{' RECURSIVE' if self.is_recursive else ''}\n" + ",\n".join(found) + "\n"


def lowered(text: str) -> str:
    """A text as the `lower` of SQL gives it: only A to Z are changed."""
    return text.lower() if text.isascii() else "".join(one.lower() if one.isascii() else one for one in text)
