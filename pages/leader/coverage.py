"""Coverage: the 19 recommending bodies on the map, the own candidates by industry, quota used and left."""

import streamlit as st

from kpi.catalogue.load import catalogue
from kpi.charts.coverage_matrix import coverage_matrix
from kpi.charts.quota_bars import BodyQuota, quota_bars
from kpi.charts.tile_map import tile_map
from kpi.services.leader.coverage import coverage
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html
from pages.widgets.chart_view import show_chart

context = require_page("see_coverage", "coverage")
found = coverage(context.store, context.viewer)
thin = [catalogue().industry(name).name.in_(context.lang) for name in found.empty_industries]
html.sentence(
    translate(
        "coverage.sentence",
        body=catalogue().body(found.body).name.in_(context.lang),
        candidates=len(found.candidates),
        used=found.quota.used,
        allowed=found.quota.allowed,
        left=found.quota.left,
    )
)
html.clause(
    translate("coverage.thin", industries=translate("coverage.comma").join(thin))
    if thin
    else translate("coverage.full")
)
show_chart(
    quota_bars(
        [BodyQuota(found.body, found.quota.allowed, found.quota.used)], context.lang, context.theme, titled=False
    )
)
own = [found.body]
with st.container(key="wide"):
    show_chart(
        coverage_matrix(
            found.matrix, translate("coverage.candidates"), context.lang, context.theme, bodies=own, titled=False
        )
    )
with st.expander(translate("coverage.table")):
    html.table(
        [translate("coverage.column_industry"), translate("coverage.candidates")],
        [
            [one.name.in_(context.lang), str(found.matrix.get((found.body, one.name.zh), 0))]
            for one in catalogue().industries
        ],
        numbers=(1,),
        form="narrow",
    )
show_chart(tile_map(found.awarded, translate("coverage.awards"), context.lang, context.theme, titled=False))
with st.expander(translate("coverage.awards_table")):
    html.table(
        [translate("coverage.column_body"), translate("coverage.awards")],
        [[one.name.in_(context.lang), str(found.awarded.get(one.name.zh, 0))] for one in catalogue().bodies],
        numbers=(1,),
        form="narrow",
    )
html.where(translate("coverage.public"))

st.subheader(translate("coverage.list"), anchor=False)
places = {code: str(place) for place, code in enumerate(found.put_forward, start=1)}
html.table(
    [translate(f"coverage.column_{name}") for name in ("place", "factory", "enterprise", "industry")],
    [
        [
            places.get(one.credit_code, translate("coverage.not_forward")),
            one.factory,
            one.enterprise,
            catalogue().industry(one.industry).name.in_(context.lang),
        ]
        for one in sorted(found.candidates, key=lambda one: int(places.get(one.credit_code, "999")))
    ],
)
