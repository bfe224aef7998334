"""Names of people who were deleted, known by digests alone, so that no later file brings them back.

A name is looked for as a whole cell in any spelling that compares equal, and word by word inside longer texts. The
names of everybody else are left alone, also where one holds the other ("Mary-Ann Lee" is not Ann Lee).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from kpidesk.core.errors import UserError
from kpidesk.core.fields import PERSON_FIELDS, Kind
from kpidesk.core.records import Cell, ParsedRows, RawRows
from kpidesk.core.texts import folded
from kpidesk.store.database import Database
from kpidesk.store.names import SHARE_SIGNS, split_parts
from kpidesk.store.shapes import SHAPES

WORD = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\s._\-+@,'’]{1,3}")
_EXACT, _SAME, _WORDS, _FIRST = "=", "~", "w", "1"
SHORTEST_CODE, SHORTEST_NUMBER = 6, 8
ORDINARY = frozenset((
    "abril", "angel", "april", "art", "august", "avril", "bill", "bob", "case", "cash", "chance", "chase",
    "christian", "dale", "dawn", "dean", "drew", "earl", "faith", "frank", "gene", "grace", "grant", "guy",
    "hope", "jan", "joy", "julio", "junio", "june", "lance", "mai", "mark", "may", "mercy", "miles", "nick",
    "norm", "olive", "page", "pat", "patience", "pierce", "price", "ray", "reed", "rich", "rob", "robin",
    "rod", "rose", "ruby", "sandy", "sky", "sterling", "sue", "summer", "ward", "will",
))  # fmt: skip
"""First names that are words or months too: alone within a text they may be either, so the text stays as it is."""
_STYLES = tuple((ascii_only, marks) for ascii_only in (False, True) for marks in ((",", ":"), (", ", ": ")))
IDENTITIES = frozenset(("person", "email", "external_id"))
"""The fields of rows about people that say who they are."""


@dataclass(frozen=True, slots=True)
class Veil:
    """What stands for each deleted name: `known` by digest, `lengths` how many words names have, longest first.

    `key` goes into every digest, so that two workspaces do not share them. `kept` are the words of the names of
    others that hold a deleted one; `seen` and `firsts` remember answers about texts and words.
    """

    key: bytes
    known: dict[str, str]
    kept: frozenset[str] = frozenset()
    lengths: tuple[int, ...] = ()
    seen: dict[tuple[str, bool], str] = field(default_factory=dict)
    firsts: dict[str, bool] = field(default_factory=dict)

    def whole(self, text: str) -> str:
        """What stands for a text that is a deleted name; the text itself for any other."""
        same = folded(text)
        first = WORD.search(same)
        if first is not None and not self._begins(first[0]):
            return text
        found = self.known.get(_digest(self.key, _EXACT, text))
        return found or self.known.get(_digest(self.key, _SAME, same), text)

    def _begins(self, word: str) -> bool:
        """Whether a name begins with a word; there are far fewer words than texts."""
        found = self.firsts.get(word)
        if found is None:
            found = self.firsts[word] = _digest(self.key, _FIRST, word.casefold()) in self.known
        return found

    def text(self, text: str, *, single: bool = True) -> str:
        """A text with what stands for each deleted name in it; `single` False leaves names of one word alone.

        Those are left alone where a word stands for itself: stages, teams, definitions.
        """
        answer = self.seen.get((text, single))
        if answer is None:
            answer = self.seen[text, single] = self._veiled(text, single=single)
        return answer

    def cell(self, text: str, *, single: bool = True) -> str:
        """A text as `text` gives it; of one that is JSON every text inside, written in the same style."""
        if text[:1] not in ("{", "["):
            return self.text(text, single=single)
        if "\\u" not in text and text.isascii() and not any(map(self._begins, WORD.findall(text))):
            return text
        try:
            body = json.loads(text)
        except (ValueError, RecursionError):
            return self.text(text, single=single)
        new = self.inside(body, single=single)
        return text if new == body else _as_written(text, body, new)

    def inside(self, value: Any, *, single: bool = True) -> Any:
        """A value read from JSON with every text in it as `text` gives it, keys too."""
        if isinstance(value, str):
            return self.cell(value, single=single)
        if isinstance(value, list):
            return [self.inside(one, single=single) for one in value]
        if isinstance(value, dict):
            return {self.text(key, single=single): self.inside(one, single=single) for key, one in value.items()}
        return value

    def split(self, text: str) -> str:
        """Owners with their shares, each name as `whole` gives it."""
        return (
            "; ".join(
                f"{self.whole(found['name'])} {found['share']}%" if (found := SHARE_SIGNS.match(part)) else part
                for part in split_parts(text)
            )
            if self._names_any(text)
            else text
        )

    def _names_any(self, text: str) -> bool:
        found = (SHARE_SIGNS.match(part) for part in split_parts(text))
        return any(one is not None and self.whole(one["name"]) != one["name"] for one in found)

    def _veiled(self, text: str, *, single: bool) -> str:
        is_plain = text.isascii()
        if is_plain and text and not any(map(self._begins, WORD.findall(text))):
            return text
        plain = text if is_plain else unicodedata.normalize("NFC", text)
        words = list(WORD.finditer(plain))
        if (single or len(words) > 1) and (whole := self.whole(text)) != text:
            return whole
        pieces: list[str] = []
        at = end = 0
        while at < len(words):
            count, instead = self._at(plain, words, at, single=single)
            if instead:
                pieces += plain[end : words[at].start()], instead
                end = words[at + count - 1].end()
            at += count
        return "".join((*pieces, plain[end:])) if pieces else text

    def _at(self, text: str, words: list[re.Match[str]], at: int, *, single: bool) -> tuple[int, str]:
        """How many words from one on are a name, and what stands for it; a name of somebody else stays."""
        for count in self.lengths:
            if count > len(words) - at or (count == 1 and not (single and is_telling(words[at][0]))):
                continue
            part = words[at : at + count]
            if not all(_GAP.fullmatch(text, one.end(), other.start()) for one, other in pairwise(part)):
                continue
            gram = words_of(text[part[0].start() : part[-1].end()])
            if gram in self.kept:
                return count, ""
            if count == 1:
                gram = part[0][0]
            if instead := self.known.get(_digest(self.key, _WORDS, gram)):
                return count, instead
        return 1, ""


def words_of(text: str) -> str:
    """The words of a name as they are looked for in longer texts."""
    return " ".join(WORD.findall(unicodedata.normalize("NFC", text))).casefold()


def is_telling(word: str) -> bool:
    """Whether a single word can be told from any other: a name that is no other word, or a long code or number."""
    if word.isalpha():
        return word[0].isupper() and len(word) > 1 and word.casefold() not in ORDINARY
    return len(word) >= (SHORTEST_NUMBER if word.isdigit() else SHORTEST_CODE)


def _digest(key: bytes, kind: str, text: str) -> str:
    return blake2b(f"{kind}{text}".encode("utf-8", "surrogatepass"), key=key, digest_size=16).hexdigest()


def digests(key: bytes, names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What stands for each name (text, placeholder) by the digests of all that it is looked for as."""
    found: dict[str, str] = {}
    for text, instead in names:
        found[_digest(key, _EXACT, text)] = instead
        found.setdefault(_digest(key, _SAME, folded(text)), instead)
        words = words_of(text)
        for first in (words, folded(text)):
            found |= {_digest(key, _FIRST, one[0].casefold()): "" for one in [WORD.search(first)] if one}
        if " " in words:
            found.setdefault(_digest(key, _WORDS, words), instead)
        elif is_telling(text):
            found.setdefault(_digest(key, _WORDS, text), instead)
    return found


LENGTHS = "erased_lengths"


def load_veil(db: Database) -> Veil | None:
    """What hides the names of deleted people in what is read from now on; None where nobody was deleted."""
    known = dict(db.rows("SELECT digest, placeholder FROM erased"))
    if not known:
        return None
    mine = [int(one) for one in str(db.one("SELECT value FROM meta WHERE name=?", (LENGTHS,)) or "").split()]
    bare = Veil(db.workspace_id.encode()[:64], known, lengths=tuple(sorted(mine, reverse=True)))
    others = {words_of(text) for (text,) in db.rows("SELECT DISTINCT value FROM person_aliases")}
    kept = {words for words in others if bare.text(words) != words}
    lengths = {*mine, *(words.count(" ") + 1 for words in kept)}
    return replace(bare, kept=frozenset(kept), lengths=tuple(sorted(lengths, reverse=True)), seen={})


def refuse_deleted(db: Database, texts: Iterable[str]) -> None:
    """Refuse names that are typed for somebody and belonged to a person who was deleted.

    Raises:
        UserError: naming the first of them.
    """
    veil = load_veil(db)
    gone = next((text for text in texts if text and veil is not None and veil.whole(text) != text), None)
    if gone is not None:
        raise UserError(
            f"'{gone}' belonged to somebody who was deleted.", "Write it differently, for example with an initial."
        )


def _as_written(text: str, body: Any, new: Any) -> str:
    """A value as JSON in the style in which another was written."""
    for ascii_only, marks in _STYLES:
        if json.dumps(body, ensure_ascii=ascii_only, separators=marks) == text:
            return json.dumps(new, ensure_ascii=ascii_only, separators=marks)
    return json.dumps(new)


Parse = Callable[[RawRows], ParsedRows]


def veiled(parse: Parse, kind: Kind, veil: Veil | None) -> Parse:
    """What reads rows of a kind, with what stands for deleted people in place of their names."""
    if veil is None:
        return parse
    fields = {one.name: one.kind for one in (PERSON_FIELDS if kind == "people" else SHAPES[kind].fields)}
    whole = {name for name, of in fields.items() if of == "person"} | (IDENTITIES if kind == "people" else set())
    words = {name for name, of in fields.items() if of in ("term", "account", "reference") or name == "team"}

    def read(column: str, cell: Cell) -> Cell:
        if not isinstance(cell, str):
            return cell
        if column in whole:
            return veil.whole(cell)
        return veil.split(cell) if column == "owner_split" else veil.cell(cell, single=column not in words)

    def parse_veiled(rows: RawRows) -> ParsedRows:
        parsed = parse(rows)
        return replace(
            parsed,
            keys=[veil.cell(key) for key in parsed.keys],
            columns={name: [read(name, cell) for cell in column] for name, column in parsed.columns.items()},
            custom=[None if cell is None else veil.cell(cell) for cell in parsed.custom],
            rejected_keys={at: veil.cell(key) for at, key in parsed.rejected_keys.items()},
        )

    return parse_veiled
