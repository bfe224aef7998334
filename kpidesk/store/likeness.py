"""People and accounts that may be one: offered to be merged, never merged unasked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from kpidesk.core.texts import folded
from kpidesk.store.apart import pairs_apart
from kpidesk.store.database import Database

LEAST = 0.88
"""How alike two names must be to be offered, as `difflib` measures it: 1 is the same."""
LEAST_APART = {"person": 0.8, "account": 0.9}
"""How alike the words must be in which two names differ: a first name in common says more than "Instruments" does."""
NEIGHBOURS = 4
"""With how many that follow in alphabetical order a name is compared."""
MANY = 20_000
"""Of more names than this each is compared with the next one only."""
MOST = 200
_LEGAL_FORMS = frozenset(
    ("ab", "ag", "aps", "as", "bv", "co", "company", "corp", "corporation", "gmbh", "group", "holding", "inc",
     "incorporated", "kg", "limited", "llc", "llp", "ltd", "nv", "oy", "plc", "pty", "sa", "sarl", "sas", "se", "spa",
     "srl", "the")
)  # fmt: skip
INITIAL = 0.9
"""How alike two names count that are the same but for first names of which one gives the initial."""
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two people or accounts that may be one, with their numbers and names.

    `likeness` is at most 1; `is_initialled`: one name is the other with an initial.
    """

    kind: Literal["person", "account"]
    one: int
    name: str
    other: int
    other_name: str
    likeness: float
    is_initialled: bool = False


def suggestions(db: Database) -> tuple[Suggestion, ...]:
    """Pairs of people and of accounts whose names are alike, the likest first; at most 200 of each.

    People are alike in any order of their names, by the part of an address before the @, and where one gives only the
    initial of a first name, unless that initial is another's; accounts without their legal form. Pairs that somebody
    said are two are left out.
    """
    people, accounts = (dict(db.rows(f"SELECT id, name FROM {table}")) for table in ("people", "accounts"))
    return (
        *_alike("person", people, _of_person, pairs_apart(db, "person")),
        *_alike("account", accounts, _of_account, pairs_apart(db, "account")),
    )


def _of_person(name: str) -> list[str]:
    return sorted(_WORD.findall(folded(name).partition("@")[0]))


def _of_account(name: str) -> list[str]:
    words: list[str] = _WORD.findall(folded(name).replace(".", ""))
    return [word for word in words if word not in _LEGAL_FORMS] or words


def _alike(
    kind: Literal["person", "account"],
    names: dict[int, str],
    words: Callable[[str], list[str]],
    apart: Container[tuple[int, int]],
) -> Iterator[Suggestion]:
    keys = {number: " ".join(words(name)) for number, name in names.items()}
    found: dict[tuple[int, int], float] = {}
    for one, other in _candidates(keys):
        if kind == "person" and _contradict(keys[one].split(), keys[other].split()):
            continue
        if (likeness := _likeness(keys[one], keys[other], LEAST_APART[kind])) >= LEAST:
            found[min(one, other), max(one, other)] = likeness
    short = set(_initialled(keys)) if kind == "person" else set()
    found = dict.fromkeys(short, INITIAL) | found
    offered = ((pair, likeness) for pair, likeness in found.items() if pair not in apart)
    best = sorted(offered, key=lambda item: (-item[1], names[item[0][0]], item[0]))
    for (one, other), likeness in best[:MOST]:
        yield Suggestion(kind, one, names[one], other, names[other], likeness, (one, other) in short)


def _initialled(keys: dict[int, str]) -> Iterator[tuple[int, int]]:
    """Pairs of which one is the other with an initial; an initial that could be several people's is left out."""
    shortened: dict[tuple[str, ...], list[int]] = {}
    for number, key in keys.items():
        words = key.split()
        for at, word in enumerate(words if len(words) > 1 else ()):
            if len(word) > 1:
                shortened.setdefault(tuple(sorted((*words[:at], word[0], *words[at + 1 :]))), []).append(number)
    for number, key in keys.items():
        meant = shortened.get(tuple(key.split()), [])
        if len(meant) == 1:
            yield min(number, meant[0]), max(number, meant[0])


def _contradict(one: list[str], other: list[str]) -> bool:
    """Whether an initial of one name stands for none of the words that the other has besides ("A." and "Bea")."""
    mine, theirs = list((Counter(one) - Counter(other)).elements()), list((Counter(other) - Counter(one)).elements())
    return _is_unmet(mine, theirs) or _is_unmet(theirs, mine)


def _is_unmet(words: list[str], others: list[str]) -> bool:
    begun = {word[0] for word in others}
    return bool(others) and any(len(word) == 1 and word not in begun for word in words)


def _candidates(keys: dict[int, str]) -> Iterator[tuple[int, int]]:
    """Pairs that stand close to each other when sorted, by the beginning of their names or by the end."""
    for order in (keys, {number: key[::-1] for number, key in keys.items()}):
        in_order = sorted((number for number in keys if keys[number]), key=order.__getitem__)
        reach = NEIGHBOURS if len(keys) <= MANY else 1
        for at, one in enumerate(in_order):
            for other in in_order[at + 1 : at + 1 + reach]:
                yield one, other


def _likeness(one: str, other: str, least_apart: float) -> float:
    """How alike two names are; names with different numbers in them are different ("Plant 1", "Plant 2").

    So are those whose differing words are not alike by themselves, however long the words are that they share.
    """
    plain, bare = one.replace(" ", ""), other.replace(" ", "")
    unmatched = max(abs(len(plain) - len(bare)), len(set(plain) ^ set(bare)))  # at least so many letters
    if unmatched > (1 - LEAST) * (len(plain) + len(bare)) or _DIGITS.findall(one) != _DIGITS.findall(other):
        return 0.0
    whole = _ratio(plain, bare)
    if whole < LEAST or whole == 1:
        return whole
    shared = set(one.split()) & set(other.split())
    apart = ("".join(word for word in name.split() if word not in shared) for name in (one, other))
    return whole if _ratio(*apart) >= least_apart else 0.0


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
