"""Matching names as written to the names of the notice, and the closest one as a suggestion.

Only names equal after normalisation match; similar ones are suggested, because a guess could put one KPI's number
under another (设备综合利用率提升 and 资源综合利用率提升 differ by two characters).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from operator import mul
from typing import Literal, TypeVar

from kpi.catalogue.catalogue import catalogue, kept_per_notice
from kpi.catalogue.schema import DATA, Body, Checked, Fact, Industry, Kpi, Scenario, load_toml
from kpi.errors import InvalidData

NameKind = Literal["kpi", "fact", "industry", "district", "body", "scenario"]
Entry = TypeVar("Entry")

_ENUMERATED = re.compile(r"\(?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)、.,:]\s*|\d{1,2}(?=\s*[\u4e00-\u9fff])")
_LAST_BRACKET = re.compile(r"\s*\([^()]*\)[\s*:]*$")
_KPI_CODE = re.compile(r"k\s*0?(\d{1,2})(?!\d)\s*[.:、-]?\s*")
# Marks of a footnote: ², ₂, ②. Folded onto the number before it, the first would make "K1²" KPI 12.
_MARKS = frozenset({"<super>", "<sub>", "<circle>"})
_LONGEST = 200
"""No name with its number, unit and notes has as many characters. A thousand brackets would take a second to peel."""


def normalise_name(text: str) -> str:
    """``text`` as it is compared: NFKC, lower case, without a leading number, a bracket at its end, and punctuation.

    The bracket at the end holds a unit or a note; one in the middle belongs to the name and keeps its content.
    """
    return _squeeze(_without_last_brackets(_without_number(_fold(text))))


def match_kpi(text: str) -> Kpi | None:
    """By code (K01, k1), by full name with or without unit and number, by code and name together where they agree."""
    folded = _without_last_brackets(_fold(text))
    coded = _KPI_CODE.match(folded)
    if not coded:
        return _find(text, _kpis())
    kpi = next((kpi for kpi in catalogue().kpis if kpi.code == f"K{int(coded[1]):02}"), None)
    rest = folded[coded.end() :]
    return kpi if not rest or _find(rest, _kpis()) == kpi else None


def match_fact(text: str) -> Fact | None:
    """By code, name or a spelling met in files; 企业负责人（手机号码） is the telephone and not the person."""
    return _find(text, _facts())


def match_industry(text: str) -> Industry | None:
    return _find(text, _industries())


def match_body(text: str) -> Body | None:
    return _find(text, _bodies())


def match_scenario(text: str) -> Scenario | None:
    return _find(text, _scenarios())


def nearest_name(text: str, kind: NameKind) -> str | None:
    """The exact Chinese name that ``text`` most resembles, for a remedy; None where nothing does."""
    names = {normalise_name(name): name for name in _NAMES[kind]()}
    wanted = normalise_name(text)
    within = [name for key, name in names.items() if len(wanted) > 1 and (wanted in key or key in wanted)]
    close = get_close_matches(wanted, names, n=1, cutoff=0.5)
    if len(within) == 1:
        return within[0]
    return names[close[0]] if close else None


def _fold(text: str) -> str:
    if not text.isascii():
        text = "".join(
            f" {at}" if before.isdigit() and _is_mark(at) else at for before, at in zip(" " + text, text, strict=False)
        )
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _is_mark(character: str) -> bool:
    return unicodedata.decomposition(character).partition(" ")[0] in _MARKS


def _without_number(folded: str) -> str:
    return _ENUMERATED.sub("", folded, count=1) if _ENUMERATED.match(folded) else folded


def _without_last_brackets(folded: str) -> str:
    if len(folded) > _LONGEST:
        return folded
    while (shorter := _LAST_BRACKET.sub("", folded)) not in (folded, ""):
        folded = shorter
    return folded


def _squeeze(folded: str) -> str:
    return "".join(character for character in folded if character.isalnum())


def _find(text: str, index: Mapping[str, Entry]) -> Entry | None:
    """The whole text first: what stands in its last bracket may be what tells two names apart."""
    whole = _squeeze(_without_number(_fold(text)))
    return index.get(whole) or index.get(_squeeze(_fold(text))) or index.get(normalise_name(text))


def _index(spelled: Iterable[tuple[Entry, Iterable[str]]]) -> dict[str, Entry]:
    """Every spelling to its thing. Raises ``InvalidData`` where one spelling would name two."""
    found: dict[str, Entry] = {}
    for entry, spellings in spelled:
        for spelling in spellings:
            if found.setdefault(_squeeze(_fold(spelling)), entry) != entry:
                raise InvalidData(f"catalogue: {spelling!r} names two things")
    return found


@kept_per_notice()
def _kpis() -> dict[str, Kpi]:
    return _index((kpi, (kpi.name.zh, kpi.name.en, *kpi.aliases)) for kpi in catalogue().kpis)


@kept_per_notice()
def _facts() -> dict[str, Fact]:
    return _index((fact, (fact.code, fact.name.zh, fact.name.en, *fact.aliases)) for fact in catalogue().facts)


@kept_per_notice()
def _industries() -> dict[str, Industry]:
    return _index((item, (item.code, item.name.zh, item.name.en)) for item in catalogue().industries)


@kept_per_notice()
def _bodies() -> dict[str, Body]:
    return _index((body, (body.code, body.name.zh, body.name.en)) for body in catalogue().bodies)


@kept_per_notice()
def _scenarios() -> dict[str, Scenario]:
    return _index((item, (item.name.zh, item.name.en)) for item in catalogue().scenarios)


_NAMES: Mapping[NameKind, Callable[[], tuple[str, ...]]] = {
    "kpi": lambda: tuple(kpi.name.zh for kpi in catalogue().kpis),
    "fact": lambda: tuple(fact.name.zh for fact in catalogue().facts),
    "industry": lambda: tuple(industry.name.zh for industry in catalogue().industries),
    "district": lambda: tuple(body.name.zh for body in catalogue().districts),
    "body": lambda: tuple(body.name.zh for body in catalogue().bodies),
    "scenario": lambda: tuple(scenario.name.zh for scenario in catalogue().scenarios),
}


# The unified social credit code of GB 32100-2015: 18 characters, the last a check digit over the first 17.


# The standard's own alphabet: without I, O, S, V and Z, which look like 1, 0, 5, U and 2.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = [pow(3, place, 31) for place in range(17)]
_CODE_FORM = re.compile(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_COMPARABLE = re.compile("[0-9A-Z]*")


def check_digit(first17: str) -> str:
    """The 18th character: weights 3^i mod 31 over the first 17, complemented to 31.

    Raises ``ValueError`` for another length or a character outside the alphabet.
    """
    if len(first17) != 17:
        raise ValueError("a check digit is computed from 17 characters")
    total = sum(map(mul, map(ALPHABET.index, first17), _WEIGHTS))
    return ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Has the form of the standard (characters 3-8 are a division's digits) and a correct check digit."""
    return _CODE_FORM.fullmatch(code) is not None and check_digit(code[:17]) == code[17]


def normalise_credit_code(text: str) -> str:
    """A code as people type it, made comparable: half width, upper case, without spaces and hyphens."""
    if _COMPARABLE.fullmatch(text):  # as nearly all are, in a panel of a million values
        return text
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def code_or_text(text: str) -> str:
    """The code as registered where ``text`` is one; else ``text`` as it was written, to be refused by name."""
    code = normalise_credit_code(text)
    return code if is_valid(code) else text


# Codes of GB/T 4754 as people write them: C36, 3610, C3610.


_CODE = re.compile(r"([A-Z])?(\d{2})(\d{0,2})").fullmatch


class _SubIndustries(Checked):
    reference: str
    reason: str
    sections: dict[str, tuple[str, ...]]


def match_sub_industry(text: str) -> str | None:
    """The code with its section's letter, such as C3610; None where it is none of an industrial division.

    Division, group and class have two, three and four digits; below the division only the length is known.
    """
    found = _CODE("".join(unicodedata.normalize("NFKC", text).split()).upper())
    if not found:
        return None
    letter, division, rest = found.groups()
    section = _sections().get(division)
    return f"{section}{division}{rest}" if section and letter in (None, section) else None


@cache
def _sections() -> dict[str, str]:
    known = load_toml(DATA / "catalogue" / "sub_industries.toml", _SubIndustries)
    return {division: section for section, divisions in known.sections.items() for division in divisions}


# Mainland mobile numbers: 11 digits, the first 1, the second 3 to 9 (MIIT's numbering plan of 2017).
#
# A landline is a telephone number, but annex 3 asks for 手机号码.


_MOBILE_FORM = re.compile(r"1[3-9][0-9]{9}")


def is_mobile(text: str) -> bool:
    return _MOBILE_FORM.fullmatch(normalise_mobile(text)) is not None


def normalise_mobile(text: str) -> str:
    """A number as people type it, made comparable: half width, without spaces, hyphens, brackets and +86."""
    bare = re.sub(r"[\s()\-]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"^(\+|00)?86(?=1[3-9][0-9]{9}$)", "", bare)
