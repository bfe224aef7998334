"""How many signals of process-behaviour charts luck alone brings, from simulated charts of pure noise."""

from __future__ import annotations

from kpidesk.stats.process import BASELINE

_POINTS = (1, 2, 4, 8, 13, 26, 52)
_ANY = {
    12: (0.0193, 0.0383, 0.0746, 0.1522, 0.2281, 0.3729, 0.5483),
    24: (0.0129, 0.0251, 0.0486, 0.1008, 0.1593, 0.2836, 0.4590),
}
_NEWEST = {
    12: (0.0193, 0.0214, 0.0248, 0.0412, 0.0405, 0.0407, 0.0410),
    24: (0.0129, 0.0147, 0.0164, 0.0235, 0.0233, 0.0235, 0.0230),
}
"""By the points of the baseline and the points after it: the share of charts of pure noise with a signal, anywhere
after the baseline or at the newest point. From 200,000 runs of `python -m tests.simulate`."""


def false_rate(points: int, *, baseline: int = BASELINE, newest: bool = False) -> float:
    """The share of charts of pure noise that show a signal in the `points` after their baseline.

    With `newest` only a signal that the last of these points belongs to counts. Between the simulated cases the rate
    is interpolated; trial limits raise no signals. It is that of normal noise: money and counts come within a few
    points of it, a season that was taken out adds up to a fifth.
    """
    import numpy as np

    if points < 1 or baseline < BASELINE:
        return 0.0
    table = _NEWEST if newest else _ANY
    rates = [float(np.interp(points, _POINTS, table[known])) for known in sorted(table)]
    # what a baseline leaves uncertain falls with one over its points
    return float(np.interp(-1 / baseline, [-1 / known for known in sorted(table)], rates))


def luck_words(charts: int, expected: float, found: int, noted: int = 0) -> str:
    """One sentence for a list of signals: "120 lines: luck alone would show about 2; 3 stand out".

    Of the `found` ones `noted` are acknowledged.
    """
    lines = "1 line" if charts == 1 else f"{charts} lines"
    usual = f"about {round(expected)}" if expected >= 0.5 else "hardly any"
    done = "none stands out" if found == 0 else f"{found} stand out" if found > 1 else "1 stands out"
    all_noted = "acknowledged" if found == 1 else "all acknowledged"
    of_them = f", {all_noted if noted == found else f'{noted} of them acknowledged'}" if noted else ""
    return f"{lines}: luck alone would show {usual}; {done}{of_them}."
