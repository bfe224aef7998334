"""What a block of text shows is the same whether its columns are measured or its rows taken apart one by one."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from kpidesk.core.records import RawRows, salesforce_id
from kpidesk.importing.evidence import Evidence, begin
from kpidesk.importing.grids import grid_of, hashes_of
from kpidesk.importing.measuring import take_in
from kpidesk.importing.rules import Rules
from tests.importing.support import look, write

HEADER = (
    "id,name,owner,stage,close_date,created_at,last_activity_at,amount,probability,currency,lead_source,owner email"
)
WIDTH = HEADER.count(",") + 1
DAYS = [
    "",
    "2026-03-01",
    "2026-03-01",
    "2026-02-30",
    "2026-3-1",
    "01.03.2026",
    "13/01/2026",
    "1/13/26",
    "2026-03-01Z",
    "-",
]
STAMPS = ["2026-03-01 09:30", "2026-03-01T09:30:00", "2026-03-01T23:30Z", "2026-03-01 25:00", "45000", "1 März 2026"]
NUMBERS = ["1.5", "12.345", "1234.50", "12.3456", ".5", "7.", "1,5", "1.234,50", "$5", "12 €", "9", "n/a", "x", "1.2.3"]
IDS = ["D1", "D2", " D1", "006Ax000001AbCd", salesforce_id("006Ax000001AbCd"), "", "\N{NO-BREAK SPACE}D1", "0" * 33]
WORDS = [
    "Won",
    "Won ",
    "won",
    "Lost; Won",
    "Grün",
    "Gru\u0308n",
    "é" * 17,
    "word" * 9,
    "💶",
    "\ud800",
    "Total",
    "Su",
    "",
]
CELLS = st.sampled_from([*DAYS, *STAMPS, *NUMBERS, *IDS, *WORDS])
TABLES = st.integers(0, 3).flatmap(
    lambda loose: st.lists(
        st.tuples(
            st.sampled_from(IDS), CELLS, st.sampled_from(WORDS), st.sampled_from(WORDS),
            *([CELLS] * 3 if not loose else [st.sampled_from([*DAYS[:loose], *STAMPS[: loose - 1]])] * 3),
            *([CELLS] * 2 if not loose else [st.sampled_from(NUMBERS)] * 2),
            st.sampled_from(["EUR", "USD", "", "eur"]), st.sampled_from(WORDS), st.sampled_from(WORDS),
        ), min_size=1, max_size=9,
    )
)  # fmt: skip


def rules_of(folder: Path) -> Rules:
    return look(write(folder, f"{HEADER}\nD1,Deal,Ann,Won,2026-01-02,2026-01-01,,5,10%,EUR,Web,ann@x.example\n")).rules


def gathered(rules: Rules, blocks: list[RawRows]) -> dict[str, object]:
    """All that is known of some blocks by the name of what it is."""
    evidence: Evidence = begin(rules, (), serials=False)
    for _ in take_in(evidence, blocks):
        pass
    found = {one.name: getattr(evidence, one.name) for one in dataclasses.fields(Evidence) if one.name != "memos"}
    return found | {name: np.concatenate(found[name]).tolist() for name in ("keys", "key_lines")}


def test_a_measured_block_shows_what_its_rows_show(tmp_path: Path) -> None:
    rules = rules_of(tmp_path)

    @given(tables=st.lists(TABLES, min_size=1, max_size=3))
    @example(tables=[[("D1",) * WIDTH] * 3])
    def check(tables: list[list[tuple[str, ...]]]) -> None:
        apart, written, line = [], [], 2
        for table in tables:
            lines = list(range(line, line + len(table)))
            line += len(table)
            apart.append(RawRows(lines, [list(row) for row in table]))
            written.append(RawRows.written(lines, "".join("\x1f".join(row) + "\n" for row in table), "\x1f"))
        assert all(grid_of(block, WIDTH) is not None for block in written)
        assert gathered(rules, written) == gathered(rules, apart)

    check()


def test_many_long_texts_of_one_beginning_are_counted_apart() -> None:
    texts = [f"2026-03-01 {number * 7 % 5_000:05d}" for number in range(9_000)]
    grid = grid_of(RawRows.written(list(range(9_000)), "".join(f"a,{text}\n" for text in texts), ","), 2)
    words = grid.words(1) if grid is not None else None
    assert words is not None
    assert dict(zip(words.texts, words.counts, strict=True)) == Counter(texts)
    assert words.texts == list(dict.fromkeys(texts))


def test_a_text_has_one_number_wherever_it_stands_and_no_other_has_it() -> None:
    texts = ["", "D1", "D2", "é", "word" * 60, "word" * 61, "006Ax000001AbCd", "D1"]
    grid = grid_of(RawRows.written(list(range(8)), "".join(f"{text},x\n" for text in texts), ","), 2)
    assert grid is not None
    numbers = grid.hashes(0).tolist()
    assert numbers == hashes_of(texts).tolist()
    assert [texts[numbers.index(one)] for one in numbers] == texts
    assert numbers[0] == 0


def test_no_part_is_cut_out_of_a_text_with_other_signs_than_ascii() -> None:
    grid = grid_of(RawRows.written([2, 3], "é1234,a\n12345,b\n", ","), 2)
    assert grid is not None
    assert grid.part(0, 0, 2) is None
    assert grid.cells(0) == ["é1234", "12345"]
