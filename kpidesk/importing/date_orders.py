"""Which of day, month and year comes first in each date column of a file, and what decides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpidesk.core.errors import ImportQuestion, UserError
from kpidesk.core.imports import DATE_ORDERS, DateOrder
from kpidesk.core.wording import counted
from kpidesk.importing.dates import ORDER_WORDS, DateTally
from kpidesk.importing.words import proving


@dataclass(frozen=True, slots=True)
class OrderVerdict:
    """The order a date column is read with and what decided it; None when no cell depends on it."""

    order: DateOrder | None
    evidence: str


def settle_orders(
    tallies: dict[str, DateTally], said: DateOrder | None, remembered: Mapping[str, DateOrder]
) -> tuple[dict[str, OrderVerdict], list[ImportQuestion]]:
    """The order of each date column by header; what nothing decides becomes a question.

    `remembered` holds the orders of the file before; they count where no row decides, unless a column now
    proves another order than it had.

    Raises:
        UserError: one column proves two orders, or the opposite of what the user said.
    """
    proven = {header: _proven(header, tally, said) for header, tally in tallies.items()}
    orders = {order for order in proven.values() if order is not None}
    if any(order and remembered.get(header, order) != order for header, order in proven.items()):
        remembered = {}
    verdicts: dict[str, OrderVerdict] = {}
    questions: list[ImportQuestion] = []
    for header, tally in tallies.items():
        order = proven[header]
        if order is not None:
            against = sum(tally.shown[other] for other in DATE_ORDERS if other != order)
            counts = f"{proving(tally.shown[order])} {ORDER_WORDS[order]}; {against:,} contradict"
            verdicts[header] = OrderVerdict(order, counts if tally.shown[order] else "you said so")
        else:
            verdicts[header], asked = _unproven(header, tally, said, remembered.get(header), orders)
            questions.extend(asked)
    return verdicts, questions


def _proven(header: str, tally: DateTally, said: DateOrder | None) -> DateOrder | None:
    found = [order for order in DATE_ORDERS if order in tally.proofs]
    if said is not None:
        if found and said not in found and not (said == "ymd" and tally.year_may_lead):
            line, text = tally.proofs[found[0]]
            raise UserError(
                f"Column '{header}' is not written {ORDER_WORDS[said]}: '{text}' on line {line} proves "
                f"{ORDER_WORDS[found[0]]}.",
                f"Leave --date-order out, or use --date-order {found[0]}.",
            )
        return said if found else None
    if len(found) > 1:
        (one, this), (two, that) = tally.proofs[found[0]], tally.proofs[found[1]]
        raise UserError(
            f"Column '{header}' holds two date orders: '{this}' on line {one} is {ORDER_WORDS[found[0]]}, "
            f"'{that}' on line {two} is {ORDER_WORDS[found[1]]}.",
            "Correct the file, or say which is right with --date-order; the other rows are then rejected.",
        )
    return None if tally.year_may_lead or not found else found[0]


def _unproven(
    header: str, tally: DateTally, said: DateOrder | None, before: DateOrder | None, others: set[DateOrder]
) -> tuple[OrderVerdict, list[ImportQuestion]]:
    unclear = tally.shown["either"] + (sum(tally.shown[order] for order in DATE_ORDERS) if tally.year_may_lead else 0)
    if not unclear:
        return OrderVerdict(None, "every date can be read in one way only" if tally.shown["plain"] else "no dates"), []
    if said is not None:
        return OrderVerdict(said, "you said so"), []
    if before is not None:
        return OrderVerdict(before, f"nothing decides here; {ORDER_WORDS[before]} as in the import before"), []
    if len(others) == 1 and not tally.year_may_lead:
        order = next(iter(others))
        return OrderVerdict(order, f"nothing decides here; another column proves {ORDER_WORDS[order]}"), []
    sample = tally.sample or next((text for _, text in tally.proofs.values()), "")
    evidence = f"{counted(unclear, 'row')} such as '{sample}' can be read in more than one way and no row decides"
    question = ImportQuestion(
        f"In which order are the dates of column '{header}' written?",
        DATE_ORDERS if tally.year_may_lead else DATE_ORDERS[:2],
        evidence,
        "--date-order dmy|mdy|ymd",
    )
    return OrderVerdict(None, evidence), [question]
