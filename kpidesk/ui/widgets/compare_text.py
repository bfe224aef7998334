"""What the page that compares reps says: everybody in a sentence, and the columns of the table."""

from __future__ import annotations

from collections.abc import Sequence

from kpidesk.core.luck_words import FOR_LUCK, LUCK_MEANS
from kpidesk.core.peers import PLACE_WORDS, SYMBOLS, Comparison, Peer, PeerGroup
from kpidesk.ui.widgets.receipt_model import Column

HINT = "Point at the plot, or go with ← and →. Enter shows the rows behind a point, T the table."
TABLE_HINT = "Enter shows the rows of a line, Ctrl+C copies, T goes back to the plot."
RANK_MEANS = "Who has a number in common cannot be told apart; 1 is the best."
READING = (
    "The line is what all of them came to together, without who is far off. Luck alone moves everybody around it, the "
    "more the fewer rows there are: only who stands outside the shaded part differs by more than that."
)
READING_RANGES = (
    "The line is the middle of all of them together, without who is far off. The bar through a point is the range in "
    "which the middle of somebody lies, 95 in 100: only whose bar leaves the line out differs by more than luck."
)


def peer_sentence(peer: Peer) -> str:
    """Somebody's value, what it rests on, its range, and where it lies."""
    ends = f", {FOR_LUCK.lower()} {peer.interval_text}" if peer.interval_text else ""
    fair = f", best guess with the others in view {peer.fair_text}" if peer.fair_text else ""
    place = f": {peer.place_words}" if peer.place_words else ""
    return f"{peer.name}: {peer.value_text} ({peer.sample_text}){ends}{fair}{place}."


def table_of(found: Comparison) -> tuple[list[tuple[str, Peer]], list[Column[tuple[str, Peer]]]]:
    """Everybody by group and name, with the columns of the table."""
    rows = [(group.label, peer) for group in found.groups for peer in group.peers]
    rows += [("Still ramping", peer) for peer in found.ramping]
    columns: list[Column[tuple[str, Peer]]] = [
        Column(found.by.capitalize(), lambda one: one[1].name, strong=True),
        Column("Compared with", lambda one: one[0]),
        Column(found.kpi.name, lambda one: one[1].value_text, right=True),
        Column("Against luck", lambda one: f"{SYMBOLS[one[1].place]} {_verdict(one[1])}"),
        Column("From", lambda one: one[1].sample_text, right=True),
        Column(FOR_LUCK, lambda one: one[1].interval_text, right=True, hint=LUCK_MEANS),
    ]
    if any(peer.fair_text for _, peer in rows):
        columns.append(Column("Best guess", lambda one: one[1].fair_text, right=True))
    if any(peer.rank for _, peer in rows):
        columns.insert(2, Column("Rank", lambda one: one[1].rank, hint=RANK_MEANS))
    return rows, columns


def _verdict(peer: Peer) -> str:
    """Where somebody lies, short enough for a column; how often luck does so stands below the table."""
    return PLACE_WORDS[peer.place] if peer.place else peer.place_words


def alike_words(group: PeerGroup) -> Sequence[str]:
    """The sets of names that cannot be told apart, each as one line; nothing where all are one set."""
    if len(group.alike) == 1 and len(group.alike[0]) == len(group.peers):
        return ()
    return tuple(", ".join(names) for names in group.alike)


def head_of(group: PeerGroup) -> str:
    """A group with what it came to together."""
    return f"{group.label} · {group.common_text} together" if group.common_text else group.label
