"""Which published figures hold for a mix of deals: those for the sizes that it has, each with its share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from kpidesk.core.errors import UserError
from kpidesk.core.formats import whole_percent
from kpidesk.core.kpis import Benchmark, Size

SMALL_BELOW, ENTERPRISE_FROM = "small_deals_below", "enterprise_deals_from"
"""The numbers by which a workspace says what a small and what an enterprise deal is, as parameters."""
USUAL = {SMALL_BELOW: 25_000.0, ENTERPRISE_FROM: 100_000.0}
"""Where a workspace does not say so: the bounds that the survey behind the benchmarks of net retention uses."""
SIZES: tuple[Size, ...] = tuple(size for size in get_args(Size) if size)
Bounds = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Band:
    """A published figure that holds here. `share` is that of the deals it is for (None: it is for any size)."""

    benchmark: Benchmark
    share: float | None
    words: str


def check_bounds(parameters: Mapping[str, float]) -> None:
    """Refuse bounds of sizes that leave no deal in the middle.

    Raises:
        UserError: the one of small deals lies above that of enterprise deals.
    """
    small, large = (parameters.get(name, USUAL[name]) for name in (SMALL_BELOW, ENTERPRISE_FROM))
    if small > large:
        raise UserError(
            f"Small deals below {small:,.0f} and enterprise deals from {large:,.0f} overlap.",
            f"Set {SMALL_BELOW} to {ENTERPRISE_FROM} at most; raise that one first.",
        )


def bounds_of(size: Size, parameters: Mapping[str, float]) -> Bounds:
    """From which amount on and below which a deal is of a size, in the currency of the workspace; None: no bound."""
    small, large = (parameters.get(name, USUAL[name]) for name in (SMALL_BELOW, ENTERPRISE_FROM))
    known: dict[Size, Bounds] = {
        "": (None, None), "small": (None, small), "mid-market": (small, large), "enterprise": (large, None),
    }  # fmt: skip
    return known[size]


def shares_of(counts: Mapping[Size, float]) -> dict[Size, float]:
    """The share of each size among deals that have an amount; nothing without any."""
    total = sum(counts.values())
    return {size: count / total for size, count in counts.items()} if total else {}


def bands(benchmarks: Sequence[Benchmark], shares: Mapping[Size, float]) -> tuple[Band, ...]:
    """The figures that hold for a mix, in their order: those for any size, and those for the sizes that it has."""
    found = []
    for mark in benchmarks:
        share = shares.get(mark.size, 0.0) if mark.size and shares else None
        if share == 0.0:
            continue
        told = f": {whole_percent(share)}% of your deals are {mark.size}" if share is not None else ""
        found.append(Band(mark, share, f"{mark.text} ({', '.join(_about(mark))}){told}"))
    return tuple(found)


def _about(mark: Benchmark) -> list[str]:
    return [part for part in (mark.source, mark.grade, mark.year, mark.segment) if part]
