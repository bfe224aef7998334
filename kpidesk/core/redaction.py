"""Copies for others: people as initials, amounts of money as bands, in every text of what is handed over."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any, TypeVar

from kpidesk.core.fields import KIND_OF_RECORD
from kpidesk.core.formats import MINUS, SYMBOLS
from kpidesk.core.redactions import Redaction

T = TypeVar("T")
LEAST_NAME = 3
STEPS = (1.0, 2.0, 5.0, 10.0, 20.0)
"""Where bands begin, in each power of ten; the last catches what rounding puts on the next power."""
_SCALES = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_SCALE_WORDS = {"thousand": "K", "grand": "K", "tsd": "K", "million": "M", "millions": "M", "mio": "M", "mn": "M",
                "mln": "M", "mm": "M", "billion": "B", "billions": "B", "bn": "B", "mrd": "B"}  # fmt: skip
_ORDINARY_WORDS = (
    "january february march april may june july august september october november december jan feb mar apr jun jul "
    "aug sep oct nov dec monday tuesday wednesday thursday friday saturday sunday will won win lost open close new "
    "call calls deal deals price sales rate team mark day days week month quarter year"
)
"""Words that stay when they are part of somebody's name as well, for they make up the texts of the app."""
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
_NAMES_OF_THINGS = (
    "amber art banks baker bell best bill black bond brook brown buck bush case cash chance chase clay cliff cook "
    "cross dale day dean dee del den der drew east faith field fields fish ford fox frank french gene good grace "
    "grant gray green guy hall hand hart heath hill holder hope hunter jack jade jay joy keen king lake lance law "
    "lee les long love low major manager mason max miles mills moss nick noble north olive pace page park pat penny "
    "pierce pool post power ray read reed rich rivers rob robin rod rose ruby sage sharp short skip small south "
    "speed stage star steel stone storm street strong sue summer sky val van violet von wade walker ward waters way "
    "wells west white winter wise wood woods young"
)
_ALSO_WORDS = frozenset(_NAMES_OF_THINGS.split())
"""Parts of names that are also words: they stand for somebody only where they begin with a capital letter."""
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"})
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue",
                              "Ø": "Oe", "Å": "Aa"})  # fmt: skip
_ADDRESS = r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+"
ANY_ADDRESS = "(e-mail)"
"""What stands for the e-mail address of somebody who is not on the team list."""
_NAME_PARTS = re.compile(r"[^\W\d_]+", re.UNICODE)
_WORD = re.compile(r"\w+")
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_CODES = "|".join(sorted(SYMBOLS))
_SIGNS = "|".join(sorted(map(re.escape, SYMBOLS.values()), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be named by initials: the name shown, and every other way in which texts name them."""

    name: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Redactor:
    """What a copy leaves out, and what stands for each name."""

    how: Redaction
    initials: Mapping[str, str]

    @property
    def hides_names(self) -> bool:
        """Whether people are named by initials."""
        return self.how in ("initials", "both")

    @property
    def hides_amounts(self) -> bool:
        """Whether amounts are bands."""
        return self.how in ("bands", "both")

    def text(self, text: str) -> str:
        """A text without what is left out."""
        told = without_names(text, self.initials) if self.hides_names else text
        return with_bands(told) if self.hides_amounts else told

    def count_text(self, text: str) -> str:
        """The same where numbers without a currency are no money: in a column of counts, on an axis of days."""
        told = without_names(text, self.initials) if self.hides_names else text
        return with_bands(told, typed=False) if self.hides_amounts else told

    def within(self, value: T, *, counts: bool = False) -> T:
        """A value with every text inside it changed so; `counts`: none of its numbers without a currency is money."""
        found: T = _mapped(value, self.count_text if counts else self.text)
        return found


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(one, change) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        inside = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
        return replace(value, **{name: _mapped(one, change) for name, one in inside.items()})
    return value


# --- names ----------------------------------------------------------------------------------------------------------


def initials_of(people: Sequence[Person], kept: Iterable[str] = ()) -> dict[str, str]:
    """What stands for every way of naming people: "A. L." for Ann Lee, "A. L. 2" for the next with the same letters.

    A first or last name alone becomes its letter, unless it is an ordinary word or stands in a text of `kept`, such
    as the name of a team.
    """
    words = {folded(word) for text in kept for word in _NAME_PARTS.findall(text)} | _ORDINARY
    found: dict[str, str] = {}
    used: dict[str, int] = {}
    parts: dict[str, str] = {}
    for person in sorted(people, key=lambda one: (one.name.casefold(), one.name)):
        letters = _letters(person.name)
        used[letters] = used.get(letters, 0) + 1
        own = letters if used[letters] == 1 else f"{letters} {used[letters]}"
        for name in (person.name, *filter(_tells, person.others)):
            found.update(dict.fromkeys((*_ways(_plain(name).translate(_TWO_LETTERS)), *_ways(_plain(name))), own))
        spelt = f"{_plain(person.name).translate(_TWO_LETTERS)} {_plain(person.name)}"
        parts.update({part: f"{part[0].upper()}." for part in _NAME_PARTS.findall(spelt) if len(part) > 1})
    whole = {folded(name) for name in found}
    spare = {part: letter for part, letter in parts.items() if folded(part) not in words | whole}
    return {name: letters for name, letters in {**spare, **found}.items() if name.strip()}


def folded(text: str) -> str:
    """A text as it is compared: without capitals and accents, "o" for "ø", "ss" for "ß"."""
    return text.lower() if text.isascii() else "".join(map(_folded, _plain(text)))


@cache
def _folded(char: str) -> str:
    if _WIDE.match(char):
        return char
    plain = unicodedata.normalize("NFD", char.casefold())
    kept = "".join(one for one in plain if not unicodedata.combining(one)).translate(_LETTERS)
    return unicodedata.normalize("NFC", kept)


def _tells(name: str) -> bool:
    """Whether another name can be looked for: a number, as some systems give users, stands for too much else."""
    return len(name) >= LEAST_NAME and any(char.isalpha() for char in name)


def _letters(name: str) -> str:
    parts = _NAME_PARTS.findall(name.partition("@")[0].replace("_", " "))
    return " ".join(f"{part[0].upper()}." for part in parts) or "?"


def _ways(name: str) -> tuple[str, ...]:
    """A name as it stands, and with the last name first: "Lee, Ann"."""
    parts = name.split()
    turned = (f"{parts[-1]}, {' '.join(parts[:-1])}", f"{parts[-1]} {' '.join(parts[:-1])}") if len(parts) > 1 else ()
    return (name, *turned)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def without_names(text: str, initials: Mapping[str, str]) -> str:
    """A text in which initials stand for names and e-mail addresses, the longest name first.

    Names are found in capitals, without capitals and without accents; parts of names that are also words ("long") only
    where they begin with a capital letter. The address of somebody else becomes `ANY_ADDRESS`.
    """
    plain = _plain(text)
    told = folded(plain)
    here = _names_in(told, tuple(initials))
    if not here and "@" not in plain:
        return text
    names = {" ".join(folded(name).split()): name for name in here}
    ends = _ends(plain)
    pieces, done = [], 0
    for found in _finder(tuple(names)).finditer(told):
        first, last = ends[found.start()], ends[found.end()]
        alone = plain[first:last] == plain.strip()
        pieces += [plain[done:first], _instead(plain[first:last], found[0], names, initials, alone=alone)]
        done = last
    return "".join((*pieces, plain[done:]))


def _ends(text: str) -> Sequence[int]:
    """Where each letter of a folded text stands in the text itself, and where the text ends."""
    if text.isascii():
        return range(len(text) + 1)
    return (*(at for at, char in enumerate(text) for _ in _folded(char)), len(text))


def _instead(
    written: str, told: str, names: Mapping[str, str], initials: Mapping[str, str], *, alone: bool
) -> str:  # fmt: skip
    """What stands for a name or an address as it was found; itself where it is a mere word.

    `alone` is what fills a field: there a word with a capital letter is a name, however the name itself is written.
    """
    key = " ".join(told.split())
    name = names.get(key)
    if name is None:
        name = names.get(" ".join(_NAME_PARTS.findall(key.partition("@")[0])))
        return ANY_ADDRESS if name is None else initials[name]
    is_word = key in _ALSO_WORDS or len(key) < LEAST_NAME
    is_other = written != name and (written[0].islower() or (name[0].islower() and not alone))
    return written if is_word and is_other else initials[name]


def _names_in(told: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names that a folded text may hold: most hold none, and a search for hundreds of names in each is slow."""
    by_word, wide = _index(names)
    words = set(_WORD.findall(told))
    found = [name for word in sorted(words & by_word.keys()) for name in by_word[word]]
    return (*found, *(name for name in wide if folded(name) in told))


@cache
def _index(names: tuple[str, ...]) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """Names by their first word, and those of scripts that put no blanks between words."""
    by_word: dict[str, list[str]] = {}
    wide = tuple(name for name in names if _WIDE.search(name))
    for name in names:
        first = _WORD.search(folded(name))
        if name not in wide and first is not None:
            by_word.setdefault(first[0], []).append(name)
    return by_word, wide


@cache
def _finder(names: tuple[str, ...]) -> re.Pattern[str]:
    """What finds any address or any of these folded names, whose words may stand apart by any blanks."""
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return re.compile("|".join((_ADDRESS, *map(_pattern, ordered))))


def _pattern(name: str) -> str:
    words = r"\s+".join(re.escape(word) for word in name.split())
    return words if _WIDE.search(name) else rf"(?<!\w){words}(?!\w)"


# --- amounts --------------------------------------------------------------------------------------------------------


def band(value: float) -> tuple[float, float]:
    """The band in which an amount lies, by its size: 74,000 lies between 50,000 and 100,000."""
    size = abs(value)
    if size < 1:
        return 0.0, 1.0 if size else 0.0
    power = 10.0 ** math.floor(math.log10(size))
    low, high = next(ends for ends in pairwise(STEPS) if size < power * ends[1])
    return power * low, power * high


def band_middle(value: float) -> float:
    """The middle of the band of an amount, for drawings, which would tell the amount otherwise."""
    return math.copysign(sum(band(value)) / 2, value) if value else 0.0


def band_text(value: float, sign: str = "") -> str:
    """The band of an amount: "$50K–$100K"."""
    low, high = band(value)
    if not high:
        return f"{sign}0"
    if value < 0:
        return f"{MINUS}{sign}{_short(low)} to {MINUS}{sign}{_short(high)}"
    return f"{sign}{_short(low)}–{sign}{_short(high)}"


def _short(number: float) -> str:
    for letter, scale in reversed(_SCALES.items()):
        if number >= scale:
            return f"{number / scale:g}{letter}"
    return f"{number:g}"


_SPACED = r"\d{1,3}(?: \d{3})+(?!\d)(?:,\d{1,2})?"
_NUMBER = rf"(?:{_SPACED}|\d[\d,.\u00a0\u202f]*(?<=\d))"
_GROUPED = r"\d{1,3}(?:[,.\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?"
_CODED = rf"(?:{_SPACED}|\d+(?:[.,]\d+)?)(?=[ \u00a0]?(?:{_CODES}|{_SIGNS})(?!\w))"
_YEAR = r"(?:19|20)\d\d(?!\d|[.,]\d)"
_WORDS = rf"(?:[ \u00a0-]?(?i:{'|'.join(sorted(_SCALE_WORDS, key=len, reverse=True))}))"
_TYPED_SCALE = rf"(?:{_WORDS}|[ \u00a0]?[kKmM])(?!\w)"
_AMOUNTS = re.compile(
    rf"(?P<minus>[-{MINUS}])?(?P<sign>{_SIGNS}|\b(?:{_CODES})[ \u00a0]?)[ \u00a0\u2060]?(?P<number>{_NUMBER})"
    rf"(?P<scale>(?:{_WORDS}|[ \u00a0\u2060]?[KMBTkmb])(?!\w))?"
    rf"|(?<![\w.,-])(?P<bare>{_CODED}|{_GROUPED}|(?!{_YEAR})\d{{4,}}(?:[.,]\d+)?|\d+(?:[.,]\d+)?(?={_TYPED_SCALE}))"
    rf"(?P<more>{_TYPED_SCALE})?(?P<code>[ \u00a0]?(?:{_CODES}|{_SIGNS}))?(?![\w-]|\.[a-z])"
)


_COUNTED = "|".join(re.escape(kind.many) for kind in KIND_OF_RECORD.values()) + (
    "|rows|lines|records|files|reps|customers|companies|calls|emails|meetings|touches|times|points"
    "|minutes|hours|days|weeks|months|quarters|years"
)
"""What a number counts that is no money."""
_OF_THINGS = re.compile(
    rf"(?: of {_NUMBER})?[ \u00a0](?:(?:open|won|lost|closed|new|stalled|working|other|more)[ \u00a0])*(?:{_COUNTED})\b"
)
_CHANGE = re.compile(r"from (\S.*) to (\S.*)")
_SHARE = re.compile(rf"{_NUMBER} of {_NUMBER}")


def with_bands(text: str, *, typed: bool = True) -> str:
    """A text in which bands stand for amounts of money, whether shortened or in full.

    What says no currency is an amount that somebody typed, unless it counts something ("12,345 deals"); not `typed`:
    it is none.
    """
    is_typed = typed and not _SHARE.fullmatch(text.strip())

    def banded(found: re.Match[str]) -> str:
        has_currency = found["sign"] or found["code"]
        if not has_currency and not (is_typed and not _OF_THINGS.match(text, found.end())):
            return found[0]
        return _band_of(found)[1]

    return "; ".join(_within(part) or _AMOUNTS.sub(banded, part) for part in text.split("; "))


def _band_of(found: re.Match[str]) -> tuple[float, str]:
    """An amount as it was found, and its band."""
    number, scale = (found["number"], found["scale"]) if found["number"] else (found["bare"], found["more"])
    value = _read(number) * _scale(scale or "") * (-1 if found["minus"] else 1)
    sign = (found["sign"] or "").replace("\u00a0", " ")
    return value, band_text(value, sign) + (found["code"] or "")


def _within(part: str) -> str:
    """A change of an amount that stays in its band: "up, within $20K–$50K"; empty for anything else."""
    change = _CHANGE.fullmatch(part)
    was, now = (_AMOUNTS.fullmatch(one) for one in change.groups()) if change else (None, None)
    if not (was and now and (was["sign"] or was["code"])):
        return ""
    (before, band_before), (after, band_after) = _band_of(was), _band_of(now)
    if before == after or band_before != band_after:
        return ""
    return f"{'up' if after > before else 'down'}, within {band_after}"


def _scale(text: str) -> float:
    """By how much a number is multiplied by what follows it: "K", " thousand"."""
    word = text.strip(" \u00a0\u2060-").casefold()
    return _SCALES.get(_SCALE_WORDS.get(word, word.upper()), 1.0)


def _read(digits: str) -> float:
    """A number as typed: the last separator is the decimal one unless three digits follow it."""
    plain = re.sub(r"[ \u00a0\u202f]", "", digits)
    last = max(plain.rfind(","), plain.rfind("."))
    if last >= 0 and (len(plain) - last - 1 != 3 or plain[:last].strip("0") == ""):
        return float(re.sub(r"[,.]", "", plain[:last]) + "." + plain[last + 1 :])
    return float(re.sub(r"[,.]", "", plain))
