"""The product's types: frozen values that carry their settings and do no work.

``application``  an application: facts and 21 reported values, each with its cell
``problem``    a problem in a file, and where
``evaluation``  the engine's answer: one KPI, the clause, the whole factory
``publication``  what is published of a baseline cell
``baseline``   the baseline an answer is based on
``viewer``     the signed-in account
"""
