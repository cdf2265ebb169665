"""The notice's conditions against what an enterprise has told, stated, and been awarded.

``rules``   what a rule is given and what it finds
``body``    the six conditions of the notice's body
``annex1``  annex 1's base conditions and those of an advanced factory
``annex3``  annex 3's facts
``tier_standings``   what each of the four tiers asks, and what the scenarios chosen cover of it
"""
