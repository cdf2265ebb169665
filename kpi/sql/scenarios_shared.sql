-- Question:   which accounts of scenarios has the caller's own factory agreed to show?
-- Grain:      one row per scenario
-- Parameters: $own (credit codes of the caller's own factories), $credit_code and $year (those asked for)
select scenario, agreed_at
from scenario_shared
where list_contains($own, credit_code) and credit_code = $credit_code and year = $year
order by scenario
