"""Days with a time of day, as most exports write them: what Python's own reader says of each."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.fields import FieldKind
from kpidesk.importing.dates import read_day, read_stamp
from kpidesk.importing.memo import Problem
from kpidesk.importing.readers import memory_of, reader_of
from kpidesk.importing.rules import Reading, Rules

RULES = Rules("activities", ("When",), (), (), ("id",), "Europe/Berlin", "EUR", "fixed", empty=("n/a",))
numbers = st.tuples(
    st.integers(1990, 2100), st.integers(0, 14), st.integers(0, 33), st.integers(0, 23), st.integers(0, 65)
)


@given(numbers, st.sampled_from(("T", " ")), st.sampled_from(("", ":07", ":59.250", ":59,5")))
def test_a_stamp_without_a_zone_is_of_its_own_day(
    parts: tuple[int, int, int, int, int], between: str, seconds: str
) -> None:
    year, month, day, hour, minute = parts
    text = f"{year}-{month:02d}-{day:02d}{between}{hour:02d}:{minute:02d}{seconds}"
    try:
        moment = datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        expected = None
    else:
        expected = f"{moment:%Y-%m-%dT%H:%M}"
    for zone in (UTC, ZoneInfo("Pacific/Auckland")):
        assert read_stamp(f" {text} ", None, zone) == expected
        assert read_day(text, "dmy", zone) == (expected[:10] if expected else None)


def test_a_stamp_with_a_zone_moves_to_that_of_the_workspace() -> None:
    assert read_day("2026-03-01 23:30Z", None, ZoneInfo("Europe/Berlin")) == "2026-03-02"
    assert read_stamp("2026-03-01T23:30:00+00:00", None, ZoneInfo("Europe/Berlin")) == "2026-03-02T00:30"
    assert read_day("2026-03-01 24:00", None, UTC) == "2026-03-01"


STAMPS = st.one_of(
    st.sampled_from(
        ("", "n/a", "soon", "2026-03-01", "01/02/2026", "20260301", "2026-13-01 09:30", "2026-03-01 24:00")
    ),
    st.from_regex(r"2026-0[1-3]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9](:[0-9]{2})?( ?Z)?", fullmatch=True),
    st.from_regex(r"[0-3][0-9]/0[1-3]/2026 [0-2][0-9]:[0-5][0-9]", fullmatch=True),
)


@given(st.lists(STAMPS, max_size=6), st.sampled_from((("created_at", "date"), ("occurred_at", "stamp"))))
def test_what_is_remembered_of_stamps_reads_like_each_by_itself(texts: list[str], field: tuple[str, FieldKind]) -> None:
    reading, zone = Reading(*field, 0, order="dmy"), ZoneInfo("Europe/Berlin")
    memory = memory_of(reading, RULES, zone)
    for text in (*texts, *texts):
        told = reader_of(reading, RULES, zone)(text)
        found = memory[text]
        assert (found, memory.bad.get(text)) == ((None, told.text) if isinstance(told, Problem) else (told, None))
    if texts:
        again = memory_of(reading, RULES, zone)
        assert again.values_of(texts) == again.values_of(texts) == [memory[text] for text in texts]


def test_the_day_before_a_time_with_a_zone_is_not_taken_for_one_of_the_column() -> None:
    memory = memory_of(Reading("occurred_at", "stamp", 0), RULES, ZoneInfo("Europe/Berlin"))
    assert memory["2026-02-28T23:30Z"] == "2026-03-01T00:30"
    assert memory.keys() == {"2026-02-28T23:30Z"}
