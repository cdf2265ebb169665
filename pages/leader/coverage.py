"""Coverage: the 19 recommending bodies on the map, the own candidates by industry, quota used and left."""

import streamlit as st

from kpi import charts
from kpi.catalogue import catalogue
from kpi.services.leader.coverage import coverage
from pages.session.language import words
from pages.session.page_context import enter
from pages.widgets import html
from pages.widgets.chart_view import show

here = enter("see_coverage", "coverage")
found = coverage(here.store, here.viewer)
thin = [catalogue().industry(name).name.in_(here.lang) for name in found.empty_industries]
html.sentence(
    words(
        "coverage.sentence",
        body=catalogue().body(found.body).name.in_(here.lang),
        candidates=len(found.candidates),
        used=found.quota.used,
        allowed=found.quota.allowed,
        left=found.quota.left,
    )
)
html.clause(words("coverage.thin", industries=words("coverage.comma").join(thin)) if thin else words("coverage.full"))
show(
    charts.quota_bars(
        [charts.Quota(found.body, found.quota.allowed, found.quota.used)], here.lang, here.theme, titled=False
    )
)
own = [found.body]
with st.container(key="wide"):
    show(charts.matrix(found.matrix, words("coverage.candidates"), here.lang, here.theme, bodies=own, titled=False))
with st.expander(words("coverage.table")):
    html.table(
        [words("coverage.column_industry"), words("coverage.candidates")],
        [
            [one.name.in_(here.lang), str(found.matrix.get((found.body, one.name.zh), 0))]
            for one in catalogue().industries
        ],
        numbers=(1,),
        form="narrow",
    )
show(charts.tiles(found.awarded, words("coverage.awards"), here.lang, here.theme, titled=False))
with st.expander(words("coverage.awards_table")):
    html.table(
        [words("coverage.column_body"), words("coverage.awards")],
        [[one.name.in_(here.lang), str(found.awarded.get(one.name.zh, 0))] for one in catalogue().bodies],
        numbers=(1,),
        form="narrow",
    )
html.where(words("coverage.public"))

st.subheader(words("coverage.list"), anchor=False)
places = {code: str(place) for place, code in enumerate(found.put_forward, start=1)}
html.table(
    [words(f"coverage.column_{name}") for name in ("place", "factory", "enterprise", "industry")],
    [
        [
            places.get(one.credit_code, words("coverage.not_forward")),
            one.factory,
            one.enterprise,
            catalogue().industry(one.industry).name.in_(here.lang),
        ]
        for one in sorted(found.candidates, key=lambda one: int(places.get(one.credit_code, "999")))
    ],
)
