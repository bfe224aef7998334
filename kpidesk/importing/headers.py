"""Which column of a file is which field: by exact name, by name without its punctuation, by likeness."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import get_args

from kpidesk.core.errors import UserError, nearest
from kpidesk.core.fields import FIELD_BY_NAME, FIELDS, KIND_OF_RECORD, KINDS, FieldKind, Kind
from kpidesk.importing.dialects import GENERIC, Dialect, Words, shipped
from kpidesk.importing.misfits import may_be_day, misfit, why_no_id
from kpidesk.importing.numbers import looks_like_number
from kpidesk.importing.profiles import NO_COLUMN, Profile
from kpidesk.importing.record_headers import of_words, without_record
from kpidesk.importing.samples import Sample

USUAL = "a usual name for it"
OWN = "a usual name for it, behind that of the record"
LIKE = "like '"
LIKENESS = 90
LONGEST_NAME = 100
MOST_COMPARED = 200
"""A file with more columns is not searched for headers that are almost names."""
CHOSEN, CHOSEN_BEFORE, FOUND_BEFORE = "you said so", "as you mapped it before", "as in the import before"
NUMBERING = frozenset(("no", "nr", "order no", "order nr", "order number"))
"""Names of a column that may hold the id of a record, or only count the rows of the file, or come once it is won."""
Passed = tuple[str, int, str]
"""A field, the position of a column that has its name but does not feed it, and why."""
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NOT_WORD = re.compile(r"[\W_]+")
UNIT = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")


@dataclass(frozen=True, slots=True)
class Match:
    """A column that feeds a field, by position, and why."""

    column: int
    why: str

    @property
    def chosen(self) -> bool:
        """Whether the user picked the column, now or for the file before."""
        return self.why in (CHOSEN, CHOSEN_BEFORE)

    @property
    def is_like(self) -> bool:
        """Whether the column was only found by likeness."""
        return self.why.startswith(LIKE)


def cleaned(cell: str) -> str:
    """A header as shown: one line, single blanks, no invisible characters."""
    text = "".join(" " if char.isspace() else char for char in cell if unicodedata.category(char) != "Cf")
    return " ".join(unicodedata.normalize("NFC", text).split())


@lru_cache(maxsize=20_000)
def normalised(cell: str) -> str:
    """A header without case, punctuation and joints: `CloseDate`, `close_date` and `Close date` are one."""
    text = unicodedata.normalize("NFKC", cell)
    return NOT_WORD.sub(" ", CAMEL.sub(" ", text)).strip().casefold()


def header_key(headers: Iterable[str]) -> str:
    """A key of a set of headers, the same for every export of the same shape."""
    text = "\n".join(sorted(normalised(header) for header in headers))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@lru_cache(maxsize=len(KINDS))
def names_of(kind: Kind) -> Mapping[str, tuple[str, ...]]:
    """Every name under which a plain file may carry each field, best first: English ones before others."""
    foreign = shipped()[GENERIC[kind]].foreign
    return {name: (*known, *foreign.get(name, ())) for name, known in _english_names_of(kind).items()}


@lru_cache(maxsize=len(KINDS))
def _english_names_of(kind: Kind) -> Mapping[str, tuple[str, ...]]:
    """The English ones of these; a header may be like one of them, while words of two languages are often alike."""
    generic = shipped()[GENERIC[kind]]
    own = {one.name: (one.name, one.label, *one.aliases) for one in FIELDS[kind]}
    names = {name: (*own.get(name, ()), *generic.fields.get(name, ())) for name in ("id", *own)}
    return names if has_id(kind) else {name: known for name, known in names.items() if name != "id"}


@lru_cache(maxsize=len(KINDS) * len(get_args(Words)))
def told_words(kind: Kind, what: Words) -> frozenset[str]:
    """The words that say something of a table of a kind, in other languages than English."""
    return frozenset(map(normalised, shipped()[GENERIC[kind]].words.get(what, ())))


def has_id(kind: Kind) -> bool:
    """Whether records of a kind may be known by an id of the CRM: all but people, who are known by name."""
    return kind != "people"


@lru_cache(maxsize=1)
def known_names() -> frozenset[str]:
    """Every normalised header name that says something, to find the header row by."""
    dialects = shipped().values()
    told = [name for dialect in dialects for names in dialect.fields.values() for name in names]
    told += [name for dialect in dialects for name in (*dialect.all_of, *dialect.any_of)]
    told += [name for kind in KINDS for names in names_of(kind).values() for name in names]
    return frozenset(normalised(name) for name in told)


def match_columns(
    headers: Sequence[str],
    samples: Sequence[Sample],
    kind: Kind,
    dialect: Dialect,
    generic: Dialect,
    said: Mapping[str, str],
    profile: Profile,
) -> tuple[dict[str, Match], tuple[Passed, ...]]:
    """Which column feeds each field, and the columns that were left alone.

    One column feeds one field, but for an id that is also that of another record. What the user said wins, then the
    mapping remembered for these headers, the dialect's names, exact names, names without punctuation or unit, and
    likeness of at least 90 of 100. A name behind that of the record counts unless a file before left its column alone.

    Raises:
        UserError: the user named a field or a header that does not exist.
    """
    search = _Search(headers, samples, kind, _left_before(headers, kind, profile), _said(headers, kind, said))
    search.take(_remembered(headers, kind, profile))
    without, is_plain = _without(headers, said, profile), dialect.name == generic.name
    if not is_plain:
        own = {name: known for name, known in dialect.fields.items() if name not in without}
        search.by_name(own, str.casefold, f"header of {dialect.label}s", are_sure=True)
        without |= {name for name, known in dialect.fields.items() if not known} | dialect.constants.keys()
    names = {name: known for name, known in names_of(kind).items() if name not in without}
    search.by_name(names, str.casefold, USUAL)
    search.by_name(names, normalised, USUAL)
    left = _left_alone(headers, kind, profile)
    rests = without_record(list(map(cleaned, headers)), kind, dialect)
    own_headers = ["" if at in left else rest for at, rest in enumerate(rests)]
    search.by_name(of_words(kind, names), normalised, OWN, headers=own_headers)
    if is_plain:
        search.by_name(names, _without_unit, f"{USUAL}, without the unit")
        search.by_likeness({name: known for name, known in _english_names_of(kind).items() if name not in without})
    search.by_id_of_another(names)
    return search.found, tuple(dict.fromkeys(search.passed))


@dataclass(slots=True)
class _Search:
    """The columns found for the fields of a kind; each way of finding them takes only what those before it left.

    `left` has, by field, the columns that did not feed it before and must not now. `passed` collects the columns that
    have a name of a field but not its values.
    """

    headers: Sequence[str]
    samples: Sequence[Sample]
    kind: Kind
    left: Mapping[str, Collection[int]]
    found: dict[str, Match]
    passed: list[Passed] = field(default_factory=list)

    @property
    def _taken(self) -> set[int]:
        return {match.column for match in self.found.values()}

    def take(self, matches: Mapping[str, Match]) -> None:
        """Take matches as they are, where neither the field nor the column is taken yet."""
        for name, match in matches.items():
            if name not in self.found and match.column not in self._taken:
                self.found[name] = match

    def by_name(
        self, names: Mapping[str, Sequence[str]], form: Callable[[str], str], why: str, *, are_sure: bool = False,
        headers: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Find columns whose headers are names of a field; where `are_sure`, their values need not fit.

        `headers` are what is to be read in place of the headers, as where each goes without its record.
        """
        columns: dict[str, int] = {}
        for at, header in enumerate(headers or self.headers):
            columns.setdefault(form(header), at)
        taken = self._taken
        for name in [one for one in names if one not in self.found]:
            told = _in_form(tuple(names[name]), form)
            named = () if columns.keys().isdisjoint(told) else (columns.get(alias, -1) for alias in told)
            free = (at for at in named if at >= 0 and at not in taken)
            chosen = next((at for at in free if are_sure or self._fits(name, at)), None)
            if chosen is not None:
                self.found[name] = Match(chosen, why)
                taken.add(chosen)

    def by_likeness(self, names: Mapping[str, Sequence[str]]) -> None:
        """Find columns whose headers are almost names of a field, the most alike first."""
        from rapidfuzz import fuzz, process

        taken, headers = self._taken, self.headers
        short = (at for at, header in enumerate(headers) if at not in taken and len(header) <= LONGEST_NAME)
        told = [(at, _in_order(headers[at])) for at in short] if len(headers) <= MOST_COMPARED else []
        open_names = [(name, alias) for name, known in names.items() if name not in self.found for alias in known]
        forms = [_in_order(alias) for _, alias in open_names]
        scored = [
            (score, *open_names[place], at)
            for at, header in told
            for _, score, place in process.extract(header, forms, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=None)
        ]
        for score, name, alias, at in sorted(scored, key=lambda one: (one[0], one[1], one[3], one[2]), reverse=True):
            if name not in self.found and at not in taken and not self._misfit(name, at):
                self.found[name] = Match(at, f"{LIKE}{alias}' ({score:.0f} of 100)")
                taken.add(at)

    def by_id_of_another(self, names: Mapping[str, Sequence[str]]) -> None:
        """Let a record that is known by the id of another one, as a deal by that of its lead, lead to it too."""
        if (known := self.found.get("id")) is None:
            return
        header = normalised(self.headers[known.column])
        for one in FIELD_BY_NAME[self.kind].values():
            is_open = one.kind == "reference" and one.name not in self.found
            if is_open and header in map(normalised, names.get(one.name, ())):
                self.found[one.name] = known

    def _fits(self, name: str, at: int) -> bool:
        """Whether a column that has a name of a field can feed it; why it cannot is noted."""
        if problem := self._misfit(name, at):
            self.passed.append((name, at, problem))
        return not problem

    def _misfit(self, name: str, at: int) -> str:
        """Why the values of a column cannot be those of a field, empty when they can."""
        if at in self.left.get(name, ()):
            return "it was not before, and its records would all be new ones"
        cells = self.samples[at].filled
        if name == "id" and normalised(self.headers[at]) in NUMBERING:
            return "some of its values are missing" if self.samples[at].empty else why_no_id(cells)
        known = FIELD_BY_NAME[self.kind].get(name)
        return misfit(self.kind, known, cells) if known is not None and cells else ""


def refuse_unreadable(
    headers: Sequence[str],
    samples: Sequence[Sample],
    kind: Kind,
    found: Mapping[str, Match],
    passed: Iterable[Passed],
) -> None:
    """Refuse a file with a column that by its name holds dates or amounts, and digits, but that cannot be read.

    Raises:
        UserError: saying what the column holds and what can be done.
    """
    used = {match.column for match in found.values()}
    for name, at, _ in passed:
        field = FIELD_BY_NAME[kind].get(name)
        if field is None or field.kind not in ("date", "stamp", "money") or name in found or at in used:
            continue
        cells = samples[at].filled
        if sum(any(map(str.isdigit, cell)) for cell in cells) * 2 >= len(cells):
            reads = looks_like_number if field.kind == "money" else partial(may_be_day, field=field)
            if (bad := next((cell for cell in cells if not reads(cell)), None)) is not None:
                raise unreadable(name, field.kind, headers[at], bad)


def unreadable(name: str, kind: FieldKind, header: str, value: str) -> UserError:
    """What to say of a column of dates, amounts or shares that cannot be read; `value` is the first such."""
    nouns: dict[FieldKind, str] = {
        "date": "dates",
        "stamp": "dates",
        "money": "amounts",
        "score": "scores",
        "decimal": "rates",
    }
    return UserError(
        f"The {nouns.get(kind, 'shares')} of column '{header}' cannot be read: the first is '{value[:80]}'.",
        f'Correct the file, name another column with --map {name}="COLUMN", or do without: --map {name}={NO_COLUMN}.',
    )


def _without(headers: Sequence[str], said: Mapping[str, str], profile: Profile) -> set[str]:
    """The fields that the user wants fed by no column, now or for the file before."""
    before = {name for name, header in profile.columns.items() if header == NO_COLUMN} - said.keys()
    return before | {name for name, header in said.items() if header == NO_COLUMN and NO_COLUMN not in headers}


def _said(headers: Sequence[str], kind: Kind, said: Mapping[str, str]) -> dict[str, Match]:
    fields = (*(("id",) if has_id(kind) else ()), *FIELD_BY_NAME[kind])
    found: dict[str, Match] = {}
    for name, header in said.items():
        if name not in fields:
            advice = f"{nearest(name, fields)} The fields of {KIND_OF_RECORD[kind].many}: {', '.join(fields)}."
            raise UserError(f"There is no field '{name}' to map to.", advice)
        at = _position(headers, header)
        if at is None and header == NO_COLUMN:
            continue
        if at is None:
            raise UserError(f"The file has no column '{header}' for {name}.", nearest(header, headers))
        taken = next((other for other, match in found.items() if match.column == at), "")
        if taken:
            raise UserError(f"Column '{header}' is mapped to both {taken} and {name}.", "Map it to one field.")
        found[name] = Match(at, CHOSEN)
    return found


def _position(headers: Sequence[str], header: str) -> int | None:
    for form in (cleaned, lambda text: cleaned(text).casefold(), normalised):
        wanted = form(header)
        hits = [at for at, one in enumerate(headers) if form(one) == wanted]
        if hits:
            return hits[0]
    return None


def _remembered(headers: Sequence[str], kind: Kind, profile: Profile) -> dict[str, Match]:
    """The mapping of the file before; where two fields name one column, the first counts."""
    found: dict[str, Match] = {}
    for name, header in profile.columns.items():
        at = _position(headers, header)
        if at is None or at in {match.column for match in found.values()} or not _is_field(name, kind):
            continue
        found[name] = Match(at, CHOSEN_BEFORE if name in profile.chosen else FOUND_BEFORE)
    return found


def _is_field(name: str, kind: Kind) -> bool:
    return name in FIELD_BY_NAME[kind] or (name == "id" and has_id(kind))


@lru_cache(maxsize=5_000)
def _in_form(names: tuple[str, ...], form: Callable[[str], str]) -> tuple[str, ...]:
    """The names of a field in a form, without those of which it leaves nothing; each file is held against all kinds."""
    return tuple(filter(None, map(form, names)))


@lru_cache(maxsize=20_000)
def _without_unit(header: str) -> str:
    return normalised(UNIT.sub("", header))


@lru_cache(maxsize=20_000)
def _in_order(header: str) -> str:
    """The words of a header in the order of the alphabet, so that likeness takes no account of theirs."""
    return " ".join(sorted(normalised(header).split()))


def _left_before(headers: Sequence[str], kind: Kind, profile: Profile) -> Mapping[str, Collection[int]]:
    """Columns of the file before that did not tell its records apart, by the fields that would do so now.

    By another id or name all its records would be new ones.
    """
    telling = ("id",) if "id" in profile.columns else ("id", *KIND_OF_RECORD[kind].identity)
    return dict.fromkeys(telling, left) if (left := _left_alone(headers, kind, profile)) else {}


def _left_alone(headers: Sequence[str], kind: Kind, profile: Profile) -> list[int]:
    """Columns that stood for no field in the file before."""
    if profile.taken_for != kind:
        return []
    there, used = set(map(normalised, profile.headers)), set(map(normalised, profile.columns.values()))
    return [at for at, one in enumerate(headers) if normalised(one) in there - used]
