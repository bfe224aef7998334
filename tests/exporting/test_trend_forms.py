"""A trend with everything that explains it in its files: nothing that is drawn is missing from them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest

from kpidesk.exporting.csv_form import trend_csv
from kpidesk.exporting.html_form import trend_html
from kpidesk.exporting.text_form import trend_text
from kpidesk.exporting.trend_forms import trend_answer
from tests.schema import problems
from tests.ui.trend_samples import MARKS, cohort, explained

NOTE = "1. 2 Sep 2024: New price list"


def test_the_answer_keeps_its_schema_and_has_every_part() -> None:
    answer = json.loads(json.dumps(trend_answer(explained()), allow_nan=False))
    assert problems(answer, "trend") == []
    assert answer["projection"]["interval"] == [1_450_000, 1_800_000]
    assert answer["projection"]["same_day"] == {
        "period": "2026-Q2", "label": "Q2 2026", "until": "2026-06-16", "value": 1_100_000,
        "receipt": "",
    }  # fmt: skip
    assert answer["limits"]["high"] == [1_280_000] * 12 + [None]
    assert answer["limits"]["signals"][0]["at"] == 11
    assert [mark["number"] for mark in answer["marks"]] == [1, 2, 3]


def test_an_open_cohort_keeps_its_schema() -> None:
    answer = json.loads(json.dumps(trend_answer(cohort()), allow_nan=False))
    assert problems(answer, "trend") == []
    assert [point["still_open"] for point in answer["points"][-3:]] == [None, 0.2, 0.6]


def test_a_table_of_numbers_has_the_parts_in_columns() -> None:
    lines = list(csv.DictReader(io.StringIO(trend_csv(explained()).decode("utf-8-sig"))))
    assert (lines[0]["usual_low"], lines[-1]["usual_low"]) == ("900000", "")
    assert (lines[-1]["heading_low"], lines[-1]["heading_high"]) == ("1450000", "1800000")
    assert lines[-1]["same_day_before"] == "1100000"
    assert lines[11]["possible_change"].startswith("Possible change")
    (noted,) = [line for line in lines if "New price list" in line["notes"]]
    assert noted["period"] == "2024-Q3"


@pytest.mark.parametrize("form", [lambda one: trend_html(one).decode(), trend_text], ids=["page", "text"])
def test_what_is_read_has_the_words_and_the_notes(form: object) -> None:
    told = " ".join(form(explained()).split())  # type: ignore[operator]  # a form of a trend
    for words in (NOTE, "Heading for $1.45M to $1.80M", "On the same working day of Q2 2026: $1.10M.", "Usual range"):
        assert words in told
    bare = " ".join(form(explained(frozenset())).split())  # type: ignore[operator]  # as above
    assert NOTE not in bare
    assert "Usual range" not in bare


def test_a_page_draws_the_parts() -> None:
    page = trend_html(explained()).decode()
    for kind in ("usual", "benchmark", "beside year", "heading", "note"):
        assert f'class="{kind}"' in page
    assert page.count('class="note"') == len(MARKS)
    assert page.count('class="line running"') == 1, "broken, to where it is heading"
    assert 'class="line running"' not in trend_html(replace(explained(), running=None)).decode()
    assert 'class="hatch"' not in page
    assert 'class="hatch"' in trend_html(cohort()).decode()
    assert "60% still open" in trend_html(cohort()).decode()
