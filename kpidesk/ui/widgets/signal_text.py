"""What stands out, in the words of the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpidesk.core.formats import sample_text
from kpidesk.core.settings import Settings
from kpidesk.core.wording import listed
from kpidesk.ui.widgets.pickers import scope_name

if TYPE_CHECKING:
    from kpidesk.core.signals import Acknowledgement, Digest, KpiSignal, RuleHit, Signals

MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class SignalsView:
    """What the panel shows: the signals, what the rules report, and what was said of earlier ones."""

    found: Signals
    hits: tuple[RuleHit, ...]
    said: tuple[tuple[KpiSignal, Acknowledgement], ...]


def title_of(one: KpiSignal | RuleHit, settings: Settings) -> str:
    """Whose number of which KPI it is."""
    return f"{scope_name(one.scope, settings)} · {one.kpi.name}"


def when_words(one: KpiSignal) -> str:
    """Since when, whether it is an early sign, and which side is meant."""
    side = {True: "the better side", False: "the worse side", None: ""}[one.better]
    lead = "early sign" if one.is_leading else ""
    return " · ".join(filter(None, (f"since {one.since.label}", lead, side)))


def banner_words(found: Signals, hits: tuple[RuleHit, ...], settings: Settings) -> str:
    """One line above the scorecard; empty where nothing stands out."""
    every = found.every
    if not every and not hits:
        return ""
    parts = []
    if every:
        first = every[0]
        more = f" and {len(every) - 1} more" if len(every) > 1 else ""
        parts.append(f"Stands out: {title_of(first, settings)} since {first.since.label}{more}.")
    if hits:
        parts.append(rule_words(hits, settings))
    return " ".join(parts)


def rule_words(hits: tuple[RuleHit, ...], settings: Settings) -> str:
    """How many of the manager's own rules are met, and by which numbers, of which two are named."""
    from kpidesk.core.signals import rules_met  # a first scorecard must not wait for it

    rules = rules_met(hits)
    told = listed(dict.fromkeys(title_of(one, settings) for one in hits), most=MOST_NAMED)
    return f"{rules} of your rules {'is' if rules == 1 else 'are'} met: {told}."


def digest_words(found: Digest) -> str:
    """What is new with an import beside the deals that moved; empty where nothing is."""
    from kpidesk.core.signals import rules_met

    parts = []
    if found.signals:
        parts.append(sample_text(len(found.signals), noun="possible change"))
    if found.hits:
        parts.append(f"{sample_text(rules_met(found.hits), noun='rule')} met")
    return f"New with these data: {' and '.join(parts)}." if parts else ""


def left_out_words(found: Signals) -> str:
    """Which lines are not looked at, and why."""
    if not found.left_out:
        return ""
    told = "; ".join(f"{count:,} with {why}" if why.startswith("fewer") else f"{count:,} where {why}"
                     for why, count in found.left_out)  # fmt: skip
    return f"Not looked at: {told}."
