"""Changes in parts and reps compared, for pages without a workspace."""

from __future__ import annotations

from kpidesk.core.causes import Contribution, LostReason, Split, Why
from kpidesk.core.peers import Comparison, Limit, Peer, PeerGroup, Place
from kpidesk.core.people import Scope
from tests.ui.samples import AS_OF, CASES, QUESTION, kpi


def made_up_why(names: tuple[str, ...], words: str) -> Why:
    """A real change with two splits, a bridge and reasons, whose every text is one of these."""
    parts = tuple(
        Contribution(name, 10.0 - 4 * at, words, 0.5, "50%", 1.0, 2.0, words, words, words, words, QUESTION, QUESTION)
        for at, name in enumerate(names)
    )
    split = Split("rate and mix", "lead_source", words, parts, 18.0, words, words, "bookings")
    lost = tuple(LostReason(name, 3, 100.0, words, QUESTION) for name in names)
    return Why(
        kpi(CASES[0]), QUESTION, "previous", words, words, "real", words, 1.0, words, 2.0, words, -1.0, words,
        (split, split), Split("steps", "", words, parts, 18.0, words, words, "bookings"), lost, "win_rate",
        (words,), (words,), (words,), QUESTION.period, "USD", (words,), AS_OF,
    )  # fmt: skip


def made_up_comparison(names: tuple[str, ...], words: str) -> Comparison:
    """Two groups of reps with these names, in every place, and one who is ramping."""
    places: tuple[Place, ...] = ("", "inside", "above", "far below")
    peers = tuple(
        Peer(Scope("rep", name, at + 1), name, 10.0 + at, words, 20.0 + 5 * at, words, 8.0, 15.0, words, 11.0, words,
             places[at % len(places)], words, QUESTION)
        for at, name in enumerate(names)
    )  # fmt: skip
    limits = tuple(Limit(size, 9 - size / 50, 12 + 20 / size, 8 - size / 50, 13 + 20 / size) for size in (5, 20, 40))
    groups = tuple(
        PeerGroup(f"{at} {words}", peers, 11.0, words, (names, names[:2]), words, limits, 11.0, words, names[:1])
        for at in (1, 2)
    )
    return Comparison(
        kpi(CASES[0]), QUESTION, "rep", words, QUESTION.period, words, words, groups, peers[:1], words, "USD", AS_OF,
        (words,),
    )  # fmt: skip
