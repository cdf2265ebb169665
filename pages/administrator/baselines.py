"""Baselines: which are in force, where they are from, what their cells hold and can decide."""

import streamlit as st

from kpi import i18n
from kpi.catalogue.load import catalogue
from kpi.services.administrator.baseline_overview import baseline_overview
from pages.administrator.parts.baseline_acts import comparison, decision
from pages.administrator.parts.publication_label import publication_label
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime

context = require_page("see_baselines", "baselines")
overviews = baseline_overview(context.store, context.viewer)
baselines = [one.baseline for one in overviews]
decision(context, baselines)
comparison(context, baselines)
for overview in overviews:
    baseline = overview.baseline
    st.subheader(html.plain(baseline.name), anchor=False)
    if baseline.illustrative:
        html.notice(translate("illustrative"))
    html.sentence(
        translate(
            "baselines.sentence",
            cells=len(overview.cells),
            able=sum(cell.can_decide for cell in overview.cells),
            needed=overview.needed,
        )
    )
    html.table(
        [translate("detail.what"), translate("detail.said")],
        [
            [translate("baselines.region"), f"{i18n.region_name(baseline.region, context.lang)} · {baseline.year}"],
            [translate("baselines.provenance"), translate(f"provenance.{baseline.provenance}")],
            [translate("baselines.source"), baseline.source],
            [translate("baselines.imported"), format_datetime(baseline.imported_at)],
            [translate("baselines.sha256"), baseline.sha256],
            [translate("baselines.original"), baseline.original_sha256],
            [translate("baselines.groups"), baseline.groups_sha256 or translate("baselines.groups_of_panel")],
        ],
        form="stacked",
    )
    with st.expander(translate("baselines.cells")):
        html.table(
            [
                translate(f"baselines.column_{name}")
                for name in ("industry", "kpi", "basis", "n", "groups", "decides", "published")
            ],
            [
                [
                    catalogue().industry(cell.industry).name.in_(context.lang),
                    f"{cell.kpi} {catalogue().kpi(cell.kpi).short.in_(context.lang)}",
                    translate(f"basis.{cell.basis}"),
                    str(cell.records),
                    str(cell.groups),
                    translate("yes") if cell.can_decide else translate("baselines.too_few"),
                    publication_label(cell),
                ]
                for cell in overview.cells
            ],
            numbers=(3, 4),
            form="stacked",
        )
