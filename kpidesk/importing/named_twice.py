"""Which rows of a people file will be rejected: they name somebody again, and nothing tells since when they hold."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field, replace

from kpidesk.core.imports import FIRST_DAYS, BadCells
from kpidesk.core.progress import Progress
from kpidesk.core.records import Cell, ParsedRows, RawRows
from kpidesk.core.texts import folded
from kpidesk.importing.mapping import parse
from kpidesk.importing.rules import Plan, Rules

AGAIN = "names somebody again without another first day in a team but with other values"
ADVICE = f"{FIRST_DAYS[:1].upper()}{FIRST_DAYS[1:]}."
DAYS = ("valid_from", "fte_from")


@dataclass(slots=True)
class _Named:
    """The first row of each person and day, the lines and names of those that contradict it, how many are like it."""

    first: dict[tuple[Cell, ...], tuple[Cell, ...]] = field(default_factory=dict)
    again: list[tuple[int, str]] = field(default_factory=list)
    alike: int = 0

    def take(self, parsed: ParsedRows, lines: list[int]) -> None:
        """Take in one block of rows."""
        names = list(parsed.columns)
        for number, at in enumerate(parsed.index):
            cells = {name: parsed.columns[name][number] or None for name in names}
            if at in parsed.unread:
                cells["fte_from"] = None
            name = cells.get("person") or cells.get("email")
            team = cells.get("external_id") or cells.get("team")
            whose = folded(str(cells.get("email") or name or f"team {team}"))
            said = tuple(cells.values())
            first = self.first.setdefault((whose, *map(cells.get, DAYS)), said)
            self.alike += first is not said and first == said
            if first != said:
                self.again.append((lines[at], str(name or cells.get("team") or "")))


def with_named_twice(plan: Plan, blocks: Iterable[RawRows]) -> Generator[Progress, None, Plan]:
    """The plan of a people file of these blocks, which foretells the rows that name somebody again.

    A row that says the same again is left out; one with another first day in a team is another time of the person.
    """
    named = _Named()
    for block in blocks:
        named.take(parse(plan, block), block.lines)
        yield Progress(block.lines[-1], 0, "Looking for who is named twice")
    plan = replace(plan, again=named.alike + len(named.again))
    if not named.again:
        return plan
    (line, name), preview = named.again[0], plan.preview
    bad = BadCells(_header(plan.rules), len(named.again), line, name, AGAIN)
    return replace(
        plan,
        preview=replace(
            preview,
            bad=(*preview.bad, bad),
            bad_cells=preview.bad_cells + bad.count,
            foretold=(*preview.foretold, bad.words, ADVICE),
            notices=(bad.words, ADVICE, *preview.notices),
        ),
    )


def _header(rules: Rules) -> str:
    """The column that names people, or teams where there are none."""
    columns = [one.column for name in ("person", "email", "team") if (one := rules.reading(name)) is not None]
    made = rules.making("person")
    at = made.columns[0] if made is not None else columns[0]
    return rules.headers[at]
