"""What a cell publishes, in a word: its band, and which snapshot of the year its row was carried on from."""

from __future__ import annotations

from kpi.services.administrator.baselines import CellOverview
from pages.session.language import translate


def publication_label(cell: CellOverview) -> str:
    band = cell.band or translate("baselines.withheld")
    return translate("baselines.carried", band=band, name=cell.carried_from) if cell.carried_from else band
