"""Exchange rates: which currencies the data are in, which rates are known, and one typed by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import takewhile

from kpidesk import engine, store
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text, span_text
from kpidesk.core.progress import finish
from kpidesk.core.rate_words import from_text, rate_words, worth
from kpidesk.core.rates import CurrencyInUse, Rate, decimal, open_from, parse_rate, rate_table, unsaid_moves
from kpidesk.core.records import Cell, ParsedRows, RawRows
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.workspace import Workspace, all_or_none, settings

TYPED = "typed"
"""The source of the rates that are typed instead of imported."""


def rates(ws: Workspace) -> tuple[Rate, ...]:
    """Every rate that was imported or typed, by currency and day."""
    return ws.remember("rates", lambda: store.load_rates(ws.db))


def currencies(ws: Workspace) -> tuple[CurrencyInUse, ...]:
    """The other currencies of the data and of the rates: those that lack a rate first, then the most frequent."""
    return ws.remember("currencies", lambda: _currencies(ws))


def _currencies(ws: Workspace) -> tuple[CurrencyInUse, ...]:
    counts, lacking = store.currency_counts(ws.db), engine.unrated_days(evaluator(ws).facts)
    known = sorted(rates(ws), key=lambda one: (one.valid_from, one.known_from))
    newest = {code: steps[-1].rate for code, steps in rate_table(known).steps.items()}
    newest |= {one.currency: one for one in known if not one.into}
    found = (
        CurrencyInUse(code, counts.get(code, 0), newest.get(code), lacking.get(code))
        for code in {*counts, *newest}
    )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (not one.lacks_rate, -one.rows, one.currency)))


def add_rate(
    ws: Workspace, currency: str, rate: str, day: date | None = None, *, into: str = "", restate: bool = False
) -> Rate:
    """Set what one unit of a currency is in another (empty: the workspace's) from a day on, known from today.

    Without a day: the first one that an amount in the currency lacks a rate on, else today. `restate`: amounts of
    months whose books are closed change with it too.

    Raises:
        UserError: no such currency, twice the same one, no possible rate, or one with which amounts of closed months
            would change that had a rate; one that follows in a list that is being typed may end the one before it.
    """
    own = settings(ws).currency.upper()
    code, other = _code(currency), _code(into) if into.strip() else own
    if code == other:
        what = f"A rate of {code} to itself is always 1." if into else f"{own} is the currency of this workspace."
        raise UserError(what, f"Set the rate of another currency to {code if into else 'it'}.")
    amount = parse_rate(rate)
    start = day or next((one.missing_on for one in currencies(ws) if one.currency == code), None) or ws.today
    new = Rate(code, start, amount, ws.today, restate, "" if other == own else other)
    before, listed = rates(ws), _listed(ws)
    with all_or_none(ws):
        finish(store.run_import(ws.db, _header(new, own), [_row(new, own)], _parse))
        refuse_unsaid(ws, before, "--restate or “Also for closed months”", listed)
    return new


def _listed(ws: Workspace) -> tuple[Rate, ...]:
    """The rates that were typed today one after the other, with nothing imported since."""
    own, newest = settings(ws).currency, reversed(store.import_history(ws.db))
    typed = {one.file for one in takewhile(lambda one: (one.kind, one.source) == ("rates", TYPED), newest)}
    return tuple(one for one in rates(ws) if one.known_from == ws.today and rate_words(one, own) in typed)


@contextmanager
def tried(ws: Workspace) -> Iterator[None]:
    """Let what is written count meanwhile, to see what it would change; nothing of it lasts.

    Raises:
        UserError: the workspace cannot be written.
    """
    memory, version = ws.memory, ws.version
    ws.memory, ws.version = {}, -1  # the numbers of the versions that will be gone are given again
    try:
        with ws.db.together(keep=False):
            yield
    finally:
        ws.memory, ws.version = memory, version


def refuse_unsaid(ws: Workspace, before: Collection[Rate], how: str, listed: Collection[Rate] = ()) -> None:
    """Refuse rates with which amounts of closed months would change that had one before; `how` says that they may.

    Raises:
        UserError: naming the rate, the days and the ways out.
    """
    moves = unsaid_moves(before, store.load_rates(ws.db), listed)
    if not moves:
        return
    rate, own = moves[0].now, settings(ws).currency
    of = [one for one in moves if one.now.currency == rate.currency]
    raise UserError(
        f"{rate.currency} has an exchange rate already for {span_text(of[0].first, of[-1].last)}: with "
        f"{worth(rate, own)} from {from_text(rate)} instead, amounts of then would change, though their books are "
        "closed.",
        f"Set it from {day_text(open_from(rate.known_from))} on, undo the import of the other one, or say that it "
        f"counts there too with {how}.",
    )


def _code(text: str) -> str:
    code = text.strip().upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise UserError(f"'{text}' is no currency code.", "Use three letters such as EUR.")
    from kpidesk.importing.currencies import known_currencies  # reading files is not needed to ask for a rate

    if code not in known_currencies():
        raise UserError(f"There is no currency '{code}'.", "Use a code of ISO 4217 such as EUR, GBP or JPY.")
    return code


def _row(rate: Rate, own: str) -> RawRows:
    cells = [rate.currency, rate.valid_from.isoformat(), f"{decimal(rate.rate):f}", rate.into or own]
    return RawRows([1], [[*cells, "1" if rate.restates else ""]])


def _parse(rows: RawRows) -> ParsedRows:
    currency, day, rate, own, restates = rows.rows[0]
    values = {"currency": currency, "valid_from": day, "rate": rate, "to_currency": own}
    columns: dict[str, list[Cell]] = {name: [text] for name, text in values.items()}
    columns["restates"] = [1 if restates else None]
    return ParsedRows([0], [f"{currency} {day} {own}"], columns, [None])


def _header(rate: Rate, own: str) -> store.ImportHeader:
    words = rate_words(rate, own)
    return store.ImportHeader(
        kind="rates",
        source=TYPED,
        data_date=rate.known_from,
        complete=False,
        file_name=words,
        sha256=hashlib.sha256(f"{words} {rate.restates}".encode()).hexdigest(),
        recipe=TYPED,
        dialect="",
        total_rows=1,
    )
