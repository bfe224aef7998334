"""The open deals behind a forecast: by stage with their chances, by forecast category, weighted, and one by one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine, store
from kpidesk.core.forecasts import CategoryTotal, DueDeal, StageChance, Weighted
from kpidesk.core.formats import format_value, sample_text
from kpidesk.operations.change_rows import shown
from kpidesk.operations.forecast_pipeline import Conversion, Pipeline
from kpidesk.operations.workspace import Workspace, settings
from kpidesk.stats.conversion import PRIOR_DEALS
from kpidesk.stats.intervals import wilson

MOST_DEALS = 50
CLOSE = 0.05
"""How far a chance may lie from what was won in time before that is explained."""
NO_STAGE = "(no stage)"
OTHER = "(no category)"
SURE = ("commit", "bestcase", "pipeline")
"""The categories in the order of how sure they are; `omitted` counts to none."""
LABELS = {"commit": "Commit", "bestcase": "Best case", "pipeline": "Pipeline", "omitted": "Omitted"}
NO_CATEGORIES = "No file gives forecast categories (commit, best case, pipeline), so none are guessed."
Floats = NDArray[np.float64]


def stage_chances(ws: Workspace, facts: engine.Facts, found: Pipeline) -> tuple[StageChance, ...]:
    """The open deals due of each stage with the chance that such deals had, the surest first."""
    names, due = engine.words_at(facts, "stage"), found.due
    stages = [
        _stage(ws, names.get(place, NO_STAGE), due.stage == place, place + 1, found)
        for place in np.unique(due.stage).tolist()
    ]
    return tuple(sorted(stages, key=lambda one: (-one.chance, one.stage)))


def _stage(ws: Workspace, name: str, mine: NDArray[np.bool_], at: int, found: Pipeline) -> StageChance:
    money, total = settings(ws).currency, found.conversion.total
    known = not found.conversion.from_win_rate
    won, n = (float(total.won[at]), float(total.n[at])) if known else (0.0, 0.0)
    chance = float(found.chances[mine][0])
    amount = float(found.due.worth[mine].sum())
    expected = amount * chance
    return StageChance(
        stage=name, deals=float(found.due.share[mine].sum()), amount=amount,
        amount_text=format_value(amount, "money", money), won=won, n=n, chance=chance,
        chance_text=format_value(chance, "percent", n=n), interval=wilson(won, n), expected=expected,
        expected_text=format_value(expected, "money", money), note=_leaning(won, n, chance, found.conversion),
    )  # fmt: skip


def _leaning(won: float, n: float, chance: float, conversion: Conversion) -> str:
    """That a chance leans on more than its own stage."""
    if conversion.from_win_rate:
        return "your win rate stands in" if conversion.total.n.any() else "an even chance stands in"
    if n >= PRIOR_DEALS:
        return "all stages are weighed in" if abs(won / n - chance) > CLOSE else ""
    return "few here, so all stages are weighed in" if n else "none here yet: that of all stages"


def conversion_words(conversion: Conversion) -> str:
    """On what the chances rest, with x of n in all."""
    total = conversion.total
    if not total.n.any():
        return conversion.words
    n = float(total.n.sum())
    whole, verb = sample_text(n, float(total.won.sum())), "was" if n == 1 else "were"
    deals = f" decided deal{'' if n == 1 else 's'}" if conversion.from_win_rate else ""
    what = f"{deals} {verb} won{'' if deals else ' in time'}".strip()
    return f"{conversion.words} {whole} {what}."


def weighted(ws: Workspace, found: Pipeline) -> tuple[Weighted, ...]:
    """The open deals due by the probability of the CRM, and by the chances of the own past."""
    money, due = settings(ws).currency, found.due
    told = ~np.isnan(due.crm)
    by_crm = float((due.worth[told] * due.crm[told]).sum())
    lacking = float(due.share[~told].sum())
    note = f"{sample_text(lacking)} without a probability {'counts' if lacking == 1 else 'count'} nothing."
    own = float((due.worth * found.chances).sum())
    mine = Weighted("By your own past", own, format_value(own, "money", money), float(due.share.sum()),
                    conversion_words(found.conversion))  # fmt: skip
    if not told.any():
        return (mine,)
    return (
        Weighted("By the CRM's probability", by_crm, format_value(by_crm, "money", money),
                 float(due.share[told].sum()), note if lacking else ""),
        mine,
    )  # fmt: skip


def categories(ws: Workspace, facts: engine.Facts, due: engine.Due, won: float) -> tuple[CategoryTotal, ...]:
    """The open deals due by forecast category, the surest first; none where no file has categories."""
    if not facts.gives("forecast_category"):
        return ()
    money, names = settings(ws).currency, engine.words_at(facts, "forecast_category")
    keys = {place: category_key(names.get(place, "")) for place in np.unique(due.category).tolist()}
    together, found = won, []
    for key in (*SURE, *sorted(set(keys.values()) - {*SURE, ""}), ""):
        mine = np.isin(due.category, [place for place, one in keys.items() if one == key])
        if not mine.any() and key not in SURE:
            continue
        amount = float(due.worth[mine].sum())
        together += amount if key in SURE else 0.0
        place = next((place for place, one in keys.items() if one == key), -1)
        sum_up = together if key in SURE else None
        found.append(
            CategoryTotal(
                key, LABELS.get(key) or names.get(place, OTHER), float(due.share[mine].sum()), amount,
                format_value(amount, "money", money), sum_up,
                format_value(sum_up, "money", money) if sum_up is not None else "",
            )
        )  # fmt: skip
    return tuple(found)


def category_key(text: str) -> str:
    """A category however it is written: "Best Case" and "best_case" are one."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def due_deals(
    ws: Workspace, facts: engine.Facts, found: Pipeline, as_of: date | None, most: int | None = MOST_DEALS
) -> tuple[DueDeal, ...]:  # fmt: skip
    """The open deals due, the largest expected amounts first; at most 50, or all of them."""
    due, expected = found.due, found.due.worth * found.chances
    largest = np.argsort(-expected, kind="stable")[:most]
    values = facts.past.versions.value[due.version[largest]].tolist()
    unique = sorted(set(values))
    cells = dict(zip(unique, store.deal_rows(ws.db, unique, as_of), strict=True))
    at = zip(largest.tolist(), values, strict=True)
    return tuple(_deal(ws, cells[value], found, one, float(expected[one])) for one, value in at)


def _deal(ws: Workspace, cells: Mapping[str, str], found: Pipeline, at: int, expected: float) -> DueDeal:
    due, money = found.due, settings(ws).currency
    amount, crm = float(due.amount[at] * due.share[at]), float(due.crm[at])
    day = cells.get("close_date", "")
    return DueDeal(
        deal_id=int(cells["deal_id"]), name=store.called(cells.get("name", ""), cells["key"]),
        owner=cells.get("owner_split", "") or cells.get("owner", ""), stage=shown("stage", cells, money),
        category=cells.get("forecast_category", ""), amount=None if math.isnan(amount) else amount,
        amount_text=format_value(None if math.isnan(amount) else amount, "money", money),
        close_date=date.fromisoformat(day) if day else None, crm_chance=None if math.isnan(crm) else crm,
        own_chance=float(found.chances[at]), expected_text=format_value(expected, "money", money),
    )  # fmt: skip
