"""Taking KPIs into use: one more than anybody can act on needs a word on why."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from kpidesk.core.kpis import Kpi
from kpidesk.core.lint_facts import crowded
from kpidesk.ui.messages import ask_reason


def why_so_many(parent: QWidget, known: Iterable[Kpi], kpi_ids: Collection[str]) -> str | None:
    """Why some KPIs are taken into use: "" where they are not too many, None where nobody says why they are."""
    there = tuple(known)
    return ask_reason(parent, crowded(there, (replace(one, status="active") for one in there if one.id in kpi_ids)))
