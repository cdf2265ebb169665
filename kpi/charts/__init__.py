"""Pictures drawn from answers: Plotly figures, and HTML for narrow screens. They know no services and no Streamlit.

Every picture comes with its finding as title, how to read it as caption, and the whole in words for who cannot see it.
"""

from kpi.charts.chart import Chart
from kpi.charts.coverage_matrix import coverage_matrix
from kpi.charts.distribution import distribution, published_distribution
from kpi.charts.gap_chart import gap_chart
from kpi.charts.gap_list import gap_list
from kpi.charts.gap_rows import gap_table as way_table
from kpi.charts.gap_rows import gap_words
from kpi.charts.quota_bars import BodyQuota, quota_bars
from kpi.charts.strip import position_strip, where_text
from kpi.charts.strip_comparison import strip_comparison
from kpi.charts.strip_list import strip_list
from kpi.charts.strip_rows import StripRow, strip_rows, strip_table
from kpi.charts.theme import CANDIDATE_LETTERS, Theme, css_variables
from kpi.charts.tile_map import tile_map

__all__ = [
    "CANDIDATE_LETTERS",
    "BodyQuota",
    "Chart",
    "StripRow",
    "Theme",
    "coverage_matrix",
    "css_variables",
    "distribution",
    "gap_chart",
    "gap_list",
    "gap_words",
    "position_strip",
    "published_distribution",
    "quota_bars",
    "strip_comparison",
    "strip_list",
    "strip_rows",
    "strip_table",
    "tile_map",
    "way_table",
    "where_text",
]
