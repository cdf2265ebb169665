"""Which new passwords are accepted: by length and by how easily they are guessed, never by kinds of characters."""

from __future__ import annotations

import re

import pytest
from argon2 import Type

from kpi.access.passwords import ALPHABET, ESTIMATED, LONGEST, SHORTEST, generate_password, normalised, weakness
from tests.shortcuts import PRODUCT_HASHER


def test_the_product_hashes_as_rfc_9106_advises_whatever_the_tests_do() -> None:
    assert (PRODUCT_HASHER.type, PRODUCT_HASHER.time_cost, PRODUCT_HASHER.memory_cost) == (Type.ID, 3, 64 * 1024)


STRONG = "kestrel 青石 mug 41 viola brisk tundra 梧桐 lantern odd 77 quartz 深巷 pebble rivet 09 sorrel"


def cut(length: int) -> str:
    """A strong password of so many characters."""
    repeated = STRONG + STRONG[::-1]
    assert len(repeated) >= length
    return repeated[:length]


@pytest.mark.parametrize(
    ("length", "reported"),
    [(0, "too_short"), (14, "too_short"), (15, None), (72, None), (73, None), (128, None), (129, "too_long")],
)
def test_fifteen_to_a_hundred_and_twenty_eight_characters(length: int, reported: str | None) -> None:
    assert (SHORTEST, LONGEST) == (15, 128)
    assert weakness(cut(length)) == reported


@pytest.mark.parametrize(
    "password",
    [
        "kestrel viola mug",
        "梧桐深巷青石板路听雨到天明灯火阑珊",
        "48915 60237 71934",
        "KQXZVJWYPBMTRGHD",
        "🦉🧭🪵🧵🪣🦚🌶🪁🧮🪙🦔🧩🪈🌾🦞",
    ],
)
def test_no_kinds_of_character_are_asked_for(password: str) -> None:
    assert weakness(password) is None


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "P@ssw0rdP@ssw0rd",
        "aaaaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "abcdefghijklmnopq",
        "123456789012345",
        "qwertyuiopasdfghjkl",
        "2026-11-24 2026",
        "\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44",
        "duibiaoduibiao1",
        "a" * ESTIMATED + "kestrel viola mug",
    ],
    ids=lambda text: text[:20],
)
def test_what_guessers_try_first_is_refused_however_long(password: str) -> None:
    assert weakness(password) == "easily_guessed"


@pytest.mark.parametrize("own", ["songjiang.office7", "演示推荐单位松江区松江经济技术开"])
def test_the_accounts_own_names_are_no_secret(own: str) -> None:
    assert weakness(own) is None
    assert weakness(own, own) == "easily_guessed"
    assert weakness(own.upper() + "1", "another", own) == "easily_guessed"
    assert weakness(cut(20), "", own) is None, "an empty name makes nothing weak"


def test_compared_is_what_the_keyboard_meant() -> None:
    assert normalised("ﬁn ①") == "fin 1"
    assert normalised("e\u0301") == normalised("é")
    assert weakness("e\u0301" * 8) == "too_short", "eight characters, however they were composed"


def test_length_counts_as_typed_and_as_meant() -> None:
    """One sign can stand for eighteen, and two for one: what is accepted here must open at the next sign-in."""
    assert weakness("\ufdfa" * 10) == "too_long"
    assert weakness("e\u0301" * 65) == "too_long"


def test_generated_passwords_are_strong_each_another_and_read_out_without_mistakes() -> None:
    made = {generate_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert re.fullmatch(f"([{ALPHABET}]{{5}}-){{3}}[{ALPHABET}]{{5}}", password)
    assert weakness(made.pop()) is None
    assert not set("0O1lI5S8B2Z") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert len(ALPHABET) ** 20 > 2**110
