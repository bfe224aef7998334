"""The rows behind a number, and the proof that they reproduce it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import date

from kpidesk import engine, store
from kpidesk.core.errors import UserError
from kpidesk.core.fields import FIELDS, Kind
from kpidesk.core.formats import format_value
from kpidesk.core.kpis import Kpi
from kpidesk.core.rate_words import rate_note
from kpidesk.core.receipts import Receipt, ReceiptRow
from kpidesk.core.scorecards import Question
from kpidesk.operations.formulas import definition_in_force, find_kpi, formula_of, row_noun
from kpidesk.operations.kpis import words_of
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.workspace import Workspace, data_date, evaluator, settings, teams_notice

SHOWN = (
    "name",
    "owner",
    "account",
    "stage",
    "amount",
    "currency",
    "created_at",
    "close_date",
    "closed_at",
    "lead_source",
    "type",
)


def rows(ws: Workspace, kpi_id: str, question: Question) -> Receipt:
    """Every row behind a KPI's value for a scope in a period: for a ratio those of the denominator.

    Raises:
        UserError: no such KPI, or one without a formula over rows.
    """
    return receipt_of(ws, definition_in_force(ws, find_kpi(ws, kpi_id), question.period), question)


def receipt_of(ws: Workspace, kpi: Kpi, question: Question) -> Receipt:
    """Every row behind the value of a KPI by exactly this definition.

    Raises:
        UserError: it is one without a formula over rows.
    """
    formula = formula_of(ws, kpi, question.period)
    if formula is None:
        raise UserError(f"'{kpi.name}' is built in and has no list of rows.", "Look at the KPIs it is made of.")
    known, level = evaluator(ws, question.as_of, question.teams), level_of_nobody(question)
    found = engine.behind(known, kpi, formula, question.scope, question.period, unassigned_level=level)
    money = settings(ws).currency
    details = _details(ws, found, question.as_of)
    listed = tuple(
        ReceiptRow(
            deal_id=int(detail["deal_id"]),
            kind=found.kinds[at],
            key=detail["key"],
            weight=float(found.weights[at]),
            value=_number(found.values[at]) if found.values is not None else None,
            in_numerator=bool(found.in_numerator[at]),
            cells={name: text for name, text in detail.items() if name not in _PLACE},
            import_id=int(detail["import_id"] or 0),
            file=detail["file"],
            line=int(detail["line"] or 0),
            valid_from=detail["valid_from"],
            rate=rate_note(rate, money) if rate is not None else "",
        )
        for at, (detail, rate) in enumerate(zip(details, found.rates, strict=True))
    )
    return Receipt(
        question=question,
        kpi=kpi,
        result=found.result,
        value_text=format_value(found.result.value, kpi.unit, money, found.result.n),
        words=words_of(ws, kpi, question.period),
        rows=listed,
        columns=tuple(name for name in _shown(found.kinds) if _is_shown(name, listed, money)),
        reproduced=found.reproduced,
        reproduces=_same(found.result.value, found.reproduced),
        parts=tuple(found.parts),
        as_of=data_date(ws, question.as_of),
        definition_version=kpi.version,
        import_ids=tuple(sorted({row.import_id for row in listed})),
        notices=(*teams_notice(ws, question.as_of, question.teams), *found.result.notices),
        code=_code(ws, kpi, question, found.result.value),
        currency=money,
        noun=row_noun(kpi),
    )


def _details(ws: Workspace, found: engine.Behind, as_of: date | None) -> list[dict[str, str]]:
    """Every row as text with the file it came from, whatever kind of record it is."""
    details: list[dict[str, str]] = [
        {"deal_id": "0", "key": "", "name": label, "import_id": "", "file": "", "line": "", "valid_from": ""}
        for label in found.labels
    ]
    for kind in sorted(set(found.kinds)):
        at = [n for n, one in enumerate(found.kinds) if one == kind and found.value_ids[n] > 0]
        if at:
            rows = store.rows_by_id(ws.db, kind, [int(found.value_ids[n]) for n in at], as_of)
            for n, row in zip(at, rows, strict=True):
                details[n] = {"deal_id": row.get("record_id", row.get("deal_id", "0")), **row}
                details[n].pop("record_id", None)
    return details


_PLACE = ("deal_id", "key", "import_id", "file", "line", "valid_from")


def _shown(kinds: Sequence[Kind]) -> tuple[str, ...]:
    """The columns of a receipt: the chosen ones of deals, all fields of other kinds."""
    own = [one.name for kind in sorted(set(kinds) - {"deals"}) for one in FIELDS[kind]]
    return tuple(dict.fromkeys((*(SHOWN if "deals" in kinds or not kinds else ("name",)), *own)))


def _is_shown(name: str, listed: Sequence[ReceiptRow], money: str) -> bool:
    """Whether a field says something: its currency only where that is another than the workspace's."""
    texts = {row.cells.get(name, "") for row in listed} - {""}
    return bool(texts - {money}) if name == "currency" else bool(texts)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _same(shown: float | None, again: float | None) -> bool:
    if shown is None or again is None:
        return shown is again
    return math.isclose(shown, again, rel_tol=1e-9, abs_tol=1e-9)


def _code(ws: Workspace, kpi: Kpi, question: Question, value: float | None) -> str:
    """A short code of what was asked and answered, so that two prints can be told to agree."""
    known = data_date(ws, question.as_of)
    text = f"{kpi.id}|{kpi.version}|{kpi.formula}|{question.scope.key}|{question.period.key}|{known}|{value!r}"
    text += f"|{question.teams}" if question.teams != "as-was" else ""
    return hashlib.sha256(text.encode()).hexdigest()[:10].upper()
