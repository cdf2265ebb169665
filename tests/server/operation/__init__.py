"""Start, health, logs, restart, several processes, deployment and losses."""
