"""One value for all rows of a file, given by the user for a field that no column is to feed."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from kpidesk.core.errors import UserError, nearest
from kpidesk.core.fields import FIELD_BY_NAME, FIELDS, KIND_OF_RECORD, Field, Kind
from kpidesk.core.imports import NO_VALUE, ImportOptions, OneValue
from kpidesk.importing.memo import Problem
from kpidesk.importing.readers import read_constant
from kpidesk.importing.rules import WITHOUT_LIST, Rules

FORMS = {"date": "Write it as year-month-day.", "stamp": "Write it as year-month-day.", "flag": "Use yes or no."}
OTHERWISE = "Give another value, or name the column that holds it."


def refuse_both(options: ImportOptions) -> None:
    """Refuse a field for which a column and a value are given.

    Raises:
        UserError: naming the field.
    """
    for name in options.constants:
        if options.constants[name] != NO_VALUE and options.columns.get(name, NO_VALUE) != NO_VALUE:
            raise UserError(f"A column and a value for all rows are given for '{name}'.", "Give one of the two.")


def fitting(constants: Mapping[str, str], said: Mapping[str, str], kind: Kind) -> dict[str, str]:
    """The values that records of a kind can take; what was only remembered of another kind of file is left out.

    Raises:
        UserError: what the user said now is of no such field, or of one that cannot be the same in all rows.
    """
    can = {one.name for one in settable(kind)}
    for name in said.keys() & constants.keys() - can:
        if name in FIELD_BY_NAME[kind]:
            raise UserError(f"The amounts and currencies of a file are not set by '{name}'.", _instead(name))
        many = KIND_OF_RECORD[kind].many
        raise UserError(f"There is no field '{name}' of {many} to set.", nearest(name, sorted(can)))
    return {name: text for name, text in constants.items() if name in can}


def _instead(name: str) -> str:
    return "Use --currency." if name == "currency" else f'Name the column that holds it: --map {name}="COLUMN".'


def settable(kind: Kind) -> tuple[Field, ...]:
    """The fields of a kind that may be the same in all rows: all but amounts, and what their currency is."""
    has_money = any(one.kind == "money" for one in FIELDS[kind])
    return tuple(
        one
        for one in FIELDS[kind]
        if one.kind not in ("money", "id") and one.name != "owner_split" and not (has_money and one.name == "currency")
    )


def check_constants(rules: Rules, constants: Mapping[str, str]) -> None:
    """Refuse a value that a cell of its field could not have.

    Raises:
        UserError: saying what the field may be.
    """
    for name, text in constants.items():
        value, words = read_constant(name, text, rules, ZoneInfo(rules.zone)), words_of(rules, name)
        if isinstance(value, Problem) or value is None or (words and value not in words):
            field = FIELD_BY_NAME[rules.kind][name]
            advice = f"Use {' or '.join(words)}." if words else FORMS.get(field.kind, OTHERWISE)
            why = f" {value.text}" if isinstance(value, Problem) else ""
            raise UserError(f"'{text}' cannot be the value of '{field.label}' in all rows.{why}", advice)


def words_of(rules: Rules, name: str) -> tuple[str, ...]:
    """The words that a field may be, none where it may be any."""
    known = {} if name in WITHOUT_LIST.get(rules.kind, ()) else rules.known_words(name)
    return tuple(sorted(set(known.values())))


def one_values(rules: Rules, said: Mapping[str, str], words: Mapping[str, Mapping[str, str]]) -> tuple[OneValue, ...]:
    """The fields that have one value for all rows, or can be given one because no column feeds them.

    `words` are by field the known words of the kind of record, also of fields that the file has not.
    """
    own = WITHOUT_LIST.get(rules.kind, ())
    lists = {name: known for name, known in words.items() if name not in own}
    return tuple(
        OneValue(one.name, said.get(one.name, ""), tuple(sorted(set(lists.get(one.name, {}).values()))))
        for one in settable(rules.kind)
        if one.name in said or not (rules.reading(one.name) or rules.making(one.name))
    )


def told_of_all(rules: Rules, said: Mapping[str, str]) -> tuple[str, ...]:
    """Which fields are the same in all rows, a sentence each."""
    fields = FIELD_BY_NAME[rules.kind]
    return tuple(f"{fields[name].label} is '{text}' in every row, as you said." for name, text in sorted(said.items()))
