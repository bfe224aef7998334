"""Receipt codes: they say again what they were made of, and notice every slip of the pen."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk.core.check_symbols import CHECKS, LOG, ORDER, POWER, parity, syndromes
from kpidesk.core.errors import UserError
from kpidesk.core.people import ScopeKind
from kpidesk.core.periods import Grain
from kpidesk.core.receipt_codes import ALPHABET, BEFORE, Claim, decode, encode
from tests.often import often

days = st.dates(date(1950, 1, 1), date(2150, 1, 1))
kinds: st.SearchStrategy[ScopeKind] = st.sampled_from(("org", "team", "rep", "unassigned"))
grains: st.SearchStrategy[Grain] = st.sampled_from(("week", "month", "quarter", "year", "span"))


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    grain = draw(grains)
    parts = draw(st.lists(st.tuples(st.integers(0, 2**15 - 1), st.integers(0, 2**20 - 1)), max_size=2))
    chosen = draw(st.lists(st.integers(0, 10**6), max_size=6)) if parts else []
    return Claim(
        workspace=draw(st.integers(0, 1023)), kpi=draw(st.integers(0, 2**15 - 1)), version=draw(st.integers(1, 99)),
        scope_kind=draw(kinds), scope_id=draw(st.integers(0, 10**6)), grain=grain, start=draw(days),
        end=draw(days) if grain == "span" else None, known=draw(st.none() | days), imports=draw(st.integers(0, 10**5)),
        log=draw(st.integers(0, 10**6)), definition=draw(st.integers(0, 1023)), value=draw(st.integers(0, 2**20 - 1)),
        today_teams=draw(st.booleans()), nobody_is_a_rep=draw(st.booleans()),
        parts=tuple(parts), chosen=tuple(chosen),
    )  # fmt: skip


WIN_RATE = Claim(513, 77, 2, "rep", 14, "quarter", date(2026, 7, 1), None, date(2026, 9, 14), 19, 227, 5, 1234)


@settings(max_examples=often(6))
@given(claims(), st.sampled_from((" ", "", "-", ". ")), st.booleans())
def test_a_code_says_again_what_it_was_made_of_however_it_is_written(claim: Claim, gap: str, is_small: bool) -> None:
    code = encode(claim)
    assert set(code) <= {*ALPHABET, "-"}
    typed = gap.join(code.split("-")).replace("0", "O").replace("1", "l")
    assert decode(typed.lower() if is_small else typed) == claim


@settings(max_examples=often(9))
@given(st.just(WIN_RATE) | claims(), st.data())
def test_one_wrong_character_is_noticed_and_named(claim: Claim, data: st.DataObject) -> None:
    plain = encode(claim).replace("-", "")
    at = data.draw(st.integers(0, len(plain) - 1))
    other = data.draw(st.sampled_from([one for one in ALPHABET if one != plain[at]]))
    with pytest.raises(UserError) as refused:
        decode(plain[:at] + other + plain[at + 1 :])
    first = at // 4 * 4
    last = min(first + 4, len(plain))
    if len(plain) <= 31:
        which = f"Character {last} " if last == first + 1 else f"Characters {first + 1}–{last} "
        assert which in refused.value.problem
        assert plain[first:last] in refused.value.advice


@settings(max_examples=often(6))
@given(claims(), st.data())
def test_two_neighbours_that_change_places_are_noticed(claim: Claim, data: st.DataObject) -> None:
    plain = encode(claim).replace("-", "")
    pairs = [at for at in range(len(plain) - 1) if plain[at] != plain[at + 1]]
    at = data.draw(st.sampled_from(pairs))
    with pytest.raises(UserError, match="cannot be right"):
        decode(plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :])


@settings(max_examples=often(9))
@given(st.just(WIN_RATE) | claims(), st.data())
def test_one_character_too_many_or_too_few_is_told_with_what_is_meant(claim: Claim, data: st.DataObject) -> None:
    code = encode(claim)
    plain = code.replace("-", "")
    at, other = data.draw(st.integers(0, len(plain))), data.draw(st.sampled_from(ALPHABET))
    for typed, words in (
        (plain[:at] + other + plain[at:], f"has {len(plain) + 1} characters, one too many"),
        (plain[: at - 1] + plain[at:] if at else plain[1:], f"has {len(plain) - 1} characters, one too few"),
    ):
        with pytest.raises(UserError, match=words) as refused:
            decode(typed)
        assert f"Perhaps {code} is meant" in refused.value.advice


@settings(max_examples=often(17))
@given(claims())
def test_a_zero_more_or_less_at_the_beginning_is_always_noticed(claim: Claim) -> None:
    code = encode(claim)
    wrong = ["0" + code, *([code[1:]] if code[0] == "0" else [])]
    for typed in wrong:
        with pytest.raises(UserError, match=r"one too (many|few)") as refused:
            decode(typed)
        assert f"Perhaps {code} is meant" in refused.value.advice


OLD = "0T7B-K310-15MT-XD8C-57AH-V2V7-Q64G"
"""A code of before, whose check characters did not know how many characters stand before them."""


def test_a_code_of_before_says_what_it_said_and_notices_what_it_noticed() -> None:
    claim = decode(OLD)
    assert (claim.workspace, claim.kpi, claim.start, claim.value) == (839, 11875, date(2026, 10, 1), 887655)
    assert encode(claim)[:-5] == OLD[:-5]
    assert encode(claim) != OLD
    for typed, words in ((OLD[:-1] + "H", "cannot be right"), (OLD[:-1], "one too few"), ("0" + OLD, "one too many")):
        with pytest.raises(UserError, match=words) as refused:
            decode(typed)
        assert OLD[-4:] in refused.value.advice


def test_no_two_wrong_characters_make_a_code_of_before_of_one_of_today() -> None:
    steps = [tuple(POWER[(LOG[wrong] + place * at) % ORDER] for at in range(CHECKS))
             for place in range(ORDER) for wrong in range(1, ORDER + 1)]  # fmt: skip
    by_today = syndromes(BEFORE)
    rest = {tuple(one ^ other for one, other in zip(by_today, step, strict=True)) for step in steps}
    assert tuple(by_today) not in steps
    assert rest.isdisjoint(steps)


def test_what_is_no_code_says_so() -> None:
    code = encode(WIN_RATE)
    for typed, words in (
        ("", "too short"),
        ("win_rate", "'U'|too short|in no code"),
        (code[:-1], "one too few"),
        (code + "7", "one too many"),
        (code[:-2], "cannot be right"),
        (code.replace("-", "-U", 1), "Character 5 of the code, 'U'"),
        ("💥" + code, "Character 1 of the code"),
    ):
        with pytest.raises(UserError, match=words):
            decode(typed)


def test_a_row_of_symbols_with_its_checks_has_no_syndromes() -> None:
    data = [7, 0, 31, 4, 4, 19]
    assert len(parity(data)) == CHECKS
    assert not any(syndromes([*data, *parity(data)]))
    assert any(syndromes([*data[:-1], 18, *parity(data)]))
