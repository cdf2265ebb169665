"""The pieces of the pages on baselines: from a panel's files to the frozen one, its comparison, its decision."""
