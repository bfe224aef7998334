"""Numbers for formulas as a person types them."""

from __future__ import annotations

import pytest

from kpidesk.core.errors import UserError
from kpidesk.core.parameters import parameters_text, read_parameter, read_parameters, with_parameter


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [("gross_margin", "80%", ("gross_margin", 0.8)), (" Gross_Margin ", " 0.8 ", ("gross_margin", 0.8)),
     ("hours", "-3.5e2", ("hours", -350.0))],
)  # fmt: skip
def test_a_number_or_a_share_is_read(name: str, text: str, expected: tuple[str, float]) -> None:
    assert read_parameter(name, text) == expected


@pytest.mark.parametrize(
    ("name", "text"), [("2x", "1"), ("", "1"), ("a b", "1"), ("x", ""), ("x", "nan"), ("x", "1e999"), ("x", "eighty")]
)
def test_what_is_no_name_or_no_number_is_refused(name: str, text: str) -> None:
    with pytest.raises(UserError):
        read_parameter(name, text)


def test_a_line_of_them_is_read_back_as_it_was_written() -> None:
    known = read_parameters("b = 2; a=10%;")
    assert known == (("a", 0.1), ("b", 2.0))
    assert read_parameters(parameters_text(known)) == known
    assert parameters_text(with_parameter(known, "a", 0.25)) == "a = 0.25; b = 2"


def test_a_part_without_a_value_is_refused() -> None:
    with pytest.raises(UserError, match="'margin' is no parameter"):
        read_parameters("a = 1; margin")
