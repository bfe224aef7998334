"""A file as the importer understands it, as plain text to compare with a page written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpidesk.core.imports import Preview
from tests.importing.support import Imported


def shown(imported: Imported) -> str:
    """Preview, records and rejected rows, one fact a line; only fields that have a value."""
    return "\n".join([*_preview(imported.plan.preview), *_records(imported), ""])


def _preview(preview: Preview) -> Iterator[str]:
    yield f"{preview.kind} by dialect {preview.dialect}, ids of {preview.source}, {preview.currency or 'no amounts'}"
    yield f"data of {preview.data_date}: {preview.data_date_why}"
    text = " ".join(filter(None, (preview.encoding, preview.delimiter))) or f"sheets {', '.join(preview.sheets)}"
    yield f"{text}; names on line {preview.header_line}; {preview.total_rows} rows; {preview.identity}"
    yield "\ncolumns"
    for one in preview.columns:
        evidence = f"; {one.evidence}" if one.evidence else ""
        yield f"  {one.header} -> {one.field or 'custom'}: {one.why}{evidence}; {one.filled} filled"
    stages = [f"{one.value} x {one.count} = {one.outcome or '?'}: {one.why}" for one in preview.stages]
    yield from _block("stages", stages)
    yield from _block("questions", [f"{one.about} {one.evidence}. Answer: {one.option}" for one in preview.questions])
    yield from _block("notices", preview.notices)


def _block(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"\n{title}"
        yield from (f"  {line}" for line in lines)


def _records(imported: Imported) -> Iterator[str]:
    yield "\nrecords"
    for key, row, custom in zip(imported.keys, imported.rows, imported.custom, strict=True):
        yield f"  {key}"
        yield from (f"    {name} = {value}" for name, value in row.items() if value is not None)
        if custom is not None:
            yield f"    custom = {custom}"
    yield from _block(
        "rejected",
        [f"line {one.line}, {one.column or 'row'}: {one.value!r}. {one.problem}" for one in imported.issues],
    )
    yield from _block("left out", imported.skipped)
