"""What a block of text shows is the same whether its columns are measured or its rows taken apart one by one."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpidesk.core.records import RawRows, salesforce_id
from kpidesk.importing.evidence import Evidence, begin
from kpidesk.importing.grids import grid_of, hashes_of
from kpidesk.importing.mapping import parse
from kpidesk.importing.measuring import in_large, take_in
from kpidesk.importing.rules import Plan, Rules
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
LONG_STAMP = "2026-03-01T09:30:00.123456789012x"
"""Without its last sign, the thirty-third, it would be a stamp."""
STAMPS = [
    "2026-03-01 09:30",
    "2026-03-01T09:30:00",
    "2026-03-01T23:30Z",
    "2026-03-01 25:00",
    "45000",
    "1 März 2026",
    LONG_STAMP,
]
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
    @example(tables=[[(LONG_STAMP,) * WIDTH] * 3])
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


def parsed(plan: Plan, block: RawRows) -> dict[str, object]:
    """All that is read of a block, its columns as lists."""
    found = parse(replace(plan, memos={}), block)
    told = {one.name: getattr(found, one.name) for one in dataclasses.fields(found)}
    columns = {name: list(column) for name, column in found.columns.items()}
    return told | {"columns": columns, "custom": list(found.custom), "index": list(found.index)}


def test_a_measured_block_is_read_as_its_rows_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpidesk.importing.block.FEWEST", 1)
    text = f"{HEADER}\nD1,Deal,Ann,Won,2026-01-02,2026-01-01,,5,10%,EUR,Web,ann@x.example\n"
    plan = look(write(tmp_path, text))
    rules = [
        plan.rules,
        replace(plan.rules, skip=((3, ("won",)),), ignored=("Lost",), constants=(("segment", "SMB"),)),
        replace(plan.rules, currency_from="cells", empty=("x", "-")),
        replace(plan.rules, currency_from="fixed", currency="JPY", same=(("D1", "D2"), ("D2", "-"))),
    ]

    @given(table=TABLES, which=st.sampled_from(rules))
    @example(table=[("D1",) * WIDTH] * 3, which=rules[0])
    @example(table=[(LONG_STAMP,) * WIDTH] * 3, which=rules[0])
    def check(table: list[tuple[str, ...]], which: Rules) -> None:
        lines = list(range(2, 2 + len(table)))
        written = RawRows.written(lines, "".join("\x1f".join(row) + "\n" for row in table), "\x1f")
        assert grid_of(written, WIDTH) is not None
        apart = RawRows(lines, [list(row) for row in table])
        mine = replace(plan, rules=which)
        assert parsed(mine, written) == parsed(mine, apart)
        assert [written.row(at) for at in range(len(table))] == apart.rows

    check()


@given(
    cells=st.lists(
        st.sampled_from([*NUMBERS, "123456789012.50", "1234567890123.50", "0.05", "10", "1.50", "1.5\u0663"])
    )
)
def test_amounts_of_a_block_are_those_of_each(cells: list[str]) -> None:
    cells = ["1.50", *cells]
    block = RawRows.written(list(range(len(cells))), "".join(f"{cell}\tx\n" for cell in cells), "\t")
    grid = grid_of(block, 2)
    assert grid is not None
    for mark, digits in ((".", 2), (",", 2), (".", 0), (".", 1), (".", 4)):
        form = re.compile(rf"[0-9]{{1,12}}{re.escape(mark)}[0-9]{{{digits}}}" if digits else r"[0-9]{1,12}")
        numbers, odd = grid.minor_units(0, mark, digits)
        plain = [at for at, cell in enumerate(cells) if form.fullmatch(cell) and len(cell) <= 16]
        assert odd.tolist() == [at for at in range(len(cells)) if at not in plain]
        assert [int(numbers[at]) for at in plain] == [int(cells[at].replace(mark, "")) for at in plain]


def test_blocks_are_put_together_up_to_a_number_and_a_length() -> None:
    def block(line: int, cell: str, mark: str = ",") -> RawRows:
        return RawRows.written([line], f"{cell}{mark}x\n", mark)

    apart = RawRows([9], [["y", "x"]])
    blocks = [
        *(block(line, "a") for line in range(5)),
        apart,
        block(6, "b"),
        block(7, "b", ";"),
        block(8, "c" * 9, ";"),
    ]
    large = list(in_large(blocks, most=3, longest=12))
    assert [one.lines for one in large] == [[0], [1, 2, 3], [4], [9], [6], [7], [8]]
    assert [row for one in large for row in one.rows] == [row for one in blocks for row in one.rows]


@given(lengths=st.lists(st.integers(0, 9), max_size=20), begun=st.integers(0, 9))
def test_blocks_that_came_apart_are_put_together_later_as_the_others_were(lengths: list[int], begun: int) -> None:
    def blocks() -> list[RawRows]:
        of = [RawRows.written([at], "x" * size + ",x\n", ",") for at, size in enumerate(lengths)]
        return [RawRows(one.lines, one.rows) if len(one.text) == 3 else one for one in of]

    came: list[RawRows] = []
    for block in in_large(blocks(), lambda: len(came) >= begun, most=3, longest=16):
        came.append(block)
    at_once = list(in_large(blocks(), most=3, longest=16))
    later = list(in_large(came, most=3, longest=16))
    assert [(one.lines, one.text, one.rows) for one in later] == [(one.lines, one.text, one.rows) for one in at_once]
    assert [one.lines for one in came[:begun]] == [[at] for at in range(len(came[:begun]))]
