"""Why a KPI changed, as a paper: the change in words, then each way to split it with its parts and their sum."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kpidesk.core.cause_words import after_verdict, held_words, kind_words, title_of, tried_words
from kpidesk.core.causes import Contribution, LostReason, Split, Why, receipts_of
from kpidesk.core.formats import format_difference, period_text
from kpidesk.core.papers import (
    Paper,
    PaperCell,
    PaperColumn,
    PaperPart,
    PaperRow,
    PaperSection,
    PaperTable,
    PaperWords,
    count_cell,
    money_cell,
    receipt_sections,
    unit_of,
)
from kpidesk.core.wording import capital

PEOPLE = ("rep", "owner")
TOGETHER, WHOLE = "Together", "100%"
OF_WHOLE = "{amount}/SUM({amount:all})"


def why_paper(found: Why) -> Paper:
    """Everything that the page about a change says, to take along."""
    splits = (*found.splits, *((found.bridge,) if found.bridge is not None else ()))
    sections = [PaperSection("In short", _said(found)), *(_section(found, one) for one in splits)]
    if found.lost:
        sections.append(
            PaperSection("Why deals were lost", (_lost(found.lost, found.currency),), aside="as the CRM says")
        )
    sections += receipt_sections(receipts_of(found))
    scope = found.title.removeprefix(f"{found.kpi.name} · ").rpartition(" · ")[0]
    about = f"{scope} · {period_text(found.question.period)}"
    names = tuple(part.label for split in splits if split.field in PEOPLE for part in split.parts)
    return Paper("why", f"{found.kpi.name}: why", about, found.as_of, tuple(sections), found.currency,
                 definitions=found.definitions, names=names)  # fmt: skip


def _said(found: Why) -> tuple[PaperPart, ...]:
    told = (
        held_words(found),
        found.verdict,
        after_verdict(found),
        tried_words(found) if found.is_explained else "",
    )
    remarks = (*found.remarks, *found.notices)
    words = PaperWords(tuple(text for text in told if text))
    return (words, PaperWords(remarks, listed=True)) if remarks else (words,)


def _section(found: Why, split: Split) -> PaperSection:
    words = (PaperWords((split.words,)),) if split.words else ()
    return PaperSection(title_of(split), (*words, _parts(found, split)), aside=kind_words(found, split))


def _parts(found: Why, split: Split) -> PaperTable:
    """The parts with their sum; the two halves of a rate and what each part was and is where they are known."""
    has_halves = any(one.rate_text for one in split.parts)
    sides, unit = _sides(found, split), unit_of(split.unit)
    columns = [
        PaperColumn("part", capital(split.label), share=1.4),
        PaperColumn("amount", found.difference or "Part of it", unit, share=1.6, bar=found.kpi.direction != "lower"),
        PaperColumn("share", "Share", "percent"),
    ]
    columns += [PaperColumn("results", "Results", unit), PaperColumn("mix", "Mix", unit)] if has_halves else []
    columns += [PaperColumn(key, title, share=1.2) for key, title, _ in sides]
    shown = [attribute for _, _, attribute in sides]
    rows = [_row(one, shown, has_halves=has_halves) for one in split.parts]
    total = _sum(split, found.currency, has_halves=has_halves, sides=len(sides))
    return PaperTable(tuple(columns), (*rows, total))


def _sides(found: Why, split: Split) -> list[tuple[str, str, str]]:
    """Key, title and attribute of what the parts were (or were due) and are, as far as that is known.

    Of two scopes they stand in the order in which one is taken from the other.
    """
    was, now = found.sides
    both = (("due" if split.kind == "gap" else "before", was, "before_text"), ("now", now, "now_text"))
    return [side for side in (both[::-1] if found.names else both) if any(getattr(one, side[2]) for one in split.parts)]


def _row(part: Contribution, shown: Sequence[str], *, has_halves: bool) -> PaperRow:
    halves = (PaperCell(part.rate_text, part.rate), PaperCell(part.mix_text, part.mix)) if has_halves else ()
    sides = (PaperCell(getattr(part, attribute).removeprefix("due ")) for attribute in shown)
    amount = PaperCell(part.text, part.amount, "{results}+{mix}" if has_halves else "")
    return PaperRow((PaperCell(part.label), amount, PaperCell(part.share_text, part.share, OF_WHOLE), *halves, *sides))


def _sum(split: Split, currency: str, *, has_halves: bool, sides: int) -> PaperRow:
    share = PaperCell(WHOLE, 1.0, "SUM({share:all})") if split.total else PaperCell("")
    cells = [PaperCell(TOGETHER), PaperCell(split.total_text, split.total, "SUM({amount:all})"), share]
    for key, values in (("results", (one.rate for one in split.parts)), ("mix", (one.mix for one in split.parts))):
        if has_halves:
            value = math.fsum(one or 0.0 for one in values)
            cells.append(PaperCell(format_difference(value, split.unit, currency), value, f"SUM({{{key}:all}})"))
    return PaperRow((*cells, *(PaperCell("") for _ in range(sides))), strong=True)


def _lost(reasons: Sequence[LostReason], currency: str) -> PaperTable:
    columns = (PaperColumn("reason", "Lost because of", share=1.4), PaperColumn("deals", "Deals", "count", bar=True),
               PaperColumn("worth", "Amount", "money"))  # fmt: skip
    rows = tuple(
        PaperRow((PaperCell(one.label), count_cell(one.count), money_cell(one.amount, currency))) for one in reasons
    )
    return PaperTable(columns, rows)
