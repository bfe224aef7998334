"""What turns the text of a cell into the value of a field, by the kind of the field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import partial

from kpidesk.core.fields import FIELD_BY_NAME
from kpidesk.core.records import Cell
from kpidesk.importing.cells import (
    code_value,
    day_value,
    duration_value,
    flag_value,
    number_value,
    period_value,
    rate_value,
    ratio_value,
    reference_value,
    score_value,
    split_value,
    stamp_value,
    word_value,
)
from kpidesk.importing.memo import Memo, Problem, StampMemo
from kpidesk.importing.rules import Reading, Rules
from kpidesk.importing.spans import holds_periods

Reader = Callable[[str], Cell | Problem]


def is_plain_date(reading: Reading, rules: Rules) -> bool:
    """Whether a column holds days and nothing else, so that all such columns of one order are read alike."""
    return reading.kind == "date" and not holds_periods(FIELD_BY_NAME[rules.kind][reading.field])


def memory_of(reading: Reading, rules: Rules, zone: tzinfo) -> Memo[str]:
    """What reads the cells of a field, each different one once."""
    reader = reader_of(reading, rules, zone)
    if is_plain_date(reading, rules) or reading.kind == "stamp":
        return StampMemo(reader, with_time=reading.kind == "stamp")
    return Memo(reader)


def reader_of(reading: Reading, rules: Rules, zone: tzinfo) -> Reader:
    """What turns the text of a cell into the value of a field."""
    if reading.field == "owner_split":
        return split_value
    if reading.kind == "reference":
        return partial(reference_value, empty=rules.empty, salesforce=reading.lengthen)
    read = _valued(reading, rules, zone)
    if read is None:
        known = rules.known_words(reading.field)
        return partial(word_value, known=known, empty=rules.empty, multiple=reading.multiple)
    return unless_empty(read, rules.empty)


def _valued(reading: Reading, rules: Rules, zone: tzinfo) -> Reader | None:
    """What reads a value that is no word; None for one that is."""
    if reading.kind == "date" and not is_plain_date(reading, rules):
        return partial(period_value, reading=reading, zone=zone, counting=rules.counting)
    if reading.field.endswith("currency"):
        return code_value
    by_kind: dict[str, Reader] = {
        "date": partial(day_value, reading=reading, zone=zone),
        "stamp": partial(stamp_value, reading=reading, zone=zone),
        "ratio": partial(ratio_value, reading=reading),
        "score": partial(score_value, reading=reading),
        "decimal": partial(rate_value, reading=reading),
        "duration": partial(duration_value, reading=reading),
        "number": number_value,
        "flag": flag_value,
    }
    return by_kind.get(reading.kind)


def constant_value(name: str, text: str, rules: Rules, zone: tzinfo) -> Cell:
    """The value of a field that is the same in every row."""
    value = read_constant(name, text, rules, zone)
    return None if isinstance(value, Problem) else value


def read_constant(name: str, text: str, rules: Rules, zone: tzinfo) -> Cell | Problem:
    """What a text means as the value of a field, as if it stood in a cell of the file."""
    reading = Reading(name, FIELD_BY_NAME[rules.kind][name].kind, -1, lengthen=rules.ids == "salesforce")
    return reader_of(reading, rules, zone)(text)


def unless_empty(reader: Reader, empty: tuple[str, ...]) -> Reader:
    """A reader for which some texts mean nothing."""
    return lambda text: None if text in empty else reader(text)
