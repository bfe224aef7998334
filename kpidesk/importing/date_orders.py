"""Which of day, month and year comes first in each date column of a file, and what decides it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType

from kpidesk.core.errors import UNSAID, ImportQuestion, UserError
from kpidesk.core.imports import DATE_ORDERS, DateOrder
from kpidesk.core.texts import folded
from kpidesk.core.wording import counted, listed
from kpidesk.importing.dates import ORDER_WORDS, DateTally
from kpidesk.importing.words import REJECTED, of_columns, proving, shown_at

NONE_SAID: Mapping[str, DateOrder] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class OrderVerdict:
    """The order a date column is read with and what decided it; None when no cell depends on it."""

    order: DateOrder | None
    evidence: str


def settle_orders(
    tallies: dict[str, DateTally],
    said: DateOrder | None,
    remembered: Mapping[str, DateOrder],
    by_column: Mapping[str, DateOrder] = NONE_SAID,
) -> tuple[dict[str, OrderVerdict], list[ImportQuestion]]:
    """The order of each date column by header; what nothing decides becomes a question for all of the same choices.

    Each column has the order that its own rows prove. The user's answer counts where they prove none or contradict each
    other: the one of `by_column` for its folded header, else `said`, which is for all. `remembered` holds the orders of
    the file before, which count where no row decides. A column that proves two orders, or another than before while
    some of its days can be read both ways, is asked about and decides nothing for the others.

    Raises:
        UserError: the user's answer for a column is disproved by it, or the one for all by a column and of use to none.
    """
    own = {header: order for header in tallies if (order := by_column.get(folded(header))) is not None}
    choices = {header: _possible(tally, remembered.get(header)) for header, tally in tallies.items()}
    _refuse_useless(tallies, choices, own, said)
    answers = {header: said if said in choices[header] else None for header in tallies} | own
    proven = {header: _proven(tally, answers[header], remembered.get(header)) for header, tally in tallies.items()}
    doubtful = {
        header for header, one in tallies.items() if not answers[header] and _contradicts(one, remembered.get(header))
    }
    others = {header: order for header, order in proven.items() if order is not None and header not in doubtful}
    turned = any(order and remembered.get(header, order) != order for header, order in proven.items())
    verdicts = {}
    for header, tally in tallies.items():
        before, order = remembered.get(header), others.get(header)
        if header in doubtful:
            verdicts[header] = OrderVerdict(None, _doubt(tally, before))
        elif order is not None:
            verdicts[header] = OrderVerdict(order, _counts(tally, order))
        else:
            verdicts[header] = _unproven(tally, answers[header], before, others, turned=turned)
    asked = {header: one.evidence for header, one in verdicts.items() if one.order is None and _unread(tallies[header])}
    return verdicts, list(_questions(asked, choices))


def _questions(asked: Mapping[str, str], choices: Mapping[str, Set[DateOrder]]) -> Iterator[ImportQuestion]:
    """One question for all columns that may be answered alike, so that an answer is possible for each of them."""
    alike: dict[tuple[DateOrder, ...], dict[str, str]] = {}
    for header, evidence in asked.items():
        possible = tuple(order for order in DATE_ORDERS if order in choices[header])
        alike.setdefault(possible, {})[header] = evidence
    for possible, columns in alike.items():
        named, evidence = of_columns(columns)
        orders, one = "|".join(possible if len(alike) > 1 else DATE_ORDERS), next(iter(columns))
        option = f"--date-order {orders}" if len(alike) == 1 else f'--date-order "{one}={orders}"'
        more = f', or --date-order "{one}={possible[0]}" for one of them' if len(asked) > 1 and len(alike) == 1 else ""
        about = f"In which order are the dates of {named} written?"
        answer = UNSAID if len(alike) == 1 else f"{one}={UNSAID}"
        answers = (("--date-order", answer),) if len(columns) == 1 or len(alike) == 1 else ()
        yield ImportQuestion(about, possible, evidence, option + more, tuple(columns), answers)


def _possible(tally: DateTally, before: DateOrder | None) -> set[DateOrder]:
    """The orders that may be answered for a column: any where no row proves one, else what is proven or was before."""
    orders: set[DateOrder] = set(_found(tally) or DATE_ORDERS[:2])
    if before is not None and _contradicts(tally, before):
        orders.add(before)
    return orders | {"ymd"} if tally.year_may_lead else orders


def _found(tally: DateTally) -> list[DateOrder]:
    return [order for order in DATE_ORDERS if order in tally.proofs]


def _contradicts(tally: DateTally, before: DateOrder | None) -> bool:
    """Whether rows prove two orders, or another one than before while others of them can be read both ways."""
    found = _found(tally)
    if len(found) == 1 and not tally.year_may_lead:
        return tally.shown["either"] > 0 and before not in (None, found[0])
    return len(found) > 1


def _proven(tally: DateTally, said: DateOrder | None, before: DateOrder | None) -> DateOrder | None:
    """The order that rows prove; where they contradict each other, or the year may lead, what was said."""
    found = _found(tally)
    if said is not None and found and (tally.year_may_lead or _contradicts(tally, before)):
        return said
    return found[0] if len(found) == 1 and not tally.year_may_lead else None


def _refuse_disproved(tallies: dict[str, DateTally], said: DateOrder) -> None:
    """Refuse an answer that is of use to no column, where the rows of one disprove it."""
    for header, tally in tallies.items():
        for order in _found(tally)[:1]:
            line, text = tally.proofs[order]
            raise UserError(
                f"Column '{header}' is not written {ORDER_WORDS[said]}: '{text}' on line {line} proves "
                f"{ORDER_WORDS[order]}.",
                f"Leave --date-order out, or use --date-order {order}.",
            )


def _counts(tally: DateTally, order: DateOrder) -> str:
    """How many rows prove the order of a column and how many another."""
    against = sum(tally.shown[other] for other in DATE_ORDERS if other != order)
    if not tally.shown[order]:
        return f"you said so; {against:,} contradict"
    return f"{proving(tally.shown[order])} {ORDER_WORDS[order]}; {against:,} contradict"


def _doubt(tally: DateTally, before: DateOrder | None) -> str:
    """Why rows that prove an order do not decide: two are proven, or another one than before by some of them."""
    found, unclear = _found(tally), tally.shown["either"]
    told = [f"{proving(tally.shown[order])} {ORDER_WORDS[order]} ({shown_at(*tally.proofs[order])})" for order in found]
    if before is not None and before not in found:
        told.append(f"the import before had {ORDER_WORDS[before]}")
    if unclear:
        told.append(f"{counted(unclear, 'row')} such as '{tally.sample}' can be read both ways")
    return f"{listed(told)}; {REJECTED}"


def _unread(tally: DateTally) -> int:
    """How many rows are read as the order of their column says."""
    return tally.shown["either"] + sum(tally.shown[order] for order in DATE_ORDERS)


def _unclear(tally: DateTally) -> int:
    """How many rows can be read in more than one way."""
    return tally.shown["either"] + (sum(tally.shown[order] for order in DATE_ORDERS) if tally.year_may_lead else 0)


def _refuse_useless(
    tallies: Mapping[str, DateTally],
    choices: Mapping[str, Set[DateOrder]],
    own: Mapping[str, DateOrder],
    said: DateOrder | None,
) -> None:
    """Refuse an answer for a column that its rows disprove, and one for all that no column has a use for."""
    for header, order in own.items():
        if order not in choices[header]:
            _refuse_disproved({header: tallies[header]}, order)
    open_to_all = [header for header in tallies if header not in own]
    if said is not None and not any(said in choices[header] and _unread(tallies[header]) for header in open_to_all):
        _refuse_disproved({header: tallies[header] for header in open_to_all}, said)


def _unproven(
    tally: DateTally,
    said: DateOrder | None,
    before: DateOrder | None,
    others: Mapping[str, DateOrder],
    *,
    turned: bool,
) -> OrderVerdict:
    """What else decides a column in which no row does; `turned`: a column proves another order than it had before."""
    unclear = _unclear(tally)
    if not unclear:
        return OrderVerdict(None, "every date can be read in one way only" if tally.shown["plain"] else "no dates")
    if said is not None:
        return OrderVerdict(said, "you said so")
    if before is not None and not turned:
        return OrderVerdict(before, f"nothing decides here; {ORDER_WORDS[before]} as in the import before")
    orders = sorted(set(others.values()), key=DATE_ORDERS.index)
    if len(orders) == 1 and before in (None, *orders) and not tally.year_may_lead:
        return OrderVerdict(orders[0], f"nothing decides here; another column proves {ORDER_WORDS[orders[0]]}")
    sample = tally.sample or next((text for _, text in tally.proofs.values()), "")
    told = [f"{counted(unclear, 'row')} such as '{sample}' can be read in more than one way and no row decides"]
    first = {order: next(header for header in others if others[header] == order) for order in orders}
    told += [f"column '{header}' proves {ORDER_WORDS[order]}" for order, header in first.items()]
    told += [f"the import before had {ORDER_WORDS[before]}"] if before is not None else []
    return OrderVerdict(None, "; ".join(told))
