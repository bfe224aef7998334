"""The stages of all deals, read from their exports a part of the deals at a time, for facts that hold only some."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kpidesk.core.curation import Curation
from kpidesk.engine.history import Columns, Versions, column, read_versions
from kpidesk.engine.past import endings_by_use
from kpidesk.engine.stage_use import StageOrder, order_of
from kpidesk.engine.values import Floats, Ints
from kpidesk.engine.visits import pipelines_of, stage_use

PART = 1 << 16
"""So many versions are looked at together, a few more where a deal has some beyond them."""
STAGE_COLUMNS = (
    *("v.of", "v.from", "v.value", "source"),
    *("stage", "status", "pipeline", "probability", "stage_entered_at", "close_date", "closed_at"),
)
"""What the stages of deals are read from."""


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """The stages of deals: the outcomes that they stand for by use (by word, −1 for none), their pipelines and order.

    The last two are None where the facts at hand tell them.
    """

    endings: Ints
    pipelines: Ints | None = None
    order: StageOrder | None = None


def read_stages(columns: Columns, curation: Curation, places: Floats, newest_data: int) -> Stages:
    """What the `STAGE_COLUMNS` of all deals tell of stages; `places[w]` is the place of word w in alphabetical order.

    Raises:
        NotComputableError: what the files name as stages are too many to be stages.
    """
    shown, pipelines = [], []
    for part, versions, ids in _parts(columns, curation, newest_data):
        stage = column(part, "stage", versions.value, 0).astype(np.int64)
        shown.append(np.unique(np.stack((stage, versions.outcome)), axis=1))
        pipelines.append(np.unique(pipelines_of(part, versions, ids, places)))
    stage, outcome = np.concatenate(shown, axis=1)
    endings = endings_by_use(stage, outcome, places)
    known = np.unique(np.concatenate(pipelines))
    parts = _parts(columns, curation, newest_data)
    uses = [stage_use(part, curation, versions, ids, places, endings, known) for part, versions, ids in parts]
    return Stages(endings, known, order_of(uses))


def _parts(columns: Columns, curation: Curation, newest_data: int) -> Iterator[tuple[Columns, Versions, Ints]]:
    """The columns with the versions of some deals, these versions, and the deals."""
    of, told = columns["v.of"], {name: columns[name] for name in STAGE_COLUMNS if name in columns}
    ends = np.unique((*np.searchsorted(of, of[PART - 1 :: PART], side="right"), len(of))).tolist()
    for start, end in zip((0, *ends), ends, strict=False):
        part = {**told, **{name: told[name][start:end] for name in ("v.of", "v.from", "v.value")}}
        yield part, *read_versions(part, curation, newest_data)
