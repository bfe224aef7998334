"""From what is to be reached to the few KPIs that tell: common aims, and which KPIs speak of one's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kpidesk.core.kpis import Kpi, Level
from kpidesk.core.texts import folded

LEAST, MOST = 3, 5
MOST_OF_A_KIND = 3
MOST_NEEDING = 3
_STEM = 5
_IDLE = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "better", "by", "for", "from", "get", "have", "how", "in", "is", "it",
    "make", "more", "of", "on", "our", "than", "that", "the", "their", "they", "this", "to", "us", "we", "what", "who",
    "with", "you", "your",
))  # fmt: skip
"""Words that say nothing about what is to be reached."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Something that many companies want to reach: the words by which it is known, and the KPIs that tell of it.

    `kpis` are in the order in which they are proposed, results before what foretells them.
    """

    id: str
    name: str
    why: str
    words: tuple[str, ...]
    kpis: tuple[str, ...]


AIMS: tuple[Aim, ...] = (
    Aim("bookings", "Grow bookings", "Book more than last year, with enough coming in behind it.",
        ("grow", "growth", "bookings", "revenue", "quota"),
        ("bookings", "pipeline_created", "win_rate", "pipeline_coverage", "quota_attainment", "opps_created",
         "avg_deal_size", "qualified_opps_created", "meetings_held", "deals_won")),
    Aim("customers", "Keep customers", "Customers who stay are cheaper than those who must be found.",
        ("keep", "customers", "retain", "retention", "churn", "renew", "renewals", "loyal"),
        ("grr", "csat", "logo_retention", "nps", "renewal_rate", "contraction_mrr", "nrr",
         "implementation_satisfaction", "expansion_mrr", "renewal_rate_value")),
    Aim("pipeline", "Build pipeline", "Open enough now for the quarters to come.",
        ("build", "pipeline", "generate", "leads", "prospect", "outbound", "coverage"),
        ("pipeline_created", "deals_won", "pipeline_coverage", "opps_created", "meetings_held", "open_pipeline",
         "qualified_opps_created", "outbound_share", "accounts_contacted", "lead_to_opp")),
    Aim("winning", "Win more of what we open", "The same work, with more to show for it.",
        ("win", "close", "convert", "conversion", "won"),
        ("win_rate", "open_deals_no_next_step", "sales_cycle_length", "stalled_value_share", "stage_conversion",
         "win_rate_cohort", "demos_held", "follow_up_calls", "meeting_to_opp")),
    Aim("cost", "Sell at lower cost", "Growth that costs less than it brings.",
        ("cost", "cheaper", "efficient", "efficiency", "payback", "spend", "profit"),
        ("cac", "qualified_opps_created", "cac_payback", "lead_to_opp", "won_per_lead", "avg_deal_size",
         "sales_cycle_length", "open_deal_age", "roi_per_sdr", "clv_to_cac")),
    Aim("ramping", "Get a new team up to speed", "New people who sell like the old ones, soon.",
        ("new", "team", "ramp", "ramping", "hire", "onboard", "speed", "train"),
        ("ramp_time", "meetings_held", "reps_at_quota", "opps_created", "win_rate", "pipeline_created_per_rep",
         "pipeline_created", "hygiene_share", "deals_won")),
    Aim("forecast", "A forecast we can trust", "Promise what happens, and know early when it will not.",
        ("forecast", "trust", "predict", "commit", "slip", "accurate"),
        ("forecast_accuracy", "avg_push_count", "slippage_rate", "open_deals_no_next_step", "forecast_wape",
         "weighted_pipeline", "commit_conversion", "hygiene_share", "stalled_value_share")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposed:
    """A KPI that would tell whether an objective is reached, at one level, and why it.

    Where the data cannot compute it yet, `needs` says what is missing and `how` where to get it.
    """

    kpi: Kpi
    level: Level
    why: str
    needs: str = ""
    how: str = ""

    @property
    def computable(self) -> bool:
        """Whether the data can compute it."""
        return not self.needs


def aim_of(text: str) -> Aim | None:
    """The common aim that a text names, by its id or its name."""
    return next((one for one in AIMS if folded(text) in (one.id, folded(one.name))), None)


def candidates(text: str, known: Sequence[Kpi]) -> tuple[Kpi, ...]:
    """The KPIs that speak of a text, the best first: those of the aim that it names, else those whose words it shares.

    Coaching metrics and KPIs out of use are left out.
    """
    usable = {kpi.id: kpi for kpi in known if not kpi.coaching and kpi.status != "retired"}
    aim = aim_of(text)
    if aim is not None:
        return tuple(usable[one] for one in aim.kpis if one in usable)
    wanted = _stems(text)
    scores = {kpi.id: score for kpi in usable.values() if (score := _shared(wanted, kpi))}
    for one in AIMS:
        if weight := 2 * len(wanted & _stems(" ".join(one.words))):
            for place, kpi_id in enumerate(one.kpis):
                if kpi_id in usable:
                    scores[kpi_id] = scores.get(kpi_id, 0) + weight - place / len(one.kpis)
    close = [one for one, score in scores.items() if score >= max(scores.values()) / 2]
    return tuple(usable[one] for one in sorted(close, key=lambda one: (-scores[one], usable[one].first_day or 99, one)))


def _stems(text: str) -> frozenset[str]:
    """The words of a text that say something, cut short so that forms of one word are the same."""
    return frozenset(word[:_STEM].rstrip("s") for word in re.findall(r"[^\W\d_]+", folded(text)) if word not in _IDLE)


def _shared(wanted: frozenset[str], kpi: Kpi) -> float:
    """How much of a text a KPI shares: its name counts most, then what it is about, then its objective."""
    parts = ((3, kpi.name), (2, f"{kpi.cluster} {kpi.dimension}"), (1, kpi.objective))
    score = sum(weight * len(wanted & _stems(words)) for weight, words in parts)
    return score + 1.5 if score and kpi.first_day else score


def balanced(kpis: Iterable[Kpi], *, forms: bool = False) -> tuple[Kpi, ...]:
    """Of KPIs in order of fitness 3 to 5 with results and what foretells them in balance; fewer where there are fewer.

    Results come first. At most three are of a kind, so that of five at least two tell early or late; of several forms
    of one measure only the first is chosen, unless `forms` allows for more.
    """
    chosen: list[Kpi] = []
    for kpi in kpis:
        of_kind = sum(one.indicator == kpi.indicator for one in chosen)
        is_new = kpi not in chosen if forms else _measure(kpi) not in map(_measure, chosen)
        if is_new and len(chosen) < MOST and of_kind < MOST_OF_A_KIND:
            chosen.append(kpi)
    return tuple(sorted(chosen, key=lambda kpi: kpi.indicator != "lagging"))


def _measure(kpi: Kpi) -> str:
    """What a KPI measures, whatever its form: the median and the mean of the sales cycle are one measure."""
    return "_".join(kpi.id.split("_")[:2])


def why_of(kpi: Kpi, beside: Sequence[Kpi]) -> str:
    """Why a KPI is proposed beside others: it tells of the result, or moves before one that does."""
    foretold = [one.name for one in beside if kpi.id in one.leading and one.indicator == "lagging"]
    about = kpi.objective.rstrip(".")
    if kpi.indicator == "lagging":
        return f"Says whether you got there: {about[:1].lower()}{about[1:]}."
    if foretold:
        return f"Moves before {' and '.join(foretold)}, while there is time to act."
    return f"Shows early whether the work is done: {about[:1].lower()}{about[1:]}."
