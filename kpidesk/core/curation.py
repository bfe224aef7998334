"""What was decided about the words of the files: who an owner is, what a stage means, who shares a deal.

Decisions stand beside the imported values and never change them, so undoing an import leaves them in place.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kpidesk.core.fields import Outcome


@dataclass(frozen=True, slots=True)
class Curation:
    """Look-ups from the numbers in the columns to what they stand for.

    `terms[id]` is (field, text) of a word from a file; `outcomes[id]` what a stage or status word means;
    `people[alias id]` and `accounts[alias id]` the person and account number (absent: linked to nobody);
    `splits[value id]` the ((alias id, share in millionths), …) of a deal that several people share;
    `account_names[account id]` the name of an account; `teams[name as it is compared]` the number of a team, by every
    name that files call it or that it was given.
    """

    terms: dict[int, tuple[str, str]] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    people: dict[int, int] = field(default_factory=dict)
    accounts: dict[int, int] = field(default_factory=dict)
    splits: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    account_names: dict[int, str] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)
