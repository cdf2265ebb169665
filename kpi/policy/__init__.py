"""Policy values by the date they came into force; ``in_force.policy_on`` is the only access to them."""
