"""The notice's conditions, checked against reported facts, statements and awards.

``rules``   input and result of a rule
``body``    the six conditions of the notice's body
``annex1``  annex 1's base conditions and those of an advanced factory
``annex3``  annex 3's facts
``tiers``   the requirements of the four tiers, and what the selected scenarios cover
"""
