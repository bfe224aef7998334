"""Questions to a workspace in SQL, and the tables they can be put to."""

from __future__ import annotations

from collections.abc import Generator

from kpidesk import store
from kpidesk.core.progress import Progress
from kpidesk.core.queries import Answer, TableInfo
from kpidesk.operations.workspace import Workspace

SECONDS = 30.0
SHOWN = 200


def sql(
    ws: Workspace, query: str, *, limit: int | None = SHOWN, seconds: float = SECONDS
) -> Generator[Progress, None, Answer]:
    """Run a query that reads; `limit` None gives every row. Closing the generator ends it.

    Raises:
        UserError: it would write, reaches outside the workspace, is no SQL, or takes longer than `seconds`.
    """
    return (yield from store.read_sql(ws.db, query, limit=limit, seconds=seconds))


def tables(ws: Workspace) -> tuple[TableInfo, ...]:
    """The tables that a query may read, each with what stands in it."""
    return store.tables(ws.db)
