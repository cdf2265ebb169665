-- Question:   how does the caller say that scenarios of one of its own factories are met?
-- Grain:      one row per scenario
-- Parameters: $own (credit codes of the caller's own factories), $credit_code and $year (those asked for)
select scenario, how, uses_ai, ai_model, written_by, written_at
from scenario_account
where list_contains($own, credit_code) and credit_code = $credit_code and year = $year
order by scenario
