"""What looking through a whole file has found."""

from __future__ import annotations

from dataclasses import dataclass

from kpidesk.core.imports import ImportOptions
from kpidesk.importing.data_date import DataDate
from kpidesk.importing.evidence import Evidence
from kpidesk.importing.layout import Layout, Leftovers
from kpidesk.importing.profiles import Profile
from kpidesk.importing.recognising import Recognised
from kpidesk.importing.rules import Rules
from kpidesk.importing.settling import Settled
from kpidesk.importing.tables import Source


@dataclass(frozen=True, slots=True)
class Findings:
    """All that is known of a file once its rows were read: its plan, and what is shown of it first, are made of this.

    `key` tells files with the same columns. `profile` is what was remembered of such a file from an import before,
    `options` what was said now, completed by that; `left` is what is no data.
    """

    table: Source
    layout: Layout
    key: str
    profile: Profile
    options: ImportOptions
    recognised: Recognised
    evidence: Evidence
    settled: Settled
    dated: DataDate
    left: Leftovers

    @property
    def rules(self) -> Rules:
        """How its rows are read."""
        return self.settled.rules
