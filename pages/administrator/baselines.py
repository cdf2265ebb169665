"""Baselines: which are in force, where they are from, what their cells hold and can decide."""

import streamlit as st

from kpi import i18n
from kpi.catalogue import catalogue
from kpi.services.administrator.baseline_overview import baseline_overview
from pages.administrator.parts.publication_label import published
from pages.session.language import words
from pages.session.page_context import enter
from pages.widgets import html

here = enter("see_baselines", "baselines")
overviews = baseline_overview(here.store, here.viewer)
for overview in overviews:
    baseline = overview.baseline
    st.subheader(html.plain(baseline.name), anchor=False)
    if baseline.illustrative:
        html.notice(words("illustrative"))
    html.sentence(
        words(
            "baselines.sentence",
            cells=len(overview.cells),
            able=sum(cell.can_decide for cell in overview.cells),
            needed=overview.needed,
        )
    )
    html.table(
        [words("detail.what"), words("detail.said")],
        [
            [words("baselines.region"), f"{i18n.region(baseline.region, here.lang)} · {baseline.year}"],
            [words("baselines.provenance"), words(f"provenance.{baseline.provenance}")],
            [words("baselines.source"), baseline.source],
            [words("baselines.imported"), f"{baseline.imported_at:%Y-%m-%d %H:%M} UTC"],
            [words("baselines.sha256"), baseline.sha256],
            [words("baselines.original"), baseline.original_sha256],
        ],
    )
    with st.expander(words("baselines.cells")):
        html.table(
            [
                words(f"baselines.column_{name}")
                for name in ("industry", "kpi", "basis", "n", "groups", "decides", "published")
            ],
            [
                [
                    catalogue().industry(cell.industry).name.in_(here.lang),
                    f"{cell.kpi} {catalogue().kpi(cell.kpi).short.in_(here.lang)}",
                    words(f"basis.{cell.basis}"),
                    str(cell.records),
                    str(cell.groups),
                    words("yes") if cell.can_decide else words("baselines.too_few"),
                    published(cell),
                ]
                for cell in overview.cells
            ],
            numbers=(3, 4),
            form="stacked",
        )
