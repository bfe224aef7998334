"""A rep's page can be read aloud: nothing on it is said in the words of statistics without being explained."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from kpidesk import operations
from kpidesk.core.luck_words import LUCK_MEANS
from kpidesk.core.scorecards import Row
from kpidesk.ui.painting.cells import matrix_lines, second_line
from kpidesk.ui.widgets.facts_text import CONFIDENCE_WORDS, change_words, facts_of, luck_of
from tests.conftest import SAMPLE_DAY

STATISTICS = re.compile(
    r"interval|p-value|significan|wilson|newcombe|poisson|95 ?% \w|σ|sigma|\bn ?=|confidence|deviation|variance|"
    r"hypothes|quantile|percentile|standard error|null",
    re.IGNORECASE,
)


def spoken(shown: Row) -> Iterable[str]:
    yield from (shown.sentence, shown.status_words, second_line(shown), change_words(shown), *matrix_lines(shown))
    for pairs in (facts_of(shown, "USD"), luck_of(shown, "USD")):
        yield from (text for pair in pairs for text in pair)


def test_a_reps_page_is_said_without_the_words_of_statistics(sample: Path) -> None:
    ws = operations.open_workspace(sample, today=SAMPLE_DAY)
    try:
        asked = operations.question(ws, period="2026-Q3", by="rep")
        card = operations.with_luck(ws, operations.scorecard(ws, asked))
        texts = [text for one in card.rows for text in spoken(one)]
        reps = [one.scope for one in card.rows if one.scope.kind == "rep"]
        for rep in reps[:3]:
            sheet = operations.sheet_for(ws, rep, asked.period)
            texts += [sheet.header, *(line.words for line in sheet.lines), *(line.row.sentence for line in sheet.lines)]
    finally:
        operations.close(ws)
    texts += [LUCK_MEANS, *CONFIDENCE_WORDS.values()]
    assert len(texts) > 300
    assert [text for text in texts if STATISTICS.search(text)] == []
