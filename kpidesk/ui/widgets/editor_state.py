"""The KPI in the editor as a value: where a new one begins, its id, and what is not kept yet."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from kpidesk.core.errors import UserError
from kpidesk.core.kpi_fields import kpi_from_mapping, kpi_to_mapping
from kpidesk.core.kpis import Kpi
from kpidesk.ui.widgets.editor_formula import FORM, TEXT, TYPED, View

NEW = ""
"""Stands for a new KPI where the id of a known one stands otherwise."""
LONGEST_ID = 60
_MAY_BE_EMPTY = ("id", "name", "sentence", "formula", "dimension")
"""What a KPI must have and one that was only begun may lack."""


def first_kpi() -> Kpi:
    """A new KPI before anything is typed."""
    return Kpi(
        id=NEW, name="", formula="", sentence="", unit="count", direction="higher", indicator="lagging",
        dimension="outcome", kpi_class="flow_count",
    )  # fmt: skip


def id_of(name: str) -> str:
    """The id that a KPI gets from its name: `Win rate (new)` is `win_rate_new`."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))
    cleaned = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (cleaned if cleaned[:1].isalpha() else f"kpi_{cleaned}")[:LONGEST_ID].strip("_")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A KPI as far as it was written, and the view it was written in; `key` is its id, empty for a new one.

    `begun_on` is the day of the first edit, None where an earlier program did not keep it.
    """

    key: str
    kpi: Kpi
    view: View
    begun_on: date | None = None


def unfinished_text(one: Unfinished) -> str:
    """What was begun as one line of text, to be kept in the workspace."""
    begun = one.begun_on.isoformat() if one.begun_on is not None else ""
    told = {"key": one.key, "view": one.view, "begun_on": begun, "kpi": kpi_to_mapping(one.kpi)}
    return json.dumps(told, ensure_ascii=False)


def read_unfinished(text: str) -> Unfinished | None:
    """What was begun, from its text; None when a newer program wrote something this one cannot read."""
    try:
        found = json.loads(text)
        texts = {name: str(found["kpi"][name]) for name in _MAY_BE_EMPTY}
        begun = str(found.get("begun_on", ""))
        begun_on = date.fromisoformat(begun) if begun else None
        kpi = kpi_from_mapping({**found["kpi"], **dict.fromkeys(_MAY_BE_EMPTY, "x")}, "unfinished")
    except (ValueError, TypeError, KeyError, UserError):
        return None
    view: View = TEXT if found.get("view") == TEXT else TYPED if found.get("view") == TYPED else FORM
    kpi = replace(kpi, **texts)  # type: ignore[arg-type]  # text fields
    return Unfinished(str(found.get("key", NEW)), kpi, view, begun_on)
