"""What the user should know of a file before it is imported: what is left out, taken over, made or hidden."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kpidesk.core.fields import FIELD_BY_NAME, Kind
from kpidesk.core.imports import BadCells, ImportOptions, WordFound
from kpidesk.core.texts import folded
from kpidesk.core.wording import counted
from kpidesk.importing.constants import told_of_all
from kpidesk.importing.dates import ORDER_WORDS
from kpidesk.importing.evidence import Evidence, same_names
from kpidesk.importing.findings import Findings
from kpidesk.importing.layout import Leftovers
from kpidesk.importing.missing import TELLING
from kpidesk.importing.numbers import MARK_WORDS
from kpidesk.importing.profiles import NOTHING, Profile
from kpidesk.importing.recognising import Recognised
from kpidesk.importing.remembering import same_columns
from kpidesk.importing.rules import Rules
from kpidesk.importing.settling import Settled
from kpidesk.importing.untold import untold
from kpidesk.importing.word_choices import word_notices
from kpidesk.importing.zoned import zone_notices

MOST_NAMES = 5
FREQUENCY = re.compile(r"(?:billing|payment|invoice)[ _]?(?:frequency|period|interval|cycle)", re.IGNORECASE)


def notices_of(
    found: Findings, words: Sequence[WordFound], repeated: Mapping[int, int], foretold: Sequence[str]
) -> tuple[str, ...]:
    """Everything to know of a file before its import, one sentence or two each, in the order in which it is shown.

    `words`, `repeated` and `foretold` are what `found_words`, `repeated_ids` and `rejects_foretold` tell of it.
    """
    rules, recognised, settled, options = found.rules, found.recognised, found.settled, found.options
    return (
        *found.table.notices,
        *_remembered_notices(settled, found.profile), *_kept_orders(settled, options), *_left_notices(found.left),
        *_passed_notices(recognised, rules), *recognised.notices, *foretold,
        *_row_notices(found.evidence, settled, repeated), *settled.money.notices,
        *zone_notices(found.evidence.zoned.values(), rules.zone), *word_notices(words, rules.kind),
        *told_of_all(rules, options.constants), *_made_notices(rules), *_hidden_notices(recognised, settled),
        *_kind_notices(rules, options.constants),
        *untold(rules, found.evidence.rows, {**found.profile.columns, **options.columns}),
        *found.dated.notices,
    )  # fmt: skip


def rejects_foretold(evidence: Evidence, bad: Sequence[BadCells]) -> tuple[str, ...]:
    """Which rows will be rejected: for how many cells they have, or for one that cannot be read."""
    ragged = counted(evidence.ragged, "row")
    told = (f"{ragged} with too few or too many cells will be rejected.",) if evidence.ragged else ()
    return (*told, *(one.words for one in bad))


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


def _row_notices(evidence: Evidence, settled: Settled, repeated: Mapping[int, int]) -> tuple[str, ...]:
    """Which rows and cells do not count as they stand, and what is missing in them."""
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
    return (*notices, *_stage_notices(evidence, rules), *_header_notices(rules.headers))


def _stage_notices(evidence: Evidence, rules: Rules) -> tuple[str, ...]:
    """Which deals neither count as won nor as lost, as nothing tells how they stand."""
    if rules.kind != "deals":
        return ()
    if rules.reading("stage") is None and rules.reading("status") is None:
        is_said = rules.is_given("stage") or rules.is_given("status")
        return () if is_said else ("No column tells the stage or status, so no deal counts as won or lost.",)
    missing = evidence.stages.without_word
    return (f"{counted(missing, 'row')} without a stage: neither won nor lost.",) if missing else ()


def _header_notices(headers: Sequence[str]) -> tuple[str, ...]:
    """How columns are called that have no name, or one that another column has."""
    named = [header for header in headers if header.startswith("Column ")]
    again = [header for header in headers if header[-2:-1].isdigit() and " (" in header]
    told = (
        ("Columns of the same name are told apart as", again),
        ("Columns without a name are called", named),
    )
    return tuple(f"{words} {', '.join(columns[:5])}." for words, columns in told if columns)
