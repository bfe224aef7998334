"""Columns of the files that no field stands for, as the form names and offers them: as a formula writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kpidesk.core.choices import Choice
from kpidesk.core.formula_form import Between, MeasureForm, OwnColumn, OwnKind
from kpidesk.core.parts import CUSTOM
from kpidesk.language import syntax
from kpidesk.language.errors import FormulaError
from kpidesk.language.names import Rows, find
from kpidesk.language.schema import Table, TableField

_READ = re.compile(r"(?:(number|date)\()?`([^`\n]+)`\)?")
_AS: dict[OwnKind, str] = {"term": "as text", "number": "as a number", "date": "as a date"}


def own_text(header: str, kind: OwnKind) -> str:
    """A column as a formula reads it: `` `Region` ``, ``number(`Seats`)``, ``date(`Kick-off`)``."""
    return f"`{header}`" if kind == "term" else f"{kind}(`{header}`)"


def read_own(text: str) -> OwnColumn | None:
    """The column that a formula reads by a text, and as what; None where it is another value."""
    found = _READ.fullmatch(text)
    if found is None:
        return None
    kind: OwnKind = "number" if found[1] == "number" else "date" if found[1] == "date" else "term"
    return OwnColumn(found[2], kind)


def own_of(text: str, table: str) -> str:
    """The same with the table before the header, as it stands where a measure says whose column it is."""
    return text.replace("`", f"{table}`", 1)


def is_own_date(text: str) -> bool:
    """Whether it is a column read as a date."""
    own = read_own(text)
    return own is not None and own.kind == "date"


def own_choices(table: Table, form: MeasureForm, columns: Sequence[OwnColumn] | None) -> tuple[Choice, ...]:
    """The columns of a table as choices, by header; what the form reads otherwise, or in vain, comes last.

    With `columns` None it is not known yet which there are. A header that a formula could not name is left out.
    """
    known = [one for one in columns or () if _is_reachable(table, one.header)]
    offered = [Choice(own_text(one.header, one.kind), one.header, kind=one.kind) for one in known]
    values = {one.value for one in offered}
    headers = None if columns is None else {one.header.casefold() for one in columns}
    named = {text: own for text, own in _named(form) if text not in values}
    return (*offered, *(_as_named(text, own, headers) for text, own in named.items()))


def as_words(choices: Iterable[Choice]) -> Iterator[Choice]:
    """Each column once as the text it holds, for counting what is different in it."""
    words = dict[str, str]()
    for one in choices:
        if (own := read_own(one.value)) is not None:
            words.setdefault(own_text(own.header, "term"), one.words)
    yield from (Choice(text, said, kind="term") for text, said in words.items())


def _as_named(text: str, own: OwnColumn, headers: set[str] | None) -> Choice:
    if headers is None:
        return Choice(text, own.header, kind=own.kind)
    said = _AS[own.kind] if own.header.casefold() in headers else "in no file"
    return Choice(text, f"{own.header} ({said})", kind=own.kind)


def _named(form: MeasureForm) -> Iterator[tuple[str, OwnColumn]]:
    """The columns that a form reads."""
    for one in (form.field, *(condition.field for condition in form.conditions), form.dated_by):
        for text in (one.from_field, one.to_field) if isinstance(one, Between) else (one,):
            if (own := read_own(text)) is not None:
                yield text, own


def _is_reachable(table: Table, header: str) -> bool:
    """Whether a header in backticks means the column, and not a field of that name."""
    if _READ.fullmatch(f"`{header}`") is None:
        return False
    try:
        found, _ = find(syntax.Path(0, len(header), (header,), quoted=True), Rows(table, table), condition=False)
    except FormulaError:
        return False
    return isinstance(found, TableField) and found.name.startswith(CUSTOM)
