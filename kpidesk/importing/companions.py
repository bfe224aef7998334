"""What else a file holds beside its own records: the stage history in columns of a file of deals."""

from __future__ import annotations

from dataclasses import replace

from kpidesk.core.fields import KIND_OF_RECORD, Kind
from kpidesk.core.imports import ColumnEvidence
from kpidesk.core.records import RawRows
from kpidesk.core.wording import counted
from kpidesk.importing.evidence import PREVIEW_ROWS, SAMPLES
from kpidesk.importing.rules import Plan, Reading, Rules
from kpidesk.importing.wide import Wide

HISTORY: Kind = "stage-history"
WHY = "from the columns of days on which a stage was entered"


def companions(plan: Plan) -> tuple[Plan, ...]:
    """The further plans that the file of a plan holds, to be imported after it in the same go."""
    wide = plan.rules.wide
    return (_history(plan, wide),) if plan.kind == "deals" and wide is not None else ()


def _history(plan: Plan, wide: Wide) -> Plan:
    """How the columns that each say when a deal entered a stage are read as stage changes."""
    preview, filled = plan.preview, sum(plan.preview.columns[at].filled for at, _ in wide.stages)
    headers = wide.headers(plan.rules.headers)
    rules = _rules(plan.rules, wide, headers)
    rows = wide.rows(RawRows(list(range(len(preview.rows))), [list(row) for row in preview.rows])).rows
    columns = tuple(
        ColumnEvidence(headers[at], one.field, WHY, "", tuple(dict.fromkeys(row[at] for row in rows))[:SAMPLES], filled)
        for at, one in enumerate(rules.readings)
    )
    shown = replace(
        preview,
        kind=HISTORY,
        total_rows=filled,
        columns=columns,
        stages=(),
        rows=tuple(tuple(row) for row in rows[:PREVIEW_ROWS]),
        identity=f"a stage change is known by '{headers[0]}', its stage and its time",
        questions=(),
        notices=(f"{counted(len(wide.stages), 'column')} of deals, each with the day on which a stage was entered.",),
    )
    return replace(
        plan,
        preview=shown,
        recipe=rules.recipe(),
        rules=rules,
        outcomes={},
        profile_key=f"{plan.profile_key} {HISTORY}",
        profile="",
        ordinals={},
        once=False,
        memos={},
    )


def _rules(rules: Rules, wide: Wide, headers: tuple[str, ...]) -> Rules:
    return replace(
        rules,
        kind=HISTORY,
        headers=headers,
        readings=(
            Reading("deal", "reference", 0, lengthen=rules.ids == "salesforce"),
            Reading("stage", "term", 1),
            Reading("entered_at", "stamp", 2, order=wide.order, serials=wide.serials),
        ),
        custom=(),
        identity=KIND_OF_RECORD[HISTORY].identity,
        currency_from="fixed",
        skip=(),
        made=(),
        words=(),
        constants=(),
        ignored=(),
        same=(),
        made_columns=0,
    )
