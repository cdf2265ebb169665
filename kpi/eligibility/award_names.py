"""Awards that may be the applicant's by name: public lists carry names, and not always a credit code.

A name is compared without what many share (the city, the legal form, 智能工厂). Its numbers are compared exactly, since
第一工厂 and 第二工厂, or 001 and 002, are two. What is near is asked and never decided here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application
from kpi.model.claims import Award

_SHARED = re.compile("有限责任公司|股份有限公司|有限公司|集团|公司|智能工厂|未来工厂|工厂|厂|虚构|省|市")
_NUMBER = re.compile(r"\d+|[一二三四五六七八九十]+")
_SHORTEST = 3
"""Fewer characters are no name by which to know anybody."""
_NEAR = 0.8


def alike_awards(application: Application, listed: Iterable[Award]) -> tuple[Award, ...]:
    """Of others' awards, and of those without a credit code, the ones whose name is near the applicant's or its
    factory's, in the list's order.
    """
    region = catalogue().notice.region.zh
    named = [application.text(fact) for fact in ("enterprise", "factory_name")]
    own = [core for core in (_core(name, region) for name in named if name) if len(core) >= _SHORTEST]
    return tuple(
        award
        for award in listed
        if award.credit_code != application.credit_code
        and any(_is_near(core, _core(award.factory, region)) for core in own)
    )


@lru_cache(maxsize=8192)
def _core(name: str, region: str) -> str:
    """What is left of a name without what many share."""
    plain = "".join(part for part in unicodedata.normalize("NFKC", name).casefold() if part.isalnum())
    return _SHARED.sub("", plain.replace(region.removesuffix("市"), ""))


def _is_near(own: str, other: str) -> bool:
    if len(other) < _SHORTEST or _NUMBER.findall(own) != _NUMBER.findall(other):
        return False
    if own in other or other in own:
        return True
    # Cheap first: a list of hundreds is held against every candidate.
    compared = SequenceMatcher(None, own, other, autojunk=False)
    return compared.quick_ratio() >= _NEAR and compared.ratio() >= _NEAR
