-- Question:   what has the caller stated of the conditions of its own factories?
-- Grain:      one row per factory, year and condition
-- Parameters: $own (credit codes of the caller's own factories), $credit_codes (of those asked for)
select credit_code, year, condition, holds, evidence, stated_by, stated_at
from statement
where list_contains($own, credit_code) and list_contains($credit_codes, credit_code)
order by credit_code, year, condition
