"""That leads of the files tell two events the wrong way round, in the report of their import."""

from __future__ import annotations

from collections.abc import Iterator

from kpidesk import store
from kpidesk.core.clock_changes import clock_changes, has_time, is_repeated, local_minute
from kpidesk.core.fields import FIELD_BY_NAME, Kind
from kpidesk.core.imports import id_text
from kpidesk.core.wording import counted, listed
from kpidesk.language.event_order import LATER
from kpidesk.operations.workspace import Workspace, settings

_NAMED = 3


def told_backwards(ws: Workspace, kind: Kind) -> tuple[str, ...]:
    """What is to be known of leads of which an event is dated before one that comes first; the fix list has deals."""
    return tuple(_told(ws, kind)) if kind == "leads" else ()


def _told(ws: Workspace, kind: Kind) -> Iterator[str]:
    known = FIELD_BY_NAME[kind]
    for first, others in LATER.items():
        for second in (one for one in known if first in known and one in others):
            if ids := _ids(ws, kind, first, second):
                verb = "has" if len(ids) == 1 else "have"
                early, late = (known[one].label for one in (second, first))
                named = listed(filter(None, map(id_text, ids)), _NAMED)
                yield (
                    f"{counted(len(ids), 'lead')} {verb} '{early}' before '{late}'{f' ({named})' if named else ''}: "
                    "that is no time between the two and never in time. Correct one of them in the CRM."
                )


def _ids(ws: Workspace, kind: Kind, first: str, second: str) -> list[str]:
    """The leads that tell two events the wrong way round; in an hour that the clocks show twice neither is wrong."""
    changes = clock_changes(settings(ws).time_zone)
    return [
        key
        for key, early, late in store.told_backwards(ws.db, kind, first, second)
        if not (has_time(early) and has_time(late) and is_repeated(local_minute(early), local_minute(late), changes))
    ]
