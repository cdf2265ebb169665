"""The four tiers side by side: what annex 1 asks of each, and what stands of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.eligibility.tiers import SegmentCover, TierStanding
from kpi.model.application import Application
from kpi.reports.content import About, LabelledLine
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.condition_list import SHAPES
from pages.widgets.data_files import about_application, show_table, typed_table


def about_tiers(context: PageContext, application: Application, tried: Sequence[str]) -> About:
    """What goes with data of the tiers: the scenarios are those chosen or tried out, and so a filter."""
    about = about_application(context, application, translate("tiers.title"))
    names = i18n.text("number.list", context.lang).join(
        catalogue().scenario(one).name.in_(context.lang) for one in tried
    )
    return replace(about, filters=[*about.filters, LabelledLine(translate("scenarios.title"), names or i18n.NO_NUMBER)])


def tier_by_tier(context: PageContext, about: About, standings: Sequence[TierStanding]) -> None:
    """One row a tier. A clause that needs peers of China or of the world is not decided, and says so."""
    table = typed_table(
        [translate(f"tiers.{name}") for name in ("tier", "segments", "maturity", "ai", "clause")],
        [
            [
                one.tier.name.in_(context.lang),
                _segments(context, one),
                _maturity(one),
                _ai(one),
                translate(f"tiers.clause_of.{one.tier.code}", word=i18n.clause_word(one.clause, context.lang)),
            ]
            for one in standings
        ],
    )
    show_table(context, about, table, "tiers", form="stacked")


def missing_segments(context: PageContext, about: About, standings: Sequence[TierStanding]) -> None:
    """Each segment that some tier asks for and nothing covers, with the scenarios that would."""
    missing = {cover.segment: cover for one in standings for cover in one.missing}
    if not missing:
        html.where(translate("tiers.none_missing"))
        return
    html.clause(translate("tiers.missing"))
    comma = translate("coverage.comma")
    table = typed_table(
        [translate("tiers.segment"), translate("tiers.asked_by"), translate("tiers.would_cover")],
        [
            [
                catalogue().segment(code).name.in_(context.lang),
                comma.join(one.tier.name.in_(context.lang) for one in standings if code in one.tier.segments),
                comma.join(catalogue().scenario(name).name.in_(context.lang) for name in missing[code].open),
            ]
            for code in (segment.code for segment in catalogue().segments)
            if code in missing
        ],
    )
    show_table(context, replace(about, title=translate("tiers.missing")), table, "segments", form="stacked")


def _segments(context: PageContext, one: TierStanding) -> str:
    covered = translate("coverage.comma").join(_segment(context, cover) for cover in one.segments)
    return f"{covered}{translate('tiers.in_principle')}" if one.tier.in_principle else covered


def _segment(context: PageContext, cover: SegmentCover) -> str:
    mark = SHAPES["ok" if cover.covered else "fails"]
    return f"{mark} {catalogue().segment(cover.segment).name.in_(context.lang)}"


def _maturity(one: TierStanding) -> str:
    # The notice's body speaks of the advanced tier alone.
    form = "maturity_advanced" if one.maturity_needed > one.tier.maturity else "maturity_cell"
    return translate(f"tiers.{form}", mark=SHAPES[one.maturity], needed=one.maturity_needed)


def _ai(one: TierStanding) -> str:
    if one.ai_state is None:
        return translate("tiers.ai_none")
    if one.ai_share is None:
        return translate("tiers.ai_blank", needed=one.tier.ai_share)
    return translate("tiers.ai_cell", mark=SHAPES[one.ai_state], needed=one.tier.ai_share, share=one.ai_share)
