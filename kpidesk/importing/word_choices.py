"""The words of a file that mean something or may be two spellings of one, and what of them is told."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from kpidesk.core.fields import FIELD_BY_NAME, Kind
from kpidesk.core.imports import WordFound
from kpidesk.core.wording import counted
from kpidesk.importing.constants import words_of
from kpidesk.importing.evidence import Evidence, written
from kpidesk.importing.headers import normalised
from kpidesk.importing.outcomes import USUAL
from kpidesk.importing.recognising import Recognised
from kpidesk.importing.rules import WITHOUT_LIST

MOST_WORDS = 3
"""So many words of a field are named in a notice."""
CATEGORIES = 200
"""A column with more different words than this is no list of reasons or sources: none is compared with another."""
LIKENESS = 88
SHORTEST = 3
AS_WRITTEN = "as written"


def found_words(evidence: Evidence, recognised: Recognised) -> tuple[WordFound, ...]:
    """The words of each field that has a list of them, or whose words the user may take for one another."""
    own = WITHOUT_LIST.get(evidence.rules.kind, ())
    return tuple(
        word
        for name in evidence.words
        for word in (_own(name, evidence) if name in own else _listed(name, evidence, recognised))
    )


def _listed(name: str, evidence: Evidence, recognised: Recognised) -> list[WordFound]:
    known, choices = evidence.rules.known_words(name), words_of(evidence.rules, name)
    found = []
    for word, count in written(evidence, name):
        folded = word.casefold()
        meant = known.get(folded, "")
        why = _why(name, folded, recognised) if meant else "in no list: kept as written"
        found.append(WordFound(name, word, count, meant, choices, why, is_open=not meant))
    return found


def _why(name: str, folded: str, recognised: Recognised) -> str:
    if folded in recognised.words.get(name, {}):
        return "you said so"
    is_crm = folded in recognised.dialect.values.get(name, {}) and recognised.dialect.name != recognised.generic.name
    return f"known from {recognised.dialect.label}s" if is_crm else USUAL


def _own(name: str, evidence: Evidence) -> list[WordFound]:
    words = written(evidence, name)
    if len(words) > CATEGORIES:
        return []
    said = evidence.rules.known_words(name)
    choices = tuple(sorted({word for word, _ in words} | set(said.values()), key=str.casefold))
    found = []
    for at, (word, count) in enumerate(words):
        meant = said.get(word.casefold(), "")
        like = "" if meant else _like(word, [one for one, _ in words[:at]])
        why = "you said so" if meant else f"looks like '{like}'" if like else AS_WRITTEN
        found.append(WordFound(name, word, count, meant, choices, why, is_own=True, like=like))
    return found


def _like(word: str, others: Sequence[str]) -> str:
    """The first of the words before it that it may be another spelling of, empty when there is none."""
    return next((other for other in others if _may_be_one(normalised(word), normalised(other))), "")


def _may_be_one(word: str, other: str) -> bool:
    """Whether two words have the same letters, one goes on where the other ends, or they hardly differ.

    Signs that tell the members of a list apart, such as Product A and B, 2025 and 2026, are never the same.
    """
    from rapidfuzz import fuzz

    short, long = sorted((word, other), key=len)
    if len(short) < SHORTEST or _telling(word) != _telling(other):
        return False
    if word.replace(" ", "") == other.replace(" ", "") or (long.startswith(short) and " " not in long):
        return True
    return word[0] == other[0] and fuzz.ratio(word, other) >= LIKENESS


def _telling(word: str) -> list[str]:
    return [part for part in word.split() if len(part) == 1 or not part.isalpha()]


def word_notices(words: Sequence[WordFound], kind: Kind) -> tuple[str, ...]:
    """Which words count as which, which as none, and which may be two spellings of one, a sentence for each field."""
    told: list[str] = []
    for tell in (_translated, _unknown, _alike):
        for name, found in groupby(words, key=lambda one: one.field):
            told += tell(FIELD_BY_NAME[kind][name].label, list(found), kind)
    return tuple(told)


def _unknown(label: str, words: list[WordFound], kind: Kind) -> list[str]:
    del kind
    unknown = [one for one in words if one.is_open]
    if not unknown:
        return []
    shown = _shown([f"'{one.word}' in {counted(one.count, 'row')}" for one in unknown])
    *others, last = unknown[0].choices
    neither = f"neither {', '.join(others)} nor {last}" if others else f"not {last}"
    return [
        f"{label}: {counted(len(unknown), 'unknown word')}, kept as written: {shown}. "
        f"Counted as {neither}; --word '{unknown[0].name}=…' says as which."
    ]


def _translated(label: str, words: list[WordFound], kind: Kind) -> list[str]:
    """Which words count as another; those of lists of other kinds than deals hardly ever mean anything else."""
    own = WITHOUT_LIST.get(kind, ())
    told = [
        f"'{one.word}' as {one.meant}"
        for one in words
        if one.meant and one.meant.casefold() != one.word.casefold() and (kind == "deals" or one.field in own)
    ]
    shown = _shown(told).replace(" as ", " counts as ", 1)
    return [f"{label}: {shown}; --word '{words[0].field}:…=…' says otherwise."] if told else []


def _alike(label: str, words: list[WordFound], kind: Kind) -> list[str]:
    del kind
    alike = [one for one in words if one.like]
    shown = _shown([f"'{one.word}' in {counted(one.count, 'row')} looks like '{one.like}'" for one in alike])
    how = f"--word '{alike[0].name}={alike[0].like}' counts both as one" if alike else ""
    return [f"{label}: {shown}; {how}."] if alike else []


def _shown(told: list[str]) -> str:
    return ", ".join(told[:MOST_WORDS]) + (f" and {len(told) - MOST_WORDS} more" if len(told) > MOST_WORDS else "")
