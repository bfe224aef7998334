"""The code of a receipt: what was asked and answered, in characters that can be read aloud and typed.

Crockford's base 32 (no I, L, O or U) in groups of four. The last four characters are check characters
(see `check_symbols`): where a single character is wrong they tell which. They are worked out as if `BEFORE` stood
before the code, without which a 0 more or less at its beginning would not be noticed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar, get_args

from kpidesk.core.check_symbols import CHECKS, one_wrong, parity, swapped, syndromes
from kpidesk.core.errors import UserError
from kpidesk.core.people import ScopeKind
from kpidesk.core.periods import GRAINS, Grain

T = TypeVar("T")
Slips = Callable[[Sequence[int]], Iterator[tuple[int, list[int]]]]
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SAME = str.maketrans("OIL", "011")
GROUP, MOST_PARTS = 4, 2
KPI_BITS, WORKSPACE_BITS, DEFINITION_BITS, VALUE_BITS, FIELD_BITS, MEMBER_BITS = 15, 10, 10, 20, 15, 20
_DAY_BITS, _GRAIN_BITS, _KIND_BITS, _LEAST_BITS = 17, 3, 3, 5
_FIRST_DAY = date(1900, 1, 1).toordinal() - 1
_KINDS: tuple[ScopeKind, ...] = get_args(ScopeKind)
SHORTEST = 20
PROVEN = "Each code proves its number again: kpidesk receipt CODE WORKSPACE, or “Open a receipt…” in the app."
"""What stands above the codes of a print."""
BEFORE = tuple(ALPHABET.index(one) for one in "KPD")
"""What the check characters are worked out with. Codes of before are without it: no two wrong characters make one of
the other."""
_AGAIN = "Compare it with the print: a code has groups of four characters, and never I, L, O or U."


@dataclass(frozen=True, slots=True)
class Claim:
    """What a receipt code says.

    Which number: `kpi` is the mark (see `mark`) of the KPI's id, `parts` are those of the field and the value of each
    part of a breakdown, and `chosen` are the numbers that say beside which values everything else stands, none in the
    codes of before; `scope_id` is the number of the team or rep; `end` is the last day of a span, None for other
    grains. `known` is the day of the newest data; None without any. `nobody_is_a_rep`: Unassigned is what has no rep.
    What it was: `value` is the mark of the number with its sample, `definition` of how it is counted, in `version` of
    the KPI; `workspace` is that of the workspace, `imports` the number of its newest import and `log` the last entry of
    its log at the time.
    """

    workspace: int
    kpi: int
    version: int
    scope_kind: ScopeKind
    scope_id: int
    grain: Grain
    start: date
    end: date | None
    known: date | None
    imports: int
    log: int
    definition: int
    value: int
    today_teams: bool = False
    nobody_is_a_rep: bool = False
    parts: tuple[tuple[int, int], ...] = ()
    chosen: tuple[int, ...] = ()


def mark(text: str, bits: int) -> int:
    """A number of so many bits by which a text is told from others: the first bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> (64 - bits)


def encode(claim: Claim) -> str:
    """The code of a claim: `7QK2-…`, about 32 characters."""
    data = _data_of(claim)
    return grouped("".join(ALPHABET[one] for one in (*data, *parity((*BEFORE, *data)))))


def _data_of(claim: Claim) -> list[int]:
    """All characters of a code but the check characters."""
    bits = "".join(_bits_of(claim))
    return [int(bits[at : at + 5].ljust(5, "0"), 2) for at in range(0, len(bits), 5)]


def grouped(characters: str) -> str:
    """Characters in groups of four."""
    return "-".join(characters[at : at + GROUP] for at in range(0, len(characters), GROUP))


def _bits_of(claim: Claim) -> Iterator[str]:
    is_span = claim.grain == "span"
    yield f"{claim.today_teams:b}{claim.nobody_is_a_rep:b}{is_span:b}{len(claim.parts):02b}"
    yield f"{claim.workspace:0{WORKSPACE_BITS}b}{claim.kpi:0{KPI_BITS}b}{_open(claim.version)}"
    yield f"{_KINDS.index(claim.scope_kind):0{_KIND_BITS}b}{_open(claim.scope_id)}"
    yield f"{GRAINS.index(claim.grain):0{_GRAIN_BITS}b}{_day(claim.start)}"
    yield _day(claim.end) if is_span else ""
    yield f"{_day(claim.known)}{_open(claim.imports)}{_open(claim.log)}"
    yield f"{claim.definition:0{DEFINITION_BITS}b}{claim.value:0{VALUE_BITS}b}"
    yield from (f"{field:0{FIELD_BITS}b}{value:0{MEMBER_BITS}b}" for field, value in claim.parts)
    yield from (_open(number) for number in claim.chosen)


def _day(day: date | None) -> str:
    return f"{0 if day is None else max(day.toordinal() - _FIRST_DAY, 0):0{_DAY_BITS}b}"


def _open(number: int) -> str:
    """A number of any size, four bits at a time, each with a bit that says whether more follow."""
    digits = f"{number:x}"
    return "".join(f"{at < len(digits) - 1:b}{int(digit, 16):04b}" for at, digit in enumerate(digits))


def decode(text: str) -> Claim:
    """What a code says, however it is grouped; letters that look like digits are read as those.

    Raises:
        UserError: it is none; where one character is wrong, missing or too many, saying which and what it may be.
    """
    typed = _plain(text)
    wrong = next((at for at, one in enumerate(typed) if one not in ALPHABET), None)
    if wrong is not None:
        problem = f"Character {wrong + 1} of the code, '{typed[wrong]}', is in no code of a receipt."
        raise UserError(problem, _AGAIN)
    symbols = tuple(ALPHABET.index(one) for one in typed)
    if len(symbols) < SHORTEST:
        raise UserError(f"'{text.strip()}' is too short for the code of a receipt.", _AGAIN)
    if (claim := _claim(symbols)) is not None:
        return claim
    if told := _of_another_length(symbols):
        raise UserError(*told)
    if not _is_checked(symbols):
        raise _mistyped(symbols)
    raise UserError("This code was made by another version of KPI Desk.", "Open it with the newest one.")


def with_other_zeros(text: str) -> Iterator[tuple[str, Claim]]:
    """What a code says with a 0 less and a 0 more at its beginning, which the codes of before do not notice."""
    typed = _plain(text)
    for other in (typed.removeprefix("0"), f"0{typed}"):
        if (claim := _claim([ALPHABET.index(one) for one in other])) is not None:
            yield grouped(other), claim


def _plain(text: str) -> str:
    """A code without what groups it, letters that look like digits as those."""
    return re.sub(r"[\s\-–—.·_]", "", text).upper().translate(SAME)


def _is_checked(symbols: Sequence[int]) -> bool:
    """Whether the check characters are right, by today's rule or by that of before."""
    return any(not any(syndromes((*before, *symbols))) for before in (BEFORE, ()))


def _claim(symbols: Sequence[int]) -> Claim | None:
    """What characters say with which nothing is wrong; None of others."""
    if len(symbols) < SHORTEST or not _is_checked(symbols):
        return None
    try:
        claim = _Reader("".join(f"{one:05b}" for one in symbols[:-CHECKS])).claim()
    except (ValueError, OverflowError):
        return None
    return claim if _data_of(claim) == list(symbols[:-CHECKS]) else None


def _of_another_length(symbols: Sequence[int]) -> tuple[str, str] | None:
    """What to say of a code that is right without one of its characters, or with one more; None of any other."""
    for at in range(len(symbols)):
        if _claim(shorter := (*symbols[:at], *symbols[at + 1 :])) is not None:
            problem = f"The code has {len(symbols)} characters, one too many: perhaps the '{ALPHABET[symbols[at]]}'"
            return f"{problem} at place {at + 1}.", _meant(shorter)
    for at in range(len(symbols) + 1):
        for longer in _filled(symbols, at):
            if _claim(longer) is not None:
                problem = f"The code has {len(symbols)} characters, one too few: perhaps a '{ALPHABET[longer[at]]}'"
                return f"{problem} at place {at + 1}.", _meant(longer)
    return None


def _meant(symbols: Sequence[int]) -> str:
    return f"Perhaps {grouped(''.join(ALPHABET[one] for one in symbols))} is meant: compare it with the print."


def _filled(symbols: Sequence[int], at: int) -> Iterator[Sequence[int]]:
    """The characters with the one that the checks ask for at a place where one may be missing."""
    longer = (*symbols[:at], 0, *symbols[at:])
    yield longer
    yield from (right for place, right in _put_right(longer, one_wrong) if place == at)


def _put_right(symbols: Sequence[int], slips: Slips) -> Iterator[tuple[int, Sequence[int]]]:
    """Where characters have a slip of some kind, and they with it put right, by today's rule and that of before.

    What stands before the code is never wrong.
    """
    for before in (BEFORE, ()):
        for at, right in slips((*before, *symbols)):
            if at >= len(before):
                yield at - len(before), right[len(before) :]


class _Reader:
    """Reads numbers from the front of a row of bits; a class because it remembers how far it has come."""

    def __init__(self, bits: str) -> None:
        self.bits, self.at = bits, 0

    def take(self, count: int) -> int:
        """The next number of so many bits."""
        if self.at + count > len(self.bits):
            raise ValueError("too short")
        self.at += count
        return int(self.bits[self.at - count : self.at], 2)

    def open(self) -> int:
        """The next number of any size."""
        found, more = 0, True
        while more:
            more = bool(self.take(1))
            found = found << 4 | self.take(4)
        return found

    def rest(self) -> tuple[int, ...]:
        """All further numbers: what fills up the last character is less than one."""
        found = []
        while len(self.bits) - self.at >= _LEAST_BITS:
            found.append(self.open())
        return tuple(found)

    def day(self) -> date | None:
        """The next day, None where there is none."""
        number = self.take(_DAY_BITS)
        return date.fromordinal(number + _FIRST_DAY) if number else None

    def claim(self) -> Claim:
        """Everything that a code says."""
        today_teams, nobody, is_span = (bool(self.take(1)) for _ in range(3))
        count = self.take(2)
        workspace, kpi, version = self.take(WORKSPACE_BITS), self.take(KPI_BITS), self.open()
        kind, number = _one_of(_KINDS, self.take(_KIND_BITS)), self.open()
        grain, start = _one_of(GRAINS, self.take(_GRAIN_BITS)), self.day()
        end = self.day() if is_span else None
        known, imports, log = self.day(), self.open(), self.open()
        definition, value = self.take(DEFINITION_BITS), self.take(VALUE_BITS)
        parts = tuple((self.take(FIELD_BITS), self.take(MEMBER_BITS)) for _ in range(count))
        chosen = self.rest()
        if (
            start is None
            or count > MOST_PARTS
            or is_span != (end is not None)
            or (chosen and not parts)
            or any(one != "0" for one in self.bits[self.at :])
        ):
            raise ValueError("nothing that could be meant")
        return Claim(
            workspace, kpi, version, kind, number, grain, start, end, known, imports, log, definition, value,
            today_teams, nobody, parts, chosen,
        )  # fmt: skip


def _one_of(known: Sequence[T], at: int) -> T:
    if at >= len(known):
        raise ValueError("not among those known")
    return known[at]


def _mistyped(symbols: Sequence[int]) -> UserError:
    """Where a code is wrong, as far as that can be told, and what may be meant."""
    meant = [*_put_right(symbols, one_wrong), *_put_right(symbols, swapped)]
    if not meant:
        return UserError("More than one character of the code cannot be right.", _AGAIN)
    at, right = meant[0]
    first = at // GROUP * GROUP
    last = min(first + GROUP, len(symbols))
    told = "".join(ALPHABET[one] for one in right[first:last])
    typed = "".join(ALPHABET[one] for one in symbols[first:last])
    advice = f"Perhaps {told} is meant instead of {typed}: compare it with the print." if len(meant) == 1 else _AGAIN
    which = f"Characters {first + 1}–{last}" if last > first + 1 else f"Character {last}"
    return UserError(f"{which} of the code cannot be right.", advice)
