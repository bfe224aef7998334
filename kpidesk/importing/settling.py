"""What all rows together decide about a file: date orders, decimal marks, currency, outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from kpidesk.core.errors import ImportQuestion
from kpidesk.core.fields import Outcome
from kpidesk.core.imports import DateOrder, ImportOptions
from kpidesk.core.settings import Settings
from kpidesk.core.texts import folded
from kpidesk.importing.currencies import CurrencyVerdict, settle_currency
from kpidesk.importing.date_orders import OrderVerdict, settle_orders
from kpidesk.importing.decimal_marks import MarkVerdict, settle_marks
from kpidesk.importing.dialects import Dialect
from kpidesk.importing.evidence import ENTERED_AT, Evidence
from kpidesk.importing.headers import unreadable
from kpidesk.importing.numbers import LONGEST_WEEK, is_blank
from kpidesk.importing.outcomes import Meanings, Sources, settle_outcomes
from kpidesk.importing.profiles import Profile
from kpidesk.importing.recognising import Recognised
from kpidesk.importing.rules import Reading, Rules

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Settled:
    """Everything the rows decided."""

    rules: Rules
    orders: dict[str, OrderVerdict]
    marks: dict[str, MarkVerdict]
    meanings: Meanings
    questions: tuple[ImportQuestion, ...]
    money: CurrencyVerdict


@dataclass(frozen=True, slots=True)
class _Written:
    """How the cells of the columns are written, by header; `headers` are those of the fields, by name.

    `native`: days are numbers of a workbook. `questions` are about what the cells leave open.
    """

    headers: Mapping[str, str]
    orders: dict[str, OrderVerdict]
    marks: dict[str, MarkVerdict]
    native: bool
    questions: tuple[ImportQuestion, ...]


def settle(
    evidence: Evidence,
    recognised: Recognised,
    options: ImportOptions,
    settings: Settings,
    known: Mapping[tuple[str, str], Outcome],
    profile: Profile,
    *,
    native: bool,
) -> Settled:
    """Everything the rows decide, in the terms of the headers a person sees.

    Raises:
        UserError: the rows contradict each other or the user, or a column of dates or amounts cannot be read.
    """
    rules = evidence.rules
    _refuse_unreadable(evidence)
    written = _written(evidence, options, profile, native=native)
    money = settle_currency(evidence, options, settings)
    meanings = _meanings(evidence, recognised, options, known)
    wide = rules.wide
    if wide is not None:
        wide = replace(wide, order=written.orders[written.headers[ENTERED_AT]].order, serials=native)
    final = replace(
        rules,
        readings=tuple(_settled_reading(one, evidence, written, recognised.dialect) for one in rules.readings),
        currency=money.default,
        currency_from=money.origin,
        ignored=meanings.ignored,
        ids=rules.ids or _ids_shown(evidence),
        wide=wide,
    )
    questions = (*recognised.questions, *written.questions, *meanings.questions)
    return Settled(final, written.orders, written.marks, meanings, questions, money)


def _written(evidence: Evidence, options: ImportOptions, profile: Profile, *, native: bool) -> _Written:
    rules = evidence.rules
    headers = {reading.field: rules.headers[reading.column] for reading in rules.readings}
    if rules.wide is not None:
        headers[ENTERED_AT] = rules.headers[rules.wide.stages[0][0]]
    orders, asked_orders = settle_orders(
        _by_header(headers, evidence.dates),
        options.date_order,
        _by_header(headers, profile.orders),
        {folded(header): order for header, order in options.date_orders.items()},
    )
    marks, asked_marks = settle_marks(
        _by_header(headers, evidence.numbers),
        options.decimal or None,
        _by_header(headers, profile.marks),
        native=native,
    )
    return _Written(headers, orders, marks, native, (*asked_orders, *asked_marks))


def _refuse_unreadable(evidence: Evidence) -> None:
    """Refuse a file in which a column of dates or amounts holds nothing that could be read as one."""
    for reading in evidence.rules.readings:
        tally = evidence.dates.get(reading.field) or evidence.numbers.get(reading.field)
        if tally is None or not tally.shown["bad"]:
            continue
        if tally.shown.total() == tally.shown["bad"] + tally.shown["blank"]:
            cells = (cell for cell in evidence.samples[reading.column] if not is_blank(cell))
            header = evidence.rules.headers[reading.column]
            raise unreadable(reading.field, reading.kind, header, next(cells, ""))


def _ids_shown(evidence: Evidence) -> str:
    """The kind of ids that most rows show: one that is written in two lengths, or any other."""
    reading = evidence.rules.reading("id")
    most = reading is not None and evidence.salesforce_ids * 2 > evidence.filled[reading.column]
    return "salesforce" if most else ""


def _by_header(headers: Mapping[str, str], by_field: Mapping[str, Value]) -> dict[str, Value]:
    return {headers[name]: value for name, value in by_field.items() if name in headers}


def _meanings(
    evidence: Evidence, recognised: Recognised, options: ImportOptions, known: Mapping[tuple[str, str], Outcome]
) -> Meanings:
    rules = evidence.rules
    making = rules.making("status") if rules.kind == "deals" else None
    made = making.columns if making is not None else ()
    return settle_outcomes(
        evidence.stages,
        {
            "status": rules.kind == "deals" and rules.is_given("status"),
            "stage": rules.kind == "deals" and rules.is_given("stage"),
        },
        Sources(options.stages, known, recognised.dialect, recognised.generic),
        has_close_date=rules.reading("close_date") is not None or rules.reading("closed_at") is not None,
        is_expected=rules.reading("close_date") is not None,
        made_from=" and ".join(f"'{rules.headers[column]}'" for column in made),
    )


def _settled_reading(reading: Reading, evidence: Evidence, written: _Written, dialect: Dialect) -> Reading:
    header, marks = written.headers[reading.field], written.marks
    if reading.kind in ("date", "stamp"):
        return replace(reading, order=written.orders[header].order, serials=written.native)
    if reading.kind == "ratio":
        return replace(reading, mark=marks[header].mark, percent=_percent(evidence, reading, dialect))
    if reading.kind == "reference":
        return replace(reading, lengthen=evidence.rules.ids == "salesforce" or evidence.references[reading.field] > 0)
    return replace(reading, mark=marks[header].mark) if header in marks else reading


def _percent(evidence: Evidence, reading: Reading, dialect: Dialect) -> bool:
    """Whether shares are written 0…100: a larger number than 1 proves it, else the header or the dialect says so.

    Shares of full time may as well be hours: they are percent by the header or by a number that no week has hours.
    """
    tally, is_headed = evidence.numbers[reading.field], "%" in evidence.rules.headers[reading.column]
    if reading.field == "fte":
        return not tally.fraction and (is_headed or tally.largest > LONGEST_WEEK)
    return tally.largest > 1 or dialect.probability == "percent" or is_headed


def orders_written(evidence: Evidence) -> set[tuple[DateOrder, str]]:
    """The orders that the date columns prove, with the sign between the numbers."""
    proofs = [(order, tally.proofs[order][1]) for tally in evidence.dates.values() for order in tally.proofs]
    return {(order, sign) for order, text in proofs for sign in "-/." if sign in text}
