"""Awards that may be the applicant's by name: public lists carry names, and not always a credit code.

Equal names are near, and so is one that begins with the other or has the applicant's in it. Else names are compared
without what many share (the city, the legal form, 智能工厂), where their numbers and the trade names that lead them
agree. What is near is asked and never decided here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application
from kpi.model.claims import Award

_SHARED = re.compile("有限责任公司|股份有限公司|有限公司|集团|公司|智能工厂|未来工厂|工厂|厂|虚构|省|市")
_NUMBER = re.compile(r"\d+|[一二三四五六七八九十]+")
_TRADE_NAME = 2
"""So many characters lead a name at least, by which one company is told from another."""
_WITHIN = 4
"""So many of the applicant's, anywhere in a listed name, are its own."""
_NEAR = 0.8


def alike_awards(application: Application, listed: Iterable[Award]) -> tuple[Award, ...]:
    """Of others' awards, and of those without a credit code, the ones whose name is near the applicant's or its
    factory's, in the list's order.
    """
    held, region = list(listed), catalogue().notice.region.zh
    factories = tuple(award.factory for award in held)
    named = [application.text(fact) for fact in ("enterprise", "factory_name")]
    near = frozenset[str]().union(*(_near_in_list(name, factories, region) for name in named if name))
    code = application.credit_code
    return tuple(award for award in held if award.factory in near and award.credit_code != code)


def alike_names(name: str, others: Iterable[str]) -> frozenset[str]:
    """The other names that are near this one."""
    return _near(name, others, catalogue().notice.region.zh)


@lru_cache(maxsize=512)
def _near_in_list(name: str, factories: tuple[str, ...], region: str) -> frozenset[str]:
    """Kept: every page that judges a candidate holds it against the same list of awards."""
    return _near(name, factories, region)


def _near(name: str, others: Iterable[str], region: str) -> frozenset[str]:
    own = _forms(name, region)
    return frozenset(other for other in others if _is_near(own, _forms(other, region)))


def lead_of(name: str) -> str:
    """What a name begins with once what many share is gone. Of a whole register only names that begin alike are
    compared: one that has another within it, behind other characters, is not found so.
    """
    return _forms(name, catalogue().notice.region.zh).own[:_TRADE_NAME]


class _Forms(NamedTuple):
    """The whole name without blanks and marks, what is its ``own`` without what many share, and the numbers in that."""

    whole: str
    own: str
    numbers: tuple[str, ...]


@lru_cache(maxsize=32_768)
def _forms(name: str, region: str) -> _Forms:
    whole = "".join(part for part in unicodedata.normalize("NFKC", name).casefold() if part.isalnum())
    own = _SHARED.sub("", whole.replace(region.removesuffix("市"), ""))
    return _Forms(whole, own, tuple(_NUMBER.findall(own)))


def _is_near(name: _Forms, listed: _Forms) -> bool:
    if name.whole == listed.whole:
        return True
    mine, other = name.own, listed.own
    if len(mine) <= _TRADE_NAME or len(other) <= _TRADE_NAME:
        return mine == other and len(mine) == _TRADE_NAME
    if _begins(mine, other) or _begins(other, mine) or (len(mine) >= _WITHIN and mine in other[1:]):
        return True
    # Cheap first: a list of hundreds is held against every candidate.
    if mine[:_TRADE_NAME] != other[:_TRADE_NAME] or name.numbers != listed.numbers:
        return False
    return SequenceMatcher(None, mine, other, autojunk=False).ratio() >= _NEAR


def _begins(long: str, short: str) -> bool:
    """Whether ``short`` leads it, and does not end within a number."""
    rest = long[len(short) :]
    return long.startswith(short) and not (short[-1].isdigit() and rest[:1].isdigit())
