"""Which candidates a recommending body puts forward: an exact optimum, and what each wish costs.

``integer_program``  a small integer program; every answer of the solver is checked again exactly
``choice``           candidates, weights and wishes, and what a set of candidates is worth
``optimum``          the best set under the wishes, ties settled in published stages
``conflict``         whether wishes can be met together, and the smallest set that cannot
``proposal``         the answer: order, price of each wish, alternatives
"""
