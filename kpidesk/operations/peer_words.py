"""What a comparison of reps says: values and ranges as texts, and the sentences about who differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpidesk.core.formats import count_text, format_interval, format_value, sample_text, span_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.peers import PLACE_WORDS, By, Peer, PeerGroup
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.wording import listed
from kpidesk.operations.formulas import row_noun
from kpidesk.stats.grouping import INNER, Grouping

Kind = Literal["rate", "count", "median", "sum", "mean", "other"]
BY_WEEK: frozenset[Kind] = frozenset(("count", "sum"))
"""What is compared by the week worked."""
OF_OTHERS = (
    "How much of a number like this is luck cannot be told: it is a level at one day, or worked out from several "
    "numbers. Compare a rate, a count or a sum behind it."
)
MOST_NAMED = 6
NOBODY = "{} has nobody to compare with."
NOTHING_YET = "Nothing of it has been counted yet."


@dataclass(frozen=True, slots=True)
class One:
    """What one rep or team brings to a comparison: `x` of `size`, and the `values` of a median, a sum or a mean."""

    scope: Scope
    result: Result
    x: float
    size: float
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """How the values of a comparison are shown: whose kind decides on units and on what they rest."""

    kpi: Kpi
    kind: Kind
    currency: str

    def value(self, value: float | None, size: float) -> str:
        """A value, a count or a sum by the week."""
        if self.kind == "count":
            return f"{format_value(value, 'count_per')} a week"
        text = format_value(value, self.kpi.display, self.currency, size)
        return f"{text} a week" if self.kind == "sum" else text

    def ends(self, ends: tuple[float, float] | None, size: float) -> str:
        """A range; empty for none."""
        if ends is None:
            return ""
        return format_interval(ends, "count_per" if self.kind == "count" else self.kpi.display, self.currency, size)

    def sample(self, one: One) -> str:
        """What a value rests on."""
        if self.kind == "rate":
            return sample_text(one.size, one.x)
        if self.kind == "count":
            return f"{count_text(one.x)} in {one.size:.0f} weeks"
        if self.kind == "sum":
            return f"{sample_text(one.result.n, noun=row_noun(self.kpi))} in {one.size:.0f} weeks"
        return sample_text(one.size, noun=row_noun(self.kpi))

    @property
    def rows(self) -> str:
        """What the rows of the KPI are called: deals, activities."""
        return sample_text(0, noun=row_noun(self.kpi)).removeprefix("0 ")

    @property
    def size(self) -> str:
        """What the sizes of the comparison are."""
        return "weeks worked" if self.kind in BY_WEEK else f"{self.rows} it rests on"


def window_words(shown: Shown, asked: Period, window: Period, day: date | None) -> str:
    """Which days are compared, up to the `day` of the data while the period runs, and why so many."""
    if window == asked:
        return f"{window.label}, long enough for most of them to be judged."
    months = (window.end.year - window.start.year) * 12 + window.end.month - window.start.month
    long = f"{months} months to the end of {asked.label}" if months else window.label
    if day is not None and day in asked and day < asked.last_day:
        long = span_text(window.start, day)
    return f"{long}: one {asked.grain} alone has too few {shown.rows} to judge one person."


def not_compared(kind: Kind, members: Sequence[One]) -> str:
    """Why nobody of a group is compared; empty where they are."""
    if len(members) < 2:
        return NOBODY.format(members[0].scope.name) if members else ""
    if kind == "other":
        return OF_OTHERS
    is_empty = {"count": not any(one.x for one in members)}
    nothing = is_empty.get(kind, kind != "rate" and not any(one.values for one in members))
    return NOTHING_YET if nothing else ""


def group_words(peers: Sequence[Peer], found: Grouping) -> str:
    """Who of a group lies outside what luck explains, and who cannot be told apart."""
    outside = [f"{peer.name}: {PLACE_WORDS[peer.place]}" for peer in peers if peer.place not in ("", "inside")]
    if not outside and not found.apart:
        return f"{found.words} All lie inside what luck explains."
    if outside and not found.apart:
        return _not_from_whom(peers, len(found.members))
    told = _who_differs(peers, found)
    return f"{'; '.join(outside)}. {told}" if outside else told


def _who_differs(peers: Sequence[Peer], found: Grouping) -> str:
    """Who can be told apart: the two by name where it is only they, else how many pairs."""
    if len(found.apart) > 1 or len(peers) < 3:
        return found.words
    names = listed((peers[at].name for at in sorted(found.apart[0])), MOST_NAMED)
    return f"{names} differ by more than luck; the others cannot be told apart."


def _not_from_whom(peers: Sequence[Peer], count: int) -> str:
    """Who lies outside what luck explains where no two can be told apart."""
    far = tuple(peer.name for peer in peers if peer.place.startswith("far"))
    if far:
        differ = "differs" if len(far) == 1 else "differ"
        return f"{listed(far, MOST_NAMED)} {differ} from all of them together; from whom of them cannot be told."
    near = tuple(peer.name for peer in peers if peer.place in ("above", "below"))
    return f"Nobody is set apart for sure: {_near_words(near, count)}"


def sentence(kind: Kind, made: Sequence[PeerGroup], by: By) -> str:
    """What a whole comparison comes to."""
    if sum(len(one.peers) for one in made) < 2:
        return "There is nobody to compare with."
    if kind == "other":
        return OF_OTHERS
    compared = [peer for one in made for peer in one.peers if peer.place]
    far = tuple(peer.name for peer in compared if peer.place.startswith("far"))
    near = tuple(peer.name for peer in compared if peer.place in ("above", "below"))
    if not compared:
        return "Nobody has enough to be compared yet."
    if not far and not near and any(peer.rank for peer in compared):
        return "Nobody stands out from all together, but not all are alike: who has no rank in common differs."
    if not far and not near:
        who = f"All {len(compared)} {by}s" if len(compared) > 2 else f"Both {by}s"
        return f"{who} lie inside what luck explains: nothing here says that one is better than another."
    differ = "differs" if len(far) == 1 else "differ"
    told = [f"{listed(far, MOST_NAMED)} {differ} by more than luck explains."] if far else []
    return " ".join([*told, *([_near_words(near, len(compared))] if near else [])])


def _near_words(near: tuple[str, ...], count: int) -> str:
    """Who lies just outside, with how often that happens to somebody where nobody differs."""
    chance = 100 * (1 - INNER**count)
    lie = "lies" if len(near) == 1 else "lie"
    return (
        f"{listed(near, MOST_NAMED)} {lie} a little outside what luck usually explains; "
        f"among {count}, luck alone puts somebody there {chance:.0f} times in 100."
    )
