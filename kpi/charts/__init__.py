"""Pictures drawn from answers: Plotly figures, and HTML for narrow screens. They know no services and no Streamlit.

Every picture comes with its finding as title, how to read it as caption, and the whole in words for who cannot see it.
"""

from kpi.charts.chart import Picture
from kpi.charts.coverage_matrix import matrix
from kpi.charts.distribution import distribution, published_distribution
from kpi.charts.gap_chart import way
from kpi.charts.gap_list import way_list
from kpi.charts.gap_rows import table as way_table
from kpi.charts.gap_rows import way_words
from kpi.charts.quota_bars import Quota, quota_bars
from kpi.charts.strip import strip, where_text
from kpi.charts.strip_comparison import strip_compared
from kpi.charts.strip_list import strip_list
from kpi.charts.strip_rows import StripRow, rows, table
from kpi.charts.theme import CANDIDATE_LETTERS, Theme, css_variables
from kpi.charts.tile_map import tiles

__all__ = [
    "CANDIDATE_LETTERS",
    "Picture",
    "Quota",
    "StripRow",
    "Theme",
    "css_variables",
    "distribution",
    "matrix",
    "published_distribution",
    "quota_bars",
    "rows",
    "strip",
    "strip_compared",
    "strip_list",
    "table",
    "tiles",
    "way",
    "way_list",
    "way_table",
    "way_words",
    "where_text",
]
