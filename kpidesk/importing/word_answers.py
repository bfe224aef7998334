"""What the user takes a word of a field for, where no list knows it or knows it otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from kpidesk.core.errors import OtherFieldError, UserError, nearest
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
        OtherFieldError: what is said now names no field of the file whose words mean something.
        UserError: it names no word that the field knows, or the words go round in a circle.
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
    now = {name.casefold() for name in said}
    followed = {
        field: _followed(field, one, {word for word in one if f"{field}:{word}".casefold() in now})
        for field, one in found.items()
        if field in own
    }
    return replace(recognised, words=found | followed)


def _followed(field: str, words: Mapping[str, str], now: Collection[str]) -> dict[str, str]:
    """Each word with the one that it counts as in the end, where that one counts as another itself.

    What is said `now` wins over what was said before, where the two go round in a circle.
    """
    fresh = {word: meant for word, meant in words.items() if word in now}
    for word in fresh:
        if circle := _way(word, fresh)[1]:
            raise UserError(f"The words of '{field}' go round in a circle: {' = '.join(circle)}.", "Leave one out.")
    kept = {word: meant for word, meant in words.items() if word in now or not _way(word, words)[1]}
    return {word: _way(word, kept)[0] for word in kept}


def _way(word: str, words: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """What a word counts as in the end, and the words of the circle in which it goes, if it does."""
    passed = {word: word}
    meant = words[word]
    while (step := meant.casefold()) in words and step not in passed:
        passed[step] = meant
        meant = words[step]
    *_, last = passed
    return meant, (*passed.values(), meant) if step in passed and step != last else ()


def _not_known(
    recognised: Recognised, lists: Mapping[str, Mapping[str, str]], field: str, written: str, word: str
) -> UserError:
    many = KIND_OF_RECORD[recognised.kind].many
    fields = sorted({*lists, *WITHOUT_LIST.get(recognised.kind, ())})
    if field not in fields:
        told = " or ".join(fields) or "none"
        return OtherFieldError(
            f"No words of a field '{field}' of {many} mean something.", f"Fields whose words do: {told}.", field
        )
    if not written.strip():
        return UserError(f"{OPTION} needs a word of the file.", f"Write for example --word '{field}:Other={word}'.")
    if field not in lists:
        return UserError(f"No word is given that '{field}:{written}' counts as.", f"Write {OPTION}.")
    return UserError(
        f"'{word}' is not a word that '{field}' counts as.", nearest(word, sorted(set(lists[field].values())))
    )
