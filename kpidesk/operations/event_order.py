"""That leads of the files tell two events the wrong way round, in the report of their import."""

from __future__ import annotations

from collections.abc import Iterator

from kpidesk import store
from kpidesk.core.fields import FIELD_BY_NAME, Kind
from kpidesk.core.imports import id_text
from kpidesk.core.wording import counted, listed
from kpidesk.language.event_order import LATER
from kpidesk.operations.workspace import Workspace

_NAMED = 3


def told_backwards(ws: Workspace, kind: Kind) -> tuple[str, ...]:
    """What is to be known of leads of which an event is dated before one that comes first; the fix list has deals."""
    return tuple(_told(ws, kind)) if kind == "leads" else ()


def _told(ws: Workspace, kind: Kind) -> Iterator[str]:
    known = FIELD_BY_NAME[kind]
    for first, others in LATER.items():
        for second in (one for one in known if first in known and one in others):
            if ids := store.ids_backwards(ws.db, kind, first, second):
                verb = "has" if len(ids) == 1 else "have"
                early, late = (known[one].label for one in (second, first))
                named = listed(filter(None, map(id_text, ids)), _NAMED)
                yield (
                    f"{counted(len(ids), 'lead')} {verb} '{early}' before '{late}'{f' ({named})' if named else ''}: "
                    "that is no time between the two and never in time. Correct one of them in the CRM."
                )
