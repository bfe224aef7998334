"""Names become initials and amounts bands, in every text and every number of what is handed over."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.card_papers import scorecard_paper, trend_paper
from kpidesk.core.file_names import file_name, file_names
from kpidesk.core.papers import (
    Paper,
    PaperCard,
    PaperCell,
    PaperChart,
    PaperColumn,
    PaperRange,
    PaperRow,
    PaperSection,
    PaperTable,
    foot_texts,
)
from kpidesk.core.redacted import banded_row, redacted_paper, redacted_sheet
from kpidesk.core.redaction import Person, Redactor, band, band_text, initials_of, with_bands, without_names
from kpidesk.core.scorecards import Landing
from tests.exporting.paper_samples import REPS, sample_paper
from tests.sheets import PRIVATE, RICH
from tests.ui.samples import CASES, row, scorecard, trend

PEOPLE = (
    Person("Ann Lee", ("ann.lee@x.com", "A-17", "17", "Al")), Person("Adam Long"), Person("Alva Long"),
    Person("王小明"), Person("Oliver North"), Person("May Price"), Person("Ærø Ångström"),
)  # fmt: skip
INITIALS = initials_of(PEOPLE, ("Team North",))


def texts_in(value: Any) -> list[str]:
    """Every text anywhere inside a value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for one in value for text in texts_in(one)]
    if is_dataclass(value) and not isinstance(value, type):
        return [text for one in fields(value) for text in texts_in(getattr(value, one.name))]
    return []


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Lee has 3 deals.", "A. L. 3 has 3 deals."),
        ("ANN  LEE and Lee, Ann and ann.lee@x.com, A-17", "A. L. 3 and A. L. 3 and A. L. 3, A. L. 3"),
        ("Adam Long's week; Alva Long's", "A. L.'s week; A. L. 2's"),
        ("Ask Adam about it", "Ask A. about it"),
        ("王小明完成了", "王.完成了"),
        ("17 deals, Al said", "17 deals, Al said"),
        ("Annalee and Leeway stay", "Annalee and Leeway stay"),
        ("Team North, May 2026, Price list", "Team North, May 2026, Price list"),
        ("May Price and Oliver North", "M. P. and O. N."),
        ("A\u030angstro\u0308m", "Å."),
        ("", ""),
    ],
)
def test_a_name_becomes_its_letters(text: str, expected: str) -> None:
    assert without_names(text, INITIALS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("petrovic, dragan and Sofia Nunez; ask Petrovic", "D. P. and S. N.; ask P."),
        ("HENRIK SORENSEN, Henrik sørensen, Soerensen, SØRENSEN", "H. S., H. S., S., S."),
        ("Ask HENRIK or tom or Strauss or lukasz", "Ask H. or T. or S. or Ł."),
        ("a long talk, but LONG says", "a long talk, but L. says"),
        ("jan DE Vries, de Vries; DE", "J. D. V., D. V.; DE"),
        ("Write to tom.becker@acme.com, TOM.BECKER@home.org.", "Write to T. B., T. B.."),
        ("or henrik+x@acme.com (buyer: jane.doe@client.co.uk)", "or (e-mail) (buyer: (e-mail))"),
        ("Tomorrow, becker-like @ 5", "Tomorrow, B.-like @ 5"),
    ],
)
def test_a_name_is_found_however_it_is_typed(text: str, expected: str) -> None:
    people = ("Dragan Petrović", "Sofía Núñez", "Henrik Sørensen", "Jörg Strauß", "Łukasz Long", "Jan de Vries")
    letters = initials_of([*map(Person, people), Person("Tom Becker", ("tom.becker@acme.com",))])
    assert without_names(text, letters) == expected


ALPHABET = st.sampled_from("abdeghiklmnoprstuvzæøåäöüłßéñçšđþ")
WORDS = st.text(ALPHABET, min_size=5, max_size=9).map(str.capitalize)


@given(WORDS, WORDS, st.sampled_from([str.upper, str.lower, str.title, str.casefold]), st.integers(0, 3))
def test_no_way_of_typing_a_name_leaves_it(first: str, last: str, case: Any, form: int) -> None:
    bare = str.maketrans("æøåäöüłéñçšđþÆØÅÄÖÜŁÉÑÇŠĐÞ", "æoaaoulencsdþÆOAAOULENCSDÞ")
    typed = (f"{first} {last}", f"{last}, {first}", first, last)[form]
    letters = initials_of([Person(f"{first} {last}")])
    for spelt in (case(typed), case(typed.translate(bare))):
        told = without_names(f"({spelt}) 5", letters)
        assert len(told) <= len("(X. Y.) 5"), told


@pytest.mark.parametrize("name", ["Will", "Summer", "Grace", "grace", "Will Summer", "Grace Young", "Mark May"])
def test_a_name_that_is_a_word_is_hidden_where_a_field_holds_it(name: str) -> None:
    """As in the columns of reps and owners, however the system writes it."""
    letters = initials_of([Person(name), Person("Ann Lee")], ("Will to Win",))
    column = PaperTable((PaperColumn("owner", "Owner"),), tuple(PaperRow((PaperCell(one),)) for one in (
        name, name.upper(), ", ".join(reversed(name.split())))))  # fmt: skip
    paper = Paper("pipeline", "Pipeline", "", None, (PaperSection("Deals", (column,)),), "EUR")
    told = " ".join(texts_in(redacted_paper(paper, Redactor("initials", letters)).sections)).casefold()
    assert not [word for word in name.casefold().split() if word in told]


def test_no_two_people_have_the_same_letters_whatever_the_order() -> None:
    assert len({INITIALS[person.name] for person in PEOPLE}) == len(PEOPLE)
    assert initials_of(PEOPLE[::-1], ("Team North",)) == INITIALS


def test_letters_are_never_taken_for_a_name_again() -> None:
    once = without_names("Ann Lee, Adam Long, Alva Long", INITIALS)
    assert without_names(once, INITIALS) == once


# --- amounts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$74K booked of $1.28M", "$50K–$100K booked of $1M–$2M"),
        ("−$3.2K", "−$2K to −$5K"),
        ("$457,500.25", "$200K–$500K"),
        ("EUR 1.234.567,89", "EUR 1M–EUR 2M"),
        ("250k next week, 31 of 96, 27%, 3.4×", "200K–500K next week, 31 of 96, 27%, 3.4×"),
        ("250000 EUR", "200K–500K EUR"),
        ("900 EUR, $45 000 and 1 250 000 GBP of 45 000 rows", "500–1K EUR, $20K–$50K and 1M–2M GBP of 45 000 rows"),
        ("12,345 of 23,456 deals, 12.3K open deals", "12,345 of 23,456 deals, 12.3K open deals"),
        ("10 000 hours", "10 000 hours"),
        ("budget 4500, not 4999.50; 2026 or 1999, 950", "budget 2K–5K, not 2K–5K; 2026 or 1999, 950"),
        ("4500 calls, 2026-11-26, D-4500, 1950.5 left", "4500 calls, 2026-11-26, D-4500, 1K–2K left"),
        ("12,345 of 23,456", "12,345 of 23,456"),
        ("12,345 deals, worth 48,000 or 48000 EUR", "12,345 deals, worth 20K–50K or 20K–50K EUR"),
        ("from $21K to $30K; due 3 May", "up, within $20K–$50K; due 3 May"),
        ("won; from 480 EUR to 250 EUR", "won; down, within 200–500 EUR"),
        (
            "from $21K to $60K; half lie from $21K to $30K",
            "from $20K–$50K to $50K–$100K; half lie from $20K–$50K to $20K–$50K",
        ),
        ("$0 and $999 and $50K and $100K", "$0 and $500–$1K and $50K–$100K and $100K–$200K"),
        ("45 thousand, 45 k, 1.2 million, 45 Grand", "20K–50K, 20K–50K, 1M–2M, 20K–50K"),
        ("$45 thousand, EUR 3 mn, 2 bn USD, a 45-thousand deal", "$20K–$50K, EUR 2M–EUR 5M, 2B–5B USD, a 20K–50K deal"),
        ("45 thousand deals, 3 mmol, 5 millionaires", "45 thousand deals, 3 mmol, 5 millionaires"),
        ("$1.2K per day", "$1K–$2K per day"),
        ("Q3 2026, 14 Sep 2026, deals-20260914.csv, v1.2", "Q3 2026, 14 Sep 2026, deals-20260914.csv, v1.2"),
    ],
)
def test_an_amount_becomes_its_band(text: str, expected: str) -> None:
    assert with_bands(text) == expected


@given(st.floats(min_value=1, max_value=1e14))
def test_a_band_holds_its_amount_and_is_at_most_two_and_a_half_times_as_wide(value: float) -> None:
    low, high = band(value)
    assert low <= value * (1 + 1e-9)
    assert value < high * (1 + 1e-9)
    assert 1.99 < high / low < 2.51


@given(st.floats(min_value=1, max_value=1e9), st.sampled_from(["$", "€", "CA$"]))
def test_a_band_is_not_banded_again_to_tell_more(value: float, sign: str) -> None:
    shown = band_text(value, sign)
    low, high = band(value)
    assert with_bands(f"{sign}{low:,.0f}") == shown
    assert high > low


# --- what is counted ---


def test_only_money_of_a_paper_is_banded_in_text_tables_and_charts() -> None:
    number, amount = PaperColumn("deals", "Deals", "count"), PaperColumn("amount", "Amount", "money")
    cells = (PaperCell("12,345", 12_345.0), PaperCell("$48,000", 48_000.0), PaperCell("asks for 48,000"))
    table = PaperTable(
        (number, amount, PaperColumn("note", "Note")), (PaperRow(cells),), "12,345 deals are worth $48,000."
    )
    counted = PaperTable((number,), (PaperRow(cells[:1]),))
    heights = ((0.0, "0"), (20_000.0, "20K"))
    chart = PaperChart("12,345 deals by week.", (), (), heights, counted)
    money = PaperChart("$48,000 by week.", (), (), ((0.0, "$0"), (50_000.0, "$50K")), counted)
    paper = Paper("review", "Review", "", None, (PaperSection("All", (table, chart, money)),), "USD")
    told = redacted_paper(paper, redactor("both")).sections[0].parts
    banded, drawn, words = told
    assert isinstance(banded, PaperTable)
    assert [cell.text for cell in banded.rows[0].cells] == ["12,345", "$20K–$50K", "asks for 20K–50K"]
    assert [cell.value for cell in banded.rows[0].cells] == [12_345.0, None, None]
    assert banded.sentence == "12,345 deals are worth $20K–$50K."
    assert drawn == chart
    assert isinstance(words, PaperTable), "heights would tell the amounts"


# --- what is exported -----------------------------------------------------------------------------------------------


def redactor(how: Any) -> Redactor:
    return Redactor(how, initials_of([Person(name) for name in REPS]))


def test_a_paper_keeps_no_name_no_amount_no_formula() -> None:
    paper = redacted_paper(sample_paper(), redactor("both"))
    told = "\n".join(texts_in(paper))
    assert not [name for name in REPS if name in told]
    assert "812,400" not in told
    assert "$500K–$1M" in told
    assert foot_texts(paper)[-3] == "people as initials, amounts as bands; typed words may tell more"
    cells = [cell for table in _tables(paper) for one in table.rows for cell in one.cells]
    assert not [cell for cell in cells if cell.formula]
    assert not [cell for cell in cells if isinstance(cell.value, float) and cell.value > 1_000]
    parts = [part for section in paper.sections for part in section.parts]
    assert not [part for part in parts if isinstance(part, (PaperRange, PaperChart, PaperCard))]


def _tables(paper: Any) -> list[PaperTable]:
    return [part for section in paper.sections for part in section.parts if isinstance(part, PaperTable)]


def test_initials_alone_leave_numbers_and_drawings() -> None:
    paper = redacted_paper(sample_paper(), redactor("initials"))
    told = "\n".join(texts_in(paper))
    assert not [name for name in REPS if name in told]
    assert "$812,400" in told
    assert [part for section in paper.sections for part in section.parts if isinstance(part, PaperRange)]


def test_bands_alone_leave_names() -> None:
    told = "\n".join(texts_in(redacted_paper(sample_paper(), redactor("bands"))))
    assert all(name in told for name in REPS)
    assert "$812,400" not in told


def test_a_row_of_money_keeps_only_the_middle_of_its_bands() -> None:
    banded = banded_row(row(CASES[0]))
    assert banded.result.value == 1_500_000
    assert banded.target is not None
    assert list(banded.target.tiers) == [750_000, 1_500_000, 1_500_000]
    assert all(point.value is None or point.value in (750_000, 1_500_000) for point in banded.spark)
    rate = row(CASES[1])
    assert banded_row(rate) == rate
    landed = Landing(
        "pipeline", 1_234_567, 1_111_111, 1_888_888, 0.25, "$1.11M to $1.89M, by open deals", "by open deals"
    )
    found = banded_row(replace(row(CASES[0]), landing=landed, chance=0.25))
    assert found.landing == replace(landed, words="", point=1_500_000, low=1_500_000, high=1_500_000)
    assert (found.chance, found.chance_by) == (0.25, "by open deals"), "a chance tells no amount"


def test_a_sheet_for_others_has_no_private_word_and_no_exact_amount() -> None:
    sheet = replace(RICH, review=replace(RICH.review, wellbeing="tired of it all"))
    names = initials_of([Person(sheet.rep)])
    told = "\n".join(texts_in(redacted_sheet(sheet, Redactor("both", names))))
    assert sheet.rep not in told
    assert PRIVATE not in told
    assert "tired of it all" not in told
    assert "people as initials, amounts as bands; typed words may tell more" in told
    assert not [one.amount_text for fact in sheet.facts for one in fact.deals if one.amount_text in told]


def test_scorecards_and_trends_become_tables_of_what_they_say() -> None:
    card = replace(scorecard(), currency="USD")
    [section] = redacted_paper(scorecard_paper(card), redactor("bands")).sections
    table = section.parts[0]
    assert isinstance(table, PaperTable)
    assert [cell.text for cell in table.rows[0].cells][:2] == ["Bookings", "$1M–$2M"]
    assert len(table.rows) == len(card.rows)
    told = "\n".join(texts_in(redacted_paper(trend_paper(replace(trend(), currency="USD")), redactor("bands"))))
    assert "$1.28M" not in told
    assert "Q3 2026" in told


# --- names of files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Scorecard Ann/Lee: Q3", "Scorecard Ann Lee Q3.pdf"),
        ("../../etc/passwd", "etc passwd.pdf"),
        ("CON", "CON_.pdf"),
        ("con.tar", "con.tar_.pdf"),
        ("...", "scorecard.pdf"),
        ("王小明", "王小明.pdf"),
        ("-rf", "rf.pdf"),
    ],
)
def test_a_file_name_is_one_that_every_system_takes(title: str, expected: str) -> None:
    assert file_name(title, ".pdf") == expected


@given(st.lists(st.text(max_size=300), max_size=12))
def test_names_of_files_are_short_and_never_alike(titles: list[str]) -> None:
    found = file_names(titles, ".pdf")
    assert len({name.casefold() for name in found}) == len(titles)
    assert all(len(name.encode()) < 200 and "/" not in name and not name.startswith(".") for name in found)
