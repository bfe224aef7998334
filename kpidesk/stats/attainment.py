"""How far a value reaches its target; 1 is reached, more is better, whatever the direction."""

from __future__ import annotations

from kpidesk.core.goals import Target
from kpidesk.core.kpis import Direction


def higher(actual: float, target: float) -> float | None:
    """Attainment where higher is better; None against a target of nothing."""
    return actual / target if target else None


def lower(actual: float, target: float) -> float | None:
    """Attainment where lower is better: one target too much is 0, half of it saved is 1.5."""
    return 1 - (actual - target) / abs(target) if target else None


def inside(
    actual: float, low: float, high: float, tolerance_low: float | None = None, tolerance_high: float | None = None
) -> float:
    """Attainment of a range: 1 inside, falling to 0 over the tolerance (half the range when not given)."""
    if low <= actual <= high:
        return 1.0
    half = (high - low) / 2
    distance, tolerance = (low - actual, tolerance_low) if actual < low else (actual - high, tolerance_high)
    tolerance = half if tolerance is None else tolerance
    return max(0.0, 1 - distance / tolerance) if tolerance > 0 else 0.0


def attainment(actual: float | None, target: Target | None, direction: Direction) -> float | None:
    """Attainment of a value against the target of its period; None without either."""
    if actual is None or target is None or direction == "none":
        return None
    if direction == "range":
        return inside(actual, target.minimum, target.stretch)
    return (lower if direction == "lower" else higher)(actual, target.target)
