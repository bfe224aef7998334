"""What kind of file it is, whose dialect it speaks, and which column feeds which field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kpidesk.core.errors import ImportQuestion
from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD, KINDS, Kind
from kpidesk.core.imports import ImportOptions
from kpidesk.core.records import RawRows
from kpidesk.core.settings import Settings, calendar_of
from kpidesk.core.wording import with_article
from kpidesk.importing.dialects import GENERIC, Dialect, StatusRule, find_dialect, recognise
from kpidesk.importing.full_names import FullName, named_in_full
from kpidesk.importing.headers import Match, Passed, cleaned, match_columns, normalised, refuse_unreadable
from kpidesk.importing.kinds import choose_kind, kind_evidence
from kpidesk.importing.layout import Layout
from kpidesk.importing.profiles import NOTHING, Profile
from kpidesk.importing.rules import Making, Reading, Rules
from kpidesk.importing.salesforce_tables import is_of_salesforce
from kpidesk.importing.samples import Sample, samples_of
from kpidesk.importing.shifted import refuse_shifted
from kpidesk.importing.tables import Source
from kpidesk.importing.wide import find_wide

NOT_IN_SALESFORCE: frozenset[Kind] = frozenset(("absences", "holidays"))
OWN_IN_SALESFORCE: frozenset[Kind] = frozenset(("contracts",))
"""Kinds that companies keep in tables of their own beside the one of Salesforce, which has no amounts."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What kind of file it is, which column feeds which field, and which columns do not though their name is one.

    `questions` ask for the kind where the columns fit several; `why` says how the kind was found;
    `constants` are the values that the user gives to fields in all rows, `words` by field what the user takes a word,
    in lower case, for; `notices` tell what rows decided.
    """

    dialect: Dialect
    generic: Dialect
    matches: dict[str, Match]
    passed: tuple[Passed, ...]
    questions: tuple[ImportQuestion, ...] = ()
    why: str = ""
    constants: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """Which kind of record the file holds."""
        return self.dialect.kind


def choose_dialect(dialects: Mapping[str, Dialect], layout: Layout, options: ImportOptions) -> Dialect | None:
    """The dialect asked for, else the one the headers give away; None when they give away none."""
    if options.dialect:
        return find_dialect(options.dialect, dialects)
    formatted = layout.arrows or layout.offset > 0 or bool(layout.preamble)
    possible = {name: one for name, one in dialects.items() if options.kind in (None, one.kind)}
    return recognise(possible, layout.shown(), formatted=formatted)


def recognise_file(
    layout: Layout,
    names: Sequence[FullName],
    first: Sequence[RawRows],
    found: Dialect | None,
    dialects: Mapping[str, Dialect],
    options: ImportOptions,
    profile: Profile,
) -> Recognised:
    """Kind, dialect and mapping of a file, of whose columns some are `names` made of their parts.

    Raises:
        UserError: its columns are those of no kind of record, they look shifted, or one of dates or amounts cannot be
            read.
    """
    samples = samples_of(layout.width, first)
    recognised = _recognised(layout, names, samples, found, dialects, options, profile)
    told = (layout.headers, samples, recognised.kind, recognised.matches, recognised.passed)
    refuse_shifted(*told)
    refuse_unreadable(*told)
    return recognised


def _recognised(
    layout: Layout,
    names: Sequence[FullName],
    samples: Sequence[Sample],
    found: Dialect | None,
    dialects: Mapping[str, Dialect],
    options: ImportOptions,
    profile: Profile,
) -> Recognised:
    def attempt(dialect: Dialect, before: Profile = profile) -> Recognised:
        generic = dialects[GENERIC[dialect.kind]]
        matches, passed = match_columns(
            layout.headers, samples, dialect.kind, dialect, generic, options.columns, before
        )
        whole = named_in_full(matches, dialect.kind, names, options.columns, before)
        matches = {name: match for name, match in whole.items() if name not in options.constants}
        return Recognised(dialect, generic, matches, passed, constants=options.constants)

    if found is not None and options.kind in (None, found.kind):
        return replace(attempt(found), why=_said(options, f"its columns are those of {with_article(found.label)}"))
    named = {*options.columns, *options.constants}
    fitting = [kind for kind in KINDS if named <= {"id", *FIELD_BY_NAME[kind]}] or [KINDS[0]]
    known = options.kind or (profile.taken_for if profile.taken_for in fitting else None)
    if known is not None:
        why = _said(options, "as before, for a file with these columns")
        return replace(attempt(dialects[GENERIC[known]]), why=why)
    if not named:
        fitting = [kind for kind in fitting if kind not in _told_by_dialects(layout, dialects)]
    tried = {kind: attempt(dialects[GENERIC[kind]], NOTHING) for kind in fitting}
    kind, questions = choose_kind(
        {kind: one.matches for kind, one in tried.items()}, layout.headers, said=options.columns.keys()
    )
    final = tried[kind] if profile == NOTHING else attempt(dialects[GENERIC[kind]])
    return replace(final, questions=questions, why=kind_evidence(kind, final.matches, layout.headers))


def _told_by_dialects(layout: Layout, dialects: Mapping[str, Dialect]) -> frozenset[Kind]:
    """Kinds that a table of Salesforce cannot be of: the dialects of these did not recognise it."""
    if not is_of_salesforce(layout.headers):
        return frozenset()
    told = {one.kind for one in dialects.values() if one.source == "salesforce"}
    return (NOT_IN_SALESFORCE | told) - OWN_IN_SALESFORCE


def _said(options: ImportOptions, otherwise: str) -> str:
    return "you said so" if options.kind or options.dialect else otherwise


def first_rules(layout: Layout, table: Source, recognised: Recognised, settings: Settings) -> Rules:
    """The rules as far as the header decides them."""
    dialect, matches = recognised.dialect, recognised.matches
    places = _positions(layout)
    used = {match.column for match in matches.values()}
    skip = tuple((places[head.casefold()], words) for head, words in dialect.skip.items() if head.casefold() in places)
    return Rules(
        kind=recognised.kind,
        headers=layout.headers,
        readings=_readings(layout, recognised),
        custom=tuple(at for at in range(layout.width) if at not in used and layout.is_told(at)),
        identity=("id",) if "id" in matches else KIND_OF_RECORD[recognised.kind].identity,
        zone=settings.time_zone,
        currency=settings.currency,
        currency_from="column" if "currency" in matches else "fixed",
        ids=dialect.ids,
        empty=dialect.empty,
        skip=skip,
        made=_made(layout, recognised),
        words=_words(recognised),
        constants=tuple(
            (name, text) for name, text in {**dialect.constants, **recognised.constants}.items() if name not in matches
        ),
        fiscal_start_month=settings.fiscal_start_month,
        weeks=None if calendar_of(settings).is_monthly else (settings.calendar, settings.week_start),
        year_name="" if settings.fiscal_year_name == "end" else settings.fiscal_year_name,
        own_periods="" if calendar_of(settings).own is None else settings.own_periods,
        made_columns=len(layout.made),
        wide=find_wide(layout.headers, matches) if recognised.kind == "deals" else None,
        grouped=layout.grouped if dialect.fill_down else (),
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
    )


def _positions(layout: Layout) -> dict[str, int]:
    """The first column of each header in lower case."""
    return {header.casefold(): at for at, header in reversed(list(enumerate(layout.headers)))}


def _readings(layout: Layout, recognised: Recognised) -> tuple[Reading, ...]:
    """How each mapped column is read, from the left."""
    dialect, fields = recognised.dialect, FIELD_BY_NAME[recognised.kind]
    readings = []
    for name, match in sorted(recognised.matches.items(), key=lambda item: item[1].column):
        field = fields.get(name)
        kind = field.kind if field is not None else "id"
        reading = Reading(name, kind, match.column, multiple=kind == "reference" or name in dialect.multiple)
        if kind == "duration":
            reading = reading.with_unit(layout.headers[match.column], dialect.duration)
        elif kind == "money" and dialect.cents:
            reading = replace(reading, cents=True)
        readings.append(reading)
    return tuple(readings)


def _made(layout: Layout, recognised: Recognised) -> tuple[Making, ...]:
    """The fields whose words other columns make: the first rule of each field whose columns are all there."""
    plain = {normalised(header): at for at, header in reversed(list(enumerate(layout.headers)))}
    exact = _positions(layout)
    found: dict[str, Making] = {}
    for rule in recognised.dialect.status:
        places = [exact.get(name.casefold(), plain.get(normalised(name), -1)) for name in rule.columns]
        if -1 not in places and rule.field not in found and _counts(rule, recognised):
            found[rule.field] = Making(tuple(places), rule)
    return tuple(found.values())


def _counts(rule: StatusRule, recognised: Recognised) -> bool:
    return not {rule.field, *rule.unless} & (recognised.matches.keys() | recognised.constants.keys())


def _words(recognised: Recognised) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """By field the canonical word of each word known, as the user says, else the dialect, else any plain table."""
    return tuple(
        (name, tuple(sorted(words.items())))
        for name, words in sorted(all_words(recognised).items())
        if name in recognised.matches or name in recognised.constants
    )


def all_words(recognised: Recognised) -> dict[str, dict[str, str]]:
    """By field the canonical word of each word known of it, whether or not the file has the field."""
    lists = (recognised.generic.values, recognised.dialect.values, recognised.words)
    names = {name for words in lists for name in words}
    return {name: {word: one for words in lists for word, one in words.get(name, {}).items()} for name in names}


def twins_of(layout: Layout, rules: Rules, recognised: Recognised) -> tuple[tuple[int, int], ...]:
    """Columns of one name of which the first feeds a field that the user did not choose."""
    names = [cleaned(cell).casefold() for cell in layout.raw]
    chosen = {match.column for match in recognised.matches.values() if match.chosen}
    used = {reading.column for reading in rules.readings} - chosen
    return tuple(
        (one, two) for one in sorted(used) for two in range(layout.width) if two != one and names[one] == names[two]
    )
