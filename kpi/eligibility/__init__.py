"""The notice's conditions, checked against reported facts, statements and awards.

``checklist`` every condition with its state
``kinds``     what each kind of rule finds; the notice says which rules decide a condition
``rules``     input and result of a rule
``tiers``     the requirements of the tiers, and what the selected scenarios cover
"""
