"""Definitions of KPIs as a file to hand on, and what such a file changes, as text and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from kpidesk.core.pack_files import FORMAT, DefinitionChange, PackFile, definition_of

WIDTH = 120
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def pack_toml(pack: PackFile) -> str:
    """The file: its format, the code of its content, then a table for each KPI."""
    lines = ["# Definitions of KPIs, without any data. Take them into a workspace: kpidesk kpi import WORKSPACE FILE"]
    lines += [f"format = {FORMAT}", f"code = {_value(pack.code)}"]
    lines += [f"in_use = {_value(pack.in_use)}"] if pack.in_use else []
    for kpi in pack.kpis:
        lines += ["", "[[kpis]]", *_table(definition_of(kpi))]
    return "\n".join(lines) + "\n"


def _table(values: Mapping[str, object]) -> Iterator[str]:
    yield from (f"{name} = {_value(value)}" for name, value in values.items() if name != "benchmarks")
    marks = values.get("benchmarks", ())
    for mark in marks if isinstance(marks, list) else ():
        yield "[[kpis.benchmarks]]"
        yield from (f"{name} = {_value(value)}" for name, value in mark.items())


def _value(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    return f'"{"".join(_sign(one) for one in str(value))}"'


def _sign(sign: str) -> str:
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    return f"\\u{ord(sign):04x}" if sign < " " or sign == "\x7f" else sign


def difference_text(file: str, pack: PackFile, changes: Sequence[DefinitionChange], *, saved: bool) -> str:
    """What the file brings, KPI by KPI and field by field."""
    counts = {kind: sum(one.kind == kind for one in changes) for kind in ("new", "changed", "same")}
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    lines = [f"{file}, definitions {pack.code}: {told}{'' if saved else ' (nothing was changed)'}."]
    for one in changes:
        if one.kind == "new":
            lines.append(f"New, as a draft: {one.kpi.name} ({one.kpi.id})")
        elif one.kind == "changed":
            lines.append(f"Changed: {one.kpi.name} ({one.kpi.id})")
            for field in one.fields:
                words = f"{field.field.replace('_', ' ')}: {field.before or 'nothing'} → {field.after or 'nothing'}"
                lines += textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="    ")
    if not saved and any(one.counts_otherwise for one in changes):
        lines.append("What is counted otherwise is taken in only with --replace.")
    return "\n".join(lines)


def difference_json(pack: PackFile, changes: Sequence[DefinitionChange], *, saved: bool) -> dict[str, object]:
    """What the file brings, as one document."""
    return {
        "code": pack.code,
        "saved": saved,
        "kpis": [
            {"id": one.kpi.id, "name": one.kpi.name, "change": one.kind,
             "fields": [{"field": each.field, "before": each.before, "after": each.after} for each in one.fields]}
            for one in changes
        ],
    }  # fmt: skip
