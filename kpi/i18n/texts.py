"""A language's texts: all files of ``data/text/<lang>`` merged, one sentence per leaf, each key once."""

from __future__ import annotations

import math
import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kpi.errors import InvalidData
from kpi.i18n.notice_words import NOTICE_WORDS, NoticeWords, notice_words
from kpi.model.language import Lang
from kpi.model.problem import LISTED

# Number formats for all languages. Rounding happens only here.


NO_NUMBER = "—"
MOST_DECIMALS = 3
"""Declared numbers have at most this many decimals; more means computed (1/3), and is shown to one."""


def percent(share: float | None, digits: int = 0) -> str:
    """A share 0..1 in percent: "83 %". A share below 1 is never written as 100, nor one above 0 as 0."""
    if share is None or is_undefined(share):
        return NO_NUMBER
    part = share * 100
    step = 10.0**-digits
    if 0 < part < 100:
        part = min(max(round(part, digits), step), 100 - step)
    return f"{_signed(part, digits)} %"


def stated_percent(share: float) -> str:
    """A share 0..1 that somebody has stated, in percent with every digit of it: "82.5 %"."""
    return f"{percentile(share)} %"


def stated_top(share: float) -> str:
    """The share above a stated one, by its digits: above 0.9965 "0.35 %", where floats give 0.349999999999995."""
    return f"{float(100 - Decimal(repr(float(share))) * 100):.15g} %"


def percentile(share: float) -> str:
    """A share 0..1 as the number of a percentile, with every digit of it: "80", "82.5"."""
    return f"{share_in_percent(share):.15g}"


def nth(share: float) -> str:
    """``percentile`` as English counts: "80th", "81st", "82.5th"."""
    written = percentile(share)
    teen = written[-2:] in ("11", "12", "13")
    ends = {} if teen or "." in written else {"1": "st", "2": "nd", "3": "rd"}
    return written + ends.get(written[-1], "th")


def share_in_percent(share: float) -> float:
    """A share 0..1 in percent, by its digits: 0.07 is 7, not 7.000000000000001."""
    return float(Decimal(repr(float(share))) * 100)


def share_of_percent(entered: float) -> float:
    """The share that so many percent are, by their digits."""
    return float(Decimal(repr(float(entered))) / 100)


def plain_number(value: float | None) -> str:
    """A number without unit: whole numbers as such, others to one decimal unless the data has more."""
    if value is None or is_undefined(value):
        return NO_NUMBER
    return figures(value, whole=float(value).is_integer())


def two_decimals(value: float) -> str:
    """A mean or a spread of scores, so that those below one another have the same places."""
    return NO_NUMBER if is_undefined(value) else f"{value:.2f}"


def p_value(value: float | None) -> str:
    """A p-value to three decimals, "< 0.001" below that."""
    if value is None or is_undefined(value):
        return NO_NUMBER
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def odds_ratio(value: float | None) -> str:
    """A ratio of odds such as gamma, to two decimals; infinite is "∞"."""
    if value is None or math.isnan(value):
        return NO_NUMBER
    return "∞" if math.isinf(value) else f"{value:.2f}"


def is_undefined(value: float | None) -> bool:
    """None, NaN or infinite."""
    return value is None or not math.isfinite(value)


def figures(value: float, *, whole: bool) -> str:
    """One decimal unless the data has more; none for whole numbers where ``whole``."""
    if whole and float(value).is_integer():
        return _signed(value, 0)
    tail = repr(round(value, 9)).partition(".")[2]
    carried = len(tail) if tail.isdigit() else MOST_DECIMALS + 1
    return _signed(value, carried if carried <= MOST_DECIMALS else 1)


def _signed(value: float, digits: int) -> str:
    written = f"{value:.{digits}f}"
    return written.lstrip("-") if float(written) == 0 else written.replace("-", "−")


FOLDER = Path(__file__).resolve().parents[2] / "data" / "text"


class _Filler(string.Formatter):
    """``str.format`` for people: 35.0 is 35, ``{share:pct}`` writes 0.83 as "83 %", ``{p:p}`` 0.004 as "= 0.004".

    ``{share:stated}`` writes 0.825 as "82.5 %": what policy states, with every digit; ``{share:top}`` the share above
    it, "17.5 %". ``{upper:percentile}`` is "82.5" and ``{upper:nth}`` "82.5th", several shares in a tuple "75/80".

    ``{count:file|files}`` writes the form that agrees with the count, not the count itself. ``{name:begun}`` begins
    a sentence or stands alone.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            one, _, several = format_spec.partition("|")
            return one if str(value) in ("1", "1.0") else several
        if format_spec == "begun":
            return begun(str(value))
        if format_spec == "pct":
            return percent(float(value))
        if format_spec == "stated":
            return stated_percent(value)
        if format_spec == "top":
            return stated_top(value)
        if format_spec in ("percentile", "nth"):
            write = nth if format_spec == "nth" else percentile
            return "/".join(map(write, value if isinstance(value, tuple) else (value,)))
        if format_spec == "p":
            written = p_value(float(value))
            return written if written.startswith("<") else f"= {written}"
        if isinstance(value, float) and not format_spec:
            return plain_number(value)
        return str(super().format_field(value, format_spec))


_FILLER = _Filler()
_NOTICE = "{notice."
_OF_NOTICE = re.compile(r"\{notice\.(\w+)(?::([^{}]*))?\}")
_SO_BEGUN = re.compile(r"\{notice\.[^{}]*\}?")


@cache
def load_texts(lang: Lang, folder: Path = FOLDER) -> Mapping[str, str]:
    """Dotted key -> sentence. Raises InvalidData naming file and key for a duplicate key, a leaf that is not text, or
    a word of the notice that is not in ``NoticeWords``.
    """
    merged: dict[str, str] = {}
    for file in sorted((folder / lang).glob("*.toml")):
        for key, sentence in _leaves(_parsed(file), ""):
            if not isinstance(sentence, str):
                raise InvalidData(f"{file.name}: {key} is not a text")
            if key in merged:
                raise InvalidData(f"{file.name}: {key} stands in another file already")
            if unknown := [said for said in _SO_BEGUN.findall(sentence) if not _is_notice_word(said)]:
                raise InvalidData(f"{file.name}: {key}: no word of the notice: {', '.join(unknown)}")
            merged[key] = sentence
    return merged


def _is_notice_word(said: str) -> bool:
    found = _OF_NOTICE.fullmatch(said)
    return found is not None and found[1] in NOTICE_WORDS


@cache
def placeholders(template: str) -> frozenset[str]:
    """The placeholders of a sentence that the caller fills."""
    return frozenset(name for _, name, _, _ in _FILLER.parse(_OF_NOTICE.sub("", template)) if name)


def text(key: str, lang: Lang, **params: object) -> str:
    """The sentence under a dotted key, filled; several names in one parameter (``kpi.model.problem.listed``) are joined
    as the language does, and what it names of the notice (``NoticeWords``) stands in it. A missing key or parameter is
    a bug: KeyError.
    """
    texts = load_texts(lang)
    template = texts[key]
    if "{" not in template:
        return template
    if _NOTICE in template:
        template = _naming_notice(template, notice_words(lang), texts["number.list"])
    for name, value in params.items():
        if isinstance(value, str) and LISTED in value:
            params[name] = value.replace(LISTED, texts["number.list"])
    return _FILLER.vformat(template, (), params)


@cache
def _naming_notice(template: str, notice: NoticeWords, between: str) -> str:
    """The template with what it names of the notice, its other placeholders as they are."""

    def word(found: re.Match[str]) -> str:
        said = _FILLER.format_field(getattr(notice, found[1]), found[2] or "").replace(LISTED, between)
        return said.replace("{", "{{").replace("}", "}}")  # a name is no placeholder

    return _OF_NOTICE.sub(word, template)


def begun(words: str) -> str:
    """Words that stand alone, where the same are part of a line elsewhere: in English they begin with a capital."""
    return words[:1].upper() + words[1:]


def has_text(key: str, lang: Lang) -> bool:
    """Whether the key exists, for sentences with optional variants."""
    return key in load_texts(lang)


def _parsed(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidData(f"{file.name}: {error}") from error


def _leaves(table: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        key = f"{above}{name}"
        if isinstance(value, dict):
            yield from _leaves(value, f"{key}.")
        else:
            yield key, value
