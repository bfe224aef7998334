"""What the user takes a word of a field for, where no list knows it or knows it otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kpidesk.core.errors import UserError, nearest
from kpidesk.core.fields import KIND_OF_RECORD
from kpidesk.importing.cells import clean
from kpidesk.importing.recognising import Recognised, all_words
from kpidesk.importing.rules import WITHOUT_LIST

FORM = "FIELD:VALUE=WORD"
OPTION = f"--word {FORM}"


def with_answers(recognised: Recognised, words: Mapping[str, str], said: Mapping[str, str]) -> Recognised:
    """The file as recognised, with the words that the user answered for; what was remembered may fit no longer.

    `words` maps `type:Partner` to the word that it counts as; `said` are those that the user says now.

    Raises:
        UserError: what is said now names no field whose words mean something, or no word that it knows.
    """
    lists, own = all_words(recognised), WITHOUT_LIST.get(recognised.kind, ())
    found: dict[str, dict[str, str]] = {}
    for name, word in words.items():
        field, _, written = name.partition(":")
        known = sorted(set(lists.get(field, {}).values()))
        meant = clean(word) if field in own else next((one for one in known if one.casefold() == word.casefold()), "")
        if meant and written.strip():
            found.setdefault(field, {})[written.strip().casefold()] = meant
        elif name in said:
            raise _not_known(recognised, lists, field, written, word)
    return replace(recognised, words={field: _followed(one) if field in own else one for field, one in found.items()})


def _followed(words: Mapping[str, str]) -> dict[str, str]:
    """Each word with the one that it counts as in the end, where that one counts as another itself."""
    found = {}
    for word, said in words.items():
        meant, passed = said, {word}
        while meant.casefold() in words and meant.casefold() not in passed:
            passed.add(meant.casefold())
            meant = words[meant.casefold()]
        found[word] = meant
    return found


def _not_known(
    recognised: Recognised, lists: Mapping[str, Mapping[str, str]], field: str, written: str, word: str
) -> UserError:
    many = KIND_OF_RECORD[recognised.kind].many
    fields = sorted({*lists, *WITHOUT_LIST.get(recognised.kind, ())})
    if field not in fields:
        told = " or ".join(fields) or "none"
        return UserError(f"No words of a field '{field}' of {many} mean something.", f"Fields whose words do: {told}.")
    if not written.strip():
        return UserError(f"{OPTION} needs a word of the file.", f"Write for example --word '{field}:Other={word}'.")
    if field not in lists:
        return UserError(f"No word is given that '{field}:{written}' counts as.", f"Write {OPTION}.")
    return UserError(
        f"'{word}' is not a word that '{field}' counts as.", nearest(word, sorted(set(lists[field].values())))
    )
