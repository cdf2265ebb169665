"""Pictures of coverage: bodies, industries, scenarios, places used, and the states of applications over time."""
