"""The command line: each command calls one operation and prints its value as text or JSON.

A module is loaded when one of its commands runs (`homes` says which is where), so that none waits for the others.
"""

from typing import TYPE_CHECKING

from kpidesk.cli.group import main

if TYPE_CHECKING:
    from kpidesk.cli import (
        answers,
        breakdowns,
        cadence,
        causes,
        changes,
        checks,
        export_packs,
        files,
        forecast,
        goals,
        hygiene,
        imports,
        initiatives,
        kpis,
        objectives,
        one_on_ones,
        packs,
        parameters,
        pay,
        people,
        personal_data,
        pipeline,
        rates,
        receipts,
        settings,
        signals,
        sql,
        submissions,
        team_reviews,
        window,
    )

__all__ = [
    "answers",
    "breakdowns",
    "cadence",
    "causes",
    "changes",
    "checks",
    "export_packs",
    "files",
    "forecast",
    "goals",
    "hygiene",
    "imports",
    "initiatives",
    "kpis",
    "main",
    "objectives",
    "one_on_ones",
    "packs",
    "parameters",
    "pay",
    "people",
    "personal_data",
    "pipeline",
    "rates",
    "receipts",
    "settings",
    "signals",
    "sql",
    "submissions",
    "team_reviews",
    "window",
]
