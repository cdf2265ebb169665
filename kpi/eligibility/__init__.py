"""The notice's conditions against what an enterprise has told, stated, and been awarded.

``rules``   what a rule is given and what it finds
``body``    the six conditions of the notice's body
``annex1``  annex 1's base conditions and those of an advanced factory
``annex3``  annex 3's facts
``tier_standings``   what each of the four tiers asks, and what the scenarios chosen cover of it
"""

from kpi.eligibility.checklist import eligibility_checklist, judged_conditions, stated_conditions
from kpi.eligibility.rules import NO_CASE_FACTS, CaseFacts
from kpi.eligibility.tiers import SegmentCover, TierStanding, segment_cover, tier_standings

__all__ = [
    "NO_CASE_FACTS",
    "CaseFacts",
    "SegmentCover",
    "TierStanding",
    "eligibility_checklist",
    "judged_conditions",
    "segment_cover",
    "stated_conditions",
    "tier_standings",
]
