"""The work of the city commission's administrator: accounts, baselines, awards, progress, the audit trail."""
