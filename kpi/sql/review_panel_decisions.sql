-- Question:   what did the panel decide?
-- Grain:      one row an edition, the latest first
-- Parameters: $round; $barred (the caller's conflicts of interest)
select credit_code, edition, outcome, reason, decided_by, decided_at
from panel_decision
where round = $round and not list_contains($barred, credit_code)
order by credit_code, edition desc
