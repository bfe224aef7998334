"""What rows prove, in words."""

from __future__ import annotations

from collections.abc import Mapping

from kpidesk.core.wording import counted, listed


def proving(count: int) -> str:
    """So many rows prove something: `1 row proves`, `2,986 rows prove`."""
    return f"{counted(count, 'row')} {'proves' if count == 1 else 'prove'}"


def shown_at(line: int, text: str) -> str:
    """A cell with the line on which it stands: `'25/03/2026' on line 1,204`."""
    return f"'{text}' on line {line:,}"


REJECTED = "rows that contradict your answer are rejected"
"""What is said, once, of a question that some rows answer otherwise than others."""


def of_columns(asked: Mapping[str, str]) -> tuple[str, str]:
    """The columns that one question is about, and what speaks for each answer in each of them; `asked` by header."""
    if len(asked) == 1:
        ((header, evidence),) = asked.items()
        return f"column '{header}'", evidence
    named = [f"'{header}'" for header in asked]
    told = [
        f"{name}: {evidence.removesuffix(f'; {REJECTED}')}"
        for name, evidence in zip(named, asked.values(), strict=True)
    ]
    if any(evidence.endswith(REJECTED) for evidence in asked.values()):
        told.append(f"{REJECTED[:1].upper()}{REJECTED[1:]}")
    return f"columns {listed(named)}", ".\n".join(told)
