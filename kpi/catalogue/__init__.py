"""What the notice names, as checked data: ``catalogue()`` holds it all."""

from kpi.catalogue.catalogue import Catalogue
from kpi.catalogue.load import catalogue
from kpi.catalogue.schema import Body, Condition, Fact, Industry, Kpi, KpiGroup, RestsOn, Scenario, Segment, Stage, Tier
from kpi.model.language import Lang, Text

__all__ = [
    "Body",
    "Catalogue",
    "Condition",
    "Fact",
    "Industry",
    "Kpi",
    "KpiGroup",
    "Lang",
    "RestsOn",
    "Scenario",
    "Segment",
    "Stage",
    "Text",
    "Tier",
    "catalogue",
]
