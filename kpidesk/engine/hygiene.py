"""Which deals break which rule of data hygiene, as of the newest data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kpidesk.core.fields import DEAL_FIELDS
from kpidesk.core.hygiene import PLACEHOLDERS, QUIET_DAYS, RECENT_DAYS, TWICE_DAYS, RuleId
from kpidesk.core.people import Scope
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.days import NO_DAY
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import LOST, NO_AMOUNT, OPEN, WON, column
from kpidesk.engine.standing import deals_held_by
from kpidesk.engine.touches import last_touch
from kpidesk.engine.values import Ints, Mask

NEEDS: Mapping[RuleId, tuple[str, ...]] = {
    "past_close": ("close_date",),
    "no_close_date": ("close_date",),
    "no_amount": ("amount",),
    "no_next_step": ("next_activity_at",),
    "won_without_amount": ("amount",),
    "lost_without_reason": ("loss_reason",),
    "closed_before_created": ("created_at",),
    "duplicate": ("account",),
    "won_twice": ("account",),
}
"""The fields without which a rule would find every deal guilty or none."""
WORD_FIELDS = tuple(one.name for one in DEAL_FIELDS if one.kind == "term" and one.name not in ("currency", "team"))


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """The deals that were looked at and what each rule found.

    Arrays by checked deal: `deal` (row among the facts), `value`, `owner` (person row, 0 nobody), `touched` (the
    day of the last activity that took place, NO_DAY unknown); `found[rule]` is true where the rule is broken,
    `of[rule]` where it can be. `unknown[rule]` names the field that no file gives. `twins` numbers the groups of open
    deals of one account that agree in amount and close date, -1 for none. `amount` is in minor units (NO_AMOUNT
    unknown), `created` and `closes` are days, the latter when it was decided, else when it is due (NO_DAY unknown).
    """

    deal: Ints
    value: Ints
    owner: Ints
    touched: Ints
    found: Mapping[RuleId, Mask]
    of: Mapping[RuleId, Mask]
    unknown: Mapping[RuleId, str]
    twins: Ints
    amount: Ints
    created: Ints
    closes: Ints

    @property
    def broken(self) -> Mask:
        """Which deals break any rule."""
        return np.any(list(self.found.values()), axis=0) if len(self.deal) else np.zeros(0, dtype=np.bool_)


def check_hygiene(
    facts: Facts, scope: Scope, unassigned: UnassignedLevel = "rep", *, has_steps: bool = False
) -> Checked:
    """Look through the deals of a scope: the open ones, and those closed in the year before the newest data.

    Whose a deal is, is read from its newest version and the teams of the day of the newest data. `has_steps`: next
    steps are written down, so that deals without one are looked for though no file tells a day of it.
    """
    versions, today = facts.versions, facts.newest_data
    outcome, closed = versions.outcome[versions.newest], versions.closed[versions.newest]
    is_recent = (closed != NO_DAY) & (closed > today - RECENT_DAYS)
    wanted = (facts.missing > today) & ((outcome == OPEN) | is_recent)
    deal = np.flatnonzero(wanted & _inside(facts, scope, unassigned))
    value = versions.value[versions.newest[deal]]
    looked = _Look(facts, deal, value)
    twins = looked.twins()
    found, of, unknown = {}, {}, {}
    for rule, (may, broken) in looked.rules(twins).items():
        missing = next((name for name in NEEDS.get(rule, ()) if not facts.gives(name)), "")
        if rule == "no_next_step" and has_steps:
            missing = ""
        if missing:
            unknown[rule] = missing
        of[rule] = may & (not missing)
        found[rule] = broken & of[rule]
    closes = np.where(looked.closed != NO_DAY, looked.closed, looked.due)
    return Checked(
        deal, value, facts.owner[value], looked.last, found, of, unknown, twins, looked.amount, looked.created, closes
    )


def _inside(facts: Facts, scope: Scope, unassigned: UnassignedLevel) -> Mask:
    """Which deals someone of the scope owns or shares."""
    if scope.kind == "org":
        return np.ones(len(facts.ids), dtype=np.bool_)
    crew = facts.crew
    at, people = crew.row_of(scope, unassigned), np.arange(len(crew.people) + 1)
    if at >= crew.first_rep:
        return deals_held_by(facts, people == at - crew.first_rep)
    return deals_held_by(facts, crew.holding[crew.team_on(people, facts.newest_data), at - 1] > 0)


class _Look:
    """The columns that the rules share; a class because each is read once."""

    def __init__(self, facts: Facts, deal: Ints, value: Ints) -> None:
        self.facts, self.deal, self.value = facts, deal, value
        newest = facts.versions.newest[deal]
        outcome = facts.versions.outcome[newest]
        self.open, self.won, self.lost = outcome == OPEN, outcome == WON, outcome == LOST
        self.closed = facts.versions.closed[newest]
        self.stage_since = facts.versions.stage_since[newest]
        self.amount = column(facts.columns, "amount", value, NO_AMOUNT).astype(np.int64)
        self.last = last_touch(facts, deal)
        self.due, self.following, self.created = (
            column(facts.columns, name, value, NO_DAY).astype(np.int64)
            for name in ("close_date", "next_activity_at", "created_at")
        )

    def rules(self, twins: Ints) -> dict[RuleId, tuple[Mask, Mask]]:
        """For each rule, of which deals it can be true and of which it is."""
        today = self.facts.newest_data
        shut, every = self.won | self.lost, np.ones(len(self.deal), dtype=np.bool_)
        no_amount = (self.amount == NO_AMOUNT) | (self.amount == 0)
        reason = column(self.facts.columns, "loss_reason", self.value, 0)
        ended = (self.closed != NO_DAY) & (self.created != NO_DAY)
        ahead = (self.created > today) | (shut & (self.closed > today))
        return {
            "past_close": (self.open, (self.due != NO_DAY) & (self.due < today)),
            "no_close_date": (self.open, self.due == NO_DAY),
            "no_amount": (self.open, no_amount),
            "no_owner": (every, self.facts.owner[self.value] == 0),
            "stale": (self.open, self._stale(today)),
            "no_next_step": (self.open, self.following < today),
            "won_without_amount": (self.won, no_amount),
            "lost_without_reason": (self.lost, reason == 0),
            "closed_before_created": (shut & ended, self.closed < self.created),
            "dated_ahead": (every, ahead),
            "placeholder": (every, self._placeholders()),
            "duplicate": (self.open, twins >= 0),
            "won_twice": (self.won, np.zeros(len(self.deal), dtype=np.bool_)),  # by their names, which the caller has
        }

    def _stale(self, today: int) -> Mask:
        quiet = today - self.last > QUIET_DAYS
        stuck = today - self.stage_since > self.facts.settings.stall_days
        return np.where(self.last != NO_DAY, quiet, stuck)

    def _placeholders(self) -> Mask:
        terms = self.facts.curation.terms
        is_empty = np.zeros(max(terms, default=0) + 1, dtype=np.bool_)
        for term, (name, text) in terms.items():
            is_empty[term] = name in WORD_FIELDS and text.strip().casefold() in PLACEHOLDERS
        found = np.zeros(len(self.deal), dtype=np.bool_)
        for name in WORD_FIELDS:
            found |= is_empty[column(self.facts.columns, name, self.value, 0).astype(np.int64)]
        return found | self._nameless_accounts()

    def _nameless_accounts(self) -> Mask:
        """Which deals have a placeholder where the name of an account belongs."""
        curation = self.facts.curation
        bad = {one for one, name in curation.account_names.items() if name.strip().casefold() in PLACEHOLDERS}
        aliases = [alias for alias, number in curation.accounts.items() if number in bad]
        return np.isin(column(self.facts.columns, "account", self.value, 0).astype(np.int64), aliases)

    def twins(self) -> Ints:
        """The group of open deals of one account that agree in amount and close date; names are for the caller."""
        account = column(self.facts.columns, "account", self.value, 0).astype(np.int64)
        known = self.open & (account != 0) & (self.amount != NO_AMOUNT) & (self.due != NO_DAY)
        at = np.flatnonzero(known)
        marks = np.stack((account[at], self.amount[at], self.due[at]), axis=1)
        _, which, counts = np.unique(marks, axis=0, return_inverse=True, return_counts=True)
        which = which.reshape(-1)
        found = np.full(len(self.deal), -1, dtype=np.int64)
        found[at] = np.where(counts[which] > 1, which, -1)
        return found


def sharing_account(facts: Facts, checked: Checked, rule: RuleId) -> tuple[Ints, Ints]:
    """Positions of the deals that share their account with another one of which a rule can be true, and the account.

    They come in the order of accounts, which are numbers that are equal for one account.
    """
    aliases = column(facts.columns, "account", checked.value, 0).astype(np.int64)
    numbers = np.zeros(max(int(aliases.max(initial=0)), max(facts.curation.accounts, default=0)) + 1, dtype=np.int64)
    for alias, number in facts.curation.accounts.items():
        numbers[alias] = number
    account = numbers[aliases]
    at = np.flatnonzero(checked.of[rule] & (account > 0))
    _, which, counts = np.unique(account[at], return_inverse=True, return_counts=True)
    at = at[counts[which] > 1]
    if rule == "won_twice":
        at = _won_close_by(facts, checked, at, account)
    order = np.argsort(account[at], kind="stable")
    return np.asarray(at[order]), np.asarray(account[at[order]])


def _won_close_by(facts: Facts, checked: Checked, at: Ints, account: Ints) -> Ints:
    """Those of the deals at these positions that were won close to another one of their account."""
    closed = facts.versions.closed[facts.versions.newest[checked.deal]]
    order = at[np.lexsort((closed[at], account[at]))]
    near = (np.diff(account[order]) == 0) & (np.diff(closed[order]) <= TWICE_DAYS)
    return np.asarray(order[np.append(near, False) | np.append(False, near)] if len(order) else at)
