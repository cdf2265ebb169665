"""The four tiers side by side: what annex 1 asks of each, and what stands of it."""

from __future__ import annotations

from collections.abc import Sequence

from kpi import i18n
from kpi.catalogue import catalogue
from kpi.eligibility import SegmentCover, TierStanding
from pages.session.language import words
from pages.session.page_context import Here
from pages.widgets import html
from pages.widgets.condition_list import SHAPES


def tier_by_tier(here: Here, standings: Sequence[TierStanding]) -> None:
    """One row a tier. A clause that needs peers of China or of the world is not decided, and says so."""
    html.table(
        [words(f"tiers.{name}") for name in ("tier", "segments", "maturity", "ai", "clause")],
        [
            [
                one.tier.name.in_(here.lang),
                _segments(here, one),
                _maturity(one),
                _ai(one),
                words(f"tiers.clause_of.{one.tier.code}", word=i18n.clause_word(one.clause, here.lang)),
            ]
            for one in standings
        ],
        form="stacked",
    )


def missing_segments(here: Here, standings: Sequence[TierStanding]) -> None:
    """Each segment that some tier asks for and nothing covers, with the scenarios that would."""
    missing = {cover.segment: cover for one in standings for cover in one.missing}
    if not missing:
        html.where(words("tiers.none_missing"))
        return
    html.clause(words("tiers.missing"))
    comma = words("coverage.comma")
    html.table(
        [words("tiers.segment"), words("tiers.asked_by"), words("tiers.would_cover")],
        [
            [
                catalogue().segment(code).name.in_(here.lang),
                comma.join(one.tier.name.in_(here.lang) for one in standings if code in one.tier.segments),
                comma.join(catalogue().scenario(name).name.in_(here.lang) for name in missing[code].open),
            ]
            for code in (segment.code for segment in catalogue().segments)
            if code in missing
        ],
        form="stacked",
    )


def _segments(here: Here, one: TierStanding) -> str:
    told = words("coverage.comma").join(_segment(here, cover) for cover in one.segments)
    return f"{told}{words('tiers.in_principle')}" if one.tier.in_principle else told


def _segment(here: Here, cover: SegmentCover) -> str:
    mark = SHAPES["ok" if cover.covered else "fails"]
    return f"{mark} {catalogue().segment(cover.segment).name.in_(here.lang)}"


def _maturity(one: TierStanding) -> str:
    # The notice's body speaks of the advanced tier alone.
    form = "maturity_advanced" if one.maturity_needed > one.tier.maturity else "maturity_cell"
    return words(f"tiers.{form}", mark=SHAPES[one.maturity], needed=one.maturity_needed)


def _ai(one: TierStanding) -> str:
    if one.ai_state is None:
        return words("tiers.ai_none")
    if one.ai_share is None:
        return words("tiers.ai_blank", needed=one.tier.ai_share)
    return words("tiers.ai_cell", mark=SHAPES[one.ai_state], needed=one.tier.ai_share, share=one.ai_share)
