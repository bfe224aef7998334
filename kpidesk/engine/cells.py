"""What the stored values of any kind of record say, as columns ready to evaluate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from kpidesk.core.curation import Curation
from kpidesk.core.fields import FIELD_BY_NAME, OUTCOMES, FieldKind, Kind
from kpidesk.core.parts import CUSTOM
from kpidesk.core.people import Organisation
from kpidesk.core.records import MILLION
from kpidesk.engine.days import NO_DAY
from kpidesk.engine.history import NO_AMOUNT, Columns, column
from kpidesk.engine.values import Column, Floats, Ints, NotComputableError, Raw, Words, from_days, from_ints

Links = Mapping[str, Mapping[int, int]]
Custom = tuple[Sequence[str], Raw]
EMPTY: Mapping[FieldKind, int] = {
    "date": NO_DAY, "stamp": NO_DAY, "score": NO_DAY, "number": NO_DAY, "money": NO_AMOUNT,
    "ratio": -1, "duration": -1, "flag": -1,
}  # fmt: skip
"""What stands in a column where a value has nothing; 0 for every other kind of field."""
MADE_WORDS = ("new", "expansion", "contraction", "churn", "reactivation", "nps", "csat")
"""Words that are worked out where the files do not say them."""
_SCALED: Mapping[FieldKind, float] = {"ratio": MILLION, "score": 1000.0, "duration": 60.0, "number": 1.0, "flag": 1.0}
_STAMP = 1441  # a stamp is day × 1441, plus the minute of the day from 1 where the file gives a time


class Cells:
    """Reads stored values as columns (a class because all of them share the words and names).

    `custom(kind, header)` gives the words of an unmapped column and the number of the word by value, None where the
    files of the kind have no such header.
    """

    def __init__(
        self,
        curation: Curation,
        organisation: Organisation,
        links: Callable[[Kind], Links],
        custom: Callable[[Kind, str], Custom | None],
    ) -> None:
        self.curation, self.links, self._custom = curation, links, custom
        self.people = {person.id: person.name for person in organisation.people}
        texts = {term: text for term, (_, text) in curation.terms.items()}
        self.words = Words((*texts.values(), *OUTCOMES, *MADE_WORDS))
        self.places = self.words.places(texts, max(texts, default=0) + 1)
        self._spelt: dict[str, dict[str, int]] = {}

    def column(self, kind: Kind, columns: Columns, name: str, value: Ints) -> Column:
        """A field of the stored values with these numbers.

        Durations are in minutes, scores in their own points, ratios 1 for 100 %.

        Raises:
            NotComputableError: there is no such field, or it is free text.
        """
        if name.startswith(CUSTOM):
            return self._unmapped(kind, name.removeprefix(CUSTOM), value)
        field = FIELD_BY_NAME[kind].get(name)
        if field is None or field.kind in ("text", "id", "decimal"):
            raise NotComputableError(f"needs the field '{name}' of {kind}")
        raw = column(columns, name, value, EMPTY.get(field.kind, 0))
        if field.kind == "stamp":
            return _stamps(raw)
        if field.kind == "date":
            return Column(from_days(raw))
        if field.kind == "money":
            return Column(from_ints(raw, NO_AMOUNT), money=1)
        if field.kind in _SCALED:
            return Column(from_ints(raw, EMPTY[field.kind]) / _SCALED[field.kind])
        if field.kind == "term":
            return Column(self.places[raw], words=self.words)
        if field.kind == "person":
            return Column(linked(raw, self.curation.people), names=self.people)
        if field.kind == "account":
            return Column(linked(raw, self.curation.accounts), names=self.curation.account_names)
        return Column(linked(raw, self.links(kind).get(name, {})))

    def _unmapped(self, kind: Kind, header: str, value: Ints) -> Column:
        """A column that the import has kept without knowing it; the same word has the same number in every kind."""
        found = self._custom(kind, header)
        if found is None:
            raise NotComputableError(f"no file of {kind.replace('-', ' ')} has a column '{header}'")
        words, codes = found
        spelt = self._spelt.setdefault(header.casefold(), {})
        known = {text.casefold() for text in spelt}
        for text in words:
            if text and text.casefold() not in known:
                spelt[text] = len(spelt) + 1
                known.add(text.casefold())
        number = {text.casefold(): at for text, at in spelt.items()}
        table = np.array([number.get(text.casefold(), np.nan) if text else np.nan for text in words], dtype=np.float64)
        return Column(table[codes[value]], names={at: text for text, at in spelt.items()})


def _stamps(raw: Raw) -> Column:
    """Days, and minutes since 1970 where the time of day is known."""
    stamps = raw.astype(np.int64)
    day, minute = np.divmod(stamps, _STAMP)
    empty = stamps == NO_DAY
    minutes = np.where(empty | (minute == 0), np.nan, day * 1440.0 + minute - 1)
    return Column(np.where(empty, np.nan, day.astype(np.float64)), minutes=minutes)


def linked(aliases: Raw, links: Mapping[int, int]) -> Floats:
    """Whom or what each alias stands for; an alias that is linked to nobody stands for itself, as a negative number."""
    top = max(int(aliases.max(initial=0)), max(links, default=0)) + 1
    numbers = -np.arange(top, dtype=np.float64)
    for alias, number in links.items():
        numbers[alias] = number
    numbers[0] = np.nan
    return np.asarray(numbers[aliases])
