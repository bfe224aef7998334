"""The catalogue in words: which KPIs are looked for, what stands on a card, and which are variants of one number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from kpidesk.core.formats import whole_percent
from kpidesk.core.kpis import CLUSTERS, LEVEL_WORDS, Benchmark, Kpi, Level, PaceRule, unfilled
from kpidesk.core.lint_facts import nobody_knows
from kpidesk.core.wording import counted, listed
from kpidesk.ui.widgets.check_text import MOST
from kpidesk.ui.widgets.facts_text import kind_words
from kpidesk.ui.widgets.goal_text import levels_words

if TYPE_CHECKING:
    from kpidesk.core.benchmarks import Band
    from kpidesk.core.packs import Pack, PackGroup
    from kpidesk.ui.widgets.goal_filters import Entry

GROUP_TITLES: dict[PackGroup, str] = {
    "level": "By level", "role": "By role or function", "motion": "By way of selling",
    "stage": "By stage of the company",
    "meeting": "By meeting",
}  # fmt: skip
PACE_WORDS: dict[PaceRule, str] = {
    "business": "by working days", "calendar": "by calendar days", "history": "as past periods filled up",
}  # fmt: skip
FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Win rate", ("win_rate", "win_rate_cohort", "win_rate_rolling", "win_rate_competitive")),
    ("Coverage", ("pipeline_coverage", "coverage_to_go")),
    ("Sales cycle", ("sales_cycle_length", "sales_cycle_p80", "sales_cycle_mean", "sales_cycle_first_contact")),
    ("Velocity", ("pipeline_velocity", "deal_velocity_days")),
)
"""KPIs that go by one name and are different numbers."""
_FIELD_WORDS = {"objective": "what it is for", "decision": "a decision", "owner": "an owner"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: words, a subject, a level, a function of the company, the KPIs of a pack (None: any).

    `kind` is leading, lagging or coaching.
    """

    text: str = ""
    cluster: str = ""
    level: str = ""
    function: str = ""
    pack: Pack | None = None
    kind: str = ""


def fits(entry: Entry, wanted: Wanted) -> bool:
    """Whether a KPI is looked for; every word must occur in its name, sentence, id or subject."""
    kpi = entry.kpi
    hay = f"{kpi.name} {kpi.sentence} {kpi.id} {kpi.cluster} {kpi.dimension}".casefold()
    return (
        all(word in hay for word in wanted.text.casefold().split())
        and (not wanted.cluster or kpi.cluster == wanted.cluster)
        and (not wanted.level or wanted.level in kpi.levels)
        and (not wanted.function or wanted.function in kpi.functions)
        and (not wanted.kind or wanted.kind == kind_words(kpi).casefold())
        and (wanted.pack is None or kpi.id in wanted.pack.kpis)
    )


def found(entries: Iterable[Entry], wanted: Wanted) -> list[Entry]:
    """The KPIs looked for: those of a pack in its order, else by subject and name."""
    kept = [one for one in entries if fits(one, wanted)]
    if wanted.pack is not None:
        order = wanted.pack.kpis
        return sorted(kept, key=lambda one: order.index(one.kpi.id))
    return sorted(kept, key=lambda one: (_place(one.kpi.cluster), one.kpi.cluster, one.kpi.name.casefold()))


def _place(cluster: str) -> int:
    return CLUSTERS.index(cluster) if cluster in CLUSTERS else len(CLUSTERS)


def clusters_of(entries: Iterable[Entry]) -> list[str]:
    """The subjects that occur, the shipped ones in their order first."""
    return sorted({one.kpi.cluster for one in entries if one.kpi.cluster}, key=lambda one: (_place(one), one))


def judged_words(kpi: Kpi) -> str:
    """What a KPI says of its own status and looks; empty where all is as usual."""
    told = [
        f"a status from {kpi.minimum_n} rows on" if kpi.minimum_n is not None else "",
        f"{kpi.decimals} decimals" if kpi.decimals is not None else "",
        f"its target is due {PACE_WORDS[kpi.pace]}" if kpi.pace else "",
    ]
    words = ", ".join(filter(None, told))
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def card_foot(kpi: Kpi) -> str:
    """The last line of a card: "Leading · conversion · the organisation, teams and reps"."""
    return " · ".join(filter(None, (kind_words(kpi), kpi.cluster, levels_words(kpi.levels))))


def card_state(entry: Entry) -> str:
    """What stands at the right of a card: whether it is in use, or that data are missing."""
    if entry.kpi.status == "active":
        return "In use" if entry.computable else "In use, needs data"
    return "" if entry.computable else "Needs data"


def spoken(entry: Entry, *, ticked: bool) -> str:
    """A card in one sentence, for a screen reader."""
    state = ", ".join(filter(None, (card_state(entry), "ticked" if ticked else "")))
    return f"{entry.kpi.name}: {entry.kpi.sentence} {card_foot(entry.kpi)}{f'. {state}' if state else ''}"


def family_of(kpi_id: str) -> tuple[str, tuple[str, ...]] | None:
    """The name that a KPI shares with others, and all that go by it; None where it is the only one."""
    return next((one for one in FAMILIES if kpi_id in one[1]), None)


def take_words(count: int) -> str:
    """The button that takes the ticked KPIs into use."""
    return "Take into use" if not count else f"Take {count} into use"


def after_words(kpis: Sequence[Kpi], ticked: Collection[str]) -> str:
    """How many KPIs a level would then have, where that is more than anybody acts on; empty where it is not."""
    then = [kpi for kpi in kpis if (kpi.status == "active" or kpi.id in ticked) and not kpi.coaching]
    counts = {level: sum(level in kpi.levels for kpi in then) for level in get_args(Level)}
    over: dict[Level, int] = {level: count for level, count in counts.items() if count > MOST}
    if not over or not ticked:
        return ""
    most = max(over.values())
    return f"That makes {most} for {listed([LEVEL_WORDS[level] for level in over if over[level] == most])}: "\
           f"{nobody_knows()}."  # fmt: skip


def lacking(kpi: Kpi) -> str:
    """What must be filled in before a KPI can be in use: "'Health' needs an owner"."""
    return f"'{kpi.name}' needs {listed([_FIELD_WORDS[one] for one in unfilled(kpi)])}"


def taken_words(told: str, left: Sequence[Kpi]) -> str:
    """What taking KPIs into use did, and which were left out and why."""
    rest = f"Fill in first: {'; '.join(lacking(one) for one in left)}." if left else ""
    return f"{told} {rest}".strip()


def pack_about(pack: Pack | None, shown: int) -> str:
    """What stands above the cards: how many there are, and why a pack holds these."""
    return f"{pack.why} {counted(shown, 'KPI')}." if pack is not None else counted(shown, "KPI")


def for_whom(kpi: Kpi) -> str:
    """For whom a KPI is and how often it is looked at: "For teams and reps · looked at weekly"."""
    often = "after each import" if kpi.cadence == "live" else kpi.cadence
    return f"For {levels_words(kpi.levels)} · looked at {often}"


def band_source(band: Band) -> str:
    """Where a published figure is from: "Saber · vendor page · read 2026 · small"."""
    mark = band.benchmark
    return " · ".join(filter(None, (mark.source, mark.grade, mark.year, mark.segment, _share(band))))


def _share(band: Band) -> str:
    return f"{whole_percent(band.share)}% of your deals are {band.benchmark.size}" if band.share is not None else ""


def axis_of(marks: Sequence[Benchmark], own: float | None) -> tuple[float, float] | None:
    """From where to where the bands are drawn, with room at the ends; None where no figure has a bound."""
    ends = [end for mark in marks for end in (mark.low, mark.high) if end is not None]
    if not ends:
        return None
    ends += [own] if own is not None else []
    low, high = min(0.0, *ends), max(ends)
    return low, high + 0.15 * ((high - low) or 1.0)
