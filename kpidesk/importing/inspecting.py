"""Looking through a file before anything is written: what it is, how it will be read, what only the user can say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from pathlib import Path
from zoneinfo import ZoneInfo

from kpidesk.core.errors import NoRecordsError, OtherTableError, UserError, nearest
from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD, KINDS, Outcome
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import Progress, collector_off
from kpidesk.core.records import RawRows
from kpidesk.core.settings import Settings
from kpidesk.core.wording import listed, with_article
from kpidesk.importing.constants import check_constants, fitting, refuse_both
from kpidesk.importing.corrected import NOTICE, Corrected, as_first_written
from kpidesk.importing.currencies import known_currencies
from kpidesk.importing.data_date import find_data_date
from kpidesk.importing.dialects import Dialect, shipped
from kpidesk.importing.evidence import Evidence, begin
from kpidesk.importing.findings import Findings
from kpidesk.importing.full_names import FullName, with_full_names
from kpidesk.importing.headers import has_id, header_key, known_names, normalised, told_words
from kpidesk.importing.holding import Held, afresh, may_hold
from kpidesk.importing.kinds import ESSENTIAL
from kpidesk.importing.layout import Layout, Leftovers, below, data_blocks, find_layout, shaped
from kpidesk.importing.mapping import parse
from kpidesk.importing.measuring import in_large, measures, take_in
from kpidesk.importing.missing import unsaid
from kpidesk.importing.named_twice import with_named_twice
from kpidesk.importing.newest import newest_day
from kpidesk.importing.previewing import build_plan
from kpidesk.importing.profiles import Profile, completed
from kpidesk.importing.recognising import (
    Recognised,
    choose_dialect,
    first_rules,
    recognise_file,
    twins_of,
)
from kpidesk.importing.regions import asks_for_regions, with_regions
from kpidesk.importing.remembering import Changed, remembered
from kpidesk.importing.rules import Plan, Rules
from kpidesk.importing.salesforce_tables import refuse_known, refuse_other
from kpidesk.importing.samples import samples_of
from kpidesk.importing.settling import orders_written, settle
from kpidesk.importing.shifted_part import ShiftedRow, find_shifted, may_be_shifted, without_shifted
from kpidesk.importing.tables import Source, blocks, check_unchanged, open_source
from kpidesk.importing.word_answers import with_answers

MEASURES = frozenset(("kpi", "kpi id", "kpi name", "metric", "measure"))
"""Headers of a column that says what a quota is of."""
BOOKED = frozenset(("bookings", "booking", "revenue", "sales", "amount", "quota"))
FIRST_BLOCKS = 4
"""So many blocks show what the columns hold."""


def inspect(
    path: Path,
    options: ImportOptions,
    *,
    settings: Settings,
    known_stages: Mapping[tuple[str, str], Outcome],
    today: date,
    header_profiles: Mapping[str, str] | None = None,
    people: Collection[str] = (),
) -> Generator[Progress, None, Plan]:
    """Read a whole file once and say how it will be imported; nothing is written.

    `known_stages` holds the outcomes decided before by (`stage` or `status`, word); `header_profiles` the
    `Plan.profile` of files imported before by their `Plan.profile_key`; `people` the folded names of known people.

    Raises:
        UserError: the file or an option cannot be used.
    """
    yield Progress(0, 0, f"Opening {path.name}")
    _check_options(options)
    zone = _zone(settings)
    table = yield from open_source(path, options.sheet)
    left, corrected = Leftovers(), Corrected()
    is_book = table.form == "workbook"
    with collector_off(), closing(blocks(table)) as stream:
        begun = _begin(path.name, as_first_written(stream, corrected), left, options, header_profiles or {})
        layout, options, profile = begun.layout, begun.options, begun.profile
        rules = _rules(begun, table, settings)
        recognised = _asking(begun, rules, people)
        evidence = begin(rules, twins_of(layout, rules, recognised), serials=is_book)
        is_alone = len(table.sheets) < 2  # each of several sheets would take its share
        held = Held(measures(evidence) and is_alone and may_hold(table.stamp[0]))
        yield from _gather_all(evidence, held.keeping(chain(begun.first, begun.rest)), path.name)
        layout = replace(layout, is_plain=not left.doubtful)
    _refuse_unlike_twins(evidence, layout)
    shifted: list[ShiftedRow] = []
    if may_be_shifted(evidence):
        shifted = yield from _shifted_rows(table, layout, rules, recognised, path.name)
        without_shifted(evidence, shifted)
    settled = settle(evidence, recognised, options, settings, known_stages, profile, native=is_book)
    texts = (*corrected.texts, *left.footer, *layout.preamble)
    newest = newest_day(evidence, settled, zone)
    dated = find_data_date(path, options.as_of, texts, orders_written(evidence), zone, today, newest)
    plan = build_plan(Findings(table, layout, begun.key, profile, options, recognised, evidence, settled, dated, left))
    is_final = not plan.preview.questions  # the answers may change how its rows are read
    plan = replace(plan, shifted={one.line: one.issue for one in shifted}, held=held.rows if is_final else ())
    plan = _marked_corrected(plan) if corrected.is_one else plan
    if plan.kind == "people":
        return (yield from with_named_twice(plan, chunks(plan))) if is_final else plan
    return (yield from _with_ordinals(plan))


@dataclass(frozen=True, slots=True)
class _Begun:
    """What the beginning of a file was taken for: its `first` blocks were read for that, the `rest` were not.

    `key` tells files with the same columns, `profile` what was remembered of one like it, `changed` how it differs.
    """

    key: str
    layout: Layout
    options: ImportOptions
    recognised: Recognised
    profile: Profile
    changed: Changed
    first: list[RawRows]
    rest: Iterator[RawRows]


def _begin(
    name: str, written: Iterator[RawRows], left: Leftovers, options: ImportOptions, profiles: Mapping[str, str]
) -> _Begun:
    """Find the header, the dialect and the kind of a file, with what was said now or of a file like it before."""
    dialects = shipped()
    layout, below_header = find_layout(written, known_names(), name)
    key = header_key(layout.headers)
    profile, changed = remembered(key, layout.headers, profiles)
    said, answered = options.constants, options.words
    options = completed(options, profile, dialects)
    found = choose_dialect(dialects, layout, options)
    if found is not None:
        layout, found = shaped(layout, found)
    first: list[RawRows] = []
    large = in_large(below_header, lambda: len(first) >= FIRST_BLOCKS)
    layout, names = with_full_names(layout, found.kind if found is not None else options.kind)
    data = data_blocks(layout, large, left, fill_down=found is not None and found.fill_down)
    for block in islice(data, FIRST_BLOCKS):
        first.append(block)
    if not first:
        raise NoRecordsError(f"'{name}' has column names but no rows below them.", "There is nothing to import.")
    recognised = _recognised(name, layout, names, first, found, dialects, options, profile)
    if asks_for_regions(recognised, layout.headers):
        first += data  # the last row may be the one that tells
        recognised = with_regions(recognised, layout.headers, first)
    options = replace(options, constants=fitting(options.constants, said, recognised.kind))
    recognised = with_answers(replace(recognised, constants=options.constants), options.words, answered)
    return _Begun(key, layout, options, recognised, profile, changed, first, data)


def _recognised(
    name: str,
    layout: Layout,
    names: Sequence[FullName],
    first: list[RawRows],
    found: Dialect | None,
    dialects: Mapping[str, Dialect],
    options: ImportOptions,
    profile: Profile,
) -> Recognised:
    """What a file is taken for; a table of Salesforce with records of no kind says what it is instead."""
    is_named = options.kind is not None or bool(options.columns) or profile.taken_for is not None
    if found is None and not is_named:
        refuse_known(name, layout.headers)
    try:
        return recognise_file(layout, names, first, found, dialects, options, profile)
    except OtherTableError:
        if not is_named:
            refuse_other(name, layout.headers)
        raise


def _asking(begun: _Begun, rules: Rules, people: Collection[str]) -> Recognised:
    """What a file is taken for, with what is asked of its columns; what the rows are comes first."""
    recognised, profile = begun.recognised, begun.profile
    if recognised.questions:
        return recognised
    said = {**profile.columns, **begun.options.columns}
    samples = samples_of(begun.layout.width, begun.first)
    return replace(recognised, questions=unsaid(rules, samples, said, people, begun.changed, profile))


def _marked_corrected(plan: Plan) -> Plan:
    """The plan of a file of corrected rows: it is a part of the list that they were refused in."""
    told = (NOTICE, *plan.preview.notices)
    return replace(plan, preview=replace(plan.preview, is_partial=True, notices=told))


def _rules(begun: _Begun, table: Source, settings: Settings) -> Rules:
    """How the rows are read, unless they cannot be kept as what they are."""
    same = tuple(sorted((key, other) for key, other in begun.options.same.items() if key != other))
    rules = replace(first_rules(begun.layout, table, begun.recognised, settings), same=same)
    check_constants(rules, begun.options.constants)
    _refuse_without_identity(rules, table.path.name)
    _refuse_other_quotas(rules, begun.first, table.path.name)
    return rules


def chunks(plan: Plan) -> Generator[RawRows, None, None]:
    """The data rows of a planned file as text, block by block; closing the generator closes the file.

    Those of a companion are the rows that it makes of the file's.

    Raises:
        UserError: the file has changed, or is gone, since it was looked through.
    """
    wide = plan.rules.wide if plan.kind == "stage-history" else None
    kept = _kept(plan) if plan.held else _read_again(plan.table, plan.layout, plan.rules)
    with closing(kept) as data:
        for block in data:
            rows = block if wide is None else wide.rows(block)
            if len(rows):
                yield rows


def _kept(plan: Plan) -> Generator[RawRows, None, None]:
    check_unchanged(plan.table)
    yield from in_large(map(afresh, plan.held))


def _read_again(table: Source, layout: Layout, rules: Rules) -> Generator[RawRows, None, None]:
    with closing(blocks(table)) as stream:
        large = in_large(below(layout, as_first_written(stream, Corrected())))
        yield from data_blocks(layout, large, Leftovers(), fill_down=bool(rules.grouped))


def _shifted_rows(
    table: Source, layout: Layout, rules: Rules, recognised: Recognised, name: str
) -> Generator[Progress, None, list[ShiftedRow]]:
    """The few rows that are shifted, or refuse a file with more of them; it is read once more for it."""
    chosen = {match.column for match in recognised.matches.values() if match.chosen}
    with closing(_read_again(table, layout, rules)) as data:
        return (yield from find_shifted(rules, chosen, data, name))


def _check_options(options: ImportOptions) -> None:
    refuse_both(options)
    code = options.currency
    if code and not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        raise UserError(f"'{code}' is not a currency code.", "Use three capital letters such as USD or EUR.")
    if code and code not in known_currencies():
        raise UserError(f"There is no currency '{code}'.", nearest(code, known_currencies()))
    if options.kind is not None and options.kind not in KINDS:
        raise UserError(f"'{options.kind}' is not a kind of record that can be imported.", nearest(options.kind, KINDS))


def _zone(settings: Settings) -> ZoneInfo:
    try:
        return ZoneInfo(settings.time_zone)
    except (KeyError, ValueError, OSError):
        raise UserError(f"There is no time zone '{settings.time_zone}'.", "Set one such as Europe/Berlin.") from None


def _refuse_without_identity(rules: Rules, name: str) -> None:
    """Refuse a file in which nothing tells one record from another, or that lacks what none can do without."""
    one, fields = KIND_OF_RECORD[rules.kind].one, FIELD_BY_NAME[rules.kind]
    if has_id(rules.kind) and not any(rules.reading(field) for field in rules.identity):
        ways = listed(("an id", *(fields[field].label.lower() for field in rules.identity)), last="or")
        raise UserError(
            f"Nothing in '{name}' tells one {one} from another: it has no column with {ways}.",
            f'Name the column that does, for example --map id="{rules.headers[0]}".',
            (("--map", f"id={rules.headers[0]}"),),
        )
    given = {reading.field for reading in rules.readings} | {field for field, _ in rules.constants}
    for field in ESSENTIAL.get(rules.kind, ()):
        if field not in given:
            label = fields[field].label.lower()
            raise OtherTableError(
                f"No column of '{name}' is known to hold what {with_article(one)} needs: {label}.",
                f'Name the column that does, for example --map {field}="{rules.headers[-1]}".',
            )


def _refuse_other_quotas(rules: Rules, first: Sequence[RawRows], name: str) -> None:
    """Refuse quotas of calls or of new deals: they would become an amount of money to book."""
    if rules.kind != "quotas":
        return
    for at, header in enumerate(rules.headers):
        if normalised(header) not in MEASURES | told_words("quotas", "measure"):
            continue
        said = {row[at].strip() for block in first for row in block.rows if len(row) > at}
        booked = BOOKED | told_words("quotas", "booked")
        if other := sorted(one for one in said if one and normalised(one) not in booked):
            raise UserError(
                f"'{name}' has quotas of '{other[0]}' in its column '{header}': only quotas of bookings are imported.",
                "Set those with `kpidesk target import`, from a file with the columns scope, kpi, target and period, "
                "and leave them out of this one.",
            )


def _refuse_unlike_twins(evidence: Evidence, layout: Layout) -> None:
    for (one, two), (line, this, that) in evidence.unlike.items():
        name, other = layout.headers[one], layout.headers[two]
        field = next(reading.field for reading in evidence.rules.readings if reading.column == one)
        raise UserError(
            f"Two columns are called '{name}' and differ: '{this}' and '{that}' on line {line}.",
            f'Say which is meant: --map {field}="{name}" or --map {field}="{other}".',
        )


def _gather_all(evidence: Evidence, data: Iterator[RawRows], name: str) -> Generator[Progress, None, None]:
    for _ in take_in(evidence, data):
        yield Progress(evidence.total, 0, f"Reading {name}: {evidence.total:,} rows")


def _with_ordinals(plan: Plan) -> Generator[Progress, None, Plan]:
    """The plan with what tells rows of equal identity apart, where no id does; of rates a day has one."""
    if not has_id(plan.kind) or plan.rules.reading("id") is not None or plan.kind == "rates":
        return plan
    return replace(plan, ordinals=(yield from _ordinals(plan)))


def _ordinals(plan: Plan) -> Generator[Progress, None, dict[int, int]]:
    """The number of each row among rows of equal identity, by line, where it is not the first."""
    seen: Counter[str] = Counter()
    ordinals: dict[int, int] = {}
    for block in chunks(plan):
        parsed = parse(plan, block)
        named = {**dict(zip(parsed.index, parsed.keys, strict=True)), **parsed.rejected_keys}
        for place, key in sorted(named.items()) if parsed.rejected_keys else named.items():
            seen[key] += 1
            if seen[key] > 1:
                ordinals[block.lines[place]] = seen[key]
        yield Progress(block.lines[-1], 0, "Telling rows that look alike apart")
    return ordinals
