"""The rules of the verdict as values by date in force: ``in_force.policy_on`` is the only way to a number of it."""
