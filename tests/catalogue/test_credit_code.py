"""GB 32100-2015 against a slow twin with the standard's weights written out, and code numbers seen in public docs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.catalogue.names import ALPHABET, check_digit, is_valid, normalise_credit_code

# The weights W1..W17 as the standard's table prints them.
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
PUBLISHED = ("91350100M000100Y43", "91110000600037341L")
codes = st.text(ALPHABET, min_size=17, max_size=17)


def slow_check_digit(first17: str) -> str:
    total = 0
    for weight, character in zip(WEIGHTS, first17, strict=True):
        total += weight * ALPHABET.index(character)
    rest = 31 - total % 31
    return ALPHABET[0] if rest == 31 else ALPHABET[rest]


@given(codes)
def test_the_check_digit_equals_the_slow_twin(first17: str) -> None:
    assert check_digit(first17) == slow_check_digit(first17)


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_examples_are_valid(code: str) -> None:
    assert is_valid(code)


@pytest.mark.parametrize("code", PUBLISHED)
def test_any_single_wrong_character_is_found(code: str) -> None:
    wrong = [
        code[:place] + other + code[place + 1 :] for place in range(18) for other in ALPHABET if other != code[place]
    ]
    assert len(wrong) == 18 * 30
    assert not any(is_valid(item) for item in wrong)


def test_a_fictitious_code_of_division_000000_can_be_valid() -> None:
    first17 = "91000000MA0000001"
    assert is_valid(first17 + check_digit(first17))


@pytest.mark.parametrize(
    "code", ["", "91350100M000100Y4", "91350100m000100y43", "91350100M000100Y433", "9135O100M000100Y43"]
)
def test_another_length_case_or_letter_is_not_valid(code: str) -> None:
    assert not is_valid(code)


def test_only_17_characters_have_a_check_digit() -> None:
    with pytest.raises(ValueError, match="17"):
        check_digit("91350100M000100Y43")


def test_a_typed_code_is_made_comparable() -> None:
    assert normalise_credit_code(" 91350100-m000 100ｙ43\t") == "91350100M000100Y43"
