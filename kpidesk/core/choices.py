"""What a question offers to choose from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer a question offers: the value to keep, the words to show, a sentence that explains it.

    `kind` is the kind of a field ("money", "date", "term", "bool", …) or empty.
    """

    value: str
    words: str
    help: str = ""
    kind: str = ""
