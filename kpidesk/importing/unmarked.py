"""That no column tells what activities are, which way they went or whether they took place, and what follows."""

from __future__ import annotations

from collections.abc import Mapping

from kpidesk.importing.profiles import NO_COLUMN
from kpidesk.importing.rules import Rules

MARKS: Mapping[str, tuple[str, str]] = {
    "type": (
        "what the activities are, so none counts as a call, an e-mail, a meeting or a demo",
        "Where all are calls, --set type=call says so",
    ),
    "direction": (
        "which way the activities went, so none counts as outbound or inbound: no call as made, no e-mail as sent",
        "Where all went out, --set direction=out says so",
    ),
    "status": (
        "whether the activities took place, so none counts as held: no call as made, no e-mail as sent, no meeting as "
        "held",
        "Where the file lists only what was done, --set status=held says so",
    ),
}
"""By field of activities, what is not told where no column tells it, and how to say it of all rows."""
WITHOUT_WAY = ("meeting", "demo", "proposal", "task")
"""The activities that count without a direction."""


def unmarked(rules: Rules, said: Mapping[str, str]) -> tuple[str, ...]:
    """The notices that no column tells what activities are, their direction or their status; none where it is known.

    A planned call is no call, so an activity without a status is never taken for one that took place. `said` are the
    columns that the user gave to fields: "-" asks for no notice.
    """
    if rules.kind != "activities":
        return ()
    ways = () if rules.constant("type") in WITHOUT_WAY else ("direction",)
    asked = [name for name in ("type", *ways, "status") if not (rules.is_given(name) or said.get(name) == NO_COLUMN)]
    return tuple(
        f'No column tells {MARKS[name][0]}. {MARKS[name][1]}. Map the one that does: --map {name}="COLUMN".'
        for name in asked
    )
