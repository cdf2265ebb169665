"""From a factory's values to a verdict: everything in ``docs/method.md``, one module a step.

``comparable_value``  the value on the basis that policy fixes
``peer_rank``   k, e, n and the lines, of all candidates by one question
``exact_test_rules``  the verdict on one KPI: an exact test and an honest third answer
``clause``      the verdict on the factory
``sensitivity`` the clause under other readings
``group_scores``  group scores, for order and display only
``evaluation``  all of it as one frozen answer
``comparison``  candidates in one reference set: the composite and its order, never a verdict
``enterprise_view``  what an enterprise may see: the one function that makes its view
``sealed_record``  the sealed record of a released verdict
"""
