"""The return of a sourcing group as text for a terminal and as plain values."""

from __future__ import annotations

from kpidesk.core.formats import format_value
from kpidesk.core.sdr import SdrReturn
from kpidesk.exporting.json_form import Json, day_json, interval_json, number_json
from kpidesk.exporting.text_table import Column, paragraph, paragraphs, receipts_text, sections, table


def sdr_text(found: SdrReturn) -> str:
    """The return, when it breaks even, what it was counted from, and the months."""

    def money(amount: float) -> str:
        return format_value(amount, "money", found.currency)

    return sections((
        paragraph(found.sentence),
        paragraph(found.even_words),
        paragraphs(found.inputs, indent="  "),
        table((
            Column("Month", tuple(one.period.label for one in found.months)),
            Column("Deals", tuple(format_value(one.deals, "count") for one in found.months), right=True),
            Column("Won", tuple(money(one.won) for one in found.months), right=True),
            Column("Cost", tuple(money(one.cost) for one in found.months), right=True),
            Column("Won so far", tuple(money(one.won_so_far) for one in found.months), right=True),
            Column("Cost so far", tuple(money(one.cost_so_far) for one in found.months), right=True),
        )),
        paragraphs(found.notices),
        receipts_text(found.receipts),
    ))  # fmt: skip


def sdr_json(found: SdrReturn) -> Json:
    """The return with its months."""
    return {
        "group": found.group,
        "people": list(found.people),
        "basis": found.basis,
        "as_of": day_json(found.as_of),
        "currency": found.currency,
        "deals": number_json(found.deals),
        "won": number_json(found.won),
        "won_receipt": found.won_receipt,
        "cost": number_json(found.cost),
        "multiple": number_json(found.multiple),
        "multiple_receipt": found.multiple_receipt,
        "interval": interval_json(found.interval),
        "ramp_months": found.ramp_months,
        "rate": number_json(found.rate),
        "even_after": found.even_after,
        "even_on": day_json(found.even_on),
        "projected": found.projected,
        "sentence": found.sentence,
        "even_words": found.even_words,
        "inputs": list(found.inputs),
        "months": [
            {"month": one.period.key, "won": number_json(one.won), "deals": number_json(one.deals),
             "cost": number_json(one.cost)}
            for one in found.months
        ],
        "notices": list(found.notices),
    }  # fmt: skip
