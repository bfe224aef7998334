"""A file as the app understands it, in words, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping

from kpidesk.core.fields import KIND_OF_RECORD
from kpidesk.core.imports import ColumnEvidence, Preview
from kpidesk.core.wording import with_article
from kpidesk.importing.constants import one_values
from kpidesk.importing.data_date import day_named
from kpidesk.importing.dialects import DURATION_UNITS
from kpidesk.importing.evidence import Evidence, repeated_ids
from kpidesk.importing.findings import Findings
from kpidesk.importing.foretelling import bad_cells
from kpidesk.importing.headers import has_id
from kpidesk.importing.notices import notices_of, rejects_foretold
from kpidesk.importing.profiles import NO_COLUMN, Profile
from kpidesk.importing.recognising import Recognised, all_words
from kpidesk.importing.rules import Plan, Rules
from kpidesk.importing.settling import Settled
from kpidesk.importing.tables import DELIMITER_WORDS
from kpidesk.importing.word_choices import found_words

CUSTOM_WHY = "kept as a field of its own"


def build_plan(found: Findings) -> Plan:
    """The plan of a file with everything the user should see of it first."""
    rules = found.rules
    repeated = repeated_ids(found.evidence) if has_id(rules.kind) else {}
    return Plan(
        _preview(found, repeated), rules.recipe(), rules, found.table, found.layout,
        found.settled.meanings.outcomes, found.key, _profile(found).text(), same=found.options.same,
        once=not repeated and rules.identity == ("id",) and not rules.same and rules.ids != "salesforce",
        leans=found.settled.money.leans,
    )  # fmt: skip


def _preview(found: Findings, repeated: Mapping[int, int]) -> Preview:
    """What the user should see of a file before its import; `repeated` as `repeated_ids` tells them."""
    table, recognised, evidence, settled = found.table, found.recognised, found.evidence, found.settled
    rules, words = found.rules, found_words(evidence, recognised)
    bad = tuple(bad_cells(evidence, settled))
    foretold = rejects_foretold(evidence, bad)
    return Preview(
        file=table.path.name,
        kind=rules.kind,
        dialect=recognised.dialect.name,
        source=found.options.source or recognised.dialect.source or recognised.dialect.name,
        data_date=found.dated.day,
        data_date_why=found.dated.why,
        encoding=table.encoding,
        delimiter=DELIMITER_WORDS.get(table.delimiter, table.delimiter),
        header_line=found.layout.line,
        total_rows=evidence.total,
        columns=_columns(evidence, settled, recognised),
        stages=settled.meanings.found,
        rows=tuple(evidence.rows),
        identity=_identity(rules),
        currency=settled.money.main,
        questions=settled.questions,
        notices=notices_of(found, words, repeated, foretold),
        sheets=table.sheets,
        sheet=table.sheet,
        kind_why=recognised.why,
        one_values=one_values(rules, found.options.constants, all_words(recognised)),
        named_day=day_named(table.path),
        words=words,
        bad_cells=sum(one.count for one in bad),
        bad=bad,
        foretold=foretold,
        assumed_currency=rules.currency if settled.money.is_assumed else "",
    )


def _profile(found: Findings) -> Profile:
    """What to remember of a file; what it leaves open stays as it was before."""
    settled, options, before = found.settled, found.options, found.profile
    matches = found.recognised.matches
    columns = {name: found.rules.headers[match.column] for name, match in matches.items()}
    said = {**before.columns, **options.columns}
    without = {name: NO_COLUMN for name, header in said.items() if header == NO_COLUMN and name not in columns}
    orders = {name: settled.orders[header].order for name, header in columns.items() if header in settled.orders}
    marks = {name: settled.marks[header] for name, header in columns.items() if header in settled.marks}
    return Profile(
        columns=columns | without,
        chosen=tuple(sorted(name for name, match in matches.items() if match.chosen)),
        orders={**before.orders, **{name: order for name, order in orders.items() if order is not None}},
        marks={**before.marks, **{name: one.mark for name, one in marks.items() if one.decided}},
        kind=options.kind,
        dialect=options.dialect,
        source=options.source,
        currency=options.currency,
        taken_for=found.recognised.kind,
        headers=found.rules.headers,
        same=options.same,
        constants=options.constants,
        words=options.words,
    )


def _columns(evidence: Evidence, settled: Settled, recognised: Recognised) -> tuple[ColumnEvidence, ...]:
    by_column = {match.column: (name, match.why) for name, match in reversed(recognised.matches.items())}
    makes = {at: f"makes the {one.rule.field}" for one in settled.rules.made for at in one.columns}
    if settled.rules.wide is not None:
        makes |= dict.fromkeys((at for at, _ in settled.rules.wide.stages), "read as stage history")
    makes |= {
        column: f"rows with {' or '.join(word or 'no value' for word in words)} are left out"
        for column, words in settled.rules.skip
    }
    result = []
    for at, header in enumerate(settled.rules.headers):
        name, why = by_column.get(at, ("", makes.get(at, CUSTOM_WHY)))
        if why == CUSTOM_WHY and at not in settled.rules.custom:
            continue
        order, mark = settled.orders.get(header), settled.marks.get(header)
        said = order.evidence if order is not None and name else mark.evidence if mark is not None and name else ""
        said = said or _unit(settled.rules, name)
        result.append(ColumnEvidence(header, name, why, said, tuple(evidence.samples[at]), evidence.filled[at]))
    return tuple(result)


def _unit(rules: Rules, name: str) -> str:
    """What a bare number of a column of durations is, empty for another column."""
    reading = rules.reading(name)
    if reading is None or reading.kind != "duration":
        return ""
    return next(f"numbers are {word}" for word, unit in DURATION_UNITS.items() if unit == reading.unit)


def _identity(rules: Rules) -> str:
    """How two rows are known to be the same record, in words."""
    if rules.kind == "people":
        return "a person is known by e-mail address, else by name"
    reading, one = rules.reading("id"), with_article(KIND_OF_RECORD[rules.kind].one)
    if reading is None:
        return f"no id column: {one} is known by {rules.told_apart}"
    longer = ", its 15 characters lengthened to 18" if rules.ids == "salesforce" else ""
    return f"{one} is known by '{rules.headers[reading.column]}'{longer}"
