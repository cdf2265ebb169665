"""What texts name of the notice, filled in from its folder, so that they hold for the next one too."""

from __future__ import annotations

from dataclasses import dataclass, fields

from kpi.catalogue.catalogue import Catalogue, catalogue, kept_per_notice
from kpi.model.language import Lang
from kpi.model.problem import listed


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """All that a text may name of the notice, as ``{notice.kpis}``; ``kpi.i18n.text`` fills it in by itself.

    ``kpis`` and ``scenarios`` count; ``first_kpi`` and ``last_kpi`` are codes; ``industries`` and ``bodies`` are all
    names, in Chinese, as files have them. The others are in the reader's language, written as within a sentence:
    ``{notice.tier:begun}`` begins one. ``sheet``, ``report`` and ``list`` are what the notice calls its forms.
    """

    kpis: int
    scenarios: int
    first_kpi: str
    last_kpi: str
    industries: str
    bodies: str
    region: str
    number: str
    tier: str
    office: str
    division: str
    sheet: str
    report: str
    list: str


NOTICE_WORDS = frozenset(field.name for field in fields(NoticeWords))
"""The closed set of names."""


@kept_per_notice()
def notice_words(lang: Lang) -> NoticeWords:
    """Those of the notice in hand, put together once for each language."""
    return words_of(catalogue(), lang)


def words_of(known: Catalogue, lang: Lang) -> NoticeWords:
    """Those of one notice."""
    head = known.notice
    return NoticeWords(
        kpis=len(known.kpis),
        scenarios=len(known.scenarios),
        first_kpi=known.kpis[0].code,
        last_kpi=known.kpis[-1].code,
        industries=listed(industry.name.zh for industry in known.industries),
        bodies=listed(body.name.zh for body in known.bodies),
        region=head.region.in_(lang),
        number=head.number.in_(lang),
        tier=known.tier(head.tier).name.in_(lang).lower(),
        office=head.office.in_(lang),
        division=head.division.in_(lang),
        sheet=known.annex3.number.in_(lang),
        report=known.annex4.number.in_(lang),
        list=known.annex5.number.in_(lang),
    )
