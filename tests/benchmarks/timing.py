"""Interleaved rounds of several ways to do the same thing, printed as medians and ratios to one of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping


def rounds(ways: Mapping[str, Callable[[], object]], times: int) -> dict[str, list[float]]:
    """Milliseconds of each way in each round; the ways take turns, so that a noisy moment hits all of them."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(times):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            found[name].append((time.perf_counter() - began) * 1000)
    return found


def table(title: str, taken: Mapping[str, list[float]], peer: str, goals: Mapping[str, str] | None = None) -> None:
    """Print median and 95th percentile of each way, and the median of its ratios to the peer, round by round."""
    print(f"\n{title}")
    for name, values in taken.items():
        ratio = statistics.median(mine / other for mine, other in zip(values, taken[peer], strict=True))
        high = sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]
        goal = (goals or {}).get(name, "")
        beside = "the peer" if name == peer else f"{ratio:8.3g} × {peer}"
        print(f"  {name:<34} {statistics.median(values):10.2f} ms   p95 {high:10.2f} ms   {beside:<28} {goal}")
