"""What the city commission's administrator keeps: accounts, baselines, awards, progress, the audit trail."""
