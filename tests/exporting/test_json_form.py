"""Answers as JSON: by their schemas, exact, and with null where there is no number."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from kpidesk.core.fields import KINDS
from kpidesk.exporting.json_form import (
    baseline_json,
    import_json,
    imports_json,
    number_json,
    scorecard_json,
    target_json,
)
from kpidesk.exporting.receipt_forms import receipt_json
from kpidesk.exporting.trend_forms import trend_answer
from tests.schema import problems
from tests.ui.samples import scorecard, trend
from tests.ui.samples_data import BASELINE, HISTORY, REPORT, TARGET, receipt


@pytest.mark.parametrize(
    ("answer", "form"),
    [
        (scorecard_json(scorecard()), "scorecard"),
        (trend_answer(trend()), "trend"),
        (receipt_json(receipt(9)), "rows"),
        (import_json(REPORT), "import"),
        (imports_json(HISTORY), "imports"),
        (baseline_json(replace(BASELINE, frozen_at="2026-10-01")), "baseline"),
        (target_json(TARGET), "target"),
    ],
)
def test_an_answer_keeps_its_schema_and_is_plain_json(answer: object, form: str) -> None:
    assert problems(json.loads(json.dumps(answer, allow_nan=False)), form) == []


def test_every_kind_of_record_has_a_place_in_the_schema() -> None:
    assert [problems(import_json(replace(REPORT, kind=kind)), "import") for kind in KINDS] == [[]] * len(KINDS)


def test_numbers_keep_every_digit_and_whole_ones_have_no_fraction() -> None:
    assert [number_json(one) for one in (0.1 + 0.2, 31.0, -0.0, 1e15)] == [0.30000000000000004, 31, 0, 10**15]
    assert repr(number_json(31.0)) == "31"
    assert [number_json(one) for one in (None, math.nan, math.inf)] == [None, None, None]


def test_a_value_that_does_not_exist_is_null_and_says_why() -> None:
    card = scorecard()
    row = next(one for one in json.loads(json.dumps(scorecard_json(card)))["rows"] if one["kpi"] == "response")
    assert (row["value"], row["status"]) == (None, "no_data")
    assert row["reason"] == "no rows: nothing of kind 'leads' has been imported"


def test_a_value_without_an_end_is_null_as_well() -> None:
    card = scorecard()
    endless = replace(card.rows[0], result=replace(card.rows[0].result, value=math.inf, interval=(0.0, math.inf)))
    told = json.loads(json.dumps(scorecard_json(replace(card, rows=(endless,))), allow_nan=False))["rows"][0]
    assert (told["value"], told["interval"]) == (None, [0, None])


def test_every_row_of_a_receipt_is_there() -> None:
    told = json.loads(json.dumps(receipt_json(receipt(93))))
    assert told["count"] == len(told["rows"]) == 93
    assert sum(row["in_numerator"] for row in told["rows"]) == told["numerator"] == 31
    assert told["rows"][4] == {
        "key": "D000004", "in_numerator": False, "weight": 1, "value": 0, "rate": "", "reason": "",
        "file": "sales_pipeline.csv", "line": 6, "import_id": 7, "valid_from": "2026-10-01",
        "cells": receipt(93).rows[4].cells, "history": None, "opens": None,
    }  # fmt: skip


def test_a_period_says_its_first_day_its_last_and_the_one_after() -> None:
    told = json.loads(json.dumps(scorecard_json(scorecard())))["period"]
    assert told == {
        "key": "2026-Q3", "label": "Q3 2026", "start": "2026-07-01", "end": "2026-10-01", "last_day": "2026-09-30",
    }  # fmt: skip
