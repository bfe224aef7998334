"""A file as the app understands it, in words, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD, Kind
from kpidesk.core.imports import ColumnEvidence, ImportOptions, Preview, WordFound
from kpidesk.core.texts import folded
from kpidesk.core.wording import counted, with_article
from kpidesk.importing.constants import one_values, told_of_all
from kpidesk.importing.data_date import day_named
from kpidesk.importing.dates import ORDER_WORDS
from kpidesk.importing.dialects import DURATION_UNITS
from kpidesk.importing.evidence import Evidence, repeated_ids, same_names
from kpidesk.importing.foretelling import BadCells, bad_cells
from kpidesk.importing.headers import has_id
from kpidesk.importing.layout import Layout, Leftovers
from kpidesk.importing.missing import TELLING
from kpidesk.importing.numbers import MARK_WORDS
from kpidesk.importing.profiles import NO_COLUMN, NOTHING, Profile
from kpidesk.importing.recognising import Recognised, all_words
from kpidesk.importing.remembering import same_columns
from kpidesk.importing.rules import Plan, Rules
from kpidesk.importing.settling import Settled
from kpidesk.importing.tables import DELIMITER_WORDS, Source
from kpidesk.importing.untold import untold
from kpidesk.importing.word_choices import found_words, word_notices
from kpidesk.importing.zoned import zone_notices

CUSTOM_WHY = "kept as a field of its own"
MOST_NAMES = 5
FREQUENCY = re.compile(r"(?:billing|payment|invoice)[ _]?(?:frequency|period|interval|cycle)", re.IGNORECASE)


def build_plan(
    table: Source,
    layout: Layout,
    recognised: Recognised,
    evidence: Evidence,
    settled: Settled,
    dated: tuple[date, str, tuple[str, ...]],
    options: ImportOptions,
    left: Leftovers,
    profile: Profile,
    key: str,
) -> Plan:
    """The plan of a file with everything the user should see of it first."""
    rules = settled.rules
    repeated = repeated_ids(evidence) if has_id(rules.kind) else {}
    preview = _preview(table, layout, recognised, evidence, settled, dated, options, left, profile, repeated)
    return Plan(
        preview, rules.recipe(), rules, table, layout, settled.meanings.outcomes, key,
        _profile(recognised, settled, options, profile).text(), same=options.same,
        once=not repeated and rules.identity == ("id",) and not rules.same and rules.ids != "salesforce",
        leans=settled.money.leans,
    )  # fmt: skip


def _preview(
    table: Source, layout: Layout, recognised: Recognised, evidence: Evidence, settled: Settled,
    dated: tuple[date, str, tuple[str, ...]], options: ImportOptions, left: Leftovers, profile: Profile,
    repeated: Mapping[int, int],
) -> Preview:  # fmt: skip
    """What the user should see of a file before its import; `repeated` as `repeated_ids` tells them."""
    rules, words = settled.rules, found_words(evidence, recognised)
    bad = tuple(bad_cells(evidence, settled))
    foretold = _reject_notices(evidence, bad)
    return Preview(
        file=table.path.name,
        kind=rules.kind,
        dialect=recognised.dialect.name,
        source=options.source or recognised.dialect.source or recognised.dialect.name,
        data_date=dated[0],
        data_date_why=dated[1],
        encoding=table.encoding,
        delimiter=DELIMITER_WORDS.get(table.delimiter, table.delimiter),
        header_line=layout.line,
        total_rows=evidence.total,
        columns=_columns(evidence, settled, recognised),
        stages=settled.meanings.found,
        rows=tuple(evidence.rows),
        identity=_identity(rules),
        currency=settled.money.main,
        questions=settled.questions,
        notices=(
            *table.notices,
            *_notices(recognised, evidence, settled, options, left, profile, words, repeated, foretold),
            *dated[2],
        ),
        sheets=table.sheets,
        sheet=table.sheet,
        kind_why=recognised.why,
        one_values=one_values(rules, options.constants, all_words(recognised)),
        named_day=day_named(table.path),
        words=words,
        bad_cells=sum(one.count for one in bad),
        foretold=foretold,
        assumed_currency=rules.currency if settled.money.is_assumed else "",
    )


def _notices(
    recognised: Recognised, evidence: Evidence, settled: Settled, options: ImportOptions, left: Leftovers,
    profile: Profile, words: Sequence[WordFound], repeated: Mapping[int, int], foretold: Sequence[str],
) -> tuple[str, ...]:  # fmt: skip
    """What to know of the rows before they are imported: what was left out, taken over, made or hidden."""
    rules, said = settled.rules, {**profile.columns, **options.columns}
    return (
        *_remembered_notices(settled, profile), *_kept_orders(settled, options), *_left_notices(left),
        *_passed_notices(recognised, rules), *recognised.notices, *foretold,
        *_row_notices(evidence, settled, repeated), *settled.money.notices,
        *zone_notices(evidence.zoned.values(), rules.zone), *word_notices(words, rules.kind),
        *told_of_all(rules, options.constants), *_made_notices(rules), *_hidden_notices(recognised, settled),
        *_kind_notices(rules, options.constants),
        *untold(rules, evidence.rows, said),
    )  # fmt: skip


def _profile(recognised: Recognised, settled: Settled, options: ImportOptions, before: Profile) -> Profile:
    """What to remember of a file; what it leaves open stays as it was before."""
    columns = {name: settled.rules.headers[match.column] for name, match in recognised.matches.items()}
    said = {**before.columns, **options.columns}
    without = {name: NO_COLUMN for name, header in said.items() if header == NO_COLUMN and name not in columns}
    found = {name: settled.orders[header].order for name, header in columns.items() if header in settled.orders}
    marks = {name: settled.marks[header] for name, header in columns.items() if header in settled.marks}
    return Profile(
        columns=columns | without,
        chosen=tuple(sorted(name for name, match in recognised.matches.items() if match.chosen)),
        orders={**before.orders, **{name: order for name, order in found.items() if order is not None}},
        marks={**before.marks, **{name: one.mark for name, one in marks.items() if one.decided}},
        kind=options.kind,
        dialect=options.dialect,
        source=options.source,
        currency=options.currency,
        taken_for=recognised.kind,
        headers=settled.rules.headers,
        same=options.same,
        constants=options.constants,
        words=options.words,
    )


def _remembered_notices(settled: Settled, before: Profile) -> tuple[str, ...]:
    """That a file of the same shape was imported before, and which columns are written otherwise now."""
    if before == NOTHING:
        return ()
    told = [same_columns(before.headers, settled.rules.headers, is_undone=before.is_undone)]
    for reading in settled.rules.readings:
        header = settled.rules.headers[reading.column]
        order, mark = before.orders.get(reading.field), before.marks.get(reading.field)
        if order is not None and reading.order not in (None, order):
            told.append(f"Column '{header}' was {ORDER_WORDS[order]} before; now {settled.orders[header].evidence}.")
        if mark is not None and settled.marks[header].decided and reading.mark != mark:
            told.append(f"Column '{header}' had {MARK_WORDS[mark]} before; now {settled.marks[header].evidence}.")
    return tuple(told)


def _kept_orders(settled: Settled, options: ImportOptions) -> tuple[str, ...]:
    """Which columns of dates are not read as was said, since their own rows prove otherwise, or are none."""
    own = {folded(header): order for header, order in options.date_orders.items()}
    told = []
    for header, one in settled.orders.items():
        said = own.pop(folded(header), options.date_order)
        if said is not None and one.order is not None and one.order != said:
            read = f"Column '{header}' is read {ORDER_WORDS[one.order]}"
            told.append(f"{read}, not {ORDER_WORDS[said]} as you said: {one.evidence}.")
    idle = [header for header in options.date_orders if folded(header) in own]
    return (*told, *(f"No column of dates is called '{one}': the order said of it is of no use." for one in idle))


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


def _left_notices(left: Leftovers) -> tuple[str, ...]:
    told = (
        (len(left.footer), "footer line", f"left out, beginning with '{left.footer[0][:60]}'" if left.footer else ""),
        (left.totals + left.between.sums, "total row", "left out"),
        (left.repeated, "repeated header row", "left out"),
        (left.blank, "blank line", "left out"),
        (left.filled_down, "blank group cell", "filled from the row above"),
        (left.between.groups, "group row", "left out"),
        (left.between.sums, "row of sums" if left.between.sums == 1 else "total row", "left out"),
        (left.between.nested, "row", "of a table below a record left out"),
        (left.between.continued, "row", "that continues the record above left out"),
    )
    return tuple(f"{counted(count, what)} {then}." for count, what, then in told if count)


def _passed_notices(recognised: Recognised, rules: Rules) -> tuple[str, ...]:
    return tuple(
        f"Column '{rules.headers[column]}' is not taken for {_label(rules.kind, name)}: {problem}."
        for name, column, problem in recognised.passed
    )


def _label(kind: Kind, name: str) -> str:
    known = FIELD_BY_NAME[kind].get(name)
    return f"'{known.label}'" if known is not None else name


def _made_notices(rules: Rules) -> tuple[str, ...]:
    """What stands for the status where it is only known by whether a day is given."""
    making = rules.making("status")
    if making is None or not making.rule.unless:
        return ()
    header = rules.headers[making.columns[0]]
    words = "; ".join(f"{pattern} counts as {word}" for pattern, word in making.rule.rules)
    return (f"No column tells a stage or status, so '{header}' does: {words}.",)


def _hidden_notices(recognised: Recognised, settled: Settled) -> tuple[str, ...]:
    """That a CRM leaves lost deals out of its usual export, where this one holds none."""
    found = settled.meanings.found
    if not recognised.dialect.hides_lost or any(one.outcome == "lost" for one in found):
        return ()
    return (
        "This export holds no lost deals: a win rate from it would be 100%. Export archived records as well, with the "
        "columns 'Active' and 'Lost Reason'.",
    )


def _kind_notices(rules: Rules, said: Mapping[str, str]) -> tuple[str, ...]:
    """What is to be known of columns that belong to another kind of record or need a word."""
    told = []
    if rules.wide is not None:
        count = counted(len(rules.wide.stages), "column")
        told.append(f"{count} with the day on which a stage was entered: imported as stage history as well.")
    if rules.kind == "subscriptions" and rules.reading("mrr") is None and rules.reading("arr") is None:
        frequency = next((one for one in rules.headers if FREQUENCY.search(one)), "")
        billed = f" '{frequency}' tells how often an amount is billed." if frequency else ""
        told.append(
            f"No column is known to hold the monthly (MRR) or yearly (ARR) amount.{billed} Map the one that does: "
            '--map mrr="COLUMN" or --map arr="COLUMN".'
        )
    if rules.kind == "costs" and "motion" not in said and rules.reading("motion") is None:
        told.append(
            "No column tells costs for new customers from those for existing ones: all count as for new ones, so a CAC "
            "is of both together. A column Motion with New or Existing tells them apart; `--set motion=existing` says "
            "it of a whole file."
        )
    if rules.kind == "deals" and not any(map(rules.reading, TELLING)):
        told.append(
            f"No column tells one deal from another: a deal is known by {rules.told_apart}. Where a later file has the "
            "rows in another order, they are taken for other deals. Map the column that tells them apart: --map "
            'id="COLUMN".'
        )
    return tuple(told)


def _reject_notices(evidence: Evidence, bad: Sequence[BadCells]) -> tuple[str, ...]:
    """Which rows will be rejected: for how many cells they have, or for one that cannot be read."""
    ragged = counted(evidence.ragged, "row")
    told = (f"{ragged} with too few or too many cells will be rejected.",) if evidence.ragged else ()
    return (*told, *(one.words for one in bad))


def _row_notices(evidence: Evidence, settled: Settled, repeated: Mapping[int, int]) -> tuple[str, ...]:
    rules = settled.rules
    notices = []
    if repeated:
        line = next(iter(repeated))
        notices.append(
            f"{counted(len(repeated), 'row')} with the id of an earlier row, first on line {line}: left out where they "
            "say the same, rejected where they do not."
        )
    for column, count in evidence.skipped.items():
        notices.append(f"{counted(count, 'row')} left out for what '{rules.headers[column]}' says.")
    for name, addresses in list(same_names(evidence).items())[:MOST_NAMES]:
        people = f"{len(addresses)} people are called '{name}' ({', '.join(addresses[:3])})"
        notices.append(f"{people}: they are taken for one. Give them different names in the CRM to tell them apart.")
    if evidence.several:
        notices.append(f"{counted(evidence.several, 'cell')} with several values: the first of them counts.")
    if rules.kind == "deals" and rules.reading("stage") is None and rules.reading("status") is None:
        if not (rules.is_given("stage") or rules.is_given("status")):
            notices.append("No column tells the stage or status, so no deal counts as won or lost.")
    elif rules.kind == "deals" and evidence.stages.without_word:
        notices.append(f"{counted(evidence.stages.without_word, 'row')} without a stage: neither won nor lost.")
    named = [header for header in rules.headers if header.startswith("Column ")]
    again = [header for header in rules.headers if header[-2:-1].isdigit() and " (" in header]
    if again:
        notices.append(f"Columns of the same name are told apart as {', '.join(again[:5])}.")
    if named:
        notices.append(f"Columns without a name are called {', '.join(named[:5])}.")
    return tuple(notices)
