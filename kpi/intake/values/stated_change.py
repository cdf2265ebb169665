"""A change stated with its direction: 降低7.3%, ↓9%, increase of 12%, or a reduction with a minus sign.

What a sign or a verb means is certain only where it says the same as the KPI: -8.5 % under a reduction may be a
reduction of 8.5 % or an increase. The number is proposed and asked about once a KPI and year; nothing is read before
the answer.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from kpi.catalogue.schema import Kpi
from kpi.files.workbook import CellValue
from kpi.intake.answers import NO_ANSWERS, Answers, Ground
from kpi.intake.cells import parse_number, plain_width
from kpi.intake.freeform.headers import heading_words
from kpi.intake.problems import Fault, PendingQuestion, Reading, SourceCell, fault_at, item_params
from kpi.intake.settings import comparable_word, vocabulary

MinusSense = Literal["stated", "beside_positive", "open"]
"""Whether the sign of a bare number means what it says: the form states it, positive numbers of the same KPI stand
beside it, or nothing tells."""
Way = Literal["up", "down", "plus", "minus", "better", "worse", "doubled"]
"""What is stated of a number: by verb or arrow, by its sign, by a word for good or bad, or by a verb and a minus."""

_PERCENT = "%"
_DIRECTIONS = ("increase", "decrease")
_MINUS = frozenset("−⁻₋➖˗⁃")
_PLUS = frozenset("﹢⁺₊➕")
_PICTURE = frozenset("\ufe0e\ufe0f")
_APART = re.compile(r"\d\s+[\d.,]|[.,]\s+\d")


@dataclass(frozen=True, slots=True)
class StatedChange:
    """``number`` is the text of the size, without sign; ``points`` says that its unit is percentage points.

    ``certain``: a signed number as everybody writes it, or a word for worse.
    """

    number: str
    way: Way
    points: bool = False
    certain: bool = False

    @property
    def size(self) -> float:
        return float(self.number.replace(",", ""))


def stated_change(kpi: Kpi, raw: CellValue) -> StatedChange | None:
    """``raw`` as a change with a direction; None for a bare number, a level or a count, and whatever else there is."""
    if not kpi.is_change or isinstance(raw, bool):
        return None
    if isinstance(raw, int | float):
        negative = raw < 0 and math.isfinite(raw)
        return StatedChange(repr(-raw).removesuffix(".0"), "minus", certain=True) if negative else None
    if not isinstance(raw, str) or _APART.search(raw):
        return None
    found = _pattern().fullmatch("".join(map(_sign, "".join(plain_width(raw).casefold().split()))))
    way = _way(found) if found else None
    if found is None or way is None or parse_number(found["number"], percent_sign=False) is None:
        return None
    certain = way == "worse" or parse_number(raw, percent_sign=True) is not None
    return StatedChange(found["number"], way, heading_words().units.get(found["unit"] or "") == "points", certain)


def is_settled(kpi: Kpi, raw: CellValue, minus: MinusSense, has_ends: bool, answers: Answers) -> bool:
    """Whether ``raw``, no points, may be read as a number without its direction being asked for.

    ``has_ends`` says that there are columns of before and after, which may settle what a sign means.
    """
    stated = stated_change(kpi, raw)
    if stated is None:
        return False
    if not stated.size or stated.way == "worse" or _is_answered(kpi, stated, answers):
        return True
    if has_ends and stated.way in ("minus", "plus"):
        return True
    return stated.certain and (not kpi.reduces or (minus != "open" and not _has_percent_sign(raw)))


def asks_for_direction(kpi: Kpi, raw: CellValue, minus: MinusSense, has_ends: bool) -> bool:
    """Whether ``raw`` is read only after an answer to its direction, which confirms the number as it is shown."""
    return stated_change(kpi, raw) is not None and not is_settled(kpi, raw, minus, has_ends, NO_ANSWERS)


def settle_change(
    kpi: Kpi, spot: SourceCell, year: int | None, gain: float, minus: MinusSense, answers: Answers
) -> Reading[SourceCell]:
    """``spot`` as a signed number where it is certain or answered; else it is asked about, and out of use.

    The answer of one ``year`` holds for no other. ``gain`` is the change that before and after give, NaN where they
    do not.
    """
    stated = stated_change(kpi, spot.raw)
    if stated is None:
        return spot
    if stated.certain and not kpi.reduces and stated.way != "worse":
        return spot
    bare = not spot.percent and not _has_percent_sign(spot.raw)
    rule = stated.certain and bare and minus != "open"
    if stated.way == "plus" and (gain > 0 or (rule and not gain < 0)):
        return spot.read_as(stated.number)
    minus_is_worse = stated.way == "minus" and (gain < 0 or (rule and not gain > 0))
    if not stated.size or minus_is_worse or stated.way == "worse":
        return spot.read_as(_signed(stated, -1))
    key = _key(kpi, stated, year)
    answer = answers.direction.get(key)
    if answer is None:
        yield _question(key, kpi, spot, stated, gain, minus)
        return spot.out_of_use()
    # The question showed a percentage as the sheet does: 8.5%, not the 0.085 that it stores.
    seen = replace(spot, percent=False, fraction=spot.fraction or spot.percent)
    return seen.read_as(
        None if answer == "blank" else _signed(stated, 1 if (answer == "decrease") == kpi.reduces else -1)
    )


def _question(key: str, kpi: Kpi, spot: SourceCell, stated: StatedChange, gain: float, minus: MinusSense) -> Fault:
    own, other = ("decrease", "increase") if kpi.reduces else ("increase", "decrease")
    against = stated.way == ("up" if kpi.reduces else "down")
    contradicts = against or stated.way in ("minus", "doubled") or (stated.way == "plus" and kpi.reduces) or gain < 0
    code = "number_in_words"
    if contradicts:
        code = "reduction_or_increase" if kpi.reduces else "increase_or_decrease"
    # A minus sign or a plus is rather meant as the KPI says; a verb says what it says.
    literal = against or (stated.way == "minus" and (minus == "beside_positive" or not kpi.reduces))
    proposal = other if gain < 0 or (literal and not gain > 0) else own
    number = f"{stated.size * 100:.12g}" if spot.percent or spot.fraction else stated.number
    # Where the words agree with the KPI and name their unit, little is left to ask.
    agreed: tuple[Ground, ...] = ("verb", "unit") if stated.points or _has_percent_sign(spot.raw) else ("verb",)
    options = (own, other, "blank") if contradicts else (own, "blank")
    asked = PendingQuestion("direction", key, proposal, options, () if contradicts else agreed)
    shown = number if stated.points else f"{number}%"
    return fault_at(spot, code, item_params(kpi), question=asked, number=number, shown=shown)


def _has_percent_sign(raw: CellValue) -> bool:
    return isinstance(raw, str) and _PERCENT in plain_width(raw)


def _key(kpi: Kpi, stated: StatedChange, year: int | None) -> str:
    return f"{_key_of_any_year(kpi, stated)}{'' if year is None else f' / {year}'}"


def _key_of_any_year(kpi: Kpi, stated: StatedChange) -> str:
    return f"{comparable_word(kpi.name.zh)} / {stated.way}"


def _is_answered(kpi: Kpi, stated: StatedChange, answers: Answers) -> bool:
    """For a year at least: a header's unit and basis are asked for once for all of its years."""
    known = _key_of_any_year(kpi, stated)
    return any(
        answer in _DIRECTIONS and (key == known or key.startswith(f"{known} / "))
        for key, answer in answers.direction.items()
    )


def _signed(stated: StatedChange, sign: int) -> str:
    return stated.number if sign > 0 or not stated.size else f"-{stated.number}"


def _sign(character: str) -> str:
    """Any dash or minus sign as "-", any plus as "+"; a mark that only chooses an arrow's picture is dropped."""
    if character in _MINUS or unicodedata.category(character) == "Pd":
        return "-"
    return "+" if character in _PLUS else "" if character in _PICTURE else character


def _way(found: re.Match[str]) -> Way | None:
    """What verb, arrow and sign say together; None where they contradict, or there is none of them."""
    directions = {vocabulary().directions[word] for word in (found["lead"], found["tail"]) if word}
    if len(directions) > 1:
        return None
    verb = next(iter(directions), None)
    if verb and found["sign"]:
        return verb if found["sign"] == "+" else "doubled"
    return verb or ("minus" if found["sign"] == "-" else "plus" if found["sign"] else None)


@cache
def _pattern() -> re.Pattern[str]:
    words, units = vocabulary(), heading_words().units
    known = [unit for unit, meant in units.items() if meant in ("percent", "points")]
    verbs = _any(words.directions)
    return re.compile(
        f"(?:{_any(words.before_direction)})*(?P<lead>{verbs})?(?:{_any(words.after_direction)})*(?P<sign>[+-])?"
        rf"(?P<number>\d[\d,]*(?:\.\d+)?|\.\d+)(?P<unit>{_any(known)})?(?P<tail>{verbs})?"
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
