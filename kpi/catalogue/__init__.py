"""What the notice names, as checked data: ``catalogue()`` holds it all."""

from kpi.catalogue.catalogue import Catalogue
from kpi.catalogue.load import catalogue
from kpi.catalogue.schema import Body, Fact, Industry, Kpi, KpiGroup, Scenario, Segment, Stage, Tier
from kpi.model.language import Lang, Text

__all__ = [
    "Body",
    "Catalogue",
    "Fact",
    "Industry",
    "Kpi",
    "KpiGroup",
    "Lang",
    "Scenario",
    "Segment",
    "Stage",
    "Text",
    "Tier",
    "catalogue",
]
