"""What an administrator does: accounts, baselines, policy, awards, objections."""
