"""Which mark is the decimal one in each number column of a file, and what decides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpidesk.core.errors import UNSAID, ImportQuestion
from kpidesk.core.wording import counted, listed
from kpidesk.importing.numbers import MARK_WORDS, MARKS, Mark, NumberTally
from kpidesk.importing.words import REJECTED, of_columns, proving, shown_at

OTHER: dict[Mark, Mark] = {".": ",", ",": "."}


@dataclass(frozen=True, slots=True)
class MarkVerdict:
    """The decimal mark a column is read with and what decided it; not `decided` when no number needs one."""

    mark: Mark
    evidence: str
    decided: bool = True


def settle_marks(
    tallies: dict[str, NumberTally], said: Mark | None, remembered: Mapping[str, Mark], *, native: bool
) -> tuple[dict[str, MarkVerdict], list[ImportQuestion]]:
    """The decimal mark of each number column by header; what nothing decides becomes one question.

    `said` is the user's answer, `native` True when the numbers come from a workbook. `remembered` holds the marks of
    the file before; they count where no row decides. A column that proves both marks, or another than before while
    some of its numbers can be read both ways, is asked about and decides nothing for the others.
    """
    proven = {header: _proven(tally, said) for header, tally in tallies.items()}
    doubts = {header: _doubt(tally, said, remembered.get(header)) for header, tally in tallies.items()}
    others = {mark for header, mark in proven.items() if mark is not None and not doubts[header]}
    turned = any(mark and remembered.get(header, mark) != mark for header, mark in proven.items())
    verdicts: dict[str, MarkVerdict] = {}
    for header, tally in tallies.items():
        mark, doubt = proven[header], doubts[header]
        if doubt:
            verdicts[header] = MarkVerdict(mark or ".", doubt, decided=False)
        elif mark is not None:
            counts = f"{proving(tally.shown[mark])} {MARK_WORDS[mark]}; {tally.shown[OTHER[mark]]:,} contradict"
            verdicts[header] = MarkVerdict(mark, counts if tally.shown[mark] else "you said so")
        else:
            verdicts[header] = _unproven(tally, said, remembered.get(header), others, turned=turned, native=native)
            doubts[header] = verdicts[header].evidence if _is_open(tally, verdicts[header], native=native) else ""
    asked = {header: doubt for header, doubt in doubts.items() if doubt}
    if not asked:
        return verdicts, []
    columns, evidence = of_columns(asked)
    about = f"Which mark is the decimal one in {columns}?"
    return verdicts, [ImportQuestion(about, MARKS, evidence, "--decimal .|,", answers=(("--decimal", UNSAID),))]


def _proven(tally: NumberTally, said: Mark | None) -> Mark | None:
    """The mark that rows prove; where some of them leave it open or contradict each other, what was said."""
    found = [mark for mark in MARKS if mark in tally.proofs]
    if said is not None and (len(found) == 2 or (found and tally.shown["either"] and not tally.small)):
        return said
    return found[0] if len(found) == 1 else None


def _doubt(tally: NumberTally, said: Mark | None, before: Mark | None) -> str:
    """Why rows that prove a mark do not decide: both are proven, or another one than before by some of them."""
    found = [mark for mark in MARKS if mark in tally.proofs]
    unclear = tally.shown["either"] if not tally.small else 0
    if said is not None or not found:
        return ""
    if len(found) == 1 and (not unclear or before in (None, found[0])):
        return ""
    told = [f"{proving(tally.shown[mark])} {MARK_WORDS[mark]} ({shown_at(*tally.proofs[mark])})" for mark in found]
    if len(found) == 1:
        told.append(f"the import before had {MARK_WORDS[OTHER[found[0]]]}")
    if unclear:
        told.append(f"{counted(unclear, 'row')} such as '{tally.sample}' can be read both ways")
    return f"{listed(told)}; {REJECTED}"


def _unproven(
    tally: NumberTally, said: Mark | None, before: Mark | None, others: set[Mark], *, turned: bool, native: bool
) -> MarkVerdict:
    """What else decides a column in which no row does; `turned`: a column proves another mark than it had before."""
    unclear = tally.shown["either"]
    if unclear and tally.small and said is None:
        single: Mark = "," if "," in tally.sample else "."
        return MarkVerdict(single, f"numbers as small as '{tally.sample}' have {MARK_WORDS[single]}")
    if not unclear:
        return MarkVerdict(said or ".", "whole numbers", decided=said is not None)
    if said is not None:
        return MarkVerdict(said, "you said so")
    if native:
        return MarkVerdict(".", "numbers of the workbook", decided=False)
    if before is not None and not turned:
        return MarkVerdict(before, f"nothing decides here; {MARK_WORDS[before]} as in the import before")
    if len(others) == 1 and before in (None, *others):
        mark = next(iter(others))
        return MarkVerdict(mark, f"nothing decides here; another column proves {MARK_WORDS[mark]}")
    evidence = f"{counted(unclear, 'row')} such as '{tally.sample}' can be read both ways and no row decides"
    return MarkVerdict(".", evidence, decided=False)


def _is_open(tally: NumberTally, verdict: MarkVerdict, *, native: bool) -> bool:
    """Whether only the user can say how the numbers of a column are read."""
    return not verdict.decided and tally.shown["either"] > 0 and not native
