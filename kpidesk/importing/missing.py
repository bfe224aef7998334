"""What no column tells though one may: what another told before, which, how, whose and when of deals and activities."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpidesk.core.errors import UNSAID, ImportQuestion
from kpidesk.core.fields import FIELD_BY_NAME, FieldKind
from kpidesk.core.texts import folded
from kpidesk.importing.dates import looks_like_day
from kpidesk.importing.headers import normalised
from kpidesk.importing.misfits import is_mere_count, tell_standing
from kpidesk.importing.numbers import looks_like_number
from kpidesk.importing.profiles import NO_COLUMN, NOTHING, Profile
from kpidesk.importing.remembering import UNCHANGED, Changed
from kpidesk.importing.rules import Rules
from kpidesk.importing.samples import Sample
from kpidesk.importing.usual_stages import suggested

MOST_WORDS = 40
"""So many different words a column of stages may hold."""
STANDING, OWNING, CLOSING = ("stage", "status"), ("owner", "owner_split"), ("close_date", "closed_at")
"""Fields of which one is enough to tell how a deal stands, whose it is, and when it closed or should close."""
HAPPENING = ("occurred_at", "scheduled_at")
"""Fields of which one is enough to tell in which period an activity counts."""
TELLING = ("id", "name")
"""Fields of which one is enough to tell one deal from another."""
LONGEST_KEY = 40
"""So many characters an id or a short name has at most; a longer text is a note."""
LEAST_TOLD_APART = 3
"""In fewer rows words that differ say nothing: a column of them may be anything."""
KEY_WORDS = frozenset((
    "id", "no", "nr", "num", "number", "ref", "reference", "code", "key", "deal", "opportunity", "order", "quote",
    "nummer", "número", "numéro", "kennung", "referenz", "código",
))  # fmt: skip
MOST_NAMED, MOST_SAMPLES, LONGEST = 7, 4, 30
NO_WORDS = "No column holds a few words that come again and again."
NO_DAYS = "No column that feeds nothing holds days."
STAGE_WORDS = frozenset((
    "stage", "phase", "status", "state", "step", "outcome", "result", "progress", "etappe", "fase", "etapa", "statut",
))  # fmt: skip
OWNER_WORDS = frozenset((
    "owner", "owned", "rep", "reps", "representative", "salesperson", "salesman", "seller", "agent", "handler",
    "handled", "managed", "manager", "assigned", "assignee", "responsible", "closer", "executive", "ae", "betreuer",
    "verkäufer", "vendedor", "vendeur",
))  # fmt: skip
CLOSE_WORDS = frozenset(
    ("close", "closed", "closing", "decided", "decision", "signed", "won", "order", "expected", "end")
)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that feeds no field, with the different words that it holds in the first rows."""

    header: str
    words: tuple[str, ...]
    repeats: bool

    def is_called(self, words: Collection[str]) -> bool:
        return bool(set(normalised(self.header).split()) & set(words))

    def holds_stages(self) -> bool:
        """Whether a word tells how a deal stands, or most of them are in usual names of stages."""
        usual = [word for word in self.words if suggested(word, 0, 0, others_closed=False)[0] is not None]
        return tell_standing({word.casefold() for word in self.words}) or len(usual) * 2 > len(self.words)

    def names(self, people: Collection[str]) -> bool:
        """Whether most of the words are names of known people."""
        return bool(people) and sum(folded(word) in people for word in self.words) * 2 > len(self.words)


def unsaid(
    rules: Rules,
    samples: Sequence[Sample],
    said: Mapping[str, str],
    people: Collection[str],
    changed: Changed = UNCHANGED,
    before: Profile = NOTHING,
) -> tuple[ImportQuestion, ...]:
    """The questions about fields that no column feeds though one may: those renamed, of deals which, how, whose, when.

    Of activities whose they are, and when they took place: that is asked even where no column may tell it.

    `samples` are cells of each column; `said` the columns that the user gave to fields, now or for the file before:
    "-" for none answers the question. `people` are the folded names that are known: a column of them may be the owner.
    `changed` is what a file like this one had and this one has not, `before` how that one was read.
    """
    asked = _renamed(rules, samples, said, changed)
    found: dict[tuple[str, ...], ImportQuestion] = {}
    if rules.kind == "deals":
        found = _untold_apart(rules, samples, said, people, before) | _unsaid_of_deals(rules, samples, said, people)
    elif rules.kind == "activities":
        found = _unsaid_of_activities(rules, samples, said, people)
    asked |= {names[0]: question for names, question in found.items() if not asked.keys() & set(names)}
    return tuple(asked.values())


def _untold_apart(
    rules: Rules, samples: Sequence[Sample], said: Mapping[str, str], people: Collection[str], before: Profile
) -> dict[tuple[str, ...], ImportQuestion]:
    """The question which column tells one deal from another, where neither an id nor a name is known and one may.

    What did not in the file before is not asked about: all its deals would be new ones.
    """
    if any(map(rules.reading, TELLING)) or said.get("id") == NO_COLUMN:
        return {}
    is_known = before.taken_for == "deals" and not before.is_undone
    left = set(map(normalised, before.headers)) if is_known else set()
    free = [at for at in rules.custom if at < len(samples) and normalised(rules.headers[at]) not in left]
    keys = [one for at in free if (one := _key(rules.headers[at], samples[at])) is not None and not one.holds_stages()]
    likely = [one for one in keys if not (one.names(people) or one.is_called(OWNER_WORDS | STAGE_WORDS))]
    if not likely:
        return {}
    about = (
        f"Which column tells one deal from another? Without it a deal is known by {rules.told_apart}, and rows in "
        "another order are taken for other deals."
    )
    ranked = sorted(likely, key=lambda one: not one.is_called(KEY_WORDS))[:MOST_NAMED]
    return {TELLING: _question("id", about, ranked, "")}


def _key(header: str, cells: Sample) -> _Column | None:
    """A column that holds another short text in every row; whole numbers only where its name says that they are ids."""
    words = cells.different
    column = _Column(header, words, len(words) < len(cells.filled) + cells.empty)
    if column.repeats or len(words) < 2 or max(map(len, words)) > LONGEST_KEY:
        return None
    is_numbered = all(any(sign.isdigit() for sign in word) for word in words)
    if len(words) < LEAST_TOLD_APART and not (is_numbered or column.is_called(KEY_WORDS)):
        return None
    if all(map(str.isdecimal, words)):
        return column if column.is_called(KEY_WORDS) and not is_mere_count(words) else None
    return column if sum(map(_is_text, words)) * 2 > len(words) else None


def _unsaid_of_deals(
    rules: Rules, samples: Sequence[Sample], said: Mapping[str, str], people: Collection[str]
) -> dict[tuple[str, ...], ImportQuestion]:
    """The questions of deals that name no stage or status, or no owner or close date that is there, by those fields."""
    texts = _texts(rules, samples)
    owners = _owners(texts, people)
    days = _days(rules, samples)
    asked: dict[tuple[str, ...], ImportQuestion] = {}
    if _is_open(rules, said, *STANDING):
        asked[STANDING] = _stage_question(texts)
    if owners and _is_open(rules, said, *OWNING):
        asked[OWNING] = _owner_question(owners)
    if days and _is_open(rules, said, *CLOSING):
        asked[CLOSING] = _close_question(days)
    return asked


def _unsaid_of_activities(
    rules: Rules, samples: Sequence[Sample], said: Mapping[str, str], people: Collection[str]
) -> dict[tuple[str, ...], ImportQuestion]:
    """The questions of activities without a day, with which none counts, or without a person who is there."""
    owners = _owners(_texts(rules, samples), people)
    asked: dict[tuple[str, ...], ImportQuestion] = {}
    if owners and _is_open(rules, said, "person"):
        about = "Which column tells whose the activities are? Without it they count for no rep."
        asked["person",] = _question("person", about, owners[:MOST_NAMED], "")
    if _is_open(rules, said, *HAPPENING):
        about = "Which column tells when the activities took place? Without it none counts in any period."
        days = [*_days(rules, samples), *_created(rules, samples)]
        asked[HAPPENING] = _question(HAPPENING[0], about, days[:MOST_NAMED], "", NO_DAYS)
    return asked


def _renamed(
    rules: Rules, samples: Sequence[Sample], said: Mapping[str, str], changed: Changed
) -> dict[str, ImportQuestion]:
    """The questions about fields whose column is gone while one that is new, and feeds nothing, holds such values."""
    fields = FIELD_BY_NAME[rules.kind]
    asked: dict[str, ImportQuestion] = {}
    stages = {at for at, _ in rules.wide.stages} if rules.wide is not None else set()
    new = [at for at in rules.custom if at < len(samples) and at not in stages and rules.headers[at] in changed.new]
    for name, header in changed.gone.items():
        kind = fields[name].kind if name in fields else "id"
        likely = [found for at in new if (found := _held(rules.headers[at], samples[at], kind)) is not None]
        if likely and _is_open(rules, said, name):
            label = fields[name].label.lower() if name in fields else "id"
            about = f"The column '{header}' that told the {label} is gone. Which column tells it now?"
            asked[name] = _question(name, about, likely[:MOST_NAMED], "")
    return asked


def _held(header: str, cells: Sample, kind: FieldKind) -> _Column | None:
    """A column most of whose cells can be values of a kind of field."""
    filled = cells.filled
    if not filled or sum(_can_be(cell, kind) for cell in filled) * 2 < len(filled):
        return None
    return _Column(header, cells.different, True)


def _can_be(cell: str, kind: FieldKind) -> bool:
    if kind in ("date", "stamp"):
        return looks_like_day(cell)
    if kind in ("money", "ratio", "score", "number", "decimal"):
        return looks_like_number(cell)
    return kind in ("id", "reference", "duration", "flag") or _is_text(cell)


def _is_open(rules: Rules, said: Mapping[str, str], *names: str) -> bool:
    """Whether none of some fields is given, and nobody said that none is to be."""
    return not any(rules.is_given(name) or said.get(name) == NO_COLUMN for name in names)


def _column(header: str, cells: Sample) -> _Column | None:
    """A column of texts, None for one that is empty or holds numbers or days."""
    filled, words = cells.filled, cells.different
    if not filled or sum(map(_is_text, filled)) * 2 < len(filled):
        return None
    return _Column(header, words, len(words) < len(filled) or len(filled) <= 3)


def _texts(rules: Rules, samples: Sequence[Sample]) -> list[_Column]:
    """The columns of texts that feed nothing."""
    free = (_column(rules.headers[at], samples[at]) for at in rules.custom if at < len(samples))
    return [one for one in free if one is not None]


def _owners(texts: Iterable[_Column], people: Collection[str]) -> list[_Column]:
    """Those that may tell whose a record is."""
    return [one for one in texts if one.names(people) or (one.repeats and one.is_called(OWNER_WORDS))]


def _days(rules: Rules, samples: Sequence[Sample]) -> list[_Column]:
    """The columns of days that feed nothing, those that are called like a close date first."""
    stages = {at for at, _ in rules.wide.stages} if rules.wide is not None else set()
    found = []
    for at in set(rules.custom) - stages - set(range(len(samples), len(rules.headers))):
        filled = samples[at].filled
        if filled and sum(map(looks_like_day, filled)) * 2 >= len(filled):
            found.append(_Column(rules.headers[at], samples[at].different, True))
    return sorted(found, key=lambda one: (not one.is_called(CLOSE_WORDS), rules.headers.index(one.header)))


def _created(rules: Rules, samples: Sequence[Sample]) -> list[_Column]:
    """The column that tells when records were made, which may be the day of what they tell as well."""
    found = rules.reading("created_at")
    if found is None or found.column >= len(samples):
        return []
    return [_Column(rules.headers[found.column], samples[found.column].different, True)]


def _is_text(cell: str) -> bool:
    return not (looks_like_number(cell) or looks_like_day(cell))


def _stage_question(texts: Sequence[_Column]) -> ImportQuestion:
    likely = [one for one in texts if len(one.words) <= MOST_WORDS and one.repeats and not one.is_called(OWNER_WORDS)]
    ranked = sorted(likely, key=_unlike_stages)[:MOST_NAMED]
    return _question(
        "stage",
        "Which column tells the stage or status? Without it no deal counts as won or lost.",
        ranked,
        ", or --set status=Won|Lost|Open for all rows",
    )


def _unlike_stages(column: _Column) -> tuple[bool, bool, bool, bool]:
    """How little a column looks like one of stages: by what it holds, by its name, by digits, when it never changes."""
    holds = tell_standing({word.casefold() for word in column.words})
    numbered = all(any(sign.isdigit() for sign in word) for word in column.words)
    return not holds, not column.is_called(STAGE_WORDS), numbered, len(column.words) == 1


def _owner_question(owners: Sequence[_Column]) -> ImportQuestion:
    about = "Which column tells whose the deals are? Without it they count for no rep."
    return _question("owner", about, owners[:MOST_NAMED], "")


def _close_question(days: Sequence[_Column]) -> ImportQuestion:
    about = "Which column tells when a deal closed or should close? Without it no deal counts in any period."
    return _question("close_date", about, days[:MOST_NAMED], "")


def _question(
    name: str, about: str, columns: Sequence[_Column], more: str, otherwise: str = NO_WORDS
) -> ImportQuestion:
    headers = tuple(one.header for one in columns)
    named = "|".join(f'"{header}"' for header in headers) or '"COLUMN"'
    evidence = "; ".join(map(_shown, columns)) or otherwise
    return ImportQuestion(about, (*headers, NO_COLUMN), evidence, f"--map {name}={named}|{NO_COLUMN}{more}",
                          answers=(("--map", f"{name}={UNSAID}"),))  # fmt: skip


def _shown(column: _Column) -> str:
    words = ", ".join(word[:LONGEST] for word in column.words[:MOST_SAMPLES])
    return f"'{column.header}' holds {words}{' …' if len(column.words) > MOST_SAMPLES else ''}"
