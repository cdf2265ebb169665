"""The nouns of the product: frozen values that know their own settings and do no work.

``application``  what a factory says: an application of facts and 21 reported values, each with its cell
``problem``    what is wrong with what it says, and where
``evaluation``  what the engine answers: one KPI, the clause, the whole factory
``publication``  what everybody may know of a baseline cell
``baseline``   which baseline and which policy an answer leans on
``viewer``     who asks
"""
