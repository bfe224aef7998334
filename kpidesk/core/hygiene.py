"""What is wrong or missing in the deals of the CRM: the rules, the fix list, and the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kpidesk.core.errors import Issue
from kpidesk.core.fields import KIND_OF_RECORD, Kind
from kpidesk.core.formats import whole_percent
from kpidesk.core.people import Scope
from kpidesk.core.wording import counted

RuleId = Literal[
    "no_amount", "no_owner", "no_close_date", "past_close", "stale", "no_next_step", "won_without_amount",
    "lost_without_reason", "closed_before_created", "dated_ahead", "placeholder", "duplicate", "won_twice",
]  # fmt: skip
QUIET_DAYS = 30
RECENT_DAYS = 365
TWICE_DAYS = 30
PLACEHOLDERS = frozenset(
    ("-", "--", ".", "?", "n/a", "na", "none", "null", "nil", "select", "please select", "tbd", "tba", "test", "todo",
     "unknown", "undefined", "xxx", "000", "-none-", "--none--", "not set", "(blank)")
)  # fmt: skip
"""Words that fill a field without saying anything, compared in lower case."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to look for. `about` says which deals it can be true of, `fix` what to do in the CRM."""

    id: RuleId
    name: str
    about: Literal["open", "won", "lost", "closed", "all"]
    means: str
    fix: str


RULES: tuple[Rule, ...] = (
    Rule("past_close", "Close date has passed", "open", "The deal is open and its close date lies before the data.",
         "Ask when it will really close, or mark it lost."),
    Rule("no_close_date", "No close date", "open", "The deal is open and has no close date.", "Agree on a date."),
    Rule("no_amount", "No amount", "open", "The deal is open and has no amount, or one of zero.",
         "Enter the best estimate; a deal without one is not in any pipeline value."),
    Rule("no_owner", "No owner", "all", "Nobody known to the workspace owns the deal, so nobody is credited.",
         "Give it an owner, or bring in the person with the team list."),
    Rule("stale", "No activity for 30 days", "open",
         f"No activity that took place for {QUIET_DAYS} days, and the deal is older than that; where no file tells of "
         "any, no change of stage for the stall limit.",
         "Make contact, or mark it lost."),
    Rule("no_next_step", "No next step", "open",
         "The deal is open and nothing is planned for it: it has no next step, or the day of that is past.",
         "Put the next step in the diary."),
    Rule("won_without_amount", "Won without an amount", "won", "The deal is won and adds nothing to bookings.",
         "Enter what was signed."),
    Rule("lost_without_reason", "Lost without a reason", "lost", "The deal is lost and nobody wrote down why.",
         "Ask, and pick a reason."),
    Rule("closed_before_created", "Closed before it was created", "closed",
         "Its closing day lies before its creation: it took no time that could be known.",
         "Correct one of the two dates."),
    Rule("dated_ahead", "Dated in the future", "all",
         "It was created, or is won or lost, on a day after the data.", "Correct the date."),
    Rule("placeholder", "A field holds a placeholder", "all",
         "A field, or the name of the deal, says 'Select', 'n/a', 'test' or the like, which is no answer.",
         "Pick a real value or empty it."),
    Rule("duplicate", "Looks like a duplicate", "open",
         "Another open deal of the same account has the same name and amount, or name and week of creation, or the "
         "same amount and close date.",
         "Make them one, close one in the CRM, or say that they are two."),
    Rule("won_twice", "May be won once, not twice", "won",
         f"Another deal of the same account and name, and of the same amount or week of creation, was won within "
         f"{TWICE_DAYS} days.",
         "Make them one where one was signed; say that they are two where both were."),
)  # fmt: skip
RULE_BY_ID: Mapping[RuleId, Rule] = {one.id: one for one in RULES}


@dataclass(frozen=True, slots=True)
class Finding:
    """One deal with what is wrong with it. `amount` is as shown; the raw number is `amount_value` in major units of
    `currency`.

    `person_id` is the owner's, 0 when nobody owns it.
    """

    deal_id: int
    key: str
    name: str
    account: str
    owner: str
    stage: str
    amount: str
    amount_value: float | None
    close_date: str
    rules: tuple[RuleId, ...]
    detail: tuple[str, ...]
    file: str
    line: int
    person_id: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many deals a rule found, of how many it could be true of; `skipped` says why it was not looked for.

    `receipt` is the code by which the number of deals is proven again, empty where it was not looked for.
    """

    rule: Rule
    deals: int
    of: int
    skipped: str = ""
    receipt: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class RepScore:
    """The deals of one rep: how many were looked at, and how many have nothing wrong with them.

    `receipt` is the code of the KPI that says the same of the rep; empty where it does not, as where deals are shared.
    """

    name: str
    person_id: int
    deals: int
    clean: int
    receipt: str = field(default="", compare=False)

    @property
    def score(self) -> float | None:
        """The share of clean deals, None without deals."""
        return self.clean / self.deals if self.deals else None


@dataclass(frozen=True, slots=True)
class Refused:
    """The rows of one import that did not come in and that no later file has brought; `first` is the first of them.

    `kind` is what the file holds, `key` the id of the first row, empty where it has none.
    """

    import_id: int
    kind: Kind
    file: str
    day: date
    rows: int
    first: Issue
    key: str = ""

    @property
    def words(self) -> str:
        """How many rows of which file did not come in, and what is wrong with the first."""
        one, is_one = self.first, self.rows == 1
        which = f"{'line' if is_one else 'the first on line'} {one.line:,}"
        whose = f" ({KIND_OF_RECORD[self.kind].one} {self.key})" if self.key else ""
        cell = f", {one.column} '{one.value}'" if one.column and one.value else ""
        left = f"did not come in and {'is' if is_one else 'are'} in no count here"
        return f"{counted(self.rows, 'row')} of {self.file} {left}: {which}{whose}{cell}. {one.problem}"


@dataclass(frozen=True, slots=True)
class Hygiene:
    """The state of the CRM data of a scope: open deals, and those closed in the year before the newest data.

    `refused` are the rows of files that did not come in, whosever they are: they are in no count here.
    `receipt` is the code of the score, of the KPI of deals in order; empty where the workspace has none that says it.
    """

    scope: Scope
    as_of: date | None
    deals: int
    clean: int
    rules: tuple[RuleCount, ...]
    reps: tuple[RepScore, ...]
    findings: tuple[Finding, ...]
    title: str
    currency: str
    receipt: str = field(default="", compare=False)
    refused: tuple[Refused, ...] = ()

    @property
    def score(self) -> float | None:
        """The share of deals with nothing wrong, None without deals."""
        return self.clean / self.deals if self.deals else None

    @property
    def sentence(self) -> str:
        """The score in words."""
        if not self.deals:
            return "There are no deals to look at."
        if self.clean == self.deals:
            return f"All {self.deals:,} deals are in order." if self.deals > 1 else "The only deal is in order."
        worst = max(self.rules, key=lambda one: one.deals)
        return (
            f"{self.clean:,} of {self.deals:,} deals ({whole_percent(self.clean / self.deals)}%) are in order. "
            f"The most frequent problem: {worst.rule.name.lower()} ({worst.deals:,})."
        )
