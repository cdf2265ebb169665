-- Question:   what has the caller stated of the conditions of one of its own factories and years?
-- Grain:      one row per condition
-- Parameters: $own (credit codes of the caller's own factories), $credit_code, $year
select condition, holds, evidence, stated_by, stated_at
from statement
where list_contains($own, credit_code) and credit_code = $credit_code and year = $year
order by condition
