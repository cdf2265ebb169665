-- Question:   by which decisions is a baseline in force?
-- Grain:      one row per decision, the earliest first
select name, reason, decided_by, decided_at
from baseline_decision
order by decided_at, number
